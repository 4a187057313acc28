"""Invision Power Board 1 and 2: the same posts in both must be read alike."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pipeline.clean.markup import html_lines
from pipeline.platforms import invision, pages

INDEX = "https://forum.invalid/bb/index.php"
URL = INDEX + "?showtopic=5"


def said(comment):
    """What the author wrote, and what is quoted."""
    lines = [line for line in html_lines(comment.text) if line.text]
    return [line.text for line in lines if not line.depth], [line.text for line in lines if line.depth]


def named(name, guest):
    return (
        f"<span class='unreg'>{name}</span>"
        if guest
        else f"<span class='normalname'><a href='{INDEX}?showuser=7'>{name}</a></span>"
    )


def ipb1(n, name, when, text, quoted=None, guest=False):
    quote = (
        f"""<!--QuoteBegin--></div><table border='0' align='center' width='95%'><tr><td><b>CITAAT</b> ({quoted[1]} @ Mar 1 2004, 10:00)</td></tr>
        <tr><td id='QUOTE'><!--QuoteEBegin-->{quoted[2]}<!--QuoteEnd--></td></tr></table><div class='postcolor'><!--QuoteEEnd-->"""
        if quoted else ""
    )  # fmt: skip
    return f"""<table width='100%' cellspacing='1'><tr><td class='row4' width='1%'><a name='entry{n}'></a>{named(name, guest)}</td><td class='row4' width='99%'>
    <div align='left' class='row4' style='float:left;padding-top:4px'><span class='postdetails'><b><a href='#' onclick="link_to_post({n});">Geplaatst:</a></b> {when}</span></div>
    <div align='right'><a href='{INDEX}?act=Post&amp;CODE=06&amp;f=2&amp;t=5&amp;p={n}'>Citeer</a></div></td></tr><tr><td class='post2'><span class='postdetails'>Beheerder<br />Lid sinds: 2-January 05</span></td>
    <td width='100%' class='post2'><!-- THE POST {n} --><div class='postcolor'>{quote}{text}<br /><br /><span class='edit'>Bewerkt door x op Mar 5 2026</span></div>
    <br /><br />--------------------<br /><div class='signature'>Groetjes!</div><!-- THE POST --></td></tr></table><div class='darkrow1'></div>"""


def ipb2(n, name, when, text, quoted=None, guest=False):
    quote = (
        f"""<!--quoteo(post={quoted[0]})--><div class='quotetop'>CITAAT({quoted[1]} @ Mar 1 2026, 10:00) <a href="index.php?act=findpost&pid={quoted[0]}"><img src="snap.gif"></a></div>
        <div class='quotemain'><!--quotec-->{quoted[2]}<!--QuoteEnd--></div><!--QuoteEEnd-->"""
        if quoted else ""
    )  # fmt: skip
    return f"""<table class='ipbtable' cellspacing="1"><tr><td class="row2" width="1%"><a name="entry{n}"></a><div id="post-member-{n}" class='popmenubutton-new-out'>{named(name, guest)}</div></td>
    <td class="row2" width="99%"><div style="float: left;"><a href="{INDEX}?s=0a1b&amp;showtopic=5&amp;view=findpost&amp;p={n}"><img src='to.gif' alt='post' /></a><span class="postdetails"> {when}</span></div>
    <div align="right"><span class="postdetails">Bericht <a href="#">#1</a></span></div></td></tr><tr><td class="post2"><span class="postdetails">Beheerder<br />Lid sinds: 2-January 05</span></td>
    <td width="100%" class="post2" id='post-main-{n}'><!-- THE POST {n} --><div class="postcolor" id='post-{n}'>{quote}{text}<!--IBF.ATTACHMENT_{n}--></div>
    <br /><br />--------------------<br /><div class="signature">Groetjes!</div><!-- THE POST --></td></tr>
    <tr><td class="formbuttonrow"><a href="{INDEX}?act=Post&amp;CODE=02&amp;f=2&amp;t=5&amp;qpid={n}">Citeer</a></td></tr></table>"""


VERSIONS = [ipb1, ipb2]


def page(version, posts, links=""):
    return f"""<html xml:lang="nl" lang="nl"><head><title>Wie belt er? - Werkforum</title></head><body><div id="ipbwrapper"><div id="navstrip"><a href='{INDEX}?act=idx'>Werk</a> &gt; <a href='{INDEX}?showforum=2'>Overleg</a></div>
    <table class="ipbtable"><tr><td>{links}</td></tr></table><div class="borderwrap"><div class="maintitle"><img src="x.gif" />&nbsp;<b>Wie belt er?</b>, Over bellen</div>{posts}</div>
    <a href="{INDEX}?showtopic=5&amp;mode=threaded&amp;pid=11">Boom</a><a href="{INDEX}?showtopic=6&amp;st=15">Ander</a></div></body></html>"""


def three(version):
    return (
        version(11, "Anneke", "Mar 1 2026, 10:00", "Niemand nam op.<br />Drie keer.")
        + version(
            12,
            "Bob &amp; Co",
            "2nd March 2026 - 10:00",
            "Bij ons <b>ook</b> niet.",
            quoted=("11", "Anneke", "Niemand nam op."),
        )
        + version(13, "J. Müller", "3 mrt 2026, 10:00", "Ik wel &#8230;", guest=True)
    )


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.__name__)
def test_both_versions_give_the_same_posts(version):
    [found] = pages(page(version, three(version)), URL)
    assert found.platform == "invision"
    assert [(c.platform_id, c.author) for c in found.comments] == [
        ("11", "Anneke"),
        ("12", "Bob & Co"),
        ("13", "J. Müller"),
    ]
    assert [c.parent for c in found.comments] == [None, "11" if version is ipb2 else None, None]
    assert [c.posted_at for c in found.comments] == [dt.datetime(2026, 3, n, 9, tzinfo=dt.UTC) for n in (1, 2, 3)]
    assert [said(c)[0] for c in found.comments] == [
        ["Niemand nam op.", "Drie keer."],
        ["Bij ons ook niet."],
        ["Ik wel …"],
    ]
    assert "Niemand nam op." in " ".join(said(found.comments[1])[1])
    assert found.comments[1].permalink == URL + "&view=findpost&p=12"
    assert (found.title, found.thread, found.language) == (
        "Wie belt er?",
        "forum.invalid/bb/index.php?showtopic=5",
        "nl",
    )
    assert (found.announced, found.left_out, found.next_links) == (None, (), [])


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.__name__)
@pytest.mark.parametrize(
    ("url", "others"),
    [
        (URL, ["&st=15", "&st=30"]),
        (INDEX + "?s=99ff&showtopic=5&st=15&#entry12", ["", "&st=30"]),
        (INDEX + "?act=ST&f=2&t=5&st=30", ["", "&st=15"]),
        (INDEX + "?act=findpost&pid=12", ["", "&st=15", "&st=30"]),
        (URL + "&view=findpost&p=12", ["", "&st=15", "&st=30"]),
    ],
)
def test_the_other_pages_of_the_topic(version, url, others):
    links = "".join(
        f'<a href="{INDEX}?s=0a1b&amp;showtopic=5{st.replace("&", "&amp;")}">1</a>' for st in ("", "&st=15", "&st=30")
    )
    found = invision.read(page(version, three(version), links), url)
    assert found.next_links == [URL + other for other in others]
    assert found.thread == "forum.invalid/bb/index.php?showtopic=5"


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.__name__)
def test_posts_that_say_nothing_are_left_out(version):
    posts = (
        three(version)
        + version(14, "Kees", "Vandaag, 10:00", "&nbsp;")
        + version(15, "Kees", "Vandaag, 10:00", '<img src="kat.jpg">')
    )
    if version is ipb1:
        posts = posts.replace("<span class='edit'>Bewerkt door x op Mar 5 2026</span>", "")
    found = invision.read(page(version, posts), URL)
    assert [c.platform_id for c in found.comments] == ["11", "12", "13", "15"]
    assert (found.comments[3].posted_at, found.left_out) == (None, ("14",))


def test_a_listing_leads_to_topics_and_forums():
    body = page(
        ipb2,
        f'<a href="{INDEX}?s=0a1b&amp;showtopic=8">Rooster</a><a href="{INDEX}?showtopic=8&amp;view=getlastpost">x</a>',
    )
    url = INDEX + "?showforum=2"
    assert invision.matches(body, url)
    found = invision.read(body, url)
    assert (found.thread, found.comments) == (None, [])
    assert INDEX + "?showtopic=8" in found.next_links
    assert not any("s=0a1b" in link or "getlastpost" in link or link == url for link in found.next_links)


def test_a_skin_without_anchors_is_left_to_others():
    assert not invision.matches('<div id="ipbwrapper"><div class="postcolor">Ja</div></div>', URL)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.__name__)
def test_a_page_cut_anywhere_gives_what_it_held(version):
    body = page(version, three(version))
    for end in range(0, len(body), 97):
        assert {c.platform_id for c in invision.read(body[:end], URL).comments} <= {"11", "12", "13"}


@pytest.mark.parametrize("filler", ["<table>", '<a name="entry9">', "<br>", "-", '<div class="postcolor">', "<!--"])
def test_hostile_pages_take_linear_time(filler):
    body = page(ipb2, three(ipb2) + filler * 20_000)
    begin = time.process_time()
    assert invision.matches(body, URL)
    assert invision.read(body, URL).comments[0].platform_id == "11"
    assert time.process_time() - begin < 8


@pytest.mark.parametrize("url", ["", "index.php?showtopic=5", "http://[::1"])
def test_strange_addresses_raise_nothing(url):
    assert len(invision.read(page(ipb1, three(ipb1)), url).comments) == 3


def test_a_post_whose_text_stands_where_no_other_s_does_is_told():
    other = ipb2(14, "Kees", "Mar 4 2026, 10:00", "Lang verhaal. " * 30).replace("postcolor", "woorden")
    (found,) = pages(page(ipb2, three(ipb2) + other), URL)
    assert "14" not in [c.platform_id for c in found.comments]
    assert "posts in which no text was found, left out: 1" in found.warnings


def test_an_address_may_hold_a_number_of_any_length():
    (found,) = pages(page(ipb2, three(ipb2)).replace("canonical", "x"), f"{URL}&st={'9' * 5000}")
    assert len(found.comments) == 3
