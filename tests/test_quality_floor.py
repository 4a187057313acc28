"""The labels' quality may rise, not sink in silence: the pipeline's figures beside those in quality_floor.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
FLOOR: dict[str, float] = json.loads((ROOT / "tests/quality_floor.json").read_text("utf-8"))
METRICS = ROOT / "data/processed/evaluate/metrics.json"


@pytest.mark.skipif(not METRICS.is_file(), reason="the pipeline has not run (make report)")
@pytest.mark.parametrize("figure", sorted(FLOOR))
def test_no_figure_sinks_below_its_floor(figure: str) -> None:
    value: Any = json.loads(METRICS.read_text("utf-8"))
    for step in figure.removeprefix("-").split("."):
        value = value[step]
    # a leading minus: lower is better, and the floor is a ceiling
    assert value <= FLOOR[figure] if figure.startswith("-") else value >= FLOOR[figure], f"{figure} is {value}"
