"""Every platform's own pages are read by it and by no other that is asked before it."""

from __future__ import annotations

import json
import re
import time

import pytest

from pipeline import platforms
from pipeline.errors import UsageError
from pipeline.platforms import generic, html, interfaces, limits, phpbb, wordpress_rest, xenforo
from tests.platforms import (
    test_asgaros,
    test_bbpress,
    test_blogger,
    test_buddypress,
    test_coral,
    test_discourse,
    test_disqus,
    test_disqus_json,
    test_dutch_sites,
    test_flarum,
    test_fluxbb,
    test_forumotion,
    test_generic,
    test_hackernews,
    test_hyperkitty,
    test_invision,
    test_isso,
    test_lemmy,
    test_lithium,
    test_mybb,
    test_nodebb,
    test_phpbb,
    test_platforms_rest_schema,
    test_platforms_wordpress,
    test_quora,
    test_reddit,
    test_slashdot,
    test_smf,
    test_stackexchange,
    test_vanilla,
    test_vbulletin,
    test_vbulletin5,
    test_woltlab,
    test_wordpress_export,
    test_wordpress_feed,
    test_wpforo,
    test_xenforo,
)

VANILLA_API = json.dumps([{"discussionID": 7, "commentID": 21, "insertUserID": 3, "body": "Ja"}])
LETTERS = "".join(test_hyperkitty.letter(row, n) for n, row in enumerate(test_hyperkitty.LETTERS[1:], 1))
NEW = "https://forum.invalid/nieuw"
#: platform -> its pages, each with its address
PAGES = {
    "discourse-json": [(json.dumps(test_discourse.topic(test_discourse.RECORDS)), f"{test_discourse.URL}.json")],
    "flarum-json": [test_flarum.FORMS["api"], test_flarum.FORMS["api posts"]],
    "reddit-json": [(test_reddit.as_json(), f"{test_reddit.URL}.json")],
    "stackexchange-json": [(test_stackexchange.answer_of(test_stackexchange.question()), test_stackexchange.API)],
    "lemmy-json": [(test_lemmy.post_view(), test_lemmy.API), (test_lemmy.listed(), test_lemmy.API)],
    "hackernews-json": [(test_hackernews.algolia(), ""), (test_hackernews.fire(test_hackernews.COMMENTS[0], 102), "")],
    "hyperkitty-rest": [
        (json.dumps(test_hyperkitty.email(test_hyperkitty.LETTERS[2])), f"{test_hyperkitty.API}/email/B2/")
    ],
    "isso": [(test_isso.answer(test_isso.ALL, total=4), test_isso.URL)],
    "coral": [
        (test_coral.nested(test_coral.talk, test_coral.talk_answer), ""),
        (test_coral.nested(test_coral.new, test_coral.new_answer), ""),
    ],
    "wordpress-rest": [
        (json.dumps([test_platforms_rest_schema._record(12)]), f"{test_platforms_rest_schema.API}comments?post=4")
    ],
    "wordpress-export": [(test_wordpress_export.EXPORT, "")],
    "wordpress-feed": [
        (form(), f"{test_wordpress_feed.POST}feed/") for form in (test_wordpress_feed.rss, test_wordpress_feed.atom)
    ],
    "vanilla-api": [(VANILLA_API, "https://forum.invalid/api/v2/comments?discussionID=7")],
    "disqus-json": [
        (test_disqus_json.page(test_disqus_json.RECORDS), test_disqus_json.EMBED),
        (test_disqus_json.answer(test_disqus_json.RECORDS), test_disqus_json.API),
    ],
    "disqus": [(test_disqus.export(test_disqus.thread(7), test_disqus.post(101, 7, "Niemand.")), "")],
    "blogger-feed": [
        (form([test_blogger.entry(*post) for post in test_blogger.POSTS]), test_blogger.FEED)
        for form in (test_blogger.as_json, test_blogger.atom)
    ],
    "discourse": [(test_discourse.topic_page(form), test_discourse.URL) for form in test_discourse.GENERATIONS],
    "flarum": [test_flarum.FORMS[form] for form in ("payload", "loaded", "preloaded")],
    "nodebb": [(test_nodebb.topic(theme), test_nodebb.URL) for theme in test_nodebb.THEMES],
    "xenforo": [
        (test_xenforo.page(test_xenforo.posts(form), two="xf1" not in form.__name__), NEW)
        for form in test_xenforo.VARIANTS
    ],
    "woltlab": [(test_woltlab.page(test_woltlab.posts(form), form), NEW) for form in test_woltlab.VARIANTS],
    "vbulletin5": [(test_vbulletin5.page(test_vbulletin5.POSTS), test_vbulletin5.URL)],
    "vbulletin": [
        (test_vbulletin.page(test_vbulletin.posts(form), form), test_vbulletin.URL) for form in test_vbulletin.VARIANTS
    ],
    "invision": [
        (test_invision.page(form), test_invision.TOPIC)
        for form in (test_invision.ips4, test_invision.ips5, test_invision.ipboard3)
    ],
    "lithium": [
        (body, test_lithium.URL)
        for body in (
            test_lithium.linear_page(),
            test_lithium.threaded_page(),
            test_lithium.aurora(test_lithium.cache()),
        )
    ],
    "vanilla": [
        (test_vanilla.page(form), test_vanilla.URL)
        for form in (test_vanilla.vanilla20, test_vanilla.vanilla28, test_vanilla.higher_logic)
    ],
    "phpbb": [(test_phpbb.page(style, test_phpbb.three(style)), test_phpbb.URL) for style in test_phpbb.STYLES],
    "mybb": [(test_mybb.page(test_mybb.three(theme)), test_mybb.URL) for theme in test_mybb.THEMES],
    "fluxbb": [(test_fluxbb.page(theme, test_fluxbb.three(theme)), test_fluxbb.URL) for theme in test_fluxbb.THEMES],
    "forumotion": [
        (test_forumotion.page(template, test_forumotion.three(template)), test_forumotion.URL)
        for template in test_forumotion.TEMPLATES
    ],
    "smf": [(test_smf.page(theme, test_smf.three(theme)), test_smf.URL) for theme in test_smf.THEMES],
    "reddit": [(test_reddit.as_old(), test_reddit.URL), (test_reddit.as_new(), test_reddit.URL)],
    "lemmy": [(test_lemmy.page_of(test_lemmy.tree(), carried), test_lemmy.URL) for carried in (True, False)],
    "hackernews": [
        (test_hackernews.html(), test_hackernews.URL),
        (test_hackernews.html(old=True), test_hackernews.URL),
    ],
    "stackexchange": [
        (test_stackexchange.page_of(form), test_stackexchange.URL)
        for form in (test_stackexchange.today, test_stackexchange.followed, test_stackexchange.older)
    ],
    "slashdot": [
        (test_slashdot.page_of(test_slashdot.nested()), test_slashdot.URL),
        (test_slashdot.page_of(test_slashdot.flat()), test_slashdot.URL),
    ],
    "hyperkitty": [
        (test_hyperkitty.page(LETTERS), test_hyperkitty.THREAD),
        (test_hyperkitty.piece([(1, test_hyperkitty.LETTERS[1])]), ""),
    ],
    **{module.NAME: [(body, test_dutch_sites.HOST)] for module, body in test_dutch_sites.PAGES.items()},
    "blogger": [
        (test_blogger.page(form), test_blogger.URL)
        for form in (test_blogger.threaded, test_blogger.terms, test_blogger.blocks)
    ],
    "quora": [(test_quora.WHOLE, test_quora.URL)],
    "asgaros": [(test_asgaros.page(test_asgaros.three(form)), test_asgaros.URL) for form in test_asgaros.FORMS],
    "bbpress": [(test_bbpress.page(form), test_bbpress.URL) for form in test_bbpress.FORMS],
    "buddypress": [
        (test_buddypress.page(test_buddypress.activity(clock)), test_buddypress.URL) for clock in test_buddypress.CLOCKS
    ],
    "wpforo": [(test_wpforo.page(test_wpforo.three(layout)), test_wpforo.URL) for layout in test_wpforo.LAYOUTS],
    "wordpress": [
        (test_platforms_wordpress.post(test_platforms_wordpress.render(theme, "11")), test_platforms_wordpress.URL)
        for theme in test_platforms_wordpress.THEMES
    ],
    "schema-org": [
        (test_platforms_rest_schema.ld(test_platforms_rest_schema.FORUM), NEW),
        (test_platforms_rest_schema.MICRODATA, NEW),
    ],
    "generic": [(test_generic._thread(layout), test_generic.URL) for layout in ("divs", "articles", "rows", "bare")],
}
CASES = [
    pytest.param(name, body, url, id=f"{name}-{n}")
    for name, each in PAGES.items()
    for n, (body, url) in enumerate(each)
]


