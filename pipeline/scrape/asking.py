"""One page after another: asked for once, within the limits, and written down.

`Pages` answers the frontier's questions about a URL: what is behind it and its redirects, or why it may not or could not be
had. Everything that was asked for, and everything that was not, is in the harvest's visits.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.scrape import listing
from pipeline.scrape.address import masked, normal, same_origin
from pipeline.scrape.job import Answer, Ending, FetchError, Harvest, Job, StopCollectingError, Visit
from pipeline.scrape.permission import Get, Permission
from pipeline.scrape.records import iso

MAX_REDIRECTS = 10
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CLOSED = frozenset({401, 403})
GONE = frozenset({404, 410})

#: told after each page: pages done, pages known so far (None: nobody knows)
Report = Callable[[int, int | None], None]


class Pages:
    """The pages of one job."""

    def __init__(self, job: Job, get: Get, report: Report, harvest: Harvest) -> None:
        self.job, self._get, self._report, self.harvest = job, get, report, harvest
        self.permission = Permission(job, get, harvest, self._note)
        self.seen: set[str] = set()
        self._done = 0

    async def get(self, url: str, start: bool = False, again: bool = False) -> Answer | None:
        """The answer behind a URL and its redirects, each asked once; None where it may not or could not be had."""
        chain: list[str] = []
        lost: Ending = "failed" if start else "incomplete"
        for _ in range(MAX_REDIRECTS + 1):
            chain.append(url)
            if url in self.seen or not self.permission.may(url, start):
                return None
            self.seen.add(url)
            answer = await self._ask(url, again)
            target = self._target(answer)
            if target is None:
                return self._judge(answer, start)
            if start and not same_origin(target, url):
                raise StopCollectingError(
                    f"{url} redirects to another site, {masked(target)}: add that address instead.", ending="failed"
                )
            if target in chain:
                raise StopCollectingError(f"{url} redirects in a ring, back to {target}.", ending=lost)
            url = target
        raise StopCollectingError(f"{url}: more than {MAX_REDIRECTS} redirects.", ending=lost)

    async def _ask(self, url: str, again: bool) -> Answer:
        if self._done >= self.job.max_pages:
            raise StopCollectingError(
                f"scrape.max_pages ({self.job.max_pages}) is reached at {url}. Raise it in params.yaml and run again to go on."
            )
        self._done += 1
        try:
            answer = await self._get(url, again)
        except FetchError as error:
            self.harvest.visits.append(Visit(url, error.outcome, robots="allowed"))
            more = " Raise scrape.max_page_bytes in params.yaml, and run again." if error.outcome == "too large" else ""
            raise StopCollectingError(f"{url}: {error}.{more}" if more else f"{url}: {error}") from error
        except StopCollectingError:
            self.harvest.visits.append(Visit(url, "no whole answer", robots="allowed"))
            raise
        self._note(answer, "page" if answer.status == 200 else f"http {answer.status}")
        said = self.permission.look(answer)
        self.visit_of(answer).tdm = said.as_dict() if said is not None else None
        return answer

    def _judge(self, answer: Answer, start: bool) -> Answer:
        """Stop where the site closes its door, with what it showed before; go on without what is merely not there."""
        if answer.status in CLOSED and not listing.is_api(answer.url):
            closed = f"{answer.url} answers {answer.status}: the site does not let us in."
            if start:
                raise StopCollectingError(closed, ending="failed")
            self.harvest.refused_by = "the site"
            raise StopCollectingError(f"{closed} What it showed before is kept.", ending="refused")
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
                robots=None if outcome == "robots.txt" else "allowed",
            )
        )
