"""Vanilla: the same discussion in Vanilla 2.0, 2.8 and Higher Logic Vanilla, and from the interface, must be read alike."""

from __future__ import annotations

import datetime as dt
import json
from html import escape

import pytest

from pipeline.platforms import vanilla, vanilla_api

URL = "https://forum.invalid/discussion/7/wie-belt-er"
#: id, parent, author, words
POSTS = [
    ("discussion-7", None, "Anneke", "Niemand nam op."),
    ("21", "discussion-7", "Jürgen & Co", "Bij ons ook niet."),
    ("22", "21", "Bob", "Zie je wel?"),
]
AT = {post[0]: dt.datetime(2026, 3, 2, 9, minute, tzinfo=dt.UTC) for minute, post in enumerate(POSTS)}


def link_of(number):
    return URL if number == "discussion-7" else f"https://forum.invalid/discussion/comment/{number}/#Comment_{number}"


def quote(parent):
    if parent is None:
        return ""
    return f"""<blockquote class="UserQuote"><div class="QuoteAuthor"><a href="/profile/x">x</a> zei <a href="{link_of(parent)}" class="QuoteLink">»</a></div>
    <div class="QuoteText"><p>Eerder.</p></div></blockquote>"""


def embed(parent):
    kind, _, number = parent.rpartition("-") if parent else ("", "", "")
    facts = {"recordID": int(number or 0), "recordType": kind or "comment", "embedType": "quote", "body": "Eerder."}
    return (
        f"""<div class="js-embed embedResponsive" data-embedjson="{escape(json.dumps(facts, separators=(",", ":")))}"><a href="{link_of(parent)}">Eerder.</a></div>"""
        if parent
        else ""
    )


def vanilla20(number, parent, name, text):
    """No classes for parts that later versions have, and dates only as words."""
    opening = number == "discussion-7"
    return f"""<li class="Item {"FirstComment" if opening else "Comment"}" id="{"Discussion_7" if opening else f"Comment_{number}"}"><div class="Comment">
    <div class="Meta"><span class="Author"><a title="{escape(name)}" href="/profile/1"><img src="x" class="ProfilePhotoMedium"></a><a title="{escape(name)}" href="/profile/1">{escape(name)}</a></span>
    <span class="DateCreated"><a href="{link_of(number)}" name="Item_1" class="Permalink">{AT[number]:%d-%m-%Y} 10:{AT[number].minute:02}</a></span></div>
    <div class="Message">{quote(parent)}<p>{text}</p></div></div></li>"""


def vanilla28(number, parent, name, text, quoted=quote):
    opening = number == "discussion-7"
    wrap = "div" if opening else "li"
    return f"""<{wrap} class="Item Alt Item{"Discussion" if opening else "Comment"} Role_Lid" id="{"Discussion_7" if opening else f"Comment_{number}"}">
    <div class="{"Discussion" if opening else "Comment"}"><div class="Options"></div><div class="Item-Header"><div class="AuthorWrap"><span class="Author">
    <a title="{escape(name)}" href="/profile/x" class="PhotoWrap"><img alt="x" class="ProfilePhoto"></a><a href="/profile/x" class="Username">{escape(name)}</a></span>
    <span class="AuthorInfo"><span class="MItem RoleTitle">Lid</span><span class="Rank MItem">Niveau 5</span></span></div>
    <div class="Meta"><span class="MItem DateCreated"><a href="{link_of(number)}" class="Permalink" rel="nofollow"><time title="2 maart" datetime="{AT[number].isoformat()}">2 maart</time></a></span>
    <span class="MItem"><span class="DateUpdated">bewerkt <time datetime="2026-03-09T10:00:00+00:00">9 maart</time></span></span></div></div>
    <div class="Item-BodyWrap"><div class="Item-Body"><div class="Message userContent">{quoted(parent)}<p>{text}</p></div>
    <div class="Signature UserSignature userContent">Handtekening</div><div class="Reactions"><a class="ReactButton">Mooi</a></div></div></div></div></{wrap}>"""


def higher_logic(number, parent, name, text):
    return vanilla28(number, parent, name, text, embed).replace('class="Username"', 'class="Username js-userCard"')


