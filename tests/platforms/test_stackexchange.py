"""Stack Exchange: the same question from the interface and as a page of three generations."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipeline.platforms import stackexchange, stackexchange_json, wordpress

URL = "https://forum.invalid/questions/70/wie-belt-er"
API = "https://api.stackexchange.com/2.3/questions/70"
BASE = 1_772_355_600  # 1 March 2026, 9:00 UTC
#: id, parent, author, words
ROWS = [
    ("70", None, "Jansen & Zn", "<p>Wie belt er &amp; waarom?</p>"),
    ("comment-71", "70", "Müller", "Wanneer dan?"),
    ("80", None, "Bob de Boer", "<blockquote>\n<p>Wie belt er</p>\n</blockquote>\n<p>Niemand.</p>"),
    ("comment-81", "80", "user12", "Zie je <i>wel</i>?"),
    ("90", None, "Anneke", "<p>Ik.</p>"),
]


def _at(number):
    return dt.datetime.fromtimestamp(BASE + int(number.removeprefix("comment-")), dt.UTC)


def _link(number, parent):
    if parent:
        return f"https://forum.invalid/questions/70#comment{number[8:]}_{parent}"
    return f"https://forum.invalid/{'q' if number == '70' else 'a'}/{number}"


EXPECTED = [(*row, _at(row[0]), _link(row[0], row[1])) for row in ROWS]


def spread(page):
    return [(c.platform_id, c.parent, c.author, c.text, c.posted_at, c.permalink) for c in page.comments]


# --- from the interface


def fields(row, **more):
    number, parent, author, words = row
    own = {"comment_id": int(number[8:]), "post_id": int(parent)} if parent else {"question_id": 70}
    if not parent and number != "70":
        own["answer_id"] = int(number)
    owner = {"display_name": author.replace("&", "&amp;").replace("ü", "&#252;"), "user_id": 3, "reputation": 12}
    stamp = BASE + int(number.removeprefix("comment-"))
    return {"owner": owner, "creation_date": stamp, "body": words, "score": 1, **own, **more}


def question(**more):
    one, two, three, four, five = ROWS
    answers = [fields(three, comments=[fields(four)], comment_count=1), fields(five, comment_count=0)]
    return fields(one, comments=[fields(two)], answers=answers, answer_count=2, comment_count=1, link=URL,
                  title="Wie belt er &amp; wanneer?", **more)  # fmt: skip


def answer_of(*items, more=False):
    return json.dumps({"items": list(items), "has_more": more, "quota_max": 300, "quota_remaining": 200})


# --- as a page


def written(row):
    return f"{_at(row[0]):%Y-%m-%d %H:%M:%S}Z"


def signature(row, verb="answered", extra=""):
    name = row[2].replace("&", "&amp;")
    return f"""<div class="post-signature owner flex--item"><div class="user-info"><div class="user-action-time">{verb} <span title='{written(row)}' class='relativetime'>ooit</span></div>
    <div class="user-details" itemprop="author" itemscope itemtype="http://schema.org/Person"><a href="/users/1/x" itemprop="url" dir="auto">{name}</a>{extra}
    <div class="-flair"><span class="reputation-score">33.4k</span><span class="badgecount">28</span></div></div></div></div>"""


EDITED = """<div class="post-signature flex--item"><div class="user-info"><div class="user-action-time"><a href="/posts/1/revisions">edited
<span title='2026-03-09 07:20:43Z' class='relativetime'>later</span></a></div><div class="user-details"><a href="/users/9/redacteur">Redacteur</a></div></div></div>"""


def today(row, post):
    number, _, author, words = row
    return f"""<li id="{number}" itemprop="comment" itemscope itemtype="https://schema.org/Comment" class="comment js-comment " data-comment-id="{number[8:]}">
    <div class="comment-actions"><span class="warm">6</span></div><div class="comment-text js-comment-text-and-form"><div class="comment-body"><span class="comment-copy" itemprop="text">{words}</span>
    <div class="d-inline-flex" itemprop="author"><div class="d-none" itemprop="name">{author}</div>&ndash;&nbsp;<a href="/users/5/x" title="4,287 reputation" class="comment-user" itemprop="url">{author}<span class="mod-flair" title="moderator">&#9830;</span></a></div>
    <span class="comment-date" dir="ltr"><span class="v-visible-sr">Commented</span> <span title='{written(row)}, License: CC BY-SA 4.0' class='relativetime-clean'>ooit</span></span></div></div></li>"""


def followed(row, post):
    number, _, author, words = row
    stamp = _at(number).isoformat().replace("+00:00", ".0Z")
    return f"""<div id="follow-up-{number[8:]}" itemprop="comment" itemscope itemtype="https://schema.org/Comment" role="listitem"><div class="s-user-card--info" itemprop="author">
    <div class="d-none" itemprop="name">{author}</div><a href="/users/5/x" class="s-user-card--link comment-user" itemprop="url">{author}</a>
    <a class="comment-link" href="#comment{number[8:]}_{post}"><time title="{stamp}" class="s-user-card--time">ooit</time></a></div>
    <div itemprop="text" class="flex--item ow-anywhere">{words}</div><time class="d-none" itemprop="datePublished">{stamp}</time><button>Reply</button></div>"""


def older(row, post):
    return (
        today(row, post)
        .replace(' js-comment "', '"')
        .replace('itemprop="comment" itemscope itemtype="https://schema.org/Comment" ', "")
    )


def below(post, comments, form, rest=0):
    if form is followed:
        return (
            f'<div id="follow-ups-container-{post}"><h2 class="mb0">{1 + rest} Comments</h2><div role="list">{comments}</div></div>'
            if comments
            else ""
        )
    link = (
        f'<a class="js-show-link comments-link" href="#">Show <b>{rest}</b> more comments</a>'
        if rest
        else '<a class="js-show-link comments-link dno" href="#"></a>'
    )
    return f'<div id="comments-{post}" class="comments js-comments-container"><ul class="comments-list js-comments-list">{comments}</ul></div><div id="comments-link-{post}">{link}</div>'


def page_of(form=today, rest=0, count=2, pager="", signed=signature, answers=True):
    one, two, three, four, five = ROWS
    body = "post-text" if form is older else "s-prose js-post-body"
    notice = '<aside class="s-notice js-post-notice"><p>Deze vraag is gesloten.</p></aside>'
    shown = f"""<div id="answer-80" class="answer js-answer accepted-answer" data-answerid="80"><div class="js-vote-count">3</div><div class="{body}" itemprop="text">\n{three[3]}\n</div>
    {EDITED}{signed(three)}{below("80", form(four, "80"), form, rest)}</div><a name="90"></a><div id="answer-90" class="answer js-answer" data-answerid="90">
    <div class="{body}" itemprop="text">{five[3]}</div>{signed(five)}{below("90", "", form)}</div>"""
    return f"""<html itemscope itemtype="https://schema.org/QAPage" lang="nl"><head><link rel="canonical" href="{URL}"></head><body class="question-page unified-theme">
    <div id="question-header"><h1 itemprop="name"><a href="/questions/70/wie-belt-er" class="question-hyperlink">Wie belt er &amp; wanneer?</a></h1></div>
    <time itemprop="dateCreated" datetime="{written(one)}">toen</time><div id="mainbar"><div class="question js-question" data-questionid="70" id="question">
    <div class="{body}" itemprop="text">{notice}{one[3]}</div>{EDITED}{signature(one, "asked")}{below("70", form(two, "70"), form)}</div>
    <div id="answers"><h2>{count} Answers <span style="display:none;" itemprop="answerCount">{count}</span></h2>{shown if answers else ""}{pager}</div></div>
    <div id="sidebar"><div class="related"><a class="question-hyperlink" href="/questions/999/iets-anders">Iets anders</a></div></div></body></html>"""


@pytest.mark.parametrize(
    ("module", "body", "url"),
    [(stackexchange_json, answer_of(question()), API), (stackexchange, page_of(), URL), (stackexchange, page_of(followed), URL), (stackexchange, page_of(older), URL)],
    ids=["interface", "page", "threaded-comments", "old-page"],
)  # fmt: skip
def test_every_form_gives_the_same_question(module, body, url):
    assert module.matches(body, url)
    page = module.read(body, url)
    assert spread(page) == EXPECTED
    assert (page.title, page.thread, page.opening) == ("Wie belt er & wanneer?", "forum.invalid/questions/70", None)
    assert (page.announced, page.left_out, page.next_links, page.warnings) == (5, (), [], [])
    assert page.published_at == _at("70")


@pytest.mark.parametrize("form", [today, followed])
def test_comments_that_are_not_shown_are_counted_and_followed(form):
    page = stackexchange.read(page_of(form, rest=7), URL)
    assert page.announced == 12
    assert page.next_links == ["https://forum.invalid/posts/80/comments?question=70"]


def test_a_fragment_of_comments_belongs_to_its_question():
    body = today(ROWS[3], "80")
    url = "https://forum.invalid/posts/80/comments?question=70"
    assert stackexchange.matches(body, url)
    page = stackexchange.read(body, url)
    assert (page.thread, page.announced) == ("forum.invalid/questions/70", None)
    assert spread(page) == [EXPECTED[3]]


def test_pages_of_many_answers():
    pager = """<div class="s-pagination pager"><a class="s-pagination--item" href="/questions/70/wie-belt-er?page=1&amp;tab=scoredesc#tab-top">1</a>
    <a class="s-pagination--item" href="/questions/70/wie-belt-er?page=2&amp;tab=scoredesc#tab-top" rel="next">2</a></div>"""
    first = stackexchange.read(page_of(count=40, pager=pager), URL)
    assert first.announced is None
    assert first.next_links == [URL + "?page=1&tab=scoredesc", URL + "?page=2&tab=scoredesc"]
    second = stackexchange.read(page_of(count=40, pager=pager), URL + "?page=2&tab=scoredesc")
    assert second.next_links == [URL + "?page=1&tab=scoredesc"]
    assert second.thread == first.thread


def test_who_signs_a_text_that_belongs_to_all():
    def wiki(row):
        return """<div class="post-signature"><div class="user-info"><div class="user-details"><span class="community-wiki">community wiki</span></div><br>
        <div class="user-details"><a href="/posts/80/revisions">4 revs, 3 users 58%<br>Bob de Boer</a></div></div></div>"""

    comments = stackexchange.read(page_of(signed=wiki), URL).comments
    assert [(c.author, c.posted_at is None) for c in comments if c.platform_id in ("70", "80")] == [
        ("Jansen & Zn", False),
        ("Bob de Boer", True),
    ]


def test_a_user_who_left_keeps_the_number_that_stands_there():
    body = page_of().replace(
        '<a href="/users/5/x" title="4,287 reputation" class="comment-user" itemprop="url">',
        '<span class="comment-user">',
    )
    assert [c.author for c in stackexchange.read(body, URL).comments if c.parent] == ["Müller", "user12"]


def test_deleted_answers_are_left_out():
    page = stackexchange.read(
        page_of().replace("answer js-answer accepted-answer", "answer js-answer deleted-answer"), URL
    )
    assert ("80" in [c.platform_id for c in page.comments], page.left_out) == (False, ("80",))


def test_a_question_without_answers_is_a_thread():
    page = stackexchange.read(page_of(count=0, answers=False), URL)
    assert ([c.platform_id for c in page.comments], page.announced) == (["70", "comment-71"], 2)


def test_items_in_answers_of_their_own_belong_to_their_question():
    site = "?site=unix&filter=withbody"
    answers = stackexchange_json.read(answer_of(fields(ROWS[2]), more=True), f"{API}/answers{site}&page=2")
    comments = stackexchange_json.read(answer_of(fields(ROWS[1])), f"{API}/comments{site}")
    assert answers.thread == comments.thread == "unix.stackexchange.com/questions/70"
    assert answers.next_links == [f"{API}/answers{site}&page=3"]
    assert comments.comments[0].parent == "70"
    lost = stackexchange_json.read(
        answer_of(fields(ROWS[3])), f"https://api.stackexchange.com/2.3/answers/80/comments{site}"
    )
    assert (lost.thread, lost.comments) == (None, [])
    assert lost.warnings == ["comments of unknown questions, left out: 1"]


def test_a_question_leads_to_what_it_does_not_hold():
    item = {key: value for key, value in question().items() if key not in ("answers", "comments")}
    page = stackexchange_json.read(answer_of(item), f"{API}?site=serverfault&filter=withbody")
    query = "?order=asc&sort=creation&site=serverfault&filter=withbody&pagesize=100"
    assert page.next_links == [f"{API}/answers{query}", f"{API}/comments{query}"]
    assert page.announced is None


def test_listings_lead_to_questions():
    item = {key: value for key, value in question().items() if key not in ("answers", "comments", "body")}
    page = stackexchange_json.read(answer_of(item, more=True), "https://api.stackexchange.com/2.3/questions?site=unix")
    query = "?order=asc&sort=creation&site=unix&filter=withbody&pagesize=100"
    assert (page.thread, page.comments) == (None, [])
    assert page.next_links == [
        f"{API}{query}",
        f"{API}/answers{query}",
        f"{API}/comments{query}",
        "https://api.stackexchange.com/2.3/questions?site=unix&page=2",
    ]
    body = """<div id="questions"><div class="s-post-summary js-post-summary"><div class="s-post-summary--content"><h3 class="s-post-summary--content-title"><a href="/questions/70/wie-belt-er" class="s-link">Wie</a></h3></div></div></div>
    <div class="s-pagination"><a class="s-pagination--item" href="/questions?page=2" rel="next">2</a></div>"""
    assert stackexchange.matches(body, "https://forum.invalid/questions")
    page = stackexchange.read(body, "https://forum.invalid/questions")
    assert (page.thread, page.comments, page.next_links) == (None, [], [URL, "https://forum.invalid/questions?page=2"])


@pytest.mark.parametrize("share", [0.5, 0.6, 0.8])
def test_half_a_page_gives_its_posts(share):
    body = page_of()
    part = stackexchange.read(body[: int(len(body) * share)], URL)
    assert 0 < len(part.comments) < 5
    assert {c.platform_id for c in part.comments} <= {row[0] for row in ROWS}


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"items": [4, null], "has_more": true}',
        '{"items": [{"question_id": {}, "owner": 4}], "has_more": []}',
        '{"items": "x"}',
    ],
)
def test_broken_json_gives_an_empty_page(body):
    assert stackexchange_json.read(body, API).comments == []


def test_other_pages_are_not_matched():
    word = '<html><body class="single"><link href="/wp-content/x"><li id="comment-1" class="comment"><div class="comment-content">Ja</div></li></body></html>'
    assert wordpress.matches(word, URL)
    assert not stackexchange.matches(word, URL)
    assert not stackexchange_json.matches('{"items": [{"id": 1}], "has_more": false}', URL)
