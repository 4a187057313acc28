"""Speed and memory of the readers on constructed pages, beside what a programmer writes by hand for just that page.

All peers extract the same: title, article, language, date, announced number, REST address, next pages, and per comment id,
parent, author, time (UTC), text as HTML and permalink. Times are a thread's CPU time, because other programs share the
machine; a ratio is the median over rounds in which both took turns.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from pipeline import platforms
from pipeline.platforms import RawComment, discourse_json, generic, phpbb, wordpress

from . import constructed
from .constructed import COMMENTS, TOPIC, URL

GOAL_LOOP, GOAL_SOUP = 1.25, 20.0
ROUNDS = 60
#: runs in a turn, so that turns last about equally long
AS_FAST, SLOWER = (5, 5), (1, 20)
MEMORY_AFTER = (200, 2_000, 10_000)

Found = list[tuple[str, str | None, str, dt.datetime, str, str]]
Task = Callable[[str], object]


def ours(html: str) -> list[RawComment]:
    """The project's reader."""
    return wordpress.read(html, URL).comments


def rows(comments: list[RawComment]) -> Found:
    """Comments as the peers give them."""
    return [
        (c.platform_id or "", c.parent, c.author or "", c.posted_at or dt.datetime.min, c.text, c.permalink or "")
        for c in comments
    ]


def loop(html: str) -> Found:
    """What a programmer writes with selectolax for just this theme."""
    tree = LexborHTMLParser(html)
    _ = tree.css_first("h1.entry-title").text(), tree.css_first(".entry-content").text(separator="\n")
    _ = tree.css_first("html").attributes["lang"], tree.css_first("time.entry-date").attributes["datetime"]
    _ = tree.css_first('link[rel="https://api.w.org/"]').attributes["href"], tree.css_first("body").attributes["class"]
    _ = int(re.search(r"\d+", tree.css_first(".comments-title").text())[0])
    _ = [urljoin(URL, a.attributes["href"]) for a in tree.css(".comments-pagination a")]
    found: Found = []
    for item in tree.css("li.comment"):
        above = item.parent
        while above is not None and not (above.tag == "li" and (above.id or "").startswith("comment-")):
            above = above.parent
        when = item.css_first("time")
        found.append((
            (item.id or "").removeprefix("comment-"),
            (above.id or "").removeprefix("comment-") if above is not None else None,
            item.css_first(".fn").text(strip=True),
            dt.datetime.fromisoformat(when.attributes["datetime"] or "").astimezone(dt.UTC),
            (item.css_first(".comment-content").inner_html or "").strip(),
            when.parent.attributes["href"] or "",
        ))  # fmt: skip
    return found


def soup(parser: str) -> Callable[[str], Found]:
    """The same with BeautifulSoup on a parser."""

    def extract(html: str) -> Found:
        tree = BeautifulSoup(html, parser)
        _ = tree.select_one("h1.entry-title").get_text(), tree.select_one(".entry-content").get_text("\n")
        _ = tree.html["lang"], tree.select_one("time.entry-date")["datetime"], tree.body["class"]
        _ = tree.select_one('link[rel="https://api.w.org/"]')["href"]
        _ = int(re.search(r"\d+", tree.select_one(".comments-title").get_text())[0])
        _ = [urljoin(URL, a["href"]) for a in tree.select(".comments-pagination a")]
        found: Found = []
        for item in tree.select("li.comment"):
            above = item.find_parent("li", class_="comment")
            when = item.find("time")
            found.append((
                item["id"].removeprefix("comment-"),
                above["id"].removeprefix("comment-") if above else None,
                item.find(class_="fn").get_text(strip=True),
                dt.datetime.fromisoformat(when["datetime"]).astimezone(dt.UTC),
                item.find(class_="comment-content").decode_contents().strip(),
                when.parent["href"],
            ))  # fmt: skip
        return found

    return extract


def spent(task: Task, body: str, times: int = 1) -> float:
    """CPU seconds of a run, as the mean of so many in a row."""
    begin = time.thread_time()
    for _ in range(times):
        task(body)
    return (time.thread_time() - begin) / times


@dataclass(frozen=True)
class Ratio:
    """How long one task takes as a multiple of another."""

    rounds: list[float]  # of each round
    least: float  # of the least times: what the work itself takes, other programs only add to it
    seconds: float  # median of the one's


