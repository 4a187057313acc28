"""MHTML (RFC 2557): a page as browsers save it in one file, which is a mail with the page and its pictures as parts."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser

from pipeline.errors import UsageError
from pipeline.platforms import mime

_MAX_PARTS = 10_000


def page(data: bytes, name: str) -> tuple[str, str | None]:
    """The page's HTML, and the address that it was saved from. UsageError: there is no page in it."""
    try:
        message = BytesParser().parsebytes(data)
        parts = [part for part, _ in zip(message.walk(), range(_MAX_PARTS), strict=False)]
        found = next(
            (part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")), None
        )
        text = mime.content(found) if found is not None else ""
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(f"{name} is a damaged MHTML file ({error}). Save the page again.") from error
    if found is None or not text.strip():
        raise UsageError(f"{name} is MHTML, but holds no page. Save the page again, as HTML.")
    return text, _address(found) or _address(message)


def _address(part: Message) -> str | None:
    for field in ("content-location", "snapshot-content-location"):
        found = (mime.header(part, field) or "").strip()
        if found.startswith(("http://", "https://")):
            return found
    return None
