"""The marks of a page are found as if each were searched for, whatever the page and wherever they stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.platforms import marks
from pipeline.platforms.marks import Marks


@given(st.text(alphabet="abcé<\ud800 ", max_size=80), st.text(alphabet="abc<", min_size=1, max_size=6))
def test_a_string_is_found_where_it_stands_and_nowhere_else(page: str, mark: str) -> None:
    assert Marks(mark).on(page) == (mark in page)


@pytest.mark.parametrize("before", [0, 1, 999_995, 999_998, 1_000_000, 1_000_001])
def test_a_string_is_found_across_the_parts_that_are_taken_at_once(before: int) -> None:
    assert Marks("postmain").on("é" * before + "postmain" + "x" * 1_000_000)
    assert not Marks("postmain").on("é" * before + "postmai" + "x" * 1_000_000)


def test_another_page_is_not_taken_for_the_last() -> None:
    mark = Marks("postmain")
    assert [mark.on(page) for page in ("postmain", "niets", "postmain")] == [True, False, True]


@pytest.mark.parametrize(
    "form",
    [r"\bid=[\"']?p\d", r"\bvar x", r"\bids?=", r"\bMyBB\b|MyBB\.\w", r"\ba{2}", r"\bid =|x\d", r"(?i)\bid=", r"\bi"],
)
@pytest.mark.parametrize("page", ["id='p1'", "grid='p1'", "a id=p2", "ids=1", "var x", "avar x", "MyBB.x", "XMyBB", "aa", "baa", "ID=", "id =", "x1", " i"])  # fmt: skip
def test_an_expression_with_its_letters_first_means_the_same(form: str, page: str) -> None:
    assert (marks._compiled(form).search(page) is None) == (re.search(form, page) is None)
