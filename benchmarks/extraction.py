"""Extraction: how fast, how much memory, and how right.

    python benchmarks/extraction.py                  # speed and memory on constructed pages, beside hand-written code
    python benchmarks/extraction.py GOLD [...]       # against real pages with known posts or known main text

A gold file holds a page a line, as JSON, compressed by gzip or not; what it holds shows in its fields:
`gold_standard_annotation` (webforum52: the posts, see `extracting/posts.py`) or `ground_truth` (the Web Content Extraction
Benchmark: the main text, see `extracting/words.py`; trafilatura and resiliparse read the same pages in the same run).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extracting import posts, speed, words

from pipeline import platforms
from pipeline.platforms import Page, generic

KINDS = {"gold_standard_annotation": posts.main, "ground_truth": words.main}


def by_platforms(body: str, url: str) -> list[Page]:
    """What the project reads."""
    return platforms.pages(body, url)


def by_generic(body: str, url: str) -> list[Page]:
    """What the generic extractor reads alone."""
    return [generic.read(body, url)]


def cases(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """The kind of a gold file, and its pages. ValueError: it cannot be read, or is no gold."""
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8")
        rows = [json.loads(line) for line in text.split("\n") if line.strip()]
    except (OSError, EOFError, ValueError) as error:
        raise ValueError(
            f"{path} cannot be read: {error}. Give a file with a JSON object a line, gzip or not."
        ) from error
    for kind in KINDS:
        if rows and all(isinstance(row, dict) and {kind, "html", "url"} <= row.keys() for row in rows):
            return kind, rows
    raise ValueError(f"{path} is no gold: each line must have html, url, and one of {', '.join(KINDS)}.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--generic", action="store_true", help="the generic extractor alone, no platform's module")
    parser.add_argument("--half", choices=("tune", "kept"), help="only this half of the hosts")
    parser.add_argument("--host", default="", help="only hosts with this in their name")
    parser.add_argument("--show", action="store_true", help="what was not right, per page")
    asked = parser.parse_args(arguments)
    try:
        files = [(path, *cases(path)) for path in asked.gold]  # a bad path is told before any work
    except ValueError as error:
        parser.error(str(error))
    if not files:
        speed.main()
    readers = {"generic extractor alone": by_generic} if asked.generic else {"all platforms": by_platforms}
    for path, kind, rows in files:
        hosts = [posts.host_of(row) for row in rows]
        mine = [
            r
            for r, host in zip(rows, hosts, strict=True)
            if asked.host in host and asked.half in (None, posts.half_of(host))
        ]
        print(f"== {path.name}")
        KINDS[kind](mine, readers, asked.show)


if __name__ == "__main__":
    main()
