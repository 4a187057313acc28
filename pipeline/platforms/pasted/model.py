"""Which paragraphs are the article and where comments begin: a linear-chain model over the whole text.

Each paragraph is in one state: A (article), B (begins a comment) or 2, 3, 4, 5 (second, third ... paragraph of one;
5 is any later). A goes to A or B, B to 2 or B, k to k + 1 or B. The score of a text's states is a sum of weights
times features: of `article_features` in A, of `begin_features` in B, of a bias in 2-5, which is the prior on a
comment's length. This is a conditional random field (Lafferty, McCallum & Pereira 2001) whose weights stand in
`weights`; the probability of each state is found by forward-backward, and by Viterbi over those probabilities the
reading with the most paragraphs expected to be right (article, begin or, at a discount, later), both in time linear in
the number of paragraphs.
The confidence of a boundary is the probability of B at its paragraph, where the page itself tells (a name, a button,
a heading, blank lines). Where only the words tell, it is less (see `confidence`): how often comments begin differs more
from one kind of text to another than any text shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.platforms.pasted.features import Features
from pipeline.platforms.pasted.weights import ARTICLE, BEGIN, CONFIDENCE, LATER

STATES = ("A", "B", "2", "3", "4", "5")
_A, _B, _LAST = 0, 1, 5
#: for each state, the states that may come before it (both indices of STATES)
BEFORE = ((_A,), (_A, _B, 2, 3, 4, 5), (_B,), (2,), (3,), (4, 5))
_NEVER = -1e9
#: how much the probability that a paragraph goes on counts beside that of a beginning. The boundaries with the best F1
#: are those more likely than half the F1 that can be reached (Lipton, Elkan & Naryanaswamy 2014), and that is under 0.8
DOUBTED = 0.6
#: the features that are a page's word, not a reader's
BY_PAGE = frozenset({"header", "heading", "button", "wide_gap"})

Weights = Mapping[str, Mapping[str, float]]
FITTED: Weights = {"article": ARTICLE, "begin": BEGIN, "later": LATER}


@dataclass(frozen=True)
class Decoded:
    """The best reading of a text, and how likely each of its parts is."""

    starts: list[int]  # indices of the paragraphs that begin a comment
    begins: list[float]  # for every paragraph, the probability that a comment begins there
    articles: list[float]  # for every paragraph, the probability that it is the article's


def decode(rows: list[tuple[Features, Features]], no_article: bool, weights: Weights = FITTED) -> Decoded:
    """The best states of a text's paragraphs (the most expected to be right), given their (article, begin) features.

    `no_article`: the text opens with a name line, hence with a comment. Otherwise its first paragraph is article.
    """
    if not rows:
        return Decoded([], [], [])
    scores = emissions(rows, weights)
    first = _B if no_article else _A
    chances = marginals(scores, first)
    path = viterbi([[c[_A], c[_B], *[DOUBTED * sum(c[2:])] * 4] for c in chances], first)
    return Decoded([i for i, s in enumerate(path) if s == _B], [c[_B] for c in chances], [c[_A] for c in chances])


def confidence(begins: float, begin: Features) -> float:
    """How sure it is that a comment begins, given the model's probability and the paragraph's begin features.

    By the page's word that probability. By the readers' words alone its log-odds are scaled and shifted (Platt 1999),
    as fitted on the kind of text where boundaries are the hardest to see, by weights that never saw that kind. Where a
    text is of an easier kind, more of the boundaries are right than is told here: a text does not tell its kind.
    """
    if not BY_PAGE.isdisjoint(begin):
        return begins
    within = min(max(begins, 1e-4), 1 - 1e-4)
    scale, shift = CONFIDENCE
    return 1 / (1 + math.exp(-scale * math.log(within / (1 - within)) - shift))


def emissions(rows: list[tuple[Features, Features]], weights: Weights) -> list[list[float]]:
    """The score of every state (columns as STATES) at every paragraph."""
    later = [weights["later"][state] for state in STATES[2:]]
    return [[_dot(article, weights["article"]), _dot(begin, weights["begin"]), *later] for article, begin in rows]


def _dot(values: Features, weights: Mapping[str, float]) -> float:
    return sum(value * weights.get(name, 0.0) for name, value in values.items())


def viterbi(scores: list[list[float]], first: int) -> list[int]:
    """The sequence of states (indices of STATES) with the highest score that begins in state `first`."""
    best = [_NEVER] * len(STATES)
    best[first] = scores[0][first]
    back: list[list[int]] = []
    for row in scores[1:]:
        pointers = [max(sources, key=best.__getitem__) for sources in BEFORE]
        best = [best[source] + score for source, score in zip(pointers, row, strict=True)]
        back.append(pointers)
    path = [max(range(len(STATES)), key=best.__getitem__)]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1]


def marginals(scores: list[list[float]], first: int) -> list[list[float]]:
    """The probability of every state at every paragraph, given all of the text."""
    forward = [[_NEVER] * len(STATES)]
    forward[0][first] = scores[0][first]
    for row in scores[1:]:
        last = forward[-1]
        forward.append([_log_sum([last[s] for s in sources]) + row[t] for t, sources in enumerate(BEFORE)])
    backward = [[0.0] * len(STATES)]
    for row in reversed(scores[1:]):
        after = [score + value for score, value in zip(row, backward[-1], strict=True)]
        backward.append([_log_sum([after[t] for t in targets]) for targets in _TO])
    backward.reverse()
    total = _log_sum(forward[-1])
    return [
        [math.exp(min(0.0, f + b - total)) for f, b in zip(row, other, strict=True)]
        for row, other in zip(forward, backward, strict=True)
    ]


_TO = tuple(tuple(t for t, sources in enumerate(BEFORE) if s in sources) for s in range(len(STATES)))


def _log_sum(values: list[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))
