"""A page that holds its reader, or kills it, costs that page."""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from pipeline.errors import StandpuntError
from pipeline.extract import page, processes, stage
from pipeline.platforms import deadline
from pipeline.settings import load_sources
from pipeline.store import read_table
from pipeline.tables import COMMENTS
from tests.extract.test_extract_stage import SITE, comment, html_page, project, warc

READ = stage.pages


def _hold() -> None:
    """As a library does in whose single call Python has no say."""
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    while True:
        time.sleep(10)


HOSTILE = {
    "traag": lambda: time.sleep(10),
    "muur": _hold,
    "dood": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "stuk": lambda: 1 / 0,
}


def _pages(body: bytes, kind: str, name: str, url: str, *more: object, **named: object) -> object:
    for word, do in HOSTILE.items():
        if f"/{word}/" in url:
            do()
    return READ(body, kind, name, url, *more, **named)  # type: ignore[arg-type]


def _two_sources(root: Path, *hostile: str) -> Path:
    """One with a page of each hostile kind between two good ones, one behind it."""
    pages = [
        (
            f"{SITE}/{name}/",
            html_page(comment(n, "Anneke", f"Bericht {n} van mij."), announced=1).replace("posts/4", f"posts/{n}"),
            "text/html",
        )
        for n, name in enumerate(["een", *hostile, "twee", "drie"], 1)
    ]
    project(root, warc(pages[:-1]))
    (root / "data/raw/archive/later.warc.gz").write_bytes(warc(pages[-1:]))
    listed = json.loads((root / "data/raw/sources.yaml").read_text("utf-8"))["sources"]
    listed.append({**listed[0], "id": "later", "location": f"{SITE}/later/"})
    (root / "data/raw/sources.yaml").write_text(json.dumps({"sources": listed}), "utf-8")
    return root


@pytest.mark.parametrize(("size", "hostile"), [(stage.WORTH_PROCESSES, tuple(HOSTILE)), (0, ("dood", "stuk"))])
def test_only_the_page_that_holds_or_kills_its_reader_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, hostile: tuple[str, ...]
) -> None:
    monkeypatch.setattr(processes, "SECONDS", 0.3)
    monkeypatch.setattr(stage, "pages", _pages)
    monkeypatch.setattr(stage, "WORTH_PROCESSES", size)
    seen: list[tuple[int, int | None]] = []
    summary = stage.run(_two_sources(tmp_path, *hostile), lambda done, total, _: seen.append((done, total)))
    found = sorted(str(row["source_id"]) for row in read_table(tmp_path, COMMENTS).to_dicts())
    assert found == ["bron", "bron", "later"]
    assert (summary.rows_in, summary.dropped["page that breaks its reader"]) == (3 + len(hostile), len(hostile))
    told = {note.split("/")[3]: note for note in summary.notes if "cannot be read" in note}
    why = {
        "traag": "it takes over 0.3 s",
        "muur": "took over 0.6 s and was ended",
        "dood": "was cut short",
        "stuk": "ZeroDivisionError",
    }
    assert told.keys() == set(hostile)
    assert all(why[name] in told[name] for name in hostile)
    assert seen == [(1, 2), (2, 2)]


def test_a_process_that_ends_between_two_pages_is_an_error_that_names_the_source(tmp_path: Path) -> None:
    root = _two_sources(tmp_path)
    with pytest.raises(StandpuntError, match="source bron: the process that reads it was cut short between two pages"):
        processes.read_all(lambda *_: os._exit(3), [load_sources(root)], 1, lambda: None)


def test_an_error_of_one_source_is_raised_as_it_is(tmp_path: Path) -> None:
    def read(*_: object) -> None:
        raise StandpuntError("zo niet")

    with pytest.raises(StandpuntError, match="zo niet"):
        processes.read_all(read, [load_sources(_two_sources(tmp_path))], 1, lambda: None)


def test_a_process_that_ends_in_the_middle_of_its_result_is_told(tmp_path: Path) -> None:
    def send(results: Connection, _: object) -> None:
        os.write(results.fileno(), struct.pack("!i", 1000) + b"half")
        os._exit(3)

    def read(*_: object) -> None:
        Connection.send = send  # type: ignore[assignment, method-assign]  # in the process that is forked

    with pytest.raises(StandpuntError, match="source bron: the process that reads it was cut short between two pages"):
        processes.read_all(read, [load_sources(_two_sources(tmp_path))], 1, lambda: None)


def test_first_pages_of_many_sources_are_not_one_page_that_takes_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "SECONDS", 0.2)
    (one, _) = load_sources(_two_sources(tmp_path))
    sources = [one.model_copy(update={"id": f"bron-{number}"}) for number in range(40)]

    def read(_: object, watch: processes.Watch) -> None:
        with watch.reading(1):
            time.sleep(0.02)

    assert len(processes.read_all(read, [sources], 1, lambda: None)) == 40


def test_no_process_outlives_who_started_it(tmp_path: Path) -> None:
    sources = load_sources(_two_sources(tmp_path))
    ours, theirs = os.pipe()

    def read(*_: object) -> bytes:
        os.write(theirs, struct.pack("i", os.getpid()))
        time.sleep(0.5)
        return bytes(1_000_000)  # more than a pipe holds

    if (parent := os.fork()) == 0:
        os.close(ours)
        processes.read_all(read, [[source] for source in sources], 2, lambda: None)
        os._exit(0)
    os.close(theirs)
    begun = [struct.unpack("i", os.read(ours, 4))[0] for _ in sources]
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    ended = select.select([ours], [], [], 20)[0]
    for process in () if ended else begun:
        os.kill(process, signal.SIGKILL)
    assert ended, "a process is still there, and holds the pipe"
    os.close(ours)


def test_of_one_page_too_it_is_told_that_it_breaks_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RecursionError("te diep")

    monkeypatch.setattr(page, "pages", breaks)
    (tmp_path / "draad.html").write_text(html_page(), "utf-8")
    with pytest.raises(StandpuntError, match=r"draad.html: it breaks its reader \(RecursionError: te diep\)"):
        page.of_path(tmp_path / "draad.html", None)


def test_of_a_file_too_only_the_page_that_holds_or_breaks_its_reader_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "SECONDS", 0.3)
    monkeypatch.setattr(page, "pages", _pages)
    root = _two_sources(tmp_path, "traag", "stuk")
    found = page.of_path(root / "data/raw/archive/bron.warc.gz", None)
    assert len(found.records) == 2 and not found.complete
    assert [note.split(" ", 1)[1] for note in found.notes] == [
        "reading it takes over 0.3 s; please report it",
        "it breaks its reader (ZeroDivisionError: division by zero); please report it",
    ]
