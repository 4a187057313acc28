"""Sites on loopback that misbehave on purpose, one a fault, each with a port of its own: its own robots.txt, its own log.

A site is a function that answers one request, named after what it does wrong. `SITES` holds them; `serve` starts some.
"""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyarrow as pa

HTML = {"Content-Type": "text/html; charset=utf-8"}
#: a site that would send this much has lost if it is asked for all of it
HUGE = 200_000_000
HEAD = "<!DOCTYPE html>"


def page(comments: list[int], links: list[str] = [], head: str = "", words: str = "Mening nummer") -> bytes:  # noqa: B006
    """A page as a classic WordPress theme writes it."""
    items = "".join(
        f'<li id="comment-{n}" class="comment depth-1"><article id="div-comment-{n}" class="comment-body">'
        f'<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">Lezer {n}</b></div>'
        f'<time datetime="2026-03-01T10:{n % 60:02}:00+01:00">maart</time></footer>'
        f'<div class="comment-content"><p>{words} {n}.</p></div></article></li>'
        for n in comments
    )
    pages = "".join(f'<a class="page-numbers" href="{link}">verder</a>' for link in links)
    return (
        f'{HEAD}<html lang="nl"><head>{head}<meta name="generator" content="WordPress"></head>'
        '<body class="single postid-7"><h1 class="entry-title">Wie luistert er?</h1>'
        f'<div id="comments"><h2 class="comments-title">reacties</h2><ol class="comment-list">{items}</ol>{pages}</div>'
        "</body></html>"
    ).encode()


@dataclass
class Ask:
    """One request, and the ways to answer it."""

    handler: BaseHTTPRequestHandler
    path: str
    nth: int  # how often this path was asked before
    site: Site

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        """An answer with a length. `Content_Type="x"` names a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.handler.send_response(status)
        for name, value in (HTML | {"Content-Length": str(len(body))} | named).items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.wfile.write(body)

    def raw(self, *parts: bytes) -> None:
        """Bytes as they are; the connection ends with them."""
        self.handler.close_connection = True
        for part in parts:
            self.handler.wfile.write(part)

    def endless(self, part: bytes, pause: float = 0.0, most: int = HUGE) -> None:
        """The same bytes again and again, until nobody listens."""
        self.handler.close_connection = True
        with suppress(OSError):
            while self.site.sent < most and not self.site.over.is_set():
                self.handler.wfile.write(part)
                self.site.sent += len(part)
                time.sleep(pause)

    @property
    def number(self) -> int:
        """The page that is asked for: 2 of /comment-page-2/."""
        found = re.search(r"comment-page-(\d+)", self.path)
        return int(found[1]) if found else 1


Answer = Callable[[Ask], None]


@dataclass
class Site:
    """A site that is served: what it was asked, when, with which headers."""

    name: str
    port: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)  # monotonic, seconds
    headers: list[dict[str, str]] = field(default_factory=list)
    sent: int = 0
    at_once: int = 0
    most_at_once: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Its thread."""
        return f"{self.scheme}://{self.host}:{self.port}/draad/"

    @property
    def pages(self) -> list[str]:
        """What was asked for, but for the site's own rules."""
        return [path for path in self.asked if path not in ("/robots.txt", "/.well-known/tdmrep.json")]


SITES: dict[str, Answer] = {}
#: how robots.txt and tdmrep.json are answered, where it is not by "nothing is forbidden" and 404
ROBOTS: dict[str, Answer] = {}
TDMREP: dict[str, bytes] = {}


def site(answer: Answer) -> Answer:
    """Register a site under its function's name."""
    SITES[answer.__name__] = answer
    return answer


def robots(*names: str) -> Callable[[Answer], Answer]:
    """Register how sites answer for robots.txt."""

    def register(answer: Answer) -> Answer:
        ROBOTS.update(dict.fromkeys(names, answer))
        for name in names:
            SITES.setdefault(name, whole)
        return answer

    return register


