"""Reading a file before it is added: what a run would refuse is refused, and the analyst hears what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

from pipeline.errors import StandpuntError, UsageError
from pipeline.extract import archive
from pipeline.extract.reading import pages
from pipeline.files import kinds, plain, wacz, warc
from pipeline.platforms.base import Page

#: pages without a thread that are named
_NAMED = 5


@dataclass(frozen=True)
class Trial:
    """What became of it."""

    messages: list[str] = field(default_factory=list)
    complete: bool = True


def of_file(file: BinaryIO, kind: kinds.Kind, name: str, url: str) -> Trial:
    """Try a file of this kind. UsageError: it cannot be read, or is of no use."""
    if kind == "warc":
        return _of_warc(file, name)
    if kind == "wacz":
        for _ in wacz.warcs(file, name):
            pass  # to its end, where the digests are compared
        return Trial(["every file in it fits its digest"])
    content = plain.whole(file, name)
    if kind == "pasted":
        return Trial()
    try:
        return Trial(_told(pages(content, kind, name, url)))
    except StandpuntError as error:
        if kind not in ("page", "mhtml"):
            raise
        return Trial([f"no thread is found in it: {error}"])  # a reader can be written, and the page read again


def _told(found: Iterable[Page]) -> list[str]:
    threads = list(found)
    return [
        f"comments: {sum(len(page.comments) for page in threads):,}, threads: {len(threads):,}",
        *dict.fromkeys(warning for page in threads for warning in page.warnings),
    ]


def _of_warc(file: BinaryIO, name: str) -> Trial:
    damage: list[str] = []
    count = sum(record.kind in ("response", "resource", "revisit") for record in warc.records(file, damage))
    if not count:
        raise UsageError(f"{name} holds no readable WARC record ({'; '.join(damage) or 'none'}). Fetch it again.")
    messages = [f"records: {count:,}"]
    if warc.is_one_member(file):
        messages.append(
            f"packed as a whole, which other readers cannot open in the middle: `warcio recompress {name} NEW` mends that"
        )
    if damage:
        messages.append(f"incomplete: {len(damage)} damaged, the rest is taken in")
    return Trial([*messages, *damage], not damage)


def of_pages(file: BinaryIO) -> list[str]:
    """What is told of a folder's pages, given as a WARC: how many hold no thread, and which."""
    without = []
    for capture in archive.of_file(file, []):
        try:
            kind = "mhtml" if capture.content_type == "multipart/related" else "page"
            pages(capture.body, kind, capture.url, "")
        except StandpuntError:
            without.append(capture.url.removeprefix("file:///"))
    return [f"without a thread that is known here: {len(without):,} ({', '.join(without[:_NAMED])})"] if without else []
