"""One thread: which pages make it whole, in which order.

One page leads to the next by the platform's `next_links`, within the site, each URL once; a page that shows only comments
that its chain has shown before leads nowhere, because many forums answer any page number with 200.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from pipeline.platforms import tally, walls
from pipeline.platforms.base import Page
from pipeline.platforms.interfaces import is_interface
from pipeline.scrape import listing
from pipeline.scrape.address import linked, may_be, normal
from pipeline.scrape.asking import GONE, Lost, Pages
from pipeline.scrape.counting import Counting
from pipeline.scrape.job import Answer, Job, RefusedError, SlowError, StopCollectingError, UnreadableError
from pipeline.scrape.numbered import Numbers, numbered
from pipeline.scrape.records import iso

#: media types that may hold words of people
_WORDS = re.compile(r"^text/(?!css|javascript)|html|xml|json")
ReadPages = Callable[[str, str], list[Page]]


@dataclass
class _Walk:
    """A walk through one thread's pages, begun at `url`."""

    url: str
    behind: int  # addresses that wait for it to end
    met: dict[str, None] = field(default_factory=dict)  # keys of the threads that its pages showed
    known: dict[bool, set[tuple[str | None, str]]] = field(default_factory=dict)  # comments seen, on pages, in answers
    missing: list[str] = field(default_factory=list)
    lost: Lost | None = None  # why nothing could be read at its beginning
    numbers: Numbers = field(default_factory=dict)  # by which its pages link to one another

    def count(self, answer: Answer) -> None:
        """Take in by which numbers a page links to others. The first, where it does not link to itself, is number 1."""
        found = numbered(answer.text, answer.url)
        named = set[int]().union(*found.values())
        if not self.known and 2 in named and 1 not in named:
            found.setdefault(answer.url, set()).add(1)
        for address, said in found.items():
            self.numbers.setdefault(address, set()).update(said)


def _instead(answer: Answer) -> str:
    """What an answer without a thread may be."""
    media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media and not _WORDS.search(media):
        return f"it is no page but {_what(media)} ({media}). Give the address of the thread itself."
    return walls.advice(answer.text) or "a login page, or a forum that is not known yet?"


def _what(media: str) -> str:
    kinds = {"image": "a picture", "audio": "a sound", "video": "a film", "font": "a font"}
    return "a PDF" if media == "application/pdf" else kinds.get(media.partition("/")[0], "a file")


