"""How a site sees us: the whole stage against sites on loopback that write down every request."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.scrape import stage
from tests.faults.server import SITES, Site, serve

CONTACT = "onderzoek@voorbeeld.invalid"
DELAY = 0.2
RULES = ["/robots.txt", "/.well-known/tdmrep.json"]
PLACES = {"wait_seconds": "/draad/", "robots_delay": "/draad/", "robots_group": "/draad/"}


@dataclass
class Seen:
    """The sites after one run of the stage; `start` is one that two sources lie on."""

    root: Path
    sites: dict[str, Site]

    def gaps(self, name: str) -> list[float]:
        """Seconds between the requests that a site got."""
        return [later - sooner for sooner, later in itertools.pairwise(self.sites[name].times)]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    root = tmp_path_factory.mktemp("project")
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve(name)) for name in (*PLACES, "whole")}
        addresses = {name.replace("_", "-"): sites[name].url for name in (*PLACES, "whole")}
        addresses["zo-ook"] = f"http://127.0.0.1:{sites['whole'].port}/tweede-draad/"
        write(root, addresses)
        stage.run(root)
        yield Seen(root, sites)


def write(root: Path, addresses: dict[str, str]) -> None:
    (root / "data/raw").mkdir(parents=True)
    (root / "params.yaml").write_text(
        f"edition: 2026-01-01\nscrape: {{contact: {CONTACT}, delay_seconds: {DELAY}, request_seconds: 20}}\n", "utf-8"
    )
    entries = "".join(
        f"  - {{id: {name}, kind: url, location: '{url}', added: 2026-01-01T00:00:00Z, provenance: scraped, private_network: true}}\n"
        for name, url in addresses.items()
    )
    (root / "data/raw/sources.yaml").write_text(f"sources:\n{entries}", "utf-8")


def test_the_rules_are_asked_for_before_any_page(seen: Seen) -> None:
    assert seen.sites["whole"].asked[:3] == [*RULES, "/draad/"]
    assert all(place.asked[0] == "/robots.txt" for place in seen.sites.values())


def test_pages_come_in_order_and_each_once(seen: Seen) -> None:
    assert seen.sites["whole"].asked == [
        *RULES, "/draad/", "/draad/comment-page-2/", "/tweede-draad/"
    ]  # fmt: skip


def test_the_rules_of_a_site_are_asked_for_once_and_each_archive_holds_them(seen: Seen) -> None:
    exchanges = []
    for name, asked_for in (("whole", None), ("zo-ook", "whole")):
        told = json.loads((seen.root / f"data/raw/archive/{name}.json").read_text("utf-8"))
        assert [(page["outcome"], page["asked_for"]) for page in told["pages"][:2]] == [
            ("robots.txt", asked_for),
            ("tdmrep.json", asked_for),
        ]
        assert told["when"] == next(page["at"] for page in told["pages"] if not page["asked_for"])
        assert told["robots"]["answer"] == "rules" and told["tdm"]["status"] == 404
        with (seen.root / f"data/raw/archive/{name}.warc.gz").open("rb") as file:
            exchanges.append(
                [
                    (head("WARC-Target-URI"), head("WARC-Date"), head("WARC-Type"), record.raw_stream.read())
                    for record in ArchiveIterator(file)
                    if (head := record.rec_headers.get_header)("WARC-Target-URI", "").endswith(tuple(RULES))
                ]
            )
    assert len(exchanges[0]) == 4 and exchanges[0] == exchanges[1]


def test_no_request_comes_sooner_than_the_delay_not_even_for_another_source(seen: Seen) -> None:
    gaps = seen.gaps("whole")
    assert len(gaps) == 4 and min(gaps) >= DELAY - 0.01


@pytest.mark.fault(37)
def test_a_longer_crawl_delay_is_kept_to(seen: Seen) -> None:
    assert min(seen.gaps("robots_delay")) >= 0.59


@pytest.mark.fault(10)
def test_retry_after_is_waited_for_and_nothing_is_asked_meanwhile(seen: Seen) -> None:
    assert seen.sites["wait_seconds"].asked == [*RULES, "/draad/", "/draad/"]
    assert seen.gaps("wait_seconds")[-1] >= 1.0


@pytest.mark.fault(32)
def test_where_robots_txt_forbids_nothing_else_is_asked(seen: Seen) -> None:
    assert seen.sites["robots_group"].asked == ["/robots.txt"]


def test_one_request_at_a_time(seen: Seen) -> None:
    assert all(place.most_at_once == 1 for place in seen.sites.values())


def test_every_request_says_who_asks_and_where_to_complain(seen: Seen) -> None:
    agents = {headers["user-agent"] for place in seen.sites.values() for headers in place.headers}
    assert len(agents) == 1
    assert re.fullmatch(rf"Standpunt/\S+ \(\+{re.escape(CONTACT)}\)", agents.pop())


@pytest.mark.fault(23)
def test_no_request_carries_more_than_it_must(seen: Seen) -> None:
    """No cookie (the site sets one), no referrer, no authorization."""
    names = {name for place in seen.sites.values() for headers in place.headers for name in headers}
    assert names == {"host", "user-agent", "accept", "accept-encoding"}
    assert set(SITES) >= set(PLACES)
