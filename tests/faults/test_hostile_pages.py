"""A page that holds or kills the process that reads it, and a site that asks to be left alone for long: what the next source
and the next run hear of it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from pipeline.engine import silent
from pipeline.errors import IncompleteError, StandpuntError
from pipeline.scrape import in_time, processes, stage
from pipeline.scrape.job import Job
from pipeline.scrape.plan import lines, plan
from tests.conftest import new_project
from tests.faults.server import Ask, Site, page, serve
from tests.faults.test_several_sources import listed, manifest

pytestmark = pytest.mark.usefixtures("at_once")
SECONDS = 0.5
BAD = page([2], words="Vast")


def bad_second(ask: Ask) -> None:
    """Three pages; the second cannot be read in time."""
    ask.send(BAD if ask.number == 2 else page([ask.number], [f"/draad/comment-page-{n}/" for n in (2, 3)]))


def good(ask: Ask) -> None:
    ask.send(page([1]))


def _at_the_bad_page(what: Callable[[], object], jobs: list[Job], connection: Connection) -> None:
    """The process that asks, with a reader that does this at the bad page."""
    read, work = in_time.read_pages, WORK

    def instead(body: str, url: str) -> Any:
        return what() if "Vast" in body else read(body, url)

    in_time.read_pages = instead
    work(jobs, connection)


WORK = processes.work


def slow(jobs: list[Job], connection: Connection) -> None:
    def for_ever() -> None:
        while True:
            try:
                time.sleep(60)
            except Exception:  # as a reader may
                continue

    _at_the_bad_page(for_ever, jobs, connection)


def held(jobs: list[Job], connection: Connection) -> None:
    """Held within one call of a library, where Python has no say."""

    def call() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(600)

    _at_the_bad_page(call, jobs, connection)


def dead(jobs: list[Job], connection: Connection) -> None:
    _at_the_bad_page(lambda: os.kill(os.getpid(), signal.SIGKILL), jobs, connection)


@contextmanager
def two(tmp_path: Path) -> Iterator[tuple[list[Job], Site, Site]]:
    """A source with a bad page, and one behind it."""
    with serve("vast", bad_second) as vast, serve("goed", good) as fine:
        jobs = [
            Job(name, url, "Standpunt/0 (+test)", tmp_path / f"{name}.partial.warc.gz", delay=0, max_pages=9,
                max_page_bytes=1_000_000, request_seconds=9, total_seconds=60, private=True, read_seconds=SECONDS)
            for name, url in (("vast", vast.url), ("goed", fine.url))
        ]  # fmt: skip
        yield jobs, vast, fine


@pytest.mark.fault(28)
def test_a_page_that_takes_too_long_is_told_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "work", slow)
    with two(tmp_path) as (jobs, vast, _):
        first, second = processes.harvest_all(jobs, silent)
    assert (first.ending, second.ending) == ("complete", "complete")
    assert vast.pages == [f"/draad/{rest}" for rest in ("", "comment-page-2/", "comment-page-3/")]
    (row,) = first.threads
    assert (row["found"], row["complete"]) == (2, False) and "comment-page-2/ (unreadable)" in row["why"]
    assert any("reading it took over 0.5 s" in note for note in first.notes)
    assert list(first.unread) == [f"{vast.url}comment-page-2/"]


@pytest.mark.fault(28)
@pytest.mark.parametrize(("work", "how"), [(held, "took over 1 s and was ended"), (dead, "was cut short")])
def test_a_page_that_holds_or_kills_its_process_is_marked_and_the_other_sources_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: object, how: str
) -> None:
    monkeypatch.setattr(processes, "work", work)
    with two(tmp_path) as (jobs, vast, fine):
        bad = f"{vast.url}comment-page-2/"
        first, second = processes.harvest_all(jobs, silent)
        assert (first.ending, second.ending) == ("incomplete", "complete") and fine.pages == ["/draad/"]
        assert f"reading {bad} {how}" in str(first.reason) and list(first.unread) == [bad]

        (again,) = processes.harvest_all([replace(jobs[0], unread=first.unread)], silent)  # it is not read again
        assert again.ending == "complete" and "comment-page-2/ (unreadable)" in again.threads[0]["why"]
        assert vast.pages[-2:] == ["/draad/comment-page-2/", "/draad/comment-page-3/"] and again.unread == first.unread

        other = replace(jobs[0], unread={bad: "sha1:ANDERS"}, archive=tmp_path / "nieuw.warc.gz")
        monkeypatch.setattr(processes, "work", WORK)
        (mended,) = processes.harvest_all([other], silent)  # it is another page by now
        assert mended.threads[0]["found"] == 3 and mended.unread == {}


def test_silence_without_a_page_is_told_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "work", mute)
    monkeypatch.setattr(processes, "_MARGIN", 0)
    jobs = [
        Job(name, "http://127.0.0.1:9/", "x", tmp_path / name, 0, 1, 1, 1, 1, max_wait=wait)
        for name, wait in (("een", 1), ("twee", 300))
    ]
    assert [(h.ending, h.reason, h.unread) for h in processes.harvest_all(jobs, silent)] == [
        ("incomplete", "collecting it fell silent and was ended. Run it again.", {}),
        ("incomplete", "collecting it was cut short. Run it again.", {}),
    ]


def mute(jobs: list[Job], connection: Connection) -> None:
    if jobs[0].source_id == "een":
        time.sleep(600)


def test_the_stage_hands_on_what_could_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source of one page, which holds its reader: the first run is incomplete, the later ones fail without reading it."""
    monkeypatch.setattr(processes, "work", held)
    monkeypatch.setattr(Job, "hard_read_seconds", 1.0)
    with serve("vast", lambda ask: ask.send(BAD)) as site:
        root = listed(new_project(tmp_path / "p"), vast=site.url)
        with pytest.raises(IncompleteError) as error:
            stage.run(root)
        assert "please report that page" in str(error.value.summary and error.value.summary.notes)
        for _ in range(2):
            begun = time.monotonic()
            with pytest.raises(StandpuntError, match="could not be collected") as failed:
                stage.run(root)
            assert failed.value.exit_code == 1 and "it is the same page still" in str(failed.value.summary)
        assert time.monotonic() - begun < 60 and manifest(root, "vast.partial")["unread"]


