"""extract: what each source's archive says, as threads and comments.

Nothing is asked of anybody again: the archive is the only input, so a parser can be mended and run over it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import io
import itertools
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from pipeline import store
from pipeline.engine import Progress, Summary, silent, workers
from pipeline.errors import StandpuntError
from pipeline.extract import overlap, secret
from pipeline.extract.archive import Capture, captures, require
from pipeline.extract.clock import Clock
from pipeline.extract.processes import UnreadError, Watch, read_all
from pipeline.extract.reading import apart, pages
from pipeline.extract.rows import Rows, rows_of
from pipeline.extract.threads import Miss, Redirect, Sighting, gather
from pipeline.files import kinds
from pipeline.platforms import dates, tally
from pipeline.platforms.base import Page
from pipeline.settings import Source, load_sources
from pipeline.tables import COMMENTS, THREADS, VERSIONS

ARCHIVE = Path("data/raw/archive")
CORRECTIONS = Path("data/raw/corrections")
#: archives that are together smaller than this are read in one process
WORTH_PROCESSES = 20_000_000
#: asked about a site, not of a thread
NOT_ABOUT_THREADS = "/.well-known/tdmrep.json"
#: sources that are one file, which is read whole or refused
FILES = ("csv", "jsonl", "json", "xml", "parquet", "mbox", "pasted")
#: what came over the network, and bears the moment of each answer
VISITED = ("url", "warc", "wacz")


@dataclass
class Extracted:
    """What one source gave."""

    source: Source
    captures: int = 0
    rows: Rows = field(default_factory=lambda: Rows([], []))
    dropped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


@dataclass
class _Shown:
    """What the captures of one source showed, until its threads are put together."""

    #: by address and time: a later visit may find the page unchanged
    pages: dict[tuple[str, dt.datetime | None], list[Page]] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)  # of a source that is one file: what of it is cut or broken


def run(root: Path, progress: Progress = silent) -> Summary:
    """Read the archives of all sources into the tables threads, comments and versions.

    Sources that have no archive yet are told, and the summary is not complete: after a scrape the stage is to run again.
    StandpuntError: no source has one.
    """
    listed = load_sources(root)
    archives = {source.id: root / ARCHIVE / f"{source.id}.warc.gz" for source in listed}
    absent = {id_: problem for id_, path in archives.items() if (problem := _problem(path))}
    sources = [source for source in listed if source.id not in absent]
    if absent and not sources:
        raise StandpuntError(next(iter(absent.values())))
    keys = {source.id: secret.key_for(root, source) for source in sources}

    extracted = _extract_all(
        root, sources, keys, sum(archives[source.id].stat().st_size for source in sources), progress
    )
    _leave_out_doubles(extracted)

    rows = store.write_table(root, COMMENTS, {e.source.id: COMMENTS.frame(e.rows.comments) for e in extracted})
    store.write_table(root, THREADS, {e.source.id: THREADS.frame(e.rows.threads) for e in extracted})
    store.write_table(root, VERSIONS, {e.source.id: VERSIONS.frame(e.rows.versions) for e in extracted})
    return Summary(
        stage="extract",
        rows_in=sum(e.captures for e in extracted),
        kept=rows,
        output=str(store.PROCESSED / COMMENTS.name),
        dropped=dict(sorted(sum((e.dropped for e in extracted), Counter[str]()).items())),
        notes=[
            *(f"{id_}: not read: {problem} The other sources are." for id_, problem in absent.items()),
            *(f"{e.source.id}: {note}" for e in extracted for note in e.notes),
        ],
        complete=not absent,
    )


def _problem(path: Path) -> str | None:
    """Why an archive cannot be read; None where it can."""
    try:
        require(path)
    except StandpuntError as error:
        return str(error)
    return None


def _extract_all(
    root: Path, sources: list[Source], keys: dict[str, bytes], size: int, progress: Progress
) -> list[Extracted]:
    many = size > WORTH_PROCESSES
    tasks = [[source] for source in sources] if many else [sources]
    told = itertools.count(1)
    found = read_all(
        functools.partial(_extract, root, keys),
        tasks,
        workers() if many else 1,
        lambda: progress(next(told), len(sources), "sources"),
    )
    return [found[source.id] for source in sources]


def _leave_out_doubles(extracted: list[Extracted]) -> None:
    left_out = overlap.doubles((e.source, e.rows) for e in extracted)
    for e in extracted:
        for row in e.rows.threads:
            if owner := left_out.get(str(row["thread_id"])):
                e.dropped["thread that another source has"] += 1
                e.notes.append(f"{row['url']} is left out: source {owner} has it as well")
        e.rows = overlap.without(e.rows, left_out)


def _extract(root: Path, keys: dict[str, bytes], source: Source, watch: Watch) -> Extracted:
    """One source, from archive to rows."""
    damage: list[str] = []
    sidecar = root / CORRECTIONS / f"{source.id}.txt"
    corrections = sidecar.read_text("utf-8") if sidecar.is_file() else None
    result, shown = Extracted(source), _Shown()
    sightings: list[Sighting] = []
    clock = Clock(result.notes) if source.kind == "url" else None
    for capture in captures(root / ARCHIVE / f"{source.id}.warc.gz", damage):  # one in memory at a time
        result.captures += 1
        seen_at = capture.seen_at or source.added
        seen_at = clock.after(seen_at, capture.session) if clock is not None else seen_at
        sightings += [
            Sighting(page, seen_at, capture.url, capture.session, result.captures)
            for page in _pages(capture, seen_at, source, corrections, result, shown, watch)
        ]
    result.captures += len(damage)
    if damage:
        result.dropped["damaged record"] = len(damage)
    damage += shown.damage
    result.notes[:0] = damage
    threads = gather(sightings, shown.misses, shown.redirects)
    result.rows = rows_of(threads, source, keys[source.id], damage)
    if not result.rows.threads:
        result.notes.append("no thread found in its archive")
    return result


def _pages(
    capture: Capture, seen_at: dt.datetime, source: Source, corrections: str | None, result: Extracted, shown: _Shown,
    watch: Watch,
) -> list[Page]:  # fmt: skip
    """The pages of one capture, or of the earlier one that it found unchanged; none, counted, where it is no page of a
    thread."""
    if capture.url.endswith(NOT_ABOUT_THREADS):
        return []
    if capture.again is not None:
        return _unchanged(capture, result, shown)
    if capture.status != 200:
        if capture.leads_to is not None:
            shown.redirects.append(Redirect(capture.url, capture.leads_to, capture.session))
        elif not 300 <= capture.status < 400:
            result.dropped[f"answered {capture.status}"] += 1
            result.notes.append(f"{capture.url} answered {capture.status}")
            shown.misses.append(Miss(capture.url, capture.status, seen_at, capture.session))
        return []
    shown.pages[capture.url, capture.seen_at] = []
    if source.kind not in FILES and not capture.is_page:
        result.dropped["picture, style or script"] += 1
        return []
    address = capture.url if capture.url.startswith(("http://", "https://")) else source.url or ""
    name = source.location if source.kind not in ("url", "folder") else unquote(capture.url.removeprefix("file:///"))
    reading = contextlib.nullcontext() if source.kind in FILES else watch.reading(result.captures)
    answered = capture.seen_at if source.kind in VISITED else None
    try:
        with reading, dates.answered(answered):
            found = pages(capture.body, _kind(capture, source, name), name, address, corrections, capture.content_type)
    except (
        Exception
    ) as error:  # whatever a page does to its reader, the archive keeps it, and the other pages are there
        if source.kind in FILES:
            raise
        why, told = _why(capture.url, error)
        result.dropped[why] += 1
        result.notes.append(told)
        return []
    if source.kind == "folder":
        found = [apart(page, name) for page in found]
    if source.kind in (*FILES, "page"):
        shown.damage += tally.damage(found)
    else:  # the thread itself tells it too
        result.notes += [f"{capture.url}: {problem}" for problem in tally.damage(found)]
    shown.pages[capture.url, capture.seen_at] = found
    return found


def _why(url: str, error: Exception) -> tuple[str, str]:
    """Why nothing was read in a page: the reason under which it is counted, and what is told."""
    if isinstance(error, StandpuntError):
        return "no thread found", str(error)
    what = str(error) if isinstance(error, UnreadError) else f"{type(error).__name__}: {error}"
    return "page that breaks its reader", f"{url} cannot be read ({what}); please report it"


def _unchanged(capture: Capture, result: Extracted, shown: _Shown) -> list[Page]:
    """What a capture showed that was found unchanged later."""
    assert capture.again is not None
    found = shown.pages.get(capture.again)
    if found is None:
        result.dropped["unchanged since a capture that is not there"] += 1
        result.notes.append(
            f"{capture.url} was unchanged since {capture.again[1]:%Y-%m-%d}, but that capture is not there"
        )
    return found or []


def _kind(capture: Capture, source: Source, name: str) -> str:
    """How to read a capture: files as the source says, pages as pages, JSON from a site as its platform's."""
    if source.kind in FILES:
        return source.kind
    return kinds.tell(io.BytesIO(capture.body), name) if source.kind in ("page", "folder") else "page"
