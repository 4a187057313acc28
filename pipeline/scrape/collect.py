"""The frontier: which pages make a thread whole, in which order, and when to stop.

Nothing here knows of Scrapy or files. `get` answers a URL (with its patience), `read_pages` is the platforms' reader. One
page leads to the next by the platform's `next_links`, within the site, each URL once; a page that shows only comments that
its chain has shown before leads nowhere, because many forums answer any page number with 200. A later visit goes back to
every thread of the earlier ones, whether a list still leads there or not.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pipeline.platforms import tally
from pipeline.platforms.base import Page
from pipeline.platforms.interfaces import is_interface
from pipeline.platforms.reading import Reading
from pipeline.scrape import listing
from pipeline.scrape.address import normal, same_origin
from pipeline.scrape.asking import GONE, Pages, Report
from pipeline.scrape.counting import Counting
from pipeline.scrape.job import Answer, Harvest, Job, StopCollectingError
from pipeline.scrape.permission import Get
from pipeline.scrape.records import iso

#: media types that may hold words of people
_WORDS = re.compile(r"^text/(?!css|javascript)|html|xml|json")
ReadPages = Callable[[str, str], list[Page]]


def is_listing(page: Page) -> bool:
    """Whether a page only leads to threads, and is none itself."""
    if page.comments or not page.next_links:
        return False
    return page.thread is None if isinstance(page, Reading) else page.title is None and page.opening is None


@dataclass
class _Walk:
    """A walk through one thread's pages, begun at `url`."""

    url: str
    met: dict[str, None] = field(default_factory=dict)  # keys of the threads that its pages showed
    known: dict[bool, set[tuple[str | None, str]]] = field(default_factory=dict)  # comments seen, on pages, in answers
    missing: list[str] = field(default_factory=list)


def _instead(answer: Answer) -> str:
    """What an answer without a thread may be."""
    media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media and not _WORDS.search(media):
        return f"it is no page but {_what(media)} ({media}). Give the address of the thread itself."
    return "a login page, or a forum that is not known yet?"


def _what(media: str) -> str:
    kinds = {"image": "a picture", "audio": "a sound", "video": "a film", "font": "a font"}
    return "a PDF" if media == "application/pdf" else kinds.get(media.partition("/")[0], "a file")


