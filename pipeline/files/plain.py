"""Opening a stranger's file: plain, not a link, not a FIFO or a device, not empty, not too large."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import UsageError

#: crawls are read as a stream, and may be large; whatever else is read at once
MAX_CRAWL_BYTES = 50_000_000_000
MAX_BYTES = 500_000_000
#: of these alone, nothing has been saved
_BLANK = b" \t\r\n\0\xef\xbb\xbf"
_STEP = 1 << 20


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file of an analyst, to be read. UsageError: not there, no plain file, empty, not readable, over 50 GB.

    What is opened is what was looked at: a link that takes the file's place in between is not followed, a FIFO not waited for.
    """
    refuse_what_is_no_file(path)
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}). Change its permissions, or copy it.") from error
    with os.fdopen(number, "rb") as file:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            raise UsageError(f"{path} is not a plain file. Save what it holds in one, and add that.")
        if found.st_size > MAX_CRAWL_BYTES:
            raise UsageError(f"{path} is over {MAX_CRAWL_BYTES:,} bytes. Split it.")
        if is_blank(file):
            raise UsageError(f"{path} is empty. Save the thread into it first.")
        yield file


def address_meant(what: str) -> str | None:
    """The address that somebody who gave no file seems to have meant; None where it looks like none."""
    scheme = re.match(r"(https?):/+(.*)", what, re.IGNORECASE | re.DOTALL)  # a path has lost one of its slashes
    if scheme:
        return f"{scheme[1].lower()}://{scheme[2]}"
    bare = re.match(r"www\.[a-z0-9-]+\.|(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?/", what, re.IGNORECASE)
    return f"https://{what}" if bare and not Path(what.split("/")[0]).exists() else None


def refuse_what_is_no_file(path: Path) -> None:
    """UsageError for a link, a FIFO, a device, or nothing at all."""
    if path.is_symlink() and not path.exists():
        raise UsageError(f"{path} is a link that leads to nothing, or back to itself. Give the file that is meant.")
    if path.is_symlink():
        raise UsageError(
            f"{path} is a link, not a plain file. Give the file that it leads to: {os.path.realpath(path)}."
        )
    if not path.exists():
        raise UsageError(f"{path} is not there. Give an address, a file or a folder of saved pages.")
    if not path.is_file():
        raise UsageError(f"{path} is not a plain file. Save what it holds in one, and add that.")


def is_blank(file: BinaryIO) -> bool:
    """Whether nothing but white space is in a file. It is left at its beginning."""
    file.seek(0)
    blank = all(not chunk.strip(_BLANK) for chunk in iter(lambda: file.read(_STEP), b""))
    file.seek(0)
    return blank


def whole(file: BinaryIO, name: str) -> bytes:
    """All of a file that is read at once. UsageError: over 500 MB."""
    size = file.seek(0, os.SEEK_END)
    if size > MAX_BYTES:
        raise UsageError(f"{name} is {size:,} bytes; {MAX_BYTES:,} is the limit for all but WARC and WACZ. Split it.")
    file.seek(0)
    return file.read()


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """A file from its beginning, in parts of a megabyte."""
    file.seek(0)
    yield from iter(lambda: file.read(_STEP), b"")


def digest(file: BinaryIO) -> str:
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    for chunk in chunks(file):
        found.update(chunk)
    return found.hexdigest()
