"""The linear heads of the stance model, and which features each of them reads.

Six views of the same question, weak alone and better together: `any` (is anybody blamed?), `whole` (one head a party on the whole
comment), `mixed` (the same with how and where the party is named), `sentence` (one head a party: does this sentence
blame it?), and two that share their weights over all parties and so can be asked about a party never seen: `pair`
(comment and party) and `pair_sentence`. Scales and penalties were chosen by cross-validation over writers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.encoder.linear.features import Features
from pipeline.encoder.linear.fitting import Head, NGrams, fit_head
from pipeline.learning import Floats, Ints, sigmoid

#: A matrix, and per column how cheaply the penalty lets it speak.
Block = tuple[Floats, Floats]


@dataclass(frozen=True)
class View:
    """One kind of head: the n-grams it reads and how strongly, and its penalty."""

    name: str
    ngrams: str  # which learned vocabulary: text, masked, sentence, sentence_masked
    text_scale: float
    c: float
    unit: str  # comment, sentence
    shared: bool  # one head for all parties (rows are pairs), or one a party
    blocks: Callable[[Features, int, Floats], list[tuple[Floats, float]]]


def _any(f: Features, party: int, centre: Floats) -> list[tuple[Floats, float]]:
    return [(f.vectors, 0.3)]


def _mixed(f: Features, party: int, centre: Floats) -> list[tuple[Floats, float]]:
    return [(f.vectors, 0.3), (f.pair[:, party], 1.0), (f.named[:, party], 0.3), (f.others[:, party], 0.3)]


def _pair(f: Features, party: int, centre: Floats) -> list[tuple[Floats, float]]:
    return [(f.pair[:, party], 1.0), (f.named[:, party], 0.3), (f.others[:, party], 0.3), (f.vectors, 0.2)]


def _sentence(f: Features, party: int, centre: Floats) -> list[tuple[Floats, float]]:
    inner = f.sentence_vectors - centre
    return [
        (inner, 0.3),
        (f.vectors[f.owner], 0.15),
        (f.sentence_pair[:, party], 1.0),
        (inner * f.about[:, [party]], 0.3),
    ]


def _pair_sentence(f: Features, party: int, centre: Floats) -> list[tuple[Floats, float]]:
    inner = f.sentence_vectors - centre
    return [
        (f.sentence_pair[:, party], 1.0),
        (inner, 0.2),
        (inner * f.about[:, [party]], 0.3),
        (inner * f.about_others[:, [party]], 0.3),
    ]


ANY = View("any", "text", 10.0, 0.02, "comment", False, _any)
WHOLE = View("whole", "text", 10.0, 0.03, "comment", False, _any)
MIXED = View("mixed", "text", 10.0, 0.02, "comment", False, _mixed)
SENTENCE = View("sentence", "sentence", 6.0, 0.01, "sentence", False, _sentence)
PAIR = View("pair", "masked", 6.0, 0.02, "comment", True, _pair)
PAIR_SENTENCE = View("pair_sentence", "sentence_masked", 6.0, 0.01, "sentence", True, _pair_sentence)

#: What every codebook is read with, and what is added where the parties themselves were trained on.
GENERIC = (ANY, PAIR, PAIR_SENTENCE)
OWN = (WHOLE, MIXED, SENTENCE)


def texts_for(features: Features, ngrams: str, party: int) -> list[str]:
    """The texts that a vocabulary reads, one a row of its unit."""
    if ngrams == "text":
        return features.texts
    if ngrams == "sentence":
        return features.sentence_texts
    rows = features.masked if ngrams == "masked" else features.sentence_masked
    return [row[party] for row in rows]


class Design:
    """The matrices of one batch of comments, made once for every head that reads them."""

    def __init__(self, features: Features, vocabularies: dict[str, NGrams], centre: Floats) -> None:
        self.features, self._vocabularies, self._centre = features, vocabularies, centre
        self.parties = features.pair.shape[1]
        self._texts: dict[tuple[str, int], Any] = {}
        self._dense: dict[tuple[str, int], Block] = {}

    def text(self, view: View, party: int) -> Any:
        """Sparse n-gram matrix of a view's rows."""
        key = (view.ngrams, party if view.shared else 0)
        if key not in self._texts:
            texts = texts_for(self.features, view.ngrams, party)
            self._texts[key] = self._vocabularies[view.ngrams].transform(texts)
        return self._texts[key]

    def dense(self, view: View, party: int) -> Block:
        """Dense columns of a view's rows, with a scale a column."""
        key = (view.name, party)
        if key not in self._dense:
            blocks = view.blocks(self.features, party, self._centre)
            scale = np.concatenate([np.full(block.shape[1], weight) for block, weight in blocks])
            self._dense[key] = (np.hstack([block for block, _ in blocks]), scale)
        return self._dense[key]

    def rows(self, view: View, comments: Ints) -> Ints:
        """The rows of a view that belong to some comments."""
        if view.unit == "comment":
            return comments
        return np.flatnonzero(np.isin(self.features.owner, comments))

    def fit(self, view: View, party: int, targets: Floats, comments: Ints) -> Head:
        """A head of a view, from some of the comments; `targets` [rows of the unit, parties]."""
        from scipy import sparse

        rows = self.rows(view, comments)
        parties = range(self.parties) if view.shared else [party]
        dense = np.vstack([self.dense(view, p)[0][rows] for p in parties])
        text = sparse.vstack([self.text(view, p)[rows] for p in parties]).tocsr()
        y = np.concatenate([targets[rows, p] for p in parties]).astype(np.int64)
        return fit_head(dense, self.dense(view, parties[0])[1], y, view.c, text, view.text_scale)

    def predict(self, view: View, party: int, head: Head, comments: Ints | None = None) -> Floats:
        """Probability of each of a view's rows (of some comments) for a party."""
        dense, text = self.dense(view, party)[0], self.text(view, party)
        if comments is not None:
            rows = self.rows(view, comments)
            dense, text = dense[rows], text[rows]
        return sigmoid(head.scores(dense, text)[:, 0])
