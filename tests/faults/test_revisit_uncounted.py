"""Collecting again from a forum that announces no number: what is deleted from between comments that stay is found out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults import test_revisit_faults
from tests.faults.test_revisit_faults import Forum, project

pytestmark = pytest.mark.usefixtures("at_once")


class Silent(Forum):
    """A thread that does not say how many comments it has."""

    def page(self, number: int) -> bytes:
        return re.sub(rb"<h2.*?</h2>", b"", super().page(number))


@pytest.mark.fault(42)
@pytest.mark.parametrize(
    ("deleted", "gone"),
    [
        ({2}, {"2"}),  # 5 moves up to page 1
        ({2, 3}, {"2", "3"}),  # and page 2 has vanished, on which neither stood
        ({5}, set()),  # the first of page 2: it may have slipped over the seam
        ({6}, {"6"}),  # the newest, and its page is there
        ({5, 6}, set()),  # the last page has vanished
    ],
)
def test_deletions_are_told_from_what_was_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deleted: set[int], gone: set[str]
) -> None:
    monkeypatch.setattr(test_revisit_faults, "PER_PAGE", 4)
    with project(tmp_path / "p") as at:
        at.forum.__class__ = Silent
        at.visit()
        for number in deleted:
            del at.forum.comments[number]
        at.visit()
        assert {n for n, row in at.comments().items() if row["tombstone"]} == gone
        assert at.thread["announced"] is None
