"""From a model's scores to a row of the stance table: who is blamed, how sure that is, and which words show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.learning import Floats, StanceScale
from pipeline.settings import Codebook

Evidence = tuple[str, int, int, float]  # party, start, end, score


@dataclass(frozen=True)
class Verdict:
    """What the stance table says about one comment."""

    p: list[float]  # per party, in the codebook's order
    blames: list[str]
    stance: str
    abstained: bool
    evidence: list[Evidence]


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


def verdicts(
    scores: Sequence[Sequence[float]],
    evidence: Sequence[Sequence[Evidence]],
    codebook: Codebook,
    scale: StanceScale,
    margin: float,
    features: Sequence[Sequence[Sequence[float]]] | None = None,
) -> list[Verdict]:
    """One verdict a comment, of its parties' log-odds and what shows each. `margin`: how close to a threshold is too close.

    `features`: a row a party of each comment, empty where the model gives none.
    """
    thresholds = scale.thresholds(codebook)
    table = np.asarray(scores, dtype=np.float64).reshape(len(scores), len(codebook.parties))
    told = np.asarray(features, dtype=np.float64) if features and all(features) else None
    out = []
    for p, shown in zip(scale.probabilities(table, codebook, told), evidence, strict=True):
        blames = _ids(codebook, p >= thresholds)
        close = too_close(p, thresholds, codebook, margin)
        kept = [e for party in blames for e in shown if e[0] == party]
        out.append(Verdict([float(x) for x in p], blames, codebook.derive_stance(blames), close, kept))
    return out


def rows_of(ids: Sequence[str], said: Sequence[Verdict], codebook: Codebook) -> list[dict[str, Any]]:
    """Verdicts as rows of the stance table."""
    parties = codebook.party_ids
    return [
        {
            "comment_id": comment_id,
            "p": [{"party": party, "p": p} for party, p in zip(parties, verdict.p, strict=True)],
            "blames": verdict.blames,
            "stance": verdict.stance,
            "abstained": verdict.abstained,
            "evidence": [dict(zip(("party", "start", "end", "score"), e, strict=True)) for e in verdict.evidence],
        }
        for comment_id, verdict in zip(ids, said, strict=True)
    ]
