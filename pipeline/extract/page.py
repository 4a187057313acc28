"""The comments of any one file that an analyst has: what `standpunt extract PAGE` prints.

It is the analyst's own file and nothing of it is kept, so names are as the file shows them.
"""

from __future__ import annotations

import datetime as dt
import re

from pipeline.extract.reading import pages, sniff
from pipeline.extract.threads import Sighting, gather
from pipeline.extract.tree import Node, arrange
from pipeline.platforms.base import Page, RawComment
from pipeline.platforms.text import markup_to_text
from pipeline.tables import bound_id, text_digest

_ANY_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def records(body: bytes, name: str, url: str | None) -> list[dict[str, object]]:
    """One dict a comment, in reading order: comment_id, parent_id, author, posted_at (ISO 8601, UTC), text (plain), start.

    `start` is the character offset in pasted text. Saved page, JSON, JSON Lines, CSV and pasted text are told apart by name
    and content. UsageError: empty, not text, damaged, or no thread in it.
    """
    found = pages(body, sniff(body, name), name, url or "")
    return [record for page in found for record in _records(page)]


def _records(page: Page) -> list[dict[str, object]]:
    """The comments of one page. Ids are the platform's own, else made of place and words."""
    comments = {c.key: c.raw for thread in gather([Sighting(page, _ANY_TIME)]) for c in thread.comments}
    places, _ = arrange([Node(key, raw.parent, raw.posted_at) for key, raw in comments.items()])
    ids = {place.key: _id(comments[place.key], place.key, n) for n, place in enumerate(places)}
    return [
        _record(comments[place.key], ids[place.key], ids[place.parent] if place.parent is not None else None)
        for place in places
    ]


def _id(raw: RawComment, key: str, position: int) -> str:
    return key if raw.platform_id is not None else bound_id("c", str(position), text_digest(raw.text))


def _record(raw: RawComment, comment_id: str, parent_id: str | None) -> dict[str, object]:
    text = markup_to_text(raw.text) if raw.text_format == "html" else re.sub(r"\r\n?", "\n", raw.text).strip()
    return {
        "comment_id": comment_id,
        "parent_id": parent_id,
        "author": raw.author,
        "posted_at": raw.posted_at.strftime("%Y-%m-%dT%H:%M:%SZ") if raw.posted_at is not None else None,
        "text": text,
        "start": raw.start,
    }
