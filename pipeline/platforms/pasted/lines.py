"""A pasted text as its lines: paragraphs, name lines, and the page's own buttons and headings.

A browser's copy of a page keeps the words and loses the boxes: what was an article, a comment or a button is now
a line. Each paragraph of a comment is a line of its own; blank lines may or may not lie between. Every line with
something on it becomes one `Line`; offsets count characters of the normalised text (see `normalise`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.platforms.pasted.headers import Header, is_date_only, is_name, parse_header

TEXT, HEADER, BUTTON, HEADING = "text", "header", "button", "heading"

#: a whole line that is a control of the page, not a reader's words
_BUTTON = re.compile(
    r"(?:reageer(?: op .{1,40})?|reageren|beantwoord(?:en)?|antwoord(?:en)?|citeer|citeren|rapporteer|rapporteren"
    r"|meld (?:deze reactie|misbruik)|log in om te reageren|plaats (?:een |uw |je )?reactie|vind ik leuk|delen"
    r"|reply(?: to .{1,40})?|quote|report(?: (?:abuse|this comment))?|like|share|permalink|log in to (?:reply|comment)"
    r"|leave a (?:reply|comment)|(?:toon|laad) meer reacties|(?:show|load) more comments)(?: ?\(?\d{1,6}\)?)?[.»›↩]?",
    re.IGNORECASE,
)
#: a whole line that opens the comments, with how many the page says there are
_HEADING = re.compile(
    r"(?:(?:(?P<before>\d{1,6}) )?(?:lezers)?(?:reacties?|comments?|responses?|opmerkingen)"
    r"(?: op (?:dit|het) (?:artikel|bericht)| op [“‘\"'].{1,80})?(?: ?[(:\[] ?(?P<after>\d{1,6})[)\]]?)? ?:?)",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:door|van|by)\b", re.IGNORECASE)
_MAX_FURNITURE = 120
_MAX_HEADLINE = 140


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
    return _bylines(_two_line_headers(lines))


def _line(words: str, start: int, blanks: int) -> Line:
    plain = Line(TEXT, start, start + len(words), words, blanks)
    if len(words) > _MAX_FURNITURE:
        return plain
    if _BUTTON.fullmatch(words):
        return replace(plain, kind=BUTTON)
    if heading := _HEADING.fullmatch(words):
        number = heading["before"] or heading["after"]
        return replace(plain, kind=HEADING, announced=int(number) if number else None)
    header = parse_header(words)
    return replace(plain, kind=HEADER, header=header) if header else plain


def _two_line_headers(lines: list[Line]) -> list[Line]:
    """A name on one line and a date on the next ("Jan zegt:", "3 maart 2009 om 12:03") made into header lines.

    The date's line then carries both; the name's line is a header without anything of its own. Only if every lone
    date has a name above it: a habit of the page, not a short last line of somebody's comment.
    """
    out = list(lines)
    dates = [i for i, line in enumerate(out) if line.kind == HEADER and is_date_only(line.text)]
    names = [is_name(out[i - 1].text) if i and out[i - 1].kind == TEXT else None for i in dates]
    if not all(names):
        return out
    for i, name in zip(dates, names, strict=True):
        date = out[i].header
        out[i - 1] = replace(out[i - 1], kind=HEADER)
        out[i] = replace(out[i], header=Header(name, date.when if date else ""))
    return out


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
        goes_on = len(lines) > i + 1 and lines[i + 1].kind == TEXT
        if headline and goes_on and (i == 1 or _BYLINE.match(line.text)):
            out[i] = replace(line, kind=TEXT)
    return out
