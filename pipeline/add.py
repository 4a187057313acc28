"""Take a source in: an address, or a file or folder that is copied to data/raw/imports/; all are in data/raw/sources.yaml.

Nothing is fetched here. What a file is, its content tells (see `files.kinds`), and what the run would refuse is refused here,
before anything is written; the list keeps the comments and the order that people gave it.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

from pipeline import source_list, store, trial
from pipeline.errors import UsageError
from pipeline.extract.overlap import PAGES
from pipeline.files import folder, kinds, plain
from pipeline.ids import SURE_BOUNDARY
from pipeline.scrape import archive
from pipeline.scrape.address import check_url, private_addresses
from pipeline.settings import Source, SourceKind, load_params, load_sources
from pipeline.source_list import CORRECTIONS, IMPORTS, SOURCES, Copy, enter, safe_id


@dataclass(frozen=True)
class AddResult:
    """What `add` did."""

    source_id: str
    kind: str
    location: str
    added: bool  # False: it was there already
    messages: list[str] = field(default_factory=list)
    complete: bool = True  # False: something in it is damaged; what can be read is taken in


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
    """List `what` (an address, or the path of a file or a folder of saved pages) as a source of the project at `root`.

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
    if not what:
        raise UsageError("nothing to add. Give an address, a file or a folder of saved pages.")
    path = Path(what)
    if not path.exists() and (address := plain.address_meant(what)):
        raise UsageError(f"{what} is not there. If you meant an address: did you mean {address}?")
    if path.is_dir() and not path.is_symlink():
        return _add_folder(root, path, source_id, given)
    return _add_file(root, path, source_id, given)


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
        where = "" if private[0] == parts.hostname else f" ({private[0]})"
        messages.append(f"{parts.hostname} is this machine{where}: private_network is set to true.")
    for source in load_sources(root):
        if source.kind == "url" and source.location == url:
            return AddResult(source.id, "url", url, False, [f"{url} is already source {source.id}; nothing changed."])
    if not (private or load_params(root).scrape.contact):
        messages.append(
            "scrape.contact in params.yaml is empty: before `dvc repro`, give a mail address or web page there at which the "
            "forum's owner can reach you"
        )
    return _told(enter(root, entry, source_id, _name(url)), messages)


def _name(url: str) -> str:
    """What an address is called: its host, the last part of its path, and the numbers of its query, which may be all that
    tells one thread of a forum from another (viewtopic.php?f=3&t=12)."""
    parts = urlsplit(url)
    last = re.sub(r"\.(?:php|html?|aspx?|cgi)$", "", parts.path.rstrip("/").rsplit("/", 1)[-1])
    numbers = [f"{key}{value}" for key, value in parse_qsl(parts.query) if re.fullmatch(r"[0-9.]+", value)]
    return "-".join([parts.hostname or "", last, *numbers])


def _private(url: str) -> list[str]:
    try:
        return private_addresses(url)
    except OSError:
        return []  # no network here, or no such host: `scrape` will tell


# --- files and folders -----------------------------------------------------------------------------------------


def _add_file(root: Path, path: Path, source_id: str | None, given: dict[str, str | None]) -> AddResult:
    with plain.opened(path) as file:
        kind = kinds.tell(file, path.name)
        if kind == "pasted" and not path.name.lower().endswith((".txt", ".text")):
            raise UsageError(
                f"{path.name}: a file of unknown kind. Known are {kinds.KNOWN}; give it the name that fits."
            )
        listed: SourceKind = "page" if kind == "mhtml" else kind
        digest = plain.digest(file)
        if (known := _known(root, path, digest)) is not None:
            return known
        tried = trial.of_file(file, kind, path.name, given["url"] or "")
        entry = {"kind": listed, **given, "provenance": given["provenance"] or "imported", "digest": digest}
        copy = Copy(lambda: plain.chunks(file), _suffix(file, path.name, kind), digest)
        name = path.name.split(".")[0]
        earlier = _namesake(root, name, listed)
        result = _told(enter(root, entry, source_id, name, copy), tried.messages, earlier)
        if kind == "pasted":
            result = _show_boundaries(root, result, plain.whole(file, path.name))
    return replace(result, complete=tried.complete)


