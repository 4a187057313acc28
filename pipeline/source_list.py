"""The list of sources, data/raw/sources.yaml, and the files beside it in data/raw/imports/: entering one more, and taking one off.

The list is people's: their comments, their order and their quotation marks stay as they are.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline import store
from pipeline.errors import UsageError
from pipeline.files import plain
from pipeline.settings import Source, Sources, load_sources
from pipeline.strict_yaml import load_yaml, parse

SOURCES = Path("data/raw/sources.yaml")
IMPORTS = Path("data/raw/imports")
CORRECTIONS = Path("data/raw/corrections")
ARCHIVE = Path("data/raw/archive")


@dataclass(frozen=True)
class Copy:
    """A file to be kept under data/raw/imports/."""

    parts: Callable[[], Iterator[bytes]]
    suffix: str
    digest: str | None  # SHA-256 that the parts must have; None: made here


def safe_id(name: str) -> str:
    """A source id from a file's or page's name: small ASCII letters, digits and hyphens, 48 at most."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or "source"


def enter(root: Path, entry: dict[str, Any], source_id: str | None, name: str, copy: Copy | None = None) -> Source:
    """Append a source under the project's lock, with an id made from `name` where none is given; copy its file first.

    UsageError: the id is taken or no id, or the file cannot be copied.
    """
    with store.lock(root):
        taken = {source.id for source in load_sources(root)}
        chosen = source_id or _free(safe_id(name), taken)
        if chosen in taken:
            raise UsageError(f"source id {chosen!r} is taken in {root / SOURCES}. Choose another with --id.")
        location = entry.get("location") or f"{chosen}{copy.suffix if copy else ''}"
        fields = {"id": chosen, "added": now(), **entry, "location": location}
        ordered = {n: fields[n] for n in Source.model_fields if fields.get(n) is not None}
        (source,) = parse(Sources, {"sources": [ordered]}, root / SOURCES).sources  # before anything is written
        if copy:
            _copy(root / IMPORTS / location, copy)
        _append(root / SOURCES, ordered)
    return source


def _copy(target: Path, copy: Copy) -> None:
    """Write an import. UsageError: another file has its name, or the file changed while it was read."""
    if target.exists():
        with plain.opened(target) as there:
            if plain.digest(there) != copy.digest:
                raise UsageError(f"{target} is there already, with other content. Choose another name with --id.")
    found = hashlib.sha256()

    def parts() -> Iterator[bytes]:
        for part in copy.parts():
            found.update(part)
            yield part
        if copy.digest not in (None, found.hexdigest()):
            raise UsageError("the file changed while it was copied. Wait until it is whole, and add it again.")

    store.write_chunks(target, parts())


def now() -> dt.datetime:
    """The moment of entering, to the second, UTC."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _free(name: str, taken: set[str]) -> str:
    """`name`, or `name-2`, `name-3` ... where it is taken."""
    return next(n for n in (name, *(f"{name}-{i}" for i in range(2, len(taken) + 3))) if n not in taken)


# --- taking a source off ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Removed:
    """A source that was taken off the list. Files are told relative to the project."""

    source_id: str
    left: list[str]  # files of it that are still there
    deleted: list[str]
    shared: list[str]  # of `left`, those that another source reads as well


def remove(root: Path, source_id: str, files: bool = False) -> Removed:
    """Take a source off the list, and with `files` delete what is kept of it. UsageError: there is no such source."""
    with store.lock(root):
        sources = load_sources(root)
        source = next((source for source in sources if source.id == source_id), None)
        if source is None:
            ids = [source.id for source in sources]
            near = difflib.get_close_matches(source_id, ids, n=1, cutoff=0.4)
            known = f"Did you mean {near[0]!r}?" if near else f"It lists {', '.join(ids[:20]) or 'none'}."
            raise UsageError(f"there is no source {source_id!r} in {SOURCES}. {known}")
        _take_off(root / SOURCES, source_id)
        there = [path for path in _files(source) if (root / path).is_file()]
        shared = [
            path
            for path in there
            if any(path == IMPORTS / s.location for s in sources if s.kind != "url" and s.id != source_id)
        ]
        deleted = [path for path in there if files and path not in shared]
        for path in deleted:
            (root / path).unlink()
    return Removed(
        source_id, [str(p) for p in there if p not in deleted], list(map(str, deleted)), list(map(str, shared))
    )


def _files(source: Source) -> list[Path]:
    """What is kept of a source: its import, its corrections, its archive, and that of an unfinished visit."""
    kept = [] if source.kind == "url" else [IMPORTS / source.location]
    archived = [
        ARCHIVE / f"{source.id}{ending}" for ending in (".warc.gz", ".json", ".partial.warc.gz", ".partial.json")
    ]
    return [*kept, CORRECTIONS / f"{source.id}.txt", *archived]


def _take_off(path: Path, source_id: str) -> None:
    """Cut an entry out of the list by its lines, so that all others stay as people wrote them; where that comes to another
    list (entries that share a line), it is written anew."""
    before = load_yaml(path)
    text = path.read_text("utf-8-sig")
    number = next(n for n, entry in enumerate(before["sources"]) if entry.get("id") == source_id)
    after = before | {"sources": [entry for n, entry in enumerate(before["sources"]) if n != number]}
    cut = _cut(text, number)
    try:
        same = YAML(typ="safe", pure=True).load(cut) == after
    except YAMLError:
        same = False
    if not same:
        yaml = _round_trip()
        data = yaml.load(text)
        del data["sources"][number]
        out = io.StringIO()
        yaml.dump(data, out)
        cut = out.getvalue()
    store.write_bytes(path, cut.encode("utf-8"))


def _cut(text: str, number: int) -> str:
    """The text of a list without the lines of one entry, from its hyphen to its last value. Of the only entry, `[]` is left."""
    top = YAML(typ="safe", pure=True).compose(text)
    key, entries = next((key, value) for key, value in top.value if key.value == "sources")
    entry = entries.value[number]
    end = entry.value[-1][1].end_mark
    lines = text.splitlines(keepends=True)
    del lines[entry.start_mark.line : end.line + (end.column > 0)]
    if len(entries.value) == 1:
        lines[key.start_mark.line] = re.sub(r"(sources[\"']?\s*:)", r"\1 []", lines[key.start_mark.line], count=1)
    return "".join(lines)


def _round_trip() -> YAML:
    """What reads and writes YAML with its comments."""
    yaml = YAML(typ="rt")
    yaml.width = 4096
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _append(path: Path, entry: dict[str, Any]) -> None:
    """Add an entry at the end of the list, leaving every comment and the order as they are."""
    yaml = _round_trip()
    plain = {
        key: value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, dt.datetime) else value
        for key, value in entry.items()
    }
    if path.exists():
        load_yaml(path)  # size, aliases, repeated keys: refused before the round trip
    text = path.read_text("utf-8-sig") if path.exists() else "sources: []\n"
    data = yaml.load(text)
    if not data.get("sources"):
        data["sources"] = []
    if hasattr(data["sources"], "fa"):
        data["sources"].fa.set_block_style()
    data["sources"].append(plain)
    out = io.StringIO()
    yaml.dump(data, out)
    store.write_bytes(path, out.getvalue().encode("utf-8"))
