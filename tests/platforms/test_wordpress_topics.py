"""WordPress: topics of a forum that are posts of a type of their own, with comments as replies. All pages are made up."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pipeline import platforms
from pipeline.platforms.text import markup_to_text

URL = "https://forum.invalid/forum/wie-houdt-de-kas-bij/"
UTC = dt.UTC
WORDS = "Ik niet meer, en ik heb het ook nooit met plezier gedaan, al die bonnen."
#: a theme's own names, and those that WordPress gives
OWN = f"""<div class="comments replies"><h3 class="comments__heading">Antwoorden</h3><ol class="comments__list">
<li class="comments__list-item" id="comment-4"><a class="author" href="/lid/bob">Bob de Boer</a> | <time class="comments__date">6 januari 2024 15:22</time>
<div class="comments__list-item__text"><p>{WORDS}</p></div></li></ol></div>"""
USUAL = f"""<div id="comments"><ol class="comment-list"><li id="comment-4" class="comment depth-1"><article id="div-comment-4" class="comment-body">
<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">Bob de Boer</b> <span class="says">schreef:</span></div>
<div class="comment-metadata"><a href="{URL}#comment-4"><time datetime="2024-01-06T15:22:00+01:00">toen</time></a></div></footer>
<div class="comment-content"><p>{WORDS}</p></div></article></li></ol></div>"""


def own_names():
    """A theme with names of its own, the site's heading above that of the topic, and an author beside an avatar."""
    return f"""<header><h1 class="section__heading">Het forum</h1></header><div class="grid"><main class="article__content"><div class="question__top">
    <h1 class="question__title">Wie houdt de kas bij?</h1><div class="question__info"><img class="avatar"><div class="copy"><a class="author" href="/lid/anneke"
    rel="nofollow">Anneke</a> in <a href="/forum/leden">Leden</a> op <time datetime="5 januari 2024 15:22">5 januari 2024</time></div></div></div>
    <div class="question__body" id="article-body"><p>Ik zoek iemand.</p><p>Wie houdt de kas bij?</p><div class="question__share"><a href="#">Deel</a></div></div>
    {OWN}</main></div><aside class="sidebar"><p>{"Word lid van de vereniging. " * 30}</p></aside>"""


def usual_names():
    return f"""<article id="post-4" class="post-4 question type-question hentry"><header><h1 class="entry-title">Wie houdt de kas bij?</h1>
    <div class="entry-meta"><span class="author vcard"><a class="url fn n" href="/lid/anneke">Anneke</a></span>
    <time class="entry-date published" datetime="2024-01-05T15:22:00+01:00">gisteren</time></div></header>
    <div class="entry-content"><p>Ik zoek iemand.</p><p>Wie houdt de kas bij?</p></div></article>{USUAL}"""


def page(inner, kind="single-forum"):
    return f"""<!DOCTYPE html><html lang="nl-NL"><head><title>Wie houdt de kas bij? - De vereniging</title><link rel="canonical" href="{URL}">
    <link rel="shortlink" href="https://forum.invalid/?p=4"><link rel="https://api.w.org/" href="https://forum.invalid/wp-json/"></head>
    <body class="forum-template-default single {kind} postid-4">{inner}</body></html>"""


def _said(found):
    return [(c.platform_id, c.author, c.posted_at, markup_to_text(c.text)) for c in found.comments]


FIRST = ("post-4", "Anneke", dt.datetime(2024, 1, 5, 14, 22, tzinfo=UTC), "Ik zoek iemand.\n\nWie houdt de kas bij?")


@pytest.mark.parametrize("inner", [own_names(), usual_names()])
@pytest.mark.parametrize("kind", ["single-forum", "single-question", "single-bp_topic", "single-dwqa-question"])
def test_what_opens_a_topic_is_a_post_of_its_own(inner, kind):
    found = platforms.read(page(inner, kind), URL)
    assert (found.platform, found.title, found.opening, found.published_at) == (
        "wordpress",
        "Wie houdt de kas bij?",
        None,
        FIRST[2],
    )
    first, reply = _said(found)
    assert (first, reply[0]) == (FIRST, "4")  # a post and a comment of the same number
    assert [c.permalink for c in found.comments] == [URL, f"{URL}#comment-4"]


def test_replies_within_the_element_of_the_text_are_no_part_of_it():
    inner = (
        usual_names()
        .replace("</div></article>", f"{USUAL}</div></article>")
        .replace(f"</article>{USUAL}", "</article>")
    )
    assert [row[3] for row in _said(platforms.read(page(inner), URL))] == [FIRST[3], WORDS]
    article = platforms.read(page(inner, "single-post"), URL)
    assert (article.opening, [c.platform_id for c in article.comments]) == (FIRST[3], ["4"])


def test_the_type_of_a_page_is_looked_at_in_linear_time():
    begin = time.process_time()
    assert platforms.read(page(usual_names(), f"single-{'a_' * 5_000}"), URL).opening == FIRST[3]
    assert time.process_time() - begin < 2


def test_the_topic_is_one_more_than_the_replies_that_are_announced():
    told = page(own_names()).replace('comments__heading">Antwoorden', 'comments-title">1 antwoord')
    assert platforms.read(told, URL).announced == 2


def test_an_article_opens_no_topic():
    found = platforms.read(page(usual_names(), "single-post"), URL)
    assert ([c.platform_id for c in found.comments], found.opening) == (["4"], FIRST[3])


def test_an_article_in_an_element_without_a_usual_name_is_read():
    long = own_names().replace("Ik zoek iemand.", f"Ik zoek iemand. {'Het hoeft geen accountant te zijn. ' * 10}")
    assert (platforms.read(page(long, "single-post"), URL).opening or "").startswith("Ik zoek iemand. Het hoeft geen")
    assert platforms.read(page(own_names(), "single-post"), URL).opening is None


def test_a_topic_without_a_name_is_an_opening():
    found = platforms.read(page(usual_names().replace(">Anneke<", "><")), URL)
    assert ([c.platform_id for c in found.comments], found.opening) == (["4"], FIRST[3])


def test_where_a_visitor_came_from_is_no_part_of_an_address():
    for query in ("?srsltid=Afm", "?utm_source=x&fbclid=y"):
        found = platforms.read(page(own_names()), URL + query)
        assert [c.permalink for c in found.comments] == [URL, f"{URL}#comment-4"]
    plain = page(own_names()).replace(f'canonical" href="{URL}"', 'canonical" href="https://forum.invalid/"')
    assert (
        platforms.read(plain, "https://forum.invalid/?p=4").comments[1].permalink
        == "https://forum.invalid/?p=4#comment-4"
    )


def test_a_question_whose_answers_are_no_comments_is_left_to_others():
    answers = "".join(
        f"""<div class="dwqa-answer-item"><div class="dwqa-answer-meta"><a href="/lid/{name}">{name}</a> <time datetime="2024-01-0{day}T15:22:00+01:00">toen
        </time></div><div class="dwqa-answer-content"><p>{WORDS} {name} weet het.</p></div></div>"""
        for day, name in ((6, "Bob"), (7, "Kees"))
    )
    inner = usual_names().replace(
        USUAL, f'<div class="dwqa-answers"><div class="dwqa-answers-list">{answers}</div></div>{USUAL}'
    )
    assert "Kees" in {c.author for c in platforms.read(page(inner, "single-dwqa-question"), URL).comments}
