"""Pages of FluxBB, PunBB 1.2 and PunBB 1.4: the same three posts must be read alike."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pipeline.clean.markup import html_lines
from pipeline.platforms import fluxbb

URL = "https://forum.invalid/bb/viewtopic.php?id=5"
THREAD = "forum.invalid/bb/viewtopic.php?id=5"


def said(comment):
    """What the author wrote, and what is quoted."""
    lines = [line for line in html_lines(comment.text) if line.text]
    return [line.text for line in lines if not line.depth], [line.text for line in lines if line.depth]


def flux(n, name, when, text, quoted=None, guest=False):
    quote = (
        f'<div class="quotebox"><cite>{quoted[1]} schreef:</cite><blockquote><div><p>{quoted[2]}</p></div></blockquote></div>'
        if quoted
        else ""
    )
    user = name if guest else f'<a href="profile.php?id=7">{name}</a>'
    return f"""<div id="p{n}" class="blockpost rowodd firstpost blockpost1"><h2><span><span class="conr">#1</span> <a href="viewtopic.php?pid={n}#p{n}">2026-03-0{when} 10:00:00</a></span></h2>
    <div class="box"><div class="inbox"><div class="postbody"><div class="postleft"><dl><dt><strong>{user}</strong></dt><dd class="usertitle"><strong>Beheerder</strong></dd>
    <dd><span>Geregistreerd: 2005-01-02</span></dd></dl></div><div class="postright"><h3>Re: Wie belt er?</h3><div class="postmsg">{quote}{text}
    <p class="postedit"><em>Laatst gewijzigd door x (2026-03-05 11:00:00)</em></p></div><div class="postsignature postmsg"><hr /><p>Groetjes!</p></div></div></div></div>
    <div class="inbox"><div class="postfoot clearb"><div class="postfootright"><ul><li class="postquote"><span><a href="post.php?tid=5&amp;qid={n}">Citeren</a></span></li></ul></div></div></div></div></div>"""


def pun_12(n, name, when, text, quoted=None, guest=False):
    quote = (
        f'</p><blockquote><div class="incqbox"><h4>{quoted[1]} schreef:</h4><p>{quoted[2]}</p></div></blockquote><p>'
        if quoted
        else ""
    )
    user = name if guest else f'<a href="profile.php?id=7">{name}</a>'
    return f"""<div id="p{n}" class="blockpost row_odd firstpost"><h2><span><span class="conr">#1&nbsp;</span><a href="viewtopic.php?pid={n}#p{n}">2026-03-0{when} 10:00:00</a></span></h2>
    <div class="box"><div class="inbox"><div class="postleft"><dl><dt><strong>{user}</strong></dt><dd class="usertitle"><strong>Beheerder</strong></dd><dd>Berichten: 3</dd></dl></div>
    <div class="postright"><h3> Re: Wie belt er?</h3><div class="postmsg"><p>{quote}</p>{text}<p class="postedit"><em>Laatst gewijzigd door x (2026-03-05 11:00:00)</em></p></div>
    <div class="postsignature"><hr />Groetjes!</div></div><div class="clearer"></div><div class="postfootleft"><p>Offline</p></div>
    <div class="postfootright"><ul><li class="postquote"><a href="post.php?tid=5&amp;qid={n}">Citeren</a></li></ul></div></div></div></div>"""


def pun_14(n, name, when, text, quoted=None, guest=False):
    quote = (
        f'<div class="quotebox"><cite>{quoted[1]} schreef:</cite><blockquote><p>{quoted[2]}</p></blockquote></div>'
        if quoted
        else ""
    )
    user = f"<strong>{name}</strong>" if guest else f'<a title="Naar profiel" href="profile.php?id=7">{name}</a>'
    return f"""<div class="post odd firstpost topicpost"><div id="p{n}" class="posthead"><h3 class="hn post-ident"><span class="post-num">1</span>
    <span class="post-byline"><span>Door </span>{user}</span> <span class="post-link"><a class="permalink" rel="bookmark" href="viewtopic.php?pid={n}#p{n}">2026-03-0{when} 10:00:00</a></span></h3></div>
    <div class="postbody online"><div class="post-author"><ul class="author-ident"><li class="useravatar"><img src="x" alt=""/></li><li class="username">{user}</li><li class="usertitle"><span>Beheerder</span></li></ul>
    <ul class="author-info"><li><span>Berichten: <strong>3</strong></span></li></ul></div><div class="post-entry"><h4 id="pc{n}" class="entry-title hn">Re: Wie belt er?</h4>
    <div class="entry-content">{quote}{text}<p class="lastedit"><em>Laatst gewijzigd door x (2026-03-05 11:00:00)</em></p><div class="sig-content"><span class="sig-line"><!-- --></span><p>Groetjes!</p></div></div></div></div>
    <div class="postfoot"><div class="post-options"><p class="post-actions"><a href="post.php?tid=5&amp;qid={n}">Citeren</a></p></div></div></div>"""


THEMES = [flux, pun_12, pun_14]


def page(theme, posts, pages="", count="Berichten: 3"):
    if theme is flux:
        return f"""<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="nl" lang="nl" dir="ltr"><head><title>Wie belt er? / Overleg / Werkforum</title></head><body>
        <div id="punviewtopic" class="pun"><div id="brdmain"><div class="linkst"><div class="inbox crumbsplus"><ul class="crumbs"><li><a href="index.php">Begin</a></li><li><span>»&#160;</span><a href="viewforum.php?id=2">Overleg</a></li>
        <li><span>»&#160;</span><a href="viewtopic.php?id=5"><strong>Wie belt er?</strong></a></li></ul><div class="pagepost"><p class="pagelink conl"><span class="pages-label">Pagina's: </span>{pages}</p></div></div></div>{posts}</div></div></body></html>"""
    if theme is pun_12:
        return f"""<html dir="ltr" lang="nl"><head><title>Werkforum / Wie belt er?</title></head><body><div id="punwrap"><div id="punviewtopic" class="pun"><div class="linkst"><div class="inbox"><p class="pagelink conl">Pagina's: {pages}</p>
        <p class="postlink conr"><a href="post.php?tid=5">Reageer</a></p><ul><li><a href="index.php">Begin</a></li><li>&nbsp;&raquo;&nbsp;<a href="viewforum.php?id=2">Overleg</a></li><li>&nbsp;&raquo;&nbsp;Wie belt er?</li></ul></div></div>{posts}</div></div></body></html>"""
    return f"""<!DOCTYPE html><html lang="nl" dir="ltr"><head><title>Wie belt er? — Overleg — Werkforum</title></head><body><div id="brd-viewtopic" class="brd-page paged-page"><div id="brd-wrap" class="brd">
    <div id="brd-main"><h1 class="main-title"><a class="permalink" href="viewtopic.php?id=5" rel="bookmark">Wie belt er?</a></h1><div class="main-pagehead"><p class="paging"><span class="pages">Pagina's</span> {pages}</p></div>
    <div class="main-head"><h2 class="hn"><span><span class="item-info">{count}</span></span></h2></div><div id="forum2" class="main-content main-topic">{posts}</div></div></div></div></body></html>"""


