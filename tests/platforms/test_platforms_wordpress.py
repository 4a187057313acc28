"""WordPress pages of many themes: the same four comments in each theme's own markup must be read alike."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pipeline import platforms
from pipeline.extract.threads import Sighting, gather
from pipeline.platforms import wordpress

URL = "https://forum.invalid/wie-belt-er/"
AT = {n: f"2026-03-0{n}T10:00:00+01:00" for n in range(1, 5)}
#: number, parent, author, words
COMMENTS = [
    ("11", None, "Anneke", "Niemand nam op."),
    ("12", "11", "Bob de Boer", "Bij ons ook niet."),
    ("13", "12", "Anneke", "Zie je wel?"),
    ("14", None, "J. Müller", "Ik wel."),
]
CHILDREN = {"11": ["12"], "12": ["13"], "13": [], "14": []}


def _date(n: str, form: str) -> str:
    return form.format(day=int(n) - 10)


def twenty_ten(n, name, text, inner, depth):
    return f"""<li class="comment even depth-{depth}" id="li-comment-{n}"><div id="comment-{n}">
    <div class="comment-author vcard"><img alt='' src='x' class='avatar'/><cite class="fn"><a href="http://eigen.invalid" class="url">{name}</a></cite>
    <span class="says">says:</span></div>
    <div class="comment-meta commentmetadata"><a href="{URL}#comment-{n}">{_date(n, "March {day}, 2026 at 10:00 am")}</a></div>
    <div class="comment-body"><p>{text}</p></div><div class="reply"><a class='comment-reply-link' href='#'>Reply</a></div></div>
    <ul class="children">{inner}</ul></li>"""


def html4_core(n, name, text, inner, depth):
    return f"""<li class="comment depth-{depth}" id="comment-{n}"><div id="div-comment-{n}" class="comment-body">
    <div class="comment-author vcard"><cite class="fn">{name}</cite> <span class="says">zegt:</span></div>
    <div class="comment-meta commentmetadata"><a href="{URL}#comment-{n}">{_date(n, "{day} maart 2026 om 10:00")}</a>
    <a class="comment-edit-link" href="#">(Bewerken)</a></div>
    <p>{text}</p><div class="reply"><a class='comment-reply-link' href='#'>Beantwoorden</a></div></div>
    <ul class="children">{inner}</ul></li>"""


def twenty_eleven(n, name, text, inner, depth):
    return f"""<li class="comment depth-{depth}" id="li-comment-{n}"><article id="comment-{n}" class="comment">
    <footer class="comment-meta"><div class="comment-author vcard"><span class="fn">{name}</span> op
    <a href="{URL}#comment-{n}"><time pubdate datetime="{AT[int(n) - 10]}">toen</time></a> <span class="says">schreef:</span></div></footer>
    <div class="comment-content"><p>{text}</p></div><div class="reply"><a class="comment-reply-link" href="#">x</a></div></article>
    <ol class="children">{inner}</ol></li>"""


def html5_core(n, name, text, inner, depth):
    return f"""<li id="comment-{n}" class="comment depth-{depth}"><article id="div-comment-{n}" class="comment-body">
    <footer class="comment-meta"><div class="comment-author vcard"><b class="fn">{name}</b> <span class="says">schreef:</span></div>
    <div class="comment-metadata"><a href="{URL}#comment-{n}"><time datetime="{AT[int(n) - 10]}">toen</time></a></div>
    <em class="comment-awaiting-moderation">Wacht.</em></footer><div class="comment-content"><p>{text}</p></div>
    <div class="reply"><a class='comment-reply-link' data-commentid="{n}" data-postid="4" href='#'>x</a></div></article>
    <ol class="children">{inner}</ol></li>"""


def twenty_twenty(n, name, text, inner, depth):
    """List style `div`: replies stand straight in the comment."""
    return f"""<div id="comment-{n}" class="comment depth-{depth}"><article id="div-comment-{n}" class="comment-body">
    <footer class="comment-meta"><div class="comment-author vcard"><span class="fn">{name}</span><span class="screen-reader-text says">zegt:</span></div>
    <div class="comment-metadata"><a href="{URL}#comment-{n}"><time datetime="{AT[int(n) - 10]}" title="x">toen</time></a></div></footer>
    <div class="comment-content entry-content"><p>{text}</p></div>
    <footer class="comment-footer-meta"><span class="by-post-author">Berichtauteur</span></footer></article>{inner}</div>"""


def block(n, name, text, inner, depth):
    return f"""<li id="comment-{n}" class="comment depth-{depth}"><div class="wp-block-columns">
    <div class="wp-block-avatar"><img alt='{name} avatar' src='x'></div><div class="wp-block-comment-author-name">{name}</div>
    <div class="wp-block-comment-date"><time datetime="{AT[int(n) - 10]}"><a href="{URL}#comment-{n}">toen</a></time></div>
    <div class="wp-block-comment-content"><p>{text}</p></div>
    <div class="wp-block-comment-reply-link"><a class="comment-reply-link" href="#">x</a></div></div><ol>{inner}</ol></li>"""


def genesis(n, name, text, inner, depth):
    return f"""<li class="comment depth-{depth}" id="comment-{n}">
    <article id="article-comment-{n}" itemprop="comment" itemscope itemtype="https://schema.org/Comment"><header class="comment-header">
    <p class="comment-author" itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">{name}</span>
    <span class="says">zegt</span></p><p class="comment-meta"><time class="comment-time" datetime="{AT[int(n) - 10]}" itemprop="datePublished">
    <a class="comment-time-link" href="{URL}#comment-{n}" itemprop="url">toen</a></time></p></header>
    <div class="comment-content" itemprop="text"><p>{text}</p></div><div class="comment-reply"><a class="comment-reply-link" href="#">x</a></div>
    </article><ul class="children">{inner}</ul></li>"""


def divi(n, name, text, inner, depth):
    return f"""<li class="comment depth-{depth}" id="li-comment-{n}"><article id="comment-{n}" class="comment-body clearfix">
    <div class="comment_avatar"></div><div class="comment_postinfo"><span class="fn"><a href="#">{name}</a></span>
    <span class="comment_date">{_date(n, "op {day} maart 2026 om 10:00")}</span></div><div class="comment_area">
    <div class="comment-content clearfix"><p>{text}</p><span class="reply-container"><a class="comment-reply-link" href="#">Antwoord</a></span></div></div>
    </article><ul class="children">{inner}</ul></li>"""


def astra(n, name, text, inner, depth):
    return f"""<li class="comment depth-{depth}" id="li-comment-{n}"><article id="comment-{n}" class="ast-comment"><div class="ast-comment-info">
    <header class="ast-comment-meta ast-comment-author vcard"><div class="ast-comment-cite-wrap"><cite><b class="fn">{name}</b></cite></div>
    <div class="ast-comment-time"><span class="timendate"><a href="{URL}#comment-{n}"><time datetime="{AT[int(n) - 10]}">toen</time></a></span></div>
    </header></div><section class="ast-comment-content comment"><p>{text}</p><div class="ast-comment-edit-reply-wrap">
    <span class="ast-reply-link"><a class="comment-reply-link" href="#">Antwoord</a></span></div></section></article>
    <ol class="children">{inner}</ol></li>"""


def generatepress(n, name, text, inner, depth):
    return f"""<li id="comment-{n}" class="comment depth-{depth}"><article class="comment-body" id="div-comment-{n}" itemtype="https://schema.org/Comment" itemscope>
    <footer class="comment-meta"><div class="comment-author-info"><div class="comment-author vcard"><cite itemprop="name" class="fn">{name}</cite></div>
    <div class="entry-meta comment-metadata"><a href="{URL}#comment-{n}"><time datetime="{AT[int(n) - 10]}">toen</time></a></div></div></footer>
    <div class="comment-content" itemprop="text"><p>{text}</p><span class="reply"><a class="comment-reply-link" href="#">x</a></span></div></article>
    <ol class="children">{inner}</ol></li>"""


def flat(n, name, text, inner, depth):
    """A theme that closes each comment before its replies: the depth stands in the class."""
    return f"""<div class="comment depth-{depth}" id="comment-{n}"><span class="fn">{name}</span>
    <time datetime="{AT[int(n) - 10]}">toen</time><div class="comment-content"><p>{text}</p></div></div>{inner}"""


def flat_links(n, name, text, inner, depth):
    """A theme that neither nests nor counts, but says whom one answers."""
    parent = next((number for number, replies in CHILDREN.items() if n in replies), None)
    says = f'<p class="to">In antwoord op <a href="#comment-{parent}">iemand</a></p>' if parent else ""
    return f"""<div id="comment-{n}"><span class="fn">{name}</span>{says}<time datetime="{AT[int(n) - 10]}">toen</time>
    <div class="comment-content"><p>{text}</p></div></div>{inner}"""


THEMES = [
    twenty_ten, html4_core, twenty_eleven, html5_core, twenty_twenty, block, genesis, divi, astra, generatepress, flat, flat_links,
]  # fmt: skip


def render(theme, n: str, depth: int = 1) -> str:
    _, _, name, text = next(comment for comment in COMMENTS if comment[0] == n)
    return theme(n, name, text, "".join(render(theme, child, depth + 1) for child in CHILDREN[n]), depth)


def post(comments: str, heading: str = "4 reacties op &ldquo;12 tips&rdquo;", extra: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="nl-NL"><head><title>Wie belt er? - Forum</title>
    <link rel="https://api.w.org/" href="https://forum.invalid/wp-json/"><link rel="canonical" href="{URL}">
    <link rel="alternate" type="application/json" href="https://forum.invalid/wp-json/wp/v2/posts/4">
    <link rel='shortlink' href='https://forum.invalid/?p=4'></head><body class="single single-post postid-4">
    <article id="post-4"><h1 class="entry-title">Wie belt er?</h1>
    <time class="entry-date published" datetime="2026-03-01T08:00:00+01:00">1 maart</time>
    <div class="entry-content"><p>Een storing.</p><p>En toen?</p><script>spoor()</script></div></article>
    <div id="comments"><h2 class="comments-title">{heading}</h2><ol class="comment-list commentlist">{comments}</ol>{extra}</div></body></html>"""


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_every_theme_gives_the_same_comments(theme):
    body = post(render(theme, "11") + render(theme, "14"))
    assert wordpress.matches(body, URL)
    page = wordpress.read(body, URL)
    assert [(c.platform_id, c.parent, c.author) for c in page.comments] == [row[:3] for row in COMMENTS]
    assert [c.text for c in page.comments] == [f"<p>{row[3]}</p>" for row in COMMENTS]
    assert [c.posted_at for c in page.comments] == [dt.datetime(2026, 3, n, 9, tzinfo=dt.UTC) for n in range(1, 5)]
    assert [c.permalink for c in page.comments] == [f"{URL}#comment-{row[0]}" for row in COMMENTS]


