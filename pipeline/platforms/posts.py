"""The posts of a page and their parts: which author, time and text belong to which post.

The page is asked once for each kind of part, and each part then goes to the innermost post in which it stands: faster than
asking every post, and a reply's author is never taken for that of the post around it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.markup import says_something, written

#: characters of all that is shown of a post that only says that it is gone
_LONGEST_NOTICE = 300
#: what WordPress itself and its themes call what stands beside a page's content
_BESIDE = frozenset(["widget", "sidebar", "widget-area"])


class Posts:
    """The posts of a page: their ids, their elements, and which part belongs to which."""

    def __init__(self, tree: LexborHTMLParser, named: Iterable[tuple[str, LexborNode]]) -> None:
        """`named`: ids with elements in page order. Of nested elements with one id the outer counts; of a post that is
        shown twice (an accepted answer under the question) the last, which stands in its own place."""
        self.tree = tree
        self.nodes: dict[str, LexborNode] = {}
        self.above: dict[str, str | None] = {}  # the post in which a post stands
        self._holders: dict[int, str] = {}  # element -> id of the post in which it stands, "" for none
        for number, node in named:
            above = self.holder(node.parent)
            if above == number:
                continue
            if number in self.nodes:
                self._holders[self.nodes.pop(number).mem_id] = ""
            self.nodes[number] = node
            self.above[number] = above
            self._holders[node.mem_id] = number

    def holder(self, node: LexborNode | None) -> str | None:
        """The id of the post that a node is or stands in. The way up is remembered: what stands together shares it."""
        holders, way, found = self._holders, [], None
        while node is not None:
            mem_id = node.mem_id
            found = holders.get(mem_id)
            if found is not None:
                break
            way.append(mem_id)
            node = node.parent
        for mem_id in way:
            holders[mem_id] = found or ""
        return found or None

    def every(self, *selectors: str) -> list[tuple[str, LexborNode]]:
        """What selectors find in or on posts, with the id of the post: by selector, then in page order."""
        known, found = self._holders.get, []
        for selector in selectors:
            for node in self.tree.css(selector):
                number = known(node.mem_id)
                if number is None:
                    number = self.holder(node)
                if number:
                    found.append((number, node))
        return found

    def first(self, *selectors: str, text: bool = False) -> dict[str, LexborNode]:
        """Id -> the post's first part by the first selector that finds one in it; `text`: one that holds text."""
        found: dict[str, LexborNode] = {}
        for selector in selectors:
            if len(found) >= len(self.nodes):
                break
            fresh: dict[str, LexborNode] = {}
            for node in self.tree.css(selector):
                number = self.holder(node)
                if number is None or number in found or number in fresh or (text and not html.inner_text(node)):
                    continue
                fresh[number] = node
            found |= fresh
        return found

    def last(self, selector: str) -> dict[str, LexborNode]:
        """Id -> the post's last part that a selector finds."""
        return dict(self.every(selector))

    def having(self, *selectors: str) -> set[str]:
        """The posts in or on which a selector finds something."""
        return {number for number, _ in self.every(*selectors)}

    def gone(self, contents: dict[str, LexborNode]) -> set[str]:
        """The posts in whose place only a notice stands (deleted, hidden): short, and without the place in which others
        have their text. Where no post has one, or much is said elsewhere, a theme is not known, and nothing is gone."""
        silent = [number for number in self.nodes if number not in contents] if contents else []
        return {number for number in silent if len(html.inner_text(self.nodes[number]) or "") <= _LONGEST_NOTICE}

    def unread(self, contents: dict[str, LexborNode]) -> list[str]:
        """What is to be warned of: posts that hold more than a notice, but nothing where others have their text."""
        lost = len(self.nodes.keys() - contents.keys() - self.gone(contents)) if contents else 0
        return [f"posts in which no text was found, left out: {lost}"] if lost else []

    def texts(self, contents: dict[str, LexborNode], drop: str = "", quotes: str = "") -> dict[str, str]:
        """Id -> the cleaned markup (see `written`) of each post's text, in page order. Changes the tree: read all else before."""
        # Backwards: cleaning a post may remove the replies within it, so these are read before.
        order = [number for number in self.nodes if number in contents]
        found = [written(contents[number], drop, quotes) for number in reversed(order)]
        return dict(zip(order, reversed(found), strict=True))


def spoken(
    texts: Mapping[str, str],
    names: Mapping[str, str | None],
    moments: Mapping[str, dt.datetime | None],
    parents: Mapping[str, str | None],
    link: Callable[[str], str | None],
) -> tuple[list[RawComment], tuple[str, ...]]:
    """Posts as comments, in the order of `texts` (id -> markup), and the ids of those that say nothing.

    `parents` are the posts that they answer, themselves apart; `link` gives a post's permalink.
    """
    said = {number: text for number, text in texts.items() if says_something(text)}
    found = [
        RawComment(
            number,
            parent if (parent := parents.get(number)) != number else None,
            names.get(number),
            moments.get(number),
            text,
            "html",
            link(number),
        )
        for number, text in said.items()
    ]
    return found, tuple(number for number in texts if number not in said)


def numbered(tree: LexborHTMLParser, selector: str, number: re.Pattern[str], *attributes: str) -> dict[str, LexborNode]:
    """Id -> the first element whose attribute (the first that fits) gives it as the pattern's only group."""
    found: dict[str, LexborNode] = {}
    for node in tree.css(selector):
        if node.tag == "a":  # an anchor before the post, or the number that links to it
            continue
        for attribute in attributes:
            if named := number.fullmatch(node.attributes.get(attribute) or ""):
                found.setdefault(named[1], node)
                break
    return found


def stands_beside(node: LexborNode) -> bool:
    """Does a node stand beside what a page of WordPress is about: in an aside, in the footer, in a widget?"""
    above = node.parent
    while above is not None and above.tag not in ("body", "html"):
        if above.tag in ("aside", "footer") or not _BESIDE.isdisjoint((above.attrs.get("class") or "").split()):
            return True
        above = above.parent
    return False


def around(tree: LexborHTMLParser, selector: str) -> set[int]:
    """The memory ids of all elements in which stands what a selector finds."""
    found: set[int] = set()
    for part in tree.css(selector):
        node = part.parent
        while node is not None and node.mem_id not in found:
            found.add(node.mem_id)
            node = node.parent
    return found


def first_of(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Key -> its first value that is not None."""
    found: dict[str, str] = {}
    for key, value in pairs:
        if value is not None:
            found.setdefault(key, value)
    return found
