"""schema.org in microdata: elements that say of themselves which comment, which author, which text they are.

An element with `itemscope` opens an item; an `itemprop` belongs to the nearest item around it (HTML standard, chapter
Microdata). A Comment within a Comment is a reply to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_ld import POSTINGS, POSTS, Posting, comment_id
from pipeline.platforms.text import node_text

_SCOPES = "[itemscope]"
_COMMENT = re.compile(r"schema\.org/(?:Comment|Answer|UserComments)\b")
_POSTING = re.compile(rf"schema\.org/(?:{'|'.join(POSTINGS)})\b")
_POST = re.compile(rf"schema\.org/(?:{'|'.join(sorted(POSTS))})\b")
_TEXT = ("text", "commentText", "articleBody", "description")
_TIME = ("datePublished", "dateCreated", "commentTime", "dateModified")
_NUMBER = re.compile(r"(\d+)$")


@dataclass
class _Item:
    node: LexborNode
    kind: str
    above: _Item | None
    properties: dict[str, list[LexborNode]] = field(default_factory=dict)

    def first(self, *names: str) -> LexborNode | None:
        return next((self.properties[name][0] for name in names if name in self.properties), None)


def posting(tree: LexborHTMLParser, url: str, clock: Clock) -> Posting:
    """What a page's microdata says. Without any: an empty posting."""
    items = _items(tree)
    main = next((item for item in items.values() if _POSTING.search(item.kind)), None)
    found = Posting()
    if main is not None:
        found.title = _plain(main.first("headline", "name"))
        text = main.first("text", "articleBody")
        found.text = (node_text(text) or None) if text is not None else None
        found.published_at = clock.read(_value(main.first(*_TIME)))
        found.announced = whole(_value(main.first("commentCount", "answerCount")))
    names: dict[int, str] = {}
    for item in items.values():
        if _COMMENT.search(item.kind):
            found.comments.append(_comment(item, items, names, url, clock))
    if main is not None and _POST.search(main.kind) and found.text and _author(main, items):
        found.first = _comment(main, items, {}, url, clock)
        found.text = None
    return found


def _items(tree: LexborHTMLParser) -> dict[int, _Item]:
    """Items by node, outer ones first, each with its own properties."""
    items: dict[int, _Item] = {}
    for node in tree.css(_SCOPES):
        items[node.mem_id] = _Item(node, node.attributes.get("itemtype") or "", _around(node, items))
    for node in tree.css("[itemprop]"):
        owner = _around(node, items)
        for name in (node.attributes.get("itemprop") or "").split():
            if owner is not None:
                owner.properties.setdefault(name, []).append(node)
    return items


def _around(node: LexborNode, items: dict[int, _Item]) -> _Item | None:
    above = node.parent
    while above is not None:
        if above.mem_id in items:
            return items[above.mem_id]
        above = above.parent
    return None


def _comment(item: _Item, items: dict[int, _Item], names: dict[int, str], url: str, clock: Clock) -> RawComment:
    author = _author(item, items)
    posted_at = clock.read(_value(item.first(*_TIME)))
    text = _text(item)
    link = html.absolute(url, _value(item.first("url", "mainEntityOfPage")))
    own = html.attribute(item.node, "itemid") or _own_id(item.node)
    own = own or (_own_id(item.node.parent) if _stands_alone(item.node, items) else None)
    name = own or link or comment_id(author, posted_at, text)
    names[item.node.mem_id] = name
    above = item.above
    while above is not None and above.node.mem_id not in names:
        above = above.above
    parent = names[above.node.mem_id] if above is not None else _value(item.first("parentItem"))
    return RawComment(name, parent, author, posted_at, text, "html", permalink=link)


def _own_id(node: LexborNode | None) -> str | None:
    """An id with a number in it: `post-12`, `comment_3`."""
    name = html.attribute(node, "id")
    return name if name and _NUMBER.search(name) else None


def _stands_alone(node: LexborNode, items: dict[int, _Item]) -> bool:
    """Is the element just around an item there for this item alone, so that its id is the item's?"""
    above = node.parent
    if above is None or above.mem_id in items:
        return False
    return sum(child.mem_id in items for child in above.iter()) == 1


def _author(item: _Item, items: dict[int, _Item]) -> str | None:
    node = item.first("author", "creator")
    if node is None:
        return None
    person = items.get(node.mem_id)
    name = person.first("name", "alternateName") if person is not None else None
    return _plain(name) if name is not None else _plain(node)


def _text(item: _Item) -> str:
    """The markup of a comment's text, without the comments that stand within it."""
    node = item.first(*_TEXT)
    if node is None:
        return ""
    if node.tag == "meta":
        return html.attribute(node, "content") or ""
    text = (node.inner_html or "").strip()
    if not _COMMENT.search(text):
        return text
    copy, _ = html.parse(text)
    for inner in reversed(copy.css(_SCOPES)):
        if _COMMENT.search(inner.attributes.get("itemtype") or ""):
            inner.decompose()
    return (copy.body.inner_html or "").strip() if copy.body is not None else ""


def _plain(node: LexborNode | None) -> str | None:
    return html.attribute(node, "content") or html.inner_text(node)


def _value(node: LexborNode | None) -> str | None:
    """A property's value by the rules of microdata: an attribute where the element has one for it, else its text."""
    for name in ("content", "datetime", "href", "title"):
        if value := html.attribute(node, name):
            return value
    return html.inner_text(node)
