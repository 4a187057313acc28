"""Extraction against real pages with known posts: the project's readers, or the generic extractor alone.

    python benchmarks/extraction_gold.py GOLD.jsonl.gz [...] [--generic] [--half tune|kept] [--host PART] [--show]

Two kinds of gold are understood, by their fields:

- `gold_standard_annotation` (webforum52): per post its text, author and date. A post is found where a read post's text is
  at least 0.9 similar (rapidfuzz's ratio, white space evened out), the author is the same, and the day is the same where
  the gold gives one. Prints precision, recall and F1 per page and over all posts.
- `ground_truth` (wcxb): the main text, snippets that must be there (`with`) and that must not (`without`). Prints F1 over
  words and both shares.

The gold names some authors by the address of their profile: any text that the page links to that address is then right.
It gives some dates without a year, or as "yesterday": then only day and month, or nothing, is asked. Hosts are halved by
the hash of their name, so that rules are made on one half and tried on the other.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import hashlib
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz
from selectolax.lexbor import LexborHTMLParser

from pipeline import platforms
from pipeline.errors import StandpuntError
from pipeline.platforms.base import Page, RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.generic.repair import close_empty
from pipeline.platforms.text import markup_to_text

SIMILAR = 90.0
Reader = Callable[[str, str], list[Page]]


def words_of(comment: RawComment) -> str:
    """A comment's plain text on one line."""
    text = markup_to_text(comment.text) if comment.text_format == "html" else comment.text
    return even(text)


def even(text: str | None) -> str:
    """White space evened out."""
    return " ".join((text or "").split())


@dataclass
class GoldPost:
    """What the gold says of a post."""

    text: str
    authors: set[str] | None  # any of these is right; None: the gold names none
    days: set[tuple[int | None, int, int]] | None  # (year or None, month, day), any of these; None: not asked


