"""How scales are adapted to labels of one's own corpus.

An adapted scale is the shipped one and a correction to it, drawn towards no correction: the most probable one under a normal prior
around what was shipped (a penalised logistic regression with the shipped log-odds as offset). With few labels little changes. Each party
gets a slope and an offset; with its head, also a weight for every feature that the encoder tells of it. The tone gets a temperature and
a bias a class: "bias-corrected temperature scaling" (Alexandari, Kundaje and Shrikumar 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from pipeline.adapt.unseen import Bools, Said, fold_of
from pipeline.learning import DECIMALS, GRID, Floats, Ints, Scale, StanceScale, ToneScale, macro_f1, softmax
from pipeline.settings import Codebook
from pipeline.tables import SENTIMENTS

CALIBRATION, HEAD = "calibration", "calibration and head"
INNER_FOLDS = 3
#: Standard deviations of the prior, chosen beforehand: a corpus may well shift log-odds by 1, and make them half as sharp or half as
#: sharp again; more than twice that would take many labels to believe.
SLOPE_SD, OFFSET_SD = 0.5, 1.0
#: Standard deviations that are tried for the weights of features (of unit variance), inside the labels learned from.
WEIGHT_SDS = (0.3, 0.1, 0.03)
LOWEST = 1e-6
#: What a threshold that moves by 1 must gain in macro-F1: on a hundred labels the best threshold is mostly chance.
MOVE_COST = 0.1


def correction(base: Floats, design: Floats, chosen: Ints, sd: Floats) -> Floats:
    """[d] the most probable correction: classes have scores base [n, c] + design [n, c, d] @ it, `chosen` [n] is true, prior N(0, sd [d])."""
    rows, hit = np.arange(len(chosen)), np.zeros_like(base)
    hit[rows, chosen] = 1.0

    def loss(x: Floats) -> tuple[float, Floats]:
        p = softmax(base + design @ x)
        told = -float(np.log(np.maximum(p[rows, chosen], 1e-300)).sum())
        return told + float(((x / sd) ** 2).sum()) / 2, np.einsum("nc,ncd->d", p - hit, design) + x / sd**2

    def curvature(x: Floats) -> Floats:
        p = softmax(base + design @ x)
        each = (design * np.sqrt(p)[:, :, None]).reshape(-1, design.shape[2])
        mean = np.einsum("nc,ncd->nd", p, design)
        return np.asarray(each.T @ each - mean.T @ mean + np.diag(1 / sd**2))

    start = np.zeros(design.shape[2])
    found = minimize(loss, start, jac=True, hess=curvature, method="trust-exact", options={"gtol": 1e-7})
    return np.asarray(found.x)


@dataclass(frozen=True)
class Blame:
    """Labels of whom n comments blame, with the encoder's log-odds [n, k] and features [n, k, f], where it gave any."""

    scores: Floats
    features: Floats | None
    blamed: Bools  # [n, k]
    codebook: Codebook
    shipped: StanceScale

    def calibrated(self, rows: Ints) -> StanceScale:
        """The shipped scale with slope and offset corrected by these labels, and thresholds chosen on them."""
        return self._adapted(rows, None)

    def with_head(self, rows: Ints, authors: Sequence[str]) -> StanceScale:
        """As `calibrated`, with weights of features; how freely they vary is chosen by cross-validation among these labels."""
        folds = fold_of([authors[row] for row in rows], INNER_FOLDS)

        def unseen(sd: float) -> float:
            parts = [
                self.said(self._adapted(rows[folds != fold], sd, thresholds=False), rows[folds == fold]).loss.sum()
                for fold in range(INNER_FOLDS)
            ]
            return round(float(np.sum(parts)), DECIMALS)

        return self._adapted(rows, min(WEIGHT_SDS, key=lambda sd: (unseen(sd), sd)))

    def said(self, scale: StanceScale, rows: Ints) -> Said:
        """What a scale says of some of the labels. The loss is the sum over the parties."""
        features = None if self.features is None else self.features[rows]
        p, blamed = scale.probabilities(self.scores[rows], self.codebook, features), self.blamed[rows]
        right = np.clip(np.where(blamed, p, 1 - p), LOWEST, 1.0)
        said = stances(p >= scale.thresholds(self.codebook), self.codebook)
        return Said(np.asarray(stances(blamed, self.codebook)), np.asarray(said), -np.log(right).sum(axis=1), p, blamed)

    def _adapted(self, rows: Ints, weight_sd: float | None, thresholds: bool = True) -> StanceScale:
        own = [self._party(rows, k, scale, weight_sd) for k, scale in enumerate(self.shipped.of(self.codebook))]
        made = self._with(own)
        if not thresholds:
            return made
        features = None if self.features is None else self.features[rows]
        p = made.probabilities(self.scores[rows], self.codebook, features)
        bars = best_thresholds(p, self.blamed[rows], self.codebook, made.thresholds(self.codebook))
        return self._with([replace(scale, threshold=float(bar)) for scale, bar in zip(own, bars, strict=True)])

    def _with(self, own: Sequence[Scale]) -> StanceScale:
        parties = dict(zip(self.codebook.party_ids, own, strict=True))
        return replace(self.shipped, own={**self.shipped.own, self.codebook.debate: parties})

    def _party(self, rows: Ints, k: int, shipped: Scale, weight_sd: float | None) -> Scale:
        """A party's scale, corrected by these labels."""
        features = np.zeros((len(rows), 0)) if self.features is None or weight_sd is None else self.features[rows, k]
        base, y = shipped.log_odds(self.scores[rows, k]), self.blamed[rows, k].astype(np.int64)
        columns = np.column_stack([base, np.ones(len(rows)), features])
        sd = np.r_[SLOPE_SD, OFFSET_SD, np.full(features.shape[1], weight_sd or 1.0)]
        x = _binary(base, columns, y, sd)
        if x[0] < -1:  # labels that contradict the encoder: what it says is passed over, not turned round
            x = np.r_[-1.0, _binary(np.zeros(len(rows)), columns[:, 1:], y, sd[1:])]
        slope, offset = shipped.slope * (1 + x[0]), shipped.offset * (1 + x[0]) + x[1]
        weights = tuple(round(float(weight), DECIMALS) for weight in x[2:])
        return Scale(round(float(slope), DECIMALS), round(float(offset), DECIMALS), shipped.threshold, weights)


