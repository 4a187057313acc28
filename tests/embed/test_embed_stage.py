"""The embed stage: only new texts are embedded, only present ones kept, and an interrupted run goes on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline import store
from pipeline.embed import cache, stage
from pipeline.errors import StandpuntError
from pipeline.tables import CLEAN, VECTORS, text_digest

TEXTS = {"c1": "Eerste zin. Tweede zin.", "c2": "Weg ermee.", "c3": "👍", "c5": "Zo.", "c6": "Weg ermee."}


class Counting:
    """An encoder that remembers what it was asked, and can break off."""

    name, dim = "fake", 3

    def __init__(self, breaks_after: int | None = None) -> None:
        self.asked: list[str] = []
        self.breaks_after = breaks_after

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if self.breaks_after is not None and len(self.asked) + len(texts) > self.breaks_after:
            raise KeyboardInterrupt
        self.asked += texts
        rows = np.array([[len(text), 1.0, 0.5] for text in texts], dtype=np.float64)
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "params.yaml").write_text("edition: 2026-01-01\n", encoding="utf-8")
    _write(tmp_path, TEXTS)
    return tmp_path


def _write(root: Path, texts: dict[str, str]) -> None:
    clean = [
        {
            "comment_id": name,
            "thread_id": "t",
            "text": text,
            "language": "nl",
            "language_confidence": 1.0,
            "language_from": "own",
            "repairs": [],
            "quoted_share": 0.0,
            "no_text": name == "c3",
            "duplicate_of": None,
            "kept": True,
            "reason": None,
        }
        for name, text in texts.items()
    ]
    store.write_table(root, CLEAN, {"s": CLEAN.frame(clean)})


def _encoder(monkeypatch: pytest.MonkeyPatch, encoder: Counting) -> Counting:
    monkeypatch.setattr(stage, "get_encoder", lambda name, pool=None: encoder)
    monkeypatch.setattr(stage, "name_of", lambda spec: encoder.name)
    return encoder


def test_a_text_is_embedded_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _encoder(monkeypatch, Counting())
    summary = stage.run(root)
    assert sorted(first.asked) == ["Eerste zin. Tweede zin.", "Weg ermee.", "Zo."]
    assert summary.notes == ["embedded 3 texts, 0 known"]
    before = (store.folder(root, VECTORS) / "all.parquet").read_bytes()
    again = _encoder(monkeypatch, Counting())
    assert stage.run(root).notes == ["embedded 0 texts, 3 known"]
    assert again.asked == []
    assert (store.folder(root, VECTORS) / "all.parquet").read_bytes() == before


def test_only_present_texts_are_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _encoder(monkeypatch, Counting())
    stage.run(root)
    _write(root, {"c2": TEXTS["c2"], "c4": "Nieuw."})
    encoder = _encoder(monkeypatch, Counting())
    stage.run(root)
    assert encoder.asked == ["Nieuw."]
    kept = store.read_table(root, VECTORS)["text_digest"].to_list()
    assert kept == sorted(map(text_digest, ["Weg ermee.", "Nieuw."]))


def test_an_interrupted_run_goes_on_where_it_stopped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "CHUNK", 2)
    _encoder(monkeypatch, Counting(breaks_after=2))
    with pytest.raises(KeyboardInterrupt):
        stage.run(root)
    encoder = _encoder(monkeypatch, Counting())
    assert stage.run(root).notes == ["embedded 1 texts, 2 known"]
    assert len(encoder.asked) == 1
    assert [path.name for path in store.folder(root, VECTORS).iterdir()] == ["all.parquet"]


def test_the_carried_cache_gives_the_same_bytes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _encoder(monkeypatch, Counting())
    stage.run(root)
    made = store.folder(root, VECTORS) / "all.parquet"
    before = made.read_bytes()
    (carried,) = cache.export_cache(root)
    assert carried == root / "data/raw/vectors/fake.parquet"
    made.unlink()
    encoder = _encoder(monkeypatch, Counting())
    stage.run(root)
    assert encoder.asked == []
    assert made.read_bytes() == before


def test_a_damaged_cache_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _encoder(monkeypatch, Counting())
    stage.run(root)
    (carried,) = cache.export_cache(root)
    carried.write_bytes(carried.read_bytes()[:-20])
    with pytest.raises(StandpuntError, match=r"fake\.parquet is damaged"):
        stage.run(root)


def test_no_texts_no_vectors(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(root, {"c3": "👍"})
    encoder = _encoder(monkeypatch, Counting())
    summary = stage.run(root)
    assert (summary.kept, encoder.asked) == (0, [])
    assert isinstance(store.read_table(root, VECTORS), pl.DataFrame)
