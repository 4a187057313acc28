"""The tone model on invented vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.tone import FrozenLR, load, train
from pipeline.encoder.linear.tone_features import signs
from pipeline.errors import StandpuntError
from pipeline.sentiment.stage import rows_of
from pipeline.tables import SENTIMENT, SENTIMENTS

WORDS = {
    "negative": ["Wat een ellende hier.", "Slecht geregeld!"],
    "neutral": ["Het was dinsdag.", "Kamer vier is links."],
    "positive": ["Heerlijk, dank!", "Wat fijn gedaan."],
}


def _set(number: int = 90) -> tuple[list[Item], list[str], list[str]]:
    random = np.random.default_rng(3)
    labels = [SENTIMENTS[n % 3] for n in range(number)]
    items = []
    for label in labels:
        inner = random.normal(size=(1, 5))
        inner[0, 0] += 2.0 * (SENTIMENTS.index(label) - 1)
        items.append(Item(str(random.choice(WORDS[label])), [(0, 1)] * len(inner), inner[0], inner))
    return items, labels, [f"w{n % 7}" for n in range(number)]


@pytest.fixture(scope="module")
def model() -> FrozenLR:
    return train(*_set())


def test_it_learns_tone(model: FrozenLR) -> None:
    assert model.notes["cross_validated_accuracy"] > 0.9


def test_probabilities_sum_to_one_and_survive_keeping(model: FrozenLR, tmp_path: Path) -> None:
    items, _, _ = _set(12)
    p = model.predict(items)
    assert p.shape == (12, 3)
    assert np.allclose(p.sum(axis=1), 1, atol=1e-5)
    model.save(tmp_path)
    assert np.abs(load(tmp_path).predict(items) - p).max() < 1e-4
    assert model.predict([]).shape == (0, 3)


def test_one_tone_alone_cannot_be_learned_from() -> None:
    items, labels, writers = _set(30)
    with pytest.raises(StandpuntError, match="three tones"):
        train(items, ["neutral" if label == "positive" else label for label in labels], writers)


def test_rows_abstain_below_the_limit() -> None:
    table = SENTIMENT.frame(rows_of(["a", "b"], np.array([[0.7, 0.2, 0.1], [0.3, 0.4, 0.3]]), 0.5))
    assert table.select("comment_id", "label", "score", "abstained").rows() == [
        ("a", "negative", -0.6, False),
        ("b", "neutral", 0.0, True),
    ]


@pytest.mark.parametrize("text", ["!", "", "a" * 100_000, "niet " * 20_000])
def test_signs_are_finite_and_fast(text: str) -> None:
    assert np.isfinite(signs(Item(text, [(0, len(text))], np.zeros(2), np.zeros((1, 2))))).all()
