"""Local files as archives: the same bytes, so that `extract` reads everything from one place.

A WARC is copied as it is, and so is a folder of saved pages, which `add` made into one. The WARCs in a WACZ become one, once
their digests fit. Any other file becomes one WARC `resource` record whose date is the day it was added. Nothing in it depends
on when or where this runs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from pipeline import store
from pipeline.errors import StandpuntError, UsageError
from pipeline.files import folder, plain, wacz, warc
from pipeline.scrape import archive
from pipeline.scrape.records import iso
from pipeline.settings import Source

IMPORTS = Path("data/raw/imports")
#: damaged records that are named
_NAMED = 20
CONTENT_TYPES = {
    "page": "text/html",
    "pasted": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "json": "application/json",
    "xml": "application/xml",
    "parquet": "application/vnd.apache.parquet",
    "mbox": "application/mbox",
}


def uri(source: Source) -> str:
    """What the record is about: the page it was saved from, else the file by its name."""
    return source.url or f"file:///{quote(source.location)}"


@dataclass(frozen=True)
class Taken:
    """What came of a local source."""

    notes: list[str]  # for the analyst; each time that an archive is damaged, too
    fresh_damage: bool = False  # of which neither `add` nor an earlier run has told


def bring_in(root: Path, source: Source) -> Taken:
    """Write the archive and the manifest of a local source.

    UsageError: the file is not there, not a plain file, empty, or no archive where it should be one.
    """
    path = root / IMPORTS / source.location
    target = root / "data/raw/archive" / f"{source.id}.warc.gz"
    try:
        with plain.opened(path) as file:
            digest = plain.digest(file)
            if source.kind in ("warc", "folder"):
                warc.require(file, str(path))  # before it takes the place of one that was readable
            store.write_chunks(target, _archived(file, source))
    except UsageError as error:
        raise UsageError(
            f"source {source.id}: {error} Put it back, or remove the source from data/raw/sources.yaml."
        ) from error
    with target.open("rb") as file:
        seen = _look(file)
    if source.kind == "folder":
        digest = folder.digest(seen.pages)
    notes = [f"{source.location} differs from the file that was added"] if source.digest not in (None, digest) else []
    reason = "; ".join(seen.damage) or None
    known = source.digest == digest or _told_before(target) == (digest, reason)
    began = seen.first if source.kind in ("warc", "wacz") else None
    store.write_json(
        target.with_name(f"{source.id}.json"),
        {
            "source": source.id,
            "kind": source.kind,
            "location": source.location,
            "when": iso(began or source.added),
            "complete": not seen.damage,
            "ending": "incomplete" if seen.damage else "complete",
            "reason": reason,
            "notes": notes,
            "records": len(seen.pages),
            "digest": digest,
            "archive": archive.manifest_entry(target),
        },
    )
    if seen.damage:  # told by every run, and no reason to stop once it is known: no run can mend it
        notes.append(f"incomplete: {len(seen.damage):,} damaged in {source.location}; the rest is read")
    more = [f"and {len(seen.damage) - _NAMED:,} more, in its manifest"] if len(seen.damage) > _NAMED else []
    told = [f"{source.id}: {note}" for note in [*notes, *seen.damage[:_NAMED], *more]]
    return Taken(told, bool(seen.damage) and not known)


def _told_before(target: Path) -> tuple[object, object]:
    """The digest of the file, and the damage of its archive, by the manifest of an earlier run; of none that can be read, nothing."""
    try:
        told = store.read_json(target.with_name(target.name.replace(".warc.gz", ".json")))
        return told.get("digest"), told.get("reason")
    except (StandpuntError, AttributeError):
        return None, None


def _archived(file: BinaryIO, source: Source) -> Iterator[bytes]:
    """The archive of a file, in parts."""
    if source.kind in ("warc", "folder"):
        return plain.chunks(file)
    if source.kind == "wacz":
        return wacz.warcs(file, source.location)
    content = plain.whole(file, source.location)
    return iter([archive.resource(uri(source), content, CONTENT_TYPES[source.kind], source.added)])


@dataclass(frozen=True)
class _Seen:
    """What is in an archive."""

    pages: list[tuple[str, str]]  # (address, SHA-256) of what can be read
    damage: list[str]
    first: dt.datetime | None  # when the first of them was seen


def _look(file: BinaryIO) -> _Seen:
    """Read an archive through, to know what of it can be read."""
    seen = _Seen([], [], None)
    first: dt.datetime | None = None
    for record in warc.records(file, seen.damage):
        if record.kind in warc.SEEN:
            seen.pages.append((record.url, hashlib.sha256(record.payload).hexdigest()))
            first = min(first or record.at, record.at) if record.at else first
    return replace(seen, first=first)
