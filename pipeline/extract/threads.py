"""Pages of a source put together: one thread of many pages, one comment of many sightings.

The same comment is seen on a page for people, in an answer of the interface beside it (REST, JSON, a feed: see
`platforms.interfaces`), and again where pages shifted while they were read. The interface knows the true parent and the time
in UTC, so it wins there; pages know what the site says of the thread.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipeline.platforms import html
from pipeline.platforms.base import Page, RawComment
from pipeline.platforms.interfaces import is_interface, is_interface_address, platform_of
from pipeline.platforms.reading import Reading


@dataclass(frozen=True)
class Sighting:
    """A page, and when it was seen (UTC)."""

    page: Page
    seen_at: dt.datetime


@dataclass(frozen=True)
class Comment:
    """What all sightings of a comment say together. `key` is its platform's id, or made up where it has none."""

    key: str
    raw: RawComment
    version: int


@dataclass
class Thread:
    """All pages of one thread."""

    key: str
    platform: str
    url: str | None
    title: str | None
    opening: str | None
    language: str | None
    published_at: dt.datetime | None
    snapshot_at: dt.datetime
    announced: int | None
    comments: list[Comment]
    warnings: list[str] = field(default_factory=list)


def gather(sightings: Iterable[Sighting]) -> list[Thread]:
    """Threads in the order of their keys. Listings, which belong to no thread, are left out."""
    groups: dict[str, list[Sighting]] = {}
    for sighting in sorted(sightings, key=lambda one: one.seen_at):
        if (key := thread_key(sighting.page)) is not None:
            groups.setdefault(key, []).append(sighting)
    return [_thread(key, groups[key]) for key in sorted(groups)]


def thread_key(page: Page) -> str | None:
    """The name that all pages of a thread share."""
    return page.thread if isinstance(page, Reading) else html.thread_url(page.url)


def _thread(key: str, sightings: list[Sighting]) -> Thread:
    # Pages before answers for what is said of the thread: an answer has no page of its own, and often no number.
    pages = sorted((sighting.page for sighting in sightings), key=lambda page: is_interface(page.platform))
    comments, warnings = _merge(sightings)
    thread = Thread(
        key=key,
        platform=platform_of(pages[0].platform),
        url=_address(pages),
        title=next((page.title for page in pages if page.title), None),
        opening=next((page.opening for page in pages if page.opening), None),
        language=next((page.language for page in pages if page.language), None),
        published_at=next((page.published_at for page in pages if page.published_at), None),
        snapshot_at=max(sighting.seen_at for sighting in sightings),
        announced=_announced(pages),
        comments=comments,
    )
    said = [*(warning for page in pages for warning in page.warnings), *warnings]
    by_pages = not any(is_interface(page.platform) and page.comments for page in pages)
    if thread.platform == "wordpress" and comments and by_pages:
        said.append(
            "read from HTML alone: replies below the site's deepest indent count as answers to the last one indented"
        )
    if thread.announced is not None and thread.announced != len(comments):
        said.append(f"announced comments: {thread.announced}, found: {len(comments)}")
    thread.warnings = list(dict.fromkeys(said))
    return thread


def _address(pages: list[Page]) -> str | None:
    """Where people read the thread."""
    for page in pages:
        if html.site(page.url) and not is_interface_address(page.url):
            return html.thread_url(page.url)
    links = (comment.permalink for page in pages for comment in page.comments)
    return next((html.thread_url(link) for link in links if link), None)


def _announced(pages: list[Page]) -> int | None:
    """The announced number, less what was left out of it on any page (pingbacks, deleted comments). A page seen twice counts
    once, and of the pages and the answers, which show the same, those that show more of it."""
    announced = [page.announced for page in pages if page.announced is not None]
    met = {(page.platform, page.url): _left_out(page) for page in pages}
    sums = Counter[str]()
    for (platform, _), number in met.items():
        sums[platform] += number
    return max(max(announced) - max(sums.values()), 0) if announced else None


def _left_out(page: Page) -> int:
    return page.left_out if isinstance(page, Reading) else 0


def _merge(sightings: list[Sighting]) -> tuple[list[Comment], list[str]]:
    """Each comment once, in the order first seen; of pages and of answers the latest sighting counts."""
    seen: dict[str, dict[bool, list[RawComment]]] = {}
    doubled = 0
    for sighting in sightings:
        keyed, twice = _keyed(sighting.page.comments)
        doubled += twice
        for key, raw in keyed:
            by_reader = seen.setdefault(key, {})
            by_reader.setdefault(is_interface(sighting.page.platform), []).append(raw)
    comments = [_one(key, by_reader) for key, by_reader in seen.items()]
    return comments, [f"ids that stand for two different comments, kept apart: {doubled}"] if doubled else []


def _keyed(comments: list[RawComment]) -> tuple[list[tuple[str, RawComment]], int]:
    """Comments of one page by key: the platform's id; without one, the words and how often they stood there before."""
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


def _one(key: str, by_reader: dict[bool, list[RawComment]]) -> Comment:
    """All sightings of a comment, on pages (False) and in answers (True), as one. A comment that was edited between
    sightings has more than one version."""
    latest = {answered: raws[-1] for answered, raws in by_reader.items()}
    if False in latest and latest[False].parent is None:  # where pages shift, a reply may stand without what it answers
        parents = [raw.parent for raw in by_reader[False] if raw.parent is not None]
        latest[False] = replace(latest[False], parent=parents[-1] if parents else None)
    version = max(_changes([raw.text for raw in raws]) for raws in by_reader.values())
    if len(latest) == 1:
        return Comment(key, next(iter(latest.values())), version)
    answer, page = latest[True], latest[False]
    merged = replace(
        answer,
        author=answer.author or page.author,
        posted_at=answer.posted_at or page.posted_at,
        text=answer.text or page.text,
        text_format=answer.text_format if answer.text else page.text_format,
        permalink=answer.permalink or page.permalink,
    )
    return Comment(key, merged, version)


def _changes(texts: list[str]) -> int:
    """1, and one more for each time that a text was not what it was before."""
    return 1 + sum(before != after for before, after in itertools.pairwise(texts))
