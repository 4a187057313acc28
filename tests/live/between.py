"""A proxy between the collector and a forum: it writes down what is asked, and lets a test change the forum in between."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: headers about one connection, which are not passed on (RFC 9110, 7.6.1)
OF_A_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"})


@dataclass
class Exchange:
    """One request that went through, and the status of its answer."""

    path: str
    headers: dict[str, str]
    status: int


@dataclass
class Between:
    """Asked at `url`, asks the forum at `port`. `before` is called with each path before it is passed on."""

    port: int
    url: str = ""
    before: Callable[[str], None] = lambda path: None
    exchanges: list[Exchange] = field(default_factory=list)
    failure: Exception | None = None  # of `before`

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [exchange.path for exchange in self.exchanges]


@contextmanager
def between(public: int, port: int) -> Iterator[Between]:
    """A proxy at port `public` to port `port`, both on loopback. The Host header stays as it came, so that the forum writes
    links to the proxy."""
    state = Between(port, f"http://127.0.0.1:{public}/")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            try:
                state.before(self.path)
            except Exception as error:  # told at the end of the block: here nobody would hear it
                state.failure = error
                return self.send_error(403)
            forum = http.client.HTTPConnection("127.0.0.1", state.port, timeout=60)
            passed = {name: value for name, value in self.headers.items() if name.lower() not in OF_A_CONNECTION}
            forum.request("GET", self.path, headers=passed)
            answer = forum.getresponse()
            body = answer.read()
            forum.close()
            state.exchanges.append(Exchange(self.path, {n.lower(): v for n, v in passed.items()}, answer.status))
            self.send_response(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in OF_A_CONNECTION | {"content-length"}:
                    self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", public), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        if state.failure is not None:
            raise state.failure
