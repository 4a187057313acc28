"""Numbers of posts and comments that a page announces: in words, in attributes, and in what it tells search engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms.json_text import BadJSONError, children, load, string

_DISCUSSIONS = ("DiscussionForumPosting", "Question")
_REPLIES = re.compile(r"(?:Comment|Reply)Action$")
_IN_TEXT = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?![\d])|\d{1,9}")
_ROUNDED = re.compile(r"[.,]\d|\s?[KMkm]\b")


def whole(value: object) -> int | None:
    """The number that a string of one to nine digits is (`json_text` leaves numbers as strings), else None."""
    text = string(value) or ""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def number_in(text: str | None) -> int | None:
    """The first number in a text, with points, commas or spaces between thousands ("1.204 reacties"); None for none, and
    for a rounded one ("1.2K")."""
    found = _IN_TEXT.search(text or "")
    if not found or _ROUNDED.match((text or "")[found.end() :]):
        return None
    return int(re.sub(r"\D", "", found[0]))


def declared_posts(tree: LexborHTMLParser) -> int | None:
    """Posts in a thread by what the page tells search engines of it: the replies, and the post that they answer."""
    replies = (declared_replies(item) for item in declared_discussions(tree))
    return next((number + 1 for number in replies if number is not None), None)


def declared_discussions(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """The discussions and questions that a page describes as JSON-LD."""
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            data = load(script.text() or "", strict=False)
        except BadJSONError:
            continue
        for item in children(data):
            main = item.get("mainEntity") if isinstance(item, dict) else None
            item = main if isinstance(main, dict) else item
            if isinstance(item, dict) and item.get("@type") in _DISCUSSIONS:
                yield item


def declared_replies(item: dict[str, Any]) -> int | None:
    """How many replies a discussion or question says it has."""
    for counter in children(item.get("interactionStatistic")):
        if isinstance(counter, dict) and _REPLIES.search(string(counter.get("interactionType")) or ""):
            return whole(counter.get("userInteractionCount"))
    return whole(item.get("answerCount"))
