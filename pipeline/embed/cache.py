"""Vectors that are known already: the stage's own earlier output, and a cache that git carries.

`data/raw/vectors/<model>.parquet` spares a fresh clone the embedding of the texts that the repository carries: columns
text_digest, model, vector (a list of float16), sorted by digest. `python -m pipeline.embed.cache` writes it anew from
the present output.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.embed.encoders import Vectors
from pipeline.errors import StandpuntError
from pipeline.tables import VECTORS

CACHE = Path("data/raw/vectors")

#: text digest -> vector (float32, components of half precision)
Known = dict[str, Vectors]

_TYPE = pa.schema([("text_digest", pa.string()), ("model", pa.string()), ("vector", pa.list_(pa.float16()))])


def table_of(known: Mapping[str, Vectors], model: str) -> pl.DataFrame:
    """Digest -> vector as a vectors table, sorted by digest."""
    digests = sorted(known)
    columns = {
        "text_digest": pl.Series(digests, dtype=pl.String),
        "model": pl.Series([model] * len(digests), dtype=pl.String),
        "vector": pl.Series([known[digest].tolist() for digest in digests], dtype=pl.List(pl.Float32)),
    }
    return VECTORS.check(pl.DataFrame(columns))


def vectors_of(table: pl.DataFrame, model: str, wanted: Iterable[str]) -> Known:
    """Digest -> vector of those `wanted` digests that a vectors table holds for this model."""
    mine = table.filter((pl.col("model") == model) & pl.col("text_digest").is_in(sorted(set(wanted))))
    rows = zip(mine["text_digest"].to_list(), mine["vector"].to_list(), strict=True)
    return {digest: np.asarray(vector, dtype=np.float32) for digest, vector in rows}


def _read_cache(path: Path) -> pl.DataFrame:
    try:
        table = pq.read_table(path, page_checksum_verification=True)
        if table.schema.names != _TYPE.names:
            raise StandpuntError(f"{path} holds {table.schema.names}, not {_TYPE.names}. Restore it from git.")
        # polars reads half floats only as arrow hands them over: widen them first
        wide = table.set_column(2, "vector", table["vector"].cast(pa.list_(pa.float32())))
    except (OSError, pa.ArrowException) as error:
        raise StandpuntError(f"{path} is damaged ({error}). Restore it from git, or delete it.") from error
    frame = pl.from_arrow(wide)
    assert isinstance(frame, pl.DataFrame)
    return frame


def known_vectors(root: Path, model: str, wanted: Iterable[str]) -> Known:
    """Vectors of the wanted digests from the carried cache and from this stage's own output (which wins).

    Raises StandpuntError that names a damaged file.
    """
    digests = sorted(set(wanted))
    known: Known = {}
    for path in sorted((root / CACHE).glob("*.parquet")):
        known |= vectors_of(_read_cache(path), model, digests)
    for path in sorted(store.folder(root, VECTORS).glob("*.parquet")):
        known |= vectors_of(store.read_partition(VECTORS, path), model, digests)
    return known


def write_chunk(root: Path, number: int, known: Mapping[str, Vectors], model: str) -> None:
    """Keep a part of an unfinished run beside the output; the stage's closing write takes it in and removes it."""
    sink = pa.BufferOutputStream()
    pq.write_table(table_of(known, model).to_arrow(), sink, compression="zstd", write_page_checksum=True)
    first = min(known)
    store.write_bytes(store.folder(root, VECTORS) / f"part-{number:05d}-{first}.parquet", sink.getvalue().to_pybytes())


def export_cache(root: Path) -> list[Path]:
    """Write the present vectors to data/raw/vectors, a file a model; returns the files. For the cache that git carries."""
    table = store.read_table(root, VECTORS)
    written: list[Path] = []
    for model in sorted(set(table["model"].to_list())):
        mine = table.filter(pl.col("model") == model).sort("text_digest")
        vectors = [np.asarray(vector, dtype=np.float16) for vector in mine["vector"].to_list()]
        arrow = pa.table(
            {
                "text_digest": pa.array(mine["text_digest"].to_list(), pa.string()),
                "model": pa.array(mine["model"].to_list(), pa.string()),
                "vector": pa.array(vectors, pa.list_(pa.float16())),
            },
            schema=_TYPE,
        )
        sink = pa.BufferOutputStream()
        pq.write_table(arrow, sink, compression="zstd", write_page_checksum=True, use_dictionary=False)
        path = root / CACHE / f"{model.replace(':', '-').replace('/', '-')}.parquet"
        store.write_bytes(path, sink.getvalue().to_pybytes())
        written.append(path)
    return written


if __name__ == "__main__":
    export_cache(Path.cwd())
