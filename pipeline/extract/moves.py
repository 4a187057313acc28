"""Threads that have another name by now, and comments that stand in another thread.

A forum moves to https, or into a folder, renames a thread, merges two or splits one: the next visit finds the same comments
under another name, and each is still to count once. What is the same thread is joined, under its first name, so that its
comments keep their ids. What stands in another thread since is a tombstone where it was.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.extract.visits import Redirect, Sighting, address_of
from pipeline.platforms import tally
from pipeline.platforms.base import RawComment
from pipeline.platforms.text import markup_to_text

#: what tells a comment from most others of a source: its key, its author and its time. Where software counts the posts of each
#: thread from 1 and shows days alone, two may share it, so that their words are compared too
_Identity = tuple[str, str | None, dt.datetime]
Groups = dict[str, list[Sighting]]


@dataclass
class _Seen:
    """What is known of the comments of one thread."""

    raw: dict[str, RawComment] = field(default_factory=dict)  # the last sighting
    first: dict[str, int] = field(default_factory=dict)  # the number of the visit that saw it first, and last
    last: dict[str, int] = field(default_factory=dict)

    def identities(self) -> dict[_Identity, str]:
        """Of comments with a time: what they are, and by which key."""
        return {(key, raw.author, raw.posted_at): key for key, raw in self.raw.items() if raw.posted_at is not None}

    def said(self, key: str) -> str:
        """The words of a comment."""
        return " ".join(markup_to_text(self.raw[key].text).split())

    def words(self) -> dict[tuple[str | None, str], str]:
        """Author and words of comments, and their keys."""
        return {(raw.author, self.said(key)): key for key, raw in self.raw.items()}


class Moves:
    """The threads of one source, by name, and where its addresses led."""

    def __init__(self, groups: Groups, redirects: Iterable[Redirect]) -> None:
        begun: dict[str | None, dt.datetime] = {}
        for sightings in groups.values():
            for one in sightings:
                begun[one.session] = min(begun.get(one.session, one.seen_at), one.seen_at)
        self._visits = {session: number for number, session in enumerate(sorted(begun, key=lambda s: begun[s]))}
        self.groups = _joined_by_name(groups)
        if len(self._visits) < 2:
            self.gone: Mapping[str, frozenset[str]] = {}
            return
        self._seen = {key: self._look(sightings) for key, sightings in self.groups.items()}
        led = self._led(redirects)
        self._join(led)
        self.gone = self._elsewhere(led)

    def _look(self, sightings: list[Sighting]) -> _Seen:
        seen = _Seen()
        for one in sightings:
            number = self._visits[one.session]
            for key, raw in tally.keyed(one.page.comments)[0]:
                seen.raw[key] = raw
                seen.first[key] = min(seen.first.get(key, number), number)
                seen.last[key] = max(seen.last.get(key, number), number)
        return seen

    def _led(self, redirects: Iterable[Redirect]) -> list[tuple[str, str]]:
        """(name of a thread, name of the thread to which its address led at a later visit that did not see it)."""
        at: dict[tuple[str | None, str], set[str]] = defaultdict(set)  # visit and address -> names
        stood: dict[str, dict[str, int]] = defaultdict(dict)  # address -> name -> the last visit that saw it there
        last: dict[str, int] = defaultdict(int)  # name -> the last visit that saw it anywhere
        for key, sightings in self.groups.items():
            for one in sightings:
                number = self._visits[one.session]
                at[one.session, address_of(one)].add(key)
                stood[address_of(one)][key] = max(stood[address_of(one)].get(key, 0), number)
                last[key] = max(last[key], number)
        to = {(redirect.session, redirect.url): redirect.leads_to for redirect in redirects}
        found: dict[tuple[str, str], None] = {}
        for (session, url), target in to.items():
            if url not in stood:
                continue
            ring = {url}
            while target not in ring and (session, target) in to:
                ring.add(target)
                target = to[session, target]
            number = self._visits.get(session, 0)
            for old in stood[url]:
                found.update({(old, new): None for new in at.get((session, target), ()) if last[old] < number})
        return list(found)

    def _join(self, led: list[tuple[str, str]]) -> None:
        """Threads that led to another name: one with the same comments is the same thread. It has its first name."""
        first: dict[str, str] = {}  # later name -> the first one
        for name, new in led:
            old = first.get(name, name)
            if old not in self.groups or new not in self.groups or old == new:
                continue
            here, there = self._seen[old].identities(), self._seen[new].identities()
            same = [
                one
                for one in here.keys() & there.keys()
                if self._seen[old].said(here[one]) == self._seen[new].said(there[one])
            ]
            if not here or 2 * len(same) < len(here):
                continue
            if min(self._seen[new].first.values()) <= max(self._seen[old].last.values()):
                continue  # two threads at one time: what was merged keeps its names
            first[new] = old
            self.groups[old] = sorted(self.groups[old] + self.groups.pop(new), key=lambda one: one.seen_at)
            self._seen[old] = self._look(self.groups[old])
            del self._seen[new]

    def _elsewhere(self, led: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
        """By thread, the comments that another thread shows since a visit at which they stood here no more."""
        places: dict[_Identity, list[tuple[str, str]]] = defaultdict(list)
        for name, seen in self._seen.items():
            for identity, key in seen.identities().items():
                places[identity].append((name, key))
        gone: dict[str, set[str]] = defaultdict(set)
        for alike in places.values():
            latest: dict[str, int] = {}  # words -> the last visit that was the first to see them somewhere
            for name, key in alike if len(alike) > 1 else ():
                words, first = self._seen[name].said(key), self._seen[name].first[key]
                latest[words] = max(latest.get(words, first), first)
            for name, key in alike if latest else ():
                if self._seen[name].last[key] < latest[self._seen[name].said(key)]:
                    gone[name].add(key)
        for old, new in led:  # another software gives other ids
            if old in self._seen and new in self._seen:
                here, there = self._seen[old].words(), self._seen[new].words()
                gone[old].update(
                    here[words]
                    for words in here.keys() & there.keys()
                    if self._seen[old].last[here[words]] < self._seen[new].first[there[words]]
                )
        return {name: frozenset(keys) for name, keys in gone.items()}


def _joined_by_name(groups: Groups) -> Groups:
    """Threads whose names differ by what a site changes as a whole; each by the name that was seen first."""
    names: dict[str, str] = {}
    found: Groups = {}
    for key in sorted(groups, key=lambda one: (groups[one][0].seen_at, one)):
        found.setdefault(names.setdefault(tally.plain(key), key), []).extend(groups[key])
    return {key: sorted(sightings, key=lambda one: one.seen_at) for key, sightings in found.items()}
