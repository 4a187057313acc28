"""An archived body, or a file, to pages: by what the source is, or by what the bytes look like."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from pathlib import PurePosixPath

from pipeline import platforms
from pipeline.errors import UsageError
from pipeline.extract.decode import decode, is_binary
from pipeline.platforms import mbox, tabular
from pipeline.platforms.base import Page

#: the first bytes of what is no text: refused, never guessed at (a pickle would run)
BINARY = {
    b"\x80\x02": "a Python pickle", b"\x80\x03": "a Python pickle", b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle", b"PK\x03\x04": "a zip archive (or a spreadsheet: save it as CSV)",
    b"\x1f\x8b": "a gzip file", b"PAR1": "a Parquet file", b"%PDF": "a PDF", b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture", b"\xd0\xcf\x11\xe0": "an old Office file (save it as CSV or text)",
}  # fmt: skip
_GZIP = b"\x1f\x8b"
#: how mbox files begin; text that somebody wrote may begin with "From", but hardly with a date and time behind it
_POSTMARK = re.compile(rb"(?:\xef\xbb\xbf)?\s*From [^\n]*\d\d:\d\d[^\n]*\b\d{4}\b")
_MBOX = (".mbox", ".mbx", ".mbox.gz", ".mbx.gz")


def sniff(body: bytes, name: str) -> str:
    """What a file is: page, xml, json, jsonl, csv, mbox, or pasted. UsageError: empty, or no text at all."""
    kind = _kind(body, name)
    if kind == "pasted" and is_binary(body):
        raise UsageError(f"{name} is no text, but a binary file. Save the thread as text or HTML.")
    return kind


def _kind(body: bytes, name: str) -> str:
    if not body.strip():
        raise UsageError(f"{name} is empty.")
    if name.lower().endswith(_MBOX) or _is_mbox(body):
        return "mbox"
    for magic, what in BINARY.items():
        if body.startswith(magic):
            raise UsageError(f"{name} is {what}. Give a saved page, XML, JSON, CSV, JSON Lines, mbox or pasted text.")
    suffix = PurePosixPath(name.lower()).suffix
    by_name = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".html": "page", ".htm": "page",
               ".xhtml": "page", ".json": "json", ".txt": "pasted"}  # fmt: skip
    if suffix in by_name and not (suffix == ".txt" and _is_markup(body)):
        return by_name[suffix]
    if _is_markup(body):
        return "page"
    if suffix == ".xml" or body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(b"<?xml"):
        return "xml"
    return "json" if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "pasted"


def _is_mbox(body: bytes) -> bool:
    """Does a file begin like an mbox file, gzip or not?"""
    head = body[:4096]
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(31).decompress(head, 4096)
        except zlib.error:
            return False
    return _POSTMARK.match(head) is not None and mbox.is_mbox(head)


def _is_markup(body: bytes) -> bool:
    head = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and any(
        mark in head for mark in (b"<!doctype html", b"<html", b"<head", b"<body", b"<div", b"<ol", b"<meta")
    )


def pages(
    body: bytes, kind: str, name: str, url: str, corrections: str | None = None, content_type: str = ""
) -> list[Page]:
    """The threads in a body of a `kind` (see `sniff`). UsageError: no thread, or not readable."""
    if kind == "csv":
        return list(tabular.read_csv(body, name))
    if kind == "jsonl":
        return list(tabular.read_jsonl(body, name))
    if kind == "mbox":
        return list(mbox.read_mbox(body, name))
    text, warnings = decode(body, content_type)
    if kind == "pasted":
        from pipeline.platforms import pasted

        found: list[Page] = [pasted.read(text, name, corrections)]
    elif kind == "json" and platforms.recognise(text, url) is None:
        return list(tabular.read_json(body, name))
    elif kind == "xml":
        found = _xml(text, name, url)
    else:
        found = platforms.pages(text, url)
    return [replace(page, warnings=[*warnings, *page.warnings]) for page in found]


def _xml(text: str, name: str, url: str) -> list[Page]:
    """The threads of an export or a feed. UsageError: it is neither, or no comment is in it."""
    if platforms.recognise(text, url) is None:
        raise UsageError(
            f"{name} is XML, but neither an export of Disqus nor a feed of comments from Blogger. Other XML is not read; "
            "save the thread as HTML."
        )
    found = platforms.pages(text, url)
    if not any(page.comments for page in found):
        why = "; ".join(warning for page in found for warning in page.warnings)
        raise UsageError(f"{name}: no comment in it{f' ({why})' if why else ''}. Export it again.")
    return found
