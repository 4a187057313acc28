"""BuddyPress: an activity with its comments in the templates of three generations. All pages are made up."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline import platforms
from pipeline.platforms import buddypress
from pipeline.platforms.text import markup_to_text

URL = "https://forum.invalid/members/anneke/activity/7/"
UTC = dt.UTC
#: id, parent, author, day of January 2024, words
POSTS = [
    ("activity-7", None, "Anneke de Boer", 5, "Wie houdt de kas bij?"),
    ("4", "activity-7", "J. Müller", 6, "Ik niet meer."),
    ("5", "4", "Kees & zn", 7, "Dan doe ik het."),
]


def _seconds(day):
    return int(dt.datetime(2024, 1, day, 14, 22, tzinfo=UTC).timestamp())


def nouveau_time(day):
    return f'<time class="time-since" datetime="2024-01-0{day} 14:22:00" data-bp-timestamp="{_seconds(day)}">2 jaar geleden</time>'


def legacy_time(day):
    return f'<span class="time-since" data-livestamp="2024-01-0{day}T14:22:00+0000">2 jaar geleden</span>'


def bare_time(day):
    return f'<time class="time-since" datetime="2024-01-0{day} 14:22:00">2 jaar geleden</time>'


def _comment(number, name, time, words, inner=""):
    return f"""<li id="acomment-{number}" class="comment-item" data-bp-activity-comment-id="{number}"><div class="acomment-avatar item-avatar"><a href="/members/x/">
    <img src="x" class="avatar"></a></div><div class="acomment-meta"><a class="author-name" href="/members/x/">{name}</a> antwoordde
    <a href="{URL}#acomment-{number}" class="activity-time-since">{time}</a></div><div class="acomment-content"><p>{words}</p></div>
    <div class="acomment-options"><a href="#" class="acomment-reply">Antwoorden</a></div><ul>{inner}</ul></li>"""


def activity(clock, count="", number="7", words=POSTS[0][4]):
    (_, _, name, day, _), second, third = POSTS
    stamp = f'data-bp-timestamp="{_seconds(day)}"' if clock is nouveau_time else ""
    comments = _comment("4", second[2], clock(second[3]), second[4], _comment("5", third[2], clock(third[3]), third[4]))
    return f"""<li class="activity activity_update activity-item" id="activity-{number}" data-bp-activity-id="{number}" {stamp}><div class="activity-avatar"><a href="/members/x/">
    <img src="x" class="avatar"></a></div><div class="activity-content"><div class="activity-header"><p><a href="/members/anneke/">{name}</a> plaatste een bericht
    <a href="https://forum.invalid/activity/p/{number}/" class="view activity-time-since">{clock(day)}</a></p></div><div class="activity-inner"><p>{words}</p></div>
    <div class="activity-meta">{count}</div></div><div class="activity-comments"><ul>{comments}</ul></div></li>"""


def page(*inner):
    return f"""<!DOCTYPE html><html lang="nl-NL"><head><title>Activiteit - De vereniging</title><link href="/wp-content/x.css" rel="stylesheet"></head>
    <body class="activity-permalink buddypress page"><div id="buddypress"><ul id="activity-stream" class="activity-list item-list">{"".join(inner)}
    <li class="load-more"><a href="/activity/?acpage=2">Meer</a></li></ul></div></body></html>"""


CLOCKS = [nouveau_time, legacy_time, bare_time]


@pytest.mark.parametrize("clock", CLOCKS)
def test_every_generation_gives_the_same_posts(clock):
    found = platforms.read(page(activity(clock)), URL)
    assert (found.platform, found.thread, found.next_links) == (buddypress.NAME, "forum.invalid/activity/p/7", [])
    assert [(c.platform_id, c.parent, c.author, c.posted_at, markup_to_text(c.text)) for c in found.comments] == [
        (number, parent, name, dt.datetime(2024, 1, day, 14, 22, tzinfo=UTC), words)
        for number, parent, name, day, words in POSTS
    ]
    assert [c.permalink for c in found.comments] == [f"{URL}#activity-7", f"{URL}#acomment-4", f"{URL}#acomment-5"]


@pytest.mark.parametrize("word", ["Reageren", '<span class="bp-screen-reader-text">Reageren</span>'])
def test_the_button_to_comment_tells_the_number(word):
    button = f'<a class="button acomment-reply" href="#">{word} <span class="comment-count">2</span></a>'
    assert platforms.read(page(activity(nouveau_time, button)), URL).announced == 3
    assert platforms.read(page(activity(nouveau_time)), URL).announced is None


def test_a_stream_leads_to_its_activities():
    found = platforms.read(
        page(activity(nouveau_time), activity(nouveau_time, number="8")), "https://forum.invalid/activity/"
    )
    assert (found.comments, found.thread) == ([], None)
    assert found.next_links == [
        "https://forum.invalid/activity/p/7/", "https://forum.invalid/activity/p/8/", "https://forum.invalid/activity/?acpage=2",
    ]  # fmt: skip


def test_a_deed_without_words_is_no_post():
    silent = activity(nouveau_time).replace(f'<div class="activity-inner"><p>{POSTS[0][4]}</p></div>', "")
    found = platforms.read(page(silent), URL)
    assert ([c.platform_id for c in found.comments], found.left_out) == (["4", "5"], ())
