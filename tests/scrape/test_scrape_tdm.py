"""What counts as a reservation of text and data mining, and what does not."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrape.tdm import TdmAnswer, TdmRules, answer_of, parse_tdmrep

HOST = "http://f.invalid"
POLICY = "https://f.invalid/voorwaarden.json"


def rules(*entries: Any) -> TdmRules:
    return parse_tdmrep(200, json.dumps(entries).encode())


def reserves(location: str, path: str) -> bool:
    answer = rules({"location": location, "tdm-reservation": 1}).reserved(HOST + path)
    return answer is not None and answer.reserved


@pytest.mark.fault(38)
@pytest.mark.parametrize(
    ("location", "path", "hit"),
    [
        ("/", "", True),
        ("/", "/draad/1", True),
        ("*", "/draad/1", True),
        ("draad/", "/draad/1", True),
        ("/draad/", "/draad", False),
        ("/draad", "/draad/1?p=2", True),
        ("/Draad", "/draad", False),  # capitals count
        ("/*.html$", "/a/b.html", True),
        ("/*.html$", "/a.html/b.html", True),
        ("/*.html$", "/a/b.html?x", False),
        ("/a*b*c", "/a1b2c3", True),
        ("/a*b*c", "/a1c2b", False),
        ("/draad$", "/draad", True),
        ("/draad$", "/draad/", False),
        ("/%7Ejan/", "/~jan/1", True),
        ("/één", "/%C3%A9%C3%A9n/1", True),
        ("/a%2Fb", "/a/b", False),
        ("/prijs%24", "/prijs$", True),
        ("/*?p=", "/draad?p=2", True),
    ],
)
def test_a_rule_matches_like_one_of_robots_txt(location: str, path: str, hit: bool) -> None:
    assert reserves(location, path) is hit


@pytest.mark.fault(38)
def test_the_first_rule_that_matches_counts() -> None:
    found = rules(
        {"location": "/vrij/", "tdm-reservation": 0, "tdm-policy": POLICY},
        {"location": "/", "tdm-reservation": 1, "tdm-policy": POLICY},
        {"location": "/draad/", "tdm-reservation": 0},
    )
    assert found.reserved(f"{HOST}/vrij/1") == TdmAnswer(False, "tdmrep.json: /vrij/", None)
    assert found.reserved(f"{HOST}/draad/1") == TdmAnswer(True, "tdmrep.json: /", POLICY)
    assert found.warnings == []
    assert TdmAnswer(True, "x").as_dict() == {"reserved": True, "where": "x", "policy": None}


@pytest.mark.parametrize("status", [404, 403, 301, 410])
def test_without_a_file_there_are_no_rules_and_no_warning(status: int) -> None:
    assert parse_tdmrep(status, b'[{"location": "/", "tdm-reservation": 1}]') == TdmRules()


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><html>", b"\xef\xbb\xbf\n <html>"])
def test_a_page_in_its_place_is_no_file(body: bytes) -> None:
    assert parse_tdmrep(200, body) == TdmRules()


@pytest.mark.parametrize(
    ("status", "body", "warning"),
    [
        (None, b"", "no answer"),
        (503, b"", "503"),
        (200, b"[{", "broken"),
        (200, b"", "broken"),
        (200, b"\xff\xfe", "broken"),
        (200, b"[" * 100_000, "broken"),
        (200, b'{"location": "/"}', "not a list"),
        (200, b"[" + b" " * 2_000_000 + b"]", "over 1,000,000"),
        (200, b"[1]", "rule 1"),
        (200, b'[{"location": "/"}]', "rule 1"),
        (200, b'[{"location": "/", "tdm-reservation": 2}]', "rule 1"),
        (200, b'[{"location": "/", "tdm-reservation": true}]', "rule 1"),
        (200, b'[{"location": "", "tdm-reservation": 1}]', "rule 1"),
        (200, b'[{"location": ["/"], "tdm-reservation": 1}]', "rule 1"),
        (200, json.dumps([{"location": "/x", "tdm-reservation": 1}] * 10_001).encode(), "10,001 rules"),
    ],
)
def test_a_broken_file_is_told_and_reserves_nothing(status: int | None, body: bytes, warning: str) -> None:
    found = parse_tdmrep(status, body)
    assert found.reserved(f"{HOST}/") is None and len(found.warnings) == 1 and warning in found.warnings[0]


def test_a_byte_order_mark_and_a_digit_as_text_are_read() -> None:
    found = parse_tdmrep(200, b'\xef\xbb\xbf[{"location": "/", "tdm-reservation": "1"}]')
    assert found.reserved(f"{HOST}/x") is not None and found.warnings == []


def test_no_pattern_takes_long() -> None:
    found = rules({"location": "/" + "*a" * 2000 + "b$", "tdm-reservation": 1})
    start = time.process_time()
    found.reserved(f"{HOST}/" + "a" * 5000)
    assert time.process_time() - start < 1.0


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=40), st.text(alphabet="/ab*$%2f?=é", max_size=40))
def test_whatever_stands_there_nothing_breaks(url: str, location: str) -> None:
    found = rules({"location": location or "/", "tdm-reservation": 1})
    found.reserved(f"{HOST}/{url}")


def page(*metas: str, body: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>Draad</title>{''.join(metas)}</head><body>{body}</body></html>"


META_1 = '<meta name="tdm-reservation" content="1">'
META_0 = "<META NAME='TDM-Reservation' CONTENT=' 0 '>"


@pytest.mark.fault(38)
@pytest.mark.parametrize(
    ("headers", "html", "answer"),
    [
        ({}, page(), None),
        ({"tdm-reservation": "1"}, page(), TdmAnswer(True, "header tdm-reservation")),
        ({"tdm-reservation": "1", "tdm-policy": POLICY}, page(), TdmAnswer(True, "header tdm-reservation", POLICY)),
        ({"tdm-reservation": "1", "tdm-policy": "javascript:x"}, page(), TdmAnswer(True, "header tdm-reservation")),
        ({"tdm-reservation": "0"}, page(), TdmAnswer(False, "header tdm-reservation")),
        ({"tdm-reservation": "yes"}, page(), None),
        ({}, page(META_1), TdmAnswer(True, "meta tdm-reservation")),
        ({}, page(META_1, f'<meta name="tdm-policy" content="{POLICY}">'), TdmAnswer(True, "meta tdm-reservation", POLICY)),
        ({"tdm-reservation": "1"}, page(META_0), TdmAnswer(False, "meta tdm-reservation")),  # the page supersedes the header
        ({"tdm-reservation": "0"}, page(META_1), TdmAnswer(True, "meta tdm-reservation")),
        ({}, page(META_1, META_0), TdmAnswer(True, "meta tdm-reservation")),
        ({}, page(body=META_1.replace("<", "&lt;")), None),  # a comment about it
        ({}, page(body=f"<p>{META_1}</p>"), None),  # only the head speaks for the page
        ({"content-type": "application/json"}, page(META_1), None),
        ({"x-robots-tag": "noai, noimageai"}, page(), TdmAnswer(True, "header X-Robots-Tag: noai")),
        ({"x-robots-tag": "noindex, NoML"}, page(), TdmAnswer(True, "header X-Robots-Tag: noml")),
        ({"x-robots-tag": "otherbot: noai, noindex"}, page(), None),
        ({"x-robots-tag": "otherbot: noindex, standpunt: noai"}, page(), TdmAnswer(True, "header X-Robots-Tag: noai")),
        ({"x-robots-tag": "max-snippet: 20, noai"}, page(), TdmAnswer(True, "header X-Robots-Tag: noai")),
        ({"x-robots-tag": "noindex, nofollow, noarchive, nosnippet, noimageai"}, page(), None),
        ({}, page('<meta name="robots" content="index, noai">'), TdmAnswer(True, "meta robots: noai")),
        ({}, page('<meta name="Standpunt" content="noml">'), TdmAnswer(True, "meta robots: noml")),
        ({}, page('<meta name="googlebot" content="noai">'), None),
        ({"tdm-reservation": "0", "x-robots-tag": "noai"}, page(), TdmAnswer(True, "header X-Robots-Tag: noai")),
    ],
)  # fmt: skip
def test_what_an_answer_says(headers: dict[str, str], html: str, answer: TdmAnswer | None) -> None:
    assert answer_of(headers, html) == answer
