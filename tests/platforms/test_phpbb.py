"""phpBB pages of every style: the same three posts in each one's own markup must be read alike."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pipeline.clean.markup import html_lines
from pipeline.platforms import phpbb

URL = "https://forum.invalid/bb/viewtopic.php?f=2&t=5"
THREAD = "forum.invalid/bb/viewtopic.php?t=5"
PROFILE = "./memberlist.php?mode=viewprofile&amp;u="


def said(comment):
    """What the author wrote, and what is quoted."""
    lines = [line for line in html_lines(comment.text) if line.text]
    return [line.text for line in lines if not line.depth], [line.text for line in lines if line.depth]


def prosilver_33(n, name, when, text, quoted=None, guest=False):
    quote = (
        f'<blockquote cite="./viewtopic.php?p={quoted[0]}#p{quoted[0]}"><div><cite><a href="{PROFILE}7">{quoted[1]}</a> schreef: '
        f'<a href="./viewtopic.php?p={quoted[0]}#p{quoted[0]}" data-post-id="{quoted[0]}">↑</a><span class="responsive-hide">'
        f"1 mrt 2026, 10:00</span></cite>\n{quoted[2]}</div></blockquote>\n" if quoted else ""
    )  # fmt: skip
    user = (
        f'<span class="username">{name}</span>'
        if guest
        else f'<a href="{PROFILE}7" class="username-coloured">{name}</a>'
    )
    return f"""<div id="p{n}" class="post has-profile bg2"><div class="inner"><dl class="postprofile" id="profile{n}">
    <dt class="has-profile-rank no-avatar"><div class="avatar-container"></div>{user}</dt><dd class="profile-rank">Beheerder</dd>
    <dd class="profile-posts"><strong>Berichten:</strong> 3</dd></dl><div class="postbody"><div id="post_content{n}">
    <h3 class="first"><a href="#p{n}">Wie belt er?</a></h3><ul class="post-buttons"><li><a href="./posting.php?mode=quote&amp;p={n}">Citeer</a></li></ul>
    <p class="author"><a class="unread" href="./viewtopic.php?p={n}#p{n}"><span class="sr-only">Bericht</span></a>
    <span class="responsive-hide">door <strong>{user}</strong> » </span><time datetime="2026-03-0{when}T09:00:00+00:00">0{when} mrt 2026, 10:00</time></p>
    <div class="content">{quote}{text}</div><dl class="attachbox"><dt>Bijlagen</dt><dd>foto.jpg</dd></dl>
    <div class="notice">Laatst gewijzigd door x op 05 mrt 2026, 11:00</div><div id="sig{n}" class="signature">Groetjes!</div>
    </div></div></div></div><hr class="divider">"""


def prosilver_31(n, name, when, text, quoted=None, guest=False):
    quote = f"<blockquote><div><cite>{quoted[1]} schreef:</cite>{quoted[2]}</div></blockquote>" if quoted else ""
    user = f'<span class="username">{name}</span>' if guest else f'<a href="{PROFILE}7" class="username">{name}</a>'
    return f"""<div id="p{n}" class="post bg1"><div class="inner"><dl class="postprofile" id="profile{n}"><dt class="no-profile-rank">
    <a href="{PROFILE}7" class="avatar"><img src="x"></a>{user}</dt></dl><div class="postbody"><div id="post_content{n}">
    <h3><a href="#p{n}">Re: Wie belt er?</a></h3><p class="author"><a href="./viewtopic.php?p={n}#p{n}"><span class="imageset">x</span></a>
    <span class="responsive-hide">door <strong>{user}</strong> &raquo; </span>0{when} mrt 2026, 10:00 </p><div class="content">{quote}{text}</div>
    <div class="notice">Gewijzigd op 05 mrt 2026, 11:00</div><div id="sig{n}" class="signature">Groetjes!</div></div></div></div></div>"""


def prosilver_30(n, name, when, text, quoted=None, guest=False):
    quote = f"<blockquote><div><cite>{quoted[1]} schreef:</cite>{quoted[2]}</div></blockquote>" if quoted else ""
    user = name if guest else f'<a href="{PROFILE}7">{name}</a>'
    shown = (
        f"<strong>{name}</strong>" if guest else f'<a href="{PROFILE}7"><img src="x" alt="avatar" /></a><br />{user}'
    )
    return f"""<div id="p{n}" class="post bg1"><div class="inner"><span class="corners-top"><span></span></span><div class="postbody">
    <ul class="profile-icons"><li class="quote-icon"><a href="./posting.php?mode=quote&amp;f=2&amp;p={n}"><span>Citeer</span></a></li></ul>
    <h3><a href="#p{n}">Wie belt er?</a></h3><p class="author"><a href="./viewtopic.php?p={n}#p{n}"><img src="x" alt="Bericht" /></a>door
    <strong>{user}</strong> &raquo; 0{when} mrt 2026, 10:00 </p><div class="content">{quote}{text}</div>
    <div class="notice">Gewijzigd door x op 05 mrt 2026, 11:00, in totaal 1 keer</div><div id="sig{n}" class="signature">Groetjes!</div></div>
    <dl class="postprofile" id="profile{n}"><dt>{shown}</dt><dd><strong>Berichten:</strong> 3</dd></dl></div></div>"""


def subsilver2(n, name, when, text, quoted=None, guest=False):
    quote = (
        f'<div class="quotetitle">{quoted[1]} schreef:</div><div class="quotecontent">{quoted[2]}</div>'
        if quoted
        else ""
    )
    return f"""<table class="tablebg" width="100%" cellspacing="1"><tr class="row1"><td align="center" valign="middle"><a name="p{n}"></a>
    <b class="postauthor" style="color: #AA0000">{name}</b></td><td width="100%" height="25"><table width="100%"><tr>
    <td class="gensmall" width="100%"><div style="float: left;">&nbsp;<b>Onderwerp:</b> 12 tips</div><div style="float: right;">
    <a href="./viewtopic.php?p={n}#p{n}"><img src="x" alt="Bericht" /></a><b>Geplaatst:</b> 0{when} mrt 2026, 10:00&nbsp;</div></td></tr></table></td></tr>
    <tr class="row1"><td valign="top" class="profile"><table><tr><td class="postdetails">Beheerder</td></tr></table><span class="postdetails"><b>Berichten:</b> 3</span></td>
    <td valign="top"><table width="100%" cellspacing="5"><tr><td><div class="postbody">{quote}{text}</div>
    <div class="postbody"><br />_________________<br />Groetjes!</div><br /><br /><span class="gensmall">Gewijzigd op 05 mrt 2026, 11:00</span>
    <table width="100%"><tr valign="middle"><td class="gensmall" align="right"><a href="./report.php">x</a></td></tr></table></td></tr></table></td></tr>
    <tr><td class="spacer" colspan="2" height="1"><img src="images/spacer.gif" alt="" /></td></tr></table>"""


def phpbb2(n, name, when, text, quoted=None, guest=False):
    quote = (
        '</span><table width="90%" cellspacing="1" cellpadding="3" border="0" align="center"><tr><td><span class="genmed">'
        f'<b>{quoted[1]} schreef:</b></span></td></tr><tr><td class="quote">{quoted[2]}</td></tr></table><span class="postbody">'
    ) if quoted else ""  # fmt: skip
    return f"""<tr><td width="150" align="left" valign="top" class="row1"><span class="name"><a name="{n}"></a><b>{name}</b></span><br />
    <span class="postdetails">Beheerder<br />Geregistreerd: 2 jan 2005<br />Berichten: 3</span><br /></td>
    <td class="row1" width="100%" height="28" valign="top"><table width="100%"><tr><td width="100%"><a href="viewtopic.php?p={n}#{n}"><img src="x" alt="Bericht" /></a>
    <span class="postdetails">Geplaatst: 0{when} mrt 2026, 10:00<span class="gen">&nbsp;</span>&nbsp; &nbsp;Onderwerp: Wie belt er op 7 mei 2001?</span></td>
    <td valign="top" nowrap="nowrap"><a href="posting.php?mode=quote&amp;p={n}">Citeer</a></td></tr><tr><td colspan="2"><hr /></td></tr>
    <tr><td colspan="2"><span class="postbody">{quote}{text}<br />_________________<br />Groetjes!</span><span class="gensmall"><br /><br />Gewijzigd op 05 mrt 2026</span></td></tr>
    </table></td></tr><tr><td class="row1"><span class="nav"><a href="#top" class="nav">Terug naar boven</a></span></td></tr>"""


PROSILVER = [prosilver_33, prosilver_31, prosilver_30]
STYLES = [*PROSILVER, subsilver2, phpbb2]


def page(
    style, posts, pages="", count="3 berichten", zone='<span title="Europe/Amsterdam">UTC+01:00</span>', lang="nl"
):
    """A thread in a style's own frame; `pages` are links to others."""
    if style in PROSILVER:
        return f"""<!DOCTYPE html><html dir="ltr" lang="{lang}"><head><title>Wie belt er? - Werkforum</title></head>
        <body id="phpbb" class="nojs notouch section-viewtopic ltr"><div id="page-body"><h2 class="topic-title"><a href="./viewtopic.php?f=2&amp;t=5">Wie belt er?</a></h2>
        <div class="action-bar bar-top"><div class="pagination"><a href="./viewtopic.php?f=2&amp;t=5&amp;view=unread#unread">Eerste ongelezen</a> &bull;
        {count} &bull; Pagina <strong>1</strong> van <strong>2</strong> <ul>{pages}</ul></div></div>{posts}</div>
        <div id="page-footer"><ul><li class="rightside">Alle tijden zijn {zone}</li></ul></div></body></html>"""
    if style is subsilver2:
        return f"""<html dir="ltr" lang="{lang}"><head><title>Werkforum &bull; Toon onderwerp - Wie belt er?</title></head><body class="ltr"><div id="wrapheader"></div>
        <div id="pageheader"><h2><a class="titles" href="./viewtopic.php?f=2&amp;t=5">Wie belt er?</a></h2></div><div id="pagecontent"><table><tr>
        <td class="nav">&nbsp;Pagina <strong>1</strong> van <strong>2</strong></td><td class="gensmall" nowrap="nowrap">&nbsp;[ {count} ]&nbsp;</td>
        <td class="gensmall" align="right">{pages}</td></tr></table>{posts}</div><p class="datetime">Alle tijden zijn UTC + 1 uur </p></body></html>"""
    return f"""<html dir="ltr" lang="{lang}"><head><title>Werkforum :: Toon onderwerp - Wie belt er?</title></head><body><a name="top"></a>
    <table><tr><td><a class="maintitle" href="viewtopic.php?t=5">Wie belt er?</a><span class="gensmall"><b>{pages}</b></span></td></tr></table>
    <table class="forumline">{posts}</table><span class="gensmall">Tijden zijn in GMT + 1 uur</span>
    Powered by <a href="http://www.phpbb.com/" class="copyright">phpBB</a></body></html>"""


