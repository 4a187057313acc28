"""Bodies as transferred: find what was cut.

HTTP libraries hand over half a gzip stream as if it were whole; here (`files.packing`) a stream that does not end is an error,
so that a cut page never counts as one. The archive keeps the bytes as transferred. Only gzip is asked for, but a badly set up
cache sends Brotli or zstd to everybody: those are unpacked as well, under the same cap.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from pipeline.files.gzipped import DamagedError
from pipeline.files.packing import PackedError, TooLargeError, unpack
from pipeline.platforms.ending import has_end_tag, is_markup, leaves_open

__all__ = ["DamagedError", "NoEndError", "PackedError", "TooLargeError", "ends", "fields", "may_end", "unpack"]

#: header fields that are lists, of those that are read here
LISTS = frozenset({"content-encoding", "link", "x-robots-tag"})


def fields(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Header fields by name in small letters. Of a name that occurs twice, lists are joined (RFC 9110, 5.3), else the last
    counts."""
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in LISTS and key in found else value
    return found


class NoEndError(DamagedError):
    """A body that comes the same each time and shows no end: asking for it again does not help."""


# --- bodies that end with the connection -------------------------------------------------------------------------------

# No length was told and there is no last chunk, so that only the body itself can say whether it came whole: by its end, or,
# where that may be left out (see `platforms.ending`), by nothing being open at it, and the same bytes coming a second time. A
# page that was cut fails the first, or, where it is cut between two paragraphs, the second. The same bytes twice are not
# enough by themselves: a program that dies at the same place each time sends them too.


def ends(text: str, content_type: str) -> str | None:
    """How a body that ended with the connection shows its end; None where it does not."""
    kind = _kind(text, content_type)
    if kind == "json":
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return None
        return "JSON that can be read"
    if kind == "xml":
        bare = re.sub(r"<!--.*?(?:-->|\Z)|<[?!][^>]*(?:>|\Z)", "", text, flags=re.DOTALL)
        root = re.search(r"<([a-z_][^\s/>]*)", bare, re.IGNORECASE)
        end = root and re.search(rf"</{re.escape(root[1])}\s*>\s*\Z", bare[-4096:])
        return "end of the root element" if end else None
    return "end tag" if kind == "html" and has_end_tag(text) else None


def may_end(text: str, content_type: str) -> bool:
    """Whether a body that does not show its end may be whole: nothing is open that must be closed."""
    kind = _kind(text, content_type)
    return kind == "text" or (kind == "html" and re.search("<[a-zA-Z]", text) is not None and not leaves_open(text))


def _kind(text: str, content_type: str) -> str:
    """html, json, xml or text, by what the answer says of itself; what it calls text, or nothing, by what it holds."""
    said = content_type.lower()
    found = next((kind for kind in ("html", "json", "xml") if kind in said), "text")
    if found != "text":
        return found
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml") and "<html" not in text[:4096].lower():
        return "xml"
    return "html" if is_markup(text) else "text"
