"""When to ask, when to ask again, when to stop: one request at a time, never faster than asked for."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping

from pipeline.http_retry import backoff, retry_after
from pipeline.scrape.address import host_of
from pipeline.scrape.job import REDIRECTS, Answer, FetchError, Job, NoAnswerError, StopCollectingError, may_pass

TRIES = 4

Fetch = Callable[[str, Mapping[str, str]], Awaitable[Answer]]
Sleep = Callable[[float], Awaitable[None]]
Clock = Callable[[], float]


class Patient:
    """Asks for one URL until it has a whole answer, within the job's limits.

    `get` raises StopCollectingError (NoAnswerError) where the site keeps failing, asks to come back much later, or time is up;
    FetchError where asking again cannot help. `turns` tells, by host, when it may be asked again (on `clock`): share it
    among the jobs of a run, so that two sources on one host are no reason to ask it twice as fast.
    """

    def __init__(
        self, job: Job, fetch: Fetch, sleep: Sleep, clock: Clock, turns: dict[str, float] | None = None
    ) -> None:
        self.job, self._fetch, self._sleep, self._clock = job, fetch, sleep, clock
        self.delay = job.delay
        self._end = clock() + job.total_seconds
        self._turns = {} if turns is None else turns
        self._host = host_of(job.url)
        self._why = f"{self._host}: its turn"  # why it has to wait
        self._jitter = random.Random(job.source_id)
        self.retries = 0
        self.later: float | None = None  # where a wait was too long: when it is over, on `clock`

    async def get(self, url: str, more: Mapping[str, str] | None = None, rules: bool = False) -> Answer:
        """The answer to one URL. `more`: header fields beside those of every request (If-None-Match, If-Modified-Since). `rules`: it
        is of the site's rules, where no body is an answer, too."""
        wait, trouble, held = 0.0, "", 0.0
        for attempt in range(TRIES):
            await self._pause(max(wait, self._turn - self._clock()), trouble or self._why)
            try:
                answer = await self._fetch(url, more or {})
            except FetchError as error:
                if not error.again:
                    raise
                wait, trouble = self._backoff(attempt), f"{url}: {error}"
            else:
                asked = retry_after(answer.headers.get("retry-after"), answer.at)
                said = f"{url} answers {answer.status}{' with nothing' if answer.status == 200 and not answer.body.strip() else ''}"
                if not may_pass(answer, rules):
                    if asked and answer.status in REDIRECTS:
                        held, self._why = asked, said
                    return answer
                wait, trouble = self._backoff(attempt) if asked is None else asked, said
            finally:
                self._turn = self._clock() + max(self.delay, held)
            self.retries += 1
        self._turn = max(self._turn, self._clock() + wait)
        raise NoAnswerError(trouble, f"{trouble}, {TRIES} times. What was collected is kept; run it again later.")

    def obey(self, delay: float) -> None:
        """Keep at least so many seconds between two requests, from the last one on."""
        if delay > self.delay:
            self._turn += delay - self.delay
            self.delay = delay

    @property
    def _turn(self) -> float:
        return self._turns.get(self._host, self._clock())

    @_turn.setter
    def _turn(self, at: float) -> None:
        self._turns[self._host] = at

    def _backoff(self, attempt: int) -> float:
        return backoff(self.job.backoff, attempt, self._jitter, longest=self.job.max_wait / 1.25)

    async def _pause(self, seconds: float, why: str) -> None:
        """Wait. A wait that is too long ends the job, and holds for the other jobs of this host."""
        if seconds > self.job.max_wait:
            self._turn = self.later = self._clock() + seconds
            raise StopCollectingError(f"{why}, and asks to wait {seconds:,.0f} s. Run it again after that.")
        if self._clock() + max(seconds, 0.0) > self._end:
            raise StopCollectingError(
                f"scrape.total_seconds ({self.job.total_seconds:g}) is over, waiting ({why}). "
                "What was collected is kept; run it again to go on."
            )
        if seconds > 0:
            await self._sleep(seconds)
