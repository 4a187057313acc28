"""The times of an SMF page by the page's own clock.

From 2.1 on the head of a page shows when it was made, as the page's clock shows it and in UTC. That tells how far the clock
of its posts is from UTC, and which day "today" is, as SMF writes it for posts of that day. It does not tell where summer
time is kept: a clock that agrees with one of ZONES at that moment is taken for it, others for one that never changes.
Earlier versions show no such moment.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import dates, html
from pipeline.platforms.dates import AMSTERDAM, Clock

ZONES = (
    AMSTERDAM,
    *map(ZoneInfo, ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")),
)
_MADE = ", ".join(f'{place} time[datetime$="Z"]' for place in ("#top_section", "#upper_section", "header", ".user"))
#: zones differ from UTC by whole quarters of an hour; a page is made within this of the moment that it shows
_STEP, _SLACK = dt.timedelta(minutes=15), dt.timedelta(minutes=2)


@dataclass(frozen=True)
class PageClock:
    """What the head of a page tells of its clock; nothing is known of a page that shows no moment."""

    zone: dt.tzinfo | None = None
    today: dt.date | None = None

    def read(self, stamp: str, clock: Clock) -> dt.datetime | None:
        """UTC of a post's time as the page writes it."""
        return dates.in_zone(clock.dated(stamp, self.zone, self.today), self.zone, clock)

    def warnings(self, count: int) -> list[str]:
        """What was assumed for so many times."""
        return [f"times without a zone, by the page's own clock taken as {self.zone}: {count}"] if self.zone else []


def page_clock(tree: LexborHTMLParser, language: str | None, order: str | None) -> PageClock:
    """The clock of a page, by the moment that its head shows; `order` is that of day and month (see `dates.order`)."""
    node = tree.css_first(_MADE)
    shown = html.inner_text(node) or ""
    reader = Clock(language, order)
    made, wall = reader.read(html.attribute(node, "datetime")), reader.read(f"{shown} UTC")
    if made is None or wall is None or not re.search(r"\d[:.]\d\d", shown):
        return PageClock()
    offset = round((wall - made) / _STEP) * _STEP
    if abs(offset) > dt.timedelta(hours=14) or abs(wall - made - offset) > _SLACK:
        return PageClock()
    known = (zone for zone in ZONES if made.astimezone(zone).utcoffset() == offset)
    return PageClock(next(known, dt.timezone(offset)), wall.date())
