"""Khoros/Lithium: the same topic in two layouts of the classic software and in Aurora must be read alike."""

from __future__ import annotations

import datetime as dt
import json
from html import escape

import pytest

from pipeline.platforms import lithium

URL = "https://forum.invalid/t5/Werk/Wie-belt-er/td-p/50"
#: id, parent, author, words
POSTS = [
    ("50", None, "Anneke", "Niemand nam op."),
    ("51", "50", "Jürgen & Co", "Bij ons ook niet."),
    ("52", "51", "Bob", "Zie je wel?"),
]
AT = {post[0]: dt.datetime(2026, 3, 2, 9, minute, tzinfo=dt.UTC) for minute, post in enumerate(POSTS)}
LINKS = [
    URL,
    "https://forum.invalid/t5/Werk/Wie-belt-er/m-p/51#M51",
    "https://forum.invalid/t5/Werk/Wie-belt-er/m-p/52#M52",
]


def linear(number, parent, name, text, position=1):
    """One column; the time as this software shows it, with a mark for the direction of writing."""
    minute = AT[number].minute
    answer = f'<span class="lia-component-in-reply-to">In antwoord op <a class="lia-link-navigation" href="/t5/Werk/Wie/m-p/{parent}#M{parent}">iemand</a></span>'
    return f"""<div class="lia-linear-display-message-view"><div class="first-message" data-lia-message-uid="{number}" id="messageview_{position}">
    <div aria-label="Bericht van x" data-message-id="{number}" id="lineardisplaymessageviewwrapper_0"><div class="MessageView lia-message-view-forum-message {"lia-thread-topic" if number == "50" else "lia-thread-reply"}">
    <span id="M{number}"></span><div class="lia-message-author-avatar"><img class="lia-user-avatar-message" alt="x"></div>
    <div class="lia-message-author-with-avatar"><span class="UserName lia-user-name lia-user-rank-Lid"><img class="lia-user-rank-icon" alt="">
    <a class="lia-link-navigation lia-page-link lia-user-name-link" href="/t5/user/viewprofilepage/user-id/3"><span class="login-bold">{escape(name)}</span></a></span></div>
    <div class="lia-message-author-rank">Nieuw lid</div>{answer if parent else ""}
    <p class="lia-message-dates lia-message-post-date"><span class="DateTime lia-message-posted-on"><span class="message-posted-on">Geplaatst op</span>
    <span class="local-date">\u200e02-03-2026</span> <span class="local-time">10:0{minute}</span></span>
    <span class="DateTime lia-message-edited-on">bewerkt <span class="local-date">\u200e09-03-2026</span></span></p>
    <span class="lia-message-position-in-thread">Bericht <a href="/t5/Werk/Wie/m-p/{number}#M{number}">{position}</a> van 3</span>
    <div class="lia-message-subject">{"Wie belt er?" if number == "50" else "Betreft: Wie belt er?"}</div>
    <div class="lia-message-body-wrapper"><div id="bodyDisplay" class="lia-message-body" itemprop="text"><div class="lia-message-body-content"><p>{text}</p>
    <div class="lia-message-signature">Handtekening</div></div></div></div><div class="lia-button-group"><a>Beantwoorden</a></div></div></div></div></div>"""


def threaded(number, parent, name, text, position=1):
    """Replies stand within the message that they answer; times with an attribute for machines."""
    inner = "".join(threaded(*post) for post in POSTS if post[1] == number) if number != "50" else ""
    return f"""<div class="lia-threaded-detail-display-message-view"><div data-message-id="{number}" class="MessageView">
    <div class="lia-quilt lia-quilt-forum-message"><div class="lia-message-author-username"><span class="UserName lia-user-name"><a class="lia-user-name-link" href="#">{escape(name)}</a></span></div>
    <span class="DateTime"><meta itemprop="datePublished" content="{AT[number].isoformat()}"><span title="2-3-2026" class="local-friendly-date">gisteren</span></span>
    <div class="lia-message-body-content"><p>{text}</p></div></div>{inner}</div></div>"""


def page(inner, extra="", canonical=URL):
    return f"""<html lang="nl"><head><title>Wie belt er? - Forum</title><meta property="og:title" content="Wie belt er?">{f'<link rel="canonical" href="{canonical}">' if canonical else ""}</head>
    <body class="lia-user-status-anonymous ForumTopicPage lia-body" id="lia-body"><div class="lia-page">{extra}{inner}</div></body></html>"""


def linear_page(posts=POSTS, **more):
    return page("".join(linear(*post, position=index + 1) for index, post in enumerate(posts)), **more)


