"""An e-mail message's headers and body as text, whatever encoding they declare.

What is read is the part that people read first: text/plain before text/html among alternatives (RFC 2046, section 5.1.4),
without attachments. Text that flows (RFC 3676) gets its paragraphs back. Nothing here raises on malformed messages but
what Python's parser itself raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import (
    CloseBoundaryNotFoundDefect,
    HeaderParseError,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
)
from email.header import decode_header
from email.message import Message

from pipeline.files.decoding import mostly_utf8

#: parts within parts; real messages stay below ten
MAX_PARTS_DEEP = 50
#: read as their supersets (WHATWG Encoding)
_SUPERSET = {"us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252"}
_FOLD = re.compile(r"\r?\n[ \t]+|[\r\n]+")


def header(message: Message, name: str, *, decoded: bool = True) -> str | None:
    """A header on one line; None where it is absent or empty. `decoded=False` leaves encoded words as they are."""
    for key, value in message.raw_items():
        if key.lower() == name:
            text = _FOLD.sub(" ", text_of(str(value).encode("utf-8", "surrogateescape"), None)).strip()
            return (_decoded(text) if decoded else text) or None
    return None


def decoded(text: str) -> str:
    """Encoded words (RFC 2047) as what they mean; anything malformed as it stands."""
    return _decoded(text)


def _decoded(text: str) -> str:
    if "=?" not in text:
        return text
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(part if isinstance(part, str) else text_of(part, charset) for part, charset in parts)


def text_of(data: bytes, charset: str | None) -> str:
    """Bytes as text: UTF-8 where they are, or mostly are, else what is declared, else Windows-1252. NUL is left out."""
    try:
        return data.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        if mostly := mostly_utf8(data):
            return mostly.text.replace("\0", "")
    name = (charset or "cp1252").lower()
    try:
        return data.decode(_SUPERSET.get(name, name), "replace").replace("\0", "")
    except (LookupError, ValueError):
        return data.decode("cp1252", "replace").replace("\0", "")


def body(message: Message) -> tuple[str, bool]:
    """What a message says, and whether it is HTML. Several plain parts of a mixed message follow each other."""
    plain: list[str] = []
    marked: list[str] = []
    for part in _readable(message, 0):
        (plain if part.get_content_type() == "text/plain" else marked).append(content(part))
    if any(text.strip() for text in plain):
        return "\n\n".join(text.rstrip("\r\n") for text in plain if text.strip()), False
    return next((text for text in marked if text.strip()), ""), True


def is_cut(message: Message) -> bool:
    """Whether the base64 of a text that `body` has read ends too early. Foreign characters in it are no cut: lists write
    their footers there."""
    for part in _readable(message, 0):
        kinds = set(map(type, part.defects))
        if InvalidBase64LengthDefect in kinds or (
            InvalidBase64PaddingDefect in kinds and InvalidBase64CharactersDefect not in kinds
        ):
            return True
    return False


def ends_in_text(message: Message, within_line: bool) -> tuple[bool, bool]:
    """Of the last message of a file: whether its end is missing where a text stands that `body` reads (`within_line`: the
    file ends without a line end), and whether that text is base64."""
    leaf = message
    while leaf.is_multipart() and isinstance(parts := leaf.get_payload(), list) and parts:
        leaf = parts[-1]  # type: ignore[assignment]
    missing = within_line or any(isinstance(defect, CloseBoundaryNotFoundDefect) for defect in message.defects)
    is_text = any(part is leaf for part in _readable(message, 0))
    return missing and is_text, str(leaf.get("content-transfer-encoding", "")).strip().lower() == "base64"


def _readable(message: Message, depth: int) -> Iterator[Message]:
    """The text parts that are no attachments; of alternatives the plain one, else the HTML."""
    if depth > MAX_PARTS_DEEP or message.get_content_maintype() == "message":
        return
    if not message.is_multipart():
        if message.get_content_type() in ("text/plain", "text/html") and not _is_attached(message):
            yield message
        return
    parts = message.get_payload()
    found = [part for one in parts if isinstance(one, Message) for part in _readable(one, depth + 1)]
    if message.get_content_subtype() == "alternative":
        plain = [part for part in found if part.get_content_type() == "text/plain" and content(part).strip()]
        found = plain or found
    yield from found


def _is_attached(part: Message) -> bool:
    disposition = header(part, "content-disposition") or ""
    return disposition.lower().startswith("attachment") or part.get_filename() is not None


def content(part: Message) -> str:
    """The text of a part, in the encoding that it declares or is in; "" where it has none."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset()
    # Multi-byte encodings of 7 bits are valid UTF-8 by accident.
    shifts = charset is not None and charset.lower().startswith(("iso-2022", "utf-7", "utf-16", "hz-"))
    text = _by_name(data, charset) if shifts and charset else text_of(data, charset)
    text = text.replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unflowed(text, str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _by_name(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return text_of(data, None)


def unflowed(text: str, del_space: bool = False) -> str:
    """Flowed text (RFC 3676) with each paragraph on a line of its own; quote marks and the signature's mark stay."""
    lines: list[list[str]] = []  # each paragraph as its pieces
    open_depth: int | None = None  # quote depth of the paragraph that the last line leaves open
    for raw in text.split("\n"):
        marks = len(raw) - len(raw.lstrip(">"))
        line = raw[marks:]
        if line.startswith(" "):
            line = line[1:]
        is_signature = line in ("-- ", "--")
        flows = line.endswith(" ") and not is_signature
        shown = line[:-1] if flows and del_space else line
        if open_depth == marks and not is_signature:
            lines[-1].append(shown)
        else:
            lines.append([">" * marks + " " if marks else "", shown])
        open_depth = marks if flows else None
    joined = ("".join(pieces) for pieces in lines)
    return "\n".join(line if line == "-- " else line.rstrip(" ") for line in joined)
