"""Scrapy against a server on loopback that misbehaves. All jobs share one child process: a reactor starts only once."""

from __future__ import annotations

import datetime as dt
import gzip
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from warcio.archiveiterator import ArchiveIterator

from pipeline.engine import silent
from pipeline.scrape.archive import check
from pipeline.scrape.job import Harvest, Job
from pipeline.scrape.reader import harvest_all


def page(comments: list[int], links: list[str] = []) -> bytes:  # noqa: B006 (never changed)
    """A page as a classic WordPress theme writes it."""
    items = "".join(
        f'<li id="comment-{n}" class="comment depth-1"><article id="div-comment-{n}" class="comment-body">'
        f'<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">Lezer {n}</b></div>'
        f'<time datetime="2026-03-01T10:{n % 60:02}:00+01:00">maart</time></footer>'
        f'<div class="comment-content"><p>Mening nummer {n}.</p></div></article></li>'
        for n in comments
    )
    pages = "".join(f'<a class="page-numbers" href="{link}">verder</a>' for link in links)
    return (
        '<!DOCTYPE html><html lang="nl"><head><meta name="generator" content="WordPress"></head>'
        '<body class="single postid-7"><h1 class="entry-title">Wie luistert er?</h1>'
        f'<div id="comments"><h2 class="comments-title">3 reacties</h2><ol class="comment-list">{items}</ol>{pages}</div>'
        "</body></html>"
    ).encode()


