"""The corrections file: where each comment begins, in a form that an analyst reads and edits by hand.

    article | De eerste woorden van het artikel ...
    0.83 | De eerste woorden van een reactie ...
    + | De eerste woorden van een alinea waar ook een reactie begint ...
    - 0.41 | De eerste woorden van een alinea waar er geen begint ...

A file with a line without a sign lists every comment: what it does not name begins none, so that deleting a line
joins two comments. A file of signed lines only changes what the program finds. The numbers are for the reader's
eye. Lines are found by their words: as many as make them the start of one paragraph only, or `[2]` behind them for
the second paragraph of several alike. Lines with `#` in front, and blank ones, say nothing. A line `checked` says that
a person has read them all: from then on every boundary is sure.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.platforms.pasted.lines import normalise
from pipeline.platforms.pasted.segments import PastedPage

CERTAIN = 1.0
_SHORTEST = 48  # characters of a paragraph that a line shows, at least
_ROW = re.compile(r"(?P<sign>[+-]?) ?(?P<mark>article|artikel|[01](?:[.,]\d*)?|) ?\| ?(?P<words>.*)", re.IGNORECASE)
_SIGNED = re.compile(r"(?P<sign>[+-]) (?P<words>.+)")
_NTH = re.compile(r"(?P<words>.*\S) \[(?P<nth>\d{1,6})\]")
_CHECKED = re.compile(r"\s*(?:checked|nagekeken)\s*", re.IGNORECASE)
_CUT = re.compile(r" ?(?:\.\.\.|…)$")
_INTRODUCTION = """\
# Where each comment begins, found by the program: how sure it is (0-1), then the first words.
# Delete a line where no comment begins; add one ("+ | first words of the paragraph") where one does.
# The first line is the article, up to the first comment. Lines are found by their words, not by the number.
# When you have read them all, write a line with the one word: checked. Findings about a text with many unsure lines are not to be cited.
"""


@dataclass(frozen=True)
class _Row:
    number: int  # of the line in the file, from 1
    sign: str  # "+", "-" or ""
    article: bool
    words: str


class Paragraphs:
    """The paragraphs of a text, found by their first words in logarithmic time. White space counts as one space."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.texts = [" ".join(p.split()) for p in paragraphs]
        self.order = sorted(range(len(self.texts)), key=lambda i: (self.texts[i], i))
        self.sorted = [self.texts[i] for i in self.order]
        self.equal: dict[str, list[int]] = {}
        for i, text in enumerate(self.texts):
            self.equal.setdefault(text, []).append(i)

    def beginning(self, words: str) -> tuple[int, int]:
        """The range in sorted order of the paragraphs that begin with these words."""
        low = bisect.bisect_left(self.sorted, words)
        high = bisect.bisect_right(self.sorted, words, lo=low, key=lambda text: text[: len(words)])
        return low, high

    def find(self, words: str) -> list[int]:
        """The paragraphs that are these words, or, if none is, that begin with them (dots at the end left out)."""
        if words in self.equal:
            return self.equal[words]
        low, high = self.beginning(_CUT.sub("", words))
        return sorted(self.order[low:high])

    def label(self, index: int) -> str:
        """The fewest first words that find this paragraph alone; of several alike, all of them and which it is."""
        text = self.texts[index]
        size = _SHORTEST
        while size < len(text):
            cut = text.rfind(" ", size // 2, size + 1)
            words = text[: cut if cut > 0 else size]
            low, high = self.beginning(words)
            if high - low == 1 and f"{words} ..." not in self.equal:
                return f"{words} ..."
            size *= 2
        alike = self.equal[text]
        if len(alike) == 1 and not _NTH.fullmatch(text):
            return text
        return f"{text} [{bisect.bisect_left(alike, index) + 1}]"


def sidecar(page: PastedPage) -> str:
    """The corrections file of a page as it stands; applied to the same text, it changes nothing."""
    paragraphs = Paragraphs(page.paragraphs)
    rows = [] if page.begins[:1] == (0,) else [f"article | {paragraphs.label(0)}"]
    for index, comment in zip(page.begins, page.comments, strict=True):
        confidence = CERTAIN if comment.confidence is None else comment.confidence
        rows.append(f"{confidence:.2f} | {paragraphs.label(index)}")
    return _INTRODUCTION + "\n".join(rows) + "\n"


def apply(
    corrections: str, paragraphs: Sequence[str], found: Mapping[int, float], source_name: str
) -> dict[int, float]:
    """The boundaries after an analyst's corrections: {index of paragraph: confidence}.

    `found` are the program's. A boundary that it found too keeps its confidence, unless it is signed `+`; any other
    has 1.0. UsageError: a line finds no paragraph, or several, or contradicts another; the message names the line.
    """
    known = Paragraphs(paragraphs)
    rows = _rows(corrections)
    complete = any(not row.sign for row in rows)
    checked = any(_CHECKED.fullmatch(line) for line in normalise(corrections).split("\n"))
    starts: dict[int, float] = {} if complete else dict(found)
    said: dict[int, str] = {}
    for row in rows:
        index = _locate(row, known, source_name)
        sign = _meaning(row, index, source_name)
        if sign is None:
            continue
        if {said.setdefault(index, sign), sign} >= {"-", "+"}:
            raise UsageError(_where(source_name, row) + "is both added and taken away. Delete one of the two lines.")
        if sign == "-":
            starts.pop(index, None)
        elif said[index] != "-":
            starts[index] = CERTAIN if sign == "+" else max(found.get(index, CERTAIN), starts.get(index, 0.0))
    return {i: CERTAIN if checked else starts[i] for i in sorted(starts) if said.get(i) != "-"}


def _rows(corrections: str) -> list[_Row]:
    rows = []
    for number, raw in enumerate(normalise(corrections).split("\n"), 1):
        line = " ".join(raw.split())
        if not line or line.startswith("#") or _CHECKED.fullmatch(line):
            continue
        match = _ROW.fullmatch(line) or _SIGNED.fullmatch(line)
        if match is None:
            rows.append(_Row(number, "+", False, line))
            continue
        mark = match.groupdict().get("mark") or ""
        sign = match["sign"] or ("" if mark else "+")
        rows.append(_Row(number, sign, mark[:1].lower() == "a", match["words"]))
    return rows


def _meaning(row: _Row, index: int, source_name: str) -> str | None:
    """The row's sign; None where the row says what holds anyway. That there is no article is a comment at the top."""
    if not row.article:
        return row.sign
    if index != 0:
        raise UsageError(_where(source_name, row) + "is not how the text begins. The article is what stands first.")
    return "+" if row.sign == "-" else None


def _locate(row: _Row, known: Paragraphs, source_name: str) -> int:
    nth = _NTH.fullmatch(row.words)
    candidates = known.find(nth["words"] if nth else row.words) if row.words else []
    if nth and 0 < int(nth["nth"]) <= len(candidates):
        return candidates[int(nth["nth"]) - 1]
    if len(candidates) == 1 and not nth:
        return candidates[0]
    if candidates:
        raise UsageError(
            _where(source_name, row)
            + f"begins {len(candidates)} paragraphs. Write more of its words, or [1], [2] ... behind them."
        )
    raise UsageError(_where(source_name, row) + "begins no paragraph." + _nearest(row.words, known))


def _nearest(words: str, known: Paragraphs) -> str:
    from rapidfuzz import fuzz, process

    starts = [text[: len(words) + 20] for text in known.texts]
    best = process.extractOne(_CUT.sub("", words), starts, scorer=fuzz.ratio)
    return f" The nearest is {best[0][:80]!r}." if best else ""


def _where(source_name: str, row: _Row) -> str:
    return f"corrections of {source_name}, line {row.number}: {row.words[:80]!r} "