@dataclass
class Score:
    """Posts of one page, or of many."""

    gold: int = 0
    read: int = 0
    right: int = 0
    text: int = 0  # found by their text alone
    author: int = 0  # of these, with the right author
    date: int = 0  # of these, with the right day
    seconds: float = 0.0
    pages: int = 0
    page_f1: list[float] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.gold + self.read) if self.gold + self.read else 1.0

    def add(self, other: Score) -> None:
        for name in ("gold", "read", "right", "text", "author", "date", "seconds", "pages"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.page_f1.append(other.f1)

    def line(self, name: str) -> str:
        return (
            f"{name:34} gold {self.gold:4} read {self.read:4} right {self.right:4}  F1 {self.f1:.3f}   "
            f"by text {self.text:4}: author {self.author:4}, day {self.date:4}   {self.seconds * 1000 / max(self.pages, 1):5.0f} ms"
        )


def gold_posts(case: dict[str, Any]) -> list[GoldPost]:
    """The posts of a webforum52 page."""
    tree = LexborHTMLParser(close_empty(case["html"]))
    by_href: dict[str, set[str]] = defaultdict(set)
    for link in tree.css("a[href]"):
        for text in (link.text(), link.attributes.get("title"), link.attributes.get("data-username")):
            if even(text):
                by_href[(link.attributes.get("href") or "").strip()].add(even(text))
    language = (tree.css_first("html").attributes.get("lang") if tree.css_first("html") else None) or "en"
    return [
        GoldPost(
            even(post["post_text"]["surface_form"]),
            _authors(even((post.get("user") or {}).get("surface_form")), by_href),
            _days(even((post.get("datetime") or {}).get("surface_form")), language),
        )
        for post in case["gold_standard_annotation"]
    ]


def _authors(name: str, by_href: dict[str, set[str]]) -> set[str] | None:
    if not name:
        return None
    return by_href.get(name) or {name, name.rstrip("/").rpartition("/")[2]}


def _days(text: str, language: str) -> set[tuple[int | None, int, int]] | None:
    """The days that a gold date may mean; None where it means none by itself."""
    days: set[tuple[int | None, int, int]] = set()
    for tongue in (language, "nl", "en-US"):
        if moment := Clock(tongue).read(text):
            # the gold has the clock of the page's reader, a post's own stamp has another: any zone's day
            days |= {
                (
                    (moment + dt.timedelta(hours=h)).year,
                    (moment + dt.timedelta(hours=h)).month,
                    (moment + dt.timedelta(hours=h)).day,
                )
                for h in ((-2, 0, 2) if moment.time() != dt.time() else (0,))
            }
    if days:
        return days
    if re.search(r"\d{4}|ago|day|vor|gestern|heute|il y a", text):
        return None
    moment = Clock("en").read(f"{text} 2020") or Clock("en").read(f"{text}, 2020")
    return {(None, moment.month, moment.day)} if moment else None


def _same_day(found: dt.datetime | None, days: set[tuple[int | None, int, int]] | None) -> bool:
    """Is the moment, in some zone of the earth, on one of the days?"""
    if days is None:
        return True
    if found is None:
        return all(year is None for year, _, _ in days)
    shown = {(found + dt.timedelta(hours=h)).date() for h in (-9, 0, 9)}
    return any(
        (year is None or year == day.year) and (month, number) == (day.month, day.day)
        for year, month, number in days
        for day in shown
    )


def compare(gold: list[GoldPost], read: list[RawComment]) -> tuple[Score, list[str]]:
    """The score of a page, and what was not right, in words."""
    texts = [words_of(comment) for comment in read]
    pairs: list[tuple[float, bool, bool, int, int]] = []
    for i, post in enumerate(gold):
        for j, text in enumerate(texts):
            similar = fuzz.ratio(post.text, text, score_cutoff=SIMILAR)
            if similar >= SIMILAR:
                author = post.authors is None or (read[j].author or "") in post.authors
                pairs.append((similar, author, _same_day(read[j].posted_at, post.days), i, j))
    score, said = Score(gold=len(gold), read=len(read), pages=1), []
    used_gold, used_read = set(), set()
    for _, author, day, i, j in sorted(pairs, key=lambda p: (-(p[1] + p[2]), -p[0], abs(p[3] - p[4]))):
        if i in used_gold or j in used_read:
            continue
        used_gold.add(i)
        used_read.add(j)
        score.text += 1
        score.author += author
        score.date += day
        score.right += author and day
        if not author:
            said.append(f"author: read {read[j].author!r}, gold {gold[i].authors}")
        if not day:
            said.append(f"day: read {read[j].posted_at}, gold {gold[i].days}")
    for i, post in enumerate(gold):
        if i not in used_gold:
            near = max(range(len(texts)), key=lambda j: fuzz.ratio(post.text, texts[j]), default=None)
            said.append(f"missed {i}: {_ends(post.text)}")
            if near is not None and near not in used_read:
                said.append(f"   near {near}: {_ends(texts[near])}")
    said.extend(f"extra {j}: {_ends(text)}" for j, text in enumerate(texts) if j not in used_read)
    return score, said


def _ends(text: str) -> str:
    return text if len(text) < 160 else f"{text[:80]} [...{len(text)}...] {text[-80:]}"


def words_f1(gold: str, read: str) -> float:
    """F1 over words as a multiset."""
    one, two = (Counter(re.findall(r"\w+", text.casefold())) for text in (gold, read))
    same = (one & two).total()
    return 2 * same / (one.total() + two.total()) if one or two else 1.0


def cases(path: Path, args: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    """Host and page."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            case = json.loads(line)
            host = urlsplit(case["url"]).netloc or "?"
            half = "tune" if hashlib.sha256(host.removeprefix("www.").encode()).digest()[0] % 2 else "kept"
            if args.half in (None, half) and args.host in host:
                yield host, case


def by_platforms(body: str, url: str) -> list[Page]:
    """What the project reads by all its platforms."""
    return platforms.pages(body, url)


def by_generic(body: str, url: str) -> list[Page]:
    """What the generic extractor reads alone."""
    from pipeline.platforms import generic

    return [generic.read(body, url)]


def read_page(reader: Reader, case: dict[str, Any]) -> tuple[list[Page], float, str]:
    """The pages, seconds, and the refusal."""
    begin = time.perf_counter()
    try:
        found = reader(case["html"], case["url"])
    except StandpuntError as error:
        return [], time.perf_counter() - begin, str(error)
    return found, time.perf_counter() - begin, ""


def posts(rows: list[tuple[str, dict[str, Any]]], reader: Reader, show: bool) -> None:
    """Print F1 over posts."""
    total = Score()
    for host, case in rows:
        found, seconds, refused = read_page(reader, case)
        score, said = compare(gold_posts(case), [comment for page in found for comment in page.comments])
        score.seconds = seconds
        total.add(score)
        print(score.line(host[:26] + " " + (found[0].platform[:8] if found else "REFUSED")))
        if show:
            print("\n".join(f"      {line}" for line in [*([refused] if refused else []), *said]))
    print(total.line("ALL") + f"   mean F1 of {len(rows)} pages {sum(total.page_f1) / max(len(total.page_f1), 1):.3f}")


def main_text(rows: list[tuple[str, dict[str, Any]]], reader: Reader, show: bool) -> None:
    """Print F1 over words, and the snippets."""
    f1s, present, wanted, absent, unwanted, slow = [], 0, 0, 0, 0, 0.0
    refused_pages = 0
    for host, case in rows:
        found, seconds, refused = read_page(reader, case)
        gold = case["ground_truth"]
        text = even(" ".join([t for page in found for t in (page.opening or "", *map(words_of, page.comments))]))
        good = [even(part) in text for part in gold.get("with") or []]
        bad = [even(part) not in text for part in gold.get("without") or []]
        f1 = words_f1(gold.get("main_content") or "", text)
        f1s.append(f1)
        refused_pages += bool(refused)
        present, wanted, absent, unwanted = (
            present + sum(good),
            wanted + len(good),
            absent + sum(bad),
            unwanted + len(bad),
        )
        slow += seconds
        if show:
            n = sum(len(page.comments) for page in found)
            name = found[0].platform[:9] if found else "REFUSED"
            print(
                f"{host:34} {name:9} posts {n:3} words F1 {f1:.3f} with {sum(good)}/{len(good)} without {sum(bad)}/{len(bad)} {seconds * 1000:5.0f} ms"
            )
    n = max(len(f1s), 1)
    print(
        f"{len(f1s)} pages ({refused_pages} refused): words F1 {sum(f1s) / n:.3f}, `with` present {present / max(wanted, 1):.3f} "
        f"of {wanted}, `without` absent {absent / max(unwanted, 1):.3f} of {unwanted}, {slow * 1000 / n:.0f} ms a page"
    )


def main() -> None:
    """Read the arguments and print a table for each gold file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--generic", action="store_true", help="the generic extractor alone")
    parser.add_argument("--half", choices=("tune", "kept"), help="only this half of the hosts")
    parser.add_argument("--host", default="", help="only hosts with this in their name")
    parser.add_argument("--show", action="store_true", help="what was not right, per page")
    args = parser.parse_args()
    reader = by_generic if args.generic else by_platforms
    for path in args.gold:
        rows = list(cases(path, args))
        if rows:
            (posts if "gold_standard_annotation" in rows[0][1] else main_text)(rows, reader, args.show)


if __name__ == "__main__":
    main()
