"""The places in a group's blocks.

A place (slot) is the path from a block to an element, by steps and by number among like siblings. What stands in the same
place in all blocks can be compared: names differ from block to block and come back, buttons are always the same, the text
is the largest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate

from pipeline.platforms.generic.blocks import Block, Group
from pipeline.platforms.generic.outline import Outline

MAX_ORDINAL = 4


class Places:
    """The places in a group's blocks, and what stands there."""

    def __init__(self, outline: Outline, group: Group) -> None:
        self.outline = outline
        self.blocks = group.blocks
        self.slots: dict[tuple[int, str, int], int] = {}
        self.at: list[dict[int, list[int]]] = [{}]  # of each slot: block -> elements
        self.slot_of: dict[int, int] = {}
        self.inner_size: dict[int, int] = defaultdict(int)  # of an element: novel characters of blocks that stand in it
        for number, block in enumerate(self.blocks):
            self._enter(number, block)
        self.repeated = self._repeated()
        weights = (_weight(i in self.repeated, len(text), outline.linked[i]) for i, text in enumerate(outline.texts))
        self.novel = [0, *accumulate(weights)]
        for block in self.blocks:
            if block.above is not None:
                size = self.novel[block.text_to] - self.novel[block.text_from]
                at = outline.parents[block.start]
                while at >= block.above.start:
                    self.inner_size[at] += size
                    at = outline.parents[at]

    def _enter(self, number: int, block: Block) -> None:
        """Give every element of a block its slot."""
        outline, inner = self.outline, {one.start: one.stop for one in block.inner}
        ordinals: Counter[tuple[int, str]] = Counter()
        at = block.start
        while at < block.stop:
            if at in inner:
                at = inner[at]
                continue
            if at == block.start:
                slot = 0
            else:
                above = outline.parents[at]
                step = outline.step(at)
                ordinal = min(ordinals[(above, step)], MAX_ORDINAL)
                ordinals[(above, step)] += 1
                slot = self._slot(self.slot_of[above] if above >= block.start else 0, step, ordinal)
            self.slot_of[at] = slot
            self.at[slot].setdefault(number, []).append(at)
            at += 1

    def _slot(self, above: int, step: str, ordinal: int) -> int:
        key = (above, step, ordinal)
        if key not in self.slots:
            self.slots[key] = len(self.at)
            self.at.append({})
        return self.slots[key]

    def _repeated(self) -> set[int]:
        """Texts that stand in the same place in at least half of the blocks (buttons, labels)."""
        seen: dict[tuple[int, str], set[int]] = defaultdict(set)
        where: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number, block in enumerate(self.blocks):
            inner = {one.text_from: one.text_to for one in block.inner}
            i = block.text_from
            while i < block.text_to:
                if i in inner and inner[i] > i:
                    i = inner[i]
                    continue
                key = (self.slot_of.get(self.outline.owners[i], 0), self.outline.texts[i])
                seen[key].add(number)
                where[key].append(i)
                i += 1
        least = max(2, len(self.blocks) * 0.5)
        return {i for key, numbers in seen.items() if len(numbers) >= least for i in where[key]}

    def size(self, index: int) -> int:
        """Characters (labels and links count half) of an element that do not repeat, without blocks that stand in it."""
        outline = self.outline
        return self.novel[outline.text_to[index]] - self.novel[outline.text_from[index]] - self.inner_size.get(index, 0)

    def holds_blocks(self, index: int) -> bool:
        """Do other blocks stand within an element of a block?"""
        return index in self.inner_size


def _weight(repeated: bool, length: int, linked: bool) -> int:
    """What a text counts for: prose in full, labels and links half, what repeats nothing."""
    return 0 if repeated else length if length >= 30 and not linked else (length + 1) // 2


def share(values: Iterable[bool]) -> float:
    """The part of some answers that is yes; 0 where there are none."""
    found = list(values)
    return sum(found) / len(found) if found else 0.0
