"""The generic mind on invented debates: it judges parties of a codebook it never saw, and leaves debates out whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline import engine
from pipeline.encoder.linear import many_training, model
from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.gold import Gold, Lesson
from pipeline.encoder.linear.many_training import folds_over, matching_threshold
from pipeline.encoder.linear.model import FrozenLR, load, train_all
from pipeline.encoder.linear.reader import party_text
from pipeline.settings import Codebook

DIM = 6
FAULTS = ["deden er weer niets aan", "lieten de boel verslonzen", "luisterden naar geen mens"]
PRAISE = ["waren aardig en snel", "kwamen netjes langs", "hielpen ons goed"]


def _book(debate: str, *parties: str) -> Codebook:
    named = [{"id": party, "name": party, "aliases": [f"{party}*"]} for party in parties]
    return Codebook.model_validate({"debate": debate, "parties": named})


HOMES, ROADS = _book("wonen", "huurder", "verhuurder"), _book("verkeer", "fietser", "wandelaar")
UNSEEN = _book("sport", "trainer", "keeper", "scheids")


def _lesson(codebook: Codebook, number: int, writers: int, seed: int) -> Lesson:
    random = np.random.default_rng(seed)
    items, blames, evidence = [], [], []
    for _ in range(number):
        words: list[str] = []
        guilty: list[tuple[str, int, int]] = []
        spans: list[tuple[int, int]] = []
        inner: list[list[float]] = []
        for party in codebook.party_ids:
            if random.random() < 0.5:
                continue
            bad = bool(random.random() < 0.5)
            start = sum(len(word) + 1 for word in words)
            words.append(f"De {party}s {random.choice(FAULTS if bad else PRAISE)}.")
            end = start + len(words[-1])
            spans.append((start, end))
            inner.append([3.0 * bad, *random.normal(size=DIM - 1)])
            guilty += [(party, start, end)] if bad else []
        if not words:
            words, spans, inner = ["Het regent."], [(0, 11)], [[0.0, *random.normal(size=DIM - 1)]]
        vectors = np.asarray(inner)
        items.append(Item(" ".join(words), spans, vectors.mean(axis=0), vectors))
        blames.append([party for party, _, _ in guilty])
        evidence.append(guilty)
    return Lesson(Gold(items, blames, evidence, [f"{codebook.debate}-{n % writers}" for n in range(number)]), codebook)


LESSONS = [_lesson(HOMES, 60, 6, 1), _lesson(ROADS, 20, 2, 2)]


@pytest.fixture(scope="module")
def learned() -> FrozenLR:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "FOLDS", 3)
        patch.setattr(many_training, "FOLDS", 3)
        patch.setattr(engine, "workers", lambda: 1)
        return train_all(LESSONS)


def test_parties_never_seen_are_told_apart(learned: FrozenLR) -> None:
    lesson = _lesson(UNSEEN, 60, 3, 3)
    prediction = learned.predict(lesson.gold.items, UNSEEN)
    over = prediction.p >= prediction.thresholds
    said = [[p for p, is_over in zip(UNSEEN.party_ids, row, strict=True) if is_over] for row in over]
    right = [float(a == b) for a, b in zip(said, lesson.gold.blames, strict=True)]
    assert np.mean(right) > 0.7


def test_what_is_kept_answers_the_same(learned: FrozenLR, tmp_path: Path) -> None:
    items = _lesson(UNSEEN, 20, 3, 4).gold.items
    learned.save(tmp_path)
    before, after = (m.predict(items, UNSEEN) for m in (learned, load(tmp_path)))
    assert np.abs(before.p - after.p).max() < 1e-4
    assert (before.thresholds == after.thresholds).all()


def test_descriptions_that_are_alike_say_nothing(learned: FrozenLR) -> None:
    item = _lesson(UNSEEN, 5, 3, 6).gold.items[0]
    without = learned.predict([item], UNSEEN).p
    same = learned.predict([item], UNSEEN, np.ones((3, DIM))).p
    assert np.abs(without - same).max() < 1e-6


def test_a_small_debate_is_left_out_whole() -> None:
    folds = folds_over(LESSONS)
    held = [(len(rows[0]), len(rows[1])) for _, rows in folds]
    assert sum(count for count, _ in held) == 60
    assert sorted(count for _, count in held) == [0, 0, 0, 0, 0, 20]
    for train, rows in folds:
        assert not set(train[0]) & set(rows[0])
        assert len(train[1]) + len(rows[1]) == 20


@pytest.mark.parametrize(
    ("p", "happened", "weights", "expected"),
    [
        ([0.9, 0.8, 0.2, 0.1], [1, 0, 1, 0], [1, 1, 1, 1], 0.8),
        ([0.9, 0.8, 0.2, 0.1], [1, 0, 0, 0], [1, 1, 1, 1], 0.9),
        ([0.9, 0.8, 0.2], [0, 0, 0], [1, 1, 1], 0.5),
        ([], [], [], 0.5),
    ],
)
def test_as_many_are_said_to_be_blamed_as_are(
    p: list[float], happened: list[int], weights: list[float], expected: float
) -> None:
    found = matching_threshold(np.array(p), np.array(happened, dtype=np.int64), np.array(weights, dtype=float))
    assert found == expected


def test_a_party_is_embedded_by_name_and_description() -> None:
    (first, _) = HOMES.parties
    assert party_text(first) == "huurder: huurder"
