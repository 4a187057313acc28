"""Collect every source into data/raw/archive/: one WARC and one manifest a source.

The archive is what was seen, byte for byte; parsers can be mended and run on it again without asking a forum twice. A source
with a snapshot from the edition date on is not asked again. What is being collected grows in `<source>.partial.warc.gz`,
which takes the archive's place when it is whole: whatever interrupts a run leaves the last whole archive where it is.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipeline import __version__, store
from pipeline.engine import Progress, Summary, silent
from pipeline.errors import IncompleteError, StandpuntError, UsageError
from pipeline.scrape import archive
from pipeline.scrape.address import check_url, is_loopback, private_addresses
from pipeline.scrape.imports import bring_in
from pipeline.scrape.job import Harvest, Job
from pipeline.settings import Params, Source, load_params, load_sources

ARCHIVE = Path("data/raw/archive")
#: The shortest pause between two requests to a machine that is not this one, in seconds.
MIN_DELAY = 0.5


def run(root: Path, progress: Progress = silent) -> Summary:
    """Collect what is due. IncompleteError: some source stopped half-way; StandpuntError: some address gave nothing."""
    with store.lock(root):
        return _run(root, progress)


def _run(root: Path, progress: Progress) -> Summary:
    params, sources = load_params(root), load_sources(root)
    (root / ARCHIVE).mkdir(parents=True, exist_ok=True)

    due = [source for source in sources if source.kind == "url" and not is_fresh(root, source, params.edition)]
    jobs = [prepare(root, source, params) for source in due]
    notes = [note for source in sources if source.kind != "url" for note in bring_in(root, source)]

    harvests = collect(jobs, progress)
    notes += [
        note for source, harvest in zip(due, harvests, strict=True) for note in save(root, source, params, harvest)
    ]
    notes += strays(root, sources)
    tell(root, due, harvests)
    skipped = sum(source.kind == "url" for source in sources) - len(due)
    return Summary(
        "scrape",
        rows_in=len(sources),
        kept=len(sources) - sum(h.ending == "refused" for h in harvests),
        output=str(ARCHIVE),
        dropped={"refused by robots.txt": sum(h.ending == "refused" for h in harvests)},
        notes=[*notes, *([f"not asked again, with a snapshot from {params.edition} on: {skipped}"] if skipped else [])],
    )


# --- before ----------------------------------------------------------------------------------------------------


def paths(root: Path, source_id: str, partial: bool = False) -> tuple[Path, Path]:
    """(WARC, manifest) of a source, or those of its unfinished snapshot."""
    name = f"{source_id}.partial" if partial else source_id
    return root / ARCHIVE / f"{name}.warc.gz", root / ARCHIVE / f"{name}.json"


def snapshot(root: Path, source: Source) -> dict[str, Any] | None:
    """The manifest of a source's archive, if both are there and it is of this address."""
    warc, manifest = paths(root, source.id)
    if not (warc.is_file() and manifest.is_file()):
        return None
    found: dict[str, Any] = store.read_json(manifest)
    return found if found.get("location") == source.location else None


def is_fresh(root: Path, source: Source, edition: dt.date) -> bool:
    """Whether a source has a complete snapshot of the edition date or later."""
    found = snapshot(root, source)
    return bool(found and found["complete"] and archive.from_iso(found["when"]).date() >= edition)


def user_agent(contact: str) -> str:
    """Who asks, and where the owner of a forum can reach them. UsageError where that is no header."""
    if not re.fullmatch(r"[\x20-\x7e]*", contact) or re.search(r"[()\\]", contact):
        raise UsageError(
            "params.yaml: scrape.contact must be plain text in one line without brackets: a mail address or web page."
        )
    return f"Standpunt/{__version__} (+{contact.strip() or 'no contact: this machine only'})"


def prepare(root: Path, source: Source, params: Params) -> Job:
    """A job, after every check that needs no request. UsageError: the address or the settings do not allow it."""
    check_url(source.location)
    local = is_loopback(source.location)
    if not local and not params.scrape.contact.strip():
        raise UsageError(
            f"source {source.id} is on another machine ({source.location}). Set scrape.contact in params.yaml to a mail address or "
            "web page, so that the forum's owner can reach you; then run it again."
        )
    if not source.private_network and (private := _private(source.location)):
        raise UsageError(
            f"source {source.id}: {source.location} leads to {private[0]}, on this machine or a private network. "
            "If that is meant, set private_network: true for it in data/raw/sources.yaml."
        )
    working = paths(root, source.id, partial=True)[0]
    _forget_old(root, source, params.edition)
    limits = params.scrape
    return Job(
        source.id,
        source.location,
        user_agent(limits.contact),
        working,
        delay=limits.delay_seconds if local else max(limits.delay_seconds, MIN_DELAY),
        max_pages=limits.max_pages,
        max_page_bytes=limits.max_page_bytes,
        request_seconds=limits.request_seconds,
        total_seconds=limits.total_seconds,
        private=source.private_network,
    )


