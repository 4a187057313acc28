"""Lines that name who wrote a comment and when, as forums print them: "Naam schreef op 3 maart 2009 om 12:03".

A line is a header only if all of it is name and date (and words that join them), so that a sentence with a date in
it never is one. What the date means is for `dates.Clock` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTHS = [
    "jan",
    "januari",
    "january",
    "feb",
    "februari",
    "february",
    "mrt",
    "mar",
    "maart",
    "march",
    "apr",
    "april",
    "mei",
    "may",
    "jun",
    "juni",
    "june",
    "jul",
    "juli",
    "july",
    "aug",
    "augustus",
    "august",
    "sep",
    "sept",
    "september",
    "okt",
    "oct",
    "oktober",
    "october",
    "nov",
    "november",
    "dec",
    "december",
]
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = (
    r"(?:(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun)\.?,? )?"
)
_DATE = (
    rf"{_DAY}(?:\d{{1,2}}(?:st|nd|rd|th)? ?[ -]{_MONTH},?[ -]\d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})"
)
_TIME = r"\d{1,2}[:.]\d{2}(?::\d{2})?(?: ?(?:uur|u|[ap]\.?m\.?))?"
_AGO = (
    rf"(?:(?:gisteren|vandaag|eergisteren|yesterday|today)(?:,? (?:om |at )?{_TIME})?"
    r"|(?:\d{1,3}|een|a|an) [a-z]{2,10} (?:geleden|ago))"
)
_WHEN = rf"(?P<when>{_DATE}(?:(?:,? (?:om |at |- |@ |\| )?|T){_TIME})?|{_AGO})"
_NAME = r"(?P<name>[^\s,;:!?|()“”\"•·][^,;:!?|()“”\"•·]{0,39})"
_JOIN = r"(?:, ?| [-–—|•·] ?| ?[|•·] ?)"
_WROTE = r"(?:schreef|schrijft|zei|zegt|reageerde|reageert|wrote|writes|said|says|posted|commented)"

_HEADERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_NAME} {_WROTE}(?: dit)?:?,? (?:op |on )?{_WHEN} ?:?",
        rf"(?:op |on )?{_WHEN},? {_WROTE} {_NAME} ?:?",
        rf"(?:op |on )?{_WHEN},? {_NAME} {_WROTE} ?:?",
        rf"(?:geplaatst |gepost |geschreven |reactie |posted |comment )?(?:door|van|by|from):? {_NAME}"
        rf"(?:{_JOIN}| op | on | \(){_WHEN}\)? ?:?",
        rf"(?:geplaatst |gepost |posted )?(?:op |on )?{_WHEN} (?:door|by) {_NAME} ?:?",
        rf"{_NAME} ?\({_WHEN}\) ?:?",
        rf"{_NAME}{_JOIN}{_WHEN} ?:?",
        rf"{_WHEN}{_JOIN}{_NAME} ?:?",
        rf"{_WHEN} ?:?",
    )
)
_DATE_ONLY = re.compile(rf"{_WHEN} ?:?", re.IGNORECASE)
_SAYS = re.compile(rf"{_NAME} {_WROTE} ?:?", re.IGNORECASE)
_LONE_NAME = re.compile(r"[^\s,;:!?|()“”\"•·.]\S{0,24}(?: \S{1,24}){0,3}")


@dataclass(frozen=True)
class Header:
    """What a name line tells: the name and the date as shown; the name is None where there is only a date."""

    author: str | None
    when: str


def parse_header(line: str) -> Header | None:
    """The name and date of a line that is nothing but these, else None. Lines over 120 characters are none."""
    if len(line) > 120 or not any(map(str.isdigit, line)):
        return None
    for pattern in _HEADERS:
        if (match := pattern.fullmatch(line)) and _fits(match):
            return Header((match.groupdict().get("name") or "").strip() or None, match["when"])
    return None


def is_date_only(line: str) -> bool:
    """Whether a line is a date or time and nothing else."""
    return _DATE_ONLY.fullmatch(line) is not None


def is_name(line: str) -> str | None:
    """The name on a line that can only be the first half of a header ("Jan", "Jan zegt:"), else None."""
    if said := _SAYS.fullmatch(line):
        return str(said["name"]).strip()
    return line if len(line) <= 40 and _LONE_NAME.fullmatch(line) and line[-1] not in ".…" else None


def _fits(match: re.Match[str]) -> bool:
    """Whether the name looks like one: at most five words, and a letter in it."""
    name = match.groupdict().get("name")
    return name is None or (len(name.split()) <= 5 and any(map(str.isalpha, name)))
