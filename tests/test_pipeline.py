"""The whole way on a small project: what comes out, what bad input does, and that nothing is lost on the way."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from pipeline import store, tables
from tests.conftest import COMMENTS, STAGES, Run, new_project


def digests(root: Path) -> dict[str, str]:
    """Path -> SHA-256 of everything that the stages made."""
    made = sorted(p for f in ("data/processed", "reports") for p in (root / f).rglob("*") if p.is_file())
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in made}


def test_every_comment_arrives_with_its_labels(finished: Path) -> None:
    for table in (tables.COMMENTS, tables.CLEAN, tables.STANCE, tables.SENTIMENT):
        assert store.read_table(finished, table).height == len(COMMENTS), table.name
    comments = store.read_table(finished, tables.COMMENTS).sort("position")
    assert comments["depth"].to_list() == [0, 1, 0, 0]
    assert comments["author_id"].n_unique() == 3


def test_names_go_no_further_than_the_archive(finished: Path) -> None:
    for path in (finished / "data/processed").rglob("*.parquet"):
        if path.parent.name != "gold":
            assert b"Kees" not in path.read_bytes(), path
    assert not any(
        "Kees" in p.read_text("utf-8", "replace")
        for p in (finished / "reports").rglob("*")
        if p.suffix in (".html", ".csv", ".jsonl")
    )


def test_no_topics_are_invented_from_four_comments(finished: Path) -> None:
    assert store.read_table(finished, tables.TOPIC_INFO).height == 0


def test_the_report_opens_and_runs_nothing_of_a_comment(finished: Path) -> None:
    pages = list((finished / "reports").rglob("*.html"))
    assert finished / "reports/index.html" in pages
    assert not any("<img src=x" in page.read_text("utf-8") for page in pages)


def test_a_second_run_gives_the_same_bytes_in_another_zone_and_locale(
    finished: Path, tmp_path: Path, in_one: Run
) -> None:
    root = tmp_path / "again"
    shutil.copytree(finished, root)
    before = digests(root)
    other = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7", "STANDPUNT_WORKERS": "1"}
    done = in_one(*STAGES[1:], root=root, **other)
    assert done.returncode == 0, done.stderr
    assert digests(root) == before


@pytest.mark.parametrize(
    ("spoil", "stage", "says"),
    [
        (
            lambda root: (root / "params.yaml").write_text("edition: 2026-01-01\nfindigs: {}\n"),
            "report",
            "did you mean 'findings'?",
        ),
        (lambda root: (root / "codebook.yaml").unlink(), "report", "codebook.yaml is not there"),
        (lambda root: next((root / "data/raw/imports").iterdir()).unlink(), "scrape", "klein.jsonl is not there"),
        (lambda root: next((root / "data/raw/archive").glob("*.gz")).unlink(), "extract", "standpunt scrape"),
        (lambda root: shutil.rmtree(root / "data/processed/stance"), "findings", "dvc repro"),
    ],
)
def test_bad_input_is_told_and_the_last_report_stays(
    finished: Path, tmp_path: Path, standpunt: Run, spoil, stage: str, says: str
) -> None:
    root = tmp_path / "spoiled"
    shutil.copytree(finished, root)
    report = {path: digest for path, digest in digests(root).items() if path.startswith("reports/")}
    if stage == "scrape":  # a source that was never archived, whose file is gone
        shutil.rmtree(root / "data/raw/archive")
    spoil(root)
    done = standpunt(stage, root=root)
    assert done.returncode in (1, 2), done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: digest for path, digest in digests(root).items() if path.startswith("reports/")} == report


def test_an_empty_file_is_not_added(tmp_path: Path, standpunt: Run) -> None:
    root = new_project(tmp_path / "p")
    (root / "leeg.txt").write_text("")
    listed = (root / "data/raw/sources.yaml").read_bytes()
    done = standpunt("add", str(root / "leeg.txt"), root=root)
    assert done.returncode == 2 and "empty" in done.stderr
    assert (root / "data/raw/sources.yaml").read_bytes() == listed
    assert list((root / "data/raw/imports").iterdir()) == []


def test_the_same_file_twice_changes_nothing(finished: Path, tmp_path: Path, standpunt: Run) -> None:
    root = tmp_path / "twice"
    shutil.copytree(finished, root)
    listed = (root / "data/raw/sources.yaml").read_bytes()
    done = standpunt("add", str(root / "comments.jsonl"), root=root)
    assert done.returncode == 0
    assert (root / "data/raw/sources.yaml").read_bytes() == listed


@pytest.mark.parametrize("count", [0, 1])
def test_a_thread_of_one_comment_and_a_project_of_none_make_a_report(
    finished: Path, tmp_path: Path, standpunt: Run, in_one: Run, count: int
) -> None:
    root = new_project(tmp_path / "few")
    for known in ("vectors", "answers"):
        shutil.copytree(finished / "data/processed" / known, root / "data/processed" / known)
    if count:
        (root / "een.jsonl").write_text(json.dumps(COMMENTS[0]) + "\n", "utf-8")
        assert standpunt("add", str(root / "een.jsonl"), root=root).returncode == 0
    done = in_one(*STAGES, root=root)
    assert done.returncode == 0, done.stderr
    assert store.read_table(root, tables.COMMENTS).height == count
    findings = store.read_json(root / "data/processed/findings/findings.json")["findings"]
    assert not any(finding["citable"] for finding in findings)
    assert (root / "reports/index.html").is_file()