def _private(url: str) -> list[str]:
    """A host that does not resolve is left to the request, which then tells so."""
    try:
        return private_addresses(url)
    except OSError:
        return []


def _forget_old(root: Path, source: Source, edition: dt.date) -> None:
    """Take away an unfinished snapshot that is of another address or older than the edition: it cannot be gone on with."""
    warc, manifest = paths(root, source.id, partial=True)
    if not warc.is_file():
        return
    began = archive.oldest(warc)
    same = not manifest.is_file() or store.read_json(manifest).get("location") == source.location
    if began is None or began.date() < edition or not same:
        warc.unlink()
        manifest.unlink(missing_ok=True)


# --- asking ----------------------------------------------------------------------------------------------------


def collect(jobs: list[Job], progress: Progress) -> list[Harvest]:
    """The harvest of each job; an unfinished snapshot is marked with its address before the first request."""
    if not jobs:
        return []
    from pipeline.scrape.reader import harvest_all  # Scrapy takes a second to load

    for job in jobs:
        store.write_json(
            job.archive.with_name(f"{job.source_id}.partial.json"), {"location": job.url, "source": job.source_id}
        )
    return harvest_all(jobs, progress)


# --- after -----------------------------------------------------------------------------------------------------


def save(root: Path, source: Source, params: Params, harvest: Harvest) -> list[str]:
    """Put a finished snapshot in its place; leave an unfinished one for the next run. Returns notes for the analyst."""
    working, unfinished = paths(root, source.id, partial=True)
    warc, manifest = paths(root, source.id)
    told = [f"{source.id}: {note}" for note in harvest.notes]
    content = describe(source, params, harvest, working)
    if harvest.ending == "incomplete":
        store.write_json(unfinished, content)
        return told
    earlier = snapshot(root, source)
    if harvest.ending == "failed" or (harvest.ending == "refused" and earlier and earlier["complete"]):
        working.unlink()
        kept = f"; the snapshot of {earlier['when']} is kept" if earlier else ""
        told.append(f"{source.id}: {harvest.reason}{kept}")
    else:
        working.replace(warc)
        store.write_json(manifest, content)
        told += [f"{source.id}: {harvest.reason}"] if harvest.reason else []
    unfinished.unlink(missing_ok=True)
    return told


def describe(source: Source, params: Params, harvest: Harvest, warc: Path) -> dict[str, Any]:
    """The manifest of a collected source."""
    times = sorted(visit.at for visit in harvest.visits if visit.at)
    return {
        "source": source.id,
        "kind": source.kind,
        "location": source.location,
        "when": times[0] if times else None,
        "until": times[-1] if times else None,
        "user_agent": user_agent(params.scrape.contact),
        "software": f"Standpunt {__version__}, Scrapy {importlib.metadata.version('scrapy')}",
        "robots": harvest.robots,
        "complete": harvest.ending == "complete",
        "ending": harvest.ending,
        "reason": harvest.reason,
        "notes": harvest.notes,
        "pages": [asdict(replace(visit)) for visit in harvest.visits],
        "archive": {**archive.manifest_entry(warc), "file": f"{source.id}.warc.gz"},
    }


def strays(root: Path, sources: list[Source]) -> list[str]:
    """Archives whose source is no longer listed: told, not deleted."""
    known = {source.id for source in sources}
    names = {path.name.removesuffix(".json").removesuffix(".partial") for path in (root / ARCHIVE).glob("*.json")}
    return [f"{ARCHIVE}/{name}.warc.gz belongs to no source in data/raw/sources.yaml" for name in sorted(names - known)]


def tell(root: Path, due: list[Source], harvests: list[Harvest]) -> None:
    """Raise for what did not end well, after everything else is saved."""
    half = [f"{h.source_id}: {h.reason}" for h in harvests if h.ending == "incomplete"]
    lost = [
        f"{h.source_id}: {h.reason}"
        for source, h in zip(due, harvests, strict=True)
        if h.ending == "failed" and snapshot(root, source) is None
    ]
    if lost:
        raise StandpuntError(
            "; ".join([*lost, *half]) + " Nothing was collected there; correct or remove it in data/raw/sources.yaml."
        )
    if half:
        raise IncompleteError("; ".join(half))
