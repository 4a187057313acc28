"""A small invented corpus with planted topics: three themes, each with words and a direction of its own."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.store import write_table
from pipeline.tables import CLEAN, COMMENTS, STANCE, THREADS, VECTORS, text_digest

MODEL = "usem3"
DIM = 24
THEMES = {
    "fiets": ["fietspad", "stalling", "helm", "bandenpech", "ketting", "zadel"],
    "tuin": ["moestuin", "compost", "schoffel", "tomaten", "kas", "snoeischaar"],
    "muziek": ["orkest", "viool", "repetitie", "dirigent", "partituur", "koor"],
}
PARAMS = """
edition: 2026-11-01
seed: 7
embed: {model: usem3}
topics: {algorithm: ALGORITHM, min_comments: MIN, min_topic_size: 8, terms: 5, representatives: 3, stability_runs: 1}
"""
CODEBOOK = """
parties:
  - {id: buren, name: buren}
  - {id: bestuur, name: bestuur}
  - {id: other, name: anderen}
"""


def _evoc_is_compiled() -> bool:
    spec = importlib.util.find_spec("evoc")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    return bool(os.environ.get("STANDPUNT_TEST_EVOC")) or (folder is not None and any(folder.glob("__pycache__/*.nbc")))


ALGORITHMS = [
    "hdbscan",
    pytest.param(
        "evoc",
        marks=pytest.mark.skipif(
            not _evoc_is_compiled(),
            reason="EVoC compiles for minutes on its first import here; STANDPUNT_TEST_EVOC=1 runs it all the same",
        ),
    ),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "algorithm" in metafunc.fixturenames:
        metafunc.parametrize("algorithm", ALGORITHMS)


def planted(groups: int, each: int, noise: float = 0.06, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Unit rows in groups that are far apart, and the group of each."""
    rng = np.random.default_rng(seed)
    centres = np.linalg.qr(rng.normal(size=(DIM, DIM)))[0][:groups]
    labels = np.repeat(np.arange(groups), each)
    points = centres[labels] + rng.normal(scale=noise, size=(groups * each, DIM))
    return points / np.linalg.norm(points, axis=1, keepdims=True), labels


@pytest.fixture(name="planted")
def _planted() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    return planted


def themed(each: int, seed: int = 5) -> tuple[list[str], list[np.ndarray], list[str]]:
    """Texts, vectors and themes of `each` comments a theme."""
    rng = np.random.default_rng(seed)
    points, labels = planted(len(THEMES), each, seed=seed)
    names = list(THEMES)
    texts = []
    for i, label in enumerate(labels):
        words = rng.permutation(THEMES[names[label]])[:4]
        texts.append(f"Volgens mij gaat het over {' en over '.join(words)}, en dat is nummer {i} van {seed}.")
    return texts, list(points), [names[label] for label in labels]


def write_corpus(
    root: Path,
    texts: list[str],
    vectors: list[np.ndarray],
    *,
    stances: list[str] | None = None,
    provenance: str = "scraped",
    source: str = "proef",
    algorithm: str = "hdbscan",
    least: int = 40,
    no_text: bool = False,
    order: list[int] | None = None,
) -> None:
    """The tables that the stage reads, with one thread. `order`: in which order the rows were come by."""
    (root / "params.yaml").write_text(PARAMS.replace("ALGORITHM", algorithm).replace("MIN", str(least)), "utf-8")
    (root / "codebook.yaml").write_text(CODEBOOK, "utf-8")
    time = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    stances = stances or ["no_blame"] * len(texts)
    comments, clean, stance, known = [], [], [], {}
    for i in order or range(len(texts)):
        comment = f"c-{source}-{i:04d}"
        comments.append(
            {"comment_id": comment, "thread_id": f"t-{source}", "source_id": source, "parent_id": None, "position": i,
             "depth": 0, "author_id": f"a-{i % 7}", "posted_at": time, "text_raw": texts[i], "text_format": "text",
             "permalink": None, "version": 1, "tombstone": False, "boundary_confidence": None}
        )  # fmt: skip
        clean.append(
            {"comment_id": comment, "thread_id": f"t-{source}", "text": texts[i], "language": "nl",
             "language_confidence": 1.0, "language_from": "own", "repairs": [], "quoted_share": 0.0, "no_text": no_text,
             "duplicate_of": None, "kept": True, "reason": None}
        )  # fmt: skip
        stance.append(
            {"comment_id": comment, "p": [], "blames": [], "stance": stances[i].removeprefix("?"),
             "abstained": stances[i].startswith("?"), "evidence": []}
        )  # fmt: skip
        known[text_digest(texts[i])] = [float(x) for x in vectors[i]]
    thread = {
        "thread_id": f"t-{source}", "source_id": source, "url": None, "platform": "csv", "title": None, "opening": None,
        "language": None, "published_at": None, "snapshot_at": time, "announced": None, "found": len(texts),
        "complete": None, "provenance": provenance, "licence": None, "warnings": [],
    }  # fmt: skip
    rows = [{"text_digest": d, "model": MODEL, "vector": v} for d, v in known.items()]
    tables = (
        (COMMENTS, comments, source), (CLEAN, clean, source), (STANCE, stance, source), (THREADS, [thread], source),
        (VECTORS, rows, "all"),
    )  # fmt: skip
    for table, new, partition in tables:
        folder = root / "data/processed" / table.name
        before = {p.stem: pl.read_parquet(p) for p in folder.glob("*.parquet")} if folder.is_dir() else {}
        frame = table.frame(new)
        if partition in before:
            frame = pl.concat([before[partition].cast(table.schema), frame]).unique(list(table.key))
        write_table(root, table, {**{k: v.cast(table.schema) for k, v in before.items()}, partition: frame})


@pytest.fixture(name="write_corpus")
def _write_corpus() -> Callable[..., None]:
    return write_corpus


@pytest.fixture(name="themed")
def _themed() -> Callable[..., tuple[list[str], list[np.ndarray], list[str]]]:
    return themed
