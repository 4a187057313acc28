"""How the encoder's scores become probabilities: as shipped with it, or as `standpunt train` adapted that to one's own corpus."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.encoder.reader import FOLDER, digest_of, settings_of
from pipeline.learning import StanceScale, ToneScale

#: Written by `standpunt train`; delete it to go back to what is shipped.
ADAPTED = Path("data/raw/adapted/encoder.json")


@dataclass(frozen=True)
class Calibration:
    """Scales of stance and tone, and a word on what they were learned from."""

    stance: StanceScale
    tone: ToneScale
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """For a JSON file."""
        return {"stance": self.stance.as_json(), "tone": self.tone.as_json(), "note": self.note}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Calibration:
        """The inverse of `as_json`."""
        return cls(StanceScale.from_json(data["stance"]), ToneScale.from_json(data["tone"]), data["note"])


def shipped(folder: Path = FOLDER) -> Calibration:
    """The calibration that was learned on the gold of split `dev` when the encoder was trained."""
    return Calibration.from_json(json.loads((folder / "calibration.json").read_text("utf-8")))


def adapted(root: Path) -> Calibration | None:
    """This project's own calibration, if there is one and it was made for the encoder as it is now."""
    path = root / ADAPTED
    if not path.is_file():
        return None
    data = store.read_json(path)
    if data.get("encoder") != digest_of(settings_of()):
        return None
    return Calibration.from_json(data)
