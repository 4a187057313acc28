"""The frontier on sites that exist only here: `next` lines lead on, `c` lines are comments."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.platforms.base import Page, RawComment
from pipeline.platforms.reading import Reading
from pipeline.scrape import tdm
from pipeline.scrape.collect import Collector, is_listing
from pipeline.scrape.job import Answer, FetchError, Harvest, Job, StopCollectingError, UnreadableError

HOST = "http://f.invalid"
AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
Site = dict[str, Any]  # path -> (status, body or address), with headers or not; a FetchError; a list of them, in turn


def read_pages(body: str, url: str) -> list[Page]:
    """A made-up platform: the words of each line."""
    lines = [line.split(" ", 1) for line in body.splitlines()]
    if ["break"] in lines:
        raise UnreadableError("it breaks the reader (ValueError: x)")
    if not any(kind in ("c", "next", "title", "list") for kind, *_ in lines):
        return []
    named = {kind: rest[0] for kind, *rest in lines}
    one = Reading(
        "made-up-json" if "/api/" in url else "made-up",
        url,
        title=named.get("title"),
        comments=[RawComment(rest[0], None, None, None, "", "text") for kind, *rest in lines if kind == "c"],
        next_links=[HOST + rest[0] if rest[0].startswith("/") else rest[0] for kind, *rest in lines if kind == "next"],
        announced=int(named["n"]) if "n" in named else None,
        thread=named.get("thread", "t") if "c" in named or "title" in named or "/api/" in url else None,
    )
    return [one]


def collect(
    site: Site, start: str = "/t", max_pages: int = 50, default: Callable[[str], str] | None = None, **known: Any
) -> tuple[Harvest, list[str]]:
    """The harvest, and what was asked for, but for the site's file of reservations. `known`: what a job knows of earlier visits."""
    asked: list[str] = []

    async def get(url: str, again: bool = False, rules: bool = False) -> Answer:
        path = url.removeprefix(HOST)
        asked.append(path)
        if path == tdm.PATH and path not in site:
            return Answer(url, 404, {}, b"", "", "utf-8", AT, 0, "sha1:X")
        said = site.get(path, (404, "") if default is None else (200, default(path)))
        if isinstance(said, list):  # one answer after another
            said = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(said, FetchError | StopCollectingError):
            raise said
        status, body, *more = said
        headers = {"location": body} if 300 <= status < 400 else {}
        headers["content-type"] = "application/json" if "/wp-json/" in path else "text/html"
        headers |= more[0] if more else {}
        kept = len(more) > 1
        return Answer(url, status, headers, body.encode(), body, "utf-8", AT, len(body), "sha1:X", kept)

    job = Job("s", HOST + start, "agent", Path("x"), 0, max_pages, 1000, 1, 1, **known)
    harvest = asyncio.run(Collector(job, get, read_pages, lambda *_: None).run(lambda _: None))
    return harvest, [path for path in asked if path != tdm.PATH]


def outcomes(harvest: Harvest) -> dict[str, str]:
    return {visit.url.removeprefix(HOST): visit.outcome for visit in harvest.visits}


@pytest.mark.fault(27)
def test_a_thread_is_followed_to_its_end_and_each_page_asked_once() -> None:
    harvest, asked = collect(
        {
            "/t": (200, "c 1\nnext /t/2\nnext /t#top"),
            "/t/2": (200, "c 2\nnext /t/3\nnext /t"),
            "/t/3": (200, "c 3\nnext /t/2"),
        }
    )
    assert asked == ["/robots.txt", "/t", "/t/2", "/t/3"] and harvest.ending == "complete" and harvest.reason is None


@pytest.mark.fault(26)
def test_endless_pages_stop_where_nothing_new_is_shown() -> None:
    harvest, asked = collect({"/t": (200, "c 1\nnext /t?p=1")}, default=lambda path: f"c 1\nnext {path}1")
    assert asked == ["/robots.txt", "/t", "/t?p=1"] and harvest.ending == "complete"


def test_answers_without_comments_lead_to_those_that_have_them() -> None:
    site: Site = {
        "/t": (200, "c 1\nnext /api/list"),
        "/api/list": (200, "next /api/1\nnext /api/list/2"),
        "/api/1": (200, "c 1"),
        "/api/list/2": (200, "next /api/2"),
        "/api/2": (200, "c 2\nnext /api/2/2"),
        "/api/2/2": (200, "c 2\nnext /api/2/3"),
    }
    harvest, asked = collect(site)
    assert asked == ["/robots.txt", *(path for path in site)] and harvest.ending == "complete"


