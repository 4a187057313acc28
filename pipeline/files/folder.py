"""A folder of saved pages: which of its files are pages, and which are left out, and why.

A page is told by its content. What a browser saves beside a page ("Save as complete": `draad_files/`) belongs to it and says
nothing of its own. Nothing is followed out of the folder.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pipeline.errors import UsageError
from pipeline.files import kinds, plain

MAX_FILES = 100_000
MAX_DEPTH = 50
MAX_PAGE = 100_000_000
#: files that are named where they are counted
NAMED = 3
#: what browsers call the folder beside a page, in their languages
_PARTS = (
    "_files", "-files", ".files", "_bestanden", "-bestanden", "_dateien", "-dateien", "_fichiers", "_archivos", "_elemei",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What a folder holds."""

    pages: list[tuple[str, Path]]  # (address, file), in the order of the addresses: file:///sub/draad%201.html
    skipped: Counter[str] = field(default_factory=Counter)  # reason -> number of files
    named: dict[str, list[str]] = field(
        default_factory=dict
    )  # reason -> the first of their names, where they are no pages

    def told(self) -> list[str]:
        """What was left out, for the analyst."""
        return [
            f"skipped, {counted(reason, n, self.named.get(reason, []))}" for reason, n in sorted(self.skipped.items())
        ]


def counted(what: str, number: int, names: list[str]) -> str:
    """A number of files with the first of their names."""
    more = ", ..." if len(names) > NAMED or (names and number > len(names)) else ""
    return f"{what}: {number:,}" + (f" ({', '.join(names[:NAMED])}{more})" if names else "")


def survey(folder: Path) -> Found:
    """The pages of a folder and its sub-folders.

    UsageError: no page in it, a FIFO or device, a link that leads out of it, over 100,000 files or 50 folders deep.
    """
    skipped = Counter[str]()
    named: dict[str, list[str]] = {}
    pages: list[tuple[str, Path]] = []
    try:
        for path in _files(folder, folder, skipped, 0):
            if (reason := _no_page(path)) is None:
                pages.append((_address(folder, path), path))
            else:
                skipped[reason] += 1
                if skipped[reason] <= NAMED:
                    named.setdefault(reason, []).append(path.relative_to(folder).as_posix())
            if len(pages) + skipped.total() > MAX_FILES:
                raise UsageError(f"{folder}: over {MAX_FILES:,} files. Add its sub-folders one by one.")
    except OSError as error:
        raise UsageError(
            f"{error.filename or folder} cannot be read ({error.strerror}). Change its permissions."
        ) from error
    found = Found(sorted(pages), skipped, named)
    if not pages:
        why = "; ".join(found.told()) or "it is empty"
        raise UsageError(f"{folder}: no saved page in this folder ({why}). Other files are added one by one.")
    return found


def digest(pages: Iterable[tuple[str, str]]) -> str:
    """One digest of (address, SHA-256) of all pages: the same for the same pages, whenever and wherever they are added."""
    lines = sorted(f"{content}  {address}\n" for address, content in pages)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def content_type(content: bytes, name: str) -> str:
    """The media type of a page of the folder."""
    return "multipart/related" if kinds.tell(io.BytesIO(content), name) == "mhtml" else "text/html"


def _address(folder: Path, path: Path) -> str:
    return "file:///" + "/".join(quote(os.fsencode(part)) for part in path.relative_to(folder).parts)


def _files(root: Path, folder: Path, skipped: Counter[str], depth: int) -> Iterator[Path]:
    """Plain files, in the order of their names."""
    if depth > MAX_DEPTH:
        raise UsageError(f"{folder}: over {MAX_DEPTH} folders deep. Add the inner folder itself.")
    for entry in sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name)):
        path = Path(entry.path)
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            _refuse_link_out(root, path)
            skipped["links within the folder"] += 1
        elif entry.name.startswith("."):
            skipped["hidden"] += 1
        elif stat.S_ISDIR(mode) and entry.name.lower().endswith(_PARTS):
            skipped["parts of pages saved complete"] += sum(len(files) for _, _, files in os.walk(path))
        elif stat.S_ISDIR(mode):
            yield from _files(root, path, skipped, depth + 1)
        elif stat.S_ISREG(mode):
            yield path
        else:
            raise UsageError(f"{path} is not a plain file (a FIFO, socket or device). Take it out of the folder.")


def _refuse_link_out(root: Path, path: Path) -> None:
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(os.path.realpath(root)):
        raise UsageError(
            f"{path} is a link that leads out of the folder, to {target}. Copy what it leads to, or remove it."
        )


def _no_page(path: Path) -> str | None:
    """Why a file is no page; None for a page. UsageError: it cannot be read."""
    if path.stat().st_size > MAX_PAGE:
        return f"over {MAX_PAGE:,} bytes"
    with path.open("rb") as file:
        if plain.is_blank(file):
            return "empty"
    with plain.opened(path) as file:
        try:
            return None if kinds.tell(file, path.name) in ("page", "mhtml") else "no saved page"
        except UsageError:
            return "no saved page"