def test_what_the_page_says_of_the_post():
    page = wordpress.read(post(render(html5_core, "14")), URL + "#comments")
    assert (page.title, page.opening, page.language) == ("Wie belt er?", "Een storing.\n\nEn toen?", "nl-NL")
    assert page.published_at == dt.datetime(2026, 3, 1, 7, tzinfo=dt.UTC)
    assert page.thread == "forum.invalid/?p=4"


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("29 reacties op “12 tips”", 29), ("29 Comments", 29), ("3 thoughts on &#8220;7 vragen&#8221;", 3), ("Reacties (1.204)", 1204),
        ("One thought on “x”", 1), ("Eén reactie op “x”", 1), ("Geen reacties", 0), ("Er zijn 12 leuke reacties", 12), ("Reacties", None),
        ("Reacties op “12 tips”", None), ("2 antwoorden", 2),
    ],
)  # fmt: skip
def test_announced_number(heading, number):
    assert wordpress.read(post("", heading), URL).announced == number


def test_pingbacks_are_left_out_of_comments_and_of_the_thread_s_number():
    ping = '<li class="pingback even depth-1" id="comment-15"><div class="comment-body">Pingback: <a href="http://x.invalid">x</a></div></li>'
    page = wordpress.read(post(render(html5_core, "11") + ping), URL)
    assert (len(page.comments), page.announced, page.left_out) == (3, 4, ("15",))
    (thread,) = gather([Sighting(page, dt.datetime(2026, 11, 2, tzinfo=dt.UTC))])
    assert (thread.announced, [w for w in thread.warnings if "announced" in w]) == (3, [])


