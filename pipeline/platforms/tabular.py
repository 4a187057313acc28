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
from pipeline.platforms import columns
from pipeline.platforms.json_text import BadJSONError, load, string
from pipeline.platforms.reading import Reading

MAX_CELL = 20_000_000
#: share of a JSONL file's lines that may be unreadable before the file is refused
BAD_LINES = 0.01
_REPLIES = ("replies", "children", "comments", "reacties")


def read_csv(data: bytes, name: str) -> list[Reading]:
    """The threads of a CSV file called `name`.

    Comma, semicolon, tab or bar; UTF-8 (BOM or not) or Windows-1252. UsageError: no text column, no rows, a quote that is
    not closed (with the line where it opens).
    """
    text, warnings = _decoded(data)
    rows = _records(text, name)
    header = next(rows, (0, []))[1]
    found = columns.meanings(header)
    if "text" not in found:
        raise UsageError(columns.no_text(name, header))
    kept, odd = [], []
    for line, cells in rows:
        if not any(cells):
            continue
        if len(cells) != len(header):
            odd.append(line)
        row = dict(zip(header, cells, strict=False))
        kept.append(columns.row_of(row.get, found))
    if odd:
        warnings.append(f"rows with more or fewer cells than the header: {len(odd)}, the first at line {odd[0]}")
    if not kept:
        raise UsageError(f"{name}: a header, but no rows below it.")
    return columns.pages(kept, "csv", "", warnings)


def read_jsonl(data: bytes, name: str) -> list[Reading]:
    """The threads of a JSON Lines file. Up to 1 % of the lines may be unreadable: they are left out and named.

    UsageError: more than that, no text in any line, no lines.
    """
    text, warnings = _decoded(data)
    records: list[dict[str, Any]] = []
    bad: list[str] = []
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    for number, line in lines:
        try:
            value = load(line)
            if not isinstance(value, dict):
                raise BadJSONError("not an object")
            records.append(value)
        except BadJSONError as error:
            bad.append(f"line {number}: {error}")
    if len(bad) > BAD_LINES * len(lines):
        raise UsageError(f"{name}, {bad[0]} ({len(bad)} of {len(lines)} lines cannot be read). Mend or remove them.")
    warnings += [f"left out, {reason}" for reason in bad[:20]]
    return _from_objects(records, name, "jsonl", warnings)


def read_json(data: bytes, name: str) -> list[Reading]:
    """The threads of a JSON document: a list of comments, or an object that holds one; replies may be nested."""
    text, warnings = _decoded(data)
    try:
        value = load(text)
    except BadJSONError as error:
        raise UsageError(f"{name}: not JSON ({error}).") from error
    if isinstance(value, dict):
        value = next((value[key] for key in _REPLIES if isinstance(value.get(key), list)), [value])
    records = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    return _from_objects(list(_flat(records)), name, "json", warnings)


def _flat(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Records and the replies nested in them, in reading order."""
    waiting: list[tuple[dict[str, Any], str | None]] = [(record, None) for record in reversed(records)]
    while waiting:
        record, parent = waiting.pop()
        found = columns.meanings(record)
        own = string(record.get(found.get("id", "")))
        yield record if parent is None or "parent" in found else {**record, "parent_id": parent}
        replies: list[Any] = next((record[key] for key in _REPLIES if isinstance(record.get(key), list)), [])
        waiting.extend((reply, own) for reply in reversed(replies) if isinstance(reply, dict))


def _from_objects(records: list[dict[str, Any]], name: str, platform: str, warnings: list[str]) -> list[Reading]:
    rows = []
    for record in records:
        flat = {key: _cell(value) for key, value in record.items()}
        rows.append(columns.row_of(flat.get, columns.meanings(flat)))
    if not any(row.text for row in rows):
        raise UsageError(
            f"{name}: no text in any of {len(rows)} records. Call the field one of: "
            f"{columns.NAMES['text'].replace(' ', ', ')}."
        )
    return columns.pages(rows, platform, "", warnings)


def _cell(value: Any) -> str | None:
    """A value as text; of an object the field that says it (`author: {name: ...}`, `content: {rendered: ...}`)."""
    if isinstance(value, dict):
        return next(
            (string(value[key]) for key in ("name", "rendered", "text", "username", "id") if key in value), None
        )
    return string(value)


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """Text of a file, and what had to be assumed."""
    warnings = []
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
            warnings.append("not UTF-8: read as Windows-1252")
    if "\0" in text:
        warnings.append(f"NUL characters taken out: {text.count(chr(0))}")
        text = text.replace("\0", "")
    return text.removeprefix("\ufeff"), warnings


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """(line where it begins, cells) of every record."""
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begin = 1
    try:
        for cells in reader:
            yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        what = "a quote opens here and is never closed" if "unexpected end" in str(error) else str(error)
        raise UsageError(f"{name}, line {begin}: {what}. Close or double the quotation mark.") from error


def _delimiter(text: str) -> str:
    """The separator of the header line: the commonest outside quotation marks."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    return max(",;\t|", key=bare.count)