@pytest.mark.parametrize(
    "path", ["/t/4.json", "/api/4", "/feeds/4/comments/default", "/svc/shreddit/comments/x", "/wp-json/wp/v2/comments"]
)
def test_a_refused_interface_does_not_refuse_the_harvest(path: str) -> None:
    for refused in ({path: (403, "")}, {"/robots.txt": (200, f"User-agent: *\nDisallow: {path}")}):
        harvest, _ = collect({"/t": (200, f"c 1\nnext {path}"), **refused})
        assert (harvest.ending, harvest.reason) == ("complete", None)


@pytest.mark.fault(26)
def test_endless_empty_pages_stop() -> None:
    harvest, asked = collect({"/t": (200, "c 1\nnext /t?p=1")}, default=lambda path: f"next {path}1")
    assert len(asked) == 3 and harvest.ending == "complete"


@pytest.mark.fault(26)
def test_a_thread_without_comments_has_no_endless_pages() -> None:
    harvest, asked = collect({"/t": (200, "title T\nnext /t?p=1")}, default=lambda path: f"title T\nnext {path}1")
    assert asked == ["/robots.txt", "/t", "/t?p=1"] and harvest.ending == "complete"


@pytest.mark.fault(26)
def test_endless_new_comments_stop_at_the_cap_and_can_be_gone_on_with() -> None:
    harvest, asked = collect({}, max_pages=7, default=lambda path: f"c {path}\nnext {path}1")
    assert harvest.ending == "incomplete" and "max_pages" in str(harvest.reason) and len(asked) == 1 + 7


def test_html_and_rest_show_the_same_comments_and_both_are_read_to_the_end() -> None:
    rest = "/wp-json/wp/v2/comments?post=1&page="
    site: Site = {
        "/t": (200, f"c 1\nc 2\nnext {rest}1"),
        rest + "1": (200, f"c 1\nnext {rest}2"),
        rest + "2": (200, "c 2"),
    }
    harvest, asked = collect(site)
    assert asked[2:] == [rest + "1", rest + "2"] and harvest.ending == "complete"


@pytest.mark.fault(27)
def test_old_links_of_a_site_that_moved_to_https_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "HOST", "https://f.invalid")
    harvest, asked = collect({"/t": (200, "c 1\nnext http://f.invalid/t/2"), "/t/2": (200, "c 2")})
    assert asked[1:] == ["/t", "/t/2"] and harvest.threads[0]["found"] == 2 and harvest.ending == "complete"


def test_a_link_to_another_site_is_told_and_not_followed() -> None:
    harvest, asked = collect({"/t": (200, "c 1\nnext http://other.invalid/t/2\nnext http://f.invalid:8080/t")})
    assert len(asked) == 2
    assert outcomes(harvest)["http://other.invalid/t/2"] == "other origin"


@pytest.mark.parametrize(
    "target", ["http://other.invalid/t", "file:///etc/passwd", "http://169.254.169.254/", "//other.invalid/t"]
)
def test_a_redirect_to_another_site_is_refused(target: str) -> None:
    harvest, asked = collect({"/t": (302, target)})
    assert len(asked) == 2 and harvest.ending == "failed" and "another site" in str(harvest.reason)


def test_redirects_within_the_site_are_followed_and_loops_end() -> None:
    harvest, _ = collect({"/t": (301, "/u"), "/u": (302, "/v"), "/v": (200, "c 1")})
    assert harvest.ending == "complete" and outcomes(harvest)["/t"] == "redirect"
    harvest, asked = collect({"/t": (302, "/u"), "/u": (302, "/t")})
    assert len(asked) == 3
    harvest, asked = collect({f"/t{'1' * n}": (302, f"/t{'1' * (n + 1)}") for n in range(30)})
    assert len(asked) == 12 and "redirects" in str(harvest.reason)


def test_robots_forbids_the_thread() -> None:
    harvest, asked = collect({"/robots.txt": (200, "User-agent: *\nDisallow: /t"), "/t": (200, "c 1")})
    assert asked == ["/robots.txt"] and harvest.ending == "refused" and harvest.robots["rule"] == "Disallow: /t"


