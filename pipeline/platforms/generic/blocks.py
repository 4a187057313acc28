"""Blocks that repeat around dates: what may be the posts of a thread.

A post shows when it was written, in the same place as its neighbours do. Dates in the same place (the last steps of their
paths are alike) are put together; then, for every name that elements around them have (a class, the form of an id, "a
child of that element"), the nearest element of that name around each date. Where no two dates share such an element, these
elements are blocks, the widest ones best. Blocks may stand in one another: a reply within what it answers.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.platforms.generic.outline import INLINE, Outline

MAX_PLACES = 60  # groups of dates that are looked at, the largest
MAX_CLIMB = 80  # steps from a date up to its block
MAX_KINDS = 5  # names of blocks that are looked at for each
_DIGITS = re.compile(r"\d+")


@dataclass
class Block:
    """Elements `start` to `stop` of the outline (one, or a run of siblings), texts `text_from` to `text_to`."""

    start: int
    stop: int
    text_from: int
    text_to: int
    date: int  # the element with its date
    inner: list[Block] = field(default_factory=list)  # blocks just within this one
    above: Block | None = None


@dataclass
class Group:
    """Blocks that may be the posts of a thread, in page order."""

    key: str
    blocks: list[Block]
    alike: float  # share of blocks with the most frequent name
    parent: int | None  # the element that all stand in, where it is one
    leading: bool  # is the first block marked up unlike the others?
    size: int  # characters outside links, of all blocks without what stands within two


def groups(outline: Outline) -> list[Group]:
    """Candidates, best first by their size."""
    found: dict[tuple[int, ...], Group] = {}
    for dates in _places(outline):
        for group in _kinds(outline, dates):
            found.setdefault(tuple(n for block in group.blocks for n in (block.start, block.date)), group)
    return sorted(found.values(), key=lambda group: -group.size * group.alike)


def _places(outline: Outline) -> list[list[int]]:
    """Dates that stand in the same place, by two to four steps of their path, or by the tags of all of it above these;
    large groups first."""
    by_path: dict[str, list[int]] = defaultdict(list)
    for date in outline.date_order:
        path, at = "", date
        for depth in range(4):
            if at < 0:
                break
            step = outline.step(at)
            tag, _, name = step.partition(".")
            path += f"/{'x' if tag in INLINE else tag}.{name}"
            if depth:
                by_path[path].append(date)
            at = outline.parents[at]
        tags = []
        while at >= 0:
            tags.append(outline.tags[at])
            at = outline.parents[at]
        by_path[" ".join([outline.tags[date], *tags])].append(date)
    distinct = {tuple(dates): dates for dates in by_path.values() if len(dates) > 1}
    return sorted(distinct.values(), key=lambda dates: (-len(dates), dates))[:MAX_PLACES]


def _keys(outline: Outline, index: int) -> list[str]:
    """The names by which an element may be one of several."""
    tag, attributes = outline.tags[index], outline.attributes[index]
    keys = [f"{tag}.{token}" for token in outline.classes[index]]
    if (name := attributes.get("id")) and _DIGITS.search(name):
        keys.append(f"{tag}#{_DIGITS.sub('0', name)}")
    if kind := attributes.get("itemtype"):
        keys.append("type " + kind)
    keys.append(f"child {outline.parents[index]}")
    return keys


def _kinds(outline: Outline, dates: list[int]) -> list[Group]:
    """Groups of blocks around dates."""
    around: dict[str, dict[int, int]] = defaultdict(dict)  # name -> block -> its first date
    covered: dict[str, int] = defaultdict(int)
    for date in dates:
        seen: set[str] = set()
        at = date
        for _ in range(MAX_CLIMB):
            if at <= 0:
                break
            for key in _keys(outline, at):
                if key not in seen:
                    seen.add(key)
                    covered[key] += 1
                    around[key].setdefault(at, date)
            at = outline.parents[at]
    found = []
    for key, members in around.items():
        if len(members) < 2 or len(members) < 0.75 * covered[key] or covered[key] < 0.6 * len(dates):
            continue
        found.append(_group(outline, key, members, dates))
    return sorted(found, key=lambda group: -group.size * group.alike)[:MAX_KINDS]


def _group(outline: Outline, key: str, members: dict[int, int], dates: list[int]) -> Group:
    starts = sorted(members)
    steps = [outline.step(at) for at in starts]
    alike = max(Counter(steps).values()) / len(steps)
    parents = {outline.parents[at] for at in starts}
    parent = parents.pop() if len(parents) == 1 else None
    blocks = [Block(at, outline.ends[at], outline.text_from[at], outline.text_to[at], members[at]) for at in starts]
    if parent is not None:
        blocks = _runs(outline, blocks, parent)
    opening = _leading(outline, blocks, [date for date in dates if date < starts[0]])
    blocks = [*opening, *blocks]
    nest(blocks)
    size = sum(own(outline.loose, block) for block in blocks)
    return Group(key, blocks, 0.5 + alike / 2, parent, bool(opening), size)


def nest(blocks: list[Block]) -> None:
    """Put blocks that stand within others where they stand."""
    open_blocks: list[Block] = []
    for block in blocks:
        block.inner, block.above = [], None
        while open_blocks and open_blocks[-1].stop <= block.start:
            open_blocks.pop()
        if open_blocks:
            block.above = open_blocks[-1]
            open_blocks[-1].inner.append(block)
        open_blocks.append(block)


def own(sums: list[int], block: Block) -> int:
    """A sum over a block's texts, without those of the blocks within it."""
    total = sums[block.text_to] - sums[block.text_from]
    return total - sum(sums[inner.text_to] - sums[inner.text_from] for inner in block.inner)


