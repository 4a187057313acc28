"""Constructed threads of fifty comments: a WordPress page in a classic theme, a Discourse topic as JSON, a page of phpBB, and
a page of no known software."""

from __future__ import annotations

import json

COMMENTS = 50
URL = "http://forum.invalid/2026/wie-luistert/"
TOPIC = "http://forum.invalid/t/wie-luistert/41"

_WORDS = [
    "de",
    "storing",
    "duurde",
    "drie",
    "uur",
    "en",
    "niemand",
    "wist",
    "wie",
    "er",
    "moest",
    "bellen",
    "terwijl",
    "het",
    "formulier",
    "al",
    "weken",
    "klaar",
    "lag",
    "bij",
    "de",
    "afdeling",
    "die",
    "volgens",
    "het",
    "overzicht",
    "niet",
    "meer",
    "bestaat",
    "maar",
    "wel",
    "elke",
    "ochtend",
    "vergadert",
    "over",
    "de",
    "planning",
    "van",
    "straks",
]


def _sentence(seed: int, words: int) -> str:
    return " ".join(_WORDS[(seed * 7 + i * (1 + seed % 3)) % len(_WORDS)] for i in range(words)).capitalize() + "."


def _paragraphs(number: int) -> str:
    return "".join(f"<p>{_sentence(number + i, 22 + number % 19)}</p>\n" for i in range(1 + number % 3))


def _name(number: int) -> str:
    return f"Lezer {number % 17}"


def _menu() -> str:
    return "".join(f'<li class="menu-item"><a href="/{i}/">Rubriek {i}</a></li>' for i in range(20))


def _sidebar() -> str:
    return "".join(f'<li><a href="/{i}/">{_sentence(i, 6)}</a></li>' for i in range(30))


def wordpress() -> str:
    """An article with nested comments, header, sidebar and form."""
    html, depth = [_wordpress_head()], 0
    for number in range(1, COMMENTS + 1):
        level = (0, 1, 2, 1, 0, 1, 2, 3)[number % 8] if number > 1 else 0
        while depth > level:
            html.append("</li></ol>\n")
            depth -= 1
        if number > 1 and depth == level:
            html.append("</li>\n")
        if level > depth:
            html.append('<ol class="children">\n')
            level = depth = depth + 1
        html.append(_wordpress_comment(number, level))
    html.append("</li></ol>" * (depth + 1))
    return "".join([*html, _wordpress_foot()])


def _wordpress_comment(number: int, level: int) -> str:
    return f"""<li id="comment-{number}" class="comment even thread-even depth-{level + 1}">
<article id="div-comment-{number}" class="comment-body">
<footer class="comment-meta"><div class="comment-author vcard">
<img alt='' src='http://forum.invalid/avatar/{number}?s=32&#038;d=mm' srcset='http://forum.invalid/avatar/{number}?s=64&#038;d=mm 2x' class='avatar avatar-32 photo' height='32' width='32' loading='lazy' decoding='async'/>
<b class="fn">{_name(number)}</b> <span class="says">schreef:</span></div>
<div class="comment-metadata"><a href="{URL}#comment-{number}"><time datetime="2026-03-{1 + number % 28:02}T10:{number % 60:02}:00+01:00">{1 + number % 28} maart 2026 om 10:{number % 60:02}</time></a></div></footer>
<div class="comment-content">
{_paragraphs(number)}</div>
<div class="reply"><a rel='nofollow' class='comment-reply-link' href='{URL}?replytocom={number}#respond' data-commentid="{number}" data-postid="4" data-belowelement="div-comment-{number}" data-respondelement="respond" data-replyto="Antwoord op Lezer" aria-label='Antwoord op Lezer'>Beantwoorden</a></div>
</article>
"""


def _wordpress_head() -> str:
    article = "".join(f"<p>{_sentence(i, 40)}</p>" for i in range(6))
    return f"""<!DOCTYPE html><html lang="nl-NL"><head><meta charset="UTF-8"><title>Wie luistert?</title>
<link rel="https://api.w.org/" href="http://forum.invalid/wp-json/"><link rel='shortlink' href='http://forum.invalid/?p=4'>
<style>{".a{color:red}" * 900}</style><script>{"var a=1;" * 900}</script></head>
<body class="single single-post postid-4"><nav><ul>{_menu()}</ul></nav>
<article id="post-4"><h1 class="entry-title">Wie luistert?</h1><div class="posted-on"><time class="entry-date published" datetime="2026-03-01T09:00:00+01:00">1 maart 2026</time></div><div class="entry-content">{article}</div></article>
<div id="comments"><h2 class="comments-title">{COMMENTS} reacties op &ldquo;Wie luistert?&rdquo;</h2><ol class="comment-list">
"""


