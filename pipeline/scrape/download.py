"""Scrapy's downloader, made strict: which addresses are connected to, how much of a header is taken, what a failure means.

Scrapy's own middlewares are off: what they do quietly (retry, redirect, cookies, proxies, unpack, robots) is done in this
room where it can be recorded.
"""

from __future__ import annotations

from typing import Any

from scrapy import exceptions
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.resolver import CachingHostnameResolver
from twisted.python.failure import Failure
from twisted.web._newclient import BODY
from twisted.web.http import PotentialDataLoss, _ChunkedTransferDecoder

from pipeline.scrape.address import is_public
from pipeline.scrape.body import DamagedError, NoEndError, PackedError, TooLargeError
from pipeline.scrape.job import FetchError, StopCollectingError

#: Bytes of status line and headers that are taken of one answer, the interim ones included.
MAX_HEADERS = 262_144

SETTINGS: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
    "DOWNLOAD_HANDLERS_BASE": dict.fromkeys(("http", "https"), "pipeline.scrape.download.Handler"),
    "TELNETCONSOLE_ENABLED": False,
    "LOG_ENABLED": False,
    "LOG_INSTALL_ROOT_HANDLER": False,
    "COOKIES_ENABLED": False,
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "TWISTED_DNS_RESOLVER": "pipeline.scrape.download.GuardedResolver",
    "REACTOR_THREADPOOL_MAXSIZE": 2,
}


class HeadersTooLargeError(ValueError):
    """An answer whose headers do not end."""


class GuardedResolver(CachingHostnameResolver):
    """Hands on no private address that a name resolves to, IPv4 or IPv6, at the moment of connecting (a number is a name here,
    too). Connections are made to nothing but what is handed on here."""

    private = False  # the running job's word
    refused: dict[str, str] = {}  # name: address, because Twisted forgets why a name could not be resolved  # noqa: RUF012

    def resolveHostName(self, resolutionReceiver: Any, hostName: str, *more: Any, **named: Any) -> Any:  # noqa: N802, N803 (Twisted's names)
        """Tell the receiver every address of a name that may be connected to."""
        guard: Any = resolutionReceiver if GuardedResolver.private else _Guard(resolutionReceiver, hostName)
        return super().resolveHostName(guard, hostName, *more, **named)


