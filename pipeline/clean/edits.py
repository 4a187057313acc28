"""Edits of a text that remember what stood there: so that every repair can be shown, and undone.

A `Draft` is a text on its way to being clean. Each step hands it edits; the draft keeps, for every place that differs
from what was given, where it is now and what stood there before, however many steps it took.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: A repair shows at most so many characters of what was there (a thousand zero-width characters are no news).
MAX_SHOWN = 80


@dataclass(frozen=True)
class Edit:
    """Replace `text[start:end]` by `after`."""

    start: int
    end: int
    after: str
    kind: str


@dataclass(frozen=True)
class Repair:
    """What was mended: `after` now stands at `start` (characters); `before` stood there (at most 80 characters)."""

    kind: str
    start: int
    before: str
    after: str


@dataclass
class _Mark:
    """A place that differs from the original: `text[start:end]` stands for `before`."""

    start: int
    end: int
    before: str
    kind: str


class Draft:
    """A text and the places where it was changed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._marks: list[_Mark] = []

    def apply(self, edits: Iterable[Edit]) -> None:
        """Apply edits (sorted, not overlapping). Linear in the text and the number of changes."""
        todo = [edit for edit in edits if self.text[edit.start : edit.end] != edit.after]
        if not todo:
            return
        pieces: list[str] = []
        marks: list[_Mark] = []
        old, at, shift = self._marks, 0, 0
        position = 0
        number = 0
        while number < len(todo):
            # a cluster: edits and earlier marks that touch the same characters
            low, high = todo[number].start, todo[number].end
            while at < len(old) and old[at].end <= low and not (old[at].start == old[at].end == low):
                marks.append(_Mark(old[at].start + shift, old[at].end + shift, old[at].before, old[at].kind))
                at += 1
            inside: list[_Mark] = []
            mine: list[Edit] = []
            grown = True
            while grown:
                grown = False
                while number < len(todo) and (not mine or todo[number].start < high):
                    mine.append(todo[number])
                    high = max(high, todo[number].end)
                    number += 1
                    grown = True
                while at < len(old) and (old[at].start < high or old[at].start == old[at].end == low):
                    inside.append(old[at])
                    low, high = min(low, old[at].start), max(high, old[at].end)
                    at += 1
                    grown = True
            before = self._filled(low, high, [(m.start, m.end, m.before) for m in inside])
            after = self._filled(low, high, [(e.start, e.end, e.after) for e in mine])
            pieces += [self.text[position:low], after]
            marks.append(_Mark(low + shift, low + shift + len(after), before, mine[-1].kind))
            shift += len(after) - (high - low)
            position = high
        marks += [_Mark(m.start + shift, m.end + shift, m.before, m.kind) for m in old[at:]]
        pieces.append(self.text[position:])
        self.text, self._marks = "".join(pieces), marks

    def _filled(self, low: int, high: int, changes: list[tuple[int, int, str]]) -> str:
        """`text[low:high]` with changes put in."""
        pieces, position = [], low
        for start, end, replacement in changes:
            pieces += [self.text[position:start], replacement]
            position = end
        return "".join([*pieces, self.text[position:high]])

    def repairs(self) -> list[Repair]:
        """Every place that differs from the original, in order."""
        return [
            Repair(m.kind, m.start, m.before[:MAX_SHOWN], self.text[m.start : m.end])
            for m in self._marks
            if m.before != self.text[m.start : m.end]
        ]
