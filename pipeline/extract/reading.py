"""An archived body, or a file, to pages: by what the source is, or by what the bytes look like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from pipeline import platforms
from pipeline.errors import UsageError
from pipeline.extract.decode import decode, is_binary
from pipeline.platforms import tabular
from pipeline.platforms.base import Page

#: the first bytes of what is no text: refused, never guessed at (a pickle would run)
BINARY = {
    b"\x80\x02": "a Python pickle", b"\x80\x03": "a Python pickle", b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle", b"PK\x03\x04": "a zip archive (or a spreadsheet: save it as CSV)",
    b"\x1f\x8b": "a gzip file", b"PAR1": "a Parquet file", b"%PDF": "a PDF", b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture", b"\xd0\xcf\x11\xe0": "an old Office file (save it as CSV or text)",
}  # fmt: skip


def sniff(body: bytes, name: str) -> str:
    """What a file is: page, jsonl, json, csv, or pasted. UsageError: empty, or no text at all."""
    kind = _kind(body, name)
    if kind == "pasted" and is_binary(body):
        raise UsageError(f"{name} is no text, but a binary file. Save the thread as text or HTML.")
    return kind


def _kind(body: bytes, name: str) -> str:
    if not body.strip():
        raise UsageError(f"{name} is empty.")
    for magic, what in BINARY.items():
        if body.startswith(magic):
            raise UsageError(f"{name} is {what}. Give a saved page, JSON, CSV, JSON Lines or pasted text.")
    suffix = PurePosixPath(name.lower()).suffix
    by_name = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".html": "page", ".htm": "page",
               ".xhtml": "page", ".json": "json", ".txt": "pasted"}  # fmt: skip
    if suffix in by_name and not (suffix == ".txt" and _is_markup(body)):
        return by_name[suffix]
    if _is_markup(body):
        return "page"
    return "json" if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "pasted"


def _is_markup(body: bytes) -> bool:
    head = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and any(
        mark in head for mark in (b"<!doctype html", b"<html", b"<head", b"<body", b"<div", b"<ol", b"<meta")
    )


def pages(
    body: bytes, kind: str, name: str, url: str, corrections: str | None = None, content_type: str = ""
) -> list[Page]:
    """The threads in a body of a `kind` (page, json, csv, jsonl, pasted). UsageError: no thread, or not readable."""
    if kind == "csv":
        return list(tabular.read_csv(body, name))
    if kind == "jsonl":
        return list(tabular.read_jsonl(body, name))
    text, warnings = decode(body, content_type)
    if kind == "pasted":
        from pipeline.platforms import pasted

        found: list[Page] = [pasted.read(text, name, corrections)]
    elif kind == "json" and platforms.recognise(text, url) is None:
        return list(tabular.read_json(body, name))
    else:
        found = platforms.pages(text, url)
    return [replace(page, warnings=[*warnings, *page.warnings]) for page in found]
