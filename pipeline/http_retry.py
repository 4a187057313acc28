"""How long to wait before a server is asked again: as long as it says, else ever longer, never quite regularly.

Shared by those that ask servers: `scrape` for pages, `read` for answers of an endpoint.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from email.utils import parsedate_to_datetime

#: Longer than anybody waits, in seconds: what a number without sense is taken for.
FOREVER = 1e9


def retry_after(value: str | None, now: dt.datetime) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3), FOREVER at most; None where there is none or it makes no
    sense.

    A whole number of seconds, or an HTTP date; a date in the past is 0. `now` is aware of its zone. How long is too long
    is for the caller to say.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"[0-9]+", value):
        return min(float(value), FOREVER)
    try:
        when = parsedate_to_datetime(value)
        when = when if when.tzinfo else when.replace(tzinfo=dt.UTC)
        return min(max((when - now).total_seconds(), 0.0), FOREVER)
    except (ValueError, TypeError, OverflowError):
        return None


def backoff(first: float, attempt: int, jitter: random.Random, longest: float = FOREVER) -> float:
    """Seconds to wait after failure number `attempt` (from 0): doubled each time, `longest` at most, a quarter more or less,
    so that many who failed at once do not come back at once."""
    return min(first * 2.0**attempt, longest) * jitter.uniform(0.75, 1.25)
