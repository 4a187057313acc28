"""The stance model on frozen vectors: train, ask, keep.

It has two minds. The generic one (many.py) knows a party only by how text and codebook speak of it, learns from every debate with
gold and serves any codebook. Where a codebook's own parties were trained on, heads of their own answer. With gold about one debate
only, the generic heads of that debate serve other codebooks too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from pipeline import engine
from pipeline.encoder.linear import features as feats
from pipeline.encoder.linear import fitting as learning
from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.fitting import Head, NGrams
from pipeline.encoder.linear.gold import Gold, Lesson, sentence_targets
from pipeline.encoder.linear.heads import GENERIC, OWN, Design, View, texts_for
from pipeline.encoder.linear.many import GenericMind
from pipeline.encoder.linear.many_training import train_generic
from pipeline.encoder.linear.stacking import (
    Answers,
    Stack,
    answers_of,
    best_thresholds,
    fit_stack,
    generic_columns,
    own_columns,
)
from pipeline.encoder.mentions import lexicons
from pipeline.errors import StandpuntError
from pipeline.learning import Floats, Ints, macro_f1
from pipeline.settings import Codebook

#: Files of another version are not read. Raise it with any change of features, heads or stack.
VERSION = 2
FOLDS = 6
#: Comments asked at once.
BATCH = 1000


@dataclass(frozen=True)
class Prediction:
    """A calibrated probability a party, its threshold, and per comment each sentence's probability a party [s, k]."""

    p: Floats  # [n, k]
    thresholds: Floats  # [k]
    sentences: list[Floats]


class StanceModel(Protocol):
    """The door: whatever answers this can be chosen by `stance.model`."""

    def predict(self, items: Sequence[Item], codebook: Codebook, descriptions: Floats | None = None) -> Prediction:
        """Ask about every item and every party of a codebook, trained on or not.

        `descriptions` [parties, dim]: vectors of learning.party_text of each party; they help where it was not trained on.
        """

    def save(self, folder: Path) -> None:
        """Keep the model where `load` finds it."""


@dataclass(frozen=True)
class FrozenLR:
    """Linear heads on frozen vectors; see heads.py and stacking.py."""

    debate: str
    parties: list[str]
    centre: Floats
    vocabularies: dict[str, NGrams]
    heads: dict[str, list[Head]]
    stacks: dict[str, Stack]
    thresholds: dict[str, list[float]]
    notes: dict[str, Any] = field(default_factory=dict)
    many: GenericMind | None = None  # for codebooks whose parties were not trained on

    def knows(self, codebook: Codebook) -> bool:
        """Whether these very parties were trained on."""
        return "own" in self.stacks and codebook.debate == self.debate and codebook.party_ids == self.parties

    def predict(self, items: Sequence[Item], codebook: Codebook, descriptions: Floats | None = None) -> Prediction:
        """See StanceModel. Probabilities are rounded to 6 decimals; batches do not change them."""
        own = self.knows(codebook)
        parties = len(codebook.parties)
        batches = [items[i : i + BATCH] for i in range(0, len(items), BATCH)]
        if self.many is not None and not own:
            stored = self.many.thresholds_for(codebook)
            parts = [self.many.ask(batch, codebook, descriptions) for batch in batches]
        else:
            stored = np.asarray(self.thresholds["own"] if own else self.thresholds["generic"][:1] * parties)
            parts = [self._ask(batch, codebook, own) for batch in batches]
        p = np.vstack([part for part, _ in parts]) if parts else np.zeros((0, parties))
        return Prediction(np.round(p, 6), stored, [s for _, each in parts for s in each])

    def _ask(self, items: Sequence[Item], codebook: Codebook, own: bool) -> tuple[Floats, list[Floats]]:
        found = feats.build(items, lexicons(codebook), self.centre)
        wanted = GENERIC + OWN if own else GENERIC
        heads = {view.name: self.heads[view.name] for view in wanted}
        answers = answers_of(Design(found, self.vocabularies, self.centre), heads)
        p = self.stacks["own" if own else "generic"].probabilities(_columns(answers, found, own))
        sentences = answers.sentence if own and answers.sentence is not None else answers.pair_sentence
        return p, [np.round(sentences[found.owner == n], 6) for n in range(len(items))]

    def save(self, folder: Path) -> None:
        """See StanceModel."""
        arrays: dict[str, Floats] = {"centre": self.centre}
        for name, heads in self.heads.items():
            for index, head in enumerate(heads):
                arrays |= head.arrays(f"head.{name}.{index}")
        for name, stack in self.stacks.items():
            arrays[f"platt.{name}"] = stack.platt
            for index, head in enumerate(stack.heads):
                arrays |= head.arrays(f"stack.{name}.{index}")
        for name, ngrams in self.vocabularies.items():
            arrays[f"idf.{name}"] = ngrams.idf
        if self.many is not None:
            arrays |= self.many.arrays()
        settings = {
            "model": "frozen-lr",
            "version": VERSION,
            "debate": self.debate,
            "parties": self.parties,
            "heads": {name: len(heads) for name, heads in self.heads.items()},
            "stacks": {name: len(stack.heads) for name, stack in self.stacks.items()},
            "thresholds": self.thresholds,
            "vocabularies": {name: ngrams.vocabulary for name, ngrams in self.vocabularies.items()},
            "notes": self.notes,
            "many": None if self.many is None else self.many.settings(),
        }
        learning.save(folder, settings, arrays)


