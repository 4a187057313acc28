"""How far two readers of the same comment agree: the ceiling for any model, and the measure of the codebook itself.

Krippendorff's alpha (Krippendorff 2004, "Content Analysis", chapter 11), by nltk: 1 is full agreement, 0 what chance would give.
Per party the question is yes or no; for stance and sentiment one of several names.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from nltk.metrics.agreement import AnnotationTask

from pipeline.settings import Codebook
from pipeline.tables import SENTIMENTS

Pair = tuple[dict[str, Any], dict[str, Any]]


def pairs(annotations: pl.DataFrame, debate: str) -> list[Pair]:
    """(first, second) judgement of each comment that was judged twice, sorted by id.

    A second judgement names the first one's `annotation_id` as its `comment_id`.
    """
    rows = {row["annotation_id"]: row for row in annotations.filter(pl.col("debate") == debate).to_dicts()}
    return [(rows[row["comment_id"]], row) for key, row in sorted(rows.items()) if row["comment_id"] in rows]


def alpha(labels: list[tuple[Any, Any]]) -> float | None:
    """Krippendorff's alpha of two readers' nominal labels; None where it is undefined (all labels are the same)."""
    if len({label for pair in labels for label in pair}) < 2:
        return None
    data = [(reader, str(i), label) for i, pair in enumerate(labels) for reader, label in zip("ab", pair, strict=True)]
    return float(AnnotationTask(data=data).alpha())


def _interval(labels: list[tuple[Any, Any]], size: int, seed: int) -> list[float] | None:
    """95 % interval of alpha by bootstrap over comments."""
    rng = np.random.default_rng(seed)
    draws = [alpha([labels[i] for i in rng.integers(0, len(labels), len(labels))]) for _ in range(size)]
    known = [draw for draw in draws if draw is not None]
    return [round(float(q), 4) for q in np.quantile(known, [0.025, 0.975])] if known else None


def _blames(party: str, row: dict[str, Any]) -> bool:
    return party in row["blames"]


def agreement(annotations: pl.DataFrame, codebook: Codebook, size: int, seed: int) -> dict[str, Any]:
    """Alpha with interval for stance, sentiment and each party, and the number of comments judged twice."""
    both = pairs(annotations, codebook.debate)
    questions: dict[str, Callable[[dict[str, Any]], Any]] = {
        "stance": lambda row: codebook.derive_stance(row["blames"]),
        "sentiment": lambda row: SENTIMENTS.index(row["sentiment"]),
        **{f"blames {party}": partial(_blames, party) for party in codebook.party_ids},
    }
    result: dict[str, Any] = {"n": len(both)}
    for name, ask in questions.items():
        labels = [(ask(first), ask(second)) for first, second in both]
        value = alpha(labels) if labels else None
        shown = None if value is None else round(value, 4)
        result[name] = {"alpha": shown, "interval": None if value is None else _interval(labels, min(size, 100), seed)}
    return result
