"""What a platform's parser hands back: a page as comments, and the pages that belong to it.

A platform is one module of pure functions, `matches(html, url)` and `read(body, url)`. It knows nothing of networks,
files or tables: `scrape` asks it where a thread goes on, `extract` asks it what was said. Nothing here is judged yet:
absent is None, the text is as the page gave it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RawComment:
    """One comment as a page or a pasted text shows it."""

    platform_id: str | None  # the platform's own id, a string however much it looks like a number
    parent: str | None  # platform_id of the comment it answers; None for an answer to the opening
    author: str | None  # the name as shown; it becomes a pseudonym in `extract`
    posted_at: dt.datetime | None  # UTC
    text: str
    text_format: str  # "html" or "text"
    permalink: str | None = None
    start: int | None = None  # character offset in pasted text
    confidence: float | None = None  # pasted text only: how sure it is that a comment begins here

    def __init__(
        self, platform_id: str | None, parent: str | None, author: str | None, posted_at: dt.datetime | None, text: str, text_format: str,
        permalink: str | None = None, start: int | None = None, confidence: float | None = None,
    ) -> None:  # fmt: skip
        """As a frozen dataclass makes it, in a third of the time: it sets every field by a call, and a page holds hundreds."""
        self.__dict__.update(
            platform_id=platform_id, parent=parent, author=author, posted_at=posted_at, text=text, text_format=text_format,
            permalink=permalink, start=start, confidence=confidence,
        )  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page of one thread (or, for REST, one answer), with the absolute URLs at which the thread goes on."""

    platform: str  # NAME of the module that read it
    url: str
    title: str | None = None
    opening: str | None = None  # the article or first post, plain text
    language: str | None = None  # as the page declares it (BCP 47)
    published_at: dt.datetime | None = None  # UTC
    announced: int | None = None  # entries that the page says the thread has, comments or not
    comments: list[RawComment] = field(default_factory=list)
    next_links: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
