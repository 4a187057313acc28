"""Files that somebody hands over, made for tests: WARC, WACZ, Parquet, saved pages."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.extract import stage as extract
from pipeline.scrape import stage as scrape
from pipeline.store import read_table
from pipeline.tables import COMMENTS

SITE = "https://forum.invalid"


def project(root: Path) -> Path:
    """A project without sources."""
    (root / "data/raw").mkdir(parents=True)
    (root / "params.yaml").write_text("edition: 2026-11-01\n", "utf-8")
    return root


def put(root: Path, name: str, content: bytes | str) -> Path:
    """A file outside of the project's data."""
    path = root / "elders" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def texts(root: Path) -> list[str]:
    """The comments' texts after scrape and extract, sorted."""
    scrape.run(root)
    extract.run(root)
    return sorted(read_table(root, COMMENTS)["text_raw"].to_list())


def page(*comments: tuple[str, str], head: str = "", title: str = "Wie belt er?") -> str:
    """A saved thread: (author, text) of each comment, in schema.org's words."""
    said = "".join(
        f'<div itemprop="comment" itemscope itemtype="https://schema.org/Comment" id="c{n}"><span itemprop="author">{author}</span>'
        f'<time itemprop="dateCreated" datetime="2026-03-0{n}T10:00:00Z"></time><div itemprop="text">{text}</div></div>'
        for n, (author, text) in enumerate(comments, 1)
    )
    return (
        f'<!DOCTYPE html><html lang="nl"><head><title>{title}</title>{head}</head><body>'
        f'<article itemscope itemtype="https://schema.org/Article"><h1 itemprop="headline">{title}</h1>{said}</article></body></html>'
    )


def record(url: str, body: str, *, gzip: bool = True) -> bytes:
    """An answer in a WARC."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gzip)
    http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    made = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body.encode()),
        http_headers=http,
        warc_headers_dict={"WARC-Date": "2026-11-02T12:00:00Z"},
    )
    writer.write_record(made)
    return out.getvalue()


def thread(n: int) -> tuple[str, str]:
    """Address and page of a thread with one comment of its own."""
    return f"{SITE}/draad/{n}", page(("Jo", f"Reactie van draad {n}."))


def warc(*numbers: int, gzip: bool = True) -> bytes:
    """A WARC with a thread a record."""
    return b"".join(record(*thread(n), gzip=gzip) for n in numbers)


def wacz(files: dict[str, bytes], listed: dict[str, str] | None = None, **names: bytes) -> bytes:
    """A WACZ of these files; `listed` takes the place of their true digests."""
    digests = (
        listed
        if listed is not None
        else {path: f"sha256:{hashlib.sha256(data).hexdigest()}" for path, data in files.items()}
    )
    package = json.dumps({"profile": "data-package", "resources": [
        {"name": path.split("/")[-1], "path": path, "hash": digest, "bytes": len(files.get(path, b""))} for path, digest in digests.items()
    ]}).encode()  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in {**files, "datapackage.json": package, **names}.items():
            archive.writestr(path, data)
    return out.getvalue()


def parquet(columns: dict[str, Any], **settings: Any) -> bytes:
    """A Parquet file of these columns."""
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **settings)
    return out.getvalue()
