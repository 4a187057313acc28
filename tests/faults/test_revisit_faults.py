"""Collecting again: what a forum changes between two visits, and what an interruption at any point leaves behind.

A forum on loopback, the command or its stages as they run in earnest, and the tables that come out.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.clean import stage as clean
from pipeline.extract import stage as extract
from pipeline.extract.page import of_path
from pipeline.scrape import stage as scrape
from pipeline.store import read_table
from pipeline.tables import CLEAN, COMMENTS, THREADS, VERSIONS
from tests.conftest import ROOT, new_project
from tests.faults.server import Ask, Site, serve

PER_PAGE = 2
pytestmark = pytest.mark.usefixtures("at_once")
RULES = ("/robots.txt", "/.well-known/tdmrep.json")


@dataclass
class Forum:
    """A thread of several pages, which knows when a page is what it was."""

    comments: dict[int, str] = field(default_factory=lambda: {n: f"Mening nummer {n}." for n in range(1, 7)})
    announced: int | None = None  # None: as many as there are
    status: int = 200
    missing: tuple[int, ...] = ()  # pages that are not to be had
    conditional: bool = True  # whether it tells how to ask for what has changed alone
    asked: list[tuple[str, bool]] = field(default_factory=list)  # path, and whether it was asked on a condition
    before: Callable[[Ask], None] = lambda _: None
    instead: Callable[[Ask], bool] = lambda _: False  # whether it has answered in another way

    def answer(self, ask: Ask) -> None:
        self.before(ask)
        tag = ask.handler.headers.get("If-None-Match")
        self.asked.append((ask.path, tag is not None))
        if self.instead(ask):
            return
        body = self.page(ask.number)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.status != 200 or ask.number in self.missing:
            ask.send(b"<html>weg</html>", self.status if self.status != 200 else 404)
        elif tag == etag:
            ask.send(b"", 304, ETag=etag)
        else:
            ask.send(body, **({"ETag": etag} if self.conditional else {}))

    def page(self, number: int) -> bytes:
        """A page as a classic WordPress theme writes it."""
        numbers = sorted(self.comments)
        items = "".join(
            f'<li id="comment-{n}" class="comment"><article class="comment-body"><b class="fn">Lezer {n}</b>'
            f'<time datetime="2026-03-01T10:{n:02}:00+01:00">toen</time><div class="comment-content"><p>{self.comments[n]}</p>'
            "</div></article></li>"
            for n in numbers[(number - 1) * PER_PAGE : number * PER_PAGE]
        )
        pages = range(1, -(-len(numbers) // PER_PAGE) + 1)
        links = "".join(f'<a class="page-numbers" href="/draad/comment-page-{n}/">{n}</a>' for n in pages if n > 1)
        count = len(numbers) if self.announced is None else self.announced
        return (
            f'<!DOCTYPE html><html lang="nl"><body class="single postid-7"><h1 class="entry-title">Wie luistert er?</h1><div '
            f'id="comments"><h2 class="comments-title">{count} reacties</h2><ol>{items}</ol>{links}</div></body></html>'
        ).encode()


@dataclass
class Project:
    """A project whose only source is the forum."""

    root: Path
    forum: Forum
    site: Site

    def visit(self, age: bool = True) -> None:
        """Another visit: the last is made to lie before the edition date."""
        manifest = self.root / "data/raw/archive/forum.json"
        if age and manifest.exists():
            told = json.loads(manifest.read_text("utf-8")) | {"when": "2020-01-01T00:00:00Z"}
            manifest.write_text(json.dumps(told), "utf-8")
        self.forum.asked.clear()
        scrape.run(self.root)
        extract.run(self.root)

    @property
    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "data/raw/archive/forum.json").read_text("utf-8"))
        return found

    @property
    def thread(self) -> dict[str, Any]:
        (row,) = read_table(self.root, THREADS).to_dicts()
        return row

    def comments(self) -> dict[str, dict[str, Any]]:
        """Number of the comment: its row."""
        rows = read_table(self.root, COMMENTS).to_dicts()
        return {row["permalink"].rpartition("-")[2]: row for row in rows}

    def by_hand(self) -> dict[object, tuple[object, object]]:
        """The archive as `standpunt extract FILE` reads it: number of the comment: (deleted, text)."""
        found = of_path(self.root / "data/raw/archive/forum.warc.gz", None).records
        return {row["comment_id"]: (row["deleted"], row["text"]) for row in found}

    def records(self) -> list[tuple[str, str, str | None, str | None]]:
        """(type, address, profile of a revisit, digest of the payload) of each record, the site's rules left out."""
        with (self.root / "data/raw/archive/forum.warc.gz").open("rb") as file:
            heads = [record.rec_headers.get_header for record in ArchiveIterator(file)]
        return [
            (head("WARC-Type"), head("WARC-Target-URI") or "", (head("WARC-Profile") or "").rpartition("/")[2] or None, head("WARC-Payload-Digest"))
            for head in heads
            if not (head("WARC-Target-URI") or "").endswith(RULES)
        ]  # fmt: skip


