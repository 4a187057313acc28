"""wpForo: the same posts in each of its layouts and generations. All pages are made up."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline import platforms
from pipeline.platforms import wpforo
from pipeline.platforms.text import markup_to_text

URL = "https://forum.invalid/community/kassen/wie-houdt-de-kas-bij/"
UTC = dt.UTC
#: number, author, day of January 2024, words
POSTS = [
    ("7", "Anneke de Boer", 15, "Wie houdt de kas bij?"),
    ("8", "J. Müller van der Hooghe-Oosterling", 16, "Ik niet meer."),
    ("9", "gast & co", 17, "Dan doe ik het."),
]
SIGNATURE = '<div class="wpforo-post-signature"><p>Groet uit het noorden</p></div>'
EDITED = """<div class="wpf-post-edit-wrap"><div id="wpf-post-edit-1">Dit bericht is 2 jaar geleden gewijzigd door Anneke</div></div>"""


def _link(name, css=""):
    if name.startswith("gast"):
        return f'<span title="{name}" {css}>{name}</span>'
    short = name if len(name) < 30 else f"{name[:26]} ..."
    return f'<a href="/participant/x/" title="{name}" style="color: #000" {css}>{short}</a>'


def plain(number, name, day, words, more=""):
    return f"""<div id="post-{number}" data-postid="{number}" data-userid="3" data-mention="x" class="post-wrap wpfn-1"><div class="wpforo-post wpfcl-1">
    <div class="wpf-left"><div class="author-data"><div class="author-name"><span><i class="fas wpfcl-8" title="Offline"></i></span>&nbsp;{_link(name)}</div>
    <div class="author-title"><span class="wpf-member-title">Lid</span></div><div class="author-joined">Lid sinds: 02/03/2019 1:00 pm</div>
    <div class="author-posts">Berichten: 12</div></div></div><div class="wpf-right"><div class="wpforo-post-content-top">
    <span class="wpf-post-starter">Onderwerpstarter</span><span class="wpf-post-date">{day}/01/2024 3:22 pm</span>
    <span class="wpf-post-link"><a href="{URL}#post-{number}"></a></span></div><div class="wpforo-post-content">{more}<p>{words}</p></div>{EDITED}{SIGNATURE}</div>
    <div class="bottom"><div class="bright"><span class="wpf-action">Antwoord</span></div></div></div></div>"""


def first_generation(number, name, day, words, more=""):
    return f"""<div id="post-{number}" class="post-wrap"><div class="wpforo-post wpfcl-1"><div class="wpf-left"><div class="author-data"><div class="author-name">
    <span><i class="fa" title="Offline"></i></span>&nbsp;{_link(name)}</div><div class="author-joined">Lid sinds:02/03/2019 1:00 pm</div></div></div>
    <div class="wpf-right"><div class="wpforo-post-content-top"><span>{day}/01/2024 3:22 pm</span> &nbsp; <a href="{URL}#post-{number}"></a></div>
    <div class="wpforo-post-content">{more}<p>{words}</p></div><div class="wpf-post-edited">Gewijzigd: 2 jaar geleden</div>{SIGNATURE}</div></div></div>"""


def question(number, name, day, words, more=""):
    return f"""<div class="wpforo-qa-item-wrap"><div id="post-{number}" data-postid="{number}" class="post-wrap wpfn-1 wpfp-first"><div class="wpforo-post">
    <div class="wpf-left"><div class="wpforo-post-voting"><div class="wpf-vote-number"><span>3</span></div></div></div><div class="wpf-right">
    <div class="wpforo-post-content-top"><div class="wpforo-post-date">{day}/01/2024 3:22 pm</div><span class="wpf-post-starter">Starter</span></div>
    <div class="wpforo-post-author"><div class="wpforo-post-author-name">{_link(name, 'class="wpf-pa-name"')}<span class="wpf-pa-online">●</span></div>
    <div class="wpforo-post-author-stat"><span class="author-posts">12 berichten</span></div></div>
    <div class="wpforo-post-content">{more}<p>{words}</p>{EDITED}{SIGNATURE}</div></div></div></div></div>"""


def comment(number, name, day, words):
    return f"""<div id="post-{number}" data-postid="{number}" class="comment-wrap"><div class="wpforo-comment wpfcl-1"><div class="wpf-right">
    <div class="wpforo-comment-content"><div class="wpforo-comment-top"><span class="wpfcl-0">{_link(name)} {day}/01/2024 3:22 pm</span></div>
    <div class="wpforo-comment-text"><p>{words}</p></div><div class="wpforo-comment-action-links">&nbsp;</div></div></div></div></div>"""


def threaded(number, name, day, words, more=""):
    return f"""<div id="post-{number}" data-postid="{number}" class="reply-wrap"><div class="wpforo-post wpf-child-post"><div class="wpf-reply-head">
    <div class="wpf-author"><div class="wpf-author-head"><div class="wpf-author-name"><span></span>&nbsp;{_link(name)}</div>
    <div class="wpf-author-title">Lid</div></div></div><div class="wpf-post-date">{day}/01/2024 3:22 pm</div></div><div class="wpf-reply-content wpf-content">
    <div class="wpf-reply-tree">{more}</div><div class="wpforo-post-content"><p>{words}</p></div><div class="wpforo-post-meta">{EDITED}{SIGNATURE}</div>
    <div class="wpf-content-foot"><div class="wpf-reply">Antwoord</div></div></div></div></div>"""


LAYOUTS = [plain, first_generation, question, threaded]


def page(inner, address=URL):
    return f"""<!DOCTYPE html><html lang="nl-NL"><head><title>Wie houdt de kas bij? – Kassen – De vereniging</title><link rel="canonical" href="{address}">
    <link href="/wp-content/plugins/wpforo/style.css" rel="stylesheet"></head><body class="page page-id-9 wpf-light"><div id="wpforo"><div id="wpforo-wrap">
    <div class="wpf-head-bar"><div class="wpf-head-title"><h1 id="wpforo-title">Wie houdt de kas bij?</h1></div></div><div class="wpfl-1 wpforo-section">{inner}</div>
    <div id="wpf-reply-form-wrap"><form><textarea></textarea></form></div></div></div></body></html>"""


def three(layout):
    return "".join(layout(*post) for post in POSTS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_posts(layout):
    found = platforms.read(page(three(layout)), URL)
    assert (found.platform, found.title) == (wpforo.NAME, "Wie houdt de kas bij?")
    assert found.thread == "forum.invalid/community/kassen/wie-houdt-de-kas-bij"
    assert [(c.platform_id, c.author, c.posted_at, markup_to_text(c.text)) for c in found.comments] == [
        (number, name, dt.datetime(2024, 1, day, 14, 22, tzinfo=UTC), words) for number, name, day, words in POSTS
    ]
    assert {c.parent for c in found.comments} == {None}
    assert [c.permalink for c in found.comments] == [f"{URL}#post-{number}" for number in "789"]


def test_comments_on_an_answer_have_it_as_parent():
    first, second, third = POSTS
    inner = (
        question(*first)[: -len("</div>")]
        + f'<div class="wpforo-qa-comments">{comment(*second)}{comment(*third)}</div></div>'
    )
    found = platforms.read(page(inner), URL)
    assert [(c.platform_id, c.parent, c.author, c.posted_at.day) for c in found.comments] == [
        ("7", None, first[1], 15), ("8", "7", second[1], 16), ("9", "7", third[1], 17),
    ]  # fmt: skip


def test_replies_and_quotes_name_their_post():
    first, second, _ = POSTS
    tree = f'<div class="wpf-reply-to wpf-tree-item"><a href="{URL}#post-7"><em>Antwoord op</em><span>Anneke</span></a></div>'
    quote = """<blockquote data-userid="3" data-postid="7" data-mention="anneke"><div class="wpforo-post-quote-author"><strong>Geplaatst door: @anneke</strong>
    </div><p>Wie houdt de kas bij?</p></blockquote>"""
    for inner in (plain(*first) + threaded(*second, tree), plain(*first) + plain(*second, quote)):
        found = platforms.read(page(inner), URL)
        assert [c.parent for c in found.comments] == [None, "7"]
        assert "Geplaatst door" not in found.comments[1].text
        assert found.comments[1].text.endswith("<p>Ik niet meer.</p>")


def test_pages():
    navigation = f"""<div class="wpf-navi wpf-navi-post-top"><div class="wpf-navi-wrap"><span class="wpf-page-info">Pagina 2 / 4</span>
    <a href="{URL}" class="wpf-prev-button" rel="prev">vorige</a><select class="wpf-navi-dropdown"><option value="{URL}">1</option>
    <option value="{URL}paged/2/" selected="selected">2</option><option value="{URL}paged/3/">3</option><option value="{URL}paged/4/">4</option></select>
    <a href="{URL}paged/3/" class="wpf-next-button" rel="next">volgende</a></div></div>"""
    found = platforms.read(page(navigation + three(plain), f"{URL}paged/2/"), f"{URL}paged/2/")
    assert found.next_links == [URL, f"{URL}paged/3/", f"{URL}paged/4/"]
    assert found.thread == "forum.invalid/community/kassen/wie-houdt-de-kas-bij"


def test_a_list_of_topics_leads_to_them():
    inner = f"""<div class="topic-wrap"><div class="wpforo-topic"><div class="wpforo-topic-info"><p class="wpforo-topic-title"><a href="{URL}">Kas</a></p></div></div></div>
    <div class="wpf-navi"><a href="/community/kassen/paged/2/" class="wpf-next-button">volgende</a></div>"""
    found = platforms.read(
        page(inner, "https://forum.invalid/community/kassen/"), "https://forum.invalid/community/kassen/"
    )
    assert (found.comments, found.thread) == ([], None)
    assert found.next_links == [URL, "https://forum.invalid/community/kassen/paged/2/"]


def test_a_page_cut_in_the_middle():
    whole = page(three(plain))
    found = wpforo.read(whole[: whole.index("Dan doe ik")], URL)
    assert [c.platform_id for c in found.comments] == ["7", "8"]
