"""Shares with intervals: resampling, and correction for the labels' errors.

Comments of one author in one thread resemble one another, so what is resampled is the author within the thread (a
cluster bootstrap, stratified by thread), not the comment. A comment without a known author is a cluster of its own.

A model's labels are wrong at a rate that differs by class, so a plain count of labels is a biased share. Three grades:

A  prediction-powered inference: the count, corrected by what human labels on a random sample of this corpus say of it
   (Angelopoulos et al. 2023, "Prediction-powered inference", Science 382; power tuning: PPI++, arXiv 2311.01453).
B  the class shares under which the observed labels are likeliest, given the error rates on held-out gold (the
   misclassification model of Rogan and Gladen 1978, solved for many classes by expectation-maximisation, which keeps shares
   between 0 and 1), with one comment of each class added beforehand: in a short thread the likeliest share is often 0, which
   nobody should believe. The gold is resampled by writer along with the corpus.
C  the count of the labels that were given: the model's word alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]

EM_STEPS = 300
#: added to every cell of a row of error rates: a class seen a few times has not shown all its errors
SMOOTHING = 0.5
#: comments of each class taken as seen before any was (a Dirichlet prior): pulls short threads off the edge, and vanishes in
#: a corpus of hundreds
PRIOR_COMMENTS = 1.0
#: human labels on a random sample below this number do not carry an estimate of grade A
MIN_RANDOM_SAMPLE = 50


@dataclass(frozen=True)
class Clusters:
    """Label counts per author within thread: the units of resampling.

    `counts` is [m, j]: weighted number of comments per cluster and predicted label (the last column: abstained);
    `strata` is [m]: which thread a cluster belongs to; `gold` and `gold_predicted` are [m, k] and [m, j]: human and
    predicted labels of the randomly sampled comments in the cluster; `sampled` is their unweighted number.
    """

    counts: Floats
    strata: NDArray[np.int64]
    gold: Floats
    gold_predicted: Floats
    sampled: int = 0


@dataclass(frozen=True)
class Estimate:
    """Shares of k classes: point [k], lower and upper [k], the uncorrected shares [k], grade and method."""

    share: Floats
    low: Floats
    high: Floats
    raw: Floats
    grade: str
    method: str


def units(clusters: Sequence[str], threads: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which unit of resampling each comment belongs to [n], and which thread each unit lies in [m].

    `clusters` and `threads` [n] name the author within the thread and the thread of each comment.
    """
    names, group = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    _, thread = np.unique(np.asarray(threads, dtype=str), return_inverse=True)
    strata = np.zeros(names.size, dtype=np.int64)
    strata[group] = thread
    return group.astype(np.int64), strata


def resample(strata: NDArray[np.int64], size: int, rng: np.random.Generator) -> Floats:
    """Bootstrap weights [size, m]: in each stratum as many clusters are drawn, with replacement, as it has."""
    weights = np.zeros((size, strata.size))
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        weights[:, members] = rng.multinomial(members.size, np.full(members.size, 1 / members.size), size=size)
    return weights


def resample_writers(confusions: Floats, size: int, rng: np.random.Generator) -> Floats:
    """Confusion counts [size, k, j] of gold resampled by writer, from counts per writer [w, k, j]."""
    writers = confusions.shape[0]
    weights = rng.multinomial(writers, np.full(writers, 1 / writers), size=size).astype(float)
    return np.asarray(np.einsum("bw,wkj->bkj", weights, confusions))


def correct(observed: Floats, confusion: Floats) -> Floats:
    """Class shares [b, k] most probable under observed label counts [b, j], given confusion counts [b, k, j].

    Expectation-maximisation with PRIOR_COMMENTS of each class, started at equal shares. Rows that sum to 0 give NaN.
    """
    rates = (confusion + SMOOTHING) / (confusion + SMOOTHING).sum(axis=2, keepdims=True)
    total = observed.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        target = observed / total
    shares = np.full((observed.shape[0], confusion.shape[1]), 1 / confusion.shape[1])
    for _ in range(EM_STEPS):
        expected = np.einsum("bk,bkj->bj", shares, rates)
        comments = total * shares * np.einsum("bj,bkj->bk", target / expected, rates) + PRIOR_COMMENTS
        shares = comments / comments.sum(axis=1, keepdims=True)
    return shares


def prediction_powered(counts: Floats, gold: Floats, predicted: Floats, power: Floats) -> Floats:
    """Shares [b, k]: the labels' share, rectified by human minus predicted labels on the random sample.

    `counts` [b, k] and `total` as its last column hold the whole corpus; `gold`, `predicted` [b, k + 1] the sample in the
    same way; `power` [k] in 0-1 tunes how much the model's labels count (PPI++).
    """
    everywhere = counts[:, :-1] / counts[:, -1:]
    human = gold[:, :-1] / gold[:, -1:]
    model = predicted[:, :-1] / predicted[:, -1:]
    return np.asarray(np.clip(human + power * (everywhere - model), 0.0, 1.0))


