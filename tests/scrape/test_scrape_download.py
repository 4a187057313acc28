"""Which addresses of a name are connected to: IPv4 and IPv6, and never a private one without a word."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from pipeline.engine import silent
from pipeline.scrape.download import GuardedResolver, _Guard
from pipeline.scrape.processes import harvest_all
from tests.conftest import ROOT
from tests.faults.server import SITES, serve
from tests.faults.test_scrape_faults import job_for

PUBLIC, PUBLIC_SIX, PRIVATE, PRIVATE_SIX = (
    "93.184.215.14",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "10.0.0.1",
    "::ffff:10.0.0.1",
)


class Receiver:
    """Stands for what connects."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def resolutionBegan(self, _: object) -> None:
        self.told.append("began")

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None:
        self.told.append(address.host)

    def resolutionComplete(self) -> None:
        self.told.append("done")


@pytest.mark.fault(22)
@pytest.mark.parametrize(
    ("addresses", "handed_on", "refused"),
    [
        ([PUBLIC, PUBLIC_SIX], [PUBLIC, PUBLIC_SIX], None),
        ([PUBLIC_SIX], [PUBLIC_SIX], None),
        ([PRIVATE_SIX], [], PRIVATE_SIX),
        (["fe80::1%eth0"], [], "fe80::1%eth0"),
        ([PRIVATE, PUBLIC_SIX, "::1"], [PUBLIC_SIX], None),
        ([PRIVATE, "fd00::1"], [], "fd00::1"),
        ([], [], None),
    ],
)
def test_only_public_addresses_are_handed_on(addresses: list[str], handed_on: list[str], refused: str | None) -> None:
    GuardedResolver.refused.clear()
    receiver = Receiver()
    guard = _Guard(receiver, "forum.invalid")
    guard.resolutionBegan(None)
    for host in addresses:
        guard.addressResolved((IPv6Address if ":" in host else IPv4Address)("TCP", host, 80))
    guard.resolutionComplete()
    assert receiver.told == ["began", *handed_on, "done"]
    assert GuardedResolver.refused.get("forum.invalid") == refused


NAMES = """
import socket
ask = socket.getaddrinfo
def getaddrinfo(host, port, *more, **named):
    six = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
    four = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
    known = {"zes.invalid": [six], "beide.invalid": [six, four]}
    return known[host] if host in known else ask(host, port, *more, **named)
socket.getaddrinfo = getaddrinfo
"""


def _has_six() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.fault(22)
@pytest.mark.skipif(not _has_six(), reason="this machine has no IPv6")
def test_a_host_with_ipv6_alone_is_asked_and_a_private_one_only_with_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(NAMES, "utf-8")  # the child process, which asks, resolves by it
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    with serve("zes", SITES["whole"], host="::1") as six, serve("vier", SITES["whole"]) as four:
        addresses = {
            "number": six.url,
            "name": f"http://zes.invalid:{six.port}/draad/",
            "falls_back": f"http://beide.invalid:{four.port}/draad/",  # nobody listens at its first address
        }
        jobs = [job_for(tmp_path, name, url) for name, url in addresses.items()]
        jobs += [replace(job_for(tmp_path, f"guarded_{name}", url), private=False) for name, url in addresses.items()]
        found = {harvest.source_id: harvest for harvest in harvest_all(jobs, silent)}
        assert {name: found[name].ending for name in addresses} == dict.fromkeys(addresses, "complete")
        assert len(six.pages) == 4 and len(four.pages) == 2
        for name in addresses:
            assert found[f"guarded_{name}"].ending == "incomplete"
            assert "on this machine or a private network" in str(found[f"guarded_{name}"].reason)
