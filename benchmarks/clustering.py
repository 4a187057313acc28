"""Clustering 20,000 vectors: EVoC against seeded UMAP + HDBSCAN, warm and in a fresh process.

The vectors are synthetic and seeded: a mixture of clusters of unequal size on the sphere in 384 dimensions, with heavy
noise (30 % of the points belong to no cluster). They say how long clustering takes and whether it finds groups that are
there; for topics of real texts see benchmarks/topics.py. Both run in one thread with the settings of the topics
stage. *warm*: the second fit in a process, libraries loaded and compiled; *fresh*: a new process, from its start to
its end, numba's cache filled; *cold* (--cold): the same with an empty cache, as after an installation.

    python benchmarks/clustering.py [--points 20000] [--cold]
"""

from __future__ import annotations

import argparse
import os

# the encoder, BLAS and numba each in one thread, as the command `standpunt` runs them
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

# ruff: noqa: E402 -- numba and BLAS read the environment when they are imported
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DIM = 384
CLUSTERS = 60
NOISE_SHARE = 0.3
SEED = 20261101


def mixture(points: int, seed: int = SEED) -> tuple[np.ndarray, np.ndarray]:
    """Unit rows [points, 384] and the cluster of each (-1: noise)."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(CLUSTERS, DIM))
    share = rng.dirichlet(np.full(CLUSTERS, 3.0)) * (1 - NOISE_SHARE)
    truth = rng.choice(np.arange(-1, CLUSTERS), size=points, p=[NOISE_SHARE, *share])
    spread = rng.uniform(0.6, 1.4, size=CLUSTERS)
    rows = rng.normal(size=(points, DIM))
    inside = truth >= 0
    rows[inside] = centres[truth[inside]] + rows[inside] * spread[truth[inside], None]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), truth


def fit(algorithm: str, points: np.ndarray) -> np.ndarray:
    """Labels, by the topics stage's own function (min_topic_size 20)."""
    from pipeline.topics.cluster import cluster
    from pipeline.topics.quiet import one_thread

    with one_thread():
        return cluster(points, algorithm, 20, SEED).labels


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of the processor; with one thread on an idle machine they are the same."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.cpu:.1f} s CPU)"


def warm(algorithm: str, points: np.ndarray) -> tuple[np.ndarray, Cost]:
    """Labels and cost of a second fit in this process."""
    fit(algorithm, points[:5000])  # compile
    wall, cpu = time.perf_counter(), time.process_time()
    labels = fit(algorithm, points)
    return labels, Cost(time.perf_counter() - wall, time.process_time() - cpu)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fresh(algorithm: str, points: int, cache: str | None = None) -> Cost:
    """Cost of a whole new process that clusters, less that of making the data in it."""
    environment = dict(os.environ) | ({"NUMBA_CACHE_DIR": cache} if cache else {})
    command = [sys.executable, __file__, "--points", str(points), "--child", algorithm]
    wall, cpu = time.perf_counter(), _children()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    data_wall, data_cpu = map(float, done.stdout.split())
    return Cost(time.perf_counter() - wall - data_wall, _children() - cpu - data_cpu)


def report(points: int, cold: bool) -> None:
    """Print the table."""
    from sklearn.metrics import adjusted_rand_score

    vectors, truth = mixture(points)
    inside = truth >= 0
    print(f"{points:,} vectors, {DIM} dimensions, {CLUSTERS} clusters, {NOISE_SHARE:.0%} noise, seed {SEED}, 1 thread")
    costs: dict[str, dict[str, Cost]] = {}
    for algorithm in ("evoc", "hdbscan"):
        labels, first = warm(algorithm, vectors)
        costs[algorithm] = {"warm": first, "fresh": fresh(algorithm, points)}
        if cold:
            with tempfile.TemporaryDirectory() as cache:
                costs[algorithm]["cold"] = fresh(algorithm, points, cache)
        print(
            f"{algorithm:8s} {labels.max() + 1:3d} topics, outliers {np.mean(labels < 0):.1%}, "
            f"ARI {adjusted_rand_score(truth, labels):.3f} (all), "
            f"{adjusted_rand_score(truth[inside], labels[inside]):.3f} (without the noise points); "
            + ", ".join(f"{kind} {cost}" for kind, cost in costs[algorithm].items()),
            flush=True,
        )
    for kind, cost in costs["evoc"].items():
        peer = costs["hdbscan"][kind]
        print(
            f"{kind}: UMAP + HDBSCAN takes {peer.wall / cost.wall:.1f} times as long as EVoC "
            f"({peer.cpu / cost.cpu:.1f} in CPU time)"
        )


def main() -> None:
    """Parse the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--cold", action="store_true", help="also with an empty numba cache (minutes)")
    parser.add_argument("--child", choices=["evoc", "hdbscan"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        wall, cpu = time.perf_counter(), time.process_time()
        vectors, _ = mixture(arguments.points)
        print(time.perf_counter() - wall, time.process_time() - cpu)  # not clustering: taken off
        fit(arguments.child, vectors)
    else:
        report(arguments.points, arguments.cold)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    main()
