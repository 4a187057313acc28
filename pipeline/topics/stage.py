"""Topics: what is talked about, and which arguments each camp uses.

A topic is a group of comments that say similar things, with the terms that set it apart. Topics are made per *scope*:

    real                 every analysed comment of threads that people wrote
    constructed          the same for threads that were written for this project (threads.provenance == "constructed")
    real/<stance>        the comments of one camp: those to which the stance stage gave that label
    constructed/<stance>

The two corpora never share a topic, as they never share an estimate. A comment on which the stance stage abstained is in
the corpus's scope, counted there as "abstained", and in no camp. A scope with too few comments (`topics.min_comments`;
half of it for a camp) gets no topics and a note: nothing is invented. Within a scope every comment has a row;
topic "-1" means that it belongs to none. Rows are sorted by comment id before anything else, so the order in which
comments were read does not matter.

`topic_info.stability` says how much of a topic is found again in samples of 80 %: below 0.5 (`scopes.UNSTABLE`) it is
hardly firmer than what noise gives, and should be shown as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.engine import Progress, Summary, silent
from pipeline.settings import TopicsParams, load_codebook, load_params
from pipeline.store import read_table, write_table
from pipeline.tables import CLEAN, COMMENTS, STANCE, THREADS, TOPIC_INFO, TOPICS, VECTORS
from pipeline.topics.quiet import one_thread
from pipeline.topics.scopes import ABSTAINED, ScopeTopics, topics_of
from pipeline.topics.vectors import Matrix, matrix

CORPORA = ("real", "constructed")


def run(root: Path, progress: Progress = silent) -> Summary:
    """Read clean, comments, threads, stance and vectors; write topics and topic_info.

    Raises VectorError (a StandpuntError) where a comment's vector is missing or unusable.
    """
    params, codebook = load_params(root), load_codebook(root / "codebook.yaml")
    clean = read_table(root, CLEAN)
    comments = analysed(clean, read_table(root, COMMENTS), read_table(root, THREADS), read_table(root, STANCE))
    table = read_table(root, VECTORS)  # of one model, whichever made them
    vectors = matrix(comments, table, next(iter(table["model"].to_list()), params.embed.model))

    results = list(make_topics(comments, vectors, params.topics, params.seed, codebook.stance_ids, progress))
    topics = TOPICS.check(pl.concat([TOPICS.empty(), *(result.topics for result in results)]))
    info = TOPIC_INFO.check(pl.concat([TOPIC_INFO.empty(), *(result.info for result in results)]))

    write_table(root, TOPICS, {"all": topics})
    write_table(root, TOPIC_INFO, {"all": info})
    dropped = {
        "not kept": clean.filter(~pl.col("kept")).height,
        "no text": clean.filter("kept").height - comments.height,
    }
    return Summary(
        "topics", clean.height, comments.height, "data/processed/topics, data/processed/topic_info", dropped,
        [result.note for result in results],
    )  # fmt: skip


def analysed(clean: pl.DataFrame, comments: pl.DataFrame, threads: pl.DataFrame, stance: pl.DataFrame) -> pl.DataFrame:
    """The comments with text, sorted by comment_id: comment_id, thread_id, author_id, text, language, stance, corpus.

    `stance` is "abstained" where there is no label; `corpus` is real or constructed.
    """
    labels = stance.select(
        "comment_id", pl.when("abstained").then(pl.lit(ABSTAINED)).otherwise("stance").alias("stance")
    )
    corpus = pl.when(pl.col("provenance") == "constructed").then(pl.lit("constructed")).otherwise(pl.lit("real"))
    has_text = pl.col("kept") & ~pl.col("no_text") & (pl.col("text").str.strip_chars() != "")
    return (
        clean.filter(has_text)
        .select("comment_id", "thread_id", "text", "language")
        .join(comments.select("comment_id", "author_id"), on="comment_id", how="left")
        .join(threads.select("thread_id", corpus.alias("corpus")), on="thread_id", how="left")
        .join(labels, on="comment_id", how="left")
        .with_columns(pl.col("stance").fill_null(ABSTAINED), pl.col("corpus").fill_null("real"))
        .sort("comment_id")
    )


def scopes(comments: pl.DataFrame, stances: list[str], params: TopicsParams) -> list[tuple[str, pl.Series, int]]:
    """Each scope's name, which rows it holds (boolean) and how many it needs, in order; a corpus without rows has none."""
    out: list[tuple[str, pl.Series, int]] = []
    for corpus in CORPORA:
        inside = comments["corpus"] == corpus
        if not inside.any():
            continue
        out.append((corpus, inside, params.min_comments))
        camp = (params.min_comments + 1) // 2
        out += [(f"{corpus}/{stance}", inside & (comments["stance"] == stance), camp) for stance in stances]
    return out


def make_topics(
    comments: pl.DataFrame,
    vectors: Matrix,
    params: TopicsParams,
    seed: int,
    stances: list[str],
    progress: Progress = silent,
) -> Iterator[ScopeTopics]:
    """The topics of every scope in turn, in one thread. `comments` as `analysed` gives them, a row of `vectors` each."""
    order = np.array(comments["comment_id"].arg_sort(), dtype=np.int64)
    comments, vectors = comments[order], vectors[order]
    todo = scopes(comments, stances, params)
    for done, (name, rows, least) in enumerate(todo):
        progress(done, len(todo), "scopes")
        # numerical libraries take seconds to load: not for a scope that will not use them
        with one_thread() if rows.sum() >= least else nullcontext():
            result = topics_of(name, comments.filter(rows), vectors[rows.to_numpy()], params, seed, stances, least)
        yield result
    progress(len(todo), len(todo), "scopes")
