"""One page that cannot be read, or that refuses, does not take the rest of a site with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.scrape import tdm
from pipeline.scrape.job import SITE, TDM, FetchError, Harvest, NoAnswerError, Refusal
from tests.scrape.test_scrape_collect import HOST, Site, collect, outcomes

TOO_LARGE = FetchError("too large", "too large (over 1,000 bytes)", False)
RING: Any = (302, "/ring")


def rows(harvest: Harvest) -> dict[str, tuple[object, object]]:
    """Path at which a thread was begun: whether it is complete, and why not."""
    return {row["url"].removeprefix(HOST): (row["complete"], row["why"]) for row in harvest.threads}


def site(bad: Any, home: str = "/") -> Site:
    """A list of three threads; the one in the middle is bad."""
    return {
        home: (200, "next /a\nnext /b\nnext /c"),
        "/a": (200, "thread a\nn 1\nc 1"),
        "/b": bad,
        "/ring": (302, "/b"),
        "/c": (200, "thread c\nn 1\nc 3"),
    }


# --- pages that cannot be read -----------------------------------------------------------------------------------

BAD = pytest.mark.parametrize(
    ("bad", "outcome", "why"),
    [
        pytest.param(TOO_LARGE, "too large", "Raise scrape.max_page_bytes", marks=pytest.mark.fault(28)),
        (FetchError("packed", "packed with x", False), "packed", "packed with x"),
        ((200, "c 2\nbreak"), "unreadable", "it breaks the reader (ValueError: x)"),
        pytest.param(RING, "redirect", "redirects in a ring", marks=pytest.mark.fault(21)),
    ],
)


@BAD
def test_a_thread_that_cannot_be_read_is_told_and_the_others_go_on(bad: Any, outcome: str, why: str) -> None:
    harvest, asked = collect(site(bad), start="/")
    assert asked[-1] == "/c" and harvest.ending == "complete"
    assert rows(harvest)["/a"] == rows(harvest)["/c"] == (True, None)
    assert rows(harvest)["/b"][0] is False and why in str(rows(harvest)["/b"][1])
    visit = next(v for v in harvest.visits if v.outcome == outcome and v.why)
    assert why in str(visit.why) and any(why in note for note in harvest.notes)


@BAD
def test_a_page_of_a_thread_that_cannot_be_read_is_told_and_its_other_pages_go_on(
    bad: Any, outcome: str, why: str
) -> None:
    pages: Site = {
        "/t": (200, "n 3\nc 1\nnext /b\nnext /t/3"),
        "/b": bad,
        "/ring": (302, "/b"),
        "/t/3": (200, "n 3\nc 3"),
    }
    harvest, asked = collect(pages)
    assert asked[-1] == "/t/3" and harvest.ending == "complete"
    assert rows(harvest) == {"/t": (False, f"announced 3, found 2; not to be had: {HOST}/b ({outcome})")}
    assert any(why in note for note in harvest.notes)


@BAD
def test_where_it_is_the_only_page_the_source_fails(bad: Any, outcome: str, why: str) -> None:
    harvest, _ = collect({"/b": bad, "/ring": (302, "/b")}, start="/b")
    assert harvest.ending == "failed" and why in str(harvest.reason) and harvest.threads == []
    assert not any(why in note for note in harvest.notes)  # which would be said twice


@BAD
def test_where_it_is_the_list_the_threads_of_earlier_visits_go_on(bad: Any, outcome: str, why: str) -> None:
    known = {f"{HOST}/a": "a", f"{HOST}/c": "c"}
    harvest, asked = collect(site(bad, home="/home"), start="/b", visit=2, threads=known)
    assert asked[-2:] == ["/a", "/c"] and harvest.ending == "complete"
    assert rows(harvest)["/a"] == (True, None) and rows(harvest)["/b"][0] is False


def test_a_list_that_cannot_be_read_is_told_and_the_threads_go_on() -> None:
    harvest, _ = collect(
        {"/": (200, "next /a\nnext /2"), "/2": (200, "break"), "/a": (200, "thread a\nn 1\nc 1")}, start="/"
    )
    assert rows(harvest) == {"/a": (True, None), "/2": (False, "it breaks the reader (ValueError: x)")}


def test_a_thread_that_another_one_led_to_is_told_once() -> None:
    """The same thread, by the address of an interface that cannot be read, and by its page."""
    pages: Site = {"/": (200, "next /x\nnext /a"), "/x": TOO_LARGE, "/a": (200, "thread a\nn 1\nc 1")}
    harvest, _ = collect(pages, start="/", visit=2, threads={f"{HOST}/x": "a"})
    assert [row["thread"] for row in harvest.threads] == ["a"]


# --- pages that are never answered -------------------------------------------------------------------------------

DOWN = NoAnswerError("http://f.invalid answers 500", "answers 500, 4 times. Run it again later.")


@pytest.mark.fault(13)
def test_a_page_that_is_never_answered_comes_last_in_the_next_run_and_is_then_left() -> None:
    pages = site(DOWN) | {
        "/c": DOWN,
        "/": (200, "next /a\nnext /b\nnext /c\nnext /d"),
        "/d": (200, "thread d\nn 1\nc 4"),
    }
    first, asked = collect(pages, start="/")
    assert asked[-1] == "/b" and (first.ending, first.troubled) == ("incomplete", [f"{HOST}/b"])
    second, asked = collect(pages, start="/", troubled=tuple(first.troubled))
    assert asked[1:] == ["/", "/a", "/c"] and second.ending == "incomplete"  # as the site may be down
    assert second.troubled == [f"{HOST}/b", f"{HOST}/c"]
    third, asked = collect(pages, start="/", troubled=tuple(second.troubled))
    assert asked[1:] == ["/", "/a", "/d", "/b", "/c"] and third.ending == "complete"
    assert {url: complete for url, (complete, _) in rows(third).items()} == {
        "/a": True,
        "/b": False,
        "/c": False,
        "/d": True,
    }
    assert "no whole answer in two runs" in str(rows(third)["/b"][1])
    mended, _ = collect(pages | {"/b": (200, "thread b\nn 1\nc 2")}, start="/", troubled=tuple(second.troubled))
    assert mended.troubled == [f"{HOST}/c"] and rows(mended)["/b"] == (True, None)


@pytest.mark.fault(13)
def test_a_page_within_a_thread_that_is_never_answered_comes_last_and_is_then_left() -> None:
    pages: Site = {"/t": (200, "n 3\nc 1\nnext /t/2\nnext /t/3"), "/t/2": DOWN, "/t/3": (200, "n 3\nc 3")}
    first, asked = collect(pages)
    assert asked[-1] == "/t/2" and first.ending == "incomplete"
    second, asked = collect(pages, troubled=tuple(first.troubled))
    assert asked[1:] == ["/t", "/t/3", "/t/2"] and second.ending == "complete"
    assert rows(second) == {"/t": (False, f"announced 3, found 2; not to be had: {HOST}/t/2 (no whole answer)")}


@pytest.mark.fault(13)
@pytest.mark.parametrize(("again", "ending"), [((200, "n 2\nc 1\nnext /t/2"), "complete"), (DOWN, "incomplete")])
def test_where_nothing_else_is_left_to_ask_for_the_first_page_shows_whether_the_site_is_up(
    again: Any, ending: str
) -> None:
    """All but the page was kept from the run before."""
    pages: Site = {"/t": [(200, "n 2\nc 1\nnext /t/2", {}, True), again], "/t/2": DOWN}
    harvest, asked = collect(pages, troubled=(f"{HOST}/t/2",))
    assert asked[1:] == ["/t", "/t/2", "/t"] and harvest.ending == ending


def test_a_source_whose_own_page_is_never_answered_stays_incomplete() -> None:
    harvest, asked = collect({"/t": DOWN}, troubled=(f"{HOST}/t",))
    assert asked[1:] == ["/t"] and harvest.ending == "incomplete" and harvest.threads == []


# --- pages that refuse -------------------------------------------------------------------------------------------

RESERVED: Any = (200, "thread b\nc 2", {"tdm-reservation": "1"})
NO = [
    pytest.param((401, ""), SITE, "answers 401", marks=pytest.mark.fault(31)),
    pytest.param((403, ""), SITE, "answers 403", marks=pytest.mark.fault(31)),
    pytest.param(RESERVED, TDM, "reserves text and data mining", marks=pytest.mark.fault(38)),
]


@pytest.mark.parametrize("sure", [False, True])
@pytest.mark.parametrize(("bad", "by", "why"), NO)
def test_nothing_more_is_asked_in_the_run_and_the_next_goes_on_without_that_thread(
    bad: Any, by: str, why: str, sure: bool
) -> None:
    """`sure`: the threads are those of an earlier visit, which the list does not show any more."""
    pages, known = site(bad), {}
    if sure:
        pages["/"] = (200, "next /a")
        known = {"visit": 2, "threads": {f"{HOST}/{name}": name for name in "abc"}}
    harvest, asked = collect(pages, start="/", **known)
    assert asked[1:] == ["/", "/a", "/b"] and harvest.ending == "incomplete"
    assert f"{HOST}/b {why}" in str(harvest.reason) and "next run goes on without" in str(harvest.reason)
    assert "1 address is left" in str(harvest.reason)
    (refusal,) = harvest.refused
    assert (refusal.url, refusal.thread, refusal.by, refusal.at) == (
        f"{HOST}/b",
        f"{HOST}/b",
        by,
        "2026-11-01T00:00:00Z",
    )
    assert harvest.reserved == ([f"{HOST}/b"] if by == TDM else [])

    again, asked = collect(pages, start="/", refused=tuple(harvest.refused), **known)
    assert asked[1:] == ["/", "/a", "/c"] and (again.ending, again.refused_by) == ("refused", by)
    assert f"part of it is refused: {HOST}/b {why}" in str(again.reason)
    assert outcomes(again)["/b"] == "refused" and again.refused == [refusal]
    assert rows(again)["/c"] == (True, None)
    assert rows(again)["/b"][0] is False and "2026-11-01" in str(rows(again)["/b"][1])


@pytest.mark.parametrize(("bad", "by", "why"), NO)
def test_the_rest_of_a_thread_that_refuses_is_left_alone(bad: Any, by: str, why: str) -> None:
    pages: Site = {
        "/": (200, "next /t\nnext /z"),
        "/t": (200, "n 3\nc 1\nnext /t/2\nnext /t/3"),
        "/t/2": bad,
        "/t/3": (200, "n 3\nc 3"),
        "/z": (200, "thread z\nn 1\nc 1"),
    }
    harvest, asked = collect(pages, start="/")
    assert asked[-1] == "/t/2" and harvest.ending == "incomplete"
    assert [(r.url, r.thread) for r in harvest.refused] == [(f"{HOST}/t/2", f"{HOST}/t")]
    again, asked = collect(pages, start="/", refused=tuple(harvest.refused))
    assert asked[1:] == ["/", "/t", "/z"] and again.ending == "refused"
    assert rows(again)["/t"] == (False, f"announced 3, found 1; not to be had: {HOST}/t/2 (refused), the rest of it")


@pytest.mark.fault(31)
def test_threads_that_lead_to_the_same_closed_door_need_one_run() -> None:
    pages = site((302, "/inloggen")) | {"/inloggen": (403, ""), "/c": (302, "/inloggen")}
    harvest, _ = collect(pages, start="/")
    assert [(r.url, r.thread) for r in harvest.refused] == [(f"{HOST}/inloggen", f"{HOST}/b")]
    again, asked = collect(pages, start="/", refused=tuple(harvest.refused))
    assert asked[1:] == ["/", "/a", "/b", "/c"] and again.ending == "refused"
    assert [url for url, (complete, _) in rows(again).items() if complete is False] == ["/b", "/c"]


@pytest.mark.fault(31)
def test_a_refusal_where_nothing_else_is_left_ends_the_visit() -> None:
    pages: Site = {
        "/": (200, "next /a\nnext /b\nnext http://elders.invalid/c"),
        "/a": (200, "thread a\nn 1\nc 1"),
        "/b": (403, ""),
    }
    harvest, _ = collect(pages, start="/")
    assert (harvest.ending, harvest.refused_by) == ("refused", SITE) and [r.thread for r in harvest.refused] == [
        f"{HOST}/b"
    ]


def earlier(*names: str) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(f"{HOST}/{name}", f"{HOST}/{name}", SITE, "answers 403", "2026-05-01T00:00:00Z") for name in names
    )


@pytest.mark.fault(31)
def test_what_was_refused_at_the_visit_before_is_tried_again_when_all_else_is_done() -> None:
    pages = site((403, "")) | {"/a": (403, "")}
    harvest, asked = collect(pages, start="/", visit=2, refused_before=earlier("a", "b"))
    assert asked[1:] == ["/", "/c", "/a"] and harvest.ending == "refused"  # and /b is not knocked at too
    assert [(r.url, r.at) for r in harvest.refused] == [
        (f"{HOST}/a", "2026-11-01T00:00:00Z"),
        (f"{HOST}/b", "2026-05-01T00:00:00Z"),
    ]
    assert rows(harvest)["/b"][0] is False and "not tried again" in str(rows(harvest)["/b"][1])
    opened, _ = collect(site((200, "thread b\nn 1\nc 2")), start="/", visit=2, refused_before=earlier("b"))
    assert opened.ending == "complete" and opened.refused == [] and rows(opened)["/b"] == (True, None)


def test_a_site_that_is_down_in_the_run_after_keeps_what_was_refused() -> None:
    refused = earlier("b")
    harvest, _ = collect(site((403, "")), start="/", max_pages=2, refused=refused)
    assert harvest.ending == "incomplete" and tuple(harvest.refused) == refused


@pytest.mark.fault(38)
def test_a_list_over_the_interface_that_is_reserved_leaves_the_pages() -> None:
    posts = "/wp-json/wp/v2/posts?per_page=100&page=1&order=asc&_fields=id,link,date_gmt"
    pages: Site = {
        "/": (200, f'<link rel="https://api.w.org/" href="{HOST}/wp-json/">\nnext /a'),
        posts: (200, "[]", {"tdm-reservation": "1"}),
        "/a": (200, "thread a\nn 1\nc 1"),
    }
    harvest, _ = collect(pages, start="/")
    assert harvest.ending == "incomplete" and [r.url for r in harvest.refused] == [HOST + posts]
    again, asked = collect(pages, start="/", refused=tuple(harvest.refused))
    assert asked[-1] == "/a" and again.ending == "refused" and rows(again)["/a"] == (True, None)


def test_a_reason_to_go_on_in_spite_of_a_reservation_takes_it_in() -> None:
    harvest, _ = collect(site(RESERVED), start="/", tdm_override="toestemming")
    assert harvest.ending == "complete" and set(rows(harvest)) == {"/a", "/b", "/c"}


@pytest.mark.parametrize("path", [tdm.PATH, "/robots.txt"])
def test_rules_that_are_too_large_are_no_page_that_is_lost(path: str) -> None:
    harvest, _ = collect(site((200, "thread b\nc 2")) | {path: TOO_LARGE}, start="/")
    assert harvest.ending == ("refused" if path == "/robots.txt" else "complete")


def test_a_refusal_is_told_in_words() -> None:
    (refusal,) = earlier("b")
    assert replace(refusal, why="answers 401").told == f"{HOST}/b answers 401, 2026-05-01"
