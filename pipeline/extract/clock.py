"""The times of visits that stand in an archive one behind the other, where the clock of the machine went backwards between two."""

from __future__ import annotations

import datetime as dt


class Clock:
    """Visits in their order. What is odd is appended to `notes`, once a visit."""

    def __init__(self, notes: list[str]) -> None:
        self._notes = notes
        self._session: str | None = None
        self._before: dt.datetime | None = None  # the last time of the visits before this one
        self._latest: dt.datetime | None = None  # and of this one
        self._told = False

    def after(self, at: dt.datetime, session: str | None) -> dt.datetime:
        """The time of the next capture, of the visit `session`: not before the end of the visit that stands before it."""
        if session != self._session:
            self._session, self._before, self._told = session, self._latest, False
        if self._before is not None and at < self._before:
            if not self._told:
                self._notes.append(
                    f"the clock went back: what was seen at {at:%Y-%m-%d %H:%M} stands behind a visit of "
                    f"{self._before:%Y-%m-%d %H:%M}, "
                    "and counts as seen after it"
                )
            self._told, at = True, self._before
        self._latest = max(self._latest, at) if self._latest is not None else at
        return at
