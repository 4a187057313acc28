"""vBulletin 3 and 4 pages (both layouts of each), with the same posts in each."""

import datetime as dt

import pytest

from pipeline import platforms
from pipeline.platforms import vbulletin

URL = "https://forum.invalid/showthread.php?t=41"
POSTS = [
    ("101", None, "Jürgen de Wit", "Ons rooster is w&eacute;&eacute;r te laat."),
    ("102", "101", "Fleur & Co", "Bij ons ook, al drie weken."),
    ("103", None, "Gast Henk", "Ik ben weg bij die instelling."),
]
#: 10:30 in Amsterdam, in winter
MOMENTS = [dt.datetime(2026, 3, n, 9, 30, tzinfo=dt.UTC) for n in (1, 2, 13)]


def vb3_quote(number):
    return f"""<div style="margin:20px; margin-top:5px; "><div class="smallfont" style="margin-bottom:2px">Citaat:</div>
    <table cellpadding="6" cellspacing="0" border="0" width="100%"><tr><td class="alt2" style="border:1px inset"><div>
    Oorspronkelijk geplaatst door <strong>Jürgen de Wit</strong>
    <a href="showthread.php?s=0a&amp;p={number}#post{number}" rel="nofollow"><img class="inlineimg" src="viewpost.gif" alt="Bekijk" /></a></div>
    <div style="font-style:italic">w&eacute;&eacute;r te laat</div></td></tr></table></div>"""


def vb4_quote(number):
    return f"""<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div class="bbcode_quote_container"></div>
    <div class="bbcode_postedby"><img src="quote_icon.png" alt="Citaat" /> Oorspronkelijk geplaatst door <strong>Jürgen de Wit</strong>
    <a href="showthread.php?s=0a&amp;p={number}#post{number}" rel="nofollow"><img class="inlineimg" src="viewpost-right.png" /></a></div>
    <div class="message">w&eacute;&eacute;r te laat</div></div></div></div>"""


def _name(name):
    return name.replace("&", "&amp;")


def vb3(number, name, text, quoted, when, legacy=False):
    """The time stands behind an anchor in a cell of its own (legacy: of the whole head)."""
    user = f'<a class="bigusername" href="member.php?u=7"><b>{_name(name)}</b></a>' if name != "Gast Henk" else name
    date = f'<a name="post{number}"><img class="inlineimg" src="post_old.gif" alt="Oud" border="0" /></a>\n {when}'
    count = f'#<a href="showpost.php?p={number}&amp;postcount=1" id="postcount{number}" name="1"><strong>1</strong></a>'
    head = f'<td class="thead">{date}</td><td class="thead" align="right">{count}</td>' if legacy else (
        f'<td class="thead"><div class="normal" style="float:right">{count}</div><div class="normal">{date}</div></td>')  # fmt: skip
    return f"""<div id="edit{number}"><table class="tborder" id="post{number}" width="100%"><tr>{head}</tr><tr><td class="alt2">
    <div id="postmenu_{number}">{user}<script type="text/javascript"> vbmenu_register("postmenu_{number}", true); </script></div>
    <div class="smallfont">Veteraan</div><div>Join Date: Jan 2011</div></td></tr>
    <tr><td class="alt1" id="td_post_{number}"><div class="smallfont"><strong>Re: Roosters</strong></div><hr size="1" />
    <div id="post_message_{number}">{vb3_quote(quoted) if quoted else ""}{text}</div><div>__________________<br />Mijn handtekening</div>
    <div class="smallfont"><em>Laatst bewerkt door x; 9 mei 2026 om 12:00.</em></div>
    <div><a href="newreply.php?do=newreply&amp;p={number}"><img alt="Reageer" /></a></div></td></tr></table></div>"""


def vb3_legacy(number, name, text, quoted, when):
    return vb3(number, name, text, quoted, when, legacy=True)


