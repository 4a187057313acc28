"""Bytes to text: what the bytes are, whatever a header says."""

from __future__ import annotations

import pytest

from pipeline.files.decoding import decode


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
