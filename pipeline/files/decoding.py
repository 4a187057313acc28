"""Bytes of a page to text, when what the server declares and what the bytes are differ."""

from __future__ import annotations

from typing import NamedTuple

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode


class Decoded(NamedTuple):
    """A text, the encoding that it was read in, and a warning where that is not what was declared."""

    text: str
    encoding: str
    warnings: list[str]


def decode(body: bytes, content_type: str = "") -> Decoded:
    """What the bytes are, whatever a header says. Bytes without meaning become U+FFFD.

    What is strict UTF-8 is UTF-8: other encodings hardly ever are by chance. Else the byte order mark, the header and the page's
    head decide (Latin-1 stands for Windows-1252, as in browsers); but what they call UTF-8 is not, and is read as
    Windows-1252, like a page that says nothing.
    """
    declared = http_content_type_encoding(content_type or None) or html_body_declared_encoding(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        wrong = declared not in (None, "utf-8") and not body.isascii()
        return Decoded(text, "utf-8", [f"declared as {declared}, but UTF-8: read as UTF-8"] if wrong else [])
    marked = read_bom(body)[0]
    encoding = marked or (declared if declared and declared != "utf-8" else "cp1252")
    wrong = not marked and encoding != declared
    told = [f"declared as {declared or 'nothing'}, but not UTF-8: read as Windows-1252"] if wrong else []
    return Decoded(to_unicode(body, encoding).lstrip("\ufeff"), encoding, told)