def test_robots_forbids_a_part_and_the_rest_is_kept() -> None:
    harvest, asked = collect({"/robots.txt": (200, "User-agent: *\nDisallow: /t/"), "/t": (200, "c 1\nnext /t/2")})
    assert asked == ["/robots.txt", "/t"] and harvest.ending == "refused" and "forbids part" in str(harvest.reason)


def test_robots_that_cannot_be_had_forbids_everything() -> None:
    harvest, asked = collect({"/robots.txt": FetchError("timeout", "timeout", False), "/t": (200, "c 1")})
    assert asked == ["/robots.txt"] and harvest.ending == "refused"


@pytest.mark.parametrize(("status", "ending"), [(401, "failed"), (403, "failed"), (404, "failed"), (410, "failed")])
def test_a_closed_or_missing_thread(status: int, ending: str) -> None:
    harvest, _ = collect({"/t": (status, "")})
    assert harvest.ending == ending and str(status) in str(harvest.reason)


@pytest.mark.fault(31)
@pytest.mark.parametrize("status", [401, 403])
def test_a_site_that_closes_its_door_half_way_is_left_with_what_it_showed(status: int) -> None:
    site: Site = {"/t": (200, "c 1\nnext /t/2\nnext /t/3"), "/t/2": (status, ""), "/t/3": (200, "c 3")}
    harvest, asked = collect(site)
    assert asked == ["/robots.txt", "/t", "/t/2"] and (harvest.ending, harvest.refused_by) == ("refused", "the site")
    assert (thread(harvest)["found"], thread(harvest)["complete"]) == (1, False)
    assert "not to be had: the rest of it" in thread(harvest)["why"]


@pytest.mark.parametrize("broken", ["http://[slecht", "http://f.invalid:x/t"])
def test_an_address_that_cannot_be_read_leads_nowhere(broken: str) -> None:
    harvest, _ = collect({"/t": (302, broken)})
    assert harvest.ending == "failed" and "redirects to another site" in str(harvest.reason)
    harvest, _ = collect({"/t": (200, f"n 1\nc 1\nnext {broken}")})
    assert harvest.ending == "complete" and harvest.visits[-1].outcome == "other origin"
    harvest, _ = collect({"/robots.txt": (302, broken), "/t": (200, "c 1")})
    assert harvest.ending == "refused"
    posts = "/wp-json/wp/v2/posts?per_page=100&page=1&order=asc&_fields=id,link,date_gmt"
    home = f'<link rel="https://api.w.org/" href="{HOST}/wp-json/">\nnext /b'
    site: Site = {
        "/": (200, home),
        posts: (200, json.dumps([{"link": broken}, {"link": f"{HOST}/a"}])),
        "/a": (200, "c 1"),
    }
    assert collect(site, start="/")[0].ending == "complete"


def test_robots_txt_of_a_site_that_has_moved_tells_where_to() -> None:
    moved = "https://g.invalid/robots.txt"
    harvest, asked = collect({"/robots.txt": (301, moved), "/t": (301, "https://g.invalid/t")})
    assert asked == ["/robots.txt"] and harvest.ending == "refused"
    assert f"It leads to {moved}: if the site has moved there, add its address there." in str(harvest.reason)


SECURE = "https://www.f.invalid"


@pytest.mark.parametrize("hop", [SECURE, "https://f.invalid", "http://www.f.invalid"])
def test_a_source_whose_own_site_answers_over_https_or_with_www_is_collected_there(hop: str) -> None:
    site: Site = {
        "/robots.txt": (301, f"{hop}/robots.txt"), "/t": (301, f"{hop}/t"),
        "https://f.invalid/robots.txt": (301, f"{SECURE}/robots.txt"), "https://f.invalid/t": (301, f"{SECURE}/t"),
        "http://www.f.invalid/robots.txt": (301, f"{SECURE}/robots.txt"), "http://www.f.invalid/t": (301, f"{SECURE}/t"),
        f"{SECURE}/robots.txt": (200, "User-agent: *\nDisallow: /nee"),
        f"{SECURE}/t": (200, f"c 1\nnext {SECURE}/t/2\nnext {SECURE}/nee"), f"{SECURE}/t/2": (200, "c 2"),
    }  # fmt: skip
    harvest, asked = collect(site, threads={f"{HOST}/t/oud": "oud", f"{HOST}/t": "t"})
    assert (harvest.ending, harvest.robots["rule"]) == ("refused", "Disallow: /nee")
    assert outcomes(harvest)["/t"] == "redirect" and asked.count(f"{SECURE}/t") == 1
    assert [(row["url"], row["found"]) for row in harvest.threads if row["pages"]] == [(f"{SECURE}/t", 2)]
    assert any(f"{HOST}/t leads to {hop}/t, on the same site" in note for note in harvest.notes)


