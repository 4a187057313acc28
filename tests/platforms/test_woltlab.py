"""WoltLab pages as Burning Board 3 and 4 and Suite Forum 5 and 6 write them, with the same posts in each."""

import datetime as dt
from urllib.parse import urljoin

import pytest

from pipeline.platforms import woltlab

URL = "https://forum.invalid/index.php?thread/41-roosters-in-de-zorg/"
OLD = "https://forum.invalid/index.php?page=Thread&threadID=41"
POSTS = [
    ("101", None, "Jürgen de Wit", "Ons rooster is w&eacute;&eacute;r te laat."),
    ("102", "101", "Fleur & Co", "Bij ons ook, al drie weken."),
    ("103", None, "Gast Henk", "Ik ben weg bij die instelling."),
]
MOMENTS = [dt.datetime(2026, 3, n, 9, 30, tzinfo=dt.UTC) for n in (1, 2, 3)]


def _name(name):
    return name.replace("&", "&amp;")


def wbb3(number, name, text, quoted, moment):
    quote = f"""<blockquote class="quoteBox container-4" cite="index.php?page=Thread&amp;postID={quoted}#post{quoted}"><div class="quoteHeader">
    <h3><img src="quoteS.png" alt="" /><a href="index.php?page=Thread&amp;postID={quoted}#post{quoted}">Citaat van Jürgen de Wit</a></h3></div>
    <div class="quoteBody">w&eacute;&eacute;r te laat</div></blockquote>"""
    user = f'<a href="index.php?page=User&amp;userID=7"><span>{_name(name)}</span></a>' if name != "Gast Henk" else name
    return f"""<div id="postRow{number}" class="message"><div class="messageInner messageLeft dividers container-3"><a id="post{number}"></a>
    <div class="messageSidebar"><div class="messageAuthor"><p class="userName"><img src="offlineS.png" alt="" /> {user}</p>
    <p class="userTitle smallFont">Veteraan</p></div><div class="userCredits"><p>Berichten: 9</p></div></div>
    <div class="messageContent"><div class="messageContentInner color-1"><div class="messageHeader"><p class="messageCount">
    <a href="index.php?page=Thread&amp;postID={number}#post{number}" class="messageNumber">1</a></p><div class="containerIcon"><img id="postEdit{number}" alt="" /></div>
    <div class="containerContent"><p class="smallFont light">zondag, {moment.day} maart 2026, 10:30</p></div></div>
    <h3 id="postTopic{number}" class="messageTitle"><span>Re: Roosters</span></h3><div class="messageBody"><div id="postText{number}">{quote if quoted else ""}{text}</div></div>
    <div class="signature">Mijn handtekening</div><p class="editNote smallFont light">Bewerkt, 9 mei 2026, 12:00</p>
    <div class="messageFooterRight"><ul id="postButtons{number}"><li>Reageer</li></ul></div></div></div></div></div>"""


def wbb4(number, name, text, quoted, moment):
    stamp = f'<time datetime="{moment.isoformat()}" class="datetime" data-timestamp="1" data-date="x">toen</time>'
    quote = f"""<blockquote class="quoteBox container containerPadding quoteBoxSimple" cite="{URL}?postID={quoted}#post{quoted}"><header><h3>
    <a href="{URL}?postID={quoted}#post{quoted}">Citaat van Jürgen de Wit</a></h3></header><div>w&eacute;&eacute;r te laat</div></blockquote>"""
    user = (
        f'<a href="user/7" rel="author" class="userLink" data-user-id="7"><span>{_name(name)}</span></a>'
        if name != "Gast Henk"
        else f"<span>{name}</span>"
    )
    return f"""<li id="post{number}" class="marginTop jsMessage"><article class="wbbPost message messageSidebarOrientationLeft dividers jsClipboardObject" data-post-id="{number}" data-is-deleted="0"
    data-object-id="{number}" data-object-type="com.woltlab.wbb.likeablePost"><div><section class="messageSidebar member"><header><h2 class="username">{user}</h2><h3 class="badge userTitleBadge">Veteraan</h3></header></section>
    <section class="messageContent"><div><header class="messageHeader"><ul class="messageQuickOptions"><li><a href="{URL}?postID={number}#post{number}" class="button jsButtonShare">1</a></li></ul>
    <div class="messageHeadline"><h1><a href="#">Re: Roosters</a></h1><p><a href="{URL}?postID={number}#post{number}" class="permalink">{stamp}</a></p></div></header>
    <div class="messageBody"><div><div class="messageText">{quote if quoted else ""}{text}</div></div><div class="messageSignature"><div>Mijn handtekening</div></div>
    <div class="messageFooter"><p class="messageFooterNote">Bewerkt <time datetime="2026-05-09T12:00:00+02:00"></time></p></div><footer class="messageOptions">Reageer</footer></div></div></section></div></article></li>"""