def three(theme):
    return (
        theme(11, "Anneke", 1, "<p>Niemand nam op.<br />Drie keer.</p>")
        + theme(
            12,
            "Bob &amp; Co",
            2,
            "<p>Bij ons <strong>ook</strong> niet.</p>",
            quoted=("11", "Anneke", "Niemand nam op."),
        )
        + theme(13, "J. Müller", 3, "<p>Ik wel &#8230;</p>", guest=True)
    )


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_every_theme_gives_the_same_posts(theme):
    body = page(theme, three(theme))
    assert fluxbb.matches(body, URL)
    found = fluxbb.read(body, URL)
    assert [(c.platform_id, c.parent, c.author) for c in found.comments] == [
        ("11", None, "Anneke"),
        ("12", None, "Bob & Co"),
        ("13", None, "J. Müller"),
    ]
    assert [c.posted_at for c in found.comments] == [dt.datetime(2026, 3, n, 9, tzinfo=dt.UTC) for n in (1, 2, 3)]
    assert [said(c)[0] for c in found.comments] == [
        ["Niemand nam op.", "Drie keer."],
        ["Bij ons ook niet."],
        ["Ik wel …"],
    ]
    assert "Niemand nam op." in " ".join(said(found.comments[1])[1])
    assert found.comments[1].text.count("<blockquote") == 1
    assert found.comments[1].permalink == "https://forum.invalid/bb/viewtopic.php?pid=12#p12"
    assert (found.title, found.thread, found.language) == ("Wie belt er?", THREAD, "nl")
    assert (found.announced, found.left_out, found.opening) == (3 if theme is pun_14 else None, (), None)


