"""Several visits to one thread: additions, edits, deletions, and what an incomplete visit cannot tell."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pipeline.extract.rows import rows_of
from pipeline.extract.secret import PUBLIC
from pipeline.extract.threads import Miss, Sighting, Thread, gather
from pipeline.platforms.base import RawComment
from pipeline.platforms.reading import Reading
from pipeline.settings import Source
from pipeline.tables import COMMENTS, VERSIONS

SITE = "https://forum.invalid"
FIRST = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
SOURCE = Source(
    id="bron", kind="url", location=SITE, added=FIRST, provenance="constructed"
)  # fmt: skip
Words = dict[str, str]


def page(
    words: Words,
    announced: int | None = None,
    path: str = "/t",
    parents: dict[str, str] | None = None,
    platform: str = "forum",
    **more: Any,
) -> Reading:
    raws = [RawComment(n, (parents or {}).get(n), "Anneke", None, text, "html") for n, text in words.items()]
    return Reading(platform, SITE + path, announced=announced, comments=raws, thread="t", **more)


def visits(*each: list[Reading | int]) -> Thread:
    """A thread that was visited so often; a number is what its address answered instead of a page."""
    sightings, misses = [], []
    for number, pages in enumerate(each):
        at = FIRST + dt.timedelta(days=number)
        for one in pages:
            if isinstance(one, int):
                misses.append(Miss(f"{SITE}/t", one, at, f"s{number}"))
            else:
                sightings.append(Sighting(one, at, one.url, f"s{number}", len(sightings)))
    (thread,) = gather(sightings, misses)
    return thread


def rows(thread: Thread) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of comments, in reading order, and of their earlier versions, as the tables hold them."""
    found = rows_of([thread], SOURCE, PUBLIC, [])
    comments = COMMENTS.frame(found.comments).sort("position").to_dicts()
    return comments, VERSIONS.frame(found.versions).to_dicts()


def gone(thread: Thread) -> set[str]:
    return {comment.key for comment in thread.comments if comment.gone}


def test_a_later_visit_adds_what_is_new() -> None:
    thread = visits([page({"1": "Ja"}, 1)], [page({"1": "Ja", "2": "Nee"}, 2)])
    assert [(c.key, c.version, c.gone) for c in thread.comments] == [("1", 1, False), ("2", 1, False)]
    assert (thread.announced, thread.found, thread.warnings) == (2, 2, [])
    assert thread.snapshot_at == FIRST + dt.timedelta(days=1)


@pytest.mark.fault(41)
def test_an_edited_comment_keeps_all_versions_and_the_latest_counts() -> None:
    thread = visits(*([page({"1": words}, 1)] for words in ("<p>Ja</p>", "<p>Nee</p>", "<p>Nee</p>", "<p>Toch</p>")))
    (comment,), versions = rows(thread)
    assert (comment["text_raw"], comment["version"]) == ("<p>Toch</p>", 3)
    assert [(v["version"], v["text_raw"], v["seen_at"]) for v in versions] == [
        (1, "<p>Ja</p>", FIRST),
        (2, "<p>Nee</p>", FIRST + dt.timedelta(days=1)),
    ]
    assert {v["comment_id"] for v in versions} == {comment["comment_id"]}
    assert len({v["text_digest"] for v in versions}) == 2


@pytest.mark.fault(41)
def test_other_markup_with_the_same_words_is_no_edit() -> None:
    thread = visits(
        [page({"1": '<p data-nonce="a1">Ja  hoor</p>'}, 1)], [page({"1": '<p data-nonce="b2">Ja hoor</p>'}, 1)]
    )
    assert [comment.version for comment in thread.comments] == [1]


def test_names_are_hidden_in_earlier_versions_as_well() -> None:
    thread = visits([page({"1": "@Anneke ja"}, 1)], [page({"1": "nee"}, 1)])
    _, (version,) = rows(thread)
    assert "Anneke" not in version["text_raw"] and version["text_raw"].startswith("@lezer-")


@pytest.mark.fault(42)
def test_a_comment_that_a_whole_visit_does_not_show_is_a_tombstone_and_its_replies_stay() -> None:
    before = page({"1": "Ja", "2": "Nee", "3": "Wel"}, 3, parents={"2": "1", "3": "2"})
    comments, versions = rows(visits([before], [page({"1": "Ja", "3": "Wel"}, 2, parents={"3": "2"})]))
    assert [(c["tombstone"], c["text_raw"], c["depth"]) for c in comments] == [
        (False, "Ja", 0),
        (True, "", 1),
        (False, "Wel", 2),
    ]
    assert [c["parent_id"] for c in comments] == [None, comments[0]["comment_id"], comments[1]["comment_id"]]
    assert versions == []


@pytest.mark.fault(42)
@pytest.mark.parametrize("higher", ["1", None])
def test_replies_that_the_forum_hangs_higher_stay_below_what_they_answered(higher: str | None) -> None:
    """WordPress gives the replies of a deleted comment to its parent."""
    before = page({"1": "Ja", "2": "Nee", "3": "Wel"}, 3, parents={"2": "1", "3": "2"})
    after = page({"1": "Ja", "3": "Wel"}, 2, parents={"3": higher} if higher else {})
    comments, _ = rows(visits([before], [after]))
    assert [(c["tombstone"], c["depth"]) for c in comments] == [(False, 0), (True, 1), (False, 2)]


