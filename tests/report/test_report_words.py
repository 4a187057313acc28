"""How texts are cut, marked and made harmless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StandpuntError
from pipeline.report.words import STEERING, Span, check_quote, excerpt, harmless, pieces, safe_url
from pipeline.tables import text_digest

texts = st.text(min_size=1, max_size=200)


def spans_of(text: str) -> st.SearchStrategy[list[Span]]:
    """Any spans of a text, overlapping ones too."""
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    kinds = st.sampled_from(["evidence", "repair"])
    return st.lists(st.builds(lambda e, k: Span(e[0], e[1], k, "x"), ends, kinds), max_size=5)


@given(texts.flatmap(lambda text: st.tuples(st.just(text), spans_of(text))))
def test_pieces_lose_and_add_nothing(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    # cut at other places, a line end of two characters may become two: compared without line ends
    shown = "".join(piece.text for piece in pieces(text, spans, "c", links=True))
    assert shown.replace("\n", "") == harmless(text).replace("\n", "")


@given(texts)
def test_shown_text_steers_nothing_and_is_valid_unicode(text: str) -> None:
    shown = harmless("\u202e" + text + "\ud800\U000e0041")
    assert not STEERING.search(shown)
    shown.encode("utf-8")


@given(st.text("ab \n", min_size=60, max_size=140), st.integers(0, 59), st.integers(1, 30))
def test_excerpt_holds_the_whole_of_a_short_evidence(text: str, start: int, length: int) -> None:
    span = Span(start, min(len(text), start + length), "evidence", "council")
    found = excerpt(text, [span], "c", 40)
    assert "".join(p.text for p in found.pieces if p.parties) == text[span.start : span.end]
    shown = "".join(piece.text for piece in found.pieces)
    assert shown in text and len(shown) <= 80
    assert found.cut_before or text.startswith(shown)
    assert found.cut_after or text.endswith(shown)


def test_overlapping_evidence_names_both_parties() -> None:
    found = pieces("abcdef", [Span(0, 4, "evidence", "council"), Span(2, 6, "evidence", "builder")], "c")
    assert [(p.text, p.parties) for p in found] == [
        ("ab", ("council",)),
        ("cd", ("council", "builder")),
        ("ef", ("builder",)),
    ]


@pytest.mark.parametrize("span", [(-1, 2), (0, 99), (3, 2)])
def test_a_span_outside_its_text_stops_the_report(span: tuple[int, int]) -> None:
    with pytest.raises(StandpuntError, match="c-7"):
        pieces("kort", [Span(*span, "evidence", "council")], "c-7")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://voorbeeld.invalid/a?b=1", True),
        ("http://voorbeeld.invalid", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//voorbeeld.invalid/x", False),
        ("/x", False),
        ("https://user:pass@voorbeeld.invalid/", False),
        ("https://voorbeeld.invalid/\u202egnp.exe", False),
        ('https://voorbeeld.invalid/"onmouseover=', False),
        ("https://[::1", False),
        ("", False),
        (None, False),
    ],
)
def test_only_absolute_web_addresses_become_links(url: str | None, safe: bool) -> None:
    assert (safe_url(url) is not None) is safe


def test_links_end_before_punctuation() -> None:
    found = pieces("Zie https://voorbeeld.invalid/a?x=1&y=2. Mooi (https://voorbeeld.invalid/b)!", [], "c", links=True)
    assert [p.url for p in found if p.url] == ["https://voorbeeld.invalid/a?x=1&y=2", "https://voorbeeld.invalid/b"]


@pytest.mark.parametrize(
    "wrong", [{"digest": "0" * 32}, {"start": 1}, {"end": 400}, {"start": 5, "end": 5}, {"start": -3}]
)
def test_a_quote_that_is_not_its_slice_is_refused(wrong: dict[str, object]) -> None:
    text = "De wethouder zweeg. Wij niet."
    quote: dict[str, object] = {"comment_id": "c-1", "start": 0, "end": 19, "digest": text_digest(text[:19])}
    assert check_quote(text, quote, "finding f-1") == Span(0, 19, "quote", "")
    with pytest.raises(StandpuntError, match=r"f-1.*c-1"):
        check_quote(text, quote | wrong, "finding f-1")
