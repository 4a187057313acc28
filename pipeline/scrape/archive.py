"""The WARC of a source: every exchange as it came, appended to a working file that becomes part of the archive when it is whole.

The working file holds one visit, and only answers whose body was checked, so an interrupted run can go on from it: its whole
gzip members are kept, a cut tail is taken off, and a page that it holds is not asked for again. It begins with a `warcinfo`
record, which all records of the visit name. What did not change since an earlier visit (the site answers 304, or sends the
same bytes again) is a `revisit` record that refers to the body in the archive. Scrapy hands over status, headers and the body
as transferred (still packed, chunks joined); the reason phrase and the order of the headers it does not keep.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from pipeline import __version__, store
from pipeline.files.decoding import decode
from pipeline.scrape.body import DamagedError, fields, unpack
from pipeline.scrape.job import Answer, Job
from pipeline.scrape.records import UNREADABLE, Known, answers, from_iso, iso, last_answers, whole_length

Pairs = list[tuple[str, str]]
#: what `Archive.record` takes down: address, time, request, response, body as transferred, IP address of the site
Exchange = tuple[str, dt.datetime, tuple[str, Pairs], tuple[int, str, Pairs], bytes, str | None]
PROFILE = "http://netpreserve.org/warc/1.0/revisit/"
_CHUNK = 1 << 20


class Archive:
    """The working WARC of one visit, open for appending."""

    def __init__(self, path: Path, earlier: Path | None = None, earlier_bytes: int = 0, visit: int = 1) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            os.truncate(path, whole_length(path))
        self._kept = answers(path) if path.exists() else {}
        self._known = last_answers(earlier, earlier_bytes) if earlier is not None else {}
        if path.exists():
            self._known = last_answers(path, None, self._known)
        self._etags: dict[str, set[str]] = {}  # ETag -> digests of the bodies with which it came, at earlier visits
        self._file = path.open("ab")
        self._writer = WARCWriter(self._file, gzip=True)
        self._info = self._begin(visit)

    @classmethod
    def of(cls, job: Job) -> Archive:
        """The working WARC of a job, with what its source's archive holds behind it."""
        return cls(job.archive, job.earlier, job.earlier_bytes, job.visit)

    def _begin(self, visit: int) -> str:
        """The id of the visit's warcinfo record, which is written where it is not there yet."""
        if self._file.tell():
            with self.path.open("rb") as file:
                return Known(self.path, 0).record(file).rec_headers.get_header("WARC-Record-ID") or ""
        info = {"software": f"Standpunt/{__version__}", "format": "WARC/1.0", "description": f"visit {visit}"}
        record = self._writer.create_warcinfo_record(self.path.name.replace(".partial.", "."), info)
        self._writer.write_record(record)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def close(self) -> None:
        """Flush to disk and close."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    # --- asking again ------------------------------------------------------------------------------------------

    def conditions(self, url: str) -> dict[str, str]:
        """Request headers by which a site may answer 304 instead of sending the same again (RFC 9110, 13.1). Not by what says
        nothing: an ETag that different pages share, or a time of change that was still to come."""
        known = self._known.get(url)
        if known is None:
            return {}
        found = {}
        etag, changed = known.headers.get("etag"), known.headers.get("last-modified")
        if etag and not self._is_shared(etag):
            found["If-None-Match"] = etag
        if changed and not _is_ahead(changed, known.date):
            found["If-Modified-Since"] = changed
        return found

    def _is_shared(self, etag: str) -> bool:
        """Whether pages of different bytes came with one ETag: whoever sends it does not tell them apart."""
        if not self._etags:
            for known in self._known.values():
                self._etags.setdefault(known.headers.get("etag", ""), set()).add(known.digest)
        return len(self._etags.get(etag, ())) > 1

    def unchanged(self, url: str, at: dt.datetime, cap: int, said: dict[str, str]) -> Answer | None:
        """What `url` shows by its answer 304 of the time `at`: the earlier body, under the headers that were `said` now (a
        reservation of text and data mining may be new). None where there is none, it is empty, or it cannot be read: it is then forgotten,
        so that the next request makes no condition of it, and what comes is no revisit of it."""
        known = self._known.get(url)
        found = self._read(known, cap) if known is not None else None
        if found is None or not found[1].strip():
            self._known.pop(url, None)
            return None
        headers, body, text, encoding, digest, _ = found
        headers |= {name: value for name, value in said.items() if not name.startswith("content-")}  # RFC 9111, 3.2
        return Answer(url, 200, headers, body, text, encoding, at, 0, digest, unchanged=True)

    def kept(self, url: str, cap: int) -> Answer | None:
        """The answer to `url` that an earlier, interrupted run left here."""
        if url not in self._kept:
            return None
        with self.path.open("rb") as file:
            record = Known(self.path, self._kept[url]).record(file)
        at = from_iso(record.rec_headers.get_header("WARC-Date"))
        status = int(record.http_headers.get_statuscode())
        if record.rec_type == "revisit":
            again = self.unchanged(url, at, cap, fields(record.http_headers.headers))
            return None if again is None else replace(again, kept=True, unchanged=status == 304)
        found = self._read(Known(self.path, self._kept[url]), cap)
        if found is None:
            return None
        headers, body, text, encoding, digest, size = found
        return Answer(url, status, headers, body, text, encoding, at, size, digest, kept=True)

    @staticmethod
    def _read(known: Known, cap: int) -> tuple[dict[str, str], bytes, str, str, str, int] | None:
        """Headers, body, text, encoding, digest and size as transferred of an archived answer; None where it is damaged."""
        try:
            with known.path.open("rb") as file:
                record = known.record(file)
                raw = record.raw_stream.read()
            headers = fields(record.http_headers.headers)
            body = unpack(raw, headers.get("content-encoding", ""), cap)
        except (DamagedError, StopIteration, *UNREADABLE):
            return None
        if _digest(raw) != record.rec_headers.get_header("WARC-Payload-Digest"):
            return None
        text, encoding, _ = decode(body, headers.get("content-type", ""))
        return headers, body, text, encoding, record.rec_headers.get_header("WARC-Payload-Digest"), len(raw)

    # --- recording ---------------------------------------------------------------------------------------------

    def record(
        self,
        url: str,
        at: dt.datetime,
        request: tuple[str, Pairs],
        response: tuple[int, str, Pairs],
        raw: bytes,
        ip: str | None,
    ) -> str:
        """Append one exchange (`request`: first line, headers; `response`: status, protocol, headers); returns the digest of
        the body that was seen."""
        status, protocol, headers = response
        phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
        said = StatusAndHeaders(f"{status} {phrase}".strip(), headers, protocol=protocol)
        common = {"WARC-Date": iso(at), "WARC-Warcinfo-ID": self._info} | ({"WARC-IP-Address": ip} if ip else {})
        line, asked = request
        again = self._again(url, status, fields(headers), raw, asked)
        if again:
            answer = self._writer.create_warc_record(
                url, "revisit", warc_headers_dict=common | again, http_headers=said
            )
        else:
            answer = self._writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(raw),
                length=len(raw),
                warc_headers_dict=dict(common),
                http_headers=said,
            )
        question = self._writer.create_warc_record(
            url,
            "request",
            warc_headers_dict=dict(common),
            http_headers=StatusAndHeaders(line, asked, is_http_request=True),
        )
        offset = self._file.tell()
        self._writer.write_request_response_pair(question, answer)
        self._file.flush()
        if status == 200 or again:
            self._known[url] = Known.of(self.path, offset, answer, self._known.get(url))
        return str(answer.rec_headers.get_header("WARC-Payload-Digest"))

    def _again(self, url: str, status: int, headers: dict[str, str], raw: bytes, asked: Pairs) -> dict[str, str]:
        """The headers of a revisit record, where an answer shows what an earlier one showed; none where it does not."""
        known = self._known.get(url)
        if known is None or status not in (200, 304) or (status == 304 and not may_be_unchanged(asked)):
            return {}
        packing = "content-encoding"
        if status == 200 and (_digest(raw) != known.digest or headers.get(packing) != known.headers.get(packing)):
            return {}
        return {
            "WARC-Profile": PROFILE + ("server-not-modified" if status == 304 else "identical-payload-digest"),
            "WARC-Refers-To": known.record_id,
            "WARC-Refers-To-Target-URI": url,
            "WARC-Refers-To-Date": known.date,
            "WARC-Payload-Digest": known.digest,
        }


def may_be_unchanged(asked: Pairs) -> bool:
    """Whether an answer 304 says anything: a request without conditions cannot be told that nothing changed."""
    return any(name.lower() in ("if-none-match", "if-modified-since") for name, _ in asked)


def _is_ahead(changed: str, seen: str) -> bool:
    """Whether a page was to change (an HTTP date) after it was seen (a WARC-Date): a clock that goes wrong, of which no time says
    that nothing changed."""
    try:
        return parsedate_to_datetime(changed).astimezone(dt.UTC) > from_iso(seen)
    except (ValueError, OverflowError):
        return True


def _digest(raw: bytes) -> str:
    digester = Digester("sha1")
    digester.update(raw)
    return str(digester)


# --- whole files -----------------------------------------------------------------------------------------------


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


def join(target: Path, kept: int, visit: Path, without: Iterable[str] = ()) -> None:
    """Put a visit behind the first `kept` bytes of the archive `target`: whole or not at all. The records of the visit about
    the addresses `without` are left out."""
    earlier = _chunks(target, kept) if kept else iter(())
    reserved = frozenset(without)
    later = _records_without(visit, reserved) if reserved else _chunks(visit, visit.stat().st_size)
    store.write_chunks(target, (part for parts in (earlier, later) for part in parts))


def _chunks(path: Path, end: int, begin: int = 0) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(begin)
        while begin < end and (part := file.read(min(end - begin, _CHUNK))):
            begin += len(part)
            yield part


def _records_without(path: Path, reserved: frozenset[str]) -> Iterator[bytes]:
    """The bytes of an archive's records, each a gzip member, but for those about some addresses."""
    places = [(known.offset, url) for known, url in Known.each(path)]
    for (begin, url), (end, _) in zip(places, [*places[1:], (path.stat().st_size, "")], strict=True):
        if url not in reserved:
            yield from _chunks(path, end, begin)


def digest_of(path: Path, length: int | None = None) -> str:
    """SHA-256 of the first `length` bytes of a file (all, where it is None)."""
    digest = hashlib.sha256()
    for part in _chunks(path, path.stat().st_size if length is None else length):
        digest.update(part)
    return digest.hexdigest()


def manifest_entry(path: Path) -> dict[str, Any]:
    """What the manifest says of the archive file itself."""
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": digest_of(path)}
