"""The processes that read archives: one for all sources, or where these are many bytes, one a source on every core.

A page can hold the process that reads it for ever (a library that counts in squares), or kill it. Nothing within that process
can help then, so it tells which page it is at, and who started it ends it, and has the source read again without that page.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Protocol, TypeVar

from pipeline.errors import StandpuntError
from pipeline.platforms import deadline
from pipeline.settings import Source

T = TypeVar("T")
#: seconds that reading one page may take
SECONDS = deadline.SECONDS
#: the place of a process that is at no page
_NOWHERE = -1
#: seconds between two looks at what processes are at
_LOOK = 1.0
#: PR_SET_PDEATHSIG of Linux's prctl
_END_WITH_PARENT = 1
# A forked process has all modules at once. No numerical library runs in it, whose threads a fork would lose.
_METHOD = "fork" if sys.platform == "linux" else "spawn"


class UnreadError(Exception):
    """A page that cannot be read; the message says why."""


class Place(Protocol):
    """Where a process is, seen by who started it too."""

    value: int


@dataclass(frozen=True)
class Watch:
    """What stands between a page and who reads it. `left_out`: the numbers of pages that ended a process, and how."""

    place: Place
    left_out: dict[int, str]

    @contextmanager
    def reading(self, number: int) -> Iterator[None]:
        """Read the page of this number in the block. UnreadError: it takes too long, or ended a process before."""
        if how := self.left_out.get(number):
            raise UnreadError(how)
        self.place.value = number
        try:
            with deadline.within(SECONDS):
                yield
        except deadline.TooLongError:
            raise UnreadError(f"it takes over {SECONDS:g} s") from None
        finally:
            self.place.value = _NOWHERE


Read = Callable[[Source, Watch], T]


@dataclass
class _Task:
    """Sources for one process, the next one first, and what is to be left out of that."""

    sources: deque[Source]
    left_out: dict[int, str] = field(default_factory=dict)


class _Process(Generic[T]):
    """One process at one task."""

    def __init__(self, task: _Task, read: Read[T]) -> None:
        context: Any = multiprocessing.get_context(_METHOD)
        self.task = task
        self._place = context.RawValue("q", _NOWHERE)
        self._at, self._since = _NOWHERE, time.monotonic()
        self.results, theirs = context.Pipe(duplex=False)
        given = (list(task.sources), task.left_out, self._place, theirs, read, os.getpid())
        self._process = context.Process(target=_work, args=given, daemon=True)
        self._process.start()
        theirs.close()

    def receive(self) -> T:
        """What it says of its next source. EOFError: it came to its end; an error of the domain is raised as it is."""
        try:
            result: T | Exception = self.results.recv()
        except OSError as error:  # in the middle of what it had to say
            raise EOFError from error
        if isinstance(result, Exception):
            raise result
        self.task.left_out = {}
        self._at = _NOWHERE  # a page of the same number is another one from now on
        return result

    def is_silent(self) -> bool:
        """Whether it has been at one page for too long, by any measure of its own."""
        if (at := self._place.value) != self._at:
            self._at, self._since = at, time.monotonic()
        return at != _NOWHERE and time.monotonic() - self._since > deadline.hard(SECONDS)

    def end(self, how: str) -> _Task:
        """What is left of its task, without the page at which it came to its end. StandpuntError: it was at none."""
        number = self._place.value
        self.stop()
        if number == _NOWHERE:
            raise StandpuntError(
                f"source {self.task.sources[0].id}: the process that reads it {how} between two pages "
                f"(exit code {self._process.exitcode}): out of memory? Run it again; if that does not help, please report it."
            )
        return _Task(self.task.sources, {**self.task.left_out, number: f"the process that read it {how}"})

    def stop(self) -> None:
        """End the process, whatever it is at: it holds nothing but what it has read."""
        self._process.kill()
        self._process.join()
        self.results.close()


def read_all(read: Read[T], tasks: Sequence[Sequence[Source]], at_once: int, done: Callable[[], None]) -> dict[str, T]:
    """What `read` makes of every source, by id; so many of the tasks `at_once`, each in a process. `done` is called after each
    source."""
    waiting = deque(_Task(deque(sources)) for sources in tasks if sources)
    running: dict[Connection, _Process[T]] = {}
    found: dict[str, T] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                process = _Process(waiting.popleft(), read)
                running[process.results] = process
            for ready in wait(list(running), min(_LOOK, SECONDS)):
                process = running[ready]  # type: ignore[index]
                try:
                    result = process.receive()
                except EOFError:
                    waiting.appendleft(process.end("was cut short"))
                else:
                    found[process.task.sources.popleft().id] = result
                    done()
                    if process.task.sources:
                        continue
                    process.stop()
                del running[process.results]
            for process in [each for each in running.values() if each.is_silent()]:
                waiting.appendleft(process.end(f"took over {deadline.hard(SECONDS):g} s and was ended"))
                del running[process.results]
    finally:
        for process in running.values():
            process.stop()
    return found


def _work(
    sources: list[Source], left_out: dict[int, str], place: Place, results: Connection, read: Read[object], parent: int
) -> None:
    """The process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it is interrupted too, and ends it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if _METHOD == "fork":  # it holds both ends of the pipe, and would wait for ever for who was killed
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            return
    for number, source in enumerate(sources):
        try:
            result: object = read(source, Watch(place, {} if number else left_out))
        except Exception as error:
            result = error
        results.send(result)
