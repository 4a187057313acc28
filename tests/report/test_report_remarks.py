"""What readers of pages remark on a thread has Dutch words in the Dutch report; every form in the code is known."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.platforms.dates import _SAID
from pipeline.report.catalogue import load_catalogue

PIPELINE = Path(__file__).parents[2] / "pipeline"
#: white space between others, and a remark whose words are made elsewhere
_NOT_SHOWN = ("", " ", "7, the first in line 7")


def forms(node: ast.expr) -> Iterator[str]:
    """The strings that an expression may put into a list of warnings, each value in them as 7."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(p.value if isinstance(p, ast.Constant) and isinstance(p.value, str) else "7" for p in parts)
        case ast.List(elts=elements):
            for element in elements:
                yield from forms(element)
        case ast.Starred(value=value):
            yield from forms(value)
        case ast.IfExp(body=body, orelse=other):
            yield from (*forms(body), *forms(other))
        case ast.BinOp(left=left, right=right):
            yield from (*forms(left), *forms(right))


def said_in_the_code() -> set[str]:
    found: set[str] = set()
    for path in [*PIPELINE.glob("platforms/**/*.py"), PIPELINE / "extract/threads.py", PIPELINE / "extract/rows.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "warnings":
                found.update(forms(node.value))
            if isinstance(node, ast.List):  # a remark made elsewhere: it counts something
                found.update(said for said in forms(node) if said[:1].isalpha() and said.endswith(": 7"))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "warnings.append",
                "notes.append",
                "said.append",
            ):
                found.update(forms(node.args[0]))
    return found - set(_NOT_SHOWN)


def test_every_remark_in_the_code_has_dutch_words() -> None:
    remarks = said_in_the_code() | {form.format(n=3, zone="UTC") for form in _SAID.values()}
    assert len(remarks) > 25
    assert [said for said in sorted(remarks) if load_catalogue("nl").remark(said)[1] != "nl"] == []


@pytest.mark.parametrize(
    ("said", "dutch"),
    [
        ("comments of which the beginning is less sure than 0.7: 29 of 29", "reacties waarvan het begin minder zeker is dan 0,7: 29 van 29"),
        ("times without a zone, taken as Europe/Amsterdam: 3", "tijden zonder tijdzone, gelezen als Europe/Amsterdam: 3"),
        ("announced comments: 12, found: 9", "aangekondigde reacties: 12, gevonden: 9"),
    ],
)  # fmt: skip
def test_a_remark_keeps_its_numbers(said: str, dutch: str) -> None:
    assert load_catalogue("nl").remark(said) == (dutch, "nl")
    assert load_catalogue("en").remark(said) == (said, "en")


def test_unknown_words_stay_as_they_are() -> None:
    said = "something {n} that nobody knows: {0}"
    assert load_catalogue("nl").remark(said) == (said, "en")
    assert load_catalogue("nl").remark("not JSON: {error} {0}") == ("geen JSON: {error} {0}", "nl")
