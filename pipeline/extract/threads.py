"""Pages of a source put together: one thread of many pages, one comment of many sightings.

The same comment is seen on an HTML page, in a REST answer, and again where pages shifted while they were read. REST knows
the true parent and the time in UTC, so it wins; HTML knows what the site announces.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipeline.platforms import html
from pipeline.platforms.base import Page, RawComment
from pipeline.platforms.reading import Reading

REST = "wordpress-rest"


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
    # HTML before REST for what is said of the thread: REST has no announced number and no page of its own.
    pages = [s.page for s in sightings if s.page.platform != REST] + [
        s.page for s in sightings if s.page.platform == REST
    ]
    comments, warnings = _merge(sightings)
    thread = Thread(
        key=key,
        platform="wordpress" if pages[0].platform == REST else pages[0].platform,
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
    if thread.platform == "wordpress" and comments and not any(p.platform == REST and p.comments for p in pages):
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
        if html.site(page.url) and "/wp/v2/" not in page.url:
            return html.thread_url(page.url)
    links = (comment.permalink for page in pages for comment in page.comments)
    return next((html.thread_url(link) for link in links if link), None)


def _announced(pages: list[Page]) -> int | None:
    """The announced number, less the pingbacks that were met on any page. A page seen twice counts once."""
    raw = [page.announced + _left_out(page) for page in pages if page.announced is not None]
    met = {page.url: _left_out(page) for page in pages if page.announced is not None}
    return max(max(raw) - sum(met.values()), 0) if raw else None


def _left_out(page: Page) -> int:
    return page.left_out if isinstance(page, Reading) else 0


def _merge(sightings: list[Sighting]) -> tuple[list[Comment], list[str]]:
    """Each comment once, in the order first seen; within a platform the latest sighting counts."""
    seen: dict[str, dict[bool, list[RawComment]]] = {}
    doubled = 0
    for sighting in sightings:
        keyed, twice = _keyed(sighting.page.comments)
        doubled += twice
        for key, raw in keyed:
            by_platform = seen.setdefault(key, {})
            by_platform.setdefault(sighting.page.platform == REST, []).append(raw)
    comments = [_one(key, by_platform) for key, by_platform in seen.items()]
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


def _one(key: str, by_platform: dict[bool, list[RawComment]]) -> Comment:
    """All sightings of a comment as one. A comment that was edited between sightings has more than one version."""
    latest = {rest: raws[-1] for rest, raws in by_platform.items()}
    if False in latest and latest[False].parent is None:  # where pages shift, a reply may stand without what it answers
        parents = [raw.parent for raw in by_platform[False] if raw.parent is not None]
        latest[False] = replace(latest[False], parent=parents[-1] if parents else None)
    version = max(_changes([raw.text for raw in raws]) for raws in by_platform.values())
    if len(latest) == 1:
        return Comment(key, next(iter(latest.values())), version)
    rest, page = latest[True], latest[False]
    merged = replace(
        rest,
        author=rest.author or page.author,
        posted_at=rest.posted_at or page.posted_at,
        text=rest.text or page.text,
        permalink=rest.permalink or page.permalink,
    )
    return Comment(key, merged, version)


def _changes(texts: list[str]) -> int:
    """1, and one more for each time that a text was not what it was before."""
    return 1 + sum(before != after for before, after in itertools.pairwise(texts))
