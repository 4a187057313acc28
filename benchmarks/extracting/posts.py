"""Posts against gold (webforum52): is each post found, with its text, its author and its day?

How it is scored:

- Text: rapidfuzz's ratio, 1 - (insertions + deletions) / (both lengths), of the plain texts with white space evened out, is
  at least 0.9.
- Author: the gold names most authors by the address of their profile. Right is then a text (or title) of a link on the page
  to that address; a text that links to three or more of the gold's addresses share ("Profile") names nobody.
- Day: the gold writes its dates as the page does; another project's parser (dateparser) reads them, not ours. Page and
  reader may stand in different zones: the day has to be right in some zone from UTC-11 to UTC+11. Of three numbers the order
  of day and month is what the page's other dates show, else either. A date without a year is right also where the reader,
  which knows no year, gives none; the strict figure asks for it. Dates relative to the moment of reading are not asked.
- Each gold post and each read post counts once: the figures are sizes of maximum one-to-one matchings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from rapidfuzz import fuzz
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from pipeline.errors import StandpuntError
from pipeline.platforms import Page, RawComment
from pipeline.platforms.text import markup_to_text

SIMILAR = 90.0
#: so many of the gold's addresses may be one person's
ALIASES = 2
Reader = Callable[[str, str], list[Page]]
#: year (None: not given), month, day
Day = tuple[int | None, int, int]

_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|['’-]\d\d(?!\d)|(?<!\d)\d{1,2}([-/.])\d{1,2}\1\d\d(?!\d)")


@dataclass(frozen=True)
class GoldPost:
    """What the gold says of a post."""

    text: str
    authors: frozenset[str]  # any of these is right
    days: frozenset[Day] | None  # any of these; None: not asked


@dataclass
class Score:
    """Posts of one page, or of many; seconds are CPU time."""

    pages: int = 0
    gold: int = 0
    read: int = 0
    right: int = 0  # text, author and day
    strict: int = 0  # the same, and a date wherever the gold has one, with or without a year
    text: int = 0
    author: int = 0  # text and author
    day: int = 0  # text and day
    seconds: float = 0.0

    @property
    def precision(self) -> float:
        """Share of what was read that is right; 1 where nothing was read and nothing is there."""
        return self.right / self.read if self.read else float(not self.gold)

    @property
    def recall(self) -> float:
        """Share of the gold that was read right."""
        return self.right / self.gold if self.gold else float(not self.read)

    def f1(self, right: str = "right") -> float:
        """F1, of `right` or of another count."""
        return 2 * int(getattr(self, right)) / (self.gold + self.read) if self.gold + self.read else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))

    def line(self, name: str) -> str:
        """A row of the table."""
        return (
            f"  {name[:30]:30} {self.pages:5} {self.gold:5} {self.read:5} {self.right:5}   {self.precision:.3f}  {self.recall:.3f}  "
            f"{self.f1():.3f}   {self.f1('text'):.3f}  {self.f1('author'):.3f}  {self.f1('day'):.3f}  {self.seconds * 1000 / max(self.pages, 1):6.1f}"
        )


HEAD = f"  {'':30} pages  gold  read right   prec.  recall F1      text   author day     ms"


def even(text: str | None) -> str:
    """White space evened out."""
    return " ".join((text or "").split())


def words_of(comment: RawComment) -> str:
    """A comment's plain text on one line."""
    return even(markup_to_text(comment.text) if comment.text_format == "html" else comment.text)


def gold_posts(case: dict[str, Any]) -> list[GoldPost]:
    """The posts of a gold page."""
    marked = case["gold_standard_annotation"]
    names = [even((post.get("user") or {}).get("surface_form")) for post in marked]
    dates = [even((post.get("datetime") or {}).get("surface_form")) for post in marked]
    linked = names_by_address(case["html"], set(names))
    language, orders = language_of(case["html"]), day_month_orders(dates)
    return [
        GoldPost(
            even(post["post_text"]["surface_form"]),
            linked.get(name) or frozenset({name_of(name), name_of(name.rstrip("/").rpartition("/")[2])}),
            days_of(date, language, orders),
        )
        for post, name, date in zip(marked, names, dates, strict=True)
    ]


