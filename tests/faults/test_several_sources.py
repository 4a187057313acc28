"""Several sources, or a site of several threads, and one that goes wrong: what the command does about the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline.extract import stage as extract
from pipeline.store import read_table
from pipeline.tables import COMMENTS
from tests.conftest import ROOT, new_project
from tests.faults.server import HEAD, SITES, Ask, Site, page, serve

RULES = ("/robots.txt", "/.well-known/tdmrep.json")


def listed(root: Path, **addresses: str) -> Path:
    """A project with these sources."""
    sources = [
        {"id": name, "kind": "url", "location": url, "added": "2026-01-01T00:00:00Z", "provenance": "constructed", "private_network": True}
        for name, url in addresses.items()
    ]  # fmt: skip
    (root / "data/raw").mkdir(parents=True, exist_ok=True)
    (root / "data/raw/sources.yaml").write_text(json.dumps({"sources": sources}), "utf-8")
    text = (root / "params.yaml").read_text("utf-8")
    (root / "params.yaml").write_text(f"{text}scrape: {{delay_seconds: 0}}\n", "utf-8")
    return root


def scrape(root: Path) -> subprocess.Popen[str]:
    """`standpunt scrape`, started in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "scrape", "--root", str(root)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def manifest(root: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / f"data/raw/archive/{name}.json").read_text("utf-8"))
    return found


@pytest.mark.fault(91)
def test_killed_in_the_third_source_the_first_two_are_finished(tmp_path: Path) -> None:
    reached = threading.Event()

    def third(ask: Ask) -> None:
        reached.set()
        ask.site.over.wait(60)

    names = ("een", "twee", "vier")
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve(name, SITES["whole"])) for name in names}
        with serve("drie", third) as slow:
            addresses = {name: sites[name].url for name in ("een", "twee")} | {
                "uit-drie": slow.url,
                "vier": sites["vier"].url,
            }
            root = listed(new_project(tmp_path / "p"), **addresses)
            process = scrape(root)
            assert reached.wait(60)
            second, until = root / "data/raw/archive/twee.json", time.monotonic() + 60
            while not second.exists() and time.monotonic() < until:  # it is saved while the third is being asked
                time.sleep(0.02)
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=60)
        for name in ("een", "twee"):
            assert manifest(root, name)["ending"] == "complete"
        found = sorted(path.name for path in (root / "data/raw/archive").iterdir())
        assert "een.warc.gz" in found and "uit-drie.json" not in found and "vier.json" not in found
        before = {name: list(sites[name].asked) for name in names}
        again = scrape(listed_again(root, drop="uit-drie"))
        said = again.communicate(timeout=120)[1]
        assert again.returncode == 0, said
        assert sites["een"].asked == before["een"] and sites["twee"].asked == before["twee"] and before["vier"] == []
        notes = [line.strip() for line in said.splitlines()]
        assert [line.partition(":")[0] for line in notes if "comments in" in line] == ["vier"]


def listed_again(root: Path, drop: str) -> Path:
    path = root / "data/raw/sources.yaml"
    sources = json.loads(path.read_text("utf-8"))["sources"]
    path.write_text(json.dumps({"sources": [source for source in sources if source["id"] != drop]}), "utf-8")
    return root


# --- a site of several threads -----------------------------------------------------------------------------------


@dataclass
class Board:
    """A front page that lists threads; some of them are special."""

    threads: tuple[str, ...] = ("een", "twee", "drie")
    special: dict[str, Any] = field(default_factory=dict)  # thread: what answers

    def answer(self, ask: Ask) -> None:
        name = ask.path.strip("/")
        if not name:
            links = "".join(
                f'<h2 class="entry-title"><a href="/{thread}/" rel="bookmark">{thread}</a></h2>'
                for thread in self.threads
            )
            ask.send(
                f'{HEAD}<html><head><meta name="generator" content="WordPress"></head><body class="home blog">{links}</body></html>'.encode()
            )
        elif name in self.special:
            self.special[name](ask)
        else:
            ask.send(
                page([1 + self.threads.index(name)]).replace(
                    b"postid-7", b"postid-%d" % (10 + self.threads.index(name))
                )
            )


@contextmanager
def board(folder: Path, **special: Any) -> Iterator[tuple[Path, Site]]:
    with serve("board", Board(special=special).answer) as site:
        yield listed(new_project(folder), forum=site.url.removesuffix("draad/")), site


@pytest.mark.fault(31)
def test_a_private_thread_costs_one_run_and_not_the_site(tmp_path: Path) -> None:
    with board(tmp_path / "p", twee=lambda ask: ask.send(b"", 403)) as (root, site):
        first = scrape(root)
        said = first.communicate(timeout=120)[1]
        assert first.returncode == 3, said
        assert site.pages == ["/", "/een/", "/twee/"] and "/twee/ answers 403: nothing more was asked" in said
        assert "goes on without that thread" in said and said.splitlines()[-1].endswith("(forum): run it again.")
        site.asked.clear()
        second = scrape(root)
        said = second.communicate(timeout=120)[1]
        assert second.returncode == 0, said
        assert site.pages == ["/drie/"] and "part of it is refused" in said
        told = manifest(root, "forum")
        assert [(row["url"].rpartition("/")[0].rpartition("/")[2], row["complete"]) for row in told["threads"] if row["complete"] is False] == [("twee", False)]  # fmt: skip
        assert (told["ending"], told["refused"][0]["why"]) == ("refused", "answers 403")
        site.asked.clear()
        third = scrape(root)
        third.communicate(timeout=120)
        assert third.returncode == 0 and site.asked == []


BREAKS = """
import pipeline.platforms as platforms
read = platforms.pages
def pages(body, url):
    if "/twee/" in url:
        raise RecursionError("te diep")
    return read(body, url)
platforms.pages = pages
"""


def test_a_page_that_breaks_its_reader_does_not_take_the_site_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(BREAKS, "utf-8")
    with board(tmp_path / "p") as (root, site):
        monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
        done = scrape(root)
        said = done.communicate(timeout=120)[1]
        assert done.returncode == 0, said
        assert site.pages == ["/", "/een/", "/twee/", "/drie/"]
        assert said.count("it breaks the reader (RecursionError: te diep)") == 1
        told = manifest(root, "forum")
        assert told["ending"] == "partial" and [visit["outcome"] for visit in told["pages"]].count("unreadable") == 1
    monkeypatch.undo()
    from pipeline import platforms

    read = platforms.pages

    def broken(body: str, url: str) -> Any:
        if "/twee/" in url:
            raise RecursionError("te diep")
        return read(body, url)

    monkeypatch.setattr(platforms, "pages", broken)
    summary = extract.run(root)
    assert len(read_table(root, COMMENTS)) == 2 and summary.dropped["page that breaks its reader"] == 1
