"""Records of a WARC, each checked to be whole before anybody reads it.

An archive is a row of gzip members, one a record. They are unpacked one by one here, because a reader that goes through the
file as a stream stops at the first damaged byte (or hands on half a record as if it were whole): here what is damaged is
named and left out, and what follows is found again. WARC 1.1: https://iipc.github.io/warc-specifications/.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from pipeline.errors import StandpuntError

MAX_RECORD = 200_000_000  # bytes unpacked
GZIP = b"\x1f\x8b\x08"
_BLOCK = 1 << 16


class DamagedError(Exception):
    """A record that is not whole. The message says what is wrong with it."""


@dataclass(frozen=True)
class Capture:
    """A body as it was seen."""

    url: str
    seen_at: dt.datetime | None  # UTC
    status: int  # 200 for a local file
    content_type: str
    body: bytes


def captures(path: Path) -> tuple[list[Capture], list[str]]:
    """Whole bodies (responses and resources, robots.txt apart) in the order of the archive, and what was damaged.

    StandpuntError: the archive is not there, or is none.
    """
    if not path.is_file():
        raise StandpuntError(f"{path} is not there. Run `standpunt scrape`, which makes it.")
    data = path.read_bytes()
    if not data:
        raise StandpuntError(f"{path} is empty. Delete it and run `standpunt scrape`.")
    if not data.startswith((GZIP, b"WARC/")):
        raise StandpuntError(f"{path} is no WARC (gzip or plain). Delete it and run `standpunt scrape`.")
    found: list[Capture] = []
    damage: list[str] = []
    for offset, member in _members(data, damage):
        _read_member(member, offset, found, damage)
    return found, damage


def _members(data: bytes, damage: list[str]) -> Iterator[tuple[int, bytes]]:
    """(offset, unpacked bytes) of every whole gzip member; a file that is not packed is one."""
    if not data.startswith(GZIP):
        yield 0, data
        return
    at, lost = 0, False
    while 0 <= at < len(data):
        try:
            unpacked, length = _unpack(data, at)
        except DamagedError as error:
            if not lost:  # what looks like a beginning within a damaged record is no second one
                damage.append(f"archive damaged at byte {at}: {error}; that record is left out")
            lost, at = True, data.find(GZIP, at + 1)
            continue
        lost = False
        yield at, unpacked
        at += length


def _unpack(data: bytes, at: int) -> tuple[bytes, int]:
    """The member that begins at `at`, and its packed length."""
    stream = zlib.decompressobj(31)
    parts, size, position = [], 0, at
    try:
        while not stream.eof:
            block = stream.unconsumed_tail or data[position : position + _BLOCK]
            if not stream.unconsumed_tail:
                position += len(block)
            if not block:
                raise DamagedError("cut off")
            part = stream.decompress(block, _BLOCK * 16)
            size += len(part)
            if size > MAX_RECORD:
                raise DamagedError(f"unpacks to over {MAX_RECORD:,} bytes")
            parts.append(part)
    except zlib.error as error:
        raise DamagedError(str(error)) from error
    return b"".join(parts), position - len(stream.unused_data) - at


def _read_member(member: bytes, offset: int, found: list[Capture], damage: list[str]) -> None:
    """The records of a member: one, as a rule; all, where the file was packed as a whole or not at all."""
    reader = io.BytesIO(member)
    loader = ArcWarcRecordLoader()
    while (line := _next_line(reader)) is not None:
        where = f"record at byte {offset}"
        try:
            record = loader.parse_record_stream(reader, line, known_format="warc", check_digests=True)
            where = f"record of {record.rec_headers.get_header('WARC-Target-URI') or 'no address'}"
            capture = _capture(record)
        except DamagedError as error:
            damage.append(f"{where} left out: {error}")
        except (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, EOFError) as error:
            damage.append(f"{where} cannot be read ({str(error).strip()[:200]}); what follows in it is left out")
            return
        else:
            found.extend([capture] if capture is not None else [])


def _next_line(reader: io.BytesIO) -> str | None:
    """The line with which the next record begins."""
    while line := reader.readline():
        if line.strip():
            return line.decode("utf-8", "replace")
    return None


def _capture(record: Any) -> Capture | None:
    """A record as a capture; None for those that hold no answer. DamagedError: it is not whole."""
    headers = record.rec_headers
    raw = _whole(record)
    url = (headers.get_header("WARC-Target-URI") or "").strip("<>")
    if record.rec_type not in ("response", "resource") or url.partition("?")[0].endswith("/robots.txt"):
        return None
    when = headers.get_header("WARC-Date")
    seen_at = dt.datetime.fromisoformat(when.replace("Z", "+00:00")).astimezone(dt.UTC) if when else None
    http = record.http_headers
    if record.rec_type == "resource" or http is None:
        return Capture(url, seen_at, 200, record.content_type or "", raw)
    status = int(http.get_statuscode() or 0)
    body = _body(http, raw) if status == 200 else b""
    return Capture(url, seen_at, status, http.get_header("Content-Type") or "", body)


def _whole(record: Any) -> bytes:
    """A record's payload, after checking length and digest."""
    headers = record.rec_headers
    length = headers.get_header("Content-Length")
    if length is None or not length.strip().isdigit():
        raise DamagedError(f"its length is {length!r}")
    raw: bytes = record.raw_stream.read()
    missing = record.raw_stream.limit
    if missing:
        raise DamagedError(f"{missing} of {length} bytes are missing")
    if record.digest_checker.passed is False:
        raise DamagedError("its content does not fit its digest")
    if truncated := headers.get_header("WARC-Truncated"):
        raise DamagedError(f"whoever collected it cut it off ({truncated})")
    return raw


def _body(http: Any, raw: bytes) -> bytes:
    """The body of an HTTP answer, unpacked. DamagedError: shorter than it says, cut, or packed in an unknown way."""
    if (http.get_header("Transfer-Encoding") or "").lower() == "chunked" and re.match(rb"[0-9a-fA-F]+[;\r]", raw):
        try:
            raw = ChunkedDataReader(io.BytesIO(raw), raise_exceptions=True).read()
        except ChunkedDataException as error:
            raise DamagedError(f"cut off within a chunk ({error})") from error
    else:
        declared = http.get_header("Content-Length") or ""
        if declared.isdigit() and len(raw) < int(declared):
            raise DamagedError(f"{len(raw)} of {declared} bytes of the body")
    for packing in reversed((http.get_header("Content-Encoding") or "").lower().replace(" ", "").split(",")):
        if packing in ("gzip", "x-gzip") and raw.startswith(GZIP[:2]):
            raw = _inflate(raw, 31)
        elif packing == "deflate":
            raw = _inflate(raw, 15 if raw[:1] and raw[0] & 0x0F == 8 else -15)
        elif packing not in ("", "identity", "gzip", "x-gzip"):
            raise DamagedError(f"packed with {packing}, which is not read here")
    return raw


def _inflate(raw: bytes, bits: int) -> bytes:
    stream = zlib.decompressobj(bits)
    try:
        body = stream.decompress(raw, MAX_RECORD)
    except zlib.error as error:
        raise DamagedError(f"the packed body is damaged ({error})") from error
    if not stream.eof:
        raise DamagedError("the packed body is cut off, or too large")
    return body
