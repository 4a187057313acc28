"""When to ask, when to ask again, when to stop: one request at a time, never faster than asked for."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime

from pipeline.scrape.job import Answer, FetchError, Job, StopCollectingError

TRIES = 4
AGAIN = frozenset({429, 500, 502, 503, 504})

Fetch = Callable[[str], Awaitable[Answer]]
Sleep = Callable[[float], Awaitable[None]]
Clock = Callable[[], float]


def retry_after(value: str | None, now: dt.datetime) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3); None where there is none or it makes no sense.

    A number of seconds or an HTTP date; a date in the past is 0.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"\d{1,9}", value):
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=dt.UTC)
    return max((when - now).total_seconds(), 0.0)


class Patient:
    """Asks for one URL until it has a whole answer, within the job's limits.

    `get` raises StopCollectingError where the site keeps failing, asks to come back much later, or time is up;
    FetchError where asking again cannot help.
    """

    def __init__(self, job: Job, fetch: Fetch, sleep: Sleep, clock: Clock) -> None:
        self.job, self._fetch, self._sleep, self._clock = job, fetch, sleep, clock
        self.delay = job.delay
        self._end = clock() + job.total_seconds
        self._next = clock()
        self._jitter = random.Random(job.source_id)
        self.retries = 0

    async def get(self, url: str) -> Answer:
        """The answer to one URL."""
        wait, trouble = 0.0, ""
        for attempt in range(TRIES):
            await self._pause(max(wait, self._next - self._clock()), trouble or "the turn of the next page")
            try:
                answer = await self._fetch(url)
            except FetchError as error:
                if not error.again:
                    raise
                wait, trouble = self._backoff(attempt), f"{url}: {error}"
            else:
                if answer.status not in AGAIN:
                    return answer
                asked = retry_after(answer.headers.get("retry-after"), answer.at)
                wait, trouble = self._backoff(attempt) if asked is None else asked, f"{url} answers {answer.status}"
            finally:
                self._next = self._clock() + self.delay
            self.retries += 1
        raise StopCollectingError(f"{trouble}, {TRIES} times. What was collected is kept; run it again later.")

    def _backoff(self, attempt: int) -> float:
        return float(self.job.backoff * 2**attempt * self._jitter.uniform(0.75, 1.25))

    async def _pause(self, seconds: float, why: str) -> None:
        if seconds > self.job.max_wait:
            raise StopCollectingError(f"{why} and asks to wait {seconds:,.0f} s. Run it again after that.")
        if self._clock() + max(seconds, 0.0) > self._end:
            raise StopCollectingError(
                f"scrape.total_seconds ({self.job.total_seconds:g}) is over, waiting for {why}. "
                "What was collected is kept; run it again to go on."
            )
        if seconds > 0:
            await self._sleep(seconds)
