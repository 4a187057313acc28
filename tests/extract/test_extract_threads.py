"""Pages of people and answers of interfaces as one thread, and the number that a thread announces."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.extract.threads import Sighting, gather
from pipeline.platforms.base import RawComment
from pipeline.platforms.reading import Reading

SITE = "https://forum.invalid"
NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


def page(platform, path, *, announced=None, left_out=(), comments=(), **more):
    raws = [RawComment(number, parent, "Anneke", None, text, "html") for number, parent, text in comments]
    return Reading(
        platform, SITE + path, announced=announced, left_out=tuple(left_out), comments=raws, thread="t", **more
    )


def joined(*pages):
    (thread,) = gather([Sighting(one, NOW + dt.timedelta(minutes=n)) for n, one in enumerate(pages)])
    return thread


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([("forum", "/4", 12, "a")], 11),
        ([("forum", "/4", 12, "a"), ("forum", "/4?page=2", 12, "bc")], 9),  # each page's own
        ([("forum", "/4", 12, "a"), ("forum", "/4?page=2", 12, "ab")], 10),  # one of them on both
        ([("forum", "/4", 12, "a"), ("forum", "/4", 12, "a")], 11),  # the same page twice
        ([("forum", "/4", 12, "ab"), ("forum-json", "/4.json", 12, "xy")], 10),  # the same comments twice
        ([("forum", "/4", 12, ""), ("forum-json", "/4.json", None, "ab")], 10),
        ([("forum", "/4", 12, "a"), ("forum", "/4?page=2", None, "bc")], 9),  # only the first page tells
        ([("forum", "/4", 12, ""), ("forum", "/4?page=2", 13, "")], 13),  # one was added between
        ([("forum", "/4", 1, "abc")], 0),
        ([("forum", "/4", None, "abc")], None),
    ],
)  # fmt: skip
def test_the_announced_number_without_what_was_left_out(pages, expected):
    assert joined(*(page(name, path, announced=n, left_out=out) for name, path, n, out in pages)).announced == expected


def test_all_answers_that_tell_of_one_address_say_what_they_leave_out():
    """The further posts of a thread come in answers that all name the thread's address."""
    answers = [page("forum-json", "/4", announced=5, left_out="a"), page("forum-json", "/4", left_out="bc")]
    (thread,) = gather([Sighting(one, NOW, f"{SITE}/posts?{n}") for n, one in enumerate(answers)])
    assert (thread.announced, thread.left_out) == (2, 3)


def test_what_is_left_out_on_one_page_and_stands_on_another_counts_once():
    """An ignored member's post, or one that was put back while the pages were read."""
    first = page("forum", "/4", announced=2, left_out="b", comments=[("a", None, "Ja")])
    thread = joined(first, page("forum", "/4?page=2", announced=2, comments=[("b", None, "Nee")]))
    assert (thread.announced, thread.found, thread.left_out, thread.warnings) == (2, 2, 0, [])


@pytest.mark.parametrize("name", ["forum-rest", "forum-json", "forum-api", "forum-feed"])
def test_an_interface_knows_parents_and_its_pages_the_thread(name):
    answer = page(name, "/api/4", title="Uit de API", comments=[("2", "1", "<p>Nee</p>")])
    shown = page("forum", "/4", title="Wie?", comments=[("1", None, "<p>Ja</p>"), ("2", None, "<p>Nee</p>")])
    thread = joined(answer, shown)
    assert (thread.platform, thread.title, thread.url) == ("forum", "Wie?", f"{SITE}/4")
    assert {c.key: c.raw.parent for c in thread.comments} == {"1": None, "2": "1"}
    assert {c.version for c in thread.comments} == {1}


def test_a_thread_known_from_an_interface_alone_is_of_its_platform():
    thread = joined(page("forum-json", "/t/4.json", comments=[("1", None, "Ja")]))
    assert (thread.platform, thread.url) == ("forum", None)


def test_words_of_a_page_keep_their_form_where_the_interface_has_none():
    answer = Reading(
        "forum-json", f"{SITE}/4.json", comments=[RawComment("1", None, None, None, "", "text")], thread="t"
    )
    thread = joined(page("forum", "/4", comments=[("1", None, "<p>Ja</p>")]), answer)
    assert [(c.raw.text, c.raw.text_format) for c in thread.comments] == [("<p>Ja</p>", "html")]
