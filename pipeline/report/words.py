"""How somebody's words are shown: whole, marked, and unable to do anything.

Every text on the site is a slice of a cleaned comment. Evidence and repairs are spans of it in characters, and may
overlap; the text is therefore cut at every boundary, and each piece knows what lies over it. Characters that only
steer the display (bidi overrides, tags, NUL) are taken out of what is shown, after slicing, so that offsets hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlsplit

from pipeline.errors import StandpuntError
from pipeline.tables import text_digest

#: control characters, bidi marks, overrides and isolates, invisible separators, byte order mark, tag characters
STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
LINE_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
SURROGATES = re.compile("[\ud800-\udfff]")
ADDRESS = re.compile(r"https?://[^\s<>\"'`\\^{|}]+[^\s<>\"'`\\^{|}.,;:!?)\]…]")


@dataclass(frozen=True)
class Span:
    """Characters `start` to `end` of a text.

    `kind` is evidence (value: party), hint (the same, for a party that the label does not name), or repair (value: what
    stood there).
    """

    start: int
    end: int
    kind: str
    value: str


@dataclass(frozen=True)
class Piece:
    """A stretch of text under the same spans. `url` is set where it is a link."""

    text: str
    parties: tuple[str, ...] = ()
    before: str | None = None
    url: str | None = None
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Excerpt:
    """Some or all of a text, in pieces; whether something was left out before and after."""

    pieces: tuple[Piece, ...]
    cut_before: bool = False
    cut_after: bool = False


def harmless(text: str) -> str:
    """The text as it may be displayed: nothing that steers the display, line ends as newlines, valid Unicode."""
    return SURROGATES.sub("\ufffd", STEERING.sub("", LINE_BREAKS.sub("\n", text)))


def safe_url(url: str | None) -> str | None:
    """An absolute http(s) address without a user name, or None."""
    if not url or STEERING.search(url) or re.search(r"[\s<>\"'`\\]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc else None


def _check(text: str, span: Span, where: str) -> None:
    if not 0 <= span.start <= span.end <= len(text):
        raise StandpuntError(
            f"comment {where}: {span.kind} span {span.start}-{span.end} lies outside its text of {len(text)} "
            "characters. The tables do not belong together; run `dvc repro`."
        )


def _linked(piece: Piece) -> Iterable[Piece]:
    """The piece, with each address in it as a piece of its own."""
    at = 0
    for found in ADDRESS.finditer(piece.text):
        if url := safe_url(found.group()):
            if found.start() > at:
                yield replace(piece, text=piece.text[at : found.start()])
            yield replace(piece, text=found.group(), url=url)
            at = found.end()
    if at < len(piece.text):
        yield replace(piece, text=piece.text[at:])


def pieces(
    text: str, spans: Sequence[Span], where: str, *, links: bool = False, start: int = 0, end: int | None = None
) -> tuple[Piece, ...]:
    """`text[start:end]` cut at the boundaries of its spans (`where`: the comment's id, for the message).

    Raises StandpuntError where a span lies outside the text.
    """
    for span in spans:
        _check(text, span, where)
    end = len(text) if end is None else end
    edges = {start, end, *(e for s in spans for e in (s.start, s.end) if start < e < end)}
    cuts = sorted(edges)
    result: list[Piece] = []
    for left, right in pairwise(cuts):
        over = [s for s in spans if s.start <= left and right <= s.end]
        parties, hints = (tuple(dict.fromkeys(s.value for s in over if s.kind == k)) for k in ("evidence", "hint"))
        before = next((s.value for s in over if s.kind == "repair"), None)
        repaired = None if before is None else harmless(before)
        piece = Piece(harmless(text[left:right]), parties, repaired, hints=hints)
        result += _linked(piece) if links else [piece]
    return tuple(piece for piece in result if piece.text)


def _window(text: str, focus: Span | None, limit: int) -> tuple[int, int]:
    """Where an excerpt begins and ends: at spaces where there are any, and never within a focus of up to 2 x `limit`."""
    if focus is None:
        focus = Span(0, 0, "evidence", "")
    start = 0
    if focus.end > limit:
        start = max(0, min(focus.start - limit // 4, len(text) - limit))
        space = text.find(" ", start, focus.start) if start else -1
        start = space + 1 if space >= 0 else start
    end = min(len(text), max(start + limit, min(focus.end, start + 2 * limit)))
    if end < len(text):
        space = text.rfind(" ", max(start, min(focus.end, end)), end)
        end = space if space > start else end
    return start, end


def excerpt(text: str, spans: Sequence[Span], where: str, limit: int, focus: Span | None = None) -> Excerpt:
    """At most about `limit` characters of the text, around `focus`, else its first evidence, else its beginning."""
    if len(text) <= limit * 1.2:
        return Excerpt(pieces(text, spans, where))
    first = focus or min((s for s in spans if s.kind in {"evidence", "hint"}), key=lambda s: s.start, default=None)
    start, end = _window(text, first, limit)
    return Excerpt(pieces(text, spans, where, start=start, end=end), start > 0, end < len(text))


def check_quote(text: str, quote: dict[str, object], what: str) -> Span:
    """The span of a quote, checked against its digest (principle: no quote that is not a slice).

    Raises StandpuntError that names the finding and the comment where the words are no longer those quoted.
    """
    start, end = int(str(quote["start"])), int(str(quote["end"]))
    if not 0 <= start < end <= len(text) or text_digest(text[start:end]) != quote["digest"]:
        raise StandpuntError(
            f"{what}: its quote of comment {quote['comment_id']} ({start}-{end}) is not what that comment says. "
            "findings.json and the cleaned comments do not belong together; run `dvc repro`."
        )
    return Span(start, end, "quote", "")
