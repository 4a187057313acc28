"""A pasted text as its lines: paragraphs, name lines, and the page's own buttons and headings.

A browser's copy of a page keeps the words and loses the boxes: what was an article, a comment or a button is now
a line. Each paragraph of a comment is a line of its own; blank lines may or may not lie between. Every line with
something on it becomes one `Line`; offsets count characters of the normalised text (see `normalise`). What a line is
by itself is `furniture`; what the habit of the whole page makes of it is decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from pipeline.platforms.pasted import furniture, headers
from pipeline.platforms.pasted.headers import DATE_ONLY, QUOTING, Header

TEXT, HEADER, BUTTON, HEADING = "text", "header", "button", "heading"

_BYLINE = re.compile(r"(?:door|van|by|von|par)\b", re.IGNORECASE)
_MAX_FURNITURE = 120
_MAX_HEADLINE = 140
_HABIT = 0.8  # of the places where a page could do something: it does it as a habit


@dataclass(frozen=True)
class Line:
    """One line that is not blank. `text` is `source[start:end]`: white space at both ends left out."""

    kind: str
    start: int
    end: int
    text: str
    blanks: int  # blank lines before it
    header: Header | None = None  # of a HEADER line: the name and time that it gives
    announced: int | None = None  # of a HEADING line: the number of comments that it names


def normalise(text: str) -> str:
    """The text in which offsets count: no byte order mark, every line break one `\\n`. Nothing else is changed."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def split_lines(text: str) -> list[Line]:
    """The lines of a normalised text that hold more than white space, in order, each with its kind."""
    lines: list[Line] = []
    position = blanks = 0
    for raw in text.split("\n"):
        words = raw.strip()
        if words:
            start = position + len(raw) - len(raw.lstrip())
            lines.append(_line(words, start, blanks))
        blanks = 0 if words else blanks + 1
        position += len(raw) + 1
    for habit in (_one_form, _beside, _two_line_headers, _undated, _above_text, _bylines):
        lines = habit(lines)
    return lines


def _line(words: str, start: int, blanks: int) -> Line:
    plain = Line(TEXT, start, start + len(words), words, blanks)
    if len(words) > _MAX_FURNITURE:
        return plain
    if furniture.is_button(words):
        return replace(plain, kind=BUTTON)
    if heading := furniture.heading(words):
        return replace(plain, kind=HEADING, announced=heading.number)
    header = headers.parse_header(words) or headers.avatar(words) or _with_buttons(words)
    return replace(plain, kind=HEADER, header=header) if header else plain


def _with_buttons(words: str) -> Header | None:
    """A header with buttons beside it: "Jan • 3 jaar geleden • Reageer"."""
    parts = headers.parts(words)
    kept = [part for part in parts if not furniture.is_button(part)]
    return headers.parse_header(" • ".join(kept)) if 0 < len(kept) <= 3 and len(parts) > 1 else None


def _dated(line: Line) -> bool:
    return line.kind == HEADER and line.header is not None and line.header.when != ""


def _one_form(lines: list[Line]) -> list[Line]:
    """Headers of a form that is rare beside the page's own are words: a page has one form, a quotation any other.

    "Jan schreef op 3 maart" quotes, where enough lines have a form that does not say so, however often readers quote.
    """
    forms = Counter(line.header.form for line in lines if line.header and _dated(line))
    plain = max((n for form, n in forms.items() if form not in QUOTING), default=0)
    if plain >= max(2, sum(forms[form] for form in QUOTING) / 3):
        forms = Counter({form: n for form, n in forms.items() if form not in QUOTING})
    most = max(forms.values(), default=0)
    kept = {form for form, n in forms.items() if n * 3 >= most}
    return [
        replace(x, kind=TEXT, header=None) if x.header and _dated(x) and x.header.form not in kept else x for x in lines
    ]


def _beside(lines: list[Line]) -> list[Line]:
    """Numbers and ranks beside the page's own lines are the page's: how many like it, how many an author wrote."""
    out = list(lines)
    for i, line in enumerate(lines):
        near = [*out[max(0, i - 1) : i], *lines[i + 1 : i + 2]]
        if line.kind != TEXT or _is_guest(lines, i):
            continue
        if furniture.is_small(line.text) and any(x.kind in (BUTTON, HEADER) for x in near):
            out[i] = replace(line, kind=BUTTON)
        if furniture.is_subject(line.text) and any(x.kind == HEADER for x in lines[i + 1 : i + 2]):
            out[i] = replace(line, kind=BUTTON)
    return out


