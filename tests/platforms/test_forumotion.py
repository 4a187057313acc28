"""Forumotion's four templates: the same three posts in each one's own markup must be read alike."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pipeline.clean.markup import html_lines
from pipeline.platforms import forumotion, pages

HOST = "https://forum.invalid"
URL = f"{HOST}/t5-wie-belt-er"
EDITED = "Laatst aangepast door x op 5 mrt 2026, in totaal 1 keer bewerkt"
FILES = '<dl class="attachbox"><dt>Bijlagen</dt><dd>foto.jpg</dd></dl>'
VOTE = '<div class="vote gensmall"><div title="x" class="vote-no-bar">----</div></div>'


def said(comment):
    """What the author wrote, and what is quoted."""
    lines = [line for line in html_lines(comment.text) if line.text]
    return [line.text for line in lines if not line.depth], [line.text for line in lines if line.depth]


def member(name, guest):
    return name if guest else f'<a href="/u7"><span style="color:#AA0000"><strong>{name}</strong></span></a>'


def as_phpbb3(n, name, when, text, guest=False):
    return f"""<div id="p{n}" class="post row1 post--{n}" style=""><div class="inner"><div style="position: relative;" id="{n}"></div><div class="postbody">
    <ul class="profile-icons"><li></li></ul><h2 class="topic-title"><img src="i.png" alt=""> <a href="/t5-wie-belt-er#{n}">Re: Wie belt er op 7 mei 2001?</a></h2>
    <p class="author"><img src="i.png" alt="Bericht" />&nbsp;van&nbsp;{member(name, guest)} {when}</p>{VOTE}<div style="display:none"></div>
    <div class="content clearfix"><div>{text}</div>{FILES}</div><p class="gensmall">{EDITED}</p><div class="signature_div" id="sig{n}">Groetjes!</div></div>
    <div class="postprofile" id="profile{n}"><dl><dt><img src="a.png" alt=""><br /><strong style="font-size:1.2em">{member(name, guest)}</strong></dt>
    <dd>Beheerder</dd><dd><span class="label">Aantal berichten : </span>3<br></dd></dl></div></div></div>"""


def as_phpbb2(n, name, when, text, guest=False):
    return f"""<tr class="post post--{n}" id="p{n}" style=""><td class="row1" valign="top"><span class="name"><a name="{n}" id="{n}"></a><strong>{member(name, guest)}</strong></span><br />
    <span class="postdetails poster-profile">Beheerder<br />Aantal berichten : 3<br></span></td><td class="row1"><table width="100%"><tr><td><span class="postdetails"><img src="i.png" />Onderwerp:
    Re: Wie belt er op 7 mei 2001?&nbsp; &nbsp;<img src="t.png" />{when}</span></td><td class="post-options"></td></tr><tr><td colspan="2">{VOTE}<div class="postbody"><div>{text}</div>{FILES}
    <div class="signature_div">_________________<br>Groetjes!</div></div><span class="gensmall">{EDITED}</span></td></tr></table></td></tr>
    <tr class="post--{n}"><td class="row1 browse-arrows"><a href="#top">Terug</a></td><td class="row1 messaging gensmall"><a href="/u7">Profiel</a></td></tr>"""


def as_punbb(n, name, when, text, guest=False):
    return f"""<div class="post post--{n}" style=""><a name="{n}"></a><div class="postmain"><div id="p{n}" class="posthead"><h2><strong>1</strong>
    <a href="/t5-wie-belt-er#{n}">Re: Wie belt er op 7 mei 2001?</a> {when}</h2></div><div class="postbody"><div class="user"><div class="user-ident"><h4 class="username">{member(name, guest)}</h4>
    <div class="user-basic-info"><br />Beheerder</div></div></div><div class="post-entry"><div class="entry-content">{VOTE}<div><div>{text}</div>{FILES}</div><p>{EDITED}</p></div></div></div>
    <div class="sig-content">Groetjes!</div><div class="postfoot"></div></div></div>"""


def modern(n, name, when, text, guest=False):
    return f"""<div id="p{n}" class="post row1 post--{n}" style=""><div style="position: relative;" id="{n}"></div><div class="postprofile" id="profile{n}"><dl><dt>
    <div class="postprofile-avatar"><img src="a.png" alt=""></div><div class="postprofile-name">{member(name, guest)}</div><div class="postprofile-rank">Beheerder</div></dt></dl></div>
    <div class="post-head"><h2 class="topic-title"><a href="/t5-wie-belt-er#{n}">Re: Wie belt er op 7 mei 2001?</a></h2><div class="topic-date">{when}<div class="vote"></div></div></div>
    <div class="postbody"><div class="content"><div>{text}</div>{FILES}</div><div class="edited-message">{EDITED}</div><div class="signature_div" id="sig{n}">Groetjes!</div></div>
    <div class="fa_like_div"><button class="rep-button"><span>Leuk</span>2</button></div></div>"""


TEMPLATES = [as_phpbb3, as_phpbb2, as_punbb, modern]


def page(template, posts, links="", number=""):
    head = f"""<!DOCTYPE html><html dir="ltr" lang="nl"><head><title>Wie belt er?</title><link rel="canonical" href="{HOST}/t5{number}-wie-belt-er" />
    <script>//<![CDATA[\nvar _userdata = new Object(); _userdata["session_logged_in"] = 0;//]]></script></head><body id="phpbb"><a class="nav" href="/f2-overleg">Overleg</a>"""
    if template is as_phpbb2:
        return f"""{head}<table class="forumline"><tr><td class="t-title"><h1 class="cattitle">&nbsp;Wie belt er?</h1></td></tr>
        <tr><td class="row1 pagination"><span class="gensmall">{links}</span></td></tr>{posts}</table></body></html>"""
    if template is as_punbb:
        return f"""{head}<div class="pun-crumbs"><p class="crumbs"><a href="/">Werk</a> &raquo; <strong><a href="/t5-wie-belt-er">Wie belt er?</a></strong></p></div>
        <p class="paging">{links}</p><div class="main-content topic">{posts}</div></body></html>"""
    return f"""{head}<h1 class="page-title"><a href="/t5-wie-belt-er">Wie belt er?</a></h1><p class="pagination">Pagina 1 van 3 {links}</p>{posts}</body></html>"""


