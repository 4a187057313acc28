"""How sure it is that a group of blocks is a thread's posts, and not a menu, a shop, a list of articles or of threads."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlsplit

from pipeline.platforms import html
from pipeline.platforms.dates import Clock, order
from pipeline.platforms.generic import contents as contents_of
from pipeline.platforms.generic.blocks import Block, Group, groups, nest
from pipeline.platforms.generic.names import Name, alike, look
from pipeline.platforms.generic.names import authors as authors_of
from pipeline.platforms.generic.outline import Outline
from pipeline.platforms.generic.places import Places

MAX_TRIED = 16
SURE_ENOUGH = 0.5

_POST = re.compile(
    r"comment|post|repl(?:y|ies)|message|answer|msg|bericht|beitrag|reactie|antwort|antwoord|kommentar|commentaire|reponse|discussion",
    re.I,
)
_LISTED = re.compile(
    r"teaser|product|card|listing|search-?result|topic-?(?:row|title|list)|thread-?(?:row|list)|structItem|excerpt|summary|widget|sidebar|related|item-?list",
    re.I,
)
#: what the links of a page are relative to of which nobody knows where it was saved from
_NOWHERE = "http://nowhere.invalid/"
_PRICE = re.compile(r"(?:€|\$|£|EUR|USD)\s?\d+(?:[.,]\d\d)?\b")
_TIME = re.compile(r"\d[:hu.]\d\d|^\d{10,13}$")
_NUMBER = re.compile(r"\d+")


@dataclass
class Thread:
    """The posts of a page, by their parts."""

    group: Group
    places: Places
    authors: list[Name | None]
    contents: list[list[int]]
    moments: list[dt.datetime | None]
    clock: Clock
    confidence: float
    order: str | None


def best(outline: Outline, url: str, language: str | None) -> Thread | None:
    """The group that is most like a thread; None where none is."""
    rated = []
    for number, group in enumerate(groups(outline)[:MAX_TRIED]):
        thread, total = _rate(outline, group, url, language)
        rated.append((thread.confidence**2 * total**0.5, -number, thread))
    rated = [one for one in rated if one[2].confidence >= SURE_ENOUGH]
    if not rated:
        return None
    found = max(rated, key=lambda one: one[:2])[2]
    lead = None if found.group.leading else _first_post(outline, found)
    if lead is None:
        return found
    group = replace(found.group, blocks=[lead, *found.group.blocks], leading=True)
    nest(group.blocks)
    whole, _ = _rate(outline, group, url, language)
    if whole.group.leading and whole.authors[0] is not None and _is_prose(outline, whole.contents[0]):
        return replace(whole, confidence=found.confidence)
    nest(found.group.blocks)
    return found


def _is_prose(outline: Outline, elements: list[int]) -> bool:
    """Is there some text, and not just a title or a row of links?"""
    loose = whole = 0
    for i in elements:
        whole += outline.size(i)
        loose += outline.loose[outline.text_to[i]] - outline.loose[outline.text_from[i]]
        loose -= sum(outline.size(h) for h in range(i, outline.ends[i]) if outline.tags[h] in ("h1", "h2", "h3"))
    return loose >= max(40, whole / 2)


def _first_post(outline: Outline, thread: Thread) -> Block | None:
    """A first post in mark-up of its own: an area before the blocks with a date, a name that looks like theirs, and a text."""
    first = thread.group.blocks[0].start
    looks = {look(thread.places, name) for name in thread.authors if name is not None} - {""}
    steps = {outline.step(block.date) for block in thread.group.blocks if outline.classes[block.date]}
    for date in [date for date in outline.date_order if date < first][:-13:-1]:
        at = date
        while (above := outline.parents[at]) > 0 and outline.ends[above] <= first:
            at = above
        dates = [one for one in outline.date_order if at <= one < outline.ends[at]]
        names = alike(thread.places, at, looks) or ([date] if outline.step(date) in steps else [])
        if not names or outline.loose[outline.text_to[at]] - outline.loose[outline.text_from[at]] < 40:
            continue
        near = min(dates, key=lambda one: (abs(one - names[0]), one))
        return Block(at, outline.ends[at], outline.text_from[at], outline.text_to[at], near)
    return None


def _rate(outline: Outline, group: Group, url: str, language: str | None) -> tuple[Thread, int]:
    places = Places(outline, group)
    authors = authors_of(places)
    contents = contents_of.contents(places, authors)
    stamps = [outline.dates[block.date] for block in group.blocks]
    written = order(stamps)
    clock = Clock(language, written)
    moments = [clock.read(stamp) for stamp in stamps]
    if group.leading and _is_announcement(outline, authors, moments):
        nest(group.blocks[1:])
        return _rate(outline, replace(group, blocks=group.blocks[1:], leading=False), url, language)
    sizes = [sum(places.size(i) for i in elements) for elements in contents]
    n, total = len(sizes), sum(sizes)
    linked = sum(
        outline.links[outline.text_to[i]] - outline.links[outline.text_from[i]]
        for elements in contents
        for i in elements
    )
    mean = total / n
    confidence = (
        0.22 * sum(author is not None for author in authors) / n
        + 0.18 * _sorted_share(moments, any(block.above is not None for block in group.blocks))
        + 0.20 * min(1.0, mean / 60)
        + 0.10 * min(1.0, statistics.pstdev(sizes) / max(mean, 1) / 0.4)
        + 0.15 * _called_posts(outline, group)
        + 0.10 * _rising_ids(outline, group)
        + 0.03 * min(1.0, n / 4)
        + 0.04 * sum(_TIME.search(stamp) is not None for stamp in stamps) / n
        - 0.45 * _listed(outline, group, authors, url)
        - 0.40 * min(1.0, _merged(outline, group) / n)
        - 0.50 * max(0.0, linked / max(total, 1) - 0.4)
        - 0.40 * _share_with(outline, contents, _PRICE, short=True)
    )
    return Thread(group, places, authors, contents, moments, clock, max(0.0, min(1.0, confidence)), written), total


def _is_announcement(outline: Outline, authors: list[Name | None], moments: list[dt.datetime | None]) -> bool:
    """Does a page's head only name the author and date of the first post ("started by ...")?"""
    one, two = authors[:2]
    same_name = one is None or two is None or one.text == two.text
    return same_name and moments[0] == moments[1]


