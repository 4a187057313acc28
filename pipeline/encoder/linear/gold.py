"""What a stance model learns from: comments, whom their writers blame, and the words that show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.encoder.linear.features import Item
from pipeline.learning import Floats
from pipeline.settings import Codebook

#: A sentence shows blame where so many of its characters, or so large a share of them, are marked as evidence.
SHOWS_CHARACTERS, SHOWS_SHARE = 25, 0.3


@dataclass(frozen=True)
class Gold:
    """Training comments with what their writers meant. `evidence`: (party id, start, end) in characters of the text."""

    items: list[Item]
    blames: list[list[str]]
    evidence: list[list[tuple[str, int, int]]]
    writers: list[str]


@dataclass(frozen=True)
class Lesson:
    """The training gold of one debate, its codebook, and the vectors of the parties' descriptions [k, dim] if known."""

    gold: Gold
    codebook: Codebook
    descriptions: Floats | None = None


def sentence_targets(gold: Gold, codebook: Codebook) -> Floats:
    """[sentences, parties]: 1 where the writer's evidence span covers the sentence well enough."""
    rows = []
    for item, evidence in zip(gold.items, gold.evidence, strict=True):
        for start, end in item.sentences or [(0, len(item.text))]:
            covered = [
                sum(max(0, min(end, b) - max(start, a)) for party, a, b in evidence if party == known)
                for known in codebook.party_ids
            ]
            rows.append([float(c >= SHOWS_CHARACTERS or c >= SHOWS_SHARE * max(1, end - start)) for c in covered])
    return np.asarray(rows, dtype=np.float64).reshape(-1, len(codebook.parties))
