"""NodeBB: the same posts in the markup of its themes, from the first ones to Harmony."""

from __future__ import annotations

import datetime as dt
import time
from html import escape

import pytest

from pipeline.platforms import nodebb

BASE = "https://forum.invalid"
URL = f"{BASE}/topic/7/wie-belt-er"
LEAD = '<p dir="auto"><a class="plugin-mentions-user plugin-mentions-a" href="/user/bob">@<bdi>Bob</bdi></a> schreef in <a href="/post/12">Wie belt er?</a>:</p>\n'
QUOTE = f'{LEAD}<blockquote>\n<p dir="auto">Bij ons ook niet.</p>\n</blockquote>\n<p dir="auto">Zie je wel?</p>'
#: number, number of the account, name, markup as NodeBB has it, markup as read, parent
POSTS = [
    ("11", "3", "Anneke", "<p>Niemand nam op.</p>", "<p>Niemand nam op.</p>", None),
    ("12", "4", "R&D Bob", "<p>Bij ons ook niet.</p>", "<p>Bij ons ook niet.</p>", "11"),
    ("13", "5", "Jörg Müller", QUOTE, QUOTE.removeprefix(LEAD), "12"),
    ("14", "0", "Gast", "<p>Ik wel.</p>", "<p>Ik wel.</p>", None),
]


def _at(n: str) -> dt.datetime:
    return dt.datetime(2026, 3, int(n) - 10, 9, tzinfo=dt.UTC)


def _iso(n: str) -> str:
    return _at(n).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _data(n: str, account: str, name: str) -> str:
    stamp = int(_at(n).timestamp() * 1000)
    return f'data-index="{int(n) - 11}" data-pid="{n}" data-uid="{account}" data-timestamp="{stamp}" data-username="{escape(name)}" data-userslug="x"'


def harmony(n, account, name, markup, parent, classes=""):
    answers = (
        f"""<div component="post/parent" data-collapsed="true" data-parent-pid="{parent}" data-uid="3"><a class="fw-semibold" href="/user/iemand">Iemand</a>
    <a href="/post/{parent}" class="timeago" title="2020-01-01T00:00:00.000Z"></a><div component="post/parent/content"><p>Eerdere woorden</p></div></div>"""
        if parent
        else ""
    )
    return f"""<li component="post" class="pt-4 {classes}" {_data(n, account, name)} itemprop="comment" itemscope>
    <a component="post/anchor" data-index="0" id="1"></a><meta itemprop="datePublished" content="{_iso(n)}"><meta itemprop="dateModified" content="2026-05-01T00:00:00.000Z">
    {answers}<div class="post-container"><div class="post-header" itemprop="author" itemscope><meta itemprop="name" content="{escape(name)}">
    <a class="d-inline-block" href="/user/x" aria-label="profiel"><span title="x">X</span></a>
    <a class="fw-bold text-nowrap" href="/user/x" data-username="{escape(name)}" data-uid="{account}">{escape(name)}</a><a href="/groups/baas" class="badge"><span>Baas</span></a>
    <span class="text-muted">schreef op <a href="/post/{n}" class="timeago" title="{_iso(n)}"></a></span>
    <span component="post/editor" class="visually-hidden">laatst bewerkt door X <span class="timeago" title="1-5-2026"></span></span></div>
    <div class="content text-break" component="post/content" itemprop="text">{markup}</div>
    <div component="post/footer"><div component="post/signature" data-uid="{account}">Groetjes</div><a component="post/reply-count"><span>1 reactie</span></a>
    <div component="post/actions"><a component="post/reply" href="#">Antwoorden</a><a component="post/vote-count">3</a></div></div>
    <div component="post/replies/container"></div></div></li>"""


def persona(n, account, name, markup, parent, classes=""):
    answers = (
        f'<a component="post/parent" class="btn" data-topid="{parent}" href="/post/{parent}"><i class="fa fa-reply"></i> @Iemand</a>'
        if parent
        else ""
    )
    return f"""<li component="post" class="{classes}" {_data(n, account, name)} itemprop="comment">
    <a component="post/anchor" data-index="0" id="0"></a><meta itemprop="datePublished" content="{_iso(n)}"><div class="clearfix post-header">
    <small class="pull-left"><strong><a href="/user/x" itemprop="author" data-username="{escape(name)}" data-uid="{account}">{escape(name)}</a></strong>
    <span class="label">geblokkeerd</span><a class="permalink" href="/post/{n}"><span class="timeago" title="{_iso(n)}"></span></a>{answers}</small></div><br />
    <div class="content" component="post/content" itemprop="text">\n{markup}\n</div>
    <div class="clearfix post-footer"><div component="post/signature" class="post-signature">Groetjes</div></div><hr /></li>"""