BASE = "https://forum.invalid/bb/viewtopic.php?id=5"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
@pytest.mark.parametrize(
    ("url", "pages", "expected"),
    [
        (URL, '<strong class="item1">1</strong> <a href="viewtopic.php?id=5&amp;p=2">2</a> <a href="viewtopic.php?id=5&amp;p=3">3</a> <a rel="next" href="viewtopic.php?id=5&amp;p=2">Volgende</a>', ["&p=2", "&p=3"]),
        (URL + "&p=2", '<a href="viewtopic.php?id=5">1</a> <strong>2</strong> <a href="viewtopic.php?id=5&amp;p=3">3</a>', ["", "&p=3"]),
        (URL + "&p=3", '<a href="viewtopic.php?id=5">1</a> <a href="viewtopic.php?id=5&amp;p=2">2</a> <strong>3</strong>', ["", "&p=2"]),
        ("https://FORUM.invalid/bb/viewtopic.php?pid=12#p12", "<strong>1</strong>", []),
    ],
    ids=["first", "middle", "last", "by-post"],
)  # fmt: skip
def test_the_other_pages_of_the_thread(theme, url, pages, expected):
    found = fluxbb.read(page(theme, three(theme), pages), url)
    assert found.next_links == [BASE + link for link in expected]
    assert found.thread == THREAD


def test_rewritten_addresses():
    pages = '<a href="https://forum.invalid/topic/5/wie-belt-er/">1</a> <strong>2</strong> <a href="https://forum.invalid/topic/5/wie-belt-er/page/3/">3</a>'
    body = page(pun_14, three(pun_14), pages).replace(
        'href="viewtopic.php?id=5"', 'href="https://forum.invalid/topic/5/wie-belt-er/"'
    )
    body = body.replace("viewtopic.php?pid=", "https://forum.invalid/post/").replace(
        "post.php?tid=5&amp;qid=", "https://forum.invalid/new/reply/5/quote/"
    )
    found = fluxbb.read(body, "https://forum.invalid/topic/5/wie-belt-er/page/2/")
    assert found.thread == "forum.invalid/topic/5/wie-belt-er/"
    assert found.next_links == [
        "https://forum.invalid/topic/5/wie-belt-er/",
        "https://forum.invalid/topic/5/wie-belt-er/page/3/",
    ]
    assert found.comments[0].permalink == "https://forum.invalid/post/11#p11"


@pytest.mark.parametrize(
    ("count", "number"), [("Berichten 26 tot 40 van 1.204", 1204), ("Posts: 5", 5), ("Berichten", None)]
)
def test_announced(count, number):
    assert fluxbb.read(page(pun_14, three(pun_14), count=count), URL).announced == number