def _add_folder(root: Path, path: Path, source_id: str | None, given: dict[str, str | None]) -> AddResult:
    """A folder of saved pages as one archive: a WARC with a record a page, its bytes as they are, in the order of the names."""
    if given["url"] is not None:
        raise UsageError("--url tells where one page came from; the pages of a folder each tell it themselves.")
    if root.resolve().is_relative_to(path.resolve()):
        raise UsageError(f"{path} is a folder that this project is in. Give the folder of the saved pages alone.")
    found = folder.survey(path)
    when = source_list.now()
    with tempfile.TemporaryFile() as staged:
        told = []
        for address, file in found.pages:
            with plain.opened(file) as page:
                content = plain.whole(page, file.name)
            told.append((address, hashlib.sha256(content).hexdigest()))
            staged.write(archive.resource(address, content, folder.content_type(content, file.name), when))
        digest = folder.digest(told)
        if (known := _known(root, path, digest)) is not None:
            return known
        tried = trial.of_pages(staged)
        messages = [f"pages: {len(told):,}", *found.told(), *tried.messages]
        entry = {
            "kind": "folder",
            **given,
            "provenance": given["provenance"] or "imported",
            "digest": digest,
            "added": when,
        }
        copy = Copy(lambda: plain.chunks(staged), ".warc.gz", None)
        name = path.resolve().name
        earlier = _namesake(root, name, "folder")
        result = _told(enter(root, entry, source_id, name, copy), messages, earlier)
    return replace(result, complete=tried.complete)


def _told(source: Source, messages: list[str], namesake: Source | None = None) -> AddResult:
    """What was done, for the analyst; `namesake`: an earlier source from a file or folder of the same name."""
    done = [f"added source {source.id} ({source.kind}) to {SOURCES}; `dvc repro` takes it from there"]
    done += [f"copied to {IMPORTS / source.location}"] if source.kind != "url" else []
    if namesake:
        twice = "each thread that both have counts once" if namesake.kind in PAGES else "what both have counts twice"
        done.append(
            f"source {namesake.id} has the same name and other content: where it is an earlier state of this one, "
            f"`standpunt remove {namesake.id}` (else {twice})"
        )
    return AddResult(source.id, source.kind, source.location, True, [*done, *messages])


def _known(root: Path, path: Path, digest: str) -> AddResult | None:
    """What to say of content that is a source already."""
    told = f"{path} is already source {{}}; nothing changed."
    same = (source for source in load_sources(root) if source.digest == digest)
    return next((AddResult(s.id, s.kind, s.location, False, [told.format(s.id)]) for s in same), None)


def _namesake(root: Path, name: str, kind: SourceKind) -> Source | None:
    """The last source of this kind that was made from a file or folder of this name."""
    form = re.compile(rf"{re.escape(safe_id(name))}(?:-\d{{1,4}})?")
    same = [source for source in load_sources(root) if source.kind == kind and form.fullmatch(source.id)]
    return same[-1] if same else None


def _show_boundaries(root: Path, result: AddResult, content: bytes) -> AddResult:
    """Write down where the comments of a pasted text seem to begin, for the analyst to correct before the first run."""
    from pipeline.extract.reading import pages
    from pipeline.platforms.pasted import PastedPage, sidecar

    page = pages(content, "pasted", result.location, "")[0]
    target = CORRECTIONS / f"{result.source_id}.txt"
    if not isinstance(page, PastedPage) or (root / target).exists():
        return result
    store.write_bytes(root / target, sidecar(page).encode("utf-8"))
    unsure = sum((comment.confidence or 0) < SURE_BOUNDARY for comment in page.comments)
    told = f"{len(page.comments)} comments found, {unsure} of them unsure; read and correct {target} where it is wrong"
    if not page.comments:
        told = f"no comment found: write down in {target} where each begins, as it says there"
    return replace(result, messages=[*result.messages, told])


def _suffix(file: BinaryIO, name: str, kind: str) -> str:
    """The ending under which an import is kept: that of its kind."""
    file.seek(0)
    packed = ".gz" if file.read(2) == b"\x1f\x8b" else ""
    if kind == "csv" and name.lower().endswith(".tsv"):
        return ".tsv"
    return {"page": ".html", "pasted": ".txt"}.get(kind, f".{kind}") + packed