def load(folder: Path) -> FrozenLR:
    """A saved model. Raises StandpuntError where files are missing, damaged or of another version."""
    settings, arrays = learning.load(folder)
    if settings.get("model") != "frozen-lr" or settings.get("version") != VERSION:
        raise StandpuntError(f"{folder} holds another kind or version of model. Delete it and run `dvc repro`.")
    heads = {
        name: [Head.from_arrays(arrays, f"head.{name}.{index}") for index in range(number)]
        for name, number in settings["heads"].items()
    }
    stacks = {
        name: Stack([Head.from_arrays(arrays, f"stack.{name}.{i}") for i in range(number)], arrays[f"platt.{name}"])
        for name, number in settings["stacks"].items()
    }
    vocabularies = {name: NGrams(words, arrays[f"idf.{name}"]) for name, words in settings["vocabularies"].items()}
    return FrozenLR(
        settings["debate"],
        settings["parties"],
        arrays["centre"],
        vocabularies,
        heads,
        stacks,
        settings["thresholds"],
        settings["notes"],
        None if settings["many"] is None else GenericMind.of(settings["many"], arrays),
    )


def _columns(answers: Answers, found: feats.Features, own: bool) -> list[Floats]:
    """What the stack reads, a matrix a party."""
    parties = answers.pair.shape[1]
    if own:
        return [own_columns(answers, found.owner)] * parties
    cube = generic_columns(answers, found.owner, found.mentions)
    return [cube[:, party] for party in range(parties)]


# --- training --------------------------------------------------------------------------------------------------

#: With fewer blaming (or not blaming) comments than this, a party gets no heads of its own.
OWN_FROM = 12


def _train_mind(lessons: Sequence[Lesson]) -> FrozenLR | GenericMind:
    """The own mind from one lesson, the generic one from several; at module level, so that a spawned process finds it."""
    return train(lessons[0].gold, lessons[0].codebook) if len(lessons) == 1 else train_generic(lessons)


def train_all(lessons: Sequence[Lesson]) -> FrozenLR:
    """Learn from the gold of several debates; the first one's parties get heads of their own.

    The two minds are trained side by side where there are two cores. Raises what `train` raises.
    """
    tasks = [lessons[:1], lessons] if len(lessons) > 1 else [lessons]
    minds = engine.apply(_train_mind, tasks)
    own, many = minds[0], minds[-1]
    assert isinstance(own, FrozenLR)
    if not isinstance(many, GenericMind):
        return own
    return replace(own, many=many, notes=own.notes | {"many": many.notes})


