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
from collections.abc import AsyncIterator, Iterator, Mapping
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
from pipeline.scrape.archive import Archive, Exchange, Pairs
from pipeline.scrape.body import DamagedError, NoEndError, ends, fields, may_end, unpack
from pipeline.scrape.collect import Collector
from pipeline.scrape.download import SETTINGS, Handler, failure
from pipeline.scrape.job import Answer, FetchError, Harvest, Job, UnreadableError
from pipeline.scrape.pace import Pace
from pipeline.scrape.patience import Patient
from pipeline.scrape.shared import SharedRules


def _pairs(headers: scrapy.http.Headers) -> Pairs:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]


class Fetcher:
    """One request through Scrapy's downloader, checked and recorded."""

    def __init__(self, job: Job, archive: Archive, engine: Any) -> None:
        self.job, self.archive, self._engine = job, archive, engine
        self._doubtful: dict[str, bytes] = {}  # address: the last body there that does not show its end
        self.exchange: Exchange | None = None  # the last that was recorded

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
            headers = fields(_pairs(response.headers))
            body = unpack(response.body, headers.get("content-encoding", ""), self.job.max_page_bytes)
            whole = self._whole(response, body, headers)
        except Exception as error:
            raise failure(url, urlsplit(url).hostname or "", error) from error
        return self._kept(request, response, body, whole)

    def _whole(self, response: scrapy.http.Response, body: bytes, headers: dict[str, str]) -> str | None:
        """How a body is known to be whole; None where nobody reads it. DamagedError: it is not, or has to come once more."""
        if response.status != 200:
            return None
        if "partial" not in response.flags:
            return "length" if "content-length" in headers else "last chunk"
        content_type = headers.get("content-type", "")
        if how := ends(body, content_type):
            return how
        before = self._doubtful.get(response.url)
        self._doubtful[response.url] = body
        if body != before:
            raise DamagedError("it ends with the connection, and shows no end of its own")
        if not may_end(body, content_type):
            raise NoEndError("it came twice and ended with the connection in the middle")
        return "the same bytes twice, with nothing left open"

    def _kept(self, request: scrapy.Request, response: scrapy.http.Response, body: bytes, whole: str | None) -> Answer:
        """The exchange, written into the archive."""
        at = dt.datetime.now(dt.UTC).replace(microsecond=0)
        pairs = _pairs(response.headers)
        headers = fields(pairs)
        text, encoding, _ = decode(body, headers.get("content-type", ""))
        ip = None if response.ip_address is None else str(response.ip_address)
        path = request.url.split("/", 3)
        asked = (f"GET /{path[3] if len(path) > 3 else ''} HTTP/1.1", [*_pairs(request.headers), ("Host", path[2])])
        _stop_if_orphaned()
        said = (response.status, response.protocol or "HTTP/1.1", pairs)
        self.exchange = (request.url, at, asked, said, response.body, ip)
        digest = self.archive.record(*self.exchange)
        if response.status == 304 and (
            seen := self.archive.unchanged(request.url, at, self.job.max_page_bytes, headers)
        ):
            return seen
        size = len(response.body)
        return Answer(request.url, response.status, headers, body, text, encoding, at, size, digest, whole=whole)


def _stop_if_orphaned() -> None:
    """End this process where the one that started it was killed: another may be writing the archive by now."""
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)


def read_pages(body: str, url: str) -> list[Page]:
    """The threads that the platforms read in a page, most often one; none where no platform knows it. UnreadableError: it breaks
    the reader."""
    try:
        return pages(body, url)
    except UsageError:
        return []
    except Exception as error:  # whatever a page does to its reader, the other pages and sources are still there
        raise UnreadableError(
            f"it breaks the reader ({type(error).__name__}: {error}). The archive keeps the page; please report it"
        ) from error


async def harvest(job: Job, engine: Any, connection: Connection, turns: dict[str, float], said: SharedRules) -> Harvest:
    """Run one job to its end. `turns`: when each host may be asked again; `said`: what sites have said of their rules."""
    Handler.begin(job.private)
    archive = Archive.of(job)

    async def pause(seconds: float) -> None:
        connection.send(("pause", seconds))
        await asyncio.sleep(seconds)

    fetcher = Fetcher(job, archive, engine)
    patient = Patient(job, fetcher, pause, time.monotonic, turns)

    async def get(url: str, again: bool = False, rules: bool = False) -> Answer:
        if again:  # the counts do not agree: a 304 may be of a page whose comments it does not watch
            return await patient.get(url)
        if rules:  # without conditions, so that other sources can keep the answer as well
            return said.of(url, job, archive) or said.keep(await patient.get(url), job, fetcher.exchange)
        if kept := archive.kept(url, job.max_page_bytes):
            return kept
        answer = await patient.get(url, archive.conditions(url))
        if answer.status == 304:  # of a body that cannot be read any more, and is forgotten by now
            answer = await patient.get(url, archive.conditions(url))
        return answer

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
        rules = SharedRules()
        for job in self.jobs:
            try:
                done = await harvest(job, self.crawler.engine, self.connection, turns, rules)
            except Exception as error:
                reason = f"it broke off ({type(error).__name__}: {error}). What was collected is kept; run it again."
                done = Harvest(
                    job.source_id, "incomplete", reason, refused=list(job.refused), troubled=list(job.troubled)
                )
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


def harvest_all(jobs: list[Job], progress: Progress) -> Iterator[Harvest]:
    """The harvest of every job, in order, each as soon as it is there. Where the process ends early or falls silent, the rest is
    incomplete; where nobody listens any more, it is ended."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(jobs, theirs), daemon=True)
    process.start()
    theirs.close()
    done, trouble = 0, ""
    pace = Pace(time.monotonic)
    try:
        while done < len(jobs):
            job = jobs[done]
            if not ours.poll(job.request_seconds + job.max_wait + 120):
                trouble = "fell silent and was ended"
                break
            kind, value = ours.recv()  # a pause is told only so that silence means trouble
            if kind == "done":
                done += 1
                yield value
                pace = Pace(time.monotonic)
            elif kind == "pages":
                pages_done, known = value
                progress(pages_done, known, f"pages of {job.source_id}{pace.left(pages_done, known)}")
    except EOFError:
        trouble = "was cut short"
    finally:
        if done < len(jobs):
            process.terminate()
        process.join(10)
    for job in jobs[done:]:
        first = job is jobs[done]
        why = (
            f"collecting it {trouble}."
            if first
            else f"not asked yet, because collecting {jobs[done].source_id} {trouble}."
        )
        yield Harvest(job.source_id, "incomplete", why, refused=list(job.refused), troubled=list(job.troubled))
