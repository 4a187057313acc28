"""Bytes of a page to text, when what the server declares and what the bytes are differ."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

_HIGH = bytes(range(128, 256))
_MARKUP = bytes(range(32, 127))


class Decoded(NamedTuple):
    """A text, the encoding that it was read in, and a warning where that is not what was declared."""

    text: str
    encoding: str
    warnings: list[str]


def decode(body: bytes, content_type: str = "") -> Decoded:
    """What the bytes are, whatever a header says. Bytes without meaning become U+FFFD.

    What is strict UTF-8 is UTF-8: other encodings hardly ever are by chance; and so is what mostly is, with a warning. Else the
    byte order mark, the header and the page's head decide (Latin-1 stands for Windows-1252, as in browsers); but what they call
    UTF-8 is not, and is read as Windows-1252, like a page that says nothing.
    """
    declared = _usable(http_content_type_encoding(content_type or None), body)
    declared = declared or _usable(html_body_declared_encoding(body), body)
    wide = declared if declared and declared.startswith(("utf-16", "utf-32")) else None
    marked = read_bom(body)[0] or wide
    if marked in (None, "utf-8"):
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            mostly = mostly_utf8(body)
            if mostly is not None:
                return mostly
        else:
            wrong = declared not in (None, "utf-8") and not body.isascii()
            return Decoded(text, "utf-8", [f"declared as {declared}, but UTF-8: read as UTF-8"] if wrong else [])
    encoding = marked or (declared if declared and declared != "utf-8" else "cp1252")
    wrong = not marked and encoding != declared
    told = [f"declared as {declared or 'nothing'}, but not UTF-8: read as Windows-1252"] if wrong else []
    return Decoded(to_unicode(body, encoding).lstrip("\ufeff"), encoding, told)


def mostly_utf8(body: bytes) -> Decoded | None:
    """UTF-8 with some bytes that are none, which become U+FFFD; None where there are none, or more of them than characters that need
    UTF-8."""
    text = body.decode("utf-8-sig", "replace")
    stray = text.count("\ufffd") - body.count("\ufffd".encode())
    characters = len(text) - len(body.translate(None, _HIGH)) - stray  # beyond ASCII
    if not 0 < stray < characters:
        return None
    return Decoded(text, "utf-8", [f"bytes in UTF-8 that are no character, shown as \ufffd: {stray}"])


def _usable(label: str | None, body: bytes) -> str | None:
    """The name of an encoding that a page can be in, else None: Python knows codecs that are none (rot13, zlib), and some in
    which letters are no letters. UTF-16 and UTF-32 fill many of their bytes with NUL, where anything is marked up."""
    if label is None or "escape" in label:
        return None
    if label.startswith(("utf-16", "utf-32")):
        return label if body.count(0) * 10 > len(body) else None
    try:
        known = codecs.lookup(label)
        usable = known._is_text_encoding and known.decode(_MARKUP, "replace")[0] == _MARKUP.decode()
    except (LookupError, ValueError, TypeError, AttributeError):
        return None
    return label if usable else None