def train(gold: Gold, codebook: Codebook) -> FrozenLR:
    """Learn from gold comments of a codebook's debate. Raises StandpuntError where there are too few to learn from."""
    blamed = np.asarray(
        [[int(party in blames) for party in codebook.party_ids] for blames in gold.blames], dtype=np.int64
    )
    folds = learning.folds_by(gold.writers, FOLDS)
    if len(folds) < 2 or not 0 < blamed.any(axis=1).sum() < len(blamed):
        raise StandpuntError(
            "the stance model needs training comments by two writers at least, some blaming a party of the codebook and "
            "some not; look at data/raw/annotations."
        )
    centre = np.round(np.mean([item.vector for item in gold.items], axis=0, dtype=np.float64), 6)
    found = feats.build(gold.items, lexicons(codebook), centre)
    vocabularies = _vocabularies(found, len(codebook.parties))
    design = Design(found, vocabularies, centre)
    targets = {"comment": blamed.astype(np.float64), "sentence": sentence_targets(gold, codebook)}
    counts = np.minimum(blamed.sum(axis=0), (1 - blamed).sum(axis=0))
    views = GENERIC + OWN if counts.min() >= OWN_FROM else GENERIC

    answers = _cross_fitted(design, views, targets, folds)
    stacks, thresholds, notes = _second_level(
        answers, found, blamed, folds, gold, codebook, own=len(views) > len(GENERIC)
    )
    heads = _fit_all(design, views, targets, np.arange(len(gold.items)))
    return FrozenLR(codebook.debate, codebook.party_ids, centre, vocabularies, heads, stacks, thresholds, notes)


def _vocabularies(found: feats.Features, parties: int) -> dict[str, NGrams]:
    """Learned from all training texts, without labels."""
    names = {view.ngrams: view.shared for view in GENERIC + OWN}
    return {
        name: NGrams.learn([t for p in (range(parties) if shared else [0]) for t in texts_for(found, name, p)])
        for name, shared in sorted(names.items())
    }


def _fit_all(design: Design, views: Sequence[View], targets: dict[str, Floats], rows: Ints) -> dict[str, list[Head]]:
    """Every head of every view, from some of the comments."""
    heads: dict[str, list[Head]] = {}
    anybody = np.repeat(targets["comment"].max(axis=1, keepdims=True), design.parties, axis=1)
    for view in views:
        wanted = anybody if view.name == "any" else targets[view.unit]
        number = 1 if view.shared or view.name == "any" else design.parties
        heads[view.name] = [design.fit(view, party, wanted, rows) for party in range(number)]
    return heads


def _cross_fitted(
    design: Design, views: Sequence[View], targets: dict[str, Floats], folds: Sequence[tuple[Ints, Ints]]
) -> Answers:
    """The heads' answers about comments of writers that they did not see."""
    sizes: dict[str, tuple[int, ...]] = {"any": (len(targets["comment"]),)}
    sizes |= {v.name: (len(targets[v.unit]), design.parties) for v in views if v.name != "any"}
    out = {name: np.zeros(size) for name, size in sizes.items()}
    for train_rows, held in folds:
        answers = answers_of(design, _fit_all(design, views, targets, train_rows), held)
        for view in views:
            out[view.name][design.rows(view, held)] = getattr(answers, view.name)
    return Answers(**out)


def _second_level(
    answers: Answers,
    found: feats.Features,
    blamed: Ints,
    folds: Sequence[tuple[Ints, Ints]],
    gold: Gold,
    codebook: Codebook,
    own: bool,
) -> tuple[dict[str, Stack], dict[str, list[float]], dict[str, Any]]:
    """Stacks, thresholds, and the macro-F1 that cross-validation promises (thresholds chosen on the other folds)."""
    truth = [codebook.derive_stance(blames) for blames in gold.blames]

    def derive(indices: list[int]) -> str:
        return codebook.derive_stance([codebook.party_ids[index] for index in indices])

    stacks: dict[str, Stack] = {}
    thresholds: dict[str, list[float]] = {}
    notes: dict[str, Any] = {"comments": len(truth), "writers": len(set(gold.writers))}
    for name in ["generic", *(["own"] if own else [])]:
        shared = name == "generic"
        stacks[name], held = fit_stack(_columns(answers, found, not shared), blamed, folds, shared)
        thresholds[name] = [float(value) for value in best_thresholds(held, truth, derive, shared)]
        said = [""] * len(truth)
        for others, rows in folds:
            fair = best_thresholds(held[others], [truth[i] for i in others], derive, shared)
            for row in rows:
                said[row] = derive([int(i) for i in np.flatnonzero(held[row] >= fair)])
        notes[f"{name}_cross_validated_macro_f1"] = round(macro_f1(truth, said), 4)
    return stacks, thresholds, notes