@dataclass
class State:
    """What the server was asked, in order, and by whom."""

    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    hang: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    """Each path's first part is a scenario; every scenario is its own thread with a second page."""

    state: State
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        first = self.path not in self.state.asked
        self.state.asked.append(self.path)
        self.state.agents.add(self.headers["User-Agent"])
        scenario, _, rest = self.path.strip("/").partition("/")
        if self.path == "/robots.txt":
            self.send(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /forbidden/\n", {"Content-Type": "text/plain"})
        else:
            getattr(self, scenario)(rest, first)

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (
            {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))} | (headers or {})
        ).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def whole(self, rest: str, first: bool) -> None:
        packed = gzip.compress(page([1, 2], ["/whole/comment-page-2/"]) if not rest else page([3]), mtime=0)
        self.send(200, packed, {"Content-Encoding": "gzip"})

    def busy(self, rest: str, first: bool) -> None:
        if first:
            self.send(429, b"slow down", {"Retry-After": "0"})
        else:
            self.send(200, page([1]))

    def down(self, rest: str, first: bool) -> None:
        if rest:
            self.send(503, b"down")
        else:
            self.send(200, page([1], ["/down/comment-page-2/"]))

    def short(self, rest: str, first: bool) -> None:
        body = page([1])
        self.send(200, body if not first else body[: len(body) // 2], {"Content-Length": str(len(body))})
        self.close_connection = first

    def alwaysshort(self, rest: str, first: bool) -> None:
        self.send(200, page([1])[:-50], {"Content-Length": "9999"})
        self.close_connection = True

    def halfgzip(self, rest: str, first: bool) -> None:
        self.send(200, gzip.compress(page([1] * 50), mtime=0)[:-40], {"Content-Encoding": "gzip"})

    def unended(self, rest: str, first: bool) -> None:
        """No length is told, and the connection ends in the middle of the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page([1]) if not first else page([1])[:300])
        self.close_connection = True

    def away(self, rest: str, first: bool) -> None:
        self.send(302, b"", {"Location": "http://other.invalid/thread"})

    def endless(self, rest: str, first: bool) -> None:
        number = int(rest.strip("/").rpartition("-")[2] or 1)
        self.send(200, page([1, 2], [f"/endless/comment-page-{number + 1}/"]))

    def big(self, rest: str, first: bool) -> None:
        self.send(200, b"<html>" + b"x" * 300_000 + b"</html>")

    def bomb(self, rest: str, first: bool) -> None:
        self.send(200, gzip.compress(b"\0" * 30_000_000), {"Content-Encoding": "gzip"})

    def drip(self, rest: str, first: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not self.state.hang.wait(0.05):
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def later(self, rest: str, first: bool) -> None:
        """The second page is there only after four requests."""
        if not rest:
            self.send(200, page([1], ["/later/comment-page-2/"]))
        elif self.state.asked.count(self.path) > 4:
            self.send(200, page([2]))
        else:
            self.send(503, b"down")

    def forbidden(self, rest: str, first: bool) -> None:
        self.send(200, page([1]))

    def log_message(self, *_: object) -> None:
        pass


SCENARIOS = [
    "whole",
    "busy",
    "down",
    "short",
    "alwaysshort",
    "halfgzip",
    "unended",
    "away",
    "endless",
    "big",
    "bomb",
    "drip",
    "forbidden",
    "later",
]


@dataclass
class Ran:
    """All scenarios, run once."""

    harvests: dict[str, Harvest]
    jobs: dict[str, Job]
    archives: dict[str, Path]
    state: State

    def asked(self, scenario: str) -> list[str]:
        return [path for path in self.state.asked if path.strip("/").split("/")[0] == scenario]

    def pages(self, scenario: str) -> list[bytes]:
        """Unpacked bodies of the answers with status 200 in the archive, robots.txt left out."""
        with self.archives[scenario].open("rb") as file:
            return [
                record.content_stream().read()
                for record in ArchiveIterator(file)
                if record.rec_type == "response" and record.http_headers.get_statuscode() == "200"
                if not record.rec_headers.get_header("WARC-Target-URI").endswith("robots.txt")
            ]


@contextmanager
def tls_server(folder: Path) -> Iterator[int]:
    """A server whose certificate nobody vouches for; yields its port."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tls.pem").write_bytes(secret + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Secure", (Handler,), {"state": State()}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    state = State()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"state": state}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path_factory.mktemp("archive")
    jobs = [
        Job(
            name,
            f"http://127.0.0.1:{server.server_port}/{name}/",
            "Standpunt/0 (+test)",
            folder / f"{name}.partial.warc.gz",
            delay=0.0,
            max_pages=20,
            max_page_bytes=200_000,
            request_seconds=0.4 if name == "drip" else 20.0,
            total_seconds=60.0,
            private=name != "guarded",
            backoff=0.01,
        )
        for name in [*SCENARIOS, "guarded"]
    ]
    jobs[-1] = replace(jobs[-1], url=f"http://localhost:{server.server_port}/guarded/")
    with tls_server(folder) as port:
        jobs.append(
            replace(
                jobs[0], source_id="selfsigned", url=f"https://127.0.0.1:{port}/", archive=folder / "selfsigned.warc.gz"
            )
        )
        harvests = harvest_all(jobs, silent)
    yield Ran(
        {h.source_id: h for h in harvests},
        {job.source_id: job for job in jobs},
        {job.source_id: job.archive for job in jobs},
        state,
    )
    state.hang.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("scenario", "ending", "reason"),
    [
        ("whole", "complete", None),
        ("busy", "complete", None),
        ("down", "incomplete", "answers 503, 4 times"),
        ("short", "complete", None),
        ("alwaysshort", "incomplete", "cut"),
        ("halfgzip", "incomplete", "cut"),
        ("unended", "complete", None),
        ("away", "failed", "redirects to another site, http://other.invalid/thread"),
        ("endless", "complete", None),
        ("big", "incomplete", "too large"),
        ("bomb", "incomplete", "too large"),
        ("drip", "incomplete", "timeout"),
        ("forbidden", "refused", "Disallow: /forbidden/"),
    ],
)
def test_how_it_ends(ran: Ran, scenario: str, ending: str, reason: str | None) -> None:
    harvest = ran.harvests[scenario]
    assert harvest.ending == ending, harvest
    assert (harvest.reason is None) if reason is None else reason in str(harvest.reason)


def test_a_name_that_resolves_to_this_machine_is_refused_when_connecting(ran: Ran) -> None:
    assert ran.harvests["guarded"].ending in ("incomplete", "refused") and not ran.asked("guarded")


@pytest.mark.parametrize(
    ("scenario", "requests"),
    [("whole", 2), ("busy", 2), ("down", 5), ("short", 2), ("alwaysshort", 4), ("away", 1), ("endless", 2), ("big", 1), ("bomb", 1), ("forbidden", 0)],
)  # fmt: skip
def test_how_often_it_asks(ran: Ran, scenario: str, requests: int) -> None:
    assert len(ran.asked(scenario)) == requests, ran.asked(scenario)


@pytest.mark.parametrize(
    ("scenario", "whole"),
    [
        ("whole", 2),
        ("short", 1),
        ("unended", 1),
        ("alwaysshort", 0),
        ("halfgzip", 0),
        ("big", 0),
        ("bomb", 0),
        ("drip", 0),
        ("down", 1),
    ],
)
def test_only_whole_pages_are_archived(ran: Ran, scenario: str, whole: int) -> None:
    bodies = ran.pages(scenario)
    assert len(bodies) == whole and all(body.endswith(b"</html>") for body in bodies)
    assert check(ran.archives[scenario])[1] == []


def test_the_archive_holds_the_bytes_as_transferred(ran: Ran) -> None:
    with ran.archives["whole"].open("rb") as file:
        raws = [r.raw_stream.read() for r in ArchiveIterator(file) if r.rec_type == "response"]
    assert [raw[:2] == b"\x1f\x8b" for raw in raws] == [False, True, True]


def test_it_says_who_it_is(ran: Ran) -> None:
    assert ran.state.agents == {"Standpunt/0 (+test)"}


def test_the_manifest_tells_each_page(ran: Ran) -> None:
    visits = ran.harvests["down"].visits
    assert [(v.outcome, v.status) for v in visits] == [("robots.txt", 200), ("page", 200), ("no whole answer", None)]
    assert visits[1].digest and visits[1].bytes == len(page([1], ["/down/comment-page-2/"]))


def test_a_certificate_that_nobody_vouches_for_is_refused(ran: Ran) -> None:
    harvest = ran.harvests["selfsigned"]
    assert harvest.ending == "incomplete" and "certificate" in str(harvest.reason), harvest


def test_an_incomplete_run_is_gone_on_with_where_it_stopped(ran: Ran) -> None:
    assert ran.harvests["later"].ending == "incomplete" and len(ran.asked("later")) == 1 + 4
    (again,) = harvest_all([ran.jobs["later"]], silent)
    assert again.ending == "complete" and ran.asked("later")[5:] == ["/later/comment-page-2/"]
    assert [(v.outcome, v.kept) for v in again.visits] == [("robots.txt", False), ("page", True), ("page", False)]
    assert len(ran.pages("later")) == 2
