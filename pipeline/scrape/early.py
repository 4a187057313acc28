"""Hosts that asked not to be asked again before some time: a later run that comes too early says so, and asks nothing.

An unfinished visit's manifest remembers it (`not_before`), for every source on that host.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from pipeline.scrape.address import host_of
from pipeline.scrape.job import Harvest, Job
from pipeline.scrape.records import from_iso
from pipeline.scrape.snapshots import unfinished
from pipeline.settings import Source

#: host and port -> ISO 8601, UTC
Waits = dict[str, str]


def remembered(root: Path, sources: Iterable[Source]) -> Waits:
    """What the unfinished visits of some sources remember; of two times the later."""
    found: Waits = {}
    for source in sources:
        told = unfinished(root, source)
        if told.get("not_before"):
            add(found, str(told["location"]), str(told["not_before"]))
    return found


def add(waits: Waits, url: str, until: str) -> None:
    """Take in when the host of an address may be asked again."""
    waits[host_of(url)] = max(until, waits.get(host_of(url), ""))


def until(url: str, waits: Waits) -> str | None:
    """When an address may be asked, if not yet."""
    at = waits.get(host_of(url))
    return at if at and from_iso(at) > dt.datetime.now(dt.UTC) else None


def not_asked(job: Job, at: str) -> Harvest:
    """What comes of a job whose host may not be asked before `at`."""
    why = f"{host_of(job.url)} asked not to be asked again before {at}: nothing was asked. Run it again after that."
    return Harvest(**job.kept_marks(), reason=why, asked=False, not_before=at)
