"""A line that is word for word what another said before is a quote, even without a mark."""

from pipeline.clean.repeats import Said, without_repeats
from pipeline.clean.text import clean_text

SENTENCE = "De planning was al weg voor de lunch begon."


def said(*comments: tuple[str | None, str]) -> list[Said]:
    return [Said(author, clean_text(text)) for author, text in comments]


def test_anothers_sentence_on_a_line_of_its_own_is_a_quote() -> None:
    cleaned = without_repeats(
        said(("a", f"Tja. {SENTENCE} En toen?"), ("b", f"{SENTENCE}\nDat het één is, zie ik: cli?nt"))
    )
    assert cleaned[1].text == "Dat het één is, zie ik: cliënt"
    assert cleaned[1].quotes == (SENTENCE,)
    assert 0.5 < cleaned[1].quoted_share < 0.7
    repair = cleaned[1].repairs[0]
    assert cleaned[1].text[repair.start :] == "cliënt"


def test_quotation_marks_and_capitals_do_not_hide_it() -> None:
    cleaned = without_repeats(said((None, SENTENCE), (None, f"“{SENTENCE.upper()}”\nKlopt.")))
    assert cleaned[1].text == "Klopt."


def test_the_opening_is_quoted_too() -> None:
    cleaned = without_repeats(said(("a", f"{SENTENCE}\nWaarom?")), opening=f"Ooit. {SENTENCE} Nu niet meer.")
    assert cleaned[0].text == "Waarom?"


def test_what_is_no_quote() -> None:
    own = without_repeats(said(("a", SENTENCE), ("a", f"{SENTENCE}\nZeg ik nog eens.")))
    assert own[1].text.startswith(SENTENCE)
    short = without_repeats(said(("a", "Helemaal mee eens."), ("b", "Helemaal mee eens.\nEn meer.")))
    assert short[1].text.startswith("Helemaal")
    whole = without_repeats(said(("a", SENTENCE), ("b", SENTENCE)))
    assert whole[1].text == SENTENCE
    part = without_repeats(said(("a", SENTENCE), ("b", f"{SENTENCE} Nou en?\nJa.")))
    assert part[1].text.startswith(SENTENCE)