class Collector:
    """Collects one job's pages. `run` never raises for what a site does: the harvest tells."""

    def __init__(self, job: Job, get: Get, read_pages: ReadPages, report: Report) -> None:
        self.job, self._read = job, read_pages
        self.harvest = Harvest(job.source_id)
        self._pages = Pages(job, get, report, self.harvest)
        self._counting = Counting()

    async def run(self, obey: Callable[[float], None]) -> Harvest:
        """The harvest. `obey` is told the Crawl-delay of robots.txt, in seconds."""
        try:
            await self._pages.permission.ask(obey)
            await self._start(normal(self.job.url))
            self.harvest.ending = "complete" if self.harvest.reason is None else "refused"
        except StopCollectingError as stop:
            self.harvest.reason, self.harvest.ending = str(stop), stop.ending
        self.harvest.threads = self._counting.rows()
        return self.harvest

    async def _start(self, url: str) -> None:
        answer = await self._pages.get(url, start=True)
        if answer is None:
            return
        pages = self._read(answer.text, answer.url) if answer.status == 200 else []
        if not (pages and is_listing(pages[0])):
            await self._thread(url, answer)
        elif url in self.job.threads:
            raise StopCollectingError(
                f"{url} was a thread at an earlier visit, and leads to a list of threads now ({answer.url}): moved, or "
                "removed? Add its new address, if it has one.",
                ending="failed",
            )
        else:
            await self._site(answer, pages[0])

    # --- whole sites -------------------------------------------------------------------------------------------

    async def _site(self, home: Answer, page: Page) -> None:
        """Every post that a site lists is a thread, and so is every one of an earlier visit."""
        if not await self._listed_threads(home):
            await self._walk_lists(page)
        for url in self.job.threads:
            if url not in self._pages.seen:
                await self._thread(url, None)
        if len(self._pages.seen) < 2:
            raise StopCollectingError(
                f"{home.url} lists no posts. Add the address of a thread itself.", ending="failed"
            )

    async def _listed_threads(self, home: Answer) -> bool:
        """The threads that the REST interface lists; False where it does not list them all."""
        api = listing.api_root(home.text, home.url)
        if not (api and same_origin(api, home.url) and listing.is_home(api, home.url)):
            return False
        links, whole = await self._listed(api)
        for link in links:
            await self._thread(normal(link), None)
        return whole

    async def _walk_lists(self, page: Page) -> None:
        """Without a list over REST, the listings are walked."""
        queue = deque(normal(link) for link in page.next_links)
        while queue:
            url = queue.popleft()
            answer = await self._pages.get(url)
            if answer is None:
                continue
            inner = self._read(answer.text, answer.url) if answer.status == 200 else []
            if inner and is_listing(inner[0]):
                queue.extend(normal(link) for each in inner for link in each.next_links)
            else:
                await self._thread(url, answer)
            self._pages.tell(len(queue))

    async def _listed(self, api: str) -> tuple[list[str], bool]:
        """The links of posts, as the REST interface lists them, and whether these are all; none where it is closed."""
        links: dict[str, None] = {}
        for number in range(1, self.job.max_pages + 1):
            answer = await self._pages.get(listing.posts_url(api, number))
            found = listing.post_links(answer.text) if answer is not None and answer.status == 200 else []
            links.update(dict.fromkeys(found))
            if len(found) < listing.PER_PAGE:
                beyond = answer is not None and answer.status == 400  # a page behind the last
                return list(links), bool(links) and (bool(found) or beyond)
        return list(links), False

    # --- one thread --------------------------------------------------------------------------------------------

    async def _thread(self, url: str, first: Answer | None) -> None:
        """Every page of one thread, breadth first. Pages and answers of the interface are chains of their own, with the
        same comments. An answer without comments may be a list that leads to them. Pages that shifted while they were
        read are asked for once more."""
        walk = _Walk(url)
        try:
            await self._walk([url], walk, first)
            again = list(dict.fromkeys(address for key in walk.met for address in self._counting.shifted(key)))
            if again:
                self.harvest.notes.append(f"pages shifted while {url} was read; asked once more: {len(again)}")
                self._pages.seen.difference_update(again)
                await self._walk(again, walk, None, again=True)
        except StopCollectingError:
            walk.missing.append("the rest of it")
            raise
        finally:
            for key in walk.met:
                for what in walk.missing:
                    self._counting.miss(key, what)

    async def _walk(self, urls: Iterable[str], walk: _Walk, first: Answer | None, again: bool = False) -> None:
        queue = deque(urls)
        repeated = frozenset(queue) if again else frozenset()
        while queue:
            address = queue.popleft()
            answer = first if first is not None else await self._pages.get(address, again=address in repeated)
            first = None
            self._pages.tell(len(queue))
            if answer is None or answer.status != 200:
                self._missing(address, answer, walk)
                continue
            pages = self._read(answer.text, answer.url)
            if not pages:
                self._unread(answer, walk, alone=address == normal(self.job.url))
                continue
            if self._goes_on(answer, pages, walk):
                links = [normal(link) for page in pages for link in page.next_links]
                queue.extend(
                    link for link in dict.fromkeys(links) if link not in self._pages.seen and link not in queue
                )

    def _goes_on(self, answer: Answer, pages: list[Page], walk: _Walk) -> bool:
        """Take in what pages show; whether it is anything new, so that their links are to be followed."""
        keys = self._counting.add(walk.url, answer, pages, self._pages.visit_of(answer))
        walk.met.update(dict.fromkeys(keys))
        answers = is_interface(pages[0].platform)
        chain = answers or "json" in answer.headers.get("content-type", "")
        shown = {(tally.thread_key(page), key) for page in pages for key, _ in tally.keyed(page.comments)[0]}
        first = chain not in walk.known
        old = walk.known.setdefault(chain, set())
        new = bool(shown - old)
        old |= shown
        return first or new or (answers and not shown)

    def _missing(self, address: str, answer: Answer | None, walk: _Walk) -> None:
        """A page that could not be had: the thread is withdrawn, if it is the first of one that was there before."""
        if answer is not None and answer.status in GONE and address == walk.url and address in self.job.threads:
            key = self.job.threads[address]
            self._counting.withdraw(key, address, answer.status, iso(answer.at))
            self.harvest.notes.append(
                f"{address} answers {answer.status}: the thread is withdrawn, and its comments become tombstones"
            )
        elif answer is not None and not listing.is_api(address):
            walk.missing.append(f"{address} (http {answer.status})")
            if address == walk.url:
                self.harvest.notes.append(f"{address} answers {answer.status}: nothing of it could be had")

    def _unread(self, answer: Answer, walk: _Walk, alone: bool) -> None:
        """A page in which no platform finds a thread: a login page, a cookie wall, or a platform not yet known."""
        visit = self._pages.visit_of(answer)
        if visit.outcome == "page":
            visit.outcome = "no thread found"
        where = f"no thread found at {answer.url}: {_instead(answer)}"
        if alone:
            raise StopCollectingError(where, ending="failed")
        if not listing.is_api(answer.url):
            self.harvest.notes.append(where)
            walk.missing.append(f"{answer.url} (no thread found)")