def vb4(number, name, text, quoted, when, kind="postbit"):
    user = (
        f"""<div class="popupmenu memberaction"><a class="username offline popupctrl" href="members/7" title="{_name(name)} is offline">
        <strong>{_name(name)}</strong></a><ul class="popupbody"><li>Profiel</li></ul></div><span class="usertitle">Veteraan</span>"""
        if name != "Gast Henk" else f'<span class="username guest">{name}</span><span class="usertitle">Gast</span>'
    )  # fmt: skip
    date, _, time = when.rpartition(" ")
    return f"""<li class="{kind} postbitim postcontainer old" id="post_{number}"><div class="posthead"><span class="postdate old">
    <span class="date">{date}&nbsp;<span class="time">{time}</span></span></span><span class="nodecontrols">
    <a name="post{number}" href="showthread.php?41-Roosters&amp;p={number}#post{number}" class="postcounter" id="post{number}">#1</a></span></div>
    <div class="postdetails"><div class="userinfo"><div class="username_container">{user}</div></div>
    <div class="postbody"><div class="postrow"><h2 class="title icon">Re: Roosters</h2><div class="content"><div id="post_message_{number}">
    <blockquote class="postcontent restore ">{vb4_quote(quoted) if quoted else ""}{text}</blockquote></div></div></div>
    <div class="after_content"><blockquote class="postcontent lastedited">Laatst bewerkt door x</blockquote>
    <blockquote class="signature restore"><div class="signaturecontainer">Mijn handtekening</div></blockquote></div></div></div>
    <div class="postfoot"><a class="newreply">Reageer</a></div></li>"""


def vb4_legacy(number, name, text, quoted, when):
    return vb4(number, name, text, quoted, when, "postbitlegacy")


VARIANTS = [vb3, vb3_legacy, vb4, vb4_legacy]


def posts(variant, form="{:%d-%m-%Y, %H:%M}", hour=1):
    local = [moment + dt.timedelta(hours=hour) for moment in MOMENTS]
    return "".join(
        variant(n, name, text, quoted, form.format(moment))
        for (n, quoted, name, text), moment in zip(POSTS, local, strict=True)
    )


def page(content, variant, navigation="", language="nl", head=""):
    if "vb3" in variant.__name__:
        return f"""<html dir="ltr" lang="{language}"><head><meta name="generator" content="vBulletin 3.8.11" />{head}
        <title>Roosters in de zorg - Pagina 2 - Forum</title><script src="clientscript/vbulletin_menu.js"></script></head><body>
        <table><tr><td class="navbar"><a href="showthread.php?t=41"><img class="inlineimg" /></a> <strong>Roosters in de zorg</strong></td></tr></table>
        {navigation}<div id="posts">{content}<div id="lastpost"></div></div><a href="printthread.php?t=41">Afdrukken</a>
        <table id="similarthreads"><tr><td><a href="showthread.php?t=99">Ander</a></td></tr></table></body></html>"""
    return f"""<html dir="ltr" lang="{language}" id="vbulletin_html"><head><base href="https://forum.invalid/" />
    <meta name="generator" content="vBulletin 4.2.5" />{head}<title>Roosters in de zorg</title></head><body><div id="postpagestats_above" class="postpagestats">
    Resultaten 1 tot 3 van 1.204</div>{navigation}<h1><span class="threadtitle"><a href="threads/41">Roosters in de zorg</a></span></h1>
    <div id="postlist" class="postlist"><ol id="posts" class="posts" start="1">{content}</ol></div>
    <form><input type="hidden" name="searchthreadid" value="41" /></form></body></html>"""


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
def test_every_version_gives_the_same_posts(variant):
    body = page(posts(variant), variant)
    assert vbulletin.matches(body, URL)
    reading = vbulletin.read(body, URL)
    assert [(c.platform_id, c.parent, c.author) for c in reading.comments] == [row[:3] for row in POSTS]
    assert [c.posted_at for c in reading.comments] == MOMENTS
    assert [c.permalink for c in reading.comments] == [
        f"https://forum.invalid/showthread.php?p={n}#post{n}" for n, *_ in POSTS
    ]
    assert (reading.title, reading.thread, reading.language) == (
        "Roosters in de zorg",
        "forum.invalid/showthread.php?t=41",
        "nl",
    )
    assert reading.left_out == ()
    first, second, third = [c.text for c in reading.comments]
    assert (first, third) == ("Ons rooster is wéér te laat.", "Ik ben weg bij die instelling.")
    quote, own = second.split("</blockquote>")
    assert "<blockquote>" in quote
    assert "wéér te laat" in quote
    assert own.replace("</div>", "").strip() == "Bij ons ook, al drie weken."
    for chrome in ("handtekening", "bewerkt", "Veteraan", "Reageer"):
        assert chrome not in second


