"""What the readers of classic forum software share."""

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import post_parts, vbulletin, vbulletin5, woltlab, xenforo

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
    begin = time.perf_counter()
    assert module.matches(body, URL)
    reading = module.read(body, URL)
    module.matches(filler * 15_000, URL)
    assert time.perf_counter() - begin < 4
    assert reading.comments[0].platform_id == "1"


def test_only_one_module_knows_each_page():
    for owner, start in STARTS.items():
        assert [module for module in STARTS if module.matches(start, URL)] == [owner]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (" Ja ", "Ja"), ("<p>&nbsp;\u200b</p>", None), ("", None), ('<img src="x">', '<img src="x">'), ("<br>", None),
        ("<p>0</p>", "<p>0</p>"), ('<iframe src="x"></iframe>', '<iframe src="x"></iframe>'),
    ],
)  # fmt: skip
def test_a_post_needs_text_or_something_to_see(inner, text):
    assert post_parts.markup(LexborHTMLParser(f"<div>{inner}</div>").css_first("div")) == text


def test_a_platform_s_own_quotes_become_blockquotes_also_within_each_other():
    tree = LexborHTMLParser("<main><i class=q>a<i class=q>b</i></i>c</main>")
    post_parts.quote(tree.css(".q"))
    text = post_parts.markup(tree.css_first("main"))
    assert text == '<blockquote><i class="q">a<blockquote><i class="q">b</i></blockquote></i></blockquote>c'


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("https://a.invalid/x?s=1&t=41#post1", "https://a.invalid/x?t=41"),
        ("https://a.invalid/index.php?threads/x.1/&page=2", "https://a.invalid/index.php?threads/x.1/"),
        ("https://a.invalid/x#y", "https://a.invalid/x"),
    ],
)
def test_addresses_lose_the_reader_s_session(url, without):
    assert post_parts.without(url, "s", "page") == without


@pytest.mark.parametrize(
    "said",
    [
        "{", "[]", "null", '"x"', '{"@type": "DiscussionForumPosting"}', '{"@type": "Article", "answerCount": 4}',
        '{"@type": "Question", "answerCount": "veel"}', '{"@type": "Question", "answerCount": -1}', "[" * 5_000,
    ],
)  # fmt: skip
def test_what_is_no_number_of_replies_announces_nothing(said):
    tree = LexborHTMLParser(f'<script type="application/ld+json">{said}</script>')
    assert post_parts.declared_posts(tree) is None


def test_the_answers_of_a_question_and_the_question_itself():
    said = '[{"@type": "QAPage", "mainEntity": {"@type": "Question", "answerCount": 4}}]'
    assert post_parts.declared_posts(LexborHTMLParser(f'<script type="application/ld+json">{said}</script>')) == 5
