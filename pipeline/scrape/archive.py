"""The WARC of a source: every exchange as it came, appended to a working file that becomes the archive when it is whole.

The working file holds only answers whose body was checked, so an interrupted run can go on from it: its whole gzip members
are kept, a cut tail is taken off, and a page that it holds is not asked for again. Scrapy hands over status, headers and
the body as transferred (still packed, chunks joined); the reason phrase and the order of the headers it does not keep.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
import zlib
from collections.abc import Iterator
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline import __version__
from pipeline.scrape.body import DamagedError, decode, unpack
from pipeline.scrape.job import Answer

Pairs = list[tuple[str, str]]


def iso(when: dt.datetime) -> str:
    """A WARC-Date to the second."""
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_iso(text: str) -> dt.datetime:
    """The time of a WARC-Date (with or without fractions)."""
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(dt.UTC)


class Archive:
    """The working WARC of one source, open for appending."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            os.truncate(path, whole_length(path))
        self._offsets = dict(_answers(path)) if path.exists() else {}
        self._file = path.open("ab")
        self._writer = WARCWriter(self._file, gzip=True)
        if not self._file.tell():
            self._writer.write_record(
                self._writer.create_warcinfo_record(
                    path.name.replace(".partial.", "."), {"software": f"Standpunt/{__version__}", "format": "WARC/1.0"}
                )
            )

    def close(self) -> None:
        """Flush to disk and close."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def record(
        self,
        url: str,
        at: dt.datetime,
        request: tuple[str, Pairs],
        response: tuple[int, str, Pairs],
        raw: bytes,
        ip: str | None,
    ) -> str:
        """Append one exchange (`request`: first line, headers; `response`: status, protocol, headers); returns the digest."""
        status, protocol, headers = response
        phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
        common = {"WARC-Date": iso(at)} | ({"WARC-IP-Address": ip} if ip else {})
        answer = self._writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(raw),
            length=len(raw),
            warc_headers_dict=dict(common),
            http_headers=StatusAndHeaders(f"{status} {phrase}".strip(), headers, protocol=protocol),
        )
        line, asked = request
        question = self._writer.create_warc_record(
            url,
            "request",
            warc_headers_dict=dict(common),
            http_headers=StatusAndHeaders(line, asked, is_http_request=True),
        )
        self._writer.write_request_response_pair(question, answer)
        self._file.flush()
        return str(answer.rec_headers.get_header("WARC-Payload-Digest"))

    def kept(self, url: str, cap: int) -> Answer | None:
        """The answer to `url` that an earlier run left here."""
        if url not in self._offsets:
            return None
        with self.path.open("rb") as file:
            file.seek(self._offsets[url])
            record = next(iter(ArchiveIterator(file)))
            raw = record.raw_stream.read()
        headers = {name.lower(): value for name, value in record.http_headers.headers}
        try:
            body = unpack(raw, headers.get("content-encoding", ""), cap)
        except DamagedError:
            return None
        text, encoding = decode(body, headers.get("content-type", ""))
        return Answer(
            url=url,
            status=int(record.http_headers.get_statuscode()),
            headers=headers,
            body=body,
            text=text,
            encoding=encoding,
            at=from_iso(record.rec_headers.get_header("WARC-Date")),
            size=len(raw),
            digest=record.rec_headers.get_header("WARC-Payload-Digest"),
            kept=True,
        )


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


def _answers(path: Path) -> Iterator[tuple[str, int]]:
    """(URL, offset) of the answers that need not be asked for again; of two for one URL, the later."""
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        for record in records:
            if record.rec_type == "response":
                status = int(record.http_headers.get_statuscode())
                if status < 400:
                    yield record.rec_headers.get_header("WARC-Target-URI"), records.get_record_offset()


def oldest(path: Path) -> dt.datetime | None:
    """When the first exchange of an archive took place; None where it holds none or cannot be read."""
    try:
        with path.open("rb") as file:
            dates = [r.rec_headers.get_header("WARC-Date") for r in ArchiveIterator(file) if r.rec_type == "response"]
    except (OSError, ArchiveLoadFailed, zlib.error, ValueError):
        return None
    return min((from_iso(date) for date in dates), default=None)


def resource(uri: str, content: bytes, content_type: str, when: dt.datetime) -> bytes:
    """A WARC of one `resource` record: a local file. The same arguments give the same bytes."""
    digest = hashlib.sha256(content).hexdigest()
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.0")
    record = writer.create_warc_record(
        uri,
        "resource",
        payload=BytesIO(content),
        length=len(content),
        warc_content_type=content_type,
        warc_headers_dict={
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{uri}#{digest}')}>",
            "WARC-Date": iso(when),
        },
    )
    writer.write_record(record)
    return out.getvalue()


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
    except (ArchiveLoadFailed, zlib.error, EOFError, ValueError, AttributeError, OSError) as error:
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


def manifest_entry(path: Path) -> dict[str, Any]:
    """What the manifest says of the archive file itself."""
    data = path.read_bytes()
    return {"file": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
