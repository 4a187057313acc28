"""Reading and writing tables and files: atomic, checksummed, partitioned.

Every write goes to a temporary file beside the target, is flushed to disk and then renamed: a reader sees the old file or
the new one, never half of one. Parquet is written with page checksums and read with their verification, because
without them a flipped byte is read in silence. The libraries of tables are loaded where a table is read or written:
collecting needs none of them, and they take longer to load than all the rest of it.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StandpuntError, UsageError

if TYPE_CHECKING:
    import polars as pl

    from pipeline.tables import Table

PROCESSED = Path("data/processed")


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    write_chunks(path, [data])


def write_chunks(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file from its parts, whole or not at all: what raises while they are made leaves no file behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, data: Any) -> None:
    """JSON with sorted keys, two spaces, real letters and a final newline: the same data, the same bytes."""
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    write_bytes(path, (text + "\n").encode("utf-8"))


def read_json(path: Path) -> Any:
    """The content of a JSON file that a stage wrote."""
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise StandpuntError(f"{path} is not there. Run `dvc repro`, which makes it.") from error
    except json.JSONDecodeError as error:
        raise StandpuntError(f"{path} is damaged ({error}). Delete it and run `dvc repro`.") from error


def folder(root: Path, table: Table) -> Path:
    """Where a table's partitions lie."""
    return root / PROCESSED / table.name


def write_parquet(path: Path, df: pl.DataFrame) -> None:
    """A table as one parquet file, with page checksums."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(df.to_arrow(), sink, compression="zstd", write_page_checksum=True)
    write_bytes(path, sink.getvalue().to_pybytes())


def write_table(root: Path, table: Table, partitions: dict[str, pl.DataFrame]) -> int:
    """Replace a table by these partitions (checked, sorted); returns the number of rows."""
    target = folder(root, table)
    target.mkdir(parents=True, exist_ok=True)
    checked = {name: table.check(df) for name, df in sorted(partitions.items())}
    for name, df in checked.items():
        write_parquet(target / f"{name}.parquet", df)
    for stale in target.glob("*.parquet"):
        if stale.stem not in checked:
            stale.unlink()
    return sum(df.height for df in checked.values())


def by_source(root: Path, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Rows keyed by comment_id, parted like the clean table: source -> its rows."""
    import polars as pl

    from pipeline.tables import CLEAN

    ids = {name: read_partition(CLEAN, path)["comment_id"] for name, path in partitions(root, CLEAN).items()}
    return {name: rows.filter(pl.col("comment_id").is_in(mine.to_list())) for name, mine in ids.items()}


def held_out(root: Path, table: Table) -> Path:
    """Where a label stage keeps its answers about held-out gold, in the form of its table."""
    return root / PROCESSED / "models" / table.name / "held_out.parquet"


def read_partition(table: Table, path: Path) -> pl.DataFrame:
    """One checked partition. Raises StandpuntError that names a damaged or foreign file."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        arrow = pq.read_table(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise StandpuntError(f"{path} is damaged ({error}). Delete it and run `dvc repro`.") from error
    df = pl.from_arrow(arrow)
    assert isinstance(df, pl.DataFrame)
    return table.check(df.cast(dict(table.schema)) if df.width == len(table.columns) else df)  # type: ignore[arg-type]


def partitions(root: Path, table: Table) -> dict[str, Path]:
    """Partition name -> file, sorted. Raises StandpuntError where the stage that writes the table has not run."""
    source = folder(root, table)
    if not source.is_dir():
        raise StandpuntError(f"table {table.name} is not there ({source}). Run `dvc repro`, which makes it.")
    return {path.stem: path for path in sorted(source.glob("*.parquet"))}


def read_table(root: Path, table: Table) -> pl.DataFrame:
    """All partitions as one table, sorted by key; no partitions, no rows."""
    import polars as pl

    frames = [read_partition(table, path) for path in partitions(root, table).values()]
    return table.check(pl.concat(frames)) if frames else table.empty()


def read_annotations(root: Path) -> pl.DataFrame:
    """All human judgements under data/raw/annotations/ (`*.jsonl`, one a line) as the annotations table."""
    from pipeline.tables import ANNOTATIONS

    rows: list[dict[str, object]] = []
    for path in sorted((root / "data/raw/annotations").glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                rows.append({column: row.get(column) for column in ANNOTATIONS.columns})
            except (json.JSONDecodeError, AttributeError) as error:
                raise UsageError(f"{path}, line {number}: not a JSON object ({error}).") from error
            if row.keys() - ANNOTATIONS.columns.keys():
                unknown = sorted(row.keys() - ANNOTATIONS.columns.keys())
                raise UsageError(
                    f"{path}, line {number}: unknown fields {unknown}; known: {', '.join(ANNOTATIONS.columns)}."
                )
    return ANNOTATIONS.frame(rows)


@contextmanager
def lock(root: Path) -> Iterator[None]:
    """Hold the project's lock for changes of data/raw. A second holder is told who has it (UsageError)."""
    path = root / "data/raw/.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise UsageError(
                f"another standpunt (process {file.read().strip() or 'unknown'}) is changing {root / 'data/raw'}; wait for it."
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
