"""From the heads' answers to one calibrated probability a party, and the thresholds that turn it into blame.

Heads are cross-fitted over writers; a second, small logistic regression weighs their log-odds, and Platt's scaling (Platt 1999)
on its own cross-fitted answers calibrates it. Thresholds are those that give the best macro-F1 of the derived stance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.encoder.linear.fitting import Head, cross_fit, fit_head, log_odds
from pipeline.encoder.linear.heads import Design
from pipeline.learning import Floats, Ints, macro_f1, sigmoid

#: thresholds that are tried
GRID = np.round(np.arange(0.2, 0.71, 0.05), 2)
META_C = 0.03
PLATT_C = 1.0


@dataclass(frozen=True)
class Answers:
    """What the heads say: probabilities. `whole` to `noisy_or` are None where the parties were not trained on."""

    any: Floats  # [n]
    pair: Floats  # [n, k]
    pair_sentence: Floats  # [m, k]
    whole: Floats | None = None  # [n, k]
    mixed: Floats | None = None  # [n, k]
    sentence: Floats | None = None  # [m, k]


def pooled(sentences: Floats, owner: Ints, comments: int) -> tuple[Floats, Floats]:
    """The surest sentence of each comment, and the noisy-or of all its sentences: two matrices [comments, k]."""
    top = np.zeros((comments, sentences.shape[1]))
    none = np.ones_like(top)
    np.maximum.at(top, owner, sentences)
    np.multiply.at(none, owner, 1 - sentences)
    return top, 1 - none


def own_columns(answers: Answers, owner: Ints) -> Floats:
    """What the stack reads for parties that were trained on: every head's log-odds for every party, [n, columns]."""
    assert answers.whole is not None and answers.mixed is not None and answers.sentence is not None
    top, noisy = pooled(answers.sentence, owner, len(answers.any))
    parts = [answers.pair, answers.mixed, answers.whole, noisy, top, answers.any[:, None]]
    return np.hstack([log_odds(part) for part in parts])


def generic_columns(answers: Answers, owner: Ints, mentions: Ints) -> Floats:
    """What the shared stack reads for each party, [n, k, 8]: its own answers, the strongest rival's, and whether it is named."""
    comments, parties = answers.pair.shape
    top, noisy = pooled(answers.pair_sentence, owner, comments)
    pair, top, noisy, anybody = (log_odds(part) for part in (answers.pair, top, noisy, answers.any))
    named = (mentions > 0).astype(np.float64)
    columns = []
    for party in range(parties):
        rest = [other for other in range(parties) if other != party]
        rival = [values[:, rest].max(axis=1) if rest else values[:, party] for values in (pair, top)]
        mine = [pair[:, party], top[:, party], noisy[:, party], anybody, named[:, party], *rival]
        columns.append(np.stack([*mine, named[:, party] * anybody], axis=1))
    return np.stack(columns, axis=1)


@dataclass(frozen=True)
class Stack:
    """Weights of the second level and Platt's slope and offset, one column a party (one in all where shared)."""

    heads: list[Head]
    platt: Floats  # [heads, 2]

    def probabilities(self, columns: list[Floats]) -> Floats:
        """[n, k] from the columns of each party [n, columns]; a single head serves all parties."""
        out = []
        for party, values in enumerate(columns):
            index = min(party, len(self.heads) - 1)
            slope, offset = self.platt[index]
            out.append(sigmoid(slope * self.heads[index].scores(values)[:, 0] + offset))
        return np.stack(out, axis=1)


def platt(scores: Floats, y: Ints, weights: Floats | None = None) -> Floats:
    """Slope and offset of a logistic regression of `y` on the scores; a slope below zero (nothing learned) becomes 0."""
    head = fit_head(scores[:, None], np.ones(1), y, PLATT_C, weights=weights)
    slope, offset = float(head.dense[0, 0]), float(head.bias[0])
    if slope <= 0:
        return np.array([0.0, float(log_odds(np.array([np.average(y, weights=weights)]))[0])])
    return np.array([slope, offset])


def fit_stack(
    columns: list[Floats],
    blamed: Ints,
    folds: Sequence[tuple[Ints, Ints]],
    shared: bool,
    c: float = META_C,
    weights: Floats | None = None,
) -> tuple[Stack, Floats]:
    """The second level from cross-fitted columns; also its own cross-fitted, calibrated probabilities [n, k].

    `blamed` [n, k] is 0 or 1. Shared: one head learns from all parties' rows. `weights` [n]: what a row counts for.
    """
    groups = [list(range(len(columns)))] if shared else [[party] for party in range(len(columns))]
    rows, heads, scales = len(blamed), [], []
    held = np.zeros(blamed.shape)
    for group in groups:

        def fit(train: Ints, group: list[int] = group) -> Head:
            x = np.vstack([columns[party][train] for party in group])
            y = np.concatenate([blamed[train, party] for party in group])
            counts = None if weights is None else np.tile(weights[train], len(group))
            return fit_head(x, np.ones(x.shape[1]), y, c, weights=counts)

        def fit_predict(train: Ints, test: Ints, group: list[int] = group, fit: Callable[[Ints], Head] = fit) -> Floats:
            head = fit(train)
            return np.stack([head.scores(columns[party][test])[:, 0] for party in group], axis=1)

        scores = cross_fit(folds, rows, len(group), fit_predict)
        counts = None if weights is None else np.tile(weights, len(group))
        scale = platt(scores.T.ravel(), np.concatenate([blamed[:, party] for party in group]), counts)
        held[:, group] = sigmoid(scale[0] * scores + scale[1])
        heads.append(fit(np.arange(rows)))
        scales.append(scale)
    return Stack(heads, np.stack(scales)), held


def best_thresholds(
    p: Floats, truth: Sequence[str], derive: Callable[[list[int]], str], shared: bool = False
) -> Floats:
    """The threshold a party (or one for all) with the best macro-F1 of the stance, by coordinate search over GRID."""

    known: dict[bytes, str] = {}  # few sets of parties occur, over and over

    def stance(over: NDArray[np.bool_]) -> str:
        key = over.tobytes()
        if key not in known:
            known[key] = derive([int(i) for i in np.flatnonzero(over)])
        return known[key]

    def quality(thresholds: Floats) -> float:
        return macro_f1(truth, [stance(row) for row in p >= thresholds])

    parties = p.shape[1]
    if shared:
        return np.full(parties, GRID[int(np.argmax([quality(np.full(parties, value)) for value in GRID]))])
    best = np.full(parties, 0.4)
    for _ in range(2):
        for party in range(parties):
            tries = [np.where(np.arange(parties) == party, value, best) for value in GRID]
            best = tries[int(np.argmax([quality(one) for one in tries]))]
    return best


def answers_of(design: Design, heads: dict[str, list[Head]], comments: Ints | None = None) -> Answers:
    """Ask every head there is about (some of) the comments of a design."""
    from pipeline.encoder.linear import heads as views

    parties = range(design.parties)

    def each(view: views.View) -> Floats:
        own = heads[view.name]
        return np.stack([design.predict(view, p, own[min(p, len(own) - 1)], comments) for p in parties], axis=1)

    anybody = design.predict(views.ANY, 0, heads["any"][0], comments)
    generic = Answers(anybody, each(views.PAIR), each(views.PAIR_SENTENCE))
    if "whole" not in heads:
        return generic
    return Answers(
        generic.any, generic.pair, generic.pair_sentence, each(views.WHOLE), each(views.MIXED), each(views.SENTENCE)
    )
