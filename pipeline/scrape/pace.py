"""How long collecting still takes, by how long it took so far."""

from __future__ import annotations

from collections.abc import Callable


class Pace:
    """The pages of one source, and the time they take. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._start = clock, clock()

    def left(self, done: int, known: int | None) -> str:
        """A clause such as ", about 4 min left" after `done` pages of `known`; nothing where nobody knows how many there are."""
        if known is None or done < 1 or known <= done:
            return ""
        return f", about {in_words((self._clock() - self._start) / done * (known - done))} left"


def in_words(seconds: float) -> str:
    """A time that a person can do something with: 40 s, 4 min, 2.5 h."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
