"""Vanilla's interface, version 2: discussions and comments as JSON (`/api/v2/comments?discussionID=12`).

Bodies are HTML, times are UTC. A reply of nested comments names its `parentCommentID`. The fields are described in the
interface's own OpenAPI document (`/api/v2/open-api/v3`).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.platforms import html, vanilla
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading

NAME = "vanilla-api"

_ROUTE = re.compile(r"/api/v2/(?:discussions|comments)(?=[/?#]|$)")
_FIELDS = re.compile(r'"(?:commentID|discussionID)"\s*:')


def matches(html: str, url: str) -> bool:
    """Is this an answer about discussions or comments?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] not in ("[", "{"):
        return False
    return _ROUTE.search(url) is not None or (_FIELDS.search(html[:50_000]) is not None and '"insertUserID"' in html)


def read(body: str, url: str) -> Reading:
    """The first (as a rule the only) thread of an answer. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An answer as one page a discussion. Where it holds several or none, the links to go on stand on the first."""
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
    records = [item for item in children(data) if isinstance(item, dict)]
    threads: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        if (number := _discussion(record)) is not None:
            threads.setdefault(number, []).append(record)
    more = _next(url, len(records)) if isinstance(data, list) else []
    found = [_page(number, group, url) for number, group in threads.items()]
    if not found:
        return [Reading(NAME, url, next_links=more)]
    first = found[0]
    found[0] = Reading(**{**vars(first), "next_links": list(dict.fromkeys([*first.next_links, *more]))})
    return found


def _discussion(record: dict[str, Any]) -> str | None:
    """The number of the discussion that a record is or belongs to."""
    number = string(record.get("discussionID"))
    if number is None and record.get("parentRecordType") == "discussion":
        number = string(record.get("parentRecordID"))
    return number if number and number.isdigit() else None


def _page(number: str, records: list[dict[str, Any]], url: str) -> Reading:
    clock = Clock("nl")
    site = re.split(r"(?<=/)api/v2/", url if html.site(url) else "")[0]
    opening = next((record for record in records if "commentID" not in record), {})
    comments = [_comment(record, number, clock) for record in records]
    count = whole(opening.get("countComments"))
    root = re.split(r"/discussion/", html.absolute("", string(records[0].get("url"))) or site)[0].rstrip("/")
    return Reading(
        NAME, string(opening.get("url")) or url,
        title=string(opening.get("name")),
        published_at=clock.read(string(opening.get("dateInserted"))),
        announced=count + 1 if count is not None else None,
        comments=[comment for comment in comments if says_something(comment.text)],
        next_links=vanilla.comments_urls(site, number) if opening and site.endswith("/") else [],
        warnings=clock.warnings(),
        thread=vanilla.thread_name(root, number),
    )  # fmt: skip


def _comment(record: dict[str, Any], discussion: str, clock: Clock) -> RawComment:
    user = record.get("insertUser")
    parent = string(record.get("parentCommentID"))
    return RawComment(
        platform_id=string(record.get("commentID")) or f"discussion-{discussion}",
        parent=None if parent in (None, "0") else parent,
        author=string(user.get("name")) if isinstance(user, dict) else None,
        posted_at=clock.read(string(record.get("dateInserted"))),
        text=string(record.get("body")) or "",
        text_format="html",
        permalink=html.absolute("", string(record.get("url"))),
    )


def _next(url: str, n: int) -> list[str]:
    """The next answer, where this one is full. Without a limit in the address the interface gives 30."""
    parts = urlsplit(url if html.site(url) else "")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    limit, page = query.get("limit", "30"), query.get("page", "1")
    if not (limit.isdecimal() and page.isdecimal() and parts.netloc) or n < max(int(limit[:9]), 1):
        return []
    query["page"] = str(int(page[:9]) + 1)
    return [urlunsplit(parts._replace(query=urlencode(query, safe="/,")))]
