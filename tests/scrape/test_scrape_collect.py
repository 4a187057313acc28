"""The frontier on sites that exist only here: `next` lines lead on, `c` lines are comments."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.platforms.base import Page, RawComment
from pipeline.scrape.collect import Collector
from pipeline.scrape.job import Answer, FetchError, Harvest, Job

HOST = "http://f.invalid"
AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
Site = dict[str, tuple[int, str] | FetchError]


def read_page(body: str, url: str) -> Page | None:
    """A made-up platform: the words of each line."""
    lines = [line.split(" ", 1) for line in body.splitlines()]
    if not any(kind in ("c", "next", "title") for kind, *_ in lines):
        return None
    named = {kind: rest[0] for kind, *rest in lines}
    return Page(
        "made-up-json" if "/api/" in url else "made-up",
        url,
        title=named.get("title"),
        comments=[RawComment(rest[0], None, None, None, "", "text") for kind, *rest in lines if kind == "c"],
        next_links=[HOST + rest[0] if rest[0].startswith("/") else rest[0] for kind, *rest in lines if kind == "next"],
    )


def collect(
    site: Site, start: str = "/t", max_pages: int = 50, default: Callable[[str], str] | None = None
) -> tuple[Harvest, list[str]]:
    asked: list[str] = []

    async def get(url: str) -> Answer:
        path = url.removeprefix(HOST)
        asked.append(path)
        said = site.get(path, (404, "") if default is None else (200, default(path)))
        if isinstance(said, FetchError):
            raise said
        status, body = said
        headers = {"location": body} if 300 <= status < 400 else {}
        headers["content-type"] = "application/json" if "/wp-json/" in path else "text/html"
        return Answer(url, status, headers, body.encode(), body, "utf-8", AT, len(body), "sha1:X")

    job = Job("s", HOST + start, "agent", Path("x"), 0, max_pages, 1000, 1, 1)
    harvest = asyncio.run(Collector(job, get, read_page, lambda _: None).run(lambda _: None))
    return harvest, asked


def outcomes(harvest: Harvest) -> dict[str, str]:
    return {visit.url.removeprefix(HOST): visit.outcome for visit in harvest.visits}


def test_a_thread_is_followed_to_its_end_and_each_page_asked_once() -> None:
    harvest, asked = collect(
        {
            "/t": (200, "c 1\nnext /t/2\nnext /t#top"),
            "/t/2": (200, "c 2\nnext /t/3\nnext /t"),
            "/t/3": (200, "c 3\nnext /t/2"),
        }
    )
    assert asked == ["/robots.txt", "/t", "/t/2", "/t/3"] and harvest.ending == "complete" and harvest.reason is None


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


def test_endless_empty_pages_stop() -> None:
    harvest, asked = collect({"/t": (200, "c 1\nnext /t?p=1")}, default=lambda path: f"next {path}1")
    assert len(asked) == 3 and harvest.ending == "complete"


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


def test_a_body_that_is_too_large_ends_incomplete() -> None:
    harvest, _ = collect({"/t": (200, "c 1\nnext /t/2"), "/t/2": FetchError("too large", "over the cap", False)})
    assert harvest.ending == "incomplete" and outcomes(harvest)["/t/2"] == "too large"


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
