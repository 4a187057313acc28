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
        (200, b"User-agent: STANDPUNT/2.1 (x)\nDisallow: /", "/a", False),  # the token alone counts
        (200, b"User-agent: Stand\nDisallow: /", "/a", True),  # that is somebody else
        (
            200,
            b"User-agent: a\nUser-agent: standpunt\nUser-agent: b\nDisallow: /",
            "/a",
            False,
        ),  # several share a group
        (
            200,
            b"User-agent: standpunt\nDisallow: /b\n\nUser-agent: Standpunt\nDisallow: /a",
            "/a",
            False,
        ),  # groups of one
        (200, b"User-agent: standpunt\nDisallow:\n\nUser-agent: *\nDisallow: /", "/a", True),
        (200, b"User-agent: *\rDisallow: /\r", "/a", False),
        (200, "User-agent: *\nDisallow: /".encode("utf-16"), "/a", False),
        (200, b"User-agent: *\nDisallow: /caf%C3%A9", "/caf%c3%a9/1", False),
        (200, b"User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),  # as long: the kinder one
        (200, b"User-agent: *\nDisallow: /" + b"x" * 600_000, "/a", True),  # a line that is cut is no line
        (429, b"", "/a", True),
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


def test_nobody_answering_is_no_rule_of_the_site() -> None:
    robots = parse_robots(f"{SITE}/robots.txt", None)
    assert robots.as_dict()["answer"] == "no answer" and not robots.allows(f"{SITE}/a")
    assert robots.rule(f"{SITE}/a") == "robots.txt could not be read (no answer), so everything is taken as forbidden"
    assert parse_robots(f"{SITE}/robots.txt", 503).as_dict()["answer"] == "disallow"


@pytest.mark.parametrize(
    ("asked", "delay"),
    [
        (b"", 0.0),
        (b"Crawl-delay: 7\n", 7.0),
        (b"Crawl-delay: 86400\n", MAX_DELAY),
        (b"Crawl-delay: x\n", 0.0),
        (b"Crawl-delay: nan\n", 0.0),
        (b"Crawl-delay: inf\n", 0.0),
        (b"Crawl-delay: -3\n", 0.0),
        (b"Crawl-delay: 0.5\n", 0.5),
        (b"Request-rate: 1/10s\n", 10.0),
        (b"Request-rate: 1/10s\nCrawl-delay: 20\n", 20.0),
        (b"Request-rate: 2/1h\n", MAX_DELAY),
    ],
)
def test_crawl_delay_is_obeyed_up_to_a_cap(asked: bytes, delay: float) -> None:
    assert parse_robots(f"{SITE}/robots.txt", 200, b"User-agent: *\n" + asked + b"Disallow: /x").delay == delay


@pytest.mark.fault(32)
def test_the_rule_that_forbids_is_named() -> None:
    robots = parse_robots(
        f"{SITE}/robots.txt", 200, b"User-agent: *\nDisallow: /a\nDisallow: /a/b # deep\nDisallow: /c"
    )
    assert robots.rule(f"{SITE}/a/b/1") == "Disallow: /a/b"
    named = parse_robots(
        f"{SITE}/robots.txt", 200, b"User-agent: standpunt\nDisallow: /a\n\nUser-agent: *\nDisallow: /a/b/c"
    )
    assert named.rule(f"{SITE}/a/b/c") == "Disallow: /a"  # the longer one speaks to others
    assert "status 500" in parse_robots(f"{SITE}/robots.txt", 500).rule(f"{SITE}/a")


@pytest.mark.fault(34)
def test_an_html_page_in_its_place_is_told() -> None:
    assert parse_robots(f"{SITE}/robots.txt", 200, b"<!DOCTYPE html><html>").warnings