def names_by_address(html: str, addresses: set[str]) -> dict[str, frozenset[str]]:
    """Address -> what links to it call it. The pages were saved as XML: lxml, unlike a browser, takes `<a/>` for closed."""
    called: dict[str, set[str]] = defaultdict(set)
    for link in BeautifulSoup(html, "lxml", parse_only=SoupStrainer("a")).find_all("a", href=True):
        if (address := str(link["href"]).strip()) in addresses:
            said = (link.get_text(), link.get("title"), link.get("data-username"))
            called[address] |= {plain for text in said if text and (plain := name_of(str(text)))}
    often = Counter(text for texts in called.values() for text in texts)
    names = {address: frozenset(text for text in texts if often[text] <= ALIASES) for address, texts in called.items()}
    return {address: found for address, found in names.items() if found}


def name_of(text: str | None) -> str:
    """A name without white space around it and without the sign that some forums put before it."""
    return even(text).lstrip("+@")


def language_of(html: str) -> str:
    """The page's language, two letters; English where it says none."""
    declared = re.search(r"<html\b[^>]*\slang=[\"']?([a-zA-Z]{2})\b", html)
    return declared[1].lower() if declared else "en"


def day_month_orders(dates: Iterable[str]) -> tuple[str, ...]:
    """In what order a page's dates of three numbers may stand: a number over 12, or dots, tell."""
    found = [match for date in dates if (match := _NUMBERS.search(date))]
    if any(int(match[1]) > 12 or match[2] == "." for match in found):
        return ("DMY",)
    return ("MDY",) if any(int(match[3]) > 12 for match in found) else ("DMY", "MDY")


def days_of(text: str, language: str, orders: Sequence[str]) -> frozenset[Day] | None:
    """The days that a gold date may mean; None where it names none (relative dates, an hour alone)."""
    import dateparser

    found: set[Day] = set()
    has_year = _YEAR.search(text) is not None
    # a weekday before or a word behind the date may confuse the parser
    for part in dict.fromkeys((text, re.split(r" via ", text)[0], text.partition(" ")[2])):
        for order in orders:
            settings = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month"], "DATE_ORDER": order}
            for tongue in (language, "en"):
                try:
                    moment = dateparser.parse(part, languages=[tongue], settings=settings) if part else None
                except ValueError:  # no such language
                    continue
                if moment is not None:
                    found.add((moment.year if has_year else None, moment.month, moment.day))
        if found:
            return frozenset(found)
    return None


def same_day(moment: dt.datetime | None, days: frozenset[Day] | None, strict: bool = False) -> bool:
    """Is a moment (UTC) on one of the days, in some zone? Midnight sharp is a date without a time, on its own day only."""
    if days is None:
        return True
    if moment is None:
        return not strict and all(year is None for year, _, _ in days)
    hours = (-11, 0, 11) if moment.time() != dt.time() else (0,)
    shown = [(moment + dt.timedelta(hours=h)).date() for h in hours]
    return any(
        (year or one.year, month, day) == (one.year, one.month, one.day) for year, month, day in days for one in shown
    )


def matched(fits: np.ndarray) -> np.ndarray:
    """For each gold post (row) the read post (column) that a maximum one-to-one matching gives it, or -1."""
    if not fits.size:
        return np.full(fits.shape[0], -1)
    return maximum_bipartite_matching(csr_matrix(fits), perm_type="column")


def compare(gold: Sequence[GoldPost], read: Sequence[RawComment]) -> tuple[Score, list[str]]:
    """The score of a page, and what was not right, in words."""
    texts, names = [words_of(comment) for comment in read], [name_of(comment.author) for comment in read]
    shape = (len(gold), len(read))
    text, author, day, strict = (np.zeros(shape, bool) for _ in range(4))
    for i, post in enumerate(gold):
        for j, comment in enumerate(read):
            text[i, j] = fuzz.ratio(post.text, texts[j], score_cutoff=SIMILAR) >= SIMILAR
            author[i, j] = names[j] in post.authors
            day[i, j], strict[i, j] = (same_day(comment.posted_at, post.days, way) for way in (False, True))
    right = matched(text & author & day)
    counts = [int((matched(fits) >= 0).sum()) for fits in (text & author & strict, text, text & author, text & day)]
    score = Score(1, len(gold), len(read), int((right >= 0).sum()), *counts)
    return score, _wrong(gold, read, texts, right, text)


