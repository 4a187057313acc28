"""Gzip from strangers: unpacked step by step, under a cap and a ratio, and never half.

Deflate packs at most 1,032 bytes into one, and only what repeats itself for ever; pages and mail come to 50 at the utmost.
"""

from __future__ import annotations

import os
import zlib
from typing import BinaryIO

MAGIC = b"\x1f\x8b\x08"
MAX_RATIO = 200
#: less than this is no bomb, however well it was packed
HARMLESS = 50_000_000
_BLOCK = 1 << 14
_PART = 1 << 20


class DamagedError(Exception):
    """Bytes that are not whole, or unpack to too much. The message says what is wrong."""


class Member:
    """One gzip member of a file, from its first byte on. Its checksum is checked when its end is reached."""

    def __init__(self, file: BinaryIO, at: int) -> None:
        self._file, self._at, self._position = file, at, at
        self._stream = zlib.decompressobj(31)
        self._size = 0

    def more(self) -> bytes:
        """The next unpacked bytes, a megabyte at most; none at its end. DamagedError: cut, flipped, or a bomb."""
        while not self._stream.eof:
            block = self._stream.unconsumed_tail
            if not block:
                self._file.seek(self._position)
                block = self._file.read(_BLOCK)
                self._position += len(block)
            if not block:
                raise DamagedError("cut off")
            try:
                part = self._stream.decompress(block, _PART)
            except zlib.error as error:
                raise DamagedError(str(error)) from error
            self._size += len(part)
            self._refuse_bomb()
            if part:
                return part
        return b""

    def _refuse_bomb(self) -> None:
        packed = self._position - self._at
        if self._size > HARMLESS and self._size > MAX_RATIO * packed:
            raise DamagedError(f"{packed:,} bytes unpack to over {self._size:,}: a zip bomb")

    @property
    def end(self) -> int:
        """Where the next member begins, once this one has been read to its end."""
        return self._position - len(self._stream.unused_data)


def head(file: BinaryIO, n: int = 1 << 16) -> bytes:
    """The first `n` unpacked bytes, or fewer. DamagedError: not even these can be read."""
    member, found = Member(file, 0), b""
    while len(found) < n and (part := member.more()):
        found += part
    return found[:n]


def unpack(file: BinaryIO, cap: int) -> bytes:
    """All members of a file together. DamagedError: cut, damaged, or over `cap` bytes unpacked."""
    parts, size, at = [], 0, 0
    total = file.seek(0, os.SEEK_END)
    while at < total:
        member = Member(file, at)
        while part := member.more():
            parts.append(part)
            size += len(part)
            if size > cap:
                raise DamagedError(f"over {cap:,} bytes unpacked")
        at = member.end
    return b"".join(parts)


def find(file: BinaryIO, at: int) -> int | None:
    """Where, from `at` on, the next bytes stand that look like the beginning of a member."""
    before = b""
    while True:
        file.seek(at)
        block = file.read(_PART)
        if not block:
            return None
        joined = before + block
        if (found := joined.find(MAGIC)) >= 0:
            return at - len(before) + found
        before, at = joined[-len(MAGIC) + 1 :], at + len(block)
