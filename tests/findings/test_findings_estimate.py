"""Estimates against what is known by construction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.findings.estimate import Clusters, correct, estimate, resample, widen


def units(counts: np.ndarray, strata: np.ndarray | None = None, gold: np.ndarray | None = None) -> Clusters:
    k = counts.shape[1] - 1
    none = np.zeros((counts.shape[0], k))
    where = np.zeros(counts.shape[0], dtype=np.int64) if strata is None else strata
    predicted = counts if gold is not None else np.zeros_like(counts)
    sampled = 0 if gold is None else int(gold.sum())
    return Clusters(
        counts.astype(float), where, none if gold is None else gold.astype(float), predicted.astype(float), sampled
    )


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_each_thread_keeps_its_number_of_authors() -> None:
    strata = np.array([0, 0, 0, 1, 1])
    weights = resample(strata, 200, rng())
    assert (weights[:, :3].sum(axis=1) == 3).all()
    assert (weights[:, 3:].sum(axis=1) == 2).all()
    assert weights.std() > 0


@pytest.mark.parametrize("true", [[0.6, 0.3, 0.1], [0.05, 0.05, 0.9], [1 / 3, 1 / 3, 1 / 3]])
def test_known_error_rates_are_undone(true: list[float]) -> None:
    rates = np.array([[0.7, 0.1, 0.1, 0.1], [0.2, 0.6, 0.1, 0.1], [0.05, 0.05, 0.8, 0.1]])
    observed = np.array(true) @ rates
    shares = correct(observed[None] * 1000, rates[None] * 1e6)[0]
    assert shares == pytest.approx(true, abs=0.01)
    assert observed[:3] / observed[:3].sum() != pytest.approx(true, abs=0.01)


@given(st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(any))
def test_corrected_shares_are_shares(observed: list[int]) -> None:
    rates = np.array([[[30, 5, 5, 2], [4, 20, 6, 1], [9, 3, 30, 0]]], dtype=float)
    shares = correct(np.array([observed], dtype=float), rates)[0]
    assert shares.sum() == pytest.approx(1)
    assert ((shares >= 0) & (shares <= 1)).all()


def test_a_short_thread_is_pulled_off_the_edge_and_a_long_one_is_not() -> None:
    rates = np.array([[[60, 20, 20], [10, 80, 10]]], dtype=float)
    few, many = (correct(np.array([[0.0, 9.0, 1.0]]) * n, rates)[0, 0] for n in (1, 100))
    assert 0.02 < few < 0.3
    assert many < 0.01


def test_grades_follow_the_evidence() -> None:
    counts = np.eye(3)[np.arange(60) % 2]  # two classes and a column for abstained
    assert estimate(units(counts), None, 100, 0.95, rng()).grade == "C"
    gold_counts = np.array([[[20, 5, 1], [4, 25, 2]], [[18, 6, 0], [5, 22, 1]]], dtype=float)
    assert estimate(units(counts), gold_counts, 100, 0.95, rng()).grade == "B"
    assert estimate(units(counts, gold=counts[:, :2]), gold_counts, 100, 0.95, rng()).grade == "A"


def test_a_random_sample_corrects_a_biased_model() -> None:
    truth = np.array([0] * 20 + [1] * 80)
    predicted = np.zeros((100, 3))
    predicted[:, 0] = 1  # a model that says the first class always
    gold = np.zeros((100, 2))
    gold[::2] = np.eye(2)[truth[::2]]
    sampled = gold.sum(axis=1, keepdims=True)
    clusters = Clusters(predicted, np.zeros(100, dtype=np.int64), gold, predicted * sampled, 50)
    result = estimate(clusters, None, 500, 0.95, rng())
    assert result.raw[0] == 1
    assert result.share[0] == pytest.approx(0.2, abs=0.01)
    assert result.low[0] < 0.2 < result.high[0] < 0.5


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(3)
    hits = 0
    for _ in range(200):
        leaning = generator.beta(2, 5, size=40)  # authors differ; their comments resemble one another
        blamed = generator.binomial(5, leaning)
        counts = np.stack([blamed, 5 - blamed, np.zeros(40)], axis=1)
        result = estimate(units(counts), None, 200, 0.95, generator)
        hits += result.low[0] <= 2 / 7 <= result.high[0]
    assert 0.90 <= hits / 200 <= 1.0


@pytest.mark.parametrize("n", [1, 3, 10])
def test_what_did_not_occur_is_not_shown_as_impossible(n: int) -> None:
    counts = np.tile([1.0, 0.0, 0.0], (n, 1))
    result = estimate(units(counts), None, 100, 0.95, rng())
    assert result.high[1] > 0.25
    assert result.low[0] < 0.75


def test_wilson_bounds_against_the_published_formula() -> None:
    low, high = widen(np.array([0.3]), np.array([0.3]), np.array([0.3]), 10, 0.95)
    assert (low[0], high[0]) == pytest.approx((0.1078, 0.6032), abs=1e-4)


def test_nothing_counted_is_undefined_and_not_zero() -> None:
    result = estimate(units(np.array([[0.0, 0.0, 1.0]])), None, 100, 0.95, rng())
    assert np.isnan(result.share).all()
