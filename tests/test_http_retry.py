"""Retry-After and backoff, for everything that asks a server."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.http_retry import FOREVER, backoff, retry_after

NOW = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)


@pytest.mark.fault(10)
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 17 ", 17.0),
        ("999999999", 999_999_999.0),
        ("9" * 400, FOREVER),  # absurd, but it does say: not soon
        ("Sun, 01 Nov 2026 12:00:30 GMT", 30.0),
        ("Sunday, 01-Nov-26 12:00:30 GMT", 30.0),  # the two older forms of RFC 9110
        ("Sun Nov  1 12:00:30 2026", 30.0),
        ("Sun, 01 Nov 2026 13:00:30 +0100", 30.0),
        ("Sun, 01 Nov 2026 11:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", FOREVER),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Fri, 32 Dec 2026 23:59:59 GMT", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.fault(10)
@settings(deadline=None)  # a busy machine is no failure
@given(
    st.one_of(
        st.text(), st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{1,9} [+-]?[0-9A-Z]{1,6}")
    )
)
def test_whatever_stands_there_is_a_time_or_nothing(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= FOREVER


@pytest.mark.fault(11)
def test_backoff_doubles_is_never_quite_regular_and_has_a_limit() -> None:
    jitter = random.Random(1)
    waits = [backoff(2.0, attempt, jitter, 20.0) for attempt in range(6)]
    assert all(0.75 <= wait / min(2.0 * 2**n, 20.0) <= 1.25 for n, wait in enumerate(waits))
    assert len({wait / min(2.0 * 2**n, 20.0) for n, wait in enumerate(waits)}) == 6
