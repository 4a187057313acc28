"""Ids of comments of which the platform tells none: whatever is put in, edited or taken out elsewhere, they stay."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.extract import page
from pipeline.extract.rows import rows_of
from pipeline.extract.secret import PUBLIC
from pipeline.extract.threads import Sighting, gather
from pipeline.platforms import pasted
from pipeline.platforms.base import Page, RawComment
from pipeline.platforms.reading import Reading
from pipeline.settings import Source

SEEN = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
SOURCE = Source(
    id="bron", kind="page", location="x.html", added=SEEN, provenance="imported"
)  # fmt: skip
Said = tuple[str | None, int | None, str]  # author, hour, words
THREE: list[Said] = [("Anneke", 9, "Ja"), ("Bob", 10, "Nee"), (None, None, "Ja")]


def thread(said: list[Said]) -> Reading:
    hour = SEEN.replace(minute=0)
    raws = [RawComment(None, None, name, at and hour.replace(hour=at), text, "text") for name, at, text in said]  # type: ignore[arg-type]
    return Reading("generic", "https://forum.invalid/t", comments=raws, thread="t")


def ids(*pages: Page, source: Source = SOURCE, key: bytes = PUBLIC) -> dict[tuple[object, object], list[str]]:
    """(time, words) -> ids in reading order."""
    found: dict[tuple[object, object], list[str]] = {}
    threads = gather([Sighting(one, SEEN, one.url, None, n) for n, one in enumerate(pages)])
    for row in rows_of(threads, source, key, []).comments:
        found.setdefault((row["posted_at"], row["text_raw"]), []).append(str(row["comment_id"]))
    return found


@pytest.mark.parametrize("place", range(4))
def test_a_comment_put_in_changes_no_other_id(place: int) -> None:
    before = ids(thread(THREE))
    after = ids(thread([*THREE[:place], ("Kees", 8, "Misschien"), *THREE[place:]]))
    assert {key: after[key] for key in before} == before and len(after) == len(before) + 1


@pytest.mark.parametrize("place", range(3))
def test_a_comment_taken_out_or_edited_changes_no_other_id(place: int) -> None:
    before = ids(thread(THREE))
    edited = [*THREE[:place], (*THREE[place][:2], "Anders"), *THREE[place + 1 :]]
    for after in (ids(thread(THREE[:place] + THREE[place + 1 :])), ids(thread(edited))):
        assert sum(after.get(key) == same for key, same in before.items()) == 2


def test_equal_comments_are_numbered() -> None:
    two: list[Said] = [(None, None, "+1"), (None, None, "+1")]
    (pair,) = ids(thread(two)).values()
    assert len(set(pair)) == 2
    assert ids(thread([("Kees", 8, "Misschien"), *two]))[None, "+1"] == pair


def test_an_id_depends_on_source_and_thread_and_not_on_the_key() -> None:
    """Who has other people's key, or a new one, still finds the comments that were annotated."""
    (here,) = ids(thread(THREE[:1])).values()
    (keyed,) = ids(thread(THREE[:1]), key=b"another").values()
    (named,) = ids(thread([("Zoë", 9, "Ja")])).values()
    other = Source(id="ander", kind="page", location="x.html", added=SEEN, provenance="imported")
    (elsewhere,) = ids(thread(THREE[:1]), source=other).values()
    assert here == keyed == named != elsewhere  # nor can a guess of the name be tested against it


def test_a_time_that_cannot_be_right_does_not_change_the_id() -> None:
    """What lies ahead at one visit, the next may believe."""
    raw = RawComment(None, None, "Bob", SEEN + dt.timedelta(days=9), "Straks", "text")
    early, late = (
        rows_of(gather([Sighting(Reading("generic", "", comments=[raw], thread="t"), at)]), SOURCE, PUBLIC, []).comments
        for at in (SEEN, SEEN + dt.timedelta(days=9))
    )
    assert [early[0]["posted_at"], late[0]["posted_at"]] == [None, raw.posted_at]
    assert early[0]["comment_id"] == late[0]["comment_id"]


def test_ids_of_one_file_tell_its_threads_apart_and_hold() -> None:
    table = "thread,tekst\nA,Ja\nB,Ja\n"
    before = page.records(table.encode(), "x.csv", None)
    after = page.records(table.replace("A,Ja", "A,Nee\nA,Ja").encode(), "x.csv", None)
    assert len({r["comment_id"] for r in before}) == 2
    assert {r["comment_id"] for r in before} < {r["comment_id"] for r in after}


ARTICLE = "De balie\n\nWie belt er?\n\n4 reacties\n\n"


@pytest.mark.parametrize("when", ["3 maart 2009 12:0{}", "3 maart 2009"])
def test_pasted_comments_keep_their_ids_when_one_is_put_in(when: str) -> None:
    told = [("Jan", "Mooi is dat."), ("Petra", "Vind ik niet."), ("Jan", "Jawel hoor."), ("Kees", "Wij ook niet.")]
    lines = [f"{name}, {when.format(n)}\n{words}" for n, (name, words) in enumerate(told)]
    before, after = (ids(pasted.read(ARTICLE + "\n\n".join(some), "x")) for some in (lines[1:], lines))
    assert len(before) == 3 and before.items() <= after.items()
