"""Lost letters: repaired where the language leaves no doubt, left alone where it does not."""

import pytest
from lost_letter_cases import FIRST, SECOND

from pipeline.clean.edits import Draft
from pipeline.clean.lost_letters import lost_letters

CASES = FIRST + SECOND
DAMAGED = [(before, after) for before, after in CASES if before != after]
GENUINE = [before for before, after in CASES if before == after]


def mend(text: str) -> str:
    draft = Draft(text)
    draft.apply(lost_letters(text))
    return draft.text


def test_the_list_is_long_enough_to_mean_something() -> None:
    assert len(CASES) >= 120
    assert len(GENUINE) >= 50
    assert len(DAMAGED) >= 50
    assert len(set(CASES)) == len(CASES)


@pytest.mark.parametrize("text", GENUINE)
def test_a_genuine_question_mark_stays(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize(("before", "after"), DAMAGED)
def test_a_lost_letter_is_put_back(before: str, after: str) -> None:
    assert mend(before) == after


@pytest.mark.parametrize(("before", "after"), DAMAGED)
def test_a_repaired_text_needs_no_further_repair(before: str, after: str) -> None:
    assert mend(after) == after


@pytest.mark.parametrize(
    ("text", "start", "before", "after"),
    [
        ("De ICT?ers kwamen.", 3, "ICT?ers", "ICT'ers"),
        ("ja, het ??n (cli?nt)", 8, "??n", "één"),
    ],
)
def test_an_edit_says_where_and_what(text: str, start: int, before: str, after: str) -> None:
    first = lost_letters(text)[0]
    assert (first.start, text[first.start : first.end], first.after, first.kind) == (
        start,
        before,
        after,
        "lost_letter",
    )