def _power(sample: Floats, predicted: Floats, corpus_size: float) -> Floats:
    """The tuning that minimises variance, per class, from cluster counts of the sample ([m, k] human and predicted)."""
    human, model = sample - sample.mean(axis=0), predicted - predicted.mean(axis=0)
    variance = (model**2).sum(axis=0)
    covariance = (human * model).sum(axis=0)
    shrink = 1 + sample.sum() / max(corpus_size, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.clip(np.nan_to_num(covariance / (variance * shrink)), 0.0, 1.0))


def _interval(draws: Floats, level: float) -> tuple[Floats, Floats]:
    """Percentile interval over the draws that are defined; NaN where none is."""
    if not np.isfinite(draws).all(axis=1).any():
        empty = np.full(draws.shape[1], np.nan)
        return empty, empty
    kept = draws[np.isfinite(draws).all(axis=1)]
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _raw(counts: Floats) -> Floats:
    """Shares [b, k] among the labelled comments; the last column of counts [b, k + 1], abstentions, is left out."""
    labelled = counts[:, :-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(labelled / labelled.sum(axis=1, keepdims=True))


def _with_total(counts: Floats, k: int) -> Floats:
    """[b, k + 1]: the first k columns and the total of all columns."""
    return np.concatenate([counts[:, :k], counts.sum(axis=1, keepdims=True)], axis=1)


def _rectified(clusters: Clusters, weights: Floats) -> Floats:
    """Grade A's shares [b, k] under bootstrap weights [b, m]."""
    k = clusters.counts.shape[1] - 1
    power = _power(clusters.gold, clusters.gold_predicted[:, :k], float(clusters.counts.sum()))
    with np.errstate(invalid="ignore", divide="ignore"):
        return prediction_powered(
            _with_total(weights @ clusters.counts, k),
            _with_total(weights @ clusters.gold, k),
            _with_total(weights @ clusters.gold_predicted, k),
            power,
        )


def widen(share: Floats, low: Floats, high: Floats, n: int, level: float) -> tuple[Floats, Floats]:
    """The interval, never narrower than Wilson's (1927) for `n` independent units.

    Resampling cannot show what did not occur: where no comment of ten blames a party, every draw says 0, and the honest
    upper bound is still far from 0.
    """
    z = float(norm.ppf((1 + level) / 2))
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.minimum(low, np.maximum(centre - half, 0.0)), np.maximum(high, np.minimum(centre + half, 1.0))


def estimate(
    clusters: Clusters, confusions: Floats | None, size: int, level: float, rng: np.random.Generator
) -> Estimate:
    """The best estimate that the evidence allows, by grade A, B or C.

    `confusions` is [w, k, k + 1], held-out gold per writer (true class by predicted label, abstained last), or None where no
    error rates are known. NaN marks what is undefined (no comment at all).
    """
    observed = clusters.counts.sum(axis=0, keepdims=True)
    weights = resample(clusters.strata, size, rng)
    drawn = weights @ clusters.counts
    raw = _raw(observed)[0]
    if clusters.sampled >= MIN_RANDOM_SAMPLE:
        grade, method = "A", "ppi"
        share = _rectified(clusters, np.ones((1, clusters.strata.size)))[0]
        draws = _rectified(
            clusters, weights
        )  # a draw that holds nothing of the random sample is undefined, and left out
    elif confusions is not None and confusions.sum() > 0:
        grade, method = "B", "error-rates"
        share = correct(observed, confusions.sum(axis=0, keepdims=True))[0]
        draws = correct(drawn, resample_writers(confusions, size, rng))
    else:
        grade, method, share, draws = "C", "model", raw, _raw(drawn)
    low, high = _interval(draws, level)
    low, high = widen(share, low, high, clusters.strata.size, level)
    return Estimate(share, low, high, raw, grade, method)


def mean_score(
    scores: Floats,
    weights: Floats,
    strata: NDArray[np.int64],
    size: int,
    level: float,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Mean of a score and its interval: `scores` [m] are sums per cluster, `weights` [m] their numbers of comments."""
    drawn = resample(strata, size, rng)
    with np.errstate(invalid="ignore", divide="ignore"):
        draws = (drawn @ scores) / (drawn @ weights)
        point = float(scores.sum() / weights.sum())
    low, high = _interval(draws[:, None], level)
    return point, float(low[0]), float(high[0])
