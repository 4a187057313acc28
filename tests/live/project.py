"""A temporary project, driven by the command as an analyst drives it, and its tables held against what was really said."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from constructed import Said

from pipeline import store
from pipeline.platforms.text import markup_to_text
from pipeline.tables import COMMENTS, THREADS, VERSIONS

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def plain(text: str, text_format: str = "text") -> str:
    """Words alone, for comparison: no markup, one space between words."""
    return " ".join((markup_to_text(text) if text_format == "html" else text).split())


class Project:
    """One source, `forum`, in a project of its own."""

    def __init__(self, folder: Path, run: Run, url: str, max_pages: int = 1000) -> None:
        self.folder, self._run, self._max_pages = folder, run, max_pages
        folder.mkdir()
        self._edition = dt.datetime.now(dt.UTC).date()
        self._write_params()
        self._command("add", url, "--id", "forum")

    def visit(self, code: int = 0) -> None:
        """Scrape and extract. `code`: how the scrape must end."""
        self._command("scrape", code=code)
        self._command("extract")

    def next_edition(self) -> None:
        """Move the edition date a day on: the source is due again."""
        self._edition += dt.timedelta(days=1)
        self._write_params()

    def comments(self) -> list[dict[str, Any]]:
        """The rows of the table comments, in reading order."""
        return store.read_table(self.folder, COMMENTS).sort("thread_id", "position").to_dicts()

    def versions(self) -> list[dict[str, Any]]:
        """The rows of the table versions: what comments said before they were edited."""
        return store.read_table(self.folder, VERSIONS).to_dicts()

    def threads(self) -> list[dict[str, Any]]:
        """The rows of the table threads."""
        return store.read_table(self.folder, THREADS).to_dicts()

    def manifest(self) -> dict[str, Any]:
        """What the scrape says of the source."""
        found: dict[str, Any] = json.loads((self.folder / "data/raw/archive/forum.json").read_text("utf-8"))
        return found

    def _write_params(self) -> None:
        (self.folder / "params.yaml").write_text(
            f"edition: {self._edition}\nscrape: {{delay_seconds: 0, max_pages: {self._max_pages}}}\n", "utf-8"
        )

    def _command(self, *arguments: str, code: int = 0) -> None:
        done = self._run(*arguments, root=self.folder)
        assert done.returncode == code, f"standpunt {arguments[0]} ended with {done.returncode}: {done.stderr}"


def check(rows: list[dict[str, Any]], said: list[Said], parents: dict[str, str | None] | None = None) -> dict[str, str]:
    """Every comment once, with its words, author, time and parent (by `parents`, where the software keeps another tree than
    was meant); reading order and depth fit the tree. Returns comment ids by key."""
    keys = {plain(one.text): one.key for one in said}
    assert len(keys) == len(said)
    found = [keys.get(plain(row["text_raw"], row["text_format"])) for row in rows]
    assert sorted(map(str, found)) == sorted(keys.values())
    key_of = {row["comment_id"]: key for row, key in zip(rows, found, strict=True)}
    by_key = {key: row for row, key in zip(rows, found, strict=True)}
    wanted = {one.key: one.parent for one in said} if parents is None else parents
    assert {key: key_of.get(row["parent_id"]) for key, row in by_key.items()} == wanted
    assert {key: row["posted_at"] for key, row in by_key.items()} == {one.key: one.at for one in said}
    pseudonyms = {(one.author, by_key[one.key]["author_id"]) for one in said}
    assert len(pseudonyms) == len({name for name, _ in pseudonyms}) == len({author for _, author in pseudonyms})
    check_tree(rows)
    return {key: comment_id for comment_id, key in key_of.items() if key is not None}


def check_nothing_slipped(rows: list[dict[str, Any]], said: list[Said], unsure: set[str]) -> None:
    """After pages shifted while they were read: every comment once, those of the keys `unsure` (deleted meanwhile) at most."""
    found = [plain(row["text_raw"], row["text_format"]) for row in rows if not row["tombstone"]]
    assert len(set(found)) == len(found)
    maybe = {plain(one.text) for one in said if one.key in unsure}
    assert set(found) - maybe == {plain(one.text) for one in said} - maybe
    check_tree(rows)


def check_changes(
    project: Project,
    before: dict[str, str],
    said: list[Said],
    *,
    edited: dict[str, str],
    deleted: set[str],
    added: list[Said],
) -> None:
    """After a second visit: a row for all that were ever there, under the same ids. `before`: ids by key at the first visit,
    which saw `said`; `edited`: new texts by key. Answers to what was deleted stand below it or below what it answered."""
    rows = project.comments()
    new = {plain(one.text): one.key for one in added}
    old = {comment_id: key for key, comment_id in before.items()}
    keys = [old.get(row["comment_id"]) or new[plain(row["text_raw"], row["text_format"])] for row in rows]
    everything = {one.key: one for one in [*said, *added]}
    assert sorted(keys) == sorted(everything)
    by_key = dict(zip(keys, rows, strict=True))
    assert {key for key, row in by_key.items() if row["tombstone"]} == deleted
    assert {key for key, row in by_key.items() if row["version"] == 2 and key not in deleted} == set(edited)
    for key, row in by_key.items():
        words = "" if key in deleted else edited.get(key, everything[key].text)
        assert plain(row["text_raw"], row["text_format"]) == plain(words)
    earlier = {(old[row["comment_id"]], plain(row["text_raw"], row["text_format"])) for row in project.versions()}
    assert earlier == {(key, plain(everything[key].text)) for key in edited}
    key_of = {row["comment_id"]: key for key, row in by_key.items()}
    for key, one in everything.items():
        may_be = {one.parent}
        if one.parent in deleted:
            may_be.add(everything[one.parent].parent)
        assert key_of.get(by_key[key]["parent_id"]) in may_be
    check_tree(rows)


def check_tree(rows: list[dict[str, Any]]) -> None:
    """Positions count from 0, a parent stands before its replies, depths fit."""
    assert [row["position"] for row in rows] == list(range(len(rows)))
    depth: dict[str, int] = {}
    for row in rows:
        depth[row["comment_id"]] = depth[row["parent_id"]] + 1 if row["parent_id"] is not None else 0
        assert row["depth"] == depth[row["comment_id"]]
    assert len(depth) == len(rows)
