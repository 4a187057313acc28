"""Threads as rows of the tables threads and comments: ids, places in the tree, pseudonyms."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from pipeline.extract.authors import Names, pseudonym
from pipeline.extract.identity import identities
from pipeline.extract.threads import Comment, Thread
from pipeline.extract.tree import Node, arrange
from pipeline.ids import bound_id, text_digest
from pipeline.platforms import html
from pipeline.platforms.text import markup_to_text
from pipeline.settings import Source

#: a comment's clock may run ahead of ours by this much
AHEAD = dt.timedelta(days=2)

_TOMBSTONE = re.compile(
    r"\W*(?:(?:deze|dit|this|de|the)\s)?(?:reactie|bericht|comment|post|message)?\s?(?:is|was|werd|has been|van)?\s?"
    r"(?:\w+\s)?(?:verwijderd|deleted|removed)(?:\s(?:door|by)\s[\w\s]{1,40})?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Rows:
    """What a source gives to the tables."""

    threads: list[dict[str, object]]
    comments: list[dict[str, object]]
    versions: list[dict[str, object]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)  # thread_id -> what its platform calls the thread


def rows_of(threads: list[Thread], source: Source, key: bytes, warnings: list[str]) -> Rows:
    """Rows of all threads of a source. `key` is that of the pseudonyms; `warnings` are about the source as a whole."""
    rows = Rows([], [])
    for thread in threads:
        thread_id = bound_id("t", source.id, thread.key)
        ids = {  # by the time that the page told: whether it can be right, a later visit may see otherwise
            key: bound_id("c", source.id, thread.key, *parts) for key, parts in identities(thread.comments).items()
        }
        thread = _without_future(thread)
        comments, versions, said = _comments(thread, thread_id, ids, source, key)
        rows.keys[thread_id] = thread.key
        rows.comments.extend(comments)
        rows.versions.extend(versions)
        rows.threads.append(_thread_row(thread, thread_id, source, [*warnings, *thread.warnings, *said]))
    return rows


def _thread_row(thread: Thread, thread_id: str, source: Source, warnings: list[str]) -> dict[str, object]:
    found = thread.found
    return {
        "thread_id": thread_id,
        "source_id": source.id,
        "url": thread.url or source.url,
        "platform": thread.platform,
        "title": thread.title or source.title,
        "opening": thread.opening,
        "language": thread.language or source.language,
        "published_at": thread.published_at,
        "snapshot_at": thread.snapshot_at,
        "announced": thread.announced,
        "found": found,
        "complete": None if thread.announced is None else found == thread.announced,
        "provenance": source.provenance,
        "licence": source.licence,
        "warnings": list(dict.fromkeys(warnings)),
    }


def _comments(
    thread: Thread, thread_id: str, ids: dict[str, str], source: Source, key: bytes
) -> tuple[list[dict[str, object]], list[dict[str, object]], list[str]]:
    """Rows of comments and of their earlier versions, and warnings. `ids`: key -> comment_id."""
    by_key = {comment.key: comment for comment in thread.comments}
    places, said = arrange([Node(c.key, c.raw.parent, c.raw.posted_at) for c in thread.comments])
    site = f"{thread.platform}/{html.site(thread.url or source.url) or source.id}"
    authors = {c.key: pseudonym(key, site, c.raw.author) for c in thread.comments}
    names = Names({c.raw.author: a for c in thread.comments if c.raw.author and (a := authors[c.key])})
    rows: list[dict[str, object]] = []
    versions: list[dict[str, object]] = []
    for position, place in enumerate(places):
        comment = by_key[place.key]
        raw = comment.raw
        gone = comment.gone or is_tombstone(raw.text, raw.text_format)
        if not gone:  # the words of a deleted comment are not carried on
            versions += _versions(comment, ids[place.key], names)
        rows.append(
            {
                "comment_id": ids[place.key],
                "thread_id": thread_id,
                "source_id": source.id,
                "parent_id": ids[place.parent] if place.parent is not None else None,
                "position": position,
                "depth": place.depth,
                "author_id": authors[place.key],
                "posted_at": raw.posted_at,
                "text_raw": "" if gone else names.hide(raw.text, raw.text_format),
                "text_format": raw.text_format,
                "permalink": raw.permalink,
                "version": comment.version,
                "tombstone": gone,
                "boundary_confidence": raw.confidence,
            }
        )
    return rows, versions, said


def _versions(comment: Comment, comment_id: str, names: Names) -> list[dict[str, object]]:
    """What a comment said before it was edited, with the names in it hidden as everywhere."""
    texts = [(names.hide(old.raw.text, old.raw.text_format), old) for old in comment.earlier]
    return [
        {
            "comment_id": comment_id,
            "version": number,
            "seen_at": old.seen_at,
            "text_raw": text,
            "text_format": old.raw.text_format,
            "text_digest": text_digest(text),
        }
        for number, (text, old) in enumerate(texts, 1)
    ]


def is_tombstone(text: str, text_format: str) -> bool:
    """Is this all that is left of a deleted comment ("[verwijderd]", "This comment has been removed.")?"""
    if len(text) > 300:
        return False
    plain = markup_to_text(text) if text_format == "html" else text.strip()
    return len(plain) <= 80 and _TOMBSTONE.fullmatch(plain) is not None


def _without_future(thread: Thread) -> Thread:
    """Comments that would have been posted after they were seen have no time: it cannot be right."""
    limit = thread.snapshot_at + AHEAD
    late = [c for c in thread.comments if c.raw.posted_at is not None and c.raw.posted_at > limit]
    if not late:
        return thread
    keys = {comment.key for comment in late}
    comments = [replace(c, raw=replace(c.raw, posted_at=None)) if c.key in keys else c for c in thread.comments]
    return replace(
        thread, comments=comments, warnings=[*thread.warnings, f"dates after the snapshot, left empty: {len(late)}"]
    )