@pytest.mark.parametrize("variant", [vb3, vb4], ids=lambda variant: variant.__name__)
@pytest.mark.parametrize("form", ["{:%m-%d-%Y, %I:%M %p}", "{:%d-%m-%Y, %H:%M}", "{:%d/%m/%y, %I:%M %p}"])
def test_an_english_board_s_own_dates_tell_the_order_of_day_and_month(variant, form):
    reading = vbulletin.read(page(posts(variant, form, hour=0), variant, language="en"), URL)
    assert [c.posted_at for c in reading.comments] == MOMENTS


def test_german_has_another_name_for_the_zone():
    foot = '<div id="footer_time">Alle Zeitangaben in WEZ +1. Es ist jetzt <span class="time">10:40</span> Uhr.</div></body>'
    body = page(posts(vb4, "{:%d.%m.%Y, %H:%M}"), vb4, language="de").replace("</body>", foot)
    reading = vbulletin.read(body, URL)
    assert ([c.posted_at for c in reading.comments], reading.warnings) == (MOMENTS, [])


@pytest.mark.parametrize("name", ["footer_time", "text-center clearfix"])
def test_a_board_s_own_way_of_writing_the_hour(name):
    foot = (
        f'<div class="{name}">Fuseau horaire GMT +1. Il est actuellement <span class="time">12h23</span>.</div></body>'
    )
    body = page(posts(vb4, "{:%d/%m/%Y, %Hh%M}"), vb4, language="fr").replace("</body>", foot)
    reading = vbulletin.read(body, URL)
    assert ([c.posted_at for c in reading.comments], reading.warnings) == (MOMENTS, [])


def test_dates_of_which_nothing_tells_the_order_stay_empty():
    reading = vbulletin.read(page(vb3("1", "Ria", "Hoi", None, "03-02-2026, 10:30 AM"), vb3, language="en"), URL)
    assert reading.comments[0].posted_at is None
    assert any("cannot be told apart" in warning for warning in reading.warnings)


@pytest.mark.parametrize("variant", [vb3, vb4], ids=lambda variant: variant.__name__)
@pytest.mark.parametrize(
    "code",
    [
        '<div style="margin:20px"><div class="smallfont">Code:</div><pre class="alt2" dir="ltr">rooster()</pre></div>',
        '<div class="bbcode_container"><div class="bbcode_description">Code:</div><pre class="bbcode_code">rooster()</pre></div>',
    ],
)
def test_code_is_no_quote_and_its_caption_not_of_the_author(variant, code):
    text = f'{code}<div class="smallfont">Zo dus.</div>'
    (comment,) = vbulletin.read(page(variant("1", "Ria", text, None, "1-2-2026"), variant), URL).comments
    assert "<blockquote" not in comment.text
    assert "rooster()" in comment.text and "Zo dus." in comment.text
    assert "Code:" not in comment.text


NAV3 = """<div class="pagenav"><table><tr><td class="vbmenu_control">Pagina 2 van 3</td>
<td class="alt1"><a class="smallfont" rel="start" href="showthread.php?s=0a&amp;t=41" title="Resultaten 1 tot 3 van 8">1</a></td>
<td class="alt2"><span class="smallfont" title="Resultaten 4 tot 6 van 8"><strong>2</strong></span></td>
<td class="alt1"><a class="smallfont" href="showthread.php?s=0a&amp;t=41&amp;page=3" title="Resultaten 7 tot 8 van 8">3</a></td></tr></table></div>"""
NAV4 = """<div id="pagination_top" class="pagination_top"><form class="pagination popupmenu"><span><a href="threads/41-Roosters?s=0a" title="Resultaten 1 tot 3 van 8">1</a></span>
<span class="selected"><a href="javascript://">2</a></span><span><a href="threads/41-Roosters/page3?s=0a" title="Resultaten 7 tot 8 van 8">3</a></span>
<span class="prev_next"><a rel="next" href="threads/41-Roosters/page3?s=0a" title="Volgende">&gt;</a></span></form></div>"""


def test_a_middle_page_of_version_3():
    reading = vbulletin.read(page(posts(vb3), vb3, NAV3), URL + "&page=2")
    assert reading.next_links == [URL, URL + "&page=3"]
    assert (reading.announced, reading.thread) == (8, "forum.invalid/showthread.php?t=41")


