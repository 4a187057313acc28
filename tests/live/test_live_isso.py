"""A real Isso, from the address that its script asks to 300 comments; then comments that are changed, deleted and added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import constructed
import pytest
import software
from between import Between, between
from constructed import Said
from isso.server import Comments, comments
from project import Project, Run, check, check_changes

LACKING = software.missing("isso")
pytestmark = [pytest.mark.live, pytest.mark.skipif(LACKING is not None, reason=LACKING or "")]

MEANT = constructed.thread(seed=62, n=300)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Comments, Between, list[Said]]]:
    """Isso with 300 comments, what stands between, and the comments as Isso took them."""
    with comments(tmp_path / "isso") as site, between(software.free_port(), site.port) as proxy:
        yield site, proxy, [site.post(said) for said in MEANT]


def test_every_comment_comes_and_later_what_changed(
    served: tuple[Comments, Between, list[Said]], tmp_path: Path, standpunt: Run
) -> None:
    site, proxy, said = served
    depth = constructed.depths(said)
    assert sum(depth.values()) > 150 and max(depth.values()) == 1  # Isso keeps two levels
    project = Project(tmp_path / "p", standpunt, proxy.url + site.asked)
    early: list[Said] = []

    def meddle(path: str) -> None:
        """A comment comes while the first answer, which shows a few, is being read."""
        if "uri=" in path and "limit" not in path and not early:
            early.extend(site.post(one) for one in constructed.later(9, said, [said[0].key]))

    proxy.before = meddle
    project.visit()
    said = [*said, *early]
    before = check(project.comments(), said)
    (thread,) = project.threads()
    assert (thread["announced"], thread["found"], thread["complete"]) == (301, 301, True)
    edited = constructed.edits(said[:300])
    tops = [one.key for one in said if one.parent is None]
    answered = {one.parent for one in said}
    leaf = next(key for key in constructed.unanswered(said) if key not in edited)
    emptied = next(key for key in tops if key in answered and key not in edited and key != said[0].key)
    added = [site.post(one) for one in constructed.later(10, said, [None, said[0].key, emptied])]
    for key, text in edited.items():
        site.edit(replace(next(one for one in said if one.key == key), text=text))
    for key in (leaf, emptied):  # the first goes, the second stays empty above its replies
        site.delete(key)
    project.next_edition()
    project.visit()
    check_changes(project, before, said, edited=edited, deleted={leaf, emptied}, added=added)
