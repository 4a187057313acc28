"""Measures of labels against gold. A score that is not defined (nothing to divide by) is None, never 0.

Intervals are percentile intervals of a bootstrap over writers, because comments by one writer are alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np

#: (true, said) of one comment
Pair = tuple[str, str]
Span = tuple[int, int]

BINS = 10
_WORD = re.compile(r"\w+")


def ratio(part: float, whole: float) -> float | None:
    """part / whole to 6 decimals; None where there is no whole."""
    return round(part / whole, 6) if whole else None


def scores_of(pairs: Sequence[Pair], label: str) -> dict[str, Any]:
    """Precision, recall, F1 and support of one label. F1 is None where the label is neither true nor said."""
    true = sum(t == label for t, _ in pairs)
    said = sum(s == label for _, s in pairs)
    both = sum(t == label == s for t, s in pairs)
    return {
        "precision": ratio(both, said),
        "recall": ratio(both, true),
        "f1": ratio(2 * both, true + said),
        "support": true,
    }


def macro_f1(pairs: Sequence[Pair], labels: Sequence[str]) -> float | None:
    """Mean F1 of the labels that occur (truly or as said); None where none does."""
    scores = [score for label in labels if (score := scores_of(pairs, label)["f1"]) is not None]
    return round(sum(scores) / len(scores), 6) if scores else None


def accuracy(pairs: Sequence[Pair]) -> float | None:
    """Share of the comments whose label is right."""
    return ratio(sum(t == s for t, s in pairs), len(pairs))


def interval(
    measure: Callable[[list[int]], float | None], writers: Sequence[str], times: int, seed: int, level: float = 0.95
) -> list[float] | None:
    """Percentile interval of `measure` (given row numbers) over resampled writers; None with fewer than three writers."""
    names = sorted(set(writers))
    if len(names) < 3:
        return None
    rows = {name: [i for i, writer in enumerate(writers) if writer == name] for name in names}
    random = np.random.default_rng(seed)
    values = []
    for _ in range(times):
        drawn = random.integers(0, len(names), len(names))
        value = measure([row for index in drawn for row in rows[names[index]]])
        if value is not None:
            values.append(value)
    if not values:
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return [round(float(low), 4), round(float(high), 4)]


def block(
    pairs: Sequence[Pair], writers: Sequence[str], labels: Sequence[str], times: int, seed: int
) -> dict[str, Any]:
    """Everything told about a set of labelled comments."""

    def macro(rows: list[int]) -> float | None:
        return macro_f1([pairs[i] for i in rows], labels)

    def right(rows: list[int]) -> float | None:
        return accuracy([pairs[i] for i in rows])

    return {
        "n": len(pairs),
        "writers": len(set(writers)),
        "macro_f1": macro_f1(pairs, labels),
        "macro_f1_interval": interval(macro, writers, times, seed),
        "accuracy": accuracy(pairs),
        "accuracy_interval": interval(right, writers, times, seed),
        "classes": {label: scores_of(pairs, label) for label in labels},
    }


def calibration(p: Sequence[float], happened: Sequence[bool]) -> list[dict[str, Any]]:
    """Ten bins of equal width: mean probability, observed share, number. Empty bins are left out."""
    bins: list[list[int]] = [[] for _ in range(BINS)]
    for i, value in enumerate(p):
        bins[min(BINS - 1, math.floor(value * BINS))].append(i)
    return [
        {
            "bin": number,
            "predicted": round(sum(p[i] for i in rows) / len(rows), 6),
            "observed": round(sum(happened[i] for i in rows) / len(rows), 6),
            "n": len(rows),
        }
        for number, rows in enumerate(bins)
        if rows
    ]


def expected_calibration_error(curve: Sequence[dict[str, Any]]) -> float | None:
    """Mean distance of predicted and observed, weighted by number (Naeini et al. 2015); None of nothing."""
    total = sum(point["n"] for point in curve)
    return ratio(sum(point["n"] * abs(point["predicted"] - point["observed"]) for point in curve), total)


def at_coverage(pairs: Sequence[Pair], confidence: Sequence[float], coverage: float) -> dict[str, Any]:
    """Accuracy on the surest share of the comments (ties by order)."""
    number = math.floor(coverage * len(pairs) + 1e-9)
    order = sorted(range(len(pairs)), key=lambda i: (-confidence[i], i))[:number]
    return {"coverage": coverage, "n": number, "accuracy": accuracy([pairs[i] for i in order])}


def stance_probability(p: dict[str, float], stance: str, derive: Callable[[list[str]], str]) -> float:
    """Probability of a derived stance if the parties are blamed independently (2^parties combinations).

    With over ten parties, the product over parties as they stand is taken instead.
    """
    parties = list(p)
    if len(parties) > 10:
        return math.prod(max(value, 1 - value) for value in p.values())
    total = 0.0
    for choice in product((False, True), repeat=len(parties)):
        if derive([party for party, on in zip(parties, choice, strict=True) if on]) == stance:
            total += math.prod(p[party] if on else 1 - p[party] for party, on in zip(parties, choice, strict=True))
    return total


def words_within(text: str, spans: Sequence[Span]) -> set[int]:
    """Where the words begin that lie in any of the spans."""
    return {m.start() for m in _WORD.finditer(text) if any(a <= m.start() and m.end() <= b for a, b in spans)}


def token_f1(cases: Sequence[tuple[set[int], set[int]]]) -> float | None:
    """F1 of words shown against words marked as evidence, over all cases (gold, shown) together."""
    both = sum(len(gold & shown) for gold, shown in cases)
    return ratio(2 * both, sum(len(gold) + len(shown) for gold, shown in cases))


def error_counts(
    rows: Sequence[tuple[str, str, str]], labels: Sequence[str], columns: Sequence[str]
) -> dict[str, list[list[int]]]:
    """Counts true x said per writer, of (writer, true, said)."""
    counts: dict[str, list[list[int]]] = {}
    for writer, true, said in sorted(rows):
        table = counts.setdefault(writer, [[0] * len(columns) for _ in labels])
        table[labels.index(true)][columns.index(said)] += 1
    return counts