def test_first_and_last_page_of_version_3():
    assert vbulletin.read(page(posts(vb3), vb3, NAV3), URL).next_links == [URL + "&page=3"]
    assert vbulletin.read(page(posts(vb3), vb3, NAV3), URL + "&page=3").next_links == [URL]


def test_a_middle_page_of_version_4_with_rewritten_addresses():
    here = "https://forum.invalid/threads/41-Roosters/page2"
    reading = vbulletin.read(page(posts(vb4), vb4, NAV4, head=f'<link rel="canonical" href="{here}?s=0a" />'), here)
    assert reading.next_links == [
        "https://forum.invalid/threads/41-Roosters",
        "https://forum.invalid/threads/41-Roosters/page3",
    ]
    assert (reading.announced, reading.thread) == (1204, "forum.invalid/showthread.php?t=41")


def test_a_thread_whose_number_stands_nowhere_is_named_by_its_address():
    body = page(posts(vb4), vb4).replace("searchthreadid", "q")
    for address in ("https://Forum.invalid/zorg/roosters/", "https://forum.invalid/zorg/roosters/page2"):
        assert vbulletin.read(body, address).thread == "forum.invalid/zorg/roosters"


@pytest.mark.parametrize(
    ("address", "own", "others"),
    [
        ("showthread.php?t=41", "showthread.php?t=41&amp;page=2", ["showthread.php?t=9&amp;page=2", "showthread.php?t=41&amp;goto=nextnewest"]),
        ("showthread.php?41-Roosters", "showthread.php?41-Roosters/page2", ["showthread.php?341-Ander/page2"]),
        ("zorg/41-roosters.html", "zorg/41-roosters-2.html", ["zorg/9-roosters-2.html", "zorg/"]),
        ("zorg/roosters-2026.html", "zorg/roosters-2026-2.html", ["zorg/ander-2.html"]),
        ("zorg/roosters-2026-2.html", "zorg/roosters-2026.html", ["zorg/ander.html"]),
        ("showthread.php?p=102", "threads/41-Roosters/page2", ["threads/9-Ander/page2"]),
    ],
)  # fmt: skip
def test_pages_of_another_thread_are_no_pages_of_this_one(address, own, others):
    links = "".join(f'<div class="pagenav"><a href="/{href}">2</a></div>' for href in [own, *others])
    reading = vbulletin.read(page(posts(vb3), vb3, links), f"https://forum.invalid/{address}")
    assert reading.next_links == [f"https://forum.invalid/{own.replace('&amp;', '&')}"]


