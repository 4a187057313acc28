"""What the live tests share of forum software: where it is installed, and a server process on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: seconds within which a server must answer; a busy machine is slow
PATIENCE = 90


def place() -> Path:
    """Where `install.sh` puts HyperKitty and Isso: STANDPUNT_LIVE, else the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("STANDPUNT_LIVE") or cache / "standpunt-live")


def python() -> Path:
    """The interpreter of that environment."""
    return place() / "bin/python"


def missing(package: str) -> str | None:
    """What to do where a package of that environment is not installed; None where it is."""
    if any(place().glob(f"lib/python*/site-packages/{package}")):
        return None
    return f"{package} is not installed in {place()}: run bash tests/live/install.sh"


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def request(
    url: str, body: bytes | None = None, method: str | None = None, **headers: str
) -> tuple[bytes, dict[str, str]]:
    """(body, headers) of an answer. urllib.error.HTTPError: it is none of the 200s. `_` in a header's name is `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = urllib.request.Request(url, data=body, method=method, headers=named)
    with urllib.request.urlopen(asked, timeout=60) as response:
        return response.read(), dict(response.headers)


@contextmanager
def served(command: list[str], url: str, log: Path, env: dict[str, str]) -> Iterator[None]:
    """A server process, from its first answer at `url` (of any status) until the end of the block."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **env}, cwd=log.parent)
        try:
            _until(lambda: _answers(url), process, log)
            yield
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server: politely, and after 20 seconds in any case."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"the server did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        request(url)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
