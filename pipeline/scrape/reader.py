"""The process that asks for pages: Scrapy's downloader under our own patience, every exchange kept in a WARC.

Scrapy needs Twisted's reactor, which starts once in a process and never again; so all jobs of a run share one spawned
process, one after the other, and tell over a pipe how far they are. One request at a time is thus all that ever happens.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import AsyncIterator, Mapping
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from pipeline.engine import Progress
from pipeline.errors import UsageError
from pipeline.files.decoding import decode
from pipeline.platforms import pages
from pipeline.platforms.base import Page
from pipeline.scrape.address import check_url
from pipeline.scrape.archive import Archive, Pairs
from pipeline.scrape.body import check_end, fields, unpack
from pipeline.scrape.collect import Collector
from pipeline.scrape.download import SETTINGS, Handler, failure
from pipeline.scrape.job import Answer, FetchError, Harvest, Job, StopCollectingError
from pipeline.scrape.pace import Pace
from pipeline.scrape.patience import Patient
from pipeline.scrape.tdm import PATH


def _pairs(headers: scrapy.http.Headers) -> Pairs:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]


class Fetcher:
    """One request through Scrapy's downloader, checked and recorded."""

    def __init__(self, job: Job, archive: Archive, engine: Any) -> None:
        self.job, self.archive, self._engine = job, archive, engine

    async def __call__(self, url: str, more: Mapping[str, str]) -> Answer:
        """A whole answer. FetchError: there is none; StopCollectingError: nor will there be."""
        try:
            check_url(url)  # whoever asks for it, and wherever the address comes from
        except UsageError as error:
            raise FetchError("refused address", str(error), again=False) from error
        request = scrapy.Request(
            url,
            headers={
                "User-Agent": self.job.user_agent,
                "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.5",
                "Accept-Encoding": "gzip",
                **more,
            },
            meta={"download_timeout": self.job.request_seconds, "download_maxsize": self.job.max_page_bytes},
            dont_filter=True,
        )
        try:
            response = await self._engine.download_async(request)
            body = self._body(response)
        except Exception as error:
            raise failure(url, urlsplit(url).hostname or "", error) from error
        return self._kept(request, response, body)

    def _body(self, response: scrapy.http.Response) -> bytes:
        """The body, unpacked and whole. DamagedError, TooLargeError: it is not."""
        headers = fields(_pairs(response.headers))
        body = unpack(response.body, headers.get("content-encoding", ""), self.job.max_page_bytes)
        if "partial" in response.flags and response.status == 200:
            check_end(body, headers.get("content-type", ""))
        return body

    def _kept(self, request: scrapy.Request, response: scrapy.http.Response, body: bytes) -> Answer:
        """The exchange, written into the archive."""
        at = dt.datetime.now(dt.UTC).replace(microsecond=0)
        pairs = _pairs(response.headers)
        headers = fields(pairs)
        text, encoding, _ = decode(body, headers.get("content-type", ""))
        ip = None if response.ip_address is None else str(response.ip_address)
        path = request.url.split("/", 3)
        asked = (f"GET /{path[3] if len(path) > 3 else ''} HTTP/1.1", [*_pairs(request.headers), ("Host", path[2])])
        _stop_if_orphaned()
        digest = self.archive.record(
            request.url, at, asked, (response.status, response.protocol or "HTTP/1.1", pairs), response.body, ip
        )
        if response.status == 304 and (
            seen := self.archive.unchanged(request.url, at, self.job.max_page_bytes, headers)
        ):
            return seen
        return Answer(request.url, response.status, headers, body, text, encoding, at, len(response.body), digest)


def _stop_if_orphaned() -> None:
    """End this process where the one that started it was killed: another may be writing the archive by now."""
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)


def read_pages(body: str, url: str) -> list[Page]:
    """The threads that the platforms read in a page, most often one; none where no platform knows it. StopCollectingError: it
    breaks the reader."""
    try:
        return pages(body, url)
    except UsageError:
        return []
    except Exception as error:  # whatever a page does to its reader, the other pages and sources are still there
        raise StopCollectingError(
            f"{url} cannot be read ({type(error).__name__}: {error}). What was collected is kept; please report it."
        ) from error


async def harvest(job: Job, engine: Any, connection: Connection, turns: dict[str, float]) -> Harvest:
    """Run one job to its end. `turns`: when each host may be asked again."""
    Handler.begin(job.private)
    archive = Archive.of(job)

    async def pause(seconds: float) -> None:
        connection.send(("pause", seconds))
        await asyncio.sleep(seconds)

    patient = Patient(job, Fetcher(job, archive, engine), pause, time.monotonic, turns)

    async def get(url: str, again: bool = False) -> Answer:
        if again:  # the counts do not agree: a 304 may be of a page whose comments it does not watch
            return await patient.get(url)
        kept = None if url.endswith(("/robots.txt", PATH)) else archive.kept(url, job.max_page_bytes)
        return kept or await patient.get(url, archive.conditions(url))

    def report(done: int, known: int | None) -> None:
        connection.send(("pages", (done, known)))

    collector = Collector(job, get, read_pages, report)
    try:
        done = await collector.run(patient.obey)
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
        """Run every job; yields nothing to Scrapy. A job that breaks (a full disk, a mistake of ours) does not end others."""
        turns: dict[str, float] = {}
        for job in self.jobs:
            try:
                done = await harvest(job, self.crawler.engine, self.connection, turns)
            except Exception as error:
                reason = f"it broke off ({type(error).__name__}: {error}). What was collected is kept; run it again."
                done = Harvest(job.source_id, "incomplete", reason)
            self.connection.send(("done", done))
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
    """The harvest of every job, in order. Where the process ends early or falls silent, the rest is incomplete."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(jobs, theirs), daemon=True)
    process.start()
    theirs.close()
    done: list[Harvest] = []
    trouble = ""
    pace = Pace(time.monotonic)
    try:
        while len(done) < len(jobs):
            job = jobs[len(done)]
            if not ours.poll(job.request_seconds + job.max_wait + 120):
                trouble = "fell silent and was ended"
                break
            kind, value = ours.recv()  # a pause is told only so that silence means trouble
            if kind == "done":
                done.append(value)
                pace = Pace(time.monotonic)
            elif kind == "pages":
                pages_done, known = value
                progress(pages_done, known, f"pages of {job.source_id}{pace.left(pages_done, known)}")
    except EOFError:
        trouble = "was cut short"
    finally:
        if len(done) < len(jobs):
            process.terminate()
        process.join(10)
    left = [job.source_id for job in jobs[len(done) :]]
    said = [f"collecting it {trouble}.", *[f"not asked yet, because collecting {left[0]} {trouble}." for _ in left[1:]]]
    return done + [Harvest(name, "incomplete", why) for name, why in zip(left, said, strict=False)]
