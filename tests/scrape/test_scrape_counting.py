"""A thread is complete where its comments and what is left out of them are as many as it announces, each counted once."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.platforms.base import RawComment
from pipeline.platforms.reading import Reading, entry_ids
from pipeline.scrape.counting import Counting
from pipeline.scrape.job import Answer, Visit

URL = "https://forum.invalid/t"
NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


def row(*pages: tuple[str, tuple[str, ...]], announced: int) -> dict[str, object]:
    """The manifest's row of a thread whose pages show these comments (letters) and leave these out."""
    counting = Counting()
    for number, (shown, left_out) in enumerate(pages):
        url = f"{URL}?page={number}"
        raws = [RawComment(n, None, None, None, n, "html") for n in shown]
        page = Reading("forum", url, announced=announced, comments=raws, thread="t", left_out=left_out)
        counting.add(url, Answer(url, 200, {}, b"", "", "utf-8", NOW, 0, ""), [page], Visit(url, "page"))
    (found,) = counting.rows()
    return found


@pytest.mark.parametrize(
    ("pages", "announced", "left_out"),
    [
        ([("ab", ("x",)), ("cd", ("y",))], 6, 2),
        ([("ab", ("x",)), ("cd", ("x",))], 5, 1),  # the first post, deleted, on every page
        ([("ab", ("x",)), ("xc", ())], 4, 0),  # put back in the meantime
    ],
)
def test_what_two_pages_leave_out_is_counted_once(
    pages: list[tuple[str, tuple[str, ...]]], announced: int, left_out: int
) -> None:
    found = row(*pages, announced=announced)
    assert (found["complete"], found["left_out"], found["announced"]) == (True, left_out, announced - left_out)


def test_entries_without_ids_are_told_apart_and_are_the_same_when_read_again() -> None:
    here, again, there = (entry_ids([None, "7", None, "7"], url) for url in (URL, URL, f"{URL}/2"))
    assert len(here) == 3 and here == again and set(here) & set(there) == {"7"}