def three(style):
    return (
        style(11, "Anneke", 1, "Niemand nam op.<br />Drie keer.")
        + style(12, "Bob &amp; Co", 2, "Bij ons <b>ook</b> niet.", quoted=("11", "Anneke", "Niemand nam op."))
        + style(13, "J. Müller", 3, "Ik wel &#8230;", guest=True)
    )


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
def test_every_style_gives_the_same_posts(style):
    body = page(style, three(style))
    assert phpbb.matches(body, URL)
    found = phpbb.read(body, URL)
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
    assert [bool(said(c)[1]) for c in found.comments] == [False, True, False]
    assert "Niemand nam op." in " ".join(said(found.comments[1])[1])
    assert found.comments[1].text.count("<blockquote") == 1
    assert found.comments[1].permalink == "https://forum.invalid/bb/viewtopic.php?p=12#p12"
    assert (found.title, found.thread, found.language, found.left_out) == ("Wie belt er?", THREAD, "nl", ())
    assert found.announced == (None if style is phpbb2 else 3)
    assert found.opening is None
    assert found.warnings == []


def test_a_table_style_that_writes_the_author_s_name_in_another_element():
    body = page(subsilver2, three(subsilver2)).replace('<b class="postauthor"', '<span class="postauthor"')
    assert phpbb.matches(body, URL)
    assert [c.author for c in phpbb.read(body, URL).comments] == ["Anneke", "Bob & Co", "J. Müller"]
    assert not phpbb.matches('<p>phpBB <b>en</b> <span class="postauthor">Ria</span></p>', URL)


