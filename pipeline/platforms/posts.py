"""Parts of a page to the posts around them, and a post's markup without what its author did not write.

The page is asked once for each kind of part; each part then goes to the innermost post in which it stands.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.dates import FIRST_YEAR, LAST_YEAR
from pipeline.platforms.nodes import each

#: where a platform's own quote begins and ends while a tree is cleaned: noncharacters of Unicode, in no text
_BEGIN, _END = "\ufdd0", "\ufdd1"
_NOTHING = re.compile(r"<[^>]*>|&nbsp;|[\s\u00a0\u200b\u200e]+")
_MEDIA = re.compile(r"<(?:img|video|audio|iframe|embed|object|picture)\b")


class Posts:
    """The posts of a page: their ids, their elements, and which part belongs to which."""

    def __init__(self, named: Iterable[tuple[str, LexborNode]]) -> None:
        """`named`: ids with elements in page order. Of nested elements with one id the outer counts; of a post that is
        shown twice (an accepted answer under the question) the last, which stands in its own place."""
        self.nodes: dict[str, LexborNode] = {}
        self.above: dict[str, str | None] = {}  # the post in which a post stands
        self._holders: dict[int, str] = {}  # element -> id of the post in which it stands, "" for none
        for number, node in named:
            above = self.holder(node.parent)
            if above == number:
                continue
            if (copy := self.nodes.pop(number, None)) is not None:
                self._holders[copy.mem_id] = ""
            self.nodes[number] = node
            self.above[number] = above
            self._holders[node.mem_id] = number

    def holder(self, node: LexborNode | None) -> str | None:
        """The id of the post in which a node stands. The way up is remembered: what stands together shares it."""
        holders, way, found = self._holders, [], ""
        while node is not None:
            mem_id = node.mem_id
            if mem_id in holders:
                found = holders[mem_id]
                break
            way.append(mem_id)
            node = node.parent
        for mem_id in way:
            holders[mem_id] = found
        return found or None

    def every(self, tree: LexborHTMLParser, selector: str) -> list[tuple[str, LexborNode]]:
        """What a selector finds in posts, with the id of its post, in page order."""
        found = ((self.holder(node), node) for node in tree.css(selector))
        return [(number, node) for number, node in found if number is not None]

    def part(self, tree: LexborHTMLParser, *selectors: str, text: bool = False) -> dict[str, LexborNode]:
        """Id -> the post's first element by the first selector that finds one in it; `text`: one that holds text."""
        found: dict[str, LexborNode] = {}
        for selector in selectors:
            if len(found) >= len(self.nodes):
                break
            fresh: dict[str, LexborNode] = {}
            for number, node in self.every(tree, selector):
                if number not in found and number not in fresh and (not text or html.inner_text(node)):
                    fresh[number] = node
            found |= fresh
        return found

    def texts(self, contents: dict[str, LexborNode], drop: str, quotes: str = "") -> dict[str, str]:
        """Id -> the cleaned markup (see `markup`) of each post's text. Changes the tree: read all else before."""
        # Backwards: cleaning a post may remove the replies within it, so these are read before.
        return {number: markup(contents[number], drop, quotes) for number in reversed(self.nodes) if number in contents}


def around(tree: LexborHTMLParser, selector: str) -> set[int]:
    """The memory ids of all elements in which stands what a selector finds."""
    found: set[int] = set()
    for part in tree.css(selector):
        node = part.parent
        while node is not None and node.mem_id not in found:
            found.add(node.mem_id)
            node = node.parent
    return found


def markup(content: LexborNode, drop: str, quotes: str = "") -> str:
    """The markup within a node, without what `drop` selects; what `quotes` selects becomes a <blockquote>. Changes the
    tree: read everything else of the post before."""
    # Inner ones first: what stands within a removed element is gone, and must not be touched again.
    for part in reversed(each(content, drop)):
        if part != content:
            part.decompose()
    quoted = [part for part in each(content, quotes) if part != content and part.tag != "blockquote"] if quotes else []
    for part in reversed(quoted):
        part.insert_before(_BEGIN)
        part.insert_after(_END)
        part.unwrap()
    text = content.inner_html or ""
    if quoted:
        text = text.replace(_BEGIN, "<blockquote>").replace(_END, "</blockquote>")
    return text.strip()


def says_something(text: str) -> bool:
    """Is there text or a picture, film or sound in this markup?"""
    return bool(_MEDIA.search(text)) or bool(_NOTHING.sub("", text))


def moment(seconds: object) -> dt.datetime | None:
    """A UTC moment from seconds since 1970, as digits or a number; None for anything else."""
    try:
        found = dt.datetime.fromtimestamp(int(str(seconds)), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def first_of(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Key -> its first value that is not None."""
    found: dict[str, str] = {}
    for key, value in pairs:
        if value is not None:
            found.setdefault(key, value)
    return found


def number_in(text: str | None) -> int | None:
    """The first number in a text, with points, commas or spaces between thousands ("1.204 reacties"); None for none, and
    for a rounded one ("1.2K")."""
    found = re.search(r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?![\d])|\d{1,9}", text or "")
    if not found or re.match(r"[.,]\d|\s?[KMkm]\b", (text or "")[found.end() :]):
        return None
    return int(re.sub(r"\D", "", found[0]))
