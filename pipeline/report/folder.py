"""Putting a whole site in the place of the old one.

The site is written into a temporary folder beside its place and only then swapped in: whatever goes wrong before, the
last good report stays as it was.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _swap(new: Path, target: Path) -> None:
    """Put `new` where `target` is; the old folder goes only when the new one is in place."""
    if not target.exists():
        new.rename(target)
        return
    old = new.with_name(f"{new.name}.old")
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old)


def _mend(target: Path) -> None:
    """Clear away what an interrupted run left; bring the old site back where it was cut between the two renames."""
    for left in sorted(target.parent.glob(f".{target.name}.*.old")):
        if target.exists():
            shutil.rmtree(left)
        else:
            left.rename(target)
    for left in sorted(target.parent.glob(f".{target.name}.*.tmp")):
        shutil.rmtree(left)


def write_site(target: Path, files: Iterable[tuple[str, bytes]]) -> tuple[int, int]:
    """Write `files` (path from the root of the site, content) as the whole of `target`; returns (files, bytes)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _mend(target)
    new = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp"))
    count = size = 0
    try:
        for path, content in files:
            _write(new / path, content)
            count, size = count + 1, size + len(content)
        new.chmod(0o755)
        _swap(new, target)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return count, size