def test_pages_of_another_thread_are_no_pages_of_this_one():
    links = '<li><a href="./wie-belt-er-t5-10.html">2</a></li><li><a href="./ander-t9-10.html">2</a></li>'
    body = page(prosilver_33, three(prosilver_33), links)
    found = phpbb.read(body, "https://forum.invalid/bb/wie-belt-er-t5.html")
    assert "https://forum.invalid/bb/wie-belt-er-t5-10.html" in found.next_links
    assert not any("t9" in link for link in found.next_links)


def test_braces_in_the_address_of_a_board_are_no_places_to_fill():
    found = phpbb.read(page(prosilver_33, three(prosilver_33)), "https://forum.invalid/{b}/viewtopic.php?t=5")
    assert found.comments[0].permalink == "https://forum.invalid/{b}/viewtopic.php?p=11#p11"


def test_a_quote_names_its_post_from_3_2_on():
    assert [c.parent for c in phpbb.read(page(prosilver_33, three(prosilver_33)), URL).comments] == [None, "11", None]
    assert [c.parent for c in phpbb.read(page(prosilver_30, three(prosilver_30)), URL).comments] == [None, None, None]


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ('<span title="Europe/Amsterdam">UTC+01:00</span>', 8),  # summer in July
        ('<span title="UTC+2">UTC+02:00</span>', 8),
        ('<span title="America/St_Johns">UTC-03:30</span>', 12),
        ('<span title="UTC">UTC</span>', 10),
        ("UTC + 1 uur", 9),
        ("UTC + 1 uur [ Zomertijd ]", 8),
        ("UTC - 8 hours", 18),
        ("GMT", 10),
        ('<abbr title="Europe/Amsterdam">UTC+01:00</abbr>', 8),  # 3.1
        ('<abbr title="UTC-5">UTC-05:00</abbr>', 15),
        ("UTC+02:00", 8),
        ("mooi", 8),  # unknown: Amsterdam, by the page's language
    ],
)  # fmt: skip
def test_times_are_those_of_the_zone_at_the_foot(zone, hour):
    post = prosilver_30(11, "Anneke", 1, "Ja").replace("01 mrt 2026, 10:00", "01 jul 2026, 10:00")
    found = phpbb.read(page(prosilver_30, post, zone=zone), URL)
    assert found.comments[0].posted_at.hour == hour
    assert bool(found.warnings) == (zone == "mooi")


