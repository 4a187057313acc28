"""Mailing lists as mbox files: messages one after another, each after a line that begins with "From " (RFC 4155).

A message answers the last one of its References that is here, else the one in In-Reply-To (RFC 5322, section 3.6.4);
messages that name the same ancestors are one thread, even where these are missing. An answer that names nobody joins the
latest earlier thread with its subject, without a parent. A message's id is the hash that HyperKitty uses (base32 of the
SHA-1 of its Message-ID), so that a list read from both has each message once and no address in an id.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr

from pipeline.errors import UsageError
from pipeline.files import gzipped
from pipeline.platforms import mail, mime
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.html import absolute
from pipeline.platforms.reading import Reading

NAME = "mbox"

MAX_BYTES = 2_000_000_000
#: a "From " line, and right below it a header: a sentence that begins with "From" is followed by none
_BEGIN = re.compile(rb"^From [^\n]*\n(?=>?[!-9;-~]+:)", re.MULTILINE)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_ID = re.compile(r"<([^<>\s]+)>")
_HIDDEN_NAME = re.compile(r"\(([^()]+)\)\s*$")


def is_mbox(body: bytes) -> bool:
    """Do the bytes begin like an mbox file?"""
    head = body[:4096].lstrip(b"\xef\xbb\xbf\r\n")
    return _BEGIN.match(head) is not None


def read_mbox(data: bytes, name: str) -> list[Reading]:
    """The threads of an mbox file called `name` (gzip or not), oldest first. UsageError: no message in it, over 2 GB."""
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(data, name)
    letters, warnings, damage = _letters(data.removeprefix(b"\xef\xbb\xbf"))
    if not letters:
        why = f" ({'; '.join(damage)})" if damage else ""
        raise UsageError(f'{name}: no message found{why}. An mbox file begins with a line "From ...", then headers.')
    pages = _pages(letters)
    pages[0] = replace(pages[0], warnings=[*damage, *warnings], damage=tuple(damage))
    return pages


@dataclass
class _Letter:
    """One message."""

    number: str  # the id as others see it; one without a Message-ID gets the digest of its bytes
    ancestors: list[str]  # oldest first, by the same kind of id
    subject: str | None
    is_answer: bool
    comment: RawComment
    parent: str | None = None


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        return gzipped.unpack(io.BytesIO(data), MAX_BYTES)
    except gzipped.DamagedError as error:
        raise UsageError(
            f"{name}: not a whole gzip file ({error}). Download it again, or split it by month."
        ) from error


def _split(data: bytes) -> Iterator[tuple[bytes, bool]]:
    """The messages' bytes, without their "From " lines, and whether it is the last. One begins the file or stands below an
    empty line."""
    begins = [found for found in _BEGIN.finditer(data) if _stands_apart(data, found.start())]
    ends = [*(found.start() for found in begins[1:]), len(data)]
    for found, end in zip(begins, ends, strict=False):
        yield _ESCAPED.sub(rb"\1", data[found.end() : end]), end == len(data)


def _stands_apart(data: bytes, at: int) -> bool:
    before = data[max(at - 4, 0) : at].replace(b"\r", b"")
    return not before.strip(b"\n") if at < 4 else before.endswith(b"\n\n")


def _letters(data: bytes) -> tuple[list[_Letter], list[str], list[str]]:
    """Messages in the file's order, each once; warnings; and which are cut: left out where that is sure."""
    clock, counts, found = Clock("nl"), Counter[str](), dict[str, _Letter]()
    damage: list[str] = []
    for place, (raw, is_last) in enumerate(_split(data), 1):
        try:
            message = BytesParser().parsebytes(raw)
            letter = _letter(message, raw, clock)
            is_open, is_packed = mime.ends_in_text(message, not raw.endswith(b"\n")) if is_last else (False, False)
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
            counts["messages that cannot be read, left out"] += 1
            continue
        if mime.is_cut(message) or (is_open and is_packed):
            damage.append(f"message {place} left out: its text is cut off")
            continue
        if is_open:
            damage.append(f"message {place}, the last, may be cut: its end is missing")
        if letter is None:
            counts["messages without text, left out"] += 1
        elif letter.number in found:
            counts["messages that occur twice, kept once"] += 1
        else:
            found[letter.number] = letter
    return list(found.values()), [f"{what}: {n}" for what, n in counts.items()] + clock.warnings(), damage


