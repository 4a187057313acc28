"""When a page is asked for again, and when not."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.scrape.job import Answer, FetchError, Job, StopCollectingError
from pipeline.scrape.patience import TRIES, Patient

NOW = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)


def answer(status: int, **headers: str) -> Answer:
    return Answer("http://f.invalid/", status, headers, b"x", "", "utf-8", NOW, 0, "sha1:X")


class World:
    """A clock that only sleeping moves, and a server that says what it is told to."""

    def __init__(self, *says: Answer | FetchError, turns: dict[str, float] | None = None, **changes: object) -> None:
        self.says, self.now, self.slept, self.asked = list(says), 0.0, [], 0  # type: ignore[var-annotated]
        job = Job(
            "s", "http://f.invalid/", "agent", Path("x"), delay=2.0, max_pages=5, max_page_bytes=1000, request_seconds=9,
            total_seconds=600, backoff=2.0, max_wait=300.0,
        )  # fmt: skip
        job = Job(**{**vars(job), **changes})  # type: ignore[arg-type]
        self.patient = Patient(job, self.fetch, self.sleep, lambda: self.now, turns)
        self.more: list[Mapping[str, str]] = []

    async def fetch(self, url: str, more: Mapping[str, str]) -> Answer:
        self.asked += 1
        self.more.append(more)
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


@pytest.mark.fault(37)
def test_a_longer_delay_holds_from_the_last_request_on_and_a_shorter_one_does_not() -> None:
    world = World(answer(200))
    world.get()
    world.patient.obey(5.0)
    world.patient.obey(1.0)
    assert world.get(2) == [200, 200] and world.slept == [5.0, 5.0]


def test_waits_as_long_as_retry_after_asks() -> None:
    world = World(answer(429, **{"retry-after": "40"}), answer(200))
    assert world.get() == [200]
    assert world.slept == [40.0]


@pytest.mark.fault(11)
def test_backs_off_ever_longer_without_retry_after() -> None:
    world = World(answer(503), answer(502), answer(500), answer(200))
    assert world.get() == [200]
    assert [round(s) > 0 for s in world.slept] == [True] * 3
    assert world.slept[0] < 2.6 and 3 <= world.slept[1] <= 5 and 6 <= world.slept[2] <= 10


@pytest.mark.fault(13)
def test_503_for_ever_stops_and_says_so() -> None:
    world = World(answer(503))
    with pytest.raises(StopCollectingError, match="answers 503, 4 times") as stop:
        world.get()
    assert world.asked == TRIES and stop.value.ending == "incomplete"


@pytest.mark.fault(10)
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


def test_a_garbled_retry_after_is_none_and_a_past_one_is_now() -> None:
    world = World(
        answer(429, **{"retry-after": "straks"}),
        answer(429, **{"retry-after": "Sun, 01 Nov 2020 12:00:00 GMT"}),
        answer(200),
    )
    assert world.get() == [200]
    assert 1.5 <= world.slept[0] <= 2.5 and world.slept[1] == 2.0  # never sooner than the delay


def test_two_sources_on_one_host_share_its_turns() -> None:
    turns: dict[str, float] = {}
    one = World(answer(200), turns=turns)
    one.get()
    other, elsewhere = World(answer(200), turns=turns), World(answer(200), turns=turns, url="http://g.invalid/")
    other.now = one.now + 0.5
    assert other.get() == [200] and other.slept == [1.5]
    assert elsewhere.get() == [200] and elsewhere.slept == []


@pytest.mark.fault(10)
def test_a_site_that_said_much_later_is_not_asked_for_the_next_source() -> None:
    turns: dict[str, float] = {}
    with pytest.raises(StopCollectingError):
        World(answer(429, **{"retry-after": "86400"}), turns=turns).get()
    other = World(answer(200), turns=turns)
    with pytest.raises(StopCollectingError, match="86,400 s"):
        other.get()
    assert other.asked == 0


def test_what_is_asked_beside_goes_along_at_every_try() -> None:
    world = World(answer(503), answer(200))
    asyncio.run(world.patient.get("http://f.invalid/", {"If-None-Match": "x"}))
    assert world.more == [{"If-None-Match": "x"}] * 2


@pytest.mark.fault(13)
@pytest.mark.parametrize("status", [202, 204, 206, 408, 425, 429, 500, 501, 503, 520, 522, 530, 599])
def test_what_may_pass_is_asked_for_again(status: int) -> None:
    world = World(answer(status), answer(200))
    assert world.get() == [200] and world.asked == 2


@pytest.mark.fault(13)
def test_a_page_without_anything_is_asked_for_again_and_rules_may_be_empty() -> None:
    world = World(replace(answer(200), body=b" \n"), answer(200))
    assert world.get() == [200] and world.asked == 2
    for said in (replace(answer(200), body=b""), answer(204)):
        world = World(said)
        assert asyncio.run(world.patient.get("http://f.invalid/robots.txt", rules=True)) == said and world.asked == 1
    with pytest.raises(StopCollectingError, match="answers 200 with nothing, 4 times"):
        World(replace(answer(200), body=b"")).get()


@pytest.mark.fault(10)
def test_a_redirect_is_followed_when_it_says_and_not_where_that_is_much_later() -> None:
    world = World(answer(302, **{"retry-after": "40"}), answer(200))
    assert world.get(2) == [302, 200] and world.slept == [40.0]
    world = World(answer(301, **{"retry-after": "86400"}))
    with pytest.raises(StopCollectingError, match=r"answers 301, and asks to wait 86,400 s"):
        world.get(2)
    assert world.asked == 1 and world.patient.later == 86_400