def persona_first(n, account, name, markup, parent, classes=""):
    """2015: no time in milliseconds, no line that says whom one answers."""
    del parent
    return f"""<li component="post" class="clearfix {classes}" data-index="0" data-pid="{n}" data-uid="{account}" data-username="{escape(name)}">
    <a component="post/anchor" name="0"></a><meta itemprop="datePublished" content="{_iso(n)}"><small class="pull-left"><strong>
    <a class="username-field" href="/user/x" itemprop="author" data-username="{escape(name)}" data-uid="{account}">{escape(name)}</a></strong></small>
    <div class="content" component="post/content" itemprop="text">{markup}</div></li>"""


def vanilla(n, account, name, markup, parent, classes=""):
    """Before `component`."""
    del parent
    return f"""<li class="post-row {classes}" data-pid="{n}" data-uid="{account}" data-username="{escape(name)}" data-index="0" itemscope>
    <a class="post-anchor" name="0"></a><div class="post-block"><a class="avatar" href="/user/x"></a><h3><small class="username">
    <a href="/user/x" class="username-field">{escape(name)}</a></small></h3><div class="post-content" itemprop="text">{markup}</div>
    <div class="post-signature">Groetjes</div><small><span class="relativeTimeAgo timeago" title="{_iso(n)}"></span></small></div></li>"""


THEMES = [harmony, persona, persona_first, vanilla]


def page(posts: str, extra: str = "", count: str = '<span component="topic/post-count" title="4">4</span>') -> str:
    return f"""<!DOCTYPE html><html lang="nl" data-dir="ltr"><head><title>Wie belt er? | Forum</title><meta property="og:title" content="Wie belt er?" />
    <meta property="article:published_time" content="{_iso("11")}" /><meta property="og:url" content="{URL}" /></head><body><div class="topic">
    <h1 component="post/header"><span class="topic-title" component="topic/title">Wie belt er?</span></h1>{count}
    <ul component="topic" class="posts" data-tid="7">{posts}
    <li component="topic/event" class="timeline-event">Anneke heeft dit topic gesloten</li></ul>{extra}</div>
    <ul class="categories"><li component="category/topic"><a href="/topic/8/elders">Elders</a></li></ul></body></html>"""


def topic(theme, **more: str) -> str:
    return page(
        "".join(theme(n, account, name, markup, parent) for n, account, name, markup, _, parent in POSTS), **more
    )


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_every_theme_gives_the_same_posts(theme):
    body = topic(theme)
    assert nodebb.matches(body, URL)
    found = nodebb.read(body, URL)
    assert [(c.platform_id, c.author, c.text) for c in found.comments] == [
        (n, None if account == "0" else name, text) for n, account, name, _, text, _ in POSTS
    ]
    assert [c.posted_at for c in found.comments] == [_at(row[0]) for row in POSTS]
    assert [c.permalink for c in found.comments] == [f"{BASE}/post/{row[0]}" for row in POSTS]
    said = theme in (harmony, persona)  # the first themes tell only by quotes
    assert [c.parent for c in found.comments] == [row[5] if said or row[0] == "13" else None for row in POSTS]
    assert (found.title, found.language, found.thread, found.announced, found.left_out) == (
        "Wie belt er?",
        "nl",
        "forum.invalid/topic/7",
        4,
        (),
    )
    assert (found.published_at, found.opening, found.next_links) == (_at("11"), None, [])


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_deleted_posts_are_counted(theme):
    posts = theme("11", "3", "Anneke", "<p>Hallo</p>", None) + theme(
        "12", "4", "Bob", "Dit bericht is verwijderd!", "11", "deleted"
    )
    found = nodebb.read(page(posts, count='<span component="topic/post-count">2</span>'), URL)
    assert ([c.platform_id for c in found.comments], found.left_out, found.announced) == (["11"], ("12",), 2)


@pytest.mark.parametrize(
    ("account", "name", "author"),
    [
        ("0", "Guest", None), ("0", "Gast", None), ("0", "Invité", None), ("0", "A Former User", None), ("0", "Een voormalige gebruiker", None),
        ("0", "Truus uit Assen", "Truus uit Assen"), ("6", "Gast", "Gast"), ("6", "", None), ("0", "[[global:guest]]", None),
    ],
)  # fmt: skip
def test_guests_have_a_name_where_they_gave_one(account, name, author):
    for theme in THEMES:
        (comment,) = nodebb.read(page(theme("11", account, name, "<p>Hallo</p>", None)), URL).comments
        assert comment.author == author


