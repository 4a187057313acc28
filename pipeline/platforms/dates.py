"""Dates as pages and spreadsheets write them, to UTC.

A date with a zone is a fact. A date without one is a local time of which the place is assumed, and a page reader that
assumes says so: `Clock` counts what it had to assume or give up, and turns that into warnings. "Gisteren 10:12" is a day by
the moment at which the page was answered, where that is known (see `answered`); what is told more roughly ("3 uur geleden")
would be another moment at every visit, and is given up, like dates without a year and dates that do not exist. Months are
known by their Dutch, English, German, French, Spanish and Italian names.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
#: discussion threads on the web are younger: earlier dates are clocks that were never set
FIRST_YEAR, LAST_YEAR = 1990, 2200

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januari januar jänner janvier enero gennaio jan jän janv ene gen",
            "february februari februar fevrier février febrero febbraio feb febr fév févr",
            "march maart märz maerz mars marzo mar mrt mär mrz",
            "april avril abril aprile apr avr abr",
            "may mei mai mayo maggio mag",
            "june juni juin junio giugno jun giu",
            "july juli juillet julio luglio jul juil lug",
            "august augustus août aout agosto aug ago aoû",
            "september septembre septiembre setiembre settembre sep sept set",
            "october oktober octobre octubre ottobre oct okt ott",
            "november novembre noviembre nov",
            "december dezember décembre decembre diciembre dicembre dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
#: four digits, or two where an apostrophe or hyphens show that they are a year and no hour
_YEAR = r"(?:(?:de|del|of)\s+)?(\d{4}(?!\d)|['’]\d{2}\b|(?<=-)\d{2}\b(?!:))"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|e|[.º°])?"
_DAY_FIRST = re.compile(rf"(?<![\d:]){_DAY}[\s-]+(?:(?:of|de|di)\s+)?({_MONTH})\b\.?,?[\s-]+{_YEAR}", re.I)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}", re.I)
#: the time between day and year, as in C's ctime and in `date`: "Mar  1 08:14:00 CET 2024"
_TIME_WITHIN = re.compile(
    rf"\b((?:{_MONTH})\s+\d{{1,2}})\s+(\d\d:\d\d(?::\d\d)?(?: [A-Z]{{1,5}})?)\s+(\d{{4}})\b", re.I
)
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_ISO = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NO_YEAR = re.compile(
    rf"(?<![\d:]){_DAY}[\s-]+(?:(?:of|de|di)\s+)?(?:{_MONTH})\b|\b(?:{_MONTH})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b", re.I
)
_TIME = re.compile(r"\b(\d{1,2})\s?[:.uh]\s?(\d{2})(?::(\d{2}))?\s*(?:([ap])\.?\s?m\b)?(?![\d:])", re.I)
#: a time of day, and no part of a date with points
_TIME_OF_DAY = re.compile(r"\d\s?[:uh]\s?\d\d|(?<![\d.])\d{1,2}\.\d\d(?![\d.])|\d\s?[ap]\.?m\b", re.I)
_HOUR = re.compile(r"\b(\d{1,2})\s*(?:([ap])\.?\s?m|uhr|uur)\b", re.I)
_OFFSETS = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEZ": 0, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
_ZONE = re.compile(
    rf"\b(?:UTC|GMT)\s?([+-]\d{{1,2}}(?::?\d{{2}})?)\b|\b({'|'.join(_OFFSETS)})\b|\b\d{{2}}(?::\d{{2}})+\s*([+-]\d{{2}}:?\d{{2}})\b"
)
_RELATIVE = re.compile(
    r"\b(?:eergisteren|gisteren|vandaag|zojuist|zonet|daarnet|geleden|yesterday|today|just now|ago|gestern|vorgestern|heute|vor|"
    r"hier|aujourd['’]hui|il y a|ayer|hoy|hace|ieri|oggi|fa)\b",
    re.I,
)

_DAYS_BACK = {
    word: days
    for days, words in enumerate(
        (
            "vandaag today heute aujourd'hui hoy oggi",
            "gisteren yesterday gestern hier ayer ieri",
            "eergisteren vorgestern avant-hier anteayer",
        )
    )
    for word in words.split()
}
_DAY_BACK = re.compile(rf"(?<![\w-])(?:{'|'.join(_DAYS_BACK)})(?![\w-])", re.I)

#: when the page that is read was answered, in UTC
_ANSWERED: ContextVar[dt.datetime | None] = ContextVar("answered", default=None)

_SAID = {
    "zone": "times without a zone, taken as {zone}: {n}",
    "day": "dates without a time of day, taken as 00:00 UTC: {n}",
    "twice": "times in the hour that occurs twice when the clock goes back, taken as the first: {n}",
    "order": "dates of which day and month cannot be told apart, left empty: {n}",
    "year": "dates without a year, left empty: {n}",
    "today": "dates told as today or yesterday, by the moment at which the page was answered: {n}",
    "relative": "dates relative to the moment of reading, left empty: {n}",
    "impossible": "dates that cannot be, left empty: {n}",
    "unknown": "dates that are not understood, left empty: {n}",
}


@contextmanager
def answered(moment: dt.datetime | None) -> Iterator[None]:
    """What is read in the block was answered at this moment (UTC); None: nobody knows when."""
    before = _ANSWERED.set(moment)
    try:
        yield
    finally:
        _ANSWERED.reset(before)


class Clock:
    """Reads the dates of one page. `language` (BCP 47) decides what a date without a zone or a month's name means:
    Dutch or undeclared: Amsterdam, day before month; `en-US`: UTC, month before day; else UTC, only where it is plain.
    `order` says which of day and month a page writes first, where that is known from all its dates (see `order`)."""

    def __init__(self, language: str | None = None, order: str | None = None) -> None:
        self.order = order
        self.language = (language or "nl").lower()
        self.dutch = self.language.split("-")[0].split("_")[0] in ("nl", "fy")
        self.counts: Counter[str] = Counter()

    def read(self, text: str | None) -> dt.datetime | None:
        """A moment in UTC, or None (counted) where the text gives none."""
        if not text or not (text := unicodedata.normalize("NFC", text[:1_000]).strip()):
            return None
        try:
            moment = dt.datetime.fromisoformat(text)
            if moment.tzinfo is not None and FIRST_YEAR <= moment.year <= LAST_YEAR:
                return moment.astimezone(dt.UTC)
            return self._utc(moment, has_time=len(text) > 10)
        except (ValueError, OverflowError):
            pass
        try:
            return self._other(text[:200])
        except (ValueError, OverflowError, TypeError):
            self.counts["impossible"] += 1
            return None

    def dated(self, text: str, zone: dt.tzinfo | None = None, today: dt.date | None = None) -> str:
        """A text with the day (ISO 8601) where it says "today" or "yesterday": by the page's own `today`, else by the moment at
        which the page was answered, as a clock in `zone` shows it. As it was where neither is known, or it names a day."""
        found, moment = _DAY_BACK.search(text.replace("’", "'")), _ANSWERED.get()
        if found is None or (today is None and moment is None) or not _TIME_OF_DAY.search(text):
            return text
        if any(form.search(text) for form in (_ISO, _NUMBERS, _NO_YEAR)):
            return text
        if today is None:
            assert moment is not None
            today = moment.astimezone(zone or (AMSTERDAM if self.dutch else dt.UTC)).date()
            self.counts["today"] += 1
        day = today - dt.timedelta(days=_DAYS_BACK[found[0].lower()])
        return f"{text[: found.start()]}{day:%Y-%m-%d} {text[found.end() :]}"

    def warnings(self) -> list[str]:
        """What was assumed or given up, one sentence each."""
        zone = "Europe/Amsterdam" if self.dutch else "UTC"
        return [form.format(n=self.counts[key], zone=zone) for key, form in _SAID.items() if self.counts[key]]

    def _other(self, text: str) -> dt.datetime | None:
        """Anything but ISO 8601."""
        if re.fullmatch(r"\d{10}|\d{13}", text):
            return self._utc(dt.datetime.fromtimestamp(int(text[:10]), dt.UTC), has_time=True)
        if re.match(r"[A-Z][a-z]{2}, \d{1,2} [A-Z]", text):
            return self._utc(parsedate_to_datetime(text), has_time=True)
        text = _TIME_WITHIN.sub(r"\1 \3 \2", text)
        zone = _told_zone(text)
        date, rest, why = self._date(self.dated(text, zone))
        if date is None:
            self.counts["relative" if why == "unknown" and _RELATIVE.search(text) else why] += 1
            return None
        time = _time(rest)
        moment = dt.datetime.combine(date, time or dt.time())
        if zone is not None and time is not None:
            moment = moment.replace(tzinfo=zone)
        return self._utc(moment, has_time=time is not None)

    def _date(self, text: str) -> tuple[dt.date | None, str, str]:
        """The date in a text, the text without it, and why there is none."""
        if found := _ISO.search(text):
            date = dt.date(int(found[1]), int(found[2]), int(found[3]))
        elif found := _DAY_FIRST.search(text):
            date = dt.date(_year(found[3]), _MONTHS[found[2].lower()], int(found[1]))
        elif found := _MONTH_FIRST.search(text):
            date = dt.date(_year(found[3]), _MONTHS[found[1].lower()], int(found[2]))
        elif found := _NUMBERS.search(text):
            numbers = self._numbers(int(found[1]), int(found[3]), _year(found[4]), dotted=found[2] == ".")
            if numbers is None:
                return None, text, "order"
            date = numbers
        else:
            return None, text, "year" if _NO_YEAR.search(text) else "unknown"
        return date, text[: found.start()] + " " + text[found.end() :], ""

    def _numbers(self, one: int, two: int, year: int, dotted: bool) -> dt.date | None:
        """A date of three numbers. With dots the day comes first in every language that writes them so."""
        if one > 12 or one == two or dotted:
            return dt.date(year, two, one)
        if two > 12 or self.order == "mdy":
            return dt.date(year, one, two)
        if self.dutch or self.order == "dmy":
            return dt.date(year, two, one)
        if self.language.startswith("en-us"):
            return dt.date(year, one, two)
        return None if self.language == "en" else dt.date(year, two, one)

    def _utc(self, moment: dt.datetime, has_time: bool) -> dt.datetime | None:
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            self.counts["impossible"] += 1
            return None
        if moment.tzinfo is not None:
            return moment.astimezone(dt.UTC)
        if not has_time:
            self.counts["day"] += 1
            return moment.replace(tzinfo=dt.UTC)
        utc = self._amsterdam(moment) if self.dutch else moment.replace(tzinfo=dt.UTC)
        self.counts["zone"] += utc is not None
        return utc

    def _amsterdam(self, moment: dt.datetime) -> dt.datetime | None:
        """A Dutch wall clock's time; one that was skipped in spring does not exist."""
        local = moment.replace(tzinfo=AMSTERDAM)
        utc = local.astimezone(dt.UTC)
        if utc.astimezone(AMSTERDAM).replace(tzinfo=None) != moment:
            self.counts["impossible"] += 1
            return None
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            self.counts["twice"] += 1
        return utc


