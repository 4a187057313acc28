"""Floods, exact and near duplicates: only what one author repeats is dropped, and the drop points to what is kept."""

import datetime as dt

import polars as pl
import pytest

from pipeline.clean import duplicates
from pipeline.settings import CleanParams

PARAMS = CleanParams()
LONG = "Wij kregen de planning pas te horen toen de klant al aan de telefoon hing over de facturen"
START = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


def table(*rows: dict[str, object]) -> pl.DataFrame:
    filled = [
        {
            "comment_id": f"c{n:03}",
            "thread_id": "t1",
            "parent_id": None,
            "author_id": "a",
            "position": n,
            "posted_at": START + dt.timedelta(days=n),
            **row,
        }
        for n, row in enumerate(rows)
    ]
    schema = {
        "comment_id": pl.String,
        "thread_id": pl.String,
        "parent_id": pl.String,
        "author_id": pl.String,
        "position": pl.Int32,
        "posted_at": pl.Datetime("us", "UTC"),
        "text": pl.String,
    }
    return pl.DataFrame(filled, schema=schema, orient="row")


def drops(*rows: dict[str, object]) -> list[tuple[str, str, str]]:
    return duplicates.dropped(table(*rows), PARAMS).rows()


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"text": LONG}, {"text": LONG}, "duplicate"),
        ({"text": LONG}, {"text": LONG.upper() + "!!"}, "duplicate"),
        ({"text": LONG, "author_id": None}, {"text": LONG, "author_id": None}, "duplicate"),
        ({"text": "Klopt."}, {"text": "klopt"}, "duplicate"),
        ({"text": LONG}, {"text": LONG + " nog"}, "near_duplicate"),
        ({"text": LONG}, {"text": LONG.replace("telefoon", "telefon")}, "near_duplicate"),
        # kept
        ({"text": LONG}, {"text": LONG, "author_id": "b"}, None),
        ({"text": LONG}, {"text": LONG, "author_id": None}, None),
        ({"text": LONG}, {"text": LONG, "thread_id": "t2"}, None),
        ({"text": "Klopt.", "parent_id": "x"}, {"text": "Klopt.", "parent_id": "y"}, None),
        ({"text": "Klopt.", "author_id": None}, {"text": "Klopt.", "author_id": None}, None),
        ({"text": LONG}, {"text": LONG.replace("pas", "niet")}, None),
        ({"text": LONG}, {"text": LONG + " " + LONG.replace("planning", "begroting") + " en zo nog wat"}, None),
        ({"text": LONG}, {"text": "Iets heel anders over parkeren voor de deur van het kantoor in de regen"}, None),
    ],
)
def test_pairs(first: dict[str, object], second: dict[str, object], reason: str | None) -> None:
    assert drops(first, second) == ([("c001", "c000", reason)] if reason else [])


def test_a_drop_points_to_a_comment_that_is_kept() -> None:
    found = drops({"text": LONG}, {"text": LONG + " nog"}, {"text": LONG + " nog eens"}, {"text": LONG})
    assert {(first, root) for first, root, _ in found} == {("c001", "c000"), ("c002", "c000"), ("c003", "c000")}


def flood(minutes: list[int], author: str | None = "a") -> list[dict[str, object]]:
    words = ["hele", "dit", "ons", "dat", "jullie", "elk"]
    return [
        {"text": f"Met papier had je {words[i % 6]} probleem niet, er lag een dossier!", "author_id": author}
        | {"posted_at": START + dt.timedelta(minutes=m)}
        for i, m in enumerate(minutes)
    ]


def test_a_flood_keeps_its_first() -> None:
    assert drops(*flood([0, 10, 20, 30, 40])) == [(f"c00{n}", "c000", "flood") for n in range(1, 5)]


def test_a_flood_may_run_over_threads() -> None:
    rows = [row | {"thread_id": f"t{n}"} for n, row in enumerate(flood([0, 1, 2, 3]))]
    assert [reason for _, _, reason in drops(*rows)] == ["flood"] * 3


@pytest.mark.parametrize(
    "rows",
    [
        flood([0, 10, 20]),  # too few
        flood([0, 30, 61, 91]),  # too slow
        [row | {"author_id": f"a{n}"} for n, row in enumerate(flood([0, 1, 2, 3]))],  # several people
        [row | {"posted_at": None} for row in flood([0, 1, 2, 3])],  # nobody knows when
    ],
)
def test_no_flood(rows: list[dict[str, object]]) -> None:
    assert "flood" not in [reason for _, _, reason in drops(*rows)]


def test_four_different_comments_in_an_hour_are_no_flood() -> None:
    texts = [
        "Ik snap die hele planning niet, wie heeft dat bedacht?",
        "Parkeren kan hier trouwens ook al maanden nergens meer.",
        "Mijn moeder belde de helpdesk en kreeg een bandje met muziek.",
        "Goed stuk, al had de titel van mij korter gemogen.",
    ]
    assert drops(*[{"text": t, "posted_at": START + dt.timedelta(minutes=n)} for n, t in enumerate(texts)]) == []


def test_no_comments() -> None:
    assert duplicates.dropped(table(), PARAMS).rows() == []


def test_the_order_of_the_rows_does_not_matter() -> None:
    df = table({"text": LONG}, {"text": LONG}, {"text": LONG + " nog"}, *flood([0, 1, 2, 3]))
    want = duplicates.dropped(df, PARAMS)
    assert duplicates.dropped(df.sample(fraction=1.0, shuffle=True, seed=3), PARAMS).equals(want)


def test_pairs_grow_with_the_comments_not_with_their_square() -> None:
    """Texts of one thread by nobody known, all of the same few words: at most NEIGHBOURS pairs a word and comment."""
    same = table(*[{"text": f"{LONG} {n}", "author_id": None} for n in range(400)])
    prepared = duplicates._prepared(same)
    assert duplicates.candidate_pairs(prepared, 0.9).height <= 400 * duplicates.NEIGHBOURS * 6
