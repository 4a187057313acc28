"""Tokens' evidence is told by sentence: the surest ones, in the order of the text."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.encoder.reader import Heard
from pipeline.read.embedded import MOST_SENTENCES, answer_of, spans_of

TEXT = "De baas beloofde weer van alles. Mooi weer vandaag. En niemand die het ons had verteld, zoals altijd."
WORDS = [match.span() for match in re.finditer(r"\S+", TEXT)]


def shown(**sure: float) -> list[str]:
    """The passages shown when the words given have these probabilities, and all others 0.01."""
    p = np.array([sure.get(re.sub(r"\W", "", TEXT[a:b]), 0.01) for a, b in WORDS], dtype=np.float32)
    return [TEXT[a:b] for a, b, _ in spans_of(p, WORDS, TEXT)]


def test_the_surest_sentence_is_shown() -> None:
    assert shown(baas=0.9, beloofde=0.8, alles=0.7) == ["De baas beloofde weer van alles."]


def test_a_sentence_nearly_as_sure_is_shown_beside_it_and_a_weaker_one_not() -> None:
    both = shown(De=0.9, baas=0.9, beloofde=0.9, weer=0.9, van=0.9, alles=0.9, Mooi=0.88, vandaag=0.88)
    assert both == ["De baas beloofde weer van alles.", "Mooi weer vandaag."]
    assert shown(baas=0.9, beloofde=0.9, niemand=0.35, die=0.35) == ["De baas beloofde weer van alles."]


def test_there_is_always_a_surest_one() -> None:
    assert len(shown()) >= 1
    assert spans_of(np.zeros(0, np.float32), [], "") == []


@given(st.lists(st.floats(0, 1, width=32), min_size=len(WORDS), max_size=len(WORDS)))
def test_spans_are_ordered_slices_without_blanks_at_their_ends(p: list[float]) -> None:
    spans = spans_of(np.array(p, dtype=np.float32), WORDS, TEXT)
    assert 1 <= len(spans) <= MOST_SENTENCES
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
