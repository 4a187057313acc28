"""All sightings of a comment as one, with its earlier versions.

The same comment is seen on a page for people, in an answer of the interface beside it, and again where pages shifted while
they were read, and at every visit. The interface knows the true parent and the time in UTC, so it wins there; the words are
those that were seen last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipeline.extract.visits import Visit
from pipeline.platforms import tally
from pipeline.platforms.base import RawComment
from pipeline.platforms.interfaces import is_interface
from pipeline.platforms.text import markup_to_text


@dataclass(frozen=True)
class Version:
    """The words of a comment, and when they were first seen (UTC)."""

    raw: RawComment
    seen_at: dt.datetime


@dataclass(frozen=True)
class Comment:
    """What all sightings of a comment say together. `key` is its platform's id, or made up where it has none."""

    key: str
    raw: RawComment
    earlier: list[Version] = field(default_factory=list)  # before it was edited, the oldest first
    gone: bool = False  # deleted at the source

    @property
    def version(self) -> int:
        """1, and one more for each edit that was seen."""
        return 1 + len(self.earlier)


@dataclass
class _Seen:
    """Sightings by one kind of reader (pages or answers), in time; `visit` is the number of the last."""

    versions: list[Version] = field(default_factory=list)  # the last of them with the words that count
    parents: list[str] = field(default_factory=list)
    visit: int = 0

    def add(self, raw: RawComment, seen_at: dt.datetime, visit: int) -> None:
        last = self.versions[-1].raw if self.versions else None
        if last is not None and visit == self.visit and _begins(last, raw):
            pass  # a page that shows only the beginning of a comment, after one that showed it whole
        elif last is not None and (_same(last, raw) or (visit == self.visit and _begins(raw, last))):
            self.versions[-1] = replace(self.versions[-1], raw=raw)
            if len(self.versions) > 1 and _same(self.versions[-2].raw, raw):  # its beginning looked like an edit
                self.versions[-2:] = [replace(self.versions[-2], raw=raw)]
        else:
            self.versions.append(Version(raw, seen_at))
        self.parents += [raw.parent] if raw.parent is not None else []
        self.visit = visit


def merge(visits: Iterable[Visit], gone: frozenset[str]) -> tuple[list[Comment], int]:
    """Each comment once, in the order first seen, and how many ids stood for two different comments (kept apart)."""
    seen: dict[str, dict[bool, _Seen]] = {}
    doubled = 0
    for number, visit in enumerate(visits):
        for sighting in visit.sightings:
            answered = is_interface(sighting.page.platform)
            keyed, twice = tally.keyed(sighting.page.comments)
            doubled += twice
            for key, raw in keyed:
                seen.setdefault(key, {}).setdefault(answered, _Seen()).add(raw, sighting.seen_at, number)
    return [_one(key, by_reader, gone) for key, by_reader in seen.items()], doubled


def _one(key: str, by_reader: dict[bool, _Seen], gone: frozenset[str]) -> Comment:
    """A comment by what pages (False) and answers (True) show of it."""
    comment = _joined(key, by_reader, key in gone)
    # Where a comment is deleted, some software hangs the replies one level higher; they answered it all the same.
    lost = next((p for _, seen in sorted(by_reader.items()) for p in seen.parents[::-1] if p in gone), None)
    return comment if lost is None else replace(comment, raw=replace(comment.raw, parent=lost))


def _joined(key: str, by_reader: dict[bool, _Seen], gone: bool) -> Comment:
    earlier = max((by_reader[answered].versions[:-1] for answered in sorted(by_reader, reverse=True)), key=len)
    latest = {answered: seen.versions[-1].raw for answered, seen in by_reader.items()}
    if False in latest and latest[False].parent is None:  # where pages shift, a reply may stand without what it answers
        latest[False] = replace(latest[False], parent=next(reversed(by_reader[False].parents), None))
    if len(latest) == 1:
        return Comment(key, next(iter(latest.values())), earlier, gone)
    answer, page = latest[True], latest[False]
    words = page if not answer.text or by_reader[False].visit > by_reader[True].visit else answer
    merged = replace(
        answer,
        author=answer.author or page.author,
        posted_at=answer.posted_at or page.posted_at,
        text=words.text,
        text_format=words.text_format,
        permalink=answer.permalink or page.permalink,
    )
    return Comment(key, merged, earlier, gone)


def _same(one: RawComment, other: RawComment) -> bool:
    """Whether two sightings have the same words: markup may differ from one request to the next."""
    return one.text == other.text or _words(one) == _words(other)


def _begins(whole: RawComment, part: RawComment) -> bool:
    """Whether one sighting shows less of the same words than another, ending early (with or without an ellipsis)."""
    words, fewer = _words(whole), _words(part)
    end = fewer[-1].rstrip("….") if fewer else ""
    return (
        3 < len(fewer) < len(words) and words[: len(fewer) - 1] == fewer[:-1] and words[len(fewer) - 1].startswith(end)
    )


def _words(raw: RawComment) -> list[str]:
    return (markup_to_text(raw.text) if raw.text_format == "html" else raw.text).split()
