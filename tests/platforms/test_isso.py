"""Isso's answers. All are made up."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipeline.platforms import isso, wordpress_rest

URL = "https://praat.invalid/?uri=%2Frooster%2F"
START = 1772442000  # 2 March 2026, 9:00 UTC


def comment(number, text, *, author="Anna", parent=None, mode=1, replies=None, hidden=0, more=0):
    found = {
        "id": number, "parent": parent, "text": text, "author": author, "website": None, "mode": mode,
        "created": START + number + 0.25, "modified": None, "likes": 0, "dislikes": 0, "hash": "4505c1eeda98",
    }  # fmt: skip
    if replies is not None:
        found |= {"replies": replies, "total_replies": len(replies) + more, "hidden_replies": hidden}
    return found


def answer(replies, *, total, hidden=0):
    return json.dumps({"id": None, "total_replies": total, "hidden_replies": hidden, "replies": replies, "config": {}})


ALL = [
    comment(
        1,
        "<p>Wie maakt het rooster?</p>",
        replies=[comment(3, "<p>De planner.</p>", author="Bj\u00f6rn &amp; Zn.", parent=1)],
    ),
    comment(2, "", author=None, mode=4, replies=[comment(4, "<p>Toch niet.</p>", author=None, parent=2)]),
    comment(5, "<p>In de wacht.</p>", mode=2, replies=[]),
]


@pytest.mark.parametrize(("total", "version"), [(4, "0.14"), (2, "0.12")])
def test_comments_and_their_replies(total, version):
    body = answer(ALL, total=total)
    assert isso.matches(body, URL)
    page = isso.read(body, URL)
    assert [(c.platform_id, c.parent, c.author) for c in page.comments] == [
        ("1", None, "Anna"),
        ("3", "1", "Björn & Zn."),
        ("4", "2", None),
    ]
    assert [c.text for c in page.comments] == [
        "<p>Wie maakt het rooster?</p>",
        "<p>De planner.</p>",
        "<p>Toch niet.</p>",
    ]
    assert page.comments[1].posted_at == dt.datetime(2026, 3, 2, 9, 0, 3, tzinfo=dt.UTC)
    assert (page.thread, page.next_links) == ("praat.invalid/?uri=/rooster/", [])
    # one is deleted; in 0.12 "2" counts those that answer nobody, of which one waits
    assert page.left_out == ("2",)
    assert page.announced == 4  # the deleted one is counted


def test_hidden_ones_are_asked_for_without_a_limit():
    body = answer([comment(1, "Ja", replies=[], hidden=3, more=3)], total=9, hidden=5)
    page = isso.read(body, URL + "&limit=1&nested_limit=0&sort=newest")
    assert page.next_links == ["https://praat.invalid/?uri=%2Frooster%2F&sort=newest"]
    assert page.announced == 9
    assert page.thread == isso.read(answer(ALL, total=4), URL).thread
    stuck = isso.read(body, URL)
    assert stuck.next_links == []
    assert stuck.warnings == ["comments that the answer hides: 8"]


def test_the_rest_of_a_comments_replies_announces_nothing():
    body = json.dumps({"id": 1, "total_replies": 2, "hidden_replies": 0, "replies": [comment(3, "Ja", parent=1)]})
    page = isso.read(body, URL + "&parent=1")
    assert (page.announced, page.comments[0].parent, page.thread) == (None, "1", "praat.invalid/?uri=/rooster/")


def test_plain_texts_and_whole_addresses():
    page = isso.read(
        answer([comment(1, "1 < 2")], total=1), "https://praat.invalid/isso/?uri=https://krant.invalid/a/&plain=1"
    )
    assert (page.comments[0].text_format, page.comments[0].permalink) == ("text", "https://krant.invalid/a/#isso-1")
    assert page.thread == "praat.invalid/isso/?uri=https://krant.invalid/a/"
    assert isso.read(answer(ALL, total=3), URL).comments[0].permalink is None


def test_an_empty_page_and_none():
    assert isso.read(answer([], total=0), URL).announced == 0
    assert isso.read(answer([], total=0), URL).comments == []


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "{}",
        '{"replies": "x"}',
        '{"replies": [null, 3, {"replies": {"id": []}}], "total_replies": "x"}',
        '{"a":' * 5000,
    ],
)
def test_malformed_answers_hold_nothing(body):
    assert isso.read(body, URL).comments == []
    assert not isso.matches(body, URL)


def test_other_answers_are_not_taken():
    theirs = (
        '[{"id": 1, "post": 4, "author_name": "x", "content": {"rendered": "y"}, "date_gmt": "2026-03-02T10:00:00"}]'
    )
    assert wordpress_rest.matches(theirs, URL)
    assert not isso.matches(theirs, URL)
    assert not wordpress_rest.matches(answer(ALL, total=4), URL)
    assert not isso.matches('<html><section id="isso-thread"></section></html>', URL)


def test_an_address_that_is_none_does_not_stop_the_reading():
    page = isso.read(answer(ALL, total=4), "http://[nonsens/?uri=x")
    assert (len(page.comments), page.thread, page.url) == (3, None, "http://[nonsens/?uri=x")
