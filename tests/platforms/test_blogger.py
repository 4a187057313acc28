"""Blogger: the same comments in a threaded theme, two flat ones and both forms of the feed must be read alike."""

from __future__ import annotations

import datetime as dt
import json
from html import escape

import pytest

from pipeline.platforms import blogger, blogger_feed

URL = "https://forum.invalid/2026/03/wie-belt-er.html"
FEED = "https://forum.invalid/feeds/4444444/comments/default"
#: id, parent, author, words
POSTS = [
    ("11", None, "Anneke", "Niemand nam op."),
    ("12", "11", "Jürgen & Co", "Bij ons ook niet."),
    ("13", None, "Anoniem", "Ik wel."),
]
AT = {post[0]: dt.datetime(2026, 3, 2, 9, minute, tzinfo=dt.UTC) for minute, post in enumerate(POSTS)}


def stamp(number):
    return f'<a rel="nofollow" href="{URL}?showComment={int(AT[number].timestamp())}123#c{number}">2 maart 2026 om 01:00</a>'


def threaded(number, parent, name, text):
    replies = "".join(threaded(*post) for post in POSTS if post[1] == number)
    user = (
        escape(name)
        if name == "Anoniem"
        else f'<a href="https://www.blogger.com/profile/1" rel="nofollow">{escape(name)}</a>'
    )
    return f"""<li class="comment" id="c{number}"><div class="avatar-image-container"><img src="x" alt=""/></div><div class="comment-block"><div class="comment-header">
    <cite class="user blog-author">{user}</cite><span class="icon user blog-author"></span><span class="datetime secondary-text">{stamp(number)}</span></div>
    <p class="comment-content">{text}</p><span class="comment-actions secondary-text"><a class="comment-reply" data-comment-id="{number}">Beantwoorden</a>
    <span class="item-control blog-admin"><a href="https://www.blogger.com/delete-comment.g?postID={number}">Verwijderen</a></span></span></div>
    <div class="comment-replies"><div id="c{number}-rt" class="comment-thread inline-thread"><span class="thread-toggle"><span class="thread-count"><a>Reacties</a></span></span>
    <ol id="c{number}-ra" class="thread-chrome"><div>{replies}</div></ol></div></div><div class="comment-replybox-single" id="c{number}-ce"></div></li>"""


def terms(number, parent, name, text):
    """Layouts of 2006: a list of terms."""
    user = (
        escape(name)
        if name == "Anoniem"
        else f"<a href='https://www.blogger.com/profile/1' rel='nofollow'>{escape(name)}</a>"
    )
    return f"""<dt class='comment-author ' id='c{number}'><a name='c{number}'></a><div class="avatar-image-container"><a href="https://www.blogger.com/profile/1"><img src="x"></a></div>
    {user} zei...</dt><dd class='comment-body' id='Blog1_cmt-{number}'><p>{text}</p></dd>
    <dd class='comment-footer'><span class='comment-timestamp'>{stamp(number)}<span class='item-control'><a class='comment-delete'>x</a></span></span></dd>"""


def blocks(number, parent, name, text):
    """Themes of 2017, without threads."""
    return f"""<div class='comment' id='c{number}'><div class='avatar-image-container'></div><div class='comment-block'><div class='comment-author'>{escape(name)} zei...</div>
    <div class='comment-body'>{text}</div><div class='comment-footer'><span class='comment-timestamp'>{stamp(number)}</span></div></div></div>"""


def page(theme, posts=POSTS, extra="", heading="<h4>3 reacties:</h4>"):
    inner = "".join(theme(*post) for post in posts if theme is not threaded or post[1] is None)
    if theme is threaded:
        inner = f'<div id="comment-holder"><div class="comment-thread toplevel-thread"><ol id="top-ra">{inner}</ol></div></div>'
    elif theme is terms:
        inner = f"<dl id='comments-block'>{inner}</dl>"
    return f"""<html dir='ltr' lang='nl'><head><meta content='blogger' name='generator'/><link href='{URL}' rel='canonical'/>
    <link rel="alternate" type="application/atom+xml" title="x - Atom" href="https://forum.invalid/feeds/posts/default" />
    <link rel="alternate" type="application/atom+xml" title="x - Atom" href="{FEED}" /></head><body><div id='Blog1' class='widget Blog'>
    <h3 class='post-title entry-title' itemprop='name'>Wie belt er?</h3><abbr class='published' itemprop='datePublished' title='2026-03-01T08:00:00+01:00'>1 maart</abbr>
    <div class='post-body entry-content'><p>Een storing.</p></div><div class='comments' id='comments'>{heading}{inner}{extra}</div></div></body></html>"""


