"""Measures: worked by hand, undefined ones are None."""

from __future__ import annotations

import pytest

from pipeline.evaluate import baselines, measures
from pipeline.settings import Codebook

PAIRS = [("a", "a"), ("a", "b"), ("b", "b"), ("c", "b")]


def test_scores_by_hand() -> None:
    assert measures.scores_of(PAIRS, "a") == {
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3, abs=1e-6),
        "support": 2,
    }
    assert measures.scores_of(PAIRS, "b") == {
        "precision": pytest.approx(1 / 3, abs=1e-6),
        "recall": 1.0,
        "f1": 0.5,
        "support": 1,
    }


def test_undefined_is_none_never_nought() -> None:
    assert measures.scores_of(PAIRS, "c") == {"precision": None, "recall": 0.0, "f1": 0.0, "support": 1}
    assert measures.scores_of(PAIRS, "d") == {"precision": None, "recall": None, "f1": None, "support": 0}
    assert measures.macro_f1([], ["a"]) is None
    assert measures.accuracy([]) is None
    assert measures.expected_calibration_error([]) is None
    assert measures.token_f1([]) is None
    assert measures.at_coverage([], [], 0.8) == {"coverage": 0.8, "n": 0, "accuracy": None}


def test_macro_f1_passes_over_labels_that_do_not_occur() -> None:
    assert measures.macro_f1(PAIRS, ["a", "b", "c", "d"]) == pytest.approx((2 / 3 + 0.5 + 0) / 3, abs=1e-6)


def test_intervals_resample_writers() -> None:
    writers = ["x", "x", "y", "z"]

    def right(rows: list[int]) -> float | None:
        return measures.accuracy([PAIRS[i] for i in rows])

    low, high = measures.interval(right, writers, 200, 1) or [0.0, 0.0]
    assert low <= 0.5 <= high
    assert measures.interval(right, writers, 200, 1) == [low, high]
    assert measures.interval(right, ["x", "x", "y", "y"], 200, 1) is None


def test_calibration_by_hand() -> None:
    curve = measures.calibration([0.05, 0.95, 0.95, 1.0], [False, True, True, False])
    assert [(point["bin"], point["n"]) for point in curve] == [(0, 1), (9, 3)]
    expected = (0.05 + 3 * abs((0.95 + 0.95 + 1) / 3 - 2 / 3)) / 4
    assert measures.expected_calibration_error(curve) == pytest.approx(expected, abs=1e-5)


def test_the_probabilities_of_all_stances_sum_to_one() -> None:
    book = Codebook.model_validate(
        {"parties": [{"id": "a", "name": "a"}, {"id": "b", "name": "b"}, {"id": "other", "name": "o"}]}
    )
    p = {"a": 0.3, "b": 0.6, "other": 0.2}
    by_stance = {s: measures.stance_probability(p, s, book.derive_stance) for s in book.stance_ids}
    assert sum(by_stance.values()) == pytest.approx(1)
    assert by_stance["blame_both"] == pytest.approx(0.18)
    assert by_stance["no_blame"] == pytest.approx(0.7 * 0.4 * 0.8)


def test_evidence_counts_words_that_lie_whole_in_a_span() -> None:
    text = "een twee drie"
    assert measures.words_within(text, [(0, 8)]) == {0, 4}
    assert measures.words_within(text, [(0, 7)]) == {0}
    assert measures.token_f1([({0, 4}, {4, 9}), (set(), set())]) == 0.5


def test_surest_first() -> None:
    found = measures.at_coverage(PAIRS, [0.9, 0.1, 0.8, 0.2], 0.5)
    assert found == {"coverage": 0.5, "n": 2, "accuracy": 1.0}


def test_error_counts_have_a_row_a_writer_and_a_column_for_abstained() -> None:
    rows = [("w", "a", "b"), ("w", "a", "abstained"), ("v", "b", "b")]
    counts = measures.error_counts(rows, ["a", "b"], ["a", "b", "abstained"])
    assert counts == {"v": [[0, 0, 0], [0, 1, 0]], "w": [[0, 1, 1], [0, 0, 0]]}


def test_baselines() -> None:
    assert baselines.majority(["b", "a", "b", "a"], 2) == ["a", "a"]
    assert baselines.majority([], 2) == []
    assert baselines.words(["x y"], ["a"], ["q"]) == ["a"]
    taught = ["rood warm", "rood vuur", "blauw koud", "blauw ijs"]
    assert baselines.words(taught * 2, ["w", "w", "k", "k"] * 2, ["rood", "blauw"]) == ["w", "k"]
