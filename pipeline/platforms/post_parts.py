"""What readers of classic forum software share: posts that stand one after another, each in an element with its number.

The page is asked once for each kind of part, and each part then goes to the post around it: faster than asking every
post. What a post's author did not write is cut out of the page at the end, when all else has been read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.nodes import each

#: stand for the tags of a quote until the markup is written out: private characters, which no keyboard writes
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
_TAG = re.compile(r"<[^>]*>")
_MEDIA = re.compile(r"<(?:img|iframe|video|audio|object|embed|picture|svg)\b", re.IGNORECASE)
_REPLIES = re.compile(r"(?:Comment|Reply)Action$")
_DISCUSSIONS = ("DiscussionForumPosting", "Question")


class Posts:
    """The posts of one page, number to element in page order, and their parts."""

    def __init__(self, tree: LexborHTMLParser, places: dict[str, LexborNode]) -> None:
        self.tree = tree
        self.places = places
        self._holders = {node.mem_id: number for number, node in places.items()}  # "" for none

    def first(self, *selectors: str) -> dict[str, LexborNode]:
        """Number -> the post's first part by the first selector that finds one in it."""
        found: dict[str, LexborNode] = {}
        for selector in selectors:
            if len(found) >= len(self.places):
                break
            fresh: dict[str, LexborNode] = {}
            for node in self.tree.css(selector):
                if (number := self.holder(node)) is not None:
                    fresh.setdefault(number, node)
            found = fresh | found
        return found

    def numbers(self, *selectors: str) -> set[str]:
        """The posts in or on which a selector finds something."""
        found = (self.holder(node) for selector in selectors for node in self.tree.css(selector))
        return {number for number in found if number is not None}

    def holder(self, node: LexborNode | None) -> str | None:
        """The number of the post in which a node stands. The way up is remembered: what stands together shares it."""
        way, found = [], ""
        while node is not None:
            mem_id = node.mem_id
            if mem_id in self._holders:
                found = self._holders[mem_id]
                break
            way.append(mem_id)
            node = node.parent
        self._holders.update(dict.fromkeys(way, found))
        return found or None


def places(tree: LexborHTMLParser, selector: str, number: re.Pattern[str], *attributes: str) -> dict[str, LexborNode]:
    """Number -> the first element whose attribute (the first that fits) gives it as the pattern's only group."""
    found: dict[str, LexborNode] = {}
    for node in tree.css(selector):
        if node.tag == "a":  # an anchor before the post, or the number that links to it
            continue
        for attribute in attributes:
            if named := number.fullmatch(node.attributes.get(attribute) or ""):
                found.setdefault(named[1], node)
                break
    return found


def cut(tree: LexborHTMLParser, selector: str) -> None:
    """Remove elements. Backwards: what stands within a removed element is gone, and must not be touched again."""
    for node in reversed(each(tree, selector)):
        node.decompose()


def quote(nodes: Iterable[LexborNode]) -> None:
    """Have `markup` write a <blockquote> around elements that are a platform's own form of one."""
    for node in {node.mem_id: node for node in nodes}.values():
        node.insert_before(_OPEN)
        node.insert_after(_CLOSE)


def markup(node: LexborNode | None) -> str | None:
    """What stands in an element, as HTML; None where there is neither text nor an image or the like."""
    text = (node.inner_html or "").strip() if node is not None else ""
    text = text.replace(_OPEN, "<blockquote>").replace(_CLOSE, "</blockquote>")
    plain = unescape(_TAG.sub("", text)).replace("\u200b", "").strip()
    return text if plain or _MEDIA.search(text) else None


def comment(
    number: str, parent: str | None, author: str | None, moment: dt.datetime | None, text: str, permalink: str
) -> RawComment:
    """A post as a comment; one that quotes itself answers nobody."""
    return RawComment(number, parent if parent != number else None, author, moment, text, "html", permalink)


def base_of(tree: LexborHTMLParser, address: str) -> str:
    """The address to which a page's relative links belong."""
    return html.absolute(address, html.attribute(tree.css_first("base[href]"), "href")) or address


def canonical(tree: LexborHTMLParser, address: str) -> str:
    """The address that a page gives itself, on its own site; else the one it was read from."""
    found = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    return found if found and html.site(found) == html.site(address) else address


def without(url: str, *names: str) -> str:
    """An address without fragment and without some parts of its query."""
    parts = urlsplit(url)
    if not parts.query:
        return urlunsplit((*parts[:4], ""))
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in names]
    # Some software writes a path into the query ("?threads/title.1/"): such a part has no value and needs no "=".
    query = "&".join(urlencode([pair], safe="/.") if pair[1] else urlencode([pair], safe="/.")[:-1] for pair in pairs)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def name_of(url: str) -> str:
    """An address as the name of a thread: host in small letters, no scheme, no slash at the end."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}" + (f"?{parts.query.rstrip('/')}" if parts.query else "")


def page_title(tree: LexborHTMLParser, *selectors: str) -> str | None:
    """The thread's title by the first selector, else by og:title, else the window's up to the first " - " or " | "."""
    if title := html.inner_text(html.first(tree, selectors)):
        return title
    declared = html.attribute(tree.css_first('meta[property="og:title"]'), "content")
    window = html.inner_text(tree.css_first("head title"))
    return declared or (re.split(r" [-|] ", window)[0].strip() or None if window else None)


def declared_posts(tree: LexborHTMLParser) -> int | None:
    """Posts in a thread by what the page tells search engines of it: the replies, and the post that they answer."""
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            data = load(script.text(), strict=False)
        except BadJSONError:
            continue
        for item in children(data):
            replies = _replies(item)
            if replies is not None:
                return replies + 1
    return None


def _replies(item: Any) -> int | None:
    if not isinstance(item, dict):
        return None
    main = item.get("mainEntity")
    if isinstance(main, dict):
        item = main
    if item.get("@type") not in _DISCUSSIONS:
        return None
    for counter in children(item.get("interactionStatistic")):
        if isinstance(counter, dict) and _REPLIES.search(string(counter.get("interactionType")) or ""):
            return _whole(counter.get("userInteractionCount"))
    return _whole(item.get("answerCount"))


def _whole(value: Any) -> int | None:
    text = string(value) or ""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
