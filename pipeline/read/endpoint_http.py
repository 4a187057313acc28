"""One POST to an endpoint, and what to do when it does not go well: wait, ask again, or stop and say why.

The key is read from the environment for each request, and stands in no message: what a server says about a refused key is not
repeated, and whatever else it says is searched for the key first.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import queue
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3 import exceptions

from pipeline.errors import IncompleteError, StandpuntError, UsageError
from pipeline.http_retry import backoff, retry_after

KEY = "STANDPUNT_API_KEY"
MAX_BYTES = 4_000_000
CHUNK = 65_536
#: Seconds: the first wait, the longest, and the longest that a server may ask for.
BACKOFF, MAX_BACKOFF, MAX_RETRY_AFTER = 1.0, 60.0, 300.0
#: What the server may say that is about this request alone: the caller changes it, or gives it up.
REFUSED = frozenset({400, 413, 422})
AGAIN = frozenset({408, 425, 429, *range(500, 600)})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NoReplyError(Exception):
    """No whole reply came; the message goes on from the endpoint's name.

    `again`: asking again may help; `sent`: the request may have arrived, and be paid for.
    """

    def __init__(self, message: str, again: bool = True, sent: bool = True) -> None:
        super().__init__(message)
        self.again, self.sent = again, sent


@dataclass(frozen=True)
class Reply:
    """What a server answered; `body` is None where it was larger than MAX_BYTES."""

    status: int
    body: bytes | None
    retry_after: str | None = None


def now() -> dt.datetime:
    """The time, to understand a Retry-After that is a date."""
    return dt.datetime.now(dt.UTC)


def completions_url(url: str) -> SplitResult:
    """The address to post to, of read.endpoint.url. Raises UsageError (which repeats no password) where it is none."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or re.search(r"[\x00-\x20\x7f\\]", url):
        raise UsageError("read.endpoint.url is no address: give http(s)://host/path (params.yaml).")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"read.endpoint.url carries a user name or password. Give the key in {KEY} instead.")
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    return parts._replace(path=f"{path}/chat/completions", fragment="")


def _key() -> str:
    key = os.environ.get(KEY, "").strip()
    if not re.fullmatch(r"[\x21-\x7e]*", key):
        raise UsageError(f"{KEY} holds characters that no key has (blanks, or letters beyond ASCII). Set it anew.")
    return key


def _pool(url: SplitResult) -> urllib3.PoolManager:
    """By the environment's proxy, if it names one; this machine is always asked directly."""
    host = url.hostname or ""
    proxy = None if host in LOOPBACK or proxy_bypass(host) else getproxies().get(url.scheme)
    if not proxy:
        return urllib3.PoolManager(num_pools=1, maxsize=1)
    auth = urllib3.util.parse_url(proxy).auth
    headers = urllib3.make_headers(proxy_basic_auth=unquote(auth)) if auth else None
    return urllib3.ProxyManager(proxy, proxy_headers=headers, num_pools=1, maxsize=1)