def handler_of(place: Site, answer: Answer) -> type[BaseHTTPRequestHandler]:
    """The request handler of one site."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with place.lock:
                ask = Ask(self, self.path, place.asked.count(self.path), place)
                place.asked.append(self.path)
                place.times.append(time.monotonic())
                place.headers.append({name.lower(): value for name, value in self.headers.items()})
                place.at_once += 1
                place.most_at_once = max(place.most_at_once, place.at_once)
            try:
                self._answer(ask)
            except OSError:  # the other side has had enough
                self.close_connection = True
            finally:
                with place.lock:
                    place.at_once -= 1

        def _answer(self, ask: Ask) -> None:
            if self.path == "/robots.txt":
                ROBOTS.get(place.name, lambda a: a.send(b"User-agent: *\nDisallow:\n", Content_Type="text/plain"))(ask)
            elif self.path == "/.well-known/tdmrep.json":
                body = TDMREP.get(place.name)
                ask.send(body or b"", 200 if body else 404, Content_Type="application/json")
            else:
                answer(ask)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class _Six(ThreadingHTTPServer):
    address_family = socket.AF_INET6


@contextmanager
def serve(
    name: str, answer: Answer | None = None, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[Site]:
    """A site, served while the block runs."""
    place = Site(name, scheme="https" if tls else "http", host=f"[{host}]" if ":" in host else host)
    server = (_Six if ":" in host else ThreadingHTTPServer)((host, 0), handler_of(place, answer or SITES[name]))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    place.port = server.server_port
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield place
    finally:
        place.over.set()
        server.shutdown()
        server.server_close()


# --- a site that does nothing wrong ------------------------------------------------------------------------------


@site
def whole(ask: Ask) -> None:
    """Two pages, packed, with a cookie that nobody should bring back."""
    body = page([1, 2], ["/draad/comment-page-2/"]) if ask.number == 1 else page([3])
    ask.send(gzip.compress(body, mtime=0), Content_Encoding="gzip", Set_Cookie="wie=jij")


# --- 10 to 13: too busy ------------------------------------------------------------------------------------------


def _busy_once(**headers: str) -> Answer:
    return lambda ask: ask.send(page([1])) if ask.nth else ask.send(b"rustig aan", 429, **headers)


SITES["wait_seconds"] = _busy_once(Retry_After="1")
SITES["wait_past"] = _busy_once(Retry_After="Sun, 01 Nov 2020 12:00:00 GMT")
SITES["wait_absurd"] = _busy_once(Retry_After="86400")
SITES["wait_garbage"] = _busy_once(Retry_After="straks")
SITES["wait_unsaid"] = _busy_once()


@site
def wait_date(ask: Ask) -> None:
    """Asks to come back at a time, two seconds from now (dates have no fractions)."""
    _busy_once(Retry_After=format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True))(ask)


@site
def down_once(ask: Ask) -> None:
    ask.send(page([1])) if ask.nth else ask.send(b"", 503)


@site
def down_for_ever(ask: Ask) -> None:
    """The first page is there, the second never."""
    ask.send(page([1], ["/draad/comment-page-2/"])) if ask.number == 1 else ask.send(b"", 503)


@site
def down_for_four(ask: Ask) -> None:
    """The second page is there, but only after four requests: at the next run."""
    if ask.number == 1:
        ask.send(page([1], ["/draad/comment-page-2/"]))
    else:
        ask.send(page([2])) if ask.nth >= 4 else ask.send(b"", 503)


#: what stands before a site, or the site itself, says when it has no page for the moment
PASSING = (204, 206, 408, 425, 501, 520, 522, 524)
SITES |= {
    f"passes_{status}": lambda ask, status=status: ask.send(page([1])) if ask.nth else ask.send(b"", status)  # type: ignore[misc]
    for status in PASSING
}
SITES["empty_once"] = lambda ask: ask.send(page([1])) if ask.nth else ask.send(b"")
SITES["empty_for_ever"] = lambda ask: ask.send(b" \n")


@site
def empty_for_four(ask: Ask) -> None:
    """As `down_for_four`, but it says that all is well."""
    if ask.number == 1:
        ask.send(page([1], ["/draad/comment-page-2/"]))
    else:
        ask.send(page([2]) if ask.nth >= 4 else b"")


def _moved_later(seconds: str) -> Answer:
    """Leads on, and asks to wait before."""
    return lambda ask: (
        ask.send(page([1])) if ask.number == 2 else ask.send(b"", 302, Location="comment-page-2/", Retry_After=seconds)
    )


SITES["redirect_waits"], SITES["redirect_waits_absurd"] = _moved_later("1"), _moved_later("86400")


# --- 14, 15: without end -----------------------------------------------------------------------------------------


@site
def drip_body(ask: Ask) -> None:
    ask.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    ask.endless(b"x", pause=0.05)


@site
def drip_headers(ask: Ask) -> None:
    ask.raw(b"HTTP/1.1 200 OK\r\n")
    ask.endless(b"X-A: b\r\n", pause=0.05)


@site
def endless_headers(ask: Ask) -> None:
    ask.raw(b"HTTP/1.1 200 OK\r\n")
    ask.endless(b"X-A: " + b"b" * 1000 + b"\r\n")


@site
def endless_line(ask: Ask) -> None:
    """One header that goes on over line after line."""
    ask.raw(b"HTTP/1.1 200 OK\r\nX-A: b\r\n")
    ask.endless(b" " + b"b" * 1000 + b"\r\n")


@site
def endless_interim(ask: Ask) -> None:
    """Early hints, one after another, and never an answer."""
    ask.raw(b"")
    ask.endless(b"HTTP/1.1 103 Early Hints\r\nLink: </stijl.css>\r\n\r\n" * 100)


# --- 16 to 19: bodies --------------------------------------------------------------------------------------------


@site
def half_gzip(ask: Ask) -> None:
    """The length fits, the stream does not end; whole at the second try."""
    body = gzip.compress(page(list(range(50))), mtime=0)
    ask.send(body if ask.nth else body[: len(body) // 2], Content_Encoding="gzip")


@site
def half_gzip_for_ever(ask: Ask) -> None:
    ask.send(gzip.compress(page([1] * 50), mtime=0)[:-40], Content_Encoding="gzip")


@site
def short(ask: Ask) -> None:
    """Fewer bytes than it says, once."""
    body = page([1])
    ask.send(body if ask.nth else body[: len(body) // 2], Content_Length=str(len(body)))
    ask.handler.close_connection = not ask.nth


@site
def short_for_ever(ask: Ask) -> None:
    ask.send(page([1])[:-50], Content_Length="9999")
    ask.handler.close_connection = True


def _chunked(body: bytes) -> list[bytes]:
    return [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:200], body[200:])]


@site
def cut_chunk(ask: Ask) -> None:
    """The connection ends within a chunk, once."""
    parts = _chunked(page([1]))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    ask.raw(head, *parts, b"0\r\n\r\n") if ask.nth else ask.raw(head, parts[0], parts[1][:60])


@site
def no_length(ask: Ask) -> None:
    """No length is told, and the connection ends in the middle of the page, once."""
    ask.raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n",
        page([1])[: None if ask.nth else 300],
    )


@site
def no_length_for_ever(ask: Ask) -> None:
    """It always ends at the same place: the program behind it dies there."""
    ask.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n", page([1, 2])[:-60])


def _without_end_tags(body: bytes) -> bytes:
    """A page whose end tags are left out where HTML allows it."""
    return body.removesuffix(b"</body></html>")


@site
def no_end_tags(ask: Ask) -> None:
    """No length, and no end tags either, which HTML allows."""
    ask.raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n", _without_end_tags(page([1])))


@site
def no_end_tags_cut(ask: Ask) -> None:
    """The same, cut once, at a place where nothing is open."""
    body = _without_end_tags(page([1]))
    ask.raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n", body if ask.nth else body[: body.index(b"<div id")])


SITES["bomb_gzip"] = lambda ask: ask.send(gzip.compress(b"\0" * 20_000_000), Content_Encoding="gzip")
SITES["bomb_br"] = lambda ask: ask.send(pa.compress(b"\0" * 20_000_000, "brotli", asbytes=True), Content_Encoding="br")
SITES["bomb_zstd"] = lambda ask: ask.send(
    pa.compress(b"\0" * 20_000_000, "zstd", asbytes=True), Content_Encoding="zstd"
)
SITES["bomb_in_bomb"] = lambda ask: ask.send(
    gzip.compress(gzip.compress(b"\0" * 20_000_000)), Content_Encoding="gzip, gzip"
)
SITES["unasked_br"] = lambda ask: ask.send(pa.compress(page([1]), "brotli", asbytes=True), Content_Encoding="br")


@site
def twenty_encodings(ask: Ask) -> None:
    body = page([1])
    for _ in range(20):
        body = zlib.compress(body)
    ask.send(body, Content_Encoding=", ".join(["deflate"] * 20))


# --- 20: letters -------------------------------------------------------------------------------------------------

SITES["latin_says_utf8"] = lambda ask: ask.send(page([1], words="Één café").decode().encode("cp1252"))
SITES["utf8_says_latin"] = lambda ask: ask.send(
    page([1], words="Één café"), Content_Type="text/html; charset=iso-8859-1"
)


# --- 21 to 25: sent elsewhere ------------------------------------------------------------------------------------


def _sent_to(location: str) -> Answer:
    return lambda ask: ask.send(b"", 302, Location=location)


@site
def redirect_for_ever(ask: Ask) -> None:
    ask.send(b"", 302, Location=f"/draad/{ask.path.count('x') * 'x'}x")


SITES["redirect_to_itself"] = _sent_to("/draad/")
SITES["redirect_in_a_ring"] = lambda ask: ask.send(b"", 302, Location="/ring/" if "draad" in ask.path else "/draad/")
#: name of the site: where it sends
PRIVATE = {
    "to_file": "file:///etc/passwd",
    "to_data": "data:text/html,<h1>ja</h1>",
    "to_metadata": "http://169.254.169.254/latest/meta-data/",
    "to_loopback": "http://127.0.0.1:1/",
    "to_ipv6": "http://[::1]/",
    "to_mapped": "http://[::ffff:127.0.0.1]/",
    "to_decimal": "http://2130706433/",
    "to_octal": "http://0177.0.0.1/",
    "to_name": "http://localhost/",
}
SITES |= {name: _sent_to(location) for name, location in PRIVATE.items()}
#: at the second hop, the first is on the site
SITES["to_metadata_later"] = lambda ask: ask.send(
    b"", 302, Location=PRIVATE["to_metadata"] if ask.path == "/verder/" else "/verder/"
)
#: the same as a link in the middle of a thread
SITES["links_to_private"] = lambda ask: ask.send(page([1], list(PRIVATE.values())))


def _sent_to_letters(encoding: str) -> Answer:
    """Leads to an address of letters that are no ASCII, not escaped, as some servers do."""
    raw, asked = "/draad/één/".encode(encoding), "/draad/één/".encode(encoding)
    escaped = "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in asked)
    return lambda ask: (
        ask.send(page([1])) if ask.path == escaped
        else ask.send(b"", *((302,) if ask.path == "/draad/" else (404,)), Location=raw.decode("latin-1"))
    )  # fmt: skip


SITES["to_utf8"], SITES["to_latin"] = _sent_to_letters("utf-8"), _sent_to_letters("latin-1")


@site
def to_password(ask: Ask) -> None:
    """On the same host, with a password."""
    ask.send(b"", 302, Location=f"http://jan:geheim99@127.0.0.1:{ask.site.port}/elders/")


@site
def links_with_password(ask: Ask) -> None:
    ask.send(page([1], [f"http://jan:geheim99@127.0.0.1:{ask.site.port}/draad/comment-page-2/"]))


# --- 26 to 30: pages ---------------------------------------------------------------------------------------------

SITES["endless_pages"] = lambda ask: ask.send(page([1, 2], [f"/draad/comment-page-{ask.number + 1}/"]))
SITES["endless_new_pages"] = lambda ask: ask.send(page([ask.number], [f"/draad/comment-page-{ask.number + 1}/"]))


@site
def next_in_a_ring(ask: Ask) -> None:
    """Page 3 is followed by page 1, and by a page of another site."""
    ask.send(page([ask.number], [f"/draad/comment-page-{ask.number % 3 + 1}/", "http://elders.invalid/draad/"]))


@site
def huge_with_length(ask: Ask) -> None:
    ask.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % HUGE)
    ask.endless(b"<p>hallo</p>" * 5_000)


@site
def huge_without_length(ask: Ask) -> None:
    ask.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    ask.endless(b"<p>hallo</p>" * 5_000)


@site
def huge_in_chunks(ask: Ask) -> None:
    ask.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    ask.endless(b"ea60\r\n" + b"<p>hallo</p>" * 5_000 + b"\r\n")


@site
def one_too_large(ask: Ask) -> None:
    """The second of three pages."""
    if ask.number == 2:
        huge_without_length(ask)
    else:
        ask.send(page([ask.number], [f"/draad/comment-page-{n}/" for n in (2, 3)]))


SITES["million_comments"] = lambda ask: ask.send(page(list(range(6_000))))
SITES["deep"] = lambda ask: ask.send(
    page([1, 2]).replace(b'<div id="comments">', b"<div>" * 60_000 + b"</div>" * 60_000 + b'<div id="comments">')
)
SITES["login"] = lambda ask: ask.send(
    f'{HEAD}<html><head><title>Inloggen</title></head><body><form method="post" action="/login"><label>Gebruikersnaam'
    '<input name="user"></label><label>Wachtwoord<input type="password" name="pass"></label><button>Inloggen</button></form>'
    "</body></html>".encode()
)
SITES["captcha"] = lambda ask: ask.send(
    f"{HEAD}<html><head><title>Even geduld</title></head><body><h1>Bent u een mens?</h1><noscript>Zet JavaScript aan."
    '</noscript><div class="captcha" data-sitekey="x"></div></body></html>'.encode()
)
SITES["cookie_wall"] = lambda ask: ask.send(
    f'{HEAD}<html><head><title>Toestemming</title></head><body><div role="dialog"><h2>Wij en onze 812 partners</h2><p>Wij '
    "vragen uw toestemming voor cookies.</p><button>Akkoord</button></div></body></html>".encode()
)


# --- 31: closed --------------------------------------------------------------------------------------------------


def _closes(status: int) -> Answer:
    links = ["/draad/comment-page-2/", "/draad/comment-page-3/"]
    return lambda ask: ask.send(page([1], links)) if ask.number == 1 else ask.send(b"", status)


SITES["unauthorised"], SITES["forbidden"] = _closes(401), _closes(403)


# --- 32 to 38: what is allowed -----------------------------------------------------------------------------------


def _rules(text: bytes, status: int = 200) -> Answer:
    return lambda ask: ask.send(text, status, Content_Type="text/plain")


robots("robots_disallows")(_rules(b"User-agent: *\nDisallow: /draad\n"))
robots("robots_disallows_part")(_rules(b"User-agent: *\nDisallow: /draad/comment-page-\n"))
robots("robots_500")(_rules(b"", 500))
robots("robots_501")(_rules(b"", 501))
robots("robots_elsewhere")(_sent_to("http://169.254.169.254/robots.txt"))
robots("robots_404")(_rules(b"User-agent: *\nDisallow: /\n", 404))
robots("robots_403")(_rules(b"", 403))
robots("robots_html")(lambda ask: ask.send(page([])))
robots("robots_bom")(_rules(b"\xef\xbb\xbfUser-agent: *\nDisallow: /draad/\n"))
robots("robots_wildcard")(_rules(b"User-agent: *\nDisallow: /*/comment-page-*/$\n"))
robots("robots_longest")(_rules(b"User-agent: *\nDisallow: /\nAllow: /draad/\n"))
robots("robots_group")(
    _rules(b"User-agent: ander\nUser-agent: standpunt/1.0\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
)
robots("robots_other_group")(_rules(b"User-agent: Stand\nDisallow: /\n\nUser-agent: *\nDisallow: /elders/\n"))
robots("robots_delay")(_rules(b"User-agent: *\nCrawl-delay: 0.6\nDisallow: /elders/\n"))
robots("robots_delay_absurd")(_rules(b"User-agent: *\nCrawl-delay: 86400\nDisallow: /elders/\n"))


@robots("robots_timeout")
def _never(ask: Ask) -> None:
    ask.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    ask.endless(b"#", pause=0.05)


SITES["tdm_header"] = lambda ask: ask.send(page([1], ["/draad/comment-page-2/"]), TDM_Reservation="1")
SITES["tdm_meta"] = lambda ask: ask.send(
    page([1], ["/draad/comment-page-2/"], head='<meta name="tdm-reservation" content="1">')
)
SITES["tdm_noai"] = lambda ask: ask.send(page([1], ["/draad/comment-page-2/"]), X_Robots_Tag="noindex, noai")
SITES["tdm_file"] = SITES["tdm_override"] = whole
TDMREP["tdm_file"] = TDMREP["tdm_override"] = b'[{"location": "/draad/", "tdm-reservation": 1}]'


# --- 40: the network ---------------------------------------------------------------------------------------------


@site
def reset(ask: Ask) -> None:
    """The connection is reset within the answer, for ever."""
    ask.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<html>")
    ask.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(ask.handler.connection.detach())


@site
def reset_once(ask: Ask) -> None:
    ask.send(page([1])) if ask.nth else reset(ask)
