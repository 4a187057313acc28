"""A real HyperKitty, from the address of a thread to its 300 messages: pages, REST, new and deleted messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import constructed
import pytest
import software
from between import Between, between
from constructed import Said
from hyperkitty.server import Archive, archive, number
from project import Project, Run, check, check_changes, check_nothing_slipped

LACKING = software.missing("hyperkitty")
pytestmark = [pytest.mark.live, pytest.mark.skipif(LACKING is not None, reason=LACKING or "")]

THREAD = constructed.thread(seed=61, n=300, rooted=True, deepest=9)
SHORT = constructed.thread(seed=60, n=60, rooted=True)
#: replies deeper than this below the first message stand in HTML as answers to the one above them at this depth
DEEPEST_SHOWN = 5


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, Between]]:
    folder = tmp_path_factory.mktemp("hyperkitty") / "archive"
    with archive(folder, [THREAD, SHORT]) as site, between(software.free_port(), site.port) as proxy:
        yield site, proxy


def as_shown(thread: list[Said]) -> dict[str, str | None]:
    """Parents as far as a page can tell."""
    depth, parent = constructed.depths(thread), {said.key: said.parent for said in thread}
    shown: dict[str, str | None] = {}
    for said in thread:
        above = said.parent
        while above is not None and depth[above] > DEEPEST_SHOWN:
            above = parent[above]
        shown[said.key] = above
    return shown


def test_every_message_comes_and_later_what_changed(
    served: tuple[Archive, Between], tmp_path: Path, standpunt: Run
) -> None:
    site, proxy = served
    shown = as_shown(THREAD)
    assert shown != {one.key: one.parent for one in THREAD}
    project = Project(tmp_path / "p", standpunt, proxy.url + site.page(THREAD))
    project.visit()
    before = check(project.comments(), THREAD, shown)
    (thread,) = project.threads()
    assert (thread["announced"], thread["found"], thread["complete"]) == (300, 300, True)

    rest = Project(tmp_path / "rest", standpunt, proxy.url + site.interface(THREAD))
    rest.visit()
    check(rest.comments(), THREAD)  # the whole tree, deeper than pages show it

    deleted = {constructed.unanswered(THREAD)[4], constructed.answered(THREAD)[9]}
    added = constructed.later(11, THREAD, [THREAD[0].key, THREAD[3].key, THREAD[1].key])
    for key in sorted(deleted):
        site.forget(key)
    for one in added:
        site.receive(one)
    project.next_edition()
    project.visit()
    said = [replace(one, parent=shown[one.key]) for one in THREAD]
    check_changes(project, before, said, edited={}, deleted=deleted, added=added)


def test_nothing_slips_through_where_pages_shift(
    served: tuple[Archive, Between], tmp_path: Path, standpunt: Run
) -> None:
    """Messages come and go at the beginning of a thread while its list in REST, ten at a time, is being read; later, what did
    not change is not sent again."""
    site, proxy = served
    (early,) = constructed.later(12, SHORT, [SHORT[1].key])
    lost = constructed.unanswered(SHORT)[:2]
    waiting = ["offset=20", "offset=40"]

    def meddle(path: str) -> None:
        if not waiting or not path.endswith(waiting[0]):
            return
        if waiting.pop(0) == "offset=20":
            site.receive(early)
        else:
            for key in lost:
                site.forget(key)

    proxy.before = meddle
    project = Project(tmp_path / "p", standpunt, proxy.url + site.interface(SHORT))
    project.visit()
    assert not waiting
    check_nothing_slipped(project.comments(), [*SHORT, early], set(lost))

    proxy.exchanges.clear()
    project.next_edition()
    project.visit()
    check_nothing_slipped(project.comments(), [one for one in [*SHORT, early] if one.key not in lost], set())
    asked = [exchange for exchange in proxy.exchanges if "/email/" in exchange.path]
    assert {exchange.path.split("/")[-2] for exchange in asked} >= {
        number(one.key) for one in SHORT if one.key not in lost
    }
    assert sum("if-none-match" in exchange.headers and exchange.status == 304 for exchange in asked) > 50
