"""The project's gold as training examples, cleaned and adjudicated as the pipeline has it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline import store
from pipeline.clean.gold import clean_gold
from pipeline.encoder.training.lessons import Example
from pipeline.settings import gold_codebooks, load_codebook, load_params
from pipeline.tables import SENTIMENTS


def examples(root: Path) -> dict[str, list[Example]]:
    """Split -> examples, sorted by id. Debates without a codebook are left out."""
    gold, _ = clean_gold(store.read_annotations(root), load_params(root).clean)
    books = gold_codebooks(root, load_codebook(root / "codebook.yaml"), gold["debate"].to_list())
    found: dict[str, list[Example]] = {}
    for row in gold.filter(pl.col("debate").is_in(list(books))).sort("annotation_id").iter_rows(named=True):
        found.setdefault(row["split"], []).append(
            Example(
                row["annotation_id"],
                row["text"],
                row["parent"],
                frozenset(row["blames"]),
                SENTIMENTS.index(row["sentiment"]),
                tuple((e["party"], e["start"], e["end"]) for e in row["evidence"]),
                books[row["debate"]],
                row["writer"],
                bool(row["difficulty"] not in (None, "plain")),
                row["annotation_id"].endswith("-contrast"),
            )
        )
    return found
