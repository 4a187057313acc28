"""vBulletin 5 pages: posts, and comments within posts."""

import datetime as dt

import pytest

from pipeline import platforms
from pipeline.platforms import vbulletin, vbulletin5

URL = "https://forum.invalid/forum/zorg/41-roosters-in-de-zorg"
MOMENTS = [dt.datetime(2026, 3, n, 9, 30, tzinfo=dt.UTC) for n in (1, 2, 3, 4)]


def post(number, name, text, moment, comments="", kind="OLD__conversation-reply", user=None):
    user = user or f'<strong><a href="https://forum.invalid/member/7-x">{name}</a></strong>'
    return f"""<li data-node-id="{number}" data-node-publishdate="{int(moment.timestamp())}" class="b-post js-post js-comment-entry__parent b-post--text {kind} h-clear"
    itemscope itemtype="http://schema.org/Comment"><a id="post{number}" class="anchor"></a><meta itemprop="url" content="{URL}?p={number}#post{number}">
    <div class="l-row"><div class="userinfo b-userinfo b-post__hide-when-deleted" itemprop="author" itemscope><div class="b-userinfo__details">
    <div class="author h-text-size--14">{user}</div><div class="usertitle">Veteraan</div><ul><li class="b-userinfo__additional-info"><label>Berichten:</label></li></ul></div></div>
    <div class="js-post__content-wrapper"><div class="b-post__body"><div class="b-post__content js-post__content b-post__hide-when-deleted">
    <a class="b-post__count" href="#">#1</a><h2 class="b-post__title js-post-title">Roosters</h2>
    <div class="b-post__timestamp"><time itemprop="dateCreated" datetime="2026-01-01T00:00:00">01-01-2026, 12:00</time></div>
    <div class="OLD__post-content h-padding-vert-xl"><div class="js-post__content-text restore h-wordwrap" itemprop="text">{text}</div></div></div>
    <div class="b-post__footer"><ul class="js-post-controls"><li>Reageer</li></ul></div>
    <div class="b-post__edit-note">Bewerkt</div><div class="b-post__signature">Mijn handtekening</div><ul class="js-comments">{comments}</ul></div></div></div></li>"""


def quote(number):
    return f"""<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div class="bbcode_quote_container vb-icon"></div>
    <div class="bbcode_postedby">Oorspronkelijk geplaatst door <strong>Jürgen de Wit</strong> <a href="{URL}?p={number}#post{number}" rel="nofollow">
    <img class="inlineimg" alt="Bekijk"></a></div><div class="message">w&eacute;&eacute;r te laat</div></div></div></div>"""


def page(content, navigation="", canonical=URL):
    return f"""<html lang="nl" id="vbulletin_html"><head><base href="https://forum.invalid/"><meta name="generator" content="vBulletin 5.6.4">
    <link rel="canonical" href="{canonical}"><title>Roosters in de zorg - Forum</title></head><body><h1 class="main-title">Roosters in de zorg</h1>
    <ul class="conversation-list list-container thread-view">{content}</ul>{navigation}</body></html>"""


POSTS = (
    post("101", "Jürgen de Wit", "Ons rooster is w&eacute;&eacute;r te laat.", MOMENTS[0], kind="b-post--first OLD__conversation-starter",
         comments=post("104", "Ria", "Klopt.", MOMENTS[3]))
    + post("102", "Fleur &amp; Co", quote("101") + "Bij ons ook.", MOMENTS[1])
    + post("103", "", "Ik ben weg.", MOMENTS[2], user="Gast Henk")
)  # fmt: skip


