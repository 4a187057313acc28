"""What a list of articles, threads or products has and a thread's posts have not: titles that lead elsewhere, and prices."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from pipeline.platforms import html
from pipeline.platforms.dates import looks_like_date
from pipeline.platforms.generic.blocks import Block
from pipeline.platforms.generic.contents import CHROME
from pipeline.platforms.generic.names import Name, is_profile_link
from pipeline.platforms.generic.outline import Outline

#: what the links of a page are relative to of which nobody knows where it was saved from
_NOWHERE = "http://nowhere.invalid/"
_PRICE = re.compile(r"(?:€|\$|£|EUR|USD)\s?\d+(?:[.,]\d\d)?\b")
_NUMBER = re.compile(r"\d+")
_WHOLE_NUMBER = re.compile(r"(?<![A-Za-z\d])\d+(?![A-Za-z\d])")  # no part of a session's key
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")


#: a block, its author, the elements with its text
Entry = tuple[Block, Name | None, list[int]]


def listed(outline: Outline, entries: list[Entry], url: str) -> float:
    """Share of blocks that have a title of their own which leads to a page of its own: a list of articles or threads."""
    url = url or _NOWHERE
    here, ours = urlsplit(url), set(_NUMBER.findall(url))
    blocks, titles, theirs = list[set[tuple[str, str]]](), Counter[str](), list[set[str]]()
    for block, author, contents in entries:
        own = set(_NUMBER.findall(outline.attributes[block.start].get("id") or ""))
        blocks.append(set())
        for i in range(block.start, outline.ends[contents[-1]] if contents else block.stop):
            if outline.tags[i] != "a" or not _is_title(outline, i, block, author, contents):
                continue
            address = html.absolute(url, outline.attributes[i].get("href"))
            if not address or "#" in address or urlsplit(address)[2:4] == here[2:4]:
                continue
            blocks[-1].add((address, outline.text(i)))
            theirs.append(set(_WHOLE_NUMBER.findall(address)) - own if own & set(_NUMBER.findall(address)) else set())
        titles.update({part for pair in blocks[-1] for part in pair})
    if theirs and any(number in ours or len(number) > 4 for number in set.intersection(*theirs)):
        return 0.0  # all name the same thread, and each its own block: permalinks with a subject
    titled = sum(any(titles[address] == titles[text] == 1 for address, text in block) for block in blocks)
    return max(0, titled - 1) / len(blocks) if titled > len(blocks) / 4 else 0.0


def _is_title(outline: Outline, link: int, block: Block, author: Name | None, contents: list[int]) -> bool:
    """Is a link shown as a title: in or around a heading, before a text, or outside it with some words? A member's is none."""
    if outline.quoted[link] or is_profile_link(outline, link) or CHROME.search(outline.words(link)):
        return False
    text = outline.text(link)
    named = author is not None and author.element != block.start and _touch(outline, link, author.element)
    if not text or (len(text) < 30 and looks_like_date(text)) or (named and len(text) < 15):
        return False
    if _heads(outline, link, block.start):
        return True
    begin = outline.text_from[link]
    return len(text) >= 15 and all(
        begin == outline.text_from[top] or not top < link < outline.ends[top] for top in contents
    )


def _touch(outline: Outline, one: int, other: int) -> bool:
    """Does one of two elements stand in the other?"""
    return one <= other < outline.ends[one] or other <= one < outline.ends[other]


def _heads(outline: Outline, index: int, top: int) -> bool:
    """Does a link stand in a heading or title, or hold one?"""
    if any(outline.tags[i] in _HEADINGS for i in range(index + 1, min(outline.ends[index], index + 6))):
        return True
    for _ in range(4):
        if outline.tags[index] in _HEADINGS or "title" in outline.words(index).lower():
            return True
        index = outline.parents[index]
        if index < top:
            return False
    return False


def priced(outline: Outline, group: list[Block]) -> float:
    """Share of blocks with a price in a short text of its own."""
    hits = sum(
        any(len(text) < 20 and _PRICE.search(text) for text in outline.texts[block.text_from : block.text_to])
        for block in group
    )
    return hits / len(group)
