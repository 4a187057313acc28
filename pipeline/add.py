"""Take a source in: an address, or a file that is copied to data/raw/imports/; both are listed in data/raw/sources.yaml.

Nothing is fetched here. The kind of a file is told by its name and checked against its content, because a saved page called
.txt and a spreadsheet called .csv are common; the list keeps the comments and the order that people gave it.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import ipaddress
import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from pipeline import store
from pipeline.errors import UsageError
from pipeline.extract.decode import is_binary
from pipeline.scrape.address import check_url, private_addresses
from pipeline.settings import Source, SourceKind, Sources, load_sources
from pipeline.strict_yaml import load_yaml, parse

SOURCES = Path("data/raw/sources.yaml")
IMPORTS = Path("data/raw/imports")
CORRECTIONS = Path("data/raw/corrections")
#: a boundary of pasted text below this confidence is told to the analyst as unsure
UNSURE = 0.7
MAX_BYTES = 500_000_000
KINDS: dict[str, SourceKind] = {
    ".txt": "pasted", ".text": "pasted", ".html": "page", ".htm": "page", ".xhtml": "page", ".warc": "warc", ".warc.gz": "warc",
    ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
KNOWN = "an http(s) address, .txt (pasted text), .html (a saved page), .csv, .jsonl, .warc or .warc.gz"


@dataclass(frozen=True)
class AddResult:
    """What `add` did."""

    source_id: str
    kind: str
    location: str
    added: bool  # False: it was there already
    messages: list[str] = field(default_factory=list)


def add(
    root: Path,
    what: str,
    *,
    source_id: str | None = None,
    provenance: str | None = None,
    title: str | None = None,
    url: str | None = None,
    language: str | None = None,
    licence: str | None = None,
) -> AddResult:
    """List `what` (an address or a file's path) as a source of the project at `root`.

    UsageError where it is neither, cannot be read, is empty, of no known kind, or its id is taken.
    """
    if not (root / "params.yaml").is_file():
        raise UsageError(
            f"{root} is no Standpunt project (it has no params.yaml). Run this in the project's folder, or give --root."
        )
    given = {"provenance": provenance, "title": title, "url": url, "language": language, "licence": licence}
    if url is not None:
        check_url(url)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", what):
        return _add_url(root, what, source_id, given)
    return _add_file(root, Path(what), source_id, given)


# --- addresses -------------------------------------------------------------------------------------------------


def _add_url(root: Path, url: str, source_id: str | None, given: dict[str, str | None]) -> AddResult:
    check_url(url)
    if given["url"] is not None:
        raise UsageError("--url tells where a file came from; an address needs none.")
    url = url.split("#", 1)[0]
    parts = urlsplit(url)
    entry: dict[str, Any] = {"kind": "url", "location": url, **given, "provenance": given["provenance"] or "scraped"}
    messages = []
    if private := _private(url):
        if not all(ipaddress.ip_address(address).is_loopback for address in private):
            raise UsageError(
                f"{parts.hostname} is on a private network ({private[0]}). Where that is meant, list it in {SOURCES} "
                "yourself, with private_network: true."
            )
        entry["private_network"] = True
        messages.append(f"{parts.hostname} is this machine ({private[0]}): private_network is set to true.")
    for source in load_sources(root):
        if source.kind == "url" and source.location == url:
            return AddResult(source.id, "url", url, False, [f"{url} is already source {source.id}; nothing changed."])
    name = f"{parts.hostname}-{parts.path.rstrip('/').rsplit('/', 1)[-1]}"
    return _list(root, entry, source_id, name, messages)


def _private(url: str) -> list[str]:
    try:
        return private_addresses(url)
    except OSError:
        return []  # no network here, or no such host: `scrape` will tell


# --- files -----------------------------------------------------------------------------------------------------


def _add_file(root: Path, path: Path, source_id: str | None, given: dict[str, str | None]) -> AddResult:
    content = read_file(path)
    kind = kind_of(path.name, content)
    digest = hashlib.sha256(content).hexdigest()
    for source in load_sources(root):
        if source.digest == digest:
            return AddResult(
                source.id,
                source.kind,
                source.location,
                False,
                [f"{path} is already source {source.id}; nothing changed."],
            )
    entry = {"kind": kind, **given, "provenance": given["provenance"] or "imported", "digest": digest}
    name = path.name.split(".")[0]
    if kind in ("csv", "jsonl"):
        from pipeline.extract.reading import pages

        pages(content, kind, path.name, "")  # what the run would refuse is refused here, before it is listed
    result = _list(root, entry, source_id, name, [], (content, _suffix(path.name, content, kind)))
    return _show_boundaries(root, result, content) if kind == "pasted" else result


def _show_boundaries(root: Path, result: AddResult, content: bytes) -> AddResult:
    """Write down where the comments of a pasted text seem to begin, for the analyst to correct before the first run."""
    from pipeline.extract.reading import pages
    from pipeline.platforms.pasted import PastedPage, sidecar

    page = pages(content, "pasted", result.location, "")[0]
    target = CORRECTIONS / f"{result.source_id}.txt"
    if not isinstance(page, PastedPage) or (root / target).exists():
        return result
    store.write_bytes(root / target, sidecar(page).encode("utf-8"))
    unsure = sum((comment.confidence or 0) < UNSURE for comment in page.comments)
    told = f"{len(page.comments)} comments found, {unsure} of them unsure; read and correct {target} where it is wrong"
    return replace(result, messages=[*result.messages, told])


def read_file(path: Path) -> bytes:
    """The content of a file to take in. UsageError: missing, a folder, a FIFO or device, empty, too large, not readable."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder; only single files are taken in. Give one of its files: {KNOWN}.")
    if path.is_symlink():
        raise UsageError(f"{path} is a link. Give the file that it leads to: {path.resolve()}")
    if not path.exists():
        raise UsageError(f"{path} is not there. Give {KNOWN}.")
    if not path.is_file():
        raise UsageError(f"{path} is not a plain file. Save what it holds in one, and add that.")
    if path.stat().st_size > MAX_BYTES:
        raise UsageError(f"{path} is over {MAX_BYTES:,} bytes. Split it.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}). Change its permissions, or copy it.") from error
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise UsageError(f"{path} is empty. Save the thread into it, and add it again.")
    return content


