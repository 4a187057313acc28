"""How sure it is that a group of blocks is a thread's posts, and not a menu, a shop, a list of articles or of threads."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.platforms.dates import Clock, order
from pipeline.platforms.generic import contents as contents_of
from pipeline.platforms.generic import lists
from pipeline.platforms.generic.blocks import Block, Group, groups, nest
from pipeline.platforms.generic.names import Name, alike, look
from pipeline.platforms.generic.names import authors as authors_of
from pipeline.platforms.generic.outline import Outline
from pipeline.platforms.generic.places import Places

MAX_TRIED = 16
MAX_ABOVE = 3  # elements around all blocks that may say what these are
SURE = 0.5
SURE_ENOUGH = {2: 0.75, 3: 0.6}  # of so few blocks

_POST = re.compile(
    r"comment|post|repl(?:y|ies)|message|answer|msg|bericht|beitrag|reactie|antwort|antwoord|kommentar|commentaire|reponse|discussion|review|recensi|rezension|bewertung|beoordeling|avis\b|opinion|testimonial|guest-?book|g.e?steb|gastenb",
    re.I,
)
_LISTED = re.compile(
    r"teaser|product|card|listing|search-?result|topic-?(?:row|title|list)|thread-?(?:row|list)|structItem|excerpt|summary|widget|sidebar|related|item-?list",
    re.I,
)
#: what stands around posts may be called
_POSTS = re.compile(
    r"(?:^|[\s_-])(?:comments|replies|answers|messages|reviews|testimonials|reacties|berichten|antwoorden|beoordelingen|kommentare|antworten|bewertungen|commentaires|avis|comentarios|opiniones|guest-?book|g.e?stebuch|gastenboek)\b",
    re.I,
)
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
    rated = [one for one in rated if one[2].confidence >= SURE_ENOUGH.get(len(one[2].group.blocks), SURE)]
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
    thread = Thread(group, places, authors, contents, moments, clock, 0.0, written)
    sizes = [_prose(thread, number) for number in range(len(contents))]
    return replace(thread, confidence=_confidence(outline, thread, sizes, url)), sum(sizes)


def _prose(thread: Thread, number: int) -> int:
    """Characters of a block's text, without the author and date that may stand in it."""
    places, block, author = thread.places, thread.group.blocks[number], thread.authors[number]
    outline, size = places.outline, 0
    for top in thread.contents[number]:
        size += places.size(top)
        for at in {block.date, author.element if author else block.date}:
            if top < at < outline.ends[top]:
                size -= places.size(at)
            elif at == top:  # it stands loose there, with the text
                size -= len(outline.dates.get(at, ""))
    return max(size, 0)


def _confidence(outline: Outline, thread: Thread, sizes: list[int], url: str) -> float:
    """From 0 to 1. What speaks for a thread, and what speaks for a list of anything else."""
    group, authors, contents, moments = thread.group, thread.authors, thread.contents, thread.moments
    n, total = len(sizes), sum(sizes)
    linked = sum(
        outline.links[outline.text_to[i]] - outline.links[outline.text_from[i]]
        for elements in contents
        for i in elements
    )
    mean = total / n
    stamps = [outline.dates[block.date] for block in group.blocks]
    (called, plainly), rising = _called_posts(outline, group), _rising_ids(outline, group)
    sure = (
        0.22 * sum(author is not None for author in authors) / n
        + 0.18 * _sorted_share(moments, any(block.above is not None for block in group.blocks))
        + 0.20 * min(1.0, mean / 60)
        + 0.10 * min(1.0, statistics.pstdev(sizes) / max(mean, 1) / 0.4)
        + 0.15 * called
        + 0.10 * rising
        + 0.03 * min(1.0, n / 4)
        + 0.04 * sum(_TIME.search(stamp) is not None for stamp in stamps) / n
        - 0.50 * max(0.0, linked / max(total, 1) - 0.4)
        - (0.30 if mean < 12 and called + rising < 1.5 else 0.0)
    )
    if sure >= SURE:  # what takes longer to find out
        sure -= 0.40 * min(1.0, _merged(outline, group) / n) + 0.40 * lists.priced(outline, group.blocks)
        entries = list(zip(group.blocks, authors, contents, strict=True))
        sure -= (0.3 if plainly else 0.6) * lists.listed(outline, entries, url)  # reviews have titles, too
    return max(0.0, min(1.0, sure))


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


def _called_posts(outline: Outline, group: Group) -> tuple[float, bool]:
    """How much blocks, or what they all stand in, are called posts; and whether they are called so plainly ("comment"), as
    articles are not ("post")."""
    found = [
        _called(f"{outline.words(block.start)} {outline.attributes[block.start].get('itemtype') or ''}")
        for block in group.blocks
    ]
    good, plain, bad = map(sum, zip(*found, strict=True))
    n, around, above = len(group.blocks), 0.0, outline.parents[group.blocks[0].start]
    for _ in range(MAX_ABOVE):
        if above > 0 and outline.ends[above] >= group.blocks[-1].stop and _POSTS.search(outline.words(above)):
            around = 0.8
        above = outline.parents[above] if above > 0 else 0
    return max(good / n, around, 0.3) - bad / n, plain > 0.8 * n


def _called(words: str) -> tuple[bool, bool, bool]:
    """Is something called a post; plainly; an entry of a list?"""
    called = set(map(str.lower, _POST.findall(words)))
    listed = set(map(str.lower, _LISTED.findall(words)))
    plainly = bool(called - {"post"})
    return bool(called), plainly, bool(listed - {"card"} if plainly else listed)


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
