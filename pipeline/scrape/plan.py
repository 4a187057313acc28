"""What `standpunt scrape` would do, without asking anybody: which sources are due and why, at least how many requests that
takes, and how long.

Known are only the settings and the manifests of earlier visits. What a site has since added, and what its robots.txt says
today, is not: hence "at least".
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import UsageError
from pipeline.scrape import early
from pipeline.scrape.account import ahead
from pipeline.scrape.address import check_url, origin
from pipeline.scrape.job import user_agent
from pipeline.scrape.pace import in_words
from pipeline.scrape.records import answers
from pipeline.scrape.snapshots import can_go_on, paths, snapshot, visit_number, why_due
from pipeline.scrape.stage import MIN_DELAY, no_contact
from pipeline.settings import Params, Source, load_params, load_sources

#: asked for before the first page of each site, and at every visit
_BEFORE = 2  # robots.txt, tdmrep.json


def plan(root: Path) -> list[dict[str, Any]]:
    """A row a source of kind url, by id: source, url, due, why, problem, visit, known_pages, kept_pages, requests_at_least,
    delay_seconds, delay_from, seconds_at_least, robots, limits, note. Nothing is asked, looked up or written."""
    params = load_params(root)
    sources = [source for source in load_sources(root) if source.kind == "url"]
    waits = early.remembered(root, sources)
    asked: set[object] = set()  # sites: of two sources on one, the second has its rules from the first
    return [_row(root, source, params, asked, waits) for source in sources]


def _row(root: Path, source: Source, params: Params, asked: set[object], waits: early.Waits) -> dict[str, Any]:
    earlier = snapshot(root, source) or {}
    why = why_due(root, source, params)
    later = early.until(source.location, waits)
    problem = _problem(source, params) if why else None
    before = _BEFORE if (site := _site(source)) not in asked else 0
    if why and not problem:
        asked.add(site)
    known = sum(page["outcome"] not in ("robots.txt", "tdmrep.json") for page in earlier.get("pages", []) if page["at"])
    kept = _kept(root, source, params)
    requests = before + max(known - kept, 0 if kept else 1) if why else 0
    delay, origin = _delay(source, params, earlier)
    limits = params.scrape
    return {
        "source": source.id,
        "url": source.location,
        "due": why is not None,
        "why": (why or "it has a snapshot of this edition")
        + ("; an unfinished visit is gone on with" if kept else "")
        + (
            f"; but its site asked not to be asked again before {later}, and nothing is asked until then"
            if later
            else ""
        ),
        "problem": problem,
        "visit": visit_number(earlier),
        "known_pages": known,
        "kept_pages": kept,
        "requests_at_least": requests,
        "delay_seconds": delay,
        "delay_from": origin,
        "seconds_at_least": max(requests - 1, 0) * delay,
        "robots": _robots(earlier),
        "limits": {
            "max_pages": limits.max_pages,
            "max_page_bytes": limits.max_page_bytes,
            "request_seconds": limits.request_seconds,
            "total_seconds": limits.total_seconds,
        },
        "note": next(iter(ahead(params.edition, dt.datetime.now(dt.UTC).date())), None),
    }


def _site(source: Source) -> object:
    try:
        return origin(source.location), source.private_network
    except ValueError:  # no address, which is the row's problem
        return source.location


def _kept(root: Path, source: Source, params: Params) -> int:
    """Pages of an unfinished visit that will not be asked for again; 0 where there is none that can be gone on with."""
    if not can_go_on(root, source, params.edition):
        return 0
    kept = answers(paths(root, source.id, partial=True)[0])
    return sum(not url.endswith(("/robots.txt", "/tdmrep.json")) for url in kept)


def _delay(source: Source, params: Params, earlier: dict[str, Any]) -> tuple[float, str]:
    """Seconds between two requests, and who asks for them."""
    ours = params.scrape.delay_seconds
    ours = ours if _is_here(source.location) else max(ours, MIN_DELAY)
    theirs = float((earlier.get("robots") or {}).get("crawl_delay") or 0)
    return (theirs, f"robots.txt of {earlier['when']}") if theirs > ours else (ours, "params.yaml")


def _robots(earlier: dict[str, Any]) -> str:
    told = earlier.get("robots")
    if not told:
        return "not yet known: it is asked for first, and may forbid this or ask for a longer delay"
    rule = f", {told['rule']}" if told.get("rule") else ""
    return f"{told['answer']}{rule} on {earlier['when']}; it is asked for again first"


def _problem(source: Source, params: Params) -> str | None:
    """What a run would refuse before its first request."""
    try:
        check_url(source.location)
        user_agent(params.scrape.contact)
    except UsageError as error:
        return str(error)
    if not params.scrape.contact.strip() and not _is_here(source.location):
        return no_contact(source)
    return None


def _is_here(url: str) -> bool:
    """Whether an address is plainly on this machine. The name of a host is not looked up."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _requests(number: int) -> str:
    return f"{number:,} request{'' if number == 1 else 's'}"


def lines(rows: list[dict[str, Any]]) -> list[str]:
    """The plan for people."""
    if not rows:
        return ["no source is an address: nothing would be asked"]
    said = []
    for row in rows:
        said.append(f"{row['source']}  {row['url']}  {'due' if row['due'] else 'not due'}: {row['why']}")
        if not row["due"]:
            continue
        said.append(
            f"  visit {row['visit']}: at least {_requests(row['requests_at_least'])} ({row['known_pages']:,} pages known, "
            f"{row['kept_pages']:,} kept), {row['delay_seconds']:g} s apart ({row['delay_from']}): at least "
            f"{in_words(row['seconds_at_least'])}"
        )
        said.append(f"  robots.txt: {row['robots']}")
        if row["problem"]:
            said.append(f"  would be refused: {row['problem']}")
    if rows[0]["note"]:
        said.append(rows[0]["note"])
    limits = rows[0]["limits"]
    said.append(
        f"limits of each source: {limits['max_pages']:,} pages, {limits['max_page_bytes']:,} bytes a page, "
        f"{limits['request_seconds']:g} s a request, {in_words(limits['total_seconds'])} in all"
    )
    return said
