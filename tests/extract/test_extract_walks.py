"""Deletions in threads that announce no number: what the comments around a gap can tell, and what they cannot."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.extract.rows import rows_of
from pipeline.extract.secret import PUBLIC
from pipeline.extract.threads import Miss, Redirect, Sighting, Thread, gather
from pipeline.platforms.base import RawComment
from pipeline.platforms.reading import Reading
from pipeline.settings import Source

SITE = "https://forum.invalid"
FIRST = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
SOURCE = Source(id="bron", kind="url", location=SITE, added=FIRST, provenance="constructed")
#: address -> letters, one a comment, in page order, and digits: the pages to which it leads
Pages = dict[str, str]


def page(path: str, shown: str, platform: str = "forum", timed: bool = False, announced: int | None = None) -> Reading:
    raws = [
        RawComment(
            n, None, "Anneke", FIRST + dt.timedelta(minutes=ord(n) - 200) if timed else None, f"Mening {n}", "html"
        )
        for n in shown
        if n.isalpha()
    ]
    links = [f"{SITE}/{n}" for n in shown if n.isdigit()]
    return Reading(platform, SITE + path, comments=raws, next_links=links, announced=announced, thread="t")


def thread(*visits: Pages, redirects: dict[str, str] | None = None, timed: bool = False) -> Thread:
    """A thread after visits; an address that answers "404" is not there."""
    sightings, misses, led = [], [], []
    for number, pages in enumerate(visits):
        at, session = FIRST + dt.timedelta(days=number), f"s{number}"
        led += [Redirect(SITE + one, SITE + other, session) for one, other in (redirects or {}).items()]
        for path, shown in pages.items():
            platform = "forum-json" if path.endswith(".json") else "forum"
            if shown == "404":
                misses.append(Miss(SITE + path, 404, at, session))
            else:
                sightings.append(Sighting(page(path, shown, platform, timed), at, SITE + path, session, len(sightings)))
    (found,) = gather(sightings, misses, led)
    return found


def gone(found: Thread) -> str:
    return "".join(sorted(comment.key for comment in found.comments if comment.gone))


TWO = {"/1": "abcd2", "/2": "efg1"}


@pytest.mark.fault(42)
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"/1": "abc"}, {"/1": "ac"}, "b"),
        ({"/1": "abcde"}, {"/1": "abe"}, "cd"),  # two beside each other
        ({"/1": "abc"}, {"/1": "ab"}, "c"),  # the last one
        ({"/1": "abc"}, {"/1": "acx"}, "b"),  # and one is new
        (TWO, {"/1": "acd2", "/2": "efg1"}, "b"),
        (TWO, {"/1": "acde2", "/2": "fg1"}, "b"),  # the others have moved up
        (TWO, {"/1": "abcd2", "/2": "eg1"}, "f"),
        (TWO, {"/1": "acd2", "/2": "efg1", "/1?p=1": "acd2"}, "b"),  # one page under two addresses
        ({"/1": "abc2", "/2": "ade1"}, {"/1": "ac2", "/2": "ade1"}, "b"),  # the first post on every page
        ({"/1": "abc", "/t.json": "abc"}, {"/1": "ac", "/t.json": "ac"}, "b"),
    ],
)
def test_what_is_missing_from_the_middle_of_a_thread_read_to_its_end_is_gone(
    before: Pages, after: Pages, expected: str
) -> None:
    found = thread(before, after)
    assert gone(found) == expected
    assert [said for said in found.warnings if "gone from between" in said and said.endswith(f": {len(expected)}")]
    assert not any("kept because" in said or "at an earlier visit" in said for said in found.warnings)


@pytest.mark.fault(42)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TWO, {"/1": "abcd"}),  # the last page has vanished
        (TWO, {"/1": "abcd", "/2": "404"}),
        (TWO, {"/1": "acd", "/2": "404"}),  # and one is missing on the other
        (TWO, {"/1": "acd2"}),  # nobody asked for page 2
        ({"/1": "abc"}, {"/1": "ac2"}),
        (TWO, {"/1": "abcd2", "/2": "fg1"}),  # e may have slipped over the seam
        (TWO, {"/1": "abc2", "/2": "efg1"}),  # d as well
        (TWO, {"/1": "acd2", "/2": "defg1"}),  # pages that shifted
        (TWO, {"/1": "abcd2", "/2": "ef1"}),  # whether g was the last, no time tells
        ({"/1": "abcde"}, {"/1": "ae"}),  # folded away
        ({"/1": "abc"}, {"/1": "ca"}),  # sorted by votes
        ({"/1": "abc"}, {"/1": "xab"}),  # a list of the newest three
        ({"/1": "abc"}, {"/1": "bc"}),
        ({"/1": "abc"}, {"/1": "xyz"}),
        ({"/1": "abc"}, {"/3": "ac", "/1": "404"}),  # at another address
        ({"/1": "abc", "/t.json": "abc"}, {"/1": "ac"}),  # the interface was not asked
        ({"/1": "abc", "/t.json": "abc"}, {"/1": "ac", "/t.json": "abc"}),
    ],
)
def test_what_may_only_not_have_been_seen_is_kept(before: Pages, after: Pages) -> None:
    found = thread(before, after)
    assert gone(found) == "" and found.found >= len(set("".join(before.values())) - set("12"))


@pytest.mark.parametrize("order", [1, -1])
def test_the_newest_of_a_thread_in_order_of_time_is_gone_if_its_page_was_read_again(order: int) -> None:
    """On a thread of several pages: the last one of it, or (newest first) the one at its top."""
    before = {"/1": "abcd"[::order] + "2", "/2": "efg"[::order] + "1"}
    if order < 0:
        before = {"/1": "gfe2", "/2": "dcba1"}
    after = {path: shown.replace("g", "") for path, shown in before.items()}
    assert (gone(thread(before, after, timed=True)), gone(thread(before, after))) == ("g", "")


def test_a_link_that_leads_to_a_page_that_was_read_is_followed() -> None:
    visits = ({"/1": "abc"}, {"/1": "ac9"})
    assert (gone(thread(*visits, redirects={"/9": "/1"})), gone(thread(*visits))) == ("b", "")


def test_what_comes_back_was_not_gone_and_what_was_gone_stays_so() -> None:
    assert gone(thread({"/1": "abc"}, {"/1": "ac"}, {"/1": "abc"})) == ""
    assert gone(thread({"/1": "abc"}, {"/1": "ac"}, {"/1": "ac7"})) == "b"


def test_a_thread_that_announced_a_number_once_is_not_judged_by_its_gaps() -> None:
    first, then = page("/1", "abc", announced=3), page("/1", "ac")
    (found,) = gather(
        Sighting(one, FIRST + dt.timedelta(days=n), one.url, f"s{n}") for n, one in enumerate([first, then])
    )
    assert gone(found) == "" and any("kept because" in said for said in found.warnings)


def test_its_words_are_not_carried_on() -> None:
    rows = rows_of([thread({"/1": "abc"}, {"/1": "ac"})], SOURCE, PUBLIC, []).comments
    assert [(row["tombstone"], row["text_raw"]) for row in rows] == [
        (False, "Mening a"),
        (True, ""),
        (False, "Mening c"),
    ]
