"""Collect every source into data/raw/archive/: one WARC and one manifest a source.

The archive is what was seen, byte for byte, visit after visit; parsers can be mended and run on it again without asking a
forum twice. A source with a snapshot from the edition date on is not asked again; when the date moves, the next visit is put
behind the earlier ones. What is being collected grows beside the archive (see `snapshots`): whatever interrupts a run leaves
the last whole archive where it is, and the next run goes on.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from pipeline import store
from pipeline.engine import Progress, Summary, silent
from pipeline.errors import UsageError
from pipeline.scrape import account, archive, early
from pipeline.scrape.address import check_url, is_loopback, normal, private_addresses
from pipeline.scrape.imports import bring_in
from pipeline.scrape.job import Harvest, Job, user_agent
from pipeline.scrape.manifest import attempt, describe, refusals, was_read
from pipeline.scrape.processes import harvest_all
from pipeline.scrape.snapshots import (
    ARCHIVE,
    ChangedError,
    base,
    forget_stale,
    is_over,
    kept_bytes,
    lost,
    mark,
    paths,
    set_aside,
    snapshot,
    unfinished,
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

    remote, due, jobs, broken = find_due(root, [source for source in sources if source.kind == "url"], params)
    waits = early.remembered(root, remote)
    notes = account.ahead(params.edition, dt.datetime.now(dt.UTC).date())
    local = bring_in_all(root, [source for source in sources if source.kind != "url"])
    local.broken |= broken
    notes += local.notes

    harvests: list[Harvest] = []
    with closing(collect(root, due, jobs, waits, progress)) as arriving:
        for source, harvest in zip(due, arriving, strict=True):
            notes += save(root, source, params, harvest)  # at once: what comes later may never come
            harvests.append(harvest)
    skipped = [source for source in remote if source not in due]
    notes += [*account.strays(root, sources), *account.shortcomings(root, remote), *account.attempts(root, skipped)]
    notes += [f"not asked again, with a snapshot from {params.edition} on: {len(skipped)}"] if skipped else []
    notes = list(dict.fromkeys(notes))
    dropped = Counter(why for source, h in zip(due, harvests, strict=True) if (why := account.dropped(root, source, h)))
    dropped.update(["failed"] * len(local.broken))
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
        local,
    )


def find_due(
    root: Path, sources: list[Source], params: Params
) -> tuple[list[Source], list[Source], list[Job], dict[str, str]]:
    """Of sources that are addresses: those whose archive can be gone on with, those of them that are due, their jobs, and why the
    others cannot. UsageError: an address or the settings do not allow it."""
    sound: list[Source] = []
    due: list[Source] = []
    jobs: list[Job] = []
    broken: dict[str, str] = {}
    for source in sources:
        try:
            forget_stale(root, source, params.edition)
            if why_due(root, source, params):
                jobs.append(prepare(root, source, params))
                due.append(source)
            sound.append(source)
        except ChangedError as error:
            broken[source.id] = str(error)
    return sound, due, jobs, broken


# --- files -----------------------------------------------------------------------------------------------------


def bring_in_all(root: Path, sources: list[Source]) -> account.Local:
    """The archives of all sources that are files. What is wrong with one is told at the end of the run, and the others go on."""
    local = account.Local()
    for source in sources:
        try:
            taken = bring_in(root, source)
        except UsageError as error:
            local.broken[source.id] = str(error)
            continue
        local.notes += taken.notes
        local.damaged += [source.id] if taken.fresh_damage else []
    return local


# --- before ----------------------------------------------------------------------------------------------------


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
    begun = unfinished(root, source)
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
            if (row.get("withdrawn") != 410 or row["url"] == normal(source.location)) and was_read(row)
        },
        expected=sum(page["outcome"] == "page" for page in known.get("pages", [])),
        tdm_override=source.tdm_override,
        refused=refusals(source, begun),
        troubled=tuple(begun.get("troubled", [])),
        refused_before=refusals(source, known),
        unread=begun.get("unread", {}),
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


def collect(
    root: Path, due: list[Source], jobs: list[Job], waits: early.Waits, progress: Progress
) -> Generator[Harvest]:
    """The harvest of each job, as soon as it is there; an unfinished visit is marked with what it is of before the first
    request. `waits`: hosts that are not to be asked yet."""
    if not jobs:
        return
    for source in due:
        if not early.until(source.location, waits):
            mark(root, source)
    yield from harvest_all(jobs, progress, waits)


# --- after -----------------------------------------------------------------------------------------------------


def save(root: Path, source: Source, params: Params, harvest: Harvest) -> list[str]:
    """Put a finished visit behind the archive; leave an unfinished one for the next run. Returns notes for the analyst.

    A later visit that came to nothing (failed, or refused as a whole) leaves the snapshot as it is. The manifest then tells of
    the attempt, so that it is not made again for the same edition: the run in which a visit fails ends as failed, once, and
    the next `dvc repro` goes on with the earlier snapshot instead of never getting past a site that is gone.
    """
    working, partial = paths(root, source.id, partial=True)
    warc, manifest = paths(root, source.id)
    earlier = snapshot(root, source)
    shut = harvest.ending == "refused" and not harvest.threads
    usable = earlier is not None and is_over(source, earlier)
    stays = harvest.ending == "failed" or (shut and usable)
    told = [account.line(harvest, visit_number(earlier), earlier if stays else None)]
    told += [f"{source.id}: {note}" for note in harvest.notes]
    if not harvest.asked and partial.is_file():
        return told  # it knows more than this
    if harvest.ending == "incomplete" or (harvest.ending == "failed" and harvest.unread and not usable):
        if harvest.reserved and working.is_file():
            archive.join(working, 0, working, harvest.reserved)
        content = describe(source, params, harvest, working, earlier)
        store.write_json(partial, content | {"base": base(root, source)})
        return told
    if not stays:
        if aside := set_aside(root, source):
            told.append(
                f"{source.id}: an archive of another address, or without manifest, is kept as {aside}, which no stage reads"
            )
        if gone := lost(root, source):
            told.append(f"{source.id}: {gone}")
        archive.join(warc, kept_bytes(root, source), working, harvest.reserved)
        store.write_json(manifest, describe(source, params, harvest, warc, earlier))
    elif usable and earlier is not None:
        store.write_json(manifest, earlier | {"attempt": attempt(source, harvest)})
    working.unlink(missing_ok=True)
    partial.unlink(missing_ok=True)
    return told
