"""The tone model on frozen vectors: four multinomial heads on different features, weighed by a fifth, cross-fitted over writers.

The last level is what calibrates: it learns from answers about writers that the heads did not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from pipeline.encoder.linear import fitting as learning
from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.fitting import Head, NGrams, fit_head
from pipeline.encoder.linear.tone_features import matrices
from pipeline.errors import StandpuntError
from pipeline.learning import Floats, Ints, softmax
from pipeline.tables import SENTIMENTS

VERSION = 1
FOLDS = 6
BATCH = 2000
STACK_C = 0.1
NGRAM_SCALE = 6.0
SUREST = 1e-4

#: name: dense blocks with their scale, whether n-grams are read, penalty
VIEWS: dict[str, tuple[dict[str, float], bool, float]] = {
    "vector": ({"vector": 0.3}, False, 0.03),
    "surface": ({"signs": 1.0}, True, 0.05),
    "both": ({"vector": 0.3, "signs": 1.0}, True, 0.03),
    "ends": ({"vector": 0.3, "signs": 1.0, "ends": 0.15}, True, 0.03),
}


class SentimentModel(Protocol):
    """The door: whatever answers this can be chosen by `sentiment.model`."""

    def predict(self, items: Sequence[Item]) -> Floats:
        """Probabilities [items, 3] in the order of tables.SENTIMENTS."""

    def save(self, folder: Path) -> None:
        """Keep the model where `load` finds it."""


@dataclass(frozen=True)
class FrozenLR:
    """Linear heads on frozen vectors."""

    ngrams: NGrams
    heads: dict[str, Head]
    stack: Head
    notes: dict[str, Any] = field(default_factory=dict)

    def predict(self, items: Sequence[Item]) -> Floats:
        """See SentimentModel. Rounded to 6 decimals."""
        parts = [self._ask(items[start : start + BATCH]) for start in range(0, len(items), BATCH)]
        everything = np.vstack(parts) if parts else np.zeros((0, len(SENTIMENTS)))
        return np.asarray(np.round(everything, 6), dtype=np.float64)

    def _ask(self, items: Sequence[Item]) -> Floats:
        text = self.ngrams.transform([item.text for item in items])
        blocks = matrices(items)
        return softmax(
            self.stack.scores(np.hstack([_log(head_answers(self.heads[n], n, blocks, text)) for n in VIEWS]))
        )

    def save(self, folder: Path) -> None:
        """See SentimentModel."""
        arrays = {"idf": self.ngrams.idf} | self.stack.arrays("stack")
        for name, head in self.heads.items():
            arrays |= head.arrays(f"head.{name}")
        settings = {
            "model": "frozen-lr",
            "version": VERSION,
            "labels": list(SENTIMENTS),
            "vocabulary": self.ngrams.vocabulary,
            "notes": self.notes,
        }
        learning.save(folder, settings, arrays)


def load(folder: Path) -> FrozenLR:
    """A saved model. Raises StandpuntError where files are missing, damaged or of another version."""
    settings, arrays = learning.load(folder)
    if settings.get("model") != "frozen-lr" or settings.get("version") != VERSION:
        raise StandpuntError(f"{folder} holds another kind or version of model. Delete it and run `dvc repro`.")
    heads = {name: Head.from_arrays(arrays, f"head.{name}") for name in VIEWS}
    return FrozenLR(
        NGrams(settings["vocabulary"], arrays["idf"]), heads, Head.from_arrays(arrays, "stack"), settings["notes"]
    )


def _log(p: Floats) -> Floats:
    return np.asarray(np.log(np.clip(p, SUREST, 1.0)))


def head_answers(head: Head, name: str, blocks: dict[str, Floats], text: Any) -> Floats:
    """Probabilities [rows, 3] of one view's head."""
    scales, reads_text, _ = VIEWS[name]
    return softmax(head.scores(np.hstack([blocks[block] for block in scales]), text if reads_text else None))


def _fit_view(name: str, blocks: dict[str, Floats], text: Any, y: Ints, rows: Ints) -> Head:
    scales, reads_text, c = VIEWS[name]
    dense = np.hstack([blocks[block][rows] for block in scales])
    scale = np.concatenate([np.full(blocks[block].shape[1], weight) for block, weight in scales.items()])
    return fit_head(dense, scale, y[rows], c, text[rows] if reads_text else None, NGRAM_SCALE)


def train(items: Sequence[Item], labels: Sequence[str], writers: Sequence[str]) -> FrozenLR:
    """Learn from gold comments. Raises StandpuntError unless each of the three tones occurs with two writers at least."""
    folds = learning.folds_by(writers, FOLDS)
    y = np.asarray([SENTIMENTS.index(label) for label in labels], dtype=np.int64)
    if len(folds) < 2 or any(len(set(y[train])) < len(SENTIMENTS) for train, _ in folds):
        raise StandpuntError(
            "the sentiment model needs training comments of all three tones by several writers; look at data/raw/annotations."
        )
    ngrams = NGrams.learn([item.text for item in items])
    text, blocks = ngrams.transform([item.text for item in items]), matrices(items)

    def answers(train: Ints, held: Ints) -> Floats:
        some = {name: block[held] for name, block in blocks.items()}
        heads = {name: _fit_view(name, blocks, text, y, train) for name in VIEWS}
        return np.hstack([_log(head_answers(heads[name], name, some, text[held])) for name in VIEWS])

    columns = learning.cross_fit(folds, len(y), len(VIEWS) * len(SENTIMENTS), answers)
    ones = np.ones(columns.shape[1])

    def stacked(train: Ints, held: Ints) -> Floats:
        return softmax(fit_head(columns[train], ones, y[train], STACK_C).scores(columns[held]))

    held = learning.cross_fit(folds, len(y), len(SENTIMENTS), stacked)
    everything = np.arange(len(y))
    heads = {name: _fit_view(name, blocks, text, y, everything) for name in VIEWS}
    notes = {
        "comments": len(y),
        "writers": len(set(writers)),
        "cross_validated_accuracy": round(float((held.argmax(axis=1) == y).mean()), 4),
    }
    return FrozenLR(ngrams, heads, fit_head(columns, ones, y, STACK_C), notes)
