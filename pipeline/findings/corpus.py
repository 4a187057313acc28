"""The comments that count, with their labels side by side: what every estimate is taken from.

Real and constructed comments are two corpora and never meet in one estimate.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from pipeline.findings.estimate import Clusters, units

CORPORA = ("real", "constructed")


def corpus_of(threads: pl.DataFrame) -> pl.DataFrame:
    """thread_id -> corpus: `constructed` where the thread's words are invented, else `real`."""
    constructed = pl.col("provenance") == "constructed"
    corpus = pl.when(constructed).then(pl.lit("constructed")).otherwise(pl.lit("real"))
    return threads.select("thread_id", corpus.alias("corpus"))


def all_comments(threads: pl.DataFrame, comments: pl.DataFrame, clean: pl.DataFrame) -> pl.DataFrame:
    """Every comment found, with corpus, time, author, and whether and why it is not analysed."""
    who = comments.select("comment_id", "author_id", "posted_at", "boundary_confidence")
    return clean.join(who, on="comment_id").join(corpus_of(threads), on="thread_id").sort("comment_id")


def analysed(found: pl.DataFrame, stance: pl.DataFrame, sentiment: pl.DataFrame, human: pl.DataFrame) -> pl.DataFrame:
    """The kept comments that have words, with labels; `null` labels where the model abstained.

    Adds stance, blames, evidence, p, sentiment, score, month (yyyy-mm, UTC), cluster (author within thread), author_weight (1 /
    the author's number of comments in the corpus; null without author), gold_stance, gold_sentiment (`human`: labels of a
    random sample, one a comment; else null).
    """
    labels = stance.select(
        "comment_id",
        "p",
        "blames",
        "evidence",
        pl.when(pl.col("abstained").not_()).then("stance").alias("stance"),
    )
    tones = sentiment.select(
        "comment_id", "score", pl.when(pl.col("abstained").not_()).then("label").alias("sentiment")
    )
    gold = human.select(
        "comment_id", pl.col("blames").alias("gold_blames"), pl.col("sentiment").alias("gold_sentiment")
    )
    return (
        found.filter(pl.col("kept") & pl.col("no_text").not_())
        .join(labels, on="comment_id")
        .join(tones, on="comment_id")
        .join(gold, on="comment_id", how="left")
        .with_columns(
            pl.col("posted_at").dt.strftime("%Y-%m").alias("month"),
            pl.concat_str("thread_id", pl.coalesce("author_id", "comment_id"), separator=" ").alias("cluster"),
            pl.when(pl.col("author_id").is_not_null())
            .then(1 / pl.len().over("corpus", "author_id"))
            .alias("author_weight"),
        )
        .sort("comment_id")
    )


def _one_hot(values: list[str | None], labels: list[str]) -> np.ndarray:
    """[n, len(labels) + 1]: 1 where the value is the label; the last column where it is null."""
    index = {label: i for i, label in enumerate(labels)}
    matrix = np.zeros((len(values), len(labels) + 1))
    matrix[np.arange(len(values)), [index[v] if v is not None else len(labels) for v in values]] = 1
    return matrix


def clusters(frame: pl.DataFrame, column: str, labels: list[str], weight: str | None = None) -> Clusters:
    """The comments of `frame` (one row each) as resampling units for the labels in `column` (stance or sentiment)."""
    frame = frame.sort("comment_id")
    weights = frame[weight].to_numpy()[:, None] if weight else np.ones((frame.height, 1))
    predicted = _one_hot(frame[column].to_list(), labels) * weights
    human = _one_hot(frame[f"gold_{column}"].to_list(), labels) * weights
    sampled = human[:, -1:] == 0
    group, strata = units(frame["cluster"].to_list(), frame["thread_id"].to_list())

    def add_up(matrix: np.ndarray) -> np.ndarray:
        total = np.zeros((strata.size, matrix.shape[1]))
        np.add.at(total, group, matrix)
        return total

    return Clusters(add_up(predicted), strata, add_up(human[:, :-1]), add_up(predicted * sampled), int(sampled.sum()))


def figures(found: pl.DataFrame, kept: pl.DataFrame, threads: pl.DataFrame) -> dict[str, object]:
    """What a corpus is made of: the counts that the overview shows."""
    dropped = found.filter(pl.col("reason").is_not_null())["reason"].value_counts().sort("reason")
    spoken = kept["language"].value_counts().sort("language")
    times = found["posted_at"].drop_nulls()

    def iso(value: object) -> str | None:
        return value.isoformat() if value is not None else None  # type: ignore[attr-defined]

    return {
        "threads": threads.height,
        "comments": found.height,
        "analysed": kept.height,
        "authors": kept["author_id"].drop_nulls().n_unique(),
        "comments_without_author": kept["author_id"].null_count(),
        "dropped": dict(dropped.iter_rows()),
        "no_text": found.filter(pl.col("kept") & pl.col("no_text")).height,
        "first": iso(times.min()),
        "last": iso(times.max()),
        "languages": dict(spoken.iter_rows()),
        "abstained_stance": kept["stance"].null_count(),
        "abstained_sentiment": kept["sentiment"].null_count(),
        "incomplete_threads": threads.filter(pl.col("complete") == False)["thread_id"].sort().to_list(),  # noqa: E712
    }


def confusions(rates: Mapping[str, object], labels: list[str]) -> np.ndarray | None:
    """[w, k, k + 1] counts per gold writer, or None where the gold is not about these labels or there is none."""
    if list(rates.get("labels", [])) != labels or not rates.get("by_writer"):  # type: ignore[call-overload]
        return None
    by_writer: Mapping[str, list[list[int]]] = rates["by_writer"]  # type: ignore[assignment]
    return np.array([by_writer[writer] for writer in sorted(by_writer)], dtype=float)
