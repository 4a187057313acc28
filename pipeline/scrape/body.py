"""Bodies as transferred: find what was cut.

HTTP libraries hand over half a gzip stream as if it were whole; here (`files.packing`) a stream that does not end is an error,
so that a cut page never counts as one. The archive keeps the bytes as transferred. Only gzip is asked for, but a badly set up
cache sends Brotli or zstd to everybody: those are unpacked as well, under the same cap.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable

from pipeline.files.gzipped import DamagedError
from pipeline.files.packing import PackedError, TooLargeError, unpack

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

# No length was told and there is no last chunk, so that only the body itself can say whether it came whole. HTML allows
# </html> and </body> to be left out; such a page counts as whole if nothing is open at its end that must be closed, and
# the same bytes come a second time. A page that was cut fails the first, or, where it is cut between two paragraphs, the second.
# The same bytes twice are not enough by themselves: a program that dies at the same place each time sends them too.

#: what is no mark-up inside, comments, and tags; whatever does not end goes on to the end of the page
_TOKEN = re.compile(
    rb"<!--(?:.*?-->|(?P<open>.*))|<(?P<raw>script|style|textarea|title|iframe|noembed|noframes|xmp)(?=[\s/>])"
    rb"(?:.*?</(?P=raw)\s*>|(?P<rest>.*))|<(?P<slash>/?)(?P<name>[a-z][^\s/>]*)(?:[^>\"']|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))*+(?P<end>>?)",
    re.IGNORECASE | re.DOTALL,
)
#: elements that have no end tag, or need none (HTML, 13.1.2)
_NEEDS_NO_END = frozenset(
    b"area base br col embed hr img input link meta source track wbr body caption colgroup dd dt head html li optgroup option p "
    b"rp rt tbody td tfoot th thead tr".split()
)


def ends(body: bytes, content_type: str) -> str | None:
    """How a body that ended with the connection shows its end; None where it does not."""
    kind = _kind(body, content_type)
    if kind == "json":
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return None
        return "JSON that can be read"
    if kind == "xml":
        bare = re.sub(rb"<!--.*?(?:-->|\Z)|<[?!][^>]*(?:>|\Z)", b"", body, flags=re.DOTALL)
        root = re.search(rb"<([a-z_][^\s/>]*)", bare, re.IGNORECASE)
        end = root and re.search(rb"</" + re.escape(root[1]) + rb"\s*>\s*\Z", bare[-4096:])
        return "end of the root element" if end else None
    if kind == "html" and re.search(rb"</(?:html|body)", body[-4096:], re.IGNORECASE):  # if it is no word in a script
        tags = [m for m in _TOKEN.finditer(body) if m["slash"] and m["end"] and m["name"].lower() in (b"html", b"body")]
        return "end tag" if tags and tags[-1].end() > len(body) - 4096 else None
    return None


def may_end(body: bytes, content_type: str) -> bool:
    """Whether a body that does not show its end may be whole: nothing is open that must be closed."""
    kind = _kind(body, content_type)
    if kind != "html":
        return kind == "text"
    opened: Counter[bytes] = Counter()
    for token in _TOKEN.finditer(body):
        if token["open"] is not None or token["rest"] is not None or (token["name"] and not token["end"]):
            return False
        if token["name"] and not token[0].endswith(b"/>"):
            opened[token["name"].lower()] += -1 if token["slash"] else 1
    return bool(opened) and all(count <= 0 for name, count in opened.items() if name not in _NEEDS_NO_END)


def _kind(body: bytes, content_type: str) -> str:
    """html, json, xml or text, by what the answer says of itself, else by how it begins."""
    said = content_type.lower()
    found = next((kind for kind in ("html", "json", "xml") if kind in said), "text")
    return "html" if not said and body.lstrip()[:1] == b"<" else found