def _runs(outline: Outline, blocks: list[Block], parent: int) -> list[Block]:
    """Siblings that are only a post's head (a row with author and date): each with what follows up to the next head;
    or only its foot: each with what goes before, up to the foot before."""
    starts = [block.start for block in blocks]
    end = outline.ends[parent]
    inside = sum(outline.loose[block.text_to] - outline.loose[block.text_from] for block in blocks)
    first, last = blocks[0], blocks[-1]
    between = (
        outline.loose[last.text_from]
        - outline.loose[first.text_from]
        - (inside - outline.loose[last.text_to] + outline.loose[last.text_from])
    )
    if between < inside:
        return blocks
    counts = [len(_siblings(outline, a, b)) for a, b in pairwise(starts)]
    usual = Counter(counts).most_common(1)[0][0]
    behind = _siblings(outline, last.stop, end)[: usual - 1]
    before = _siblings(outline, parent + 1, starts[0])[1 - usual :] if usual > 1 else []
    steps = [outline.step(at) for at in _siblings(outline, first.stop, starts[1])]
    if [outline.step(at) for at in before] == steps != [outline.step(at) for at in behind]:
        begins = [before[0], *(block.stop for block in blocks[:-1])]  # author and date stand below the text
        return [
            Block(at, block.stop, outline.text_from[at], block.text_to, block.date)
            for at, block in zip(begins, blocks, strict=True)
        ]
    at = outline.ends[behind[-1]] if behind else last.stop
    text_end = outline.text_from[at] if at < end else outline.text_to[parent]
    bounds = [*zip(starts[1:], (outline.text_from[at] for at in starts[1:]), strict=True), (at, text_end)]
    return [
        Block(block.start, stop, block.text_from, text_to, block.date)
        for block, (stop, text_to) in zip(blocks, bounds, strict=True)
    ]


def _siblings(outline: Outline, start: int, stop: int) -> list[int]:
    """Elements that stand beside one another from `start` to before `stop`."""
    found = []
    while start < stop:
        found.append(start)
        start = outline.ends[start]
    return found


def _leading(outline: Outline, blocks: list[Block], dates: list[int]) -> list[Block]:
    """The first post, where it is marked up unlike the others: the widest element around the one date before them."""
    if len(dates) != 1:
        return []
    at = date = dates[0]
    while (above := outline.parents[at]) > 0 and outline.ends[above] <= blocks[0].start:
        at = above
    return [Block(at, outline.ends[at], outline.text_from[at], outline.text_to[at], date)]
