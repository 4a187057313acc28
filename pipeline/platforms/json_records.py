"""Comments in a JSON document of any shape: objects with a text, wherever they stand, and what stands around them.

Interfaces and exports wrap a comment in objects of their own (`{"id": ..., "snippet": {...}}`), and threads in others
(`{"title": ..., "comments": [...]}`). An object without a text hands its id, author, time and thread down; one with a list of
comments below it is a thread where it has a name, and what else stands beside that list (the article, settings, users) is none.
Replies are looked for in an object's own lists of them, and nowhere else in it; other lists with texts are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from pipeline.platforms import columns
from pipeline.platforms.columns import Head
from pipeline.platforms.json_text import string
from pipeline.platforms.text import markup_to_text

#: where the answers to an object stand: to a post or a comment, and to a comment
_COMMENTS = frozenset({"comments", "reacties"})
_REPLIES = _COMMENTS | {
    "replies", "children", "answers", "antwoorden", "responses", "subcomments", "sub_comments", "child_comments", "reply_comment",
}  # fmt: skip
_COUNTS = ("comment_count", "commentCount", "comments_count", "num_comments", "commentsCount")
#: the field of an object that says it (`author: {name: ...}`, `content: {rendered: ...}`), and of one that stands for an id
SAYING = (
    "name", "rendered", "text", "acct", "username", "display_name", "displayName", "nickname", "screen_name", "handle",
    "$date", "$oid", "id",
)  # fmt: skip
_NAMING = ("id", "$oid", *SAYING)
#: ways down to what a comment answers, where no field of its own says it (Discord's exporter, AT Protocol)
_ANSWERED = (("reference", "messageId"), ("reply", "parent", "cid"))
_OF_A_COMMENT = ("id", "author", "posted_at")


@dataclass
class Records:
    """What was found: flat objects, and the threads that they name."""

    rows: list[dict[str, str | None]] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)
    silent: int = 0  # threads without comments
    aside: dict[str, None] = field(default_factory=dict)  # lists that hold texts and were not looked into

    def told(self) -> list[str]:
        """What was left out, for the analyst."""
        silent = [f"threads without comments, left out: {self.silent}"] if self.silent else []
        aside = ", ".join(map(columns.short, self.aside))
        return silent + ([f"lists with texts that are not read as comments: {aside}"] if aside else [])


@dataclass(frozen=True)
class _Place:
    """Where an object stands."""

    parent: str | None = None  # the id of the comment around it
    thread: str | None = None
    around: Mapping[str, str] = field(
        default_factory=dict
    )  # what objects around it say of the same comment, by meaning
    listed: bool = (
        False  # in the document's own list of comments: a text alone makes it one, and one without text is kept
    )
    among_threads: bool = False  # in a list in which others have comments below them


@dataclass(frozen=True)
class _Object:
    """An object, its values as text, and what these mean (meaning -> name) and say (meaning -> text)."""

    value: dict[str, Any]
    cells: dict[str, str | None]
    names: Mapping[str, str]
    said: Mapping[str, str]

    def below(self, under: frozenset[str]) -> list[Any]:
        """The lists (or objects around them) under these names."""
        return [self.value[name] for name in _named(tuple(self.value), under) if _holds(self.value[name])]

    def has(self, under: frozenset[str]) -> bool:
        """Whether a list stands under one of these names, be it an empty one."""
        return any(isinstance(self.value[name], list | dict) for name in _named(tuple(self.value), under))


def find(document: Any) -> Records:
    """The comments of a document, in reading order."""
    found = Records()
    waiting = [(document, _Place(listed=True))]
    while waiting:
        value, place = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(_of_list(value, place))
        elif isinstance(value, dict):
            waiting += reversed(_of_object(_understood(value), place, found, is_root=value is document))
    return found


def cell(value: Any, saying: tuple[str, ...] = SAYING) -> str | None:
    """A value as text; of an object the first field that says it, of a text in pieces (words, links, names) all of them."""
    if isinstance(value, dict):
        return next((said for key in saying if (said := string(value.get(key)))), None)
    if isinstance(value, list) and _holds_objects(value):
        pieces = [_piece(piece) for piece in value]
        return None if None in pieces else string("".join(map(str, pieces)))
    return string(value)


def _piece(value: Any) -> str | None:
    """A piece of a text: words, or an object of a type of its own with its words, and no comment."""
    if isinstance(value, dict) and "type" in value and not ({"id", "author", "date"} & set(value)):
        value = value.get("text")
    return value if isinstance(value, str) else None


def _understood(value: dict[str, Any]) -> _Object:
    """An object by meaning. Of two fields that mean the same the one counts that says something."""
    cells = {name: cell(item) for name, item in value.items()}
    names = _meanings(tuple(name for name, said in cells.items() if said is not None))
    if "text" not in names and (name := _meanings(tuple(value)).get("text")):
        names = {**names, "text": name}
    for meaning in ("id", "parent", "thread"):
        if (name := names.get(meaning)) and isinstance(value[name], dict):
            cells[name] = cell(value[name], _NAMING)
    return _Object(value, cells, names, {what: said for what, name in names.items() if (said := cells[name])})


def _of_list(value: list[Any], place: _Place) -> list[tuple[Any, _Place]]:
    items = [item for item in value if isinstance(item, dict)]
    lists_threads = any(_holds(item.get(name)) for item in items for name in _named(tuple(item), _COMMENTS))
    listed = place.listed and any(_has_text(item) for item in items)
    inner = _Place(place.parent, place.thread, {}, listed, lists_threads)
    return [(item, inner) for item in items]


def _of_object(this: _Object, place: _Place, found: Records, *, is_root: bool) -> list[tuple[Any, _Place]]:
    """What is to be looked into below an object, which is taken down as a comment or a thread where it is one."""
    said, replies, comments = this.said, this.below(_REPLIES), this.below(_COMMENTS)
    has_comments = replies if is_root else comments or (place.among_threads and this.has(_COMMENTS))
    is_post = bool("title" in said and has_comments and place.parent is None)
    if is_post and not replies:
        found.silent += 1
        return []
    inside = {name: item for name, item in this.value.items() if isinstance(item, dict) or _holds_objects(item)}
    if not is_post and (_is_comment(this, place) or (place.listed and not is_root and not inside)):
        found.rows.append(_row(this, place))
        _tell_others(inside, replies, found)
        return [
            (item, _Place(said.get("id") or place.around.get("id"), said.get("thread") or place.thread))
            for item in replies
        ]
    around = {
        **place.around,
        **{what: said[what] for what in ("id", "parent", "author", "posted_at", "url") if what in said},
    }
    if not comments and not any(map(_holds_objects, this.value.values())):
        return _within(inside, replace(place, thread=said.get("thread") or place.thread, around=around, listed=False))
    about = this
    if comments:
        _tell_others(inside, replies, found)
        about, inside = _beside(this, inside, replies)
    own = next((name for what in ("thread", "id", "title") if (name := about.said.get(what))), None)
    thread = (None if place.parent else own) or place.thread
    if thread is not None and thread != place.thread:
        found.heads[thread] = _head(this, about)
    around = {} if comments else around
    return [
        (item, _Place(place.parent, thread, around, is_root and isinstance(item, list))) for item in inside.values()
    ]


def _within(inside: dict[str, Any], place: _Place) -> list[tuple[Any, _Place]]:
    """Objects within one that holds no list. Where these are comments themselves, the names under which they stand are ids."""
    if len(inside) > 1 and all(map(_looks_like_one, inside.values())):
        return [(item, replace(place, around={**place.around, "id": name})) for name, item in inside.items()]
    return [(item, place) for item in inside.values()]


def _beside(this: _Object, inside: dict[str, Any], replies: list[Any]) -> tuple[_Object, dict[str, Any]]:
    """Which object tells of the thread whose comments stand in this one (itself, or an article with a title beside them), and
    where to look for comments: in what is neither that nor a text without an id (settings, a welcome)."""
    lists = set(map(id, replies))
    others = [_understood(item) for item in inside.values() if isinstance(item, dict) and id(item) not in lists]
    spoken = [other for other in others if "title" in other.said or ("text" in other.said and "id" not in other.said)]
    about = next((other for other in spoken if "title" in other.said), this)
    told = {id(other.value) for other in spoken}
    kept = {
        name: item
        for name, item in inside.items()
        if id(item) in lists or (isinstance(item, dict) and id(item) not in told)
    }
    return this if "title" in this.said else about, kept


def _tell_others(inside: dict[str, Any], read: list[Any], found: Records) -> None:
    """Note the lists that are not read and hold what looks like comments."""
    for name, item in inside.items():
        if isinstance(item, list) and not any(item is one for one in read) and any(map(_looks_like_one, item)):
            found.aside[name] = None


def _looks_like_one(item: Any) -> bool:
    return _has_text(item) and not {"author", "posted_at"}.isdisjoint(_meanings(tuple(item)))


def _has_text(item: Any) -> bool:
    """Whether an object has a field for a text, and something in it."""
    name = _meanings(tuple(item)).get("text") if isinstance(item, dict) else None
    return name is not None and item[name] not in (None, "", [])


@lru_cache(maxsize=4096)
def _meanings(names: tuple[str, ...]) -> dict[str, str]:
    """As `columns.meanings`: a file has few shapes of objects, and many objects."""
    return columns.meanings(names)


@lru_cache(maxsize=4096)
def _named(names: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    """Those of an object's names that are known, however they are written."""
    return tuple(name for name in names if columns.plain(name) in known)