def page(theme, posts=POSTS, extra="", canonical=URL):
    inner = "".join(theme(*post) for post in posts)
    return f"""<html lang="nl"><head><title>Wie belt er? - Forum</title><link rel="canonical" href="{canonical}"></head>
    <body id="vanilla_discussion_index" class="Vanilla Discussion index"><div class="PageTitle"><h1>Wie belt er?</h1><div class="DiscussionCounts">
    <span class="MCount CountComments"><span title="2 reacties" class="Number">2</span> reacties</span></div></div>
    {extra}<ul class="MessageList">{inner}</ul><div class="PanelInfo"><li id="Discussion_9" class="Item"><a class="Title" href="/discussion/9/x">x</a></li></div></body></html>"""


@pytest.mark.parametrize("theme", [vanilla20, vanilla28, higher_logic], ids=lambda theme: theme.__name__)
def test_every_version_gives_the_same_posts(theme):
    body = page(theme)
    assert vanilla.matches(body, URL)
    found = vanilla.read(body, URL)
    assert [(c.platform_id, c.parent, c.author) for c in found.comments] == [post[:3] for post in POSTS]
    assert [c.posted_at for c in found.comments] == list(AT.values())
    assert [c.text.rpartition("</blockquote>")[2].strip() for c in found.comments] == [
        f"<p>{post[3]}</p>" for post in POSTS
    ]
    assert [c.text.count("<blockquote") for c in found.comments] == [0, 1, 1]
    assert [c.permalink for c in found.comments] == [link_of(post[0]) for post in POSTS]
    assert (found.title, found.thread, found.announced) == ("Wie belt er?", "forum.invalid/discussion/7", 3)


def test_an_embedded_link_is_no_quote_and_a_button_not_of_the_author():
    facts = {"body": 'The "quote" of the day', "url": "https://krant.invalid/x", "embedType": "link"}
    link = f"""<span class="js-embed" data-embedjson="{escape(json.dumps(facts, separators=(",", ":")))}"><a href="https://krant.invalid/x">x</a></span>"""
    spoiler = """<div class="spoiler"><div contenteditable="false" class="spoiler-buttonContainer"><button class="button-spoiler">
    <span class="spoiler-warningLabel">Tonen</span></button></div><div class="spoiler-content"><p>Hij belt.</p></div></div>"""
    (comment,) = vanilla.read(page(vanilla28, [("discussion-7", None, "Anneke", f"Zie {link}{spoiler}")]), URL).comments
    assert "<blockquote" not in comment.text and "https://krant.invalid/x" in comment.text
    assert "Hij belt." in comment.text and "Tonen" not in comment.text


def test_the_interface_gives_the_same_posts_without_quotes():
    def record(number, parent, name, text):
        fields = {
            "discussionID": 7,
            "insertUserID": 3,
            "body": f"<p>{text}</p>",
            "dateInserted": AT[number].isoformat(),
        }
        fields |= {"url": link_of(number), "insertUser": {"userID": 3, "name": name}}
        if number == "discussion-7":
            return fields | {"name": "Wie belt er?", "countComments": 2}
        return fields | {"commentID": int(number), "parentCommentID": int(parent) if parent.isdigit() else None}

    api = "https://forum.invalid/api/v2/"
    (opening,) = vanilla_api.pages(json.dumps(record(*POSTS[0])), api + "discussions/7")
    replies_url = api + "comments?discussionID=7&limit=2&page=1"
    answer = json.dumps([record(*post) for post in POSTS[1:]])
    assert vanilla_api.matches(answer, replies_url)
    replies = vanilla_api.read(answer, replies_url)
    both = [*opening.comments, *replies.comments]
    assert [(c.platform_id, c.author, c.posted_at, c.text) for c in both] == [
        (post[0], post[2], AT[post[0]], f"<p>{post[3]}</p>") for post in POSTS
    ]
    assert [c.parent for c in both] == [None, None, "21"]
    assert (opening.title, opening.announced) == ("Wie belt er?", 3)
    assert opening.thread == replies.thread == vanilla.read(page(vanilla28), URL).thread
    assert opening.next_links == [api + "comments?discussionID=7&limit=100&page=1&expand=insertUser"]
    assert replies.next_links == [api + "comments?discussionID=7&limit=2&page=2"]


@pytest.mark.parametrize(
    "body", ["[", "[]", "{}", '[{"discussionID": "x"}]', "null", '{"message": "niet gevonden", "status": 404}']
)
def test_an_answer_without_posts(body):
    found = vanilla_api.read(body, "https://forum.invalid/api/v2/comments?discussionID=7")
    assert (found.comments, found.next_links) == ([], [])


