"""Clustering: finds what is there, nothing where there is nothing, and says how firm it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from pipeline.topics.cluster import Clustering, best_overlaps, by_size, cluster, stability
from pipeline.topics.quiet import one_thread


def test_finds_planted_groups(planted: Callable, algorithm: str) -> None:
    points, truth = planted(4, 30)
    with one_thread():
        found = cluster(points, algorithm, 8, seed=1)
        again = cluster(points, algorithm, 8, seed=1)
    # the finest groups are asked for: a planted one may come in two, but none may be mixed
    inside = found.labels >= 0
    assert inside.mean() > 0.7
    assert all(len(set(truth[found.labels == topic])) == 1 for topic in range(found.number))
    assert adjusted_rand_score(truth[inside], found.labels[inside]) > 0.5
    assert found.labels.tolist() == again.labels.tolist()
    assert found.strength.min() >= 0 and found.strength.max() <= 1
    assert not found.strength[found.labels < 0].any()


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 10, 15])
def test_too_few_points_make_no_topic(n: int, algorithm: str) -> None:
    points = np.random.default_rng(n).normal(size=(n, 12))
    assert cluster(points, algorithm, 8, seed=1).labels.tolist() == [-1] * n


@pytest.mark.parametrize("n", [16, 20, 30])
def test_few_points_are_clustered_without_complaint(n: int, algorithm: str, capfd: pytest.CaptureFixture[str]) -> None:
    points = np.random.default_rng(n).normal(size=(n, 12))
    with one_thread():
        found = cluster(points / np.linalg.norm(points, axis=1, keepdims=True), algorithm, 8, seed=1)
    assert len(found.labels) == n
    assert capfd.readouterr().err == ""


def test_the_smallest_topics_that_params_allow(algorithm: str) -> None:
    points = np.random.default_rng(0).normal(size=(6, 12))
    with one_thread():
        assert len(cluster(points, algorithm, 2, seed=1).labels) == 6


def test_identical_and_zero_points_make_no_topic(algorithm: str) -> None:
    assert set(cluster(np.tile([[0.6, 0.8]], (50, 1)), algorithm, 8, seed=1).labels) == {-1}
    assert set(cluster(np.zeros((50, 4)), algorithm, 8, seed=1).labels) == {-1}


def test_zero_rows_among_others_stay_outside(planted: Callable, algorithm: str) -> None:
    points, _ = planted(3, 20)
    points[7] = 0.0
    with one_thread():
        found = cluster(points, algorithm, 8, seed=1)
    assert found.labels[7] == -1
    assert found.number >= 2


@given(st.lists(st.integers(-1, 5), max_size=40))
def test_by_size_renames_and_no_more(labels: list[int]) -> None:
    renamed = by_size(np.array(labels, dtype=np.int64))
    assert (renamed < 0).tolist() == [label < 0 for label in labels]
    assert len(set(zip(labels, renamed.tolist(), strict=True))) == len(set(labels)) == len(set(renamed.tolist()))
    sizes = np.bincount(renamed[renamed >= 0]).tolist() if (renamed >= 0).any() else []
    assert sizes == sorted(sizes, reverse=True)


def test_overlaps() -> None:
    mine = np.array([0, 0, 0, 0, 1, 1, 2, 2, -1])
    other = np.array([3, 3, 3, 1, 1, 1, -1, -1, -1])
    assert best_overlaps(mine, mine) == {0: 1.0, 1: 1.0, 2: 1.0}
    assert best_overlaps(mine, other) == {0: 0.75, 1: pytest.approx(2 / 3), 2: 0.0}


def test_stability_tells_planted_groups_from_noise(planted: Callable, algorithm: str) -> None:
    points, _ = planted(3, 40, noise=0.25)
    noise = np.random.default_rng(4).normal(size=points.shape)
    with one_thread():
        firm = _stability(points, algorithm)
        loose = _stability(noise / np.linalg.norm(noise, axis=1, keepdims=True), algorithm)
    assert max(firm) > 0.7
    assert not loose or float(np.mean(loose)) < 0.5 < float(np.mean(firm))
    nothing = Clustering(np.full(120, -1), np.zeros(120))
    assert stability(points, nothing, algorithm, 8, 1, 0) == []


def _stability(points: np.ndarray, algorithm: str) -> list[float]:
    return stability(points, cluster(points, algorithm, 20, 1), algorithm, 20, 1, 3)
