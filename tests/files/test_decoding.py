"""Bytes to text: what the bytes are, whatever a header says."""

from __future__ import annotations

import json

import pytest

from pipeline.files.decoding import decode
from pipeline.platforms import mime, tabular


@pytest.mark.fault(20)
@pytest.mark.parametrize(
    ("body", "content_type", "text", "encoding", "told"),
    [
        ("één café".encode(), "text/html; charset=iso-8859-1", "één café", "utf-8", True),  # the header is wrong
        ("één café".encode("latin-1"), "text/html; charset=utf-8", "één café", "cp1252", True),  # and so is this one
        ("één café".encode("cp1252"), "", "één café", "cp1252", True),
        ("één “ja”".encode("cp1252"), "text/html; charset=ISO-8859-1", "één “ja”", "cp1252", False),
        ("één café".encode("utf-16"), "text/html", "één café", "utf-16-le", False),
        ("дa".encode("cp1251"), "text/html; charset=windows-1251", "дa", "cp1251", False),
        (b"\xef\xbb\xbfja", "text/html", "ja", "utf-8", False),
        ("\ufeffein".encode(), "", "ein", "utf-8", False),
        (b"plain", "text/html; charset=onzin", "plain", "utf-8", False),
        ('<meta charset="windows-1252">“ja”'.encode("cp1252"), "text/html", '<meta charset="windows-1252">“ja”', "cp1252", False),
        ('<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("latin-1"), "", '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>', "cp1252", False),
        (b"\x81\x8d een", "", "\ufffd\ufffd een", "cp1252", True),
    ],
)  # fmt: skip
def test_decoding(body: bytes, content_type: str, text: str, encoding: str, told: bool) -> None:
    found = decode(body, content_type)
    assert (found.text, found.encoding, bool(found.warnings)) == (text, encoding, told)


PAGE = "De manager begrijpt één café niet, zei “Zoë”. " * 3


@pytest.mark.fault(20)
@pytest.mark.parametrize("label", ["rot13", "zlib", "idna", "undefined", "unicode_escape", "utf-7", "x" * 5_000, "hex"])
@pytest.mark.parametrize("place", ["header", "head"])
def test_a_label_that_names_no_encoding_of_pages_counts_as_none(label: str, place: str) -> None:
    head = f"<meta charset={label}>" if place == "head" else ""
    content_type = f"text/html; charset={label}" if place == "header" else "text/html"
    assert decode((head + "café").encode("cp1252"), content_type).text == f"{head}café"
    assert decode((head + "café").encode() + b"\xff", content_type).text.startswith(f"{head}caf")


@pytest.mark.fault(20)
@pytest.mark.parametrize("content_type", ["", "text/html; charset=utf-8", "text/html; charset=iso-8859-1"])
def test_stray_bytes_spoil_no_page_of_utf_8(content_type: str) -> None:
    body = PAGE.encode()
    found = decode(body[:60] + b"\xff\xe9 " + body[60:], content_type)
    assert found.encoding == "utf-8" and found.text.replace("\ufffd\ufffd ", "") == PAGE
    assert len(found.warnings) == 1 and found.warnings[0].endswith(": 2")
    assert decode(PAGE.encode("cp1252"), content_type).text == PAGE


@pytest.mark.fault(20)
def test_a_declared_utf_16_counts_where_the_bytes_are_wide() -> None:
    assert decode("<p>ja</p>".encode("utf-16-le"), "text/html; charset=utf-16le").text == "<p>ja</p>"
    assert decode(b"<p>ja\xff</p>", "text/html; charset=utf-16").text == "<p>jaÿ</p>"


@pytest.mark.fault(20)
def test_one_stray_byte_in_a_table_spoils_no_row_and_its_line_is_named() -> None:
    rows = [f"Eén mening over café {number}" for number in range(200)]
    as_jsonl = "".join(json.dumps({"id": n, "text": text}, ensure_ascii=False) + "\n" for n, text in enumerate(rows))
    as_csv = "id;tekst\n" + "".join(f"{n};{text}\n" for n, text in enumerate(rows))
    for read, data, line in ((tabular.read_jsonl, as_jsonl, 8), (tabular.read_csv, as_csv, 9)):
        (page,) = read(data.encode().replace(b"\xa9 7", b"\xa9 \xff7", 1), "x")
        assert [comment.text.replace("\ufffd", "") for comment in page.comments] == rows
        assert [warning for warning in page.warnings if warning.endswith(f"\ufffd: 1, the first in line {line}")]


@pytest.mark.fault(20)
def test_one_stray_byte_spoils_no_message() -> None:
    assert mime.text_of(PAGE.encode() + b"\xff", "iso-8859-1") == PAGE + "\ufffd"
    assert mime.text_of(PAGE.encode("cp1252"), "rot13") == PAGE
