"""Comments in a table: CSV as spreadsheets write it, JSON Lines, or a JSON list. One page a thread.

What stands in a cell is taken as it is: a user named `null` is a user, the id 0012 keeps its zeros, a number of 5,000
digits is a string. Columns are known by their names (see `columns`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from pipeline.errors import UsageError
from pipeline.files.decoding import mostly_utf8
from pipeline.platforms import columns, json_records
from pipeline.platforms.json_text import BadJSONError, load
from pipeline.platforms.reading import Reading

MAX_CELL = 20_000_000
#: share of a file's lines (JSONL) or rows (CSV) that may be unreadable before the file is refused
BAD_LINES = 0.01
#: bad lines that are named; of all the number is told
_NAMED = 20
#: NUL as JSON writes it, behind any pairs of backslashes
_NUL = re.compile(r"((?<!\\)(?:\\\\)*+)\\u0000")
#: what Excel writes above a table to say what stands between its cells
_SEPARATOR = re.compile(r"\ufeff?\"?sep=([^\r\n])\"?[ \t]*(?:\r\n|\r|\n|$)", re.IGNORECASE)


def read_csv(data: bytes, name: str) -> list[Reading]:
    """The threads of a CSV file called `name`.

    Comma, semicolon, tab or bar, or what a first line `sep=;` says; UTF-8 (BOM or not) or Windows-1252. Up to 1 % of the
    rows may have more cells than the header, as where a text with commas lacks its quotation marks: they are left out and
    named. UsageError: more than that, no text column or two, no rows, a quote that is not closed (with the line where it
    opens).
    """
    text, warnings = _decoded(data)
    rows = _records(text, name)
    header = next(rows, (0, []))[1]
    found = columns.meanings(header)
    if "text" not in found:
        raise UsageError(columns.no_text(name, header))
    columns.refuse_twins(header, found, name)
    kept, short, bad = [], [], []
    for line, cells in rows:
        if not any(cells):
            continue
        if any(cells[len(header) :]):
            bad.append(f"line {line}: {len(cells)} cells where the header has {len(header)}")
            continue
        if len(cells) < len(header):
            short.append(line)
        row = dict(zip(header, cells, strict=False))
        kept.append(columns.row_of(row.get, found))
    warnings += [*_left_out(bad, len(kept) + len(bad), "rows", name), *columns.unread(header, found)]
    if short:
        warnings.append(f"rows with fewer cells than the header: {len(short)}, the first at line {short[0]}")
    if not kept:
        raise UsageError(f"{name}: a header, but no rows below it.")
    if columns.other_texts(header, found.values()) and not any(row.text for row in kept):
        raise UsageError(columns.empty(name, found["text"], len(kept)))
    return columns.pages(kept, "csv", warnings)


def read_jsonl(data: bytes, name: str) -> list[Reading]:
    """The threads of a JSON Lines file. Up to 1 % of the lines may be unreadable (a key that stands in it twice among them):
    they are left out and named.

    UsageError: more than that, no text in any line, no lines.
    """
    text, warnings = _decoded(data, json=True)
    records: list[dict[str, Any]] = []
    bad: list[str] = []
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    for number, line in lines:
        try:
            value = load(line, unique=True)
            if not isinstance(value, dict):
                raise BadJSONError("not an object")
            records.append(value)
        except BadJSONError as error:
            bad.append(f"line {number}: {error}")
    warnings += _left_out(bad, len(lines), "lines", name)
    return _from_objects(records, name, "jsonl", warnings)


def read_json(data: bytes, name: str) -> list[Reading]:
    """The threads of a JSON document: a list of comments, or objects that hold some; replies may be nested."""
    text, warnings = _decoded(data, json=True)
    try:
        value = load(text, unique=True)
    except BadJSONError as error:
        raise UsageError(f"{name}: not JSON that can be read ({error}).") from error
    return _from_objects(value, name, "json", warnings)


def _left_out(bad: list[str], total: int, what: str, name: str) -> list[str]:
    """What is told of bad lines. UsageError: they are too many."""
    if len(bad) > BAD_LINES * total:
        raise UsageError(f"{name}, {bad[0]} ({len(bad)} of {total} {what} cannot be read). Mend or remove them.")
    more = [f"left out, {len(bad) - _NAMED:,} more {what}"] if len(bad) > _NAMED else []
    return [f"left out, {reason}" for reason in bad[:_NAMED]] + more


def _from_objects(document: Any, name: str, platform: str, warnings: list[str]) -> list[Reading]:
    records = json_records.find(document)
    rows = []
    shapes: dict[tuple[str, ...], dict[str, str]] = {}  # of keys
    for record in records.rows:
        found = shapes.get(keys := tuple(record))
        if found is None:
            found = shapes[keys] = columns.meanings(keys)
            columns.refuse_twins(keys, found, name)
        rows.append(columns.row_of(record.get, found))
    if not any(row.text for row in rows):
        raise UsageError(_no_text(document, len(rows), name))
    names = dict.fromkeys(key for record in records.rows for key, value in record.items() if value is not None)
    read = {f"{meaning} {n}": key for n, found in enumerate(shapes.values()) for meaning, key in found.items()}
    told = [*warnings, *records.told(), *columns.unread(names, read, "fields")]
    return columns.pages(rows, platform, told, records.heads)


def _no_text(document: Any, rows: int, name: str) -> str:
    """What to say of a document in which nothing has a text."""
    first = next((item for item in document if isinstance(item, dict)), {}) if isinstance(document, list) else document
    fields = ", ".join(map(columns.short, list(first)[:12])) if isinstance(first, dict) else ""
    return (
        f"{name}: no text in any of {rows} records{f' (fields: {fields})' if fields else ''}. Call the field of a comment's "
        "text `text` (or tekst, reactie, comment, body, message), and give it an id, author or date beside it."
    )


def _decoded(data: bytes, *, json: bool = False) -> tuple[str, list[str]]:
    """Text of a file without NUL (in JSON neither as an escape), and what had to be assumed."""
    warnings = []
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            if mostly := mostly_utf8(data):
                text = mostly.text
                line = data.count(b"\n", 0, error.start) + 1
                warnings.append(f"{mostly.warnings[0]}, the first in line {line:,}")
            else:
                text = data.decode("cp1252", "replace")
                warnings.append("not UTF-8: read as Windows-1252")
    nul = text.count("\0")
    text = text.replace("\0", "")
    if json:
        text, escaped = _NUL.subn(r"\1", text)
        nul += escaped
    if nul:
        warnings.append(f"NUL characters taken out: {nul:,}")
    return text.removeprefix("\ufeff"), warnings


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """(line where it begins, cells) of every record."""
    csv.field_size_limit(MAX_CELL)
    mark, table = split_separator(text)
    before = int(table is not text)
    reader = csv.reader(io.StringIO(table, newline=""), delimiter=mark or _delimiter(table), strict=True)
    begin = 1 + before
    try:
        for cells in reader:
            yield begin, cells
            begin = reader.line_num + 1 + before
    except csv.Error as error:
        what = "a quote opens here and is never closed" if "unexpected end" in str(error) else str(error)
        raise UsageError(f"{name}, line {begin}: {what}. Close or double the quotation mark.") from error


def split_separator(text: str) -> tuple[str | None, str]:
    """What a first line such as `sep=;` says, and the table below it; (None, text) where there is none."""
    found = _SEPARATOR.match(text)
    return (found[1], text[found.end() :]) if found else (None, text)


def _delimiter(text: str) -> str:
    """The separator of the header line: the commonest outside quotation marks."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    return max(",;\t|", key=bare.count)
