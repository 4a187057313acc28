"""sentiment: the tone of each comment that has something to label, with calibrated probabilities.

The model learns from the gold of split `train` only; its answers about the held-out gold are kept beside it for `evaluate`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.engine import Progress, Summary, silent
from pipeline.learning import Floats, VectorIndex
from pipeline.sentiment.features import Item
from pipeline.sentiment.model import FrozenLR, train
from pipeline.settings import load_params
from pipeline.tables import CLEAN, GOLD, SENTENCES, SENTIMENT, SENTIMENTS, VECTORS

MODELS = Path("data/processed/models/sentiment")
#: Training comments from which on a debate teaches the tone: 30 each of several debates made it no better on others.
TEACHES_FROM = 100


def run(root: Path, progress: Progress = silent) -> Summary:
    """Train, label every kept comment, keep the model and its answers about held-out gold."""
    abstain_below = load_params(root).sentiment.abstain_below
    clean, sentences, gold = (store.read_table(root, table) for table in (CLEAN, SENTENCES, GOLD))
    sources = [
        (name, store.read_partition(CLEAN, path)["comment_id"]) for name, path in store.partitions(root, CLEAN).items()
    ]
    vectors = VectorIndex.of_table(store.read_table(root, VECTORS))

    progress(0, None, "steps of training")
    model = train_on(gold, vectors)
    ids, items = corpus_items(clean, sentences, vectors)
    labelled = rows_of(ids, model.predict(items), abstain_below)
    held_ids, held_items, _, _ = gold_items(gold, vectors, "test")
    held = rows_of(held_ids, model.predict(held_items), abstain_below)

    model.save(root / MODELS)
    _write_held_out(root, held)
    rows = store.write_table(root, SENTIMENT, by_source(labelled, sources))
    progress(len(items), len(items), "comments labelled")
    notes = [
        f"trained on {model.notes['comments']:,} comments by {model.notes['writers']} writers; "
        f"accuracy {model.notes['cross_validated_accuracy']} by cross-validation",
        f"abstained on {int(labelled['abstained'].sum()):,}",
    ]
    return Summary(
        "sentiment", clean.height, rows, "data/processed/sentiment", {"not analysed": clean.height - rows}, notes
    )


def gold_items(
    gold: pl.DataFrame, vectors: VectorIndex, split: str
) -> tuple[list[str], list[Item], list[str], list[str]]:
    """Ids, items, tones and writers of a split of the gold, sorted by id."""
    known = pl.col("text").map_elements(vectors.__contains__, pl.Boolean)
    rows = gold.filter((pl.col("split") == split) & known).sort("annotation_id")
    spans = [[(s["start"], s["end"]) for s in row] for row in rows["sentences"].to_list()]
    items = [make_item(text, inner, vectors) for text, inner in zip(rows["text"].to_list(), spans, strict=True)]
    return rows["annotation_id"].to_list(), items, rows["sentiment"].to_list(), rows["writer"].to_list()


def make_item(text: str, spans: list[tuple[int, int]], vectors: VectorIndex) -> Item:
    """A text with the vectors of itself and its sentences."""
    return Item(text, vectors.one(text), vectors.parts(text, spans)[1])


def train_on(gold: pl.DataFrame, vectors: VectorIndex) -> FrozenLR:
    """The model that the gold of split `train` teaches; debates of a few comments teach only where there is no larger one."""
    sizes = gold.filter(pl.col("split") == "train").group_by("debate").len()
    large = sizes.filter(pl.col("len") >= TEACHES_FROM)["debate"].to_list()
    taught = gold.filter(pl.col("debate").is_in(large)) if large else gold
    _, items, tones, writers = gold_items(taught, vectors, "train")
    return train(items, tones, writers)


def corpus_items(clean: pl.DataFrame, sentences: pl.DataFrame, vectors: VectorIndex) -> tuple[list[str], list[Item]]:
    """Ids and items of the comments to label: kept, and with words."""
    known = pl.col("text").map_elements(vectors.__contains__, pl.Boolean)
    kept = clean.filter(pl.col("kept") & ~pl.col("no_text") & known)
    spans: dict[str, list[tuple[int, int]]] = {}
    for comment_id, start, end in sentences.select("comment_id", "start", "end").iter_rows():
        spans.setdefault(comment_id, []).append((start, end))
    ids = kept["comment_id"].to_list()
    texts = kept["text"].to_list()
    return ids, [make_item(text, spans.get(i, []), vectors) for i, text in zip(ids, texts, strict=True)]


def rows_of(ids: list[str], p: Floats, abstain_below: float) -> pl.DataFrame:
    """Probabilities [ids, 3] as a sentiment table. Abstained: the likeliest tone is less probable than `abstain_below`."""
    return SENTIMENT.frame(
        [
            {
                "comment_id": comment_id,
                "label": SENTIMENTS[int(np.argmax(row))],
                **{f"p_{name}": float(value) for name, value in zip(SENTIMENTS, row, strict=True)},
                "score": round(float(row[2] - row[0]), 6),
                "abstained": bool(row.max() < abstain_below),
            }
            for comment_id, row in zip(ids, p, strict=True)
        ]
    )


def _write_held_out(root: Path, table: pl.DataFrame) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table.to_arrow(), sink, compression="zstd", write_page_checksum=True)
    store.write_bytes(root / MODELS / "held_out.parquet", sink.getvalue().to_pybytes())


def by_source(labelled: pl.DataFrame, sources: list[tuple[str, pl.Series]]) -> dict[str, pl.DataFrame]:
    """Rows keyed by comment, parted like the clean table: (source, its comment ids)."""
    return {name: labelled.filter(pl.col("comment_id").is_in(ids.to_list())) for name, ids in sources}
