"""WACZ: a zip of WARCs with a list of its files and their digests. https://specs.webrecorder.net/wacz/latest/

Nothing is unpacked by the names in it: the WARCs come out as one, and every digest is checked on the way.
"""

from __future__ import annotations

import hashlib
import posixpath
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from pipeline.errors import UsageError
from pipeline.files.gzipped import HARMLESS, MAGIC, MAX_RATIO
from pipeline.files.plain import MAX_CRAWL_BYTES
from pipeline.platforms.json_text import BadJSONError, load

LIST = "datapackage.json"
_MAX_LIST = 50_000_000
_MAX_FILES = 100_000
_STEP = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def is_wacz(file: BinaryIO) -> bool:
    """Whether a zip file holds the list that makes it a WACZ."""
    try:
        with zipfile.ZipFile(file) as archive:
            return LIST in archive.namelist()
    except _DAMAGED:
        return False


def warcs(file: BinaryIO, name: str) -> Iterator[bytes]:
    """All WARCs of a WACZ as one, in parts. Every file that it lists is checked against its digest before the last part.

    UsageError: no zip, damaged, a bomb, names that lead out of it, links, a file that is not listed or does not fit its digest.
    """
    with _opened(file, name) as archive:
        listed = _listed(archive, name)
        inside = sorted(one for one in archive.namelist() if one.startswith("archive/") and not one.endswith("/"))
        if not inside:
            raise UsageError(f"{name}: a WACZ without a WARC in archive/. Give the WACZ files that it refers to.")
        for one in sorted({*listed, *inside}):
            if one not in listed:
                raise UsageError(f"{name}: {one} is not listed in its {LIST}. {_AGAIN}")
            parts = _checked(archive, one, listed[one], name)
            if one in inside:
                yield from _as_members(parts)
            else:
                for _ in parts:
                    pass


_AGAIN = "Fetch it again; or unpack it, and add the WARCs in it, of which what is damaged is then named."


@contextmanager
def _opened(file: BinaryIO, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_hostile(archive.infolist(), name)
            yield archive
    except _DAMAGED as error:
        raise UsageError(f"{name}: the zip file is damaged ({error}). {_AGAIN}") from error


def _refuse_hostile(members: list[zipfile.ZipInfo], name: str) -> None:
    """UsageError for what no crawler writes: names that lead elsewhere or occur twice, links, devices, bombs."""
    if len(members) > _MAX_FILES:
        raise UsageError(f"{name}: a zip of {len(members):,} files; {_MAX_FILES:,} is the limit.")
    seen = set()
    for member in members:
        # `orig_filename` is the name as written; `filename` ends at its first NUL
        path = member.orig_filename
        kind = stat.S_IFMT(member.external_attr >> 16)
        if path.startswith("/") or "\\" in path or "\0" in path or ":" in path.split("/")[0] or ".." in path.split("/"):
            raise UsageError(f"{name}: the name {path!r} in it leads out of it. Refused; it was not made by a crawler.")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UsageError(f"{name}: {path!r} in it is a link or a device. Refused; it was not made by a crawler.")
        if posixpath.normpath(path) in seen:
            raise UsageError(f"{name}: {path!r} is in it twice. Refused: which of them is meant cannot be told.")
        if member.file_size > HARMLESS and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise UsageError(
                f"{name}: {path!r} in it is a zip bomb ({member.compress_size:,} to {member.file_size:,} bytes)."
            )
        seen.add(posixpath.normpath(path))
    if sum(member.file_size for member in members) > MAX_CRAWL_BYTES:
        raise UsageError(f"{name}: over {MAX_CRAWL_BYTES:,} bytes unpacked. Split it.")


def _listed(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """File -> "sha256:..." as the WACZ lists them. UsageError where the list is not one, or is not what was signed."""
    if LIST not in archive.namelist():
        raise UsageError(f"{name}: a zip file without {LIST}, so no WACZ. Unpack it, and add the file or folder in it.")
    data = _small(archive, LIST, name)
    if "datapackage-digest.json" in archive.namelist():
        said = _json(_small(archive, "datapackage-digest.json", name), "datapackage-digest.json", name).get("hash")
        _compare(hashlib.sha256(data).hexdigest(), said, LIST, name)
    entries = _json(data, LIST, name).get("resources")
    found: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("path"), str) and isinstance(entry.get("hash"), str):
            found[entry["path"]] = entry["hash"]
    return found


def _small(archive: zipfile.ZipFile, path: str, name: str) -> bytes:
    with archive.open(path) as file:
        data = file.read(_MAX_LIST + 1)
    if len(data) > _MAX_LIST:
        raise UsageError(f"{name}: {path} is over {_MAX_LIST:,} bytes.")
    return data


def _json(data: bytes, path: str, name: str) -> dict[str, Any]:
    try:
        value = load(data.decode("utf-8-sig"))
    except (BadJSONError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: {path} is not JSON ({error}). {_AGAIN}") from error
    return value if isinstance(value, dict) else {}


def _checked(archive: zipfile.ZipFile, path: str, said: str, name: str) -> Iterator[bytes]:
    """A file of the zip in parts, compared with its digest at its end. zipfile reads no more of it than it says to hold."""
    if path not in archive.namelist():
        raise UsageError(f"{name}: {path} is listed in its {LIST}, but not in it. {_AGAIN}")
    found = hashlib.sha256()
    with archive.open(path) as file:
        for part in iter(lambda: file.read(_STEP), b""):
            found.update(part)
            yield part
    _compare(found.hexdigest(), said, path, name)


def _compare(digest: str, said: object, path: str, name: str) -> None:
    kind, _, value = str(said).partition(":")
    if kind != "sha256":
        raise UsageError(
            f"{name}: the digest of {path} is {kind!r}, not sha256, and cannot be checked. Make the WACZ anew."
        )
    if value.lower() != digest:
        raise UsageError(f"{name}: {path} does not fit its digest in the WACZ: it was damaged or changed. {_AGAIN}")


def _as_members(parts: Iterator[bytes]) -> Iterator[bytes]:
    """A WARC as gzip, whether it was or not, so that several follow one another."""
    first = next(parts, b"")
    if first.startswith(MAGIC) or not first:
        yield first
        yield from parts
        return
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    yield packer.compress(first)
    for part in parts:
        yield packer.compress(part)
    yield packer.flush()
