"""Tweakers, FOK!forum and GeenStijl: templates of their own. The pages are made up, in the structure that the modules name."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pipeline.clean.markup import html_lines
from pipeline.platforms import fok, geenstijl, tweakers, wordpress

HOST = "https://forum.invalid"
#: id, parent, author, text
POSTS = [
    ("101", None, "Anna", "Wie maakt het rooster?"),
    ("102", None, "Zoë &amp; Co", "De planner.<br>\nDenk ik."),
    ("103", "102", "Cees", "Zeker niet."),
]
NAMES = ["Anna", "Zoë & Co", "Cees"]
TIMES = [dt.datetime(2026, 3, 2, 9 + n, 15, tzinfo=dt.UTC) for n in range(3)]

# Tweakers' forum

TOPIC = f"{HOST}/forum/list_messages/1908"
ASSETS = '<link rel="stylesheet" href="https://tweakers.net/x/styles/forum/forum.css"><script>var tweakersConfig = {};</script>'


def got_post(row, n):
    number, parent, author, text = row
    quote = ""
    if parent:
        quote = f"""<blockquote><div class="message-quote-div"><b><a href="{HOST}/forum/list_message/{parent}#{parent}" rel="external nofollow"
        class="messagelink">Zoë schreef op maandag 2 maart 2026 @ 11:15</a>:</b><br>De planner.</div></blockquote>"""
    return f"""<div class="message" data-message-id="{number}" data-owner-id="7{number}"><a name="{number}"></a>
    <div class="messageheader"><hr><div class="date"><p><a href="{HOST}/forum/list_message/{number}#{number}" rel="nofollow">
    <span data-shortdate="2 maart 2026" data-time="10:15" data-timestamp="{int(TIMES[n].timestamp())}"><span>maandag 2 maart 2026</span></span></a></p></div>
    <div class="message_actions"><span>Acties: </span><ul class="action_list"><li class="rating"><span class="ratingcount">+1</span></li></ul></div></div>
    <div class="poster avatar"><hr><div class="userklipklap"><ul><li class="username"><span class="user">{author}</span></li><li>Registratie: Mei 2008</li></ul></div>
    <div class="userheader"><p class="username"><a href="https://tweakers.net/gallery/7{number}" class="user ellipsis crew">{author}</a></p>
    <div class="title">Redacteur</div><p class="usertitle">Belg.</p></div><div class="contributors">Mede-auteur:
    <p class="username ellipsis"><a class="user crew">Iemand anders</a></p></div></div>
    <div class="post"><div class="messagecontent">{quote}{text}<p class="edit">[Voor 3% gewijzigd door <a href="#">{author}</a> op 02-03-2026 16:11]</p></div>
    <p class="signature">Sony A7R</p></div><div class="clear"></div></div>"""


def got(posts, current=1):
    pages = "".join(
        f'<span class="ctaButton selected current">{n}</span> '
        if n == current
        else f'<a href="{TOPIC}/{n - 1}">{n}</a> '
        for n in (1, 2, 3)
    )
    return f"""<!doctype html><html dir="ltr" lang="NL"><head><title>Rooster - Werk - GoT</title><link rel="canonical" href="{TOPIC}">{ASSETS}</head><body>
    <ul class="breadcrumb"><li><a href="{HOST}/forum/list_topics/43">Werk</a></li></ul>
    <div id="title"><h1>Rooster <a href="{HOST}/forum/list_messages/1676"><img src="x.png" alt="Vorige deel"></a></h1></div>
    <div class="pageIndex"><span class="pageDistribution"><span class="label">Pagina:</span> {pages}
    <a href="{TOPIC}/{current}" class="ctaButton secondary next">Volgende</a> <a href="{TOPIC}/last" class="last">Laatste</a></span></div>
    <div id="content">{posts}</div></body></html>"""


def test_a_topic_of_tweakers():
    body = got("".join(got_post(row, n) for n, row in enumerate(POSTS)))
    assert tweakers.matches(body, TOPIC)
    page = tweakers.read(body, TOPIC)
    assert [(c.platform_id, c.parent) for c in page.comments] == [row[:2] for row in POSTS]
    assert [c.author for c in page.comments] == NAMES
    assert [c.posted_at for c in page.comments] == TIMES
    assert [c.text for c in page.comments[:2]] == ["Wie maakt het rooster?", "De planner.<br>\nDenk ik."]
    assert page.comments[2].text.startswith("<blockquote>")
    assert page.comments[2].text.endswith("</blockquote>Zeker niet.")
    assert page.comments[0].permalink == f"{HOST}/forum/list_message/101#101"
    assert (page.title, page.language, page.announced) == ("Rooster", "nl", None)
    assert (page.thread, page.published_at) == ("forum.invalid/forum/list_messages/1908", TIMES[0])


def test_a_post_of_tweakers_that_names_its_author_in_the_small_heading_alone():
    post = got_post(POSTS[0], 0)
    begin, end = post.index('<div class="userheader">'), post.index('<div class="post">')
    [comment] = tweakers.read(got(f"{post[:begin]}</div>{post[end:]}"), TOPIC).comments
    assert comment.author == "Anna"


@pytest.mark.parametrize(
    ("current", "url", "links"),
    [
        (1, TOPIC, ["/1", "/2"]),
        (1, TOPIC + "/0", ["/1", "/2"]),
        (2, TOPIC + "/1", ["/0", "/2"]),
        (3, TOPIC + "/2?x=1#y", ["/0", "/1", "/3"]),
    ],
)
def test_the_other_pages_of_a_topic(current, url, links):
    page = tweakers.read(got(got_post(POSTS[0], 0), current), url)
    assert page.next_links == [TOPIC + link for link in links]
    assert page.thread == "forum.invalid/forum/list_messages/1908"
    assert (page.published_at is None) == (current > 1)


def test_a_list_of_topics_of_tweakers():
    body = f"""<html lang="NL"><head>{ASSETS}</head><table class="listing"><tr><td class="topic"> <a href="{TOPIC}" title="x">Rooster</a>
    <small><a href="{TOPIC}/0" class="firstpage">1</a></small></td><td class="replies"><a class="commentCount" href="{TOPIC}">43</a></td></tr></table>
    <span class="pageDistribution"><a href="{HOST}/forum/list_topics/43/1">2</a></span></html>"""
    assert tweakers.matches(body, HOST)
    page = tweakers.read(body, f"{HOST}/forum/list_topics/43")
    assert (page.thread, page.comments) == (None, [])
    assert page.next_links == [TOPIC, f"{HOST}/forum/list_topics/43/1"]


# Tweakers' articles

NEWS = f"{HOST}/nieuws/212/wie-maakt-het-rooster.html"


def reaction(row, n, inner="", *, answers=None):
    number, _, author, text = row
    to = (
        f'<a href="{NEWS}?showReaction={answers}#r_{answers}" class="replyTo" rel="nofollow">@Zoë</a> &bull; '
        if answers
        else ""
    )
    return f"""<twk-reaction id="r_{number}" class="reactie" data-reaction-id="{number}" data-owner-id="7">
    <div class="reactieBody"><div class="reactieHeader reactionHead"><span class="thumb usericonsmall"><img src="x"></span><span class="reactionMeta">
    <a href="https://tweakers.net/gallery/7/" class="userLink" rel="nofollow">{author}</a><br><div class="karmaCards"><ul><li class="labelCard"><a>Karma</a></li></ul></div>
    {to}<a href="{NEWS}?showReaction={number}#r_{number}" class="date" rel="nofollow">2 maart 2026 {10 + n}:15</a></span>
    <button is="twk-moderation-button" data-message-id="{number}"></button></div>
    <div class="reactieContent">{text}</div><div class="reactieFooter"><a href="#">Reageer</a></div></div>{inner}</twk-reaction>"""


def news(reactions):
    return f"""<!doctype html><html dir="ltr" lang="NL"><head><meta property="og:url" content="{NEWS}">{ASSETS}
    <script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Rooster", "datePublished": "2026-03-02T09:00:00+01:00"}}</script></head><body>
    <div class="headingContent"><h1><span>Wie maakt het rooster?</span></h1></div><div class="articleContent"><div class="article largeWidth">
    <p class="lead">De planner.</p><p>Of niet.</p></div></div><div id="reacties"><h2 class="reactionCount">Reacties <small>(3)</small></h2>
    <span class="reactionCount score-1">2</span><div id="reactieContainer">{reactions}</div></div></body></html>"""


@pytest.mark.parametrize("nested", [True, False])
def test_reactions_below_an_article(nested):
    first, second, third = POSTS
    if nested:
        body = news(reaction(first, 0) + reaction(second, 1, reaction(third, 2, answers="102")))
    else:
        body = news(reaction(first, 0) + reaction(second, 1) + reaction(third, 2, answers="102"))
    assert tweakers.matches(body, NEWS)
    page = tweakers.read(body, NEWS + "?niv=0&sort=time-asc#reacties")
    assert [(c.platform_id, c.parent) for c in page.comments] == [row[:2] for row in POSTS]
    assert [c.author for c in page.comments] == NAMES
    assert [c.posted_at for c in page.comments] == TIMES
    assert [c.text for c in page.comments] == [row[3] for row in POSTS]
    assert page.comments[0].permalink == f"{NEWS}?showReaction=101#r_101"
    assert (page.title, page.opening) == ("Wie maakt het rooster?", "De planner.\n\nOf niet.")
    assert (page.announced, page.published_at) == (3, dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC))
    assert page.thread == "forum.invalid/nieuws/212/wie-maakt-het-rooster.html"


def test_an_article_without_reactions():
    page = tweakers.read(news("").replace("(3)", "(0)"), NEWS)
    assert (page.comments, page.announced) == ([], 0)


# FOK!forum

FOK = f"{HOST}/topic/2500"


def fok_post(row, n, *, old=False):
    number, parent, author, text = row
    quote = ""
    if parent:
        inner = f'<b>Op <a href="{FOK}/1/25#p{parent}">maandag 2 maart 2026 11:15</a> schreef <a href="/user/profile/3">Zoë</a> het volgende:</b><br>De planner.'
        quote = f'<div class="quote">{inner}</div>' if old else f"<blockquote>{inner}</blockquote>"
    member = "" if old else f' data-member="{author}" data-user="7"'
    return f"""<div class="post" id="{number}"{member}><div class="postmain_left"><span class="post_sub"><a class="username" href="/user/profile/7">{author}</a>
    <span class="usertitle">Koning van het forum</span></span><span class="post_time" id="pt{n + 1}">maandag 2 maart 2026 @ {10 + n}:15</span></div>
    <div class="postmain_right">{quote}{text}<br><br>[ Bericht 5% gewijzigd door {author} op 02-03-2026 12:00:00 ]</div></div>"""


def fok_topic(posts):
    return f"""<html lang="nl"><head><title>Rooster - FOK!forum</title></head><body class="listmessages"><div id="pageWrapper">
    <div class="fieldholder breadcrumb"><h1>Rooster</h1></div><a href="{FOK}/1/25">1</a><a href="{FOK}/2/25">2</a><a href="{FOK}/3/25">3</a>
    <a href="{FOK}/1/999">alles</a><a href="{HOST}/topic/9/2/25">ander topic</a>{posts}</div></body></html>"""


@pytest.mark.parametrize("old", [False, True], ids=["2021", "2013"])
def test_a_topic_of_fok(old):
    body = fok_topic("".join(fok_post(row, n, old=old) for n, row in enumerate(POSTS)))
    assert fok.matches(body, FOK)
    page = fok.read(body, f"{FOK}/1/25")
    assert [(c.platform_id, c.parent) for c in page.comments] == [row[:2] for row in POSTS]
    assert [c.author for c in page.comments] == NAMES
    assert [c.posted_at for c in page.comments] == TIMES
    assert [c.text for c in page.comments[:2]] == ["Wie maakt het rooster?", "De planner.<br>\nDenk ik."]
    assert page.comments[2].text.startswith("<blockquote><b>Op ")
    assert page.comments[2].text.endswith("De planner.</blockquote>Zeker niet.")
    assert page.comments[0].permalink == f"{FOK}/1/25#p101"
    assert (page.title, page.thread, page.published_at) == ("Rooster", "forum.invalid/topic/2500", TIMES[0])
    assert page.next_links == [f"{FOK}/2/25", f"{FOK}/3/25"]


def test_parts_of_a_post_of_fok_that_its_author_did_not_write():
    """As the style sheets of readers name them."""
    quote = f"""<blockquote><div class="quoteTitel">quote:</div><div class="quote"><b>Op <a href="{FOK}/1/25#p101">maandag 2 maart 2026 11:15</a>
    schreef <a href="/user/profile/3">Anna</a> het volgende:</b><br>Wie maakt het rooster?</div></blockquote>"""
    post = f"""<div class="post" id="102" data-member="Cees"><div class="postholder_top"><span class="post_time"><a href="{FOK}/1/25#p102">maandag 2 maart 2026 @ 10:15<span
    class="post_sec">:07</span></a> <span class="post_postcount">#2</span></span></div><div class="postholder_bot"><div class="postmain_right"><div class="contents">{quote}Zeker niet.
    <div class="spoilerTitle">SPOILER</div><div class="spoiler">Anna doet het.</div><span class="edit">[ Bericht 5% gewijzigd door Cees ]</span></div>
    <div class="postmain_sig">Op dinsdag vrij</div></div></div></div>"""
    [comment] = fok.read(fok_topic(post), f"{FOK}/1/25").comments
    assert (comment.author, comment.parent) == ("Cees", "101")
    assert comment.posted_at == dt.datetime(2026, 3, 2, 9, 15, 7, tzinfo=dt.UTC)
    lines = [
        (line.text, line.depth > 0) for line in html_lines(comment.text) if line.text and "schreef" not in line.text
    ]
    assert lines == [("Wie maakt het rooster?", True), ("Zeker niet.", False), ("Anna doet het.", False)]


def test_later_pages_of_a_topic_of_fok():
    page = fok.read(fok_topic(fok_post(POSTS[0], 0)), f"{FOK}/2/25")
    assert (page.published_at, page.next_links) == (None, [f"{FOK}/1/25", f"{FOK}/3/25"])
    assert fok.read(fok_topic(""), FOK).comments == []


def test_a_list_of_topics_of_fok():
    body = f'<table class="topiclist_bot"><tr><td class="tTitel"><a href="{FOK}">Rooster</a></td><td class="tLastreply"><a href="{FOK}/last">nu</a></td></tr></table>'
    assert fok.matches(body, f"{HOST}/forum/56")
    page = fok.read(body, f"{HOST}/forum/56")
    assert (page.thread, page.comments, page.next_links) == (None, [], [FOK])


# GeenStijl

ARTICLE = f"{HOST}/5160/wie-maakt-het-rooster/"


def reply(row, n):
    number, _, author, text = row
    return f"""<article class="comment" data-commentid="{number}"><div class="cmt-content"><p>{text}</p></div><footer><a class="username">{author}</a>
    <span class="datetime">02-03-26 | {10 + n}:15</span><a class="vote">+3</a></footer></article>"""


def geen(comments, number=4):
    return f"""<html lang="nl"><head><meta name="twitter:title" content="Wie maakt het rooster?"></head><body><div class="main_content"><article class="main" id="5160">
    <div class="article-intro"><p>De planner.</p></div><div class="article_content"><p>Of niet.</p></div>
    <div class="art-footer"><div class="col-xs-12 col-sm-7"><a rel="author">@Redactie</a> | 02-03-26 | 09:00 | <a id="comment-count">{number} reacties</a></div></div></article>
    <section class="comments">{comments}</section></div></body></html>"""


def test_an_article_of_geenstijl():
    gone = reply(("104", None, "Dirk", "-weggejorist en opgerot-"), 0)
    body = geen(reply(POSTS[0], 0) + reply(POSTS[1], 1) + f'<div class="subcomments">{reply(POSTS[2], 2)}</div>' + gone)
    assert geenstijl.matches(body, ARTICLE)
    page = geenstijl.read(body, ARTICLE)
    assert [(c.platform_id, c.parent) for c in page.comments] == [row[:2] for row in POSTS]
    assert [c.author for c in page.comments] == NAMES
    assert [c.posted_at for c in page.comments] == TIMES
    assert [c.text for c in page.comments] == [f"<p>{row[3]}</p>" for row in POSTS]
    assert (page.title, page.opening) == ("Wie maakt het rooster?", "De planner.\n\nOf niet.")
    assert (page.announced, page.left_out) == (4, ("104",))
    assert page.published_at == dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    assert page.thread == "forum.invalid/5160/wie-maakt-het-rooster"


# All three

PAGES = {
    tweakers: got("".join(got_post(row, n) for n, row in enumerate(POSTS))),
    fok: fok_topic("".join(fok_post(row, n) for n, row in enumerate(POSTS))),
    geenstijl: geen("".join(reply(row, n) for n, row in enumerate(POSTS))),
}


def test_none_takes_another_platforms_page():
    theirs = """<html><link href="/wp-content/x"><body class="single"><p>tweakers.net/x/ forum.fok.nl/topic/1 geenstijl.nl</p>
    <li id="comment-1" class="comment"><div class="comment-content">Ja</div></li></body></html>"""
    assert wordpress.matches(theirs, HOST)
    for module in PAGES:
        assert [one for one in PAGES if module.matches(PAGES[one], HOST)] == [module]
        assert not module.matches(theirs, HOST)
        assert not wordpress.matches(PAGES[module], HOST)


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.NAME)
def test_pages_cut_anywhere_are_read_as_far_as_they_go(module):
    body = PAGES[module]
    counts = [len(module.read(body[:cut], FOK).comments) for cut in range(0, len(body), 61)]
    assert counts == sorted(counts)
    assert counts[-1] == 3


@pytest.mark.parametrize(
    "filler", ["<div>", '<div class="quote">', "<blockquote>", "&", "[ Bericht 5% gewijzigd door ", "<br>"]
)
@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.NAME)
def test_hostile_pages_take_linear_time(module, filler):
    begin = time.process_time()
    page = module.read(PAGES[module].replace("Denk ik.", "Ja " + filler * 8_000), FOK)
    assert time.process_time() - begin < 3
    assert page.comments[0].platform_id == "101"