def test_a_ring_between_names_of_a_site_ends() -> None:
    away = "http://www.f.invalid"
    harvest, asked = collect({"/t": (302, f"{away}/t"), f"{away}/t": (302, f"{HOST}/t")})
    assert harvest.ending == "failed" and "in a ring" in str(harvest.reason) and len(asked) == 5


def test_the_rules_of_the_site_itself_hold_where_it_answers() -> None:
    site: Site = {"/t": (301, f"{SECURE}/t"), f"{SECURE}/robots.txt": (200, "User-agent: *\nDisallow: /")}
    harvest, asked = collect(site)
    assert harvest.ending == "refused" and f"{SECURE}/t" not in asked


def test_robots_txt_behind_redirects_within_the_site_is_read() -> None:
    site: Site = {"/robots.txt": (302, "/r"), "/r": (200, "User-agent: *\nDisallow: /t"), "/t": (200, "c 1")}
    harvest, asked = collect(site)
    assert asked == ["/robots.txt", "/r"] and harvest.robots["rule"] == "Disallow: /t"
    ring, _ = collect({"/robots.txt": (302, "/robots.txt"), "/t": (200, "c 1")})
    assert ring.ending == "refused"


def test_a_missing_page_of_a_thread_is_told() -> None:
    harvest, _ = collect({"/t": (200, "c 1\nnext /t/2")})
    assert harvest.ending == "complete" and outcomes(harvest)["/t/2"] == "http 404"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_closed_rest_interface_does_not_matter(status: int) -> None:
    harvest, _ = collect(
        {"/t": (200, "c 1\nnext /wp-json/wp/v2/comments?post=1"), "/wp-json/wp/v2/comments?post=1": (status, "")}
    )
    assert harvest.ending == "complete"


def test_a_page_without_a_thread_is_no_empty_thread() -> None:
    harvest, _ = collect({"/t": (200, "Log in to read on")})
    assert harvest.ending == "failed" and "no thread found" in str(harvest.reason)
    assert outcomes(harvest)["/t"] == "no thread found"


@pytest.mark.parametrize(
    ("media", "what"),
    [
        ("image/png", "a picture (image/png)"),
        ("application/pdf; x=1", "a PDF (application/pdf)"),
        ("text/css", "a file (text/css)"),
        ("text/html; charset=utf-8", "a login page"),
        ("", "a login page"),
    ],
)
def test_what_stands_in_the_place_of_a_page_is_told(media: str, what: str) -> None:
    harvest, _ = collect({"/t": (200, "%PDF-1.7", {"content-type": media})})
    assert harvest.ending == "failed" and what in str(harvest.reason)
    assert ("login page" in str(harvest.reason)) is (what == "a login page")


def test_a_front_page_leads_to_every_thread_and_its_older_pages() -> None:
    site: Site = {
        "/": (200, "next /a\nnext /b\nnext /page/2"),
        "/page/2": (200, "next /c\nnext /"),
        "/a": (200, "title A\nc 1\nnext /a/2"),
        "/a/2": (200, "title A\nc 2"),
        "/b": (200, "title B\nc 3"),
        "/c": (200, "title C"),
    }
    harvest, asked = collect(site, start="/")
    assert sorted(asked) == ["/", "/a", "/a/2", "/b", "/c", "/page/2", "/robots.txt"] and harvest.ending == "complete"


