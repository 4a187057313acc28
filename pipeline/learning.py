"""From a model's scores to probabilities and labels: calibration, thresholds, and the measures that choose them.

Every model's scores are calibrated alike, on gold that it did not learn from (Platt 1999 for blame; Guo et al. 2017, matrix scaling, for
tone). A party that counts only where no other is blamed is calibrated apart; where there is gold enough about a
debate, each of its parties is. Numbers are rounded before they are kept, short of where builds of BLAS differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.settings import Codebook

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DECIMALS = 6
#: Thresholds that are tried.
GRID = tuple(round(0.2 + 0.025 * step, 3) for step in range(21))
#: With fewer comments about a debate than this, or a party blamed less often, parties get no scale of their own.
OWN_FROM, BLAMED_FROM = 150, 15
PLATT_C, TONE_C = 10.0, 1.0


def sigmoid(x: Floats) -> Floats:
    """Log-odds to probability."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -30, 30))))


def softmax(scores: Floats) -> Floats:
    """Scores [rows, classes] to probabilities."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """Mean F1 over the classes that occur in either list; 0.0 for empty lists."""
    codes = {label: code for code, label in enumerate(sorted(set(truth) | set(said)))}
    if not codes:
        return 0.0
    size = len(codes)
    cells = np.asarray([codes[t] * size + codes[s] for t, s in zip(truth, said, strict=True)])
    table = np.bincount(cells, minlength=size * size).reshape(size, size)
    return float(np.mean(2 * table.diagonal() / (table.sum(axis=0) + table.sum(axis=1))))


# --- blame -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A gold comment with a model's log-odds, a party of its codebook each."""

    scores: tuple[float, ...]
    blames: frozenset[str]
    codebook: Codebook


@dataclass(frozen=True)
class Scale:
    """p = sigmoid(slope * log-odds + offset + features @ weights); blamed where p >= threshold.

    Only `standpunt train` gives weights: they adapt the decision itself to a corpus, not only how sure it is.
    """

    slope: float = 1.0
    offset: float = 0.0
    threshold: float = 0.5
    weights: tuple[float, ...] = ()

    def log_odds(self, scores: Floats, features: Floats | None = None) -> Floats:
        """[n] calibrated, of scores [n] and features [n, f] (not needed where there are no weights)."""
        plain = scores * self.slope + self.offset
        if not self.weights or features is None or features.shape[1] != len(self.weights):
            return np.asarray(plain)
        return np.asarray(plain + features @ np.asarray(self.weights))


@dataclass(frozen=True)
class StanceScale:
    """Scales of primary and secondary parties of any codebook, and of the parties of debates with gold enough."""

    primary: Scale = Scale()
    secondary: Scale = Scale()
    own: dict[str, dict[str, Scale]] = field(default_factory=dict)  # debate -> party id

    def of(self, codebook: Codebook) -> list[Scale]:
        """The scale of each party of a codebook. A debate's own hold only for the very parties that they were made for."""
        own = self.own.get(codebook.debate, {})
        if set(own) == set(codebook.party_ids):
            return [own[party] for party in codebook.party_ids]
        return [self.secondary if party.secondary else self.primary for party in codebook.parties]

    def probabilities(self, scores: Floats, codebook: Codebook, features: Floats | None = None) -> Floats:
        """[n, k] calibrated, rounded to 6 decimals, of scores [n, k] and features [n, k, f], where the model gives any."""
        columns = [
            scale.log_odds(scores[:, k], None if features is None else features[:, k])
            for k, scale in enumerate(self.of(codebook))
        ]
        return np.asarray(np.round(sigmoid(np.stack(columns, axis=1)), DECIMALS))

    def thresholds(self, codebook: Codebook) -> Floats:
        """[k]"""
        return np.asarray([scale.threshold for scale in self.of(codebook)])

    def as_json(self) -> dict[str, Any]:
        """For a JSON file."""
        own = {debate: {party: vars(s) for party, s in parties.items()} for debate, parties in self.own.items()}
        return {"primary": vars(self.primary), "secondary": vars(self.secondary), "own": own}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StanceScale:
        """The inverse of `as_json`."""
        own = {debate: {p: _scale(s) for p, s in parties.items()} for debate, parties in data["own"].items()}
        return cls(_scale(data["primary"]), _scale(data["secondary"]), own)


def _scale(data: dict[str, Any]) -> Scale:
    return Scale(data["slope"], data["offset"], data["threshold"], tuple(data["weights"]))


def platt(scores: Floats, y: Ints) -> tuple[float, float]:
    """Slope and offset of a logistic regression of `y` on scores; a slope below zero (nothing learned) becomes 0."""
    from sklearn.linear_model import LogisticRegression

    if len(set(y.tolist())) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=PLATT_C).fit(scores[:, None], y)
    slope, offset = round(float(model.coef_[0, 0]), DECIMALS), round(float(model.intercept_[0]), DECIMALS)
    if slope > 0:
        return slope, offset
    share = float(np.clip(y.mean(), 0.01, 0.99))
    return 0.0, round(float(np.log(share / (1 - share))), DECIMALS)


def _stances(p: Floats, cases: Sequence[Case], thresholds: Sequence[Floats]) -> list[str]:
    return [
        case.codebook.derive_stance(
            [party for party, value, bar in zip(case.codebook.party_ids, row, bars, strict=True) if value >= bar]
        )
        for row, case, bars in zip(p, cases, thresholds, strict=True)
    ]