def _wordpress_foot() -> str:
    return f"""<nav class="navigation comments-pagination"><a class="page-numbers" href="{URL}comment-page-2/#comments">2</a></nav>
<div id="respond"><form><input type="hidden" name="comment_post_ID" value="4"></form></div></div>
<aside><ul>{_sidebar()}</ul></aside></body></html>"""


def discourse() -> str:
    """A topic as JSON."""
    posts = [
        {
            "id": 900 + n, "post_number": n, "username": f"lezer{n % 17}", "name": _name(n), "cooked": _paragraphs(n), "post_type": 1,
            "created_at": f"2026-03-{1 + n % 28:02}T09:{n % 60:02}:00.000Z", "reply_to_post_number": n // 2 or None, "topic_id": 41,
            "topic_slug": "wie-luistert", "hidden": False, "user_deleted": False, "deleted_at": None, "reads": n, "score": n / 2,
        }
        for n in range(1, COMMENTS + 1)
    ]  # fmt: skip
    return json.dumps({
        "post_stream": {"posts": posts, "stream": [post["id"] for post in posts]}, "id": 41, "title": "Wie luistert?",
        "slug": "wie-luistert", "posts_count": COMMENTS, "created_at": "2026-03-01T09:00:00.000Z",
    })  # fmt: skip


def phpbb() -> str:
    """A page of a thread in the style prosilver."""
    posts = "".join(_phpbb_post(n) for n in range(1, COMMENTS + 1))
    return f"""<!DOCTYPE html><html lang="nl"><head><title>Wie luistert? - Forum</title></head>
<body id="phpbb" class="nojs notouch section-viewtopic ltr"><ul id="nav-main">{_menu()}</ul>
<h2 class="topic-title"><a href="./viewtopic.php?t=5">Wie luistert?</a></h2><div class="pagination">{COMMENTS} berichten</div>
{posts}<div id="page-footer"><ul>{_sidebar()}</ul>Powered by <a href="https://www.phpbb.com/">phpBB</a></div></body></html>"""


def _phpbb_post(n: int) -> str:
    user = f'<a href="./memberlist.php?mode=viewprofile&amp;u={n % 17}" class="username">{_name(n)}</a>'
    return f"""<div id="p{n}" class="post has-profile bg2"><div class="inner"><dl class="postprofile" id="profile{n}">
<dt class="has-profile-rank no-avatar">{user}</dt><dd class="profile-posts"><strong>Berichten:</strong> {n}</dd></dl>
<div class="postbody"><div id="post_content{n}"><h3><a href="#p{n}">Re: Wie luistert?</a></h3>
<p class="author"><a href="./viewtopic.php?p={n}#p{n}"><span class="sr-only">Bericht</span></a> <span>door <strong>{user}</strong> » </span>
<time datetime="2026-03-{1 + n % 28:02}T09:{n % 60:02}:00+00:00">{1 + n % 28} mrt 2026</time></p>
<div class="content">{_paragraphs(n)}</div><div id="sig{n}" class="signature">Groetjes!</div></div></div></div></div>"""


def unknown() -> str:
    """A page of software that nobody knows."""
    posts = "".join(
        f"""<div class="bericht" id="b{n}"><div class="wie"><a class="naam" href="/lid/{n % 17}">{_name(n)}</a> <span class="rang">Lid</span></div>
<div class="kop"><span class="tijd">{1 + n % 28} maart 2026 om 10:{n % 60:02}</span></div><div class="inhoud">{_paragraphs(n)}</div>
<div class="knoppen"><a href="/r?x={n}">Reageer</a> <a href="/m?x={n}">Meld dit</a></div></div>"""
        for n in range(1, COMMENTS + 1)
    )
    return f"""<!DOCTYPE html><html lang="nl"><head><title>Wie luistert? - Werkforum</title></head><body><ul>{_menu()}</ul>
<h1>Wie luistert?</h1>{posts}<ul>{_sidebar()}</ul></body></html>"""
