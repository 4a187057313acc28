"""The generic mind: one set of heads for every codebook, learned from all debates for which there is gold.

It knows a party by how the text speaks of it and by what the codebook says of it: whether its description is near what the sentences
say. Debates weigh by the square root of their size, so that the largest does not drown the rest. Cross-fitting leaves a
debate out whole (the largest: some of its writers), because that is how the mind will be used: on a debate it never saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.encoder.linear import features as feats
from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.fitting import Head, NGrams, log_odds
from pipeline.encoder.linear.heads import GENERIC, Design
from pipeline.encoder.linear.stacking import Answers, Stack, answers_of, generic_columns, pooled
from pipeline.encoder.mentions import lexicons
from pipeline.learning import Floats, softmax
from pipeline.settings import Codebook

#: Differences of cosines are small numbers; so much they are stretched.
STRETCH = 30.0


# --- what the stack reads --------------------------------------------------------------------------------------


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _over_parties(values: Floats) -> Floats:
    """Each party's value less the mean of all parties of the comment."""
    return np.asarray(values - values.mean(axis=1, keepdims=True))


def likeness(found: feats.Features, answers: Answers, descriptions: Floats | None) -> list[Floats]:
    """How near a comment is to each party's description, beside the other parties: four matrices [n, k].

    The whole comment, its nearest sentence, its sentences weighed by how much they blame anybody, and that times the
    probability of any blame. All zero where no descriptions are known: no party is nearer than another.
    """
    comments, parties = answers.pair.shape
    if descriptions is None:
        return [np.zeros((comments, parties))] * 4
    towards = _unit(descriptions).T
    inner = _unit(found.sentence_vectors) @ towards
    top = np.full((comments, parties), -1.0)
    np.maximum.at(top, found.owner, inner)
    weight = answers.pair_sentence.mean(axis=1)
    weighed, total = np.zeros((comments, parties)), np.zeros(comments)
    np.add.at(weighed, found.owner, inner * weight[:, None])
    np.add.at(total, found.owner, weight)
    near = [_unit(found.vectors) @ towards, top, weighed / np.maximum(total, 1e-9)[:, None]]
    whole, nearest, blaming = (_over_parties(values) * STRETCH for values in near)
    return [whole, nearest, blaming, blaming * answers.any[:, None]]


def stack_columns(
    answers: Answers, found: feats.Features, codebook: Codebook, descriptions: Floats | None
) -> list[Floats]:
    """What the stack reads, a matrix [n, 18] a party: its answers, its share among the parties, its role, its likeness."""
    comments = len(answers.any)
    named = (found.mentions > 0).astype(np.float64)
    secondary = np.broadcast_to([float(party.secondary) for party in codebook.parties], named.shape)
    more = [secondary, secondary * named]
    top, _ = pooled(answers.pair_sentence, found.owner, comments)
    for scores in (log_odds(answers.pair), log_odds(top)):
        more += [_over_parties(scores), softmax(scores) * answers.any[:, None]]
    more += likeness(found, answers, descriptions)
    cube = np.concatenate([generic_columns(answers, found.owner, found.mentions), np.stack(more, axis=2)], axis=2)
    return [cube[:, party] for party in range(len(codebook.parties))]


# --- the model -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GenericMind:
    """Heads for any codebook, and a threshold for primary and one for secondary parties."""

    centre: Floats
    vocabularies: dict[str, NGrams]
    heads: dict[str, list[Head]]
    stack: Stack
    thresholds: list[float]
    notes: dict[str, Any] = field(default_factory=dict)

    def ask(
        self, items: Sequence[Item], codebook: Codebook, descriptions: Floats | None
    ) -> tuple[Floats, list[Floats]]:
        """Probabilities [n, k], and each comment's sentences' own [s, k]."""
        found = feats.build(items, lexicons(codebook), self.centre)
        answers = answers_of(Design(found, self.vocabularies, self.centre), self.heads)
        p = self.stack.probabilities(stack_columns(answers, found, codebook, descriptions))
        return p, [np.round(answers.pair_sentence[found.owner == n], 6) for n in range(len(items))]

    def thresholds_for(self, codebook: Codebook) -> Floats:
        """The threshold of each party [k]."""
        return np.asarray([self.thresholds[int(party.secondary)] for party in codebook.parties])

    def arrays(self) -> dict[str, Floats]:
        """Its numbers, for learning.save."""
        out = {"many.centre": self.centre, "many.platt": self.stack.platt} | self.stack.heads[0].arrays("many.stack")
        for name, heads in self.heads.items():
            out |= heads[0].arrays(f"many.head.{name}")
        return out | {f"many.idf.{name}": ngrams.idf for name, ngrams in self.vocabularies.items()}

    def settings(self) -> dict[str, Any]:
        """What else must be kept."""
        words = {name: ngrams.vocabulary for name, ngrams in self.vocabularies.items()}
        return {"vocabularies": words, "thresholds": self.thresholds, "notes": self.notes}

    @classmethod
    def of(cls, settings: dict[str, Any], arrays: dict[str, Floats]) -> GenericMind:
        """The inverse of `arrays` and `settings`."""
        return cls(
            arrays["many.centre"],
            {name: NGrams(words, arrays[f"many.idf.{name}"]) for name, words in settings["vocabularies"].items()},
            {view.name: [Head.from_arrays(arrays, f"many.head.{view.name}")] for view in GENERIC},
            Stack([Head.from_arrays(arrays, "many.stack")], arrays["many.platt"]),
            settings["thresholds"],
            settings["notes"],
        )