def order(texts: Iterable[str]) -> str | None:
    """Whether a page writes the day or the month first, "dmy" or "mdy", by its dates of three numbers in page order: one
    number over 12 tells, else the order in which a thread's dates do not go back. None where neither does."""
    found = [match for text in texts if (match := _NUMBERS.search(text)) and not _ISO.search(text)]
    numbers = [(int(match[1]), int(match[3]), _year(match[4])) for match in found]
    first, second = any(one > 12 for one, _, _ in numbers), any(two > 12 for _, two, _ in numbers)
    if first != second:
        return "dmy" if first else "mdy"
    by_day = [(year, two, one) for one, two, year in numbers]
    by_month = [(year, one, two) for one, two, year in numbers]
    if first or (by_day == sorted(by_day)) == (by_month == sorted(by_month)):
        return None
    return "dmy" if by_day == sorted(by_day) else "mdy"


def offset(sign: str | None, hours: str | None, minutes: str | None, *, summer: bool = False) -> dt.tzinfo | None:
    """The zone so many hours and minutes from UTC, with an hour more in summer; None over 15 hours, where there is none."""
    found = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    found = (-found if sign == "-" else found) + dt.timedelta(hours=summer)
    return dt.timezone(found) if abs(found) <= dt.timedelta(hours=15) else None


