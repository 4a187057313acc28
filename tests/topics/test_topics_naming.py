"""Names of topics and the comments that stand for them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.topics.naming import alike, choose, representatives


@pytest.mark.parametrize(
    ("one", "other", "want"),
    [
        ("orkest", "orkesten", True),
        ("oude_viool", "viool", True),
        ("moes_tuin", "moestuin", True),
        ("viool", "koor", False),
        ("project", "projectleider", False),
    ],
)
def test_terms_that_a_reader_takes_for_one(one: str, other: str, want: bool) -> None:
    assert alike(one, other) is alike(other, one) is want


def test_choose_takes_the_best_without_near_duplicates() -> None:
    scores = {"viool": 1.0, "viool-": 0.99, "viool_les": 0.98, "koor": 0.5, "kas": 0.1}
    users = {term: {i} for i, term in enumerate(scores)}
    assert choose(scores, users, 3) == ["viool", "koor", "kas"]
    assert choose(scores, users, 9, chosen=["kas"])[0] == "kas"


def test_choose_spreads_over_the_comments() -> None:
    scores = {"viool": 1.0, "strijkstok": 0.6, "dirigent": 0.5}
    users = {"viool": {1, 2, 3}, "strijkstok": {1, 2, 3}, "dirigent": {4, 5, 6}}
    assert choose(scores, users, 2) == ["viool", "dirigent"]


@given(
    st.dictionaries(st.text("abcdefgh_", min_size=3, max_size=9), st.floats(0.01, 1), max_size=12), st.integers(1, 5)
)
def test_choose_never_repeats_itself(scores: dict[str, float], number: int) -> None:
    chosen = choose(scores, {term: {1} for term in scores}, number)
    assert len(chosen) <= number
    assert not any(alike(a, b) for i, a in enumerate(chosen) for b in chosen[:i])


def test_representatives_are_near_moderate_and_of_different_authors() -> None:
    points = np.array([[1.0, 0.0], [1.0, 0.0], [0.99, 0.14], [0.9, 0.43], [0.5, 0.86]])
    words, authors, threads = [3, 40, 40, 40, 40], ["a", "b", "b", "c", "d"], ["t1", "t1", "t2", "t1", "t2"]
    chosen = representatives(points, range(5), words, authors, threads, 3)
    # nearest of moderate length, then another thread by another author; then only another author
    assert sorted(chosen) == [2, 3, 4] or chosen[0] in (1, 2)
    assert 0 not in chosen
    assert len({authors[i] for i in chosen}) == 3


def test_representatives_make_do_with_what_there_is() -> None:
    points = np.tile([[0.6, 0.8]], (4, 1))
    assert representatives(points, [0, 1, 2, 3], [1] * 4, ["a"] * 4, ["t"] * 4, 3) == [0, 1, 2]
    assert representatives(points, [2], [1] * 4, ["a"] * 4, ["t"] * 4, 3) == [2]