def suite5(number, name, text, quoted, moment, stamp=None):
    stamp = (
        stamp or f'<time datetime="{moment.isoformat()}" class="datetime" data-timestamp="1" data-date="x">toen</time>'
    )
    quote = f"""<blockquote class="quoteBox collapsibleBbcode jsCollapsibleBbcode collapsed" cite="{URL}?postID={quoted}#post{quoted}"><div class="quoteBoxIcon"><span class="quoteBoxQuoteSymbol"></span></div>
    <div class="quoteBoxTitle"><span class="quoteBoxTitle"><a href="{URL}?postID={quoted}#post{quoted}">Citaat van Jürgen de Wit</a></span></div>
    <div class="quoteBoxContent"><p>w&eacute;&eacute;r te laat</p></div><span class="toggleButton">Alles tonen</span></blockquote>"""
    user = (
        f'<a href="user/7" class="username userLink" data-object-id="7" itemprop="url"><span itemprop="name">{_name(name)}</span></a>'
        if name != "Gast Henk"
        else f'<span class="username" itemprop="name">{name}</span>'
    )
    return f"""<li id="post{number}" class="anchorFixedHeader messageGroupStarter"><article class="wbbPost message messageSidebarOrientationLeft jsClipboardObject jsMessage" data-post-id="{number}" data-is-deleted="0"
    data-object-id="{number}" data-object-type="com.woltlab.wbb.likeablePost" data-user-id="7" itemprop="comment" itemscope itemtype="http://schema.org/Comment">
    <aside role="presentation" class="messageSidebar member" itemprop="author" itemscope itemtype="http://schema.org/Person"><div class="messageAuthor"><div class="userAvatar"></div>
    <div class="messageAuthorContainer">{user}<span class="badge userRank">Beheer</span></div><div class="userTitle"><span class="badge userTitleBadge">Veteraan</span></div></div></aside>
    <div class="messageContent"><header class="messageHeader"><div class="messageHeaderBox"><ul class="messageHeaderMetaData"><li>
    <a href="{URL}?postID={number}#post{number}" class="permalink messagePublicationTime">{stamp}</a></li></ul></div></header>
    <div class="messageBody"><div class="messageText" itemprop="text">{quote if quoted else ""}{text}</div></div><footer class="messageFooter"><div class="messageSignature"><div>Mijn handtekening</div></div>
    <div class="messageFooterNotes"><p class="messageFooterNote">Bewerkt</p></div><div class="messageFooterGroup">Reageer</div></footer></div></article></li>"""


def suite6(number, name, text, quoted, moment):
    return suite5(
        number,
        name,
        text,
        quoted,
        moment,
        f'<woltlab-core-date-time date="{moment.isoformat()}">toen</woltlab-core-date-time>',
    )


VARIANTS = [wbb3, wbb4, suite5, suite6]
COUNTED = """<script type="application/ld+json">{"@context": "http://schema.org", "@type": "DiscussionForumPosting",
"interactionStatistic": {"@type": "InteractionCounter", "interactionType": "https://schema.org/ReplyAction", "userInteractionCount": 6}}</script>"""


def posts(variant):
    return "".join(
        variant(n, name, text, quoted, moment) for (n, quoted, name, text), moment in zip(POSTS, MOMENTS, strict=True)
    )


