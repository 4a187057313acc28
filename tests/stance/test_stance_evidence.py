"""From log-odds to a verdict: thresholds, abstention, evidence of blamed parties alone."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.learning import Scale, StanceScale
from pipeline.settings import Codebook
from pipeline.stance.evidence import rows_of, too_close, verdicts
from pipeline.tables import STANCE

BOOK = Codebook.model_validate(
    {
        "debate": "huur",
        "parties": [{"id": "huurder", "name": "x"}, {"id": "baas", "name": "y"}, {"id": "other", "name": "z"}],
    }
)
SCALE = StanceScale(Scale(threshold=0.5), Scale(threshold=0.5))


@pytest.mark.parametrize(
    ("p", "close"),
    [
        ([0.9, 0.1, 0.1], False),
        ([0.52, 0.1, 0.1], True),  # the other way it would be nobody
        ([0.9, 0.1, 0.52], False),  # a secondary party beside a primary one changes nothing
        ([0.1, 0.1, 0.48], True),
    ],
)
def test_too_close_to_call_is_about_the_stance(p: list[float], close: bool) -> None:
    assert too_close(np.array(p), np.full(3, 0.5), BOOK, 0.05) is close


def test_a_verdict_shows_only_what_it_says() -> None:
    shown = [("huurder", 0, 4, 0.9), ("baas", 5, 9, 0.8)]
    (verdict,) = verdicts([[3.0, -3.0, -3.0]], [shown], BOOK, SCALE, 0.05)
    assert (verdict.stance, verdict.blames, verdict.abstained) == ("blame_huurder", ["huurder"], False)
    assert verdict.evidence == [("huurder", 0, 4, 0.9)]
    assert verdict.p[0] == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-6)


@pytest.mark.parametrize(
    ("scores", "stance"),
    [([3, 3, -3], "blame_both"), ([-3, -3, 3], "blame_other"), ([-3, -3, -3], "no_blame"), ([-3, 3, 3], "blame_baas")],
)
def test_the_stance_follows_from_who_is_blamed(scores: list[float], stance: str) -> None:
    assert verdicts([scores], [[]], BOOK, SCALE, 0.0)[0].stance == stance


def test_features_change_a_verdict_only_where_there_are_weights() -> None:
    own = {"huur": {party: Scale(weights=(4.0,)) for party in BOOK.party_ids}}
    features = [[[1.0], [-1.0], [-1.0]]]
    assert verdicts([[-1.0, -1.0, -1.0]], [[]], BOOK, SCALE, 0.0, features)[0].blames == []
    assert verdicts([[-1.0, -1.0, -1.0]], [[]], BOOK, StanceScale(own=own), 0.0, features)[0].blames == ["huurder"]


def test_rows_fit_the_table() -> None:
    said = verdicts([[3.0, -3.0, -3.0], [-3.0, -3.0, -3.0]], [[("huurder", 0, 4, 0.9)], []], BOOK, SCALE, 0.05)
    table = STANCE.frame(rows_of(["b", "a"], said, BOOK))
    assert table["comment_id"].to_list() == ["a", "b"]
    assert table["evidence"].to_list()[1] == [{"party": "huurder", "start": 0, "end": 4, "score": 0.9}]


def test_no_comments_no_verdicts() -> None:
    assert verdicts([], [], BOOK, SCALE, 0.05) == []
