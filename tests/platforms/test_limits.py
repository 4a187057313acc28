"""What would take lexbor minutes or gigabytes is taken out before, told, and no more than that."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from pipeline import platforms
from pipeline.clean.markup import html_lines
from pipeline.extract.reading import saved_from
from pipeline.platforms import html, limits, tally
from pipeline.scrape import tdm

URL = "https://forum.invalid/viewtopic.php?t=5"
N = 100_000
DEEP = 60_000


def post(number: int, words: str = "Het rooster is weer te laat.") -> str:
    """A post as phpBB writes it."""
    return (
        f'<div id="p{number}" class="post"><div class="postbody"><p class="author">door <strong>'
        f'<a class="username" href="./u{number}">Lezer {number}</a></strong> <time datetime="2026-03-01T10:00:00+00:00">x</time></p>'
        f'<div class="content">{words}</div></div></div>'
    )


def topic(inner: str, before: str = "") -> str:
    """A topic of three posts as it announces itself."""
    return (
        f'<!DOCTYPE html><html lang="nl"><head><title>Roosters</title></head><body id="phpbb" class="section-viewtopic">{before}'
        f'<h2 class="topic-title"><a href="./viewtopic.php?t=5">Roosters</a></h2><div class="pagination">3 berichten</div>{inner}</body></html>'
    )


POSTS = post(1) + post(2) + post(3)


@pytest.mark.fault(29)
@pytest.mark.parametrize(
    "page",
    [
        topic(POSTS, "<meta " + " ".join(f"a{n}=x" for n in range(N)) + ">"),
        topic(POSTS, "<meta " + " ".join(f"a{n}='>'" for n in range(N)) + ">"),
        topic(POSTS, "".join(f"<p><b id=i{n}>x" for n in range(N))),
        topic(POSTS, "".join(f"<div><FONT\ncolor=c{n}>x</div>" for n in range(N))),
        topic(POSTS, "".join(f"<body a{n}=1>" for n in range(N))),
        topic(POSTS, "<select>" + "<optgroup><option>x" * N + "</select>"),
        topic(POSTS, "<div></i>" * N),
        topic(POSTS, "<b><div>" * (N // 2) + "</b>" * (N // 2)),
        topic(POSTS, "<a><i>x</a>" * N),
        topic(POSTS, "<div><table><td></div>" * (N // 2)),
        topic(POSTS, "<!-- " * N + "-->"),
        topic(POSTS, "".join(f'<a href="/x{n}">l</a>' for n in range(2 * N))),
        topic(POSTS, f'<a href="{"x" * 5_000_000}">l</a>'),
        topic(POSTS, "<table><tr><td>x" * N),
    ],
    ids=["attributes", "quoted", "paragraphs", "blocks", "bodies", "options", "stray", "adopted", "anchors", "walls", "comments", "links", "value", "tables"],
)  # fmt: skip
def test_no_page_takes_long_to_parse(page: str) -> None:
    begin = time.process_time()
    tree, _ = html.parse(page)
    assert time.process_time() - begin < 8
    assert sum(1 for _ in tree.css("*")) < 2_500_000


@pytest.mark.fault(29)
@pytest.mark.parametrize("before", ["<div>" * DEEP, "<span>" * DEEP, "<div><span>" * (DEEP // 2)])
@pytest.mark.parametrize("closed", [True, False])
def test_what_many_wrappers_hold_is_read(before: str, closed: bool) -> None:
    after = before.replace("<", "</") if closed else ""
    found = platforms.read(topic(before + POSTS + after), URL)
    assert [comment.platform_id for comment in found.comments] == ["1", "2", "3"]
    assert [comment.author for comment in found.comments] == ["Lezer 1", "Lezer 2", "Lezer 3"]
    assert any("nested over" in warning for warning in found.warnings) and not tally.damage([found])


@pytest.mark.fault(29)
def test_where_nothing_is_found_what_was_taken_out_is_damage() -> None:
    found = platforms.read(topic("<div>" * DEEP), URL)
    assert not found.comments and any("nested over" in problem for problem in tally.damage([found]))
    assert not tally.damage([platforms.read(topic(""), URL)])


def test_attributes_beyond_the_limit_go_and_the_others_stay() -> None:
    many = " ".join(f'a{n}="{n} > {n}"' for n in range(5_000))
    tree, warnings = html.parse(f'<p id="een" {many}>Ja</p><p id="twee" class="x">Nee</p>' + "<p>Tekst.</p>" * 100)
    first, second = tree.css("p")[:2]
    assert first.text() == "Ja" and 400 <= len(first.attributes) <= limits.MAX_ATTRIBUTES
    assert second.attributes == {"id": "twee", "class": "x"}
    assert len(warnings) == 1 and "attributes" in warnings[0]


def test_formatting_beyond_the_limit_loses_its_tags_and_no_words() -> None:
    page = "".join(f"<div><b id=i{n}>woord{n}</div>" for n in range(3_000))
    tree, warnings = html.parse(page)
    assert all(f"woord{n}" in tree.css("body")[0].text() for n in (0, 1_500, 2_999))
    assert len(tree.css("b[id=i5]")) > 1 and not tree.css("b[id=i2999]") and "formatting" in warnings[0]


def test_an_ordinary_large_page_is_left_as_it_is() -> None:
    posts = "".join(
        post(n, f'<b class="x{n}">Ja</b> <i title="</i>">nee</i> <!-- <b a=1> --> <em data-n={n}>ooit</em>')
        for n in range(3_000)
    )
    page = topic(posts + "Lange tekst zonder einde. " * 5_000 + f"<script>let x = '{'woord ' * 5_000}'</script>")
    data, warnings = limits.tame(page)
    assert data == page.encode() and not warnings


def test_depth_is_that_of_browsers() -> None:
    inner = "<div id=binnen><p>Ja</p></div>"
    flat, cut = limits.flatten("<div><b><i>" * 2_000 + inner + "</div>" * 2_000)
    assert inner in flat and cut > 0
    assert limits.flatten("<div>x</b></div>" * 5_000) == ("<div>x</b></div>" * 5_000, 0)
    assert limits.flatten("<a><i>x</a></i>" * 5_000)[1] == 0


@pytest.mark.parametrize("value", ["woord " * 20_000, "woord &quot;en&quot; nog een / " * 5_000, "x" * 200_000])
def test_a_long_value_is_one_attribute(value: str) -> None:
    for quote in "\"'":
        tree, warnings = html.parse(f"<p>Ja</p><div id=a data-preloaded={quote}{value}{quote} class=b>Nee</div>")
        assert not warnings and set(tree.css("#a")[0].attributes) == {"id", "data-preloaded", "class"}


@pytest.mark.parametrize(
    "part",
    ["<a b=' ", '<a b="' + "x" * 9_000, "<a " + "b " * 5_000, "<a b c= d", "<a =", "<a" + " x='<'" * 2_000, "<a\n"],
)
def test_looking_for_attributes_takes_linear_time(part: str) -> None:
    begin = time.process_time()
    limits.tame(part * (3_000_000 // len(part)))
    assert time.process_time() - begin < 4


@pytest.mark.parametrize(
    "read",
    [
        lambda many: saved_from(f"<html><head><meta {many}><meta property='og:url' content='{URL}'></head><body>Ja"),
        lambda many: tdm._metas({}, f"<html><head><meta {many}><meta name='tdm-reservation' content='1'></head>"),
        lambda many: html_lines(f"<p {many}>Ja</p>" + "<p>Nee</p>" * 900),
    ],
    ids=["saved", "rules", "comment"],
)
def test_whatever_parses_keeps_to_the_limits(read: Callable[[str], object]) -> None:
    begin = time.process_time()
    assert read(" ".join(f"a{n}" for n in range(60_000)))
    assert time.process_time() - begin < 2
