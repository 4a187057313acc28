"""The WARC of a source: exact, appendable, and whole up to wherever it was cut."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.scrape import archive
from pipeline.scrape.archive import Archive, resource
from pipeline.scrape.records import answers, check, oldest, whole_length

AT = dt.datetime(2026, 11, 1, 9, 30, tzinfo=dt.UTC)
HTML = [("Content-Type", "text/html; charset=utf-8")]


def record(store: Archive, url: str, raw: bytes, status: int = 200, headers: list[tuple[str, str]] = HTML) -> str:
    asked = [("Host", "f.invalid"), *store.conditions(url).items()]
    return store.record(url, AT, ("GET /a HTTP/1.1", asked), (status, "HTTP/1.1", headers), raw, "192.0.2.1")


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
    assert check(written) == (9, []) and oldest(written) == AT


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


@pytest.mark.fault(91)
def test_what_a_killed_visit_holds_is_known_wherever_it_was_cut(tmp_path: Path) -> None:
    store = Archive(tmp_path / "s.partial.warc.gz")
    record(store, "http://f.invalid/a", b"een")
    whole = store._file.tell()
    record(store, "http://f.invalid/b", b"twee")
    store.close()
    data = store.path.read_bytes()
    for length in range(whole, len(data)):  # within the answer, or within the request that goes with it
        store.path.write_bytes(data[:length])
        assert oldest(store.path) == AT and "http://f.invalid/a" in answers(store.path), length


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


# --- later visits ----------------------------------------------------------------------------------------------

TAGGED = [*HTML, ("ETag", '"een"'), ("Last-Modified", "Sun, 01 Nov 2026 08:00:00 GMT")]


@pytest.fixture
def second(tmp_path: Path) -> Archive:
    """The working WARC of a second visit; the first saw /a with a tag and /b without."""
    first = Archive(tmp_path / "s.partial.warc.gz")
    record(first, "http://f.invalid/a", "één".encode(), headers=TAGGED)
    record(first, "http://f.invalid/b", b"twee")
    first.close()
    archive.join(tmp_path / "s.warc.gz", 0, first.path)
    first.path.unlink()
    kept = tmp_path / "s.warc.gz"
    return Archive(first.path, kept, kept.stat().st_size, visit=2)


def test_conditions_are_those_of_the_last_answer(second: Archive) -> None:
    assert second.conditions("http://f.invalid/a") == {
        "If-None-Match": '"een"',
        "If-Modified-Since": "Sun, 01 Nov 2026 08:00:00 GMT",
    }
    assert second.conditions("http://f.invalid/b") == second.conditions("http://f.invalid/c") == {}
    record(second, "http://f.invalid/a", b"", status=304, headers=[("ETag", '"twee"')])
    assert second.conditions("http://f.invalid/a")["If-None-Match"] == '"twee"'


def test_what_did_not_change_is_a_revisit_that_refers_to_the_body(second: Archive, tmp_path: Path) -> None:
    seen = record(second, "http://f.invalid/a", b"", status=304, headers=[("ETag", '"een"')])
    again = record(second, "http://f.invalid/b", b"twee")
    record(second, "http://f.invalid/b", b"drie")
    answer = second.unchanged("http://f.invalid/a", AT, 999, {"etag": '"3"', "content-type": "text/plain"})
    assert answer is not None and (answer.text, answer.status, answer.unchanged, answer.digest) == (
        "één",
        200,
        True,
        seen,
    )
    assert (answer.headers["etag"], answer.headers["content-type"]) == ('"3"', HTML[0][1])
    second.close()
    archive.join(tmp_path / "s.warc.gz", (tmp_path / "s.warc.gz").stat().st_size, second.path)
    assert check(tmp_path / "s.warc.gz") == (5 + 7, [])
    with (tmp_path / "s.warc.gz").open("rb") as file:
        heads = [record.rec_headers for record in ArchiveIterator(file)]
    first = {
        head.get_header("WARC-Target-URI"): head for head in heads[:5] if head.get_header("WARC-Type") == "response"
    }
    revisits = [head for head in heads if head.get_header("WARC-Type") == "revisit"]
    assert [head.get_header("WARC-Profile").rpartition("/")[2] for head in revisits] == [
        "server-not-modified",
        "identical-payload-digest",
    ]
    for head, digest in zip(revisits, (seen, again), strict=True):
        original = first[head.get_header("WARC-Target-URI")]
        assert head.get_header("WARC-Refers-To") == original.get_header("WARC-Record-ID")
        assert head.get_header("WARC-Refers-To-Target-URI") == original.get_header("WARC-Target-URI")
        assert head.get_header("WARC-Refers-To-Date") == original.get_header("WARC-Date")
        assert digest == head.get_header("WARC-Payload-Digest") == original.get_header("WARC-Payload-Digest")
    sessions = [head.get_header("WARC-Warcinfo-ID") for head in heads]
    infos = [head.get_header("WARC-Record-ID") for head in heads if head.get_header("WARC-Type") == "warcinfo"]
    assert len(infos) == 2 and sessions == [None, *[infos[0]] * 4, None, *[infos[1]] * 6]


def test_an_interrupted_second_visit_knows_what_it_found_unchanged(second: Archive, tmp_path: Path) -> None:
    record(second, "http://f.invalid/a", b"", status=304, headers=[])
    second.close()
    kept = tmp_path / "s.warc.gz"
    resumed = Archive(second.path, kept, kept.stat().st_size, visit=2)
    answer = resumed.kept("http://f.invalid/a", 999)
    assert answer is not None and (answer.text, answer.kept, answer.unchanged) == ("één", True, True)
    assert resumed.kept("http://f.invalid/b", 999) is None
    resumed.close()
    assert check(second.path) == (3, [])


def test_a_304_that_nobody_asked_for_is_kept_as_it_is(second: Archive) -> None:
    record(second, "http://f.invalid/nieuw", b"", status=304, headers=[])
    assert second.unchanged("http://f.invalid/nieuw", AT, 999, {}) is None


@pytest.mark.fault(91)
def test_interrupted_while_a_visit_is_put_behind_the_archive_nothing_is_changed(
    second: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "s.warc.gz"
    whole = kept.read_bytes()
    second.close()
    chunks = archive._chunks

    def interrupted(path: Path, *place: int) -> Iterator[bytes]:
        yield from chunks(path, *place)
        if path == kept:
            raise KeyboardInterrupt

    monkeypatch.setattr(archive, "_chunks", interrupted)
    with pytest.raises(KeyboardInterrupt):
        archive.join(kept, len(whole), second.path)
    assert kept.read_bytes() == whole and sorted(path.name for path in tmp_path.iterdir()) == [
        "s.partial.warc.gz",
        "s.warc.gz",
    ]


def test_records_that_may_not_be_kept_are_left_out_of_the_archive(second: Archive, tmp_path: Path) -> None:
    record(second, "http://f.invalid/c", b"voorbehouden")
    record(second, "http://f.invalid/d", b"vrij")
    second.close()
    kept = (tmp_path / "s.warc.gz").stat().st_size
    archive.join(tmp_path / "s.warc.gz", kept, second.path, without=["http://f.invalid/c"])
    assert check(tmp_path / "s.warc.gz") == (5 + 3, [])
    assert "http://f.invalid/c" not in answers(tmp_path / "s.warc.gz")


def test_an_empty_body_is_nothing_that_did_not_change(second: Archive) -> None:
    record(second, "http://f.invalid/leeg", b" ", headers=[*HTML, ("ETag", '"leeg"')])
    assert second.conditions("http://f.invalid/leeg") == {"If-None-Match": '"leeg"'}
    assert second.unchanged("http://f.invalid/leeg", AT, 999, {}) is None
    assert second.conditions("http://f.invalid/leeg") == {}


def test_304_to_a_request_without_conditions_says_nothing(second: Archive) -> None:
    record(second, "http://f.invalid/b", b"", status=304, headers=[])  # it came without a tag
    second.close()
    with second.path.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == ["warcinfo", "response", "request"]


def test_a_tag_that_pages_of_different_bytes_share_tells_nothing(tmp_path: Path) -> None:
    first = Archive(tmp_path / "s.partial.warc.gz")
    for url, raw, tag in (("a", b"een", '"x"'), ("b", b"twee", '"x"'), ("c", b"drie", '"y"'), ("d", b"drie", '"y"')):
        record(first, f"http://f.invalid/{url}", raw, headers=[*HTML, ("ETag", tag)])
    first.close()
    later = Archive(tmp_path / "later.partial.warc.gz", first.path, first.path.stat().st_size, visit=2)
    assert [later.conditions(f"http://f.invalid/{url}").get("If-None-Match") for url in "abcd"] == [
        None, None, '"y"', '"y"',
    ]  # fmt: skip


@pytest.mark.parametrize("changed", ["Fri, 01 Jan 2088 00:00:00 GMT", "gisteren", "Fri, 31 Dec 9999 23:59:59 -1200"])
def test_a_time_of_change_that_cannot_be_tells_nothing(tmp_path: Path, changed: str) -> None:
    first = Archive(tmp_path / "s.partial.warc.gz")
    record(first, "http://f.invalid/a", b"een", headers=[*HTML, ("Last-Modified", changed)])
    assert first.conditions("http://f.invalid/a") == {}
