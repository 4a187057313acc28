"""What a WARC of our own holds: where each answer lies, which was the last to an address, and whether the file is whole."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader

from pipeline.scrape.body import fields

#: what warcio and zlib raise on an archive that is damaged, or is none
UNREADABLE = (ArchiveLoadFailed, zlib.error, EOFError, ValueError, AttributeError, OSError)
#: the headers that are needed of an answer that may be seen again
_WANTED = ("etag", "last-modified", "content-encoding")


def iso(when: dt.datetime) -> str:
    """A WARC-Date to the second."""
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_iso(text: str) -> dt.datetime:
    """The time of a WARC-Date (with or without fractions)."""
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(dt.UTC)


@dataclass(frozen=True)
class Known:
    """An archived answer: where its body lies, and what a later request may say of it."""

    path: Path
    offset: int
    record_id: str = ""
    date: str = ""
    digest: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, offset: int, record: Any, before: Known | None) -> Known:
        """A record as what is known. A revisit has no body of its own: it renews what was known before."""
        headers = {name: value for name, value in fields(record.http_headers.headers).items() if name in _WANTED}
        if record.rec_type == "revisit" and before is not None:
            headers.pop("content-encoding", None)
            return replace(before, headers=before.headers | headers)
        named = record.rec_headers.get_header
        return cls(path, offset, named("WARC-Record-ID"), named("WARC-Date"), named("WARC-Payload-Digest"), headers)

    @staticmethod
    def each(path: Path) -> Iterator[tuple[Known, str]]:
        """Every record of an archive by its place, with the address that it is about ("" for a warcinfo)."""
        with path.open("rb") as file:
            records = ArchiveIterator(file)
            for record in records:
                yield Known(path, records.get_record_offset()), record.rec_headers.get_header("WARC-Target-URI") or ""

    def record(self, file: BinaryIO) -> Any:
        """The record itself, from the archive opened as `file`."""
        file.seek(self.offset)
        return next(iter(ArchiveIterator(file)))


def answers(path: Path) -> dict[str, int]:
    """URL -> offset of the answer that need not be asked for again; of two for one URL, the later."""
    return {url: offset for url, offset, record in _answers(path) if int(record.http_headers.get_statuscode()) < 400}


def last_answers(path: Path, length: int | None, before: dict[str, Known] | None = None) -> dict[str, Known]:
    """URL -> the last body that was seen there (status 200), in the first `length` bytes of an archive or what was `before`."""
    found = dict(before or {})
    for url, offset, record in _answers(path, length):
        if record.rec_type == "revisit" and url not in found:
            continue  # what it refers to is not there
        if record.rec_type == "revisit" or record.http_headers.get_statuscode() == "200":
            found[url] = Known.of(path, offset, record, found.get(url))
    return found


def _answers(path: Path, length: int | None = None) -> Iterator[tuple[str, int, Any]]:
    """URL, offset and record of every answer in the first `length` bytes; None: up to where it was cut, because the reader
    hands on a cut record as if it were whole, or breaks on it."""
    with path.open("rb") as file:
        records = ArchiveIterator(LimitReader(file, whole_length(path) if length is None else length))
        for record in records:
            if record.rec_type in ("response", "revisit") and record.http_headers is not None:
                yield record.rec_headers.get_header("WARC-Target-URI"), records.get_record_offset(), record


def oldest(path: Path) -> dt.datetime | None:
    """When the first exchange of an archive took place; None where it holds none or cannot be read."""
    try:
        dates = [record.rec_headers.get_header("WARC-Date") for _, _, record in _answers(path)]
    except (OSError, ArchiveLoadFailed, zlib.error, ValueError):
        return None
    return min((from_iso(date) for date in dates), default=None)


def whole_length(path: Path) -> int:
    """Bytes of `path` up to the end of its last whole gzip member."""
    end = position = 0
    with path.open("rb") as file:
        stream = zlib.decompressobj(31)
        while chunk := file.read(1 << 16):
            position += len(chunk)
            try:
                while chunk:
                    stream.decompress(chunk)
                    if not stream.eof:
                        break
                    chunk = stream.unused_data
                    end = position - len(chunk)
                    stream = zlib.decompressobj(31)
            except zlib.error:
                return end
    return end


def check(path: Path) -> tuple[int, list[str]]:
    """Records of a WARC that can be read, and what is wrong with it (empty: whole).

    The reader returns a short last record as if it were whole, hence the comparison with Content-Length.
    """
    count, trouble, where = 0, [], "its beginning"
    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                where = f"record {record.rec_headers.get_header('WARC-Record-ID')}"
                wanted = int(record.rec_headers.get_header("Content-Length") or 0)
                got = _drain(record.raw_stream)
                if got < wanted:
                    trouble.append(f"{where} is cut: {got:,} of {wanted:,} bytes")
                else:
                    count += 1
    except UNREADABLE as error:
        trouble.append(f"not readable after {where} ({' '.join(str(error).split())[:120]})")
    if not trouble and _packed(path) and whole_length(path) < path.stat().st_size:
        trouble.append(f"cut or damaged after {where}")
    return count, trouble


def _packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _drain(stream: BinaryIO) -> int:
    """Read a record to its end; the number of bytes that were there."""
    total = 0
    while chunk := stream.read(1 << 16):
        total += len(chunk)
    return total
