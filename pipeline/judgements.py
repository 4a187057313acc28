"""Human judgements of the corpus' own comments: one label a comment, and which labels teach and which measure.

A label that a model was adapted to says little of how often that model errs: the model was bent to agree with it. So an author's labels
either teach or measure, never both; a digest of the author's pseudonym decides, before anything is labelled. `standpunt train` learns
from the authors that `teaches` names, `standpunt annotate --how active` asks about theirs only, and where an adaptation is in use
findings of grade A rest on the random sample of the others (`measuring`). That sample stays random: which half an author is in
depends on nothing that was said, nor on what the model was unsure of. Authors of one half may answer those of the other.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypeVar

import polars as pl

from pipeline.settings import Codebook
from pipeline.tables import ADJUDICATOR, ANNOTATIONS

T = TypeVar("T", bound=Hashable)

#: Annotators whose judgements are about gold that carries its own text, not about the corpus.
OF_GOLD = ("writer", "second", ADJUDICATOR)
RANDOM, ACTIVE = "random", "active"

#: Whose voice a comment is: its author's on every thread, or nobody else's where no author is known.
AUTHOR = pl.coalesce("author_id", "comment_id").alias("author")

COLUMNS = pl.Schema({name: ANNOTATIONS.schema[name] for name in ("comment_id", "blames", "sentiment", "sampled")})


def teaches(author: str) -> bool:
    """Whether an author (pseudonym, else comment_id) is in the half whose labels may teach; the others' may measure."""
    return hashlib.sha256(f"teaches\x1f{author}".encode()).digest()[0] % 2 == 0


def of_corpus(annotations: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """The human labels of corpus comments by this codebook, one row a comment (COLUMNS), sorted by comment_id.

    Where several annotators judged a comment, what most of them said of its parties, and of its tone; on a tie, the last of the
    table (it knows no time). `random` where anybody judged it in a random sample: the draw was random, whoever read it besides.
    Judgements that name a party which the codebook does not know are left out.
    """
    mine = annotations.filter(
        pl.col("comment_id").is_not_null()
        & pl.col("text").is_null()
        & (pl.col("debate") == codebook.debate)
        & pl.col("annotator").is_in(OF_GOLD).not_()
        & (pl.col("blames").list.set_difference(codebook.party_ids).list.len() == 0)
    ).sort("annotation_id")
    rows = []
    for (comment_id,), said in mine.group_by(["comment_id"], maintain_order=True):
        blames = _majority([tuple(p for p in codebook.party_ids if p in one) for one in said["blames"].to_list()])
        drawn = RANDOM in said["sampled"].to_list()
        rows.append((comment_id, list(blames), _majority(said["sentiment"].to_list()), RANDOM if drawn else ACTIVE))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row").sort("comment_id")


def _majority(said: Sequence[T]) -> T:
    counts = Counter(said)
    return max(enumerate(said), key=lambda place: (counts[place[1]], place[0]))[1]


def voiced(labels: pl.DataFrame, comments: pl.DataFrame) -> pl.DataFrame:
    """Labels of comments that are in the corpus, with `thread_id` and `author` (pseudonym, else comment_id)."""
    return labels.join(comments.select("comment_id", "thread_id", AUTHOR), on="comment_id").sort("comment_id")


def teaching(labels: pl.DataFrame) -> pl.DataFrame:
    """The labels (with `author`) whose author teaches."""
    return labels.filter(_taught(labels))


def measuring(labels: pl.DataFrame) -> pl.DataFrame:
    """The labels (with `author`) whose author does not teach: what an adapted model may be measured by."""
    return labels.filter(~_taught(labels))


def _taught(labels: pl.DataFrame) -> pl.Series:
    return pl.Series([teaches(author) for author in labels["author"].to_list()], dtype=pl.Boolean)


def real_first(rows: pl.DataFrame, threads: pl.DataFrame) -> pl.DataFrame:
    """The rows (with thread_id) of real threads; where there are none, of the constructed ones: the two never meet."""
    constructed = threads.filter(pl.col("provenance") == "constructed")["thread_id"].to_list()
    real = rows.filter(pl.col("thread_id").is_in(constructed).not_())
    return real if real.height else rows
