"""A real WordPress with 300 nested comments on pages that shift while they are read; then edited, deleted and added to."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import constructed
import pytest
import software
from between import Between, between
from constructed import Said
from project import Project, Run, check, check_changes, check_nothing_slipped
from wordpress.server import WordPress, missing

pytestmark = [pytest.mark.live, pytest.mark.skipif(missing() is not None, reason=missing() or "")]

THREADS = {slug: constructed.thread(seed, n=300) for seed, slug in ((64, "schuift"), (65, "verandert"))}


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WordPress, Between]]:
    folder = tmp_path_factory.mktemp("wordpress")
    posts = folder / "threads.jsonl"
    posts.write_text("".join(json.dumps(post(slug, said)) + "\n" for slug, said in THREADS.items()), "utf-8")
    public, port = software.free_port(), software.free_port()
    with WordPress(folder / "wp", port, per_page=10, public=public) as wordpress, between(public, port) as proxy:
        wordpress.seed(posts)
        yield wordpress, proxy


def post(slug: str, thread: list[Said]) -> dict[str, object]:
    """A thread as seed.php takes it: on the Dutch wall clock, which is two hours ahead before the end of October."""
    comments = [
        {"key": said.key, "parent": said.parent, "author": said.author, "text": said.text,
         "at": f"{said.at + dt.timedelta(hours=2):%Y-%m-%dT%H:%M}"}
        for said in thread
    ]  # fmt: skip
    return {
        "slug": slug, "title": f"De brug {slug}", "language": "nl", "published_at": "2026-09-30T09:00", "opening": "Over de brug.",
        "comments": comments,
    }  # fmt: skip


def addition(said: Said, parent: Said | None) -> dict[str, str | None]:
    """A new comment, as change.php takes it."""
    return {
        "do": "add", "author": said.author, "text": said.text, "parent": parent.text if parent else None,
        "at": f"{said.at:%Y-%m-%d %H:%M:%S}",
    }  # fmt: skip


def test_nothing_slips_through_where_pages_shift(
    forum: tuple[WordPress, Between], tmp_path: Path, standpunt: Run
) -> None:
    """An early comment is let through and others are deleted between two requests for pages, and between two for REST."""
    wordpress, proxy = forum
    said = THREADS["schuift"]
    by_key = {one.key: one for one in said}
    early, more = constructed.later(7, said, [None, said[5].key], after=dt.timedelta(minutes=1))
    lonely = constructed.unanswered(said, top=True)
    changes: dict[str, Sequence[Mapping[str, str | None]]] = {
        "comment-page-3/": [addition(early, None)],
        "comment-page-5/": [{"do": "delete", "text": by_key[key].text} for key in lonely[:2]],
        "&page=2&": [addition(more, said[5]), {"do": "delete", "text": by_key[lonely[2]].text}],
    }

    def meddle(path: str) -> None:
        for mark in [mark for mark in changes if mark in path]:
            wordpress.change("schuift", changes.pop(mark))

    proxy.before = meddle
    project = Project(tmp_path / "p", standpunt, f"{proxy.url}schuift/")
    project.visit()
    proxy.before = lambda path: None
    assert not changes
    check_nothing_slipped(project.comments(), [*said, early, more], set(lonely[:3]))


def test_every_comment_comes_and_later_what_changed(
    forum: tuple[WordPress, Between], tmp_path: Path, standpunt: Run
) -> None:
    wordpress, proxy = forum
    said = THREADS["verandert"]
    by_key = {one.key: one for one in said}
    project = Project(tmp_path / "p", standpunt, f"{proxy.url}verandert/")
    project.visit()
    before = check(project.comments(), said)
    (thread,) = project.threads()
    assert (thread["announced"], thread["found"], thread["complete"]) == (300, 300, True)
    assert project.manifest()["complete"] is True

    edited = constructed.edits(said)
    leaves, middles = constructed.unanswered(said), constructed.answered(said)
    deleted = {next(key for key in keys if key not in edited) for keys in (leaves[4:], middles[9:])}
    added = constructed.later(8, said, [None, said[3].key, said[200].key])
    changes: list[Mapping[str, str | None]] = [{"do": "delete", "text": by_key[key].text} for key in sorted(deleted)]
    changes += [addition(one, by_key[one.parent] if one.parent else None) for one in added]
    changes += [{"do": "edit", "text": by_key[key].text, "becomes": text} for key, text in edited.items()]
    wordpress.change("verandert", changes)
    project.next_edition()
    project.visit()
    check_changes(project, before, said, edited=edited, deleted=deleted, added=added)
