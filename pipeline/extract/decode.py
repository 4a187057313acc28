"""Bytes of a page to text, when what the server declares and what the bytes are differ.

Bytes that are valid UTF-8 and not plain ASCII are UTF-8: other encodings hardly ever are by chance. Only then does the
declaration count.
"""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(rb"""<meta[^>]+charset=["']?\s*([\w.:-]+)|<\?xml[^>]+encoding=["']([\w.:-]+)""", re.IGNORECASE)
#: browsers read these as their supersets (WHATWG Encoding)
_SUPERSET = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
}


def decode(body: bytes, content_type: str = "") -> tuple[str, list[str]]:
    """Text, and a warning where it was not what was declared. Bytes without meaning become U+FFFD."""
    declared = declared_encoding(body, content_type)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace"), []
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        wrong = declared not in (None, "utf-8") and not body.isascii()
        return text, [f"declared as {declared}, but UTF-8: read as UTF-8"] if wrong else []
    encoding = "cp1252" if declared in (None, "utf-8") else declared
    assert encoding is not None
    warnings = (
        [f"declared as {declared or 'nothing'}, but not UTF-8: read as Windows-1252"] if encoding != declared else []
    )
    return body.decode(encoding, "replace"), warnings


def is_binary(body: bytes) -> bool:
    """Whether the bytes are no text at all: NUL (but for UTF-16), or over 1 % control characters in the first 100 kB."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    sample = body[:100_000]
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in sample)
    return b"\0" in sample or control > len(sample) / 100


def declared_encoding(body: bytes, content_type: str) -> str | None:
    """The encoding that the header, else the page's head, names; None where there is none that Python knows."""
    header = re.search(r"charset=[\"']?\s*([\w.:-]+)", content_type, re.IGNORECASE)
    head = _DECLARED.search(body[:4096])
    name = header[1] if header else (head[1] or head[2]).decode("ascii") if head else ""
    try:
        found = codecs.lookup(_SUPERSET.get(name.lower(), name)).name
    except LookupError:
        return None
    return _SUPERSET.get(found, found)
