"""Comments in a Parquet file, with the columns of a CSV file (see `columns`). One page a thread.

Ids are kept exactly, or the file is refused: a column of floats holds whole numbers below 2^53 exactly, and none beyond.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import UsageError
from pipeline.platforms import columns
from pipeline.platforms.json_records import SAYING
from pipeline.platforms.json_text import string
from pipeline.platforms.reading import Reading

MAX_ROWS = 20_000_000
#: characters of all texts, unpacked: a dictionary holds a long text once, and a million rows name it
MAX_TEXT = 1_000_000_000
_EXACT = 2**53
_BATCH = 4_096
_LIMITS = {"thrift_string_size_limit": 50_000_000, "thrift_container_size_limit": 1_000_000}


def read_parquet(data: bytes, name: str) -> list[Reading]:
    """The threads of a Parquet file called `name`.

    UsageError: cut or damaged, no rows, no text column, a column of a type that cannot be one, an id that is not exact.
    """
    try:
        with _open(data) as file:
            texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        with _open(data, read_dictionary=texts) as file:  # a text that occurs often is in memory once
            return _read(file, name)
    except (OSError, pa.ArrowException, EOFError, RuntimeError, OverflowError, ValueError) as error:
        why = " ".join(str(error).split())[:200]
        raise UsageError(f"{name}: a Parquet file that is cut, damaged or locked ({why}). Write it again.") from error


def _open(data: bytes, **settings: Any) -> pq.ParquetFile:
    return pq.ParquetFile(
        io.BytesIO(data), page_checksum_verification=True, arrow_extensions_enabled=False, **_LIMITS, **settings
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _read(file: pq.ParquetFile, name: str) -> list[Reading]:
    schema, rows = file.schema_arrow, file.metadata.num_rows
    found = columns.meanings(schema.names)
    if "text" not in found:
        raise UsageError(columns.no_text(name, schema.names))
    columns.refuse_twins(schema.names, found, name)
    if "time" in found and not _is_text(schema.field(found["time"]).type):
        del found["time"]
    if not 0 < rows <= MAX_ROWS:
        raise UsageError(f"{name}: {rows:,} rows; between 1 and {MAX_ROWS:,} are read.")
    readers = {column: _reader(meaning, column, schema.field(column).type, name) for meaning, column in found.items()}
    kept, size = [], 0
    for batch in file.iter_batches(_BATCH, columns=list(dict.fromkeys(found.values())), use_threads=False):
        size += sum(_size(column) for column in batch.columns)
        if size > MAX_TEXT:
            raise UsageError(f"{name}: over {MAX_TEXT:,} bytes of text unpacked. Split it.")
        cells = {column: [readers[column](value) for value in batch.column(column).to_pylist()] for column in readers}
        kept += [
            columns.row_of({column: values[n] for column, values in cells.items()}.get, found)
            for n in range(batch.num_rows)
        ]
    if len(kept) != rows:
        raise UsageError(f"{name}: {len(kept):,} of {rows:,} rows are in it. Write it again.")
    if not any(row.text for row in kept):
        raise UsageError(columns.empty(name, found["text"], len(kept)))
    return columns.pages(kept, "parquet", columns.unread(schema.names, found))


def _size(column: pa.Array) -> int:
    """Bytes of a column once every row has its own value."""
    if not isinstance(column, pa.DictionaryArray):
        return int(column.nbytes)
    return (
        pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0
        if _is_text(column.type.value_type)
        else int(column.nbytes)
    )


def _reader(meaning: str, column: str, kind: pa.DataType, name: str) -> Callable[[Any], str | None]:
    """How a column's values become text. UsageError: its type fits no column of comments."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_struct(kind) and (says := next((name for name in SAYING if kind.get_field_index(name) >= 0), None)):
        inner = _reader(meaning, f"{column}.{says}", kind.field(says).type, name)
        return lambda value: inner(value[says]) if value is not None else None
    if _is_text(kind):
        return string
    if pa.types.is_null(kind):
        return lambda _: None
    if (
        meaning == "posted_at"
        and pa.types.is_temporal(kind)
        and not (pa.types.is_time(kind) or pa.types.is_duration(kind))
    ):
        return _moment
    if meaning != "text" and pa.types.is_integer(kind):
        return lambda value: None if value is None else str(value)
    if meaning in ("id", "parent", "thread", "posted_at") and pa.types.is_floating(kind):
        return lambda value: _whole(value, column, name)
    raise UsageError(f"{name}: the column {column!r} ({meaning}) is of the type {kind}. Write it as text.")


def _whole(value: float | None, column: str, name: str) -> str | None:
    """A whole number as its digits; None for a missing one."""
    if value is None or value != value:
        return None
    if value % 1 or abs(value) >= _EXACT:
        raise UsageError(
            f"{name}: the column {column!r} holds {value!r} as a floating-point number, which is not exact. Write it as text."
        )
    return str(int(value))


def _moment(value: dt.datetime | dt.date | None) -> str | None:
    """A time as ISO 8601; of a pandas time, which has nanoseconds, to the microsecond."""
    return None if value is None else re.sub(r"(\.\d{6})\d+", r"\1", value.isoformat())
