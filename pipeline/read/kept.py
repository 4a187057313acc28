"""Answers that are known already: the stage's own earlier output, and those that git carries.

`data/raw/answers/<name>.parquet` spares a fresh clone the reading of the texts that the repository carries, and lets every machine start
from the same numbers, whatever its processor; `python -m pipeline.read.kept` writes it anew from the present output.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import store
from pipeline.read.models import Answer
from pipeline.tables import ANSWERS, BLAME, TONE

CARRIED = Path("data/raw/answers")

#: (question digest, task) -> the answer's columns in the table
Known = dict[tuple[str, str], dict[str, Any]]
COLUMNS = ("scores", "evidence", "features")


def known_answers(root: Path) -> Known:
    """Every answer that this project has had. Raises StandpuntError that names a damaged file."""
    paths = [*sorted((root / CARRIED).glob("*.parquet")), *sorted(store.folder(root, ANSWERS).glob("*.parquet"))]
    known: Known = {}
    for path in paths:
        table = store.read_partition(ANSWERS, path)
        for row in table.iter_rows(named=True):
            known[row["question"], row["task"]] = {name: row[name] for name in COLUMNS}
    return known


def rows_of(item: str, question: str, model: str, answer: Answer) -> list[dict[str, object]]:
    """An answer as rows of the answers table."""
    shown = [dict(zip(("party", "start", "end", "score"), e, strict=True)) for e in answer.evidence]
    features = [list(row) for row in answer.features]
    told: list[tuple[str, tuple[float, ...] | None, list[Any], list[Any]]] = [
        (BLAME, answer.blame, shown, features),
        (TONE, answer.tone, [], []),
    ]
    same = {"item_id": item, "question": question, "model": model}
    return [
        same | {"task": task, "scores": list(scores), "evidence": spans, "features": rows}
        for task, scores, spans, rows in told
        if scores is not None
    ]


def write_part(root: Path, rows: Iterable[dict[str, object]]) -> None:
    """Keep a part of an unfinished run beside the output; the stage's closing write takes it in and removes it."""
    part = ANSWERS.frame(list(rows))
    if part.height:
        store.write_parquet(store.folder(root, ANSWERS) / f"part-{part['item_id'][0]}.parquet", part)


def export(root: Path) -> Path:
    """Write the embedded encoder's present answers for git to carry; returns the file."""
    mine = store.read_table(root, ANSWERS).filter(pl.col("model").str.starts_with("encoder-"))
    path = root / CARRIED / "encoder.parquet"
    store.write_parquet(path, ANSWERS.check(mine))
    return path


if __name__ == "__main__":
    export(Path.cwd())