def _wrong(
    gold: Sequence[GoldPost], read: Sequence[RawComment], texts: list[str], right: np.ndarray, text: np.ndarray
) -> list[str]:
    said, near = [], matched(text)
    for i, post in enumerate(gold):
        if right[i] >= 0:
            continue
        if near[i] < 0:
            said.append(f"missed: {_ends(post.text)}")
            continue
        comment = read[near[i]]
        said.append(
            f"author {comment.author!r}, day {comment.posted_at}; gold {sorted(post.authors)}, {sorted(post.days or [], key=str)}"
        )
    return said + [
        f"extra: {_ends(texts[j])}" for j in sorted(set(range(len(read))) - {*right.tolist(), *near.tolist()})
    ]


def _ends(text: str) -> str:
    return text if len(text) < 160 else f"{text[:80]} [...{len(text)}...] {text[-80:]}"


def host_of(case: dict[str, Any]) -> str:
    """A page's host, without www."""
    return (urlsplit(case["url"]).netloc or "?").removeprefix("www.")


def half_of(host: str) -> str:
    """Hosts are halved by the hash of their name: rules are made on one half ("tune"), and tried on the other ("kept")."""
    return "tune" if hashlib.sha256(host.encode()).digest()[0] % 2 else "kept"


def read_page(reader: Reader, case: dict[str, Any]) -> tuple[list[Page], str]:
    """What a reader finds on a page; or nothing, and the refusal."""
    try:
        return reader(case["html"], case["url"]), ""
    except StandpuntError as error:
        return [], str(error)


def main(cases: Sequence[dict[str, Any]], readers: Mapping[str, Reader], show: bool) -> None:
    """Print a table for each reader: per platform, over all, and by host."""
    answers = [gold_posts(case) for case in cases]
    asked = [post.days for posts in answers for post in posts]
    print(
        f"{len(cases)} pages, {len(asked)} posts; a day is asked of {sum(days is not None for days in asked)}, "
        f"without its year of {sum(days is not None and None in {year for year, _, _ in days} for days in asked)}"
    )
    for name, reader in readers.items():
        print(f"{name}\n{HEAD}")
        _table(cases, answers, reader, show)


def _table(cases: Sequence[dict[str, Any]], answers: list[list[GoldPost]], reader: Reader, show: bool) -> None:
    kinds: dict[str, dict[str, Score]] = {part: defaultdict(Score) for part in ("platform", "half", "host")}
    pages = []
    for case, gold in zip(cases, answers, strict=True):
        begin = time.thread_time()
        found, refused = read_page(reader, case)
        seconds = time.thread_time() - begin
        score, said = compare(gold, [comment for page in found for comment in page.comments])
        score.seconds = seconds
        pages.append(score)
        host = host_of(case)
        for kind, key in (
            ("platform", found[0].platform if found else "(none)"),
            ("half", half_of(host)),
            ("host", host),
        ):
            kinds[kind][key] += score
        if show:
            print(score.line(host), *(f"      {line}" for line in [refused, *said] if line), sep="\n")
    for key in sorted(kinds["platform"]):
        print(kinds["platform"][key].line(key))
    total = sum(pages, Score())
    print(total.line("all"))
    for key in sorted(kinds["half"]):
        print(kinds["half"][key].line(f"hosts: {key}"))
    hosts = list(kinds["host"].values())
    print(
        f"  strict about days F1 {total.f1('strict'):.3f}; mean F1 of {len(pages)} pages {sum(s.f1() for s in pages) / max(len(pages), 1):.3f}, "
        f"of {len(hosts)} hosts {sum(s.f1() for s in hosts) / max(len(hosts), 1):.3f}; hosts under 0.8: "
        + (
            ", ".join(f"{host} {score.f1():.2f}" for host, score in sorted(kinds["host"].items()) if score.f1() < 0.8)
            or "none"
        )
    )