def _merged(outline: Outline, group: Group) -> int:
    """Dates in blocks that look like the blocks' own dates: posts that were taken together."""
    merged, waiting, around = 0, list(reversed(group.blocks)), list[Block]()
    for date in outline.dates_within(group.blocks[0].start, max(block.stop for block in group.blocks)):
        while waiting and waiting[-1].start <= date:
            around.append(waiting.pop())
        while around and around[-1].stop <= date:
            around.pop()
        if around and date > (own := around[-1].date) and outline.step(date) == outline.step(own):
            merged += outline.dates[date] != outline.dates[own]
    return merged


def _sorted_share(moments: list[dt.datetime | None], nested: bool) -> float:
    """How many of the dates follow on one another, one way or the other."""
    known = [moment for moment in moments if moment is not None]
    if len(known) < 2:
        return 0.5
    up = sum(a <= b for a, b in pairwise(known)) / (len(known) - 1)
    down = sum(a >= b for a, b in pairwise(known)) / (len(known) - 1)
    return max(up, down, 0.8 if nested else 0.0) * len(known) / len(moments)


def _called_posts(outline: Outline, group: Group) -> float:
    called = [outline.words(block.start) for block in group.blocks]
    good = sum(_POST.search(words) is not None for words in called) / len(called)
    bad = sum(_LISTED.search(words) is not None for words in called) / len(called)
    return max(good, 0.3) - bad


def _rising_ids(outline: Outline, group: Group) -> float:
    """Do the blocks, or anchors in them, have ids with different numbers, mostly rising?"""
    numbers = []
    for block in group.blocks:
        names = (
            outline.attributes[i].get("id") or outline.attributes[i].get("name")
            for i in range(block.start, min(block.stop, block.start + 12))
        )
        found = next((match for name in names if name and (match := _NUMBER.search(name))), None)
        if found:
            numbers.append(int(found[0][:18]))
    if len(set(numbers)) < max(2, 0.8 * len(group.blocks)):
        return 0.0
    rising = sum(a < b for a, b in pairwise(numbers)) / (len(numbers) - 1)
    return max(rising, 1 - rising)


def _listed(outline: Outline, group: Group, authors: list[Name | None], url: str) -> float:
    """Share of blocks that have a title which leads to another page, each to its own: a list of articles or threads."""
    url = url or _NOWHERE
    here = urlsplit(url)
    targets: list[str] = []
    theirs: list[set[str]] = []
    for block, author in zip(group.blocks, authors, strict=True):
        for i in range(block.start, block.stop):
            if outline.tags[i] != "a" or (
                author is not None
                and author.element != block.start
                and (i <= author.element < outline.ends[i] or author.element <= i < outline.ends[author.element])
            ):
                continue
            text = outline.text(i)
            if len(text) < 15 or not _heads(outline, i, block.start):
                continue
            address = html.absolute(url, outline.attributes[i].get("href"))
            if (
                address
                and "#" not in address
                and (urlsplit(address).path, urlsplit(address).query) != (here.path, here.query)
            ):
                targets.append(address)
                own = set(_NUMBER.findall(outline.attributes[block.start].get("id") or ""))
                numbers = set(_NUMBER.findall(address))
                theirs.append((numbers - own) if own & numbers else set())
                break
    if theirs and set.intersection(*theirs):
        return 0.0  # all name the same thread, and each its own block: permalinks with a subject
    return len(set(targets)) / len(group.blocks)


def _heads(outline: Outline, index: int, top: int) -> bool:
    """Does a link stand in a heading or title?"""
    for _ in range(4):
        if outline.tags[index] in ("h1", "h2", "h3", "h4", "h5") or "title" in outline.words(index).lower():
            return True
        index = outline.parents[index]
        if index < top:
            return False
    return False


def _share_with(outline: Outline, contents: list[list[int]], form: re.Pattern[str], short: bool) -> float:
    """Share of blocks with a mark in a short text of its own."""
    hits = sum(
        any(
            form.search(outline.texts[t]) and len(outline.texts[t]) < 20
            for i in elements
            for t in range(outline.text_from[i], outline.text_to[i])
        )
        for elements in contents
    )
    return hits / len(contents)