def in_zone(stamp: str | None, zone: dt.tzinfo | None, clock: Clock) -> dt.datetime | None:
    """UTC of a wall clock's time on a page that says in which zone its times are (None: it does not)."""
    if zone is None or not stamp or not _TIME_OF_DAY.search(stamp) or re.match(r"\d{4}-\d\d-\d\dT", stamp):
        return clock.read(stamp)
    wall = clock.read(f"{clock.dated(stamp, zone)} UTC")
    return wall.replace(tzinfo=zone).astimezone(dt.UTC) if wall is not None else None


def moment(seconds: object) -> dt.datetime | None:
    """A UTC moment from seconds since 1970, as digits or a number; None for anything else."""
    try:
        found = dt.datetime.fromtimestamp(int(str(seconds)), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def looks_like_date(text: str) -> bool:
    """Does a text hold a day: in full, without its year, or relative to now? Cheap, and not sure."""
    if any(map(str.isdigit, text)) and any(form.search(text) for form in (_ISO, _NUMBERS, _NO_YEAR)):
        return True
    return len(text) < 60 and _RELATIVE_DATE.search(text) is not None


def before_date(text: str) -> str | None:
    """What stands in a text before its date, without the day of the week; None where it holds none."""
    forms = (_ISO, _NUMBERS, _NO_YEAR, _RELATIVE_DATE)
    begins = [found.start() for form in forms if (found := form.search(text[:200]))]
    return _WEEKDAY.sub("", text[: min(begins)]) if begins else None


_WEEKDAY = re.compile(
    r"\b(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)|ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun)[.,]?\s*$",
    re.I,
)
_RELATIVE_DATE = re.compile(
    r"\b(?:\d+|a|an|een|einem|einer|un|une)\s?(?:s|m|h|d|w|y|sec\w*|min\w*|hours?|hrs?|uur|uren|days?|dag(?:en)?|weeks?|weken|months?|maand(?:en)?|years?|"
    r"jaar|stunden?|tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?)\.? (?:ago|geleden)\b"
    r"|\b(?:vor|il y a|hace)\s+(?:\d+|einem|einer|un|une)\s+\w+|^\W*(?:gisteren|vandaag|yesterday|today|gestern|heute|hier|aujourd['’]hui|ayer|hoy|ieri|oggi)\b",
    re.I,
)


def _year(text: str) -> int:
    """A year of four digits, or of two: up to 69 of this century."""
    year = int(text.lstrip("'’"))
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _told_zone(text: str) -> dt.tzinfo | None:
    """The zone that a text names."""
    if (found := _ZONE.search(text)) is None:
        return None
    return dt.timezone(dt.timedelta(hours=_OFFSETS[found[2]]) if found[2] else _offset(found[1] or found[3]))


def _time(text: str) -> dt.time | None:
    if found := _TIME.search(text):
        hour, minute, second, half = int(found[1]), int(found[2]), int(found[3] or 0), found[4]
    elif found := _HOUR.search(text):
        hour, minute, second, half = int(found[1]), 0, 0, found[2]
    else:
        return None
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    return dt.time(hour, minute, second)


def _offset(text: str) -> dt.timedelta:
    """`+02:00`, `-0530`, `+1`."""
    sign, digits = (-1 if text[0] == "-" else 1), text[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    return sign * dt.timedelta(hours=int(hours), minutes=int(minutes))
