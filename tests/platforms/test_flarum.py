"""Flarum: the same posts in the JSON that pages carry, in the answers of its API, and in what it shows without scripts."""

from __future__ import annotations

import datetime as dt
import json
import time
from html import escape

import pytest

from pipeline.platforms import flarum, flarum_json

BASE = "https://forum.invalid"
URL = f"{BASE}/d/5-wie-belt-er"
MENTION = '<a href="https://forum.invalid/d/5-wie-belt-er/2" class="PostMention" data-id="62">Bob</a>'
#: number in the discussion, id, name, markup, parent
POSTS = [
    ("1", "61", "Anneke", "<p>Niemand nam op.</p>", None),
    ("2", "62", "R&D Bob", "<p>Bij ons ook niet.</p>", None),
    (
        "4",
        "64",
        "Jörg Müller",
        f"<blockquote><div><p>{MENTION} Bij ons ook niet.</p></div></blockquote>\n<p>Zie je wel?</p>",
        "62",
    ),
    (
        "5",
        "65",
        None,
        '<p><a href="https://forum.invalid/d/9-elders/2" class="PostMention" data-id="99">Eva</a> had dat ook.</p>',
        None,
    ),
]
NAMES = {"Anneke": "3", "R&D Bob": "4", "Jörg Müller": "6"}


def post(number, identity, name, markup, discussion="5", **said):
    relations = {"discussion": {"data": {"type": "discussions", "id": discussion}}}
    if name:
        relations["user"] = {"data": {"type": "users", "id": NAMES.get(name, "9")}}
    content = {
        "number": int(number),
        "createdAt": f"2026-03-0{number}T09:00:00+00:00",
        "contentType": "comment",
        "contentHtml": markup,
        **said,
    }
    return {"type": "posts", "id": identity, "attributes": content, "relationships": relations}


COMMENTS = [post(*row[:4]) for row in POSTS]
USERS = [
    {"type": "users", "id": n, "attributes": {"username": f"u{n}", "displayName": name}} for name, n in NAMES.items()
]
RENAMED = {
    "type": "posts", "id": "63", "attributes": {"number": 3, "createdAt": "2026-03-03T09:00:00+00:00", "contentType": "discussionRenamed", "content": ["a", "b"]},
    "relationships": {"discussion": {"data": {"type": "discussions", "id": "5"}}},
}  # fmt: skip
OF_ANOTHER = post("2", "99", "Anneke", "<p>Elders</p>", discussion="9")


def discussion(**said):
    ids = [{"type": "posts", "id": row[1]} for row in POSTS]
    content = {
        "title": "Wie belt er?",
        "slug": "5-wie-belt-er",
        "commentCount": 4,
        "createdAt": "2026-03-01T09:00:00+00:00",
        "lastPostNumber": 5,
        **said,
    }
    return {"type": "discussions", "id": "5", "attributes": content, "relationships": {"posts": {"data": ids}}}


def document(posts=None, **said):
    # The order of `included` is no order of the discussion.
    included = [OF_ANOTHER, *USERS, *reversed(posts if posts is not None else [*COMMENTS, RENAMED])]
    return {"data": discussion(**said), "included": included}


def shell(scripts: str, content: str = "", head: str = "") -> str:
    return f"""<!doctype html><html dir="ltr" lang="nl"><head><title>Wie belt er? - Forum</title><link rel="canonical" href="{URL}">{head}</head>
    <body><div id="app" class="App"><main class="App-content"><div id="flarum-loading" style="display: none">Laden...</div>
    <noscript><div class="Alert">Zet JavaScript aan.</div></noscript><noscript id="flarum-content">{content}</noscript></main></div>{scripts}</body></html>"""


def payload(data) -> str:
    """Since 1.8."""
    text = json.dumps({"resources": [], "session": {"userId": 0}, "apiDocument": data}).replace("</", "<\\/")
    return f'<script id="flarum-json-payload" type="application/json">{text}</script><script>const data = 1; app.load(data);</script>'


def loaded(data) -> str:
    """1.0 to 1.7."""
    text = json.dumps({"resources": [], "apiDocument": data}).replace("</", "<\\/")
    return f"<script src='/forum.js'></script><script>try {{\n flarum.core.app.load({text});\n flarum.core.app.boot();\n}} catch (e) {{}}</script>"