def test_every_platform_has_pages_here_and_a_name_of_its_own():
    assert sorted(platform.NAME for platform in platforms.PLATFORMS) == sorted(PAGES)


@pytest.mark.parametrize(("name", "body", "url"), CASES)
@pytest.mark.parametrize("addressed", [True, False], ids=["address", "saved"])
def test_a_page_is_read_by_its_own_platform(name, body, url, addressed):
    found = platforms.recognise(body, url if addressed else "")
    assert found is not None
    assert name == found.NAME
    pages = platforms.pages(body, url if addressed else "")
    assert {page.platform for page in pages} == {name}
    assert any(page.comments for page in pages)


@pytest.mark.parametrize(("name", "body", "url"), CASES)
def test_only_what_a_page_says_of_itself_is_known_to_others_too(name, body, url):
    """Who reads by the names that themes share (WordPress), or by schema.org, is asked after the page's own platform."""
    matching = {platform.NAME for platform in platforms.PLATFORMS if platform.matches(body, url)}
    assert matching - {"wordpress", "schema-org", "generic"} == {name} - {"wordpress", "schema-org", "generic"}


# --- who guesses is asked last, and only where nobody is sure


ARTICLE = """<article><h1>Wie maakt het rooster?</h1><p class="auteur">Door onze redactie, 2 maart 2026, 10:30</p>{}</article>
<div class="verwant"><h2>Lees ook</h2>{}</div>"""
RELATED = "".join(
    f'<div class="kaart"><a href="/stuk-{n}"><h3>Een ander stuk over het werk, deel {n}</h3></a><span>{n} maart 2026</span></div>'
    for n in range(1, 7)
)
COOKIES = """<div id="wall"><h1>Wij gebruiken cookies</h1><p>Om deze site te lezen is toestemming nodig. Wij en onze 842 partners bewaren
gegevens op uw apparaat.</p><ul>{}</ul><button>Alles accepteren</button><button>Instellingen</button><p>Laatst gewijzigd: 1 maart 2026</p></div>"""
PARTNERS = "".join(
    f"<li><b>Partner {n} B.V.</b><p>Bewaart gegevens tot {n} maart 2027 en gebruikt deze om advertenties te kiezen die passen bij wat u leest.</p></li>"
    for n in range(1, 9)
)
LOGIN = """<form action="/aanmelden" method="post"><h1>Aanmelden</h1><label>Gebruikersnaam <input name="user"></label><label>Wachtwoord
<input type="password" name="password"></label><button>Aanmelden</button></form><p>Nog geen lid? <a href="/inschrijven">Schrijf u in</a>.</p>"""
CAPTCHA = """<div class="main-content"><h1>forum.invalid</h1><h2>Even geduld: wij controleren of u een mens bent</h2><noscript>Zet JavaScript aan
om verder te gaan.</noscript><div id="challenge"></div><p>Kenmerk: 8f3a2c, 2 maart 2026 10:30:12</p></div>"""
NOT_THREADS = {
    "log-in": LOGIN,
    "cookie wall": COOKIES.format(PARTNERS),
    "captcha": CAPTCHA,
    "article": ARTICLE.format(test_generic.ARTICLE, RELATED),
    "front page": f"<main>{test_generic.TEASERS}</main><div>{test_generic.NEWS}</div>",
    "list of threads": f"<table>{test_generic.THREADS}</table>",
    "shop": f"<ul>{test_generic.SHOP}</ul>",
    "questions that nobody asked": '<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "Hoe?", '
    '"acceptedAnswer": {"@type": "Answer", "text": "Zo."}}]}</script>' + test_generic.ARTICLE,
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_THREADS)
@pytest.mark.parametrize("url", ["https://forum.invalid/draad/12", ""], ids=["address", "saved"])
def test_what_is_no_thread_is_said_to_be_none(name, url):
    body = test_generic._page(NOT_THREADS[name])
    assert platforms.recognise(body, url) is None
    with pytest.raises(UsageError, match="no thread found"):
        platforms.pages(body, url)


