"""Every address that a thread or a list leads to is answered with a page of it, or it is told why not, and it is not whole."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pipeline.scrape.address import is_worth_adding, may_be
from pipeline.scrape.job import Harvest, NoAnswerError
from tests.scrape.test_scrape_collect import HOST, Site, collect

AWAY: Any = (302, "https://inloggen.invalid/?terug=2")
ERROR_PAGE: Any = (200, "title Fout")  # known as a page of the thread's software, with no comments
LOGIN: Any = (200, "inloggen")


def rows(harvest: Harvest) -> dict[str, tuple[object, str]]:
    """Path at which a thread was begun: whether it is complete, and why not."""
    return {row["url"].removeprefix(HOST): (row["complete"], str(row["why"])) for row in harvest.threads}


# --- a later page of a thread ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        pytest.param(AWAY, "redirect", marks=pytest.mark.fault(23)),
        ((302, "/t?id=1"), "redirect"),  # back to the first page
        ((302, "/u"), "another thread"),
        ((302, "/"), "no thread found"),
        (ERROR_PAGE, "shows no comments"),
        pytest.param(LOGIN, "no thread found", marks=pytest.mark.fault(30)),
        ((404, ""), "http 404"),
    ],
)
@pytest.mark.parametrize("announced", ["", "n 3\n"])
def test_a_later_page_that_is_something_else_is_named_and_its_thread_not_whole(
    answer: Any, what: str, announced: str
) -> None:
    site: Site = {
        "/t?id=1": (200, f"{announced}c 1\nnext /t?id=1&start=10\nnext /t?id=1&start=20"),
        "/t?id=1&start=10": answer,
        "/t?id=1&start=20": (200, f"{announced}c 3"),
        "/u": (200, "thread u\nc 9"),
        "/": (200, "welkom"),
    }
    harvest, asked = collect(site, start="/t?id=1")
    assert asked[-1] == "/t?id=1&start=20"  # the others go on
    complete, why = rows(harvest)["/t?id=1"]
    assert complete is False and f"{HOST}/t?id=1&start=10 ({what})" in why


@pytest.mark.parametrize(
    "other_name", ["/t?page=1", "/t/page-1", "/t/index.php", "/t/?start=0", "/t/laatste", "/t/oude-naam"]
)
def test_another_name_of_a_page_that_was_read_misses_nothing(other_name: str) -> None:
    harvest, _ = collect({"/t": (200, f"c 1\nnext {other_name}"), other_name: (301, "/t")})
    assert rows(harvest)["/t"] == (None, "it does not announce how many comments it has")


def test_an_interface_that_leads_away_misses_nothing() -> None:
    harvest, _ = collect({"/t": (200, "c 1\nnext /wp-json/wp/v2/comments"), "/wp-json/wp/v2/comments": AWAY})
    assert rows(harvest)["/t"][0] is None


def test_where_the_counts_agree_a_thread_is_whole_whatever_a_link_leads_to() -> None:
    harvest, _ = collect({"/t": (200, "n 1\nc 1\nnext /t/2"), "/t/2": AWAY})
    assert rows(harvest)["/t"][0] is True


def test_a_redirect_to_a_page_that_breaks_its_reader_is_told() -> None:
    harvest, _ = collect({"/t": (200, "c 1\nnext /t/2"), "/t/2": (302, "/kapot"), "/kapot": (200, "break")})
    assert rows(harvest)["/t"] == (
        False,
        f"it does not announce how many comments it has; not to be had: {HOST}/t/2 (unreadable)",
    )
    harvest, _ = collect({"/t": (302, "/kapot"), "/kapot": (200, "break")})
    assert harvest.ending == "failed" and "breaks the reader" in str(harvest.reason)


# --- lists -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(AWAY, "redirects to another site, https://inloggen.invalid/", marks=pytest.mark.fault(23)),
        ((302, "/t?id=1"), f"redirects to {HOST}/t?id=1, another page"),  # a thread that was read already
        ((302, "/f?id=1"), f"redirects to {HOST}/f?id=1, another page"),  # the list itself
        ((302, "/"), f"redirects to {HOST}/, a list of threads"),
        ((302, "/in"), f"no thread found at {HOST}/in"),
        pytest.param(LOGIN, f"no thread found at {HOST}/t?id=2", marks=pytest.mark.fault(30)),
        ((404, ""), "answers 404"),
        ((410, ""), "answers 410"),
    ],
)
def test_what_a_list_leads_to_and_is_something_else_is_named_and_the_source_not_complete(answer: Any, why: str) -> None:
    site: Site = {
        "/f?id=1": (200, "next /t?id=1\nnext /t?id=2\nnext /t?id=3"),
        "/t?id=1": (200, "thread a\nn 1\nc 1"),
        "/t?id=2": answer,
        "/t?id=3": (200, "thread c\nn 1\nc 3"),
        "/": (200, "next /ander-forum"),
        "/in": LOGIN,
    }
    harvest, asked = collect(site, start="/f?id=1")
    assert asked[-1] == "/t?id=3" and "/ander-forum" not in asked
    found = rows(harvest)
    assert found["/t?id=1"] == found["/t?id=3"] == (True, "None")
    assert found["/t?id=2"][0] is False and found["/t?id=2"][1].startswith(why)


def test_another_name_of_a_list_misses_nothing() -> None:
    site: Site = {
        "/": (200, "next /?page=1\nnext /index.php\nnext /a"),
        "/?page=1": (302, "/"),
        "/index.php": (301, "/"),
        "/a": (200, "thread a\nn 1\nc 1"),
    }
    harvest, _ = collect(site, start="/")
    assert rows(harvest) == {"/a": (True, "None")}
    site["/a"] = (302, "/")
    assert rows(collect(site, start="/")[0]) == {"/a": (False, f"redirects to {HOST}/, another page")}


@pytest.mark.fault(13)
def test_a_list_that_is_down_ends_the_run_and_the_next_asks_for_it_again() -> None:
    site: Site = {
        "/f": (200, "next /a\nnext /f/2"),
        "/a": (200, "thread a\nn 1\nc 1"),
        "/f/2": NoAnswerError("answers 522", "answers 522, 4 times."),
    }
    harvest, _ = collect(site, start="/f")
    assert harvest.ending == "incomplete" and harvest.troubled == [f"{HOST}/f/2"]


def test_the_threads_of_earlier_visits_that_lead_away_are_told() -> None:
    site: Site = {"/": (200, "next /a"), "/a": (200, "thread a\nn 1\nc 1"), "/b": AWAY}
    harvest, _ = collect(site, start="/", visit=2, threads={f"{HOST}/b": "b"})
    assert rows(harvest)["/b"][0] is False and "redirects to another site" in rows(harvest)["/b"][1]


def test_a_list_that_is_empty_is_told() -> None:
    """It may be one, or a page of an error."""
    site: Site = {"/": (200, "next /a\nnext /leeg"), "/a": (200, "thread a\nn 1\nc 1"), "/leeg": (200, "list leeg")}
    harvest, _ = collect(site, start="/")
    assert harvest.notes == [f"{HOST}/leeg shows neither a thread nor a list of threads"]


# --- one page of very many links ---------------------------------------------------------------------------------


def test_many_links_take_time_by_their_number_and_not_its_square() -> None:
    def seconds(number: int) -> float:
        links = "".join(f"\nnext /t?start={n}" for n in range(2, number))
        begun = time.process_time()
        collect({"/t": (200, f"c 1{links}")}, max_pages=1)
        return time.process_time() - begun

    seconds(100)
    assert seconds(40_000) < 12 * max(seconds(10_000), 0.02)


# --- addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "target", "words", "same"),
    [
        ("http://f/t?id=1&start=10", "http://f/t?id=1", False, False),
        ("http://f/t?id=1&start=0", "http://f/t?id=1", False, True),
        ("http://f/t/oud.12", "http://f/t/nieuw.12", False, True),
        ("http://f/t/oud.12", "http://f/t/", True, False),
        ("http://f/index.php?page=1", "http://f/", True, True),
        ("http://f/weg", "http://f/", True, False),
    ],
)
def test_another_name_of_a_page(url: str, target: str, words: bool, same: bool) -> None:
    assert may_be(url, target, words) is same


@pytest.mark.fault(22)
@pytest.mark.parametrize(
    ("url", "worth"),
    [
        ("https://forum.voorbeeld.nl/t/1", True),
        ("http://93.184.216.34/", True),
        ("http://169.254.169.254/latest", False),
        ("http://2130706433/", False),
        ("http://[::1]/", False),
        ("http://localhost/", False),
        ("file:///etc/passwd", False),
        ("data:text/html,ja", False),
        ("javascript:alert(1)", False),
        ("http://jan:x@forum.voorbeeld.nl/", False),
        ("http://[slecht", False),
    ],
)
def test_an_address_that_is_advised_may_be_added(url: str, worth: bool) -> None:
    assert is_worth_adding(url) is worth
    harvest, _ = collect({"/t": (302, url)})
    assert ("add that address instead" in str(harvest.reason)) is worth and "another site" in str(harvest.reason)


def numbers(pages: int, own: int) -> str:
    """What software shows of a thread's pages: links by number, but for the page itself."""
    return "".join(
        f'next /t?page={n}\n<a href="/t?page={n}">{n}</a>\n' if n != own else "" for n in range(1, pages + 1)
    )


