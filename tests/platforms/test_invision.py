"""Invision Community: the same posts in IP.Board 3, IPS 4 and IPS 5 must be read alike."""

from __future__ import annotations

import datetime as dt
import json
import time
from html import escape

import pytest

from pipeline.platforms import invision

TOPIC = "https://forum.invalid/topic/7-wie-belt-er"
#: number, parent, author, words, minute
POSTS = [
    ("101", None, "Anneke", "Niemand nam op.", 0),
    ("102", "101", "Jürgen & Co", "Bij ons ook niet.", 5),
    ("103", None, "Gast Bob", "Ik wel.", 9),
]
WORDPRESS = """<html><head><link href="/wp-content/x.css"><meta name="generator" content="WordPress 6.1"></head>
<body class="single"><ol class="commentlist"><li id="comment-1" class="comment"><div class="comment-content">Ja</div></li></ol></body></html>"""


def when(minute: int) -> dt.datetime:
    return dt.datetime(2026, 3, 2, 9, minute, tzinfo=dt.UTC)


def quote_data(n, name, minute):
    facts = {
        "userid": 5,
        "username": name,
        "timestamp": int(when(minute).timestamp()),
        "contentapp": "forums",
        "contentid": 7,
    }
    return escape(json.dumps(facts), quote=True)


def ips_quote(parent):
    return f"""<blockquote class="ipsQuote" data-ipsquote="" data-ipsquote-contentcommentid="{parent}" data-ipsquote-contentid="7"
    data-ipsquote-username="Anneke"><div class="ipsQuote_citation">Zei:</div><div class="ipsQuote_contents"><p>Eerder.</p></div></blockquote>"""


def ips4(n, parent, name, text, minute):
    link = f"<a href='https://forum.invalid/profile/5/' class='ipsType_break'>{escape(name)}</a>"
    if name.startswith("Gast"):
        link = escape(name)
    return f"""<a id='comment-{n}'></a><article id='elComment_{n}' class='cPost ipsBox ipsComment ipsComment_parent'>
    <div class='cAuthorPane_mobile'><h3 class='ipsType_sectionHead cAuthorPane_author'>{link}<span class='ipsRepBadge'>0</span></h3></div>
    <aside class='ipsComment_author cAuthorPane'><h3 class='cAuthorPane_author'><strong>{link}</strong></h3>
    <ul class='cAuthorPane_info'><li>Leden</li><li><time datetime='2020-01-07T01:43:09Z'>lid sinds</time></li></ul></aside>
    <div id='comment-{n}_wrap' data-controller='core.front.core.comment' data-commentID="{n}" data-quoteData='{quote_data(n, name, minute)}' class='ipsComment_content'>
    <div class='ipsComment_meta'><time datetime='{when(minute):%Y-%m-%dT%H:%M:%SZ}'>2 maart</time><span>(bewerkt)</span></div>
    <div class='cPost_contentWrap'><div data-role='commentContent' class='ipsType_normal ipsType_richText'>{ips_quote(parent) if parent else ""}<p>{text}</p>
    <span class='ipsType_light' data-excludequote><strong>Bewerkt door iemand</strong></span></div>
    <div data-role="memberSignature" class='ipsType_richText'>Handtekening</div>
    <div class='ipsItemControls'><ul data-role='commentControls'><li>Citeer</li></ul></div></div></div></article>"""


def ips5(n, parent, name, text, minute):
    stamp = f"<time datetime='{when(minute):%Y-%m-%dT%H:%M:%SZ}'>2 maart</time>"
    user = f"<h3 class='ipsEntry__username'><a href='#' class='ipsUsername'>{escape(name)}</a></h3>"
    return f"""<article data-ips-hook='postWrapper' id='elComment_{n}' class='ipsEntry js-ipsEntry'>
    <aside class='ipsEntry__author-column'>{user}<div class='ipsEntry__group'>Leden</div></aside>
    <div id='comment-{n}_wrap' data-commentid='{n}' data-quotedata='{quote_data(n, name, minute)}' class='ipsEntry__content'>
    <div class='ipsEntry__post'><div class='ipsEntry__meta'><span class='ipsEntry__date'>{stamp}</span></div>
    <div data-ips-hook='postContent' class='ipsRichText' data-role='commentContent'>{ips_quote(parent) if parent else ""}<p>{text}</p></div>
    <div class='ipsEntry__signature' data-role='memberSignature'>Handtekening</div></div>
    <div class='ipsEntry__footer'><div class='ipsReact'><a class='ipsUsername'>Iemand</a></div></div></div></article>"""


