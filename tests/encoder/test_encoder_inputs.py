"""Windows over tokens, what is told of a party, and where a text names one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.encoder.inputs import BEGIN, END, OVERLAP, WINDOW_TOKENS, first_window, party_texts, windows
from pipeline.encoder.mentions import lexicons, mentions, name_aliases
from pipeline.encoder.reader import get_encoder
from pipeline.settings import Codebook, Party

PARTY = Party.model_validate(
    {
        "id": "huurder",
        "name": {"nl": "de huurders", "en": "tenants"},
        "description": {"nl": "Wie huurt.", "en": "Who rents."},
        "aliases": ["huurder*", "bewoner*", "the tenants"],
    }
)


def tokenizer() -> object:
    return get_encoder().tokenizer


@pytest.mark.parametrize("text", ["De klant belt.", "  Twee  spaties\n\nen regels.", "😀 tja…", "ﬁets", "a\u200bb"])
def test_spans_are_places_in_the_text_as_given(text: str) -> None:
    (window,) = windows(tokenizer(), text)  # type: ignore[arg-type]
    assert window.ids[0] == BEGIN
    assert window.ids[-1] == END
    own = [span for span in window.spans if span[1] > 0]
    assert own[0][0] <= len(text) - len(text.lstrip())
    assert own[-1][1] == len(text.rstrip()) or text[own[-1][1] :].strip() == ""
    assert own == sorted(own)


def test_a_long_text_is_read_whole_in_windows_that_overlap() -> None:
    text = " ".join(f"woord{number}" for number in range(600))
    parts = windows(tokenizer(), text)  # type: ignore[arg-type]
    assert len(parts) > 2
    assert all(len(part.ids) <= WINDOW_TOKENS + 8 for part in parts)
    covered = sorted({span for part in parts for span in part.spans if span[1]})
    whole = windows(tokenizer(), text, 100_000)[0]  # type: ignore[arg-type]
    assert covered == [span for span in whole.spans if span[1]]
    shared = {s for s in parts[0].spans if s[1]} & {s for s in parts[1].spans if s[1]}
    assert len(shared) == OVERLAP


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for window in windows(tokenizer(), text):  # type: ignore[arg-type]
        assert len(window.ids) == len(window.spans)


@pytest.mark.parametrize("limit", [1, 5, 40, 128])
def test_a_beginning_is_no_longer_than_asked(limit: int) -> None:
    window = first_window(tokenizer(), "een twee drie vier vijf " * 60, limit)  # type: ignore[arg-type]
    assert window.own.sum() == limit
    assert window.ids[-1] == END


def test_what_is_not_told_of_a_party_is_told_by_what_is() -> None:
    assert party_texts(PARTY) == ("de huurders", "huurder, bewoner, the tenants", "Wie huurt.")
    assert party_texts(PARTY, "en")[0] == "tenants"
    assert party_texts(Party.model_validate({"id": "x", "name": "katten"})) == ("katten", "katten", "katten")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("De Huurders van boven", ["Huurders"]),
        ("huurdersvereniging", ["huurdersvereniging"]),
        ("verhuurder", []),
        ("The  tenants' rights", ["The  tenants"]),
        ("die bewoners en tenants", ["bewoners", "tenants"]),
    ],
)
def test_aliases_are_whole_words_and_a_star_is_the_rest_of_one(text: str, named: list[str]) -> None:
    (lexicon,) = lexicons(Codebook(parties=[PARTY]))
    assert [text[a:b] for a, b in mentions(text, lexicon.aliases)] == named


def test_a_name_alone_serves_and_another_party_names_nobody() -> None:
    assert name_aliases(Party.model_validate({"id": "x", "name": "de katten en honden"}))[:2] == ["katt*", "hond*"]
    book = Codebook.model_validate({"parties": [{"id": "other", "name": "een andere partij"}]})
    assert mentions("een andere partij", lexicons(book)[0].aliases) == []
