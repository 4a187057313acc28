"""A real WordPress, from its address to a complete thread: add, robots.txt, pages, REST, reply tree."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from wordpress.server import WordPress, missing

from pipeline.add import add
from pipeline.platforms import pages, read, recognise
from pipeline.platforms.base import RawComment
from pipeline.scrape import stage

pytestmark = [pytest.mark.live, pytest.mark.skipif(missing() is not None, reason=missing() or "")]

PARENTS = [None, 0, 1, 2, 3, 4, 5, 6, None, 8, 8, 9, None, None, 13, 14, 14, 13, None, 18, 19, 20, 21, 22, None, None, 25, None, 27, 28, None, 30, None, 32]  # fmt: skip


def words(number: int) -> str:
    """A comment that no other is alike to."""
    extra = {
        3: " <blockquote>Mening nul</blockquote> Nee.",
        5: " Prijs: €5 – “écht” \\o/ a < b",
        7: " 1+1=2 &amp; meer",
    }.get(number, "")
    return f"Mening {number} van deze proef, over vergadering {number * number}.{extra}"


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    folder = tmp_path_factory.mktemp("wordpress")
    comments = [
        {
            "key": str(n),
            "parent": None if parent is None else str(parent),
            "author": f"Lezer {n % 7}",
            "at": f"2026-10-25T{n // 4:02}:{n % 4 * 15:02}",  # the clock goes back on this night
            "text": words(n),
        }
        for n, parent in enumerate(PARENTS)
    ]
    threads = [
        {"slug": "proef", "title": "Wie luistert er?", "language": "nl", "published_at": "2026-10-24T09:00", "opening": "Een proef.\n\nMet twee alinea's."},
        {"slug": "stil", "title": "Niemand zegt iets", "language": "nl", "published_at": "2026-10-25T09:00", "opening": "Stilte."},
    ]  # fmt: skip
    lines = [json.dumps({**thread, "comments": comments if thread["slug"] == "proef" else []}) for thread in threads]
    (folder / "threads.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with WordPress(folder / "wp", port, per_page=5) as wordpress:
        wordpress.seed(folder / "threads.jsonl")
        yield wordpress


def collect(
    tmp_path: Path, url: str
) -> tuple[dict[str, RawComment], dict[str, RawComment], list[int | None], dict[str, object]]:
    """(comments over REST, comments in HTML, announced numbers, manifest) after `add` and the stage."""
    tmp_path.mkdir(parents=True, exist_ok=True)
    (tmp_path / "params.yaml").write_text("edition: 2026-11-01\nscrape:\n  delay_seconds: 0\n", "utf-8")
    source = add(tmp_path, url, source_id="proef").source_id
    summary = stage.run(tmp_path)
    assert summary.kept == 1
    rest: dict[str, RawComment] = {}
    page: dict[str, RawComment] = {}
    announced: list[int | None] = []
    with (tmp_path / f"data/raw/archive/{source}.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            address = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type != "response":
                continue
            body = record.content_stream().read().decode("utf-8")
            if recognise(body, address) is None:
                continue
            found = read(body, address)
            announced.append(found.announced)
            (rest if "wp-json" in address else page).update({c.platform_id or "": c for c in found.comments})
    manifest = json.loads((tmp_path / f"data/raw/archive/{source}.json").read_text("utf-8"))
    return rest, page, announced, manifest


def test_a_thread_comes_whole(forum: WordPress, tmp_path: Path) -> None:
    rest, page, announced, manifest = collect(tmp_path, f"{forum.url}proef/")
    assert len(rest) == len(page) == len(PARENTS) and rest.keys() == page.keys()
    number = {key: int(comment.text.split("Mening ")[1].split()[0]) for key, comment in rest.items()}
    assert sorted(number.values()) == list(range(len(PARENTS)))  # every comment once
    for key, comment in rest.items():
        want = PARENTS[number[key]]
        assert (number[comment.parent] if comment.parent else None) == want  # REST knows parents beyond the depth shown
        assert comment.author == f"Lezer {number[key] % 7}" and comment.posted_at is not None
    assert len(PARENTS) in announced
    assert manifest["complete"] is True and manifest["robots"]["answer"] == "rules"  # type: ignore[index]


def test_a_feed_says_what_the_rest_interface_says(forum: WordPress, tmp_path: Path) -> None:
    for name in ("feed/", "feed/atom/"):
        with urllib.request.urlopen(f"{forum.url}proef/{name}", timeout=60) as response:
            (feed,) = pages(response.read().decode("utf-8"), "")
        assert feed.platform == "wordpress-feed" and len(feed.comments) == 10  # the newest
        rest, _, announced, manifest = collect(tmp_path / name, f"{forum.url}proef/{name}")
        assert [{**vars(c), "text": c.text.strip()} for c in feed.comments] == [
            {**vars(c), "text": c.text.strip()}
            for c in map(rest.get, (c.platform_id or "" for c in feed.comments))
            if c
        ]
        assert len(rest) == len(PARENTS) in announced and manifest["complete"] is True  # a feed leads to its post


def test_a_site_is_all_its_threads_and_is_not_asked_twice(forum: WordPress, tmp_path: Path) -> None:
    rest, _, _, manifest = collect(tmp_path, forum.url)
    assert len(rest) == len(PARENTS)
    asked = [visit["url"] for visit in manifest["pages"]]  # type: ignore[attr-defined]
    assert f"{forum.url}proef/" in asked and f"{forum.url}stil/" in asked and len(asked) == len(set(asked))
    before = (tmp_path / "data/raw/archive/proef.warc.gz").read_bytes()
    assert any("snapshot" in note for note in stage.run(tmp_path).notes)
    assert (tmp_path / "data/raw/archive/proef.warc.gz").read_bytes() == before
