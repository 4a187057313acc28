"""Separating what a comment quotes from what its author says.

People quote by a block (already known to the markup), by BBCode, by "> " before a line as in e-mail, and by "Jan
schreef:" before the words. A quote that cannot be told with certainty stays with the author's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.clean.markup import Line

_BBCODE = re.compile(r"\[(/?)quote(?:[=\s:][^\]\n]{0,100})?\]", re.IGNORECASE)
_STYLE = re.compile(r"\[/?(?:b|i|u|s|url|img|code|color|size|list|spoiler|center)(?:=[^\]\n]{0,200})?\]", re.IGNORECASE)
_MAIL = re.compile(r"^(?:(?:>|&gt;)[ \u00a0]?)+(?<![>;])(?=\S)|^(?:>|&gt;)+(?![.:;()_\-=\d])")
#: "Jan schreef:", "Op 3 mei 2026 om 10:12 schreef Jan:", "@jan wrote:"; at most six words beside the verb
_WROTE = r"(?:schreef|schrijft|wrote|writes|a \u00e9crit|schrieb)"
_ATTRIBUTION = re.compile(
    rf"^(?:op |on )?@?[^\s:\u201c\"]{{1,40}}(?: [^\s\u201c\"]{{1,40}}){{0,7}} {_WROTE}(?: [^\s:\u201c\"]{{1,40}}){{0,6}} ?:$"
    rf"|^@?[^\s:\u201c\"]{{1,40}} {_WROTE} ?:$"
    rf"|^op [^:\n]{{1,40}}(?::\d\d)? {_WROTE} [^:\n]{{1,60}}:$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    rf"^@?[^\s:\u201c\"]{{1,40}}(?: [^\s:\u201c\"]{{1,40}}){{0,3}} {_WROTE} ?: ?(?:\"([^\"]{{3,}})\"|[\u201c\u201e]([^\u201d]{{3,}})\u201d)",
    re.IGNORECASE,
)
_MARKS = "\"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb\u2039\u203a "
_WHOLE = re.compile('^["\u201c\u201e\u00ab].{3,}["\u201d\u00bb][.,]?$')


@dataclass(frozen=True)
class Separated:
    """Own words and quotes of a comment, as lines."""

    own: list[str]
    quotes: list[str]


def _bbcode(lines: list[Line]) -> list[Line]:
    """[quote] blocks as depth; a tag without its partner is taken out and changes nothing."""
    if not any("quote" in line.text.lower() and "[" in line.text for line in lines):
        return lines
    tags = [(n, m) for n, line in enumerate(lines) for m in _BBCODE.finditer(line.text)]
    opened: list[int] = []
    paired: set[int] = set()
    for index, (_, match) in enumerate(tags):
        if not match.group(1):
            opened.append(index)
        elif opened:
            paired |= {opened.pop(), index}
    by_line: dict[int, list[tuple[int, int, int]]] = {}
    for index, (number, match) in enumerate(tags):
        step = (-1 if match.group(1) else 1) if index in paired else 0
        by_line.setdefault(number, []).append((match.start(), match.end(), step))
    result: list[Line] = []
    depth = 0
    for number, line in enumerate(lines):
        position = 0
        for start, end, step in by_line.get(number, []):
            if line.text[position:start].strip():
                result.append(Line(line.text[position:start].strip(), line.depth + depth))
            position, depth = end, depth + step
        rest = line.text[position:].strip()
        if rest or position == 0:
            result.append(Line(rest, line.depth + depth))
    return result


def _mail(line: Line) -> Line:
    """A line with "> " before it as a quoted line without it."""
    match = _MAIL.match(line.text)
    if match is None:
        return line
    marks = match.group().replace("&gt;", ">").count(">")
    return Line(line.text[match.end() :].strip(), line.depth + marks)


def _next_block(lines: list[Line], start: int) -> tuple[int, int]:
    """First and last line (exclusive) of the own paragraph from `start` on."""
    first = start
    while first < len(lines) and not lines[first].text:
        first += 1
    last = first
    while last < len(lines) and lines[last].text and not lines[last].depth:
        last += 1
    return first, last


def _attributed(lines: list[Line]) -> list[Line]:
    """ "Jan schreef:" and what belongs to it as quoted lines.

    Before a quote the line goes with the quote. Before an own paragraph, that paragraph is the quote where it stands
    in quotation marks, or where more of the author's words follow.
    """
    result = list(lines)
    for number, line in enumerate(lines):
        if line.depth or not line.text.endswith(":") or len(line.text) > 200 or not _ATTRIBUTION.match(line.text):
            continue
        first, last = _next_block(result, number + 1)
        if first < len(result) and result[first].depth:
            result[number] = Line(line.text, 1)
            continue
        words = result[first:last]
        more = any(later.text and not later.depth for later in result[last:])
        if words and (more or _WHOLE.match(" ".join(part.text for part in words))):
            result[number:last] = [Line(part.text, 1) for part in result[number:last]]
    return result


def _split_inline(line: Line) -> Iterator[Line]:
    """`Jan schreef: "..."` at the front of a line as a quoted line, and the rest as own words."""
    match = _INLINE.match(line.text) if not line.depth else None
    if match is None:
        yield line
        return
    yield Line(match.group(1) or match.group(2), 1)
    rest = line.text[match.end() :].strip()
    if rest:
        yield Line(rest)


def separate(lines: list[Line]) -> Separated:
    """Own words and quotes of a comment's lines. An attribution is neither. Linear in the number of characters."""
    marked = _attributed([_mail(line) for line in _bbcode(lines)])
    split = [part for line in marked for part in _split_inline(line)]
    own: list[str] = []
    quotes: list[str] = []
    for line in split:
        if not line.depth:
            own.append(_STYLE.sub("", line.text).strip())
        elif line.text and not _ATTRIBUTION.match(line.text):
            quotes.append(line.text)
    return Separated(own, quotes)


def bare(line: str) -> str:
    """A line as it is compared with what others said: small letters, single spaces, no quotation marks around it."""
    return " ".join(line.casefold().replace("\u2019", "'").split()).strip(_MARKS)
