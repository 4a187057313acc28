"""Reading a page, within a time. What a page does to its reader is told of that page, and the others go on."""

from __future__ import annotations

from pipeline.errors import UsageError
from pipeline.platforms import pages
from pipeline.platforms.base import Page
from pipeline.platforms.deadline import TooLongError, within
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


def read_in_time(body: str, url: str, seconds: float) -> list[Page]:
    """As `read_pages`. SlowError: it takes longer than `seconds`."""
    try:
        with within(seconds):
            return read_pages(body, url)
    except TooLongError:
        raise SlowError(f"reading it took over {seconds:g} s. The archive keeps the page; please report it") from None
