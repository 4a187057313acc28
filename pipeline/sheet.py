"""A spreadsheet of comments to judge: how it is written, and what is read back from it.

Spreadsheets change what they are given: they add a separator of their country, capitals, longer dashes, and a formula where a text
begins like one. What means nothing is forgiven; what could mean another judgement, or another comment, is an error that names its line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.judgements import ACTIVE, RANDOM
from pipeline.report.downloads import as_csv, guard
from pipeline.settings import Codebook
from pipeline.tables import SENTIMENTS, bound_id

COLUMNS = ("comment_id", "thread", "parent", "text", "blames", "tone", "evidence", "sampled", "check")
#: What says that nobody is blamed: a hyphen, or what a spreadsheet makes of one.
NOBODY = frozenset("-‐‑–—−")
SAMPLED = (RANDOM, ACTIVE)
MAX_CELL = 20_000_000


class BadRowError(Exception):
    """A row that cannot be taken as a judgement; the message says why."""


@dataclass(frozen=True)
class Row:
    """A row as read: the line where it begins in the file, its number in the spreadsheet, its cells by column."""

    line: int
    number: int
    cells: dict[str, str]

    @property
    def empty(self) -> bool:
        """Whether nothing has been judged."""
        return not any(self.cells[name].strip() for name in ("blames", "tone", "evidence"))


@dataclass(frozen=True)
class Asked:
    """A comment of the corpus, as an annotator is to see it."""

    comment_id: str
    thread: str
    parent: str
    text: str

    def check(self, sampled: str) -> str:
        """What binds a row's comment to how it was sampled: cells that slip a row, or are filled down, no longer fit."""
        return bound_id("k", self.comment_id, sampled)


@dataclass(frozen=True)
class Judged:
    """A row's judgement; evidence as (party, start, end) in the comment's cleaned text."""

    comment_id: str
    blames: list[str]
    tone: str
    evidence: list[tuple[str, int, int]]
    sampled: str


def write(asked: Sequence[Asked], sampled: str, codebook: Codebook) -> bytes:
    """The sheet: UTF-8 with a byte order mark, CSV; its header names the values that the empty columns take."""
    heads = dict.fromkeys(COLUMNS, "") | {
        "blames": f" ({'+'.join(codebook.party_ids)}: any of these, joined by +; - for nobody)",
        "tone": f" ({', '.join(SENTIMENTS)})",
        "evidence": " (if you like: the exact words that show the blame; several: party: words | party: words)",
    }
    titles = [name + heads[name] for name in COLUMNS]
    rows = [
        dict(zip(titles, (*vars(one).values(), "", "", "", sampled, one.check(sampled)), strict=True)) for one in asked
    ]
    return as_csv(rows, titles)


def read(data: bytes, name: str) -> list[Row]:
    """The rows of a sheet that a spreadsheet has saved, with comma, semicolon or tab.

    Raises UsageError: not UTF-8, a column missing, a quote that is never closed.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8. Save it as `CSV UTF-8`; nothing was taken in.") from error
    csv.field_size_limit(MAX_CELL)
    for delimiter in ",;\t":
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        names = [found[0].casefold() if (found := re.findall(r"\w+", cell)) else "" for cell in header]
        if set(COLUMNS) <= set(names):
            return _rows(text, delimiter, names, name)
    raise UsageError(
        f"{name}: the first line is not the header that `standpunt annotate --take` wrote, which names {', '.join(COLUMNS)}."
    )


def _rows(text: str, delimiter: str, names: Sequence[str], name: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, begin = [], 1
    try:
        for number, cells in enumerate(reader, 1):
            filled = dict.fromkeys(COLUMNS, "") | dict(zip(names, cells, strict=False))
            if number > 1 and any(cell.strip() for cell in cells):
                rows.append(Row(begin, number, filled))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{name}, line {begin}: {error}. Close or double the quotation mark.") from error
    return rows


def unguard(cell: str) -> str:
    """A cell without the apostrophe that `guard` put before it, or a spreadsheet user did."""
    return cell[1:] if cell.startswith("'") and guard(cell[1:]) == cell else cell


def judged(row: Row, asked: Mapping[str, Asked], codebook: Codebook) -> Judged:
    """What a row says of its comment. Raises BadRowError."""
    cells = {name: unguard(cell).strip() for name, cell in row.cells.items()}
    comment = asked.get(cells["comment_id"])
    if comment is None:
        raise BadRowError(f"there is no comment {cells['comment_id']!r} with words among those that are analysed")
    if _lines(row.cells["text"]) not in (_lines(comment.text), _lines(str(guard(comment.text)))):
        raise BadRowError(
            "the text is not what the corpus says: changed in the sheet, or cleaned anew since it was written"
        )
    sampled = cells["sampled"]
    if sampled not in SAMPLED or cells["check"] != comment.check(sampled):
        raise BadRowError("`sampled` or `check` is not what was written in this row")
    blames, tone = _blames(cells["blames"], codebook), cells["tone"].casefold()
    if tone not in SENTIMENTS:
        raise BadRowError(
            f"tone {cells['tone']!r}: known are {', '.join(SENTIMENTS)}" if tone else "the tone is missing"
        )
    return Judged(comment.comment_id, blames, tone, _evidence(cells["evidence"], comment.text, blames), sampled)


def _lines(text: str) -> str:
    """A text with one kind of line end, and none around it: spreadsheets keep neither."""
    return re.sub(r"\r\n?", "\n", text).strip()


def _blames(cell: str, codebook: Codebook) -> list[str]:
    if cell in NOBODY:
        return []
    named = [part.strip().casefold() for part in cell.split("+")]
    known = f"known are {', '.join(codebook.party_ids)}, and - for nobody"
    if not cell:
        raise BadRowError(f"blames is empty; {known}")
    if unknown := [party for party in named if party not in codebook.party_ids]:
        raise BadRowError(f"blames: party {unknown[0]!r} is unknown; {known}")
    return [party for party in codebook.party_ids if party in named]


def _evidence(cell: str, text: str, blames: Sequence[str]) -> list[tuple[str, int, int]]:
    """(party, start, end) of the words in the cell; words without a party's name show the blame of every party named."""
    if not cell:
        return []
    if not blames:
        raise BadRowError("evidence shows blame, but blames says nobody")
    whole = _find(text, cell)
    found = [(party, *whole) for party in blames] if whole else []
    for part in [] if whole else cell.split("|"):
        party, _, words = part.strip().partition(":")
        own = [party.casefold()] if party.casefold() in blames else list(blames)
        place = _find(text, words if party.casefold() in blames else part)
        if place is None:
            raise BadRowError(f"evidence {part.strip()!r} is no part of the text")
        found += [(party, *place) for party in own]
    return sorted(found)


def _find(text: str, words: str) -> tuple[int, int] | None:
    """Where words stand in a text, whatever the blanks between them; None where they do not."""
    pieces = unguard(words.strip()).split()
    match = re.search(r"\s+".join(map(re.escape, pieces)), text) if pieces else None
    return match.span() if match else None