def ipboard3(n, parent, name, text, minute):
    quote = f'<blockquote class="ipsBlockquote" data-author="Anneke" data-cid="{parent}" data-time="1"><p>Eerder.</p></blockquote>'
    user = f"<a class='url fn name' href='#'><span itemprop='name'>{escape(name)}</span></a>"
    if name.startswith("Gast"):
        user = escape(name)
    return f"""<div class='post_block hentry clear clearfix' id='post_id_{n}'><a id='entry{n}'></a><div class='post_wrap'>
    <h3 class='row2'><span class='post_id right'><a data-entry-pid='{n}' rel='bookmark' href='#entry{n}'>#1</a></span>
    <span itemprop="creator name" class="author vcard">{user}</span></h3>
    <div class='author_info'><div class='user_details'><span class='hide' itemprop="name">x</span><ul><li>Leden</li></ul></div></div>
    <div class='post_body'><p class='posted_info'>Geplaatst <abbr class="published" itemprop="commentTime" title="{when(minute).isoformat()}">2 maart</abbr></p>
    <div itemprop="commentText" class='post entry-content '>{quote if parent else ""}<p>{text}</p><p class='edit'><strong>Bewerkt door X</strong></p>
    <div id='attach_wrap'>bijlage.zip</div></div><div class="signature">Handtekening</div>
    <ul class='post_controls'><li>Citeer</li></ul></div></div></div>"""


def page(theme, posts=POSTS, extra="", canonical=TOPIC + "/"):
    inner = "".join(theme(*post) for post in posts)
    if theme is ipboard3:
        return f"""<html xml:lang="nl" lang="nl"><head><title>Wie belt er? - Forum</title><link rel="canonical" href="{canonical}"></head>
        <body id='ipboard_body'><h1 itemprop="name" class='ipsType_pagetitle'>Wie belt er?</h1>
        <meta itemprop="interactionCount" content="UserComments:3">{extra}<div class='topic hfeed'><div id='ips_Posts'>{inner}</div></div></body></html>"""
    described = {
        "@context": "http://schema.org", "@type": "DiscussionForumPosting",
        "interactionStatistic": [
            {"@type": "InteractionCounter", "interactionType": "http://schema.org/ViewAction", "userInteractionCount": 900},
            {"@type": "InteractionCounter", "interactionType": "http://schema.org/CommentAction", "userInteractionCount": 2},
        ],
        "comment": [{"@type": "Comment"}] * max(len(posts) - 1, 0),
    }  # fmt: skip
    heading = "<h1 class='ipsType_pageTitle'><span><a class='ipsTag_prefix'>Vraag</a></span><span class='ipsType_break'><span>Wie belt er?</span></span></h1>"
    if theme is ips5:
        heading = "<header class='ipsPageHeader'><h1 data-ips-hook='title'>Wie belt er?</h1></header>"
    return f"""<!DOCTYPE html><html lang="nl-NL"><head><title>Wie belt er? - Forum</title><link rel="canonical" href="{canonical}">
    </head><body class='ipsApp ipsApp_front' data-controller='core.front.core.app' data-pageApp='forums' data-pageController='topic'>{heading}
    {extra}<div data-role='commentFeed'>{inner}</div><script type='application/ld+json'>{json.dumps(described)}</script></body></html>"""


@pytest.mark.parametrize("theme", [ips4, ips5, ipboard3], ids=lambda theme: theme.__name__)
def test_every_version_gives_the_same_posts(theme):
    body = page(theme)
    assert invision.matches(body, TOPIC)
    found = invision.read(body, TOPIC + "/")
    assert [(c.platform_id, c.parent, c.author) for c in found.comments] == [post[:3] for post in POSTS]
    assert [c.posted_at for c in found.comments] == [when(post[4]) for post in POSTS]
    assert [c.text.rpartition("</blockquote>")[2].strip() for c in found.comments] == [
        f"<p>{post[3]}</p>" for post in POSTS
    ]
    assert found.comments[1].text.startswith("<blockquote")
    assert (found.title, found.thread, found.announced, found.left_out) == (
        "Wie belt er?",
        "forum.invalid/topic/7",
        3,
        (),
    )
    assert found.comments[1].permalink == f"{TOPIC}/?do=findComment&comment=102#comment-102"


