"""A body, archived or a file, to pages: by what it is (see `files.kinds`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipeline import platforms
from pipeline.errors import StandpuntError, UsageError
from pipeline.files import mhtml
from pipeline.files.decoding import decode
from pipeline.platforms import deadline, html, mbox, tabular, tally
from pipeline.platforms.base import Page
from pipeline.platforms.reading import Reading

#: what browsers and SingleFile write above a page that they save
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)|<!--\s*Page saved with SingleFile\s+url:\s*(\S+)", re.I)
_HEAD = 500_000
#: kinds of files that are one page
PAGE = ("page", "mhtml")


class BrokenError(StandpuntError):
    """A page that its reader cannot read, by no fault of whoever has it."""


@contextmanager
def guarded(name: str) -> Iterator[None]:
    """Read the page `name` in the block. BrokenError: it breaks its reader, or takes too long; what a reader says of it
    (StandpuntError) stays as it is."""
    try:
        with deadline.within(deadline.SECONDS):
            yield
    except StandpuntError:
        raise
    except deadline.TooLongError:
        raise BrokenError(f"{name}: reading it takes over {deadline.SECONDS:g} s; please report it") from None
    except Exception as error:
        raise BrokenError(
            f"{name}: it breaks its reader ({type(error).__name__}: {error}); please report it"
        ) from error


def pages(
    body: bytes, kind: str, name: str, url: str, corrections: str | None = None, content_type: str = ""
) -> list[Page]:
    """The threads in a body of a `kind` (see `files.kinds`). UsageError: no thread, or not readable."""
    if kind == "parquet":
        from pipeline.platforms import parquet  # its library takes longer to load than all the rest

        return list(parquet.read_parquet(body, name))
    tables = {"csv": tabular.read_csv, "jsonl": tabular.read_jsonl, "mbox": mbox.read_mbox}
    if kind in tables:
        return list(tables[kind](body, name))
    warnings: list[str] = []
    if kind == "mhtml":
        text, told = mhtml.page(body, name)
        url = url or told or ""
    else:
        text, _, warnings = decode(body, content_type)
    if kind == "pasted":
        from pipeline.platforms import pasted

        found: list[Page] = [pasted.read(text, name, corrections)]
    elif kind == "json" and platforms.recognise(text, url) is None:
        return list(tabular.read_json(body, name))
    elif kind == "xml":
        found = _xml(text, name, url)
    else:
        found = _saved(text, name, url)
    return [replace(page, warnings=[*warnings, *page.warnings]) for page in found]


def _saved(text: str, name: str, url: str) -> list[Page]:
    """The threads of a page. UsageError names it."""
    url = url or saved_from(text)
    try:
        found = platforms.pages(text, url)
    except UsageError as error:
        raise UsageError(str(error) if url else str(error).replace("the page", name, 1)) from error
    if not url and any(page.comments for page in found) and all(tally.thread_key(page) is None for page in found):
        raise UsageError(
            f"{name}: comments are found, but not of which thread they are: the page does not tell where it was saved from. "
            "Give its address: --url ADDRESS"
        )
    return found


def saved_from(text: str) -> str:
    """Where a saved page came from, as it says itself: canonical address, og:url, the browser's comment; else ""."""
    head = text[: text.find("<body", 0, _HEAD) if "<body" in text[:_HEAD] else _HEAD]
    said = _SAVED_FROM.search(head)
    browser = html.absolute("", (said[1] or said[2]) if said else None) or ""
    tree, _ = html.parse(head)
    canonical = html.absolute(browser, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    return canonical or html.page_address(tree, "") or browser


def apart(page: Page, name: str) -> Page:
    """A page of a folder whose thread nothing names: a thread of its own, by the file's name."""
    key = page.thread if isinstance(page, Reading) else html.thread_url(page.url)
    if key != "":
        return page
    return replace(page, thread=name) if isinstance(page, Reading) else Reading(**vars(page), thread=name)


def _xml(text: str, name: str, url: str) -> list[Page]:
    """The threads of an export or a feed. UsageError: it is neither, or no comment is in it."""
    if platforms.recognise(text, url) is None:
        raise UsageError(
            f"{name} is XML, but neither an export of Disqus or WordPress nor a feed of comments. Other XML is not read; "
            "save the thread as HTML."
        )
    found = platforms.pages(text, url)
    if not any(page.comments for page in found):
        why = "; ".join(warning for page in found for warning in page.warnings)
        raise UsageError(f"{name}: no comment in it{f' ({why})' if why else ''}. Export it again.")
    return found
