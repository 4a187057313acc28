"""bbPress: topics by its templates of all versions, with replies beside and within each other. All pages are made up."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline import platforms
from pipeline.platforms import bbpress
from pipeline.platforms.text import markup_to_text

URL = "https://forum.invalid/forums/topic/wie-houdt-de-kas-bij/"
UTC = dt.UTC
#: number, author, day of January 2024, words
POSTS = [
    ("20", "Anneke de Boer", 5, "Wie houdt de kas bij?"),
    ("31", "J. Müller", 6, "Ik niet meer."),
    ("42", "gast & co", 7, "Dan doe ik het."),
]


def _author(kind, name):
    avatar = "<img alt='' src='a.png' class='avatar photo'>"
    if kind == "2.5":
        return f"""<a href="/users/x/" class="bbp-author-avatar" rel="nofollow">{avatar}</a><br /><a href="/users/x/" class="bbp-author-name"
        rel="nofollow">{name}</a><br /><div class="bbp-author-role">Deelnemer</div>"""
    if kind == "guest":
        return f"""{avatar}<br />{name}<br /><div class="bbp-author-role">Gast</div>"""
    return f"""<a href="/users/x/" class="bbp-author-link"><span class="bbp-author-avatar">{avatar}</span><span class="bbp-author-name">{name}</span></a>
    <div class="bbp-author-role">Deelnemer</div>"""


def _reply(number, name, day, words, kind="2.6", more=""):
    kind_of = "topic type-topic" if number == "20" else "reply type-reply"
    return f"""<div id="post-{number}" class="bbp-reply-header"><div class="bbp-meta"><span class="bbp-reply-post-date">{day} januari 2024 om 15:22</span>
    <a href="{URL}#post-{number}" class="bbp-reply-permalink">#{number}</a><span class="bbp-admin-links"><a href="/x">Spam</a></span></div></div>
    <div class="loop-item-1 user-id-7 bbp-parent-topic-20 odd post-{number} {kind_of} status-publish hentry">
    <div class="bbp-reply-author">{_author(kind, name)}</div><div class="bbp-reply-content"><p>{words}</p>{more}</div></div>"""


REVISIONS = """<ul id="bbp-reply-revision-log-31" class="bbp-reply-revision-log"><li>Dit antwoord is 2 jaar geleden gewijzigd.</li></ul>
<div class="bbp-signature"><p>Groet uit het noorden</p></div><div class="bbp-attachments"><h6>Bijlagen:</h6><ol><li>kas.pdf</li></ol></div>"""
ROW = (
    """<li class="{0}"><div class="bbp-reply-author">Auteur</div><div class="bbp-reply-content">Berichten</div></li>"""
)


def _in_list(inner, more=""):
    return f"""<div class="bbp-pagination"><div class="bbp-pagination-count">3 berichten aan het bekijken - 1 tot 3 (van in totaal 3)</div>
    <div class="bbp-pagination-links">{more}</div></div><ul id="topic-20-replies" class="forums bbp-replies">{ROW.format("bbp-header")}
    <li class="bbp-body">{inner}</li>{ROW.format("bbp-footer")}</ul>"""


def flat(kind="2.6"):
    return _in_list("".join(_reply(*post, kind, REVISIONS if post[0] == "31" else "") for post in POSTS))


def lead():
    _, name, day, words = POSTS[0]
    return f"""<ul id="bbp-topic-20-lead" class="bbp-lead-topic"><li class="bbp-header"><div class="bbp-topic-author">Maker</div>
    <div class="bbp-topic-content">Onderwerp</div></li><li class="bbp-body"><div class="bbp-topic-header"><div class="bbp-meta">
    <span class="bbp-topic-post-date">{day} januari 2024 om 15:22</span><a href="{URL}" class="bbp-topic-permalink">#20</a></div></div>
    <div id="post-20" class="post-20 topic type-topic hentry"><div class="bbp-topic-author">{_author("2.6", name)}</div>
    <div class="bbp-topic-content"><p>{words}</p></div></div></li></ul>
    {_in_list("".join(_reply(*post) for post in POSTS[1:])).replace("(van in totaal 3)", "(van in totaal 2)")}"""


def told_in_words():
    """As on the forum of WordPress itself: how long ago, and the date in a title."""
    dated = flat()
    for number, _, day, _ in POSTS:
        dated = dated.replace(
            f'<span class="bbp-reply-post-date">{day} januari 2024 om 15:22</span>\n    <a href="{URL}#post-{number}" class="bbp-reply-permalink">#{number}</a>',
            f'<p class="bbp-reply-post-date"><a href="{URL}#post-{number}" title="{day} januari 2024 om 15:22" class="bbp-reply-permalink">2 jaar geleden</a></p>',
        )
    assert "2 jaar geleden</a>" in dated
    return dated


def table():
    """The first templates, with names in the header and a table a topic."""
    rows = "".join(
        f"""<tr class="bbp-reply-header"><td class="bbp-reply-author">{name}</td><td class="bbp-reply-content"><a href="{URL}#post-{number}"
        class="bbp-reply-permalink">#</a> Geplaatst op {day} januari 2024 om 15:22</td></tr><tr id="reply-{number}" class="post-{number} reply hentry">
        <td class="bbp-reply-author"><a href="/users/x"><img src="a.png"></a></td><td class="bbp-reply-content"><p>{words}</p></td></tr>"""
        for number, name, day, words in POSTS
    )
    return f"""<table class="bbp-replies" id="topic-20-replies"><thead><tr><th class="bbp-reply-author">Auteur</th><th class="bbp-reply-content">Bericht
    </th></tr></thead><tbody>{rows}</tbody></table>"""


def prefixed():
    """A theme that puts a name of its own before those of the parts, and the author's image beside them."""
    return (
        flat()
        .replace('class="bbp-reply-content"', 'class="xyz-bbp-reply-content"')
        .replace('"bbp-reply-author"', '"xyz-bbp-reply-author"')
    )


