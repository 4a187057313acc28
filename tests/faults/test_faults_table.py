"""docs/faults.md says which test proves what happens at each fault; here it is held to that."""

from __future__ import annotations

import ast

import pytest

from tests.faults.table import DOC, ROW, marked, marks_of, written

#: collecting and importing; other marks are welcome, and have a row too
FAULTS = range(10, 62)


@pytest.fixture(scope="module")
def tests() -> dict[int, list[str]]:
    return marked()


def test_every_fault_of_collecting_and_importing_has_a_test(tests: dict[int, list[str]]) -> None:
    assert [number for number in FAULTS if number not in tests] == []


def test_the_document_says_what_the_marks_say(tests: dict[int, list[str]]) -> None:
    text = DOC.read_text("utf-8")
    assert [int(row["number"]) for row in ROW.finditer(text)] == sorted({*FAULTS, *tests})
    assert text == written(text, tests), "run `python -m tests.faults.table`"


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("@pytest.mark.fault(10)\ndef test_a(): ...", [(10, "test_a")]),
        ("@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.fault(11))])\ndef test_a(): ...", [(11, "test_a")]),
        ("@pytest.mark.parametrize('x', [fault(12, 'y')])\ndef test_a(): ...", [(12, "test_a")]),
        ("CASES = [pytest.param(1, marks=pytest.mark.fault(13))]\n@many(CASES)\ndef test_a(): ...", [(13, "test_a")]),
        ("pytestmark = pytest.mark.fault(14)\ndef test_a(): ...\ndef helper(): ...", [(14, "test_a")]),
        ("def test_a():\n    fault(15)", []),
    ],
)  # fmt: skip
def test_marks_are_found_in_the_source(source: str, marks: list[tuple[int, str]]) -> None:
    assert list(marks_of(ast.parse(source))) == marks
