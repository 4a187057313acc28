"""Isso's answer to `/?uri=...`: the comments of one page as JSON, replies within what they answer.

A page that embeds Isso holds none of its comments: they are fetched by a script, and its address does not tell where from.
An answer may be cut (`limit`, `nested_limit`); it then says how many are hidden, and the same question without a limit gives
them all. `mode` is 1 for accepted, 2 for waiting, 4 for deleted comments that still have replies. The field `hash` is made
of an address and is never read. See `isso/views/comments.py` in the sources of 0.14.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.reading import Reading, entry_ids
from pipeline.platforms.text import markup_to_text

NAME = "isso"

_FIELDS = re.compile(r'"hidden_replies"\s*:')
_WAITING, _DELETED = "2", "4"
_LIMITS = frozenset({"limit", "nested_limit", "offset", "after", "parent"})


def matches(html: str, url: str) -> bool:
    """Is this an answer of Isso with comments?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] != "{":
        return False
    return _FIELDS.search(html) is not None and '"replies"' in html


def read(body: str, url: str) -> Reading:
    """The comments of one page."""
    url, given = url if html.site(url) else "", url
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return Reading(NAME, given, warnings=[f"not JSON: {error}"], thread=_thread(url))
    data = data if isinstance(data, dict) else {}
    clock = Clock("en")
    records = _records(data)
    plain = parse_qs(urlsplit(url).query).get("plain", ["0"])[0] != "0"
    comments = [
        _comment(record, url, plain, clock)
        for record in records
        if string(record.get("mode")) not in (_WAITING, _DELETED)
    ]
    comments = [comment for comment in comments if comment.text]
    deleted = (string(record.get("id")) for record in records if string(record.get("mode")) == _DELETED)
    hidden = sum(whole(one.get("hidden_replies")) or 0 for one in [data, *records])
    more = _without_limits(url) if hidden > 0 else None
    warnings = clock.warnings()
    if hidden > 0 and more is None:
        warnings.append(f"comments that the answer hides: {hidden}")
    return Reading(
        NAME, given,
        announced=_announced(data),
        comments=comments,
        next_links=[more] if more else [],
        warnings=warnings,
        thread=_thread(url),
        left_out=entry_ids(deleted, given) if more is None else (),  # the whole answer tells them
    )  # fmt: skip


def _records(data: dict[str, Any]) -> list[dict[str, Any]]:
    """All comments of an answer, each before its replies."""
    found: list[dict[str, Any]] = []
    waiting = children(data.get("replies"))[::-1]
    while waiting:
        record = waiting.pop()
        if isinstance(record, dict):
            found.append(record)
            waiting.extend(children(record.get("replies"))[::-1])
    return found


def _comment(record: dict[str, Any], url: str, plain: bool, clock: Clock) -> RawComment:
    number = string(record.get("id"))
    created = (string(record.get("created")) or "").partition(".")[0]
    uri = _uri(url) or ""
    page = html.absolute("", uri)
    return RawComment(
        platform_id=number,
        parent=string(record.get("parent")),
        author=markup_to_text(string(record.get("author")) or "") or None,
        posted_at=clock.read(created),
        text=string(record.get("text")) or "",
        text_format="text" if plain else "html",
        permalink=f"{page.partition('#')[0]}#isso-{number}" if page and number else None,
    )


def _announced(data: dict[str, Any]) -> int | None:
    """The number of comments on the page. Before 0.13 the answer counts only those that answer nobody."""
    total = whole(data.get("total_replies"))
    if total is None or data.get("id") is not None:
        return None
    replies = [one for one in children(data.get("replies")) if isinstance(one, dict)]
    below = sum(whole(one.get("total_replies")) or 0 for one in replies)
    hidden = whole(data.get("hidden_replies")) or 0
    if total > len(replies) + hidden or not below:
        return total
    return total + below if not hidden else None


def _uri(url: str) -> str | None:
    return next(iter(parse_qs(urlsplit(url).query).get("uri", [])), None)


def _thread(url: str) -> str | None:
    """The server and the page that it keeps comments for."""
    uri = _uri(url)
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}/?uri={uri}" if uri else html.thread_url(url) or None


def _without_limits(url: str) -> str | None:
    """The same question without what cuts its answer; None where nothing does."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in asked if pair[0] not in _LIMITS]
    if len(kept) == len(asked) or not html.site(url):
        return None
    return urlunsplit(parts._replace(query=urlencode(kept), fragment=""))
