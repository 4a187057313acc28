"""MyBB pages of 1.6 and 1.8, horizontal and classic: the same three posts must be read alike."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pipeline.clean.markup import html_lines
from pipeline.platforms import mybb

URL = "https://forum.invalid/bb/showthread.php?tid=5"
THREAD = "forum.invalid/bb/showthread.php?tid=5"


def said(comment):
    """What the author wrote, and what is quoted."""
    lines = [line for line in html_lines(comment.text) if line.text]
    return [line.text for line in lines if not line.depth], [line.text for line in lines if line.depth]


def _name(name, guest):
    return (
        name
        if guest
        else f'<a href="member.php?action=profile&amp;uid=7"><span style="color: green;"><strong><em>{name}</em></strong></span></a>'
    )


def _quote(quoted):
    return (
        f'<blockquote class="mycode_quote"><cite><span> (0{quoted[3]}-03-2026, 10:00)</span>{quoted[1]} schreef:  '
        f'<a href="https://forum.invalid/bb/showthread.php?pid={quoted[0]}#pid{quoted[0]}" class="quick_jump"></a></cite>{quoted[2]}</blockquote><br />'
    ) if quoted else ""  # fmt: skip


def horizontal_18(n, name, when, text, quoted=None, guest=False):
    return f"""<a name="pid{n}" id="pid{n}"></a><div class="post " style="" id="post_{n}"><div class="post_author">
    <div class="author_avatar"><a href="member.php?uid=7"><img src="x" alt="" /></a></div><div class="author_information">
    <strong><span class="largetext">{_name(name, guest)}</span></strong> <img src="offline.png" title="Offline" class="buddy_status" /><br />
    <span class="smalltext">Beheerder<br /></span></div><div class="author_statistics">Berichten: 3<br />Geregistreerd: Jan 2005</div></div>
    <div class="post_content"><div class="post_head"><div class="float_right"><strong><a href="showthread.php?tid=5&amp;pid={n}#pid{n}" title="RE: x">#1</a></strong></div>
    <span class="post_date">{when} <span class="post_edit" id="edited_by_{n}"><span class="edited_post">(Gewijzigd: <span title="09-03-2026, 11:00">Gisteren</span> door x.)</span></span></span></div>
    <div class="post_body scaleimages" id="pid_{n}">{_quote(quoted)}{text}</div><fieldset class="attachments">foto.jpg</fieldset>
    <div class="signature scaleimages">Groetjes!</div><div class="post_meta" id="post_meta_{n}"></div></div>
    <div class="post_controls"><a href="newreply.php?tid=5&amp;replyto={n}">Citeren</a></div></div>"""


def classic_18(n, name, when, text, quoted=None, guest=False):
    return horizontal_18(n, name, when, text, quoted, guest).replace('class="post "', 'class="post classic "').replace(
        '<div class="post_author">', '<div class="post_author scaleimages">'
    )  # fmt: skip


def horizontal_16(n, name, when, text, quoted=None, guest=False):
    return f"""<a name="pid{n}" id="pid{n}"></a><table border="0" class="tborder" style="" id="post_{n}"><tr><td class="tcat">
    <div class="float_left smalltext"> {when} <span id="edited_by_{n}"><span class="smalltext">(Gewijzigd: 09-03-2026 11:00 door x.)</span></span></div>
    <div class="float_right"><strong>Bericht: <a href="showthread.php?tid=5&amp;pid={n}#pid{n}">#1</a></strong></div></td></tr>
    <tr><td class="trow1 "><table style="width: 100%;"><tr><td class="post_avatar"><img src="x" /></td><td class="post_author">
    <strong><span class="largetext">{_name(name, guest)}</span></strong> <img src="offline.gif" /><br /><span class="smalltext">Beheerder<br /></span></td>
    <td class="smalltext post_author_info" width="165">Berichten: 3<br />Geregistreerd: Jan 2005</td></tr></table></td></tr>
    <tr><td class="trow2 post_content "><span class="smalltext"><strong>RE: Wie belt er? </strong></span>
    <div class="post_body" id="pid_{n}">{_quote(quoted)}{text}</div><div class="signature">Groetjes!</div><div class="post_meta" id="post_meta_{n}"></div></td></tr></table>"""


def classic_16(n, name, when, text, quoted=None, guest=False):
    return f"""<table class="tborder" style="" id="post_{n}"><tbody><tr><td class="trow1 post_author" width="15%" valign="top" rowspan="2"><a name="pid{n}" id="pid{n}"></a>
    <strong><span class="largetext">{_name(name, guest)}</span></strong> <img src="offline.gif" /><br /><span class="smalltext">Beheerder<br />Berichten: 3<br />Geregistreerd: Jan 2005</span></td>
    <td class="trow1" valign="top"><table width="100%"><tr><td><span class="smalltext"><strong>RE: Wie belt er?</strong></span></td>
    <td><strong><a href="showthread.php?tid=5&amp;pid={n}#pid{n}">#1</a></strong></td></tr></table><div id="pid_{n}" class="post_body">{_quote(quoted)}{text}</div>
    <div class="signature">Groetjes!</div></td></tr><tr><td class="trow1"><span class="smalltext">{when}</span></td></tr></tbody></table>"""


THEMES = [horizontal_18, classic_18, horizontal_16, classic_16]


def page(posts, pages="", lang="nl"):
    return f"""<html xml:lang="{lang}" lang="{lang}"><head><title>Wie belt er?</title><script>var my_post_key = "x";</script></head><body><div class="navigation">
    <a href="index.php">Werkforum</a>&rsaquo;<a href="forumdisplay.php?fid=2">Overleg</a><br /><span class="active">Wie belt er?</span></div>
    <div id="breadcrumb_multipage_popup" class="pagination pagination_breadcrumb" style="display: none;"><a href="forumdisplay.php?fid=2&amp;page=2" class="pagination_page">2</a></div>
    <div class="pagination">{pages}</div><div id="posts">{posts}</div><a href="printthread.php?tid=5">Afdrukken</a>
    <table class="tborder"><tr><td><a href="showthread.php?tid=77">Lijkt erop</a></td></tr></table></body></html>"""


def three(theme):
    return (
        theme(11, "Anneke", "01-03-2026, 10:00", "Niemand nam op.<br />\nDrie keer.")
        + theme(12, "Bob &amp; Co", '<span title="02-03-2026">Gisteren</span>, 10:00', "Bij ons <b>ook</b> niet.", ("11", "Anneke", "Niemand nam op.", 1))
        + theme(13, "J. Müller", "13-03-2026, 10:00", "Ik wel &#8230;", guest=True)
    )  # fmt: skip


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_every_theme_gives_the_same_posts(theme):
    body = page(three(theme))
    assert mybb.matches(body, URL)
    found = mybb.read(body, URL)
    assert [(c.platform_id, c.parent, c.author) for c in found.comments] == [
        ("11", None, "Anneke"),
        ("12", "11", "Bob & Co"),
        ("13", None, "J. Müller"),
    ]
    assert [c.posted_at for c in found.comments] == [dt.datetime(2026, 3, n, 9, tzinfo=dt.UTC) for n in (1, 2, 13)]
    assert [said(c)[0] for c in found.comments] == [
        ["Niemand nam op.", "Drie keer."],
        ["Bij ons ook niet."],
        ["Ik wel …"],
    ]
    assert "Niemand nam op." in " ".join(said(found.comments[1])[1])
    assert found.comments[1].text.count("<blockquote") == 1
    assert found.comments[1].permalink == "https://forum.invalid/bb/showthread.php?tid=5&pid=12#pid12"
    assert (found.title, found.thread, found.language) == ("Wie belt er?", THREAD, "nl")
    assert (found.announced, found.left_out, found.opening) == (None, (), None)


def test_the_order_of_day_and_month_is_taken_from_the_whole_page():
    posts = horizontal_18(11, "x", "03-02-2026, 02:00 PM", "Ja") + horizontal_18(12, "x", "03-25-2026, 12:30 AM", "Ja")
    found = mybb.read(page(posts, lang="en"), URL)
    assert [c.posted_at for c in found.comments] == [
        dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 25, 0, 30, tzinfo=dt.UTC),
    ]


def test_a_moment_that_is_told_relative_to_now_stands_in_the_title():
    found = mybb.read(
        page(horizontal_18(11, "x", '<span title="13-03-2026, 10:00">5 minuten geleden</span>', "Ja")), URL
    )
    assert found.comments[0].posted_at == dt.datetime(2026, 3, 13, 9, tzinfo=dt.UTC)


BASE = "https://forum.invalid/bb/"


@pytest.mark.parametrize(
    ("url", "pages", "expected"),
    [
        (URL, '<span class="pagination_current">1</span><a href="showthread.php?tid=5&amp;page=2" class="pagination_page">2</a><a href="showthread.php?tid=5&amp;page=3" class="pagination_last">3</a><a href="showthread.php?tid=5&amp;page=2" class="pagination_next">&raquo;</a>', ["showthread.php?tid=5&page=2", "showthread.php?tid=5&page=3"]),
        (URL + "&page=2", '<a href="showthread.php?tid=5">1</a><a href="showthread.php?tid=5&amp;page=2" class="pagination_current">2</a><a href="showthread.php?tid=5&amp;page=3">3</a>', ["showthread.php?tid=5", "showthread.php?tid=5&page=3"]),
        (BASE + "thread-5-page-3.html", '<a href="thread-5.html">1</a><a href="thread-5-page-2.html">2</a><span class="pagination_current">3</span>', ["thread-5.html", "thread-5-page-2.html"]),
        (BASE + "showthread.php?pid=12#pid12", "", []),
        (BASE + "Thread-Wie-belt-er?page=2", '<a href="Thread-Wie-belt-er">1</a>', ["Thread-Wie-belt-er"]),
    ],
    ids=["first", "middle", "last", "by-post", "own-addresses"],
)  # fmt: skip
def test_the_other_pages_of_the_thread(url, pages, expected):
    found = mybb.read(page(three(horizontal_18), pages), url)
    assert found.next_links == [BASE + link for link in expected]
    assert found.thread == THREAD


def test_pages_of_another_thread_are_no_pages_of_this_one():
    body = page(three(horizontal_18), '<a href="thread-5-page-2.html">2</a><a href="thread-9-page-2.html">2</a>')
    assert mybb.read(body, BASE + "thread-5.html").next_links == [BASE + "thread-5-page-2.html"]


@pytest.mark.parametrize("written", ["15:09", "15h09"])
def test_a_theme_that_writes_the_time_beside_the_author(written):
    post = f"""<div class="post" id="post_7"><div class="post_author"><h2><a href="member.php?uid=1"><strong><em>Anneke</em></strong></a></h2>
    <small class="mobile">29-03-2026, {written}</small><div class="smalltext">Lid sinds mei 2020</div></div>
    <div class="post_body scaleimages" id="pid_7">Niemand nam op.</div><span class="post_edit"><span class="edited_post">29-04-2026, 10:00</span></span></div>"""
    (comment,) = mybb.read(page(post), URL).comments
    assert (comment.author, comment.posted_at) == ("Anneke", dt.datetime(2026, 3, 29, 13, 9, tzinfo=dt.UTC))


def test_deleted_and_empty_posts_are_counted_and_left_out():
    gone = horizontal_18(14, "Kees", "14-03-2026, 10:00", "Weg").replace(
        'class="post "', 'class="post unapproved_post deleted_post"'
    )
    empty = horizontal_18(15, "Kees", "14-03-2026, 10:00", "<br />")
    found = mybb.read(page(three(horizontal_18) + gone + empty), URL)
    assert [c.platform_id for c in found.comments] == ["11", "12", "13"]
    assert found.left_out == ("14", "15")


def test_a_listing_leads_to_threads_forums_and_pages():
    body = """<html lang="nl"><head><script>var my_post_key = "x";</script></head><body><div class="pagination"><a href="forumdisplay.php?fid=2&amp;page=2" class="pagination_page">2</a></div>
    <strong><a href="forumdisplay.php?fid=3">Onderdeel</a></strong><span class=" subject_new" id="tid_5"><a href="showthread.php?tid=5">Wie belt er?</a></span>
    <span class="smalltext">(<a href="showthread.php?tid=5&amp;page=2">2</a>)</span><a href="showthread.php?tid=5&amp;action=lastpost">Laatste</a></body></html>"""
    url = BASE + "forumdisplay.php?fid=2"
    assert mybb.matches(body, url)
    found = mybb.read(body, url)
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [
        BASE + "showthread.php?tid=5",
        BASE + "forumdisplay.php?fid=3",
        BASE + "forumdisplay.php?fid=2&page=2",
    ]


def test_a_thread_without_posts_is_a_thread():
    found = mybb.read(page(""), URL)
    assert (found.thread, found.comments) == (THREAD, [])


@pytest.mark.parametrize(
    "body",
    [
        '<html><body class="single wp-content/"><ol class="comment-list"><li id="comment-1" class="comment"><div class="comment-content">MyBB?</div></li></ol></body></html>',
        '<html><head><meta name="generator" content="vBulletin 4.2.2"></head><body><li class="postbit" id="post_5"><a href="forumdisplay.php?f=2">x</a></li></body></html>',
        "", '<div class="post_body">los</div>',
    ],
)  # fmt: skip
def test_other_pages_are_not_recognised(body):
    assert not mybb.matches(body, URL)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_a_page_cut_anywhere_gives_what_it_held(theme):
    body = page(three(theme))
    for end in range(0, len(body), 97):
        assert {c.platform_id for c in mybb.read(body[:end], URL).comments} <= {"11", "12", "13"}
    assert mybb.read(body[: body.index("Bij ons")], URL).comments[0].author == "Anneke"


@pytest.mark.parametrize(
    "filler",
    ["<div>", "<p ", "<blockquote>", '<div class="post_body" id="pid_9">', '<span class="smalltext">', 'href="forum'],
)
def test_hostile_pages_take_linear_time(filler):
    body = page(three(classic_16) + filler * 20_000)
    begin = time.process_time()
    assert mybb.matches(body, URL)
    assert mybb.read(body, URL).comments[0].platform_id == "11"
    assert time.process_time() - begin < 8


@pytest.mark.parametrize("url", ["", "showthread.php?tid=5", "http://[::1"])
def test_strange_addresses_raise_nothing(url):
    assert len(mybb.read(page(three(horizontal_18)), url).comments) == 3
