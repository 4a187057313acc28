"""Coral's answers in its two generations. All are made up."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipeline.platforms import coral, isso

PAGE = "https://krant.invalid/artikel/6123/redirect.html"
#: id, parent, author, text
POSTS = [
    ("a1", None, "Anna", "Wie maakt het rooster?"),
    ("a2", "a1", "Zoë & Co", "De planner."),
    ("a3", "a2", None, "Zeker niet."),
    ("a4", None, "Dora", "Ja."),
]


def talk(row, *replies, **more):
    number, parent, author, text = row
    return {
        "id": number, "body": text, "created_at": f"2026-03-02T09:0{number[1]}:00.000Z", "status": "NONE", "replyCount": len(replies), "tags": [],
        "user": {"id": "u", "username": author} if author else None, "parent": {"id": parent} if parent else None,
        "replies": {"nodes": list(replies), "hasNextPage": False, "endCursor": None}, **more,
    }  # fmt: skip


def new(row, *replies, **more):
    number, _, author, text = row
    return {
        "id": number, "body": text and f"<div>{text}</div>", "createdAt": f"2026-03-02T09:0{number[1]}:00.000Z", "status": "APPROVED", "deleted": None,
        "author": {"id": "u", "username": author} if author else None, "replyCount": len(replies),
        "replies": {"edges": [{"node": one} for one in replies], "pageInfo": {"hasNextPage": False, "endCursor": None}}, **more,
    }  # fmt: skip


def talk_answer(nodes, more=False):
    return json.dumps({"data": {"asset": {"id": "s1", "title": "Rooster", "url": PAGE, "totalCommentCount": 4,
                                          "comments": {"nodes": nodes, "hasNextPage": more, "endCursor": "x"}}}})  # fmt: skip


def new_answer(nodes, more=False):
    return json.dumps({"data": {"story": {"id": "s1", "url": PAGE, "metadata": {"title": "Rooster"}, "commentCounts": {"totalPublished": 4},
                                          "comments": {"edges": [{"node": one} for one in nodes], "pageInfo": {"hasNextPage": more, "endCursor": "x"}}}}})  # fmt: skip


def nested(make, answer, **keys):
    return answer([make(POSTS[0], make(POSTS[1], make(POSTS[2]))), make(POSTS[3])], **keys)


@pytest.mark.parametrize(
    ("body", "text_format", "name"),
    [(nested(talk, talk_answer), "text", "commentId"), (nested(new, new_answer), "html", "commentID")],
    ids=["Talk 4", "Coral"],
)
def test_both_generations_are_read_alike(body, text_format, name):
    assert coral.matches(body, "")
    page = coral.read(body, "https://praat.invalid/api/v1/graph/ql")
    assert [(c.platform_id, c.parent, c.author) for c in page.comments] == [row[:3] for row in POSTS]
    wanted = [row[3] if text_format == "text" else f"<div>{row[3]}</div>" for row in POSTS]
    assert [c.text for c in page.comments] == wanted
    assert {c.text_format for c in page.comments} == {text_format}
    assert [c.posted_at for c in page.comments] == [dt.datetime(2026, 3, 2, 9, n, tzinfo=dt.UTC) for n in range(1, 5)]
    assert page.comments[1].permalink == f"{PAGE}?{name}=a2"
    assert (page.title, page.announced, page.left_out, page.url) == ("Rooster", 4, (), PAGE)
    assert (page.thread, page.next_links, page.warnings) == ("krant.invalid/artikel/6123/redirect.html", [], [])


def test_deleted_and_withheld_ones_are_left_out_and_their_replies_kept():
    gone = new(("a1", None, None, None), new(POSTS[1]), deleted=True)
    page = coral.read(new_answer([gone, new(POSTS[3], status="REJECTED")]), "")
    assert [(c.platform_id, c.parent) for c in page.comments] == [("a2", "a1")]
    assert page.left_out == ()  # what is announced does not count them


def test_what_is_cut_off_is_said():
    page = coral.read(nested(talk, talk_answer, more=True), "")
    assert page.warnings == ["lists of comments that the answer cuts off: 1"]


def test_more_comments_come_without_their_page():
    body = json.dumps({"data": {"comments": {"nodes": [talk(POSTS[1])], "hasNextPage": False}}})
    assert coral.matches(body, "")
    page = coral.read(body, "")
    assert ([c.parent for c in page.comments], page.thread, page.announced) == (["a1"], "coral:a1", None)
    one = json.dumps({"data": {"comment": new(POSTS[0], new(POSTS[1]))}})
    assert [c.parent for c in coral.read(one, "").comments] == [None, "a1"]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "{}",
        '{"data": 3}',
        '{"data": {"story": {"comments": {"edges": [null, {"node": 4}]}}}}',
        '{"a":' * 5000,
    ],
)
def test_malformed_answers_hold_nothing(body):
    assert coral.read(body, "").comments == []
    assert not coral.matches(body, "")


def test_other_answers_are_not_taken():
    theirs = '{"id": null, "total_replies": 1, "hidden_replies": 0, "replies": [{"id": 1, "text": "x"}]}'
    assert isso.matches(theirs, "")
    assert not coral.matches(theirs, "")
    assert not isso.matches(nested(talk, talk_answer), "")
    github = '{"data": {"repository": {"issues": {"edges": [{"node": {"title": "x", "createdAt": "2026-03-02T09:00:00Z"}}]}}}}'
    assert not coral.matches(github, "")
