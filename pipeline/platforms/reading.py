"""A page that knows to which thread it belongs.

Several answers of one server (HTML pages, REST pages) make one thread. Who joins them needs a name for the thread that
all of them share, and has to know how much of what the page announces was left out on purpose: `announced` is the number
that the page gives, comments or not.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.platforms.base import Page


@dataclass(frozen=True)
class Reading(Page):
    """A page with the thread that it is part of."""

    thread: str | None = None  # the same string on every page of a thread; None: a listing, no thread at all
    left_out: int = 0  # entries of this page that `announced` counts and that are no comments (pingbacks, deleted ones)
