"""Which words distinguish a camp from the others.

Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words", Political Analysis
16:4): the prior is the whole corpus' word distribution, so that rare words are pulled towards no difference. The paper's
variance treats words as independent; here the interval comes from resampling authors within threads, because one author
who repeats a word is one voice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.findings.estimate import Floats, resample, units
from pipeline.language import lemma, stop_words, tokens

#: weight of the prior, as a share of the corpus' content words: enough to quiet words seen twice, whatever the corpus' size
PRIOR_SHARE = 0.1
MIN_COMMENTS = 3
MIN_AUTHORS = 2


@dataclass(frozen=True)
class Contrast:
    """A word, how much likelier it is in the camp (log-odds), its z-score, interval, and numbers of comments."""

    term: str
    log_odds: float
    z: float
    low: float
    high: float
    n_camp: int
    n_rest: int


def terms(text: str, language: str) -> list[str]:
    """The content words of a text as lemmas, small letters."""
    stop = stop_words(language)
    words = (
        lemma(token.lower(), language)
        for token in tokens(text)
        if any(c.isalpha() for c in token) and token.lower() not in stop
    )
    return [word for word in words if len(word) > 2 and word not in stop and not word.startswith(("@", "http"))]


def log_odds(camp: Floats, rest: Floats, camp_total: Floats, rest_total: Floats, prior: Floats) -> Floats:
    """Log-odds ratio [b, v] of counts [b, v] with totals [b, 1] under a prior [v] (equation 15 of the paper)."""
    everywhere = prior.sum()
    a = (camp + prior) / (camp_total + everywhere - camp - prior)
    b = (rest + prior) / (rest_total + everywhere - rest - prior)
    return np.asarray(np.log(a) - np.log(b))


def contrast(
    frame: pl.DataFrame, stance: str, limit: int, size: int, level: float, rng: np.random.Generator
) -> list[Contrast]:
    """The words of `frame` (text, language, stance, cluster, thread_id) that mark `stance` most, by z-score.

    Only words whose resampled interval lies above 0, used in at least 3 comments by at least 2 authors of the camp.
    """
    frame = frame.filter(pl.col("stance").is_not_null()).sort("comment_id")
    in_camp = (frame["stance"] == stance).to_numpy()
    if not in_camp.any() or in_camp.all():
        return []
    bags = [Counter(terms(text, language)) for text, language in frame.select("text", "language").iter_rows()]
    vocabulary = _candidates(bags, in_camp, frame["cluster"].to_list())
    if not vocabulary:
        return []
    total = np.array([[sum(bag.values())] for bag in bags], dtype=float)
    counts = np.array([[bag[word] for word in vocabulary] for bag in bags], dtype=float)
    prior = PRIOR_SHARE * counts.sum(axis=0)
    flags = in_camp[:, None].astype(float)
    one = np.ones((1, len(bags)))
    point, z = _point(one, counts, total, flags, prior)
    order = sorted(range(len(vocabulary)), key=lambda i: (-z[i], vocabulary[i]))[: 3 * limit]
    draws = _draws(frame, counts[:, order], total, flags, prior[order], size, rng)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    used = counts[:, order] > 0
    found = [
        Contrast(
            vocabulary[i],
            float(point[i]),
            float(z[i]),
            float(low[j]),
            float(high[j]),
            int(used[in_camp, j].sum()),
            int(used[~in_camp, j].sum()),
        )
        for j, i in enumerate(order)
        if low[j] > 0
    ]
    return found[:limit]


def _candidates(bags: list[Counter[str]], in_camp: NDArray[np.bool_], who: list[str]) -> list[str]:
    """Words of enough comments and authors in the camp, sorted."""
    in_comments: Counter[str] = Counter()
    by: dict[str, set[str]] = {}
    for bag, inside, author in zip(bags, in_camp, who, strict=True):
        if inside:
            in_comments.update(bag.keys())
            for word in bag:
                by.setdefault(word, set()).add(author.split(" ")[1])
    return sorted(w for w, n in in_comments.items() if n >= MIN_COMMENTS and len(by[w]) >= MIN_AUTHORS)


def _sides(weights: Floats, counts: Floats, total: Floats, flags: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Weighted counts and totals of camp and rest for each row of weights [b, n]."""
    camp, rest = weights @ (counts * flags), weights @ (counts * (1 - flags))
    return camp, rest, weights @ (total * flags), weights @ (total * (1 - flags))


def _point(one: Floats, counts: Floats, total: Floats, flags: Floats, prior: Floats) -> tuple[Floats, Floats]:
    """Log-odds and z-scores [v] on the corpus as it is (equations 16 and 22)."""
    camp, rest, camp_total, rest_total = _sides(one, counts, total, flags)
    delta = log_odds(camp, rest, camp_total, rest_total, prior)
    return delta[0], (delta / np.sqrt(1 / (camp + prior) + 1 / (rest + prior)))[0]


def _draws(
    frame: pl.DataFrame,
    counts: Floats,
    total: Floats,
    flags: Floats,
    prior: Floats,
    size: int,
    rng: np.random.Generator,
) -> Floats:
    """Log-odds [b, v] under resampling of authors within threads."""
    group, strata = units(frame["cluster"].to_list(), frame["thread_id"].to_list())
    weights = resample(strata, size, rng)[:, group]
    return log_odds(*_sides(weights, counts, total, flags), prior)
