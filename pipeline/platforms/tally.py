"""A thread's comments counted: what its pages announce, less what they leave out on purpose, against what they show.

Asked where pages are collected (is the thread whole?) and where they are read (is what is missing gone?).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from pipeline.platforms import html
from pipeline.platforms.base import Page, RawComment
from pipeline.platforms.reading import Reading


def thread_key(page: Page) -> str | None:
    """The name that all pages of a thread share; None for a listing, which belongs to no thread."""
    return page.thread if isinstance(page, Reading) else html.thread_url(page.url)


def plain(key: str) -> str:
    """The name of a thread, or an address, without what a site changes as a whole: http or https, with `www.` or without."""
    return re.sub(r"\Ahttps?://(?:www\.)?", "//", key)


def left_out(page: Page) -> tuple[str, ...]:
    """Ids of a page's entries that its announced number counts, and that are no comments."""
    return page.left_out if isinstance(page, Reading) else ()


def damage(pages: Iterable[Page]) -> list[str]:
    """What of the file that pages are from is cut or broken, each once."""
    told = (problem for page in pages if isinstance(page, Reading) for problem in page.damage)
    return list(dict.fromkeys(told))


def keyed(comments: Iterable[RawComment]) -> tuple[list[tuple[str, RawComment]], int]:
    """Comments of one page by key, and how many ids stood for two different ones (both are kept).

    The key is the platform's id; without one, the words and how often they stood there before.
    """
    found: dict[str, RawComment] = {}
    doubled = 0
    for raw in comments:
        base = raw.platform_id if raw.platform_id is not None else f"\x1f{raw.author}\x1f{raw.posted_at}\x1f{raw.text}"
        key, n = base, 1
        while key in found and (raw.platform_id is None or found[key] != raw):
            n += 1
            key = f"{base}~{n}"
        doubled += n > 1 and raw.platform_id is not None
        found[key] = raw
    return list(found.items()), doubled


def announced(pages: Iterable[Page], shown: Collection[str]) -> int | None:
    """The announced number, less what was left out of it on any page (pingbacks, deleted comments); None: none is announced.

    `shown`: keys of the thread's comments. Of a page that was read twice the later reading counts.
    """
    pages = list(pages)
    # answers about single comments tell no number, and do not take it from the list under the same address
    numbers = {(page.platform, page.url): page.announced for page in pages if page.announced is not None}
    return max(max(numbers.values()) - total_left_out(pages, shown), 0) if numbers else None


def total_left_out(pages: Iterable[Page], shown: Collection[str]) -> int:
    """How many entries are left out of the announced number on all pages, or in all answers of the interface, which show the
    same: the larger of both. An entry counts once, however many pages show it, and as a comment where it is one on any."""
    ids: dict[str, set[str]] = {}
    for page in pages:
        ids.setdefault(page.platform, set()).update(left_out(page))
    return max((len(found.difference(shown)) for found in ids.values()), default=0)
