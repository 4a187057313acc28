"""Local files as archives: the same bytes, so that `extract` reads everything from one place.

A WARC is copied as it is; any other file becomes one WARC `resource` record whose date is the day it was added. Nothing in
it depends on when or where this runs.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

from pipeline import store
from pipeline.errors import UsageError
from pipeline.scrape import archive
from pipeline.settings import Source

IMPORTS = Path("data/raw/imports")
CONTENT_TYPES = {
    "page": "text/html",
    "pasted": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
}


def uri(source: Source) -> str:
    """What the record is about: the page it was saved from, else the file by its name."""
    return source.url or f"file:///{quote(source.location)}"


def bring_in(root: Path, source: Source) -> list[str]:
    """Write the archive and the manifest of a local source; returns notes for the analyst.

    UsageError: the file is not there, not a plain file, or empty.
    """
    path = root / IMPORTS / source.location
    if path.is_symlink() or not path.is_file():
        what = "is not a plain file" if path.exists() or path.is_symlink() else "is not there"
        raise UsageError(
            f"source {source.id}: {path} {what}. Put it back, or remove the source from data/raw/sources.yaml."
        )
    content = path.read_bytes()
    if not content.strip():
        raise UsageError(
            f"source {source.id}: {path} is empty. Put its text back, or remove the source from data/raw/sources.yaml."
        )
    digest = hashlib.sha256(content).hexdigest()
    data = (
        content
        if source.kind == "warc"
        else archive.resource(uri(source), content, CONTENT_TYPES[source.kind], source.added)
    )
    notes = [f"{source.location} differs from the file that was added"] if source.digest not in (None, digest) else []
    target = root / "data/raw/archive" / f"{source.id}.warc.gz"
    store.write_bytes(target, data)
    readable, trouble = archive.check(target) if source.kind == "warc" else (1, [])
    if not readable:
        raise UsageError(
            f"source {source.id}: {path} holds no readable WARC record ({'; '.join(trouble)}). Fetch it again."
        )
    began = archive.oldest(target) if source.kind == "warc" else None
    store.write_json(
        target.with_name(f"{source.id}.json"),
        {
            "source": source.id,
            "kind": source.kind,
            "location": source.location,
            "when": archive.iso(began or source.added),
            "complete": not trouble,
            "ending": "incomplete" if trouble else "complete",
            "reason": "; ".join(trouble) or None,
            "notes": notes,
            "digest": digest,
            "archive": archive.manifest_entry(target),
        },
    )
    return [f"{source.id}: {note}" for note in [*notes, *trouble]]
