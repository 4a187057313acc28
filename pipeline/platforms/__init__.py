"""From a page to comments and to the pages where the thread goes on. One module a platform, all of them pure.

A new platform is a module with `NAME`, `matches` and `read`, named in PLATFORMS before those that are less sure of
themselves. Where one answer may hold several threads, the module has `pages` as well.
"""

from __future__ import annotations

from typing import Protocol

from pipeline.errors import UsageError
from pipeline.platforms import schema_org, wordpress, wordpress_rest
from pipeline.platforms.base import Page, RawComment

__all__ = ["PLATFORMS", "Page", "Platform", "RawComment", "pages", "read", "recognise"]


class Platform(Protocol):
    """What a platform's module offers."""

    NAME: str

    def matches(self, html: str, url: str) -> bool:
        """Is this a page of the platform?"""

    def read(self, body: str, url: str) -> Page:
        """The page."""


#: in the order in which they are asked
PLATFORMS: tuple[Platform, ...] = (wordpress_rest, wordpress, schema_org)


def recognise(body: str, url: str) -> Platform | None:
    """The platform of a page, or None: no thread that we know how to read."""
    return next((platform for platform in PLATFORMS if platform.matches(body, url)), None)


def pages(body: str, url: str) -> list[Page]:
    """The threads on a page, most often one, by the first platform that finds comments there, else by the first that
    knows the page. UsageError: none does."""
    first: list[Page] = []
    for platform in PLATFORMS:
        if not platform.matches(body, url):
            continue
        several = getattr(platform, "pages", None)
        found: list[Page] = several(body, url) if several is not None else [platform.read(body, url)]
        if any(page.comments for page in found):
            return found
        first = first or found
    if not first:
        tried = ", ".join(platform.NAME for platform in PLATFORMS)
        raise UsageError(
            f"{url or 'the page'}: no thread found. Tried: {tried}. Is it a log-in or cookie page, or another platform?"
        )
    return first


def read(body: str, url: str) -> Page:
    """The thread on a page (the first, where there are several). UsageError: no platform knows it."""
    return pages(body, url)[0]
