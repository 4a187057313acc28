"""Sentences, tokens, stems, lemmas, stop words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language import lemma, sentence_spans, stem, stop_words, tokens


def sentences(text: str, language: str = "nl") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Een zin. Nog een zin.", ["Een zin.", "Nog een zin."]),
        ("Wat nu?! Geen idee...  Toch?", ["Wat nu?!", "Geen idee...", "Toch?"]),
        (
            "Volgens dhr. De Vries is het bijv. niet waar. Nou.",
            ["Volgens dhr. De Vries is het bijv. niet waar.", "Nou."],
        ),
        ("zonder punt\nnieuwe regel\n\nnog een", ["zonder punt", "nieuwe regel", "nog een"]),
        ("Ja. ... Nee.", ["Ja. ... Nee."]),
        ("Mooi. :-)\nNiet.", ["Mooi. :-)", "Niet."]),
        ("1. Eerst dit. 2. Dan dat.", ["1. Eerst dit.", "2. Dan dat."]),
        (
            "Versie 2.0.1 staat op www.voorbeeld.invalid/a. Klaar.",
            ["Versie 2.0.1 staat op www.voorbeeld.invalid/a.", "Klaar."],
        ),
        ("é😀 ï. Tweede.", ["é😀 ï.", "Tweede."]),
        ("...", ["..."]),
        ("😀", ["😀"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences(text: str, want: list[str]) -> None:
    assert sentences(text) == want


def test_an_unknown_language_is_cut_as_dutch() -> None:
    assert sentences("Dit is m.b.t. alles. Ja.", "und") == sentences("Dit is m.b.t. alles. Ja.", "nl")


awkward = st.text(st.sampled_from("aA1é😀\u00a0\u2003\u200b .?!…\"'()[]-:;,\n\r\t\u2028\ud800\x00“”"), max_size=40)


@settings(max_examples=300, deadline=None)
@given(awkward, st.sampled_from(["nl", "en", "de", "fr", "und", "xx"]))
def test_spans_hold_every_character_that_is_no_space(text: str, language: str) -> None:
    end = 0
    for start, stop in sentence_spans(text, language):
        assert end <= start < stop
        assert text[start:stop] == text[start:stop].strip()
        assert not text[end:start].strip()
        end = stop
    assert not text[end:].strip()


def test_a_long_line_is_cut_only_at_its_sentences() -> None:
    line = "Dit is zin nummer een van vele. " * 1_000
    assert set(sentences(line)) == {"Dit is zin nummer een van vele."}
    words = "woord " * 5_000
    assert len(sentences(words)) == 1


def test_tokens_keep_case_apostrophes_and_names() -> None:
    assert tokens("ICT’ers, @mia 😀 :-)") == ["ICT'ers", ",", "@mia", "😀", ":-)"]
    assert len(tokens("a" * 1_000)) > 1


@pytest.mark.parametrize(
    ("word", "want"),
    [
        ("managers", "manager"),
        ("ideeën", "idee"),
        ("ICT'ers", "ict'er"),
        ("ICT’ers", "ict'er"),
        ("leidinggevenden", "leidinggevende"),
        ("verantwoordelijken", "verantwoordelijke"),
        ("servicemedewerkers", "servicemedewerker"),
        ("storingsmeldingen", "storingsmelding"),
        ("bereikbaarheden", "bereikbaarheid"),
        ("app's", "app"),
        ("liepen", "lopen"),
        ("80%", "80%"),
    ],
)
def test_dutch_lemmas(word: str, want: str) -> None:
    assert lemma(word, "nl") == want


def test_other_languages() -> None:
    assert lemma("developers", "en") == "developer"
    assert stem("managers", "nl") == "manager"
    assert stem("Talking", "en") == "talk"
    assert stem("Woord", "xx") == "woord"


def test_stop_words_are_function_words_not_subjects() -> None:
    assert {"de", "niet", "haha", "zo'n"} <= stop_words("nl")
    assert {"the", "don't", "lol"} <= stop_words("en")
    assert stop_words("xx") == frozenset()
    for language in ("nl", "en"):
        assert all(word == word.lower() and " " not in word for word in stop_words(language))
        assert not stop_words(language) & {"manager", "klant", "customer", "probleem", "problem", "werk", "work"}