@contextmanager
def project(folder: Path) -> Iterator[Project]:
    forum = Forum()
    with serve("forum", forum.answer) as site:
        yield Project(listed(new_project(folder), site), forum, site)


def listed(root: Path, site: Site) -> Path:
    """A project with the forum as its only source."""
    source = {"id": "forum", "kind": "url", "location": site.url, "added": "2026-01-01T00:00:00Z", "provenance": "constructed", "private_network": True}  # fmt: skip
    (root / "data/raw/sources.yaml").write_text(json.dumps({"sources": [source]}), "utf-8")
    text = (root / "params.yaml").read_text("utf-8")
    (root / "params.yaml").write_text(f"{text}scrape: {{delay_seconds: 0}}\n", "utf-8")
    return root


# --- visit after visit -------------------------------------------------------------------------------------------


@pytest.mark.fault(41)
@pytest.mark.fault(42)
def test_four_visits_to_a_thread_that_changes_and_goes(tmp_path: Path) -> None:
    with project(tmp_path / "p") as at:
        at.visit()
        assert (at.manifest["complete"], at.manifest["threads"][0]["found"]) == (True, 6)

        at.forum.comments |= {5: "Ik dacht er nog eens over na.", 7: "Nieuw hier."}
        del at.forum.comments[6]
        at.visit()
        assert at.forum.asked == [(f"/draad/{path}", True) for path in ("", "comment-page-2/", "comment-page-3/")]
        told = [(v["status"], v["bytes"] == 0) for v in at.manifest["pages"] if v["outcome"] == "page"]
        assert told == [(304, True), (304, True), (200, False)]
        revisits = [record for record in at.records() if record[0] == "revisit"]
        assert {profile for _, _, profile, _ in revisits} == {"server-not-modified"} and len(revisits) == 2
        found = at.comments()
        assert {n: (row["version"], row["tombstone"]) for n, row in found.items()} == {
            "1": (1, False), "2": (1, False), "3": (1, False), "4": (1, False), "5": (2, False), "6": (1, True), "7": (1, False),
        }  # fmt: skip
        assert at.by_hand()["5"] == (False, "Ik dacht er nog eens over na.") and at.by_hand()["6"] == (True, "")
        (earlier,) = read_table(at.root, VERSIONS).to_dicts()
        assert (earlier["comment_id"], earlier["text_raw"]) == (found["5"]["comment_id"], "<p>Mening nummer 5.</p>")
        assert (at.thread["found"], at.thread["announced"], at.thread["complete"]) == (6, 6, True)

        at.visit()  # nothing has changed
        assert (
            at.records().count(at.records()[-2]) == 1 and [v["status"] for v in at.manifest["pages"]][-3:] == [304] * 3
        )
        assert at.comments() == found and at.thread["complete"] is True
        assert [visit["visit"] for visit in at.manifest["visits"]] == [1, 2, 3]

        at.forum.status = 410
        at.visit()
        assert at.forum.asked == [("/draad/", True)] and at.manifest["threads"][0]["withdrawn"] == 410
        assert all(row["tombstone"] and row["text_raw"] == "" for row in at.comments().values())
        assert at.thread["complete"] is None and any("withdrawn" in said for said in at.thread["warnings"])
        assert set(at.by_hand().values()) == {(True, "")}
        clean.run(at.root)  # what is gone is dropped downstream, and nothing breaks
        assert set(read_table(at.root, CLEAN)["reason"]) == {"tombstone"}


