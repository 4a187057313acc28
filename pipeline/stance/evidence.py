"""From probabilities to a row of the stance table: who is blamed, how sure that is, and which sentence shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.learning import Floats
from pipeline.settings import Codebook
from pipeline.stance.features import Item
from pipeline.stance.model import Prediction

#: A further sentence is shown beside the surest one where it is nearly as sure (share of the surest one's probability).
NEARLY = 0.75
MOST_SENTENCES = 3


@dataclass(frozen=True)
class Verdict:
    """What the stance table says about one comment."""

    p: list[float]  # per party, in the codebook's order
    blames: list[str]
    stance: str
    abstained: bool
    evidence: list[tuple[str, int, int, float]]  # party, start, end, score


def too_close(p: Floats, thresholds: Floats, codebook: Codebook, margin: float) -> bool:
    """Whether a party within `margin` of its threshold would, decided the other way, change the stance."""
    over = p >= thresholds
    stance = codebook.derive_stance(_ids(codebook, over))
    for party in np.flatnonzero(np.abs(p - thresholds) < margin):
        other = over.copy()
        other[party] = not other[party]
        if codebook.derive_stance(_ids(codebook, other)) != stance:
            return True
    return False


def _ids(codebook: Codebook, over: Sequence[bool] | np.ndarray) -> list[str]:
    return [party for party, is_over in zip(codebook.party_ids, over, strict=True) if is_over]


def evidence_spans(item: Item, scores: Floats) -> list[tuple[int, int, float]]:
    """The sentences that show most that a party is blamed: (start, end, score), in the order of the text.

    `scores` [sentences]: each sentence's own probability of blaming the party.
    """
    sentences = item.sentences or [(0, len(item.text))]
    best = float(scores.max())
    order = sorted(range(len(sentences)), key=lambda s: (-scores[s], s))[:MOST_SENTENCES]
    return [(*sentences[s], round(float(scores[s]), 6)) for s in sorted(order) if scores[s] >= NEARLY * best]


def verdicts(items: Sequence[Item], prediction: Prediction, codebook: Codebook, margin: float) -> list[Verdict]:
    """One verdict an item. `margin`: how close to a threshold is too close to call."""
    out = []
    for item, p, scores in zip(items, prediction.p, prediction.sentences, strict=True):
        blames = _ids(codebook, p >= prediction.thresholds)
        shown = [
            (party, *span)
            for index, party in enumerate(codebook.party_ids)
            if party in blames
            for span in evidence_spans(item, scores[:, index])
        ]
        close = too_close(p, prediction.thresholds, codebook, margin)
        out.append(Verdict([float(x) for x in p], blames, codebook.derive_stance(blames), close, shown))
    return out
