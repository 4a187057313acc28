"""Bodies in an archive: what was answered, unpacked as it was sent, and whole.

Whether a record is whole is told where records are read (`files.warc`); here it is told of the answer that is in it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urldefrag, urljoin

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader

from pipeline.errors import StandpuntError
from pipeline.files import warc
from pipeline.files.gzipped import DamagedError
from pipeline.files.packing import unpack
from pipeline.files.warc import MAX_RECORD, Record

_GZIP = b"\x1f\x8b"
_NO_PAGE = re.compile(
    r"(?:image|font|audio|video)/|text/css|\w+/(?:x-)?javascript|application/(?:pdf|wasm|font|x-font|vnd\.ms-font)"
)


@dataclass(frozen=True)
class Capture:
    """A body as it was seen."""

    url: str
    seen_at: dt.datetime | None  # UTC
    status: int  # 200 for a local file
    content_type: str
    body: bytes
    #: where a site told that nothing had changed (then the status is 304 and the body empty): the capture that shows it
    again: tuple[str, dt.datetime] | None = None
    session: str | None = None  # the warcinfo record that it names: what was collected together
    leads_to: str | None = None  # where a redirect leads, absolute

    @property
    def is_page(self) -> bool:
        """Whether it may hold words of people: crawlers also keep pictures, styles and scripts."""
        return _NO_PAGE.match(self.content_type.strip().lower()) is None


def captures(path: Path, damage: list[str]) -> Iterator[Capture]:
    """Whole bodies (responses, resources and what was seen unchanged, robots.txt apart) in the order of the archive, one in
    memory at a time. What is damaged is appended to `damage`, a line each.

    StandpuntError: the archive is not there, or is none.
    """
    require(path)
    with path.open("rb") as file:
        yield from of_file(file, damage)


def require(path: Path) -> None:
    """StandpuntError: an archive is not there, or is none."""
    if not path.is_file():
        raise StandpuntError(f"{path} is not there. Run `standpunt scrape`, which makes it.")
    with path.open("rb") as file:
        begin = file.read(len(warc.BEGIN))
        if not begin:
            raise StandpuntError(f"{path} is empty. Delete it and run `standpunt scrape`.")
        if not (begin.startswith((_GZIP, warc.BEGIN)) or warc.holds_record(file)):
            raise StandpuntError(f"{path} is no WARC (gzip or plain). Delete it and run `standpunt scrape`.")


def of_file(file: BinaryIO, damage: list[str]) -> Iterator[Capture]:
    """The captures of an open WARC; see `captures`."""
    for record in warc.records(file, damage):
        if record.kind not in ("response", "resource", "revisit") or record.url.partition("?")[0].endswith(
            "/robots.txt"
        ):
            continue
        try:
            yield _capture(record)
        except DamagedError as error:
            damage.append(f"record of {record.url} left out: {error}")


def _capture(record: Record) -> Capture:
    """A record as a capture. DamagedError: its body is not whole."""
    if record.kind == "revisit":
        return Capture(record.url, record.at, 304, "", b"", record.refers_to, record.session)
    if record.kind == "resource" or record.http is None:
        return Capture(record.url, record.at, 200, record.content_type, record.payload, session=record.session)
    code = record.http.get_statuscode() or ""
    status = int(code) if code.isascii() and code.isdigit() else 0
    body = _body(record.http, record.payload) if status == 200 else b""
    target = _target(record.url, record.http.get_header("Location")) if 300 <= status < 400 else None
    return Capture(record.url, record.at, status, record.content_type, body, session=record.session, leads_to=target)


def _target(url: str, location: str | None) -> str | None:
    try:
        return urldefrag(urljoin(url, location))[0] if location else None
    except ValueError:  # no address
        return None


def _body(http: Any, raw: bytes) -> bytes:
    """The body of an HTTP answer, unpacked. DamagedError: shorter than it says, cut, or packed in an unknown way."""
    if (http.get_header("Transfer-Encoding") or "").lower() == "chunked" and re.match(rb"[0-9a-fA-F]+[;\r]", raw):
        try:
            raw = ChunkedDataReader(io.BytesIO(raw), raise_exceptions=True).read()
        except ChunkedDataException as error:
            raise DamagedError(f"cut off within a chunk ({error})") from error
    else:
        declared = http.get_header("Content-Length") or ""
        if declared.isdigit() and len(raw) < int(declared[:20]):
            raise DamagedError(f"{len(raw)} of {declared} bytes of the body")
    return unpack(raw, http.get_header("Content-Encoding") or "", MAX_RECORD)
