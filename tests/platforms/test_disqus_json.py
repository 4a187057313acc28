"""Disqus: the same comments in its page, as a browser drew it, and in the answers of its interface."""

from __future__ import annotations

import datetime as dt
import json
from html import escape

import pytest

from pipeline import platforms
from pipeline.platforms import disqus, disqus_json

LINK = "https://forum.invalid/wie-belt-er/"
EMBED = "https://disqus.com/embed/comments/?base=default&f=forum&t_u=https%3A%2F%2Fforum.invalid%2Fwie-belt-er%2F"
API = "https://disqus.com/api/3.0/threads/listPostsThreaded?thread=7&limit=2&cursor=0%3A0%3A0&api_key=sleutel"
#: id, parent, author, words
POSTS = [
    ("101", None, "Anneke", "<p>Niemand nam op.</p>"),
    ("102", "101", "Jürgen &  Co", "<p>Bij ons ook niet.</p>"),
    ("103", None, "Gast", '<p>Ik wel: <a href="https://elders.invalid">hier</a></p>'),
]
WANTED = [(number, parent, " ".join(name.split()), text) for number, parent, name, text in POSTS]


def at(number: str) -> dt.datetime:
    return dt.datetime(2026, 3, 2, 9, int(number) - 100, tzinfo=dt.UTC)


def record(number, parent, name, text, **more):
    return {
        "id": number, "parent": parent and int(parent), "thread": "7", "forum": "forum", "message": text, "raw_message": "ruw", "createdAt": at(number).isoformat()[:19],
        "author": {"name": name, "username": "anneke_1", "isAnonymous": False}, "isDeleted": False, "isSpam": False, "isApproved": True, "likes": 3, **more,
    }  # fmt: skip


RECORDS = [record(*post) for post in POSTS]
THREAD = {"id": "7", "link": LINK, "clean_title": "Wie belt er?", "title": "Wie belt er?", "posts": 3, "createdAt": "2026-03-01T08:00:00"}  # fmt: skip


def drawn(number, parent, name, text, **_):
    answered = (
        f'<span class="parent-link-container"><a href="{LINK}#comment-{parent}" class="parent-link">Anneke</a></span>'
        if parent
        else ""
    )
    return f"""<li class="post" id="post-{number}"><div data-role="post-content" class="post-content"><div class="post-body"><header class="comment__header">
    <span class="post-byline"><span class="author publisher-anchor-color"><a href="https://disqus.com/by/x/" data-action="profile">{escape(name)}</a></span>{answered}</span>
    <span class="post-meta"><a href="{LINK}#comment-{number}" data-role="relative-time" class="time-ago" title="Monday, March 2, 2026 9:{int(number) - 100:02} AM">toen</a></span>
    </header><div class="post-body-inner"><div class="post-message " data-role="message" dir="auto">{text}</div><a class="see-more">meer</a></div>
    <footer><menu><li class="reply">Antwoorden</li></menu></footer></div></div><ul data-role="children" class="children"></ul></li>"""


def page(records, posts="", total=3, about=THREAD):
    data = {
        "cursor": {"hasNext": False, "next": "1:0:0", "total": total},
        "code": 0,
        "response": {"posts": records, "thread": about},
    }
    return f"""<!DOCTYPE html><html lang="en"><head><title>Disqus Comments</title></head><body><div id="layout"><ul id="post-list" class="post-list">{posts}</ul></div>
    <script type="text/json" id="disqus-threadData">{json.dumps(data)}</script></body></html>"""


def answer(records, **cursor):
    return json.dumps(
        {"cursor": {"hasNext": False, "next": "1:0:0", "total": 3, **cursor}, "code": 0, "response": records}
    )


def _seen(found):
    return [(c.platform_id, c.parent, c.author, c.text) for c in found.comments]


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (page(RECORDS), EMBED),
        (page(RECORDS, "".join(drawn(*post) for post in POSTS)), EMBED),
        (page(RECORDS[:1], "".join(drawn(*post) for post in POSTS)), EMBED),
        (page([], "".join(drawn(*post) for post in POSTS)), ""),
        (answer(RECORDS), API),
        (answer([{**one, "thread": THREAD} for one in RECORDS]), API),
    ],
    ids=["page", "drawn", "drawn further", "only drawn", "answer", "answer with threads"],
)
def test_the_same_comments(body, url):
    (found,) = platforms.pages(body, url)
    assert found.platform == disqus_json.NAME
    assert _seen(found) == WANTED
    assert [c.posted_at for c in found.comments] == [at(post[0]) for post in POSTS]
    assert (found.thread, found.announced, found.left_out, found.next_links) == ("disqus/7", 3, (), [])