def test_the_list_over_rest_goes_before_the_front_page() -> None:
    posts = "/wp-json/wp/v2/posts?per_page=100&page=1&order=asc&_fields=id,link,date_gmt"
    site: Site = {
        "/": (200, f'<link rel="https://api.w.org/" href="{HOST}/wp-json/">\nnext /b'),
        posts: (200, json.dumps([{"link": f"{HOST}/a"}, {"link": f"{HOST}/b"}, {"link": "http://other.invalid/c"}])),
        "/a": (200, "title A\nc 1"),
        "/b": (200, "title B\nc 1"),  # the same number in another thread is another comment
    }
    harvest, asked = collect(site, start="/")
    assert asked == ["/robots.txt", "/", posts, "/a", "/b"] and harvest.ending == "complete"


def test_a_list_that_breaks_off_is_not_taken_for_the_whole_site() -> None:
    """The second hundred is closed to us, so the front page is walked as well."""
    posts = "/wp-json/wp/v2/posts?per_page=100&page={}&order=asc&_fields=id,link,date_gmt"
    hundred = json.dumps([{"link": f"{HOST}/{n}"} for n in range(100)])
    home = f'<link rel="https://api.w.org/" href="{HOST}/wp-json/">\nnext /nieuw'
    site: Site = {"/": (200, home), posts.format(1): (200, hundred), "/nieuw": (200, "title N\nc 1")}
    threads = {f"/{n}": (200, "title A\nc 1") for n in range(100)}
    for status, walked in ((403, True), (400, False)):  # 400: a page behind the last
        _, asked = collect(site | threads | {posts.format(2): (status, "")}, start="/", max_pages=200)
        assert ("/nieuw" in asked) is walked


def test_a_thread_of_an_earlier_visit_that_is_listed_and_gone_is_withdrawn() -> None:
    site: Site = {
        "/": (200, "next /a\nnext /b\nnext /c"),
        "/a": (410, ""),
        "/b": (200, "title B\nc 1"),
        "/c": (404, ""),
    }
    harvest, _ = collect(site, start="/", visit=2, threads={f"{HOST}/a": "a"})
    assert {row["thread"]: row.get("withdrawn") for row in harvest.threads} == {
        "t": None,
        "a": 410,
        f"{HOST}/c": None,
    }
    assert next(row["why"] for row in harvest.threads if row["thread"] == f"{HOST}/c") == "answers 404"


# --- threads, counted ------------------------------------------------------------------------------------------


def thread(harvest: Harvest) -> dict[str, Any]:
    (row,) = harvest.threads
    return row


@pytest.mark.parametrize(
    ("pages", "found", "announced", "complete", "why"),
    [
        (["n 2\nc 1\nc 2"], 2, 2, True, None),
        (["n 3\nc 1\nnext /t/2", "n 3\nc 2\nc 3"], 3, 3, True, None),
        (["n 3\nc 1\nnext /t/2", "c 2"], 2, 3, False, "announced 3, found 2"),
        (["c 1"], 1, None, None, "it does not announce how many comments it has"),
        (["n 3\nc 1\nc 2\nnext /t/9"], 2, 3, False, "announced 3, found 2; not to be had: http://f.invalid/t/9 (http 404)"),
        (["c 1\nnext /t/9"], 1, None, False, "it does not announce how many comments it has; not to be had: http://f.invalid/t/9 (http 404)"),
    ],
)  # fmt: skip
def test_a_thread_is_complete_only_if_the_counts_agree(
    pages: list[str], found: int, announced: int | None, complete: bool | None, why: str | None
) -> None:
    harvest, _ = collect({"/t" if n == 0 else f"/t/{n + 1}": (200, body) for n, body in enumerate(pages)})
    row = thread(harvest)
    assert (row["found"], row["announced"], row["complete"], row["why"]) == (found, announced, complete, why)


@pytest.mark.fault(44)
def test_a_feed_with_10_of_29_is_not_complete() -> None:
    harvest, _ = collect({"/t": (200, "n 29\n" + "\n".join(f"c {n}" for n in range(10)))})
    assert (thread(harvest)["complete"], thread(harvest)["why"]) == (False, "announced 29, found 10")


def test_the_manifest_tells_what_each_page_showed() -> None:
    harvest, _ = collect({"/t": (200, "n 3\nc 1\nc 2\nnext /t/2"), "/t/2": (200, "n 3\nc 3")})
    rows = [(v.thread, v.platform, v.comments, v.announced, v.robots) for v in harvest.visits if v.outcome == "page"]
    assert rows == [("t", "made-up", 2, 3, "allowed"), ("t", "made-up", 1, 3, "allowed")]


