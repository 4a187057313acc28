"""Discourse: the same posts in every generation of its markup, with and without the JSON that pages carry."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
from html import escape

import pytest

from pipeline import platforms, trial
from pipeline.errors import UsageError
from pipeline.platforms import discourse, discourse_json

BASE = "https://forum.invalid"
URL = f"{BASE}/t/wie-belt-er/41"
#: Discourse's own markup of a quote: of post 2 of this topic, and of a post of another one
QUOTE = """<aside class="quote no-group" data-username="R&amp;D-Bob" data-post="2" data-topic="41">
<div class="title"><div class="quote-controls"></div><img alt="" width="24" height="24" src="/a.png" class="avatar"> R&amp;D-Bob:</div>
<blockquote><p>Bij ons ook niet.</p></blockquote></aside><p>Zie je wel?</p>"""
ELSEWHERE = """<aside class="quote quote-modified" data-post="1" data-topic="40"><div class="title"><a href="/t/vorige/40">Vorige</a></div>
<blockquote><p>De dienst is gestopt.</p></blockquote></aside><p>Dat was toen.</p>"""
#: number, author, markup as Discourse has it, markup as read, parent by what is quoted
POSTS = [
    ("1", "Anneke", "<p>Niemand nam op.</p>", "<p>Niemand nam op.</p>", None),
    ("2", "R&D-Bob", "<p>Bij ons ook niet.</p>", "<p>Bij ons ook niet.</p>", None),
    ("3", "Jörg_Müller", QUOTE, "<blockquote><p>Bij ons ook niet.</p></blockquote><p>Zie je wel?</p>", "2"),
    ("4", "Anneke", ELSEWHERE, "<blockquote><p>De dienst is gestopt.</p></blockquote><p>Dat was toen.</p>", None),
]


def _at(n: str) -> str:
    return f"2026-03-{int(n):02}T09:00:00Z"


def posting(n: str, name: str, markup: str) -> str:
    """1.x: a posting each."""
    return f"""<div itemscope itemtype='http://schema.org/DiscussionForumPosting'><div class='creator'><span>
    <a href='/u/x'><b itemprop='author'>{escape(name)}</b></a> <time datetime='{_at(n)}' itemprop='datePublished'>toen</time></span>
    <span itemprop='position'>#{n}</span></div><div class='post' itemprop='articleBody'>{markup}</div>
    <meta itemprop='interactionCount' content='UserLikes:3'><hr><a href="/t/elders/7">Elders</a><hr></div>"""


def crawler_2(n: str, name: str, markup: str) -> str:
    """2.x: edited after it was posted; a full name behind the name."""
    return f"""<div itemscope itemtype='http://schema.org/DiscussionForumPosting' class='topic-body crawler-post'>
    <div class='crawler-post-meta'><span class="creator" itemprop="author" itemscope itemtype="http://schema.org/Person">
    <a itemprop="url" href='{BASE}/u/x'><span itemprop='name'>{escape(name)}</span></a> (Voluit Geschreven)</span>
    <span class="crawler-post-infos"><meta itemprop='datePublished' content='{_at(n)}'>
    <time itemprop='dateModified' datetime='2026-05-01T10:00:00Z' class='post-time'>1 mei 2026</time>
    <span itemprop='position'>#{n}</span></span></div><div class='post' itemprop='articleBody'>{markup}</div>
    <meta itemprop='headline' content='Wie belt er?'><span class='post-likes'>3 vind-ik-leuks</span>
    <div class='crawler-linkback-list'><a href="{BASE}/t/elders/7/2">Elders</a></div></div>"""


def crawler_3(n: str, name: str, markup: str) -> str:
    """3.x on: the first post's time is the posting's, the other posts are comments."""
    kind = "" if n == "1" else "itemprop='comment' itemscope itemtype='http://schema.org/Comment'"
    return f"""<div id='post_{n}' {kind} class='topic-body crawler-post'><div class='crawler-post-meta'>
    <span class="creator" itemprop="author" itemscope itemtype="http://schema.org/Person">
    <a itemprop="url" rel='nofollow' href='{BASE}/u/x'><span itemprop='name'>{escape(name)}</span></a></span>
    <span class="crawler-post-infos"><time {"" if n == "1" else "itemprop='datePublished'"} datetime='{_at(n)}' class='post-time'>toen</time>
    <meta itemprop='dateModified' content='2026-05-01T10:00:00Z'><span itemprop='position'>{n}</span></span></div>
    <div class='post' itemprop='text'>{markup}</div><div itemprop="interactionStatistic"><span class='post-likes'>3</span></div></div>"""


def question(n: str, name: str, markup: str) -> str:
    """Topics with a solution, since 2026: a question, which has its own time, and its answers."""
    kind = "qa-question" if n == "1" else "itemprop='suggestedAnswer' itemscope itemtype='https://schema.org/Answer'"
    return crawler_3(n, name, markup).replace("itemprop='comment' itemscope itemtype='http://schema.org/Comment'", kind)


def browser(n: str, name: str, markup: str) -> str:
    """As a browser draws it."""
    stamp = int(dt.datetime.fromisoformat(_at(n)).timestamp() * 1000)
    return f"""<div class="topic-post clearfix regular"><article id="post_{n}" class="boxed onscreen-post" data-post-id="9{n}" data-topic-id="41">
    <div class="topic-avatar"></div><div class="topic-body"><div class="topic-meta-data"><div class="names trigger-user-card">
    <span class="first username"><a href="/u/x" data-user-card="{escape(name)}">{escape(name)}</a></span><span class="user-title">Baas</span></div>
    <div class="post-infos"><div class="post-info edits"><span class="relative-date" data-time="1777629600000">mei</span></div>
    <div class="post-info post-date"><a class="post-date" href="/t/wie-belt-er/41/{n}"><span class="relative-date" data-time="{stamp}">mrt</span></a></div></div></div>
    <div class="regular contents"><div class="cooked">{markup}</div><nav class="post-controls">Antwoorden</nav></div></div></article></div>"""


GENERATIONS = [posting, crawler_2, crawler_3, question, browser]


def record(n: str, name: str, markup: str, **more: object) -> dict[str, object]:
    return {
        "id": 900 + int(n), "post_number": int(n), "username": name, "name": "Voluit Geschreven", "cooked": markup, "post_type": 1,
        "created_at": _at(n), "updated_at": "2026-05-01T10:00:00Z", "version": 3, "reply_to_post_number": None, "topic_id": 41, "topic_slug": "wie-belt-er", "hidden": False,
        "user_deleted": False, "deleted_at": None, "user_signature": "<p>Groet</p>", **more,
    }  # fmt: skip


def topic(records: list[dict[str, object]], stream: list[int] | None = None, **more: object) -> dict[str, object]:
    ids = stream if stream is not None else [r["id"] for r in records]
    return {
        "post_stream": {"posts": records, "stream": ids}, "id": 41, "title": "Wie belt er?", "slug": "wie-belt-er",
        "posts_count": len(ids), "created_at": _at("1"), **more,
    }  # fmt: skip


RECORDS = [record(n, name, markup) for n, name, markup, _, _ in POSTS]


def page(
    posts: str,
    head: str = "",
    tail: str = "",
    title: str = '<div id="topic-title"><h1><a href="/t/wie-belt-er/41">Wie belt er?</a></h1></div>',
) -> str:
    return f"""<!DOCTYPE html><html lang="nl" class="desktop-view anon"><head><title>Wie belt er? - Werk - Forum</title>
    <meta name="generator" content="Discourse 3.4.0 - https://github.com/discourse/discourse version 0">
    <link rel="canonical" href="{URL}"><meta property="article:published_time" content="2026-03-01T09:00:00+00:00">{head}</head>
    <body><noscript data-path="/t/wie-belt-er/41"><div id="main-outlet" class="wrap">{title}
    <div itemscope itemtype='http://schema.org/DiscussionForumPosting'><meta itemprop='datePublished' content='2026-03-01T09:00:00Z'>{posts}</div>{tail}
    <div id="related-topics"><table class='topic-list'><tr class="topic-list-item"><td><a href='{BASE}/t/elders/7' class='title raw-link'>Elders</a></td></tr></table></div>
    </div></noscript></body></html>"""


def topic_page(generation, **more: str) -> str:
    posts = "".join(generation(n, name, markup) for n, name, markup, _, _ in POSTS)
    return page(posts, **more)


def preloaded(data: dict[str, object]) -> str:
    return f'<div class="hidden" id="data-preloaded" data-preloaded="{escape(json.dumps({"site": "{}", "topic_41": json.dumps(data)}))}"></div>'


def _seen(found):
    return [(c.platform_id, c.author, "".join(c.text.split("\n"))) for c in found.comments]


WANTED = [(n, name, text) for n, name, _, text, _ in POSTS]


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda g: g.__name__)
def test_every_generation_gives_the_same_posts(generation):
    # The outer posting of 3.x would hide those of 1.x, which stand by themselves.
    body = topic_page(generation).replace(
        "<div itemscope itemtype='http://schema.org/DiscussionForumPosting'><meta",
        "<div><meta",
        generation not in (crawler_3, question),
    )
    assert discourse.matches(body, URL)
    found = discourse.read(body, URL)
    assert _seen(found) == WANTED
    assert [c.parent for c in found.comments] == [row[4] for row in POSTS]
    assert [c.posted_at for c in found.comments] == [dt.datetime(2026, 3, n, 9, tzinfo=dt.UTC) for n in range(1, 5)]
    assert [c.permalink for c in found.comments] == [f"{URL}/{n}" for n in "1234"]
    assert (found.title, found.language, found.thread, found.left_out) == (
        "Wie belt er?",
        "nl",
        "forum.invalid/t/41",
        (),
    )
    assert found.published_at == dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    assert (found.announced, found.opening, found.damage) == (None, None, ())


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda g: g.__name__)
def test_a_topic_begins_with_its_first_post_on_whatever_page_it_is_read(generation):
    """The head of a page tells when the first post on it was written, or the one that its address names."""
    late = "<div itemscope itemtype='http://schema.org/DiscussionForumPosting'><meta itemprop='datePublished' content='2026-03-01T09:00:00Z'>"
    body = (
        page(generation("21", "Anneke", "<p>Nog iets.</p>")).replace(late, "<div>").replace("2026-03-01", "2026-03-21")
    )
    assert discourse.read(body, f"{URL}?page=2").published_at is None
    begun = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    rich = body.replace("</body>", preloaded(topic([record("21", "Anneke", "<p>Nog iets.</p>")])))
    assert discourse.read(rich, f"{URL}?page=2").published_at == begun
    if generation in (crawler_3, question):
        described = body.replace("<div><div id='post_21'", late + "<div id='post_21'")
        assert discourse.read(described, f"{URL}?page=2").published_at == begun


def test_the_json_in_a_page_tells_which_post_is_answered_and_how_many_there_are():
    records = [*RECORDS[:3], record("4", "Anneke", ELSEWHERE, reply_to_post_number=3)]
    body = topic_page(crawler_3, tail=preloaded(topic(records, [901, 902, 903, 904, 905])))
    found = discourse.read(body, URL)
    assert _seen(found) == WANTED
    assert [c.parent for c in found.comments] == [None, None, "2", "3"]
    assert (found.announced, found.next_links) == (5, [])


@pytest.mark.parametrize(
    "value", ["", "{", '{"topic_41": "["}', '{"topic_41": "[]"}', '{"topic_41": 4}', "[]", '{"topic_40": "{}"}']
)
def test_a_page_whose_json_says_nothing_is_read_by_its_markup(value):
    tail = f'<div id="data-preloaded" data-preloaded="{escape(value)}"></div>'
    assert _seen(discourse.read(topic_page(crawler_3, tail=tail), URL)) == WANTED


def test_posts_that_a_browser_fetched_later_stand_beside_those_of_the_json():
    """A page saved after scrolling: its JSON is that of the moment when it was opened."""
    drawn = "".join(browser(n, name, markup) for n, name, markup, _, _ in POSTS)
    data = topic([RECORDS[1], record("3", "Jörg_Müller", QUOTE, reply_to_post_number=1)], [901, 902, 903, 904])
    found = discourse.read(page(drawn, tail=preloaded(data)), URL)
    assert _seen(found) == WANTED
    assert [c.parent for c in found.comments] == [None, None, "1", None]
    assert (found.announced, found.left_out) == (4, ())


def test_what_a_browser_drew_stands_beside_what_crawlers_would_get():
    """A saved page keeps its <noscript>, with the first page of the topic."""
    first = "".join(crawler_3(*row[:3]) for row in POSTS[:2])
    found = discourse.read(page(first, tail="".join(browser(*row[:3]) for row in POSTS[1:])), URL)
    assert _seen(found) == WANTED


@pytest.mark.parametrize(
    ("progress", "announced"),
    [
        ('<div class="timeline-scroller-content"><div class="timeline-replies">\n3 / 1.204\n</div></div>', 1204),
        ('<nav id="topic-progress"><div class="nums"><span>3</span><span><span>/</span><span>49</span></span></div></nav>', 49),
        ('<div class="timeline-scroller-content"><div class="timeline-replies">3</div></div>', None),
        ('<div class="timeline-scroller-content"><div class="timeline-replies">3 / 7</div></div><div class="posts-filtered-notice">Bob</div>', None),
    ],
)  # fmt: skip
def test_how_many_posts_a_browser_says_there_are(progress, announced):
    assert discourse.read(topic_page(browser, tail=progress), URL).announced == announced


def test_posts_that_a_reader_unfolded_belong_elsewhere():
    reply = """<section class="embedded-posts {place}"><div class="reply" data-post-id="97"><div class="topic-body"><div class="names">
    <a data-user-card="Kees">Kees</a></div><div class="cooked"><p>Andermans woorden</p></div></div></div></section>"""
    drawn = browser("2", "Bob", "<p>Eigen woorden</p>")
    drawn = drawn.replace(
        '<div class="topic-avatar">', reply.format(place="top topic-body") + '<div class="topic-avatar">'
    )
    drawn = drawn.replace("</article>", reply.format(place="bottom") + "</article>")
    (comment,) = discourse.read(page(drawn), URL).comments
    assert (comment.platform_id, comment.author, comment.text) == ("2", "Bob", "<p>Eigen woorden</p>")


@pytest.mark.parametrize(
    "action",
    [
        '<div id="post_2" class="small-action onscreen-post"><div class="small-action-desc"><p>Gesloten</p><div class="cooked">Klaar</div></div></div>',
        '<article id="post_2" class="small-action onscreen-post" data-post-number="2"><p>Gesloten</p></article>',
    ],
)  # fmt: skip
def test_what_moderators_did_is_no_post_in_a_browser_either(action):
    found = discourse.read(page(browser("1", "Anneke", "<p>Hallo</p>") + action), URL)
    assert ([c.platform_id for c in found.comments], found.left_out) == (["1"], ("2",))


def test_what_discourse_adds_to_a_post_is_no_words_of_its_author():
    added = """<p>Kijk:</p><aside class="onebox allowlistedgeneric" data-onebox-src="https://elders.invalid/a?b=1&amp;c=2"><header class="source">
    <a href="https://elders.invalid/a">elders.invalid</a></header><article class="onebox-body"><h3>Andermans kop</h3><p>Andermans woorden</p></article></aside>
    <div class="poll" data-poll-status="open"><ul><li>Ja</li></ul></div>
    <div class="lightbox-wrapper"><a class="lightbox" href="/b.png"><img src="/b.png" alt="foto"><div class="meta"><span class="filename">b.png</span>10 KB</div></a></div>
    <details class="elided"><summary>···</summary><p>Oude mail</p></details><script>spoor()</script>
    <a href="/x">hier</a><span class="badge badge-notification clicks">12</span>"""
    (comment,) = discourse.read(page(crawler_3("1", "Anneke", added)), URL).comments
    for gone in ("Andermans", "Ja", "10 KB", "Oude mail", "spoor", "12"):
        assert gone not in comment.text
    for kept in ("<p>Kijk:</p>", "https://elders.invalid/a?b=1&amp;c=2", '<img src="/b.png"', ">hier</a>"):
        assert kept in comment.text


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        (
            '<p>Zie <a href="https://elders.invalid/a" class="inline-onebox" rel="nofollow">Zo slecht is het, zegt een ander</a>, echt.</p>',
            "<p>Zie https://elders.invalid/a, echt.</p>",
        ),
        (
            '<p>Kijk</p><div class="onebox-result"><div class="source"><div class="info"><a href="https://elders.invalid/a">elders</a></div></div><div class="onebox-result-body">Andermans</div></div>',
            "<p>Kijk</p>https://elders.invalid/a",
        ),
        (
            '<div class="chat-transcript" data-username="bob"><div class="chat-transcript-meta">Uit <a href="/chat/c/-/1">Borrel</a></div><div class="chat-transcript-user">'
            '<div class="chat-transcript-username">bob</div></div><div class="chat-transcript-messages"><p>Nooit weer.</p></div></div><p>Mee eens.</p>',
            '<blockquote><div class="chat-transcript-messages"><p>Nooit weer.</p></div></blockquote><p>Mee eens.</p>',
        ),
        (
            '<p>Nee<sup class="footnote-ref"><a href="#f">[1]</a></sup></p><ol><li><p>Vorig jaar. <a href="#r" class="footnote-backref">↩︎</a></p></li></ol>',
            '<p>Nee<sup class="footnote-ref"><a href="#f">[1]</a></sup></p><ol><li><p>Vorig jaar. </p></li></ol>',
        ),
    ],
    ids=["title of a link", "old preview", "chat", "footnote"],
)  # fmt: skip
@pytest.mark.parametrize("stored", [False, True])
def test_words_of_others_and_of_the_software(markup, read, stored):
    tail = preloaded(topic([record("1", "Anneke", markup)])) if stored else ""
    (comment,) = discourse.read(page(crawler_3("1", "Anneke", markup), tail=tail), URL).comments
    assert comment.text.replace("\n", "") == read


@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("Bob", "<p>(bericht verwijderd door auteur)</p>"), ("Bob", "<p>(post deleted by author)</p>"),
        ("Bob", "<p>(post withdrawn by author, will be automatically deleted in 24 hours unless flagged)</p>"),
        ("Bob", "<p>(Beitrag vom Verfasser gelöscht)</p>"), ("Bob", "<p>(message supprimé par son auteur)</p>"),
        ("Bob", "Dit bericht is door de community gemarkeerd en is tijdelijk verborgen."),
        ("Bob", "<p>This post was flagged by the community and is temporarily hidden.</p>"),
        ("system", "<p>Dit topic is automatisch gesloten, 90 dagen na het laatste antwoord.</p>"),
        ("system1", "<p>This topic was automatically closed 7 days after the last reply.</p>"), ("Bob", "<p> &nbsp;</p>"), ("Bob", ""),
    ],
)  # fmt: skip
def test_posts_that_only_say_that_they_are_gone(name, markup):
    found = discourse.read(page(crawler_3("1", "Anneke", "<p>Hallo</p>") + crawler_3("2", name, markup)), URL)
    assert ([c.platform_id for c in found.comments], found.left_out) == (["1"], ("2",))


@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("Anneke", "<p>Mijn bericht is verwijderd door de baas.</p>"), ("Anneke", "<p>Dat gaat automatisch.</p>"),
        ("system", "<p>Ik ben er ook.</p>"), ("Anneke", "<p>(ik werd vorige week ontslagen)</p>"), ("Anneke", '<p><img src="/a.png"></p>'),
    ],
)  # fmt: skip
def test_posts_of_people_stay(name, markup):
    found = discourse.read(page(crawler_3("1", name, markup)), URL)
    assert ([c.text for c in found.comments], found.left_out) == ([markup], ())


@pytest.mark.parametrize(
    ("url", "head", "links"),
    [
        (URL, '<link rel="next" href="/t/wie-belt-er/41?page=2">', [f"{URL}?page=2"]),
        (f"{URL}?page=2", '<link rel="prev" href="/t/wie-belt-er/41"><link rel="next" href="/t/wie-belt-er/41?page=3">', [URL, f"{URL}?page=3"]),
        (f"{URL}?page=3", '<link rel="prev" href="/t/wie-belt-er/41?page=2">', [f"{URL}?page=2"]),
        (URL, f'<link rel="next" href="{URL}#post_2"><link rel="next" href="https://elders.invalid/t/x/41?page=2">', []),
        (URL, '<link rel="next" href="/t/ander/42?page=2">', []),
    ],
)  # fmt: skip
def test_where_a_topic_goes_on(url, head, links):
    plain = discourse.read(topic_page(crawler_3, head=head), url)
    assert plain.next_links == [*links, f"{URL}.json"]
    rich = discourse.read(topic_page(crawler_3, head=head, tail=preloaded(topic(RECORDS))), url)
    assert rich.next_links == links
    assert plain.thread == rich.thread == "forum.invalid/t/41"


def test_an_address_of_a_part_of_a_topic_leads_to_all_of_it():
    data = topic(RECORDS[:2], [901, 902], posts_count=4)
    found = discourse.read(page("", tail=preloaded(data)), f"{URL}?username_filters=Anneke")
    assert (len(found.comments), found.announced, found.next_links) == (2, 4, [f"{URL}.json"])
    assert discourse.read(page("", tail=preloaded(data)), f"{URL}?u=Anneke").announced == 2


def test_the_bar_of_pages_is_no_post():
    """2.x gave it the class of a post."""
    bar = "<div role='navigation' class='topic-body crawler-post'><span itemprop='name'><a rel='next' href='/t/wie-belt-er/41?page=2'>Volgende</a></span></div>"
    found = discourse.read(topic_page(crawler_2, tail=bar), URL)
    assert (len(found.comments), found.left_out, found.next_links[0]) == (4, (), f"{URL}?page=2")


@pytest.mark.parametrize(
    ("url", "canonical", "thread"),
    [
        (f"{URL}/17", URL, "forum.invalid/t/41"), (f"{BASE}/t/41/2", "", "forum.invalid/t/41"), (f"{BASE}/t/-/41?u=x", URL, "forum.invalid/t/41"),
        ("https://Forum.invalid/nl/werk/t/wie-belt-er/41", "", "forum.invalid/nl/werk/t/41"), ("", URL, "forum.invalid/t/41"),
        (URL, "https://blog.invalid/t/artikel/9", "forum.invalid/t/41"), (f"{BASE}/t/3-tips/41", "", "forum.invalid/t/41"),
        (f"{BASE}/n/wie-belt-er/41/3", "", "forum.invalid/t/41"),
    ],
)  # fmt: skip
def test_one_thread_whatever_address_leads_to_it(url, canonical, thread):
    body = topic_page(crawler_3).replace(f'href="{URL}">', f'href="{canonical}">')
    assert discourse.read(body, url).thread == thread


def test_a_list_of_topics_leads_to_topics_and_is_no_thread():
    body = page("", title="", head='<link rel="next" href="/latest?page=2">').replace(
        f'<link rel="canonical" href="{URL}">', ""
    )
    body = body.replace(
        "</table>",
        "<tr class='topic-list-item'><td><a class='title' href='/t/twee/8/3'>Twee</a><a href='/c/werk/5'>Werk</a></td></tr>"
        "<tr class='topic-list-item'><td><a class='title' href='/n/drie/9'>Drie</a></td></tr></table>",
    )
    found = discourse.read(body, f"{BASE}/latest")
    assert (found.thread, found.title, found.comments) == (None, None, [])
    assert found.next_links == [f"{BASE}/t/elders/7", f"{BASE}/t/twee/8", f"{BASE}/t/drie/9", f"{BASE}/latest?page=2"]


def test_a_list_of_categories_leads_to_them():
    body = f'<html><meta name="generator" content="Discourse 3.4.0 - x"><div id="main-outlet"><a href="/c/werk/5">Werk</a><a href="{BASE}/c/zorg/6">Zorg</a></div></html>'
    assert discourse.read(body, BASE + "/").next_links == [f"{BASE}/c/werk/5", f"{BASE}/c/zorg/6"]


def test_a_topic_without_posts():
    found = discourse.read(page(""), URL)
    assert (found.comments, found.thread, found.title, found.next_links) == (
        [],
        "forum.invalid/t/41",
        "Wie belt er?",
        [f"{URL}.json"],
    )


@pytest.mark.parametrize("url", [URL, ""])
def test_a_shell_without_posts_is_no_empty_topic(url):
    """Saved by a program that leaves out scripts, <noscript> and data attributes."""
    shell = f"""<html lang="nl"><head><title>Wie belt er? - Forum</title><meta name="generator" content="Discourse 3.4.0 - x">
    <link rel="canonical" href="{URL}"><meta property="og:description" content="Niemand nam op…"><link rel="next" href="/t/wie-belt-er/41?page=2">
    <meta property="article:published_time" content="2026-03-01T09:00:00+00:00"></head><body><section id="d-splash"></section>
    <div class="hidden" id="data-preloaded"></div><section id="main"></section></body></html>"""
    (found,) = platforms.pages(shell, url)
    assert (found.comments, found.opening, found.thread) == ([], None, "forum.invalid/t/41")
    assert found.next_links == [f"{URL}?page=2", f"{URL}.json"]
    assert found.damage == tuple(found.warnings)
    assert f"Collect {URL}" in found.damage[0]
    with pytest.raises(UsageError, match=r"topic\.html: the page of a topic without its posts"):
        trial.of_file(io.BytesIO(shell.encode()), "page", "topic.html", url)


def test_a_page_that_breaks_off_gives_what_came_whole():
    body = topic_page(crawler_3, tail=preloaded(topic(RECORDS)))
    for end in range(0, len(body), 97):
        found = discourse.read(body[:end], URL)
        assert _seen(found)[: len(found.comments) - 1] == WANTED[: max(len(found.comments) - 1, 0)]
    assert len(discourse.read(body[: body.index("id='post_4'")], URL).comments) == 3


@pytest.mark.parametrize(
    "body",
    [
        '<html><head><meta name="generator" content="WordPress 6.5"><link rel="https://api.w.org/" href="/wp-json/"></head><body class="single postid-4">'
        '<p>Wij gebruiken Discourse 3.4, <a href="https://discourse.org">Discourse</a></p></body></html>',
        '<html><li component="post" data-pid="1"><div component="post/content">x</div></li></html>', '<noscript id="flarum-content"></noscript>', "", "{}",
    ],
)  # fmt: skip
def test_pages_of_others(body):
    assert not discourse.matches(body, URL)
    assert not discourse_json.matches(body, URL)


def test_a_long_page_is_read_in_a_moment():
    body = page("".join(crawler_3(str(n % 28 + 1), "Anneke", QUOTE) for n in range(100)))
    start = time.process_time()
    assert len(discourse.read(body, URL).comments) == 100
    assert time.process_time() - start < 1
