"""What lies on disk of each source: its archive with a manifest, and the visit that is being made.

`<source>.warc.gz` holds all visits, one behind the other, and `<source>.json` tells of it. A visit grows in
`<source>.partial.warc.gz`, and is put behind the archive in one step when it is over. The manifest is what counts: bytes of
the archive beyond those it tells of are of a run that was killed between the two, and are written anew by the next one.
"""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.errors import StandpuntError, UsageError
from pipeline.scrape import archive
from pipeline.scrape.records import from_iso, oldest
from pipeline.settings import Params, Source

ARCHIVE = Path("data/raw/archive")
#: what a manifest holds without fail
_MANIFEST = {
    "location": str,
    "when": str | None,
    "complete": bool,
    "threads": list,
    "pages": list,
    "archive": dict,
}
#: what it may hold beside
_MORE = {"visit": int, "max_page_bytes": int, "visits": list, "tdm": dict | None, "attempt": dict | None}
#: a visit after which a source is not asked again for the same edition
OVER = ("complete", "partial")


def paths(root: Path, source_id: str, partial: bool = False) -> tuple[Path, Path]:
    """(WARC, manifest) of a source, or those of its unfinished visit."""
    name = f"{source_id}.partial" if partial else source_id
    return root / ARCHIVE / f"{name}.warc.gz", root / ARCHIVE / f"{name}.json"


class ChangedError(UsageError):
    """An archive or a manifest that is not as it was written: damaged, or changed by hand."""


def snapshot(root: Path, source: Source) -> dict[str, Any] | None:
    """The manifest of a source's archive, if both are there and it is of this address. ChangedError: it is not to be read."""
    warc, manifest = paths(root, source.id)
    if not (warc.is_file() and manifest.is_file()):
        return None
    found = _read(manifest, _MANIFEST)
    return found if found["location"] == source.location else None


def unfinished(root: Path, source: Source) -> dict[str, Any]:
    """What the manifest of a source's unfinished visit tells; {} where there is none. ChangedError: it is not to be read."""
    manifest = paths(root, source.id, partial=True)[1]
    return _read(manifest, {}) if manifest.is_file() else {}