def test_a_closed_interface_does_not_make_a_thread_incomplete() -> None:
    harvest, _ = collect({"/t": (200, "c 1\nnext /api/4"), "/api/4": (403, "")})
    assert thread(harvest)["complete"] is None


# --- pages that shift ------------------------------------------------------------------------------------------


@pytest.mark.fault(43)
def test_a_comment_added_in_front_while_reading_is_fetched_at_the_end() -> None:
    """Newest first: 6 comes in after page 1, and pushes 4 onto page 2."""
    site: Site = {
        "/t": [(200, "n 5\nc 5\nc 4\nnext /t/2"), (200, "n 6\nc 6\nc 5\nnext /t/2")],
        "/t/2": [(200, "n 6\nc 4\nc 3\nnext /t/3")],
        "/t/3": [(200, "n 6\nc 2\nc 1")],
    }
    harvest, asked = collect(site)
    assert asked[1:] == ["/t", "/t/2", "/t/3", "/t", "/t/2"]  # page 3 lies behind the seam
    assert (thread(harvest)["found"], thread(harvest)["complete"]) == (6, True)
    assert any("pages shifted" in note for note in harvest.notes)


@pytest.mark.fault(43)
def test_a_comment_deleted_while_reading_does_not_hide_the_one_that_moves_up() -> None:
    """Oldest first: 1 goes after page 1, and 3 moves from page 2 to page 1."""
    site: Site = {
        "/t": [(200, "n 6\nc 1\nc 2\nnext /t/2"), (200, "n 5\nc 2\nc 3\nnext /t/2")],
        "/t/2": [(200, "n 5\nc 4\nc 5\nnext /t/3")],
        "/t/3": [(200, "n 5\nc 6")],
    }
    harvest, asked = collect(site)
    assert asked[1:] == ["/t", "/t/2", "/t/3", "/t", "/t/2"]
    assert (thread(harvest)["found"], thread(harvest)["announced"], thread(harvest)["complete"]) == (5, 5, True)


@pytest.mark.fault(43)
def test_pages_that_never_settle_are_asked_once_more_and_no_oftener() -> None:
    site: Site = {"/t": (200, "n 9\nc 1\nc 2\nnext /t/2"), "/t/2": (200, "n 9\nc 2\nc 3")}
    harvest, asked = collect(site)
    assert asked[1:] == ["/t", "/t/2"] * 2 and thread(harvest)["complete"] is False


def test_pages_that_disagree_without_a_seam_are_not_asked_again() -> None:
    _, asked = collect({"/t": (200, "n 9\nc 1\nnext /t/2"), "/t/2": (200, "n 9\nc 2")})
    assert asked[1:] == ["/t", "/t/2"]


def test_a_comment_that_every_page_repeats_is_no_reason_to_ask_again() -> None:
    _, asked = collect({"/t": (200, "n 3\nc 1\nc 2\nnext /t/2"), "/t/2": (200, "n 3\nc 1\nc 3")})
    assert asked[1:] == ["/t", "/t/2"]


# --- later visits ----------------------------------------------------------------------------------------------


@pytest.mark.fault(42)
@pytest.mark.parametrize("status", [404, 410])
def test_a_thread_that_is_gone_is_withdrawn_and_no_failure(status: int) -> None:
    harvest, _ = collect({"/t": (status, "")}, visit=2, threads={f"{HOST}/t": "t"})
    assert (harvest.ending, thread(harvest)["withdrawn"], thread(harvest)["complete"]) == ("complete", status, None)
    assert any("withdrawn" in note for note in harvest.notes)


def test_a_thread_that_now_leads_to_the_front_page_is_no_site_to_collect() -> None:
    site: Site = {"/t": (302, "/"), "/": (200, "next /a\nnext /b"), "/a": (200, "c 1"), "/b": (200, "c 2")}
    harvest, asked = collect(site, visit=2, threads={f"{HOST}/t": "t"})
    assert harvest.ending == "failed" and "was a thread" in str(harvest.reason) and asked[1:] == ["/t", "/"]


