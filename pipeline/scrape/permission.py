"""What a site lets us do: robots.txt, and what it reserves of text and data mining (TDM, the opt-out of article 4 of the EU's
copyright directive, by the TDM Reservation Protocol).

Robots.txt is asked for first, then /.well-known/tdmrep.json; a page may reserve it in its headers or its head as well. A
reservation ends the visit, unless the source has a `tdm_override`, the analyst's reason, which the manifest keeps.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from pipeline.scrape import listing
from pipeline.scrape.address import masked, normal, same_origin, same_site
from pipeline.scrape.job import TDM, Answer, FetchError, Harvest, Job, RefusedError, StopCollectingError, Visit
from pipeline.scrape.records import iso
from pipeline.scrape.robots import Robots, parse_robots
from pipeline.scrape.tdm import PATH, TdmAnswer, TdmRules, answer_of, parse_tdmrep

_HOPS = 5  # redirects of robots.txt that are followed (RFC 9309, 2.3.1.2)


class Get(Protocol):
    """Answers a URL, with patience; `again`: even if this visit has an answer already; `rules`: of the site,
    which are asked for once in a run, and anew at every visit."""

    def __call__(self, url: str, again: bool = False, rules: bool = False) -> Awaitable[Answer]:
        """The answer. FetchError: there is none; StopCollectingError: the visit ends."""


class Permission:
    """What may be asked for; every answer about that is noted in the harvest. `note` takes down an exchange."""

    def __init__(self, job: Job, get: Get, harvest: Harvest, note: Callable[[Answer, str], None]) -> None:
        self.job, self._get, self._harvest, self._note = job, get, harvest, note
        self._robots: Robots | None = None
        self._rules: TdmRules | None = None
        self._moved: str | None = None  # where robots.txt leads away to

    async def ask(self, obey: Callable[[float], None]) -> None:
        """Ask the site. `obey` is told the delay that its robots.txt asks for, in seconds, before anything else is asked."""
        self._robots = await self._ask_robots()
        self._harvest.robots = self._robots.as_dict()
        self._harvest.notes += self._robots.warnings
        obey(self._robots.delay)
        if self.job.tdm_override:
            self._harvest.tdm["override"] = self.job.tdm_override
        await self._ask_tdm(self._robots)

    async def _ask_robots(self) -> Robots:
        url = normal("/robots.txt", self.job.url)
        try:
            answer, self._moved = await self._follow(url, "robots.txt", lambda _: True)
        except FetchError as error:
            self._harvest.visits.append(Visit(url, error.outcome))
            return parse_robots(url, None)
        except StopCollectingError as stop:
            self._harvest.robots = parse_robots(url, None).as_dict()
            raise StopCollectingError(f"robots.txt could not be read, so nothing was asked: {stop}") from stop
        return parse_robots(answer.url, answer.status, answer.body)

    async def _ask_tdm(self, robots: Robots) -> None:
        """The site's file of reservations. Where it is not there, or may not be asked for, it reserves nothing."""
        url = normal(PATH, self.job.url)
        if not robots.allows(self.job.url) or not robots.allows(url):
            return
        try:
            answer, _ = await self._follow(url, "tdmrep.json", robots.allows)
        except FetchError as error:
            self._harvest.visits.append(Visit(url, error.outcome))
            self._rules = parse_tdmrep(None, b"")
        except StopCollectingError:  # where the site is down, the next request will tell
            self._harvest.visits.append(Visit(url, "no whole answer"))
            self._rules = parse_tdmrep(None, b"")
        else:
            self._rules = parse_tdmrep(answer.status, answer.body)
            self._harvest.tdm |= {"url": url, "status": answer.status, "rules": len(self._rules.rules)}
        self._harvest.notes += self._rules.warnings

    async def _follow(self, url: str, what: str, may: Callable[[str], bool]) -> tuple[Answer, str | None]:
        """The answer to the address of a site's rules, behind its redirects; and where it leads away from the site, if so."""
        for hop in range(_HOPS):
            answer = await self._get(url, rules=True)
            self._note(answer, what)
            location = answer.headers.get("location")
            if not 300 <= answer.status < 400 or not location:
                return answer, None
            target = normal(location, url)
            if not (same_origin(target, url) or same_site(url, target)):
                return answer, masked(target)
            if not may(target) or hop == _HOPS - 1:
                break
            url = target
        return answer, None

    def may(self, url: str, start: bool) -> bool:
        """Whether a URL may be asked for; if not, the manifest says why. StopCollectingError: not even the first."""
        assert self._robots is not None
        if not same_origin(url, self.job.url):
            self._harvest.visits.append(Visit(masked(url), "other origin"))
            return False
        if not self._robots.allows(url):
            rule = self._robots.rule(url)
            self._harvest.visits.append(Visit(url, f"robots: {rule}", robots=rule))
            self._harvest.robots["rule"] = rule
            self._refuse(url, "robots.txt", f"robots.txt forbids {{}} ({rule})", start)
            return False
        reserved = self._rules.reserved(url) if self._rules is not None else None
        if reserved is not None and reserved.reserved and not self.job.tdm_override:
            self._harvest.visits.append(Visit(url, "tdm: reserved", robots="allowed", tdm=reserved.as_dict()))
            self._refuse(url, TDM, f"text and data mining is reserved for {{}} ({_where(reserved)})", start)
            return False
        return True

    def _refuse(self, url: str, by: str, says: str, start: bool) -> None:
        """Take down a refusal. That of an interface, an extra beside the pages, does not count."""
        if not start and listing.is_api(url):
            return
        self._harvest.refused_by = self._harvest.refused_by or by
        if start:
            raise StopCollectingError(f"{says.format(url)}; it was not asked for.{self._way_out(by)}", ending="refused")
        self._harvest.reason = self._harvest.reason or says.format(f"part of it, first {url}") + self._way_out(by)

    def look(self, answer: Answer) -> TdmAnswer | None:
        """What is said of text and data mining about an answer. RefusedError where it is reserved: the answer may then not be
        kept."""
        said = answer_of(answer.headers, answer.text)
        if said is None and self._rules is not None:
            said = self._rules.reserved(answer.url)
        if said is not None and said.reserved and not self.job.tdm_override:
            self._harvest.reserved.append(answer.url)
            raise RefusedError(
                answer.url,
                TDM,
                f"reserves text and data mining ({_where(said)})",
                iso(answer.at),
                f"text and data mining is reserved for {answer.url} ({_where(said)}); it is not kept.{self._way_out(TDM)}",
            )
        return said

    def _way_out(self, by: str) -> str:
        if by != TDM:
            moved = self._moved and f" It leads to {self._moved}: if the site has moved there, add its address there."
            return moved or ""
        return (
            " Ask the site, or, if you may go on all the same, say why as `tdm_override` of this source in "
            "data/raw/sources.yaml."
        )


def _where(answer: TdmAnswer) -> str:
    return f"{answer.where}; its policy: {answer.policy}" if answer.policy else answer.where
