"""Bodies: unpacked whole, under a cap, or not at all."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrape.body import DamagedError, TooLargeError, check_end, decode, unpack

PAGE = "<html><body>" + "Ze praten langs elkaar heen. " * 40 + "</body></html>"


@settings(deadline=None)  # a busy machine is no failure
@given(st.binary(max_size=2000), st.lists(st.sampled_from(["gzip", "deflate", "identity"]), max_size=5))
def test_unpacking_undoes_packing(body: bytes, encodings: list[str]) -> None:
    packed = body
    for name in encodings:
        packed = {"gzip": lambda b: gzip.compress(b, mtime=0), "deflate": zlib.compress, "identity": bytes}[name](
            packed
        )
    assert unpack(packed, ", ".join(encodings), 100_000) == body


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(min_value=1))
def test_every_cut_is_found(where: int) -> None:
    packed = gzip.compress(PAGE.encode(), mtime=0)
    with pytest.raises(DamagedError):
        unpack(packed[: 1 + where % (len(packed) - 1)], "gzip", 100_000)


def test_members_one_after_the_other_are_one_body() -> None:
    assert unpack(gzip.compress(b"een ") + gzip.compress(b"twee"), "gzip", 99) == b"een twee"


def test_deflate_without_its_header() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    assert unpack(packer.compress(PAGE.encode()) + packer.flush(), "deflate", 100_000) == PAGE.encode()


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(TooLargeError, match="10,000 bytes"):
        unpack(gzip.compress(b"\0" * 50_000_000), "gzip", 10_000)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", ", ".join(["gzip"] * 6)])
def test_foreign_and_stacked_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(DamagedError):
        unpack(b"x", encoding, 100)


@pytest.mark.parametrize(
    ("body", "content_type", "text", "encoding"),
    [
        ("één café".encode(), "text/html; charset=iso-8859-1", "één café", "utf-8"),  # the header is wrong
        ("één café".encode("latin-1"), "text/html; charset=utf-8", None, None),
        ("één café".encode("cp1252"), "text/html; charset=iso-8859-1", "één café", "cp1252"),
        (b"\xef\xbb\xbfja", "text/html", "ja", "utf-8"),
        (
            '<meta charset="windows-1252">“ja”'.encode("cp1252"),
            "text/html",
            '<meta charset="windows-1252">“ja”',
            "cp1252",
        ),
    ],
)
def test_decoding(body: bytes, content_type: str, text: str | None, encoding: str | None) -> None:
    got = decode(body, content_type)
    assert got == (text, encoding) if text is not None else "caf" in got[0]


@pytest.mark.parametrize(
    ("body", "content_type", "whole"),
    [(PAGE, "text/html", True), (PAGE[:-9], "text/html", False), (PAGE + "\n<!-- 0.2 s -->", "text/html", True), ('[{"id": 1}]', "application/json", True),
     ('[{"id": 1}', "application/json", False), ("text", "text/plain", True)],
)  # fmt: skip
def test_the_end_of_a_page_whose_length_was_not_told(body: str, content_type: str, whole: bool) -> None:
    if whole:
        check_end(body.encode(), content_type)
    else:
        with pytest.raises(DamagedError):
            check_end(body.encode(), content_type)
