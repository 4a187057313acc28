"""A real Isso on loopback: comments are posted, changed and deleted as its script in a reader's browser does."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote

import software
from constructed import Said

URI = "/brug/"

CONFIG = """\
[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}/
max-age = 1d
[server]
listen = http://127.0.0.1:{port}/
[guard]
enabled = false
[markup]
renderer = mistune
[hash]
salt = on-loopback-only
algorithm = none
"""


@dataclass
class Comments:
    """The comments of one page."""

    port: int
    numbers: dict[str, int] = field(default_factory=dict)  # Isso's number of each comment, by key
    cookies: dict[str, str] = field(default_factory=dict)  # with which its author may change it

    @property
    def asked(self) -> str:
        """Path and query with which Isso's script asks for the comments, few at first."""
        return f"?uri={quote(URI, safe='')}&limit=20&nested_limit=5"

    def post(self, said: Said) -> Said:
        """Post a comment; returned as Isso took it: at its own time, below the top comment of what it answers."""
        body = {"author": said.author, "text": said.text, "title": "De brug"}
        parent = None if said.parent is None else self.numbers[said.parent]
        told = self._change("POST", f"new?uri={quote(URI, safe='')}", said.key, {**body, "parent": parent})
        keys = {number: key for key, number in self.numbers.items()}
        at = dt.datetime.fromtimestamp(int(told["created"]), dt.UTC)
        return replace(said, at=at, parent=None if told["parent"] is None else keys[told["parent"]])

    def edit(self, said: Said) -> None:
        """Its author changes what a comment says."""
        self._change("PUT", f"id/{self.numbers[said.key]}", said.key, {"author": said.author, "text": said.text})

    def delete(self, key: str) -> None:
        """Its author takes a comment back; where it was answered, an empty one stays."""
        self._change("DELETE", f"id/{self.numbers[key]}", key, None)

    def _change(self, method: str, path: str, key: str, body: dict[str, Any] | None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content_Type": "application/json", "Origin": f"http://127.0.0.1:{self.port}"}
        if key in self.cookies:
            headers["Cookie"] = self.cookies[key]
        answer, told = software.request(f"http://127.0.0.1:{self.port}/{path}", data, method, **headers)
        record: dict[str, Any] = json.loads(answer) or {}
        if method != "DELETE":
            self.numbers[key] = record["id"]
            cookie = next(iter(SimpleCookie(told["Set-Cookie"]).values()))
            self.cookies[key] = f"{cookie.key}={cookie.value}"
        return record


@contextmanager
def comments(folder: Path) -> Iterator[Comments]:
    """Isso without comments, within the block."""
    folder.mkdir(parents=True)
    port = software.free_port()
    config = folder / "isso.cfg"
    config.write_text(CONFIG.format(folder=folder, port=port), "utf-8")
    command = [str(software.place() / "bin/isso"), "-c", str(config), "run"]
    with software.served(command, f"http://127.0.0.1:{port}/?uri=x", folder / "server.log", {}):
        yield Comments(port)
