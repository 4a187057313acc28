"""Lemmy: the same thread from the interface and as a page, with and without the data that pages carry along."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipeline.platforms import lemmy, lemmy_json, wordpress

URL = "https://forum.invalid/post/40"
API = "https://forum.invalid/api/v3/comment/list?post_id=40&type_=All&sort=Old&max_depth=8&limit=50"
#: id, parent, name, server, HTML, Markdown
POST = ("post-40", None, "Jansen", "forum.invalid", "<p>Wie belt er &amp; waarom?</p>", "Wie belt er & waarom?")
COMMENTS = [
    ("41", None, "Müller", "elders.invalid", "<p>Niemand nam op.</p>", "Niemand nam op."),
    ("42", "41", "Bob de Boer", "forum.invalid",
     "<blockquote>\n<p>Niemand nam op.</p>\n</blockquote>\n<p>Bij <strong>ons</strong> ook niet.</p>",
     "> Niemand nam op.\n\nBij **ons** ook niet."),
    ("43", "42", "Anneke", "forum.invalid", '<p>Zie <a href="https://x.invalid/y">je</a> wel?</p>', "Zie [je](https://x.invalid/y) wel?"),
    ("45", None, "Kees", "forum.invalid", "<p>Ik wel.</p>\n<p>Echt.</p>", "Ik wel.\n\nEcht."),
]  # fmt: skip
PATHS = {"41": "0.41", "42": "0.41.42", "43": "0.41.42.43", "44": "0.44", "45": "0.45"}


def _at(n):
    return dt.datetime(2026, 3, 1, 9, int(n) % 40, 30, tzinfo=dt.UTC)


def _shown(name, server):
    return name if server == "forum.invalid" else f"{name}@{server}"


EXPECTED = [
    (row[0], row[1], _shown(row[2], row[3]), row[4], _at(row[0].removeprefix("post-")),
     f"https://forum.invalid/{'post/40' if row is POST else 'comment/' + row[0]}")
    for row in (POST, *COMMENTS)
]  # fmt: skip


def spread(page):
    return [(c.platform_id, c.parent, c.author, c.text, c.posted_at, c.permalink) for c in page.comments]


# --- from the interface


def creator(name, server):
    local = server == "forum.invalid"
    return {
        "id": 3,
        "name": name.lower(),
        "display_name": name,
        "actor_id": f"https://{server}/u/{name.lower()}",
        "local": local,
    }


def post_fields(zone="Z"):
    return {"id": 40, "name": "Wie belt er & wanneer?", "body": POST[5], "creator_id": 3, "community_id": 2, "removed": False,
            "published": _at(0).strftime("%Y-%m-%dT%H:%M:%S.000000") + zone, "deleted": False, "ap_id": URL}  # fmt: skip


def comment_fields(number, text, zone="Z", **more):
    return {"id": int(number), "creator_id": 3, "post_id": 40, "content": text, "removed": False,
            "published": _at(number).strftime("%Y-%m-%dT%H:%M:%S.000000") + zone, "deleted": False,
            "ap_id": f"https://forum.invalid/comment/{number}", "local": True, "path": PATHS.get(number, f"0.{number}"), **more}  # fmt: skip


def view(row, zone="Z", replies=0, **more):
    return {"comment": comment_fields(row[0], row[5], zone, **more), "creator": creator(row[2], row[3]),
            "post": post_fields(zone), "counts": {"comment_id": int(row[0]), "child_count": replies}}  # fmt: skip


GONE = ("44", None, "Weg", "forum.invalid", "", "Dit stond hier.")


def listed(*more, zone="Z"):
    return json.dumps({"comments": [view(row, zone) for row in COMMENTS] + [view(GONE, zone, deleted=True), *more]})


def post_view():
    data = {"post": post_fields(), "creator": creator(POST[2], POST[3]), "counts": {"post_id": 40, "comments": 4}}
    return json.dumps({"post_view": data, "community_view": {"community": {"id": 2}}, "moderators": []})


# --- as a page


def _time(number):
    local = _at(number) + dt.timedelta(hours=3)
    said = f"{local:%A, %B} {local.day}th, {local.year} at {local.hour % 12 or 12}:{local:%M:%S} {local:%p} GMT+03:00"
    return f'<span class="moment-time pointer unselectable" data-tippy-content="{said}">1 jaar geleden</span>'


def person(name, server):
    tail = "" if server == "forum.invalid" else f'<small class="text-muted">@{server}</small>'
    return f'<a class="person-listing d-inline-flex text-info" title="{name}" href="/u/x"><picture><img alt="" src="x"></picture><span>{name}</span>{tail}</a>'


def node(row, within="", text=None, more=""):
    number, _, name, server, markup, _ = row
    markup = (text or markup).replace("<p>", '<p dir="auto">').replace("<blockquote>", '<blockquote dir="auto">')
    return f"""<li class="comment list-unstyled"><article class="details comment-node py-2" id="comment-{number}"><div class="ms-2"><div class="d-flex text-muted small">
    <button class="btn" aria-label="Inklappen"><svg><title>minus-square</title></svg></button>{person(name, server)}<span class="badge">M</span>
    <a class="btn" title="link" href="/post/40/{number}"></a><span>{_time(number)}</span></div><div class="comment-content"><div class="md-div">{markup}
