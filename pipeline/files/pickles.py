"""Telling a Python pickle, which runs what it says when it is loaded, from text. It is looked at and never loaded."""

from __future__ import annotations

import pickletools
import re
from typing import BinaryIO

#: operations in order that no text has by chance, if the first thing is put into the pickle's memory among them
_ENOUGH = 4
_REMEMBERS = re.compile(r"PUT +0$")


class _Watched:
    """Where pickletools writes its listing: a line an operation."""

    def __init__(self) -> None:
        self.operations, self.remembers = 0, False

    def write(self, text: str) -> None:
        """A part of the listing. StopIteration: it is enough."""
        self.operations += text == "\n"
        self.remembers = self.remembers or _REMEMBERS.search(text) is not None
        if self.operations >= _ENOUGH and self.remembers:
            raise StopIteration


def is_pickle(file: BinaryIO) -> bool:
    """Whether a file begins with a pickle of any protocol. The first two are printable, and begin like words.

    What is read: operations that fit the stack, up to a few of them, or to the end of the pickle, which ends the file.
    """
    file.seek(0)
    begin = file.read(2)
    if begin[:1] == b"\x80":
        return begin[1:] in (b"\2", b"\3", b"\4", b"\5")
    file.seek(0)
    try:
        pickletools.dis(file, out=_Watched())  # type: ignore[arg-type]
    except StopIteration:
        return True
    except (ValueError, IndexError, OverflowError, MemoryError):
        return False
    return not file.read(1_000).strip()
