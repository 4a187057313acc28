"""How long a page may take to be read: some markup holds a reader for minutes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

#: seconds that reading one page may take
SECONDS = 60.0


def hard(seconds: float) -> float:
    """After how long the process that reads a page is ended, where reading does not end by itself."""
    return 2 * seconds


class TooLongError(BaseException):
    """The time to read a page is over. No error of a page, so that no reader takes it for one."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """TooLongError where the block takes longer, as soon as Python has its say: a library's single call is not interrupted."""
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return

    def over(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again, if something swallows it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
