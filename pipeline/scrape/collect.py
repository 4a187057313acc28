"""The frontier: which pages make a thread whole, in which order, and when to stop.

Nothing here knows of Scrapy or files. `get` answers a URL (with its patience), `read_page` is the platforms' reader. One
page leads to the next by the platform's `next_links`, within the site, each URL once; a page that shows only comments that
its chain has shown before leads nowhere, because many forums answer any page number with 200.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from urllib.parse import urldefrag, urljoin

from w3lib.url import safe_url_string

from pipeline.platforms.base import Page
from pipeline.platforms.interfaces import is_interface
from pipeline.scrape import listing
from pipeline.scrape.address import same_origin
from pipeline.scrape.archive import iso
from pipeline.scrape.job import Answer, FetchError, Harvest, Job, StopCollectingError, Visit
from pipeline.scrape.robots import Robots, parse_robots

MAX_REDIRECTS = 10
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CLOSED = frozenset({401, 403})

Get = Callable[[str], Awaitable[Answer]]
ReadPage = Callable[[str, str], Page | None]


def normal(url: str) -> str:
    """A URL as it is asked for: no fragment, what must be escaped escaped."""
    return safe_url_string(urldefrag(url)[0])


def is_listing(page: Page) -> bool:
    """Whether a page only leads to threads, and is none itself."""
    return not page.comments and page.title is None and page.opening is None and bool(page.next_links)


class Collector:
    """Collects one job's pages. `run` never raises for what a site does: the harvest tells."""

    def __init__(self, job: Job, get: Get, read_page: ReadPage, report: Callable[[int], None]) -> None:
        self.job, self._get, self._read, self._report = job, get, read_page, report
        self.harvest = Harvest(job.source_id)
        self._robots: Robots | None = None
        self._seen: set[str] = set()
        self._pages = 0

    async def run(self, obey: Callable[[float], None]) -> Harvest:
        """The harvest. `obey` is told the Crawl-delay of robots.txt, in seconds."""
        try:
            self._robots = await self._ask_robots()
            self.harvest.robots = self._robots.as_dict()
            self.harvest.notes += self._robots.warnings
            obey(self._robots.delay)
            await self._start(normal(self.job.url))
            self.harvest.ending = "complete" if self.harvest.reason is None else "refused"
        except StopCollectingError as stop:
            self.harvest.reason, self.harvest.ending = str(stop), stop.ending
        return self.harvest

    async def _ask_robots(self) -> Robots:
        url = urljoin(self.job.url, "/robots.txt")
        for _ in range(MAX_REDIRECTS // 2):
            try:
                answer = await self._get(url)
            except FetchError as error:
                self.harvest.visits.append(Visit(url, error.outcome))
                return parse_robots(url, None)
            except StopCollectingError as stop:
                self.harvest.robots = parse_robots(url, None).as_dict()
                raise StopCollectingError(f"robots.txt could not be read, so nothing was asked: {stop}") from stop
            self._note(answer, "robots.txt")
            target = self._target(answer)
            if target is None or not same_origin(target, url):
                return parse_robots(url, answer.status, answer.body)
            url = target
        return parse_robots(url, 310)

    async def _start(self, url: str) -> None:
        answer = await self._page(url, start=True)
        if answer is None:
            return
        page = self._read(answer.text, answer.url)
        if page is not None and is_listing(page):
            await self._site(answer, page)
        else:
            await self._thread(url, answer)

    # --- whole sites -------------------------------------------------------------------------------------------

    async def _site(self, home: Answer, page: Page) -> None:
        """Every post that a site lists is a thread; without a list over REST, its listings are walked."""
        api = listing.api_root(home.text, home.url)
        if api and same_origin(api, home.url) and listing.is_home(api, home.url):
            links = await self._listed(api)
            for link in links:
                await self._thread(normal(link), None)
            if links:
                return
        queue = deque(normal(link) for link in page.next_links)
        while queue:
            url = queue.popleft()
            answer = await self._page(url)
            if answer is None or answer.status != 200:
                continue
            inner = self._read(answer.text, answer.url)
            if inner is not None and is_listing(inner):
                queue.extend(normal(link) for link in inner.next_links)
            else:
                await self._thread(url, answer)
        if len(self._seen) < 2:
            raise StopCollectingError(
                f"{home.url} lists no posts. Add the address of a thread itself.", ending="failed"
            )

    async def _listed(self, api: str) -> list[str]:
        """The links of all posts, as the REST interface lists them; none where it is closed."""
        links: list[str] = []
        for number in range(1, self.job.max_pages + 1):
            answer = await self._page(listing.posts_url(api, number))
            found = listing.post_links(answer.text) if answer is not None and answer.status == 200 else []
            links += [link for link in found if link not in links]
            if len(found) < listing.PER_PAGE:
                break
        return links

    # --- one thread --------------------------------------------------------------------------------------------

    async def _thread(self, url: str, first: Answer | None) -> None:
        """Every page of one thread, breadth first. Pages and answers of the interface are chains of their own, with the
        same comments. An answer without comments may be a list that leads to them."""
        queue = deque([url])
        known: dict[bool, set[str]] = {}
        while queue:
            address = queue.popleft()
            answer = first if first is not None else await self._page(address)
            first = None
            if answer is None or answer.status != 200:
                continue
            page = self._read(answer.text, answer.url)
            if page is None:
                self._unread(answer, alone=address == normal(self.job.url))
                continue
            answers = is_interface(page.platform)
            chain = answers or "json" in answer.headers.get("content-type", "")
            ids = {c.platform_id or f"{c.author}\x1f{c.text}" for c in page.comments}
            if chain in known and not ids - known[chain] and (ids or not answers):
                continue
            known.setdefault(chain, set()).update(ids)
            queue.extend(link for link in map(normal, page.next_links) if link not in self._seen and link not in queue)

    def _unread(self, answer: Answer, alone: bool) -> None:
        """A page in which no platform finds a thread: a login page, a cookie wall, or a platform not yet known."""
        for visit in self.harvest.visits:
            if visit.url == answer.url and visit.outcome == "page":
                visit.outcome = "no thread found"
        where = f"no thread found at {answer.url}: a login page, or a forum that is not known yet?"
        if alone:
            raise StopCollectingError(where, ending="failed")
        if not listing.is_api(answer.url):
            self.harvest.notes.append(where)

    # --- one page ----------------------------------------------------------------------------------------------

    async def _page(self, url: str, start: bool = False) -> Answer | None:
        """The answer behind a URL and its redirects, each asked once; None where it may not or could not be had."""
        for _ in range(MAX_REDIRECTS + 1):
            if url in self._seen or not self._may(url, start):
                return None
            self._seen.add(url)
            answer = await self._ask(url)
            target = self._target(answer)
            if target is None:
                return self._judge(answer, start)
            if start and not same_origin(target, url):
                raise StopCollectingError(
                    f"{url} redirects to another site, {target}: add that address instead.", ending="failed"
                )
            url = target
        raise StopCollectingError(f"{url}: more than {MAX_REDIRECTS} redirects.", ending="failed")

    def _may(self, url: str, start: bool) -> bool:
        """Whether a URL may be asked for; if not, the manifest says why."""
        assert self._robots is not None
        if not same_origin(url, self.job.url):
            self.harvest.visits.append(Visit(url, "other origin"))
            return False
        if not self._robots.allows(url):
            rule = self._robots.rule(url)
            self.harvest.visits.append(Visit(url, f"robots: {rule}"))
            self.harvest.robots["rule"] = rule
            if start:
                raise StopCollectingError(f"robots.txt forbids {url} ({rule}); it was not asked for.", ending="refused")
            if not listing.is_api(url):
                self.harvest.reason = self.harvest.reason or f"robots.txt forbids part of it, first {url} ({rule})"
            return False
        if self._pages >= self.job.max_pages:
            raise StopCollectingError(
                f"scrape.max_pages ({self.job.max_pages}) is reached at {url}. Raise it in params.yaml and run again to go on."
            )
        return True

    async def _ask(self, url: str) -> Answer:
        self._pages += 1
        try:
            answer = await self._get(url)
        except FetchError as error:
            self.harvest.visits.append(Visit(url, error.outcome))
            raise StopCollectingError(f"{url}: {error}") from error
        except StopCollectingError:
            self.harvest.visits.append(Visit(url, "no whole answer"))
            raise
        self._note(answer, "page" if answer.status == 200 else f"http {answer.status}")
        self._report(self._pages)
        return answer

    def _judge(self, answer: Answer, start: bool) -> Answer:
        """Stop where the site closes its door; go on without what is merely not there."""
        if answer.status in CLOSED and not listing.is_api(answer.url):
            raise StopCollectingError(
                f"{answer.url} answers {answer.status}: the site does not let us in.", ending="failed"
            )
        if start and answer.status != 200:
            raise StopCollectingError(f"{answer.url} answers {answer.status}. Check the address.", ending="failed")
        return answer

    def _target(self, answer: Answer) -> str | None:
        """Where a redirect leads, absolute; None for any other answer."""
        location = answer.headers.get("location")
        if answer.status not in REDIRECTS or not location:
            return None
        return normal(urljoin(answer.url, location))

    def _note(self, answer: Answer, outcome: str) -> None:
        self.harvest.visits.append(
            Visit(
                answer.url,
                "redirect" if outcome.startswith("http 3") else outcome,
                answer.status,
                iso(answer.at),
                answer.size,
                answer.digest,
                answer.encoding if answer.status == 200 else None,
                answer.kept,
            )
        )
