"""Asgaros Forum: the same posts in its two generations of templates. All pages are made up."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline import platforms
from pipeline.platforms import asgaros
from pipeline.platforms.text import markup_to_text

URL = "https://forum.invalid/forum/topic/wie-houdt-de-kas-bij/"
UTC = dt.UTC
#: number, author, day of January 2024, words
POSTS = [
    ("3", "Anneke", 5, "Wie houdt de kas bij?"),
    ("4", "Bob de Boer", 6, "Ik niet."),
    ("5", "Kees & zn", 7, "Nou dan."),
]


def _twice(number, name, day, words):
    """As a whole for a quote, out of sight, and then itself."""
    return f"""<div id="post-quote-container-{number}" style="display: none;"><blockquote><div class="quotetitle">Citaat van {name} op {day} januari
    2024, 15:22</div><p>{words}</p></blockquote><br></div><p>{words}</p><p class="uploaded-files">Bijlagen: <a href="/kas.pdf">kas.pdf</a></p>"""


def today(number, name, day, words):
    return f"""<div class="post-element" id="postid-{number}"><div class="post-author user-online"><img class="avatar" src="x">
    <div class="post-author-block-name"><span class="post-username"><a href="/forum/profile/3/">{name}</a></span><span class="mention-nice-name">@x</span></div>
    <div class="post-author-block-meta"><small class="post-counter">12 berichten</small><small class="topic-author">Auteur</small></div></div>
    <div class="post-wrapper"><div class="forum-post-header"><div class="forum-post-date">{day} januari 2024, 15:22</div>
    <div class="forum-post-menu"><a href="#">Citeren</a></div></div><div class="post-message">{_twice(number, name, day, words)}</div>
    <div class="post-footer"><div class="post-meta"><span class="post-edit-date">Laatst bewerkt op 9 januari 2024, 10:00</span>
    <a href="{URL}#postid-{number}">#1</a></div></div><div class="signature">Groet uit het noorden</div></div></div>"""


def first_generation(number, name, day, words):
    return f"""<div class="post" id="postid-{number}"><div class="post-header"><div class="post-date">{day} januari 2024, 15:22</div>
    <div class="post-menu"><a href="#">Citeren</a></div></div><div class="post-content"><div class="post-author"><img class="avatar" src="x"><br />
    <strong>{name}</strong><br /><small>Berichten:&nbsp;12</small></div><div class="post-message">{_twice(number, name, day, words)}</div></div></div>"""


FORMS = [today, first_generation]


def page(inner, pages=""):
    return f"""<!DOCTYPE html><html lang="nl-NL"><head><title>Wie houdt de kas bij? - De vereniging</title><link href="/wp-content/x.css"
    rel="stylesheet"></head><body class="page page-id-9 asgaros-forum"><div id="af-wrapper"><div id="forum-header"></div><h1 class="main-title">Wie houdt de
    kas bij?</h1><div class="pages-and-menu"><div class="pages">{pages}</div></div><div class="content-container">{inner}</div></div></body></html>"""


def three(form):
    return "".join(form(*post) for post in POSTS)


@pytest.mark.parametrize("form", FORMS)
def test_every_generation_gives_the_same_posts(form):
    found = platforms.read(page(three(form)), URL)
    assert (found.platform, found.title, found.thread) == (
        asgaros.NAME, "Wie houdt de kas bij?", "forum.invalid/forum/topic/wie-houdt-de-kas-bij",
    )  # fmt: skip
    assert [(c.platform_id, c.author, c.posted_at, markup_to_text(c.text), c.permalink) for c in found.comments] == [
        (number, name, dt.datetime(2024, 1, day, 14, 22, tzinfo=UTC), words, f"{URL}#postid-{number}")
        for number, name, day, words in POSTS
    ]


@pytest.mark.parametrize(("at", "others"), [("", [2, 3, 10]), ("?part=2", [1, 3, 10])])
def test_pages(at, others):
    links = "".join(f'<a href="{URL}?part={n}">{n}</a>' for n in (1, 2, 3, 10))
    found = platforms.read(page(three(today), links), URL + at)
    assert found.next_links == [URL if n == 1 else f"{URL}?part={n}" for n in others]
    assert found.thread == "forum.invalid/forum/topic/wie-houdt-de-kas-bij"


def test_a_list_of_topics_leads_to_them():
    inner = f"""<div class="content-element topic"><div class="topic-name"><a href="{URL}" title="x">Kas</a><small>Door Anneke</small></div></div>"""
    found = platforms.read(page(inner, '<a href="?part=2">2</a>'), "https://forum.invalid/forum/forum/leden/")
    assert (found.comments, found.thread) == ([], None)
    assert found.next_links == [URL, "https://forum.invalid/forum/forum/leden/?part=2"]


def test_a_page_cut_in_the_middle():
    whole = page(three(today))
    assert [c.platform_id for c in asgaros.read(whole[: whole.index('id="postid-5"')], URL).comments] == ["3", "4"]


def test_a_post_whose_text_stands_where_no_other_s_does_is_told():
    other = today("9", "Anneke", 8, "Lang verhaal. " * 30).replace("post-message", "woorden")
    found = platforms.read(page(three(today) + other), URL)
    assert [c.platform_id for c in found.comments] == ["3", "4", "5"]
    assert "posts in which no text was found, left out: 1" in found.warnings
