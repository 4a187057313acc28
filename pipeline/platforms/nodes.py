"""Nodes by a list of selectors, each once, and each with the post in which it stands.

selectolax gives a node that two selectors of a list find twice; removing it twice touches memory that is free. Asking a whole
page once for each kind of part is many times as fast as asking every post.
"""

from __future__ import annotations

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode


def each(tree: LexborHTMLParser | LexborNode, selector: str) -> list[LexborNode]:
    """The nodes that a selector, or a list of them, finds: in page order, each once."""
    return list({node.mem_id: node for node in tree.css(selector)}.values())


def without(node: LexborNode, selector: str) -> str:
    """A node's markup without what a selector (of classes, scripts and styles) finds in it. Changes the tree."""
    text = (node.inner_html or "").strip()
    if "class=" not in text and "<s" not in text:
        return text
    # Inner ones first: what stands within a removed element is gone, and must not be touched again.
    for part in reversed(each(node, selector)):
        if part != node:
            part.decompose()
    return (node.inner_html or "").strip()


class Parts:
    """The parts of a page's posts: which post a node stands in, the nearest where posts stand in posts."""

    def __init__(self, tree: LexborHTMLParser, posts: Iterable[LexborNode]) -> None:
        self.tree = tree
        self.holders: dict[int, int | None] = {post.mem_id: post.mem_id for post in posts}

    def first(self, *selectors: str) -> dict[int, LexborNode]:
        """Post (its mem_id) -> its first node by the first selector that finds one in it."""
        found: dict[int, LexborNode] = {}
        for selector in selectors:
            fresh: dict[int, LexborNode] = {}
            for node in self.tree.css(selector):
                holder = self.holder(node)
                if holder is not None:
                    fresh.setdefault(holder, node)
            found = fresh | found
        return found

    def holder(self, node: LexborNode | None) -> int | None:
        """The post in which a node stands. The way up is remembered: what stands together shares it."""
        way, found = [], None
        while node is not None:
            mem_id = node.mem_id
            if mem_id in self.holders:
                found = self.holders[mem_id]
                break
            way.append(mem_id)
            node = node.parent
        for mem_id in way:
            self.holders[mem_id] = found
        return found
