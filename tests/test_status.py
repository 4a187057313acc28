"""`standpunt status` says what runs and carries it on to the stages behind."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import status
from pipeline.cli import cli
from pipeline.status import StageStatus, carry_on

STAGES = {
    "extract": {"deps": ["data/raw/archive"], "outs": ["data/comments"]},
    "clean": {"deps": ["data/comments"], "outs": [{"data/clean": {"persist": True}}]},
    "words": {"deps": ["codebook.yaml"], "outs": ["data/words"]},
    "report": {"deps": ["data/clean", "data/words"], "metrics": ["reports/m.json"]},
}


def test_nothing_changed_nothing_runs() -> None:
    assert [row.runs for row in carry_on(STAGES, {})] == [False] * 4


def test_a_change_is_carried_to_what_reads_it_and_no_further() -> None:
    rows = {row.stage: row for row in carry_on(STAGES, {"extract": ["input data/raw/archive: modified"]})}
    assert [name for name, row in rows.items() if row.runs] == ["extract", "clean", "report"]
    assert rows["extract"].why == ["input data/raw/archive: modified"]
    assert "extract runs first" in rows["clean"].why[0]
    assert "clean runs first" in rows["report"].why[0]


ROWS = [
    StageStatus("extract", True, ["output data/comments: deleted"]),
    StageStatus("clean", True, ["input data/comments: deleted"]),
]
PIPELINE = "stages:\n  extract:\n    outs: [data/comments]\n  clean:\n    outs:\n      - data/clean: {persist: true}\n    metrics: [m.json]\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dvc.yaml").write_text(PIPELINE, "utf-8")
    monkeypatch.setattr(status, "stage_status", lambda _: ROWS)
    return tmp_path


def shown(root: Path, *options: str) -> str:
    done = CliRunner().invoke(cli, ["status", "--root", str(root), *options])
    assert done.exit_code == 0
    return done.output


def test_where_nothing_has_run_one_line_says_so(root: Path) -> None:
    assert shown(root) == "nothing has run yet: `dvc repro` runs all stages\n"
    (root / "data/clean").mkdir(parents=True)
    assert shown(root).splitlines()[0].split() == ["extract", "runs"] and "output data/comments: deleted" in shown(root)


def test_quiet_says_nothing_and_json_everything(root: Path) -> None:
    (root / "data/clean").mkdir(parents=True)
    assert shown(root, "--quiet") == ""
    assert '"stage": "extract"' in shown(root, "--quiet", "--json")
