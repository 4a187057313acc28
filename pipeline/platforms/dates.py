"""Dates as pages and spreadsheets write them, to UTC.

A date with a zone is a fact. A date without one is a local time of which the place is assumed, and a page reader that
assumes says so: `Clock` counts what it had to assume or give up, and turns that into warnings. Relative dates
("gisteren") have no meaning without the moment of reading and are given up, like dates that do not exist.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
#: discussion threads on the web are younger: earlier dates are clocks that were never set
FIRST_YEAR, LAST_YEAR = 1990, 2200

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januari januar janvier jan",
            "february februari februar fevrier février feb febr",
            "march maart märz maerz mars mar mrt",
            "april avril apr",
            "may mei mai",
            "june juni juin jun",
            "july juli juillet jul",
            "august augustus août aout aug",
            "september septembre sep sept",
            "october oktober octobre oct okt",
            "november novembre nov",
            "december dezember décembre decembre dec dez",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th|e|\.)?[\s-]+(?:of\s+)?({_MONTH})\b\.?,?[\s-]+(\d{{4}})\b", re.I)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.I)
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_ISO = re.compile(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_TIME = re.compile(r"\b(\d{1,2})\s?[:.uh]\s?(\d{2})(?::(\d{2}))?\s*(am|pm|a\.m|p\.m)?\b", re.I)
_ZONE = re.compile(r"\b(UTC|GMT|CEST|CET|Z)\b|\b\d{2}(?::\d{2})+\s*([+-]\d{2}:?\d{2})\b")
_OFFSETS = {"UTC": 0, "GMT": 0, "Z": 0, "CET": 1, "CEST": 2}
_RELATIVE = re.compile(
    r"\b(gisteren|eergisteren|vandaag|zojuist|zonet|daarnet|geleden|yesterday|today|just now|ago|gestern|heute|vor)\b",
    re.I,
)

_SAID = {
    "zone": "times without a zone, taken as {zone}: {n}",
    "day": "dates without a time of day, taken as 00:00 UTC: {n}",
    "twice": "times in the hour that occurs twice when the clock goes back, taken as the first: {n}",
    "order": "dates of which day and month cannot be told apart, left empty: {n}",
    "relative": "dates relative to the moment of reading, left empty: {n}",
    "impossible": "dates that cannot be, left empty: {n}",
    "unknown": "dates that are not understood, left empty: {n}",
}


class Clock:
    """Reads the dates of one page. `language` (BCP 47) decides what a date without a zone or a month's name means:
    Dutch or undeclared: Amsterdam, day before month; `en-US`: UTC, month before day; else UTC, only where it is plain."""

    def __init__(self, language: str | None = None) -> None:
        self.language = (language or "nl").lower()
        self.dutch = self.language.split("-")[0].split("_")[0] in ("nl", "fy")
        self.counts: Counter[str] = Counter()

    def read(self, text: str | None) -> dt.datetime | None:
        """A moment in UTC, or None (counted) where the text gives none."""
        if not text or not (text := text.strip()):
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

    def warnings(self) -> list[str]:
        """What was assumed or given up, one sentence each."""
        zone = "Europe/Amsterdam" if self.dutch else "UTC"
        return [form.format(n=self.counts[key], zone=zone) for key, form in _SAID.items() if self.counts[key]]

    def _other(self, text: str) -> dt.datetime | None:
        """Anything but ISO 8601."""
        if re.fullmatch(r"\d{10}|\d{13}", text):
            return self._utc(dt.datetime.fromtimestamp(int(text[:10]), dt.UTC), has_time=True)
        if re.match(r"[A-Z][a-z]{2}, \d", text):
            return self._utc(parsedate_to_datetime(text), has_time=True)
        date, rest, why = self._date(text)
        if date is None:
            self.counts["relative" if why == "unknown" and _RELATIVE.search(text) else why] += 1
            return None
        time = _time(rest)
        moment = dt.datetime.combine(date, time or dt.time())
        zone = _ZONE.search(text)
        if zone and time is not None:
            offset = dt.timedelta(hours=_OFFSETS[zone[1]]) if zone[1] else _offset(zone[2])
            moment = moment.replace(tzinfo=dt.timezone(offset))
        return self._utc(moment, has_time=time is not None)

    def _date(self, text: str) -> tuple[dt.date | None, str, str]:
        """The date in a text, the text without it, and why there is none."""
        if found := _ISO.search(text):
            date = dt.date(int(found[1]), int(found[2]), int(found[3]))
        elif found := _DAY_FIRST.search(text):
            date = dt.date(int(found[3]), _MONTHS[found[2].lower()], int(found[1]))
        elif found := _MONTH_FIRST.search(text):
            date = dt.date(int(found[3]), _MONTHS[found[1].lower()], int(found[2]))
        elif found := _NUMBERS.search(text):
            numbers = self._numbers(int(found[1]), int(found[3]), int(found[4]))
            if numbers is None:
                return None, text, "order"
            date = numbers
        else:
            return None, text, "unknown"
        return date, text[: found.start()] + " " + text[found.end() :], ""

    def _numbers(self, one: int, two: int, year: int) -> dt.date | None:
        year += 2000 if year < 70 else 1900 if year < 100 else 0
        if self.dutch or one > 12 or one == two:
            return dt.date(year, two, one)
        if self.language.startswith("en-us") or two > 12:
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


def _time(text: str) -> dt.time | None:
    found = _TIME.search(text)
    if not found:
        return None
    hour, half = int(found[1]), (found[4] or "").lower().replace(".", "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return dt.time(hour, int(found[2]), int(found[3] or 0))


def _offset(text: str) -> dt.timedelta:
    sign = -1 if text[0] == "-" else 1
    return sign * dt.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
