"""extract: what each source's archive says, as threads and comments.

Nothing is asked of anybody again: the archive is the only input, so a parser can be mended and run over it.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import store
from pipeline.engine import Progress, Summary, apply, silent
from pipeline.errors import StandpuntError
from pipeline.extract import secret
from pipeline.extract.archive import Capture, captures
from pipeline.extract.reading import pages, sniff
from pipeline.extract.rows import Rows, rows_of
from pipeline.extract.threads import Sighting, gather
from pipeline.settings import Source, load_sources
from pipeline.tables import COMMENTS, THREADS

ARCHIVE = Path("data/raw/archive")
CORRECTIONS = Path("data/raw/corrections")
#: archives that are together smaller than this are read in one process: starting others takes longer
WORTH_PROCESSES = 20_000_000


@dataclass
class Extracted:
    """What one source gave."""

    source: Source
    captures: int
    rows: Rows
    dropped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def run(root: Path, progress: Progress = silent) -> Summary:
    """Read the archives of all sources into the tables threads and comments.

    StandpuntError: a source has no archive yet (run scrape).
    """
    sources = load_sources(root)
    archives = {source.id: root / ARCHIVE / f"{source.id}.warc.gz" for source in sources}
    for path in archives.values():
        if not path.is_file():
            raise StandpuntError(f"{path} is not there. Run `standpunt scrape`, which makes it.")
    keys = {source.id: secret.key_for(root, source) for source in sources}

    extracted = _extract_all(root, sources, keys, sum(path.stat().st_size for path in archives.values()), progress)

    rows = store.write_table(root, COMMENTS, {e.source.id: COMMENTS.frame(e.rows.comments) for e in extracted})
    store.write_table(root, THREADS, {e.source.id: THREADS.frame(e.rows.threads) for e in extracted})
    return Summary(
        stage="extract",
        rows_in=sum(e.captures for e in extracted),
        kept=rows,
        output=str(store.PROCESSED / COMMENTS.name),
        dropped=dict(sorted(sum((e.dropped for e in extracted), Counter[str]()).items())),
        notes=[f"{e.source.id}: {note}" for e in extracted for note in e.notes],
    )


def _extract_all(
    root: Path, sources: list[Source], keys: dict[str, bytes], size: int, progress: Progress
) -> list[Extracted]:
    one = functools.partial(_extract, root, keys)
    if size > WORTH_PROCESSES:
        return apply(one, sources)
    done = []
    for number, source in enumerate(sources, 1):
        done.append(one(source))
        progress(number, len(sources), "sources")
    return done


def _extract(root: Path, keys: dict[str, bytes], source: Source) -> Extracted:
    """One source, from archive to rows."""
    found, damage = captures(root / ARCHIVE / f"{source.id}.warc.gz")
    sidecar = root / CORRECTIONS / f"{source.id}.txt"
    corrections = sidecar.read_text("utf-8") if sidecar.is_file() else None
    result = Extracted(source, len(found) + len(damage), Rows([], []), Counter(), list(damage))
    if damage:
        result.dropped["damaged record"] = len(damage)
    sightings: list[Sighting] = []
    for capture in found:
        sightings += _sightings(capture, source, corrections, result)
    threads = gather(sightings)
    result.rows = rows_of(threads, source, keys[source.id], damage)
    if not result.rows.threads:
        result.notes.append("no thread found in its archive")
    return result


def _sightings(capture: Capture, source: Source, corrections: str | None, result: Extracted) -> list[Sighting]:
    """The pages of one capture; none, counted, where it is no page of a thread."""
    if capture.status != 200:
        if not 300 <= capture.status < 400:
            result.dropped[f"answered {capture.status}"] += 1
            result.notes.append(f"{capture.url} answered {capture.status}")
        return []
    address = capture.url if capture.url.startswith(("http://", "https://")) else source.url or ""
    name = source.location if source.kind != "url" else capture.url
    try:
        found = pages(capture.body, _kind(capture, source), name, address, corrections, capture.content_type)
    except StandpuntError as error:
        if source.kind in ("csv", "jsonl", "pasted"):
            raise
        result.dropped["no thread found"] += 1
        result.notes.append(str(error))
        return []
    return [Sighting(page, capture.seen_at or source.added) for page in found]


def _kind(capture: Capture, source: Source) -> str:
    """How to read a capture: files as the source says, pages as pages, JSON from a site as its platform's."""
    if source.kind in ("csv", "jsonl", "pasted"):
        return source.kind
    return sniff(capture.body, source.location) if source.kind == "page" else "page"