@pytest.mark.parametrize(
    ("markup", "text", "parent"),
    [
        ('<p><a href="/user/bob">@Bob</a> zei:</p><blockquote><p>Nee</p></blockquote><p>Ja</p>', "<blockquote><p>Nee</p></blockquote><p>Ja</p>", None),
        ('<p><a href="/user/bob">@Bob</a> said in <a href="/topic/7/wie-belt-er/12">x</a>:</p><blockquote><p>Nee</p></blockquote>', "<blockquote><p>Nee</p></blockquote>", None),
        ('<p><a href="/user/b">@B</a> zei in <a href="/post/https%3A%2F%2Fe.invalid%2F9">x</a>:</p> <blockquote><p>Nee</p></blockquote>',
         "<blockquote><p>Nee</p></blockquote>", "https://e.invalid/9"),
        ('<p><a href="/post/12">hier</a> staat het:</p><p>Ja</p>', '<p><a href="/post/12">hier</a> staat het:</p><p>Ja</p>', None),
        ("<p>De baas zei:</p><blockquote><p>Nee</p></blockquote><p>Ja</p>", "<p>De baas zei:</p><blockquote><p>Nee</p></blockquote><p>Ja</p>", None),
        ('<p><a href="/user/bob">@Bob</a> de uitzendkracht die gisteren werd ontslagen zei tegen mij in de kantine het volgende:</p><blockquote><p>Nee</p></blockquote>',
         '<p><a href="/user/bob">@Bob</a> de uitzendkracht die gisteren werd ontslagen zei tegen mij in de kantine het volgende:</p><blockquote><p>Nee</p></blockquote>', None),
        (f'{LEAD}<blockquote><p><a href="/user/a">@A</a> zei in <a href="/post/13">x</a>:</p><blockquote><p>Diep</p></blockquote></blockquote><p>Ja</p>',
         "<blockquote><blockquote><p>Diep</p></blockquote></blockquote><p>Ja</p>", "12"),
        ('<p>Ja</p><script>spoor()</script><div class="poll-view">Stem</div>', "<p>Ja</p>", None),
    ],
)  # fmt: skip
def test_lines_that_lead_a_quote_in_are_not_the_authors(markup, text, parent):
    (comment,) = nodebb.read(page(persona("15", "3", "Anneke", markup, None)), URL).comments
    assert (comment.text.replace("\n", ""), comment.parent) == (text, parent)


def test_the_numbers_of_posts_from_elsewhere_are_addresses():
    number = "https://elders.invalid/berichten/9"
    (comment,) = nodebb.read(
        page(harmony("11", "3", "A", "<p>x</p>", number).replace('data-pid="11"', f'data-pid="{number}"')), URL
    ).comments
    assert (comment.platform_id, comment.parent) == (number, number)
    assert comment.permalink == f"{BASE}/post/https%3A%2F%2Felders.invalid%2Fberichten%2F9"


def test_replies_that_a_browser_has_unfolded_are_read_once():
    inner = persona("12", "4", "Bob", "<p>Binnen</p>", "11")
    outer = harmony("11", "3", "Anneke", "<p>Buiten</p>", None).replace(
        '<div component="post/replies/container">', f'<div component="post/replies/container"><ul>{inner}</ul>'
    )
    found = nodebb.read(page(outer + persona("12", "4", "Bob", "<p>Binnen</p>", "11")), URL)
    assert [(c.platform_id, c.text) for c in found.comments] == [("11", "<p>Buiten</p>"), ("12", "<p>Binnen</p>")]


def _bar(*numbers: int, here: int) -> str:
    items = "".join(
        f'<li class="page-item page {"active" if n == here else ""}"><a class="page-link" href="?page={n}" data-page="{n}">{n}</a></li>'
        for n in numbers
    )
    return f'<noscript><nav component="pagination"><ul class="pagination"><li class="page-item previous"><a href="?page={max(here - 1, 1)}">&lt;</a></li>{items}</ul></nav></noscript>'


@pytest.mark.parametrize(
    ("url", "here", "pages"),
    [
        (URL, 1, [2, 3]),
        (f"{URL}?page=2", 2, [1, 3]),
        (f"{URL}?page=3", 3, [2, 1]),
        (f"{URL}/15", 1, [2, 3]),
        (f"{BASE}/topic/7", 1, [2, 3]),
    ],
)
def test_where_a_topic_goes_on(url, here, pages):
    found = nodebb.read(topic(harmony, extra=_bar(1, 2, 3, here=here)), url)
    start = URL if "wie" in url else f"{BASE}/topic/7"
    assert found.next_links == [start if n == 1 else f"{start}?page={n}" for n in pages]
    spoken = _bar(1, 2, 3, here=here).replace(
        "?page=", "?lang=nl&page="
    )  # to a visitor whose language is not the forum's
    assert nodebb.read(topic(harmony, extra=spoken), url).next_links == found.next_links
    assert found.thread == "forum.invalid/topic/7"


