"""Reading a page, within a time. What a page does to its reader is told of that page, and the others go on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import UsageError
from pipeline.platforms import pages
from pipeline.platforms.base import Page
from pipeline.scrape.job import SlowError, UnreadableError


def read_pages(body: str, url: str) -> list[Page]:
    """The threads that the platforms read in a page, most often one; none where no platform knows it. UnreadableError: it breaks
    the reader."""
    try:
        return pages(body, url)
    except UsageError:
        return []
    except Exception as error:  # whatever a page does to its reader, the other pages and sources are still there
        raise UnreadableError(
            f"it breaks the reader ({type(error).__name__}: {error}). The archive keeps the page; please report it"
        ) from error


class _TooLong(BaseException):
    """The time to read a page is over. No error of a page, so that no reader takes it for one."""


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """_TooLong where the block takes longer, as soon as Python has its say: a library's single call is not interrupted."""
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return

    def over(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again, if something swallows it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def read_in_time(body: str, url: str, seconds: float) -> list[Page]:
    """As `read_pages`. SlowError: it takes longer than `seconds`."""
    try:
        with _within(seconds):
            return read_pages(body, url)
    except _TooLong:
        raise SlowError(f"reading it took over {seconds:g} s. The archive keeps the page; please report it") from None
