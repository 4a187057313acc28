"""robots.txt by RFC 9309."""

from __future__ import annotations

import pytest

from pipeline.scrape.robots import MAX_DELAY, parse_robots

SITE = "http://f.invalid"


@pytest.mark.parametrize(
    ("status", "body", "path", "allowed"),
    [
        (200, b"User-agent: *\nDisallow: /private/", "/private/a", False),
        (200, b"User-agent: *\nDisallow: /private/", "/public/a", True),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /", "/a", False),  # a byte order mark hides nothing
        (200, b"\xef\xbb\xbf\xef\xbb\xbfUser-agent: *\nDisallow: /", "/a", False),
        (200, b"User-agent: *\nDisallow: /\nAllow: /thread/", "/thread/1", True),  # the longest match wins
        (200, b"User-agent: *\nDisallow: /*?replytocom=", "/thread/1?replytocom=4", False),
        (200, b"User-agent: *\nDisallow: /*.php$", "/a.php", False),
        (200, b"User-agent: *\nDisallow: /*.php$", "/a.php?x=1", True),
        (200, b"User-agent: Standpunt\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),  # our own name goes first
        (200, b"User-agent: Other\nDisallow: /", "/a", True),
        (200, b"", "/a", True),
        (404, b"User-agent: *\nDisallow: /", "/a", True),
        (403, b"", "/a", True),
        (500, b"", "/a", False),
        (503, b"", "/a", False),
        (301, b"", "/a", False),
        (None, b"", "/a", False),  # a timeout
    ],
)
def test_what_may_be_asked_for(status: int | None, body: bytes, path: str, allowed: bool) -> None:
    assert parse_robots(f"{SITE}/robots.txt", status, body).allows(SITE + path) is allowed


@pytest.mark.parametrize(
    ("asked", "delay"),
    [(b"", 0.0), (b"Crawl-delay: 7\n", 7.0), (b"Crawl-delay: 86400\n", MAX_DELAY), (b"Crawl-delay: x\n", 0.0)],
)
def test_crawl_delay_is_obeyed_up_to_a_cap(asked: bytes, delay: float) -> None:
    assert parse_robots(f"{SITE}/robots.txt", 200, b"User-agent: *\n" + asked + b"Disallow: /x").delay == delay


def test_the_rule_that_forbids_is_named() -> None:
    robots = parse_robots(
        f"{SITE}/robots.txt", 200, b"User-agent: *\nDisallow: /a\nDisallow: /a/b # deep\nDisallow: /c"
    )
    assert robots.rule(f"{SITE}/a/b/1") == "Disallow: /a/b"
    assert "status 500" in parse_robots(f"{SITE}/robots.txt", 500).rule(f"{SITE}/a")


def test_an_html_page_in_its_place_is_told() -> None:
    assert parse_robots(f"{SITE}/robots.txt", 200, b"<!DOCTYPE html><html>").warnings