def test_posts_and_the_comments_within_them():
    body = page(POSTS)
    assert vbulletin5.matches(body, URL)
    assert not vbulletin.matches(body, URL)
    reading = vbulletin5.read(body, URL)
    assert [(c.platform_id, c.parent, c.author) for c in reading.comments] == [
        ("101", None, "Jürgen de Wit"), ("104", "101", "Ria"), ("102", "101", "Fleur & Co"), ("103", None, "Gast Henk"),
    ]  # fmt: skip
    assert [c.posted_at for c in reading.comments] == [MOMENTS[n] for n in (0, 3, 1, 2)]
    assert (reading.title, reading.language) == ("Roosters in de zorg", "nl")
    assert reading.comments[0].text == "Ons rooster is wéér te laat."
    assert reading.comments[0].permalink == f"{URL}?p=101#post101"
    before, own = reading.comments[2].text.split("</blockquote>")
    assert "<blockquote>" in before
    assert "wéér te laat" in before
    assert own.replace("</div>", "").strip() == "Bij ons ook."
    assert "geplaatst door" not in before


def test_the_caption_of_code_is_not_of_the_author():
    code = '<div class="bbcode_container"><div class="bbcode_description">Code:</div><pre class="bbcode_code">rooster()</pre></div>'
    (comment,) = vbulletin5.read(page(post("1", "Ria", code, MOMENTS[0])), URL).comments
    assert "rooster()" in comment.text
    assert "Code:" not in comment.text


NAV = """<div class="pagenav-container"><div class="js-pagenav pagenav"><a class="js-pagenav-button js-pagenav-prev-button {}" data-page="{}" href="{}">Vorige</a>
<a class="js-pagenav-button" data-page="1" href="/forum/zorg/41-roosters-in-de-zorg">1</a>
<a class="js-pagenav-button" data-page="2" href="/forum/zorg/41-roosters-in-de-zorg/page2">2</a>
<a class="js-pagenav-button" data-page="3" href="/forum/zorg/41-roosters-in-de-zorg/page3">3</a></div></div>"""


@pytest.mark.parametrize("here", [1, 2, 3])
def test_each_page_leads_to_the_others_and_names_the_same_thread(here):
    pages = [URL, URL + "/page2", URL + "/page3"]
    hidden = NAV.format("h-hide-imp", 0, "/forum/zorg/41-roosters-in-de-zorg/page0")
    reading = vbulletin5.read(page(POSTS, hidden, pages[here - 1]), pages[here - 1])
    assert reading.next_links == [link for link in pages if link != pages[here - 1]]
    assert reading.thread == "forum.invalid/forum/zorg/41"


def test_a_deleted_post_is_counted():
    gone = '<li data-node-id="105" data-node-publishdate="1772357400" class="b-post js-post"><div class="l-row">Verwijderd door Ria</div></li>'
    reading = vbulletin5.read(page(POSTS + gone), URL)
    assert (len(reading.comments), reading.left_out) == (4, ("105",))


def test_a_list_of_topics():
    body = """<html lang="nl"><head><meta name="generator" content="vBulletin 5.6.4"></head><body><table class="topic-list"><tr class="topic-item"><td>
    <a href="/forum/zorg/1-een" class="topic-title js-topic-title">Een</a></td></tr></table></body></html>"""
    reading = vbulletin5.read(body, "https://forum.invalid/forum/zorg")
    assert (reading.thread, reading.comments, reading.next_links) == (
        None,
        [],
        ["https://forum.invalid/forum/zorg/1-een"],
    )


def test_a_topic_without_posts_and_a_page_cut_in_the_middle():
    assert vbulletin5.read(page(""), URL).thread == "forum.invalid/forum/zorg/41"
    whole = page(POSTS)
    (reading,) = platforms.pages(whole[: whole.index("Ik ben weg") - 60], URL)
    assert ([c.platform_id for c in reading.comments], reading.left_out) == (["101", "104", "102"], ())


@pytest.mark.parametrize(
    "body", ["", "vBulletin 5", '<html><body class="single"><li id="comment-1">vBulletin 5</li></body></html>']
)
def test_pages_of_others_are_not_matched(body):
    assert not vbulletin5.matches(body, URL)
