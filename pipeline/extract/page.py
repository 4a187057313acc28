"""The comments of any file or folder that an analyst has: what `standpunt extract PAGE` prints.

It is the analyst's own file and nothing of it is kept, so names are as the file shows them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote

from pipeline.errors import StandpuntError, UsageError
from pipeline.extract import archive, forced
from pipeline.extract.archive import Capture
from pipeline.extract.identity import identities
from pipeline.extract.reading import PAGE, BrokenError, apart, guarded, pages
from pipeline.extract.rows import is_tombstone
from pipeline.extract.threads import Miss, Redirect, Sighting, Thread, gather
from pipeline.extract.tree import Node, arrange
from pipeline.files import folder, kinds, mhtml, plain, wacz
from pipeline.files.decoding import decode
from pipeline.ids import bound_id
from pipeline.platforms import dates, tally
from pipeline.platforms.base import Page, RawComment
from pipeline.platforms.text import markup_to_text

_ANY_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
#: pages without a thread that are named; of a crawl there are many
_TOLD = 20


@dataclass(frozen=True)
class Found:
    """What a file or folder says."""

    #: a dict a thread: platform, thread (its key), title, opening, announced (less left_out), found, left_out, warnings, comments
    threads: list[dict[str, object]]
    notes: list[str] = field(default_factory=list)  # what was left out, and why
    complete: bool = True  # False: something in it is damaged

    @property
    def records(self) -> list[dict[str, object]]:
        """The comments of all threads; see `records`."""
        return [record for thread in self.threads for record in cast("list[dict[str, object]]", thread["comments"])]

    @property
    def warnings(self) -> list[str]:
        """What the threads warn of, each with the thread that it is about where there are several."""
        told = [
            f"{thread['thread'] or thread['title'] or 'thread'}: {warning}" if len(self.threads) > 1 else warning
            for thread in self.threads
            for warning in cast("list[str]", thread["warnings"])
        ]
        return list(dict.fromkeys(told))

    @property
    def holds_thread(self) -> bool:
        """Whether there is a thread, be it one that says itself that it has no comments."""
        return any(t["comments"] or t["opening"] or t["left_out"] or t["announced"] is not None for t in self.threads)


def of_path(path: Path, url: str | None, platform: str | None = None) -> Found:
    """The comments of a file, or of a folder of saved pages. See `of_file`."""
    if not path.is_dir():
        with plain.opened(Path(os.path.realpath(path))) as file:
            return of_file(file, path.name, url, platform)
    survey = folder.survey(path)
    notes = survey.told()
    captures = (Capture(address, None, 200, "", file.read_bytes()) for address, file in survey.pages)
    threads, whole = _together(captures, notes, platform)
    return Found(threads, notes, whole)


def of_file(file: BinaryIO, name: str, url: str | None, platform: str | None = None) -> Found:
    """The comments of a file of any kind that `files.kinds` knows, its pages read by the reader of `platform`, if one is named.
    UsageError: of none, damaged, or no thread in it."""
    if platform is not None:
        forced.check(platform)
    kind = kinds.tell(file, name)
    if kind not in ("warc", "wacz"):
        content = plain.whole(file, name)
        with guarded(name) if kind in PAGE else contextlib.nullcontext():
            shown = _pages(content, kind, name, url or "", platform)
        return Found(_threads(shown), complete=not tally.damage(shown))
    damage: list[str] = []
    notes: list[str] = []
    with tempfile.TemporaryFile() as unpacked:
        if kind == "wacz":
            unpacked.writelines(wacz.warcs(file, name))
        found, whole = _together(archive.of_file(unpacked if kind == "wacz" else file, damage), notes, platform)
    if damage and not found:
        raise UsageError(f"{name}: {damage[0]}. No comment in it can be read; fetch it again.")
    return Found(found, [*damage, *notes], whole and not damage)


def _together(
    captures: Iterable[Capture], notes: list[str], platform: str | None
) -> tuple[list[dict[str, object]], bool]:
    """The threads of an archive or a folder, visit after visit, and whether none of its pages is cut or breaks its reader;
    which do, and which hold no thread, is added to `notes`."""
    sightings: list[Sighting] = []
    shown: dict[tuple[str, dt.datetime | None], list[Page]] = {}
    misses: list[Miss] = []
    redirects: list[Redirect] = []
    without: list[str] = []
    broken: list[str] = []
    for number, capture in enumerate(captures, 1):
        seen_at = capture.seen_at or _ANY_TIME
        if capture.leads_to is not None:
            redirects.append(Redirect(capture.url, capture.leads_to, capture.session))
        elif capture.status >= 400:
            misses.append(Miss(capture.url, capture.status, seen_at, capture.session))
        if capture.again is not None:
            found = shown.get(capture.again, [])
            sightings += [Sighting(page, seen_at, capture.url, capture.session, number) for page in found]
        if capture.again is not None or capture.status != 200 or not capture.is_page:
            continue
        is_file = capture.url.startswith("file:///")
        name = unquote(capture.url.removeprefix("file:///"))
        try:
            kind = kinds.tell(io.BytesIO(capture.body), name) if is_file else "page"
            with guarded(capture.url), dates.answered(None if is_file else capture.seen_at):
                found = _pages(capture.body, kind, name, "" if is_file else capture.url, platform, capture.content_type)
        except StandpuntError as error:  # whatever a page does to its reader, the other pages are still there
            (broken if isinstance(error, BrokenError) else without).append(str(error))
            continue
        found = [apart(page, name) for page in found]
        shown[capture.url, capture.seen_at] = found
        sightings += [Sighting(page, seen_at, capture.url, capture.session, number) for page in found]
    notes += (
        broken
        + without[:_TOLD]
        + ([f"and {len(without) - _TOLD:,} more without a thread"] if len(without) > _TOLD else [])
    )
    whole = not broken and not tally.damage(sighting.page for sighting in sightings)
    return [_document(thread) for thread in gather(sightings, misses, redirects)], whole


def records(body: bytes, name: str, url: str | None) -> list[dict[str, object]]:
    """One dict a comment, in reading order: comment_id, parent_id, author, posted_at (ISO 8601, UTC), text (plain), deleted, start.

    A comment that was seen and deleted since has neither author nor text. `start` is the character offset in pasted text. UsageError: empty, not text, damaged, or no thread in it.
    """
    return Found(_threads(_pages(body, kinds.tell(io.BytesIO(body), name), name, url or "", None))).records


def _threads(found: Iterable[Page]) -> list[dict[str, object]]:
    """The threads of one file, of which a page is one."""
    return [_document(thread) for page in found for thread in gather([Sighting(page, _ANY_TIME)])]


def _pages(body: bytes, kind: str, name: str, url: str, platform: str | None, content_type: str = "") -> list[Page]:
    """The pages in a body, by what it is, or by the reader that is named."""
    if platform is None or platform in forced.KINDS:
        return pages(body, platform or kind, name, url, content_type=content_type)
    if kind == "mhtml":
        text, told = mhtml.page(body, name)
        return forced.pages(text, url or told or "", platform)
    text, _, warnings = decode(body, content_type)
    return [replace(page, warnings=[*warnings, *page.warnings]) for page in forced.pages(text, url, platform)]


def _document(thread: Thread) -> dict[str, object]:
    comments, said = _of_thread(thread)
    return {
        "platform": thread.platform,
        "thread": thread.key,
        "title": thread.title,
        "opening": thread.opening,
        "announced": thread.announced,
        "found": thread.found,
        "left_out": thread.left_out,
        "warnings": [*thread.warnings, *said],
        "comments": comments,
    }


def _of_thread(thread: Thread) -> tuple[list[dict[str, object]], list[str]]:
    """The comments of one thread, and what is told of their tree. Ids are the platform's own, else made of the thread, time and
    words (see `identity`)."""
    comments = {comment.key: comment.raw for comment in thread.comments}
    gone = {comment.key for comment in thread.comments if comment.gone}
    places, said = arrange([Node(key, raw.parent, raw.posted_at) for key, raw in comments.items()])
    ids = {
        key: key if comments[key].platform_id is not None else bound_id("c", thread.key, *parts)
        for key, parts in identities(thread.comments).items()
    }
    shown = [
        _record(
            comments[place.key],
            ids[place.key],
            ids[place.parent] if place.parent is not None else None,
            place.key in gone,
        )
        for place in places
    ]
    return shown, said


def _record(raw: RawComment, comment_id: str, parent_id: str | None, gone: bool) -> dict[str, object]:
    gone = gone or is_tombstone(raw.text, raw.text_format)
    text = markup_to_text(raw.text) if raw.text_format == "html" else re.sub(r"\r\n?", "\n", raw.text).strip()
    return {
        "comment_id": comment_id,
        "parent_id": parent_id,
        "author": None if gone else raw.author,
        "posted_at": raw.posted_at.strftime("%Y-%m-%dT%H:%M:%SZ") if raw.posted_at is not None else None,
        "text": "" if gone else text,
        "deleted": gone,
        "start": raw.start,
    }
