"""Every regular expression and every step stays linear: an input ten times as long may take some thirty times as long.

Times are compared with each other, so that a slow machine fails nothing; below a floor they are noise.
"""

import time
from collections.abc import Callable

import pytest

from pipeline.clean.markup import html_lines
from pipeline.clean.repair import repair
from pipeline.clean.text import clean_text, has_no_text
from pipeline.language import sentence_spans, tokens

FLOOR = 0.3
PIECES = [
    "a?", "?", "a? ", "&amp;", "&#", "Ã", "Ã©", "e\u0301", "\u200b", "\u200d", "a-", "a-?", "cli?nt ", "a?b ", "\ud800", "`s", "x",
    "\x1b[", "> ", "[quote]", "[quote=", "[/quote]", "[b]", "schreef ", "a schreef: \"", "Op a: ", "@", "@a ", "http://", ":", ";-", "xX",
    "a.", "1.", "...", "'", "\"", "(", "\n", " \n", "a\n", "- ", "\u0301", "\u202e", "i?n", "ge?", "??n", "www.", ".nl", "👍",
]  # fmt: skip
HTML = [
    "<",
    "<div>",
    "<p>",
    "<br>",
    "<blockquote>",
    "</p>",
    "<a href='",
    "<!--",
    "&lt;",
    "<b",
    "<p class='quote'>",
    "<li>x",
    "<![CDATA[",
]


def seconds(function: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    function(text)
    return time.process_time() - start


def assert_linear(function: Callable[[str], object], piece: str) -> None:
    small = seconds(function, piece * (1_000 // len(piece)))
    large = seconds(function, piece * (10_000 // len(piece)))
    assert large < max(FLOOR, 30 * small), f"{piece!r}: {small:.3f} s, then {large:.3f} s"


@pytest.mark.parametrize("function", [repair, clean_text, has_no_text, sentence_spans, tokens])
def test_texts_of_one_piece_repeated(function: Callable[[str], object]) -> None:
    function("Warm: cli?nt, â€™t, 1 woord.")
    for piece in PIECES:
        assert_linear(function, piece)


def test_markup_of_one_piece_repeated() -> None:
    for piece in HTML:
        assert_linear(html_lines, piece)