FORMS = [prefixed(), flat(), flat("2.5"), flat("guest"), lead(), told_in_words(), table()]


def page(inner, head=""):
    return f"""<!DOCTYPE html><html lang="nl-NL"><head><title>Wie houdt de kas bij? - De vereniging</title>{head}
    <link rel="canonical" href="{URL}"><link href="/wp-content/plugins/bbpress/style.css" rel="stylesheet"></head>
    <body class="topic bbpress single single-topic postid-20"><article id="post-20" class="post-20 topic type-topic hentry"><h1 class="entry-title">Wie houdt de
    kas bij?</h1><div class="entry-content"><div id="bbpress-forums">{inner}<div id="new-reply-20" class="bbp-reply-form"><form>
    <textarea></textarea></form></div></div></div></article></body></html>"""


def _read(inner, url=URL):
    return platforms.read(page(inner), url)


@pytest.mark.parametrize("inner", FORMS)
def test_every_template_gives_the_same_posts(inner):
    found = _read(inner)
    assert (found.platform, found.title, found.thread) == (
        bbpress.NAME,
        "Wie houdt de kas bij?",
        "forum.invalid/forums/topic/wie-houdt-de-kas-bij",
    )
    assert [(c.platform_id, c.author, c.posted_at, markup_to_text(c.text)) for c in found.comments] == [
        (number, name, dt.datetime(2024, 1, day, 14, 22, tzinfo=UTC), words) for number, name, day, words in POSTS
    ]
    assert {c.parent for c in found.comments} == {None}
    assert found.comments[1].permalink == f"{URL}#post-31"


def test_the_line_above_tells_the_number_of_posts():
    assert [_read(inner).announced for inner in (flat(), lead(), table())] == [3, 3, None]


