"""A real HyperKitty on loopback: filled by its own importer, then given messages as Mailman gives them."""

from __future__ import annotations

import base64
import hashlib
import itertools
import mailbox
import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import software
from constructed import Said

HERE = Path(__file__).parent
LIST = "buurt@lijst.invalid"
SUBJECT = "Wat doen we met de brug?"


def message_id(key: str) -> str:
    """The Message-ID of a comment, without its brackets."""
    return f"{key}@lijst.invalid"


def number(key: str) -> str:
    """HyperKitty's name for a message, after Mailman's X-Message-ID-Hash: base 32 of SHA-1."""
    return base64.b32encode(hashlib.sha1(message_id(key).encode()).digest()).decode()


def letter(said: Said) -> EmailMessage:
    """A comment as a message to the list."""
    message = EmailMessage()
    message["From"] = f'"{said.author}" <{hashlib.sha1(said.author.encode()).hexdigest()[:8]}@schrijver.invalid>'
    message["To"] = LIST
    message["Subject"] = SUBJECT if said.parent is None else f"Re: {SUBJECT}"
    message["Date"] = format_datetime(said.at)
    message["Message-ID"] = f"<{message_id(said.key)}>"
    if said.parent is not None:
        message["In-Reply-To"] = f"<{message_id(said.parent)}>"
    message.set_content(said.text + "\n")
    return message


@dataclass(frozen=True)
class Archive:
    """A served archive."""

    port: int

    def page(self, thread: list[Said]) -> str:
        """Path of a thread's page."""
        return f"list/{LIST}/thread/{number(thread[0].key)}/"

    def interface(self, thread: list[Said]) -> str:
        """Path of a thread in REST."""
        return f"api/{self.page(thread)}"

    def receive(self, said: Said) -> None:
        """A new message arrives, by the address at which Mailman hands it over."""
        mark = uuid.uuid4().hex
        part = f'--{mark}\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
        body = (part % ("mlist", "")).encode() + LIST.encode() + b"\r\n"
        body += (part % ("message", '; filename="message"')).encode() + letter(said).as_bytes() + b"\r\n"
        body += f"--{mark}--\r\n".encode()
        software.request(
            f"http://127.0.0.1:{self.port}/api/mailman/archive",
            body,
            Authorization="Token on-loopback-only",
            Content_Type=f"multipart/form-data; boundary={mark}",
        )

    def forget(self, key: str) -> None:
        """A message is deleted; what answered it then answers what it answered."""
        software.request(f"http://127.0.0.1:{self.port}/forget/{number(key)}", b"")


@contextmanager
def archive(folder: Path, threads: list[list[Said]]) -> Iterator[Archive]:
    """HyperKitty with these threads, within the block."""
    folder.mkdir(parents=True)
    _django(folder, "migrate", "--run-syncdb", "--verbosity", "0")
    mbox = mailbox.mbox(folder / "list.mbox")
    for said in itertools.chain(*threads):
        post = mailbox.mboxMessage(letter(said))
        post.set_from(f"list@lijst.invalid {said.at:%a %b %d %H:%M:%S %Y}")
        mbox.add(post)
    mbox.close()
    _django(folder, "hyperkitty_import", "--list-address", LIST, "--no-sync-mailman", str(folder / "list.mbox"))
    port = software.free_port()
    command = [str(software.python()), "-m", "django", "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]
    with software.served(command, f"http://127.0.0.1:{port}/api/lists/", folder / "server.log", _env(folder)):
        yield Archive(port)


def _env(folder: Path) -> dict[str, str]:
    return {"HYPERKITTY_FOLDER": str(folder), "DJANGO_SETTINGS_MODULE": "archive_site", "PYTHONPATH": str(HERE)}


def _django(folder: Path, *arguments: str) -> None:
    command = [str(software.python()), "-m", "django", *arguments]
    done = subprocess.run(
        command, env={**os.environ, **_env(folder)}, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed: {done.stdout[-1000:]} {done.stderr[-2000:]}")
