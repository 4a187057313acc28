"""Whether an adapted scale helps: candidates compared on labels that they did not see.

Each label is judged by a scale, thresholds and prior that saw neither it nor any label of its author. A candidate is better where its
log-loss is smaller by more than one standard error of the difference, over authors (the one-standard-error rule of Breiman et al. 1984):
else chance would often prefer it, and the simpler one is kept.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluate.measures import calibration, expected_calibration_error
from pipeline.learning import Floats, Ints, macro_f1

Bools = NDArray[np.bool_]
S = TypeVar("S")

SHIPPED = "as shipped"
FOLDS = 5
LEVEL = 0.95


@dataclass(frozen=True)
class Said:
    """Labels and what a scale said of them: true and said name [n], the loss in nats [n], p and whether it came true [n, q]."""

    true: NDArray[np.str_]
    said: NDArray[np.str_]
    loss: Floats
    p: Floats
    happened: Bools


class Task(Protocol[S]):
    """Labels, the scale that was shipped, and what a scale says of some of the labels (by their row numbers)."""

    @property
    def shipped(self) -> S: ...

    def said(self, scale: S, rows: Ints) -> Said: ...


@dataclass(frozen=True)
class Outcome(Generic[S]):
    """What candidates scored on labels that they did not see, and the one that is kept, learned from all labels; None: as shipped."""

    kept: str
    scale: S | None
    table: dict[str, dict[str, Any]]


def compare(
    task: Task[S], candidates: Mapping[str, Callable[[Ints], S]], authors: Sequence[str], times: int, seed: int
) -> Outcome[S]:
    """Cross-validate candidates (name -> a scale learned from rows), the simpler ones first, against what is shipped.

    `authors` [n] name whose label each row is. The table holds macro_f1, log_loss and ece of each, and of an adapted one the 95 %
    intervals of the difference to the shipped one, over `times` resamplings of the authors.
    """
    folds, every = fold_of(authors, FOLDS), np.arange(len(authors))
    found = {SHIPPED: task.said(task.shipped, every)}
    for name, fit in candidates.items():
        parts = [(every[folds == f], task.said(fit(every[folds != f]), every[folds == f])) for f in range(FOLDS)]
        found[name] = _joined(parts)
    weights, kept = draws(authors, times, seed), SHIPPED
    for name in candidates:
        gain = found[kept].loss - found[name].loss
        if gain.mean() > np.std(weights @ gain / weights.sum(axis=1)):
            kept = name
    table = {name: _measured(said) for name, said in found.items()}
    for name in candidates:
        table[name] |= _differences(found[name], found[SHIPPED], weights)
    return Outcome(kept, None if kept == SHIPPED else candidates[kept](every), table)


def fold_of(authors: Sequence[str], number: int) -> Ints:
    """[n] the fold of each label: an author's labels in one, the folds about as large; the same for the same authors."""
    sizes = Counter(authors)
    order = sorted(sizes, key=lambda who: (-sizes[who], hashlib.sha256(who.encode()).digest()))
    filled, place = [0] * number, dict[str, int]()
    for who in order:
        place[who] = filled.index(min(filled))
        filled[place[who]] += sizes[who]
    return np.asarray([place[who] for who in authors], dtype=np.int64)


def draws(authors: Sequence[str], times: int, seed: int) -> Floats:
    """[times, n]: how often each label is drawn when authors are drawn with replacement."""
    _, who = np.unique(np.asarray(authors), return_inverse=True)
    number = int(who.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(number, np.full(number, 1 / number), size=times)
    return np.asarray(drawn[:, who], dtype=np.float64)


def _joined(parts: Sequence[tuple[Ints, Said]]) -> Said:
    """What was said of each fold's rows, in the order of the rows."""
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    return Said(*(np.concatenate([getattr(said, field.name) for _, said in parts])[order] for field in fields(Said)))


def _measured(said: Said) -> dict[str, Any]:
    curve = calibration(said.p.ravel().tolist(), said.happened.ravel().tolist())
    return {
        "macro_f1": round(macro_f1(said.true.tolist(), said.said.tolist()), 4),
        "log_loss": round(float(said.loss.mean()), 4),
        "ece": round(expected_calibration_error(curve) or 0.0, 4),
    }


def _differences(said: Said, shipped: Said, weights: Floats) -> dict[str, list[float]]:
    """95 % intervals of what the resampled labels make of `said` minus `shipped`."""
    loss = weights @ (said.loss - shipped.loss) / weights.sum(axis=1)
    f1 = macro_f1_of_draws(said, weights) - macro_f1_of_draws(shipped, weights)
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    return {
        name: [round(float(end), 4) for end in np.quantile(values, ends)]
        for name, values in (("macro_f1_difference", f1), ("log_loss_difference", loss))
    }


def macro_f1_of_draws(said: Said, weights: Floats) -> Floats:
    """[times] macro-F1 under weights [times, n]: the mean F1 of the names that occur."""
    names, codes = np.unique(np.concatenate([said.true, said.said]), return_inverse=True)
    true, claimed = np.eye(len(names))[codes[: len(said.true)]], np.eye(len(names))[codes[len(said.true) :]]
    sizes = weights @ (true + claimed)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nanmean(2 * (weights @ (true * claimed)) / sizes, axis=1))