def ratio(one: Task, other: Task, body: str, rounds: int, times: tuple[int, int]) -> Ratio:
    """Compare two tasks. In a round each has two turns, in mirrored order (one, other, other, one, and the next round the
    reverse), of so many runs that turns last about equally long: neither always finds what the other left in the caches."""
    gc.collect()
    gc.freeze()  # what was made before is nobody's to pay for
    found: list[float] = []
    spans: dict[Task, list[float]] = {one: [], other: []}
    first, second = (one, times[0]), (other, times[1])
    for _ in range(rounds):
        turns: dict[Task, float] = {one: 0.0, other: 0.0}
        for task, runs in (first, second, second, first):
            spans[task].append(spent(task, body, runs))
            turns[task] += spans[task][-1]
        found.append(turns[one] / turns[other])
        first, second = second, first
    gc.unfreeze()
    return Ratio(found, min(spans[one]) / min(spans[other]), statistics.median(spans[one]))


def resident() -> float:
    """Megabytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def same(html: str) -> None:
    """Refuse to compare peers that do not find the same. SystemExit: they do not."""
    first = loop(html)
    for name, peer in {
        "ours": lambda body: rows(ours(body)),
        "html.parser": soup("html.parser"),
        "lxml": soup("lxml"),
    }.items():
        found = peer(html)
        # BeautifulSoup writes markup in another way: its text is not compared
        if [row[:4] + row[5:] for row in found] != [row[:4] + row[5:] for row in first] or len(found) != COMMENTS:
            raise SystemExit(f"{name} does not find what the loop finds: the comparison says nothing")


def main() -> None:
    """Print times, ratios and memory."""
    html = constructed.wordpress()
    same(html)
    print(f"WordPress page of {len(html):,} characters, {COMMENTS} comments; CPU time, median of rounds")
    _against("selectolax loop", ours, loop, html, ROUNDS, AS_FAST, f"goal: at most {GOAL_LOOP}")
    for parser in ("lxml", "html.parser"):
        _against(
            f"BeautifulSoup, {parser}", soup(parser), ours, html, ROUNDS // 5, SLOWER, f"goal: at least {GOAL_SOUP:.0f}"
        )
    print(f"Other readers on {COMMENTS} comments, beside the bare parser")
    _beside("WordPress", lambda body: wordpress.read(body, URL), LexborHTMLParser, html)
    _beside("WordPress, recognised", lambda body: platforms.pages(body, URL), LexborHTMLParser, html)
    _beside(
        "Discourse JSON", lambda body: discourse_json.read(body, f"{TOPIC}.json"), json.loads, constructed.discourse()
    )
    _beside("phpBB", lambda body: phpbb.read(body, f"{URL}viewtopic.php?t=5"), LexborHTMLParser, constructed.phpbb())
    # the generic reader keeps the last page, and has to be given another one each time
    _beside("generic", _fresh(lambda body: generic.read(body, URL)), LexborHTMLParser, constructed.unknown())
    _memory(html)


def _against(name: str, one: Task, other: Task, html: str, rounds: int, times: tuple[int, int], goal: str) -> None:
    found = ratio(one, other, html, rounds, times)
    low, middle, high = statistics.quantiles(found.rounds, n=4)
    who, whom = ("ours", name) if one is ours else (name, "ours")
    print(
        f"  {f'{who} / {whom}':32} {middle:6.2f} (quartiles {low:.2f} to {high:.2f}; of the least times {found.least:.2f}; {goal}); "
        f"{who} {found.seconds * 1000:.2f} ms"
    )


def _beside(name: str, read: Task, bare: Task, body: str) -> None:
    comments = read(body)
    count = len(comments[0].comments if isinstance(comments, list) else comments.comments)  # type: ignore[attr-defined]
    if count != COMMENTS:
        raise SystemExit(f"{name}: {count} comments read of {COMMENTS}: the time says nothing")
    found = ratio(read, bare, body, ROUNDS // 2, (2, 10))
    print(f"  {name:32} {found.seconds * 1000:6.2f} ms, {statistics.median(found.rounds):5.1f} times the parser alone")


def _fresh(read: Task) -> Task:
    """A reader that gets another text at every call."""
    calls = iter(range(10**9))
    return lambda body: read(f"{body}<!--{next(calls)}-->")


def _memory(html: str) -> None:
    line = []
    for number in range(1, MEMORY_AFTER[-1] + 1):
        ours(html)
        if number in MEMORY_AFTER:
            line.append(f"{resident():.1f} MB after {number:,} pages")
    print("Memory held: " + ", ".join(line))
