"""What a site moves, renames, merges or splits between two visits counts once, and keeps its ids where it is the same thread."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from pipeline.extract.overlap import doubles
from pipeline.extract.rows import rows_of
from pipeline.extract.secret import PUBLIC
from pipeline.extract.threads import Redirect, Sighting, Thread, gather
from pipeline.platforms.base import RawComment
from pipeline.platforms.reading import Reading
from pipeline.settings import Source

FIRST = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
OLD, NEW = "http://forum.invalid/oud", "http://forum.invalid/nieuw"
SOURCE = Source(id="bron", kind="url", location=OLD, added=FIRST, provenance="constructed")
Seen = dict[str, tuple[int, ...]]  # address of a thread -> the comments on its page


def raw(number: int, ids: str = "") -> RawComment:
    at = dt.datetime(2026, 11, 1, number, tzinfo=dt.UTC)
    return RawComment(f"{ids}{number}", None, "Anneke", at, f"Bericht {number} van mij.", "text")


def gathered(*visits: Seen, led: dict[str, str] | None = None, announced: bool = False, **second: Any) -> list[Thread]:
    """The threads after some visits, at the last of which addresses `led` on; `second`: how later visits differ."""
    sightings = []
    for number, visit in enumerate(visits):
        for url, shown in visit.items():
            raws = [raw(n, second.get("ids", "") if number else "") for n in shown]
            page = Reading("forum", url, comments=raws, thread=url, announced=len(raws) if announced else None)
            sightings.append(
                Sighting(page, FIRST + dt.timedelta(days=number, seconds=len(sightings)), url, f"s{number}")
            )
    redirects = [Redirect(url, target, f"s{len(visits) - 1}") for url, target in (led or {}).items()]
    return gather(sightings, (), redirects)


def alive(threads: list[Thread]) -> dict[str, list[str]]:
    """Name of a thread -> the words of what is alive in it."""
    return {thread.key: sorted(c.raw.text[8] for c in thread.comments if not c.gone) for thread in threads}


def test_a_thread_that_was_renamed_keeps_its_first_name_and_its_ids() -> None:
    (before,) = gathered({OLD: (1, 2, 3)})
    (thread,) = gathered({OLD: (1, 2, 3)}, {NEW: (1, 2, 3, 4)}, led={OLD: NEW})
    ids = [[row["comment_id"] for row in rows_of([each], SOURCE, PUBLIC, []).comments] for each in (before, thread)]
    assert ids[1][:3] == ids[0] and len(ids[1]) == 4
    assert alive([thread]) == {OLD: ["1", "2", "3", "4"]} and thread.url == NEW


def test_what_is_deleted_from_a_thread_that_was_renamed_is_a_tombstone() -> None:
    (thread,) = gathered({OLD: (1, 2, 3, 4)}, {NEW: (1, 3, 4)}, led={OLD: NEW}, announced=True)
    assert alive([thread]) == {OLD: ["1", "3", "4"]} and len(thread.comments) == 4 and thread.announced == 3


def test_a_name_that_led_on_by_several_steps_is_the_same_thread() -> None:
    (thread,) = gathered(
        {OLD: (1, 2)}, {NEW: (1, 2)}, led={OLD: f"{OLD}/tussen", f"{OLD}/tussen": NEW, f"{NEW}/x": f"{NEW}/x"}
    )
    assert alive([thread]) == {OLD: ["1", "2"]}


def test_a_site_that_moved_to_https_or_www_has_the_same_threads() -> None:
    secure = OLD.replace("http://", "https://www.")
    (thread,) = gathered({OLD: (1, 2)}, {secure: (1, 3)})
    assert thread.key == OLD and [c.key for c in thread.comments] == ["1", "2", "3"]
    copies = [
        (SOURCE.model_copy(update={"id": name}), rows_of(gathered({url: (1,)}), SOURCE, name.encode(), []))
        for name, url in (("a", OLD), ("b", secure))
    ]
    for (source, rows), thread_id in zip(copies, "xy", strict=True):
        rows.threads[0]["thread_id"] = thread_id + source.id
        rows.keys[thread_id + source.id] = rows.keys.popitem()[1]
    assert len(doubles(copies)) == 1


def test_posts_that_were_split_off_count_where_they_stand_now() -> None:
    for announced in (False, True):
        threads = gathered({OLD: (1, 2, 3, 4, 5, 6)}, {OLD: (1, 2), NEW: (3, 4, 5, 6)}, announced=announced)
        assert alive(threads) == {OLD: ["1", "2"], NEW: ["3", "4", "5", "6"]}
    assert (
        "comments that stand in another thread by now, and are tombstones here: 4"
        in gathered({OLD: (1, 2, 3, 4, 5, 6)}, {OLD: (1, 2), NEW: (3, 4, 5, 6)})[1].warnings
    )


def test_threads_that_were_merged_count_once() -> None:
    threads = gathered({OLD: (1, 2), NEW: (3, 4)}, {NEW: (1, 2, 3, 4)}, led={OLD: NEW})
    assert alive(threads) == {OLD: [], NEW: ["1", "2", "3", "4"]}


def test_another_software_gives_other_ids_to_the_same_comments() -> None:
    threads = gathered({OLD: (1, 2, 3)}, {NEW: (1, 2, 4)}, led={OLD: NEW}, ids="post-", announced=True)
    assert alive(threads) == {OLD: ["3"], NEW: ["1", "2", "4"]}
    (old,) = (thread for thread in threads if thread.key == OLD)
    assert old.announced is None


def test_what_two_threads_show_at_one_visit_stands_in_both() -> None:
    both: Seen = {OLD: (1, 2), NEW: (1, 2)}
    assert alive(gathered(both, both)) == {OLD: ["1", "2"], NEW: ["1", "2"]}
    assert alive(gathered(both, {NEW: (1, 2)})) == {OLD: ["1", "2"], NEW: ["1", "2"]}


def test_a_name_that_leads_to_other_comments_is_another_thread() -> None:
    threads = gathered({OLD: (1, 2)}, {NEW: (5, 6)}, led={OLD: NEW})
    assert alive(threads) == {OLD: ["1", "2"], NEW: ["5", "6"]}


def by_the_day(number: int, text: str) -> RawComment:
    """As software shows it that counts the posts of each thread from 1, and tells days alone."""
    return RawComment(str(number), None, "Redactie", dt.datetime(2026, 11, 1, tzinfo=dt.UTC), text, "text")


def test_two_threads_whose_posts_are_counted_from_one_stay_two() -> None:
    bridge = Reading("forum", OLD, comments=[by_the_day(1, "Praat mee over de brug.")], thread=OLD)
    tunnel = Reading("forum", NEW, comments=[by_the_day(1, "Praat mee over de tunnel.")], thread=NEW)
    seen = [
        Sighting(bridge, FIRST, OLD, "s0"),
        Sighting(tunnel, FIRST + dt.timedelta(days=1), NEW, "s1"),
    ]
    for led in ([], [Redirect(OLD, NEW, "s1")]):
        assert [(t.key, t.found, t.comments[0].version) for t in gather(seen, (), led)] == [(NEW, 1, 1), (OLD, 1, 1)]


def test_a_thread_that_was_renamed_twice_keeps_its_first_name() -> None:
    third = f"{OLD}/derde"
    pages = [Reading("forum", url, comments=[raw(1), raw(2)], thread=url) for url in (OLD, NEW, third)]
    seen = [Sighting(page, FIRST + dt.timedelta(days=day), page.url, f"s{day}") for day, page in enumerate(pages)]
    (thread,) = gather(seen, (), [Redirect(OLD, NEW, "s1"), Redirect(NEW, third, "s2")])
    assert alive([thread]) == {OLD: ["1", "2"]}


def test_a_notice_above_every_thread_takes_no_squared_time() -> None:
    def seconds(count: int) -> float:
        seen = []
        for number in range(count):
            url = f"{OLD}/{number}"
            page = Reading("forum", url, comments=[raw(1)], thread=url)
            seen.append(Sighting(page, FIRST + dt.timedelta(days=number % 2, seconds=number), url, f"s{number % 2}"))
        begun = time.process_time()
        gather(seen)
        return time.process_time() - begun

    assert seconds(3000) < 20 * seconds(300) + 1
