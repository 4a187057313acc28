"""What is written down of a visit: the manifest of a source, and what the next visit knows from it."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.platforms import tally
from pipeline.scrape import archive
from pipeline.scrape.job import TDM, Harvest, Refusal, user_agent
from pipeline.scrape.records import iso
from pipeline.scrape.snapshots import summary, visit_number
from pipeline.settings import Params, Source


def describe(
    source: Source, params: Params, harvest: Harvest, warc: Path, earlier: dict[str, Any] | None
) -> dict[str, Any]:
    """The manifest of a collected source: its last visit in full, the earlier ones in short.

    A source is complete only where every thread is: its comments are as many as it announces, or it announces no number.
    """
    asked_at = [(visit.asked_for is not None, visit.at) for visit in harvest.visits if visit.at]
    times = sorted(at for shared, at in asked_at if not shared) or sorted(at for _, at in asked_at)
    asked = {tally.plain(row["thread"]) for row in harvest.threads}
    begun = {tally.plain(row["url"]) for row in harvest.threads}
    before = [
        row
        for row in (earlier or {}).get("threads", [])
        if tally.plain(row["thread"]) not in asked and (was_read(row) or tally.plain(row["url"]) not in begun)
    ]
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
        "max_page_bytes": params.scrape.max_page_bytes,
        "refused": [asdict(refusal) for refusal in harvest.refused],
        "troubled": harvest.troubled,
        "unread": harvest.unread,
        "not_before": harvest.not_before,
        "threads": threads,
        "pages": [asdict(visit) for visit in harvest.visits],
        "archive": {**archive.manifest_entry(warc), "file": f"{source.id}.warc.gz"} if warc.is_file() else None,
    }
    past = (earlier.get("visits") or [summary(earlier)]) if earlier else []
    return found | {"visits": [*past, summary(found)]}


def attempt(source: Source, harvest: Harvest) -> dict[str, Any]:
    """What a manifest tells of a later visit that came to nothing."""
    times = [visit.at for visit in harvest.visits if visit.at] or [iso(dt.datetime.now(dt.UTC))]
    told = {"at": max(times), "ending": harvest.ending, "reason": harvest.reason}
    return told | {"override": source.tdm_override}


def was_read(row: dict[str, Any]) -> bool:
    """Whether any visit could read the thread of a manifest's row."""
    return row.get("pages") != 0 or bool(row.get("withdrawn") or row.get("before"))


def refusals(source: Source, manifest: dict[str, Any]) -> tuple[Refusal, ...]:
    """What refused, but for those that the analyst has since given a reason to go on in spite of."""
    told = [Refusal(**row) for row in manifest.get("refused", [])]
    return tuple(refusal for refusal in told if not (refusal.by == TDM and source.tdm_override))
