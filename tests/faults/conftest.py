"""What the visits to misbehaving sites share."""

from __future__ import annotations

import multiprocessing
from types import SimpleNamespace

import pytest

from pipeline.scrape import processes


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that asks is forked from one that has loaded Scrapy already: for tests of many visits in this process. It does
    not see what a test puts into the environment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.scrape.reader"])
    monkeypatch.setattr(processes, "multiprocessing", SimpleNamespace(get_context=lambda _: context))
