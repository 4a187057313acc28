"""Slashdot: a story with its nested comments, whole, short and hidden, and the flat form of the same."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.platforms import slashdot, wordpress

URL = "https://werk.slashdot.org/story/26/03/01/1000230/wie-belt-er"
#: id, parent, author, words
COMMENTS = [
    ("501", None, "Müller & Zn", "<p>Niemand nam op.</p>"),
    ("502", "501", "bob", "<blockquote>Niemand</blockquote><p>Bij ons ook niet.</p>"),
    ("503", "502", None, "Zie je wel?"),
    ("505", None, "anneke", "<p>Ik wel.</p>"),
]
EXPECTED = [
    (*row, dt.datetime(2026, 3, 1, 16, int(row[0]) - 500, tzinfo=dt.UTC),
     f"https://werk.slashdot.org/comments.pl?sid=777&cid={row[0]}")
    for row in COMMENTS
]  # fmt: skip


def head(number, parent, author, words):
    name = (
        f'<a rel="nofollow" href="//slashdot.org/~x">{author.replace("&", "&amp;")}</a>  <span class="uid"><a href="//slashdot.org/~x">( 12 )</a></span>'
        if author
        else "Anonymous Coward"
    )
    words = words.replace("<blockquote>", '<div class="quote">').replace("</blockquote>", "</div>")
    up = (
        f'<a class="btn link" href="//werk.slashdot.org/comments.pl?sid=777&amp;cid={parent}" onclick="return D2.selectParent({parent})">Parent</a>'
        if parent
        else ""
    )
    return f"""<div id="comment_{number}" class="cw"><div id="comment_top_{number}" class="commentTop"><div class="title"><h4>
    <a id="comment_link_{number}" href="//werk.slashdot.org/comments.pl?sid=777&amp;cid={number}">Re: bellen</a> <span class="score">(<a href="#">Score:5</a>, Insightful)</span></h4></div>
    <div class="details"><span class="by"><span class="byby">by </span>{name}</span> <span class="otherdetails" id="comment_otherdetails_{number}">
    on Sunday March 01, 2026 @11:{int(number) - 500:02}AM (<a href="//werk.slashdot.org/comments.pl?sid=777&amp;cid={number}">#{number}</a>) <small><a title="Wednesday April 05, 2023 @03:34AM">Journal</a></small></span></div></div>
    <div class="commentBody"><div id="comment_body_{number}">{words}</div><div id="comment_sig_{number}" class="sig">--<br>Mijn spreuk.</div></div>
    <div class="commentSub" id="comment_sub_{number}">{up}<a class="comment_share_toggle">Share</a></div></div>"""


def tree(row, within="", classes="full contain"):
    number = row[0]
    return f"""<li id="tree_{number}" class="comment {classes}"><span class="ind"></span><div id="comment_status_{number}"></div>{head(*row)}
    <div id="replyto_{number}"></div><ul id="group_{number}"><li id="hiddens_{number}" class="hide"></li></ul><ul id="commtree_{number}">{within}</ul></li>"""


def page_of(comments, count=4, story=True):
    article = f"""<article id="firehose-9" class="fhitem fhitem-story article"><header><h1 class="story"><span id="title-9" class="story-title"> <a href="{URL[6:]}">Wie belt er &amp; wanneer?</a>
    <span class="extlnk"><a class="story-sourcelnk" href="https://x.invalid"> (x.invalid) </a></span></span> <span class="comment-bubble"><a href="{URL}#comments">{count}</a></span></h1>
    <time id="fhtime-9" datetime="on Sunday March 01, 2026 @11:00AM">nu</time></header><div class="body" id="fhbody-9"><div id="text-9" class="p">Een storing.<br><br>En toen?</div></div></article>"""
    return f"""<html lang="en"><body class="anon firehose "><link rel="canonical" href="{URL}">{article if story else ""}
    <script>D2.discussion_id(777);</script><ul id="commentlisting" class="d2">{comments}</ul></body></html>"""


def nested():
    one, two, three, five = COMMENTS
    return tree(one, tree(two, tree(three))) + tree(five)


def flat():
    return "".join(head(*row) for row in COMMENTS)


def spread(page):
    return [(c.platform_id, c.parent, c.author, c.text, c.posted_at, c.permalink) for c in page.comments]


@pytest.mark.parametrize("comments", [nested(), flat()], ids=["nested", "flat"])
def test_every_form_gives_the_same_comments(comments):
    body = page_of(comments)
    assert slashdot.matches(body, URL)
    page = slashdot.read(body, URL)
    assert spread(page) == EXPECTED
    assert (page.title, page.opening, page.announced) == ("Wie belt er & wanneer?", "Een storing.\n\nEn toen?", 4)
    assert page.published_at == dt.datetime(2026, 3, 1, 16, tzinfo=dt.UTC)
    assert page.next_links == []
    assert page.warnings == ["times without a zone, taken as America/New_York: 5"]


def test_summer_time_is_that_of_new_york():
    body = page_of(nested()).replace("Sunday March 01", "Monday June 01")
    assert slashdot.read(body, URL).comments[0].posted_at == dt.datetime(2026, 6, 1, 15, 1, tzinfo=dt.UTC)


def test_what_is_hidden_or_cut_short_is_found_on_another_page():
    hidden = '<li id="tree_510" class="comment hidden"><div id="comment_510" class="cw"></div><ul id="commtree_510">'
    short = tree(
        ("511", None, "kees", 'Een <span class="substr"> </span>lang <p>verhaal<span class="substr"> </span></p>')
    )
    page = slashdot.read(page_of(nested() + hidden + short + "</ul></li>", count=9), URL)
    assert (page.comments[-1].platform_id, page.comments[-1].parent) == ("511", "510")
    assert page.comments[-1].text == "Een lang <p>verhaal</p>"
    assert page.next_links == ["https://werk.slashdot.org/comments.pl?sid=777&threshold=-1&commentsort=0&mode=nested"]
    assert "comments of which the page holds only the beginning: 1" in page.warnings
    again = slashdot.read(page_of(short, count=1), page.next_links[0])
    assert again.next_links == ["https://werk.slashdot.org/comments.pl?sid=777&cid=511"]


def test_all_pages_name_the_same_thread():
    whole = "https://werk.slashdot.org/comments.pl?sid=777&threshold=-1&commentsort=0&mode=nested"
    page = slashdot.read(page_of(flat(), count=9, story=False), whole)
    assert page.thread == slashdot.read(page_of(nested()), URL).thread == "slashdot.org/comments.pl?sid=777"
    assert page.next_links == []


def test_an_empty_thread_is_a_thread():
    page = slashdot.read(page_of("", count=0), URL)
    assert (page.thread, page.comments, page.announced) == ("slashdot.org/comments.pl?sid=777", [], 0)


def test_a_listing_leads_to_stories():
    one = page_of("").partition("<script>")[0]
    two = one.replace("wie-belt-er", "wie-nog").replace("firehose-9", "firehose-8")
    page = slashdot.read(one + two, "https://werk.slashdot.org/")
    assert (page.thread, page.comments) == (None, [])
    assert page.next_links == [URL, URL.replace("wie-belt-er", "wie-nog")]


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_half_a_page_gives_its_comments(share):
    body = page_of(nested())
    part = slashdot.read(body[: int(len(body) * share)], URL)
    assert 0 < len(part.comments) <= 4
    assert [row[:3] for row in spread(part)] == [row[:3] for row in EXPECTED][: len(part.comments)]


def test_other_pages_are_not_matched():
    word = '<html><body class="single"><link href="/wp-content/x"><li id="comment-1" class="comment"><div class="comment-content">Ja</div></li></body></html>'
    assert wordpress.matches(word, URL)
    assert not slashdot.matches(word, URL)
