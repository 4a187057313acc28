"""Bodies: unpacked whole, under a cap, or not at all."""

from __future__ import annotations

import gzip
import time
import zlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrape.body import DamagedError, PackedError, TooLargeError, ends, fields, may_end, unpack

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


RSS = '<?xml version="1.0"?><!DOCTYPE rss><!-- <x> --><rss><item>een</item></rss>'


@pytest.mark.fault(17)
@pytest.mark.parametrize(
    ("body", "content_type", "how"),
    [
        (PAGE, "text/html", "end tag"), (PAGE[:-7], "text/html; charset=utf-8", "end tag"), (PAGE, "", "end tag"), (PAGE + "\n<!-- 0.2 s -->", "text/html", "end tag"),
        (PAGE + "<script>tel('</html>')</script>", "TEXT/HTML", "end tag"), (PAGE[:-14], "text/html", None),
        ("<html><body><script>schrijf('</body></html>')", "text/html", None),  # a word in a script, not an end
        ("<html><body><p>een<!-- </html> ", "text/html", None), ("<html><body>een</html", "text/html", None), (PAGE + "x" * 5000, "text/html", None),
        ('[{"id": 1}]', "application/json", "JSON that can be read"), ('[{"id": 1}', "application/json", None), ("[" * 100_000, "application/json", None),
        (RSS + "\n<!-- klaar -->\n", "application/rss+xml", "end of the root element"),
        (RSS[:-3], "text/xml", None), ("tekst", "text/plain", None), (RSS, "", "end of the root element"), (RSS[:-3], "text/plain", None),
        (PAGE, "text/plain", "end tag"), (PAGE[:-14], "text/plain", None), ("\ufeff \n<!-- x -->" + PAGE[:-14], "", None),
        ("<!-- </html> -->" + PAGE[:-14], "text/html", None), (PAGE + "<div>nog een bericht", "text/html", None), (PAGE + "<p>na</p>", "text/html", "end tag"),
    ],
)  # fmt: skip
def test_the_end_of_a_body_that_ends_with_its_connection(body: str, content_type: str, how: str | None) -> None:
    assert ends(body, content_type) == how


OPEN = '<!DOCTYPE html><html lang="nl"><title>Draad</title><table><tr><td>een<div class="a > b"><p>twee<br><img src=x></div></table><p>drie'


@pytest.mark.fault(17)
@pytest.mark.parametrize(
    ("body", "content_type", "may"),
    [(OPEN, "text/html", True), ("<p>een<p>twee", "text/html", True), ("<div><svg/></div>", "text/html", True), ("", "text/html", False), ("Fatal error", "text/html", False),
     (OPEN + "<div>", "text/html", False), (OPEN + '<a href="x', "text/html", False), (OPEN + "<!-- x", "text/html", False), (OPEN + "<script>1", "text/html", False),
     (OPEN + "<br", "text/html", False), (OPEN + "<div>", "text/plain", False), (OPEN + "<div>", "", False), (OPEN, "application/octet-stream", True), ("User-agent: *", "text/plain", True), ("", "text/plain", True), ("[1", "application/json", False), ("<rss>", "text/xml", False)],
)  # fmt: skip
def test_a_page_without_its_end_tags_may_be_whole_where_nothing_is_open(
    body: str, content_type: str, may: bool
) -> None:
    assert may_end(body, content_type) is may


@pytest.mark.fault(17)
def test_a_page_is_never_whole_where_it_is_cut_within_an_element() -> None:
    inside = '<div id="comments"><p>een</p><!-- x --><p title="a>b">twee <b>drie</b></p><script>"</div>"</script>'
    for cut in range(len("<div"), len(inside)):
        assert ends(inside[:cut], "text/html") is None and not may_end(inside[:cut], "text/html")


@pytest.mark.parametrize("part", ["<script", "<!--", '<a "', "<a '", "</html ", "<a <b ", "<a b=\"'", "</script  "])
def test_no_page_takes_long_to_judge(part: str) -> None:
    body = part * (2_000_000 // len(part))
    start = time.process_time()
    ends(body, "text/html")
    may_end(body, "text/html")
    assert time.process_time() - start < 3.0