def threaded_page():
    replies = "".join(threaded(*post) for post in POSTS if post[1] == "50")
    topic = threaded(*POSTS[0]).removesuffix("</div></div>")
    return page(f'{topic}<div class="lia-component-reply-list">{replies}</div></div></div>')


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_community_that_writes_the_month_first(language):
    body = linear_page(POSTS[:2]).replace("02-03-2026", "03-02-2026", 1).replace("02-03-2026", "03-25-2026")
    found = lithium.read(body.replace('lang="nl"', f'lang="{language}"'), URL)
    assert [c.posted_at.date() for c in found.comments] == [dt.date(2026, 3, 2), dt.date(2026, 3, 25)]


@pytest.mark.parametrize("body", [linear_page(), threaded_page()], ids=["linear", "threaded"])
def test_both_layouts_give_the_same_posts(body):
    assert lithium.matches(body, URL)
    found = lithium.read(body, URL)
    assert [(c.platform_id, c.parent, c.author) for c in found.comments] == [post[:3] for post in POSTS]
    assert [c.posted_at for c in found.comments] == list(AT.values())
    assert [c.text for c in found.comments] == [f"<p>{post[3]}</p>" for post in POSTS]
    assert [c.permalink for c in found.comments] == LINKS
    assert (found.title, found.thread) == ("Wie belt er?", "forum.invalid/t5/td-p/50")


def test_the_number_of_posts_is_the_second_of_a_position():
    assert lithium.read(linear_page(), URL).announced == 3
    assert lithium.read(threaded_page(), URL).announced is None


def aurora(state):
    return f"""<html lang="nl"><head></head><body><h1>Wie belt er?</h1><script id="__NEXT_DATA__" type="application/json">
    {json.dumps({"props": {"pageProps": {"apolloState": state}}})}</script></body></html>"""


def cache():
    state = {f"User:user:{n}": {"__typename": "User", "login": name} for n, (_, _, name, _) in enumerate(POSTS)}
    for n, (number, parent, _, text) in enumerate(POSTS):
        kind = "ForumTopicMessage" if parent is None else "ForumReplyMessage"
        above = f"{'ForumTopicMessage' if parent == '50' else 'ForumReplyMessage'}:message:{parent}"
        state[f"{kind}:message:{number}"] = {
            "__typename": kind, "uid": int(number), "subject": "Wie belt er?", "body": f"<p>{text}</p>", "postTime": AT[number].isoformat(),
            "author": {"__ref": f"User:user:{n}"}, "conversation": {"__ref": "Conversation:conversation:50"},
            "parent": {"__ref": above} if parent else None, "repliesCount": 2,
        }  # fmt: skip
    state["ForumTopicMessage:message:90"] = {
        "uid": 90,
        "body": "<p>Aanbevolen</p>",
        "conversation": {"__ref": "Conversation:conversation:90"},
    }
    return state


@pytest.mark.parametrize(
    "url",
    [
        "https://forum.invalid/discussions/werk/wie-belt-er/50",
        "https://forum.invalid/discussions/werk/wie-belt-er/50/replies/52",
    ],
)
def test_aurora_gives_the_same_posts_and_none_of_recommended_topics(url):
    body = aurora(cache())
    assert lithium.matches(body, url)
    found = lithium.read(body, url)
    assert [(c.platform_id, c.parent, c.author, c.posted_at, c.text) for c in found.comments] == [
        (*post[:3], AT[post[0]], f"<p>{post[3]}</p>") for post in POSTS
    ]
    assert (found.title, found.announced, found.thread) == ("Wie belt er?", 3, "forum.invalid/t5/td-p/50")


def test_a_list_of_aurora_leads_to_topics_and_its_next_page():
    """A list holds its topics without their words, and links to their latest replies as well."""
    state = {key: entry | {"body": None} for key, entry in cache().items()}
    links = "".join(
        f'<li><h4 data-testid="MessageSubject"><a data-testid="MessageLink" href="/discussions/werk/{path}">Wie?</a></h4></li>'
        for path in ("wie-belt-er/50", "wie-belt-er/50/replies/52", "op-reis-in-2026/90")
    )
    body = (
        aurora(state)
        .replace("</head>", '<link rel="next" href="/category/werk?page=2"></head>')
        .replace("<h1>", links + "<h1>")
    )
    found = lithium.read(body, "https://forum.invalid/category/werk")
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [
        f"https://forum.invalid/{path}"
        for path in ("discussions/werk/wie-belt-er/50", "discussions/werk/op-reis-in-2026/90", "category/werk?page=2")
    ]
    topic = aurora(cache()).replace("<h1>", links + "<h1>")
    assert lithium.read(topic, "https://forum.invalid/discussions/werk/wie-belt-er/50").next_links == []