def three(template):
    quote = "<blockquote><div><cite>Anneke schreef:</cite>Niemand nam op.</div></blockquote>"
    if template is as_phpbb2:
        quote = (
            '<table width="90%"><tr><td><span class="genmed"><b>Anneke schreef:</b></span></td></tr>'
            '<tr><td class="quote">Niemand nam op.</td></tr></table>'
        )
    return (
        template(11, "Anneke", "zo 1 mrt 2026 - 10:00", "Niemand nam op.<br />Drie keer.")
        + template(12, "Bob &amp; Co", "ma 02 mrt 2026, 10:00", f"{quote}Bij ons <b>ook</b> niet.")
        + template(13, "J. Müller", "di mrt 03, 2026 10:00 am", "Ik wel &#8230;", guest=True)
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_every_template_gives_the_same_posts(template):
    body = page(template, three(template))
    assert forumotion.matches(body, URL)
    [found] = pages(body, URL)
    assert found.platform == "forumotion"
    assert [(c.platform_id, c.author) for c in found.comments] == [
        ("11", "Anneke"),
        ("12", "Bob & Co"),
        ("13", "J. Müller"),
    ]
    assert [c.posted_at for c in found.comments] == [dt.datetime(2026, 3, n, 9, tzinfo=dt.UTC) for n in (1, 2, 3)]
    assert [said(c)[0] for c in found.comments] == [
        ["Niemand nam op.", "Drie keer."],
        ["Bij ons ook niet."],
        ["Ik wel …"],
    ]
    assert "Niemand nam op." in " ".join(said(found.comments[1])[1])
    assert found.comments[1].permalink == URL + "#12"
    assert (found.title, found.thread, found.language) == ("Wie belt er?", "forum.invalid/t5", "nl")
    assert (found.announced, found.left_out, found.next_links) == (None, (), [])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
@pytest.mark.parametrize(("own", "others"), [("", ["p15", "p30"]), ("p15", ["", "p30"]), ("p30", ["", "p15"])])
def test_the_other_pages_of_the_thread(template, own, others):
    links = " ".join(f'<a href="/t5{number}-wie-belt-er">1</a>' for number in others)
    links += '<a href="/t55p15-ander">2</a> <a href="/t5-wie-belt-er?view=next">Volgend onderwerp</a>'
    found = forumotion.read(page(template, three(template), links, own), f"{HOST}/t5{own}-wie-belt-er?highlight=x#12")
    assert found.next_links == [f"{HOST}/t5{number}-wie-belt-er" for number in others]
    assert found.thread == "forum.invalid/t5"
    assert found.comments[0].permalink == f"{HOST}/t5{own}-wie-belt-er#11"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_posts_that_say_nothing_are_left_out(template):
    posts = three(template) + template(14, "Kees", "vandaag om 10:00", "<br>&nbsp;")
    posts += template(15, "Kees", "vandaag om 10:00", '<img src="kat.jpg" alt="">')
    found = forumotion.read(page(template, posts), URL)
    assert [c.platform_id for c in found.comments] == ["11", "12", "13", "15"]
    assert (found.comments[3].posted_at, found.left_out) == (None, ("14",))


def test_a_listing_leads_to_threads_forums_and_pages():
    body = """<html lang="nl"><head><script>var _userdata = new Object(); _userdata["session_logged_in"] = 0;</script></head><body><a class="nav" href="/f1-werk">Werk</a>
    <p class="pagination"><a href="/f2p50-overleg">2</a></p><a class="forumtitle" href="/f3-kantine">Kantine</a><a class="topictitle" href="/t5-wie-belt-er">Wie belt er?</a>
    <a href="/t5p30-wie-belt-er#99">x</a><h2 class="topic-title"><a class="topictitle" href="/t6p15-rooster?view=newest">Rooster</a></h2><a class="topictitle" href="/t7p15-pauze#8">Pauze</a></body></html>"""
    url = f"{HOST}/f2-overleg"
    assert forumotion.matches(body, url)
    found = forumotion.read(body, url)
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [
        f"{HOST}/f3-kantine",
        f"{HOST}/t5-wie-belt-er",
        f"{HOST}/t7-pauze",
        f"{HOST}/f2p50-overleg",
    ]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_a_thread_without_posts_is_a_thread(template):
    found = forumotion.read(page(template, ""), URL)
    assert (found.thread, found.comments) == ("forum.invalid/t5", [])


@pytest.mark.parametrize(
    "body",
    [
        '<html><body class="single wp-content/"><ol class="comment-list"><li id="comment-1" class="comment post--1">postprofile</li></ol></body></html>',
        '<html><body id="phpbb" class="section-viewtopic"><div id="p5" class="post"><dl class="postprofile"></dl><a class="topictitle">x</a></div></body></html>',
        '<script>_userdata["session_logged_in"] = 0;</script><div class="post post--5">een eigen sjabloon</div>', "",
    ],
)  # fmt: skip
def test_other_pages_are_not_recognised(body):
    assert not forumotion.matches(body, URL)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_a_page_cut_anywhere_gives_what_it_held(template):
    body = page(template, three(template))
    for end in range(0, len(body), 97):
        assert {c.platform_id for c in forumotion.read(body[:end], URL).comments} <= {"11", "12", "13"}


@pytest.mark.parametrize("filler", ["<div>", "<p ", '<div class="post post--9">', "post--9 ", '<a href="/t5p9-x">'])
def test_hostile_pages_take_linear_time(filler):
    body = page(modern, three(modern) + filler * 20_000)
    begin = time.process_time()
    assert forumotion.matches(body, URL)
    assert forumotion.read(body, URL).comments[0].platform_id == "11"
    assert time.process_time() - begin < 8


@pytest.mark.parametrize("url", ["", "t5-wie-belt-er", "http://[::1"])
def test_strange_addresses_raise_nothing(url):
    assert len(forumotion.read(page(modern, three(modern)), url).comments) == 3


def test_a_post_whose_text_stands_where_no_other_s_does_is_told():
    posts = three(modern) + modern(14, "Kees", "wo 4 mrt 2026, 10:00", "Lang verhaal. " * 30).replace(
        "content", "woorden"
    )
    (found,) = pages(page(modern, posts), URL)
    assert [c.platform_id for c in found.comments] == ["11", "12", "13"]
    assert "posts in which no text was found, left out: 1" in found.warnings
    gone = modern(14, "", "", "").replace("content", "melding")
    assert not any("no text" in said for said in pages(page(modern, three(modern) + gone), URL)[0].warnings)


def test_an_address_may_hold_a_number_of_any_length():
    (found,) = pages(page(modern, three(modern)).replace("canonical", "x"), f"{HOST}/t5p{'9' * 5000}-wie")
    assert len(found.comments) == 3
