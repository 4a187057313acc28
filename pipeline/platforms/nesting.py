"""Posts that stand within posts: which part of a page belongs to which.

A page is asked once for each kind of part, and each part goes to the nearest post around it: faster than asking every
post, and a reply's author is never taken for that of the post in which it stands.
"""

from __future__ import annotations

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode


class Nesting:
    """The posts of a page by their key, as (key, node), outer ones before inner ones."""

    def __init__(self, posts: Iterable[tuple[str, LexborNode]]) -> None:
        self._holders = {node.mem_id: key for key, node in posts}

    def around(self, node: LexborNode | None) -> str | None:
        """The key of the post that a node is or stands in. The way up is remembered: what stands together shares it."""
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

    def parts(self, tree: LexborHTMLParser, selector: str, *, last: bool = False) -> dict[str, LexborNode]:
        """Each post's own first (or last) part that a selector finds."""
        found: dict[str, LexborNode] = {}
        for node in tree.css(selector):
            key = self.around(node)
            if key is not None and (last or key not in found):
                found[key] = node
        return found


def unwrapped(node: LexborNode) -> LexborNode:
    """The innermost element of those that only wrap one `div` each."""
    while True:
        inner = [
            child for child in node.iter(include_text=True) if child.tag != "-text" or (child.text() or "").strip()
        ]
        if len(inner) != 1 or inner[0].tag != "div":
            return node
        node = inner[0]


def markup(node: LexborNode, frame: str = "") -> str:
    """The markup within a node, without the parts that a selector names. Changes the tree."""
    if frame:
        # Each once, though several selectors find it, and inner ones first: what is gone must not be touched again.
        parts = {part.mem_id: part for part in node.css(frame) if part != node}
        for part in reversed(parts.values()):
            part.decompose()
    return (node.inner_html or "").strip()