@pytest.mark.fault(42)
def test_a_page_that_cannot_be_had_deletes_nothing(tmp_path: Path) -> None:
    with project(tmp_path / "p") as at:
        at.visit()
        at.forum.comments[1] = "Toch maar anders."
        at.forum.missing = (2,)
        at.visit()
        assert at.manifest["ending"] == "partial" and "comment-page-2/ (http 404)" in at.manifest["threads"][0]["why"]
        assert [row["tombstone"] for row in at.comments().values()] == [False] * 6
        assert at.comments()["1"]["version"] == 2
        assert any("did not see the whole thread: 2" in said for said in at.thread["warnings"])


@pytest.mark.fault(44)
def test_ten_of_29_are_partial(tmp_path: Path) -> None:
    with project(tmp_path / "p") as at:
        at.forum.announced = 29
        at.visit()
        assert (at.manifest["complete"], at.manifest["ending"]) == (False, "partial")
        assert (at.thread["complete"], at.thread["found"], at.thread["announced"]) == (False, 6, 29)
        at.visit(age=False)
        assert at.forum.asked == []  # not asked again for the same edition


def test_the_same_bytes_again_from_a_site_that_knows_no_conditions(tmp_path: Path) -> None:
    with project(tmp_path / "p") as at:
        at.forum.conditional = False
        at.visit()
        at.visit()
        assert [asked for _, asked in at.forum.asked] == [False] * 3
        assert [v["status"] for v in at.manifest["pages"] if v["outcome"] == "page"] == [200] * 3
        profiles = Counter(profile for kind, _, profile, _ in at.records() if kind == "revisit")
        assert profiles == {"identical-payload-digest": 3}
        assert len(at.comments()) == 6 and at.thread["complete"] is True


@pytest.mark.fault(42)
def test_a_thread_that_leads_to_a_page_that_says_it_is_gone_is_withdrawn(tmp_path: Path) -> None:
    """Many forums send what is removed elsewhere; that page is out of order for once, and then it says 404."""

    def gone(ask: Ask) -> bool:
        if ask.path == "/draad/":
            ask.send(b"", 302, Location="/weg/#top")
        else:
            ask.send(b"", 404 if ask.nth else 503, Retry_After="0")
        return True

    with project(tmp_path / "p") as at:
        at.visit()
        at.forum.instead = gone
        at.visit()
        assert at.manifest["threads"][0]["withdrawn"] == 404
        assert [row["tombstone"] for row in at.comments().values()] == [True] * 6
        assert any("withdrawn" in said for said in at.thread["warnings"])


@pytest.mark.fault(42)
def test_an_address_that_led_to_the_thread_and_is_gone_withdraws_it(tmp_path: Path) -> None:
    def leads_on(ask: Ask) -> bool:
        if ask.path == "/draad/" and at.forum.status == 200:
            ask.send(b"", 301, Location="/draad/comment-page-1/")
            return True
        return False

    with project(tmp_path / "p") as at:
        at.forum.instead = leads_on
        at.visit()
        assert len(at.comments()) == 6
        for status in (410, 410):  # once more, for another edition: still gone, and no failure
            at.forum.status = status
            at.visit()
            assert (at.manifest["ending"], at.manifest["threads"][0]["withdrawn"]) == ("complete", 410)
            assert [row["tombstone"] for row in at.comments().values()] == [True] * 6
        assert at.manifest["visit"] == 3


@pytest.mark.fault(43)
def test_a_304_of_a_page_that_is_another_by_now_hides_nothing(tmp_path: Path) -> None:
    """A cache that does not watch the comments says that page 1 has not changed, while a deletion moved all of them up."""

    def stale(ask: Ask) -> bool:
        if ask.number == 1 and ask.handler.headers.get("If-None-Match"):
            ask.send(b"", 304)
            return True
        return False

    with project(tmp_path / "p") as at:
        at.visit()
        at.forum.instead = stale
        del at.forum.comments[1]
        at.visit()
        assert at.forum.asked[-2:] == [("/draad/", False), ("/draad/comment-page-2/", False)]
        assert at.manifest["threads"][0]["complete"] is True
        assert {n for n, row in at.comments().items() if row["tombstone"]} == {"1"}


