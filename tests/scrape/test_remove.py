"""Taking a source off the list: what people wrote stays, and so do the files, unless they are to go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.add import add
from pipeline.errors import UsageError
from pipeline.scrape import stage
from pipeline.settings import load_sources
from pipeline.source_list import remove
from tests.conftest import Run

LISTED = """# my sources
sources:
  # the first, "as it was"
  - id: eerste
    kind: url
    location: 'http://forum.invalid/1'   # quoted
    added: 2026-10-01T12:00:00Z   # a Thursday
    provenance: "scraped"

  # the second
  - location: http://forum.invalid/2
    id: tweede
    kind: url
    title: >-
      # no comment
      but a title
    added: 2026-10-01T12:00:00Z
    provenance: scraped
    # about the second
  # the third
  - {id: derde, kind: url, location: "http://forum.invalid/3", added: 2026-10-02, provenance: scraped}
# the end
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "params.yaml").write_text("edition: 2026-11-01\n", "utf-8")
    return tmp_path


def listed(root: Path) -> str:
    return (root / "data/raw/sources.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["eerste", "tweede", "derde"])
def test_the_others_stay_to_the_letter(root: Path, name: str) -> None:
    (root / "data/raw/sources.yaml").write_text(LISTED, "utf-8")
    remove(root, name)
    assert sorted(source.id for source in load_sources(root)) == sorted({"eerste", "tweede", "derde"} - {name})
    lines = LISTED.splitlines(keepends=True)
    first, last = {"eerste": (3, 8), "tweede": (10, 18), "derde": (20, 21)}[name]
    assert listed(root) == "".join(lines[:first] + lines[last:])


def test_the_last_one_leaves_a_list_that_can_be_added_to(root: Path) -> None:
    (root / "data/raw/sources.yaml").write_text(LISTED, "utf-8")
    for name in ("tweede", "eerste", "derde"):
        remove(root, name)
    assert load_sources(root) == [] and "sources: []" in listed(root) and listed(root).endswith("# the end\n")
    add(root, "http://127.0.0.1:9/draad", source_id="nieuw")
    assert [source.id for source in load_sources(root)] == ["nieuw"] and listed(root).startswith("# my sources\n")


def test_entries_that_share_a_line_are_written_anew(root: Path) -> None:
    entry = "{{id: {}, kind: url, location: 'http://f.invalid/{}', added: 2026-10-01, provenance: scraped}}"
    text = f"# mine\nsources: [{entry.format('een', 1)}, {entry.format('twee', 2)}]\n"
    (root / "data/raw/sources.yaml").write_text(text, "utf-8")
    remove(root, "een")
    assert [source.id for source in load_sources(root)] == ["twee"] and listed(root).startswith("# mine\n")


def test_an_unknown_source_names_the_nearest_and_changes_nothing(root: Path) -> None:
    (root / "data/raw/sources.yaml").write_text(LISTED, "utf-8")
    with pytest.raises(UsageError, match=r"no source 'tweedde'.*Did you mean 'tweede'\?"):
        remove(root, "tweedde", files=True)
    assert listed(root) == LISTED


def pasted(root: Path, name: str) -> Path:
    path = root / "elders" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"Een artikel over {name}.\n\nReacties\n\nJo schreef op 3 mei 2026:\nJa.\n", "utf-8")
    return path


def test_files_stay_unless_they_are_to_go(root: Path) -> None:
    for name in ("a", "b"):
        add(root, str(pasted(root, f"{name}.txt")))
    stage.run(root)
    files = [
        "data/raw/imports/{}.txt",
        "data/raw/corrections/{}.txt",
        "data/raw/archive/{}.warc.gz",
        "data/raw/archive/{}.json",
    ]
    kept = remove(root, "a")
    assert kept.left == [name.format("a") for name in files] and kept.deleted == []
    assert all((root / name).is_file() for name in kept.left)
    assert any("a.json, a.warc.gz" in note for note in stage.run(root).notes)
    gone = remove(root, "b", files=True)
    assert gone.deleted == [name.format("b") for name in files] and gone.left == []
    assert not any((root / name).exists() for name in gone.deleted)
    assert not any("b.warc.gz" in note for note in stage.run(root).notes)


def test_a_file_that_another_source_reads_stays(root: Path) -> None:
    add(root, str(pasted(root, "a.txt")))
    twice = listed(root).split("sources:\n")[1].replace("id: a\n", "id: nog-een\n")
    (root / "data/raw/sources.yaml").write_text(listed(root) + twice, "utf-8")
    gone = remove(root, "a", files=True)
    assert gone.shared == gone.left == ["data/raw/imports/a.txt"] and (root / "data/raw/imports/a.txt").is_file()


def test_the_command_says_what_it_did(root: Path, standpunt: Run) -> None:
    add(root, str(pasted(root, "a.txt")))
    add(root, str(pasted(root, "b.txt")))
    done = standpunt("remove", "a", root=root)
    assert done.returncode == 0 and done.stdout == ""
    assert "removed source a from data/raw/sources.yaml" in done.stderr and "data/raw/imports/a.txt" in done.stderr
    outcome = json.loads(standpunt("remove", "b", "--files", "--json", root=root).stdout)
    assert outcome["deleted"] == ["data/raw/imports/b.txt", "data/raw/corrections/b.txt"]
    assert standpunt("remove", "b", root=root).returncode == 2