def page(content, variant=suite5, navigation="", canonical=URL, head=""):
    if variant is wbb3:
        return f"""<html dir="ltr" lang="nl"><head><title>Roosters in de zorg - Forum</title></head><body id="tplThread"><div class="mainHeadline"><div class="headlineContainer">
        <h2 id="threadTitle41"><span id="threadPrefix41" class="prefix"><strong>Vraag</strong></span> <a href="index.php?page=Thread&amp;threadID=41&amp;s=0a">Roosters in de zorg</a></h2></div></div>
        {navigation}{content}<ul class="similarThreads"><li><a href="index.php?page=Thread&amp;threadID=9">Ander</a></li></ul></body></html>"""
    return f"""<html lang="nl"><head><base href="https://forum.invalid/"><title>Roosters in de zorg - Forum</title><link rel="canonical" href="{canonical}">{head}</head>
    <body id="tpl_wbb_thread" data-template="thread" data-application="wbb" data-thread-id="41"><header class="contentHeader boxHeadline" data-thread-id="41" data-is-deleted="0"><h1 class="contentTitle">Roosters in de zorg</h1></header>
    {navigation}<ul class="wbbThreadPostList messageList jsClipboardContainer" data-type="com.woltlab.wbb.post">{content}<li class="messageListNotice">Gesloten</li></ul></body></html>"""


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
def test_every_version_gives_the_same_posts(variant):
    body = page(posts(variant), variant)
    address = OLD if variant is wbb3 else URL
    assert woltlab.matches(body, address)
    reading = woltlab.read(body, address)
    assert [(c.platform_id, c.parent, c.author) for c in reading.comments] == [row[:3] for row in POSTS]
    assert [c.posted_at for c in reading.comments] == MOMENTS
    assert (reading.title, reading.language, reading.left_out) == ("Roosters in de zorg", "nl", ())
    assert all((c.permalink or "").startswith("https://forum.invalid/index.php?") for c in reading.comments)
    assert [(c.permalink or "").rpartition("#post")[2] for c in reading.comments] == ["101", "102", "103"]
    first, second, third = [c.text for c in reading.comments]
    assert (first, third) == ("Ons rooster is wéér te laat.", "Ik ben weg bij die instelling.")
    quote, own = second.split("</blockquote>")
    assert "wéér te laat" in quote
    assert own == "Bij ons ook, al drie weken."
    for chrome in ("Citaat", "Alles tonen", "handtekening", "Bewerkt", "Veteraan", "Reageer"):
        assert chrome not in second


@pytest.mark.parametrize(
    "code",
    [
        '<div class="container codeBox"><hgroup><h1>Broncode</h1></hgroup><dl><dd><pre>rooster()</pre></dd></dl></div>',
        '<div class="container codeBox"><div><div><h3>Broncode</h3></div><ol><li>rooster()</li></ol></div></div>',
        '<div class="codeBox"><div class="codeBoxHeader"><div class="codeBoxHeadline">Broncode</div></div><pre>rooster()</pre></div>',
    ],
)
def test_the_caption_of_code_is_not_of_the_author(code):
    (comment,) = woltlab.read(page(suite5("1", "Ria", f"Zie {code}", None, MOMENTS[0])), URL).comments
    assert "rooster()" in comment.text
    assert "Broncode" not in comment.text


NAV3 = """<div class="pageNavigation"><ul><li><a href="index.php?page=Thread&amp;threadID=41&amp;pageNo=1&amp;s=0a">1</a></li><li class="active"><span>2</span></li>
<li><a href="index.php?page=Thread&amp;threadID=41&amp;pageNo=3&amp;s=0a">3</a></li></ul></div>"""
NAV5 = f"""<nav class="pagination" data-link="{URL}&amp;pageNo=%d" data-pages="3"><ul><li><a href="{URL}">1</a></li><li class="active"><span>2</span></li>
<li><a href="{URL}&amp;pageNo=3">3</a></li></ul></nav>"""
NAV6 = f'<woltlab-core-pagination page="{{}}" count="3" url="{URL}"></woltlab-core-pagination>'


def test_a_middle_page_of_version_3_read_at_the_address_of_a_post():
    reading = woltlab.read(page(posts(wbb3), wbb3, NAV3), "https://forum.invalid/index.php?page=Thread&postID=102")
    assert reading.next_links == [OLD + "&pageNo=1", OLD + "&pageNo=3"]
    assert reading.thread == "forum.invalid/index.php?page=Thread&threadID=41"


def test_a_middle_page_of_version_5():
    reading = woltlab.read(page(posts(suite5), suite5, NAV5, URL + "&pageNo=2"), URL + "&pageNo=2")
    assert reading.next_links == [URL, URL + "&pageNo=3"]
    assert reading.thread == "forum.invalid/index.php?thread/41"


