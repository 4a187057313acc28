"""What stages share as they run: progress, the closing summary, and applying a function to every partition.

In processes here; on Dask where one machine is too small: any executor with `map` serves. The result does not depend
on the number of workers, because partitions are independent and results are taken in the order of their names.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Progress(Protocol):
    """How a long loop tells how far it is. `cli.py` draws it; everybody else just calls it."""

    def __call__(self, done: int, total: int | None, what: str) -> None:
        """`done` of `total` (None: unknown) `what` (a plural noun, such as "pages")."""


def silent(done: int, total: int | None, what: str) -> None:
    """Progress for whoever does not watch."""


@dataclass(frozen=True)
class Summary:
    """What a stage did, told in one line when it ends."""

    stage: str
    rows_in: int
    kept: int
    output: str
    dropped: dict[str, int] = field(default_factory=dict)  # reason -> number
    notes: list[str] = field(default_factory=list)  # anything the analyst should read
    complete: bool = True  # False: incomplete and resumable (exit code 3)


def workers() -> int:
    """Processes to use: STANDPUNT_WORKERS, else the cores this process may run on."""
    return int(os.environ.get("STANDPUNT_WORKERS") or len(os.sched_getaffinity(0)))


def apply(function: Callable[[A], B], items: Sequence[A], executor: Executor | None = None) -> list[B]:
    """`[function(item) for item in items]`, in processes where there is more than one item and core.

    Processes are spawned, not forked: numerical libraries that hold threads hang in a forked child.
    """
    if executor is not None:
        return list(executor.map(function, items))
    if len(items) < 2 or workers() < 2:
        return [function(item) for item in items]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers(), len(items)), mp_context=context) as pool:
        return list(pool.map(function, items))
