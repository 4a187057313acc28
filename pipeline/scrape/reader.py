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
import re
import signal
import time
from collections.abc import AsyncIterator, Mapping
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from pipeline.errors import UsageError
from pipeline.files.decoding import Decoded, decode, mostly_utf8
from pipeline.platforms.base import Page
from pipeline.scrape.address import check_url
from pipeline.scrape.archive import Archive, Exchange, Pairs, may_be_unchanged
from pipeline.scrape.body import DamagedError, NoEndError, ends, fields, may_end, unpack
from pipeline.scrape.collect import Collector
from pipeline.scrape.download import SETTINGS, Handler, failure
from pipeline.scrape.in_time import read_in_time
from pipeline.scrape.job import Answer, FetchError, Harvest, Job, may_pass
from pipeline.scrape.patience import Patient
from pipeline.scrape.records import iso
from pipeline.scrape.shared import SharedRules

#: pages with stray bytes that are named
STRAY = 3


def _pairs(headers: scrapy.http.Headers) -> Pairs:
    """Names and values, letter for byte; an address as it is asked for."""
    pairs = [(name.decode("latin-1"), value) for name, values in headers.items() for value in values]
    return [(name, (_escaped(value) if name == "Location" else value).decode("latin-1")) for name, value in pairs]


def _escaped(value: bytes) -> bytes:
    """An address of bytes that are no ASCII: as they are, whatever letters they stand for."""
    return re.sub(rb"[\x80-\xff]", lambda found: b"%%%02X" % found[0][0], value)


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
            pairs = _pairs(response.headers)
            headers = fields(pairs)
            body = unpack(response.body, headers.get("content-encoding", ""), self.job.max_page_bytes)
            decoded = decode(body, headers.get("content-type", ""))
            whole = self._whole(response, body, decoded.text, headers)
        except Exception as error:
            raise failure(url, urlsplit(url).hostname or "", error) from error
        return self._kept(request, response, pairs, body, decoded, whole)

    def _whole(self, response: scrapy.http.Response, body: bytes, text: str, headers: dict[str, str]) -> str | None:
        """How a body is known to be whole; None where nobody reads it. DamagedError: it is not, or has to come once more."""
        if response.status != 200:
            return None
        if "partial" not in response.flags:
            return "length" if "content-length" in headers else "last chunk"
        content_type = headers.get("content-type", "")
        if how := ends(text, content_type):
            return how
        so = "ended with its length (though more came)" if "content-length" in headers else "ended with the connection"
        before = self._doubtful.get(response.url)
        self._doubtful[response.url] = body
        if body != before:
            raise DamagedError(f"it {so}, and shows no end of its own")
        if not may_end(text, content_type):
            raise NoEndError(f"it came twice and {so} in the middle")
        return "the same bytes twice, with nothing left open"

    def _kept(
        self, request: scrapy.Request, response: scrapy.http.Response, pairs: Pairs, body: bytes, decoded: Decoded,
        whole: str | None,
    ) -> Answer:  # fmt: skip
        """The exchange, written into the archive."""
        at = dt.datetime.now(dt.UTC).replace(microsecond=0)
        headers = fields(pairs)
        ip = None if response.ip_address is None else str(response.ip_address)
        path = request.url.split("/", 3)
        asked = (f"GET /{path[3] if len(path) > 3 else ''} HTTP/1.1", [*_pairs(request.headers), ("Host", path[2])])
        _stop_if_orphaned()
        said = (response.status, response.protocol or "HTTP/1.1", pairs)
        self.exchange = (request.url, at, asked, said, response.body, ip)
        digest = self.archive.record(*self.exchange)
        if response.status == 304 and may_be_unchanged(asked[1]):
            seen = self.archive.unchanged(request.url, at, self.job.max_page_bytes, headers)
            if seen is not None:
                return seen
        size = len(response.body)
        return Answer(
            request.url, response.status, headers, body, decoded.text, decoded.encoding, at, size, digest, whole=whole
        )


def _stop_if_orphaned() -> None:
    """End this process where the one that started it was killed: another may be writing the archive by now."""
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)


async def harvest(job: Job, engine: Any, connection: Connection, turns: dict[str, float], said: SharedRules) -> Harvest:
    """Run one job to its end. `turns`: when each host may be asked again; `said`: what sites have said of their rules."""
    Handler.begin(job.private)
    archive = Archive.of(job)

    async def pause(seconds: float) -> None:
        connection.send(("pause", seconds))
        await asyncio.sleep(seconds)

    fetcher = Fetcher(job, archive, engine)
    patient = Patient(job, fetcher, pause, time.monotonic, turns)
    stray: dict[str, str] = {}  # address: what is told of bytes that are none of its encoding

    async def get(url: str, again: bool = False, rules: bool = False) -> Answer:
        connection.send(("asking", url))
        answer = await asked(url, again, rules)
        if "\ufffd" in answer.text and answer.status == 200 and (mostly := mostly_utf8(answer.body)):
            stray[answer.url] = mostly.warnings[0]
        connection.send(("reading", (url, answer.digest)))  # whatever is done with it until the next is asked for
        return answer

    async def asked(url: str, again: bool, rules: bool) -> Answer:
        if again:  # the counts do not agree: a 304 may be of a page whose comments it does not watch
            return await patient.get(url)
        if rules:  # without conditions, so that other sources can keep the answer as well
            return said.of(url, job, archive) or said.keep(await patient.get(url, rules=True), job, fetcher.exchange)
        kept = archive.kept(url, job.max_page_bytes) if url not in job.unread else None
        if kept is not None and not may_pass(kept):
            return kept
        answer = await patient.get(url, archive.conditions(url))
        if answer.status == 304:  # of a body that cannot be read any more, and is forgotten by now
            answer = await patient.get(url, archive.conditions(url))
        return answer

    def report(done: int, known: int | None) -> None:
        connection.send(("pages", (done, known)))

    def read(body: str, url: str) -> list[Page]:
        return read_in_time(body, url, job.read_seconds)

    collector = Collector(job, get, read, report)
    try:
        done = await collector.run(patient.obey)
    finally:
        archive.close()
    if patient.later is not None:
        wait = dt.timedelta(seconds=patient.later - time.monotonic() + 1)
        done.not_before = iso(dt.datetime.now(dt.UTC) + wait)
    done.notes += [f"{url}: {told}" for url, told in list(stray.items())[:STRAY]]
    if len(stray) > STRAY:
        done.notes.append(f"and {len(stray) - STRAY:,} more pages with such bytes")
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
                done = Harvest(**job.kept_marks(), reason=reason)
            self.connection.send(("done", done))
        for request in list[scrapy.Request]():  # none; but the loop makes this the generator that Scrapy expects
            yield request


def work(jobs: list[Job], connection: Connection) -> None:
    """The spawned process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends us
    logging.disable(logging.CRITICAL)
    process = AsyncCrawlerProcess(SETTINGS)
    process.crawl(Reader, jobs=jobs, connection=connection)
    process.start(install_signal_handlers=False)
    connection.close()