def test_a_comment_without_parts_does_not_borrow_those_of_its_reply():
    inner = '<li id="comment-2" class="comment"><b class="fn">Kees</b><time datetime="2026-03-02T10:00:00Z"></time><div class="comment-content">Ja</div></li>'
    page = wordpress.read(
        post(f'<li id="comment-1" class="comment"><p>Nee</p><ol class="children">{inner}</ol></li>'), URL
    )
    assert [(c.author, c.posted_at is None, c.text) for c in page.comments] == [
        (None, True, "<p>Nee</p>"),
        ("Kees", False, "Ja"),
    ]


REST = "https://forum.invalid/wp-json/wp/v2/comments?post=4&per_page=100&page=1&orderby=id&order=asc"


@pytest.mark.parametrize(
    ("navigation", "links"),
    [
        ("", []),
        (f'<nav class="nav-links"><a class="page-numbers" href="{URL}comment-page-10/#comments">10</a>'
         f'<a class="page-numbers" href="{URL}comment-page-2/#comments">2</a></nav>', [URL + "comment-page-2/", URL + "comment-page-10/"]),
        ("<div class='wp-block-comments-pagination'><a href='/wie-belt-er/comment-page-2/#comments'>Volgende</a></div>", [URL + "comment-page-2/"]),
        ('<a href="/?p=4&#038;cpage=2#comments">ouder</a>', ["https://forum.invalid/?p=4&cpage=2"]),
        ("<A class=x HREF = '/?p=4&#038;cpage=2' >ouder</A>", ["https://forum.invalid/?p=4&cpage=2"]),
        ("<a href=/?p=4&#038;cpage=2>ouder</a>", ["https://forum.invalid/?p=4&cpage=2"]),
        ('<a title="cpage=2" href="/anders/">x</a>', []),
        ('<a href="/een-ander-bericht/comment-page-2/#comments">12 reacties</a>', []),
        ('<a href="/?p=5&cpage=2#comments">12 reacties</a>', []),
        ('<a href="/?cpage=2#comments">12 reacties</a>', []),
        (f'<a href="{URL}comment-page-2/#comment-31">permalink</a>', []),
        ('<a href="https://elders.invalid/comment-page-2/">elders</a><a href="javascript:x(\'comment-page-2\')">x</a>', []),
    ],
)  # fmt: skip
def test_where_the_thread_goes_on(navigation, links):
    found = wordpress.read(post("", extra=navigation), URL).next_links
    assert found[:-1] == links
    assert found[-1].startswith(REST)
    assert "avatar" not in found[-1]


