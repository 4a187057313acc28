"""Pasted text: a page's words in a plain file, an article and the readers' comments under it.

Somebody selects a page and pastes it. What is left is lines: the article's first, then the comments', often without
a name, a date or a rule between them. This package tells the two apart and finds where each comment begins. Every
boundary carries a confidence, the probability that a comment begins there, and an analyst's corrections win.

The way a text goes: `lines`, `headers` and `furniture` (what kind of line is it), `paragraphs` and `features` (what is measured), `model` and
`weights` (the likeliest reading), `sidecar` (corrections), `segments` (the page). Offsets count characters of
`normalise(text)`: without byte order mark, with every line break as one `\\n`.
"""

from __future__ import annotations

from pipeline.errors import UsageError
from pipeline.platforms.pasted.features import features
from pipeline.platforms.pasted.lines import HEADER, TEXT, Line, normalise, split_lines
from pipeline.platforms.pasted.model import Decoded, confidence, decode
from pipeline.platforms.pasted.segments import NAME, PastedPage, build
from pipeline.platforms.pasted.sidecar import apply, sidecar

__all__ = ["NAME", "PastedPage", "matches", "normalise", "read", "sidecar"]

#: the program never claims to be certain; 1.0 is an analyst's word
_LEAST, _MOST = 0.01, 0.99


def matches(html: str, url: str) -> bool:
    """Whether a body is plain text: it opens neither with a tag nor as JSON."""
    return html.lstrip("\ufeff \t\r\n")[:1] not in ("<", "{", "[", "")


def read(text: str, source_name: str, corrections: str | None = None) -> PastedPage:
    """The article and the comments of a pasted text.

    `source_name` is for messages; `corrections` is the content of the analyst's file (see `sidecar`), if there is
    one. `comment.start` and `page.spans` count characters of `normalise(text)`. UsageError: no text, or a correction
    that cannot be followed.
    """
    text = normalise(text)
    lines = split_lines(text)
    texts = [line.text for line in lines if line.kind == TEXT]
    if not texts:
        raise UsageError(f"{source_name}: no text. Paste the page's article and comments into the file.")
    rows = features(lines)
    decoded = decode(rows, no_article=_opens_with_name(lines))
    sure = {i: confidence(decoded.begins[i], rows[i][1]) for i in decoded.starts}
    starts = {i: round(min(max(p, _LEAST), _MOST), 2) for i, p in sure.items()}
    doubts = _doubts(decoded)
    if corrections is not None and corrections.strip():
        starts, doubts = apply(corrections, texts, starts, source_name), []
    return build(text, lines, starts, doubts)


def _opens_with_name(lines: list[Line]) -> bool:
    """Whether a name line is the first of all: then there is no article."""
    return next(line.kind for line in lines if line.kind in (TEXT, HEADER)) == HEADER


def _doubts(decoded: Decoded) -> list[str]:
    """A warning where the article may well end elsewhere."""
    if not decoded.starts or decoded.starts[0] == 0:
        return []
    first = decoded.starts[0]
    ends_here = max(0.0, decoded.articles[first - 1] - decoded.articles[first])
    return [f"the article may end elsewhere: {ends_here:.2f} sure of its end"] if ends_here < 0.5 else []