def _is_guest(lines: list[Line], i: int) -> bool:
    """Whether a line is the name of a writer who gives none ("Gast"), and not the rank below a name: right above a date, and apart
    from what stands above it."""
    if not (furniture.is_guest(lines[i].text) and lines[i].blanks and i + 1 < len(lines)):
        return False
    below = lines[i + 1]
    is_date = _dated(below) and below.header is not None and below.header.form == DATE_ONLY
    return is_date and below.blanks < lines[i].blanks


def _two_line_headers(lines: list[Line]) -> list[Line]:
    """A name on one line and a date on the next, or the other way round, made into header lines.

    Buttons and pictures may lie between. The date's line then carries both; the name's line is a header without
    anything of its own. Only if nearly every lone date has a name at that side: a habit of the page, not a short line
    of somebody's comment.
    """
    dates = [i for i, x in enumerate(lines) if x.header and _dated(x) and x.header.form == DATE_ONLY]
    for step in (-1, 1):
        found = [_name_beside(lines, i, step) for i in dates]
        named = [at for at in found if at is not None]
        if not named or len(named) < _HABIT * len(dates) or len(set(named)) < len(named):
            continue
        out = list(lines)
        for i, at in zip(dates, found, strict=True):
            if at is not None:
                header = lines[i].header
                out[at] = replace(lines[at], kind=HEADER, header=None)
                out[i] = replace(
                    lines[i], header=Header(headers.is_name(lines[at].text), header.when if header else "")
                )
        return out
    return lines


def _name_beside(lines: list[Line], i: int, step: int) -> int | None:
    """The index of the name nearest to line `i` on one side, buttons and pictures passed over."""
    j = i + step
    while 0 <= j < len(lines) and (lines[j].kind == BUTTON or (lines[j].kind == HEADER and not _dated(lines[j]))):
        j += step
    if not 0 <= j < len(lines) or lines[j].kind != TEXT or not headers.is_name(lines[j].text):
        return None
    goes_on = j + 1 < len(lines) and lines[j + 1].kind in (TEXT, BUTTON)
    return j if step < 0 or goes_on else None


def _undated(lines: list[Line]) -> list[Line]:
    """Names without dates ("Geplaatst door Jan"), on a page that gives none."""
    if any(_dated(line) for line in lines):
        return lines
    said = {i: found for i, x in enumerate(lines) if x.kind == TEXT and (found := headers.by(x.text))}
    if len(said) < 2:
        return lines
    return [replace(x, kind=HEADER, header=said[i]) if i in said else x for i, x in enumerate(lines)]


def _above_text(lines: list[Line]) -> list[Line]:
    """Bare names, where each row of buttons is followed by one: "Jan Jansen", words, "Vind ik leuk · 3 d"."""
    if any(line.kind == HEADER for line in lines):
        return lines
    after = [i for i in range(1, len(lines)) if lines[i - 1].kind == BUTTON and lines[i].kind == TEXT]
    named = [i for i in after if _stands_above(lines, i)]
    if len(named) < 2 or len(named) < _HABIT * len(after):
        return lines
    first = next(i for i, line in enumerate(lines) if line.kind == BUTTON)
    top = next((i + 1 for i in range(first) if lines[i].kind == HEADING), 0)
    before = [i for i in range(top, first) if lines[i].kind == TEXT and _stands_above(lines, i, proper=not top)]
    names = {*named, *(before[:1] if top else before[-1:])}
    return [replace(x, kind=HEADER, header=Header(x.text, "")) if i in names else x for i, x in enumerate(lines)]


def _stands_above(lines: list[Line], i: int, proper: bool = False) -> bool:
    """Whether a line may be a name above words; `proper`: only one that looks like a person's."""
    named = headers.is_proper_name(lines[i].text) or (not proper and headers.is_name(lines[i].text) is not None)
    return named and i + 1 < len(lines) and lines[i + 1].kind == TEXT


def _bylines(lines: list[Line]) -> list[Line]:
    """A name and date under the page's headline are the article's, hence text like the rest of it.

    One line lower, under the lead, only if the line says so ("Door Jan Pen, 3 maart 2009").
    """
    out = list(lines)
    for i, line in enumerate(lines[:3]):
        above = lines[:i]
        if line.kind != HEADER or not above or any(other.kind != TEXT for other in above):
            continue
        headline = len(above[0].text) < _MAX_HEADLINE and above[0].text[-1] not in ".…"
        says_so = _BYLINE.match(line.text) is not None
        below = i + 1  # or two lower, where the date is on a line of its own
        if says_so and line.header is None and len(lines) > below and _dated(lines[below]):
            below += 1
        goes_on = len(lines) > below and lines[below].kind == TEXT
        if headline and goes_on and (i == 1 or says_so):
            out[i:below] = [replace(one, kind=TEXT, header=None) for one in lines[i:below]]
    return out
