"""One page after another: asked for once, within the limits, and written down.

`Pages` answers the frontier's questions about a URL: what is behind it and its redirects, or why it may not or could not be
had. Everything that was asked for, and everything that was not, is in the harvest's visits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.scrape import listing
from pipeline.scrape.address import is_worth_adding, masked, normal, same_origin, same_site
from pipeline.scrape.job import (
    REDIRECTS,
    SITE,
    Answer,
    FetchError,
    Harvest,
    Job,
    MovedError,
    NoAnswerError,
    RefusedError,
    StopCollectingError,
    Visit,
)
from pipeline.scrape.permission import Get, Permission
from pipeline.scrape.records import iso

MAX_REDIRECTS = 10
CLOSED = frozenset({401, 403})
GONE = frozenset({404, 410})

#: told after each page: pages done, pages known so far (None: nobody knows)
Report = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Lost:
    """Why nothing could be read at an address: in a word, and in a sentence. `refused`: nor is its thread asked for on."""

    outcome: str
    why: str
    refused: bool = False


class Pages:
    """The pages of one job."""

    def __init__(self, job: Job, get: Get, report: Report, harvest: Harvest) -> None:
        self.job, self._get, self._report, self.harvest = job, get, report, harvest
        self.permission = Permission(job, get, harvest, self._note)
        self.seen: set[str] = set()
        self.lost: dict[str, Lost] = {}  # address as asked for, before its redirects
        self.led: dict[str, str] = {}  # address -> where its redirects end
        self._refused = {refusal.url: refusal for refusal in job.refused}
        self._done = 0
        self._answered = False  # in this run, for any page

    async def get(self, url: str, start: bool = False, again: bool = False) -> Answer | None:
        """The answer behind a URL and its redirects, each asked once; None where it may not or could not be had. MovedError: the
        source itself (`start`) is collected elsewhere on its site."""
        chain: list[str] = []
        target: str | None = None
        for _ in range(MAX_REDIRECTS + 1):
            chain.append(url)
            answer = await self._ask(url, again) if self._is_new(url, start) else None
            target = self._target(answer) if answer is not None else None
            if target is None:
                self.led |= dict.fromkeys(chain[:-1], self.led.get(url, url))
                return self._judge(answer, start) if answer is not None else None
            if target in chain or not same_origin(target, url):
                break
            url = target
        assert target is not None
        if target in chain:
            why = f"redirects in a ring, back to {target}"
        elif same_origin(target, url):
            why = f"more than {MAX_REDIRECTS} redirects"
        else:
            why = f"redirects to another site, {masked(target)}"
            if start and same_site(url, target):
                raise MovedError(target)
            if start:
                advice = ": add that address instead." if is_worth_adding(target) else ", which is nothing to collect."
                raise StopCollectingError(f"{url} {why}{advice}", ending="failed")
        self.lose(self.harvest.visits[-1], "redirect", why)
        self.led |= dict.fromkeys(chain[:-1], chain[-1])
        return None

    def why_lost(self, url: str) -> Lost | None:
        """Why nothing could be read at an address, or where its redirects end."""
        return self.lost.get(url) or self.lost.get(self.led.get(url, url))

    def _is_new(self, url: str, start: bool) -> bool:
        """Whether a URL is to be asked for: not yet seen, allowed, and not refused in a run that this one goes on from."""
        if url in self.seen:
            return False
        if refusal := self._refused.get(url):
            self.seen.add(url)
            self.lost[url] = Lost("refused", refusal.told, refused=True)
            self.harvest.visits.append(Visit(url, "refused", why=f"{refusal.told}: not asked for again"))
            self.harvest.refused_by = self.harvest.refused_by or refusal.by
            self.harvest.reason = self.harvest.reason or f"part of it is refused: {refusal.told}"
            return False
        return self.permission.may(url, start)

    async def _ask(self, url: str, again: bool) -> Answer | None:
        """The answer; None where it cannot be had and never will (`lost` says why)."""
        self.seen.add(url)
        if self._done >= self.job.max_pages:
            raise StopCollectingError(
                f"scrape.max_pages ({self.job.max_pages}) is reached at {url}. Raise it in params.yaml and run again to go on."
            )
        self._done += 1
        try:
            answer = await self._get(url, again)
        except FetchError as error:
            more = ". Raise scrape.max_page_bytes in params.yaml, and run again" if error.outcome == "too large" else ""
            self.harvest.visits.append(Visit(url, error.outcome, robots="allowed"))
            self.lose(self.harvest.visits[-1], error.outcome, f"{error}{more}")
            return None
        except StopCollectingError as stop:
            self.harvest.visits.append(visit := Visit(url, "no whole answer", robots="allowed"))
            if not (isinstance(stop, NoAnswerError) and await self._is_up(url)):
                raise
            self.lose(
                visit,
                visit.outcome,
                f"no whole answer in two runs, and the site answers for other pages ({stop.trouble})",
            )
            return None
        if url in self.harvest.troubled:
            self.harvest.troubled.remove(url)
        self._answered |= not answer.kept
        self._note(answer, "page" if answer.status == 200 else f"http {answer.status}")
        visit = self.visit_of(answer)
        if self.job.unread.get(url) == answer.digest:
            why = "reading it took too long, or ended the process that read it, in an earlier run, and it is the same page still"
            self.lose(visit, "unreadable", why)
            return None
        self.harvest.unread.pop(url, None)
        try:
            said = self.permission.look(answer)
        except RefusedError as refusal:
            visit.outcome, visit.why = "tdm: reserved", refusal.why
            raise
        visit.tdm = said.as_dict() if said is not None else None
        return answer

    async def _is_up(self, troubled: str) -> bool:
        """Whether the site answers for other pages, while one gave no whole answer in the runs before and gives none now. If no
        other was asked for in this run, the source's own is, once more."""
        start = normal(self.job.url)
        if troubled not in self.job.troubled or troubled == start:
            self.harvest.troubled = list(dict.fromkeys([*self.harvest.troubled, troubled]))
            return False
        if not self._answered:
            try:
                self._note(await self._get(start, True), "page")
            except FetchError:
                return False
        return True

    def lose(self, visit: Visit, outcome: str, why: str) -> None:
        """Note that what is at an address cannot be read; the other addresses can."""
        visit.outcome, visit.why = outcome, why
        self.lost[visit.url] = Lost(outcome, why)
        self.harvest.notes.append(f"{visit.url}: {why}")

    def _judge(self, answer: Answer, start: bool) -> Answer:
        """Stop where the site closes its door, with what it showed before; go on without what is merely not there."""
        if answer.status in CLOSED and not listing.is_api(answer.url):
            closed = f"{answer.url} answers {answer.status}: the site does not let us in."
            if start:
                raise StopCollectingError(closed, ending="failed")
            raise RefusedError(
                answer.url,
                SITE,
                f"answers {answer.status}",
                iso(answer.at),
                f"{closed} What it showed before is kept.",
            )
        withdrawn = answer.status in GONE and normal(self.job.url) in self.job.threads
        if start and answer.status != 200 and not withdrawn:
            raise StopCollectingError(f"{answer.url} answers {answer.status}. Check the address.", ending="failed")
        return answer

    def _target(self, answer: Answer) -> str | None:
        """Where a redirect leads, absolute; None for any other answer."""
        location = answer.headers.get("location")
        if answer.status not in REDIRECTS or not location:
            return None
        return normal(location, answer.url)

    def tell(self, waiting: int) -> None:
        known = max(self._done + waiting, self.job.expected)
        self._report(self._done, known if known > self._done else None)

    def visit_of(self, answer: Answer) -> Visit:
        """The manifest's entry of an answer: the last about its address."""
        return next(visit for visit in reversed(self.harvest.visits) if visit.url == answer.url)

    def _note(self, answer: Answer, outcome: str) -> None:
        self.harvest.visits.append(
            Visit(
                answer.url,
                "redirect" if outcome.startswith("http 3") else outcome,
                304 if answer.unchanged else answer.status,
                iso(answer.at),
                answer.size,
                answer.digest,
                answer.encoding if answer.status == 200 else None,
                answer.kept,
                whole=answer.whole,
                asked_for=answer.asked_for,
                robots=None if outcome == "robots.txt" else "allowed",
            )
        )
