"""What a file is. Its content tells; its name is a hint where the content leaves it open.

What is no text is known by its first bytes or refused: a pickle would run, and a spreadsheet is a zip of XML.
"""

from __future__ import annotations

import re
from typing import BinaryIO, Literal

from pipeline.errors import UsageError
from pipeline.files import gzipped, plain, wacz, warc
from pipeline.files.pickles import is_pickle
from pipeline.platforms import columns, mbox, tabular
from pipeline.platforms.json_text import BadJSONError, load

Kind = Literal["page", "mhtml", "xml", "json", "jsonl", "csv", "parquet", "mbox", "pasted", "warc", "wacz"]

KNOWN = (
    "a folder of saved pages, a saved page (.html, .mhtml), .warc(.gz), .wacz, .csv, .tsv, .jsonl, .json, .xml (an export of "
    "Disqus or WordPress, a feed), .parquet, .mbox(.gz), or pasted text (.txt)"
)
#: name -> kind, where the content is text and does not say
HINTS: dict[str, Kind] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "csv", ".html": "page", ".htm": "page",
    ".xhtml": "page", ".xml": "xml", ".mbox": "mbox", ".mbx": "mbox", ".txt": "pasted", ".text": "pasted",
}  # fmt: skip
#: the first bytes of what is no text: refused, never guessed at
_BINARY = {
    b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Office file (save it as CSV or text)", b"7z\xbc\xaf": "a 7z archive (unpack it)",
    b"BZh": "a bzip2 file (unpack it)", b"\xfd7zXZ": "an xz file (unpack it)", b"\x28\xb5\x2f\xfd": "a zstd file (unpack it)",
    b"SQLite format 3": "a database (export a table as CSV)", b"\x93NUMPY": "a numpy file",
}  # fmt: skip
#: Office files are zip archives: by their names, and by what those of Microsoft and of OpenDocument begin with
_OFFICE = (".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".odt", ".ods", ".odp", ".numbers", ".pages")
_OFFICE_INSIDE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis.opendocument")
_CONTENT = {"warc": "a WARC", "wacz": "a WACZ", "parquet": "a Parquet file"}
_HEAD = 1 << 16
#: how mbox files begin; text that somebody wrote may begin with "From", but hardly with a date and time behind it
_POSTMARK = re.compile(rb"(?:\xef\xbb\xbf)?\s*From [^\n]*\d\d:\d\d[^\n]*\b\d{4}\b")
_MHTML = re.compile(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related\b", re.I)
_PROLOG = re.compile(r"(?:\s++|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+", re.S)
_FIRST_TAG = re.compile(r"<(!doctype\s+)?([a-z][\w:-]*)", re.I)
_HTML = frozenset(
    [
        "html",
        "head",
        "body",
        "title",
        "meta",
        "link",
        "base",
        "style",
        "script",
        "main",
        "article",
        "section",
        "header",
        "nav",
        "aside",
        "div",
        "ol",
        "ul",
        "li",
        "dl",
        "table",
        "form",
        "p",
        "h1",
        "h2",
        "h3",
        "span",
        "a",
        "b",
        "i",
        "em",
        "strong",
        "blockquote",
        "pre",
        "center",
        "font",
        "template",
        "noscript",
    ]
)


def tell(file: BinaryIO, name: str) -> Kind:
    """The kind of a file. UsageError: empty, of no kind that is read here, or damaged where it says what it is."""
    if plain.is_blank(file):
        raise UsageError(f"{name} is empty.")
    head = file.read(_HEAD)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(file, head, name)
    packed = head.startswith(gzipped.MAGIC)
    if packed:
        try:
            head = gzipped.head(file, _HEAD)
        except gzipped.DamagedError as error:
            if warc.holds_record(file):
                return "warc"
            raise UsageError(f"{name} is a damaged gzip file ({error}). Fetch it again.") from error
    if head.startswith(warc.BEGIN) or (name.lower().endswith((".warc", ".warc.gz")) and warc.holds_record(file)):
        return "warc"
    named = name.lower().removesuffix(".gz") if packed else name.lower()
    if (_POSTMARK.match(head) and mbox.is_mbox(head)) or named.endswith((".mbox", ".mbx")):
        return "mbox"
    if packed:
        raise UsageError(f"{name} is a gzip file, and neither WARC nor mbox. Unpack it, and add what is in it.")
    if is_pickle(file):
        raise UsageError(
            f"{name} is a Python pickle, which runs when it is loaded. Export what is in it, and give {KNOWN}."
        )
    return _of_text(head, name)


def _zipped(file: BinaryIO, head: bytes, name: str) -> Kind:
    if wacz.is_wacz(file):
        return "wacz"
    if name.lower().endswith(_OFFICE) or any(mark in head for mark in _OFFICE_INSIDE):
        raise UsageError(f"{name} is an Office file. Save it as CSV or text, and give that.")
    raise UsageError(f"{name} is a zip archive, and no WACZ. Unpack it, and add the file or folder in it.")


def _of_text(head: bytes, name: str) -> Kind:
    suffix = next(
        (ending for ending in (*HINTS, ".warc", ".warc.gz", ".wacz", ".parquet") if name.lower().endswith(ending)), ""
    )
    if (called := suffix.split(".")[-1 if suffix != ".warc.gz" else 1]) in _CONTENT:
        raise UsageError(
            f"{name} is called {_CONTENT[called]}, but holds none. Give the file that was made, or fetch it again."
        )
    for magic, what in _BINARY.items():
        if head.startswith(magic):
            raise UsageError(f"{name} is {what}, a binary file. Give {KNOWN}.")
    if head[257:262] == b"ustar":
        raise UsageError(f"{name} is a tar archive. Unpack it where you trust it, and add the file or folder in it.")
    hint = HINTS.get(suffix)
    is_rows = hint in ("csv", "jsonl")  # in these a NUL is taken out, and told
    if is_binary(head.replace(b"\0", b"") if is_rows and head.count(0) < len(head) / 10 else head):
        raise UsageError(f"{name} is no text, but a binary file. Save the thread as text or HTML: {KNOWN}.")
    text = _text(head).lstrip("\ufeff \t\r\n")
    return _marked(text, hint) or _structured(text, hint) or hint or "pasted"


def _marked(text: str, hint: Kind | None) -> Kind | None:
    """Markup and mail, by how they begin."""
    if _MHTML.match(text):
        return "mhtml"
    prolog = _PROLOG.match(text)
    first = _FIRST_TAG.match(text, prolog.end() if prolog else 0)
    if first is None:
        return "xml" if text.startswith("<?xml") else None
    name = first[2].lower()
    if name in _HTML:
        return "page" if hint != "pasted" or name in ("html", "head", "body") else None
    if text.startswith("<?xml") or first[1] or name in ("disqus", "feed", "rss"):
        return "xml"
    return None


def _structured(text: str, hint: Kind | None) -> Kind | None:
    """JSON, JSON Lines and tables, by their first lines."""
    if text[:1] in ("{", "["):
        if hint in ("json", "jsonl") and text[0] == "[":
            return hint
        first, _, rest = text.partition("\n")
        try:
            complete = isinstance(load(first), dict)
        except BadJSONError:
            complete = False
        if complete and (hint == "jsonl" or rest.lstrip().startswith("{")):
            return "jsonl"
        return hint if hint in ("json", "jsonl") else "json"
    return "csv" if _is_table(text) and hint in (None, "pasted") else None


def _is_table(text: str) -> bool:
    """Is the first line a header that names the text and something else, and does the second have as many cells?"""
    told, text = tabular.split_separator(text)
    lines = [line for line in text.split("\n", 3)[:2] if line.strip()]
    for mark in (told,) if told else ("\t", ";", ",", "|"):
        cells = [cell.strip().strip('"') for cell in lines[0].split(mark)] if lines else []
        found = columns.meanings(cells)
        if len(cells) >= 2 and "text" in found and len(found) >= 2 and max(map(len, cells)) <= 40:
            return len(lines) == 2 and lines[1].count(mark) >= len(cells) - 1
    return False


def _text(head: bytes) -> str:
    """Text for a look at the kind (not for keeps)."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8-sig", "replace")


def is_binary(head: bytes) -> bool:
    """Whether bytes are no text at all: NUL (but for UTF-16), or over 1 % control characters in the first 64 kB."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    sample = head[:_HEAD]
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in sample)
    return b"\0" in sample or control > len(sample) / 100