def test_who_is_sure_of_a_page_is_not_contradicted():
    """An empty thread of phpBB beside a list of what others wrote."""
    empty = '<body class="section-viewtopic"><h2><a href="./viewtopic.php?t=4">Stil</a></h2>'
    body = test_generic._thread("divs").replace("<body>", empty)
    assert generic.matches(body, NEW)
    (page,) = platforms.pages(body, "https://forum.invalid/viewtopic.php?t=4")
    assert (page.platform, page.comments) == ("phpbb", [])


THEMED = {
    "bbpress": '<div class="bbp-reply-content">{}</div><p class="bbp-pagination-links"><a href="page/2/">2</a></p>',
    "wpforo": '<div class="wpforo-post-content">{}</div><p class="wpf-navi"><a href="paged/2/">2</a></p>',
    "asgaros": '<div id="af-wrapper">{}<p class="pages"><a href="?part=2">2</a></p></div>',
    "buddypress": '<div id="activity-5">{}</div><p class="activity-inner">',
    "forumotion": '{}<script>_userdata["user_lang"]</script><a class="topictitle">',
}


@pytest.mark.parametrize("name", THEMED)
def test_a_theme_in_which_a_plugin_finds_no_post_is_read_by_its_layout(name):
    form, around = test_generic.LAYOUTS["divs"]
    posts = around.format("\n".join(form(*post) for post in test_generic.POSTS))
    body = test_generic._page(THEMED[name].format(posts))
    url = "https://forum.invalid/t5-titel" if name == "forumotion" else f"{NEW}/"
    assert next(platform for platform in platforms.PLATFORMS if name == platform.NAME).matches(body, url)
    page = platforms.read(body, url)
    assert (page.platform, [c.author for c in page.comments]) == ("generic", [post[1] for post in test_generic.POSTS])


