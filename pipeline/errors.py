"""The few exceptions of the domain. Rooms raise them; only `cli.py` turns them into messages and exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.engine import Summary


class StandpuntError(Exception):
    """Something failed. The message says what, where and what to do next (exit code 1). `summary`: what was done all the
    same, which is told before it."""

    exit_code = 1

    def __init__(self, message: str, summary: Summary | None = None) -> None:
        super().__init__(message)
        self.summary = summary


class UsageError(StandpuntError):
    """The user's settings, arguments or input are wrong (exit code 2)."""

    exit_code = 2


class IncompleteError(StandpuntError):
    """Work stopped before its end and can be resumed by running it again (exit code 3)."""

    exit_code = 3
