"""A page that is cut says so, and takes nothing off the announced number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import platforms
from pipeline.extract import page as extracted
from pipeline.platforms import ending, tally
from pipeline.platforms.reading import Reading
from tests.platforms.test_limits import POSTS, URL, post, topic

WHOLE = topic(POSTS)
#: the third post's words have not begun
CUT = WHOLE[: WHOLE.rindex("Het rooster")]


@pytest.mark.fault(17)
def test_a_cut_post_is_missing_and_not_left_out() -> None:
    (found,) = platforms.pages(CUT, URL)
    keys = {key for key, _ in tally.keyed(found.comments)[0]}
    assert tally.announced([found], keys) == 3 and len(keys) == 2
    assert ending.CUT in found.warnings and tally.damage([found]) == [ending.CUT]


@pytest.mark.fault(17)
def test_a_post_without_words_on_a_whole_page_is_left_out() -> None:
    for page in (
        topic(post(1) + post(2) + post(3, "")),
        topic(post(1) + post(2) + post(3, "")).replace("</body></html>", ""),
    ):
        (found,) = platforms.pages(page, URL)
        assert (
            isinstance(found, Reading)
            and len(found.left_out) == 1
            and not tally.damage([found])
            and ending.CUT not in found.warnings
        )


@pytest.mark.fault(17)
def test_a_cut_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "draad.html"
    file.write_text(CUT, "utf-8")
    found = extracted.of_path(file, URL)
    assert ending.CUT in found.warnings and not found.complete
    file.write_text(WHOLE, "utf-8")
    assert extracted.of_path(file, URL).complete


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"html": CUT}),
        "<?xml version='1.0'?><rss><channel><item>",
        "Gewone tekst <b>",
        WHOLE,
        "<p>Ja<p>Nee",
        "",
    ],
)
def test_what_is_no_cut_page_is_none(text: str) -> None:
    assert not ending.seems_cut(text)