def test_the_order_of_day_and_month_is_taken_from_the_whole_page():
    posts = "".join(
        prosilver_30(n, "x", 1, "Ja").replace("01 mrt 2026, 10:00", when)
        for n, when in ((11, "03-02-2026, 10:00"), (12, "03-25-2026, 10:00"))
    )
    found = phpbb.read(page(prosilver_30, posts, lang="en", zone="UTC"), URL)
    assert [c.posted_at.date() for c in found.comments] == [dt.date(2026, 3, 2), dt.date(2026, 3, 25)]


FIRST = '<li class="active"><span>1</span></li><li><a href="./viewtopic.php?f=2&amp;t=5&amp;sid=0a1b&amp;start=15">2</a></li><li><a href="./viewtopic.php?f=2&amp;t=5&amp;start=30">3</a></li>'
MIDDLE = '<a href="./viewtopic.php?f=2&amp;t=5">1</a> <strong>2</strong> <a href="./viewtopic.php?f=2&amp;t=5&amp;start=30">3</a> <a href="#" onclick="jumpto();">Ga naar</a>'
LAST = '<a href="./viewtopic.php?f=2&amp;t=5">1</a> <a href="./viewtopic.php?f=2&amp;t=5&amp;start=15">2</a> <strong>3</strong>'
BASE = "https://forum.invalid/bb/viewtopic.php?f=2&t=5"


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@pytest.mark.parametrize(
    ("start", "pages", "expected"),
    [
        ("", FIRST, [f"{BASE}&start=15", f"{BASE}&start=30"]),
        ("&start=15", MIDDLE, [BASE, f"{BASE}&start=30"]),
        ("&start=30", LAST, [BASE, f"{BASE}&start=15"]),
    ],
    ids=["first", "middle", "last"],
)  # fmt: skip
def test_the_other_pages_of_the_thread(style, start, pages, expected):
    body = page(style, three(style), pages)
    heading = "viewtopic.php?t=5" if style is phpbb2 else "viewtopic.php?f=2&amp;t=5"
    body = body.replace(f'href="./{heading}">Wie', f'href="./{heading}{start}">Wie').replace(
        f'href="{heading}">Wie', f'href="{heading}{start}">Wie'
    )
    found = phpbb.read(body, URL + start + "&sid=99ff")
    assert found.next_links == expected
    assert found.thread == THREAD


def test_a_page_found_by_a_post_belongs_to_the_same_thread():
    found = phpbb.read(
        page(prosilver_33, three(prosilver_33), FIRST), "https://Forum.invalid/bb/viewtopic.php?p=12#p12"
    )
    assert found.thread == THREAD
    assert [link.partition("start=")[2] for link in found.next_links] == ["15", "30"]


