"""From bytes as transferred to text: unpack under a cap, find what was cut, decode.

HTTP libraries hand over half a gzip stream as if it were whole; here a stream that does not end is an error, so that a cut
page never counts as one. The archive keeps the bytes as transferred.
"""

from __future__ import annotations

import json
import re
import zlib

from w3lib.encoding import html_to_unicode

MAX_ENCODINGS = 5
_WBITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class DamagedError(ValueError):
    """A body that is cut or does not unpack."""


class TooLargeError(ValueError):
    """A body that unpacks to more than the cap."""


def unpack(raw: bytes, content_encoding: str, cap: int) -> bytes:
    """The body under its content encodings (comma separated, outermost last). DamagedError: cut or foreign; TooLargeError."""
    names = [
        name.strip().lower() for name in content_encoding.split(",") if name.strip().lower() not in ("", "identity")
    ]
    if len(names) > MAX_ENCODINGS:
        raise DamagedError(f"{len(names)} content encodings on one body; {MAX_ENCODINGS} at most are unpacked")
    for name in reversed(names):
        if name not in _WBITS:
            raise DamagedError(f"content encoding {name!r}, which was not asked for")
        raw = _inflate(raw, _WBITS[name], cap)
    return raw


def _inflate(raw: bytes, wbits: int, cap: int) -> bytes:
    if wbits == 15 and raw and raw[0] & 0x0F != 8:
        wbits = -15  # some servers send "deflate" without its zlib header
    parts: list[bytes] = []
    room = cap
    while raw:
        stream = zlib.decompressobj(wbits)
        try:
            part = stream.decompress(raw, room + 1)
        except zlib.error as error:
            raise DamagedError(f"the packed body is damaged ({error})") from error
        if len(part) > room:
            raise TooLargeError(f"the body unpacks to over {cap:,} bytes")
        if not stream.eof:
            raise DamagedError("the packed body is cut off")
        parts.append(part)
        room -= len(part)
        raw = stream.unused_data.lstrip(b"\0")
    return b"".join(parts)


def decode(body: bytes, content_type: str) -> tuple[str, str]:
    """(text, encoding). What is strict UTF-8 is UTF-8, whatever a header says; else header, BOM and meta decide."""
    try:
        return body.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        encoding, text = html_to_unicode(content_type or None, body)
        return text, encoding


def check_end(body: bytes, content_type: str) -> None:
    """DamagedError where a body that ended with the connection (no length was given) lacks its end."""
    if "json" in content_type:
        try:
            json.loads(body)
        except ValueError as error:
            raise DamagedError(f"the JSON is cut off or damaged ({error})") from error
    elif "html" in content_type and not re.search(rb"</html\s*>", body[-4096:], re.IGNORECASE):
        raise DamagedError("the page ends without </html>: cut off")
