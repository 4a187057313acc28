"""What goes wrong on the way: lengths that do not fit, chunks and packings as odd servers send them, letters as well."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.engine import silent
from pipeline.scrape.job import Harvest
from pipeline.scrape.processes import harvest_all
from tests.faults.server import Ask, Site, page, serve
from tests.faults.test_scrape_faults import job_for

PAGE = page([1, 2, 3])
#: in the middle of the last comment
CUT = PAGE[: PAGE.rindex(b"Mening") + 3]
PACKED = gzip.compress(PAGE, mtime=0)
WIDE = PAGE.decode().encode("utf-16-le")


def _raw(*headers: str, body: bytes = PAGE, media: str | None = "text/html; charset=utf-8") -> Callable[[Ask], None]:
    head = [*([f"Content-Type: {media}"] if media else []), *headers, "Connection: close"]
    return lambda ask: ask.raw("\r\n".join(["HTTP/1.1 200 OK", *head, "", ""]).encode("latin-1") + body)


def _length(body: bytes) -> str:
    return f"Content-Length: {len(body)}"


def _chunks(pad: str) -> bytes:
    parts = [PAGE[at : at + 100] for at in range(0, len(PAGE), 100)]
    return b"".join(f"{len(part):x}{pad}\r\n".encode() + part + b"\r\n" for part in parts) + f"0{pad}\r\n\r\n".encode()


CHUNKED = "Transfer-Encoding: chunked"
ODD = PAGE + b"\xff"
SITES = {
    "longer_than_it_says": _raw(f"Content-Length: {len(CUT)}"),
    "longer_but_whole": _raw(_length(PAGE), body=PAGE + b"<!-- nog iets -->"),
    "cut_as_text": _raw(body=CUT, media="text/plain"),
    "cut_as_nothing": _raw(body=CUT, media=None),
    "cut_behind_a_word": _raw(body=b"<!-- </html> -->" + CUT),
    "padded_chunks": _raw(CHUNKED, body=_chunks("  ")),
    "packed_none": _raw("Content-Encoding: none", _length(PAGE)),
    "packed_utf8": _raw("Content-Encoding: utf-8", _length(PAGE)),
    "junk_behind_gzip": _raw("Content-Encoding: gzip", _length(PACKED + b"rommel"), body=PACKED + b"rommel"),
    "first_byte_flipped": _raw("Content-Encoding: gzip", _length(PACKED), body=b"\x1e" + PACKED[1:]),
    "transfer_gzip": _raw("Transfer-Encoding: gzip, chunked", body=PACKED),
    "wide_without_length": _raw(body=WIDE, media="text/html; charset=utf-16le"),
    "wide_cut": _raw(body=WIDE[: len(CUT) * 2], media="text/html; charset=utf-16le"),
    "label_rot13": _raw(_length(ODD), body=ODD, media="text/html; charset=rot13"),
    "label_zlib": _raw(body=ODD, media="text/html; charset=zlib"),
    "label_idna": _raw(_length(ODD), body=ODD, media="text/html; charset=idna"),
    "only_wrappers": lambda ask: ask.send(page([], head="</head><body>" + "<div>" * 60_000)),
    "many_wrappers": lambda ask: ask.send(page([1, 2, 3]).replace(b"<ol", b"<div>" * 60_000 + b"<ol")),
    "many_attributes": lambda ask: ask.send(
        page([1, 2, 3], head="<meta" + "".join(f" a{n}" for n in range(99_999)) + ">")
    ),
    "stray_byte": lambda ask: ask.send(page([1, 2, 3], words="Één café \u2013").replace(b" 2.", b" \xff2.")),
}


@dataclass
class Ran:
    """What came of every site."""

    sites: dict[str, Site]
    harvests: dict[str, Harvest]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """Every site collected once, in one run."""
    folder = tmp_path_factory.mktemp("transport")
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve(name, answer)) for name, answer in SITES.items()}
        jobs = [job_for(Path(folder), name, site.url) for name, site in sites.items()]
        yield Ran(sites, {harvest.source_id: harvest for harvest in harvest_all(jobs, silent)})


@pytest.mark.fault(17)
@pytest.mark.parametrize(
    "name", ["longer_than_it_says", "cut_as_text", "cut_as_nothing", "cut_behind_a_word", "wide_cut"]
)
def test_half_a_page_is_none_whatever_it_says_of_itself(ran: Ran, name: str) -> None:
    harvest = ran.harvests[name]
    assert harvest.ending == "failed" and "in the middle" in str(harvest.reason)
    assert not harvest.threads and len(ran.sites[name].pages) == 2


@pytest.mark.fault(19)
@pytest.mark.parametrize(
    "name",
    [
        "longer_but_whole",
        "padded_chunks",
        "packed_none",
        "packed_utf8",
        "junk_behind_gzip",
        "wide_without_length",
        "label_rot13",
        "label_zlib",
        "label_idna",
        "stray_byte",
        "many_wrappers",
        "many_attributes",
    ],
)
def test_what_is_whole_is_read_however_oddly_it_comes(ran: Ran, name: str) -> None:
    harvest = ran.harvests[name]
    assert (harvest.ending, harvest.reason) == ("complete", None)
    assert [thread["found"] for thread in harvest.threads] == [3]


@pytest.mark.fault(16)
def test_a_damaged_first_byte_is_damage_and_no_page(ran: Ran) -> None:
    harvest = ran.harvests["first_byte_flipped"]
    assert harvest.ending == "incomplete" and "the packed body is damaged" in str(harvest.reason)
    assert len(ran.sites["first_byte_flipped"].pages) == 4


@pytest.mark.fault(19)
def test_a_foreign_transfer_encoding_is_named_and_not_asked_for_again(ran: Ran) -> None:
    harvest = ran.harvests["transfer_gzip"]
    assert harvest.ending == "failed" and "its transfer encoding is 'gzip, chunked'" in str(harvest.reason)
    assert len(ran.sites["transfer_gzip"].pages) == 1


@pytest.mark.fault(20)
def test_stray_bytes_are_told(ran: Ran) -> None:
    assert [note for note in ran.harvests["stray_byte"].notes if note.endswith("shown as \ufffd: 1")]
    assert not ran.harvests["longer_but_whole"].notes


@pytest.mark.fault(29)
def test_a_page_of_which_nothing_is_left_is_no_thread_without_comments(ran: Ran) -> None:
    (thread,) = ran.harvests["only_wrappers"].threads
    assert thread["found"] == 0 and thread["complete"] is False and "nested over" in thread["why"]
