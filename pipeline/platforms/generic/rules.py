"""Posts that stand loose on a page and are parted by rules (<hr>), as in the guestbooks of old: no element holds one.

What stands between two rules is read line by line: one line tells when, one (or the same) who, the others are the text.
Where no line is labelled a name, only a page that calls itself a guestbook or a discussion is read so: news is written in
the same way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock, looks_like_date, order
from pipeline.platforms.generic.names import AROUND, BEFORE, MAIL, NUMBERED, beside_date, is_name
from pipeline.platforms.text import markup_to_text

ENOUGH = 0.7  # of the parts must have a date and a name
MAX_LINE = 120  # characters of a line that tells who and when
_CALLED = re.compile(
    r"guest-?book|gasten-?boek|g(?:ä|ae|%c3%a4)stebuch|livre.d.?or|libro.de.visitas|gjestebok|comment|reacti|kommentar|forum|discuss|message.?board|prikbord",
    re.I,
)
_NAME = re.compile(r"^(?:your |uw |ihr )?(?:name|naam|nom|nombre|nome|from|van|von|author|auteur|autor)\s*:\s*", re.I)
_OTHER = re.compile(
    r"^(?:e-?mail\w*|home-?page|url|www|web-?site|web|location|land|country|city|ort|plaats|woonplaats|ville|pa[iy]s|ip|icq|referred by|found us|rating|time|date|datum|added|posted|fecha|subject|onderwerp)\b.{0,12}?:",
    re.I,
)
_DATED = re.compile(r"^(?:time|date|datum|added|posted|fecha)\b", re.I)
_TEXT = re.compile(
    r"^(?:comments?|message|bericht|tekst|text|nachricht|kommentar|beitrag|eintrag|opmerking(?:en)?|reactie|commentaire|mensaje|comentarios?)\s*:\s*",
    re.I,
)
_ANCHOR = re.compile(r"<\w+\b[^<>]*?\b(?:id|name)=\"([^\"<>]*\d[^\"<>]*)\"")
_DIGITS = re.compile(r"\d+")


@dataclass
class _Part:
    """What stands between two rules."""

    lines: list[str]
    anchor: str | None
    date: int | None = None  # which line tells when
    name: int | None = None  # which line tells who
    author: str = ""
    labelled: bool = False


def read(tree: LexborHTMLParser, address: str, clock_language: str | None) -> tuple[list[RawComment], list[str]] | None:
    """The posts and what is to be warned of; None where rules part no posts."""
    called = _CALLED.search(f"{address.partition('//')[2].partition('/')[2]} {html.title(tree, 'h1')}") is not None
    for runs in _runs(tree):
        parts = [part for run in runs if (part := _part(run)) is not None]
        for part in parts:
            _who_and_when(part)
        found = [part for part in parts if part.date is not None and part.author]
        dated = sum(part.date is not None for part in parts)
        labelled = sum(part.labelled for part in found)
        if len(found) < max(2, ENOUGH * dated) or dated < ENOUGH * len(parts) - 2:
            continue
        if labelled < ENOUGH * len(found) and not called:
            continue
        return _comments([part for part in parts if part.date is not None], address, clock_language)
    return None


def _runs(tree: LexborHTMLParser) -> list[list[str]]:
    """The markup between rules and headings, for each element that holds two or more of them; most rules first."""
    holders: dict[int, LexborNode] = {}
    rules: dict[int, int] = defaultdict(int)
    for rule in tree.css("hr"):
        if (parent := rule.parent) is not None:
            holders[parent.mem_id] = parent
            rules[parent.mem_id] += 1
    found = []
    for key in sorted((key for key, n in rules.items() if n > 1), key=lambda key: -rules[key])[:3]:
        runs: list[list[str]] = [[]]
        child = holders[key].child
        while child is not None:
            if child.tag in ("hr", "h1", "h2"):
                runs.append([])
            elif child.tag not in ("form", "script", "style", "nav"):
                runs[-1].append(child.html or "")
            child = child.next
        found.append(["".join(run) for run in runs])
    return found


def _part(markup: str) -> _Part | None:
    lines = [line.strip() for line in markup_to_text(markup).split("\n")]
    anchor = _ANCHOR.search(markup)
    return _Part(lines, anchor[1] if anchor else None) if any(lines) else None


def _who_and_when(part: _Part) -> None:
    """Find the line with the date (the shortest), and the name: labelled, else beside the date, else in a line near it."""
    short = [(i, line) for i, line in enumerate(part.lines) if line and len(line) <= MAX_LINE]
    dates = [(_DATED.match(line) is None, len(line), i) for i, line in short if looks_like_date(line)]
    if not dates:
        return
    part.date = min(dates)[2]
    for i, line in short:
        if label := _NAME.match(line):
            part.labelled, part.name = True, i
            part.author = _clean(line[label.end() :]) or beside_date(line[label.end() :])[0]
            return
    near = dict(short)
    places = [i for i in (part.date - 1, part.date - 2, 0, part.date + 1) if i != part.date and i in near]
    if not any(MAIL.search(near[i]) for i in places):
        part.author = beside_date(MAIL.sub("", part.lines[part.date]))[0]
    for i in sorted(places, key=lambda i: MAIL.search(near[i]) is None):
        if not part.author and not _OTHER.match(near[i]) and not _TEXT.match(near[i]):
            part.author, part.name = _clean(near[i]), i


def _clean(text: str) -> str:
    """A name without the address beside it; "" where it is none."""
    text = BEFORE.sub("", NUMBERED.sub("", MAIL.sub("", text))).strip(AROUND + "<>)]")
    return text if is_name(text) and any(map(str.isalpha, text)) else ""


def _comments(parts: list[_Part], address: str, language: str | None) -> tuple[list[RawComment], list[str]]:
    stamps = [part.lines[part.date] for part in parts if part.date is not None]
    clock = Clock(language, order(stamps))
    numbers = [part.anchor and _DIGITS.findall(part.anchor)[-1] for part in parts]
    unique = len({number for number in numbers if number}) == len(parts)
    found = []
    for part, number, stamp in zip(parts, numbers, stamps, strict=True):
        lines = [
            _TEXT.sub("", line)
            for i, line in enumerate(part.lines)
            if i not in (part.date, part.name) and not (len(line) < MAX_LINE and _OTHER.match(line))
        ]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        if text:
            link = f"{address.partition('#')[0]}#{part.anchor}" if unique and address else None
            moment = clock.read(stamp)
            found.append(RawComment(number if unique else None, None, part.author or None, moment, text, "text", link))
    return found, [f"read by the rules between posts: {len(found)} parts with a date", *clock.warnings()]
