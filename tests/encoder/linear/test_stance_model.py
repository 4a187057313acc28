"""The stance model on invented vectors: it learns, keeps, asks about other codebooks, and says when it is unsure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.encoder.linear import model as model_module
from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.model import FrozenLR, Gold, load, train
from pipeline.encoder.linear.stacking import best_thresholds, platt
from pipeline.errors import StandpuntError
from pipeline.learning import macro_f1
from pipeline.settings import Codebook

BOOK = Codebook.model_validate(
    {
        "debate": "wonen",
        "parties": [
            {"id": "huurder", "name": "huurders", "aliases": ["huurder*"]},
            {"id": "baas", "name": "verhuurders", "aliases": ["verhuurder*"]},
        ],
    }
)
OTHER = Codebook.model_validate({"parties": [{"id": "fietser", "name": "fietsers"}]})
DIM = 6
NAMES = {"huurder": ["De huurders", "Huurders hier"], "baas": ["De verhuurder", "Onze verhuurders"]}
FAULTS = ["deden er weer eens niets aan", "lieten de boel lelijk verslonzen", "luisterden naar geen mens"]
PRAISE = ["waren aardig en snel", "kwamen netjes langs", "hielpen ons goed"]


def _item(sentences: list[tuple[str, bool]], random: np.random.Generator) -> Item:
    """Sentences and whether they blame: blame shows in the first component, the rest is noise."""
    spans, position = [], 0
    for words, _ in sentences:
        spans.append((position, position + len(words)))
        position += len(words) + 1
    inner = np.array([[3.0 * blames, *random.normal(size=DIM - 1)] for _, blames in sentences])
    return Item(" ".join(words for words, _ in sentences), spans, inner.mean(axis=0), inner)


def _gold(number: int = 96) -> Gold:
    random = np.random.default_rng(5)
    items, blames, evidence, writers = [], [], [], []
    for n in range(number):
        parts, blamed, shown = [], [], []
        for party in ("huurder", "baas"):
            guilty = bool(random.random() < 0.4)
            words = f"{random.choice(NAMES[party])} {random.choice(FAULTS if guilty else PRAISE)}."
            if guilty:
                start = sum(len(w) + 1 for w, _ in parts)
                blamed.append(party)
                shown.append((party, start, start + len(words)))
            parts.append((words, guilty))
        items.append(_item(parts, random))
        blames.append(blamed)
        evidence.append(shown)
        writers.append(f"w{n % 8}")
    return Gold(items, blames, evidence, writers)


@pytest.fixture(scope="module", autouse=True)
def _few_folds() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_module, "FOLDS", 3)
        yield


@pytest.fixture(scope="module")
def gold() -> Gold:
    return _gold()


@pytest.fixture(scope="module")
def model(gold: Gold) -> FrozenLR:
    return train(gold, BOOK)


def test_it_learns_who_is_blamed(model: FrozenLR) -> None:
    assert model.notes["own_cross_validated_macro_f1"] > 0.7
    assert model.notes["generic_cross_validated_macro_f1"] > 0.7


def test_a_party_never_seen_is_judged_by_its_name(model: FrozenLR) -> None:
    random = np.random.default_rng(9)
    guilty = [_item([(f"De fietsers {words}.", True)], random) for words in FAULTS]
    kind = [_item([(f"De fietsers {words}.", False)], random) for words in PRAISE]
    p = model.predict([*guilty, *kind], OTHER).p[:, 0]
    assert p[:3].min() > p[3:].max()


def test_what_is_kept_answers_the_same(model: FrozenLR, gold: Gold, tmp_path: Path) -> None:
    model.save(tmp_path)
    before, after = (m.predict(gold.items[:20], BOOK) for m in (model, load(tmp_path)))
    assert np.abs(before.p - after.p).max() < 1e-4
    first = (tmp_path / "weights.npz").read_bytes()
    model.save(tmp_path)
    assert (tmp_path / "weights.npz").read_bytes() == first


def test_training_twice_gives_the_same_numbers(model: FrozenLR, gold: Gold) -> None:
    again = train(_gold(), BOOK)
    assert again.thresholds == model.thresholds
    assert (again.predict(gold.items[:9], BOOK).p == model.predict(gold.items[:9], BOOK).p).all()


def test_a_comment_is_judged_by_itself(model: FrozenLR, gold: Gold) -> None:
    together = model.predict(gold.items[:10], BOOK).p
    alone = np.vstack([model.predict([item], BOOK).p for item in gold.items[:10]])
    assert np.abs(together - alone).max() <= 1e-6


def test_no_comments_no_answers(model: FrozenLR) -> None:
    prediction = model.predict([], BOOK)
    assert prediction.p.shape == (0, 2)


@pytest.mark.parametrize("damage", ["weights", "version", "missing"])
def test_a_damaged_model_fails_before_work(model: FrozenLR, tmp_path: Path, damage: str) -> None:
    model.save(tmp_path)
    if damage == "weights":
        data = bytearray((tmp_path / "weights.npz").read_bytes())
        data[len(data) // 2] ^= 1
        (tmp_path / "weights.npz").write_bytes(bytes(data))
    elif damage == "version":
        settings = json.loads((tmp_path / "model.json").read_text("utf-8"))
        (tmp_path / "model.json").write_text(json.dumps(settings | {"version": 0}), encoding="utf-8")
    else:
        (tmp_path / "weights.npz").unlink()
    with pytest.raises(StandpuntError, match="Delete"):
        load(tmp_path)


@pytest.mark.parametrize("change", ["one writer", "nobody blamed"])
def test_too_little_gold_is_an_error(gold: Gold, change: str) -> None:
    some = Gold(gold.items[:20], gold.blames[:20], gold.evidence[:20], gold.writers[:20])
    if change == "one writer":
        some = Gold(some.items, some.blames, some.evidence, ["w"] * 20)
    else:
        some = Gold(some.items, [[]] * 20, [[]] * 20, some.writers)
    with pytest.raises(StandpuntError, match="annotations"):
        train(some, BOOK)


def test_thresholds_and_scaling() -> None:
    p = np.array([[0.25, 0.0], [0.3, 0.0], [0.1, 0.65], [0.1, 0.1]])
    truth = ["blame_huurder", "blame_huurder", "blame_baas", "no_blame"]

    def derive(indices: list[int]) -> str:
        return BOOK.derive_stance([BOOK.party_ids[i] for i in indices])

    thresholds = best_thresholds(p, truth, derive)
    said = [derive([int(i) for i in np.flatnonzero(row >= thresholds)]) for row in p]
    assert macro_f1(truth, said) == 1.0
    assert platt(np.array([2.0, 1.0, -1.0, -2.0]), np.array([0, 0, 1, 1]))[0] == 0.0