@pytest.mark.parametrize(
    "form",
    [
        '<div style="margin:20px; margin-top:5px; "><div width="100%"><div class="alt2"><div class="tcat" style="margin-bottom: 3px">{}</div>{}</div></div></div>',
        '<div style="margin:20px; margin-top:5px; "><div class="smallfont">Citaat:</div><div>{}</div><div class="postquote">{}</div></div>',
        '<div style="margin:1rem; margin-top:0.3rem;"><div><label>Citaat:</label></div><div class="panel alt2"><div>{}</div><div>{}</div></div></div>',
        "<section><header>{}</header>{}</section>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("sign", ['<img src="viewpost.gif">', '<span class="sprite viewpost">Bekijk</span>'])
def test_a_quote_in_a_frame_without_a_table(form, sign):
    heading = (
        f'Bericht van <strong>Jan</strong> <a href="zorg/41-roosters-post101.html#post101" rel="nofollow">{sign}</a>'
    )
    text = form.format(heading, "Het rooster klopt niet.") + "Bij ons wel."
    (comment,) = vbulletin.read(page(vb3("102", "Ria", text, None, "1-2-2026"), vb3), URL).comments
    assert comment.parent == "101"
    quoted, own = comment.text.split("</blockquote>")
    assert (own, quoted.startswith("<blockquote>"), "Het rooster klopt niet." in quoted) == ("Bij ons wel.", True, True)


def test_an_author_s_own_link_to_a_post_is_no_quote():
    text = 'Zie <b>hier</b> <a href="showthread.php?p=7#post7">dit bericht</a> <a href="showthread.php?p=8#post8"><img src="x"></a>.'
    (comment,) = vbulletin.read(page(vb3("102", "Ria", text, None, "1-2-2026"), vb3), URL).comments
    assert "<blockquote" not in comment.text


def test_one_number_below_all_posts_is_no_post_and_a_title_below_the_head_is_a_title():
    body = page(posts(vb3), vb3).replace("<title>", "<div></div><title>").replace('class="navbar"', "")
    body = body.replace(
        "Mijn handtekening", 'Mijn handtekening<div id="td_post_1162"><a href="newreply.php">Citeer</a></div>'
    )
    reading = vbulletin.read(body, URL)
    assert ([c.platform_id for c in reading.comments], reading.left_out) == (["101", "102", "103"], ())
    assert reading.title == "Roosters in de zorg"


def test_a_quote_in_a_signature_is_no_answer():
    signed = '<table><tr><td class="alt2"><a href="showthread.php?p=7#post7"><img></a></td></tr></table>'
    body = page(posts(vb3), vb3).replace("Mijn handtekening", signed)
    assert [c.parent for c in vbulletin.read(body, URL).comments] == [row[1] for row in POSTS]


DELETED3 = '<table class="tborder" id="post104"><tr><td class="thead">1-2-2026</td></tr><tr><td class="alt2">Verwijderd door Ria.</td></tr></table>'
DELETED4 = '<li class="postbitdeleted postbit" id="post_104"><div class="posthead">Verwijderd door Ria.</div></li>'


@pytest.mark.parametrize(("variant", "deleted"), [(vb3, DELETED3), (vb4, DELETED4)], ids=["vb3", "vb4"])
def test_deleted_posts_are_counted(variant, deleted):
    reading = vbulletin.read(page(posts(variant) + deleted, variant), URL)
    assert (len(reading.comments), reading.left_out) == (3, ("104",))


@pytest.mark.parametrize("variant", [vb3, vb4], ids=lambda variant: variant.__name__)
def test_a_page_cut_in_the_middle_gives_what_arrived(variant):
    whole = page(posts(variant), variant)
    (reading,) = platforms.pages(whole[: whole.index('id="post_message_103"')], URL)
    assert ([c.platform_id for c in reading.comments], reading.left_out) == (["101", "102"], ())


def test_a_list_of_threads_of_version_3():
    body = """<html lang="nl"><head><script src="clientscript/vbulletin_global.js"></script></head><body><table id="threadslist"><tr><td id="td_threadtitle_1">
    <a href="showthread.php?s=0a&amp;t=1" id="thread_title_1">Een</a></td></tr></table><div class="pagenav"><a href="forumdisplay.php?f=3&amp;page=2">2</a></div></body></html>"""
    reading = vbulletin.read(body, "https://forum.invalid/forumdisplay.php?f=3")
    assert vbulletin.matches(body, "")
    assert (reading.thread, reading.comments) == (None, [])
    assert reading.next_links == [
        "https://forum.invalid/showthread.php?t=1",
        "https://forum.invalid/forumdisplay.php?f=3&page=2",
    ]


def test_a_list_of_threads_of_version_4():
    body = """<html lang="nl" id="vbulletin_html"><head><base href="https://forum.invalid/"></head><body><ol id="threads" class="threads"><li class="threadbit" id="thread_1">
    <h3 class="threadtitle"><a class="title" href="threads/1-Een" id="thread_title_1">Een</a></h3></li></ol></body></html>"""
    assert vbulletin.read(body, "https://forum.invalid/forums/3-Zorg").next_links == [
        "https://forum.invalid/threads/1-Een"
    ]


def test_a_thread_without_posts_is_still_a_thread():
    reading = vbulletin.read(page("", vb4), URL)
    assert (reading.thread, reading.comments) == ("forum.invalid/showthread.php?t=41", [])


@pytest.mark.parametrize(
    "body",
    [
        "", "vBulletin 3",
        '<html><body class="single"><ol class="commentlist"><li id="comment-1">vBulletin</li></ol></body></html>',
        '<html><head><meta name="generator" content="vBulletin 5.6.4"></head><body id="vbulletin_html"></body></html>',
    ],
)  # fmt: skip
def test_pages_of_others_are_not_matched(body):
    assert not vbulletin.matches(body, URL)
