"""Threads that two sources have: a site and one of its threads, or a thread and an archive of it. Each counts once, or its people
would speak twice.

Only pages with an address are compared: the name of a thread in a table is what somebody called it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pipeline.extract.rows import Rows
from pipeline.platforms import tally
from pipeline.settings import Source

#: kinds of sources that are pages of sites
PAGES = frozenset({"url", "warc", "wacz", "folder", "page"})


def doubles(found: Iterable[tuple[Source, Rows]]) -> dict[str, str]:
    """thread_id of what is left out: the source whose copy counts. That is the more complete one, else the one that was seen
    on a later day, else the one with more comments, else the first."""
    copies: dict[tuple[Any, str, bool], list[tuple[Source, dict[str, Any]]]] = defaultdict(list)
    for source, rows in found:
        for row in rows.threads:
            if source.kind in PAGES and row["url"] is not None:
                invented = source.provenance == "constructed"
                copies[row["platform"], tally.plain(rows.keys[str(row["thread_id"])]), invented].append((source, row))
    left_out: dict[str, str] = {}
    for group in copies.values():
        owner, kept = max(group, key=_worth)
        left_out |= {row["thread_id"]: owner.id for _, row in group if row is not kept}
    return left_out


def _worth(copy: tuple[Source, dict[str, Any]]) -> tuple[int, dt.date, int]:
    row = copy[1]
    return [False, None, True].index(row["complete"]), row["snapshot_at"].date(), row["found"]


def without(rows: Rows, left_out: dict[str, str]) -> Rows:
    """The rows of a source without those of some threads."""
    comments = [row for row in rows.comments if row["thread_id"] not in left_out]
    kept = {row["comment_id"] for row in comments}
    return Rows(
        [row for row in rows.threads if row["thread_id"] not in left_out],
        comments,
        [row for row in rows.versions if row["comment_id"] in kept],
        rows.keys,
    )