PAGER = '<div class="Pager NumberedPager">{links}</div>'


@pytest.mark.parametrize(("here", "links"), [("", ["/p2", "/p3"]), ("/p2", ["/p1", "/p3"]), ("/p3", ["/p1", "/p2"])])
def test_the_other_pages_of_a_discussion(here, links):
    numbered = "".join(
        f'<a href="{URL}/p{n}" class="p-{n}" rel="{"next" if n == 3 else ""}">{n}</a>' for n in (1, 2, 3)
    )
    elsewhere = '<a href="/discussion/8/anders/p2">x</a>'
    found = vanilla.read(page(vanilla28, POSTS[1:], PAGER.format(links=numbered + elsewhere), URL + here), URL + here)
    assert found.next_links == [URL + link for link in links]
    assert found.thread == "forum.invalid/discussion/7"


def test_an_accepted_answer_is_read_once_and_in_its_place():
    copy = f'<div class="DataBox DataBox-AcceptedAnswers"><ul>{vanilla28(*POSTS[2])}</ul></div>'
    found = vanilla.read(page(vanilla28, extra=copy), URL)
    assert [c.platform_id for c in found.comments] == ["discussion-7", "21", "22"]
    assert found.comments[2].author == "Bob"


def test_a_listing_leads_to_discussions_and_its_other_pages():
    body = """<html lang="nl"><body id="vanilla_discussions_index" class="Vanilla Discussions"><ul class="DataList Discussions">
    <li id="Discussion_7" class="Item ItemDiscussion"><div class="Title"><a href="/discussion/7/wie-belt-er">Wie belt er?</a></div></li>
    <li id="Discussion_8" class="Item"><div class="ItemContent"><a class="Title" href="/discussion/8/anders">Anders</a></div></li></ul>
    <div class="Pager"><a href="/discussions/p2" class="Next" rel="next">»</a></div></body></html>"""
    found = vanilla.read(body, "https://forum.invalid/discussions")
    assert vanilla.matches(body, "")
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [
        f"https://forum.invalid/{path}"
        for path in ("discussion/7/wie-belt-er", "discussion/8/anders", "discussions/p2")
    ]


def test_the_newest_layout_leads_to_the_interface():
    body = """<html lang="nl"><head><script>window["gdn"] = {}; gdn.meta = {"context": {}};</script></head><body><h1>Wie belt er?</h1>
    <div class="comment separated"><div class="userContent">Ja</div></div></body></html>"""
    assert vanilla.matches(body, URL)
    found = vanilla.read(body, URL)
    assert found.next_links[0] == "https://forum.invalid/api/v2/discussions/7"
    assert found.next_links[1].startswith("https://forum.invalid/api/v2/comments?discussionID=7&")
    assert (found.thread, found.comments) == ("forum.invalid/discussion/7", [])


def test_a_comment_without_name_text_or_time():
    body = (
        page(vanilla28, POSTS[:1])
        + '<li class="Item ItemComment" id="Comment_9"><div class="Message"><img src="/foto.jpg"></div></li>'
    )
    body += '<li class="Item ItemComment" id="Comment_10"><div class="Message"> &nbsp; </div></li>'
    found = vanilla.read(body, URL).comments
    assert [(c.platform_id, c.author, c.posted_at) for c in found[1:]] == [("9", None, None)]
    assert found[1].permalink == "https://forum.invalid/discussion/comment/9#Comment_9"


def test_a_page_that_breaks_off_gives_the_posts_before():
    body = page(vanilla28)
    assert len(vanilla.read(body[: body.index("Zie je wel?") - 400], URL).comments) == 2


@pytest.mark.parametrize(
    "body",
    [
        '<body class="single"><ol class="commentlist"><li id="comment-1" class="comment"><link href="/wp-content/x"></li></ol>',
        "",
        "vanilla_discussion",
    ],
)
def test_other_pages_are_not_recognised(body):
    assert not vanilla.matches(body, URL)
    assert not vanilla_api.matches(body, URL)


def test_an_address_that_is_none_raises_nothing():
    answer = '[{"discussionID": 7, "commentID": 21, "insertUserID": 3, "body": "Ja", "url": "http://[kapot"}]'
    found = vanilla_api.read(answer, "http://[kapot?limit=1")
    assert ([c.permalink for c in found.comments], found.next_links) == ([None], [])
    assert vanilla.read(page(vanilla28), "http://[kapot").thread == "forum.invalid/discussion/7"