@pytest.mark.parametrize("theme", [threaded, terms, blocks], ids=lambda theme: theme.__name__)
def test_every_theme_gives_the_same_comments(theme):
    body = page(theme)
    assert blogger.matches(body, URL)
    found = blogger.read(body, URL + "?m=1")
    assert [(c.platform_id, c.author) for c in found.comments] == [(post[0], post[2]) for post in POSTS]
    assert [c.parent for c in found.comments] == [post[1] if theme is threaded else None for post in POSTS]
    assert [c.posted_at for c in found.comments] == list(AT.values())
    assert [c.text.replace("<p>", "").replace("</p>", "") for c in found.comments] == [post[3] for post in POSTS]
    assert [c.permalink for c in found.comments] == [f"{URL}#c{post[0]}" for post in POSTS]
    assert (found.title, found.opening, found.announced) == ("Wie belt er?", "Een storing.", 3)
    assert found.published_at == dt.datetime(2026, 3, 1, 7, tzinfo=dt.UTC)
    assert (found.thread, found.next_links) == ("forum.invalid/2026/03/wie-belt-er.html", [])


@pytest.mark.parametrize(("theme", "left"), [(threaded, ["11", "12"]), (terms, ["11", "12"]), (blocks, ["11", "12"])])
def test_removed_comments_are_counted(theme, left):
    body = page(theme).replace("Ik wel.", '<span class="deleted-comment">Deze reactie is verwijderd.</span>')
    found = blogger.read(body, URL)
    assert ([c.platform_id for c in found.comments], found.left_out) == (left, ("13",))


def test_the_other_pages_of_comments():
    control = f"<span class='paging-control-container'><a class='paging-control' href='{URL}?commentPage=1'>ouder</a><a class='paging-control' href='{URL}?commentPage=3#comments'>nieuwer</a></span>"
    found = blogger.read(page(blocks, extra=control), URL + "?commentPage=2")
    assert found.next_links == [URL + "?commentPage=1", URL + "?commentPage=3"]
    assert found.thread == "forum.invalid/2026/03/wie-belt-er.html"


@pytest.mark.parametrize("heading", ["<h3 class='title'>Reacties</h3>", "<h4>40 reacties:</h4>"])
def test_comments_that_are_not_on_the_page_are_in_the_feed(heading):
    assert blogger.read(page(blocks, heading=heading), URL).next_links == [FEED + "?alt=json&max-results=200"]


def test_newer_themes_give_their_number_as_an_attribute():
    body = page(threaded, heading="").replace("id='comments'", "data-num-comments='1.204' id='comments'")
    assert blogger.read(body, URL).announced == 1204


def test_a_listing_leads_to_posts():
    body = """<html lang='nl'><head><meta content='blogger' name='generator'/></head><body><div id='Blog1'><h3 class='post-title'><a href='/2026/03/een.html'>Een</a></h3>
    <div class='post-body'>x</div><h3 class='post-title'><a href='/2026/03/twee.html'>Twee</a></h3><div class='post-body'>y</div>
    <a class='blog-pager-older-link' href='/search?updated-max=2026'>Ouder</a></div></body></html>"""
    found = blogger.read(body, "https://forum.invalid/")
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [
        f"https://forum.invalid/{path}" for path in ("2026/03/een.html", "2026/03/twee.html", "search?updated-max=2026")
    ]


def test_a_post_without_comments_and_a_page_that_breaks_off():
    found = blogger.read(page(threaded, [], heading="<h4>Geen opmerkingen:</h4>"), URL)
    assert (found.comments, found.thread) == ([], "forum.invalid/2026/03/wie-belt-er.html")
    body = page(terms)
    assert [
        c.platform_id
        for c in blogger.read(body[: body.index("<dd class='comment-body' id='Blog1_cmt-13'")], URL).comments
    ] == ["11", "12"]


def entry(number, parent, name, text, post=URL):
    links = [{"rel": "edit", "href": f"https://www.blogger.com/feeds/1/4444444/comments/default/{number}"},
             {"rel": "alternate", "type": "text/html", "href": f"{post}?showComment=1#c{number}"}]  # fmt: skip
    if parent:
        links.append({"rel": "related", "href": f"https://www.blogger.com/feeds/1/4444444/comments/default/{parent}"})
    return {
        "id": {"$t": f"tag:blogger.com,1999:blog-1.post-{number}"}, "published": {"$t": AT[number].isoformat()}, "title": {"type": "text", "$t": text[:5]},
        "content": {"type": "html", "$t": text}, "link": links, "author": [{"name": {"$t": name}, "email": {"$t": "noreply@blogger.com"}}],
        "thr$in-reply-to": {"href": post, "ref": "tag:blogger.com,1999:blog-1.post-4444444", "type": "text/html"},
        "gd$extendedProperty": [{"name": "blogger.displayTime", "value": "2 maart 2026"}],
    }  # fmt: skip


