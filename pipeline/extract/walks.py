"""What is gone from a thread that does not say how many comments it has.

A comment that a later visit does not show may be deleted, or on a page that was not asked for, or it slipped over the seam
between two pages that shifted while they were read. It is gone for sure only where that visit walked the thread to its end
and the comments between which it stood now stand together on one page: there is no seam between them, nor a list cut short.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urldefrag

from pipeline.platforms import tally
from pipeline.platforms.base import Page
from pipeline.platforms.interfaces import is_interface_address


@dataclass(frozen=True)
class Walk:
    """The pages of one visit to a thread, or the answers of the interface beside them."""

    pages: Mapping[str, tuple[str, ...]]  # address as asked for -> keys of the comments on it, in page order
    times: Mapping[str, dt.datetime | None]  # key -> when it was posted
    to_the_end: bool  # every page to which one leads was asked for and answered

    @cached_property
    def shifted(self) -> bool:
        """Whether a comment stands on two pages. Some forums repeat the first on each; one page may have two addresses."""
        distinct = set(self.pages.values())
        same_first = len({keys[:1] for keys in distinct}) == 1
        plain = [key for keys in distinct for key in keys[same_first:]]
        return len(plain) != len(set(plain))


def walk_of(pages: Iterable[tuple[str, Page]], answered: Collection[str]) -> Walk:
    """A walk over pages (with the address asked for), where these addresses were `answered` by pages of the thread."""
    keys: dict[str, tuple[str, ...]] = {}
    times: dict[str, dt.datetime | None] = {}
    links: set[str] = set()
    for address, page in pages:
        found = tally.keyed(page.comments)[0]
        keys[address] = (*keys.get(address, ()), *(key for key, _ in found))
        times.update((key, raw.posted_at) for key, raw in found)
        links.update(page.next_links)
    known = set(map(_plain, answered))
    of_interface = any(map(is_interface_address, keys))  # pages are whole where their interface is closed
    asked = {link for link in links if of_interface or not is_interface_address(link)}
    return Walk(keys, times, all(_plain(link) in known for link in asked))


def _plain(url: str) -> str:
    """An address as it is compared: without fragment, whatever is escaped, http as https."""
    return unquote(urldefrag(url)[0]).replace("http://", "https://", 1)


def gone(missing: Iterable[str], before: Walk, now: Walk) -> set[str]:
    """Of comments that stood in one walk and not in a later one, those that are gone: each page on which they stood was
    asked for again, and what stood before and after them is still there (what stood before, where they were the last)."""
    if not now.to_the_end or now.shifted:
        return set()
    found = set()
    for key in missing:
        places = [address for address, keys in before.pages.items() if key in keys]
        if places and all(address in now.pages and _closed(key, address, before, now) for address in places):
            found.add(key)
    return found


def _closed(key: str, address: str, before: Walk, now: Walk) -> bool:
    """Whether the gap that a comment left on a page is closed."""
    keys, shown = before.pages[address], {key for keys in now.pages.values() for key in keys}
    kept = [key for key in keys if key in shown]
    if 2 * len(kept) < len(keys):  # part of the page may be folded away
        return False
    place = keys.index(key)
    left = next((other for other in reversed(keys[:place]) if other in shown), None)
    right = next((other for other in keys[place:] if other in shown), None)
    if left is not None and right is not None:
        return any({left, right} <= set(page) and _same_order(keys, page) for page in now.pages.values())
    page, neighbour = now.pages[address], left if right is None else right
    if neighbour not in page or not _same_order(keys, page):
        return False
    if _was_newest(key, neighbour, before, shown):
        return True
    # the end of a list: unless what is new at its beginning pushed it out
    return right is None and len(before.pages) == len(now.pages) == 1 and page[0] in keys


def _same_order(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether what stands on both pages stands there in the same order: no list that is sorted by votes."""
    return [key for key in one if key in other] == [key for key in other if key in one]


def _was_newest(key: str, neighbour: str | None, walk: Walk, shown: Collection[str]) -> bool:
    """Whether a comment was newer than all that are left, of which the newest stood beside it: the end of a thread in the
    order of time, whichever way. No list drops its newest comment for want of room."""
    times = [walk.times[other] for other in walk.times if other in shown]
    own, beside = walk.times[key], walk.times.get(neighbour or "")
    known = [time for time in times if time is not None]
    return own is not None and beside is not None and len(known) == len(times) and own >= beside == max(known)
