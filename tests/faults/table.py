"""docs/faults.md and the tests that prove it: which test carries which `fault(number)` mark.

`python -m tests.faults.table` writes the last column of the table anew; the others are written by hand. The marks are read
from the source, so that the whole suite need not be imported to know them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOC = ROOT / "docs/faults.md"
ROW = re.compile(r"\| *(?P<number>\d+) *\| *(?P<fault>[^|]+?) *\| *(?P<happens>[^|]+?) *\| *(?P<tests>[^|]*?) *\|")


def marked(tests: Path = ROOT / "tests") -> dict[int, list[str]]:
    """Fault -> the tests that carry its mark, as `path::function`, sorted."""
    found: dict[int, set[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        for number, function in marks_of(ast.parse(path.read_text("utf-8"))):
            found.setdefault(number, set()).add(f"{path.relative_to(tests.parent).as_posix()}::{function}")
    return {number: sorted(names) for number, names in sorted(found.items())}


def marks_of(module: ast.Module) -> Iterator[tuple[int, str]]:
    """(fault, test function): by decorators, by tables that decorators name, by the module's `pytestmark`."""
    tables = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    everywhere = [tables["pytestmark"]] if "pytestmark" in tables else []
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            names = {n.id for part in node.decorator_list for n in ast.walk(part) if isinstance(n, ast.Name)}
            for part in [*everywhere, *node.decorator_list, *(tables[name] for name in sorted(names & set(tables)))]:
                yield from ((number, node.name) for number in _numbers(part))


def _numbers(tree: ast.AST) -> Iterator[int]:
    """N of every `...fault(N, ...)` in an expression."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(first := node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "fault" and isinstance(first.value, int):
                yield first.value


def written(text: str, found: dict[int, list[str]]) -> str:
    """The document with its last column made from the marks."""

    def row(match: re.Match[str]) -> str:
        tests = found.get(int(match["number"]), [])
        cells = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in tests)
        return f"| {match['number']} | {match['fault']} | {match['happens']} | {cells} |"

    return ROW.sub(row, text)


if __name__ == "__main__":
    DOC.write_text(written(DOC.read_text("utf-8"), marked()), "utf-8")