</div></div><div class="comment-bottom-btns"><button>Antwoord</button></div></div></article>{more}<ul class="comments">{within}</ul></li>"""


def page_of(comments, carried=True, count=4):
    items = [json.dumps({"comment": comment_fields(row[0], row[5])})[1:-1] for row in COMMENTS]
    items.append(json.dumps({"comment": comment_fields("44", "Dit stond hier.", deleted=True)})[1:-1])
    data = "{" + "},{".join(item.replace('": ', '":') for item in items) + "}"
    post = json.dumps({"post": post_fields()}, separators=(",", ":"))[1:-1]
    script = (
        f'<script>window.isoData = {{"routeData":{{{post},"comments":[{data}],"x":undefined}}}};</script>'
        if carried
        else ""
    )
    listing = f"""<div class="post-listing mt-2">{{}}<article class="row post-container">{person(POST[2], POST[3])} naar <a class="community-link" href="/c/werk">Werk</a>
    {_time(0)}<div class="post-title"><h1 class="h5"><a class="d-inline link-dark" href="/post/40"><span class="d-inline">Wie belt er &amp; wanneer?</span></a></h1></div>
    <a class="btn" title="{count} reacties" href="/post/40?scrollToComments=true">{count}</a></article>
    <article id="postContent" class="postContent"><div class="md-div">{POST[4]}</div></article></div>"""
    return f"""<html lang="nl"><head></head><body><main>{listing.format("")}<ul class="comments border-top">{comments}</ul></main>{script}</body></html>"""


def tree(gone="<p><em>verwijderd door auteur</em></p>"):
    one, two, three, five = COMMENTS
    return node(one, node(two, node(three))) + node(five) + node(GONE, text=gone)


def test_a_list_and_its_post_give_the_thread():
    post, comments = (
        lemmy_json.read(post_view(), "https://forum.invalid/api/v3/post?id=40"),
        lemmy_json.read(listed(), API),
    )
    assert lemmy_json.matches(post_view(), API)
    assert lemmy_json.matches(listed(), API)
    assert spread(post) + spread(comments) == EXPECTED
    assert (post.thread, post.title, post.announced, post.next_links) == (
        "forum.invalid/post/40",
        "Wie belt er & wanneer?",
        5,
        [API],
    )
    assert (comments.thread, comments.left_out, comments.announced, comments.next_links) == (post.thread, (), None, [])
    assert post.published_at == _at(0)


@pytest.mark.parametrize("carried", [True, False])
def test_a_page_gives_the_same_thread(carried):
    body = page_of(tree(), carried)
    assert lemmy.matches(body, URL)
    page = lemmy.read(body, URL)
    assert spread(page) == EXPECTED
    assert (page.thread, page.title, page.language) == ("forum.invalid/post/40", "Wie belt er & wanneer?", "nl")
    assert (page.announced, page.left_out, page.published_at) == (5, (), _at(0))
    assert (page.next_links, page.warnings) == ([], [])


@pytest.mark.parametrize("zone", ["", "+00:00", "Z"])
def test_times_of_the_interface_are_utc_said_or_not(zone):
    page = lemmy_json.read(listed(zone=zone), API)
    assert [c.posted_at for c in page.comments] == [row[4] for row in EXPECTED[1:]]


def test_a_word_that_stands_for_a_deleted_comment():
    for word in ("deleted by creator", "removed by mod", "verwijderd door moderator", "gelöscht von Nutzer"):
        page = lemmy.read(page_of(node(COMMENTS[0], text=f"<p><em>{word}</em></p>"), carried=False), URL)
        assert (len(page.comments), page.left_out) == (1, ())
    said = lemmy.read(page_of(node(COMMENTS[0], text="<p><em>Echt verwijderd!</em></p>"), carried=False), URL)
    assert (len(said.comments), said.left_out) == (2, ())


def test_a_page_that_is_not_whole_leads_to_the_interface():
    assert lemmy.read(page_of(tree(), count="1.204"), URL).next_links == [API]
    assert lemmy.read(page_of(tree(), count="1.204"), URL).announced == 1205


def test_a_list_leads_to_replies_that_it_does_not_hold():
    page = lemmy_json.read(json.dumps({"comments": [view(COMMENTS[0], replies=2), view(COMMENTS[1], replies=1)]}), API)
    assert page.next_links == [API.replace("post_id=40", "post_id=40&parent_id=42")]


@pytest.mark.parametrize(("limit", "links"), [(2, ["page=3"]), (3, [])])
def test_a_list_by_pages_goes_on_while_they_are_full(limit, links):
    url = f"https://forum.invalid/api/v3/comment/list?post_id=40&limit={limit}&page=2"
    page = lemmy_json.read(json.dumps({"comments": [view(COMMENTS[0], replies=2), view(COMMENTS[3])]}), url)
    assert [link.partition("&limit=2&")[2] for link in page.next_links] == links


def test_listings_lead_to_threads():
    posts = json.dumps(
        {"posts": [{"post": {**post_fields(), "id": n}, "creator": creator("x", "y")} for n in (40, 50)]}
    )
    page = lemmy_json.read(posts, "https://forum.invalid/api/v3/post/list")
    assert (page.thread, page.comments) == (None, [])
    assert page.next_links == [API, API.replace("40", "50")]
    one = page_of("").partition("<article id")[0]
    page = lemmy.read(one + one.replace("/post/40", "/post/50"), "https://forum.invalid/c/werk")
    assert (page.thread, page.comments) == (None, [])
    assert page.next_links == [URL, "https://forum.invalid/post/50"]


def test_an_empty_thread_is_a_thread():
    page = lemmy.read(page_of("", count=0), URL)
    assert (page.thread, [c.platform_id for c in page.comments], page.next_links) == (
        "forum.invalid/post/40",
        ["post-40"],
        [],
    )


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a\nb", "<p>a\nb</p>"),
        ("> a\n>\n> b\nc", "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>\n<p>c</p>"),
        ("a\n> b", "<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>"),
        ("<script>x</script> & 1 < 2", "<p>&lt;script&gt;x&lt;/script&gt; &amp; 1 &lt; 2</p>"),
        ("*ja* **nee** ~~ooit~~ 2*3*4", "<p><em>ja</em> <strong>nee</strong> <s>ooit</s> 2*3*4</p>"),
        ("![foto](https://x.invalid/a.png) [x](javascript:y)", "<p>foto [x](javascript:y)</p>"),
        ('[x](https://y.invalid "z") \\*a\\*', '<p><a href="https://y.invalid">x</a> &#42;a&#42;</p>'),
        ("a  \nb", "<p>a<br>\nb</p>"), ("", ""), (">", ""),
    ],
)  # fmt: skip
def test_markdown(markdown, html):
    assert lemmy_json.markdown(markdown) == html


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_half_a_page_gives_its_comments(share):
    body = page_of(tree(), carried=False)
    part = lemmy.read(body[: int(len(body) * share)], URL)
    assert 0 < len(part.comments) <= 5
    assert [row[0] for row in spread(part)] == [row[0] for row in EXPECTED][: len(part.comments)]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"comments": [4, null]}',
        '{"comments": [{"comment": {"id": [], "path": 4, "post_id": 40}}]}',
        '{"post_view": 5}',
    ],
)
def test_broken_json_gives_an_empty_page(body):
    assert lemmy_json.read(body, API).comments == []


def test_carried_data_that_does_not_end_is_read_in_linear_time():
    body = page_of(tree(), carried=False) + '<script>isoData = {"comment":{"id":' * 20_000 + "</script>"
    assert len(lemmy.read(body, URL).comments) == 5


def test_other_pages_are_not_matched():
    word = '<html><body class="single"><link href="/wp-content/x"><li id="comment-1" class="comment"><div class="comment-content">Ja</div></li></body></html>'
    assert wordpress.matches(word, URL)
    assert not lemmy.matches(word, URL)
    assert not lemmy_json.matches('{"comments": [{"id": 1, "post": 4, "author_name": "x"}]}', URL)
