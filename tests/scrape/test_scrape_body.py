"""Bodies: unpacked whole, under a cap, or not at all."""

from __future__ import annotations

import gzip
import zlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrape.body import DamagedError, PackedError, TooLargeError, check_end, fields, unpack

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


@pytest.mark.fault(16)
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


@pytest.mark.fault(18)
def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(TooLargeError, match="10,000 bytes"):
        unpack(gzip.compress(b"\0" * 50_000_000), "gzip", 10_000)


@pytest.mark.fault(19)
@pytest.mark.parametrize("encoding", ["compress", "x, identity", ", ".join(["gzip"] * 6)])
def test_foreign_and_stacked_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(PackedError):
        unpack(b"x", encoding, 100)


def test_five_stacked_encodings_are_unpacked() -> None:
    body = PAGE.encode()
    for _ in range(5):
        body = gzip.compress(body)
    assert unpack(body, "gzip," * 5, 100_000) == PAGE.encode()


@pytest.mark.fault(18)
@pytest.mark.parametrize(("encoding", "codec"), [("br", "brotli"), ("zstd", "zstd")])
def test_what_was_not_asked_for_but_is_known_is_unpacked_whole_and_under_the_cap(encoding: str, codec: str) -> None:
    packed = pa.compress(PAGE.encode(), codec, asbytes=True)
    assert unpack(packed, encoding, 100_000) == PAGE.encode()
    for damaged in (packed[:-1], packed[: len(packed) // 2], b"x", packed + b"rest"):
        with pytest.raises(DamagedError):
            unpack(damaged, encoding, 100_000)
    with pytest.raises(TooLargeError, match="10,000 bytes"):
        unpack(pa.compress(b"\0" * 200_000_000, codec, asbytes=True), encoding, 10_000)


def test_fields_that_are_lists_are_joined_and_of_others_the_last_counts() -> None:
    pairs = [("X-Robots-Tag", "noindex"), ("x-robots-tag", "noai"), ("Location", "/een"), ("location", "/twee")]
    assert fields(pairs) == {"x-robots-tag": "noindex, noai", "location": "/twee"}


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
