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

__all__ = ["DamagedError", "PackedError", "TooLargeError", "check_end", "fields", "unpack"]

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


def check_end(body: bytes, content_type: str) -> None:
    """DamagedError where a body that ended with the connection (no length was given) lacks its end."""
    if "json" in content_type:
        try:
            json.loads(body)
        except ValueError as error:
            raise DamagedError(f"the JSON is cut off or damaged ({error})") from error
    elif "html" in content_type and not re.search(rb"</html\s*>", body[-4096:], re.IGNORECASE):
        raise DamagedError("the page ends without </html>: cut off")
