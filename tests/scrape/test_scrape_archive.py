"""The WARC of a source: exact, appendable, and whole up to wherever it was cut."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.scrape import archive
from pipeline.scrape.archive import Archive, check, resource, whole_length

AT = dt.datetime(2026, 11, 1, 9, 30, tzinfo=dt.UTC)
HTML = [("Content-Type", "text/html; charset=utf-8")]


def record(store: Archive, url: str, raw: bytes, status: int = 200, headers: list[tuple[str, str]] = HTML) -> str:
    return store.record(
        url, AT, ("GET /a HTTP/1.1", [("Host", "f.invalid")]), (status, "HTTP/1.1", headers), raw, "192.0.2.1"
    )


@pytest.fixture
def written(tmp_path: Path) -> Path:
    store = Archive(tmp_path / "s.partial.warc.gz")
    record(store, "http://f.invalid/a", "één".encode())
    record(
        store, "http://f.invalid/b", gzip.compress(b"packed", mtime=0), headers=[*HTML, ("Content-Encoding", "gzip")]
    )
    record(store, "http://f.invalid/c", b"gone", status=503)
    store.close()
    return store.path


def test_an_exchange_is_kept_as_it_came(written: Path) -> None:
    with written.open("rb") as file:
        found = [
            (r.rec_type, r.rec_headers.get_header("WARC-Target-URI"), r.raw_stream.read())
            for r in ArchiveIterator(file)
        ]
    assert [kind for kind, _, _ in found] == ["warcinfo", *["response", "request"] * 3]
    assert found[1][2] == "één".encode() and found[3][2] == gzip.compress(b"packed", mtime=0)
    assert check(written) == (7, [])
    with written.open("rb") as file:
        digests = [
            r.rec_headers.get_header("WARC-Payload-Digest") for r in ArchiveIterator(file) if r.rec_type == "response"
        ]
    assert all(digest.startswith("sha1:") for digest in digests)


def test_an_interrupted_snapshot_is_gone_on_with(written: Path) -> None:
    store = Archive(written)
    kept = store.kept("http://f.invalid/a", 999)
    assert kept is not None and kept.kept and (kept.text, kept.at, kept.status) == ("één", AT, 200)
    packed = store.kept("http://f.invalid/b", 999)
    assert packed is not None and packed.text == "packed"
    assert store.kept("http://f.invalid/c", 999) is None and store.kept("http://f.invalid/d", 999) is None
    record(store, "http://f.invalid/d", b"later")
    store.close()
    assert check(written) == (9, []) and archive.oldest(written) == AT


def test_a_cut_anywhere_leaves_the_records_before_it(written: Path) -> None:
    data = written.read_bytes()
    for length in range(len(data)):
        written.write_bytes(data[:length])
        whole = whole_length(written)
        assert whole <= length
        if length % 97 == 0:
            Archive(written).close()
            readable, trouble = check(written)
            assert trouble == [] and readable >= 1
    written.write_bytes(data)
    assert whole_length(written) == len(data)


@pytest.mark.parametrize("cut", [20, 400, -30])
def test_a_cut_archive_is_found(written: Path, cut: int) -> None:
    whole, _ = check(written)
    written.write_bytes(written.read_bytes()[:cut])
    readable, trouble = check(written)
    assert readable < whole and trouble


def test_no_warc_at_all(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(b"hello, no warc")
    assert check(tmp_path / "x.warc.gz")[0] == 0


def test_a_local_file_becomes_the_same_bytes_every_time() -> None:
    one, other = (resource("file:///thread.txt", b"tekst", "text/plain", AT) for _ in range(2))
    assert one == other != resource("file:///thread.txt", b"teksten", "text/plain", AT)
