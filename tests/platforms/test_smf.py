"""Pages of Simple Machines Forum 1.1, 2.0 and 2.1: the same three posts must be read alike."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest

from pipeline.clean.markup import html_lines
from pipeline.platforms import smf

SCRIPT = "https://forum.invalid/bb/index.php"
URL = SCRIPT + "?topic=5.0"
THREAD = "forum.invalid/bb/index.php?topic=5"


def said(comment):
    """What the author wrote, and what is quoted."""
    lines = [line for line in html_lines(comment.text) if line.text]
    return [line.text for line in lines if not line.depth], [line.text for line in lines if line.depth]


def smf_11(n, name, when, text, quoted=None, guest=False):
    quote = (
        f'<div class="quoteheader"><a href="{SCRIPT}?PHPSESSID=0a1b&amp;topic=5.msg{quoted[0]}#msg{quoted[0]}">Citaat van: {quoted[1]} op 01 maart 2026, 10:00:00</a></div>'
        f'<div class="quote">{quoted[2]}</div>' if quoted else ""
    )  # fmt: skip
    user = name if guest else f'<a href="{SCRIPT}?action=profile;u=7" title="Bekijk profiel van {name}">{name}</a>'
    return f"""<tr><td style="padding: 1px 1px 0 1px;"><a name="msg{n}"></a><table width="100%"><tr><td class="windowbg"><table width="100%" style="table-layout: fixed;"><tr>
    <td valign="top" width="16%" rowspan="2" style="overflow: hidden;"><b>{user}</b><div class="smalltext">Beheerder<br />Berichten: 3<br /></div></td>
    <td valign="top" width="85%" height="100%"><table width="100%" border="0"><tr><td valign="middle"><a href="{SCRIPT}?topic=5.msg{n}#msg{n}"><img src="xx.gif" alt="" /></a></td>
    <td valign="middle"><div style="font-weight: bold;" id="subject_{n}"><a href="{SCRIPT}?topic=5.msg{n}#msg{n}">Re: Wie belt er?</a></div>
    <div class="smalltext">&#171; <b>Reactie #1 op:</b> 0{when} maart 2026, 10:00:00 &#187;</div></td></tr></table><hr class="hrcolor" />
    <div class="post">{quote}{text}</div></td></tr><tr><td valign="bottom" class="smalltext"><table><tr><td class="smalltext" id="modified_{n}">&#171; <i>Laatst bewerkt op: 05 maart 2026, 11:00:00 door x</i> &#187;</td></tr></table>
    <hr class="hrcolor" /><div class="signature">Groetjes!</div></td></tr></table></td></tr></table></td></tr>"""


def smf_20(n, name, when, text, quoted=None, guest=False):
    quote = (
        f'<div class="quoteheader"><div class="topslice_quote"><a href="{SCRIPT}?topic=5.msg{quoted[0]}#msg{quoted[0]}">Citaat van: {quoted[1]} op 01 maart 2026, 10:00:00</a></div></div>'
        f'<blockquote class="bbc_standard_quote">{quoted[2]}</blockquote><div class="quotefooter"><div class="botslice_quote"></div></div>' if quoted else ""
    )  # fmt: skip
    user = (
        name if guest else f'<img src="useroff.gif" alt="Offline" /> <a href="{SCRIPT}?action=profile;u=7">{name}</a>'
    )
    return f"""<div class="windowbg"><span class="topslice"><span></span></span><div class="post_wrapper"><div class="poster"><h4>{user}</h4>
    <ul class="reset smalltext" id="msg_{n}_extra_info"><li class="postgroup">Beheerder</li><li class="postcount">Berichten: 3</li></ul></div>
    <div class="postarea"><div class="flow_hidden"><div class="keyinfo"><div class="messageicon"><img src="xx.gif" alt="" /></div><h5 id="subject_{n}"><a href="{SCRIPT}?topic=5.msg{n}#msg{n}" rel="nofollow">Re: Wie belt er?</a></h5>
    <div class="smalltext">&#171; <strong>Reactie #1 op:</strong> 0{when} maart 2026, 10:00:00 &#187;</div><div id="msg_{n}_quick_mod"></div></div></div>
    <div class="post"><div class="inner" id="msg_{n}">{quote}{text}</div></div></div><div class="moderatorbar"><div class="smalltext modified" id="modified_{n}">&#171; <em>Laatst bewerkt op: 05 maart 2026, 11:00:00</em> &#187;</div>
    <div class="smalltext reportlinks"></div><div class="signature" id="msg_{n}_signature">Groetjes!</div></div></div></div>"""


def smf_21(n, name, when, text, quoted=None, guest=False):
    quote = (
        f'<blockquote class="bbc_standard_quote"><cite><a href="{SCRIPT}?msg={quoted[0]}">Citaat van: {quoted[1]} op 01 maart 2026, 10:00:00</a></cite>{quoted[2]}</blockquote>'
        if quoted else ""
    )  # fmt: skip
    user = (
        name if guest else f'<span class="off" title="Offline"></span><a href="{SCRIPT}?action=profile;u=7">{name}</a>'
    )
    return f"""<div class="windowbg" id="msg{n}"><div class="post_wrapper"><div class="poster"><h4>{user}</h4><ul class="user_info"><li class="membergroup">Beheerder</li></ul></div>
    <div class="postarea"><div class="keyinfo"><div id="subject_{n}" class="subject_title subject_hidden"><a href="{SCRIPT}?msg={n}" rel="nofollow">Re: Wie belt er?</a></div><span class="page_number floatright">#1</span>
    <div class="postinfo"><span class="messageicon"><img src="xx.png" alt=""></span><a href="{SCRIPT}?msg={n}" rel="nofollow" title="Reactie #1" class="smalltext">0{when} maart 2026, 10:00:00</a>
    <span class="spacer"></span><span class="smalltext modified floatright" id="modified_{n}"><span class="lastedit">Laatst bewerkt</span>: 05 maart 2026, 11:00:00</span></div><div id="msg_{n}_quick_mod"></div></div>
    <div class="post"><div class="inner" data-msgid="{n}" id="msg_{n}">{quote}{text}</div></div><div class="under_message"></div></div>
    <div class="moderatorbar"><div class="signature" id="msg_{n}_signature">Groetjes!</div></div></div></div><hr class="post_separator">"""


THEMES = [smf_11, smf_20, smf_21]


def page(theme, posts, pages=""):
    head = f'<script>var smf_theme_url = "https://forum.invalid/bb/Themes/default"; var smf_scripturl = "{SCRIPT}?PHPSESSID=0a1b&amp;";</script><title>Wie belt er?</title>'
    if theme is smf_11:
        return f"""<html lang="nl"><head>{head}</head><body><div class="nav"><b><a href="{SCRIPT}" class="nav">Werkforum</a></b>&nbsp;>&nbsp;<b><a href="{SCRIPT}?board=2.0" class="nav">Overleg</a></b>&nbsp;>&nbsp;Topic:
        <b><a href="{SCRIPT}?topic=5.0" class="nav">Wie belt er?</a></b></div><table><tr><td class="middletext">Pagina's: {pages}</td></tr></table><table><tr><td id="top_subject">Topic: Wie belt er? &nbsp;(gelezen 1050 keer)</td></tr></table>
        <form action="{SCRIPT}?action=quickmod2;topic=5.0"><table>{posts}</table></form></body></html>"""
    if theme is smf_20:
        return f"""<html lang="nl"><head>{head}</head><body><div class="navigate_section"><ul><li><a href="{SCRIPT}?board=2.0"><span>Overleg</span></a> &#187;</li><li class="last"><a href="{SCRIPT}?topic=5.0"><span>Wie belt er?</span></a></li></ul></div>
        <div class="pagesection"><div class="pagelinks floatleft">Pagina's: {pages} <a href="#lastPost"><strong>Omlaag</strong></a></div></div><div id="forumposts"><h3 class="catbg">Topic: Wie belt er? &nbsp;(gelezen 1050 keer)</h3>
        <form action="{SCRIPT}?action=quickmod2;topic=5.0">{posts}</form></div></body></html>"""
    return f"""<!DOCTYPE html><html lang="nl-NL"><head>{head}</head><body><div id="display_head" class="information"><h2 class="display_title"><span id="top_subject">Wie belt er?</span></h2><p>Gestart door Anneke, 01 maart 2026</p></div>
    <div class="pagesection top"><a class="button" href="{SCRIPT}?action=printpage;topic=5.0">Afdrukken</a><div class="pagelinks floatleft"><a href="#bot" class="button">Omlaag</a><span class="pages">Pagina's</span>{pages.replace("navPages", "nav_page")}</div></div>
    <div id="forumposts"><form action="{SCRIPT}?action=quickmod2;topic=5.0">{posts}</form></div></body></html>"""


def three(theme):
    return (
        theme(11, "Anneke", 1, "Niemand nam op.<br />Drie keer.")
        + theme(12, "Bob &amp; Co", 2, "Bij ons <b>ook</b> niet.", quoted=("11", "Anneke", "Niemand nam op."))
        + theme(13, "J. Müller", 3, "Ik wel &#8230;", guest=True)
    )


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_every_theme_gives_the_same_posts(theme):
    body = page(theme, three(theme))
    assert smf.matches(body, URL)
    found = smf.read(body, URL)
    assert [(c.platform_id, c.parent, c.author) for c in found.comments] == [
        ("11", None, "Anneke"),
        ("12", "11", "Bob & Co"),
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
    assert found.comments[1].permalink == SCRIPT + "?topic=5.msg12#msg12"
    assert (found.title, found.thread, found.language[:2]) == ("Wie belt er?", THREAD, "nl")
    assert (found.announced, found.left_out, found.opening) == (None, (), None)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_a_page_without_scripts_is_recognised_by_its_posts(theme):
    body = page(theme, three(theme))
    body = body[: body.index("<script>")] + body[body.index("</script>") + 9 :]
    assert smf.matches(body, URL)
    assert smf.read(body, URL).thread == THREAD


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
@pytest.mark.parametrize(
    ("start", "pages", "expected"),
    [
        ("0", f'[<b>1</b>] <a class="navPages" href="{SCRIPT}?PHPSESSID=0a1b&amp;topic=5.15">2</a> <a class="navPages" href="{SCRIPT}?topic=5.30">3</a> <a class="navPages" href="{SCRIPT}?topic=5.0;all">Alle</a>', ["15", "30"]),
        ("15", f'<a class="navPages" href="{SCRIPT}?topic=5.0">1</a> [<b>2</b>] <a class="navPages" href="{SCRIPT}?topic=5.30">3</a>', ["0", "30"]),
        ("30", f'<a class="navPages" href="{SCRIPT}?topic=5.0">1</a> <a class="navPages" href="{SCRIPT}?topic=5.15">2</a> [<b>3</b>]', ["0", "15"]),
    ],
    ids=["first", "middle", "last"],
)  # fmt: skip
def test_the_other_pages_of_the_thread(theme, start, pages, expected):
    found = smf.read(page(theme, three(theme), pages), f"{SCRIPT}?topic=5.{start}")
    assert found.next_links == [f"{SCRIPT}?topic=5.{number}" for number in expected]
    assert found.thread == THREAD


@pytest.mark.parametrize(
    ("own", "other", "all_posts"),
    [
        ("overleg/wie-belt-er/", "overleg/wie-belt-er/15/", "overleg/wie-belt-er/?all"),
        ("overleg-2/wie-belt-er-5/", "overleg-2/wie-belt-er-5/15/", "overleg-2/wie-belt-er-5/0/all/"),
        ("overleg-b2.0/wie-belt-er-t5.0.html", "overleg-b2.0/wie-belt-er-t5.15.html", "wie-belt-er-t5.0.html;all"),
    ],
)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
@pytest.mark.parametrize("last", [False, True])
def test_a_board_that_writes_its_own_addresses(theme, own, other, all_posts, last):
    own, other, all_posts = (f"https://forum.invalid/{path}" for path in (own, other, all_posts))
    here, there = (other, own) if last else (own, other)
    links = f'[<b>1</b>] <a class="navPages" href="{there}">2</a> <a class="navPages" href="{all_posts}">Alle</a>'
    links += ' <a class="navPages" href="https://forum.invalid/overleg/wie-belt-er-niet/15/">2</a>'
    body = page(theme, three(theme), links).replace(URL + '"', own + '"')
    body = body.replace("<title>", f'<link rel="canonical" href="{here}"><title>')
    found = smf.read(body, here)
    assert found.next_links == [there]
    assert found.thread == THREAD


@pytest.mark.parametrize(
    "url",
    ["https://FORUM.invalid/bb/index.php?topic=5.msg12#msg12", SCRIPT + "/topic,5.15.html", SCRIPT + "?msg=12", ""],
)
def test_all_addresses_of_a_thread_name_the_same(url):
    body = page(smf_21, three(smf_21))
    assert (
        smf.read(body if url else body.replace("<title>", f'<link rel="canonical" href="{URL}"><title>'), url).thread
        == THREAD
    )


def test_braces_in_the_address_of_a_board_are_no_places_to_fill():
    body = page(smf_20, three(smf_20)).replace(SCRIPT, "https://forum.invalid/{b}/index.php")
    found = smf.read(body, "https://forum.invalid/{b}/index.php?topic=5.0")
    assert found.comments[0].permalink == "https://forum.invalid/{b}/index.php?topic=5.msg11#msg11"


def test_numeric_dates_and_dates_relative_to_now():
    posts = smf_20(11, "x", 1, "Ja").replace("01 maart 2026, 10:00:00", "03/02/2026, 02:00:00 pm")
    posts += smf_20(12, "x", 1, "Ja").replace("01 maart 2026, 10:00:00", "03/25/2026, 02:00:00 pm")
    posts += smf_20(13, "x", 1, "Ja").replace("01 maart 2026, 10:00:00", "<strong>Vandaag</strong> om 10:00:00")
    found = smf.read(page(smf_20, posts).replace('lang="nl"', 'lang="en"'), URL)
    assert [c.posted_at for c in found.comments] == [
        dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 25, 14, tzinfo=dt.UTC),
        None,
    ]


MADE = '<div id="top_section"><time datetime="{utc}">{shown}</time></div>'


@pytest.mark.parametrize(
    ("utc", "shown", "hours", "zone"),
    [
        ("2026-07-05T12:16:19Z", "05 juli 2026, 14:16:19", (9, 8), "Europe/Amsterdam"),
        ("2026-01-05T12:16:19Z", "January 05, 2026, 07:16:19 AM", (15, 14), "America/New_York"),
        ("2026-07-05T12:16:19Z", "July 05, 2026, 12:16:19 PM", (10, 10), "UTC"),
        ("2026-07-05T12:16:19Z", "05-07-2026, 17:46", (5, 5), "UTC+05:30"),  # 10:00 there is 04:30 UTC
    ],
)  # fmt: skip
def test_the_clock_of_a_page_tells_its_zone(utc, shown, hours, zone):
    posts = smf_21(11, "x", 1, "Ja") + smf_21(12, "x", 1, "Ja").replace("01 maart", "01 juli")
    body = page(smf_21, posts).replace("<body>", "<body>" + MADE.format(utc=utc, shown=shown))
    found = smf.read(body.replace('lang="nl-NL"', 'lang="en-GB"'), URL)
    assert [round(c.posted_at.hour + c.posted_at.minute / 60 + 0.1) for c in found.comments] == list(hours)
    assert found.warnings == [f"times without a zone, by the page's own clock taken as {zone}: 2"]


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        ("<strong>Vandaag</strong> om 10:00:11", 5), ("<b>Gisteren</b> om 10:00:11", 4), ("Gestern um 10:00:11", 4),
        ("<strong>Aujourd'hui</strong> à 10:00:11", 5),
    ],
)  # fmt: skip
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_the_clock_of_a_page_tells_which_day_is_today(theme, shown, day):
    posts = theme(11, "x", 1, "Ja").replace("01 maart 2026, 10:00:00", shown)
    made = MADE.format(
        utc="2026-03-05T23:16:19Z", shown="06 maart 2026, 00:16:19"
    )  # midnight has passed here, not in UTC
    found = smf.read(page(theme, posts).replace("<body>", "<body>" + made), URL)
    assert [c.posted_at for c in found.comments] == [dt.datetime(2026, 3, day + 1, 9, 0, 11, tzinfo=dt.UTC)]


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        ("2026-03-05T12:16:19Z", "05 maart 2026, 10:20:19"),  # no zone is so far from UTC
        ("2026-03-05T12:16:19Z", "07 maart 2026, 12:16:19"),
        ("2026-03-05T12:16:19Z", "net"),
        ("2026-03-05T10:00:00Z", "05 maart 2026"),
        ("2026-03-05T10:00:00+05:00", "05 maart 2026, 10:00:00"),  # a time of its own, not that of a clock
        ("straks", "05 maart 2026, 13:16:19"),
    ],
)
def test_a_moment_that_is_no_clock_tells_nothing(utc, shown):
    made = MADE.format(utc=utc, shown=shown)
    found = smf.read(page(smf_21, three(smf_21)).replace("<body>", "<body>" + made), URL)
    assert [c.posted_at.hour for c in found.comments] == [9, 9, 9]
    assert found.warnings == ["times without a zone, taken as Europe/Amsterdam: 3"]


def test_empty_posts_are_counted_and_left_out():
    found = smf.read(
        page(smf_21, three(smf_21) + smf_21(14, "Kees", 4, "") + smf_21(15, "Kees", 4, '<img src="kat.jpg" alt="">')),
        URL,
    )
    assert [c.platform_id for c in found.comments] == ["11", "12", "13", "15"]
    assert found.left_out == ("14",)


def test_a_post_without_parts_does_not_borrow_those_of_the_next():
    bare = '<div class="windowbg"><h5 id="subject_10">Kort</h5></div>'
    nameless = '<div class="windowbg"><h5 id="subject_14">Kort</h5><div class="post">Zonder naam</div></div>'
    found = smf.read(page(smf_20, bare + three(smf_20) + nameless), URL)
    assert [(c.platform_id, c.author) for c in found.comments] == [
        ("11", "Anneke"),
        ("12", "Bob & Co"),
        ("13", "J. Müller"),
        ("14", None),
    ]
    assert found.left_out == ("10",)


def test_a_listing_leads_to_threads_boards_and_pages():
    body = f"""<html lang="nl"><head><script>var smf_scripturl = "{SCRIPT}";</script></head><body><div class="pagelinks"><a class="navPages" href="{SCRIPT}?board=2.20">2</a></div>
    <a class="subject" href="{SCRIPT}?board=3.0" name="b3">Overleg</a><table><tr><td class="subject"><div><strong><span id="msg_11"><a href="{SCRIPT}?PHPSESSID=0a&amp;topic=5.0">Wie belt er?</a></span></strong>
    <small id="pages11">« <a class="navPages" href="{SCRIPT}?topic=5.15">2</a> »</small></div></td><td class="lastpost"><a href="{SCRIPT}?topic=5.msg99#new">x</a></td></tr></table>
    <a href="{SCRIPT}?action=markasread;board=2.0">Gelezen</a></body></html>"""
    url = SCRIPT + "?board=2.0"
    assert smf.matches(body, url)
    found = smf.read(body, url)
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [SCRIPT + "?topic=5.0", SCRIPT + "?board=2.20", SCRIPT + "?board=3.0"]


def rewritten(body):
    """A page of which no address names the number of a thread or board."""
    body = body.replace(f"{SCRIPT}?PHPSESSID=0a1b&amp;topic=5.", f"{SCRIPT}?topic=5.").replace(
        f"{SCRIPT}?topic=5.0", "https://forum.invalid/overleg/wie-belt-er/"
    )
    body = re.sub(re.escape(SCRIPT) + r"\?topic=5\.(\w+)", r"https://forum.invalid/overleg/wie-belt-er/\1/", body)
    body = body.replace(f"{SCRIPT}?board=2.0", "https://forum.invalid/overleg/")
    return re.sub(r"action=(?:quickmod2|printpage);topic=5\.0", "action=zoek", body)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_a_thread_of_which_no_number_is_known(theme):
    links = f'<b>1</b> <a class="navPages" href="{SCRIPT}?topic=5.15">2</a>'
    body = rewritten(page(theme, three(theme), links))
    assert smf.matches(body, "https://forum.invalid/overleg/wie-belt-er/")
    found = smf.read(body, "https://forum.invalid/overleg/wie-belt-er/")
    assert [c.author for c in found.comments] == ["Anneke", "Bob & Co", "J. Müller"]
    assert found.next_links == ["https://forum.invalid/overleg/wie-belt-er/15/"]
    assert found.thread == smf.read(body, "https://forum.invalid/overleg/wie-belt-er/15/").thread
    own = SCRIPT + "?msg=12" if theme is smf_21 else "https://forum.invalid/overleg/wie-belt-er/msg12/#msg12"
    assert found.comments[1].permalink == own


def test_a_listing_that_writes_its_own_addresses():
    body = f"""<html lang="nl"><head><script>var smf_scripturl = "{SCRIPT}";</script></head><body><div class="pagelinks"><a class="navPages" href="https://forum.invalid/overleg/20/">2</a></div>
    <a class="subject mobile_subject" href="https://forum.invalid/kantine/" id="b3">Kantine</a> <a href="https://forum.invalid/archief/" name="b4">Archief</a><a href="https://forum.invalid/bijlage/" id="bijlage">x</a>
    <span id="msg_11"><a href="https://forum.invalid/overleg/wie-belt-er/">Wie belt er?</a></span><small id="pages11">« <a class="navPages" href="https://forum.invalid/overleg/wie-belt-er/15/">2</a> »</small>
    <td class="lastpost"><a href="https://forum.invalid/overleg/wie-belt-er/msg99/#new">x</a></td></body></html>"""
    url = "https://forum.invalid/overleg/"
    assert smf.matches(body, url)
    found = smf.read(body, url)
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [
        url + "wie-belt-er/",
        url + "20/",
        "https://forum.invalid/kantine/",
        "https://forum.invalid/archief/",
    ]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_a_thread_without_posts_is_a_thread(theme):
    found = smf.read(page(theme, ""), URL)
    assert (found.thread, found.comments) == (THREAD, [])


@pytest.mark.parametrize(
    "body",
    [
        '<html><body class="single wp-content/"><ol class="comment-list"><li id="comment-1" class="comment"><div class="comment-content">SMF topic=5</div></li></ol></body></html>',
        '<html><body id="phpbb" class="section-viewtopic"><div id="p5" class="post"><div class="postbody">SMF</div></div></body></html>',
        '<html><head><script>var smf_scripturl = "x";</script></head><body><form action="?action=login2"></form></body></html>',
        "", "Simple Machines topic=5.0",
    ],
)  # fmt: skip
def test_other_pages_are_not_recognised(body):
    assert not smf.matches(body, URL)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_a_page_cut_anywhere_gives_what_it_held(theme):
    body = page(theme, three(theme))
    for end in range(0, len(body), 97):
        assert {c.platform_id for c in smf.read(body[:end], URL).comments} <= {"11", "12", "13"}
    assert smf.read(body[: body.index("Bij ons")], URL).comments[0].author == "Anneke"


@pytest.mark.parametrize(
    "filler",
    ["<div>", "<p ", "<blockquote>", '<h5 id="subject_9">', "post;post;", '<div class="post">', '<div class="quote">'],
)
def test_hostile_pages_take_linear_time(filler):
    body = page(smf_21, three(smf_21) + filler * 20_000)
    begin = time.process_time()
    assert smf.matches(body, URL)
    assert smf.read(body, SCRIPT + "?msg=11").comments[0].platform_id == "11"
    assert time.process_time() - begin < 8


@pytest.mark.parametrize("url", ["", "index.php?topic=5.0", "http://[::1"])
def test_strange_addresses_raise_nothing(url):
    assert len(smf.read(page(smf_20, three(smf_20)), url).comments) == 3
