"""A page that knows to which thread it belongs.

Several answers of one server (HTML pages, REST pages) make one thread. Who joins them needs a name for the thread that
all of them share, and has to know what of that which the page announces was left out on purpose: `announced` is the number
that the page gives, comments or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.platforms.base import Page


@dataclass(frozen=True)
class Reading(Page):
    """A page with the thread that it is part of."""

    thread: str | None = None  # the same string on every page of a thread; None: a listing, no thread at all
    #: ids of this page's entries that `announced` counts and that are no comments (pingbacks, deleted ones); see `entry_ids`
    left_out: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()  # those of `warnings` that tell what of the file is cut or broken, and was not read


def entry_ids(own: Iterable[str | None], url: str) -> tuple[str, ...]:
    """The platform's own ids of a page's entries, each once. One that shows none is named by the page and its place on it:
    told apart from the others, and the same when the page is read again."""
    named = (number if number is not None else f"{url}\x1f{place}" for place, number in enumerate(own))
    return tuple(dict.fromkeys(named))
