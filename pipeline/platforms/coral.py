"""Coral (formerly Talk), the comments of NU.nl (NUjij) and other newspapers: the JSON answers of its GraphQL interface.

A page that embeds Coral holds none of its comments; a script asks for them by POST, so an answer leads nowhere further and
has to be saved. Two generations: Talk 4 (`data.asset.comments.nodes`, `user`, `created_at`, plain text; NU.nl's server
talk.nu.nl answered so in public code of 2021-2022) and Coral 5 and later (`data.story.comments.edges[].node`, `author`,
`createdAt`, HTML). Both by the queries in the sources of coralproject/talk; of Coral 5 and later no real answer was seen, so
what is read of these follows from the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.reading import Reading

NAME = "coral"

_TALK = re.compile(r'"nodes"\s*:\s*\[(?:(?!"nodes").){0,4000}?"created_at"\s*:', re.DOTALL)
_CORAL = re.compile(r'"edges"\s*:\s*\[(?:(?!"edges").){0,4000}?"createdAt"\s*:', re.DOTALL)
_KEPT_BACK = frozenset({"REJECTED", "PREMOD", "SYSTEM_WITHHELD"})


def matches(html: str, url: str) -> bool:
    """Is this an answer with a page's comments?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] != "{" or '"data"' not in html or '"body"' not in html:
        return False
    return ('"hasNextPage"' in html or '"replyCount"' in html) and bool(_TALK.search(html) or _CORAL.search(html))


def read(body: str, url: str) -> Reading:
    """The comments of one page, or more of them."""
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return Reading(NAME, url, warnings=[f"not JSON: {error}"])
    answer = data.get("data") if isinstance(data, dict) else None
    answer = answer if isinstance(answer, dict) else {}
    story: dict[str, Any] = next((answer[key] for key in ("asset", "story") if isinstance(answer.get(key), dict)), {})
    page = html.absolute("", string(story.get("url")))
    clock = Clock("en")
    comments: list[RawComment] = []
    cut = 0
    for record, parent in _records([answer.get("comments"), story.get("comments"), _one(answer.get("comment"))]):
        if record is None:
            cut += 1
        elif _is_shown(record):
            comments.append(_comment(record, parent, page, clock))
    metadata = story.get("metadata")
    title = string(story.get("title")) or string(metadata.get("title") if isinstance(metadata, dict) else None)
    warnings = [f"lists of comments that the answer cuts off: {cut}"] if cut else []
    return Reading(
        NAME, page or url, title,
        announced=_announced(story),
        comments=comments,
        warnings=[*warnings, *clock.warnings()],
        thread=_thread(story, page, comments, answer),
    )  # fmt: skip


def _is_shown(record: dict[str, Any]) -> bool:
    """Is this a comment that readers see? The others are not counted in the page's number either."""
    gone = record.get("deleted") is True or string(record.get("status")) in _KEPT_BACK
    return not gone and bool(string(record.get("body")))


def _one(comment: Any) -> dict[str, Any] | None:
    """A comment that was asked for with its replies, as a list of one."""
    return {"nodes": [comment]} if isinstance(comment, dict) else None


def _records(connections: list[Any]) -> Iterator[tuple[dict[str, Any] | None, str | None]]:
    """Comments with the id of what they answer, each before its replies; None where a list goes on elsewhere."""
    waiting: list[tuple[Any, str | None]] = [(one, None) for one in connections[::-1]]
    while waiting:
        connection, parent = waiting.pop()
        if not isinstance(connection, dict):
            continue
        if "body" in connection:
            above = connection.get("parent")
            named = string(above.get("id")) if isinstance(above, dict) else None
            yield connection, named or parent
            waiting.append(
                (connection.get("replies") or connection.get("allChildComments"), string(connection.get("id")))
            )
            continue
        info = connection.get("pageInfo")
        if connection.get("hasNextPage") is True or (isinstance(info, dict) and info.get("hasNextPage") is True):
            yield None, None
        edges = [edge.get("node") for edge in children(connection.get("edges")) if isinstance(edge, dict)]
        nodes = [node for node in [*children(connection.get("nodes")), *edges] if isinstance(node, dict)]
        waiting.extend((node if "body" in node else {**node, "body": None}, parent) for node in nodes[::-1])


def _comment(record: dict[str, Any], parent: str | None, page: str | None, clock: Clock) -> RawComment:
    number = string(record.get("id"))
    author = record.get("author") or record.get("user")
    new = "createdAt" in record
    return RawComment(
        platform_id=number,
        parent=parent,
        author=string(author.get("username")) if isinstance(author, dict) else None,
        posted_at=clock.read(string(record.get("createdAt") if new else record.get("created_at"))),
        text=string(record.get("body")) or "",
        text_format="html" if new else "text",
        permalink=_permalink(page, number, new),
    )


def _permalink(page: str | None, number: str | None, new: bool) -> str | None:
    if page is None or number is None:
        return None
    return f"{page}{'&' if '?' in page else '?'}{'commentID' if new else 'commentId'}={number}"


def _announced(story: dict[str, Any]) -> int | None:
    counts = story.get("commentCounts")
    total = counts.get("totalPublished") if isinstance(counts, dict) else None
    return whole(total) if total is not None else whole(story.get("totalCommentCount"))


def _thread(story: dict[str, Any], page: str | None, comments: list[RawComment], answer: dict[str, Any]) -> str | None:
    """The page's address without its scheme. An answer with more comments names no page: it is a thread of its own."""
    if page is not None:
        return addresses.name_of(html.thread_url(page))
    name = string(story.get("id")) or (comments[0].parent or comments[0].platform_id if comments else None)
    return f"coral:{name}" if name else None
