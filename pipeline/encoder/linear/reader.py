"""The linear heads at work: a comment's vector and its sentences' vectors, its words, and how it names the parties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.encoder.linear import model as stance_model
from pipeline.encoder.linear import tone as tone_model
from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.fitting import log_odds
from pipeline.learning import Floats
from pipeline.settings import Codebook, Party


@dataclass(frozen=True)
class LinearReader:
    """The heads of stance and tone."""

    stance: stance_model.StanceModel
    tone: tone_model.SentimentModel

    @classmethod
    def load(cls, folder: Path) -> LinearReader:
        """The heads kept in a folder. Raises StandpuntError where a file is missing or damaged."""
        return cls(stance_model.load(folder / "stance"), tone_model.load(folder / "tone"))

    def hear(self, items: Sequence[Item], codebook: Codebook, descriptions: Floats) -> tuple[Floats, Floats]:
        """Log-odds of blame [n, k] and log-probabilities of the tones [n, 3]. `descriptions` [k, dim]: vectors of `party_text`."""
        blame = log_odds(self.stance.predict(items, codebook, descriptions).p)
        tones = self.tone.predict(items)
        return blame, np.asarray(np.log(np.clip(tones, 1e-4, 1.0)))


def party_text(party: Party) -> str:
    """What a codebook says of a party, as it is embedded: name and description."""
    return f"{party.name.nl}: {party.description.nl or party.name.nl}"