def _letter(message: Message, raw: bytes, clock: Clock) -> _Letter | None:
    """A message, or None where it says nothing."""
    text, is_html = mime.body(message)
    text = text.strip() if is_html else mail.own_part(text)
    if not text:
        return None
    written = _ID.search(mime.header(message, "message-id") or "")
    number = hashed(written[1]) if written else hashlib.sha256(raw).hexdigest()[:32]
    subject, is_answer = mail.subject(mime.header(message, "subject"))
    comment = RawComment(
        platform_id=number,
        parent=None,
        author=_author(message),
        posted_at=_moment(message, clock),
        text=text,
        text_format="html" if is_html else "text",
        permalink=absolute("", (mime.header(message, "archived-at") or "").strip("<> ")),
    )
    return _Letter(number, _ancestors(message), subject, is_answer, comment)


def hashed(message_id: str) -> str:
    """The id of a message as HyperKitty writes it (`message_id_hash`)."""
    return base64.b32encode(
        hashlib.sha1(message_id.encode("utf-8", "replace"), usedforsecurity=False).digest()
    ).decode()


def _ancestors(message: Message) -> list[str]:
    """References, oldest first; the one in In-Reply-To is last where they do not name it."""
    ids = _ID.findall(mime.header(message, "references") or "")
    answered = _ID.findall(mime.header(message, "in-reply-to") or "")[:1]
    return list(dict.fromkeys(hashed(one) for one in [*ids, *(one for one in answered if not ids or one not in ids)]))


def _author(message: Message) -> str | None:
    raw = mime.header(message, "from", decoded=False) or ""
    name = parseaddr(raw)[0] or ""
    if not name and (hidden := _HIDDEN_NAME.search(raw)):  # pipermail: "jan at voorbeeld.nl (Jan Jansen)"
        name = hidden[1]
    return mail.without_address(mime.decoded(name), from_list=message["list-id"] is not None)


def _moment(message: Message, clock: Clock) -> dt.datetime | None:
    written = mime.header(message, "date")
    # -0000 is a time in UTC of which the sender's zone is not told (RFC 5322, section 3.3)
    return clock.read(re.sub(r"-0000\b", "+0000", written)) if written else None


def _pages(letters: list[_Letter]) -> list[Reading]:
    """Threads as pages, by the time of their first message."""
    pages = []
    for root, group in _threads(letters).items():
        group.sort(key=lambda letter: _when(letter))
        comments = [RawComment(**{**vars(letter.comment), "parent": letter.parent}) for letter in group]
        title = group[0].subject
        first = comments[0].posted_at
        pages.append(Reading(NAME, "", title, published_at=first, comments=comments, thread=f"mbox:{root}"))
    pages.sort(
        key=lambda page: (page.published_at is None, page.published_at or dt.datetime.max.replace(tzinfo=dt.UTC))
    )
    return pages


def _when(letter: _Letter) -> tuple[bool, dt.datetime]:
    moment = letter.comment.posted_at
    return (moment is None, moment or dt.datetime.max.replace(tzinfo=dt.UTC))


def _threads(letters: list[_Letter]) -> dict[str, list[_Letter]]:
    """Messages by thread, each with its parent. The name of a thread is the oldest id that its messages name."""
    here = {letter.number for letter in letters}
    joined: dict[str, str] = {}
    for letter in letters:
        letter.parent = next((one for one in reversed(letter.ancestors) if one in here and one != letter.number), None)
        for one in letter.ancestors:
            _join(joined, one, letter.number)
    _cut_circles(letters)
    _join_by_subject(letters, joined)
    groups: dict[str, list[_Letter]] = {}
    for letter in letters:
        groups.setdefault(_root(joined, letter.number), []).append(letter)
    return groups


def _root(joined: dict[str, str], one: str) -> str:
    way = []
    while (above := joined.get(one)) is not None:
        way.append(one)
        one = above
    joined.update(dict.fromkeys(way, one))
    return one


def _join(joined: dict[str, str], above: str, below: str) -> None:
    top, other = _root(joined, above), _root(joined, below)
    if top != other:
        joined[other] = top


def _cut_circles(letters: list[_Letter]) -> None:
    """Messages whose References go round in a circle: the last link found is taken out."""
    parents = {letter.number: letter for letter in letters}
    safe: set[str] = set()
    for letter in letters:
        way: dict[str, _Letter] = {}
        at: _Letter | None = letter
        while at is not None and at.number not in safe:
            if at.parent in way or at.parent == at.number:
                at.parent = None
            way[at.number] = at
            at = parents.get(at.parent) if at.parent else None
        safe.update(way)


def _join_by_subject(letters: list[_Letter], joined: dict[str, str]) -> None:
    """Answers that name nobody to the latest earlier thread of the same subject."""
    latest: dict[str, str] = {}
    for letter in sorted(letters, key=_when):
        key = (letter.subject or "").casefold()
        if key and letter.is_answer and not letter.ancestors and key in latest:
            _join(joined, latest[key], letter.number)
        if key and (not letter.is_answer or key not in latest):
            latest[key] = letter.number
