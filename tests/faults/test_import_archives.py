"""Archives that are hostile, cut or damaged: what is refused, what is read all the same, and what is told."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from pipeline.add import add
from pipeline.errors import UsageError
from pipeline.extract import archive, page
from pipeline.files import gzipped, kinds, wacz, warc
from pipeline.settings import load_sources
from tests import import_files as made
from tests.conftest import Run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made.project(tmp_path)


def refused(root: Path, name: str, content: bytes, says: str) -> None:
    """Neither `add` nor `extract FILE` takes a file, and nothing is left of it."""
    path = made.put(root, name, content)
    for take in (lambda: add(root, str(path)), lambda: page.of_path(path, None)):
        with pytest.raises(UsageError, match=says):
            take()
    assert not (root / "data/raw/sources.yaml").exists() and not (root / "data/raw/imports").exists()


# --- zip and tar -----------------------------------------------------------------------------------------------


@pytest.mark.fault(47)
@pytest.mark.parametrize("slip", ["../../slip.html", "/etc/slip", "archive/../../slip", "C:/slip", "archive\\..\\slip"])
def test_a_name_that_leads_out_of_a_zip_is_refused(root: Path, slip: str) -> None:
    whole = {"archive/data.warc.gz": made.warc(1)}
    refused(root, "crawl.wacz", made.wacz(whole, **{slip: b"x"}), "leads out of it")
    assert not list(root.rglob("slip*"))


@pytest.mark.fault(47)
@pytest.mark.parametrize("mode", [0o120777, 0o020666, 0o060666, 0o010666], ids=["link", "device", "disk", "fifo"])
def test_a_link_or_a_device_in_a_zip_is_refused(root: Path, mode: int) -> None:
    out = io.BytesIO(made.wacz({"archive/data.warc.gz": made.warc(1)}))
    with zipfile.ZipFile(out, "a") as file:
        info = zipfile.ZipInfo("archive/extra.warc.gz")
        info.external_attr = mode << 16
        file.writestr(info, "/etc/passwd")
    refused(root, "crawl.wacz", out.getvalue(), "a link or a device")


@pytest.mark.fault(47)
@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.SYMTYPE, tarfile.REGTYPE], ids=["device", "link", "slip"])
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_no_tar_is_unpacked(root: Path, kind: bytes, mode: str) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as file:  # type: ignore[call-overload]
        info = tarfile.TarInfo("../slip.html")
        info.type, info.linkname = kind, "/etc/passwd"
        file.addfile(info)
    refused(root, "bewaard.tar", out.getvalue(), "tar archive|gzip file")
    assert not list(root.rglob("slip*"))


@pytest.mark.fault(47)
def test_a_file_that_is_twice_in_a_zip_is_refused(root: Path) -> None:
    out = io.BytesIO(made.wacz({"archive/data.warc.gz": made.warc(1)}))
    with zipfile.ZipFile(out, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("archive/data.warc.gz", made.warc(2))
    refused(root, "crawl.wacz", out.getvalue(), "in it twice")


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return out.getvalue()


@pytest.mark.fault(48)
def test_a_zip_bomb_is_refused_by_its_ratio(root: Path) -> None:
    bomb = _zip({"archive/data.warc": b"\0" * 60_000_000, "datapackage.json": b'{"resources": []}'})
    assert len(bomb) < 100_000
    refused(root, "crawl.wacz", bomb, "zip bomb")


@pytest.mark.fault(48)
def test_a_zip_that_unpacks_to_more_than_it_says_is_not_read_on(root: Path) -> None:
    lying = bytearray(_zip({"archive/data.warc": b"\0" * 9_000_000, "datapackage.json": b'{"resources": []}'}))
    entry = lying.index(b"PK\x01\x02")
    lying[entry + 24 : entry + 28] = (1_000).to_bytes(4, "little")  # its unpacked size, in the central directory
    tracemalloc.start()
    with pytest.raises(UsageError, match=r"not listed|damaged"):
        list(wacz.warcs(io.BytesIO(lying), "crawl.wacz"))
    refused(root, "crawl.wacz", bytes(lying), "not listed|damaged")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.fault(48)
def test_a_gzip_bomb_is_stopped_long_before_its_end(root: Path) -> None:
    bomb = gzip.compress(b"From a Mon Mar  2 10:00:00 2026\nSubject: x\n\n" + b"\0" * 120_000_000, 6)
    tracemalloc.start()
    refused(root, "lijst.mbox.gz", bomb, "zip bomb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * gzipped.HARMLESS


@pytest.mark.fault(48)
def test_a_bomb_in_a_warc_is_left_out_and_the_next_record_read() -> None:
    bomb = gzip.compress(
        b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://forum.invalid/bom\r\nContent-Length: 60000000\r\n\r\n"
        + b"\0" * 60_000_000
    )
    damage: list[str] = []
    found = list(archive.of_file(io.BytesIO(bomb + made.warc(2)), damage))
    assert [capture.url for capture in found] == ["https://forum.invalid/draad/2"]
    assert len(damage) == 1 and "https://forum.invalid/bom left out" in damage[0] and "zip bomb" in damage[0]


# --- WARC ------------------------------------------------------------------------------------------------------


@pytest.mark.fault(50)
@pytest.mark.parametrize("packed", [True, False])
def test_a_cut_warc_is_incomplete_and_names_the_record(root: Path, standpunt: Run, packed: bool) -> None:
    path = made.put(root, "crawl.warc", made.warc(1, 2, 3, gzip=packed)[:-60])
    done = standpunt("add", str(path), root=root)
    assert done.returncode == 3
    assert "incomplete: 1 damaged" in done.stderr and "record of https://forum.invalid/draad/3 left out" in done.stderr
    assert made.texts(root) == [f"Reactie van draad {n}." for n in (1, 2)]
    manifest = json.loads((root / "data/raw/archive/crawl.json").read_text("utf-8"))
    assert (manifest["complete"], manifest["ending"], manifest["records"]) == (False, "incomplete", 2)
    assert "draad/3 left out" in manifest["reason"]
    shown = standpunt("extract", str(path))
    assert shown.returncode == 3 and len(shown.stdout.splitlines()) == 2 and "draad/3 left out" in shown.stderr


@pytest.mark.fault(51)
@pytest.mark.parametrize("packed", [True, False])
def test_a_flipped_byte_costs_one_record_wherever_it_is(packed: bool) -> None:
    parts = [made.record(*made.thread(n), gzip=packed) for n in (1, 2, 3)]
    begin, length = len(parts[0]), len(parts[1])
    for at in range(begin, begin + length, 1 if packed else 3):
        data = bytearray(b"".join(parts))
        data[at] ^= 0x20 if not packed else 0xFF
        damage: list[str] = []
        urls = [capture.url for capture in archive.of_file(io.BytesIO(bytes(data)), damage)]
        assert {"https://forum.invalid/draad/1", "https://forum.invalid/draad/3"} <= set(urls), at
        if len(urls) < 3 and packed:
            assert len(damage) == 1 and "left out" in damage[0], at


@pytest.mark.fault(51)
@pytest.mark.parametrize("packed", [True, False])
def test_a_flipped_byte_in_the_first_record_costs_no_more_than_elsewhere(packed: bool) -> None:
    name = "crawl.warc.gz" if packed else "crawl.warc"
    first, rest = made.record(*made.thread(1), gzip=packed), made.warc(2, 3, gzip=packed)
    for at in range(0, len(first), 1 if packed else 2):
        data = bytearray(first + rest)
        data[at] ^= 0x20 if not packed else 0xFF
        damage: list[str] = []
        assert kinds.tell(io.BytesIO(bytes(data)), name) == "warc", at
        urls = [capture.url for capture in archive.of_file(io.BytesIO(bytes(data)), damage)]
        assert {"https://forum.invalid/draad/2", "https://forum.invalid/draad/3"} <= set(urls), at
        assert len(urls) == 3 or damage, at


@pytest.mark.fault(51)
@pytest.mark.parametrize("at", [0, 100])
def test_a_damaged_first_record_is_named_by_every_run_and_stops_none(root: Path, standpunt: Run, at: int) -> None:
    data = bytearray(made.warc(1, 2, 3))
    data[at] ^= 0x55
    path = made.put(root, "crawl.warc.gz", bytes(data))
    for command in ("add", "extract"):
        done = standpunt(command, str(path), root=root)
        assert done.returncode == 3 and "record at byte 0 left out" in done.stderr
    for _ in range(2):
        done = standpunt("scrape", root=root)
        assert done.returncode == 0 and "crawl: incomplete: 1 damaged in crawl.warc" in done.stderr
        assert "record at byte 0 left out" in done.stderr
    done = standpunt("extract", root=root)
    assert done.returncode == 0 and "record at byte 0 left out" in done.stderr
    assert made.texts(root) == [f"Reactie van draad {n}." for n in (2, 3)]
    assert json.loads((root / "data/raw/archive/crawl.json").read_text("utf-8"))["complete"] is False


@pytest.mark.fault(50)
def test_a_warc_packed_as_a_whole_that_is_cut_gives_what_is_before(root: Path) -> None:
    whole = gzip.compress(made.warc(1, 2, 3, gzip=False))
    for cut in (1, 8, 30):
        path = made.put(root, f"{cut}.warc.gz", whole[:-cut])
        result = add(root, str(path))
        assert not result.complete and any("draad/3 left out" in line for line in result.messages)
        found = page.of_path(path, None)
        assert len(found.records) == 2 and not found.complete


@pytest.mark.fault(51)
def test_a_record_of_no_type_is_named() -> None:
    damage: list[str] = []
    data = made.warc(1, gzip=False).replace(b"WARC-Type: response", b"WARC-Type: RESponse") + made.warc(2, gzip=False)
    assert len(list(archive.of_file(io.BytesIO(data), damage))) == 1
    assert "draad/1 left out: its type is 'RESponse'" in damage[0]


@pytest.mark.fault(51)
def test_a_wrong_length_does_not_swallow_the_next_record() -> None:
    one, two = made.record(*made.thread(1), gzip=False), made.record(*made.thread(2), gzip=False)
    for wrong in (b"5", b"9700", b"99999999999", b"9" * 5000, b"-5", b"vijf", b""):
        damage: list[str] = []
        data = re.sub(rb"Content-Length: \d+", b"Content-Length: " + wrong, one, count=1) + two
        assert [capture.url for capture in archive.of_file(io.BytesIO(data), damage)] == [
            "https://forum.invalid/draad/2"
        ]
        assert damage and "https://forum.invalid/draad/1 left out" in damage[0]


@pytest.mark.fault(51)
def test_a_damaged_wacz_is_refused_and_says_how_to_save_what_is_whole(root: Path) -> None:
    inside = made.warc(1, 2)
    refused(
        root,
        "crawl.wacz",
        made.wacz({"archive/a.warc.gz": inside}, {"archive/a.warc.gz": f"sha256:{'0' * 64}"}),
        "does not fit its digest.*unpack it",
    )
    whole = bytearray(made.wacz({"archive/a.warc.gz": inside}))
    whole[whole.index(inside) + 40] ^= 0xFF
    refused(root, "crawl.wacz", bytes(whole), "damaged.*unpack it")


@pytest.mark.fault(52)
def test_a_warc_packed_as_a_whole_is_read_with_a_hint(root: Path) -> None:
    path = made.put(root, "crawl.warc.gz", gzip.compress(made.warc(1, 2, gzip=False)))
    result = add(root, str(path))
    assert any("warcio recompress crawl.warc.gz NEW" in line for line in result.messages) and result.complete
    assert made.texts(root) == ["Reactie van draad 1.", "Reactie van draad 2."]
    apart = add(root, str(made.put(root, "b.warc.gz", made.warc(1, 2))))
    assert not any("recompress" in line for line in apart.messages)


@pytest.mark.fault(52)
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("crawl.warc.gz", b"", "is empty"),
        ("crawl.warc", b"\n\n", "is empty"),
        ("crawl.warc", b"geen archief", "called a WARC, but holds none"),
        ("crawl.warc.gz", gzip.compress(b"geen archief"), "neither WARC nor mbox. Unpack it"),
        ("crawl.warc.gz", gzip.compress(b"WARC/1.0\r\nWARC-Type: respo"), "no readable WARC record|No comment in it"),
        ("crawl.wacz", b"geen archief", "called a WACZ, but holds none"),
        ("crawl.wacz", _zip({"a.html": b"<html>"}), "no WACZ.*Unpack it"),
        ("crawl.wacz", _zip({"datapackage.json": b"{"}), "without a WARC|not JSON"),
        ("crawl.wacz", _zip({"datapackage.json": b"{}"}), "without a WARC"),
    ],
)  # fmt: skip
def test_what_is_no_archive_gets_a_hint(root: Path, name: str, content: bytes, says: str) -> None:
    refused(root, name, content, says)


# --- WACZ as it should be, and size ----------------------------------------------------------------------------


def test_a_wacz_is_read_and_its_copy_is_what_was_given(root: Path) -> None:
    content = made.wacz(
        {"archive/a.warc.gz": made.warc(1), "archive/b.warc": made.warc(2, gzip=False), "pages/pages.jsonl": b"{}\n"}
    )
    result = add(root, str(made.put(root, "crawl.wacz", content)))
    (source,) = load_sources(root)
    assert (source.kind, source.location, result.complete) == ("wacz", "crawl.wacz", True)
    assert (root / "data/raw/imports/crawl.wacz").read_bytes() == content
    assert made.texts(root) == ["Reactie van draad 1.", "Reactie van draad 2."]
    assert len(page.of_path(root / "elders/crawl.wacz", None).records) == 2


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ({}, "not listed"),
        ({"archive/a.warc.gz": "md5:00"}, "not sha256"),
        ({"archive/a.warc.gz": "", "x": "sha256:0"}, "not sha256|not in it"),
    ],
)
def test_a_wacz_whose_list_does_not_fit_is_refused(listed: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        list(wacz.warcs(io.BytesIO(made.wacz({"archive/a.warc.gz": made.warc(1)}, listed)), "crawl.wacz"))


def test_memory_stays_flat_however_large_a_warc_is(tmp_path: Path) -> None:
    body = made.page(("Jo", "Een reactie. " * 20_000))
    peaks = []
    for count in (20, 200):
        path = tmp_path / f"{count}.warc.gz"
        path.write_bytes(made.record(f"{made.SITE}/draad/1", body) * count)
        for data in (path, tmp_path / "plain.warc", tmp_path / "whole.warc.gz"):
            if data != path:
                content = made.record(f"{made.SITE}/draad/1", body, gzip=False) * count
                data.write_bytes(gzip.compress(content, 1) if data.suffix == ".gz" else content)
            tracemalloc.start()
            assert sum(1 for _ in archive.captures(data, [])) == count
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert all(later < 1.2 * earlier + 100_000 for earlier, later in zip(peaks[:3], peaks[3:], strict=True)), peaks


def test_endless_headers_end_a_record_not_the_archive() -> None:
    endless = b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"a" * (warc.MAX_HEADERS + 9) + b"\r\n\r\n"
    damage: list[str] = []
    found = list(archive.of_file(io.BytesIO(endless + made.warc(2, gzip=False)), damage))
    assert [capture.url for capture in found] == ["https://forum.invalid/draad/2"] and "headers of over" in damage[0]


@pytest.mark.fault(48)
@pytest.mark.parametrize(
    ("name", "content", "place", "says"),
    [
        ("x.csv", b"id,tekst\n" + b"1,Ja\n" * 300, "pipeline.files.plain.MAX_BYTES", "1,000 is the limit"),
        ("x.mbox.gz", gzip.compress(b"From a Mon Mar  2 10:00:00 2026\nSubject: x\n\n" + b"Ja.\n" * 300), "pipeline.platforms.mbox.MAX_BYTES", "over 1,000 bytes"),
        ("x.wacz", made.wacz({"archive/a.warc.gz": made.warc(1, 2, 3)}), "pipeline.files.wacz.MAX_CRAWL_BYTES", "over 1,000 bytes"),
        ("x.warc.gz", made.warc(1), "pipeline.files.warc.MAX_RECORD", "100 is the limit"),
    ],
)  # fmt: skip
def test_every_size_has_a_cap(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, place: str, says: str
) -> None:
    monkeypatch.setattr(place, 100 if place.endswith("MAX_RECORD") else 1_000)
    refused(root, name, content, says)


# --- archives without a thread ---------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True], ids=["warc", "wacz"])
def test_an_archive_without_a_thread_is_refused(root: Path, packed: bool) -> None:
    log_in = made.record("https://forum.invalid/login", "<!DOCTYPE html><html><body><p>Inloggen</p></body></html>")

    def archive_of(content: bytes) -> bytes:
        return made.wacz({"archive/data.warc.gz": content}) if packed else content

    name = "crawl.wacz" if packed else "crawl.warc.gz"
    with pytest.raises(
        UsageError, match=rf"{name}: no page in this archive holds a thread. `standpunt extract {name}`"
    ):
        add(root, str(made.put(root, name, archive_of(log_in))))
    assert not (root / "data/raw/imports").exists()
    result = add(root, str(made.put(root, name, archive_of(log_in + made.warc(1)))))
    assert f"`standpunt extract {name}` shows what is read from it" in result.messages
