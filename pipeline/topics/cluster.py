"""Groups of comments that say similar things: density clustering, which leaves what fits nowhere alone.

Two algorithms, both seeded. `hdbscan` is UMAP to a few dimensions, then HDBSCAN; `evoc` does both in one and is
far faster on tens of thousands of comments, at the price of some minutes of compiling at its first import. Choices that
were measured on Dutch opinion texts with known topics and on the constructed forum (`benchmarks/topics.py`):

- of EVoC's layers the finest: the layer that it prefers itself jumps between 5 and 30 topics with the seed;
- of HDBSCAN's tree the leaves: its usual choice (excess of mass) lumps nine in ten comments of a camp together;
- `min_samples` 1: a higher one doubles the outliers and finds no better topics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.topics.vectors import Matrix

Labels = NDArray[np.int64]

UMAP_NEIGHBOURS = 10
UMAP_DIMENSIONS = 5
EVOC_NEIGHBOURS = 15
#: Share of the comments in each of the samples by which stability is measured.
SAMPLE = 0.8


@dataclass(frozen=True)
class Clustering:
    """Per row its topic (0 is the largest, -1 is none) and how firmly it belongs there (0 to 1; 0 where none)."""

    labels: Labels
    strength: Matrix

    @property
    def number(self) -> int:
        """How many topics there are."""
        return int(self.labels.max(initial=-1)) + 1


def _hdbscan(points: Matrix, min_size: int, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    import hdbscan
    import umap

    few = len(points) < 4 * UMAP_DIMENSIONS  # a spectral start needs clearly more points than dimensions
    reducer = umap.UMAP(
        n_neighbors=min(UMAP_NEIGHBOURS, len(points) - 1),
        n_components=2 if few else UMAP_DIMENSIONS,
        init="random" if few else "spectral",
        min_dist=0.0,
        metric="cosine",
        random_state=seed,
        n_jobs=1,
    )
    flat = reducer.fit_transform(points.astype(np.float32))
    model = hdbscan.HDBSCAN(
        min_cluster_size=min_size, min_samples=1, cluster_selection_method="leaf", core_dist_n_jobs=1
    )
    model.fit(np.nan_to_num(flat).astype(np.float64))
    return model.labels_, model.probabilities_


def _evoc(points: Matrix, min_size: int, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    from evoc import EVoC

    model = EVoC(
        base_min_cluster_size=min_size,
        n_neighbors=min(EVOC_NEIGHBOURS, len(points) - 1),
        min_samples=2,
        noise_level=0.0,
        random_state=seed,
    )
    model.fit(np.ascontiguousarray(points, dtype=np.float32))
    return model.cluster_layers_[0], model.membership_strength_layers_[0]


ALGORITHMS = {"hdbscan": _hdbscan, "evoc": _evoc}


def by_size(labels: NDArray[Any]) -> Labels:
    """The same groups, numbered from the largest to the smallest; of equal ones the one with the first row first."""
    names, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    number = {int(names[old]): new for new, old in enumerate(order)}
    return np.array([number.get(int(label), -1) for label in labels], dtype=np.int64)


def cluster(points: Matrix, algorithm: str, min_size: int, seed: int) -> Clustering:
    """Group unit rows [n, dim]; zero rows, and all rows where there are not enough for two groups, belong to none.

    `min_size`: comments that make a topic. Which rows group together depends on their order: sort them before.
    """
    labels, strength = np.full(len(points), -1, dtype=np.int64), np.zeros(len(points))
    usable = np.flatnonzero(np.any(points != 0, axis=1))
    if len(np.unique(np.round(points[usable], 6), axis=0)) < 2 * min_size:
        return Clustering(labels, strength)
    found, firm = ALGORITHMS[algorithm](points[usable], min_size, seed % 2**32)
    labels[usable], strength[usable] = found, np.clip(np.nan_to_num(firm), 0.0, 1.0)
    strength[labels < 0] = 0.0
    return Clustering(by_size(labels), np.round(strength, 6))


def best_overlaps(labels: Labels, other: Labels) -> dict[int, float]:
    """Topic -> Jaccard overlap with the topic of `other` that is most like it (rows as one and the same sample)."""
    out: dict[int, float] = {}
    for topic in np.unique(labels[labels >= 0]):
        mine = labels == topic
        rivals = np.unique(other[mine & (other >= 0)])
        overlaps = [float((mine & (other == r)).sum() / (mine | (other == r)).sum()) for r in rivals]
        out[int(topic)] = max(overlaps, default=0.0)
    return out


def stability(points: Matrix, found: Clustering, algorithm: str, min_size: int, seed: int, runs: int) -> list[float]:
    """Per topic the mean Jaccard overlap with its best match when `runs` samples of 80 % are clustered anew.

    After Hennig, "Cluster-wise assessment of cluster stability" (2007), with other seeds as well as other samples,
    since a topic that only one seed finds is none. Empty where `runs` is 0.
    """
    sums = np.zeros(found.number)
    for run in range(runs):
        draw = np.random.default_rng([seed % 2**32, run]).permutation(len(points))
        rows = np.sort(draw[: max(1, round(SAMPLE * len(points)))])
        again = cluster(points[rows], algorithm, min_size, seed + run + 1)
        for topic, overlap in best_overlaps(found.labels[rows], again.labels).items():
            sums[topic] += overlap
    return [round(float(total) / runs, 6) for total in sums] if runs else []


def members(labels: Sequence[int] | Labels, topic: int) -> NDArray[np.int64]:
    """The rows of a topic, in order."""
    return np.flatnonzero(np.asarray(labels) == topic)