def _read(manifest: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """A manifest with what is needed of it."""
    try:
        found: dict[str, Any] = store.read_json(manifest)
        problem = "" if _is_sound(found, wanted) else "something of it is missing"
    except (StandpuntError, AttributeError, KeyError, TypeError, ValueError) as error:
        problem = f"{type(error).__name__}: {error}"
    if problem:
        raise ChangedError(
            f"{manifest} is not as it was written ({problem}). Restore it from a copy, or move it away, with the archive beside "
            "it, to collect the source anew."
        )
    return found


def _is_sound(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a manifest holds what is needed of it; AttributeError, KeyError, TypeError, ValueError: it does not."""
    threads = found.get("threads", [])
    kinds = wanted | {name: kind for name, kind in _MORE.items() if name in found}
    times = [found["when"]] if found.get("when") is not None else []
    times += [attempt["at"]] if (attempt := found.get("attempt")) else []
    kept = found["archive"] if "archive" in wanted else {"bytes": 0, "sha256": ""}
    return (
        all(isinstance(found[name], kind) for name, kind in kinds.items())
        and all(row["url"] for row in [*threads, *found.get("pages", [])])
        and all(isinstance(row["thread"], str) for row in threads)
        and all(map(from_iso, times))
        and (isinstance(kept["bytes"], int) and isinstance(kept["sha256"], str))
    )


def set_aside(root: Path, source: Source) -> str | None:
    """Give an archive under a source's id that no manifest says is of its address a name of its own, so that the next visit does
    not take its place; that name, or None where there is none."""
    warc, manifest = paths(root, source.id)
    if not warc.is_file() or snapshot(root, source) is not None or _is_begun(warc, manifest, root, source):
        return None
    until = str(store.read_json(manifest).get("when") or "unknown")[:10] if manifest.is_file() else "unknown"
    numbers = (f"-{number}" if number > 1 else "" for number in itertools.count(1))
    name = next(n for x in numbers if not paths(root, n := f"{source.id}.until-{until}{x}")[0].exists())
    aside = paths(root, name)
    warc.rename(
        aside[0]
    )  # first: a manifest alone is missed less than an archive alone, which the next run would write over
    if manifest.is_file():
        manifest.rename(aside[1])
    return aside[0].name


def _is_begun(warc: Path, manifest: Path, root: Path, source: Source) -> bool:
    """Whether an archive without manifest is that of the first visit, which was killed between the two."""
    working, size = paths(root, source.id, partial=True)[0], warc.stat().st_size
    if manifest.is_file() or not working.is_file() or working.stat().st_size < size:
        return False
    return archive.digest_of(warc) == archive.digest_of(working, size)


def lost(root: Path, source: Source) -> str | None:
    """What is told where a manifest is there without its archive; None where that is not so."""
    warc, manifest = paths(root, source.id)
    if warc.is_file() or not manifest.is_file():
        return None
    return f"{warc.name} was not there any more: what earlier visits saw is lost, unless you have a copy of it"


def visit_number(earlier: dict[str, Any] | None) -> int:
    """The number of the visit behind the one that a manifest is of; 1 where there is none."""
    return int(earlier.get("visit", 1)) + 1 if earlier else 1


def why_due(root: Path, source: Source, params: Params) -> str | None:
    """Why a source is asked (again); None where it has a snapshot of the edition date or later, or was asked in vain since."""
    found = snapshot(root, source)
    if found is None:
        other = paths(root, source.id)[1].is_file()
        return "its archive is of another address" if other else "it was never collected whole"
    if not is_over(source, found):
        return f"its last visit ended {_ending(found)}"
    when = from_iso(found["when"]).date()
    if when < params.edition and not _tried(source, found, params.edition):
        return f"its last visit was on {when}, before the edition date {params.edition}"
    cap = params.scrape.max_page_bytes
    if cap > found.get("max_page_bytes", cap) and any(page["outcome"] == "too large" for page in found["pages"]):
        return "scrape.max_page_bytes was raised, and a page of it was too large"
    return None


def _tried(source: Source, manifest: dict[str, Any], edition: dt.date) -> bool:
    """Whether a visit for this edition came to nothing, and nothing has changed that would make another one worth it."""
    attempt = manifest.get("attempt")
    return bool(attempt and from_iso(attempt["at"]).date() >= edition and attempt["override"] == source.tdm_override)


def is_over(source: Source, manifest: dict[str, Any]) -> bool:
    """Whether nothing is to be expected of asking again for the same edition. What a site refuses in part it would refuse
    again, unless the analyst has given another reason to go on since."""
    reason = (manifest.get("tdm") or {}).get("override")
    in_part = _ending(manifest) == "refused" and bool(manifest.get("threads")) and reason == source.tdm_override
    return _ending(manifest) in OVER or in_part


def _ending(manifest: dict[str, Any]) -> str:
    return str(manifest.get("ending", "complete" if manifest["complete"] else "incomplete"))


def kept_bytes(root: Path, source: Source) -> int:
    """Bytes of the archive behind which a visit is put; 0 where there is none of this address.

    ChangedError: the archive is not what its manifest says.
    """
    found = snapshot(root, source)
    if found is None:
        return 0
    warc, size = paths(root, source.id)[0], int(found["archive"]["bytes"])
    if warc.stat().st_size < size or archive.digest_of(warc, size) != found["archive"]["sha256"]:
        raise ChangedError(
            f"{warc} is not what {warc.with_name(f'{source.id}.json').name} says of it: damaged, or changed by hand. Restore "
            "it from a copy, or move both away to collect the source anew."
        )
    return size


def base(root: Path, source: Source) -> str | None:
    """What an unfinished visit builds on: the digest of the archive; None where there is none."""
    found = snapshot(root, source)
    return found["archive"]["sha256"] if found is not None else None


def mark(root: Path, source: Source) -> None:
    """Write down, before the first request, what a visit is of and what it builds on."""
    marked = {"location": source.location, "source": source.id, "base": base(root, source)}
    warc, manifest = paths(root, source.id, partial=True)
    if not (warc.is_file() and manifest.is_file()):
        store.write_json(manifest, marked)


def forget_stale(root: Path, source: Source, edition: dt.date) -> None:
    """Take away an unfinished visit that cannot be gone on with: of another address, older than the edition, or built on an
    archive that is another by now."""
    if not can_go_on(root, source, edition):
        for path in paths(root, source.id, partial=True):
            path.unlink(missing_ok=True)


def can_go_on(root: Path, source: Source, edition: dt.date) -> bool:
    """Whether there is an unfinished visit of this address and edition, built on the archive as it is."""
    warc, manifest = paths(root, source.id, partial=True)
    if not (warc.is_file() and manifest.is_file()):
        return False
    told, began = unfinished(root, source), oldest(warc)
    same = (told.get("location"), told.get("base")) == (source.location, base(root, source))
    return same and began is not None and began.date() >= edition


def summary(manifest: dict[str, Any]) -> dict[str, Any]:
    """What later manifests tell of a visit."""
    return {
        "visit": manifest.get("visit", 1),
        "when": manifest["when"],
        "until": manifest.get("until"),
        "ending": manifest.get("ending"),
        "complete": manifest["complete"],
        "requests": len(manifest.get("pages", [])),
        "archive_bytes": (manifest["archive"] or {}).get("bytes"),
    }