def preloaded(data) -> str:
    """The betas."""
    text = json.dumps({"modules": [], "document": data}).replace("</", "<\\/")
    return f"<script>var app; app.preload({text});\n app.boot();</script>"


def articles(posts=POSTS) -> str:
    items = "".join(
        f'<article><div class="PostUser"><h3 class="PostUser-name">{escape(name or "[verwijderd]")}</h3></div><div class="Post-body">\n{markup}\n</div></article><hr>'
        for _, _, name, markup, _ in posts
    )
    return f'<div class="container"><h1>Wie belt er?</h1><div>{items}</div></div>'


def divisions() -> str:
    """The betas."""
    items = "".join(
        f'<div><h3>{escape(name or "[verwijderd]")}</h3><div class="Post-body">{markup}</div></div><hr>'
        for _, _, name, markup, _ in POSTS
    )
    return f'<div class="container"><h2>Wie belt er?</h2><div>{items}</div></div>'


def reader(body):
    """Pages for people and answers of the interface have readers of their own."""
    return flarum_json if body[:1] == "{" else flarum


def _rows(found):
    return [(c.platform_id, c.parent, c.author, c.text) for c in found.comments]


WANTED = [(identity, parent, name, markup) for _, identity, name, markup, parent in POSTS]
API = f"{BASE}/api/posts?filter%5Bdiscussion%5D=5&sort=createdAt&page%5Blimit%5D=50&page%5Boffset%5D="
FORMS = {
    "payload": (shell(payload(document()), articles()), URL),
    "loaded": (shell(loaded(document()), articles()), URL),
    "preloaded": (shell(preloaded(document()), divisions()), URL),
    "api": (json.dumps(document()), f"{BASE}/api/discussions/5"),
    "api posts": (json.dumps({"data": [*COMMENTS, RENAMED], "included": [discussion(), *USERS]}), API + "0"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_posts(form):
    body, url = FORMS[form]
    assert [module.matches(body, url) for module in (flarum, flarum_json)] == [
        module is reader(body) for module in (flarum, flarum_json)
    ]
    found = reader(body).read(body, url)
    assert _rows(found) == WANTED
    assert [c.posted_at for c in found.comments] == [
        dt.datetime(2026, 3, int(row[0]), 9, tzinfo=dt.UTC) for row in POSTS
    ]
    assert [c.permalink for c in found.comments] == [f"{URL}/{row[0]}" for row in POSTS]
    assert (found.title, found.thread, found.announced, found.left_out) == ("Wie belt er?", "forum.invalid/d/5", 4, ())
    assert found.published_at == dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    assert (found.language, found.warnings, found.opening) == (None if "api" in form else "nl", [], None)


@pytest.mark.parametrize("content", [articles(), divisions()], ids=["articles", "divisions"])
@pytest.mark.parametrize(
    "script",
    [
        "",
        '<script id="flarum-json-payload" type="application/json">{"apiDocument"</script>',
        payload({"data": []}),
        payload(None),
    ],
)
def test_without_its_json_a_page_gives_names_and_texts(content, script):
    found = flarum.read(shell(script, content), URL)
    assert _rows(found) == [(None, None, name, markup) for _, _, name, markup, _ in POSTS]
    assert (found.title, found.thread, found.announced) == ("Wie belt er?", "forum.invalid/d/5", None)


def test_hidden_posts_and_events_are_no_comments_and_not_announced():
    posts = [
        *COMMENTS[:2],
        post("3", "63", "Anneke", "<p>Weg</p>", isHidden=True),
        post("4", "64", "Anneke", None, isHidden=True),
        RENAMED,
    ]
    found = flarum.read(shell(payload(document(posts, commentCount=2))), URL)
    assert ([c.platform_id for c in found.comments], found.left_out, found.announced) == (["61", "62"], (), 2)


@pytest.mark.parametrize(
    ("markup", "text", "parent"),
    [
        (f"<p>{MENTION} eens</p>", f"<p>{MENTION} eens</p>", "62"),
        ('<p>Code</p><script async src="/h.js"></script><style>p{}</style>', "<p>Code</p>", None),
        ('<p><span class="PostMention PostMention--deleted" data-id="62">x</span> eens</p>', '<p><span class="PostMention PostMention--deleted" data-id="62">x</span> eens</p>', None),
        (f"<p>{MENTION.replace('62', '61')} ik weer</p>", f"<p>{MENTION.replace('62', '61')} ik weer</p>", None),
        ('<p><img src="/a.png"></p>', '<p><img src="/a.png"></p>', None),
    ],
)  # fmt: skip
def test_what_a_post_says_and_answers(markup, text, parent):
    (comment,) = flarum.read(shell(payload(document([post("1", "61", "Anneke", markup)]))), URL).comments
    assert (comment.text, comment.parent) == (text, parent)


@pytest.mark.parametrize("markup", ["", "<p></p>", "<p>&nbsp;</p>", "<script>x()</script>", None, 4.5e300, []])
def test_a_post_that_says_nothing_is_none(markup):
    found = flarum.read(shell(payload(document([post("1", "61", "Anneke", markup), COMMENTS[1]]))), URL)
    assert [c.platform_id for c in found.comments][-1:] == ["62"]
    assert all(c.text for c in found.comments)


@pytest.mark.parametrize(
    ("url", "head", "last", "links"),
    [
        (URL, f'<link rel="next" href="{URL}?page=2">', 45, [f"{URL}?page=2"]),
        (f"{URL}?page=2", f'<link rel="prev" href="{URL}"><link rel="next" href="{URL}?page=3">', 45, [URL, f"{URL}?page=3"]),
        (f"{URL}?page=3", f'<link rel="prev" href="{URL}?page=2">', 45, [f"{URL}?page=2"]),
        (f"{URL}?page=2", f'<link rel="prev" href="{URL}">', 45, [URL, f"{URL}?page=3"]),
        (f"{URL}/25", "", 45, [f"{URL}?page=3"]),
        (URL, '<link rel="next" href="/d/6-ander?page=2"><link rel="next" href="https://elders.invalid/d/5-wie-belt-er?page=2">', 20, []),
        (URL, f'<link rel="next" href="{URL}">', 5, []),
    ],
)  # fmt: skip
def test_where_a_discussion_goes_on(url, head, last, links):
    found = flarum.read(shell(payload(document(lastPostNumber=last)), head=head), url)
    assert found.next_links == links
    assert found.thread == "forum.invalid/d/5"


def test_without_scripts_the_links_of_the_text_lead_on():
    found = flarum.read(
        shell("", articles().replace("</div></div>", f'</div><a href="{URL}?page=2">Volgende &raquo;</a></div>')), URL
    )
    assert found.next_links == [f"{URL}?page=2"]


def test_the_api_gives_the_posts_of_a_discussion_by_fifties():
    found = flarum_json.read(json.dumps(document(lastPostNumber=101)), f"{BASE}/api/discussions/5")
    assert found.next_links == [API + "0", API + "50", API + "100"]
    bare = flarum_json.read(json.dumps({"data": discussion(lastPostNumber=None)}), f"{BASE}/praat/api/discussions/5")
    assert (bare.comments, bare.thread) == ([], "forum.invalid/praat/d/5")
    assert bare.next_links == [API.replace("/api", "/praat/api") + "0"]


def test_an_answer_with_posts_of_two_discussions_is_two_pages():
    data = {
        "data": [*COMMENTS[:2], OF_ANOTHER],
        "included": USERS,
        "links": {"next": f"{BASE}/api/posts?page%5Boffset%5D=3", "prev": "https://elders.invalid/x"},
    }
    found = flarum_json.pages(json.dumps(data), f"{BASE}/api/posts")
    assert [(p.thread, len(p.comments)) for p in found] == [("forum.invalid/d/5", 2), ("forum.invalid/d/9", 1)]
    assert [p.next_links for p in found] == [[f"{BASE}/api/posts?page%5Boffset%5D=3"], []]


LISTED = {
    "data": [
        discussion(),
        {"type": "discussions", "id": "6", "attributes": {"title": "Zes", "slug": "6", "commentCount": 1}},
    ],
    "links": {"next": f"{BASE}/api/discussions?page%5Boffset%5D=20"},
}
SHOWN = f'<div class="container"><h1>Alle discussies</h1><ul><li><a href="{URL}">Wie belt er?</a></li><li><a href="{BASE}/d/6">Zes</a></li></ul><a href="{BASE}/?page=2">Volgende</a></div>'


@pytest.mark.parametrize(
    ("body", "url", "links"),
    [
        (shell("", SHOWN).replace(f'<link rel="canonical" href="{URL}">', ""), f"{BASE}/", [URL, f"{BASE}/d/6", f"{BASE}/?page=2"]),
        (shell(payload(LISTED), "").replace(f'<link rel="canonical" href="{URL}">', ""), f"{BASE}/t/werk", [URL, f"{BASE}/d/6"]),
        (json.dumps(LISTED), f"{BASE}/api/discussions", [f"{BASE}/api/discussions/5", f"{BASE}/api/discussions/6", f"{BASE}/api/discussions?page%5Boffset%5D=20"]),
    ],
    ids=["shown", "payload", "api"],
)  # fmt: skip
def test_a_list_leads_to_discussions_and_is_no_thread(body, url, links):
    assert [module.matches(body, url) for module in (flarum, flarum_json)] == [
        module is reader(body) for module in (flarum, flarum_json)
    ]
    found = reader(body).read(body, url)
    assert (found.thread, found.title, found.comments) == (None, None, [])
    assert found.next_links == links


@pytest.mark.parametrize(
    ("url", "thread"),
    [
        ("https://Forum.invalid/d/5-wie-belt-er/17", "forum.invalid/d/5"), ("https://forum.invalid/praat/d/5", "forum.invalid/praat/d/5"),
        ("", "forum.invalid/d/5"), (f"{URL}?near=3", "forum.invalid/d/5"),
    ],
)  # fmt: skip
def test_one_thread_whatever_address_leads_to_it(url, thread):
    assert flarum.read(FORMS["payload"][0], url).thread == thread


def test_a_discussion_without_posts():
    found = flarum.read(shell(payload(document([], commentCount=0, lastPostNumber=0))), URL)
    assert (found.comments, found.thread, found.announced, found.next_links) == ([], "forum.invalid/d/5", 0, [])


def test_a_page_that_breaks_off_gives_what_came_whole():
    body, url = FORMS["payload"]
    for end in range(0, len(body), 83):
        found = flarum.read(body[:end], url)
        assert [c.text for c in found.comments][:-1] == [row[3] for row in POSTS][: max(len(found.comments) - 1, 0)]
    assert len(flarum.read(body[: body.index("<script")], url).comments) == 4


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "{}", '{"data": null}', '{"data": 4}', '{"data": {"type": "discussions"}}', '{"data": {"type": "discussions", "id": "5", "attributes": 4}, "included": 4}',
        '{"data": [4, null, {"type": "posts"}]}', '{"data": [{"type": "posts", "id": "1", "relationships": {"discussion": []}, "attributes": {"contentHtml": "x"}}]}',
        '{"data": [{"type": "discussions", "id": []}], "links": 4}', "{" * 5000,
        '{"data": {"type": "discussions", "id": "5"}, "included": [{"type": "posts", "id": {}, "attributes": [], "relationships": {"discussion": {"data": {"id": "5"}}}}]}',
    ],
)  # fmt: skip
def test_nonsense_gives_an_empty_page(body):
    for url in (URL, "", "http://[", "http://[/api/posts", "ftp://x/d/4"):
        assert all(found.comments == [] for found in [flarum.read(body, url), *flarum_json.pages(body, url)])


@pytest.mark.parametrize(
    "body",
    [
        '<html><head><meta name="generator" content="WordPress 6.5"></head><body class="single postid-4"><div id="comments">Flarum, flarum-forum</div></body></html>',
        '<html><meta name="generator" content="Discourse 3.4.0 - x"></html>', '<li component="post" data-pid="1"><div component="post/content">x</div></li>', "",
        '{"post_stream": {"posts": []}, "posts_count": 0}', '[{"id": 1, "post": 4, "author_name": "x"}]', '{"data": [{"type": "articles", "attributes": {"commentCount": 1}}]}',
    ],
)  # fmt: skip
def test_pages_of_others(body):
    assert not flarum.matches(body, URL)
    assert not flarum_json.matches(body, URL)


def test_a_long_answer_is_read_in_a_moment():
    posts = [post(str(n % 9 + 1), str(n), "Anneke", f"<p>{MENTION} Ja</p>") for n in range(100)]
    body = json.dumps({"data": posts, "included": [discussion(), *USERS]})
    start = time.process_time()
    assert len(flarum_json.read(body, API + "0").comments) == 100
    assert time.process_time() - start < 1