def feed(entries, total=3):
    return {"version": "1.0", "feed": {"xmlns": "http://www.w3.org/2005/Atom", "xmlns$thr": "http://purl.org/syndication/thread/1.0",
            "id": {"$t": "tag:blogger.com,1999:blog-1.post4444444..comments"}, "openSearch$totalResults": {"$t": str(total)},
            "openSearch$startIndex": {"$t": "1"}, "openSearch$itemsPerPage": {"$t": "25"}, "entry": entries}}  # fmt: skip


def atom(entries, total=3):
    def one(item):
        links = "".join(
            "<link " + " ".join(f'{name}="{escape(value)}"' for name, value in link.items()) + "/>"
            for link in item["link"]
        )
        properties = "".join(
            f'<gd:extendedProperty name="{p["name"]}" value="{p["value"]}"/>' for p in item["gd$extendedProperty"]
        )
        return f"""<entry><id>{item["id"]["$t"]}</id><published>{item["published"]["$t"]}</published><content type="html">{escape(item["content"]["$t"])}</content>{links}
        <author><name>{escape(item["author"][0]["name"]["$t"])}</name><email>noreply@blogger.com</email></author>
        <thr:in-reply-to href="{escape(item["thr$in-reply-to"]["href"])}" ref="x"/>{properties}</entry>"""

    return f"""<?xml version='1.0' encoding='UTF-8'?><?xml-stylesheet href="http://www.blogger.com/styles/atom.css" type="text/css"?>
    <feed xmlns='http://www.w3.org/2005/Atom' xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/' xmlns:gd='http://schemas.google.com/g/2005' xmlns:thr='http://purl.org/syndication/thread/1.0'>
    <id>tag:blogger.com,1999:blog-1.post4444444..comments</id><generator version='7.00' uri='http://www.blogger.com'>Blogger</generator>
    <openSearch:totalResults>{total}</openSearch:totalResults><openSearch:startIndex>1</openSearch:startIndex>{"".join(one(item) for item in entries)}</feed>"""


def as_json(entries, total=3):
    return json.dumps(feed(entries, total))


@pytest.mark.parametrize("form", [as_json, atom])
def test_the_feed_gives_the_same_comments(form):
    body = form([entry(*post) for post in POSTS])
    assert blogger_feed.matches(body, FEED)
    assert not blogger.matches(body, FEED)
    (found,) = blogger_feed.pages(body, FEED)
    assert [(c.platform_id, c.parent, c.author, c.text) for c in found.comments] == POSTS
    assert [c.posted_at for c in found.comments] == list(AT.values())
    assert (found.announced, found.next_links, found.warnings) == (3, [], [])
    assert found.thread == blogger.read(page(threaded), URL).thread


@pytest.mark.parametrize("form", [as_json, atom])
def test_a_feed_of_the_whole_blog_has_a_page_for_each_post_and_goes_on(form):
    other = "http://forum.invalid/2026/03/anders.html"
    removed = entry(*POSTS[2]) | {"gd$extendedProperty": [{"name": "blogger.contentRemoved", "value": "true"}]}
    whole = "https://forum.invalid/feeds/comments/default?alt=json&max-results=3"
    found = blogger_feed.pages(form([entry(*POSTS[0]), entry(*POSTS[1], post=other), removed], 9), whole)
    assert [(p.thread, len(p.comments), p.left_out, p.announced) for p in found] == [
        ("forum.invalid/2026/03/wie-belt-er.html", 1, ("13",), None), ("forum.invalid/2026/03/anders.html", 1, (), None),
    ]  # fmt: skip
    assert found[0].next_links == ["https://forum.invalid/feeds/comments/default?alt=json&max-results=3&start-index=4"]


@pytest.mark.parametrize("body", ["{", "{}", "[1]", '{"feed": []}', "<feed", "<feed/>", ""])
def test_broken_feeds_raise_nothing(body):
    assert blogger_feed.read(body, FEED).comments == []


def test_a_feed_that_breaks_off_gives_the_comments_before():
    body = atom([entry(*post) for post in POSTS])
    found = blogger_feed.read(body[: body.index("Ik wel.")], FEED)
    assert [c.platform_id for c in found.comments] == ["11", "12"]
    assert "breaks off" in found.warnings[0]


@pytest.mark.parametrize(
    "body",
    ['<link href="/wp-content/x"><meta name="generator" content="WordPress 6"><body class="single"><li id="comment-1" class="comment"><a href="https://www.blogger.com/profile/1">x</a></li>', "", "blogger.com", "<rss/>"],
)  # fmt: skip
def test_other_pages_are_not_recognised(body):
    assert not blogger.matches(body, URL)
    assert not blogger_feed.matches(body, URL)


def test_an_address_that_is_none_raises_nothing():
    body = as_json([entry(*POSTS[0], post="http://[kapot")])
    assert blogger_feed.read(body, "http://[kapot").comments == []
    assert len(blogger_feed.read(as_json([entry(*POSTS[0])], 9), "http://[kapot").comments) == 1
    assert len(blogger.read(page(threaded), "http://[kapot").comments) == 3
