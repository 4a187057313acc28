"""Collect every source into data/raw/archive/: one WARC and one manifest a source.

The archive is what was seen, byte for byte, visit after visit; parsers can be mended and run on it again without asking a
forum twice. A source with a snapshot from the edition date on is not asked again; when the date moves, the next visit is put
behind the earlier ones. What is being collected grows beside the archive (see `snapshots`): whatever interrupts a run leaves
the last whole archive where it is, and the next run goes on.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline import __version__, store
from pipeline.engine import Progress, Summary, silent
from pipeline.errors import UsageError
from pipeline.scrape import account, archive
from pipeline.scrape.address import check_url, is_loopback, normal, private_addresses
from pipeline.scrape.imports import bring_in
from pipeline.scrape.job import Harvest, Job
from pipeline.scrape.snapshots import (
    ARCHIVE,
    base,
    forget_stale,
    is_over,
    kept_bytes,
    mark,
    paths,
    set_aside,
    snapshot,
    summary,
    visit_number,
    why_due,
)
from pipeline.settings import Params, Source, load_params, load_sources

#: The shortest pause between two requests to a machine that is not this one, in seconds.
MIN_DELAY = 0.5


def run(root: Path, progress: Progress = silent) -> Summary:
    """Collect what is due. IncompleteError: some source stopped half-way; StandpuntError: some address gave nothing."""
    with store.lock(root):
        return _run(root, progress)


def _run(root: Path, progress: Progress) -> Summary:
    params, sources = load_params(root), load_sources(root)
    (root / ARCHIVE).mkdir(parents=True, exist_ok=True)

    remote = [source for source in sources if source.kind == "url"]
    for source in remote:
        forget_stale(root, source, params.edition)
    due = [source for source in remote if why_due(root, source, params.edition)]
    jobs = [prepare(root, source, params) for source in due]
    notes = account.ahead(params.edition, dt.datetime.now(dt.UTC).date())
    notes += [note for source in sources if source.kind != "url" for note in bring_in(root, source)]

    harvests = collect(root, due, jobs, progress)
    notes += [
        note for source, harvest in zip(due, harvests, strict=True) for note in save(root, source, params, harvest)
    ]
    notes += [*account.strays(root, sources), *account.shortcomings(root, remote)]
    skipped = len(remote) - len(due)
    notes += [f"not asked again, with a snapshot from {params.edition} on: {skipped}"] if skipped else []
    dropped = Counter(why for source, h in zip(due, harvests, strict=True) if (why := account.dropped(root, source, h)))
    return account.close(
        root,
        due,
        harvests,
        Summary(
            "scrape",
            rows_in=len(sources),
            kept=len(sources) - dropped.total(),
            output=str(ARCHIVE),
            dropped=dict(sorted(dropped.items())),
            notes=notes,
            complete=not dropped["incomplete"],
        ),
    )


# --- before ----------------------------------------------------------------------------------------------------


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
        raise UsageError(no_contact(source))
    if not source.private_network and (private := _private(source.location)):
        raise UsageError(
            f"source {source.id}: {source.location} leads to {private[0]}, on this machine or a private network. "
            "If that is meant, set private_network: true for it in data/raw/sources.yaml."
        )
    limits = params.scrape
    kept = kept_bytes(root, source)
    known = snapshot(root, source) or {}
    return Job(
        source.id,
        source.location,
        user_agent(limits.contact),
        paths(root, source.id, partial=True)[0],
        delay=limits.delay_seconds if local else max(limits.delay_seconds, MIN_DELAY),
        max_pages=limits.max_pages,
        max_page_bytes=limits.max_page_bytes,
        request_seconds=limits.request_seconds,
        total_seconds=limits.total_seconds,
        private=source.private_network,
        visit=visit_number(known),
        earlier=paths(root, source.id)[0] if kept else None,
        earlier_bytes=kept,
        threads={
            row["url"]: row["thread"]
            for row in known.get("threads", [])
            if row.get("withdrawn") != 410 or row["url"] == normal(source.location)
        },
        expected=sum(page["outcome"] == "page" for page in known.get("pages", [])),
        tdm_override=source.tdm_override,
    )


def no_contact(source: Source) -> str:
    """What is said where a source on another machine would be asked by nobody."""
    return (
        f"source {source.id} is on another machine ({source.location}). Set scrape.contact in params.yaml to a mail address or "
        "web page, so that the forum's owner can reach you; then run it again."
    )


def _private(url: str) -> list[str]:
    """A host that does not resolve is left to the request, which then tells so."""
    try:
        return private_addresses(url)
    except OSError:
        return []


# --- asking ----------------------------------------------------------------------------------------------------


def collect(root: Path, due: list[Source], jobs: list[Job], progress: Progress) -> list[Harvest]:
    """The harvest of each job; an unfinished visit is marked with what it is of before the first request."""
    if not jobs:
        return []
    from pipeline.scrape.reader import harvest_all  # Scrapy takes a second to load

    for source in due:
        mark(root, source)
    return harvest_all(jobs, progress)


# --- after -----------------------------------------------------------------------------------------------------


def save(root: Path, source: Source, params: Params, harvest: Harvest) -> list[str]:
    """Put a finished visit behind the archive; leave an unfinished one for the next run. Returns notes for the analyst."""
    working, unfinished = paths(root, source.id, partial=True)
    warc, manifest = paths(root, source.id)
    earlier = snapshot(root, source)
    shut = harvest.ending == "refused" and not harvest.threads
    stays = harvest.ending == "failed" or (shut and earlier is not None and is_over(source, earlier))
    told = [account.line(harvest, visit_number(earlier), earlier if stays else None)]
    told += [f"{source.id}: {note}" for note in harvest.notes]
    if harvest.ending == "incomplete":
        content = describe(source, params, harvest, working, earlier)
        store.write_json(unfinished, content | {"base": base(root, source)})
        return told
    if not stays:
        if aside := set_aside(root, source):
            told.append(f"{source.id}: the archive of its earlier address is kept as {aside}, which no stage reads")
        archive.join(warc, kept_bytes(root, source), working, harvest.reserved)
        store.write_json(manifest, describe(source, params, harvest, warc, earlier))
    working.unlink(missing_ok=True)
    unfinished.unlink(missing_ok=True)
    return told


def describe(
    source: Source, params: Params, harvest: Harvest, warc: Path, earlier: dict[str, Any] | None
) -> dict[str, Any]:
    """The manifest of a collected source: its last visit in full, the earlier ones in short.

    A source is complete only where every thread is: its comments are as many as it announces, or it announces no number.
    """
    times = sorted(visit.at for visit in harvest.visits if visit.at)
    asked = {row["thread"] for row in harvest.threads}
    before = [row for row in (earlier or {}).get("threads", []) if row["thread"] not in asked]
    threads = sorted([*before, *harvest.threads], key=lambda row: str(row["thread"]))
    whole = all(row["complete"] is not False for row in harvest.threads)
    ending = "partial" if harvest.ending == "complete" and not whole else harvest.ending
    found = {
        "source": source.id,
        "kind": source.kind,
        "location": source.location,
        "visit": visit_number(earlier),
        "when": times[0] if times else None,
        "until": times[-1] if times else None,
        "user_agent": user_agent(params.scrape.contact),
        "software": f"Standpunt {__version__}, Scrapy {importlib.metadata.version('scrapy')}",
        "robots": harvest.robots,
        "tdm": harvest.tdm,
        "complete": ending == "complete",
        "ending": ending,
        "reason": harvest.reason,
        "notes": harvest.notes,
        "threads": threads,
        "pages": [asdict(visit) for visit in harvest.visits],
        "archive": {**archive.manifest_entry(warc), "file": f"{source.id}.warc.gz"} if warc.is_file() else None,
    }
    past = (earlier.get("visits") or [summary(earlier)]) if earlier else []
    return found | {"visits": [*past, summary(found)]}
