"""What passes between the stage, the process that asks for pages, and the frontier: plain, picklable records; and who asks."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline import __version__
from pipeline.errors import UsageError
from pipeline.platforms import deadline

#: How a visit ends: complete (every page that leads on was asked for); incomplete (a later run goes on from here); refused
#: (robots.txt, a TDM opt-out or a closed door says no to all or part: what may be had is kept); failed (nothing to be had at
#: this address).
Ending = Literal["complete", "incomplete", "refused", "failed"]
REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: who refuses, beside robots.txt
SITE, TDM = "the site", "a TDM opt-out"


@dataclass(frozen=True)
class Refusal:
    """An address that said no in the middle of a visit: whoever goes on with the visit leaves its thread alone."""

    url: str  # what refused
    thread: str  # the address at which its thread was begun
    by: str  # SITE or TDM
    why: str
    at: str  # ISO 8601, UTC

    @property
    def told(self) -> str:
        """For people."""
        return f"{self.url} {self.why}, {self.at[:10]}"


def user_agent(contact: str) -> str:
    """Who asks, and where the owner of a forum can reach them. UsageError where that is no header."""
    if not re.fullmatch(r"[\x20-\x7e]*", contact) or re.search(r"[()\\]", contact):
        raise UsageError(
            "params.yaml: scrape.contact must be plain text in one line without brackets: a mail address or web page."
        )
    return f"Standpunt/{__version__} (+{contact.strip() or 'no contact: this machine only'})"


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
    # what is known from earlier visits
    visit: int = 1
    earlier: Path | None = None  # the archive, which is only read
    earlier_bytes: int = 0  # of it, those that its manifest tells of
    threads: dict[str, str] = field(default_factory=dict)  # address at which a thread was begun -> its key
    expected: int = 0  # pages that were asked for last time
    tdm_override: str | None = None  # why the analyst may go on where text and data mining is reserved
    refused: tuple[Refusal, ...] = ()  # in the runs that this one goes on from: left alone
    troubled: tuple[str, ...] = ()  # gave no whole answer in the runs that this one goes on from: asked for last
    refused_before: tuple[Refusal, ...] = ()  # at the visit before: tried once more, when all else is done
    unread: dict[str, str] = field(default_factory=dict)  # address -> digest of a body that cannot be read in time
    read_seconds: float = deadline.SECONDS  # the longest that reading one page may take

    @property
    def hard_read_seconds(self) -> float:
        """After how long the process that reads a page is ended, where reading does not end by itself."""
        return deadline.hard(self.read_seconds)

    def kept_marks(self) -> dict[str, Any]:
        """What a harvest has from its job, whatever comes of it: fields of `Harvest`."""
        return {
            "source_id": self.source_id,
            "refused": list(self.refused),
            "troubled": list(self.troubled),
            "unread": dict(self.unread),
        }


@dataclass(frozen=True)
class Answer:
    """A whole, unpacked answer to one request."""

    url: str
    status: int  # 200 as well where the site answered 304 and the earlier body holds
    headers: dict[str, str]  # names in small letters
    body: bytes  # unpacked
    text: str  # decoded
    encoding: str
    at: dt.datetime  # UTC
    size: int  # bytes as transferred
    digest: str  # WARC-Payload-Digest
    kept: bool = False  # read from the working archive of an earlier, interrupted run
    unchanged: bool = False  # answered 304: the body is that of an earlier visit
    whole: str | None = None  # how it is known to be whole; see body.py
    asked_for: str | None = None  # the source of this run for which it was asked, where that is another one


@dataclass
class Visit:
    """One URL in the manifest, asked for or not, and why not."""

    url: str
    outcome: str  # page, redirect, http 404, robots, other origin, unreadable, too large, refused, timeout, ...
    status: int | None = None
    at: str | None = None  # ISO 8601, UTC
    bytes: int | None = None
    digest: str | None = None
    encoding: str | None = None
    carried_over: bool = False  # from the interrupted run that this one goes on from: it was not asked for again
    why: str | None = None  # of an outcome that needs more words
    whole: str | None = None  # how the body is known to be whole (see body.py); of one carried over, that run judged it
    asked_for: str | None = None  # the other source of this run for which a site's rules were asked for
    robots: str | None = None  # allowed, or the rule that forbids it
    tdm: dict[str, Any] | None = None  # what is said of text and data mining, if anything
    # where a thread was found
    platform: str | None = None
    thread: str | None = None
    comments: int | None = None
    announced: int | None = None
    left_out: int | None = None


@dataclass
class Harvest:
    """What came of a job."""

    source_id: str
    ending: Ending = "incomplete"
    reason: str | None = None  # why it is not complete
    refused_by: str | None = None  # robots.txt, a TDM opt-out, or the site
    refused: list[Refusal] = field(default_factory=list)  # in the middle of the visit, this run and those before it
    troubled: list[str] = field(
        default_factory=list
    )  # addresses that gave no whole answer, in this run and those before it
    unread: dict[str, str] = field(default_factory=dict)  # see Job: found in this run and those before it
    not_before: str | None = None  # ISO 8601, UTC: when its host may be asked again
    asked: bool = True  # False: the run was too early for its host
    came_back: bool = True  # False: the process that asked did not
    robots: dict[str, Any] = field(default_factory=dict)
    tdm: dict[str, Any] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    threads: list[dict[str, Any]] = field(default_factory=list)  # see counting.py
    reserved: list[str] = field(default_factory=list)  # addresses whose answers may not be kept
    notes: list[str] = field(default_factory=list)


def may_pass(answer: Answer, rules: bool = False) -> bool:
    """Whether an answer is none, so that asking again may give one: too busy, down (also by what stands before the site: 52x),
    a part that was not asked for, or nothing at all. Of a site's `rules`, nothing is an answer."""
    if answer.status in (408, 425, 429) or answer.status >= 500:
        return True
    return not rules and (answer.status in (202, 204, 205, 206) or (answer.status == 200 and not answer.body.strip()))


class FetchError(Exception):
    """A request that gave no whole answer. `again`: asking again may help."""

    def __init__(self, outcome: str, message: str, again: bool) -> None:
        super().__init__(message)
        self.outcome, self.again = outcome, again


class UnreadableError(Exception):
    """A page that breaks its reader."""


class SlowError(UnreadableError):
    """A page whose reading takes too long."""


class StopCollectingError(Exception):
    """Collecting this source ends here, incomplete; the message says why and what to do."""

    def __init__(self, message: str, ending: Ending = "incomplete") -> None:
        super().__init__(message)
        self.ending: Ending = ending


class MovedError(Exception):
    """The source's address leads to the same site at another one, by scheme or `www.` alone."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target


class NoAnswerError(StopCollectingError):
    """An address gives no whole answer, however often it is asked: the site may be down, or this page of it broken."""

    def __init__(self, trouble: str, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


class RefusedError(StopCollectingError):
    """An address in the middle of a visit says no: nothing more is asked of the site in this run."""

    def __init__(self, url: str, by: str, why: str, at: str, message: str) -> None:
        super().__init__(message, ending="refused")
        self.url, self.by, self.why, self.at = url, by, why, at

    def of(self, thread: str) -> Refusal:
        """What is kept of it. `thread`: the address at which its thread was begun."""
        return Refusal(self.url, thread, self.by, self.why, self.at)