def kind_of(name: str, content: bytes) -> SourceKind:
    """The kind of a file by its name, corrected by its content. UsageError: unknown, or not what its name says."""
    suffix = next((s for s in sorted(KINDS, key=len, reverse=True) if name.lower().endswith(s)), None)
    if content[:2] == b"\x1f\x8b" or content.startswith(b"WARC/"):
        return _warc(name, content)
    if suffix is not None and KINDS[suffix] == "warc":
        raise UsageError(f"{name} is called a WARC, but holds none. Give the file that the crawler wrote.")
    text = _text(name, content)
    named = KINDS.get(suffix or "")
    if re.match(
        r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", text[:4096], re.I | re.S
    ):
        return "page"
    if named == "jsonl" or (named is None and text.lstrip().startswith("{")):
        return "jsonl"
    if named is None:
        raise UsageError(f"{name}: a file of unknown kind. Known are {KNOWN}; give it the name that fits.")
    return named


def _warc(name: str, content: bytes) -> SourceKind:
    try:
        head = gzip.GzipFile(fileobj=io.BytesIO(content)).read(5) if content[:2] == b"\x1f\x8b" else content[:5]
    except (OSError, EOFError) as error:
        raise UsageError(f"{name} is a damaged gzip file ({error}). Fetch it again.") from error
    if head != b"WARC/":
        raise UsageError(f"{name} is packed, and no WARC. Unpack it, and add what is in it: {KNOWN}.")
    return "warc"


def _text(name: str, content: bytes) -> str:
    """Text for a look at the kind (not for keeps). UsageError where the file is no text at all."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if is_binary(content):
        raise UsageError(f"{name} is no text, but a binary file. Save the thread as text or HTML: {KNOWN}.")
    return content.decode("utf-8-sig", "replace")


def _suffix(name: str, content: bytes, kind: SourceKind) -> str:
    """The ending under which an import is kept: that of its kind."""
    if kind == "warc":
        return ".warc.gz" if content[:2] == b"\x1f\x8b" else ".warc"
    if kind == "csv":
        return ".tsv" if name.lower().endswith(".tsv") else ".csv"
    return {"page": ".html", "pasted": ".txt", "jsonl": ".jsonl"}[kind]


# --- the list --------------------------------------------------------------------------------------------------


def safe_id(name: str) -> str:
    """A source id from a file's or page's name: small ASCII letters, digits and hyphens, 48 at most."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or "source"


def _list(
    root: Path,
    entry: dict[str, Any],
    source_id: str | None,
    name: str,
    messages: list[str],
    file: tuple[bytes, str] | None = None,
) -> AddResult:
    """Copy the file (content, ending) and append the entry, under the project's lock."""
    with store.lock(root):
        taken = {source.id for source in load_sources(root)}
        chosen = source_id or _free(safe_id(name), taken)
        if chosen in taken:
            raise UsageError(f"source id {chosen!r} is taken in {root / SOURCES}. Choose another with --id.")
        location = entry.get("location") or f"{chosen}{file[1] if file else ''}"
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        fields = {"id": chosen, **entry, "location": location, "added": now}
        order = [n for n in Source.model_fields if fields.get(n) is not None]
        ordered = {n: fields[n] for n in order}
        parse(Sources, {"sources": [ordered]}, root / SOURCES)  # before anything is written
        if file:
            target = root / IMPORTS / location
            if target.exists() and target.read_bytes() != file[0]:
                raise UsageError(f"{target} is there already, with other content. Choose another name with --id.")
            store.write_bytes(target, file[0])
            messages = [f"copied to {IMPORTS / location}", *messages]
        _append(root / SOURCES, ordered)
    done = f"added source {chosen} ({entry['kind']}) to {SOURCES}; `dvc repro` takes it from there"
    return AddResult(chosen, str(entry["kind"]), location, True, [done, *messages])


def _free(name: str, taken: set[str]) -> str:
    """`name`, or `name-2`, `name-3` ... where it is taken."""
    return next(n for n in (name, *(f"{name}-{i}" for i in range(2, len(taken) + 3))) if n not in taken)


def _append(path: Path, entry: dict[str, Any]) -> None:
    """Add an entry at the end of the list, leaving every comment and the order as they are."""
    yaml = YAML(typ="rt")
    yaml.width = 4096
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    plain = {
        key: value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, dt.datetime) else value
        for key, value in entry.items()
    }
    if path.exists():
        load_yaml(path)  # size, aliases, repeated keys: refused before the round trip
    text = path.read_text("utf-8-sig") if path.exists() else "sources: []\n"
    data = yaml.load(text)
    if not data.get("sources"):
        data["sources"] = []
    if hasattr(data["sources"], "fa"):
        data["sources"].fa.set_block_style()
    data["sources"].append(plain)
    out = io.StringIO()
    yaml.dump(data, out)
    store.write_bytes(path, out.getvalue().encode("utf-8"))