def _holds(value: Any) -> bool:
    """Whether a value is a list of objects, or an object in which one may stand (and no mere `{"count": 3}`)."""
    if isinstance(value, dict):
        return any(isinstance(item, list | dict) for item in value.values())
    return _holds_objects(value)


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _is_comment(this: _Object, place: _Place) -> bool:
    """Whether an object has a text (be it null) and, unless it stands in the document's own list, says whose or when."""
    if "text" not in this.names:
        return False
    if "text" not in this.said and isinstance(text := this.value[this.names["text"]], dict | list) and text:
        return False
    return place.listed or any(meaning in this.said for meaning in _OF_A_COMMENT)


def _row(this: _Object, place: _Place) -> dict[str, str | None]:
    """An object's fields as text, with what its place tells and it does not."""
    text = this.names.get("text")
    row = {
        name: said
        for name, said in this.cells.items()
        if name == text or (said is not None and not isinstance(this.value[name], list))
    }
    answered = next((said for way in _ANSWERED if (said := _down(this.value, way))), place.parent)
    around = {**place.around, "parent": place.around.get("parent") or answered, "thread": place.thread}
    return row | {what: given for what, given in around.items() if given and what not in this.said}


def _down(value: Any, way: tuple[str, ...]) -> str | None:
    for key in way:
        value = value.get(key) if isinstance(value, dict) else None
    return string(value)


def _head(this: _Object, about: _Object) -> Head:
    """What is known of a thread: by the object in which its comments stand, and the one that tells of it."""
    count = next((string(one.value[name]) for one in (this, about) for name in _COUNTS if name in one.value), None)
    text = about.said.get("text")
    return Head(
        title=about.said.get("title") or string(about.value.get("name")),
        opening=markup_to_text(text) if text else None,
        announced=int(count) if count and count.isdecimal() and len(count) < 10 else None,
        url=about.said.get("url"),
    )