@pytest.mark.parametrize(
    "inner",
    ['<div class="post-9"><div class="bbp-reply-content">Los antwoord</div></div>', test_buddypress.activity(test_buddypress.legacy_time)],
    ids=["bbpress", "buddypress"],
)  # fmt: skip
@pytest.mark.parametrize("around", ["<aside>{}</aside>", '<div class="widget widget_x">{}</div>'])
def test_what_a_plugin_shows_beside_an_article_does_not_hide_its_comments(around, inner):
    (body, url), *_ = PAGES["wordpress"]
    alone, page = (
        platforms.read(body, url),
        platforms.read(body.replace("</body>", around.format(inner) + "</body>"), url),
    )
    assert (page.platform, page.thread) == (alone.platform, alone.thread) == ("wordpress", alone.thread)
    assert [c.platform_id for c in page.comments] == [c.platform_id for c in alone.comments] != []


def test_a_theme_of_which_no_time_can_be_read_is_read_by_its_layout():
    def theme(n, name, text):
        return f"""<li id="post-{n}" class="message" data-author="{name}"><h3>{name} <small><span>{n[-1]}.03.2026, 10:30</span></small></h3>
        <div class="messageContent"><blockquote class="messageText">{text}</blockquote></div></li>"""

    posts = "".join(theme(*post) for post in test_generic.POSTS[:3])
    body = test_generic._page(f"<ol>{posts}</ol>").replace("<html", '<html id="XenForo"')
    assert xenforo.matches(body, NEW)
    assert [c.posted_at for c in xenforo.read(body, NEW).comments] == [None] * 3
    page = platforms.read(body, NEW)
    assert [(c.platform_id, c.author) for c in page.comments] == [post[:2] for post in test_generic.POSTS[:3]]
    assert [c.posted_at.day for c in page.comments if c.posted_at] == [1, 2, 7]


def test_a_theme_of_which_no_words_can_be_read_is_read_by_its_layout():
    """Posts are announced, or found and left out because they say nothing; their words stand where nobody looks."""
    (body, url), *_ = PAGES["phpbb"]
    renamed = re.sub(r"\bclass=\"content\"", 'class="woorden"', body)
    known, page = phpbb.read(renamed, url), platforms.read(renamed, url)
    assert known.comments == []
    assert page.platform == "generic"
    assert [c.author for c in page.comments] == [c.author for c in phpbb.read(body, url).comments]


def test_posts_that_are_all_gone_stay_so():
    """A thread of deleted comments beside nothing that looks like a thread."""
    body = json.dumps(
        [test_reddit.listing(test_reddit.post(selftext="[deleted]", selftext_html=None)), test_reddit.listing()]
    )
    page = platforms.read(body, f"{test_reddit.URL}.json")
    assert (page.platform, page.comments) == ("reddit-json", [])


