"""Hacker News: the same thread by Algolia, by Firebase and as pages must be read alike."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipeline.platforms import hackernews, hackernews_json, wordpress

URL = "https://news.ycombinator.com/item?id=100"
THREAD = "news.ycombinator.com/item?id=100"
BASE = 1_772_355_600  # 1 March 2026, 9:00 UTC
STORY = ("100", None, "jansen", "Wie belt er &amp; waarom?<p>En wanneer?</p>")
#: id, parent, author, words; then their depth
COMMENTS = [
    ("101", None, "muller_", "Niemand nam op.<p>Echt niet.</p>", 0),
    ("102", "101", "bob", "&gt; Niemand<p>Bij ons ook niet.</p>", 1),
    ("103", "102", "muller_", "Zie je wel?", 2),
    ("105", None, "anneke", "Ik wel.", 0),
    ("106", "105", "kees", "Jij wel.", 1),
]
EXPECTED = [
    (row[0], row[1], row[2], row[3], dt.datetime.fromtimestamp(BASE + int(row[0]) - 100, dt.UTC),
     f"https://news.ycombinator.com/item?id={row[0]}")
    for row in (STORY, *COMMENTS)
]  # fmt: skip


def spread(page):
    return [(c.platform_id, c.parent, c.author, c.text, c.posted_at, c.permalink) for c in page.comments]


# --- Algolia


def item(row, *within, **more):
    number = int(row[0])
    return {
        "id": number, "created_at": "2026-03-01T09:00:00.000Z", "created_at_i": BASE + number - 100, "type": "comment",
        "author": row[2], "title": None, "url": None, "text": row[3], "points": None, "parent_id": int(row[1] or 100),
        "story_id": 100, "children": list(within), "options": [], **more,
    }  # fmt: skip


def algolia():
    one, two, three, five, six = COMMENTS
    gone = item(("104", None, None, None))
    tree = [item(one, item(two, item(three))), gone, item(five, item(six))]
    return json.dumps(item(STORY, *tree, type="story", title="Wie belt er &amp; wanneer?", parent_id=None))


# --- Firebase


def fire(row, *kids, **more):
    number = int(row[0])
    return json.dumps({"by": row[2], "id": number, "kids": list(kids), "parent": int(row[1] or 100), "text": row[3],
                       "time": BASE + number - 100, "type": "comment", **more})  # fmt: skip


# --- HTML


def row_of(number, author, words, depth, old=False):
    at = dt.datetime.fromtimestamp(BASE + int(number) - 100, dt.UTC)
    title = f'title="{at:%Y-%m-%dT%H:%M:%S}"' if old else f'title="{at:%Y-%m-%dT%H:%M:%S} {int(at.timestamp())}"'
    indent = (
        f'<td class="ind"><img src="s.gif" height="1" width="{depth * 40}"></td>'
        if old
        else f'<td class="ind" indent="{depth}"><img src="s.gif" height="1" width="{depth * 40}"></td>'
    )
    reply = (
        f'<div class="reply"><p><font size="1"><u><a href="reply?id={number}" rel="nofollow">reply</a></u></font></div>'
    )
    body = (
        f'<span class="commtext c00">{words}{reply}</span>'
        if old
        else f'<div class="commtext c00">{words}</div>{reply}'
    )
    head = f'<a href="user?id={author}" class="hnuser">{author}</a> ' if author else ""
    return f"""<tr class="athing comtr" id="{number}"><td><table border="0"><tr>{indent}<td valign="top" class="votelinks"><center><a id="up_{number}" href="vote?id={number}"><div class="votearrow"></div></a></center></td>
    <td class="default"><div style="margin-top:2px"><span class="comhead">{head}<span class="age" {title}><a href="item?id={number}">ooit</a></span>
    <span class="navs"> | <a href="#100" class="clicky">next</a> <a class="togg clicky" id="{number}" n="2" href="javascript:void(0)">[–]</a><span class="onstory"></span></span></span></div><br>
    <div class="comment">{body if words else "[flagged]"}</div></td></tr></table></td></tr>"""


def page_of(rows, text=STORY[3], more="", count="5&nbsp;comments", old=False):
    heading = (
        '<td class="title"><a href="x" class="storylink">Wie belt er &amp; wanneer?</a></td>'
        if old
        else '<td class="title"><span class="titleline"><a href="item?id=100">Wie belt er &amp; wanneer?</a></span></td>'
    )
    written = (
        f'<tr style="height:2px"></tr><tr><td colspan="2"></td><td>{text}</td></tr>'
        if old
        else f'<tr><td colspan="2"></td><td><div class="toptext">{text}</div></td></tr>'
    )
    return f"""<html lang="en" op="item"><head><title>Wie belt er | Hacker News</title></head><body><center><table id="hnmain">
    <tr><td><span class="pagetop"><a href="news">Hacker News</a></span></td></tr><tr><td><table class="fatitem" border="0">
    <tr class="athing submission" id="100"><td align="right" class="title"><span class="rank"></span></td>{heading}</tr>
    <tr><td colspan="2"></td><td class="subtext"><span class="subline"><span class="score" id="score_100">7 points</span> by <a href="user?id=jansen" class="hnuser">jansen</a>
    <span class="age" title="2026-03-01T09:00:00{"" if old else f" {BASE}"}"><a href="item?id=100">ooit</a></span> | <a href="hide?id=100">hide</a> | <a href="item?id=100">{count}</a></span></td></tr>
    {written if text else ""}<tr><td colspan="2"></td><td><form action="comment"><textarea name="text"></textarea></form></td></tr></table><br>
    <table border="0" class="comment-tree">{rows}</table>{more}</td></tr></table></center></body></html>"""


def html(old=False):
    rows = [row_of(number, author, words, depth, old) for number, _, author, words, depth in COMMENTS]
    return page_of("".join([*rows[:3], row_of("104", None, "", 0, old), *rows[3:]]), old=old)


@pytest.mark.parametrize(
    ("module", "body"),
    [(hackernews_json, algolia()), (hackernews, html()), (hackernews, html(old=True))],
    ids=["algolia", "page", "old-page"],
)
def test_every_form_gives_the_same_thread(module, body):
    assert module.matches(body, URL)
    page = module.read(body, URL)
    assert spread(page) == EXPECTED
    assert (page.title, page.thread, page.left_out) == ("Wie belt er & wanneer?", THREAD, ("104",))
    assert page.published_at == dt.datetime.fromtimestamp(BASE, dt.UTC)
    assert (page.opening, page.next_links, page.warnings) == (None, [], [])


def test_firebase_gives_the_thread_item_by_item():
    root = "https://hacker-news.firebaseio.com/v0/item"
    first = hackernews_json.read(
        fire(STORY, 101, 105, type="story", parent=None, title="Wie belt er &amp; wanneer?", descendants=6),
        f"{root}/100.json",
    )
    assert first.next_links == [f"{root}/101.json?story=100", f"{root}/105.json?story=100"]
    assert (first.title, first.thread, first.announced) == ("Wie belt er & wanneer?", THREAD, 7)
    bodies = [fire(row, *([102] if row[0] == "101" else [])) for row in COMMENTS]
    pages = [
        hackernews_json.read(body, f"{root}/{row[0]}.json?story=100")
        for body, row in zip(bodies, COMMENTS, strict=True)
    ]
    assert all(hackernews_json.matches(body, root) for body in bodies)
    assert [row for page in (first, *pages) for row in spread(page)] == EXPECTED
    assert {page.thread for page in pages} == {THREAD}
    assert pages[0].next_links == [f"{root}/102.json?story=100"]


@pytest.mark.parametrize("words", ["[flagged]", "[deleted]", "[dead]"])
def test_a_notice_in_the_place_of_words_is_no_comment(words):
    """In a saved page the notice may stand in the element of the words themselves."""
    page = hackernews.read(page_of(row_of("105", "Kees", words, 0)), URL)
    assert page.left_out == ("105",)
    assert "105" not in [comment.platform_id for comment in page.comments]


@pytest.mark.parametrize("more", [{"deleted": True, "text": None, "by": None}, {"dead": True, "text": "[flagged]"}])
def test_a_deleted_item_leads_to_its_replies(more):
    page = hackernews_json.read(fire(COMMENTS[0], 102, **more), "https://forum.invalid/v0/item/101.json?story=100")
    assert (page.comments, page.left_out) == ([], ("101",))
    assert page.next_links == ["https://forum.invalid/v0/item/102.json?story=100"]


def test_announced_counts_the_words_of_the_story():
    assert hackernews.read(html(), URL).announced == 6
    assert hackernews.read(page_of("", text=""), URL).announced == 5
    assert hackernews.read(page_of("", text="", count="discuss"), URL).announced is None
    assert hackernews.read(page_of("", count="1&nbsp;comment"), URL).announced == 2


def test_pages_of_a_long_thread():
    more = "<a href='item?id=100&amp;p=2' class='morelink' rel='next'>More</a>"
    first = hackernews.read(page_of(row_of(*COMMENTS[0][:1], "kees", "Ja", 0), more=more), URL)
    assert first.next_links == [URL + "&p=2"]
    last = hackernews.read(page_of(row_of("108", "kees", "Ja", 0)), URL + "&p=2")
    assert (last.thread, last.next_links) == (first.thread, [])


def test_a_comment_with_its_replies_belongs_to_its_story():
    body = f"""<html><table id="hnmain"><table class="fatitem"><tr class="athing" id="102"><td class="ind"></td><td class="default"><span class="comhead">
    <a href="user?id=bob" class="hnuser">bob</a> <span class="age" title="2026-03-01T09:00:02 {BASE + 2}"><a href="item?id=102">ooit</a></span>
    <span class="navs"> | <a href="item?id=101">parent</a> | <a href="item?id=100#102">context</a><span class="onstory"> | on: <a href="item?id=100">Wie belt er?</a></span></span></span>
    <div class="comment"><div class="commtext c00">Bij ons ook niet.</div></div></td></tr></table>
    <table class="comment-tree">{row_of("103", "muller_", "Zie je wel?", 0)}</table></table></html>"""
    page = hackernews.read(body, "https://news.ycombinator.com/item?id=102")
    assert (page.thread, page.title, page.announced, page.published_at) == (THREAD, "Wie belt er?", None, None)
    assert [row[:4] for row in spread(page)] == [
        ("102", "101", "bob", "Bij ons ook niet."),
        ("103", "102", "muller_", "Zie je wel?"),
    ]


def test_listings_lead_to_threads():
    body = """<table id="hnmain"><tr class="athing submission" id="100"><td class="title"><span class="titleline"><a href="https://x.invalid">Een</a></span></td></tr>
    <tr><td class="subtext"><span class="subline"><span class="age"><a href="item?id=100">ooit</a></span> | <a href="item?id=100">5&nbsp;comments</a></span></td></tr>
    <tr><td class="title"><a href="?p=2" class="morelink" rel="next">More</a></td></tr></table>"""
    page = hackernews.read(body, "https://news.ycombinator.com/news")
    assert (page.thread, page.comments) == (None, [])
    assert page.next_links == [URL, "https://news.ycombinator.com/news?p=2"]


def test_search_gives_comments_by_thread_and_links_to_stories():
    hit = {
        "objectID": "101",
        "story_id": 100,
        "parent_id": 100,
        "comment_text": "Ja.",
        "author": "kees",
        "created_at_i": BASE,
        "story_title": "Wie belt er?",
    }
    other = {**hit, "objectID": "201", "story_id": 200, "parent_id": 199}
    story = {
        "objectID": "300",
        "title": "Iets",
        "author": "x",
        "created_at_i": BASE,
        "num_comments": 4,
        "story_id": 300,
    }
    url = "https://hn.algolia.com/api/v1/search_by_date?tags=comment&page=1"
    body = json.dumps({"hits": [hit, other, story], "page": 1, "nbPages": 3, "nbHits": 9})
    assert hackernews_json.matches(body, url)
    first, second = hackernews_json.pages(body, url)
    assert [(page.thread, page.title, [row[:3] for row in spread(page)]) for page in (first, second)] == [
        (THREAD, "Wie belt er?", [("101", None, "kees")]),
        ("news.ycombinator.com/item?id=200", "Wie belt er?", [("201", "199", "kees")]),
    ]
    assert first.next_links == [
        "https://hn.algolia.com/api/v1/items/300",
        "https://hn.algolia.com/api/v1/search_by_date?tags=comment&page=2",
    ]


def test_an_empty_thread_is_a_thread():
    page = hackernews.read(page_of("", text="", count="0&nbsp;comments"), URL)
    assert (page.thread, page.comments, page.announced) == (THREAD, [], 0)


@pytest.mark.parametrize("share", [0.4, 0.6, 0.8])
def test_half_a_page_gives_its_comments(share):
    body = html()
    part = hackernews.read(body[: int(len(body) * share)], URL)
    assert 0 < len(part.comments) < len(EXPECTED)
    assert {c.platform_id for c in part.comments} <= {row[0] for row in EXPECTED}


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "null",
        "[1, 2]",
        '{"hits": [4, null]}',
        '{"type": "comment", "kids": {"a": 1}, "time": []}',
        '{"children": [5, "x", {"id": []}]}',
    ],
)
def test_broken_json_gives_an_empty_page(body):
    assert hackernews_json.read(body, URL).comments == []


def test_other_pages_are_not_matched():
    word = '<html><body class="single"><link href="/wp-content/x"><li id="comment-1" class="comment"><div class="comment-content">Ja</div></li></body></html>'
    assert wordpress.matches(word, URL)
    assert not hackernews.matches(word, URL)
    assert not hackernews_json.matches('{"id": 1, "post": 4, "parent": 0, "author_name": "x", "type": "comment"}', URL)
