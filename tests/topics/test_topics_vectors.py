"""Vectors: what cannot be compared is refused by name; language and length leave no trace."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StandpuntError
from pipeline.tables import VECTORS, text_digest
from pipeline.topics.vectors import VectorError, matrix, without_nuisances

GOOD = [0.6, 0.8, 0.0]


def _vectors(**of: list[float]) -> pl.DataFrame:
    return VECTORS.frame([{"text_digest": text_digest(t), "model": "m", "vector": v} for t, v in of.items()])


COMMENTS = pl.DataFrame({"comment_id": ["c1", "c2"], "text": ["een", "twee"]})


def test_rows_follow_the_comments() -> None:
    found = matrix(COMMENTS, _vectors(twee=[0.0, 0.0, 1.0], een=GOOD), "m")
    assert found.shape == (2, 3)
    assert found[1].tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (None, "has no m vector"),
        ([0.6, 0.8], "has 2 numbers, others 3"),
        ([0.6, float("nan"), 0.0], "no number"),
        ([float("inf"), 0.8, 0.0], "no number"),
        ([0.0, 0.0, 0.0], "is zero"),
    ],
)
def test_an_unusable_vector_is_named(bad: list[float] | None, says: str) -> None:
    vectors = _vectors(een=GOOD) if bad is None else _vectors(een=GOOD, twee=bad)
    with pytest.raises(VectorError, match=says) as caught:
        matrix(COMMENTS, vectors, "m")
    assert isinstance(caught.value, StandpuntError)
    assert "comment c2" in str(caught.value)


def test_vectors_of_another_model_do_not_count() -> None:
    with pytest.raises(VectorError, match="has no other vector"):
        matrix(COMMENTS, _vectors(een=GOOD, twee=GOOD), "other")


def test_no_comments_no_rows() -> None:
    assert matrix(COMMENTS.clear(), _vectors(een=GOOD), "m").shape == (0, 0)
    assert without_nuisances(np.zeros((0, 0)), [], []).shape == (0, 0)


def test_language_and_length_are_taken_out() -> None:
    rng = np.random.default_rng(1)
    languages = ["nl"] * 150 + ["en"] * 50
    words = rng.integers(3, 200, size=200)
    subject = rng.normal(size=(200, 16))
    subject[:, :2] *= 0.1
    raw = subject.copy()
    raw[:, 0] += [4.0 if language == "en" else 0.0 for language in languages]
    raw[:, 1] += 2.0 * np.log1p(words)
    clean = without_nuisances(raw, languages, words.tolist())
    gap = clean[150:].mean(axis=0) - clean[:150].mean(axis=0)
    assert np.abs(gap).max() < 0.3  # of nearly one before: the prior leaves a little
    assert abs(np.corrcoef(clean[:, 1], np.log1p(words))[0, 1]) < 0.1
    # what they speak of is still there
    expected = subject[:, 2:] / np.linalg.norm(subject[:, 2:], axis=1, keepdims=True)
    assert (clean[:, 2:] * expected).sum(axis=1).mean() > 0.9


def test_a_rare_language_keeps_its_subject() -> None:
    rng = np.random.default_rng(2)
    raw = rng.normal(size=(60, 16))
    clean = without_nuisances(raw, ["nl"] * 59 + ["de"], [20] * 60)
    centred = raw[59] - raw.mean(axis=0)
    assert clean[59] @ (centred / np.linalg.norm(centred)) > 0.98


@given(st.integers(1, 30), st.integers(0, 9), st.booleans())
def test_rows_are_of_unit_length_or_zero(n: int, seed: int, same: bool) -> None:
    rng = np.random.default_rng(seed)
    raw = np.tile(rng.normal(size=8), (n, 1)) if same else rng.normal(size=(n, 8))
    languages = [("nl", "en", "und")[i % 3] for i in range(n)]
    lengths = np.linalg.norm(without_nuisances(raw, languages, [5 + i for i in range(n)]), axis=1)
    assert np.all(np.isclose(lengths, 1) | (lengths == 0))
    if same:
        assert not lengths.any()