def _binary(base: Floats, columns: Floats, y: Ints, sd: Floats) -> Floats:
    """`correction` of log-odds base [n] by columns [n, d]."""
    nothing = np.zeros_like(base)
    return correction(np.stack([nothing, base], 1), np.stack([np.zeros_like(columns), columns], 1), y, sd)


@dataclass(frozen=True)
class Tone:
    """Labels of the tone of n comments, with the encoder's scores [n, 3]."""

    scores: Floats
    tones: Ints
    shipped: ToneScale

    def calibrated(self, rows: Ints) -> ToneScale:
        """The shipped scale with a temperature and a bias a tone, learned from these labels."""
        base = np.log(np.clip(self.shipped.probabilities(self.scores[rows]), LOWEST, 1.0))
        design = np.concatenate([base[:, :, None], np.broadcast_to(np.eye(3), (len(rows), 3, 3))], axis=2)
        sd = np.asarray([SLOPE_SD, *[OFFSET_SD] * 3])
        x = correction(base, design, self.tones[rows], sd)
        if x[0] < -1:
            x = np.r_[-1.0, correction(np.zeros_like(base), design[:, :, 1:], self.tones[rows], sd[1:])]
        weights, bias = self.shipped.weights * (1 + x[0]), self.shipped.bias * (1 + x[0]) + x[1:]
        return ToneScale(np.round(weights, DECIMALS), np.round(bias, DECIMALS))

    def said(self, scale: ToneScale, rows: Ints) -> Said:
        """What a scale says of some of the labels; `p` is that of the likeliest tone."""
        p, true = scale.probabilities(self.scores[rows]), self.tones[rows]
        likeliest = p.argmax(axis=1)
        loss = -np.log(np.clip(p[np.arange(len(rows)), true], LOWEST, 1.0))
        names = np.asarray(SENTIMENTS)
        return Said(names[true], names[likeliest], loss, p.max(axis=1)[:, None], (likeliest == true)[:, None])


def stances(blamed: Bools, codebook: Codebook) -> list[str]:
    """The stance [n] of each row of blamed parties [n, k]."""
    known: dict[bytes, str] = {}
    rows = np.ascontiguousarray(blamed)
    for row in rows:
        if row.tobytes() not in known:
            on = [party for party, is_blamed in zip(codebook.party_ids, row, strict=True) if is_blamed]
            known[row.tobytes()] = codebook.derive_stance(on)
    return [known[row.tobytes()] for row in rows]


def best_thresholds(p: Floats, blamed: Bools, codebook: Codebook, start: Floats) -> Floats:
    """[k] thresholds with the best macro-F1 of the stances, less MOVE_COST times how far they moved; by coordinate search."""
    true, best = stances(blamed, codebook), start

    def worth(bars: Floats) -> float:
        cost = MOVE_COST * float(np.abs(bars - start).sum())
        return round(macro_f1(true, stances(p >= bars, codebook)) - cost, 9)

    for _ in range(2):
        for k in range(len(best)):
            best = max([best, *(np.where(np.arange(len(best)) == k, bar, best) for bar in GRID)], key=worth)
    return best
