"""A small project with comments that have been read, for the tests of annotate and train: the truth about each is known."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from pipeline import store, tables
from pipeline.encoder.calibrated import Calibration
from pipeline.learning import Scale, StanceScale, ToneScale, sigmoid, softmax

CODEBOOK = """
debate: tuin
parties:
  - {id: buur, name: de buren}
  - {id: kat, name: de kat}
  - {id: other, name: een ander}
"""
PARTIES = ("buur", "kat", "other")
SHIPPED = Calibration(StanceScale(Scale(), Scale(), {}), ToneScale(), "as it came")
SETTINGS = {"files": {"lower.onnx": "0"}}
FEATURES = 4


@dataclass(frozen=True)
class Project:
    """What a corpus of made-up comments is like, and whom they really blame, in what tone."""

    root: Path
    ids: list[str]
    authors: list[str]
    blamed: np.ndarray  # [n, 3]
    tones: np.ndarray  # [n]

    def label(self, ids: list[str], annotator: str = "kim", sampled: str = "random") -> None:
        """Write true labels of some comments as an annotator's file."""
        folder = self.root / "data/raw/annotations"
        rows = [
            {
                "annotation_id": f"{annotator}-{one}", "comment_id": one, "debate": "tuin", "language": "nl",
                "blames": [p for p, is_blamed in zip(PARTIES, self.blamed[i], strict=True) if is_blamed],
                "sentiment": tables.SENTIMENTS[self.tones[i]], "evidence": [], "annotator": annotator, "sampled": sampled, "constructed": False,
            }
            for one in ids for i in [self.ids.index(one)]
        ]  # fmt: skip
        (folder / f"{annotator}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def build(
    root: Path, number: int, bias: float = 0.0, writers: int | None = None, provenance: str = "imported", text: str = ""
) -> Project:
    """A corpus whose shipped scores are `bias` too high for every party, and right otherwise."""
    (root / "data/raw/annotations").mkdir(parents=True)
    (root / "params.yaml").write_text("edition: 2026-01-01\nseed: 5\nevaluate: {bootstrap: 200}\n", "utf-8")
    (root / "codebook.yaml").write_text(CODEBOOK, "utf-8")
    random = np.random.default_rng(number)
    true = random.normal(-1.0, 2.0, (number, 3))
    tone = random.normal(0.0, 2.0, (number, 3))
    ids = [f"c{i:04}" for i in range(number)]
    authors = [f"a{i}" for i in random.integers(0, writers or max(1, number // 2), number)]
    blamed = random.random((number, 3)) < sigmoid(true)
    tones = np.asarray([random.choice(3, p=row) for row in softmax(tone)])
    thread = dict.fromkeys(tables.THREADS.columns) | {
        "thread_id": "t1", "source_id": "s", "platform": "csv", "title": "=Draad", "snapshot_at": datetime(2026, 1, 2, tzinfo=UTC),
        "found": number, "provenance": provenance, "warnings": [],
    }  # fmt: skip
    comments, clean, stance, answers = [], [], [], []
    features = np.round(random.normal(0.0, 1.0, (number, 3, FEATURES)), 2)
    for i, one in enumerate(ids):
        words = text or f"Reactie {i} over de kat, de buren en één heg."
        comments.append(dict.fromkeys(tables.COMMENTS.columns) | {
            "comment_id": one, "thread_id": "t1", "source_id": "s", "parent_id": ids[0] if i else None, "position": i, "depth": 0,
            "author_id": authors[i], "text_raw": words, "text_format": "text", "version": 1, "tombstone": False,
        })  # fmt: skip
        clean.append({
            "comment_id": one, "thread_id": "t1", "text": words, "language": "nl", "language_confidence": 1.0, "language_from": "own",
            "repairs": [], "quoted_share": 0.0, "no_text": False, "duplicate_of": None, "kept": True, "reason": None,
        })  # fmt: skip
        p = sigmoid(true[i] + bias)
        stance.append({
            "comment_id": one, "p": [{"party": name, "p": float(x)} for name, x in zip(PARTIES, p, strict=True)],
            "blames": [name for name, x in zip(PARTIES, p, strict=True) if x >= 0.5], "stance": "no_blame", "abstained": False, "evidence": [],
        })  # fmt: skip
        same = {"item_id": one, "question": f"q{i}", "model": f"encoder-{digest()}-0", "evidence": []}
        answers.append(same | {"task": tables.BLAME, "scores": list(true[i] + bias), "features": features[i].tolist()})
        answers.append(same | {"task": tables.TONE, "scores": list(tone[i] + [bias, 0.0, 0.0]), "features": []})
    for table, rows in (
        (tables.THREADS, [thread]),
        (tables.COMMENTS, comments),
        (tables.CLEAN, clean),
        (tables.STANCE, stance),
    ):
        store.write_table(root, table, {"s": table.frame(rows)})
    store.write_table(root, tables.ANSWERS, {"all": tables.ANSWERS.frame(answers)})
    return Project(root, ids, authors, blamed, tones)


def digest() -> str:
    """The encoder that these projects were read by."""
    from pipeline.encoder.reader import digest_of

    return digest_of(SETTINGS)


@pytest.fixture
def pretend_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """An encoder whose files are not needed."""
    for module in ("pipeline.train", "pipeline.encoder.calibrated"):
        monkeypatch.setattr(f"{module}.settings_of", lambda *_: SETTINGS)
        monkeypatch.setattr(f"{module}.shipped", lambda *_: SHIPPED)