@pytest.mark.fault(42)
def test_a_deleted_comment_leaves_no_earlier_words_behind() -> None:
    thread = visits([page({"1": "Ja", "2": "Eerst"}, 2)], [page({"1": "Ja", "2": "Later"}, 2)], [page({"1": "Ja"}, 1)])
    comments, versions = rows(thread)
    assert comments[1]["tombstone"] and comments[1]["version"] == 2 and versions == []
    assert (thread.found, thread.announced) == (1, 1) and any("are deleted: 1" in said for said in thread.warnings)


@pytest.mark.fault(42)
@pytest.mark.parametrize(
    "later",
    [
        [page({"1": "Ja"}, 2)],  # one of two is missing
        [page({"1": "Ja"}, None)],  # no number is announced
        [page({"1": "Ja"}, 3, path="/t"), 404],
        [503],
        [404, 503],
    ],
)  # fmt: skip
def test_what_an_incomplete_visit_does_not_show_is_kept(later: list[Reading | int]) -> None:
    thread = visits([page({"1": "Ja", "2": "Nee"}, 2)], later)
    assert gone(thread) == set() and thread.found == 2


def test_what_was_kept_for_want_of_a_whole_visit_is_told() -> None:
    thread = visits([page({"1": "Ja", "2": "Nee"}, 2)], [page({"1": "Ja"}, 3)])
    assert any("did not show, kept because it did not see the whole thread: 1" in said for said in thread.warnings)
    assert "announced comments: 3, found: 2" in thread.warnings


def test_a_comment_that_comes_back_is_none_that_is_gone() -> None:
    both = page({"1": "Ja", "2": "Nee"}, 2)
    assert gone(visits([both], [page({"1": "Ja"}, 1)], [both])) == set()


@pytest.mark.fault(42)
@pytest.mark.parametrize("status", [404, 410])
def test_a_thread_that_is_not_there_any_more_is_withdrawn(status: int) -> None:
    thread = visits([page({"1": "Ja", "2": "Nee"}, 2)], [status])
    assert gone(thread) == {"1", "2"} and (thread.found, thread.announced) == (0, None)
    assert f"withdrawn: {SITE}/t answers {status} since 2026-11-03; its comments are tombstones" in thread.warnings
    assert all(row["tombstone"] for row in rows(thread)[0])
    back = visits([page({"1": "Ja"}, 1)], [status], [page({"1": "Ja"}, 1)])
    assert gone(back) == set() and back.announced == 1


@pytest.mark.fault(43)
def test_a_page_that_was_read_twice_shows_what_it_showed_last() -> None:
    """1 was deleted between page 1 and page 2; page 1 was then read again."""
    pages = [
        page({"1": "Ja", "2": "Nee"}, 6), page({"4": "d", "5": "e"}, 5, path="/t/2"), page({"6": "f"}, 5, path="/t/3"),
        page({"2": "Nee", "3": "Wel"}, 5),
    ]  # fmt: skip
    thread = visits(pages)
    assert gone(thread) == {"1"} and (thread.found, thread.announced) == (5, 5)


def test_sessions_that_share_no_page_are_one_visit() -> None:
    """A crawler that begins a new file half-way."""
    thread = visits([page({"1": "Ja"}, 2)], [page({"2": "Nee"}, 2, path="/t/2")])
    assert gone(thread) == set() and (thread.found, thread.announced, thread.warnings) == (2, 2, [])


def test_the_announced_number_is_that_of_the_last_visit() -> None:
    thread = visits([page({"1": "Ja", "2": "Nee", "3": "Wel"}, 4, left_out=("9",))], [page({"1": "Ja", "2": "Nee"}, 2)])
    assert (thread.announced, thread.found, thread.left_out) == (2, 2, 0)


def test_the_words_of_the_last_visit_count_even_if_only_pages_show_them() -> None:
    """The interface was open at the first visit, and is closed at the second."""
    first = [page({"1": "Ja"}, 1), page({"1": "Ja"}, path="/t.json", platform="forum-json", parents={"1": "9"})]
    (comment,) = visits(first, [page({"1": "Nee"}, 1)]).comments
    assert (comment.raw.text, comment.version, comment.raw.parent) == ("Nee", 2, "9")


def test_a_title_is_that_of_the_last_visit() -> None:
    assert visits([page({"1": "Ja"}, 1, title="Oud")], [page({"1": "Ja"}, 1, title="Nieuw")]).title == "Nieuw"


def test_a_comment_that_one_page_cuts_off_and_another_shows_whole_was_not_edited() -> None:
    whole = {"1": "De planning was al rond voordat iemand ons vroeg."}
    cut = {"1": "De planning was al rond voor…"}
    each = [page(cut, 1), page(whole, 1, "/t?heel")]
    (row,), versions = rows(visits(each, each[::-1], each))
    assert (row["text_raw"], row["version"], versions) == (whole["1"], 1, [])
    later = page({"1": "De planning was al rond."}, 1, "/t?heel")  # another visit: shorter words are an edit
    (row,), versions = rows(visits(each, [later]))
    assert (row["text_raw"], row["version"], len(versions)) == ("De planning was al rond.", 2, 1)
