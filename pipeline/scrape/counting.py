"""Whether what was collected of a thread is all of it: the comments on its pages against the number that they announce.

Pages shift where a comment is added or deleted while they are read: the same comment then stands on two pages, or the
announced number changes from one page to the next. What is missing may have slipped over such a seam, so the pages up to
there are asked for once more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.platforms import tally
from pipeline.platforms.base import Page
from pipeline.platforms.interfaces import is_interface, platform_of
from pipeline.scrape.job import Answer, Visit
from pipeline.scrape.numbered import shows_another
from pipeline.scrape.records import iso


@dataclass(frozen=True)
class _Reading:
    """What one answer showed of a thread; the texts are let go."""

    page: Page
    keys: frozenset[str]
    at: str


@dataclass
class _Thread:
    url: str  # where it was begun
    readings: dict[str, _Reading] = field(default_factory=dict)  # by address as asked; of two, the later
    missing: list[str] = field(default_factory=list)  # pages that could not be had, and why


class Counting:
    """The threads of one visit."""

    def __init__(self) -> None:
        self._threads: dict[str, _Thread] = {}
        self._withdrawn: dict[str, dict[str, Any]] = {}

    def add(self, begun: str, answer: Answer, pages: list[Page], visit: Visit) -> list[str]:
        """Take in what an answer showed; tells it in the manifest's `visit`. Returns the keys of its threads."""
        met = []
        visit.platform = pages[0].platform
        for page in pages:
            key = tally.thread_key(page)
            if key is None:
                continue
            met.append(key)
            keys = frozenset(key for key, _ in tally.keyed(page.comments)[0])
            thread = self._threads.setdefault(key, _Thread(begun))
            thread.readings.pop(answer.url, None)  # a later reading stands later
            thread.readings[answer.url] = _Reading(replace(page, comments=[], next_links=[]), keys, iso(answer.at))
            visit.comments = (visit.comments or 0) + len(keys)
            if page.announced is not None:
                visit.announced = (visit.announced or 0) + page.announced
                visit.left_out = (visit.left_out or 0) + len(tally.left_out(page))
        visit.thread = met[0] if len(met) == 1 else None
        return met

    def miss(self, key: str, what: str) -> None:
        """A page of a thread that could not be had."""
        self._threads[key].missing.append(what)

    def repeated(self, key: str, numbers: Mapping[str, set[int]]) -> list[str]:
        """The pages of a thread that show another page of it in their place; `numbers`: see `numbered`."""
        first: dict[frozenset[str], str] = {}
        found = []
        for url, reading in self._threads[key].readings.items():
            before = first.setdefault(reading.keys, url)
            if reading.keys and shows_another(url, before, numbers):
                found.append(f"{url} (shows {before} again)")
        return found

    def showed(self, url: str, keys: Collection[str] = ()) -> bool:
        """Whether the answer at an address showed a page of a thread (of one of these, where there are any)."""
        return any(url in thread.readings for key, thread in self._threads.items() if key in keys or not keys)

    def withdraw(self, key: str, url: str, status: int, at: str) -> None:
        """A thread of an earlier visit whose address now says that it is not there."""
        self._withdrawn[key] = {
            "thread": key, "url": url, "at": at, "platform": None, "title": None, "pages": 0, "found": 0, "announced": None,
            "left_out": 0, "complete": None, "why": f"withdrawn: its address answers {status}", "withdrawn": status,
        }  # fmt: skip

    def shifted(self, key: str) -> list[str]:
        """The addresses to ask once more, in the order in which they were read; none where the counts agree or nothing
        shifted."""
        thread = self._threads[key]
        found, announced, _ = _counts(thread)
        if announced is None or found == announced:
            return []
        again: list[str] = []
        for interface in (False, True):
            chain = {u: r for u, r in thread.readings.items() if is_interface(r.page.platform) is interface}
            addresses = list(chain)
            seam = _last_seam(list(chain.values()))
            again += addresses[: seam + 1] if seam else []
        return again

    def rows(self) -> list[dict[str, Any]]:
        """For the manifest: a row a thread. `complete` is null where no number is announced."""
        return [self._row(key, thread) for key, thread in self._threads.items()] + list(self._withdrawn.values())

    @staticmethod
    def _row(key: str, thread: _Thread) -> dict[str, Any]:
        found, announced, left_out = _counts(thread)
        readings = list(thread.readings.values())
        damaged = [f"{url} ({what})" for url, r in thread.readings.items() for what in tally.damage([r.page])]
        complete, why = _judge(found, announced, thread.missing + damaged)
        return {
            "thread": key,
            "url": thread.url,
            "at": readings[0].at,
            "platform": platform_of(readings[0].page.platform),
            "title": next((r.page.title for r in readings if r.page.title), None),
            "pages": len(readings),
            "found": found,
            "announced": announced,
            "left_out": left_out,
            "complete": complete,
            "why": why,
        }


def _counts(thread: _Thread) -> tuple[int, int | None, int]:
    """(comments found, announced less what is left out, left out) of a thread."""
    pages = [reading.page for reading in thread.readings.values()]
    found = frozenset[str]().union(*(reading.keys for reading in thread.readings.values()))
    return len(found), tally.announced(pages, found), tally.total_left_out(pages, found)


def _judge(found: int, announced: int | None, missing: list[str]) -> tuple[bool | None, str | None]:
    """Whether a thread is whole (None: it does not say how many comments it has), and why not."""
    without = f"; not to be had: {', '.join(missing)}" if missing else ""
    if announced is None:
        why = f"it does not announce how many comments it has{without}"
        return (False if missing else None), why
    if found == announced:
        return True, None
    return False, f"announced {announced}, found {found}{without}"


def _last_seam(readings: list[_Reading]) -> int:
    """The place in a chain of pages of the last at which something shifted; 0: nothing did."""
    last, seen, number = 0, set[str](), None
    for place, reading in enumerate(readings):
        if reading.keys & seen or (None not in (number, reading.page.announced) and number != reading.page.announced):
            last = place
        seen |= reading.keys
        number = reading.page.announced if reading.page.announced is not None else number
    return last
