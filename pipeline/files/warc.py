"""Records of a WARC, one after another, each checked to be whole before anybody reads it.

An archive is a row of gzip members, one a record, as a rule; one member for all, or no gzip at all, is read as well. A reader
that goes through such a file as one stream stops at the first damaged byte, or hands on half a record as if it were whole:
here what is damaged is named and left out, and what follows is found again. No more than one record is in memory at a time.
WARC 1.1: https://iipc.github.io/warc-specifications/.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from pipeline.errors import UsageError
from pipeline.files.gzipped import MAGIC, DamagedError, Member, find, head

MAX_RECORD = 200_000_000  # bytes unpacked
#: lines of a record's headers, together; endless ones are cut short
MAX_HEADERS = 2_000_000
BEGIN = b"WARC/"
#: records of what was seen; the others tell of how
SEEN = ("response", "resource", "revisit")
_TYPES = (*SEEN, "warcinfo", "request", "metadata", "conversion", "continuation")
_STEP = 1 << 20
#: bytes that tell packed from plain: the first record's headers are in them
_BEGINNING = 1 << 16
#: what it raises on headers that make no sense, beside errors of its own
_OF_WARCIO = (ValueError, EOFError, AttributeError, TypeError, LookupError)


@dataclass(frozen=True)
class Record:
    """A record that is whole."""

    kind: str  # WARC-Type
    url: str  # WARC-Target-URI, without brackets
    at: dt.datetime | None  # UTC
    content_type: str  # of the payload: that of the HTTP answer, where there is one
    http: Any  # warcio's StatusAndHeaders of the answer; None where there is none
    refers_to: tuple[str, dt.datetime] | None  # a revisit's: address and time of the record that holds the body
    payload: bytes  # what follows the HTTP headers, still packed as it was sent
    session: str | None = None  # the warcinfo record that it names


def records(file: BinaryIO, damage: list[str]) -> Iterator[Record]:
    """The whole records of an archive in its order. What is damaged is appended to `damage`, a line each.

    A file that is none has no records, and says so in `damage`.
    """
    if _is_packed(file):
        yield from _packed(file, damage)
        return
    position = 0

    def more() -> bytes:
        nonlocal position
        file.seek(position)
        block = file.read(_STEP)
        position += len(block)
        return block

    yield from _in(_Lines(more), 0, damage)


def _is_packed(file: BinaryIO) -> bool:
    """Whether an archive is gzip, also where the bytes that say so are damaged: then no header of a record is to be read."""
    file.seek(0)
    begin = file.read(_BEGINNING)
    return begin.startswith(MAGIC) or not (begin.startswith(BEGIN) or b"\nWARC-" in begin)


def holds_record(file: BinaryIO) -> bool:
    """Whether a record can be read, wherever in the file: of an archive whose beginning is damaged as well."""
    return next(records(file, []), None) is not None


def require(file: BinaryIO, name: str) -> None:
    """UsageError where an archive shows nothing that was seen."""
    damage: list[str] = []
    if not any(record.kind in SEEN for record in records(file, damage)):
        raise UsageError(f"{name} holds no readable WARC record ({'; '.join(damage) or 'none'}). Fetch it again.")


def is_one_member(file: BinaryIO) -> bool:
    """Whether several records were packed together as one gzip member, which hides them from readers that go by offsets."""
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        return False
    try:
        return b"\r\n\r\n" + BEGIN in head(file, _STEP)
    except DamagedError:
        return False


def _packed(file: BinaryIO, damage: list[str]) -> Iterator[Record]:
    """The records of all gzip members. After a damaged one the next is sought that begins a record."""
    size = file.seek(0, os.SEEK_END)
    at: int | None = 0
    lost = False
    while at is not None and at < size:
        if lost and not _begins(file, at):
            at = find(file, at + 1)
            continue
        member = Member(file, at)
        lost = yield from _in(_Lines(member.more), at, damage)
        at = find(file, at + 1) if lost else member.end


def _begins(file: BinaryIO, at: int) -> bool:
    try:
        return Member(file, at).more().lstrip(b"\r\n").startswith(BEGIN)
    except DamagedError:
        return False


class NotWholeError(Exception):
    """A record that is damaged in an archive that is not."""


class _Lines:
    """Bytes that come in parts, as warcio reads them: by line, by length; and given back."""

    def __init__(self, more: Callable[[], bytes]) -> None:
        self._more, self._held, self._at, self._passed = more, b"", 0, 0
        self.room = MAX_HEADERS
        self.headers: list[bytes] = []  # the lines of the record that is being read

    def _fill(self) -> bool:
        part = self._more()
        self._passed += self._at
        self._held, self._at = self._held[self._at :] + part, 0
        return bool(part)

    def tell(self) -> int:
        """Bytes that were read; warcio asks where a record tells no length."""
        return self._passed + self._at

    def readline(self, size: int = -1) -> bytes:
        """A line with its end. NotWholeError: the headers have become too long."""
        begin = 0
        limit = self.room if size < 0 else min(size, self.room)
        while (end := self._held.find(b"\n", self._at + begin)) < 0:
            begin = len(self._held) - self._at
            if begin > limit or not self._fill():
                break
        stop = len(self._held) if end < 0 else end + 1
        line = self._held[self._at : min(stop, self._at + limit)]
        self.headers.append(line)
        self._at += len(line)
        self.room -= len(line)
        if self.room <= 0:
            raise NotWholeError(f"headers of over {MAX_HEADERS:,} bytes")
        return line

    def read(self, size: int) -> bytes:
        """`size` bytes, fewer only at the end."""
        parts, missing = [], size
        while missing > 0 and (self._at < len(self._held) or self._fill()):
            part = self._held[self._at : self._at + missing]
            self._at += len(part)
            missing -= len(part)
            parts.append(part)
        return b"".join(parts)

    def give_back(self, data: bytes) -> None:
        """Put bytes back in front of what comes."""
        self._held, self._at = data + self._held[self._at :], 0

    def about(self) -> str:
        """What the record that is being read is about, as far as its headers have been read; else its id, else ""."""
        for field in (b"warc-target-uri:", b"warc-record-id:"):
            for line in self.headers:
                if line.lower().startswith(field):
                    return line[len(field) :].decode("utf-8", "replace").strip(" <>\t\r\n")[:500]
        return ""

    def next_record(self) -> tuple[str | None, int]:
        """The line with which the next record begins (None: the end), and the bytes passed over that belong to none."""
        passed, fresh = 0, True
        while True:
            self.room, self.headers = MAX_HEADERS, []
            line = self.readline(MAX_HEADERS // 2)
            if not line:
                return None, passed
            if fresh and line.startswith(BEGIN):
                return line.decode("utf-8", "replace"), passed
            fresh = line.endswith(b"\n")
            passed += len(line) if line.strip() else 0


def _in(lines: _Lines, offset: int, damage: list[str]) -> Generator[Record, None, bool]:
    """The records of a member: one, as a rule. Returns whether the member is damaged.

    A record is handed on when what follows it has been reached, because the checksum of a member stands behind it.
    """
    loader = ArcWarcRecordLoader()
    held: Record | None = None
    where, last, told = f"record at byte {offset:,}", "", ""
    try:
        while True:
            line, passed = lines.next_record()
            if passed:
                damage.append(f"{passed:,} bytes after {where} that are no record, left out")
            if held is not None:
                yield held
                held = None
            if line is None:
                return False
            where = f"record after that of {last}" if last else where
            problem = ""
            try:
                found = loader.parse_record_stream(lines, line, known_format="warc", check_digests=True)
                held = _whole(found, lines)
            except NotWholeError as error:
                problem = str(error)
            except (ArchiveLoadFailed, StatusAndHeadersParserException, *_OF_WARCIO) as error:
                problem = f"it cannot be read ({' '.join(str(error).split())[:200]})"
            finally:
                last = lines.about()
                where = f"record of {last}" if last else where
            if problem:
                damage.append(f"{where} left out: {problem}")
                told = where
    except DamagedError as error:
        if told != where:
            damage.append(f"{where} left out: archive damaged in the part that begins at byte {offset:,} ({error})")
        return True


def _whole(record: Any, lines: _Lines) -> Record:
    """A record, after checking length and digest. What a wrong length made it swallow is given back."""
    headers = record.rec_headers
    length = (headers.get_header("Content-Length") or "").strip()
    if not (length.isascii() and length.isdigit()):
        raise NotWholeError(f"its length is {length or 'not told'!r}")
    if int(length[:20]) > MAX_RECORD:
        raise NotWholeError(f"{length[:20]} bytes; {MAX_RECORD:,} is the limit")
    raw: bytes = record.raw_stream.read()
    missing = record.raw_stream.limit
    problem = f"{missing:,} of {int(length):,} bytes are missing" if missing else _digest_problem(record)
    if problem:
        if (swallowed := raw.find(b"\r\n\r\n" + BEGIN)) >= 0:
            lines.give_back(raw[swallowed:])
        raise NotWholeError(problem)
    if record.rec_type not in _TYPES:
        raise NotWholeError(f"its type is {record.rec_type or 'not told'!r}")
    if truncated := headers.get_header("WARC-Truncated"):
        raise NotWholeError(f"whoever collected it cut it off ({truncated})")
    http = record.http_headers
    seen = _moment(headers.get_header("WARC-Refers-To-Date"))
    return Record(
        kind=record.rec_type or "",
        url=(headers.get_header("WARC-Target-URI") or "").strip("<>"),
        at=_moment(headers.get_header("WARC-Date")),
        content_type=(http.get_header("Content-Type") if http is not None else record.content_type) or "",
        http=http,
        refers_to=((headers.get_header("WARC-Refers-To-Target-URI") or "").strip("<>"), seen) if seen else None,
        payload=raw,
        session=headers.get_header("WARC-Warcinfo-ID"),
    )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(dt.UTC) if text else None


def _digest_problem(record: Any) -> str | None:
    """Why the content does not fit its digest. Where the block fits its own, so does what is in it: crawlers differ in
    whether a payload's digest is that of the bytes as sent. A digest of an unknown kind says nothing."""
    failed = [problem for problem in record.digest_checker.problems if "digest failed" in problem]
    block = record.rec_headers.get_header("WARC-Block-Digest")
    if block and not any(problem.startswith("block") for problem in failed):
        failed = []
    return "its content does not fit its digest" if failed else None
