"""schema.org in microdata: elements that say of themselves which comment, which author, which text they are.

An element with `itemscope` opens an item; an `itemprop` belongs to the nearest item around it (HTML standard, chapter
Microdata). A Comment within a Comment is a reply to it. What carries no identity is named by the ids of elements: one of a form
that every entry has once: in it, just before it, or around it alone.
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
from pipeline.platforms.markup import quote, written
from pipeline.platforms.text import node_text

_SCOPES = "[itemscope]"
_COMMENT = re.compile(r"schema\.org/(?:Comment|Answer|UserComments)\b")
_POSTING = re.compile(rf"schema\.org/(?:{'|'.join(POSTINGS)})\b")
_POST = re.compile(rf"schema\.org/(?:{'|'.join(sorted(POSTS))})\b")
_TEXT = ("text", "commentText", "articleBody", "description")
_TIME = ("datePublished", "dateCreated", "commentTime", "dateModified")
_NUMBER = re.compile(r"(\d+)$")
_MEMBER = re.compile(r"user|member|author|avatar|profil", re.IGNORECASE)
_QUOTES = ", ".join(
    f'{tag}[{name}*="quote" i]' for tag in ("div", "section", "table") for name in ("class", "data-testid")
)


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
    page = _Page(items, _places(tree, items), url, clock)
    first = page.comment(main) if main is not None and _POST.search(main.kind) and found.text else None
    found.comments = [page.comment(item) for item in items.values() if _COMMENT.search(item.kind)]
    if first is not None and first.author:
        found.first, found.text = first, None
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


class _Page:
    """The entries of a page as comments, asked in page order."""

    def __init__(self, items: dict[int, _Item], places: dict[int, str], url: str, clock: Clock) -> None:
        self.items, self.places, self.url, self.clock = items, places, url, clock
        self.names: dict[int, str] = {}  # item -> platform_id
        self.at: dict[str, str] = {}  # id of an element -> platform_id of the entry there

    def comment(self, item: _Item) -> RawComment:
        """An item as a comment; the posting that all others stand in is nobody's parent."""
        author, parent = _author(item, self.items), self._parent(item)
        posted_at = self.clock.read(_value(item.first(*_TIME)))
        quoted, text = _text(item)
        link = html.absolute(self.url, _value(item.first("url", "mainEntityOfPage")))
        place = _own_id(item.node) or (_own_id(item.node.parent) if _stands_alone(item.node, self.items) else None)
        place = place or self.places.get(item.node.mem_id)
        name = html.attribute(item.node, "itemid") or place or link or comment_id(author, posted_at, text)
        if place:
            self.at[place] = name
            link = link or html.absolute(self.url, f"{self.url.partition('#')[0]}#{place}")
        if _COMMENT.search(item.kind):
            self.names[item.node.mem_id] = name
            parent = parent or next((self.at[one] for one in quoted if one in self.at and self.at[one] != name), None)
        return RawComment(name, parent, author, posted_at, text, "html", permalink=link)

    def _parent(self, item: _Item) -> str | None:
        above = item.above
        while above is not None and above.node.mem_id not in self.names:
            above = above.above
        return self.names[above.node.mem_id] if above is not None else _value(item.first("parentItem"))


def _places(tree: LexborHTMLParser, items: dict[int, _Item]) -> dict[int, str]:
    """Item -> the id of an element by which the page tells its entries apart: one that each of them has."""
    owners = {mem_id: mem_id for mem_id, item in items.items() if _COMMENT.search(item.kind) or _POST.search(item.kind)}
    wanted = [mem_id for mem_id in owners if _COMMENT.search(items[mem_id].kind)]
    for mem_id in wanted:
        node = items[mem_id].node
        if node.parent is not None and _stands_alone(node, items):
            owners.setdefault(node.parent.mem_id, mem_id)
        elif (anchor := _anchor(node)) is not None:
            owners.setdefault(anchor.mem_id, mem_id)
    forms: dict[str, dict[int, str]] = {}
    for node in tree.css("[id]") if len(wanted) > 1 else ():
        if (name := _own_id(node)) and not _MEMBER.search(name) and (owner := _owner(node, owners)) is not None:
            forms.setdefault(_NUMBER.sub("", name), {}).setdefault(owner, name)
    good = [found for found in forms.values() if set(wanted) <= found.keys() and len(set(found.values())) == len(found)]
    return good[0] if good else {}


def _anchor(node: LexborNode) -> LexborNode | None:
    """An empty element just before a node, there to be linked to."""
    before = node.prev
    while before is not None and before.tag == "-text" and not (before.text() or "").strip():
        before = before.prev
    return before if before is not None and html.attribute(before, "id") and html.inner_text(before) is None else None


def _owner(node: LexborNode | None, owners: dict[int, int]) -> int | None:
    while node is not None:
        if node.mem_id in owners:
            return owners[node.mem_id]
        node = node.parent
    return None


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


def _text(item: _Item) -> tuple[list[str], str]:
    """The fragments to which quotes in a comment's text lead, and its markup: without the comments that stand within it, and
    with a <blockquote> for what the page calls a quote. Changes the tree."""
    node = item.first(*_TEXT)
    if node is None:
        return [], ""
    if node.tag == "meta":
        return [], html.attribute(node, "content") or ""
    quote(part for part in html.each(node, _QUOTES) if part != node and not _holds_own(part))
    text = written(node, "script, style")
    if not _COMMENT.search(text) and "blockquote" not in text:
        return [], text
    copy, _ = html.parse(text)
    for inner in reversed(copy.css(_SCOPES)):
        if _COMMENT.search(inner.attributes.get("itemtype") or ""):
            inner.decompose()
    links = (html.attribute(link, "href") or "" for link in copy.css("blockquote a[href]"))
    fragments = [fragment for link in links if (fragment := link.partition("#")[2])]
    return fragments, (copy.body.inner_html or "").strip() if copy.body is not None else ""


def _holds_own(node: LexborNode) -> bool:
    """Does an element that is called a quote hold one that is marked up as such, and with it the author's own words?"""
    return node.css_first("blockquote") is not None or html.ancestor(node, "blockquote") is not None


def _plain(node: LexborNode | None) -> str | None:
    return html.attribute(node, "content") or html.inner_text(node)


def _value(node: LexborNode | None) -> str | None:
    """A property's value by the rules of microdata: an attribute where the element has one for it, else its text."""
    for name in ("content", "datetime", "href", "title"):
        if value := html.attribute(node, name):
            return value
    return html.inner_text(node)