@pytest.mark.parametrize(
    "link", ['<link rel="next" href="https://elders.invalid/topic/7/x?page=2">', '<link rel="next" href="/topic/8/elders?page=2">', '<nav component="pagination"><a href="?">1</a><a href="#">x</a><a href="javascript:x()">x</a></nav>']
)  # fmt: skip
def test_links_that_lead_elsewhere_are_not_followed(link):
    assert nodebb.read(topic(persona, extra=link), URL).next_links == []


@pytest.mark.parametrize(
    ("url", "thread"),
    [
        ("https://Forum.invalid/topic/7/wie-belt-er/3?lang=nl", "forum.invalid/topic/7"), ("https://forum.invalid/praat/topic/7", "forum.invalid/praat/topic/7"),
        (f"{BASE}/post/13", "forum.invalid/topic/7"), ("", "forum.invalid/topic/7"),
    ],
)  # fmt: skip
def test_one_thread_whatever_address_leads_to_it(url, thread):
    assert nodebb.read(topic(persona), url).thread == thread


@pytest.mark.parametrize(
    ("count", "announced"),
    [
        ('<span component="topic/post-count" title="1204">1.2k</span>', 1204), ('<span component="topic/post-count">1.204</span>', 1204),
        ('<span component="topic/post-count">1.2k</span>', None), ("", None), ('<span component="topic/post-count" title="veel">x</span>', None),
    ],
)  # fmt: skip
def test_announced_number(count, announced):
    assert nodebb.read(topic(persona, count=count), URL).announced == announced


LIST = """<html lang="nl"><body><ul component="category" class="topic-list"><li component="category/topic" class="category-item"><h3 component="topic/header">
<a href="/topic/8/elders">Elders</a></h3><a href="/topic/8/elders/12">laatste</a><a href="/user/x">x</a></li>
<li component="category/topic"><a href="/topic/9">Negen</a></li></ul><nav component="pagination"><a href="?page=1">1</a><a href="?page=2">2</a></nav></body></html>"""


def test_a_list_leads_to_topics_and_is_no_thread():
    assert nodebb.matches(LIST, f"{BASE}/category/2/werk")
    found = nodebb.read(LIST, f"{BASE}/category/2/werk")
    assert (found.thread, found.title, found.comments) == (None, None, [])
    assert found.next_links == [f"{BASE}/topic/8/elders", f"{BASE}/topic/9", f"{BASE}/category/2/werk?page=2"]


def test_a_list_of_categories_leads_to_them():
    body = '<ul><li component="categories/category"><h2><a href="/category/2/werk">Werk</a></h2><a href="/topic/8/elders">laatste</a></li></ul>'
    assert nodebb.matches(body, BASE)
    assert nodebb.read(body, f"{BASE}/categories").next_links == [f"{BASE}/category/2/werk"]


def test_a_topic_without_posts():
    found = nodebb.read(page("", count=""), URL)
    assert (found.comments, found.thread, found.title, found.next_links) == (
        [],
        "forum.invalid/topic/7",
        "Wie belt er?",
        [],
    )


def test_a_page_that_breaks_off_gives_what_came_whole():
    body = topic(harmony)
    for end in range(0, len(body), 61):
        found = nodebb.read(body[:end], URL)
        assert [c.platform_id for c in found.comments] == [row[0] for row in POSTS][: len(found.comments)]
    assert len(nodebb.read(body[: body.index('data-pid="14"')], URL).comments) == 3


@pytest.mark.parametrize("url", ["", "http://[", "http://[/topic/7/x", "ftp://x/topic/7"])
@pytest.mark.parametrize(
    "body",
    ["", "<li component='post' data-pid=''>", '<li component="post" data-pid="1"><div component="post/content"></div>'],
)
def test_nonsense_gives_an_empty_page(body, url):
    assert nodebb.read(body, url).comments == []


@pytest.mark.parametrize(
    "body",
    [
        '<html><head><meta name="generator" content="WordPress 6.5"></head><body class="single postid-4"><div id="comments">NodeBB</div></body></html>',
        '<html><meta name="generator" content="Discourse 3.4.0 - x"><div class="topic-body crawler-post"><div class="post">x</div></div></html>',
        '<noscript id="flarum-content"><article></article></noscript>', "", "{}",
    ],
)  # fmt: skip
def test_pages_of_others(body):
    assert not nodebb.matches(body, URL)


def test_a_long_page_is_read_in_a_moment():
    posts = "".join(
        harmony(str(11 + n % 20), "3", "Anneke", QUOTE, "11").replace(f'data-pid="{11 + n % 20}"', f'data-pid="{n}"')
        for n in range(100)
    )
    start = time.process_time()
    assert len(nodebb.read(page(posts), URL).comments) == 100
    assert time.process_time() - start < 1