class Threads:
    """The threads of one visit."""

    def __init__(self, job: Job, pages: Pages, read_pages: ReadPages) -> None:
        self.job, self.harvest, self._pages, self._read_pages = job, pages.harvest, pages, read_pages
        self._counting = Counting()
        self._unread: dict[str, dict[str, Any]] = {}  # address: the row of a thread of which nothing could be read

    def rows(self) -> list[dict[str, Any]]:
        """For the manifest: a row a thread."""
        rows = self._counting.rows()
        read = {row["thread"] for row in rows}
        return rows + [row for row in self._unread.values() if row["thread"] not in read]

    def unread(self, url: str, why: str) -> None:
        """For the manifest: a thread of which this visit could read nothing. `before`: an earlier one could."""
        self._unread[url] = {
            "thread": self.job.threads.get(url, url), "url": url, "at": None, "platform": None, "title": None, "pages": 0,
            "found": 0, "announced": None, "left_out": 0, "complete": False, "why": why, "before": url in self.job.threads,
        }  # fmt: skip

    def read(self, answer: Answer) -> list[Page] | None:
        """The threads that an answer shows; none where it is no page, None where it breaks its reader."""
        try:
            return self._read_pages(answer.text, answer.url) if answer.status == 200 else []
        except UnreadableError as error:
            if isinstance(error, SlowError):
                self.harvest.unread[answer.url] = answer.digest
            self._pages.lose(self._pages.visit_of(answer), "unreadable", str(error))
            return None

    async def collect(self, url: str, first: Answer | None, behind: int = 0) -> None:
        """Every page of one thread, breadth first. Pages and answers of the interface are chains of their own, with the
        same comments. An answer without comments may be a list that leads to them. Pages that shifted while they were
        read are asked for once more. `first`: the answer to `url`, where it is there already; `behind`: addresses that wait."""
        walk = _Walk(url, behind)
        try:
            await self._walk([url], walk, first)
            again = list(dict.fromkeys(address for key in walk.met for address in self._counting.shifted(key)))
            if again and not (walk.lost and walk.lost.refused):
                self.harvest.notes.append(f"pages shifted while {url} was read; asked once more: {len(again)}")
                self._pages.seen.difference_update(again)
                await self._walk(again, walk, None, again=True)
        except StopCollectingError as stop:
            walk.missing.append("the rest of it")
            if isinstance(stop, RefusedError):
                walk.lost = Lost("refused", stop.of(url).told)
            raise
        finally:
            for key in walk.met:
                for what in [*walk.missing, *self._counting.repeated(key, walk.numbers)]:
                    self._counting.miss(key, what)
            if not walk.met and (walk.lost or walk.missing):
                self.unread(url, walk.lost.why if walk.lost else f"not to be had: {', '.join(walk.missing)}")
            elif walk.known and not walk.met:
                self.harvest.notes.append(f"{url} shows neither a thread nor a list of threads")

    async def _walk(self, urls: Iterable[str], walk: _Walk, first: Answer | None, again: bool = False) -> None:
        queue, late = deque(urls), deque[str]()
        waiting = set(queue)  # what was ever put into the queue
        repeated = frozenset(queue) if again else frozenset()
        while now := queue or late:
            address = now.popleft()
            if address in self.job.troubled and now is queue and first is None:
                late.append(address)
                continue
            answer = first if first is not None else await self._pages.get(address, again=address in repeated)
            first = None
            self._pages.tell(len(queue) + walk.behind)
            pages = self.read(answer) if answer is not None else None
            if answer is None or pages is None:
                if self._lose(address, walk):
                    return
                continue
            if answer.status != 200:
                self._missing(address, answer, walk)
                continue
            if not pages:
                self._without_thread(address, answer, walk)
                continue
            if walk.met and not again and (other := self._other(pages, walk.met)):
                walk.missing.append(f"{address} ({other})")
            if self._goes_on(answer, pages, walk):
                links = dict.fromkeys(linked(link, answer.url) for page in pages for link in page.next_links)
                new = [link for link in links if link not in waiting and link not in self._pages.seen]
                waiting.update(new)
                queue.extend(new)

    def _goes_on(self, answer: Answer, pages: list[Page], walk: _Walk) -> bool:
        """Take in what pages show; whether it is anything new, so that their links are to be followed."""
        keys = self._counting.add(walk.url, answer, pages, self._pages.visit_of(answer))
        walk.met.update(dict.fromkeys(keys))
        answers = is_interface(pages[0].platform)
        chain = answers or "json" in answer.headers.get("content-type", "")
        if not chain:
            walk.count(answer)
        shown = {(tally.thread_key(page), key) for page in pages for key, _ in tally.keyed(page.comments)[0]}
        first = chain not in walk.known
        old = walk.known.setdefault(chain, set())
        new = bool(shown - old)
        old |= shown
        return first or new or (answers and not shown)

    def why_lost(self, address: str, keys: Collection[str] = ()) -> Lost | None:
        """Why nothing could be read at an address that was not answered with a page. One that leads to a page that was read
        before may be another name of it (if that is of the threads `keys`, where there are any), or be lost; nothing is
        missed of an interface that leads away. None: nothing is lost."""
        if lost := self._pages.why_lost(address):
            return None if lost.outcome == "redirect" and listing.is_api(address) else lost
        target = self._pages.led.get(address)
        if target is None or listing.is_api(address):
            return None
        if may_be(address, target, words=not self._counting.showed(target)) and (
            not keys or self._counting.showed(target, keys)
        ):
            return None
        return Lost("redirect", f"redirects to {target}, another page")

    def _other(self, pages: list[Page], keys: Collection[str]) -> str | None:
        """What else a later page of the threads `keys` shows, where it is none of them. Where they announce no number, nothing
        else would tell."""
        if is_interface(pages[0].platform):
            return None
        shown = {key for page in pages if (key := tally.thread_key(page)) is not None}
        if shown and shown.isdisjoint(keys):
            return "another thread"
        empty = not any(page.comments or tally.left_out(page) for page in pages)
        return "shows no comments" if empty and shown else None

    def _lose(self, address: str, walk: _Walk) -> bool:
        """An address at which nothing could be read, if that is why there is no page; whether its thread ends here."""
        lost = self.why_lost(address, walk.met)
        if lost is None:
            return False
        walk.missing.append(f"{address} ({lost.outcome})")
        walk.lost = walk.lost or lost
        if lost.refused:
            walk.missing.append("the rest of it")
        return lost.refused

    def _missing(self, address: str, answer: Answer, walk: _Walk) -> None:
        """A page that could not be had: the thread is withdrawn, if it is the first of one that was there before."""
        if answer.status in GONE and address == walk.url and address in self.job.threads:
            key = self.job.threads[address]
            self._counting.withdraw(key, address, answer.status, iso(answer.at))
            self.harvest.notes.append(
                f"{address} answers {answer.status}: the thread is withdrawn, and its comments become tombstones"
            )
        elif not listing.is_api(address):
            walk.missing.append(f"{address} (http {answer.status})")
            if address == walk.url:
                walk.lost = Lost(f"http {answer.status}", f"answers {answer.status}")

    def _without_thread(self, address: str, answer: Answer, walk: _Walk) -> None:
        """A page in which no platform finds a thread: a login page, a cookie wall, or a platform not yet known."""
        visit = self._pages.visit_of(answer)
        if visit.outcome == "page":
            visit.outcome = "no thread found"
        where = f"no thread found at {answer.url}: {_instead(answer)}"
        if address == normal(self.job.url):
            raise StopCollectingError(where, ending="failed")
        if not listing.is_api(answer.url):
            walk.missing.append(f"{address} (no thread found)")
            if walk.met:
                self.harvest.notes.append(where)
            walk.lost = walk.lost or Lost("no thread found", where)
