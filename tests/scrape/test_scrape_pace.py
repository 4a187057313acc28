"""How long it still takes."""

from __future__ import annotations

import pytest

from pipeline.scrape.pace import Pace, in_words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "1 s"), (40.4, "40 s"), (240, "4 min"), (5399, "90 min"), (9000, "2.5 h")]
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


@pytest.mark.parametrize(
    ("done", "known", "said"),
    [(10, 50, ", about 80 s left"), (10, 130, ", about 4 min left"), (10, None, ""), (10, 10, ""), (0, 50, "")],
)
def test_what_is_left_goes_by_what_it_took_so_far(done: int, known: int | None, said: str) -> None:
    now = iter([100.0, 120.0])  # ten pages in twenty seconds
    assert Pace(lambda: next(now)).left(done, known) == said
