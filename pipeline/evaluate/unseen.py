"""Debates never trained on: how good the labels are by the codebook alone.

Stances of different debates are compared by their role (first party, second party, both, other, none). Intervals are by
bootstrap over writers, who belong to one debate each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.evaluate import baselines, measures
from pipeline.learning import roles
from pipeline.settings import Codebook, gold_codebooks
from pipeline.tables import SENTIMENTS

SHOWN = ("n", "writers", "macro_f1", "macro_f1_interval", "accuracy", "accuracy_interval")


def codebooks(root: Path, gold: pl.DataFrame, codebook: Codebook) -> dict[str, Codebook]:
    """Debate -> codebook of the debates but one's own all of whose gold is held out and beside whose gold a codebook lies."""
    known = set(gold.filter(pl.col("split") != "test")["debate"].to_list()) | {codebook.debate}
    return gold_codebooks(root, codebook, set(gold["debate"].to_list()) - known)


def _stances(gold: pl.DataFrame, said: pl.DataFrame, books: dict[str, Codebook]) -> list[dict[str, Any]]:
    joined = gold.join(said, left_on="annotation_id", right_on="comment_id", how="inner", suffix="_said")
    rows = []
    for row in joined.sort("annotation_id").iter_rows(named=True):
        book = books[row["debate"]]
        named = roles(book)
        rows.append(
            {
                "debate": row["debate"],
                "writer": row["writer"],
                "true": named[book.derive_stance(row["blames"])],
                "said": named[row["stance"]],
                "abstained": row["abstained"],
                "none": "none",
                "aliases": named[book.derive_stance(baselines.named_parties(row["text"], book))],
            }
        )
    return rows


def _shown(
    rows: Sequence[dict[str, Any]], labels: Sequence[str], times: int, seed: int, said: str = "said"
) -> dict[str, Any]:
    pairs = [(row["true"], row[said]) for row in rows]
    whole = measures.block(pairs, [row["writer"] for row in rows], labels, times, seed)
    return {key: whole[key] for key in SHOWN}


def measure(
    gold: pl.DataFrame, stance: pl.DataFrame, tone: pl.DataFrame, books: dict[str, Codebook], times: int, seed: int
) -> dict[str, Any] | None:
    """Stance by role, beside the commonest label (none) and the aliases rule, and tone; None where there is no such gold."""
    held = gold.filter(pl.col("debate").is_in(list(books)) & (pl.col("split") == "test"))
    rows = _stances(held, stance, books)
    if not rows:
        return None
    labels = sorted({role for book in books.values() for role in roles(book).values()})
    sure = [row for row in rows if not row["abstained"]]
    return {
        "debates": sorted({row["debate"] for row in rows}),
        "stance": {
            **_shown(rows, labels, times, seed),
            "by_debate": _by(rows, "debate", lambda some: measures.macro_f1(_pairs(some), labels)),
            "classes": {label: measures.scores_of(_pairs(rows), label) for label in labels},
            "not_abstained": {"share": measures.ratio(len(sure), len(rows)), **_shown(sure, labels, times, seed)},
            "baselines": {
                "majority": _shown(rows, labels, times, seed, "none"),
                "aliases": _shown(rows, labels, times, seed, "aliases"),
            },
        },
        "sentiment": _tones(held, tone, times, seed),
    }


def _pairs(rows: Sequence[dict[str, Any]]) -> list[measures.Pair]:
    return [(row["true"], row["said"]) for row in rows]


def _by(rows: Sequence[dict[str, Any]], key: str, ask: Callable[[list[dict[str, Any]]], Any]) -> dict[str, Any]:
    return {name: ask([row for row in rows if row[key] == name]) for name in sorted({row[key] for row in rows})}


def _tones(held: pl.DataFrame, said: pl.DataFrame, times: int, seed: int) -> dict[str, Any]:
    joined = held.join(said, left_on="annotation_id", right_on="comment_id", how="inner").sort("annotation_id")
    rows = [
        {"writer": row["writer"], "true": row["sentiment"], "said": row["label"], "majority": "negative"}
        for row in joined.iter_rows(named=True)
    ]
    return {
        **_shown(rows, SENTIMENTS, times, seed),
        "baselines": {"majority": _shown(rows, SENTIMENTS, times, seed, "majority")},
    }