class Client:
    """Posts JSON to one address. `seconds`: deadline of a whole request; `retries`: further tries where one fails."""

    def __init__(
        self,
        url: str,
        seconds: float,
        retries: int,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], dt.datetime] = now,
    ) -> None:
        address = completions_url(url)
        self._url, self._pool = address.geturl(), _pool(address)
        #: the endpoint as messages name it
        self.place = f"{address.scheme}://{address.netloc}"
        self._seconds, self._retries = seconds, retries
        self._sleep, self._clock = sleep, clock
        self._jitter = random.Random(self._url)

    def post(self, body: Mapping[str, object], before: Callable[[], None], lost: Callable[[], None]) -> Reply:
        """A reply of status 2xx or one of REFUSED.

        `before` is called ahead of every try and may raise to stop it; `lost` where a try may have cost something and
        brought no reply. Raises UsageError where the key is not taken, IncompleteError where the endpoint keeps failing,
        StandpuntError where asking again cannot help.
        """
        payload, trouble = json.dumps(body).encode("ascii"), ""
        for attempt in range(self._retries + 1):
            before()
            asked = None
            try:
                reply = self._exchange(payload)
            except NoReplyError as error:
                if error.sent:
                    lost()
                if not error.again:
                    raise StandpuntError(f"{self.place} {error} (read.endpoint.url, params.yaml).") from None
                trouble = str(error)
            else:
                if reply.status not in AGAIN:
                    return self._judged(reply)
                trouble = f"answers {reply.status}{self.said(reply)}"
                asked = retry_after(reply.retry_after, self._clock())
            if attempt < self._retries:
                own = backoff(BACKOFF, attempt, self._jitter, MAX_BACKOFF)
                self._sleep(own if asked is None else min(asked, MAX_RETRY_AFTER))
        raise IncompleteError(
            f"{self.place} {trouble}, {self._retries + 1} times. What was answered is kept; run it again to go on."
        )

    def _judged(self, reply: Reply) -> Reply:
        if 200 <= reply.status < 300 or reply.status in REFUSED:
            return reply
        if reply.status in (401, 403):
            raise UsageError(
                f"{self.place} does not take the key ({reply.status}). Set {KEY} in the environment to one that it knows."
            )
        if 300 <= reply.status < 400:
            raise StandpuntError(
                f"{self.place} sends on to another address ({reply.status}), which is not followed: comments and key go "
                "nowhere but to read.endpoint.url (params.yaml). Set it to the right address."
            )
        raise StandpuntError(
            f"{self.place} answers {reply.status}{self.said(reply)}. Look at read.endpoint.url and at the model's name "
            "(params.yaml)."
        )

    def said(self, reply: Reply) -> str:
        """The server's own words about an error, short, printable and without the key; "" where there are none."""
        text = (reply.body or b"")[:CHUNK].decode("utf-8", "replace")
        try:
            error = json.loads(text)["error"]
            text = str(error["message"] if isinstance(error, dict) else error)
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        key = _key()
        text = text.replace(key, "***") if key else text
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return f": {text[:200]}" if text else ""

    def _exchange(self, payload: bytes) -> Reply:
        """One try, whole within the deadline.

        A socket's timeout starts anew with every byte, so that a server that drips could hold us for ever, in its headers
        too. The try is made on a thread that is left behind when time is up.
        """
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "standpunt"}
        if key := _key():
            headers["Authorization"] = f"Bearer {key}"
        outcome: queue.SimpleQueue[Reply | Exception] = queue.SimpleQueue()
        end = time.monotonic() + self._seconds

        def attempt() -> None:
            try:
                outcome.put(self._ask(payload, headers, end))
            except Exception as error:  # handed to the thread that waits
                outcome.put(error)

        threading.Thread(target=attempt, name="endpoint", daemon=True).start()
        try:
            got = outcome.get(timeout=self._seconds)
        except queue.Empty:
            raise self._late() from None
        if isinstance(got, Exception):
            raise self._reason(got) from None
        return got

    def _ask(self, payload: bytes, headers: dict[str, str], end: float) -> Reply:
        response = self._pool.request(
            "POST", self._url, body=payload, headers=headers, preload_content=False, redirect=False, retries=False,
            timeout=urllib3.Timeout(total=self._seconds),
        )  # fmt: skip
        whole = False
        try:
            parts, size = [], 0
            while size <= MAX_BYTES and (part := response.read1(CHUNK, decode_content=True)):
                if time.monotonic() > end:
                    raise self._late()
                parts.append(part)
                size += len(part)
            whole = size <= MAX_BYTES
            return Reply(response.status, b"".join(parts) if whole else None, response.headers.get("retry-after"))
        finally:
            if whole:
                response.release_conn()
            else:
                response.close()

    def _late(self) -> NoReplyError:
        return NoReplyError(
            f"gives no whole answer within {self._seconds:g} s (read.endpoint.request_seconds; fewer comments_per_request "
            "are answered sooner)"
        )

    def _reason(self, error: Exception) -> Exception:
        """What went wrong, in words that hold no header and no address in memory."""
        if isinstance(error, exceptions.NewConnectionError):  # a kind of time-out in urllib3, but nobody is there
            return NoReplyError("cannot be reached; is the server running?", sent=False)
        if isinstance(error, exceptions.TimeoutError):
            return self._late()
        if isinstance(error, exceptions.SSLError):
            return NoReplyError("shows a certificate that does not hold, or speaks no TLS", again=False, sent=False)
        if isinstance(error, exceptions.HTTPError):
            return NoReplyError(f"breaks off ({type(error).__name__})")
        return error
