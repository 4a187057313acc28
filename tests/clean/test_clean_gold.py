"""Training texts are cleaned as the corpus is, and their evidence is found again."""

import pytest

from pipeline.clean.gold import clean_gold, find_span
from pipeline.settings import CleanParams
from pipeline.tables import ADJUDICATOR, ANNOTATIONS

ROW = {
    "comment_id": None,
    "debate": "d",
    "writer": "w1",
    "language": "nl",
    "blames": ["x"],
    "sentiment": "negative",
    "evidence": [],
    "difficulty": None,
    "doubt": None,
    "annotator": "ann",
    "sampled": "written",
    "split": "train",
    "constructed": True,
}


def gold(*rows: dict[str, object]) -> tuple[list[dict[str, object]], list[str]]:
    annotations = ANNOTATIONS.frame([{**ROW, "annotation_id": f"g{n}", **row} for n, row in enumerate(rows)])
    df, notes = clean_gold(annotations, CleanParams())
    return df.to_dicts(), notes


def test_text_and_evidence() -> None:
    text = "De ICT?ers lachten. Niemand belde de cli?nt terug."
    rows, notes = gold({"text": text, "evidence": [{"party": "x", "span": "Niemand belde de cli?nt"}]})
    clean = rows[0]["text"]
    assert clean == "De ICT'ers lachten. Niemand belde de cliënt terug."
    assert [clean[e["start"] : e["end"]] for e in rows[0]["evidence"]] == ["Niemand belde de cliënt"]
    assert notes == []


def test_evidence_that_is_not_there_is_left_out_and_told() -> None:
    rows, notes = gold({"text": "Iets.", "evidence": [{"party": "x", "span": "iets heel anders"}]})
    assert rows[0]["evidence"] == []
    assert notes == ["1 evidence spans not found in the cleaned training texts"]


def test_judgements_of_corpus_comments_are_not_gold_texts() -> None:
    assert gold({"text": None, "comment_id": "c1"})[0] == []


def test_a_writer_is_never_on_both_sides() -> None:
    rows, _ = gold(*[{"text": f"Tekst {n}.", "writer": f"w{n % 7}", "split": None} for n in range(40)])
    sides = {(row["writer"], row["split"]) for row in rows}
    assert len(sides) == 7
    assert {side for _, side in sides} <= {"train", "test"}


@pytest.mark.parametrize(
    ("text", "span", "found"),
    [
        ("een twee drie", "twee", "twee"),
        ("een\n\ntwee drie", "een twee", "een\n\ntwee"),
        ("een twee", "drie", None),
        ("een twee", "  ", None),
    ],
)
def test_find_span(text: str, span: str, found: str | None) -> None:
    place = find_span(text, span)
    assert (text[place[0] : place[1]] if place else None) == found


def test_who_decides_between_two_readers_has_the_last_word() -> None:
    first = {"annotation_id": "a", "text": "Niemand belde, en de baas zweeg.", "blames": [], "sentiment": "neutral"}
    decided = {
        "annotation_id": "a-decided",
        "comment_id": "a",
        "text": None,
        "annotator": ADJUDICATOR,
        "blames": ["baas"],
        "sentiment": "negative",
        "evidence": [{"party": "baas", "span": "de baas zweeg"}],
    }
    second = {**decided, "annotation_id": "a-second", "annotator": "second", "sentiment": "positive"}
    (row,), _ = gold(first, decided, second)
    assert (row["blames"], row["sentiment"]) == (["baas"], "negative")
    assert [row["text"][e["start"] : e["end"]] for e in row["evidence"]] == ["de baas zweeg"]


def test_what_a_reply_answers_is_cleaned_too() -> None:
    (row,), _ = gold({"text": "Precies.", "parent": "De cli?nt  wacht."})
    assert row["parent"] == "De cliënt wacht."
