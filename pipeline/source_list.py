"""The list of sources, data/raw/sources.yaml, and the files beside it in data/raw/imports/: entering one more.

The list is people's: their comments, their order and their quotation marks stay as they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline import store
from pipeline.errors import UsageError
from pipeline.files import plain
from pipeline.settings import Source, Sources, load_sources
from pipeline.strict_yaml import load_yaml, parse

SOURCES = Path("data/raw/sources.yaml")
IMPORTS = Path("data/raw/imports")


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


def _append(path: Path, entry: dict[str, Any]) -> None:
    """Add an entry at the end of the list, leaving every comment and the order as they are."""
    yaml = YAML(typ="rt")
    yaml.width = 4096
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
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
