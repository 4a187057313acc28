"""The process that asks for pages: Scrapy's downloader under our own patience, every exchange kept in a WARC.

Scrapy needs Twisted's reactor, which starts once in a process and never again; so all jobs of a run share one spawned
process, one after the other, and tell over a pipe how far they are. Scrapy's own middlewares are off: what they do
quietly (retry, redirect, unpack, robots) is done in this room where it can be recorded.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from typing import Any

import scrapy
from scrapy import exceptions
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from pipeline.engine import Progress
from pipeline.errors import IncompleteError, StandpuntError
from pipeline.platforms import read, recognise
from pipeline.platforms.base import Page
from pipeline.scrape.address import is_public
from pipeline.scrape.archive import Archive, Pairs
from pipeline.scrape.body import DamagedError, TooLargeError, check_end, decode, unpack
from pipeline.scrape.collect import Collector
from pipeline.scrape.job import Answer, FetchError, Harvest, Job
from pipeline.scrape.patience import Patient

SETTINGS: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
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
    "TWISTED_DNS_RESOLVER": "pipeline.scrape.reader.GuardedResolver",
    "REACTOR_THREADPOOL_MAXSIZE": 2,
}


class GuardedResolver(CachingThreadedResolver):
    """Refuses a name that resolves to a private address, at the moment of connecting."""

    private = False  # the running job's word

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 (Twisted's name)
        """The address of a name."""
        return super().getHostByName(name, timeout).addCallback(self._guard)

    def _guard(self, address: str) -> str:
        if not GuardedResolver.private and not is_public(address):
            raise DNSLookupError(f"resolves to the private address {address}")
        return address


def _pairs(headers: scrapy.http.Headers) -> Pairs:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]


def _why(error: Exception) -> FetchError:
    """A Scrapy failure as an outcome, and whether asking again may help."""
    table: list[tuple[type[Exception], str, bool]] = [
        (exceptions.DownloadTimeoutError, "timeout", True),
        (exceptions.ResponseDataLossError, "cut", True),
        (exceptions.DownloadCancelledError, "too large", False),
        (exceptions.CannotResolveHostError, "no such host", True),
        (exceptions.DownloadConnectionRefusedError, "refused connection", True),
        (DamagedError, "cut", True),
        (TooLargeError, "too large", False),
    ]
    for kind, outcome, again in table:
        if isinstance(error, kind):
            return FetchError(outcome, f"{outcome} ({error})" if str(error) else outcome, again)
    return FetchError("failed", f"{type(error).__name__}: {error}", True)


class Fetcher:
    """One request through Scrapy's downloader, checked and recorded."""

    def __init__(self, job: Job, archive: Archive, engine: Any) -> None:
        self.job, self.archive, self._engine = job, archive, engine

    async def __call__(self, url: str) -> Answer:
        """A whole answer. FetchError: there is none."""
        request = scrapy.Request(
            url,
            headers={
                "User-Agent": self.job.user_agent,
                "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.5",
                "Accept-Encoding": "gzip",
            },
            meta={"download_timeout": self.job.request_seconds, "download_maxsize": self.job.max_page_bytes},
            dont_filter=True,
        )
        try:
            response = await self._engine.download_async(request)
            return self._whole(request, response)
        except Exception as error:
            raise _why(error) from error

    def _whole(self, request: scrapy.Request, response: scrapy.http.Response) -> Answer:
        at = dt.datetime.now(dt.UTC).replace(microsecond=0)
        pairs = _pairs(response.headers)
        headers = {name.lower(): value for name, value in pairs}
        content_type = headers.get("content-type", "")
        body = unpack(response.body, headers.get("content-encoding", ""), self.job.max_page_bytes)
        if "partial" in response.flags and response.status == 200:
            check_end(body, content_type)
        text, encoding = decode(body, content_type)
        ip = None if response.ip_address is None else str(response.ip_address)
        path = request.url.split("/", 3)
        asked = (f"GET /{path[3] if len(path) > 3 else ''} HTTP/1.1", [*_pairs(request.headers), ("Host", path[2])])
        _stop_if_orphaned()
        digest = self.archive.record(
            request.url, at, asked, (response.status, response.protocol or "HTTP/1.1", pairs), response.body, ip
        )
        return Answer(request.url, response.status, headers, body, text, encoding, at, len(response.body), digest)


def _stop_if_orphaned() -> None:
    """End this process where the one that started it was killed: another may be writing the archive by now."""
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)


def read_page(body: str, url: str) -> Page | None:
    """What the platforms read in a page; None where none of them knows it."""
    return read(body, url) if recognise(body, url) is not None else None


async def harvest(job: Job, engine: Any, connection: Connection) -> Harvest:
    """Run one job to its end."""
    GuardedResolver.private = job.private
    archive = Archive(job.archive)
    patient = Patient(job, Fetcher(job, archive, engine), asyncio.sleep, time.monotonic)

    async def get(url: str) -> Answer:
        kept = None if url.endswith("/robots.txt") else archive.kept(url, job.max_page_bytes)
        return kept or await patient.get(url)

    def obey(delay: float) -> None:
        patient.delay = max(patient.delay, delay)

    def report(pages: int) -> None:
        connection.send(("pages", pages))

    collector = Collector(job, get, read_page, report)
    try:
        done = await collector.run(obey)
    finally:
        archive.close()
    if patient.retries:
        done.notes.append(f"{patient.retries} requests had to be repeated")
    return done


class Reader(scrapy.Spider):
    """Not a crawl of Scrapy's own: it runs the jobs, using the engine to download."""

    name = "standpunt"
    jobs: list[Job]
    connection: Connection

    async def start(self) -> AsyncIterator[Any]:
        """Run every job; yields nothing to Scrapy."""
        for job in self.jobs:
            try:
                self.connection.send(("done", await harvest(job, self.crawler.engine, self.connection)))
            except Exception as error:
                self.connection.send(("failed", f"{type(error).__name__}: {error}"))
        for request in list[scrapy.Request]():  # none; but the loop makes this the generator that Scrapy expects
            yield request


def _work(jobs: list[Job], connection: Connection) -> None:
    """The spawned process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends us
    logging.disable(logging.CRITICAL)
    process = AsyncCrawlerProcess(SETTINGS)
    process.crawl(Reader, jobs=jobs, connection=connection)
    process.start(install_signal_handlers=False)
    connection.close()


def harvest_all(jobs: list[Job], progress: Progress) -> list[Harvest]:
    """The harvest of every job, in order. IncompleteError where the process ends early or falls silent."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(jobs, theirs), daemon=True)
    process.start()
    theirs.close()
    done: list[Harvest] = []
    try:
        while len(done) < len(jobs):
            job = jobs[len(done)]
            if not ours.poll(job.request_seconds + job.max_wait + 120):
                raise IncompleteError(f"collecting {job.source_id} fell silent and was ended. Run it again to go on.")
            kind, value = ours.recv()
            if kind == "failed":
                raise StandpuntError(f"collecting {job.source_id} failed: {value}. What was collected is kept.")
            if kind == "done":
                done.append(value)
            else:
                progress(value, None, f"pages of {job.source_id}")
    except EOFError as error:
        raise IncompleteError(
            f"collecting {jobs[len(done)].source_id} was cut short. Run it again to go on."
        ) from error
    finally:
        if len(done) < len(jobs):
            process.terminate()
        process.join(10)
    return done
