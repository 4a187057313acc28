"""WordPress's REST answers, and pages that describe their comments in schema.org's words."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest

from pipeline import platforms
from pipeline.platforms import schema_org, wordpress_rest

API = "https://forum.invalid/wp-json/wp/v2/"
UTC = dt.UTC
PAGE = "https://forum.invalid/draad/7"


def _record(number: int, parent: int = 0, **more: object) -> dict[str, object]:
    return {
        "id": number, "post": 4, "parent": parent, "author_name": "O&#8217;Neil &amp; zn", "date_gmt": "2026-03-02T09:00:00",
        "content": {"rendered": f"<p>Nummer {number}</p>\n"}, "link": f"https://forum.invalid/x/comment-page-2/#comment-{number}",
        "type": "comment", "status": "approved", **more,
    }  # fmt: skip


def test_rest_comment():
    page = platforms.read(json.dumps([_record(12, parent=11)]), API + "comments?post=4")
    (comment,) = page.comments
    assert (comment.platform_id, comment.parent, comment.author) == ("12", "11", "O’Neil & zn")
    assert comment.posted_at == dt.datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (comment.text, comment.text_format) == ("<p>Nummer 12</p>", "html")
    assert page.warnings == []


def test_rest_parent_zero_is_none_and_ids_are_exact():
    body = json.dumps([_record(1)]).replace('"id": 1', '"id": 9007199254740993')
    assert [(c.platform_id, c.parent) for c in platforms.read(body, API + "comments").comments] == [
        ("9007199254740993", None)
    ]


def test_rest_leaves_out_pingbacks_and_unapproved():
    page = platforms.read(
        json.dumps([_record(1), _record(2, type="pingback"), _record(3, status="hold")]), API + "comments?post=4"
    )
    assert ([c.platform_id for c in page.comments], page.left_out) == (["1"], ("2", "3"))


@pytest.mark.parametrize(
    ("query", "n", "following"),
    [
        ("?post=4&per_page=2&page=1", 2, "?post=4&per_page=2&page=2"),
        ("?post=4&per_page=2", 2, "?post=4&per_page=2&page=2"),
        ("?post=4&per_page=3&page=7", 2, None),
        ("?post=4", 10, "?post=4&page=2"),
        ("?post=4&per_page=2&page=9", 0, None),
    ],
)
def test_rest_pages_end_where_one_is_not_full(query, n, following):
    page = platforms.read(json.dumps([_record(i) for i in range(1, n + 1)]), API + "comments" + query)
    assert page.next_links == ([API + "comments" + following] if following else [])


def test_rest_posts_lead_to_their_comments():
    posts = [{"id": n, "link": f"https://forum.invalid/{n}/", "date_gmt": "2026-03-01T08:00:00", "title": {"rendered": f"T &amp; {n}"},
              "content": {"rendered": "<p>Een</p><p>Twee</p>"}} for n in (4, 5)]  # fmt: skip
    pages = platforms.pages(json.dumps(posts), API + "posts?per_page=100")
    assert [(p.thread, p.title, p.opening) for p in pages] == [
        ("forum.invalid/?p=4", "T & 4", "Een\n\nTwee"), ("forum.invalid/?p=5", "T & 5", "Een\n\nTwee"),
    ]  # fmt: skip
    assert [link.split("&")[0] for link in pages[0].next_links] == [f"{API}comments?post={n}" for n in (4, 5)]


def test_rest_behind_plain_addresses():
    url = "https://forum.invalid/blog/index.php?rest_route=/wp/v2/comments&post=4&per_page=1"
    page = platforms.read(json.dumps([_record(1)]), url)
    assert page.thread == "forum.invalid/blog/?p=4"
    assert page.next_links == [url.replace("per_page=1", "per_page=1&page=2")]


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        ('{"code": "rest_no_route", "message": "x", "data": {"status": 404}}', "refused: rest_no_route"),
        ("[" * 100_000, "nested too deep"),
        ('[{"id": 1, "post": 4, "author_name"', "not JSON"),
    ],
)
def test_rest_that_is_no_answer_is_told(body, warning):
    page = wordpress_rest.read(body, API + "comments?post=4")
    assert page.comments == []
    assert warning in page.warnings[0]


# --- JSON-LD ---------------------------------------------------------------------------------------------------

FORUM = {
    "@context": "https://schema.org", "@type": "DiscussionForumPosting", "@id": "https://f.invalid/t/1", "headline": "Wie?",
    "text": "De opening", "datePublished": "2026-03-01T08:00:00Z", "url": "https://f.invalid/t/1", "commentCount": 3, "inLanguage": "nl",
    "comment": [
        {"@type": "Comment", "@id": "#a", "text": "Wij", "author": {"@type": "Person", "name": "Ria"}, "dateCreated": "2026-03-02T08:00:00Z",
         "upvoteCount": 5, "comment": {"@type": "Comment", "@id": "#b", "text": "Zij", "author": [{"name": "Ko"}],
                                       "comment": [{"@type": "Comment", "text": "Nee", "author": "Ria"}]}},
    ],
}  # fmt: skip


def ld(*blocks: object) -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{b if isinstance(b, str) else json.dumps(b)}</script>' for b in blocks
    )
    return f'<html lang="nl"><head><title>T</title>{scripts}</head><body></body></html>'


def _tree(body: str) -> list[tuple[str | None, str | None, str]]:
    """(author, text of the parent, text) of each comment."""
    comments = schema_org.read(body, "https://f.invalid/t/1").comments
    texts = {c.platform_id: c.text for c in comments}
    return [(c.author, texts.get(c.parent or ""), c.text) for c in comments]


EXPECTED = [("Ria", None, "Wij"), ("Ko", "Wij", "Zij"), ("Ria", "Zij", "Nee")]


def test_json_ld_nested():
    page = platforms.read(ld(FORUM), "https://f.invalid/t/1")
    assert (page.platform, page.title, page.opening, page.announced) == ("schema-org", "Wie?", "De opening", 3)
    assert page.published_at == dt.datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert _tree(ld(FORUM)) == EXPECTED


def test_json_ld_plain_text_is_unescaped_and_keeps_its_lines():
    data = {
        "@type": "DiscussionForumPosting",
        "comment": {"@type": "Comment", "text": "Eerste &amp; beste\nregel &lt;3"},
    }
    page = schema_org.read(f'<script type="application/ld+json">{json.dumps(data)}</script>', "https://forum.invalid/x")
    assert [(c.text, c.text_format) for c in page.comments] == [("Eerste & beste\nregel <3", "text")]


def test_json_ld_graph_list_and_references():
    a, graph = {**FORUM["comment"][0]}, {}  # type: ignore[index]
    b = {**a.pop("comment"), "parentItem": {"@id": "#a"}}
    graph = {"@graph": [{"@type": "WebSite"}, {**FORUM, "comment": [{"@id": "#a"}, {"@id": "#b"}]}, a, b]}
    assert _tree(ld(graph)) == EXPECTED
    assert _tree(ld([FORUM])) == EXPECTED
    assert _tree(ld({"@type": "WebPage", "mainEntity": FORUM})) == EXPECTED


def test_json_ld_question_with_answers_counts_an_accepted_answer_once():
    answer = {"@type": "Answer", "@id": "#1", "text": "<p>Zo</p>", "author": {"name": "An"}}
    question = {"@type": "Question", "name": "Hoe?", "answerCount": 2, "acceptedAnswer": answer,
                "suggestedAnswer": [answer, {"@type": "Answer", "text": "Of zo", "comment": {"@type": "Comment", "text": "Juist"}}]}  # fmt: skip
    assert _tree(ld({"@type": "QAPage", "mainEntity": question})) == [
        ("An", None, "<p>Zo</p>"), (None, None, "Of zo"), (None, "Of zo", "Juist"),
    ]  # fmt: skip
    formats = [c.text_format for c in schema_org.read(ld({"@type": "QAPage", "mainEntity": question}), "").comments]
    assert formats == ["html", "text", "text"]


def test_broken_json_ld_is_mended_or_told():
    mendable = "<!-- " + json.dumps(FORUM)[:-1] + ",} -->"
    assert _tree(ld(mendable)) == EXPECTED
    told = json.dumps(FORUM, indent=1).replace('"headline": "Wie?",', '"headline": "Wie?", // vast, zie het sjabloon')
    assert "//" in told
    assert schema_org.read(ld(told), "https://f.invalid/t/1").warnings == []
    assert _tree(ld(told)) == EXPECTED
    page = schema_org.read(ld('{"@type": "Comment", ', FORUM), "https://f.invalid/t/1")
    assert len(page.comments) == 3
    assert "block 1 is broken" in page.warnings[0]


@pytest.mark.parametrize(
    "block", ["[" * 50_000, '{"a":' * 50_000, '{"@type":"Comment","comment":' * 3_000 + "{}" + "}" * 3_000]
)
def test_hostile_json_ld(block):
    begin = time.process_time()
    assert len(schema_org.read(ld(block, FORUM), "https://f.invalid/t/1").comments) >= 3
    assert time.process_time() - begin < 5


def test_a_circle_of_references_ends():
    graph = {
        "@graph": [
            {"@type": "Article", "comment": {"@id": "#a"}},
            {"@id": "#a", "@type": "Comment", "text": "x", "comment": {"@id": "#a"}},
        ]
    }
    assert _tree(ld(graph)) == [(None, None, "x")]


# --- microdata -------------------------------------------------------------------------------------------------

MICRODATA = """<html lang="nl"><body><div itemscope itemtype="https://schema.org/DiscussionForumPosting"><h1 itemprop="headline">Wie?</h1>
<meta itemprop="commentCount" content="3"><div itemprop="text">De opening</div>
<div id="post_2" itemprop="comment" itemscope itemtype="http://schema.org/Comment">
 <span itemprop="author" itemscope itemtype="http://schema.org/Person"><a itemprop="url" href="/u/ria"><span itemprop="name">Ria</span></a></span>
 <time itemprop="datePublished" datetime="2026-03-02T08:00:00Z">toen</time><div itemprop="text">Wij</div><meta itemprop="upvoteCount" content="9">
 <div id="post_3" itemprop="comment" itemscope itemtype="http://schema.org/Comment"><span itemprop="creator">Ko</span>
  <div itemprop="text">Zij<div itemscope itemtype="https://schema.org/Comment" id="c4"><b itemprop="author">Ria</b><p itemprop="text">Nee</p></div></div>
 </div></div></div><a rel="next" href="/t/1?page=2#x">volgende</a><a rel="next" href="https://elders.invalid/">x</a></body></html>"""


def test_microdata():
    page = platforms.read(MICRODATA, "https://f.invalid/t/1")
    assert _tree(MICRODATA) == EXPECTED
    assert (page.title, page.opening, page.announced) == ("Wie?", "De opening", 3)
    assert [c.platform_id for c in page.comments] == ["post_2", "post_3", "c4"]
    assert page.comments[0].posted_at == dt.datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert page.next_links == ["https://f.invalid/t/1?page=2"]


def test_pages_of_a_thread_share_its_name():
    names = {schema_org.read(MICRODATA, f"https://f.invalid/t/1{more}").thread for more in ("", "?page=2", "/page-3/")}
    assert names == {"f.invalid/t/1"}


def _anchored(number: int, author: str, text: str, inner: str = "", *, where: str) -> str:
    """A comment whose number stands in an element of its own: in it, just before it, or before it in an element around both."""
    anchor, body = (
        f'<span id="post{number}"></span>',
        f'<b itemprop="author" id="user-{len(author)}">{author}</b><div itemprop="text">{text}</div>{inner}',
    )
    opened = '<div itemprop="comment" itemscope itemtype="https://schema.org/Comment">'
    if where == "before":
        return f"{anchor} {opened}{body}</div>"
    return f"<li>{anchor}{opened}{body}</div></li>" if where == "around" else f"<li>{opened}{anchor}{body}</div></li>"


@pytest.mark.parametrize("where", ["around", "before", "within"])
def test_microdata_is_named_by_the_ids_that_tell_entries_apart(where):
    quoting = '<div class="quote-box"><a href="#post7">Geplaatst door Ria</a> Wij</div>Juist.'
    answer = f"<ul>{_anchored(9, 'Els', 'Nee', where=where)}</ul>"
    body = f"""<html lang="nl"><body><div itemscope itemtype="https://schema.org/DiscussionForumPosting"><i itemprop="author">An</i><i id="post6"></i>
    <div itemprop="text">De opening</div><ul>{_anchored(7, "Ria", "Wij", where=where)}{_anchored(8, "Dirk", quoting, answer, where=where)}</ul></div>
    <a href="/draad/7?page=2">2</a><a href="/draad/7?page=3">3</a><a href="/draad/8?page=2">2</a></body></html>"""
    page = schema_org.read(body, PAGE)
    assert [(c.platform_id, c.parent, c.permalink) for c in page.comments] == [
        ("post6", None, f"{PAGE}#post6"), ("post7", None, f"{PAGE}#post7"), ("post8", "post7", f"{PAGE}#post8"), ("post9", "post8", f"{PAGE}#post9"),
    ]  # fmt: skip
    assert page.comments[2].text == '<blockquote><a href="#post7">Geplaatst door Ria</a> Wij</blockquote>Juist.'
    assert page.next_links == [f"{PAGE}?page=2", f"{PAGE}?page=3"]


def test_microdata_within_another_does_not_take_its_id():
    inner = """<div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><b itemprop="author">Kees</b>
    <div itemprop="text">Nee</div></div>"""
    outer = f"""<div itemscope itemtype="https://schema.org/Comment" id="comment-1"><b itemprop="author">Piet</b>
    <div itemprop="text">Ja</div>{inner}</div>"""
    box = f'<div id="box-3">{inner.replace("Kees", "Gerda")}{inner.replace("Kees", "Dora")}</div><p id="alone-4">{inner.replace("div", "span").replace("Kees", "Els")}</p>'
    comments = schema_org.read(f"<html><body>{outer}{box}</body></html>", PAGE).comments
    first, *others, last = comments
    assert (first.platform_id, last.platform_id, others[0].parent) == ("comment-1", "alone-4", "comment-1")
    assert len({comment.platform_id for comment in comments}) == 5


def test_a_question_counts_its_answers_and_not_the_comments_below_them():
    answer = {"@type": "Answer", "text": "Zo.", "comment": [{"@type": "Comment", "text": "Mooi."}]}
    question = {
        "@type": "Question",
        "name": "Hoe?",
        "text": "Hoe dan?",
        "author": "Ria",
        "answerCount": 1,
        "suggestedAnswer": answer,
    }
    page = schema_org.read(ld({"@type": "QAPage", "mainEntity": question}), PAGE)
    assert (page.announced, len(page.comments)) == (3, 3)


@pytest.mark.parametrize("suffix", ["", "/page-2", "?page=3", "&page=3"])
def test_the_page_s_number_is_no_part_of_the_thread_that_it_describes(suffix):
    url = f"https://forum.invalid/draad{'?t=7' if suffix.startswith('&') else '/7'}"
    posting = {"@type": "DiscussionForumPosting", "url": url + suffix, "comment": {"@type": "Comment", "text": "Ja"}}
    assert schema_org.read(ld(posting), url).thread == url.removeprefix("https://")
