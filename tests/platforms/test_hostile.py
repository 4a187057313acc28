"""Pages made to take long: each a begin that a pattern knows, again and again, and never what it waits for."""

from __future__ import annotations

import time

import pytest

from pipeline import platforms
from pipeline.platforms import (
    discourse_post,
    flarum,
    fok,
    generic,
    html,
    hyperkitty,
    json_ld,
    mail,
    markup,
    text,
    wordpress,
    wordpress_article,
    wordpress_links,
    xenforo,
)
from pipeline.platforms.dates import Clock

SECONDS = 4
N = 60_000
URL = "https://forum.invalid/draad/7"


@pytest.fixture(autouse=True)
def soon():
    """The test must not take long."""
    begin = time.process_time()
    yield
    assert time.process_time() - begin < SECONDS


@pytest.mark.parametrize(
    "page",
    [
        "class=postprofile " * N,
        '<li class="post_1" ' + "class='post-row " + "post-row " * N,
        '<i class="' + "postbit " * N,
        "<body class=' " + "<body " * N,
        "<meta a content=' " + "<meta content=" * N + "Discourse  discourse_theme_id",
        "<body section-" * N,
        "<html id=" * N,
        '<p id="Discussion_1" ' + "class='Item " * N,
        '{"nodes":[' * N,
        '{"edges":[' * N,
    ],
    ids=lambda page: page[:24],
)
def test_platforms_are_soon_asked(page):
    known = [
        platform.NAME for platform in platforms.PLATFORMS if platform is not generic and platform.matches(page, URL)
    ]
    assert "discourse" not in known


@pytest.mark.parametrize(
    "path", ["/t/" * N, "/t/" + "x" * N, "/list/" + "a@" * N, "?id=&" * N], ids=lambda path: path[:6]
)
def test_addresses_without_end_are_none(path):
    assert html.absolute(URL, path) is None
    assert discourse_post.topic_at(f"https://forum.invalid{path}") is None
    assert hyperkitty.thread_name(f"https://forum.invalid{path}") is None


def test_addresses_of_the_usual_length_are_some():
    assert html.absolute(URL, "/t/" + "x" * 2_000) is not None


@pytest.mark.parametrize(
    "read",
    [
        lambda: markup.says_something("<" * N * 4),
        lambda: text.markup_to_text("<b> </b>" * N + "x<br>y <br>z"),
        lambda: text.markup_to_text("<pre>a</pre>" + '<b title="<pre">x</b>' * N),
        lambda: text.markup_to_text("<svg></svg>" + '<b title="<svg>">x</b>' * N),
        lambda: json_ld.posting(
            html.parse('<script type="application/ld+json">{' + "\n" * N + "</script>")[0], URL, Clock("nl")
        ),
        lambda: mail.subject("Re: " * N),
        lambda: fok.read('<div class="postmain_right">' + "<br> " * N + "</div>", "https://forum.invalid/topic/1"),
        lambda: flarum.read("<script>discussions " + "app.load({" * N + "</script>", "https://forum.invalid/d/1"),
        lambda: wordpress_article.announced(html.parse(f'<h2 class="comments-title">{"1" * N * 4}</h2>')[0]),
        lambda: wordpress.read(f'<li id="comment-1"><b class="fn">{": " * N}</b><p>Ja</p></li>', URL),
        lambda: list(
            wordpress_links._hrefs_with(("<a" + " href='x" * 600 + '"cpage=' + "x" * 4_900 + ">") * 60, "cpage=")
        ),
    ],
    ids=["tags", "spaces", "pre", "svg", "json", "subject", "breaks", "script", "digits", "says", "links"],
)
def test_parts_of_pages_are_soon_read(read):
    read()


def test_a_title_of_blanks_is_soon_read():
    body = f'<meta property="og:title" content="a{chr(10) * N}b"><h1>Een</h1><h1>Twee</h1>'
    assert generic.links.title(html.parse(body)[0]) == "a b"


def test_many_quotes_and_many_quoted_posts_are_soon_read():
    said = "Ik werk al jaren in de thuiszorg en de roosters worden elk jaar krapper."
    head = '<b class="naam">Jan{0}</b><i>12-03-2021 09:00</i>'
    one = f'<div class="post" id="p1">{head}<p>{"<div class=quote>Wie belt?</div>" * 20_000}</p></div>'
    two = "".join(
        f'<div class="post" id="p{n + 100}">{head.format(n)}<p><q class="quote" cite="#p{n + 99}">Ja</q>{said}</p></div>'
        for n in range(6_000)
    )
    assert len(generic.read(f"<html><body>{one}{two}</body></html>", URL).comments) > 5_999


POST = '<div id="comment-1" class="comment depth-{}"><cite class="fn">Anneke</cite><div class="comment-content">Niemand nam op.</div></div>'
ROW = '<div class="post" id="p{}"><b class="author">{}</b> <i>12-03-2021 10:0{}</i><p>De roosters worden elk jaar krapper, zegt men hier.</p></div>'
LD = '<script type="application/ld+json">{"@type": "Article", "headline": "Rooster", "commentCount": "%s", "comment": [{"@type": "Comment", "text": "Ja"}]}</script>'


@pytest.mark.parametrize("number", ["9" * 5_000, "²", "٣"], ids=["long", "raised", "arabic"])
@pytest.mark.parametrize(
    ("page", "url"),
    [
        (f'<ol class="commentlist">{POST}</ol>', URL),
        (f'<a href="/?p=4&amp;cpage={{}}">x</a><ol class="commentlist">{POST.format(1)}</ol>', "https://forum.invalid/?p=4"),
        ('[{{"id": 1, "post": 4, "parent": 0, "author_name": "A", "date_gmt": "2026-03-01T10:00:00", "content": {{"rendered": "Ja"}}}}]',
         "https://forum.invalid/wp-json/wp/v2/comments?post=4&per_page={}"),
        ('<body class="section-viewtopic"><div class="post" id="p1"><div class="postbody"><div class="content">Ja</div></div></div>',
         "https://forum.invalid/viewtopic.php?t=5&start={}"),
        ("".join(ROW.format(n, name, n) for n, name in enumerate(["Anneke", "Bob", "Kees"], 1)) + '<a href="/draad/8">{}</a>', URL),
    ],
)  # fmt: skip
def test_any_number_may_stand_where_one_is_read(page, url, number):
    assert platforms.pages(page.format(number), url.format(number))


@pytest.mark.parametrize("number", ["9" * 5_000, "²"], ids=["long", "raised"])
def test_any_number_of_comments_may_be_announced(number):
    assert platforms.pages(LD % number, URL)


def test_nests_of_replies_behind_no_post_take_linear_time():
    post = '<article class="message" data-content="post-1" id="js-post-1"></article>'
    xenforo.read(f'<html id="XF"><body>{post}' + '<p></p><div class="js-nested-children-wrapper"></div>' * 6_000, URL)
