"""Language: own where the text tells, the thread's where it is too short to tell."""

import polars as pl
import pytest

from pipeline.clean.languages import detect, own_language
from pipeline.settings import CleanParams

PARAMS = CleanParams()
TONGUES = tuple(PARAMS.languages)
DUTCH = "Wij zaten de hele ochtend te wachten tot iemand van beheer de telefoon opnam."
ENGLISH = "We waited the whole morning for someone of the support team to pick up the phone."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (DUTCH, "nl"),
        (ENGLISH, "en"),
        ("Wir haben den ganzen Vormittag gewartet, bis jemand ans Telefon gegangen ist.", "de"),
        ("Nous avons attendu toute la matinée que quelqu'un réponde enfin au téléphone.", "fr"),
        ("Ons het die hele oggend gewag dat iemand die telefoon sou antwoord, maar niemand het nie.", "und"),
        ("Wy ha de hiele moarn wachte oant der ien de telefoan oppakte, mar der kaam nimmen.", "und"),
        ("Onzin!", None),
        ("Haha", None),
        ("", None),
        ("😀 12345", None),
    ],
)
def test_own_language(text: str, language: str | None) -> None:
    assert own_language(text, TONGUES, PARAMS.language_min_letters)[0] == language


def found(texts: list[tuple[str, str]], declared: dict[str, str | None]) -> list[tuple[str, float, str]]:
    df = pl.DataFrame(
        [(f"c{n}", thread, text) for n, (thread, text) in enumerate(texts)],
        schema={"comment_id": pl.String, "thread_id": pl.String, "text": pl.String},
        orient="row",
    )
    pages = pl.DataFrame(list(declared.items()), schema={"thread_id": pl.String, "language": pl.String}, orient="row")
    table = detect(df, pages, PARAMS).sort("comment_id")
    return table.select("language", "language_confidence", "language_from").rows()


def test_a_short_text_takes_the_language_of_most_of_its_thread() -> None:
    rows = found([("t", DUTCH), ("t", DUTCH + " Ja."), ("t", ENGLISH), ("t", "Haha")], {"t": "en"})
    assert [row[0] for row in rows] == ["nl", "nl", "en", "nl"]
    assert rows[3] == ("nl", round(2 / 3, 6), "thread")
    assert rows[0][2] == "own"


def test_a_thread_without_sure_texts_has_the_language_of_its_page() -> None:
    assert found([("t", "Haha")], {"t": "nl-NL"}) == [("nl", 0.5, "thread")]


def test_without_anything_to_go_by_it_is_unknown() -> None:
    assert found([("t", "Haha")], {"t": None}) == [("und", 0.0, "thread")]
    assert found([], {}) == []