def fit_stance(cases: Sequence[Case]) -> StanceScale:
    """Scales and thresholds from gold cases of any debates. Without cases nothing is changed, and half is the threshold."""
    if not cases:
        return StanceScale()
    scales = {}
    for second in (False, True):
        pairs = [
            (score, party.id in case.blames)
            for case in cases
            for party, score in zip(case.codebook.parties, case.scores, strict=True)
            if party.secondary is second
        ]
        slope, offset = (
            platt(np.asarray([s for s, _ in pairs]), np.asarray([int(y) for _, y in pairs])) if pairs else (1.0, 0.0)
        )
        scales[second] = Scale(slope, offset)
    made = _with_thresholds(StanceScale(scales[False], scales[True]), cases)
    debates = sorted({case.codebook.debate for case in cases})
    own = {d: found for d in debates if (found := _own([c for c in cases if c.codebook.debate == d], made))}
    return StanceScale(made.primary, made.secondary, own)


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def roles(codebook: Codebook) -> dict[str, str]:
    """Stance -> its role, which makes debates comparable: first, second ... (primary parties in order), both, other, none."""
    primary = list(dict.fromkeys(party.stance for party in codebook.parties if not party.secondary))
    named = {stance: ORDINALS[i] if i < len(ORDINALS) else f"primary {i + 1}" for i, stance in enumerate(primary)}
    named |= {party.stance: "other" for party in codebook.parties if party.stance not in named}
    return named | {"blame_both": "both", "no_blame": "none"}


def _with_thresholds(scale: StanceScale, cases: Sequence[Case]) -> StanceScale:
    """The pair of thresholds with the best macro-F1 of the stances, by role, over all debates."""
    truth = [roles(case.codebook)[case.codebook.derive_stance(sorted(case.blames))] for case in cases]
    p = [scale.probabilities(np.asarray([case.scores]), case.codebook)[0] for case in cases]
    second = [np.asarray([party.secondary for party in case.codebook.parties]) for case in cases]

    def quality(pair: tuple[float, float]) -> tuple[float, float]:
        bars = [np.where(mask, pair[1], pair[0]) for mask in second]
        said = [
            roles(case.codebook)[s]
            for case, s in zip(cases, _stances(np.asarray(p, dtype=object), cases, bars), strict=True)
        ]
        return macro_f1(truth, said), -abs(pair[0] - 0.4) - abs(pair[1] - 0.4)

    best = max(((a, b) for a in GRID for b in GRID[::2]), key=quality)
    return StanceScale(
        Scale(scale.primary.slope, scale.primary.offset, best[0]),
        Scale(scale.secondary.slope, scale.secondary.offset, best[1]),
    )


def _own(cases: Sequence[Case], general: StanceScale) -> dict[str, Scale]:
    """A scale a party for one debate; none where the gold is too little. Thresholds by coordinate search, from the general ones."""
    codebook = cases[0].codebook
    blamed = np.asarray([[party in case.blames for party in codebook.party_ids] for case in cases], dtype=np.int64)
    if len(cases) < OWN_FROM or min(blamed.sum(axis=0)) < BLAMED_FROM:
        return {}
    scores = np.asarray([case.scores for case in cases])
    fitted = [platt(scores[:, k], blamed[:, k]) for k in range(scores.shape[1])]
    p = np.column_stack([sigmoid(scores[:, k] * slope + offset) for k, (slope, offset) in enumerate(fitted)])
    truth = [codebook.derive_stance(sorted(case.blames)) for case in cases]
    best = general.thresholds(codebook)

    def quality(bars: Floats) -> float:
        return macro_f1(truth, _stances(p, cases, [bars] * len(cases)))

    for _ in range(2):
        for k in range(len(best)):
            tries = [np.where(np.arange(len(best)) == k, value, best) for value in GRID]
            best = max(tries, key=lambda bars: (round(quality(bars), 9), -float(np.abs(bars - best).sum())))
    return {
        party: Scale(slope, offset, float(bar))
        for party, (slope, offset), bar in zip(codebook.party_ids, fitted, best, strict=True)
    }


# --- tone ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToneScale:
    """p = softmax(scores @ weights + bias), scores being log-probabilities."""

    weights: Floats = field(default_factory=lambda: np.eye(3))  # [3, 3]
    bias: Floats = field(default_factory=lambda: np.zeros(3))  # [3]

    def probabilities(self, scores: Floats) -> Floats:
        """[n, 3] calibrated, rounded to 6 decimals, from scores [n, 3]."""
        if not len(scores):
            return np.zeros((0, 3))
        return np.asarray(np.round(softmax(_log_softmax(scores) @ self.weights + self.bias), DECIMALS))

    def as_json(self) -> dict[str, Any]:
        """For a JSON file."""
        return {"weights": self.weights.tolist(), "bias": self.bias.tolist()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ToneScale:
        """The inverse of `as_json`."""
        return cls(np.asarray(data["weights"], dtype=np.float64), np.asarray(data["bias"], dtype=np.float64))


def _log_softmax(scores: Floats) -> Floats:
    return np.asarray(np.log(np.clip(softmax(scores), 1e-6, 1.0)))


def fit_tone(scores: Floats, labels: Ints) -> ToneScale:
    """Matrix scaling from gold; unchanged scores where a tone does not occur."""
    from sklearn.linear_model import LogisticRegression

    if len(set(labels.tolist())) < 3:
        return ToneScale()
    model = LogisticRegression(C=TONE_C, max_iter=500).fit(_log_softmax(scores), labels)
    return ToneScale(np.round(model.coef_.T, DECIMALS), np.round(model.intercept_, DECIMALS))