def test_what_a_page_says_of_its_thread():
    found = disqus_json.read(page(RECORDS), EMBED)
    assert (found.url, found.title, found.language) == (LINK, "Wie belt er?", "en")
    assert found.published_at == dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    assert [c.permalink for c in found.comments] == [f"{LINK}#comment-{post[0]}" for post in POSTS]
    assert found.warnings == []
    assert [c.permalink for c in disqus_json.read(answer(RECORDS), API).comments] == [None, None, None]
    own = f"{LINK}#comment-101"
    assert disqus_json.read(answer([record(*POSTS[0], url=own)]), API).comments[0].permalink == own


@pytest.mark.parametrize("mark", [{"isDeleted": True}, {"isSpam": True}, {"isApproved": False}])
def test_comments_that_readers_do_not_see_are_not_in_the_number(mark):
    gone = record("102", "101", "Bob", "<p>Weg</p>", **mark)
    shown = drawn("102", "101", "Bob", "<p>Weg</p>")
    for body, url in ((page([RECORDS[0], gone], shown, 1), EMBED), (answer([RECORDS[0], gone], total=1), API)):
        (found,) = disqus_json.pages(body, url)
        assert ([c.platform_id for c in found.comments], found.announced, found.left_out) == (["101"], 1, ())


def test_a_deleted_comment_that_a_browser_drew_has_no_author():
    shown = drawn("104", None, "x", "<p><em>This comment was deleted.</em></p>").replace(
        'class="author', 'class="nobody'
    )
    assert _seen(disqus_json.read(page(RECORDS, shown), EMBED)) == WANTED


def test_an_answer_leads_to_the_next_and_a_page_nowhere():
    found = disqus_json.read(answer(RECORDS, hasNext=True, next="2:0:0"), API)
    assert found.next_links == [API.replace("&cursor=0%3A0%3A0", "") + "&cursor=2%3A0%3A0"]
    assert disqus_json.read(answer(RECORDS, hasNext=True), "answer.json").next_links == []
    assert disqus_json.read(answer(RECORDS, hasNext="true"), API).next_links == []
    more = page(RECORDS, total=60).replace('"hasNext": false', '"hasNext": true')
    assert (disqus_json.read(more, EMBED).next_links, disqus_json.read(more, EMBED).announced) == ([], 60)


def test_the_latest_comments_of_a_site_are_a_page_a_thread():
    found = disqus_json.pages(answer([RECORDS[0], {**RECORDS[1], "thread": "8"}, RECORDS[2]], hasNext=True), API)
    assert [(one.thread, len(one.comments), one.announced) for one in found] == [
        ("disqus/7", 2, None),
        ("disqus/8", 1, None),
    ]


def test_a_thread_without_comments():
    (found,) = disqus_json.pages(page([], total=0), EMBED)
    assert (found.comments, found.announced, found.thread) == ([], 0, "disqus/7")


def test_a_page_that_breaks_off_says_so():
    body = page(RECORDS, "".join(drawn(*post) for post in POSTS))
    assert "not JSON" in disqus_json.read(body[: body.index("Bij ons", body.index("threadData"))], EMBED).warnings[0]


@pytest.mark.parametrize(
    "body",
    [
        "{", "[]", '{"cursor": 4, "raw_message": 4}', '{"cursor": {"hasNext": true}, "response": "x", "raw_message":1}', '{"cursor": {}, "response": [null, 4, {"message": 4, "raw_message": []}]}',
        '<script id="disqus-threadData">', '<script id="disqus-threadData">[]</script>', '<script id="disqus-threadData">{"response": {"posts": 4, "thread": []}}</script>',
        '<script id="disqus-threadData">{"response": {"posts": [{"message": "x", "author": 4, "parent": {}, "createdAt": []}], "thread": {"link": 4}}}</script>',
    ],
)  # fmt: skip
def test_nonsense(body):
    for url in (EMBED, API, "", "http://["):
        found = disqus_json.pages(body, url)
        assert sum(len(one.comments) for one in found) <= 1
        assert all(comment.author is None and comment.posted_at is None for one in found for comment in one.comments)


@pytest.mark.parametrize(
    "body",
    [
        "", "<html>", '{"post_stream": {}, "cooked": ""}', '<disqus xmlns="http://disqus.com"/>',
        '<html><body><div id="disqus_thread"></div><script src="https://forum.disqus.com/embed.js"></script></body></html>',
    ],
)  # fmt: skip
def test_pages_of_others(body):
    assert not disqus_json.matches(body, LINK)


def test_no_other_reader_of_disqus_takes_it():
    assert not disqus.matches(page(RECORDS), EMBED)
    assert not disqus.matches(answer(RECORDS), API)