@pytest.mark.fault(51)
def test_a_304_of_a_body_that_cannot_be_read_any_more_is_asked_without_a_condition(tmp_path: Path) -> None:
    with project(tmp_path / "p") as at:
        at.visit()
        damage(at.root / "data/raw/archive/forum.warc.gz", b"Mening nummer 3", b"Mening nummer 8")
        at.visit()
        assert [path for path in at.forum.asked if "page-2" in path[0]] == [("/draad/comment-page-2/", True), ("/draad/comment-page-2/", False)]  # fmt: skip
        assert len(at.forum.asked) == 4 and at.manifest["ending"] == "complete"
        second = [record for record in at.records() if "page-2" in record[1] and record[0] in ("response", "revisit")]
        assert [kind for kind, *_ in second] == [
            "response",
            "revisit",
            "response",
        ]  # the last no revisit of the damaged one
        assert at.manifest["threads"][0]["found"] == 6 and "3" in at.comments()


def damage(warc: Path, old: bytes, new: bytes) -> None:
    """Change a word in a record, and what the manifest says of the file, as if it had been written so."""
    data, out = warc.read_bytes(), b""
    while data:
        stream = zlib.decompressobj(31)
        out += gzip.compress(stream.decompress(data).replace(old, new), mtime=0)
        data = stream.unused_data
    warc.write_bytes(out)
    told = json.loads((manifest := warc.with_name("forum.json")).read_text("utf-8"))
    told["archive"] |= {"bytes": len(out), "sha256": hashlib.sha256(out).hexdigest()}
    manifest.write_text(json.dumps(told), "utf-8")


@pytest.mark.fault(38)
def test_a_304_that_reserves_mining_is_heard(tmp_path: Path) -> None:
    def reserved(ask: Ask) -> bool:
        ask.send(b"", 304, TDM_Reservation="1")
        return True

    with project(tmp_path / "p") as at:
        at.visit()
        before = at.manifest
        at.forum.instead = reserved
        at.visit()
        assert at.forum.asked == [("/draad/", True)]
        after = at.manifest
        assert after.pop("attempt")["ending"] == "refused"
        assert after == before | {"when": "2020-01-01T00:00:00Z"} and len(at.comments()) == 6


def test_a_thread_of_two_sources_counts_once(tmp_path: Path) -> None:
    with project(tmp_path / "p") as at:
        listed = json.loads((at.root / "data/raw/sources.yaml").read_text("utf-8"))["sources"]
        listed.append(listed[0] | {"id": "later", "location": f"{at.site.url}comment-page-2/"})
        (at.root / "data/raw/sources.yaml").write_text(json.dumps({"sources": listed}), "utf-8")
        scrape.run(at.root)
        summary = extract.run(at.root)
        assert len(read_table(at.root, COMMENTS)) == 6 and at.thread["source_id"] == "forum"
        assert summary.dropped["thread that another source has"] == 1
        assert any("source forum has it as well" in note for note in summary.notes)

        imported = at.root / "data/raw/imports/kopie.warc.gz"  # an archive of the same thread, handed over as a file
        imported.parent.mkdir(parents=True, exist_ok=True)
        imported.write_bytes((at.root / "data/raw/archive/forum.warc.gz").read_bytes())
        kept = {name: listed[0][name] for name in ("added", "provenance")}
        listed[1] = kept | {"id": "kopie", "kind": "warc", "location": "kopie.warc.gz"}
        (at.root / "data/raw/sources.yaml").write_text(json.dumps({"sources": listed}), "utf-8")
        scrape.run(at.root)
        summary = extract.run(at.root)
        assert len(read_table(at.root, COMMENTS)) == 6 and at.thread["source_id"] == "forum"
        assert any("kopie: " in note and "source forum has it as well" in note for note in summary.notes)


# --- the plan --------------------------------------------------------------------------------------------------


def test_a_dry_run_asks_nobody(tmp_path: Path) -> None:
    with project(tmp_path / "p") as at:
        done = command(at.root, "--dry-run", "--json").communicate(timeout=120)
        (row,) = [json.loads(line) for line in done[0].splitlines()]
        assert row["due"] and row["requests_at_least"] == 3 and row["problem"] is None
        assert at.site.asked == [] and not (at.root / "data/raw/archive").exists()


