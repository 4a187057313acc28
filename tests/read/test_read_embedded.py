"""Tokens become passages: whole words, the surest ones, in the order of the text."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.encoder.reader import Heard
from pipeline.read.embedded import MOST_SPANS, answer_of, spans_of

TEXT = "De baas beloofde weer van alles. Mooi weer vandaag. En niemand die het ons had verteld, zoals altijd."
WORDS = [match.span() for match in re.finditer(r"\S+", TEXT)]


def shown(**sure: float) -> list[str]:
    """The passages shown when the words given have these probabilities, and all others 0.01."""
    p = np.array([sure.get(re.sub(r"\W", "", TEXT[a:b]), 0.01) for a, b in WORDS], dtype=np.float32)
    return [TEXT[a:b] for a, b, _ in spans_of(p, WORDS, TEXT)]


def test_neighbours_are_joined_over_small_gaps() -> None:
    assert shown(baas=0.9, beloofde=0.8, alles=0.7) == ["baas beloofde weer van alles."]


def test_passages_far_apart_stay_apart() -> None:
    assert shown(beloofde=0.9, weer=0.0, niemand=0.8, altijd=0.0) == ["beloofde", "niemand"] or shown(
        baas=0.9, beloofde=0.9, niemand=0.8, die=0.8, het=0.8
    ) == ["baas beloofde", "niemand die het"]


def test_a_weak_passage_beside_a_sure_one_is_left_out() -> None:
    assert shown(baas=0.9, beloofde=0.9, niemand=0.35, die=0.35, het=0.35) == ["baas beloofde"]


def test_there_is_always_a_surest_passage() -> None:
    assert len(shown()) == 1
    assert spans_of(np.zeros(0, np.float32), [], "") == []


def test_half_words_are_made_whole() -> None:
    text = "onbereikbaar"
    assert spans_of(np.array([0.9], np.float32), [(2, 6)], text) == [(0, 12, pytest.approx(0.9, abs=1e-3))]


@given(st.lists(st.floats(0, 1, width=32), min_size=len(WORDS), max_size=len(WORDS)))
def test_spans_are_ordered_slices_without_blanks_at_their_ends(p: list[float]) -> None:
    spans = spans_of(np.array(p, dtype=np.float32), WORDS, TEXT)
    assert 1 <= len(spans) <= MOST_SPANS
    assert spans == sorted(spans)
    for (start, end, score), after in zip(spans, [*spans[1:], (len(TEXT), 0, 0.0)], strict=True):
        assert 0 <= start < end <= after[0]
        assert TEXT[start:end] == TEXT[start:end].strip()
        assert 0 <= score <= 1


def test_an_answer_holds_every_party_and_is_rounded() -> None:
    size = len(WORDS)
    heard = Heard(
        np.array([1.23456789, -2.0], np.float32),
        np.array([0.1, 0.2, 0.3], np.float32),
        WORDS,
        np.full((2, size), 0.4, np.float32),
        np.ones((2, 16), np.float32),
    )
    answer = answer_of(heard, TEXT, ["a", "b"])
    assert answer.blame == (1.2346, -2.0)
    assert {party for party, *_ in answer.evidence} == {"a", "b"}
    assert len(answer.features) == 2
