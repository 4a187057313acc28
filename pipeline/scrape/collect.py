"""The frontier: which threads a source leads to, in which order, and when to stop.

Nothing here knows of Scrapy or files. `get` answers a URL (with its patience), `read_pages` is the platforms' reader. A source
is one thread (see `threads`), or a site whose lists lead to many. A later visit goes back to every thread of the earlier ones,
whether a list still leads there or not.

What cannot be read at one address (too large, breaks its reader) is told of its thread, and the others go on. Where an
address in the middle refuses, nothing more is asked of the site in this run; the next run goes on without that thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NoReturn

from pipeline.platforms.base import Page
from pipeline.platforms.reading import Reading
from pipeline.scrape import listing
from pipeline.scrape.address import at_site, linked, may_be, normal, origin, same_origin
from pipeline.scrape.asking import Pages, Report
from pipeline.scrape.job import Answer, Harvest, Job, MovedError, Refusal, RefusedError, StopCollectingError
from pipeline.scrape.permission import Get
from pipeline.scrape.threads import ReadPages, Threads


def is_listing(page: Page) -> bool:
    """Whether a page only leads to threads, and is none itself."""
    if page.comments or not page.next_links:
        return False
    return page.thread is None if isinstance(page, Reading) else page.title is None and page.opening is None


def _marks_at(job: Job, site: str) -> dict[str, Any]:
    """What a job knows of earlier visits and runs, at the addresses that its site has by now."""
    return {
        "threads": {at_site(url, site): key for url, key in job.threads.items()},
        "troubled": tuple(at_site(url, site) for url in job.troubled),
        "unread": {at_site(url, site): digest for url, digest in job.unread.items()},
        "refused": tuple(_refusal_at(each, site) for each in job.refused),
        "refused_before": tuple(_refusal_at(each, site) for each in job.refused_before),
    }


def _refusal_at(refusal: Refusal, site: str) -> Refusal:
    return replace(refusal, url=at_site(refusal.url, site), thread=at_site(refusal.thread, site))


class Collector:
    """Collects one job's pages. `run` never raises for what a site does: the harvest tells."""

    def __init__(self, job: Job, get: Get, read_pages: ReadPages, report: Report) -> None:
        self.harvest = Harvest(**job.kept_marks())
        self._get, self._read_pages, self._report = get, read_pages, report
        self._begin(job)

    def _begin(self, job: Job) -> None:
        """Before the first request, and again where the source's address leads elsewhere on its site."""
        self.job = job
        self._pages = Pages(job, self._get, self._report, self.harvest)
        self._threads = Threads(job, self._pages, self._read_pages)
        #: addresses of a site, and whether each is a thread for sure: those that it lists; the threads of earlier visits
        self._ahead: deque[tuple[str, bool]] = deque()
        self._known = deque((url, True) for url in job.threads if url != normal(job.url))

    async def run(self, obey: Callable[[float], None]) -> Harvest:
        """The harvest. `obey` is told the Crawl-delay of robots.txt, in seconds."""
        try:
            await self._arrive(obey)
            self.harvest.ending = "complete" if self.harvest.reason is None else "refused"
        except StopCollectingError as stop:
            self.harvest.reason, self.harvest.ending = str(stop), stop.ending
            if isinstance(stop, RefusedError):
                self.harvest.refused_by = stop.by
        self.harvest.threads = self._threads.rows()
        return self.harvest

    async def _arrive(self, obey: Callable[[float], None]) -> None:
        """Begin at the source's address, or where the same site answers for it by now: over https, with or without `www.`. What is
        asked of a site's rules is asked there as well."""
        begun = {origin(normal(self.job.url))}
        while True:
            await self._pages.permission.ask(obey)
            try:
                return await self._start(normal(self.job.url))
            except MovedError as moved:
                url, to = self.job.url, moved.target
                if origin(to) in begun:  # by another path too, or a site could send us to and fro for ever
                    raise StopCollectingError(f"{url} redirects in a ring, back to {to}.", ending="failed") from moved
                begun.add(origin(to))
                self.harvest.notes.append(f"{url} leads to {to}, on the same site: it is collected there")
                self._begin(replace(self.job, url=to, **_marks_at(self.job, to)))

    async def _start(self, url: str) -> None:
        answer = await self._pages.get(url, start=True)
        pages = self._threads.read(answer) if answer is not None else None
        if answer is None or pages is None:
            await self._without_start(url)
        elif not (pages and is_listing(pages[0])):
            await self._threads.collect(url, answer, len(self._ahead))
        elif url in self.job.threads:
            raise StopCollectingError(
                f"{url} was a thread at an earlier visit, and leads to a list of threads now ({answer.url}): moved, or "
                "removed? Add its new address, if it has one.",
                ending="failed",
            )
        else:
            await self._site(answer, pages[0])

    async def _without_start(self, url: str) -> None:
        """Where nothing can be read at the source's address, the threads of earlier visits are what is left."""
        lost = self._pages.why_lost(url)
        assert lost is not None
        if not self._known:
            self.harvest.notes.pop()  # of what was lost, which is the reason now
            raise StopCollectingError(f"{url}: {lost.why}.", ending="failed")
        self._threads.unread(url, lost.why)
        await self._go_through()

    # --- whole sites -------------------------------------------------------------------------------------------

    async def _site(self, home: Answer, page: Page) -> None:
        """Every post that a site lists is a thread, and so is every one of an earlier visit. Where the REST interface does not
        list all of them, the listings are walked."""
        lists = [(linked(link, home.url), False) for link in page.next_links]
        try:
            links, whole = await self._listed(home)
        except RefusedError as refusal:
            self._ahead.extend(lists)
            self._stop_at(refusal, refusal.url)
        self._ahead.extend((linked(link, home.url), True) for link in links)
        self._ahead.extend(() if whole else lists)
        await self._go_through()
        if len(self._pages.seen) < 2:
            raise StopCollectingError(
                f"{home.url} lists no posts. Add the address of a thread itself.", ending="failed"
            )

    async def _go_through(self) -> None:
        """Everything ahead, in its order; what was refused at the visit before, or not answered in the run before, comes last."""
        before = {refusal.thread: refusal for refusal in self.job.refused_before}
        late: deque[tuple[str, bool]] = deque()
        while queue := self._ahead or self._known or late:
            url, sure = queue.popleft()
            if url in self._pages.seen:
                continue
            if (url in before or url in self.job.troubled) and queue is not late:
                late.append((url, sure))
                continue
            try:
                await self._next(url, sure)
            except RefusedError as refusal:
                left = [before[thread] for thread, _ in late if thread in before]
                for each in left:  # if the visit ends here
                    self._threads.unread(each.thread, f"refused before and not tried again: {each.told}")
                self._known.extend(one for one in late if one[0] not in before)
                self._stop_at(refusal, url, left)

    def _stop_at(self, refusal: RefusedError, thread: str, late: Iterable[Refusal] = ()) -> NoReturn:
        """End the run where an address refuses; the visit too, where nothing is left but what was refused before (`late`)."""
        self.harvest.refused.append(refusal.of(thread))
        refused = {each.thread for each in [*self.harvest.refused, *self.job.refused_before]}
        ahead = {url for url, _ in [*self._ahead, *self._known] if same_origin(url, self.job.url)}
        if left := len(ahead - self._pages.seen - refused):
            raise StopCollectingError(
                f"{refusal.url} {refusal.why}: nothing more was asked of the site in this run. The next run goes on without "
                f"that thread; {left:,} {'address is' if left == 1 else 'addresses are'} left."
            ) from refusal
        self.harvest.refused += late
        raise refusal

    async def _next(self, url: str, sure: bool) -> None:
        """One address of a site: a thread, or (where that is not sure) a listing that leads to more."""
        if sure:
            await self._threads.collect(url, None, len(self._ahead))
            return
        try:
            answer = await self._pages.get(url)
        except RefusedError as refusal:
            self._threads.unread(url, refusal.of(url).told)
            raise
        inner = self._threads.read(answer) if answer is not None else None
        if answer is None or inner is None:
            if lost := self._threads.why_lost(url):
                self._threads.unread(url, lost.why)
        elif inner and is_listing(inner[0]) and not may_be(url, answer.url):
            self._threads.unread(url, f"redirects to {answer.url}, a list of threads")
        elif inner and is_listing(inner[0]):
            self._ahead.extend((linked(link, answer.url), False) for each in inner for link in each.next_links)
        else:
            await self._threads.collect(url, answer, len(self._ahead))
        self._pages.tell(len(self._ahead))

    async def _listed(self, home: Answer) -> tuple[list[str], bool]:
        """The links of posts, as the REST interface lists them, and whether these are all; none where it is closed."""
        api = listing.api_root(home.text, home.url)
        if not (api and same_origin(api, home.url) and listing.is_home(api, home.url)):
            return [], False
        links: dict[str, None] = {}
        for number in range(1, self.job.max_pages + 1):
            answer = await self._pages.get(listing.posts_url(api, number))
            found = listing.post_links(answer.text) if answer is not None and answer.status == 200 else []
            links.update(dict.fromkeys(found))
            if len(found) < listing.PER_PAGE:
                beyond = answer is not None and answer.status == 400  # a page behind the last
                return list(links), bool(links) and (bool(found) or beyond)
        return list(links), False
