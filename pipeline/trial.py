"""Reading a file before it is added: what a run would refuse is refused, and the analyst hears what is in it."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import unquote

from pipeline.errors import StandpuntError, UsageError
from pipeline.extract import archive
from pipeline.extract.reading import PAGE, BrokenError, guarded, pages
from pipeline.files import folder, kinds, plain, wacz, warc
from pipeline.platforms import NO_THREAD, tally
from pipeline.platforms.base import Page

#: damaged pages that are named in an error
_NAMED = 5
_TO_SEE = "`standpunt extract {}` shows what is read from it"


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
        with tempfile.TemporaryFile() as unpacked:
            unpacked.writelines(wacz.warcs(file, name))  # to its end, where the digests are compared
            _require_thread(unpacked, name)
        return Trial(["every file in it fits its digest", _TO_SEE.format(name)])
    content = plain.whole(file, name)
    if kind == "pasted":
        return Trial()
    try:
        with guarded(name) if kind in PAGE else contextlib.nullcontext():
            found = pages(content, kind, name, url)
    except UsageError as error:
        if name in str(error):
            raise
        raise UsageError(f"{name}: {error}") from error
    if not any(map(_is_thread, found)):
        warnings = [warning for page in found for warning in page.warnings] if kind not in PAGE else []
        raise UsageError(f"{name}: {'; '.join(tally.damage(found) or warnings) or NO_THREAD}")
    damage = tally.damage(found)
    return Trial([*_told(found), *_incomplete(damage)], not damage)


def _incomplete(damage: list[str]) -> list[str]:
    return [f"incomplete: {len(damage)} damaged, the rest is taken in"] if damage else []


def _is_thread(page: Page) -> bool:
    """Whether a page shows anything of a thread, be it one without comments yet."""
    there = page.comments or page.opening or page.announced is not None or tally.left_out(page)
    return bool(there) and tally.thread_key(page) is not None


def _told(found: Iterable[Page]) -> list[str]:
    threads = list(found)
    told = [f"comments: {sum(len(page.comments) for page in threads):,}, threads: {len(threads):,}"]
    lost = sum(map(_lost, threads))
    told += [f"comments that answer one that is not in it, taken as answers to the opening: {lost:,}"] if lost else []
    return told + _summed(warning for page in threads for warning in page.warnings)


def _lost(page: Page) -> int:
    """How many comments answer one that is not on the page."""
    here = {key for key, _ in tally.keyed(page.comments)[0]}
    return sum(raw.parent is not None and raw.parent not in here for raw in page.comments)


def _summed(warnings: Iterable[str]) -> list[str]:
    """Warnings of many threads, those that differ but in their number as one."""
    sums: Counter[str] = Counter()
    for warning in warnings:
        what, _, number = warning.rpartition(": ")
        sums[what if number.isdecimal() else warning] += int(number) if number.isdecimal() else 0
    return [f"{what}: {number}" if number else what for what, number in sums.items()]


def _of_warc(file: BinaryIO, name: str) -> Trial:
    warc.require(file, name)
    damage: list[str] = []
    count = sum(record.kind in warc.SEEN for record in warc.records(file, damage))
    messages = [f"records: {count:,}"]
    if warc.is_one_member(file):
        messages.append(
            f"packed as a whole, which other readers cannot open in the middle: `warcio recompress {name} NEW` mends that"
        )
    if not damage:
        _require_thread(file, name)
    messages.append(_TO_SEE.format(name))
    return Trial([*messages, *_incomplete(damage), *damage], not damage)


def _require_thread(file: BinaryIO, name: str) -> None:
    """UsageError: no page of a WARC holds a thread. Read up to the first that does: an archive may be large."""
    if not any(_thread_in(capture)[0] for capture in archive.of_file(file, []) if capture.status == 200):
        raise UsageError(
            f"{name}: no page in this archive holds a thread. `standpunt extract {name}` tells what each page is taken for."
        )


def _thread_in(capture: archive.Capture) -> tuple[bool, list[str]]:
    """Whether a page of an archive or folder holds a thread, and what of it is damaged or breaks its reader."""
    if not capture.is_page:
        return False, []
    kind = "mhtml" if capture.content_type == "multipart/related" else "page"
    name = _name(capture.url)
    try:
        with guarded(name):
            found = pages(capture.body, kind, capture.url, "" if capture.url.startswith("file:///") else capture.url)
    except StandpuntError as error:
        return False, [str(error)] if isinstance(error, BrokenError) else []
    return any(map(_is_thread, found)), [f"{name}: {problem}" for problem in tally.damage(found)]


def of_pages(file: BinaryIO) -> Trial:
    """What is told of a folder's pages, given as a WARC: how many hold no thread or are cut, and which. UsageError: none holds
    a thread."""
    without: list[str] = []
    damage: list[str] = []
    holds = False
    for capture in archive.of_file(file, []):
        there, problems = _thread_in(capture)
        damage += problems
        holds = holds or there
        if not there:
            without.append(_name(capture.url))
    told = folder.counted("without a thread", len(without), without)
    if not holds:
        raise UsageError(
            f"no page of this folder holds a thread ({'; '.join([told, *damage[:_NAMED]])}). Are they log-in or cookie pages, or lists of threads? Save the pages "
            "of the threads while logged in. See the README for what is read."
        )
    return Trial([*([told] if without else []), *_incomplete(damage), *damage], not damage)


def _name(address: str) -> str:
    return unquote(address.removeprefix("file:///"))
