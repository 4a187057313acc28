"""Threads of no known platform: the same four posts in layouts of many kinds must be read alike, and no thread be seen
where there is none."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pipeline.errors import StandpuntError, UsageError
from pipeline.platforms import generic
from pipeline.platforms.text import markup_to_text

URL = "https://forum.invalid/draad/rooster-881"
#: number, author, words
POSTS = [
    ("4101", "Anneke", "Wie heeft er bij jullie het nieuwe rooster gemaakt? Hier weet niemand het, en de leiding geeft geen antwoord."),
    ("4102", "Bob de Boer", "Bij ons kwam het van de planning, zonder dat er iemand op de werkvloer iets gevraagd is."),
    ("4107", "J. Müller", "Precies hetzelfde hier. Eerst tekenen, dan pas lezen."),
    ("4110", "Anneke", "Dank je, Bob. Dan ga ik daar maar eens navragen, want zo kan het natuurlijk niet langer doorgaan op de afdeling."),
]  # fmt: skip
DAY = {"4101": 2, "4102": 3, "4107": 3, "4110": 5}
AT = [dt.datetime(2026, 3, DAY[n], 9, 30, tzinfo=dt.UTC) for n, _, _ in POSTS]


def _page(body: str, head: str = "") -> str:
    menu = "".join(f'<li><a href="/r/{i}">Rubriek {i}</a></li>' for i in range(8))
    side = "".join(
        f'<li><a href="/draad/ander-{i}">Een ander onderwerp {i}</a> <span>{i + 1} maart 2026</span></li>'
        for i in range(6)
    )
    return f"""<!DOCTYPE html><html lang="nl"><head><title>Het rooster - Werkforum</title>{head}</head><body>
    <ul class="menu">{menu}</ul><h1>Het rooster</h1>{body}<ul class="recent">{side}</ul><div class="foot">Werkforum, 2026</div></body></html>"""


def divs(n: str, name: str, text: str) -> str:
    return f"""<div class="bericht" id="b{n}"><div class="wie"><a class="naam" href="/lid/{name[0]}">{name}</a> <span class="rang">Lid</span></div>
    <div class="kop"><span class="tijd">{DAY[n]} maart 2026 om 10:30</span></div><div class="inhoud"><p>{text}</p></div>
    <div class="knoppen"><a href="/r?x={n}">Reageer</a> <a href="/m?x={n}">Meld dit</a></div></div>"""


def articles(n: str, name: str, text: str) -> str:
    return f"""<article id="post-{n}" class="post {"odd" if int(n) % 2 else "even"}"><header><b class="author">{name}</b>
    <time datetime="2026-03-0{DAY[n]}T10:30:00+01:00">toen</time></header><section class="post-body">{text}</section>
    <footer class="post-footer">Vind ik leuk</footer></article>"""


def cells(n: str, name: str, text: str) -> str:
    """Two cells: who on the left, what on the right, as boards of the nineties have it."""
    return f"""<table class="tborder" id="post{n}"><tr><td class="thead">0{DAY[n]}-03-2026, 10:30</td></tr><tr><td class="alt2"><div>
    <a class="bigusername" href="member.php?u={ord(name[0])}">{name}</a></div><div class="smallfont">Lid sinds: 12-01-2011<br>Berichten: {n}</div></td></tr>
    <tr><td class="alt1"><div id="post_message_{n}">{text}</div></td></tr></table>"""


def rows(n: str, name: str, text: str) -> str:
    """A row for the head, a row for the text."""
    return f"""<tr><td class="bold l pu"><a name="msg{n}"></a><a href="/{ord(name[0])}" class="user">{name}</a>: <span class="s">{DAY[n]} maart 2026 10:30</span></td></tr>
    <tr><td class="l w pd"><div class="narrow">{text}</div></td></tr>"""


def loose(n: str, name: str, text: str) -> str:
    """Text that stands in no element of its own."""
    return f"""<div class="item" id="r_{n}"><div class="nr">{int(n) - 4100}</div><strong>{name}</strong> schrijft:<br>
    <span class="small"><time datetime="2026-03-0{DAY[n]}T10:30:00+01:00">toen</time></span><div class="clear"></div><br>{text}<br></div>"""


def bare(n: str, name: str, text: str) -> str:
    """No class at all."""
    return f"""<div><h3>{name}</h3><p>{DAY[n]} maart 2026, 10:30</p><div><p>{text}</p></div></div>"""


def hashed(n: str, name: str, text: str) -> str:
    """Classes made by a program."""
    return f"""<div class="css-1a{n}"><div class="css-u9x2"><a href="/users/{ord(name[0])}">{name}</a></div><span class="css-77" title="{DAY[n]} maart 2026 10:30">
    {DAY[n]} mrt</span><div class="css-k2{n}"><div class="css-p0"><p>{text}</p></div></div><button>Reageer</button></div>"""


def itemprops(n: str, name: str, text: str) -> str:
    return f"""<li itemscope itemtype="https://schema.org/Comment" id="c{n}"><div itemprop="text">{text}</div><p>door <span itemprop="author">{name}</span>,
    <meta itemprop="dateCreated" content="2026-03-0{DAY[n]}T10:30:00+01:00">vorige week</p></li>"""


LAYOUTS = {
    "divs": (divs, "<div>{}</div>"), "articles": (articles, "<main>{}</main>"), "cells": (cells, "<div>{}</div>"),
    "rows": (rows, "<table>{}</table>"), "loose": (loose, "<div>{}</div>"), "bare": (bare, "<div>{}</div>"), "hashed": (hashed, "<div>{}</div>"),
    "itemprops": (itemprops, "<ul>{}</ul>"),
}  # fmt: skip


def _thread(layout: str, posts=POSTS, head: str = "") -> str:
    form, around = LAYOUTS[layout]
    return _page(around.format("\n".join(form(*post) for post in posts)), head)


def _said(page) -> list[tuple[str | None, dt.datetime | None, str]]:
    return [(c.author, c.posted_at, markup_to_text(c.text)) for c in page.comments]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_alike(layout):
    page = generic.read(_thread(layout), URL)
    assert _said(page) == [(name, moment, text) for (_, name, text), moment in zip(POSTS, AT, strict=True)]
    assert page.title == "Het rooster"
    assert page.thread == URL
    assert page.opening is None
    assert "confidence" in page.warnings[0]


@pytest.mark.parametrize("layout", sorted(LAYOUTS.keys() - {"bare", "hashed"}))
def test_numbers_and_addresses(layout):
    page = generic.read(_thread(layout), URL)
    assert [c.platform_id for c in page.comments] == [n for n, _, _ in POSTS]
    assert all(
        c.permalink and c.permalink.startswith(URL + "#") and c.permalink.endswith(c.platform_id or "?")
        for c in page.comments
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_says_the_same_every_time(layout):
    body = _thread(layout)
    first = generic.read(body, URL)
    assert generic.read(body + " ", URL) == first


def test_the_first_post_may_be_marked_up_unlike_the_others():
    _, name, text = POSTS[0]
    first = f"""<div class="vraag"><div class="meta"><a href="/lid/{name[0]}" class="naam">{name}</a> <em>2 maart 2026 10:30</em></div><div class="vraagtekst"><p>{text}</p></div></div>"""
    page = generic.read(_page(first + "<div>" + "".join(divs(*post) for post in POSTS[1:]) + "</div>"), URL)
    assert _said(page) == [(name, moment, text) for (_, name, text), moment in zip(POSTS, AT, strict=True)]
    assert page.comments[0].platform_id is None


def test_a_post_of_which_only_the_edit_is_dated_is_a_post():
    body = _thread("articles").replace("<time", "bewerkt <time", 3).replace("bewerkt <time", "<time", 2)
    assert body.count("bewerkt") == 1
    page = generic.read(body, URL)
    assert _said(page) == [(name, moment, text) for (_, name, text), moment in zip(POSTS, AT, strict=True)]


def test_a_date_of_an_edit_beside_the_post_s_own_is_not_taken():
    body = _thread("articles").replace("</time>", '</time>, bewerkt <time datetime="2027-01-01T10:00">later</time>')
    assert [c.posted_at for c in generic.read(body, URL).comments] == AT


def test_ids_that_are_no_numbers():
    keys = dict(zip([n for n, _, _ in POSTS], ["adg3jp", "b8b5hn", "emqmjt", "o8k076"], strict=True))
    body = _thread("divs")
    for number, key in keys.items():
        body = body.replace(f'id="b{number}"', f'id="c_{key}"').replace(f"x={number}", f"x={key}")
    page = generic.read(body, URL)
    assert [c.platform_id for c in page.comments] == list(keys.values())
    assert page.comments[0].permalink == f"{URL}#c_adg3jp"


def test_an_article_is_no_post():
    body = "".join(
        f"<p>Alinea {i} van een stuk over roosters dat niet door een lezer maar door de redactie geschreven is en lang genoeg is.</p>"
        for i in range(5)
    )
    article = f'<div class="artikel"><span class="redactie">Door de redactie, 1 maart 2026</span>{body}</div>'
    page = generic.read(_page(article + "<div>" + "".join(divs(*post) for post in POSTS) + "</div>"), URL)
    assert [c.author for c in page.comments] == [name for _, name, _ in POSTS]
    assert page.opening is not None
    assert page.opening.count("Alinea") == 5


def _nested(n, name, text, inner=""):
    return f"""<li class="reactie" id="reactie-{n}"><div class="hoofd"><span class="author">{name}</span> <time datetime="2026-03-0{DAY[n]}T10:30:00+01:00">x</time></div>
    <div class="tekst">{text}</div><ul>{inner}</ul></li>"""


def test_replies_within_comments():
    one, two, three, four = POSTS
    body = "<ol>" + _nested(*one, inner=_nested(*two, inner=_nested(*three))) + _nested(*four) + "</ol>"
    page = generic.read(_page(body), URL)
    assert [(c.platform_id, c.parent) for c in page.comments] == [
        ("4101", None),
        ("4102", "4101"),
        ("4107", "4102"),
        ("4110", None),
    ]
    assert _said(page) == [(name, moment, text) for (_, name, text), moment in zip(POSTS, AT, strict=True)]


@pytest.mark.parametrize(
    "mark",
    [
        'class="bericht depth-{}"',
        'class="bericht level{}"',
        'class="bericht" style="margin-left:{}0px"',
        'class="bericht" style="padding: 2px; margin-left: {}em;"',
    ],
)
def test_depth_in_a_class_or_a_margin(mark):
    depths = [0, 1, 2, 1]
    body = "".join(
        divs(*post).replace('class="bericht"', mark.format(depth), 1) for post, depth in zip(POSTS, depths, strict=True)
    )
    page = generic.read(_page(f"<div>{body}</div>"), URL)
    assert [c.parent for c in page.comments] == [None, "4101", "4102", "4101"]


def test_a_quote_becomes_a_blockquote_and_names_the_parent():
    quote = '<div class="quotebox"><cite>Anneke schreef: <a href="/draad/rooster-881#b4101">↑</a></cite><div>Wie heeft er</div></div>Dat weet ik niet, maar ik zoek het uit.'
    page = generic.read(_thread("divs", [*POSTS[:2], ("4107", "J. Müller", quote), POSTS[3]]), URL)
    assert page.comments[2].parent == "4101"
    assert page.comments[2].text.count("<blockquote>") == page.comments[2].text.count("</blockquote>") == 1
    assert (
        page.comments[2].text.index("Wie heeft er")
        < page.comments[2].text.index("</blockquote>")
        < page.comments[2].text.index("Dat weet ik")
    )
    assert [c.parent for c in page.comments] == [None, None, "4101", None]


@pytest.mark.parametrize(
    "chrome",
    [
        '<div class="signature">Groetjes uit het noorden</div>', '<div class="post-sig">Groetjes uit het noorden</div>', "<div>__________________<br>Groetjes uit het noorden</div>",
        '<p class="x">Laatst bewerkt door Bob op 4 maart 2026</p>', "<div><em>Zuletzt bearbeitet: 4. März 2026</em></div>", '<ul class="reactions"><li>Anneke vindt dit leuk</li></ul>',
        "<script>var x = 'Groetjes'</script>", '<a class="share-link" href="#">Delen</a>', '<div class="attachments">rooster.pdf</div>', "<form><textarea>Groetjes</textarea></form>",
    ],
)  # fmt: skip
def test_what_the_author_did_not_write_is_left_out(chrome):
    posts = [(n, name, text + (chrome if n == "4102" else "")) for n, name, text in POSTS]
    page = generic.read(_thread("divs", posts), URL)
    assert [text for _, _, text in _said(page)] == [text for _, _, text in POSTS]


def test_dates_that_are_not_the_post_s():
    """When a member joined and when a post was edited."""
    extra = '<div class="info">Lid sinds: 12 januari 2011</div>'
    body = "".join(divs(*post).replace("</a>", "</a>" + extra, 1) for post in POSTS)
    assert [c.posted_at for c in generic.read(_page(f"<div>{body}</div>"), URL).comments] == AT


def test_day_and_month_are_told_by_all_dates_of_the_page():
    body = "".join(cells(*post).replace(f"0{DAY[post[0]]}-03-2026", f"03-{DAY[post[0]] + 10}-2026") for post in POSTS)
    page = generic.read(_page(f"<div>{body}</div>").replace('lang="nl"', 'lang="en"'), URL)
    assert [c.posted_at and (c.posted_at.month, c.posted_at.day) for c in page.comments] == [
        (3, DAY[n] + 10) for n, _, _ in POSTS
    ]


def test_dates_without_a_year_stay_empty_and_are_told():
    body = "".join(divs(*post).replace(" 2026 om", ",") for post in POSTS)
    page = generic.read(_page(f"<div>{body}</div>"), URL)
    assert [c.posted_at for c in page.comments] == [None] * 4
    assert "dates without a year, left empty: 4" in page.warnings


def test_a_name_without_the_points_beside_it():
    body = "".join(
        divs(*post).replace('</a> <span class="rang">Lid</span>', f"</a> <i>{post[0][2:]}</i>", 1) for post in POSTS
    )
    page = generic.read(_page(f"<div>{body}</div>".replace('class="wie"', 'class="author"')), URL)
    assert [c.author for c in page.comments] == [name for _, name, _ in POSTS]


def test_entities_in_names():
    posts = [(n, name.replace("J. Müller", "J&eacute; &amp; <b>Zo</b>n"), text) for n, name, text in POSTS]
    assert [c.author for c in generic.read(_thread("divs", posts), URL).comments][2] == "Jé & Zon"


def test_a_guest_s_name_stands_elsewhere():
    body = "".join(divs(*post) for post in POSTS).replace(
        '<a class="naam" href="/lid/J">J. Müller</a>', '<span class="guest username">J. Müller</span>'
    )
    assert [c.author for c in generic.read(_page(f"<div>{body}</div>"), URL).comments] == [name for _, name, _ in POSTS]


def test_posts_without_text_are_left_out_and_told():
    page = generic.read(_thread("articles", [*POSTS[:3], ("4110", "Anneke", "")]), URL)
    assert [c.platform_id for c in page.comments] == ["4101", "4102", "4107"]
    assert "1 without text left out" in page.warnings[0]


@pytest.mark.parametrize(
    ("here", "links", "expected", "thread"),
    [
        ("/draad-5", ["/draad-5?page=2", "/draad-5?page=3"], ["/draad-5?page=2", "/draad-5?page=3"], "/draad-5"),
        ("/draad-5?page=2", ["/draad-5", "/draad-5?page=3"], ["/draad-5", "/draad-5?page=3"], "/draad-5"),
        ("/draad-5/page-3", ["/draad-5/", "/draad-5/page-2"], ["/draad-5/", "/draad-5/page-2"], "/draad-5"),
        ("/t.php?t=5&start=20&sid=ab12", ["/t.php?t=5&sid=ab12", "/t.php?t=6"], ["/t.php?t=5&sid=ab12"], "/t.php?t=5"),
        ("/5/draad", ["/5/draad/1", "/9/ander/2"], ["/5/draad/1"], "/5/draad"),
    ],
)  # fmt: skip
def test_other_pages_of_the_thread(here, links, expected, thread):
    pager = "".join(f'<a href="{link}#x">{i + 1}</a> ' for i, link in enumerate(links))
    body = _thread("divs").replace("<h1>", f"<div>{pager} <a href='https://elders.invalid/2'>2</a></div><h1>")
    page = generic.read(body, "https://forum.invalid" + here)
    assert page.next_links == ["https://forum.invalid" + link for link in expected]
    assert page.thread == "https://forum.invalid" + thread


def test_a_link_that_says_next():
    page = generic.read(
        _thread("divs", head=f'<link rel="next" href="{URL}/verder"><link rel="next" href="/ander">'), URL
    )
    assert page.next_links == [f"{URL}/verder"]


def test_an_iframe_that_closes_itself_does_not_swallow_the_page():
    body = _thread("divs").replace(
        "<h1>", '<noscript><iframe src="https://tel.invalid/x" height="0"/></noscript><i class="icon"/><h1>'
    )
    assert len(generic.read(body, URL).comments) == 4


ARTICLE = "".join(
    f"<p>Alinea {i} van een stuk over roosters, van 3 maart 2026, dat lang genoeg is om op een bericht te lijken.</p>"
    for i in range(9)
)
TEASERS = "".join(
    f"""<article class="teaser"><h2><a href="/stuk-{i}">Een stuk over het rooster, deel {i}</a></h2><span class="author">Redacteur {i % 2}</span> <time datetime="2026-03-0{i}">x</time>
    <p>Wat er deze week op de werkvloer gebeurde, en waarom niemand het wist: een verslag in {i} delen.</p><a href="/stuk-{i}">Lees verder</a></article>"""
    for i in range(1, 9)
)
THREADS = "".join(
    f"""<tr class="topic" id="t{i}"><td><a href="/draad-{i}">Wie maakt het rooster, vraag {i}</a></td><td><a href="/lid/{i}">Lid{i}</a></td><td>{i * 3} reacties</td><td>{i} maart 2026, 10:0{i}</td></tr>"""
    for i in range(1, 9)
)
SHOP = "".join(
    f"""<li class="product"><a href="/p/{i}"><img src="{i}.jpg"> Bureaustoel model {i}</a><span class="price">€ {i}9,95</span><p>Stevige stoel voor lange dagen, {i} jaar garantie.</p><button>In winkelwagen</button></li>"""
    for i in range(1, 9)
)
AGENDA = "".join(
    f'<li><span class="datum">{i} maart 2026</span> <a href="/a/{i}">Overleg {i}</a></li>' for i in range(1, 9)
)
NEWS = "".join(
    f'<div class="nieuws"><span>{i} maart 2026</span><a href="/n/{i}">Nieuwsbericht nummer {i} over het rooster en de planning</a></div>'
    for i in range(1, 9)
)


@pytest.mark.parametrize(
    "body",
    [f"<article><h2>Het rooster</h2>{ARTICLE}</article>", f"<main>{TEASERS}</main>", f"<table>{THREADS}</table>", f"<ul>{SHOP}</ul>", f"<ul>{AGENDA}</ul>", f"<div>{NEWS}</div>",
     "<form><input name=user><input name=pass></form>", "", "<p>404</p>"],
    ids=["article", "teasers", "threads", "shop", "agenda", "news", "login", "nothing", "missing"],
)  # fmt: skip
def test_no_thread_is_seen_where_there_is_none(body):
    assert not generic.matches(_page(body), URL)
    with pytest.raises(UsageError):
        generic.read(_page(body), URL)


@pytest.mark.parametrize(
    "body",
    ["", "geen html", "\x00", "<", "<<<>>>", '{"a": 1}', "<html", "<p>" * 3000, "<div class='a'>3 mei 2017" * 500],
)
def test_nonsense_is_refused_and_breaks_nothing(body):
    assert not generic.matches(body, "")
    with pytest.raises(UsageError):
        generic.read(body, "")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("part", [0.3, 0.5, 0.7, 0.9])
def test_a_page_cut_in_the_middle(layout, part):
    body = _thread(layout)
    body = body[: int(len(body) * part)]
    try:
        page = generic.read(body, "http://[kapot")
    except StandpuntError:
        return
    assert {c.author for c in page.comments} <= {name for _, name, _ in POSTS} | {None}


def test_a_thousand_posts_and_deep_nesting_take_no_more_than_their_share():
    many = [
        (str(10_000 + i), f"Lid{i % 50}", f"Bericht {i}: " + "nog een regel over het rooster. " * (1 + i % 4))
        for i in range(1_000)
    ]
    DAY.update({n: 1 + i // 125 for i, (n, _, _) in enumerate(many)})
    flat = _thread("divs", many)
    deep = _page(
        "<ol>"
        + "".join(_nested(*post).removesuffix("</ul></li>") for post in many[:300])
        + "</ul></li>" * 300
        + "</ol>"
    )
    for body, n in ((flat, 1_000), (deep, 300)):
        begin = time.process_time()
        page = generic.read(body, URL)
        assert time.process_time() - begin < 6
        assert len(page.comments) == n
