"""What passes between the stage, the process that asks for pages, and the frontier: plain, picklable records."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

#: How collecting a source ends: complete; incomplete (a later run goes on from here); refused (robots.txt says no to all
#: or part: what may be had is kept); failed (nothing to be had at this address).
Ending = Literal["complete", "incomplete", "refused", "failed"]


@dataclass(frozen=True)
class Job:
    """One source to collect. Times are seconds, sizes bytes."""

    source_id: str
    url: str
    user_agent: str
    archive: Path  # the working WARC: appended to, kept when interrupted
    delay: float
    max_pages: int
    max_page_bytes: int
    request_seconds: float
    total_seconds: float
    private: bool = False
    backoff: float = 2.0  # before the first repeat; doubled each time
    max_wait: float = 300.0  # the longest Retry-After that is waited for


@dataclass(frozen=True)
class Answer:
    """A whole, unpacked answer to one request."""

    url: str
    status: int
    headers: dict[str, str]  # names in small letters
    body: bytes  # unpacked
    text: str  # decoded
    encoding: str
    at: dt.datetime  # UTC
    size: int  # bytes as transferred
    digest: str  # WARC-Payload-Digest
    kept: bool = False  # read from the working archive of an earlier, interrupted run


@dataclass
class Visit:
    """One URL in the manifest, asked for or not, and why not."""

    url: str
    outcome: str  # page, redirect, http 404, robots, other origin, cut, too large, timeout, ...
    status: int | None = None
    at: str | None = None  # ISO 8601, UTC
    bytes: int | None = None
    digest: str | None = None
    encoding: str | None = None
    kept: bool = False


@dataclass
class Harvest:
    """What came of a job."""

    source_id: str
    ending: Ending = "incomplete"
    reason: str | None = None  # why it is not complete
    robots: dict[str, Any] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


class FetchError(Exception):
    """A request that gave no whole answer. `again`: asking again may help."""

    def __init__(self, outcome: str, message: str, again: bool) -> None:
        super().__init__(message)
        self.outcome, self.again = outcome, again


class StopCollectingError(Exception):
    """Collecting this source ends here, incomplete; the message says why and what to do."""

    def __init__(self, message: str, ending: Ending = "incomplete") -> None:
        super().__init__(message)
        self.ending: Ending = ending
