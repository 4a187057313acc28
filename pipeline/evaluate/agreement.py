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

from pipeline.learning import roles
from pipeline.settings import Codebook
from pipeline.tables import ADJUDICATOR, SENTIMENTS

Pair = tuple[dict[str, Any], dict[str, Any]]


def pairs(annotations: pl.DataFrame, debate: str) -> list[Pair]:
    """(first, second) judgement of each comment of a debate that was judged twice, sorted by id.

    A second judgement names the first one's `annotation_id` as its `comment_id`; who decides between the two is no third reader.
    """
    mine = (pl.col("debate") == debate) & (pl.col("annotator") != ADJUDICATOR)
    rows = {row["annotation_id"]: row for row in annotations.filter(mine).to_dicts()}
    return [(rows[row["comment_id"]], row) for key, row in sorted(rows.items()) if row["comment_id"] in rows]


def alpha(labels: list[tuple[Any, Any]]) -> float | None:
    """Krippendorff's alpha of two readers' nominal labels; None where it is undefined (all labels are the same)."""
    if len({label for pair in labels for label in pair}) < 2:
        return None
    data = [(reader, str(i), label) for i, pair in enumerate(labels) for reader, label in zip("ab", pair, strict=True)]
    return float(AnnotationTask(data=data).alpha())


def _interval(labels: list[tuple[Any, Any]], size: int, seed: int) -> list[float] | None:
    """95 % interval of alpha by bootstrap over comments, by the closed form for two readers and nominal labels."""
    names = sorted({label for pair in labels for label in pair}, key=str)
    codes = np.asarray([[names.index(label) for label in pair] for pair in labels])
    rng = np.random.default_rng(seed)
    draws = []
    for _ in range(size):
        some = codes[rng.integers(0, len(codes), len(codes))]
        counts = np.bincount(some.ravel(), minlength=len(names))
        expected = 1 - (counts * (counts - 1)).sum() / (some.size * (some.size - 1))
        if expected > 0:
            draws.append(1 - (some[:, 0] != some[:, 1]).mean() / expected)
    return [round(float(q), 4) for q in np.quantile(draws, [0.025, 0.975])] if draws else None


def _told(labels: list[tuple[Any, Any]], size: int, seed: int) -> dict[str, Any]:
    value = alpha(labels) if labels else None
    if value is None:
        return {"n": len(labels), "alpha": None, "interval": None}
    return {"n": len(labels), "alpha": round(value, 4), "interval": _interval(labels, size, seed)}


def _blames(party: str, row: dict[str, Any]) -> bool:
    return party in row["blames"]


def agreement(annotations: pl.DataFrame, codebook: Codebook, size: int, seed: int) -> dict[str, Any]:
    """Alpha with interval for stance, sentiment and each party, of one debate; and the number of comments judged twice."""
    both = pairs(annotations, codebook.debate)
    questions: dict[str, Callable[[dict[str, Any]], Any]] = {
        "stance": lambda row: codebook.derive_stance(row["blames"]),
        "sentiment": lambda row: SENTIMENTS.index(row["sentiment"]),
        **{f"blames {party}": partial(_blames, party) for party in codebook.party_ids},
    }
    asked = {name: [(ask(first), ask(second)) for first, second in both] for name, ask in questions.items()}
    return {"n": len(both), **{name: _told(labels, size, seed) for name, labels in asked.items()}}


def by_difficulty(annotations: pl.DataFrame, books: dict[str, Codebook], size: int, seed: int) -> dict[str, Any]:
    """Alpha of stance (by role) and sentiment per kind of difficulty, over all debates."""
    kinds: dict[str, dict[str, list[tuple[Any, Any]]]] = {}
    for debate, book in books.items():
        named = roles(book)
        for first, second in pairs(annotations, debate):
            kind = kinds.setdefault(str(first["difficulty"] or "unknown"), {"stance": [], "sentiment": []})
            kind["stance"].append(
                (named[book.derive_stance(first["blames"])], named[book.derive_stance(second["blames"])])
            )
            kind["sentiment"].append((first["sentiment"], second["sentiment"]))
    return {
        kind: {task: _told(labels, size, seed) for task, labels in tasks.items()}
        for kind, tasks in sorted(kinds.items())
    }
