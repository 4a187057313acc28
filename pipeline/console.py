"""What a subcommand says to the person at the terminal: progress, summaries, data; and the options that all of them take."""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline.engine import Summary


class Console:
    """Where messages go, and how many of them."""

    def __init__(self, quiet: bool, as_json: bool, root: Path) -> None:
        self.quiet, self.as_json, self.root = quiet, as_json, root
        self._terminal = sys.stderr.isatty()
        self._last = 0.0

    def progress(self, done: int, total: int | None, what: str) -> None:
        """Redraw one line on a terminal; elsewhere a line every ten seconds."""
        now = time.monotonic()
        if self.quiet or (now - self._last < (0.2 if self._terminal else 10.0) and done != total):
            return
        if not self._terminal and self._last == 0.0 and done != total:
            self._last = now
            return
        self._last = now
        text = f"{done:,} of {total:,} {what}" if total is not None else f"{done:,} {what}"
        if self._terminal:
            click.echo(f"\r\x1b[2K{text}", err=True, nl=done == total)
        else:
            click.echo(text, err=True)

    def say(self, text: str) -> None:
        """A message for the person at the terminal."""
        if not self.quiet:
            click.echo(text, err=True)

    def data(self, value: Any) -> None:
        """One line of JSON on standard output."""
        click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))

    def summary(self, summary: Summary, seconds: float) -> None:
        """The closing line of a stage: rows in, kept, dropped by reason, seconds, output."""
        if self.as_json:
            self.data({**vars(summary), "seconds": round(seconds, 2)})
            return
        dropped = ", ".join(f"{n:,} {reason}" for reason, n in sorted(summary.dropped.items()) if n) or "none"
        self.say(
            f"{summary.stage}: {summary.rows_in:,} in, {summary.kept:,} kept, dropped {dropped}, "
            f"{seconds:.1f} s -> {summary.output}"
        )
        for note in summary.notes:
            self.say(f"  {note}")


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every subcommand takes, given to it as one Console."""

    @click.option("--quiet", "-q", is_flag=True, help="Say nothing but errors.")
    @click.option("--json", "as_json", is_flag=True, help="Tell the outcome as JSON on standard output.")
    @click.option(
        "--root",
        type=click.Path(path_type=Path, file_okay=False),
        default=".",
        envvar="STANDPUNT_ROOT",
        show_default="this folder",
        help="The project's folder.",
    )
    @functools.wraps(function)
    def wrapper(*args: Any, quiet: bool, as_json: bool, root: Path, **kwargs: Any) -> Any:
        return function(Console(quiet, as_json, Path(os.path.realpath(root))), *args, **kwargs)

    return wrapper
