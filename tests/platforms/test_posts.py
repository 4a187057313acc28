"""What the readers of pages share: posts and their parts, a post's markup, addresses, announced numbers."""

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import addresses, counts, markup, vbulletin, vbulletin5, woltlab, xenforo
from pipeline.platforms.posts import Posts

URL = "https://forum.invalid/threads/41/"
STARTS = {
    xenforo: '<html id="XF"><body><article class="message" data-content="post-1"><div class="message-body"><div class="bbWrapper">Ja ',
    vbulletin: '<html><body><div id="posts"><table id="post1"><tr><td><div id="post_message_1">Ja ',
    vbulletin5: '<html><body><ul><li class="b-post js-post" data-node-id="1"><div class="js-post__content-text">Ja ',
    woltlab: '<html><body><article class="wbbPost" data-post-id="1"><div class="messageBody"><div class="messageText">Ja ',
}
FILLERS = [
    "<div>", "<blockquote>", "<html ", "<body ", '<a "', "<!--", "&", '<li id="post-9">', '<div class="bbcode_quote">',
    '<div><table><tr><td class="alt2">', '<td class="alt2">', '<article class="wbbPost" data-post-id="9">',
]  # fmt: skip


@pytest.mark.parametrize("module", STARTS, ids=lambda module: module.NAME)
@pytest.mark.parametrize("filler", FILLERS)
def test_hostile_pages_are_read_in_linear_time(module, filler):
    body = STARTS[module] + filler * 15_000 + "</html>"
    begin = time.process_time()
    assert module.matches(body, URL)
    reading = module.read(body, URL)
    module.matches(filler * 15_000, URL)
    assert time.process_time() - begin < 4
    assert reading.comments[0].platform_id == "1"


def test_only_one_module_knows_each_page():
    for owner, start in STARTS.items():
        assert [module for module in STARTS if module.matches(start, URL)] == [owner]


def _node(body, selector):
    return LexborHTMLParser(body).css_first(selector)


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (" Ja ", True), ("<p>&nbsp;\u200b</p>", False), ("", False), ('<img src="x">', True), ("<br>", False),
        ("<p>0</p>", True), ('<iframe src="x"></iframe>', True), ("<svg></svg>", False),
    ],
)  # fmt: skip
def test_a_post_needs_text_or_something_to_see(inner, expected):
    assert markup.says_something(markup.written(_node(f"<div>{inner}</div>", "div"))) is expected


def test_a_platform_s_own_quotes_become_blockquotes_also_within_each_other():
    node = _node("<main><i class=q>a<i class=q>b</i></i>c</main>", "main")
    assert markup.written(node, quotes=".q") == "<blockquote>a<blockquote>b</blockquote></blockquote>c"


@pytest.mark.parametrize(
    "drop",
    [
        ".x",
        "#x",
        "i",
        "b > i",
        "b i",
        "[data-x]",
        'i[data-x="1"]',
        "i:not(.y)",
        "*",
        ":is(i, u)",
        ".nothing, i.x",
        "b:has(> i)",
    ],
)
def test_what_is_dropped_is_found_whatever_its_selector(drop):
    node = _node('<main>a<b><i class="x" id="x" data-x="1">b</i></b>c</main>', "main")
    assert "b</i>" not in markup.written(node, drop)


def test_a_part_belongs_to_the_innermost_post_around_it():
    tree = LexborHTMLParser("<div id=1><b>A</b><div id=2><b>B</b><i>x</i><b>C</b></div><u></u></div><b>D</b>")
    posts = Posts(tree, ((node.id, node) for node in tree.css("div")))
    assert posts.above == {"1": None, "2": "1"}
    assert {number: node.text() for number, node in posts.first("b").items()} == {"1": "A", "2": "B"}
    assert {number: node.text() for number, node in posts.last("b").items()} == {"1": "A", "2": "C"}
    assert {number: node.tag for number, node in posts.first("i", "u").items()} == {"1": "u", "2": "i"}
    assert posts.having("i", "p") == {"2"}
    assert posts.first("u", text=True) == {}


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("https://a.invalid/x?s=1&t=41#post1", "https://a.invalid/x?t=41"),
        ("https://a.invalid/index.php?threads/x.1/&page=2", "https://a.invalid/index.php?threads/x.1/"),
        ("https://a.invalid/x#y", "https://a.invalid/x"),
        ("https://a.invalid/x?page", "https://a.invalid/x"),
        ("https://a.invalid/index.php?s=1;topic=5.0", "https://a.invalid/index.php?topic=5.0"),
        ("https://a.invalid/x?homepage=1&a=%2F+b", "https://a.invalid/x?homepage=1&a=%2F+b"),
    ],
)
def test_addresses_lose_the_reader_s_session(url, without):
    assert addresses.without(url, "s", "page") == without


@pytest.mark.parametrize(
    "said",
    [
        "{", "[]", "null", '"x"', '{"@type": "DiscussionForumPosting"}', '{"@type": "Article", "answerCount": 4}',
        '{"@type": "Question", "answerCount": "veel"}', '{"@type": "Question", "answerCount": -1}', "[" * 5_000,
    ],
)  # fmt: skip
def test_what_is_no_number_of_replies_announces_nothing(said):
    tree = LexborHTMLParser(f'<script type="application/ld+json">{said}</script>')
    assert counts.declared_posts(tree) is None


def test_the_answers_of_a_question_and_the_question_itself():
    said = '[{"@type": "QAPage", "mainEntity": {"@type": "Question", "answerCount": 4}}]'
    assert counts.declared_posts(LexborHTMLParser(f'<script type="application/ld+json">{said}</script>')) == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.204 reacties", 1204),
        ("12 van 30", 12),
        ("1 204", 1204),
        ("1.2K", None),
        ("geen", None),
        (None, None),
        ("3 K", None),
    ],
)
def test_numbers_in_words(text, expected):
    assert counts.number_in(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0012", 12), ("1" * 10, None), ("-1", None), ("", None), (None, None), (True, None), ("٣", None)],
)
def test_whole_numbers(value, expected):
    assert counts.whole(value) == expected