def paged(pages: int, shown: dict[int, int]) -> Site:
    """A thread of two comments a page that announces no number; `shown`: what stands in the place of some pages."""
    site = {
        f"/t?page={n}": (200, f"c {at}a\nc {at}b\n{numbers(pages, at)}")
        for n in range(1, 10)
        for at in [shown.get(n, min(n, pages))]
    }
    return {"/t": site["/t?page=1"], **site}


@pytest.mark.fault(26)
@pytest.mark.parametrize(
    ("site", "lost"),
    [
        (paged(5, {3: 1}), ["/t?page=3 (shows {}/t again)"]),
        (paged(5, {4: 3}), ["/t?page=4 (shows {}/t?page=3 again)"]),
        (paged(5, {5: 1}), ["/t?page=5 (shows {}/t again)"]),
        (paged(2, {2: 1}), ["/t?page=2 (shows {}/t again)"]),
        (paged(3, {2: 1, 3: 1}), ["/t?page=2 (shows {}/t again)", "/t?page=3 (shows {}/t again)"]),
        (paged(5, {}), []),
        # a "next" on the last page: behind it stands the last page again, or the first
        (paged(2, {}) | {"/t?page=2": (200, f"c 2a\nc 2b\nnext /t?page=3\n{numbers(2, 2)}")}, []),
        (paged(2, {3: 1}) | {"/t?page=2": (200, f"c 2a\nc 2b\nnext /t?page=3\n{numbers(2, 2)}")}, []),
        # how many comments there are, and two names of the first page
        (dict.fromkeys(("/t", "/t?page=1"), (200, f'c 1\nc 2\n<a href="/t#reacties">2</a>\n{numbers(1, 0)}')), []),
        ({"/t": (200, "c 1\nnext /t?page=2"), "/t?page=2": (200, "c 1\nnext /t?page=2")}, []),
        # begun at its third page, under a name of its own
        (paged(3, {}) | {"/t": (200, f"c 3a\nc 3b\n{numbers(3, 3)}")}, []),
    ],
)
def test_a_page_that_shows_another_one_again_is_missing_where_pages_name_it_by_its_number(
    site: Site, lost: list[str]
) -> None:
    harvest, _ = collect(site)
    (row,) = harvest.threads
    without = f"; not to be had: {', '.join(HOST + each.format(HOST) for each in lost)}" if lost else ""
    assert row["why"] == f"it does not announce how many comments it has{without}"
    assert row["complete"] is (False if lost else None)
