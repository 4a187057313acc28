"""The reply tree of a thread: whatever the platform says of parents, the result is a forest in reading order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """A comment's place: its key, its parent's key, and when it was posted."""

    key: str
    parent: str | None
    posted_at: dt.datetime | None


@dataclass(frozen=True)
class Place:
    """Where a comment ends up."""

    key: str
    parent: str | None
    depth: int  # 0 for an answer to the opening


def arrange(nodes: Sequence[Node]) -> tuple[list[Place], list[str]]:
    """Comments in reading order (each followed by its replies; siblings by time, where all have one), and warnings.

    Keys are unique. A comment that answers itself, one that is not there, or (in a circle) its own answer, is rooted.
    """
    parents = {node.key: node.parent for node in nodes}
    warnings = _root(parents)
    replies: dict[str | None, list[Node]] = {}
    for node in nodes:
        replies.setdefault(parents[node.key], []).append(node)
    places: list[Place] = []
    waiting = [(node, 0) for node in reversed(_by_time(replies.get(None, [])))]
    while waiting:
        node, depth = waiting.pop()
        places.append(Place(node.key, parents[node.key], depth))
        waiting.extend((reply, depth + 1) for reply in reversed(_by_time(replies.get(node.key, []))))
    return places, warnings


def _by_time(siblings: list[Node]) -> list[Node]:
    """Siblings by time; in the order found where one has none."""
    times = [node.posted_at for node in siblings]
    if None in times:
        return siblings
    return [siblings[i] for _, i in sorted((time, i) for i, time in enumerate(times) if time is not None)]


def _root(parents: dict[str, str | None]) -> list[str]:
    """Make answers to the opening of what has no possible parent. Changes `parents`."""
    selves = [key for key, parent in parents.items() if parent == key]
    lost = [key for key, parent in parents.items() if parent is not None and parent not in parents]
    for key in (*selves, *lost):
        parents[key] = None
    circles = _break_circles(parents)
    said = (
        (lost, "comments that answer one that is not here, taken as answers to the opening"),
        (selves, "comments that answer themselves, taken as answers to the opening"),
        (circles, "circles of replies, broken at their first comment"),
    )
    return [f"{what}: {len(keys)}" for keys, what in said if keys]


def _break_circles(parents: dict[str, str | None]) -> list[str]:
    """Root one comment, the first found, of each circle; returns them. Each comment is walked over once."""
    order = {key: number for number, key in enumerate(parents)}
    safe: set[str] = set()
    broken: list[str] = []
    for start in parents:
        way: list[str] = []
        on_way: set[str] = set()
        key: str | None = start
        while key is not None and key not in safe and key not in on_way:
            way.append(key)
            on_way.add(key)
            key = parents[key]
        if key is not None and key in on_way:
            first = min(way[way.index(key) :], key=order.__getitem__)
            parents[first] = None
            broken.append(first)
        safe.update(way)
    return broken
