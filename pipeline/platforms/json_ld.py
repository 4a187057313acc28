"""schema.org in JSON-LD: objects within objects, or a flat @graph that refers by @id."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipeline.ids import bound_id
from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.text import looks_like_html, markup_to_text

MAX_NESTING = 500
POSTINGS = (
    "DiscussionForumPosting",
    "Question",
    "SocialMediaPosting",
    "BlogPosting",
    "NewsArticle",
    "Article",
    "WebPage",
)
COMMENTS = frozenset({"Comment", "Answer", "UserComments"})
#: postings that are a post of the thread as any other: somebody wrote them there
POSTS = frozenset({"DiscussionForumPosting", "Question"})
_REPLIES = ("comment", "comments", "acceptedAnswer", "suggestedAnswer", "answer")

_LINE_COMMENT = re.compile(r"^[^\S\n]*//.*$|[^\S\n]//[^\"\n]{0,300}+$|<!--|-->|<!\[CDATA\[|\]\]>", re.MULTILINE)
_TRAILING = re.compile(r",(\s*[}\]])")


@dataclass
class Posting:
    """What opens a thread, and its comments."""

    title: str | None = None
    text: str | None = None  # of an article; that of a post is in `first`
    first: RawComment | None = None  # what opens the thread, where it is a post with an author
    url: str | None = None
    language: str | None = None
    published_at: dt.datetime | None = None
    announced: int | None = None
    comments: list[RawComment] = field(default_factory=list)


def comment_id(author: str | None, posted_at: dt.datetime | None, text: str) -> str:
    """An id for a comment that carries none: by who wrote what and when, so that replies can refer to it."""
    return bound_id("x", author or "", posted_at.isoformat() if posted_at else "", text)


def posting(tree: LexborHTMLParser, url: str, clock: Clock) -> tuple[Posting, list[str]]:
    """The posting with the most comments on a page, and warnings about blocks that are no JSON."""
    warnings: list[str] = []
    objects: list[dict[str, Any]] = []
    for number, script in enumerate(tree.css('script[type*="ld+json" i]'), 1):
        try:
            objects.extend(_objects(_load(script.text())))
        except BadJSONError as error:
            warnings.append(f"JSON-LD block {number} is broken and was left out: {error}")
    by_id = {name: item for item in objects if (name := string(item.get("@id"))) and len(item) > 1}
    reader = _Reader(by_id, url, clock)
    found = [reader.posting(item) for item in objects if _types(item) & set(POSTINGS)]
    best = max(found, key=lambda one: len(one.comments), default=Posting())
    if not best.comments and (loose := [item for item in objects if _types(item) & COMMENTS]):
        for item in loose:
            reader.comments(item, None, best.comments, 0)
    if reader.cut:
        warnings.append(f"replies nested over {MAX_NESTING} deep, left out with what is below them: {reader.cut}")
    return replace(best, comments=_once(best.comments)), warnings


def _load(text: str) -> Any:
    try:
        return load(text)
    except BadJSONError:
        return load(_TRAILING.sub(r"\1", _LINE_COMMENT.sub("", text)), strict=False)


def _objects(data: Any) -> list[dict[str, Any]]:
    """The objects at the top of a block, and those that they hold in @graph and mainEntity."""
    found: list[dict[str, Any]] = []
    for item in children(data):
        if isinstance(item, dict):
            found.append(item)
            if "FAQPage" in _types(item):  # questions that nobody asked
                continue
            found.extend(_objects(item.get("@graph")))
            found.extend(_objects(item.get("mainEntity")))
        elif isinstance(item, list):
            found.extend(_objects(item))
    return found


def _types(item: dict[str, Any]) -> set[str]:
    return {re.split(r"[/#:]", name)[-1] for name in children(item.get("@type")) if isinstance(name, str)}


def _once(comments: list[RawComment]) -> list[RawComment]:
    """Each id once, as first met: an accepted answer is often listed among the suggested ones too."""
    return list({comment.platform_id: comment for comment in reversed(comments)}.values())[::-1]


class _Reader:
    """Follows references within one page."""

    def __init__(self, by_id: dict[str, dict[str, Any]], url: str, clock: Clock) -> None:
        self.by_id = by_id
        self.url = url
        self.clock = clock
        self.seen: set[int] = set()
        self.cut = 0  # replies nested too deep to follow

    def posting(self, item: dict[str, Any]) -> Posting:
        """A posting with all comments below it."""
        found = Posting(
            title=markup_to_text(string(item.get("headline")) or string(item.get("name")) or "") or None,
            text=markup_to_text(string(item.get("text")) or string(item.get("articleBody")) or "") or None,
            url=html.absolute(self.url, string(item.get("url"))),
            language=string(item.get("inLanguage")),
            published_at=self._time(item),
            announced=_count(item),
        )
        if _types(item) & POSTS and found.text and (author := self._author(item)):
            found.first = self._comment(item, None, author)
            found.text = None
        for key in _REPLIES:
            for reply in children(item.get(key)):
                self.comments(reply, None, found.comments, 0)
        if found.announced is not None and "Question" in _types(item):  # counts answers, not the comments below them
            found.announced += sum(comment.parent is not None for comment in found.comments)
        return found

    def comments(self, item: Any, parent: str | None, out: list[RawComment], depth: int) -> None:
        """Append a comment and the replies below it."""
        item = self._whole(item)
        if item is None or id(item) in self.seen:
            return
        if depth > MAX_NESTING:
            self.cut += 1
            return
        self.seen.add(id(item))
        above = self._whole(item.get("parentItem"))
        parent = parent or (_identity(above) if above and _types(above) & COMMENTS else None)
        comment = self._comment(item, parent, self._author(item))
        out.append(comment)
        for key in _REPLIES:
            for reply in children(item.get(key)):
                self.comments(reply, comment.platform_id, out, depth + 1)

    def _comment(self, item: dict[str, Any], parent: str | None, author: str | None) -> RawComment:
        text, posted_at = _text(item), self._time(item)
        name = _identity(item) or comment_id(author, posted_at, text)
        link = html.absolute(self.url, string(item.get("url")) or string(item.get("@id")))
        marked_up = looks_like_html(text)
        shown = text if marked_up else unescape(text)  # many sites escape even what they offer as plain text
        return RawComment(name, parent, author, posted_at, shown, "html" if marked_up else "text", permalink=link)

    def _whole(self, item: Any) -> dict[str, Any] | None:
        """An object in full, where only its @id is given."""
        if isinstance(item, str):
            return self.by_id.get(item)
        if not isinstance(item, dict):
            return None
        return self.by_id.get(string(item.get("@id")) or "", item) if set(item) <= {"@id", "@type"} else item

    def _author(self, item: dict[str, Any]) -> str | None:
        for value in children(item.get("author") or item.get("creator")):
            if isinstance(value, str) and value not in self.by_id:
                return string(value)
            person = self._whole(value)
            if person and (name := string(person.get("name")) or string(person.get("alternateName"))):
                return name
        return None

    def _time(self, item: dict[str, Any]) -> dt.datetime | None:
        return self.clock.read(
            string(item.get("datePublished")) or string(item.get("dateCreated")) or string(item.get("commentTime"))
        )


def _identity(item: dict[str, Any]) -> str | None:
    identifier = item.get("identifier")
    if isinstance(identifier, dict):
        identifier = identifier.get("value")
    return string(item.get("@id")) or string(identifier) or string(item.get("url"))


def _text(item: dict[str, Any]) -> str:
    for key in ("text", "commentText", "articleBody", "description"):
        if text := string(item.get(key)):
            return text
    return ""


def _count(item: dict[str, Any]) -> int | None:
    """The number of comments that a posting announces."""
    for key in ("commentCount", "answerCount"):
        if (value := string(item.get(key))) and value.isdecimal():
            return int(value[:9])
    for counter in children(item.get("interactionStatistic")):
        if isinstance(counter, dict) and "Comment" in str(counter.get("interactionType")):
            value = string(counter.get("userInteractionCount"))
            return int(value[:9]) if value and value.isdecimal() else None
    return None