# --- interruptions -----------------------------------------------------------------------------------------------


def command(root: Path, *options: str) -> subprocess.Popen[str]:
    """`standpunt scrape`, started in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "scrape", "--root", str(root), *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def ctrl_c(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)  # a terminal tells the whole group


def kill_all(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)


def kill_parent(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)


CASES = [
    (ctrl_c, "/draad/comment-page-2/", 1, 130),
    (kill_all, "/robots.txt", 1, -9),
    (kill_all, "/draad/comment-page-2/", 1, -9),
    (kill_parent, "/draad/comment-page-3/", 1, -9),
    (ctrl_c, "/draad/", 2, 130),
    (kill_all, "/draad/comment-page-3/", 2, -9),
]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, list[Any]]]:
    """The forum, and what two visits give that nobody interrupts: records and comments after each."""
    with project(tmp_path_factory.mktemp("undisturbed") / "p") as at:
        results = []
        for number in (1, 2):
            change(at.forum, number)
            at.visit()
            results.append((at.records(), at.comments()))
        yield at, results


def change(forum: Forum, visit: int) -> None:
    """The forum as it is at a visit."""
    fresh = Forum()
    forum.comments = (
        fresh.comments if visit == 1 else {n: w for n, w in fresh.comments.items() if n != 6} | {7: "Nieuw."}
    )


@pytest.mark.fault(91)
@pytest.mark.fault(94)
@pytest.mark.parametrize(("end", "path", "visit", "code"), CASES)
def test_an_interrupted_visit_goes_on_where_it_was(
    undisturbed: tuple[Project, list[Any]], tmp_path: Path, end: Callable[..., None], path: str, visit: int, code: int
) -> None:
    at, results = undisturbed
    here = Project(listed(new_project(tmp_path / "p"), at.site), at.forum, at.site)
    change(at.forum, 1)
    if visit == 2:
        here.visit()
    change(at.forum, visit)
    if visit == 2:
        told = here.manifest | {"when": "2020-01-01T00:00:00Z"}
        (here.root / "data/raw/archive/forum.json").write_text(json.dumps(told), "utf-8")
    archive = here.root / "data/raw/archive/forum.warc.gz"
    whole = archive.read_bytes() if visit == 2 else None

    at.site.asked.clear()
    process = interrupted(here, path, end)
    process.communicate(timeout=120)
    assert process.returncode == code
    assert (archive.read_bytes() if archive.exists() else None) == whole  # the last whole archive lies where it was
    before = Counter(page for page in at.site.asked if page not in RULES)

    again = command(here.root)
    assert again.communicate(timeout=120) and again.returncode == 0
    asked = Counter(page for page in at.site.asked if page not in RULES)
    kept = {page for page in before if page != path}
    assert all(asked[page] == 1 for page in kept), "a page that was kept was asked for again"
    extract.run(here.root)
    records, comments = results[visit - 1]
    assert here.records() == records
    assert here.comments() == comments
    assert sorted(file.name for file in archive.parent.iterdir()) == ["forum.json", "forum.warc.gz"]


def interrupted(here: Project, path: str, end: Callable[..., None]) -> subprocess.Popen[str]:
    """The command, ended at the moment at which the forum is asked for `path`."""
    started = threading.Event()
    running: list[subprocess.Popen[str]] = []

    def watch(asked: str) -> None:
        if asked == path and started.wait(60) and running:
            end(running.pop())

    here.forum.before = lambda ask: watch(ask.path)
    with rules_watched(watch):
        running.append(command(here.root))
        process = running[0]
        started.set()
        process.wait(timeout=120)
    here.forum.before = lambda _: None
    return process


@contextmanager
def rules_watched(watch: Callable[[str], None]) -> Iterator[None]:
    """robots.txt, which the site answers itself, is watched as well."""
    from tests.faults import server

    def robots(ask: Ask) -> None:
        watch(ask.path)
        ask.send(b"User-agent: *\nDisallow:\n", Content_Type="text/plain")

    server.ROBOTS["forum"] = robots
    try:
        yield
    finally:
        del server.ROBOTS["forum"]