# --- not before --------------------------------------------------------------------------------------------------


def busy(ask: Ask) -> None:
    """The second page asks to come back tomorrow."""
    if ask.number == 2:
        ask.send(b"", 503, Retry_After="86400")
    else:
        ask.send(page([1], ["/draad/comment-page-2/"]))


@pytest.mark.fault(10)
def test_a_run_before_the_time_that_a_site_asked_for_asks_nothing_and_says_so(tmp_path: Path) -> None:
    with serve("druk", busy) as site:
        root = listed(new_project(tmp_path / "p"), druk=site.url, later=f"{site.url}comment-page-9/")
        with pytest.raises(IncompleteError):
            stage.run(root)
        asked, before = list(site.asked), manifest(root, "druk.partial")
        assert before["not_before"] and before["threads"]
        with pytest.raises(IncompleteError) as early:
            stage.run(root)
        notes = str(early.value.summary and early.value.summary.notes)
        assert f"127.0.0.1:{site.port} asked not to be asked again before {before['not_before']}" in notes
        assert site.asked == asked and manifest(root, "druk.partial") == before
        assert before["not_before"] in "\n".join(lines(plan(root)))

        path = root / "data/raw/archive"
        for name in ("druk", "later"):  # and after it, it is asked again
            told = json.loads((path / f"{name}.partial.json").read_text("utf-8"))
            (path / f"{name}.partial.json").write_text(
                json.dumps(told | {"not_before": "2026-01-01T00:00:00Z"}), "utf-8"
            )
        with pytest.raises(IncompleteError):
            stage.run(root)
        assert len(site.asked) > len(asked)