def test_all_pages_and_rest_name_the_same_thread():
    body = post("")
    rest = platforms.read('[{"id": 1, "post": 4, "parent": 0, "author_name": "x", "content": {"rendered": "y"}}]', REST)
    names = {wordpress.read(body, URL).thread, wordpress.read(body, URL + "comment-page-3/").thread, rest.thread}
    assert names == {"forum.invalid/?p=4"}


def test_a_listing_leads_to_posts_and_is_no_thread():
    body = """<html><body class="home blog"><link href="/wp-content/x"><article><h2 class="entry-title"><a href="/een/">Een</a></h2></article>
    <h2 class="wp-block-post-title"><a href="https://forum.invalid/twee/">Twee</a></h2><a class="next page-numbers" href="/page/2/">Ouder</a></body></html>"""
    page = wordpress.read(body, "https://forum.invalid/")
    assert page.thread is None
    assert page.next_links == [
        "https://forum.invalid/een/",
        "https://forum.invalid/twee/",
        "https://forum.invalid/page/2/",
    ]


def test_a_front_page_leads_to_the_list_of_all_posts():
    body = """<html><head><link rel="https://api.w.org/" href="https://forum.invalid/wp-json/"></head><body class="home blog"><h1>x</h1></body></html>"""
    (link,) = wordpress.read(body, "https://forum.invalid/").next_links
    assert link.startswith("https://forum.invalid/wp-json/wp/v2/posts?per_page=100&page=1")


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Zet cookies aan</body></html>",
        '<html><head><link href="/wp-includes/css/x.css"></head><body class="login"><form id="loginform"></form></body></html>',
        "", "gewone tekst",
    ],
)  # fmt: skip
def test_pages_that_hold_no_thread_are_not_recognised(body):
    assert platforms.recognise(body, URL) is None


def test_an_unknown_page_is_told_with_what_to_do_next():
    with pytest.raises(Exception, match=r"wie-belt-er/: no thread found.*log-in.*paste its text"):
        platforms.read("<html><body>Inloggen</body></html>", URL)


@pytest.mark.parametrize(
    "filler",
    ["<div>", "<b>", "<blockquote>", "<p", '<a "', "<!--", "<script>", "&", '<li id="comment-9" class="comment">'],
)
def test_hostile_pages_take_linear_time(filler):
    body = post(f'<li id="comment-1" class="comment"><div class="comment-content">Ja {filler * 60_000}</div></li>')
    begin = time.process_time()
    page = wordpress.read(body, URL)
    assert time.process_time() - begin < 8
    assert page.comments[0].platform_id == "1"


def test_deep_nesting_is_recorded():
    page = wordpress.read(post("<div>" * 20_000 + render(html5_core, "14") + "</div>" * 20_000), URL)
    assert [c.platform_id for c in page.comments] == ["14"]
    assert any("nested" in warning for warning in page.warnings)


def test_comments_straight_in_the_page_are_read():
    """As in an answer that a script puts into the page: nothing around them but the body."""
    body = (
        '<div id="comment-9" class="comment"><b class="fn">Bob</b><div class="comment-content"><p>Ja.</p></div></div>'
    )
    assert [(c.platform_id, c.author) for c in wordpress.read(body, URL).comments] == [("9", "Bob")]
