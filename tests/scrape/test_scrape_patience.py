"""When a page is asked for again, and when not."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from pipeline.scrape.job import Answer, FetchError, Job, StopCollectingError
from pipeline.scrape.patience import TRIES, Patient, retry_after

NOW = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 17 ", 17.0),
        ("999999999", 999_999_999.0),
        ("9999999999", None),
        ("Sun, 01 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def answer(status: int, **headers: str) -> Answer:
    return Answer("http://f.invalid/", status, headers, b"", "", "utf-8", NOW, 0, "sha1:X")


class World:
    """A clock that only sleeping moves, and a server that says what it is told to."""

    def __init__(self, *says: Answer | FetchError, **changes: object) -> None:
        self.says, self.now, self.slept, self.asked = list(says), 0.0, [], 0  # type: ignore[var-annotated]
        job = Job(
            "s", "http://f.invalid/", "agent", Path("x"), delay=2.0, max_pages=5, max_page_bytes=1000, request_seconds=9,
            total_seconds=600, backoff=2.0, max_wait=300.0,
        )  # fmt: skip
        job = Job(**{**vars(job), **changes})  # type: ignore[arg-type]
        self.patient = Patient(job, self.fetch, self.sleep, lambda: self.now)

    async def fetch(self, url: str) -> Answer:
        self.asked += 1
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if isinstance(said, FetchError):
            raise said
        return said

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def get(self, times: int = 1) -> list[int]:
        async def all_of_them() -> list[int]:
            return [(await self.patient.get("http://f.invalid/")).status for _ in range(times)]

        return asyncio.run(all_of_them())


def test_pauses_between_requests_but_not_before_the_first() -> None:
    world = World(answer(200))
    assert world.get(3) == [200, 200, 200]
    assert world.slept == [2.0, 2.0]


def test_waits_as_long_as_retry_after_asks() -> None:
    world = World(answer(429, **{"retry-after": "40"}), answer(200))
    assert world.get() == [200]
    assert world.slept == [40.0]


def test_backs_off_ever_longer_without_retry_after() -> None:
    world = World(answer(503), answer(502), answer(500), answer(200))
    assert world.get() == [200]
    assert [round(s) > 0 for s in world.slept] == [True] * 3
    assert world.slept[0] < 2.6 and 3 <= world.slept[1] <= 5 and 6 <= world.slept[2] <= 10


def test_503_for_ever_stops_and_says_so() -> None:
    world = World(answer(503))
    with pytest.raises(StopCollectingError, match="answers 503, 4 times") as stop:
        world.get()
    assert world.asked == TRIES and stop.value.ending == "incomplete"


def test_an_absurd_retry_after_stops_instead_of_waiting() -> None:
    world = World(answer(429, **{"retry-after": "86400"}))
    with pytest.raises(StopCollectingError, match="86,400 s"):
        world.get()
    assert world.asked == 1 and world.slept == []


def test_a_cut_body_is_asked_for_again_and_a_too_large_one_is_not() -> None:
    assert World(FetchError("cut", "cut off", True), answer(200)).get() == [200]
    world = World(FetchError("too large", "too large", False))
    with pytest.raises(FetchError):
        world.get()
    assert world.asked == 1


def test_the_total_time_is_a_limit() -> None:
    world = World(answer(200), total_seconds=5.0)
    with pytest.raises(StopCollectingError, match="total_seconds"):
        world.get(9)
    assert world.asked == 3


@pytest.mark.parametrize("status", [200, 301, 401, 403, 404, 410, 451])
def test_other_answers_are_taken_at_once(status: int) -> None:
    world = World(answer(status))
    assert world.get() == [status] and world.slept == []