LATEST = """<aside><h2>Recente reacties</h2><ul class="wp-block-latest-comments">{}</ul></aside>""".format(
    "".join(
        f"""<li><article><footer><a class="author" href="http://eigen.invalid">Lid {n}</a> op <a href="{{0}}#comment-{n}">Een ander stuk</a>
        <time datetime="2026-02-0{n}T11:00:00+01:00">{n} februari 2026</time></footer><div class="excerpt"><p>Dat vind ik ook, maar bij ons op de
        afdeling gaat het heel anders dan hier staat, nummer {n}.</p></div></article></li>""".replace(
            "{0}", f"https://forum.invalid/stuk-{n}/"
        )
        for n in range(1, 6)
    )
)


@pytest.mark.parametrize("comments", [1, 0])
def test_the_latest_comments_of_a_site_are_not_those_of_the_page_beside_them(comments):
    themes = test_platforms_wordpress
    body = themes.post(themes.render(themes.html5_core, "14") * comments).replace("</body>", f"{LATEST}</body>")
    page = platforms.read(body, themes.URL)
    assert (page.platform, [c.author for c in page.comments]) == ("wordpress", ["J. Müller"] * comments)
    assert generic.matches(body, themes.URL)  # it has the form of a thread
    with pytest.raises(UsageError, match="no thread found"):
        platforms.pages(f"<html lang='nl'><body>{LATEST}</body></html>", "https://forum.invalid/contact/")


def test_addresses_that_lead_to_a_comment_by_its_number_do_not_make_it_one_of_elsewhere():
    body = LATEST
    for n in range(1, 6):
        body = body.replace(f"https://forum.invalid/stuk-{n}/#", f"https://forum.invalid/reacties/4/{n}/#")
    page = platforms.read(f"<html lang='nl'><body>{body}</body></html>", "https://forum.invalid/stuk/")
    assert [c.author for c in page.comments] == [f"Lid {n}" for n in range(1, 6)]


def _described(*texts: str, author: str | None = "Ria") -> str:
    comments = [
        {"@type": "Comment", "text": text, "author": author, "dateCreated": "2026-03-02T08:00:00Z"} for text in texts
    ]
    return f'<script type="application/ld+json">{json.dumps({"@type": "DiscussionForumPosting", "comment": comments})}</script>'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (_described("Een."), "generic"),  # one of four
        (_described("Een.", "Twee.", "Drie.", "Vier."), "schema-org"),
        (_described("Een.", "Twee.", "Drie.", "Vier.", author=None), "generic"),  # as many, by nobody
        (
            '<link rel="https://api.w.org/" href="https://forum.invalid/wp-json/">',
            "generic",
        ),  # a forum within WordPress
    ],
)
def test_whoever_finds_more_is_believed_where_nobody_is_sure(head, expected):
    body = test_generic._thread("divs", head=head).replace("<body>", '<body class="single">')
    assert len(platforms.pages(body, test_generic.URL)[0].comments) == 4
    assert platforms.read(body, test_generic.URL).platform == expected


def test_an_article_of_wordpress_without_comments_is_a_thread_without_comments():
    body = test_platforms_wordpress.post("")
    page = platforms.read(body, test_platforms_wordpress.URL)
    assert (page.platform, page.comments) == ("wordpress", [])


def test_the_interface_has_the_name_of_its_platform():
    names = {platform.NAME for platform in platforms.PLATFORMS}
    answering = {name for name in names if interfaces.is_interface(name)}
    assert answering == {
        "blogger-feed", "discourse-json", "disqus-json", "flarum-json", "hackernews-json", "hyperkitty-rest", "lemmy-json", "reddit-json",
        "stackexchange-json", "vanilla-api", "wordpress-feed", "wordpress-rest",
    }  # fmt: skip
    assert {interfaces.platform_of(name) for name in answering} <= names
    assert interfaces.platform_of("schema-org") == "schema-org"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://forum.invalid/wp-json/wp/v2/comments?post=4", True), ("https://forum.invalid/?rest_route=%2Fwp%2Fv2%2Fposts", True),
        ("https://forum.invalid/t/wie/4.json?page=2", True), ("https://forum.invalid/api/v3/comment/list", True),
        ("https://forum.invalid/svc/shreddit/comments/x", True), ("https://forum.invalid/feeds/12/comments/default", True),
        ("https://api.stackexchange.com/2.3/questions/70", True), ("https://forum.invalid/wp-json", True),
        ("https://forum.invalid/wie/feed/", True), ("https://forum.invalid/t/wie-belt-er/4", False), ("https://forum.invalid/capi/4", False), ("https://forum.invalid/jsonboom/", False),
        ("https://forum.invalid/?q=.json", False), ("https://forum.invalid/wie#/api/", False), ("http://[kapot/api/x", False), ("", False),
    ],
)  # fmt: skip
def test_addresses_for_programs(url, expected):
    assert interfaces.is_interface_address(url) is expected


