"""Pages of a source put together: one thread of many pages and many visits.

Pages know what the site says of the thread; the interface beside them (REST, JSON, a feed: see `platforms.interfaces`) shows
the same comments to programs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.extract.moves import Moves
from pipeline.extract.sightings import Comment, merge
from pipeline.extract.visits import History, Miss, Redirect, Sighting, behind, history
from pipeline.platforms import html, tally
from pipeline.platforms.base import Page
from pipeline.platforms.interfaces import is_interface, is_interface_address, platform_of

__all__ = ["Comment", "Miss", "Redirect", "Sighting", "Thread", "gather"]


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
    announced: int | None  # less what was left out on purpose
    comments: list[Comment]
    left_out: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        """Comments that are there, as far as is known."""
        return sum(not comment.gone for comment in self.comments)


def gather(
    sightings: Iterable[Sighting], misses: Iterable[Miss] = (), redirects: Iterable[Redirect] = ()
) -> list[Thread]:
    """Threads in the order of their keys. Listings, which belong to no thread, are left out. `misses` are the addresses that
    answered with no page (a thread may be withdrawn), `redirects` those that led to another one."""
    groups: dict[str, list[Sighting]] = {}
    for sighting in sorted(sightings, key=lambda one: one.seen_at):
        if (key := tally.thread_key(sighting.page)) is not None:
            groups.setdefault(key, []).append(sighting)
    led = list(redirects)
    missed = behind(misses, led)
    moves = Moves(groups, led)
    return [
        _thread(key, history(found, missed, led, moves.gone.get(key, frozenset())))
        for key, found in sorted(moves.groups.items())
    ]


def _thread(key: str, past: History) -> Thread:
    # The last visit first, and pages before answers: an answer has no page of its own, and often no number.
    latest = [page for visit in reversed(past.visits) for page in visit.pages]
    pages = sorted(latest, key=lambda page: is_interface(page.platform))
    comments, doubled = merge(past.visits, past.gone)
    thread = Thread(
        key=key,
        platform=platform_of(pages[0].platform),
        url=_address(pages),
        title=next((page.title for page in pages if page.title), None),
        opening=next((page.opening for page in pages if page.opening), None),
        language=next((page.language for page in pages if page.language), None),
        published_at=next((page.published_at for page in pages if page.published_at), None),
        snapshot_at=max(at for visit in past.visits for at in visit.times),
        announced=past.announced,
        comments=comments,
        left_out=past.left_out,
    )
    thread.warnings = list(dict.fromkeys(_said(thread, past, doubled)))
    return thread


def _said(thread: Thread, past: History, doubled: int) -> list[str]:
    """What a reader of the thread should know."""
    said = [warning for page in past.last.pages for warning in page.warnings]
    if doubled:
        said.append(f"ids that stand for two different comments, kept apart: {doubled}")
    if past.withdrawn is not None:
        miss = past.withdrawn
        said.append(
            f"withdrawn: {miss.url} answers {miss.status} since {miss.seen_at:%Y-%m-%d}; its comments are tombstones"
        )
        return said
    by_pages = not any(is_interface(page.platform) and page.comments for page in past.last.pages)
    if thread.platform == "wordpress" and thread.comments and by_pages:
        said.append(
            "read from HTML alone: replies below the site's deepest indent count as answers to the last one indented"
        )
    if counted := len(past.gone) - len(past.uncounted) - len(past.moved):
        said.append(f"comments that were there at an earlier visit and are deleted: {counted}")
    if past.uncounted:
        said.append(
            "comments that are gone from between others which still stand there, taken as deleted though the thread announces "
            f"no number: {len(past.uncounted)}"
        )
    if past.moved:
        said.append(f"comments that stand in another thread by now, and are tombstones here: {len(past.moved)}")
    if past.unsure:
        said.append(
            f"comments that the last visit did not show, kept because it did not see the whole thread: {past.unsure}"
        )
    if thread.announced is not None and thread.announced != thread.found:
        said.append(f"announced comments: {thread.announced}, found: {thread.found}")
    return said


def _address(pages: list[Page]) -> str | None:
    """Where people read the thread."""
    for page in pages:
        if html.site(page.url) and not is_interface_address(page.url):
            return html.thread_url(page.url)
    links = (comment.permalink for page in pages for comment in page.comments)
    return next((html.thread_url(link) for link in links if link), None)
