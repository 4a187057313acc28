"""Topics on Dutch texts whose topics are known: the stage's two algorithms, and k-means on TF-IDF as a peer.

Reads a tab-separated file with columns `text` and `topic` (measured with stemwiser's `2024-european`: 568 short opinions
on 30 questions, GPL-3, which lies beside the project and is not part of it). Prints per method the number of topics,
the share of outliers, and agreement with the known topics: ARI and AMI over all texts (outliers as one group), mean and
standard deviation over seeds. k-means is told the true number of topics, which the others have to find. `names` counts
the known topics of which one of the three best terms occurs in the topic's own name or statement.

    python benchmarks/topics.py [FILE] [--model encoder] [--seeds 4] [--noise]

--noise clusters, besides, the same vectors with each principal component shuffled among the texts (all structure gone) and
prints the stability of the "topics" found there: what `scopes.UNSTABLE` is set against.
"""

from __future__ import annotations

import argparse
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

# ruff: noqa: E402 -- numba and BLAS read the environment when they are imported
import csv
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

MIN_SIZE = 8


def load(path: Path) -> tuple[list[str], list[str], list[str]]:
    """Texts, topics and what describes each topic."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return (
        [row["text"] for row in rows],
        [row["topic"] for row in rows],
        [f"{row['topic']} {row.get('statement', '')}" for row in rows],
    )


def vectors_of(texts: list[str], model: str, cache: Path) -> np.ndarray:
    """One vector a text; kept in a file, since embedding is slow."""
    from pipeline.embed.encoders import get_encoder
    from pipeline.tables import text_digest

    path = cache / f"{model}-{text_digest(chr(0).join(texts))}.npy"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(path, get_encoder(model).encode(texts))
    return np.load(path)


def kmeans_tfidf(texts: list[str], number: int) -> Callable[[int], np.ndarray]:
    """The peer: TF-IDF on the same terms, truncated SVD, k-means."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    from pipeline.topics.terms import extract

    documents = extract(texts, ["nl"] * len(texts), [str(i) for i in range(len(texts))]).documents
    counts = TfidfVectorizer(analyzer=list, sublinear_tf=True).fit_transform(documents)

    def fit(seed: int) -> np.ndarray:
        flat = normalize(TruncatedSVD(100, random_state=seed).fit_transform(counts))
        return KMeans(number, n_init=10, random_state=seed).fit_predict(flat)

    return fit


def shuffled(points: np.ndarray, seed: int) -> np.ndarray:
    """The same spread in every direction, and no structure."""
    rng = np.random.default_rng(seed)
    mean = points.mean(axis=0)
    left, sizes, right = np.linalg.svd(points - mean, full_matrices=False)
    scores = np.column_stack([rng.permutation(column) for column in (left * sizes).T])
    rows = scores @ right
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def named(texts: list[str], topics: list[str], about: list[str], points: np.ndarray) -> str:
    """How often the terms of a known topic are words of its own name or statement."""
    from pipeline.language import stem, tokens
    from pipeline.topics.naming import LABEL_TERMS, ctfidf, topic_terms
    from pipeline.topics.terms import JOIN, extract

    names, labels = np.unique(topics, return_inverse=True)
    terms = extract(texts, ["nl"] * len(texts), [str(i) for i in range(len(texts))])
    weights = ctfidf([" ".join(d) for d in terms.documents], labels.astype(np.int64), points, terms.vocabulary)
    hits = 0
    for number in range(len(names)):
        rows = np.flatnonzero(labels == number).tolist()
        known = {stem(token) for token in tokens(about[rows[0]])}
        best = topic_terms(weights[number], rows, terms, LABEL_TERMS)
        hits += any(stem(part) in known for term in best for part in term.split(JOIN))
    return f"names: {hits} of {len(names)} known topics"


def measure(name: str, truth: np.ndarray, fit: Callable[[int], np.ndarray], seeds: int) -> None:
    """Print one line."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    started, rows = time.perf_counter(), []
    for seed in range(1, seeds + 1):
        labels = fit(seed)
        agree = (adjusted_rand_score(truth, labels), adjusted_mutual_info_score(truth, labels))
        rows.append((labels.max() + 1, np.mean(labels < 0), *agree))
    mean, spread = np.mean(rows, axis=0), np.std(rows, axis=0)
    print(
        f"{name:28s} {mean[0]:5.1f} topics, outliers {mean[1]:5.1%}, ARI {mean[2]:.3f} ± {spread[2]:.3f}, "
        f"AMI {mean[3]:.3f} ± {spread[3]:.3f}, {(time.perf_counter() - started) / seeds:.1f} s a fit",
        flush=True,
    )


def noise(points: np.ndarray, algorithm: str) -> str:
    """Quantiles of stability, of real topics and of those found in noise."""
    from pipeline.topics.cluster import cluster, stability

    out = []
    for kind, rows in (("texts", points), ("noise", shuffled(points, 1))):
        found = cluster(rows, algorithm, MIN_SIZE, 1)
        firm = stability(rows, found, algorithm, MIN_SIZE, 1, 5)
        low, middle, high = np.quantile(firm, [0.05, 0.5, 0.95]) if firm else (np.nan,) * 3
        out.append(f"{kind}: {found.number} topics, stability 5/50/95 %: {low:.2f} {middle:.2f} {high:.2f}")
    return f"{algorithm:8s} " + "; ".join(out)


def report(path: Path, model: str, seeds: int, with_noise: bool, cache: Path) -> None:
    """Print the table."""
    from pipeline.topics.cluster import cluster
    from pipeline.topics.quiet import one_thread
    from pipeline.topics.vectors import without_nuisances

    texts, topics, about = load(path)
    truth = np.unique(topics, return_inverse=True)[1]
    vectors = vectors_of(texts, model, cache).astype(np.float64)
    points = without_nuisances(vectors, ["nl"] * len(texts), [len(text.split()) for text in texts])
    print(f"{path.name}: {len(texts)} texts, {truth.max() + 1} topics, {model}, {seeds} seeds, 1 thread")
    with one_thread():
        for algorithm in ("hdbscan", "evoc"):
            cluster(points, algorithm, MIN_SIZE, 0)  # compile

            def fit(seed: int, algorithm: str = algorithm) -> np.ndarray:
                return cluster(points, algorithm, MIN_SIZE, seed).labels

            measure({"hdbscan": "UMAP + HDBSCAN", "evoc": "EVoC"}[algorithm], truth, fit, seeds)
        measure("k-means on TF-IDF (peer)", truth, kmeans_tfidf(texts, int(truth.max()) + 1), seeds)
        print(named(texts, topics, about, points))
        for algorithm in ("hdbscan", "evoc") if with_noise else ():
            print(noise(points, algorithm), flush=True)


def main() -> None:
    """Parse the arguments; without the file there is nothing to measure, which is no failure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=Path("stemwiser-2024-european.tsv"))
    parser.add_argument("--model", default="encoder")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--noise", action="store_true")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir(), "standpunt-benchmarks"))
    arguments = parser.parse_args()
    if not arguments.file.is_file():
        print(f"skipped: {arguments.file} is not there (a tab-separated file with columns text and topic)")
        return
    report(arguments.file, arguments.model, arguments.seeds, arguments.noise, arguments.cache)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    main()