@pytest.mark.parametrize("here", [1, 3])
def test_first_and_last_page_of_version_6(here):
    pages = [URL, URL + "&pageNo=2", URL + "&pageNo=3"]
    reading = woltlab.read(page(posts(suite6), suite6, NAV6.format(here), pages[here - 1]), pages[here - 1])
    assert reading.next_links == [link for link in pages if link != pages[here - 1]]
    assert reading.thread == "forum.invalid/index.php?thread/41"


@pytest.mark.parametrize(
    ("variant", "address", "own", "other"),
    [
        (wbb3, OLD, "index.php?page=Thread&amp;threadID=41&amp;pageNo=2", "index.php?page=Thread&amp;threadID=9&amp;pageNo=2"),
        (suite5, URL, "index.php?thread/41-andere-titel/&amp;pageNo=2", "index.php?thread/9-ander/&amp;pageNo=2"),
        (suite5, "https://forum.invalid/thema/41-roosters/", "/thema/41-roosters/?pageNo=2", "/thema/9-ander/?pageNo=2"),
    ],
    ids=["wbb3", "suite5", "renamed path"],
)  # fmt: skip
def test_pages_of_another_thread_are_no_pages_of_this_one(variant, address, own, other):
    links = f'<div class="pagination pageNavigation"><a href="{own}">2</a></div><ul class="pagination"><a href="{other}">2</a></ul>'
    reading = woltlab.read(page(posts(variant), variant, links, address), address)
    assert reading.next_links == [urljoin("https://forum.invalid/", own.replace("&amp;", "&"))]


def test_announced_counts_the_first_post_too():
    assert woltlab.read(page(posts(suite5), head=COUNTED), URL).announced == 7
    assert woltlab.read(page(posts(suite5)), URL).announced is None


GONE = """<li id="post104"><article class="wbbPost wbbPostDeleted message messageCollapsed" data-post-id="104" data-is-deleted="1"><header class="messageHeader">
<h2 class="messageTitle">Bericht van Kees</h2><p>Verwijderd door Ria</p></header></article></li>"""
GONE3 = '<div class="message messageMinimized" id="hiddenPostInfo104"><div class="messageInner"><a id="post104"></a><p><span>Verwijderd</span></p></div></div>'


@pytest.mark.parametrize(("variant", "deleted"), [(wbb3, GONE3), (suite5, GONE)], ids=["wbb3", "suite5"])
def test_deleted_posts_are_no_comments_and_not_in_the_announced_number(variant, deleted):
    reading = woltlab.read(page(posts(variant) + deleted, variant), URL)
    assert ([c.platform_id for c in reading.comments], reading.left_out) == (["101", "102", "103"], ())


def test_lists_of_threads():
    body = f"""<html lang="nl"><body data-template="board" data-application="wbb"><ol class="tabularList wbbThreadList"><li><h3><a href="{URL}" class="messageGroupLink wbbTopicLink">Een</a></h3></li></ol>
    <nav class="pagination"><ul><li><a href="https://forum.invalid/index.php?board/3-zorg/&amp;pageNo=2">2</a></li></ul></nav></body></html>"""
    reading = woltlab.read(body, "https://forum.invalid/index.php?board/3-zorg/")
    assert (reading.thread, reading.comments) == (None, [])
    assert reading.next_links == [URL, "https://forum.invalid/index.php?board/3-zorg/&pageNo=2"]
    old = """<html lang="nl"><body id="tplBoard"><table class="tableList"><tr><td class="columnTopic"><div class="topic"><p id="threadTitle41">
    <a href="index.php?page=Thread&amp;threadID=41&amp;s=0a">Een</a></p></div></td></tr></table></body></html>"""
    assert woltlab.matches(old, "")
    assert woltlab.read(old, "https://forum.invalid/index.php?page=Board&boardID=3").next_links == [OLD]


@pytest.mark.parametrize(("variant", "address"), [(wbb3, OLD), (suite5, URL)], ids=["wbb3", "suite5"])
def test_an_empty_thread_and_a_page_cut_in_the_middle(variant, address):
    empty = woltlab.read(page("", variant), address)
    assert empty.thread is not None
    assert empty.comments == []
    whole = page(posts(variant), variant)
    assert [c.platform_id for c in woltlab.read(whole[: whole.index("Ik ben weg")], address).comments] == ["101", "102"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "WoltLab",
        '<html><body class="single"><ol class="commentlist"><li id="comment-1">WoltLab Burning Board</li></ol></body></html>',
    ],
)
def test_pages_of_others_are_not_matched(body):
    assert not woltlab.matches(body, URL)