class _Guard:
    """Stands before whoever wants to connect. Of a name with public and private addresses, the public ones are connected to."""

    def __init__(self, behind: Any, name: str) -> None:
        self._behind, self._name, self._handed_on, self._refused = behind, name, False, ""

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 (Twisted's name)
        self._behind.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 (Twisted's name)
        if is_public(address.host):
            self._handed_on = True
            self._behind.addressResolved(address)
        else:
            self._refused = address.host

    def resolutionComplete(self) -> None:  # noqa: N802 (Twisted's name)
        if self._refused and not self._handed_on:
            GuardedResolver.refused[self._name] = self._refused
        self._behind.resolutionComplete()


class _Protocol(_LenientHTTP11ClientProtocol):
    """Counts what comes before the body, and looks at what comes behind it. A server can send headers for ever, and Twisted
    would keep them all."""

    def request(self, request: Any) -> Any:
        """The answer to a request."""
        answer = super().request(request)
        parser: Any = self._parser
        parser._transferDecoders = _DECODERS
        taken, receive, finish = 0, parser.dataReceived, parser.finisher

        def received(data: bytes) -> None:
            nonlocal taken
            if parser.state != BODY:
                taken += len(data)
                if taken > MAX_HEADERS:
                    raise HeadersTooLargeError(f"over {MAX_HEADERS:,} bytes of headers")
            receive(data)

        def finished(rest: bytes) -> None:
            if rest.strip() and parser.bodyDecoder is not None:
                parser.bodyDecoder = _Surplus
            finish(rest)

        parser.dataReceived, parser.finisher = received, finished
        return answer


class _Surplus:
    """Stands for the decoder of a body behind whose end more came: the length may be wrong, so that the body itself has to
    show that it is whole. What comes later than the end, Twisted does not hand on."""

    @staticmethod
    def noMoreData() -> None:  # noqa: N802 (Twisted's name)
        raise PotentialDataLoss


class _Chunked(_ChunkedTransferDecoder):
    """Takes white space behind the size of a chunk, as old servers fill it up, and browsers do."""

    def _dataReceived_CHUNK_LENGTH(self) -> bool:  # noqa: N802 (Twisted's name)
        end = self._buffer.find(b"\r\n", self._start)
        size = self._buffer[: max(end, 0)]
        if size.endswith((b" ", b"\t")):
            self._buffer[:end] = size.rstrip(b" \t")
        return super()._dataReceived_CHUNK_LENGTH()


class _Decoders(dict[bytes, Any]):
    """Decoders by transfer encoding."""

    def __missing__(self, name: bytes) -> Any:
        raise PackedError(f"its transfer encoding is {name.decode('latin-1')[:100]!r}, which is not read here")


_DECODERS = _Decoders({b"chunked": _Chunked})


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, _: Any) -> _Protocol:  # noqa: N802 (Twisted's name)
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class Handler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, with a limit on headers. There is none for other schemes."""

    pools: list[Any] = []  # noqa: RUF012 (of the process)

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
        Handler.pools.append(self._pool)

    @classmethod
    def begin(cls, private: bool) -> None:
        """Before a job: whether it may go to private addresses. No connection of an earlier job, which may have been allowed
        more, is used again."""
        GuardedResolver.private = private
        GuardedResolver.refused.clear()
        for pool in cls.pools:
            pool.closeCachedConnections()


def failure(url: str, host: str, error: Exception) -> FetchError | StopCollectingError:
    """What a failed download means, and whether asking again may help."""
    causes = _causes(error)
    if address := GuardedResolver.refused.pop(host, None):
        return StopCollectingError(
            f"{url} leads to {address}, on this machine or a private network, and was not asked for. "
            "If that is meant, set private_network: true for it in data/raw/sources.yaml."
        )
    if broken := next((cause for cause in causes if _about_tls(cause)), None):
        return StopCollectingError(
            f"{url}: the certificate does not hold, or there is no TLS ({_words(broken)}). Nothing was asked for; look at "
            "the address, or run it again when the site has mended it."
        )
    table: list[tuple[type[Exception], str, bool]] = [
        (HeadersTooLargeError, "headers too large", False),
        (TooLargeError, "too large", False),
        (exceptions.DownloadCancelledError, "too large", False),
        (exceptions.DownloadTimeoutError, "timeout", True),
        (exceptions.ResponseDataLossError, "cut", True),
        (PackedError, "packed", False),
        (NoEndError, "no end", False),
        (DamagedError, "cut", True),
        (exceptions.CannotResolveHostError, "no such host", True),
        (exceptions.DownloadConnectionRefusedError, "refused connection", True),
    ]
    for kind, outcome, again in table:
        if found := next((cause for cause in causes if isinstance(cause, kind)), None):
            return FetchError(outcome, f"{outcome} ({found})" if str(found) else outcome, again)
    return FetchError("broken off", f"broken off ({_words(causes[-1])})", True)


def _causes(error: BaseException) -> list[BaseException]:
    """An exception and what is behind it, the outermost first; Twisted keeps a list of reasons in one."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or cause in found:
            continue
        found.append(cause)
        reasons = getattr(cause, "reasons", None) or []
        waiting += [reason.value for reason in reasons if isinstance(reason, Failure)]
        waiting.append(cause.__cause__)
    return found


def _about_tls(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in ("OpenSSL", "service_identity", "ssl")


def _words(error: BaseException) -> str:
    """A cause in words: OpenSSL's errors are lists of triples, and some of Twisted's say nothing."""
    said = error.args[0] if error.args else ""
    if isinstance(said, list | tuple):
        said = "; ".join(str(part[-1]) if isinstance(part, tuple) else str(part) for part in said)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
