"""Names that are bound to what they name. Apart from the tables, because page readers need them and no tables."""

from __future__ import annotations

import hashlib
import unicodedata

#: A comment of pasted text whose beginning is less sure than this (`boundary_confidence`) is doubtful.
SURE_BOUNDARY = 0.7


def text_digest(text: str) -> str:
    """SHA-256 of the NFC form of a text, the first 32 hex digits: the same words, the same digest."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def bound_id(prefix: str, *parts: str) -> str:
    """An id bound to content and place: prefix and 16 hex digits of SHA-256 over the parts."""
    return prefix + hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
