"""What the analyst hears of a run: a line for every source that was asked, what is missing, and how it ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.engine import Summary
from pipeline.errors import IncompleteError, StandpuntError, UsageError
from pipeline.scrape.job import Harvest
from pipeline.scrape.snapshots import ARCHIVE, is_over, snapshot
from pipeline.settings import Source

#: files without a source that are named
_NAMED = 20


def ahead(edition: dt.date, today: dt.date) -> list[str]:
    """A note where the edition date is still to come: no snapshot can be of it."""
    return [f"edition {edition} lies ahead: until then every run asks again"] if edition > today else []


def dropped(root: Path, source: Source, harvest: Harvest) -> str | None:
    """Why nothing (or not all) came of a source; None where it has what the site gives."""
    if harvest.ending == "refused":
        return f"refused by {harvest.refused_by or 'robots.txt'}"
    if harvest.ending == "failed":
        found = snapshot(root, source)
        return None if found is not None and is_over(source, found) else "failed"
    return "incomplete" if harvest.ending == "incomplete" else None


def line(harvest: Harvest, visit: int, stays: dict[str, Any] | None) -> str:
    """What came of one source, in one line. `stays`: the manifest of the earlier visit that is left as it is, if so."""
    counts = f"{_counts(harvest)}, visit {visit}"
    if harvest.ending == "complete":
        return f"{harvest.source_id}: {counts}"
    told = f"{harvest.source_id}: {harvest.ending}: {harvest.reason}"
    told += f"; the snapshot of {stays['when']} is kept" if stays else ""
    return f"{told} ({counts})" if harvest.threads else told


def _counts(harvest: Harvest) -> str:
    """Comments, threads and pages of a visit in words."""
    rows = [row for row in harvest.threads if not row.get("withdrawn") and row.get("pages") != 0]
    found = sum(int(row.get("found") or 0) for row in rows)
    announced = [row.get("announced") for row in rows]
    of = "" if None in announced or not rows else f" of {sum(int(n or 0) for n in announced):,}"
    pages = {page.url: page for page in harvest.visits if page.outcome == "page"}
    same = sum(page.status == 304 for page in pages.values())
    carried = sum(page.carried_over for page in pages.values())
    aside = [f"{same:,} unchanged"] if same else []
    aside += [f"{carried:,} from the interrupted run"] if carried else []
    inside = f" ({', '.join(aside)})" if aside else ""
    return (
        f"{found:,}{of} {_noun('comment', found)} in {len(rows):,} {_noun('thread', len(rows))}, "
        f"{len(pages):,} {_noun('page', len(pages))}{inside}"
    )


def _noun(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"


def shortcomings(root: Path, remote: list[Source]) -> list[str]:
    """What is not known to be whole: a note for each thread that misses comments, one a source for those that announce no
    number."""
    notes = []
    for source in remote:
        rows = [row for row in (snapshot(root, source) or {}).get("threads", []) if not row.get("withdrawn")]
        notes += [
            f"{source.id}: {row['url']}: {row['why']}" for row in rows if row.get("why") and row["complete"] is False
        ]
        open_ended = [row for row in rows if row.get("why") and row["complete"] is None]
        if len(open_ended) == 1:
            notes.append(f"{source.id}: {open_ended[0]['url']}: {open_ended[0]['why']}")
        elif open_ended:
            notes.append(f"{source.id}: {len(open_ended):,} threads do not announce how many comments they have")
    return notes


def attempts(root: Path, skipped: list[Source]) -> list[str]:
    """A note for each source whose last visit came to nothing, and that is not asked again for this edition."""
    found = [(source.id, snapshot(root, source) or {}) for source in skipped]
    return [
        f"{name}: its visit of {told['attempt']['at'][:10]} {told['attempt']['ending']}: {told['attempt']['reason']}; the snapshot "
        f"of {told['when']} is kept, and it is asked again when the edition date moves"
        for name, told in found
        if told.get("attempt")
    ]


def strays(root: Path, sources: list[Source]) -> list[str]:
    """Files of the archive whose source is no longer listed: told, not deleted."""
    known = {source.id for source in sources}
    files = [path.name for pattern in ("*.warc.gz", "*.json") for path in (root / ARCHIVE).glob(pattern)]
    lost = sorted(name for name in files if name.split(".")[0] not in known)
    if not lost:
        return []
    more = f" and {len(lost) - _NAMED:,} more" if len(lost) > _NAMED else ""
    return [
        f"of no source in data/raw/sources.yaml, and may be deleted, in {ARCHIVE}: {', '.join(lost[:_NAMED])}{more}"
    ]


@dataclass
class Local:
    """What came of the sources that are files, or of what lies here of others."""

    notes: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)  # those of which that is news
    broken: dict[str, str] = field(default_factory=dict)  # those that cannot be read, and why


def close(
    root: Path, due: list[Source], harvests: list[Harvest], summary: Summary, local: Local | None = None
) -> Summary:
    """The summary, or the error with which the run ends, which carries it."""
    local = local or Local()
    half = [h.source_id for h in harvests if h.ending == "incomplete"]
    lost = [h.source_id for source, h in zip(due, harvests, strict=True) if dropped(root, source, h) == "failed"]
    old = [h.source_id for h in harvests if h.ending == "failed" and h.source_id not in lost]
    if not (half or lost or old or local.damaged or local.broken):
        return summary
    total = len(due)
    told = [why.removesuffix(".") for why in local.broken.values()]
    if lost:
        told.append(
            f"{len(lost):,} of {total:,} {_noun('source', total)} could not be collected ({', '.join(lost)}): correct or remove "
            f"{'it' if len(lost) == 1 else 'them'} (`standpunt remove ID`)"
        )
    if old:
        of = "" if lost else f" of {total:,} {_noun('source', total)}"
        it, snapshots = ("its", "snapshot is") if len(old) == 1 else ("their", "snapshots are")
        told.append(
            f"{len(old):,}{of} could not be collected again ({', '.join(old)}), and {it} earlier {snapshots} kept: run it again "
            "to go on with that, or correct the address"
        )
    if half:
        of = "" if lost or old else f" of {total:,} {_noun('source', total)}"
        told.append(
            f"{len(half):,}{of} {'is' if len(half) == 1 else 'are'} incomplete ({', '.join(half)}): run it again"
        )
    if local.damaged:
        one = len(local.damaged) == 1
        told.append(
            f"{'a file is' if one else 'files are'} damaged ({', '.join(local.damaged)}): what can be read of "
            f"{'it' if one else 'them'} is taken in; put {'a whole copy in its' if one else 'whole copies in their'} place, or run it again to go on with that"
        )
    error = UsageError if local.broken else StandpuntError if lost or old else IncompleteError
    raise error("; ".join(told) + ".", summary)
