"""A page read by the reader that the analyst names, whatever the page looks like."""

from __future__ import annotations

import difflib

from pipeline.errors import UsageError
from pipeline.platforms import PLATFORMS, ending
from pipeline.platforms.base import Page
from pipeline.platforms.interfaces import platform_of

#: kinds of files that may be named as well
KINDS = ("csv", "json", "jsonl", "mbox", "parquet", "pasted")


def check(name: str) -> None:
    """UsageError, with the nearest known name, where there is no reader of this one."""
    known = [
        *dict.fromkeys(given for platform in PLATFORMS for given in (platform_of(platform.NAME), platform.NAME)),
        *KINDS,
    ]
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        meant = f"Did you mean {near[0]!r}?" if near else "See the README for what is read."
        raise UsageError(f"there is no platform {name!r}. {meant}")


def pages(text: str, url: str, name: str) -> list[Page]:
    """The threads on a page by the reader `name`: of a platform's readers (pages, interfaces) the one that knows the page, else
    the one of that name. UsageError: it cannot read it."""
    check(name)
    readers = [platform for platform in PLATFORMS if name in (platform.NAME, platform_of(platform.NAME))]
    named = next((platform for platform in readers if name == platform.NAME), readers[0])
    reader = next((platform for platform in readers if platform.matches(text, url)), named)
    several = getattr(reader, "pages", None)
    try:
        return ending.judged(list(several(text, url)) if several is not None else [reader.read(text, url)], text)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{url or 'the page'} cannot be read as {name} ({type(error).__name__}: {error}). Leave out --platform."
        ) from error
