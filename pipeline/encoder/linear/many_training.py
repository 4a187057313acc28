"""Training of the generic mind (many.py): from the gold of all debates at once, cross-fitted over debates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.encoder.linear import features as feats
from pipeline.encoder.linear import fitting as learning
from pipeline.encoder.linear.fitting import Head, NGrams, fit_head
from pipeline.encoder.linear.gold import Lesson, sentence_targets
from pipeline.encoder.linear.heads import GENERIC, Design, View, texts_for
from pipeline.encoder.linear.many import GenericMind, stack_columns
from pipeline.encoder.linear.stacking import Answers, answers_of, fit_stack
from pipeline.encoder.mentions import lexicons
from pipeline.learning import Floats, Ints, macro_f1

FOLDS = 6
STACK_C = 0.3
#: Rows of each debate.
Rows = Sequence[Ints]


@dataclass(frozen=True)
class Material:
    """One debate, ready to learn from: matrices, what its writers blamed, and what one of its rows weighs."""

    lesson: Lesson
    found: feats.Features
    design: Design
    targets: dict[str, Floats]
    weight: float

    @property
    def blamed(self) -> Ints:
        """[n, k], 0 or 1."""
        return np.asarray(self.targets["comment"], dtype=np.int64)

    def wanted(self, view: View) -> Floats:
        """What a view should answer: [rows of its unit, k]."""
        if view.name == "any":
            return np.asarray(np.repeat(self.blamed.max(axis=1, keepdims=True), self.design.parties, axis=1))
        return self.targets[view.unit]


def folds_over(lessons: Sequence[Lesson]) -> list[tuple[Rows, Rows]]:
    """Folds (rows to learn from, rows held out; a list a debate): some writers of the largest debate, and other debates whole."""
    sizes = [len(lesson.gold.items) for lesson in lessons]
    largest = int(np.argmax(sizes))
    folds: list[tuple[Rows, Rows]] = []
    rest = [i for i in range(len(lessons)) if i != largest]
    for number, (train, held) in enumerate(learning.folds_by(lessons[largest].gold.writers, FOLDS)):
        empty, sets = np.arange(0), ([np.arange(size) for size in sizes], [np.arange(0) for _ in sizes])
        sets[0][largest], sets[1][largest] = train, held
        for place, debate in enumerate(rest):
            if place % FOLDS == number:
                sets[0][debate], sets[1][debate] = empty, np.arange(sizes[debate])
        folds.append(sets)
    return folds


def fit_views(material: Sequence[Material], rows: Rows) -> dict[str, list[Head]]:
    """The generic heads from some rows of each debate."""
    from scipy import sparse

    heads: dict[str, list[Head]] = {}
    for view in GENERIC:
        dense, text, y, weights = [], [], [], []
        for debate, some in zip(material, rows, strict=True):
            inner = debate.design.rows(view, some)
            for party in range(debate.design.parties) if view.shared else [0]:
                dense.append(debate.design.dense(view, party)[0][inner])
                text.append(debate.design.text(view, party)[inner])
                y.append(debate.wanted(view)[inner, party])
                weights.append(np.full(len(inner), debate.weight))
        scale = material[0].design.dense(view, 0)[1]
        heads[view.name] = [
            fit_head(
                np.vstack(dense),
                scale,
                np.concatenate(y).astype(np.int64),
                view.c,
                sparse.vstack(text).tocsr(),
                view.text_scale,
                np.concatenate(weights),
            )
        ]
    return heads


def matching_threshold(p: Floats, happened: Ints, weights: Floats) -> float:
    """The probability from which on as many (by weight) are said to be blamed as are; 0.5 of nothing."""
    if not len(p) or not happened.any():
        return 0.5
    order = np.argsort(-p, kind="stable")
    place = int(np.searchsorted(np.cumsum(weights[order]), float(weights @ happened)))
    return round(float(p[order[min(place, len(p) - 1)]]), 6)


def _prepare(lessons: Sequence[Lesson]) -> tuple[list[Material], Floats, dict[str, NGrams]]:
    sizes = [len(lesson.gold.items) for lesson in lessons]
    weights = [round(float(np.sqrt(max(sizes) / size)), 6) for size in sizes]
    vectors = [np.mean([item.vector for item in lesson.gold.items], axis=0, dtype=np.float64) for lesson in lessons]
    centre = np.round(np.average(vectors, axis=0, weights=np.asarray(sizes) * weights), 6)
    built = [feats.build(lesson.gold.items, lexicons(lesson.codebook), centre) for lesson in lessons]
    vocabularies = {}
    for view in GENERIC:
        texts = [
            text
            for found in built
            for party in (range(found.pair.shape[1]) if view.shared else [0])
            for text in texts_for(found, view.ngrams, party)
        ]
        vocabularies[view.ngrams] = NGrams.learn(texts)
    material = []
    for lesson, found, weight in zip(lessons, built, weights, strict=True):
        known = lesson.codebook.party_ids
        blamed = np.asarray([[float(party in blames) for party in known] for blames in lesson.gold.blames])
        targets = {"comment": blamed, "sentence": sentence_targets(lesson.gold, lesson.codebook)}
        material.append(Material(lesson, found, Design(found, vocabularies, centre), targets, weight))
    return material, centre, vocabularies


def _left_out_answers(material: Sequence[Material], folds: Sequence[tuple[Rows, Rows]]) -> list[Answers]:
    """Per debate, the answers of heads that saw neither it (the largest: nor the writer)."""
    out = [
        Answers(np.zeros(len(m.blamed)), np.zeros(m.blamed.shape), np.zeros((len(m.found.owner), m.blamed.shape[1])))
        for m in material
    ]
    for train, held in folds:
        heads = fit_views(material, train)
        for debate, rows, answers in zip(material, held, out, strict=True):
            if len(rows):
                some = answers_of(debate.design, heads, rows)
                answers.any[rows], answers.pair[rows] = some.any, some.pair
                answers.pair_sentence[debate.design.rows(GENERIC[-1], rows)] = some.pair_sentence
    return out


def train_generic(lessons: Sequence[Lesson]) -> GenericMind:
    """Learn from the gold of several debates, the largest of which has two writers at least."""
    material, centre, vocabularies = _prepare(lessons)
    folds = folds_over(lessons)
    answers = _left_out_answers(material, folds)
    columns = [
        stack_columns(a, m.found, m.lesson.codebook, m.lesson.descriptions)
        for a, m in zip(answers, material, strict=True)
    ]
    pairs = _pairs(material, columns)
    pair_folds = [(pairs.rows(train), pairs.rows(held)) for train, held in folds]
    stack, held = fit_stack([pairs.x], pairs.y[:, None], pair_folds, True, STACK_C, pairs.weights)
    p = held[:, 0]
    notes = {
        "debates": len(lessons),
        "comments": sum(len(m.blamed) for m in material),
        "left_out_macro_f1": _promise(material, pairs, p),
    }
    heads = fit_views(material, [np.arange(len(m.blamed)) for m in material])
    return GenericMind(centre, vocabularies, heads, stack, pairs.thresholds(p, np.arange(len(p))), notes)


@dataclass(frozen=True)
class Pairs:
    """Every comment of every debate with every party of its codebook, a row each."""

    x: Floats  # [rows, columns]
    y: Ints
    weights: Floats
    secondary: NDArray[np.bool_]
    debate: Ints
    comment: Ints  # within the debate

    def rows(self, comments: Rows) -> Ints:
        """The rows of some comments of each debate."""
        chosen = [(self.debate == d) & np.isin(self.comment, some) for d, some in enumerate(comments)]
        return np.flatnonzero(np.logical_or.reduce(chosen))

    def thresholds(self, p: Floats, rows: Ints) -> list[float]:
        """Threshold for primary and for secondary parties by some of the rows."""
        kinds = [rows[self.secondary[rows] == kind] for kind in (False, True)]
        return [matching_threshold(p[some], self.y[some], self.weights[some]) for some in kinds]


def _pairs(material: Sequence[Material], columns: Sequence[list[Floats]]) -> Pairs:
    parts: list[list[Any]] = [[], [], [], [], [], []]
    for number, (debate, values) in enumerate(zip(material, columns, strict=True)):
        comments = len(debate.blamed)
        for index, party in enumerate(debate.lesson.codebook.parties):
            row = (
                values[index],
                debate.blamed[:, index],
                np.full(comments, debate.weight),
                np.full(comments, party.secondary),
                np.full(comments, number),
                np.arange(comments),
            )
            for part, value in zip(parts, row, strict=True):
                part.append(value)
    return Pairs(np.vstack(parts[0]), *(np.concatenate(part) for part in parts[1:]))


def _promise(material: Sequence[Material], pairs: Pairs, p: Floats) -> dict[str, float]:
    """Macro-F1 of the stance on each debate but the largest, left out of heads, stack and thresholds alike."""
    out: dict[str, float] = {}
    sizes = [len(m.blamed) for m in material]
    for number, debate in enumerate(material):
        if number == int(np.argmax(sizes)):
            continue
        codebook = debate.lesson.codebook
        fair = pairs.thresholds(p, np.flatnonzero(pairs.debate != number))
        table = p[pairs.debate == number].reshape(len(codebook.parties), -1).T
        over = table >= np.asarray([fair[int(party.secondary)] for party in codebook.parties])
        said = [codebook.derive_stance([codebook.party_ids[i] for i in np.flatnonzero(row)]) for row in over]
        truth = [codebook.derive_stance(blames) for blames in debate.lesson.gold.blames]
        out[codebook.debate] = round(macro_f1(truth, said), 4)
    return out
