"""Which post answers which: by blocks within blocks, by depth in a class or a margin, by a quote that names a post."""

from __future__ import annotations

import re

from pipeline.platforms.generic.blocks import Block
from pipeline.platforms.generic.outline import Outline
from pipeline.platforms.generic.score import Thread

_DEPTH = re.compile(r"(?:^|[\s_-])(?:depth|level|indent|lvl|nest(?:ed)?)[-_]?(\d{1,3})(?:\s|$)", re.I)
_MARGIN = re.compile(
    r"(?:margin|padding)-(?:left|inline-start)\s*:\s*(\d{1,4})|margin\s*:\s*[\w.]+\s+[\w.]+\s+[\w.]+\s+(\d{1,4})", re.I
)
_DIGITS = re.compile(r"\d+")


def parents(outline: Outline, thread: Thread, numbers: list[str | None]) -> list[str | None]:
    """For each post the number of the post that it answers, where the page shows it."""
    blocks = thread.group.blocks
    if any(block.above is not None for block in blocks):
        places = {id(block): number for block, number in zip(blocks, numbers, strict=True)}
        return [places[id(block.above)] if block.above is not None else None for block in blocks]
    for read in (_by_class, _by_margin):
        depths = [read(outline, block) for block in blocks]
        known = [depth for depth in depths if depth is not None]
        if len(set(known)) > 1 and len(known) == len(depths) and known[0] == min(known):
            return _by_depth(known, numbers)
    return _by_quotes(outline, thread, numbers)


def _by_class(outline: Outline, block: Block) -> int | None:
    for at in (block.start, outline.parents[block.start]):
        if at >= 0 and (found := _DEPTH.search(outline.attributes[at].get("class") or "")):
            return int(found[1])
    return None


def _by_margin(outline: Outline, block: Block) -> int | None:
    """The indent of a block, of the element just around it or just within it; 0 where it gives none."""
    for at in (block.start, outline.parents[block.start], block.start + 1):
        if 0 <= at < len(outline.nodes) and (found := _MARGIN.search(outline.attributes[at].get("style") or "")):
            return int(found[1] or found[2])
    return 0


def _by_depth(depths: list[int], numbers: list[str | None]) -> list[str | None]:
    """Of each post the last one before it that stands less deep."""
    found: list[str | None] = []
    open_posts: list[tuple[int, str | None]] = []
    for depth, number in zip(depths, numbers, strict=True):
        while open_posts and open_posts[-1][0] >= depth:
            open_posts.pop()
        found.append(open_posts[-1][1] if open_posts else None)
        open_posts.append((depth, number))
    return found


def _by_quotes(outline: Outline, thread: Thread, numbers: list[str | None]) -> list[str | None]:
    """The first post that a quote in the text names by its number, in a link or an attribute."""
    found: list[str | None] = []
    before = set[str]()
    for number, elements in zip(numbers, thread.contents, strict=True):
        quoted = (i for top in elements for i in range(top, outline.ends[top]) if outline.quoted[i])
        found.append(next((named for i in quoted if (named := _named(outline, i, before))), None))
        if number and len(number) > 1:
            before.add(number)
    return found


def _named(outline: Outline, index: int, numbers: set[str]) -> str | None:
    for key, value in outline.attributes[index].items():
        if value and (key in ("href", "cite") or key.startswith("data-")):
            for found in reversed(list(_DIGITS.finditer(value))):
                if found[0] in numbers:
                    return found[0]
    return None
