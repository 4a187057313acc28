"""Calibration, thresholds and roles, against values worked out by hand and on data made to be biased."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learning import (
    OWN_FROM,
    Case,
    Scale,
    StanceScale,
    ToneScale,
    fit_stance,
    fit_tone,
    macro_f1,
    platt,
    roles,
    sigmoid,
)
from pipeline.settings import Codebook

TWO = Codebook.model_validate(
    {
        "debate": "huur",
        "parties": [{"id": "huurder", "name": "x"}, {"id": "baas", "name": "y"}, {"id": "other", "name": "z"}],
    }
)
THREE = Codebook.model_validate(
    {"debate": "flat", "parties": [{"id": party, "name": party} for party in ("bestuur", "beheer", "bewoner")]}
)


@pytest.mark.parametrize(
    ("truth", "said", "value"),
    [
        ([], [], 0.0),
        (["a", "b"], ["a", "b"], 1.0),
        (["a", "a", "b"], ["a", "b", "b"], (2 / 3 + 2 / 3) / 2),
        (["a"], ["b"], 0.0),  # a class that is only said counts too
    ],
)
def test_macro_f1(truth: list[str], said: list[str], value: float) -> None:
    assert macro_f1(truth, said) == pytest.approx(value)


def test_roles_make_debates_comparable() -> None:
    assert roles(TWO) == {
        "blame_huurder": "first",
        "blame_baas": "second",
        "blame_other": "other",
        "blame_both": "both",
        "no_blame": "none",
    }
    assert roles(THREE)["blame_bewoner"] == "third"


def biased(number: int, book: Codebook, shift: float, seed: int = 1) -> list[Case]:
    """Cases whose log-odds are `shift` too high for every party."""
    rng = np.random.default_rng(seed)
    true = rng.normal(-0.5, 2.0, (number, len(book.parties)))
    blamed = rng.random(true.shape) < sigmoid(true)
    return [
        Case(tuple(row + shift), frozenset(p for p, on in zip(book.party_ids, hit, strict=True) if on), book)
        for row, hit in zip(true, blamed, strict=True)
    ]


def error(scale: StanceScale, cases: list[Case]) -> float:
    """Difference of mean probability and observed share, over all parties."""
    p = np.concatenate([scale.probabilities(np.asarray([case.scores]), case.codebook)[0] for case in cases])
    y = np.concatenate([[party in case.blames for party in case.codebook.party_ids] for case in cases])
    return abs(float(p.mean() - y.mean()))


def test_a_bias_is_taken_out() -> None:
    fitted = fit_stance(biased(60, TWO, 2.0) + biased(60, THREE, 2.0, 2))
    assert not fitted.own  # too few for scales of their own
    unseen = biased(400, TWO, 2.0, 3)
    assert error(StanceScale(), unseen) > 0.2
    assert error(fitted, unseen) < 0.06


def test_a_debate_with_gold_enough_gets_scales_of_its_own() -> None:
    fitted = fit_stance(biased(OWN_FROM, TWO, 1.0))
    assert set(fitted.own) == {"huur"}
    renamed = TWO.model_copy(update={"parties": TWO.parties[:2]})
    assert fitted.of(renamed) == [fitted.primary, fitted.primary]  # not for other parties under the same name


def test_scales_survive_json_and_thresholds_follow_the_codebook() -> None:
    fitted = fit_stance(biased(OWN_FROM, TWO, 1.0))
    assert StanceScale.from_json(fitted.as_json()) == fitted
    assert fitted.thresholds(THREE).tolist() == [fitted.primary.threshold] * 3


def test_without_cases_nothing_is_changed() -> None:
    assert fit_stance([]) == StanceScale()
    assert StanceScale().probabilities(np.array([[0.0, 0.0, 0.0]]), TWO).tolist() == [[0.5, 0.5, 0.5]]


def test_a_model_that_knows_nothing_is_not_turned_round() -> None:
    slope, offset = platt(np.array([3.0, 2.0, -2.0, -3.0]), np.array([0, 0, 1, 1]))
    assert slope == 0.0
    assert offset == pytest.approx(0.0)


def test_weights_speak_only_where_features_do() -> None:
    scale = Scale(1.0, 0.0, 0.5, (2.0,))
    scores = np.array([0.0, 1.0])
    assert scale.log_odds(scores).tolist() == [0.0, 1.0]
    assert scale.log_odds(scores, np.array([[1.0], [0.5]])).tolist() == [2.0, 2.0]
    assert scale.log_odds(scores, np.zeros((2, 3))).tolist() == [0.0, 1.0]  # another model's features are not these


@given(st.lists(st.floats(-20, 20), min_size=3, max_size=3))
def test_tones_are_probabilities(scores: list[float]) -> None:
    p = ToneScale().probabilities(np.array([scores]))
    assert p.sum() == pytest.approx(1.0, abs=1e-5)
    assert (p >= 0).all()


def test_tone_calibration_learns_which_label_is_said_too_often() -> None:
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 3, 600)
    scores = np.eye(3)[labels] * 2.0 + rng.normal(0, 1.0, (600, 3)) + np.array([1.5, 0.0, 0.0])
    fitted = fit_tone(scores[:300], labels[:300])
    plain, better = ((s.probabilities(scores[300:]).argmax(1) == labels[300:]).mean() for s in (ToneScale(), fitted))
    assert better > plain + 0.05
    assert np.allclose(ToneScale.from_json(fitted.as_json()).weights, fitted.weights)
    assert math.isclose(fit_tone(scores[:2], np.array([0, 1])).bias.sum(), 0.0)  # too few tones: unchanged