def test_nested_replies_and_quotes_name_their_parent():
    first, second, third = POSTS
    quoting = (
        third[0],
        third[1],
        third[2],
        f'</p><blockquote><a href="{URL}#post-31">J. Müller</a> Ik niet meer.</blockquote><p>Jammer.',
    )
    nested = f"""<ul><li>{_reply(*first)}<ul class="bbp-threaded-replies"><li>{_reply(*second)}<ul class="bbp-threaded-replies">
    <li>{_reply(*third)}</li></ul></li></ul></li></ul>"""
    assert [c.parent for c in _read(_in_list(nested)).comments] == [None, "20", "31"]
    assert [c.parent for c in _read(_in_list(_reply(*first) + _reply(*second) + _reply(*quoting))).comments] == [
        None,
        None,
        "31",
    ]
    assert [markup_to_text(c.text) for c in _read(_in_list(nested)).comments] == [words for *_, words in POSTS]


def test_pages():
    links = f"""<span class="page-numbers current">2</span><a class="page-numbers" href="{URL}page/1/">1</a><a class="page-numbers" href="{URL}page/3/">3</a>
    <a class="next page-numbers" href="{URL}page/3/">→</a>"""
    found = _read(_in_list(_reply(*POSTS[1]), links), f"{URL}page/2/")
    assert found.next_links == [URL, f"{URL}page/3/"]
    assert found.thread == "forum.invalid/forums/topic/wie-houdt-de-kas-bij"
    first = _read(_in_list(_reply(*POSTS[1]), f'<a href="{URL}">1</a><a href="{URL}page/2/">2</a>'), URL)
    assert first.next_links == [f"{URL}page/2/"]


def test_a_list_of_topics_leads_to_them():
    inner = f"""<ul id="bbp-forum-9" class="bbp-topics"><li class="bbp-header"><ul class="forum-titles"><li class="bbp-topic-title">Onderwerp</li></ul></li>
    <li class="bbp-body"><ul id="bbp-topic-20" class="loop-item-0 post-20 topic"><li class="bbp-topic-title"><a class="bbp-topic-permalink" href="{URL}">Kas</a></li>
    <li class="bbp-topic-freshness"><a href="{URL}#post-42">gisteren</a></li></ul></li></ul>
    <div class="bbp-pagination-links"><a class="page-numbers" href="/forums/forum/leden/page/2/">2</a></div>"""
    found = platforms.read(
        page(inner).replace(f'<link rel="canonical" href="{URL}">', ""), "https://forum.invalid/forums/forum/leden/"
    )
    assert (found.comments, found.thread) == ([], None)
    assert found.next_links == [URL, "https://forum.invalid/forums/forum/leden/page/2/"]


def test_replies_of_one_member_are_no_thread():
    found = platforms.read(
        page(f'<div id="bbp-user-wrapper">{flat()}</div>'), "https://forum.invalid/forums/users/x/replies/"
    )
    assert (found.comments, found.thread) == ([], None)
    assert found.next_links == [URL]  # the topic that they are in


def test_a_list_of_topics_beside_an_article_does_not_hide_its_comments():
    body = f"""<html lang="nl"><head><link rel="stylesheet" href="/wp-content/x.css"></head><body class="single postid-4"><h1 class="entry-title">Stuk</h1>
    <div class="widget"><ul class="bbp-topics-widget newness"><li><a class="bbp-forum-title bbp-topic-permalink" href="{URL}">Kas</a></li></ul></div>
    <ol class="comment-list"><li id="comment-5" class="comment"><b class="fn">Bob</b><time datetime="2024-01-05T12:00:00+01:00">toen</time>
    <div class="comment-content"><p>Mooi.</p></div></li></ol></body></html>"""
    assert [c.platform_id for c in platforms.read(body, "https://forum.invalid/stuk/").comments] == ["5"]


def test_a_page_cut_in_the_middle():
    whole = page(flat())
    found = bbpress.read(whole[: whole.index("Ik niet meer")], URL)
    assert [c.platform_id for c in found.comments] == ["20"]
