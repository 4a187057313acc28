"""Comments in a JSON document of any shape: objects with a text, wherever they stand, and what stands around them.

Interfaces and exports wrap a comment in objects of their own (`{"id": ..., "snippet": {...}}`), and threads in others
(`{"title": ..., "comments": [...]}`). An object without a text hands its id and thread down; one with a list of comments
below it is a thread where it has a name. Replies are looked for in an object's own lists of them, and nowhere else in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pipeline.platforms import columns
from pipeline.platforms.columns import Head
from pipeline.platforms.json_text import string
from pipeline.platforms.text import markup_to_text

#: where the answers to an object stand: to a post or a comment, and to a comment
_COMMENTS = ("comments", "reacties")
_REPLIES = ("replies", "children", *_COMMENTS)
_COUNTS = ("comment_count", "commentCount", "comments_count", "num_comments", "commentsCount")
#: the field of an object that says it (`author: {name: ...}`, `content: {rendered: ...}`)
SAYING = ("name", "rendered", "text", "acct", "username", "display_name", "id")


@dataclass
class Records:
    """What was found: flat objects, and the threads that they name."""

    rows: list[dict[str, str | None]] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)


@dataclass(frozen=True)
class _Place:
    """Where an object stands."""

    parent: str | None = None  # the id of the comment around it
    thread: str | None = None
    id: str | None = None  # of the object around it, which may be that of the same comment
    listed: bool = False  # in the document's own list: a text alone makes it a comment


def find(document: Any) -> Records:
    """The comments of a document, in reading order."""
    found = Records()
    waiting = [(document, _Place(listed=True))]
    while waiting:
        value, place = waiting.pop()
        if isinstance(value, list):
            inner = _Place(place.parent, place.thread, None, place.listed)
            waiting += [(item, inner) for item in reversed(value) if isinstance(item, dict)]
        elif isinstance(value, dict):
            waiting += reversed(_of_object(value, place, found, is_root=value is document))
    return found


def cell(value: Any) -> str | None:
    """A value as text; of an object the first field that says it, of a text in pieces (words, links, names) all of them."""
    if isinstance(value, dict):
        return next((said for key in SAYING if (said := string(value.get(key)))), None)
    if isinstance(value, list) and any(isinstance(piece, str) for piece in value):
        pieces = [piece.get("text") if isinstance(piece, dict) else piece for piece in value]
        return string("".join(piece for piece in pieces if isinstance(piece, str)))
    return string(value)


def _of_object(value: dict[str, Any], place: _Place, found: Records, *, is_root: bool) -> list[tuple[Any, _Place]]:
    """What is to be looked into below an object, which is taken down as a comment or a thread where it is one."""
    names = _meanings(tuple(value))
    said = {meaning: cell(value[name]) for meaning, name in names.items()}
    lists = _filled(value, _REPLIES)
    is_post = bool(said.get("title") and (lists if is_root else _filled(value, _COMMENTS))) and place.parent is None
    inside = [item for item in value.values() if isinstance(item, dict) or _holds_objects(item)]
    if not is_post and (_is_comment(value, names, said, place) or (place.listed and not is_root and not inside)):
        found.rows.append(_row(value, names, said, place))
        own = said.get("id") or place.id
        return [(item, _Place(own, said.get("thread") or place.thread)) for item in lists]
    if not any(map(_holds_objects, value.values())):
        thread = said.get("thread") or place.thread
        return [(item, _Place(place.parent, thread, said.get("id") or place.id)) for item in inside]
    thread = (None if place.parent else said.get("thread") or said.get("id") or said.get("title")) or place.thread
    if thread is not None and thread != place.thread:
        found.heads[thread] = _head(value, said)
    return [
        (item, _Place(place.parent, thread, said.get("id") or place.id, is_root and isinstance(item, list)))
        for item in inside
    ]


@lru_cache(maxsize=4096)
def _meanings(names: tuple[str, ...]) -> dict[str, str]:
    """As `columns.meanings`: a file has few shapes of objects, and many objects."""
    return columns.meanings(names)


def _filled(value: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    """The lists (or objects around them) under these names."""
    return [value[name] for name in names if isinstance(value.get(name), dict) or _holds_objects(value.get(name))]


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _is_comment(value: dict[str, Any], names: dict[str, str], said: dict[str, str | None], place: _Place) -> bool:
    """Whether an object has a text (be it null) and, unless it stands in the document's own list, says whose or when."""
    if "text" not in names or (
        said["text"] is None and value[names["text"]] and isinstance(value[names["text"]], dict | list)
    ):
        return False
    return place.listed or any(said.get(meaning) for meaning in ("id", "author", "posted_at"))


def _row(
    value: dict[str, Any], names: dict[str, str], said: dict[str, str | None], place: _Place
) -> dict[str, str | None]:
    """An object's fields as text, with what its place tells and it does not."""
    row = {name: cell(item) for name, item in value.items()}
    around = {"id": place.id, "parent": place.parent, "thread": place.thread}
    return row | {names.get(what, what): given for what, given in around.items() if given and not said.get(what)}


def _head(value: dict[str, Any], said: dict[str, str | None]) -> Head:
    count = next((string(value[name]) for name in _COUNTS if name in value), None)
    text = said.get("text")
    return Head(
        title=said.get("title"),
        opening=markup_to_text(text) if text else None,
        announced=int(count) if count and count.isdecimal() and len(count) < 10 else None,
        url=said.get("url"),
    )
