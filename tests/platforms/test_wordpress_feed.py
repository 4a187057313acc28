"""WordPress's feeds of comments: a post's and a site's, RSS and Atom, answers, broken files."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline import platforms
from pipeline.platforms import wordpress_feed

POST = "https://forum.invalid/2026/wie-belt-er/"


def answer(number: int, name: str, text: str) -> str:
    return f'<p>Als antwoord op <a href="{POST}#comment-{number}">{name}</a>.</p>\n{text}'


COMMENTS = [  # number, name, text, number and name of whom it answers; newest first, as in a feed
    (12, "J. Müller &#38; Co", "<p>Bij ons ook niet.</p>", (11, "Anneke")),
    (11, "Anneke", f'<p>Zie <a href="{POST}#comment-10">hierboven</a>.</p>\n<p>Niemand nam op.</p>', None),
    (10, "Bas", "<p>Wie belt er?</p>\n<p>Ik niet.</p>", None),
]


def rss(post: str = POST, guid: str = "https://forum.invalid/?p=4", channel: str = POST, told: bool = True) -> str:
    items = "".join(
        f"""<item><title>Door: {name}</title><link>{post}#comment-{number}</link><dc:creator><![CDATA[{name}]]></dc:creator>
        <pubDate>Mon, 02 Mar 2026 09:{number}:00 +0000</pubDate><guid isPermaLink="false">{guid}#comment-{number}</guid>
        <description><![CDATA[kort]]></description><content:encoded><![CDATA[{answer(*above, text) if above and told else text}]]></content:encoded></item>"""
        for number, name, text, above in COMMENTS
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Reacties op: Wie belt er: deel 2</title>
    <atom:link href="{POST}feed/" rel="self" type="application/rss+xml" /><link>{channel}</link><description>Een forum</description>{items}</channel></rss>"""


def atom() -> str:
    entries = "".join(
        f"""<entry><title>Door: {name}</title><link rel="alternate" href="{POST}#comment-{number}" type="text/html" /><author><name>{name}</name></author>
        <id>https://forum.invalid/?p=4#comment-{number}</id><updated>2026-03-02T09:{number}:00Z</updated><published>2026-03-02T09:{number}:00Z</published>
        <content type="html" xml:base="{POST}"><![CDATA[{answer(*above, text) if above else text}]]></content>
        <thr:in-reply-to ref="x" href="{f"{POST}#comment-{above[0]}" if above else POST}" type="text/html" /></entry>"""
        for number, name, text, above in COMMENTS
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl-NL" xmlns:thr="http://purl.org/syndication/thread/1.0">
    <title type="text">Reacties op: Wie belt er: deel 2</title><link rel="alternate" type="text/html" href="{POST}" /><link rel="self" href="{POST}feed/atom/" />{entries}</feed>"""


@pytest.mark.parametrize("body", [rss(), atom()], ids=["rss", "atom"])
def test_the_newest_comments_of_a_post(body):
    (page,) = platforms.pages(body, f"{POST}feed/")
    assert page.platform == wordpress_feed.NAME
    assert (page.title, page.thread, page.announced) == ("Wie belt er: deel 2", "forum.invalid/?p=4", None)
    assert page.next_links == [POST]  # the post's page has the older ones
    assert [(c.platform_id, c.parent, c.author, c.text, c.permalink) for c in page.comments] == [
        ("10", None, "Bas", "<p>Wie belt er?</p>\n<p>Ik niet.</p>", f"{POST}#comment-10"),
        ("11", None, "Anneke", COMMENTS[1][2], f"{POST}#comment-11"),  # a link of one's own is no answer to it
        ("12", "11", "J. Müller & Co", "<p>Bij ons ook niet.</p>", f"{POST}#comment-12"),
    ]
    assert page.comments[2].posted_at == dt.datetime(2026, 3, 2, 9, 12, tzinfo=dt.UTC)


def test_an_older_feed_does_not_tell_what_is_answered():
    assert [c.parent for c in wordpress_feed.read(rss(told=False), "").comments] == [None, None, None]


def test_a_sites_feed_has_a_page_for_each_post():
    other = "https://forum.invalid/anders/"
    items = rss(channel="https://forum.invalid/")
    second = rss(other, "https://forum.invalid/?p=9").partition("<item>")[2].partition("</channel>")[0]
    body = items.replace("</channel>", f"<item>{second}</channel>")
    found = platforms.pages(body, "https://forum.invalid/comments/feed/")
    assert [(page.thread, page.title, len(page.comments)) for page in found] == [
        ("forum.invalid/?p=4", None, 3),  # the feed's title is the site's
        ("forum.invalid/?p=9", None, 3),
    ]
    assert [page.next_links for page in found] == [[POST], [other]]


def test_a_site_that_moved_is_named_by_its_address():
    page = wordpress_feed.read(rss(guid="https://oud.invalid/?p=4"), "")
    assert page.thread == "forum.invalid/2026/wie-belt-er"


def test_a_feed_without_the_number_of_its_post_only_leads_there():
    """Its pages would name the thread otherwise, and the comments count twice. A file without address is all there is."""
    (page,) = wordpress_feed.pages(rss(guid=POST), f"{POST}feed/")
    assert (page.thread, page.comments, page.next_links) == (None, [], [POST])
    assert len(wordpress_feed.read(rss(guid=POST), "").comments) == 3


def test_comments_on_a_later_page_belong_to_the_post():
    (page,) = wordpress_feed.pages(rss(f"{POST}comment-page-2/"), f"{POST}feed/")
    assert (page.thread, page.next_links, page.title) == ("forum.invalid/?p=4", [POST], "Wie belt er: deel 2")
    assert page.comments[0].permalink == f"{POST}comment-page-2/#comment-10"


def test_a_feed_that_breaks_off_gives_what_stands_before():
    body = rss()
    page = wordpress_feed.read(body[: body.index("hierboven")], "")
    assert [c.platform_id for c in page.comments] == ["12"]
    assert "breaks off" in page.warnings[0]


@pytest.mark.parametrize(
    "body",
    [
        rss().replace("#comment-", "#"),  # a feed of posts
        "<html><body><link>#comment-1</link></body></html>",
        '{"link": "#comment-1"}',
        "",
    ],
)
def test_other_documents_are_not_taken(body):
    assert not wordpress_feed.matches(body, "https://forum.invalid/feed/")


def test_a_long_first_paragraph_takes_no_time(benchmark_seconds=2.0):
    import time

    begin = time.thread_time()
    for text in ("<p>" + "a <a href='" * 20_000, "<p>" + "x" * 1_000_000, "<p>x<a href='" + "#comment-1" * 100_000):
        wordpress_feed.read(rss().replace(COMMENTS[2][2], text), "")
    assert time.thread_time() - begin < benchmark_seconds