def test_a_later_visit_goes_back_to_threads_that_no_list_shows_any_more() -> None:
    site: Site = {"/": (200, "next /b"), "/b": (200, "thread b\nc 2"), "/a": (200, "thread a\nc 1"), "/weg": (404, "")}
    known = {f"{HOST}/a": "a", f"{HOST}/weg": "weg", f"{HOST}/b": "b"}
    harvest, asked = collect(site, start="/", visit=2, threads=known)
    assert asked[1:] == ["/", "/b", "/a", "/weg"] and harvest.ending == "complete"
    assert {row["thread"]: row.get("withdrawn") for row in harvest.threads} == {"a": None, "b": None, "weg": 404}


# --- listings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "listing"),
    [
        (Reading("p", "u", title="Forum", next_links=["x"]), True),
        (Reading("p", "u", title="Forum", opening="Welkom", next_links=["x"], thread=None), True),
        (Reading("p", "u", thread="t", next_links=["x"]), False),
        (Reading("p", "u"), False),  # leads nowhere
        (Page("p", "u", next_links=["x"]), True),
        (Page("p", "u", title="Draad", next_links=["x"]), False),
    ],
)
def test_what_is_a_listing(page: Page, listing: bool) -> None:
    assert is_listing(page) is listing


# --- text and data mining --------------------------------------------------------------------------------------

RESERVED = json.dumps([{"location": "/t", "tdm-reservation": 1, "tdm-policy": "http://f.invalid/beleid"}])


@pytest.mark.fault(38)
def test_a_reserved_thread_is_not_asked_for() -> None:
    harvest, asked = collect({tdm.PATH: (200, RESERVED), "/t": (200, "c 1")})
    assert asked == ["/robots.txt"] and (harvest.ending, harvest.refused_by) == ("refused", "a TDM opt-out")
    assert "http://f.invalid/beleid" in str(harvest.reason) and "tdm_override" in str(harvest.reason)


@pytest.mark.fault(38)
def test_a_reason_of_the_analyst_overrides_a_reservation_and_is_told() -> None:
    harvest, asked = collect({tdm.PATH: (200, RESERVED), "/t": (200, "c 1")}, tdm_override="artikel 3, onderzoek")
    assert asked[1:] == ["/t"] and harvest.ending == "complete" and harvest.tdm["override"] == "artikel 3, onderzoek"
    assert (harvest.visits[-1].tdm or {})["reserved"] is True


@pytest.mark.fault(38)
def test_a_page_that_reserves_itself_is_not_kept() -> None:
    harvest, _ = collect({"/t": (200, "c 1\nnext /t/2"), "/t/2": (200, "c 2", {"tdm-reservation": "1"})})
    assert (harvest.ending, harvest.reserved) == ("refused", [f"{HOST}/t/2"])


@pytest.mark.fault(38)
def test_a_file_of_reservations_behind_a_redirect_is_read() -> None:
    site: Site = {tdm.PATH: (301, "/tdm.json"), "/tdm.json": (200, RESERVED), "/t": (200, "c 1")}
    harvest, asked = collect(site)
    assert asked == ["/robots.txt", "/tdm.json"] and harvest.refused_by == "a TDM opt-out"


def test_a_file_of_reservations_that_cannot_be_had_reserves_nothing() -> None:
    harvest, _ = collect({tdm.PATH: FetchError("timeout", "timeout", False), "/t": (200, "c 1")})
    assert harvest.ending == "complete" and any("tdmrep" in note for note in harvest.notes)


@pytest.mark.fault(21)
def test_a_site_that_sends_to_and_fro_between_its_names_is_left() -> None:
    asked: list[str] = []

    async def get(url: str, again: bool = False, rules: bool = False) -> Answer:
        asked.append(url)
        assert len(asked) < 50
        if rules:
            return Answer(url, 404, {}, b"", "", "utf-8", AT, 0, "sha1:X")
        other = "f.invalid" if "//www." in url else "www.f.invalid"
        return Answer(url, 302, {"location": f"http://{other}/{len(asked)}"}, b"", "", "utf-8", AT, 0, "sha1:X")

    job = Job("s", f"{HOST}/t", "agent", Path("x"), 0, 50, 1000, 1, 1)
    harvest = asyncio.run(Collector(job, get, read_pages, lambda *_: None).run(lambda _: None))
    assert harvest.ending == "failed" and "redirects in a ring" in str(harvest.reason)