def test_addresses_that_a_board_writes_itself():
    pages = '<li><a href="https://forum.invalid/wie-belt-er-t5-15.html">2</a></li>'
    body = page(prosilver_31, three(prosilver_31), pages).replace(
        "./viewtopic.php?f=2&amp;t=5", "https://forum.invalid/wie-belt-er-t5.html"
    )
    body = body.replace(PROFILE, "https://forum.invalid/memberlist.php?u=")
    found = phpbb.read(body, "https://forum.invalid/wie-belt-er-t5.html")
    assert found.thread == "forum.invalid/viewtopic.php?t=5"
    assert found.next_links == ["https://forum.invalid/wie-belt-er-t5-15.html"]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("wie-belt-er-t5.html", "wie-belt-er-t5-15.html"), ("topic5.html", "topic5-15.html"),
        ("ftopic5.html", "ptopic5-15.html"), ("viewtopic-5.html", "viewtopic-5-15.html"), ("about5.html", "about5-15.html"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("last", [False, True])
def test_every_style_finds_pages_at_addresses_that_a_board_writes_itself(style, own, other, last):
    here, there = (other, own) if last else (own, other)
    pages = f'<li><a href="/bb/{there}">2</a></li><li><a href="/bb/x-t7-5.html">2</a></li> <a href="/bb/{here}">1</a>'
    body = page(style, three(style), pages).replace("./viewtopic.php?f=2&amp;t=5", f"/bb/{own}")
    body = body.replace('"viewtopic.php?t=5"', f'"/bb/{own}"')
    body = body.replace('<div class="action-bar', '<form><input name="t" value="5"></form><div class="action-bar')
    body = body.replace('<div id="pageheader">', '<div id="pageheader"><form><input name="t" value="5"></form>')
    body = body.replace('<a name="top">', '<form action="viewtopic.php?t=5&amp;start=0"></form><a name="top">')
    found = phpbb.read(body, f"https://forum.invalid/bb/{here}")
    assert found.next_links == [f"https://forum.invalid/bb/{there}"]
    assert found.thread == THREAD


@pytest.mark.parametrize(
    ("count", "number"),
    [("1.204 berichten", 1204), ("3 berichten", 3), ("5,993 posts", 5993), ("", None), ("Pagina 2 van 9", None)],
)
def test_announced(count, number):
    assert phpbb.read(page(prosilver_33, three(prosilver_33), count=count), URL).announced == number


def test_deleted_and_empty_posts_are_counted_and_left_out():
    gone = prosilver_33(14, "Kees", 4, "Weg").replace("post has-profile", "post deleted has-profile")
    empty = prosilver_33(15, "Kees", 4, "<br>&nbsp;")
    picture = prosilver_33(16, "Kees", 4, '<img src="kat.jpg" alt="">')
    found = phpbb.read(page(prosilver_33, three(prosilver_33) + gone + empty + picture), URL)
    assert [c.platform_id for c in found.comments] == ["11", "12", "13", "16"]
    assert found.left_out == ("14", "15")


def test_a_hidden_post_of_the_table_style_is_left_out():
    hidden = '<table class="tablebg"><tr class="row1"><td class="gensmall" colspan="2"><a name="p14"></a>Dit bericht is verwijderd.</td></tr></table>'
    found = phpbb.read(page(subsilver2, three(subsilver2) + hidden), URL)
    assert (len(found.comments), found.left_out) == (3, ("14",))


def test_headings_of_code_and_captions_of_pictures_are_not_the_authors():
    text = (
        'Kijk:<div class="codebox"><p>Code: <a href="#">Alles selecteren</a></p><pre><code>ping</code></pre></div>'
        '<div class="inline-attachment"><dl class="file"><dt class="attach-image"><img src="kat.jpg" alt=""></dt><dd>kat.jpg (20 kB)</dd></dl></div><script>tel()</script>'
    )
    found = phpbb.read(page(prosilver_33, prosilver_33(11, "Anneke", 1, text)), URL)
    assert said(found.comments[0])[0] == ["Kijk:", "ping"]
    assert "tel()" not in found.comments[0].text


def test_polls_and_rules_are_no_posts():
    poll = '<form class="topic_poll"><div class="panel"><div class="content"><h2 class="poll-title">Belt u?</h2><p class="author">Sluit 1 mei 2026</p></div></div></form>'
    found = phpbb.read(page(prosilver_33, poll + three(prosilver_33)), URL)
    assert [c.platform_id for c in found.comments] == ["11", "12", "13"]


def test_styles_that_keep_the_number_in_an_anchor():
    post = prosilver_33(11, "Anneke", 1, "Ja").replace(
        'id="p11" class="post has-profile bg2">', 'class="post has-profile"><a id="p11"></a>'
    )
    assert [c.platform_id for c in phpbb.read(page(prosilver_33, post), URL).comments] == ["11"]


def test_a_name_that_the_page_tells_only_its_scripts():
    named = prosilver_33(11, "Anneke", 1, "Ja")
    told = 'var post_data_{n} = {{"POST_AUTHOR":"J. M\\u00fcller &amp; \\"Zn\\"","S_LIKED":0}};'
    bare = f"""<div id="p_12" class="post has-profile"><i id="p12"></i><script>{told.format(n=12)}</script><div class="postbody">
    <p class="author"><time datetime="2026-03-02T09:00+00:00">x</time></p><div class="content">Nee</div></div></div>"""
    other = bare.replace('"p_12"', '"p_13"').replace('"p12"', '"p13"')  # tells of another post
    broken = bare.replace("12", "14").replace("u00fc", "u00f")
    found = phpbb.read(page(prosilver_33, named + bare + other + broken), URL)
    assert [(c.platform_id, c.author) for c in found.comments] == [
        ("11", "Anneke"),
        ("12", 'J. Müller & "Zn"'),
        ("13", None),
        ("14", None),
    ]


def test_a_listing_leads_to_threads_forums_and_pages():
    body = """<html lang="nl"><body id="phpbb" class="section-viewforum ltr"><div class="action-bar"><div class="pagination">350 onderwerpen
    <ul><li><a href="./viewforum.php?f=2&amp;start=25">2</a></li></ul></div></div><ul class="topiclist topics"><li class="row">
    <a href="./viewtopic.php?f=2&amp;t=5&amp;sid=0a" class="topictitle">Wie belt er?</a><div class="pagination"><ul><li><a href="./viewtopic.php?f=2&amp;t=5&amp;start=15">2</a></li></ul></div>
    <a href="./viewtopic.php?f=2&amp;p=99#p99" title="Laatste bericht">x</a></li></ul><a href="./viewforum.php?f=3" class="forumtitle">Overleg</a></body></html>"""
    url = "https://forum.invalid/bb/viewforum.php?f=2"
    assert phpbb.matches(body, url)
    found = phpbb.read(body, url)
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [
        "https://forum.invalid/bb/viewforum.php?f=2&start=25",
        "https://forum.invalid/bb/viewtopic.php?f=2&t=5",
        "https://forum.invalid/bb/viewforum.php?f=3",
    ]


def test_a_thread_without_posts_is_a_thread():
    found = phpbb.read(page(prosilver_33, "<p>Geen berichten.</p>", count="0 berichten"), URL)
    assert (found.thread, found.comments, found.announced) == (THREAD, [], 0)


@pytest.mark.parametrize(
    "body",
    [
        '<html><body class="single wp-content/"><ol class="comment-list"><li id="comment-1" class="comment"><div class="comment-content">phpBB?</div></li></ol></body></html>',
        '<html><body><div id="punviewtopic" class="pun"><div id="p5" class="blockpost"><div class="postbody">phpBB</div></div></div></body></html>',
        '<html><body id="phpbb" class="section-ucp ltr"><form id="login"></form></body></html>',
        "", "viewtopic.php phpBB",
    ],
)  # fmt: skip
def test_other_pages_are_not_recognised(body):
    assert not phpbb.matches(body, URL)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
def test_a_page_cut_anywhere_gives_what_it_held(style):
    body = page(style, three(style))
    for end in range(0, len(body), 97):
        found = phpbb.read(body[:end], URL)
        assert {c.platform_id for c in found.comments} <= {"11", "12", "13"}
    cut = phpbb.read(body[: body.index("Bij ons")], URL)
    assert cut.comments[0].author == "Anneke"


@pytest.mark.parametrize(
    "filler", ["<div>", "<p ", "<blockquote>", '<div class="post">', '<a name="p9">', '<span class="gensmall">UTC ']
)
def test_hostile_pages_take_linear_time(filler):
    body = page(prosilver_33, three(prosilver_33) + filler * 20_000)
    begin = time.process_time()
    assert phpbb.matches(body, URL)
    assert phpbb.read(body, URL).comments[0].platform_id == "11"
    assert time.process_time() - begin < 8


@pytest.mark.parametrize(
    "url", ["", "viewtopic.php?t=5", "http://[::1", "https://forum.invalid/viewtopic.php?t=x&start=y"]
)
def test_strange_addresses_raise_nothing(url):
    assert len(phpbb.read(page(prosilver_33, three(prosilver_33)), url).comments) == 3