def test_empty_posts_are_counted_and_left_out():
    found = fluxbb.read(
        page(
            flux,
            three(flux) + flux(14, "Kees", 4, "<p></p>") + flux(15, "Kees", 4, '<p><img src="kat.jpg" alt="" /></p>'),
        ),
        URL,
    )
    assert [c.platform_id for c in found.comments] == ["11", "12", "13", "15"]
    assert found.left_out == ("14",)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ("""<html lang="nl"><body><div id="punviewforum" class="pun"><div id="brdmain"><p class="pagelink"><a href="viewforum.php?id=2&amp;p=2">2</a></p><div id="vf" class="blocktable"><table><tr>
         <td class="tcl"><div class="tclcon"><div><a href="viewtopic.php?id=5">Wie belt er?</a> <span class="byuser">door x</span> <span class="pagestext">[ <a href="viewtopic.php?id=5&amp;p=2">2</a> ]</span></div></div></td>
         <td class="tcr"><a href="viewtopic.php?pid=99#p99">vandaag</a></td></tr></table></div></div></div></body></html>""", "https://forum.invalid/bb/viewforum.php?id=2"),
        ("""<html lang="nl"><body><div id="brd-viewforum" class="brd-page"><div id="brd-main"><div class="main-pagehead"><p class="paging"><a href="viewforum.php?id=2&amp;p=2">2</a></p></div>
         <div class="main-item odd"><div class="item-subject"><h3 class="hn"><span class="item-num">1</span> <a href="viewtopic.php?id=5">Wie belt er?</a></h3></div>
         <ul class="item-info"><li class="info-lastpost"><a href="viewtopic.php?pid=99#p99">vandaag</a></li></ul></div></div></div></body></html>""", "https://forum.invalid/bb/viewforum.php?id=2"),
    ],
    ids=["flux", "pun_14"],
)  # fmt: skip
def test_a_listing_leads_to_threads_and_pages(body, url):
    assert fluxbb.matches(body, url)
    found = fluxbb.read(body, url)
    assert (found.thread, found.comments) == (None, [])
    assert set(found.next_links) - {f"{BASE}&p=2"} == {BASE, "https://forum.invalid/bb/viewforum.php?id=2&p=2"}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_a_thread_without_posts_is_a_thread(theme):
    found = fluxbb.read(page(theme, ""), URL)
    assert (found.thread, found.comments) == (THREAD, [])


@pytest.mark.parametrize(
    "body",
    [
        '<html><body class="single wp-content/"><ol class="comment-list"><li id="comment-1" class="comment"><div class="comment-content">FluxBB?</div></li></ol></body></html>',
        '<html><body id="phpbb" class="section-viewtopic"><div id="p5" class="post"><div class="postbody">FluxBB</div></div></body></html>',
        "", "viewtopic.php?id=5 PunBB",
    ],
)  # fmt: skip
def test_other_pages_are_not_recognised(body):
    assert not fluxbb.matches(body, URL)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_a_page_cut_anywhere_gives_what_it_held(theme):
    body = page(theme, three(theme))
    for end in range(0, len(body), 97):
        assert {c.platform_id for c in fluxbb.read(body[:end], URL).comments} <= {"11", "12", "13"}
    assert fluxbb.read(body[: body.index("Bij ons")], URL).comments[0].author == "Anneke"


@pytest.mark.parametrize(
    "filler", ["<div>", "<p ", "<blockquote>", '<div class="blockpost" id="p9">', '<div class="posthead" id="p8">']
)
def test_hostile_pages_take_linear_time(filler):
    body = page(flux, three(flux) + filler * 20_000)
    begin = time.process_time()
    assert fluxbb.read(body, URL).comments[0].platform_id == "11"
    assert time.process_time() - begin < 8


@pytest.mark.parametrize("url", ["", "viewtopic.php?id=5", "http://[::1"])
def test_strange_addresses_raise_nothing(url):
    assert len(fluxbb.read(page(flux, three(flux)), url).comments) == 3