def test_earlier_versions_count_the_first_post_among_the_comments():
    body = page(ips4).replace('"comment": [', '"comment": [{"@type": "Comment"}, ').replace(": 2}", ": 3}")
    assert invision.read(body, TOPIC).announced == 3


def test_a_quote_from_another_topic_has_no_parent_here():
    body = page(ips4).replace('data-ipsquote-contentid="7"', 'data-ipsquote-contentid="8"')
    assert [c.parent for c in invision.read(body, TOPIC).comments] == [None, None, None]


def test_old_quotes_become_blockquotes():
    old = """<p class='citation'><a class='snapback' rel='citation' href='/index.php?app=forums&amp;section=findpost&amp;pid=101'>x</a>Anneke zei:</p>
    <div class="blockquote"><div class='quote'>Een <div class="blockquote"><div class='quote'>Nul</div></div></div></div>"""
    body = page(ipboard3, POSTS[:2]).replace("<p>Bij ons", old + "<p>Bij ons").replace(' data-cid="101"', "")
    reply = invision.read(body, TOPIC).comments[1]
    assert reply.parent == "101"
    assert "Anneke zei" not in reply.text
    assert reply.text.count("<blockquote") == reply.text.count("</blockquote>") == 3


NAVIGATION = """<ul class='ipsPagination' data-pages='3'><li class='ipsPagination_prev'><a href='{t}/page/{p}/#comments' rel='prev'>&lt;</a></li>
<li class='ipsPagination_page'><a href='{t}/#comments' data-page='1'>1</a></li><li><a href='{t}/page/2/#comments' data-page='2'>2</a></li>
<li><a href='{t}/page/3/#comments'>3</a></li><li><a href='https://forum.invalid/topic/8-anders/page/2/'>x</a></li></ul>"""


@pytest.mark.parametrize(
    ("here", "links"),
    [
        (TOPIC + "/", [TOPIC + "/page/2/", TOPIC + "/page/3/"]),
        (TOPIC + "/page/2/", [TOPIC + "/", TOPIC + "/page/3/"]),
        (TOPIC + "/page/3/?tab=comments#comment-3", [TOPIC + "/page/2/", TOPIC + "/"]),
    ],
)
def test_the_other_pages_of_a_topic(here, links):
    before = 2 if "3" in here[30:] else 1
    navigation = NAVIGATION.format(t=TOPIC, p=before).replace("/page/1/", "/")
    found = invision.read(page(ips4, extra=navigation, canonical=here.partition("?")[0]), here)
    assert (found.next_links, found.thread) == (links, "forum.invalid/topic/7")


@pytest.mark.parametrize(
    ("url", "thread", "number"),
    [
        ("https://Forum.invalid/index.php?/topic/7-wie/page/2/", "forum.invalid/index.php?/topic/7", "2"),
        ("https://forum.invalid/index.php?showtopic=7&st=20", "forum.invalid/index.php?showtopic=7", "st20"),
        ("https://forum.invalid/topic/7-wie/page__st__40", "forum.invalid/topic/7", "st40"),
        ("https://forum.invalid/topic/7-wie/page-3", "forum.invalid/topic/7", "3"),
        ("https://forum.invalid/topic/7-wie/?page=4&tab=comments", "forum.invalid/topic/7", "4"),
        ("https://forum.invalid/topic/7-wie/?do=findComment&comment=9", "forum.invalid/topic/7", "1"),
        ("https://forum.invalid/blogs/entry/5-stuk/?page=2", "forum.invalid/blogs/entry/5-stuk", "2"),
    ],
)
def test_addresses(url, thread, number):
    assert invision.invision_links.place(url)[:2] == (thread, number)


