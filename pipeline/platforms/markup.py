"""A post's markup: without what its author did not write, and with every quote as a <blockquote>."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from selectolax.lexbor import LexborNode

from pipeline.platforms.html import cut, each

#: where a platform's own quote begins and ends until the markup is written out: noncharacters of Unicode, in no text
_BEGIN, _END = "\ufdd0", "\ufdd1"
_NOTHING = re.compile(r"<[^<>]*>|&nbsp;|[\s\u00a0\u200b\u200e]+")
_MEDIA = re.compile(r"<(?:img|video|audio|iframe|embed|object|picture)\b", re.IGNORECASE)
_ARGUMENT = re.compile(r"\([^()]*\)")
_LAST_PART = re.compile(r"[^\s>+~]+$")
_TRACE = re.compile(r"\[([\w-]+)|([.#])|^([a-zA-Z][\w-]*)")


def written(node: LexborNode, drop: str = "", quotes: str = "") -> str:
    """The markup within a node, without what `drop` selects in it; what `quotes` selects, and what was marked by `quote`,
    becomes a <blockquote>. Changes the tree: read everything else of the post before."""
    text = node.inner_html or ""
    if _may_hold(text, drop) or (quotes and _may_hold(text, quotes)):
        cut(node, drop)
        if quotes:
            quote(part for part in each(node, quotes) if part != node and part.tag != "blockquote")
        text = node.inner_html or ""
    if _BEGIN in text:
        text = text.replace(_BEGIN, "<blockquote>").replace(_END, "</blockquote>")
    return text.strip()


def quote(nodes: Iterable[LexborNode]) -> None:
    """Have `written` put a <blockquote> in the place of elements that are a platform's own form of one."""
    for node in reversed({node.mem_id: node for node in nodes}.values()):
        node.insert_before(_BEGIN)
        node.insert_after(_END)
        node.unwrap()


def _may_hold(markup: str, selectors: str) -> bool:
    """May one of these selectors find something in this markup?"""
    for trace in _traces(selectors) if selectors else ():  # noqa: SIM110 (several times as fast as `any` or a pattern)
        if trace in markup:
            return True
    return False


@lru_cache
def _traces(selectors: str) -> tuple[str, ...]:
    """What stands in all markup in which one of these selectors finds something: many posts hold none of it, and searching
    their text takes a tenth of the time of asking for elements."""
    traces = set()
    for selector in _ARGUMENT.sub("", selectors).split(","):
        part = _LAST_PART.search(selector.strip())
        name = _TRACE.search(part[0].partition(":")[0]) if part else None
        if name is None:  # `*`, or a pseudo-class alone: may be anything
            return ("<",)
        if name[2]:
            traces.add("class=" if name[2] == "." else "id=")
        else:
            traces.add(f"<{name[3]}" if name[3] else name[1])
    return tuple(sorted(traces))


def unwrapped(node: LexborNode) -> LexborNode:
    """The innermost element of those that only wrap one `div` each."""
    while True:
        inner = [
            child for child in node.iter(include_text=True) if child.tag != "-text" or (child.text() or "").strip()
        ]
        if len(inner) != 1 or inner[0].tag != "div":
            return node
        node = inner[0]


def says_something(text: str) -> bool:
    """Is there text or a picture, film or sound in this markup?"""
    return bool(_MEDIA.search(text)) or bool(_NOTHING.sub("", text))
