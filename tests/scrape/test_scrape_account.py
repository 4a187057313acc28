"""What an analyst hears of a run: a line a source, also where the run ends badly, and a short error."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from pipeline import cli as command
from pipeline.console import Console
from pipeline.engine import Summary, silent
from pipeline.errors import IncompleteError, StandpuntError
from pipeline.scrape import account, processes, snapshots, stage
from pipeline.scrape.job import Harvest, Job, Visit
from pipeline.settings import Source
from tests.conftest import Run, new_project

SITE = "http://127.0.0.1:9"


def row(found: int, announced: int | None, complete: bool | None = True, **more: Any) -> dict[str, Any]:
    return {
        "thread": "t",
        "url": f"{SITE}/t",
        "found": found,
        "announced": announced,
        "complete": complete,
        "why": None,
        **more,
    }


def page(number: int, status: int = 200, **more: Any) -> Visit:
    return Visit(f"{SITE}/t/{number}", "page", status, "2026-11-02T00:00:00Z", **more)


PAGES = [page(1), page(2, 304), page(3, 304), page(4, 304), page(4), Visit(f"{SITE}/robots.txt", "robots.txt", 200)]


@pytest.mark.parametrize(
    ("harvest", "said"),
    [
        (
            Harvest("techforum", "complete", visits=[*PAGES[:4], PAGES[5]], threads=[row(23, 23)]),
            "techforum: 23 of 23 comments in 1 thread, 4 pages (3 unchanged), visit 2",
        ),
        (
            Harvest("f", "complete", visits=PAGES[:1], threads=[row(1, None, None), row(2, 3, False)]),
            "f: 3 comments in 2 threads, 1 page, visit 2",
        ),
        (
            Harvest("f", "complete", visits=[page(1, carried_over=True), page(2)], threads=[row(1200, 1200)]),
            "f: 1,200 of 1,200 comments in 1 thread, 2 pages (1 from the interrupted run), visit 2",
        ),
        (
            Harvest("f", "refused", "robots.txt forbids it (Disallow: /)"),
            "f: refused: robots.txt forbids it (Disallow: /)",
        ),
        (Harvest("f", "failed", "answers 404."), "f: failed: answers 404."),
        (
            Harvest("f", "incomplete", "answers 503", visits=PAGES[:1], threads=[row(4, 9, False)]),
            "f: incomplete: answers 503 (4 of 9 comments in 1 thread, 1 page, visit 2)",
        ),
        (
            Harvest("f", "complete", visits=PAGES[:1], threads=[row(0, None, None, withdrawn=404)]),
            "f: 0 comments in 0 threads, 1 page, visit 2",
        ),
    ],
)
def test_each_source_has_a_line(harvest: Harvest, said: str) -> None:
    assert account.line(harvest, 2, None) == said


def test_a_snapshot_that_stays_is_told() -> None:
    stays = {"when": "2026-10-01T00:00:00Z"}
    assert account.line(Harvest("f", "failed", "answers 404."), 2, stays).endswith(
        "the snapshot of 2026-10-01T00:00:00Z is kept"
    )


@pytest.mark.parametrize(("day", "notes"), [(1, 0), (2, 0), (3, 1)])
def test_an_edition_that_lies_ahead_is_told(day: int, notes: int) -> None:
    found = account.ahead(dt.date(2026, 11, day), dt.date(2026, 11, 2))
    assert len(found) == notes and (
        not notes or found == ["edition 2026-11-03 lies ahead: until then every run asks again"]
    )


# --- a run over several sources --------------------------------------------------------------------------------

ENDS = {
    "dood": Harvest("dood", "failed", f"{SITE}/dood answers 404. Check the address."),
    "goed": Harvest("goed", "complete", visits=PAGES[:4], threads=[row(23, 23)]),
    "nee": Harvest(
        "nee", "refused", f"robots.txt forbids {SITE}/nee (Disallow: /nee); it was not asked for.", "robots.txt"
    ),
    "traag": Harvest(
        "traag", "incomplete", f"{SITE}/traag answers 503, 4 times. What was collected is kept; run it again later."
    ),
    "weg": Harvest("weg", "failed", f"{SITE}/weg: no thread found"),
}


def run(root: Path, monkeypatch: pytest.MonkeyPatch, *names: str, edition: str = "2026-11-01") -> None:
    """Collect these sources, each ending as ENDS says."""
    (root / "data/raw").mkdir(parents=True, exist_ok=True)
    (root / "params.yaml").write_text(f"edition: {edition}\nscrape: {{contact: x@y}}\n", "utf-8")
    listed = "".join(
        f"  - {{id: {name}, kind: url, location: '{SITE}/{name}', added: 2026-10-01, provenance: scraped, private_network: true}}\n"
        for name in names
    )
    (root / "data/raw/sources.yaml").write_text(f"sources:\n{listed}", "utf-8")

    def collect(root: Path, due: list[Source], jobs: list[Job], waits: object, progress: object) -> Iterator[Harvest]:
        for source in due:
            snapshots.mark(root, source)
        for job in jobs:
            yield ENDS[job.source_id]

    monkeypatch.setattr(stage, "collect", collect)
    monkeypatch.setattr("pipeline.scrape.archive.join", lambda warc, *_: warc.write_bytes(b""))
    command._run_stage(Console(False, False, root), "scrape")


def test_a_run_that_fails_in_part_tells_of_every_source_and_ends_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StandpuntError) as error:
        run(tmp_path, monkeypatch, *ENDS)
    assert error.value.exit_code == 1
    assert str(error.value) == (
        "2 of 5 sources could not be collected (dood, weg): correct or remove them (`standpunt remove ID`); "
        "1 is incomplete (traag): run it again."
    )
    said = capsys.readouterr().err.splitlines()
    assert "5 in, 1 kept, dropped 2 failed, 1 incomplete, 1 refused by robots.txt" in said[0]
    assert [line for line in said if "goed:" in line] == [
        "  goed: 23 of 23 comments in 1 thread, 4 pages (3 unchanged), visit 1"
    ]
    for name in ("dood", "nee", "traag", "weg"):
        (line,) = [line for line in said if f"  {name}: " in line]
        assert line == f"  {name}: {ENDS[name].ending}: {ENDS[name].reason}"


def test_what_is_half_done_alone_is_exit_code_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IncompleteError, match=r"^1 of 2 sources is incomplete \(traag\): run it again\.$") as error:
        run(tmp_path, monkeypatch, "goed", "traag")
    assert error.value.summary is not None and not error.value.summary.complete


def test_what_ended_badly_is_counted_among_those_that_were_asked(tmp_path: Path) -> None:
    source = Source(id="traag", kind="url", location=SITE, added=dt.datetime(2026, 10, 1), provenance="scraped")
    with pytest.raises(IncompleteError, match=r"^1 of 1 source is incomplete \(traag\): run it again\.$"):
        account.close(tmp_path, [source], [ENDS["traag"]], Summary("scrape", 12, 11, "x"))


def test_a_run_that_ends_well_tells_of_every_source_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, monkeypatch, "goed", "nee", edition="2999-01-01")
    said = capsys.readouterr().err
    assert (
        "goed: 23 of 23" in said
        and "nee: refused: robots.txt forbids" in said
        and "edition 2999-01-01 lies ahead" in said
    )


def test_threads_that_announce_no_number_are_one_line_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    why = "it does not announce how many comments it has"
    rows = [row(1, None, None, why=why), row(2, None, None, why=why), row(3, 9, False, why="announced 9, found 3")]
    monkeypatch.setattr(account, "snapshot", lambda *_: {"threads": rows})
    source = Source(id="f", kind="url", location=SITE, added=dt.datetime(2026, 10, 1), provenance="scraped")
    assert account.shortcomings(tmp_path, [source]) == [
        f"f: {SITE}/t: announced 9, found 3",
        "f: 2 threads do not announce how many comments they have",
    ]


def test_the_command_says_it_before_the_error_and_as_json(standpunt: Run, tmp_path: Path) -> None:
    """Nobody listens at port 9 of this machine, so the source stays incomplete."""
    root = new_project(tmp_path / "p")
    standpunt("add", f"{SITE}/draad", "--id", "stil", root=root)
    params = (root / "params.yaml").read_text("utf-8")
    (root / "params.yaml").write_text(f"{params}scrape: {{total_seconds: 0.5}}\n", "utf-8")
    done = standpunt("scrape", root=root)
    said = done.stderr.splitlines()
    assert done.returncode == 3 and said[-1] == "standpunt: 1 of 1 source is incomplete (stil): run it again."
    assert any(line.startswith("  stil: incomplete: robots.txt could not be read") for line in said[:-1])
    again = standpunt("scrape", "--json", root=root)
    outcome = json.loads(again.stdout)
    assert (
        again.returncode == 3 and outcome["complete"] is False and outcome["notes"][0].startswith("stil: incomplete: ")
    )
    quiet = standpunt("scrape", "--quiet", root=root)
    assert quiet.stderr.splitlines() == ["standpunt: 1 of 1 source is incomplete (stil): run it again."]
    told = json.loads((root / "data/raw/archive/stil.partial.json").read_text("utf-8"))
    assert told["robots"]["answer"] == "no answer"


def dies(jobs: list[Job], connection: Connection) -> None:
    """Stands for the process that asks, killed in its second source, and well when it is started for the third."""
    connection.send(("done", Harvest(jobs[0].source_id, "complete")))
    connection.send(("pages", (1, None)))


def test_where_the_process_that_asks_is_killed_the_other_sources_are_asked_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(processes, "work", dies)
    monkeypatch.setattr("pipeline.scrape.processes.time.sleep", slept.append)
    jobs = [Job(name, SITE, "x", tmp_path / name, 0.5, 1, 1, 1, 1) for name in ("een", "twee", "drie")]
    assert [(h.source_id, h.ending, h.reason) for h in processes.harvest_all(jobs, silent)] == [
        ("een", "complete", None),
        ("twee", "incomplete", "collecting it was cut short. Run it again."),
        ("drie", "complete", None),
    ]
    assert slept == [0.5]  # two processes are no reason to ask a site twice as fast


def told_to_wait(jobs: list[Job], connection: Connection) -> None:
    """Its first source is told to come back much later, and it is killed in the second."""
    connection.send(("done", Harvest(jobs[0].source_id, not_before="2999-01-01T00:00:00Z")))


@pytest.mark.fault(10)
def test_another_process_knows_who_asked_not_to_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "work", told_to_wait)
    other = "http://127.0.0.2:9"
    jobs = [
        Job(name, url, "x", tmp_path / name, 0, 1, 1, 1, 1)
        for name, url in (("een", SITE), ("twee", other), ("drie", SITE))
    ]
    last = list(processes.harvest_all(jobs, silent))[-1]
    assert (last.asked, last.ending) == (False, "incomplete") and "2999-01-01" in str(last.reason)