def test_a_listing_leads_to_topics_forums_and_its_other_pages():
    body = """<html lang="nl"><body class='ipsApp ipsApp_front' data-pageController='forums'><div id='ipsLayout_mainArea'>
    <h4><a href='/topic/7-wie-belt-er/'>Wie</a></h4><a href='/topic/7-wie-belt-er/?do=getLastComment'>laatste</a>
    <a href='/topic/8-anders/'>Anders</a><a href='/forum/2-werk/'>Werk</a><a href='/profile/5-anneke/'>Anneke</a>
    <ul class='ipsPagination'><li><a href='/forum/1-alles/page/2/'>2</a></li></ul></div></body></html>"""
    found = invision.read(body, "https://forum.invalid/forum/1-alles/")
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [
        "https://forum.invalid/topic/7-wie-belt-er/", "https://forum.invalid/topic/8-anders/",
        "https://forum.invalid/forum/2-werk/", "https://forum.invalid/forum/1-alles/page/2/",
    ]  # fmt: skip


def test_a_topic_without_posts_and_posts_without_a_text():
    empty = invision.read(page(ips4, []), TOPIC)
    assert (empty.comments, empty.thread) == ([], "forum.invalid/topic/7")
    hidden = "<div class='post_block' id='post_id_104'><div class='post_wrap'>Dit bericht is verwijderd</div></div>"
    found = invision.read(page(ipboard3).replace("<div id='ips_Posts'>", "<div id='ips_Posts'>" + hidden), TOPIC)
    assert (len(found.comments), found.left_out) == (3, ("104",))


@pytest.mark.parametrize("theme", [ips4, ipboard3], ids=lambda theme: theme.__name__)
def test_hidden_posts_are_in_the_number_of_ipboard_3_alone(theme):
    hidden = {
        ips4: ips4("104", None, "Weg", "Verborgen.", 20).replace("ipsComment_parent", "ipsModerated"),
        ipboard3: "<div class='post_block' id='post_id_104'><div class='post_wrap'>Dit bericht is verborgen</div></div>",
    }[theme]
    first = f"id='{'elComment_' if theme is ips4 else 'post_id_'}101'"
    body = page(theme)
    begin = body.rindex("<", 0, body.index(first))
    found = invision.read(body[:begin] + hidden + body[begin:], TOPIC)
    assert [c.platform_id for c in found.comments] == ["101", "102", "103"]
    assert found.left_out == (("104",) if theme is ipboard3 else ())


def test_an_advertisement_in_a_post_is_not_its_text():
    body = page(ips4).replace("<p>Ik wel.", "<div data-nosnippet><p>Advertentie</p></div><p>Ik wel.")
    assert "Advertentie" not in invision.read(body, TOPIC).comments[2].text


def test_a_member_s_name_without_a_link_beside_the_post():
    named = "<div class='author_info'><ul class='basic_info'><li class='desc'>Titel</li><li class='author'> Anneke <span></span></li></ul></div>"
    post = f"<div class='post_block' id='post_id_5'>{named}<div class='post_body'><h3><abbr class='published' title='2026-03-02T09:00:00+00:00'>toen</abbr></h3>"
    body = f"<html><body id='ipboard_body'>{post}<div class='post entry-content'>Niemand nam op.</div></div></div></body></html>"
    (comment,) = invision.read(body, TOPIC).comments
    assert (comment.author, comment.posted_at) == ("Anneke", when(0))


@pytest.mark.parametrize("body", [WORDPRESS, "", "ipsApp", "<body class='app'>ipsApp</body>"])
def test_other_pages_are_not_recognised(body):
    assert not invision.matches(body, "https://forum.invalid/topic/7-x/")


@pytest.mark.parametrize("theme", [ips4, ips5, ipboard3], ids=lambda theme: theme.__name__)
def test_a_page_that_breaks_off_gives_the_posts_before(theme):
    body = page(theme)
    found = invision.read(body[: body.rindex("Ik wel.") - 40], TOPIC)
    assert [c.platform_id for c in found.comments] == ["101", "102"]


def test_broken_facts_fall_back_on_what_is_shown():
    body = page(ips4).replace("data-quoteData='{", "data-quoteData='{{")
    found = invision.read(body, TOPIC).comments
    assert [(c.author, c.posted_at) for c in found] == [(post[2], when(post[4])) for post in POSTS]


def test_many_posts_are_read_fast():
    body = page(ips4, [(str(n), str(n - 1), "Anneke", "Woorden " * 50, n % 60) for n in range(1000, 1200)])
    begin = time.process_time()
    assert len(invision.read(body, TOPIC).comments) == 200
    assert time.process_time() - begin < 2