def test_aurora_that_breaks_off_is_said():
    body = aurora(cache())
    found = lithium.read(body[: body.index("Aanbevolen")], "https://forum.invalid/discussions/werk/wie-belt-er/50")
    assert found.comments == []
    assert "JSON" in found.warnings[0]


NUMBERS = '<ul class="lia-paging-full-pages">{items}</ul><li class="lia-paging-page-next lia-component-next"><a rel="next" href="{url}/page/3">Volgende</a></li>'


@pytest.mark.parametrize(
    ("here", "links"), [("", ["/page/2", "/page/3"]), ("/page/2", ["", "/page/3"]), ("/page/3", ["", "/page/2"])]
)
def test_the_other_pages_of_a_topic(here, links):
    items = "".join(
        f'<li class="lia-paging-page-link"><a href="{URL}{path}">x</a></li>' for path in ("", "/page/2", "/page/3")
    )
    items += '<li><a href="/t5/Werk/Anders/td-p/60/page/2">x</a></li>'
    found = lithium.read(
        linear_page(POSTS[1:], extra=NUMBERS.format(items=items, url=URL), canonical=URL + here), URL + here
    )
    assert found.next_links == [URL + link for link in links]
    assert found.thread == "forum.invalid/t5/td-p/50"


def test_the_page_of_a_message_belongs_to_its_topic():
    url = "https://forum.invalid/t5/Werk/Betreft-Wie-belt-er/m-p/52#M52"
    found = lithium.read(linear_page(canonical=None), url)
    assert found.thread == "forum.invalid/t5/td-p/50"
    assert len(found.comments) == 3


def test_a_solution_shown_under_the_question_is_read_once_and_in_its_place():
    copy = '<div class="lia-component-solution-list">' + linear(*POSTS[2]) + "</div>"
    inner = linear(*POSTS[0]) + copy + linear(*POSTS[1]) + linear(*POSTS[2])
    assert [c.platform_id for c in lithium.read(page(inner), URL).comments] == ["50", "51", "52"]


def test_quotes_stay_blockquotes_and_empty_messages_are_skipped():
    body = (
        linear_page()
        .replace(
            "<p>Bij ons",
            '<BLOCKQUOTE><HR><a href="/t5/user/viewprofilepage/user-id/3">@Anneke</a> schreef:<BR>Eerder<HR></BLOCKQUOTE><p>Bij ons',
        )
        .replace("Zie je wel?", "&nbsp;")
    )
    found = lithium.read(body, URL).comments
    assert [c.platform_id for c in found] == ["50", "51"]
    assert found[1].text.startswith("<blockquote>")


def test_a_listing_leads_to_topics_and_its_other_pages():
    body = """<html lang="nl"><body class="ForumPage lia-body" id="lia-body"><h2 class="message-subject"><a class="page-link" href="/t5/Werk/Wie-belt-er/td-p/50">Wie</a></h2>
    <a href="/t5/Werk/Wie-belt-er/td-p/50/page/3">3</a><a href="/t5/Werk/Anders/td-p/60/jump-to/first-unread-message">Anders</a><a href="/t5/Overig/bd-p/overig">Overig</a>
    <div class="lia-paging-pager"><a href="/t5/Werk/bd-p/werk/page/2">2</a></div></body></html>"""
    found = lithium.read(body, "https://forum.invalid/t5/Werk/bd-p/werk")
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [
        f"https://forum.invalid/t5/{path}"
        for path in ("Werk/Wie-belt-er/td-p/50", "Werk/Anders/td-p/60", "Overig/bd-p/overig", "Werk/bd-p/werk/page/2")
    ]


def test_an_empty_topic_and_a_page_that_breaks_off():
    found = lithium.read(page(""), URL)
    assert (found.comments, found.thread) == ([], "forum.invalid/t5/td-p/50")
    body = linear_page()
    assert len(lithium.read(body[: body.index("Zie je wel?") - 60], URL).comments) == 2


@pytest.mark.parametrize(
    "body",
    [
        '<link href="/wp-content/x"><body class="single"><ol><li id="comment-1" class="comment">Een lia-body</li></ol>',
        "",
        "lia-quilt",
        "__NEXT_DATA__",
    ],
)
def test_other_pages_are_not_recognised(body):
    assert not lithium.matches(body, URL)