# --- what all of them use


@pytest.mark.parametrize("filler", ["<div ", "<a", "<div <p ", "<div>", "</b", "<", "<b title='>"])
def test_flattening_takes_linear_time(filler):
    body = filler * 300_000
    begin = time.process_time()
    limits.flatten(body)
    assert time.process_time() - begin < 5


def test_flattening_counts_tags_with_angle_brackets_in_their_attributes():
    depth = limits.MAX_DEPTH + 10
    flat, cut = limits.flatten('<div title="a < b">' * depth + "Ja" + "</div>" * depth)
    assert (flat.count("<div"), flat.count("</div>"), cut) == (limits.MAX_DEPTH, limits.MAX_DEPTH, 20)
    assert "Ja" in flat


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('<iframe src="x"/><p>Ja</p>', '<iframe src="x"></iframe><p>Ja</p>'), ("<div/><b>Ja</b>", "<div></div><b>Ja</b>"),
        ("<script async='' /><i/>Ja", "<script async='' ></script><i></i>Ja"), ("<title/><br/><img src='x'/>", "<title></title><br/><img src='x'/>"),
        ("<br/><img src='x' />", "<br/><img src='x' />"), ("<svg><path d='M0'/></svg>", "<svg><path d='M0'/></svg>"),
        ("<a href=/x/>Ja</a>", "<a href=/x/>Ja</a>"), ("a/> <", "a/> <"),
    ],
)  # fmt: skip
def test_what_closes_itself_is_empty_where_a_program_wrote_the_page(written, meant):
    assert html.close_empty(written) == meant


@pytest.mark.parametrize("name", ["xenforo", "discourse", "wordpress", "generic"])
def test_a_page_saved_as_xml_is_read_by_its_own_platform(name):
    body, url = PAGES[name][0]
    saved = body.replace("<body", '<script src="x"/><body', 1).replace(
        "<h1", '<iframe src="reclame"/><i class="fa"/><h1', 1
    )
    assert saved != body
    assert platforms.read(saved, url).comments == platforms.read(body, url).comments


@pytest.mark.parametrize("filler", ["/>", "<a ", "<a />", '<a "', "<a/", "< />", "<i " + "x" * 50])
def test_closing_takes_linear_time(filler):
    begin = time.process_time()
    html.close_empty(filler * 200_000)
    assert time.process_time() - begin < 4


def test_a_node_that_several_selectors_find_comes_once():
    tree, _ = html.parse('<div class="a b"><p class="a">x</p></div>')
    assert [node.tag for node in html.each(tree, ".a, .b, div")] == ["div", "p"]


@pytest.mark.parametrize("url", ["http://[kapot/wp-json/wp/v2/comments?post=4", "http://[", ""])
def test_rest_at_an_address_that_is_none(url):
    for body in (json.dumps([test_platforms_rest_schema._record(12)]), "[]", "{", '{"code": "rest_x", "message": "x"}'):
        assert wordpress_rest.read(body, url).next_links == []
    assert html.thread_url("http://[kapot#x") == "http://[kapot"


@pytest.mark.parametrize("platform", ["xenforo", "woltlab", "vbulletin5", "nodebb", "invision", "discourse"])
def test_a_thread_keeps_its_name_when_its_title_changes(platform):
    title = re.compile("roosters-in-de-zorg|wie-luistert-er|wie-belt-er")
    changed = [tuple(title.sub("een-andere-titel", part) for part in page) for page in PAGES[platform]]
    assert changed != PAGES[platform]
    for page, other in zip(PAGES[platform], changed, strict=True):
        assert platforms.read(*other).thread == platforms.read(*page).thread
