"""Terms: lemmas and collocations that may name a topic, in the form in which people write them."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.topics.terms import _form, collocations, extract, segments


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("", []),
        ("😅 !!! 12345 https://voorbeeld.invalid/a @kees", []),
        ("de en van het", []),
        ("De oude fietsen in de stalling.", [["oud", "fiets"], ["stalling"]]),
        ("fietsen, tomaten", [["fiets"], ["tomaat"]]),
        ("The orchestra of the town", [["orchestra"], ["town"]]),
    ],
)
def test_segments(text: str, want: list[list[str]]) -> None:
    found = [[word.lemma for word in run] for run in segments(text, "nl")]
    kept = [[lemma for lemma in run if lemma in {x for run in want for x in run}] for run in found]
    assert [run for run in kept if run] == want
    if not want:
        assert found == []


def test_an_abbreviation_of_two_capitals_counts() -> None:
    assert [[w.surface for w in run] for run in segments("stuur HR xy een brief", "nl")] == [["stuur", "HR"], ["brief"]]


def test_words_that_belong_together_are_one_term() -> None:
    texts = [f"Het groene compost hoopje nummer {i} ligt naast kas en schoffel" for i in range(2)]
    texts += ["Onze dirigent wil meer viool", "Een oude viool en een koor", "De schoffel, de kas"] * 3
    texts += [
        "zonder natte laarzen speelt niemand",
        "geen natte laarzen dus",
        "die natte laarzen weer",
        "natte laarzen, mooi",
    ]
    found = extract(texts, ["nl"] * len(texts), [f"a{i}" for i in range(len(texts))])
    assert "nat_laars" in found.vocabulary
    assert found.natural["nat_laars"] == "natte laarzen"
    assert "laars" not in found.vocabulary


def test_no_pair_across_a_stop_word_or_a_comment() -> None:
    texts = ["kas", "koor", "kas en koor"] * 5
    cut = [segments(text, "nl") for text in texts]
    assert collocations(cut) == set()


def test_a_word_of_one_author_is_no_term() -> None:
    texts = ["Orkest en zwaluwstaart", "Orkest met zwaluwstaart", "Orkest dan maar"]
    assert extract(texts, ["nl"] * 3, ["a", "a", "b"]).vocabulary == ["orkest"]


@pytest.mark.parametrize("texts", [[], ["", "  "], ["😅", "!!!"]])
def test_texts_without_words_give_no_terms(texts: list[str]) -> None:
    found = extract(texts, ["nl"] * len(texts), ["a"] * len(texts))
    assert found.vocabulary == []
    assert found.documents == [[] for _ in texts]


@pytest.mark.parametrize(
    ("forms", "want"),
    [
        ({"klanten": 3, "klant": 2}, "klanten"),
        ({"Klanten": 2, "klanten": 2, "klant": 3}, "klanten"),
        ({"EPD": 5, "epd": 1}, "EPD"),
        ({"b": 1, "a": 1}, "a"),
    ],
)
def test_the_form_that_people_write_most(forms: dict[str, int], want: str) -> None:
    assert _form(Counter(forms)) == want
