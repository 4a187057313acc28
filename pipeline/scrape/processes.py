"""The processes in which jobs are done: one for all of a run, and another for the rest where one dies or falls silent.

A page can hold the process that reads it for ever (a library that counts in squares), or kill it. Nothing within that process
can help then, so it tells what it is at, and who listens here ends it, notes the address, and goes on with the other jobs.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Iterator
from itertools import takewhile
from multiprocessing.connection import Connection
from typing import Any

from pipeline.engine import Progress
from pipeline.scrape import early
from pipeline.scrape.job import Harvest, Job
from pipeline.scrape.pace import Pace

#: seconds beside those that a request and a wait may take, after which silence means trouble
_MARGIN = 120


def harvest_all(jobs: list[Job], progress: Progress, waits: early.Waits | None = None) -> Iterator[Harvest]:
    """The harvest of every job, in order, each as soon as it is there. `waits`: hosts that are not to be asked yet. A job whose
    process dies or falls silent is incomplete; where nobody listens any more, the process is ended."""
    left, waits = deque(jobs), dict(waits or {})
    while left:
        if at := early.until(left[0].url, waits):
            yield early.not_asked(left.popleft(), at)
            continue
        for harvest in _in_one(list(takewhile(lambda job: not early.until(job.url, waits), left)), progress):
            job = left.popleft()
            if harvest.not_before:
                early.add(waits, job.url, harvest.not_before)
            yield harvest
        if left:
            time.sleep(left[0].delay)  # the next process does not know when the last request was


def work(jobs: list[Job], connection: Connection) -> None:
    """What the process does. Scrapy takes half a second to load, which the one who only listens is spared."""
    from pipeline.scrape import reader

    reader.work(jobs, connection)


def _in_one(jobs: list[Job], progress: Progress) -> Iterator[Harvest]:
    """The harvests of one process; the last is of the job in which it came to its end, if it did."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(jobs, theirs), daemon=True)
    process.start()
    theirs.close()
    done = 0
    try:
        while done < len(jobs):
            harvest = _next(jobs[done], ours, progress)
            done += 1
            yield harvest
            if not harvest.came_back:
                break
    finally:
        if done < len(jobs) or not harvest.came_back:
            process.terminate()
        process.join(10)
        if process.is_alive():
            process.kill()
            process.join()


def _next(job: Job, ours: Connection, progress: Progress) -> Harvest:
    """The harvest of the job that the process is at."""
    pace = Pace(time.monotonic)
    at: tuple[str, str] | None = None  # the page that is being read, and its digest
    patience = job.request_seconds + job.max_wait + _MARGIN
    try:
        while ours.poll(job.hard_read_seconds if at else patience):
            kind, value = ours.recv()
            if kind == "done":
                harvest: Harvest = value
                return harvest
            if kind == "pages":
                pages_done, known = value
                progress(pages_done, known, f"pages of {job.source_id}{pace.left(pages_done, known)}")
            else:  # asking, reading, or a pause, which is told only so that silence means trouble
                at = value if kind == "reading" else None
    except EOFError:
        return _ended(job, at, "was cut short")
    return _ended(
        job, at, f"took over {job.hard_read_seconds:g} s and was ended" if at else "fell silent and was ended"
    )


def _ended(job: Job, at: tuple[str, str] | None, how: str) -> Harvest:
    """The harvest of a job in which its process came to an end. A page that it was reading is left out by the next run, unless
    it is another by then."""
    marks: dict[str, Any] = job.kept_marks()
    why = f"collecting it {how}. Run it again."
    if at is not None:
        marks["unread"] = {**job.unread, at[0]: at[1]}
        why = f"reading {at[0]} {how}: please report that page. The next run goes on without it."
    return Harvest(**marks, reason=why, came_back=False)
