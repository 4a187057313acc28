"""Several visits to one thread: what was new, what was edited, what is gone.

A visit is what was collected in one session (the records that name one `warcinfo` record); sessions that share no page are
parts of one visit, because a crawler begins a new file where it likes. What a visit shows is the last capture of each of its
pages. A visit whose comments are as many as it announces can say that a comment is gone: elsewhere it may be missing because
a page is. Where a thread never announces a number, only what is missing from the middle of what is still there is gone (see
`walks`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipeline.extract.walks import Walk, gone, walk_of
from pipeline.platforms import tally
from pipeline.platforms.base import Page
from pipeline.platforms.interfaces import is_interface

#: what an address answers where a thread is taken away
GONE = frozenset({404, 410})


@dataclass(frozen=True)
class Sighting:
    """A page, and when it was seen (UTC); `url` as asked for, `capture` its place in the archive."""

    page: Page
    seen_at: dt.datetime
    url: str = ""
    session: str | None = None
    capture: int = 0


@dataclass(frozen=True)
class Miss:
    """An address that answered, but with no page."""

    url: str
    status: int
    seen_at: dt.datetime
    session: str | None = None


@dataclass(frozen=True)
class Redirect:
    """An address that led to another one."""

    url: str
    leads_to: str
    session: str | None = None


def behind(misses: Iterable[Miss], redirects: Iterable[Redirect]) -> list[Miss]:
    """The misses, told of every address that is meant as well: one that led there at the same visit (what is removed is
    often sent to a page that says so), and one to which it led at another (where the thread was read then)."""
    to: dict[tuple[str | None, str], set[str]] = {}
    from_: dict[str, set[str]] = {}
    for redirect in redirects:
        to.setdefault((redirect.session, redirect.leads_to), set()).add(redirect.url)
        from_.setdefault(redirect.url, set()).add(redirect.leads_to)
    found: dict[Miss, None] = {}
    for miss in misses:
        meant = _reached({miss.url}, lambda url, miss=miss: to.get((miss.session, url), set()))  # type: ignore[misc]
        meant = _reached(meant, lambda url: from_.get(url, set()))
        found.update(dict.fromkeys(replace(miss, url=url) for url in sorted(meant)))
    return list(found)


def _reached(begun: set[str], step: Callable[[str], set[str]]) -> set[str]:
    reached, waiting = set(begun), list(begun)
    while waiting:
        fresh = step(waiting.pop()) - reached
        reached |= fresh
        waiting += fresh
    return reached


@dataclass
class Visit:
    """One visit to one thread."""

    sightings: list[Sighting] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)

    @property
    def urls(self) -> set[str]:
        """The addresses that were asked for."""
        return {address_of(sighting) for sighting in self.sightings} | {miss.url for miss in self.misses}

    @property
    def times(self) -> list[dt.datetime]:
        """When each answer came."""
        return [sighting.seen_at for sighting in self.sightings] + [miss.seen_at for miss in self.misses]

    @property
    def last(self) -> list[Sighting]:
        """The last capture of each page, in the order of the archive."""
        last: dict[str, tuple[dt.datetime, int]] = {}
        for sighting in self.sightings:
            last[address_of(sighting)] = max(last.get(address_of(sighting), _when(sighting)), _when(sighting))
        return [sighting for sighting in self.sightings if _when(sighting) == last[address_of(sighting)]]

    @property
    def pages(self) -> list[Page]:
        """What these show."""
        return [sighting.page for sighting in self.last]

    @cached_property
    def walks(self) -> dict[bool, Walk]:
        """The walks over pages for people (False) and over answers of the interface (True)."""
        answered = {address_of(sighting) for sighting in self.sightings}
        led: dict[str, set[str]] = {}
        for redirect in self.redirects:
            led.setdefault(redirect.leads_to, set()).add(redirect.url)
        answered = _reached(answered, lambda url: led.get(url, set()))
        missed = {miss.url for miss in self.misses} - answered
        kinds: dict[bool, list[tuple[str, Page]]] = {}
        for sighting in self.last:
            kinds.setdefault(is_interface(sighting.page.platform), []).append((address_of(sighting), sighting.page))
        walks = {kind: walk_of(pages, answered) for kind, pages in kinds.items()}
        return {kind: replace(walk, to_the_end=walk.to_the_end and not missed) for kind, walk in walks.items()}

    @property
    def shown(self) -> set[str]:
        """Keys of the comments on these pages."""
        return _keys(self.pages)

    @property
    def announced(self) -> int | None:
        """The number that these pages announce, less what they leave out; None: none is announced."""
        return tally.announced(self.pages, self.shown)

    @property
    def withdrawn(self) -> Miss | None:
        """The answer that says that the thread is not there any more; None where it is, or where it cannot be told."""
        last = list({miss.url: miss for miss in self.misses}.values())  # before it, the site may have been out of order
        return last[0] if last and not self.sightings and all(miss.status in GONE for miss in last) else None


@dataclass(frozen=True)
class History:
    """What all visits to a thread say together."""

    visits: list[Visit]
    gone: frozenset[str]  # keys of comments that were there, and were not at a later visit that saw all there is
    uncounted: frozenset[str]  # those of them of which no number says so, but the comments around them
    unsure: int  # comments that the last visit did not show, and did not see all there is
    withdrawn: Miss | None  # since when the thread as a whole is gone
    moved: frozenset[str] = frozenset()  # keys of comments that are gone because they stand in another thread

    @property
    def last(self) -> Visit:
        """The last visit that saw the thread."""
        return next(visit for visit in reversed(self.visits) if visit.sightings)

    @property
    def announced(self) -> int | None:
        """The number that the last visit to be told one was told."""
        numbers = (visit.announced for visit in reversed(self.visits))
        return (
            None if self.withdrawn or self.moved else next((number for number in numbers if number is not None), None)
        )

    @property
    def left_out(self) -> int:
        """How many entries the last visit left out of that number."""
        return tally.total_left_out(self.last.pages, self.last.shown)


def history(
    sightings: list[Sighting],
    misses: Iterable[Miss] = (),
    redirects: Iterable[Redirect] = (),
    elsewhere: frozenset[str] = frozenset(),
) -> History:
    """The history of one thread (at least one sighting). `misses` and `redirects` are about any address of the source;
    `elsewhere`: keys of comments that stand in another thread by now (see `moves`)."""
    own = {address_of(sighting) for sighting in sightings}
    visits = _visits(sightings, [miss for miss in misses if miss.url in own], redirects)
    seen: set[str] = set()
    lost: set[str] = set()
    uncounted: set[str] = set()
    unsure: set[str] = set()
    stood: dict[str, Visit] = {}  # the last visit that showed a comment
    counted = False  # whether any visit was told a number
    withdrawn: Miss | None = None
    for visit in visits:
        if not visit.sightings:
            withdrawn = visit.withdrawn or withdrawn
            continue
        withdrawn = None
        shown = visit.shown
        seen |= _keys(sighting.page for sighting in visit.sightings)
        lost -= shown
        unsure = seen - shown - lost
        counted = counted or visit.announced is not None
        if visit.announced == len(shown):
            lost, unsure, uncounted = seen - shown, set(), set()
        elif not counted:
            fresh = _gone(unsure, stood, visit)
            lost, unsure, uncounted = lost | fresh, unsure - fresh, uncounted | fresh
        stood.update(dict.fromkeys(shown, visit))
    if withdrawn:
        return History(visits, frozenset(seen), frozenset(), 0, withdrawn)
    moved = frozenset(elsewhere - lost)
    return History(visits, frozenset(lost | moved), frozenset(uncounted & lost), len(unsure - moved), None, moved)


def _gone(missing: set[str], stood: dict[str, Visit], now: Visit) -> set[str]:
    """What a visit says is gone that was told no number: on pages and in the answers of the interface, wherever it stood."""
    found = set()
    for before in {id(visit): visit for visit in map(stood.get, missing) if visit is not None}.values():
        here = {key for key in missing if stood.get(key) is before}
        for kind, walk in before.walks.items():
            there = {key for key in here if key in walk.times}
            here -= there - (gone(there, walk, now.walks[kind]) if kind in now.walks else set())
        found |= here
    return found


def _visits(sightings: list[Sighting], misses: list[Miss], redirects: Iterable[Redirect]) -> list[Visit]:
    sessions: dict[str | None, Visit] = {}
    events: list[Sighting | Miss] = [*sightings, *misses]
    for one in sorted(events, key=lambda one: one.seen_at):
        session = sessions.setdefault(one.session, Visit())
        if isinstance(one, Sighting):
            session.sightings.append(one)
        else:
            session.misses.append(one)
    for redirect in redirects:
        if redirect.session in sessions:
            sessions[redirect.session].redirects.append(redirect)
    visits: list[Visit] = []
    for session in sessions.values():
        asked = session.urls | {redirect.url for redirect in session.redirects}
        if visits and not set(map(tally.plain, asked)) & set(map(tally.plain, visits[-1].urls)):
            visits[-1].sightings += session.sightings
            visits[-1].misses += session.misses
            visits[-1].redirects += session.redirects
        else:
            visits.append(session)
    return visits


def _keys(pages: Iterable[Page]) -> set[str]:
    return {key for page in pages for key, _ in tally.keyed(page.comments)[0]}


def address_of(sighting: Sighting) -> str:
    """The address that was asked for."""
    return sighting.url or sighting.page.url


def _when(sighting: Sighting) -> tuple[dt.datetime, int]:
    return sighting.seen_at, sighting.capture
