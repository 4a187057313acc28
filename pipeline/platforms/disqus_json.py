"""Disqus as JSON: in the page that holds a thread's comments, and in the answers of its interface.

An article that embeds Disqus holds none of its comments. They stand in a frame, a page at disqus.com that carries the first
fifty as JSON (`disqus-threadData`) and draws more when its reader asks for them. The interface
(`/api/3.0/threads/listPostsThreaded`) gives the same records. It wants a key, so that a page leads nowhere, and an answer
to the next one. Times are UTC. Deleted comments keep their place, and are not counted in the number of comments.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.markup import says_something
from pipeline.platforms.posts import Posts, spoken
from pipeline.platforms.reading import Reading
from pipeline.platforms.text import markup_to_text

NAME = "disqus-json"

_PAGE = re.compile(r"<script\b[^<>]*\bid=[\"']?disqus-threadData\b")
_FIELDS = re.compile(r'"raw_message"\s*:')
_POST = re.compile(r"post-(\d+)")
_COMMENT = re.compile(r"#comment-(\d+)$")
_NO_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?")


def matches(html: str, url: str) -> bool:
    """Is this a page of comments at Disqus, or an answer with some?"""
    if _is_answer(html):
        return '"cursor"' in html and _FIELDS.search(html) is not None
    return "disqus-threadData" in html and _PAGE.search(html) is not None


def read(body: str, url: str) -> Reading:
    """The first (of a page the only) thread. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """A page, or an answer as one page a thread (a site's latest comments are of several)."""
    tree: LexborHTMLParser | None = None
    text, warnings = body.lstrip("\ufeff"), list[str]()
    if not _is_answer(body):
        tree, warnings = html.parse(body)
        script = tree.css_first("script#disqus-threadData")
        text = (script.text() or "") if script is not None else ""
    try:
        data = load(text)
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[*warnings, f"not JSON: {error}"])]
    data = data if isinstance(data, dict) else {}
    response = data.get("response")
    about, listed = (response.get("thread"), response.get("posts")) if isinstance(response, dict) else (None, response)
    by_thread: dict[str | None, list[dict[str, Any]]] = {}
    for record in children(listed):
        if isinstance(record, dict) and "message" in record:
            by_thread.setdefault(_thread(record), []).append(record)
    about = about if isinstance(about, dict) else {}
    if about and not by_thread:
        by_thread[string(about.get("id"))] = []
    cursor = data.get("cursor")
    cursor = cursor if isinstance(cursor, dict) else {}
    alone = len(by_thread) == 1
    more = _next(cursor, url) if tree is None else []
    return [
        _page(number, records, url, about, tree if alone else None, whole(cursor.get("total")) if alone else None, more, warnings)
        for number, records in by_thread.items()
    ] or [Reading(NAME, url, next_links=more, warnings=warnings)]  # fmt: skip


def _page(
    number: str | None, records: list[dict[str, Any]], url: str, about: dict[str, Any], tree: LexborHTMLParser | None,
    announced: int | None, more: list[str], warnings: list[str],
) -> Reading:  # fmt: skip
    language = html.language(tree) if tree is not None else None
    clock = Clock(language or "en")
    address = html.absolute("", string(about.get("link")))
    comments = [_comment(record, address, clock) for record in records if not _is_gone(record)]
    if tree is not None:
        known = {string(record.get("id")) for record in records}
        comments += [comment for comment in _drawn(tree, address, clock) if comment.platform_id not in known]
    return Reading(
        NAME, address or url,
        title=markup_to_text(string(about.get("clean_title")) or string(about.get("title")) or "") or None,
        language=language,
        published_at=clock.read(_utc(about.get("createdAt"))),
        announced=announced,
        comments=[comment for comment in comments if says_something(comment.text)],
        next_links=more,
        warnings=[*warnings, *clock.warnings()],
        thread=f"disqus/{number}" if number else None,
    )  # fmt: skip


def _comment(record: dict[str, Any], address: str | None, clock: Clock) -> RawComment:
    number, author = string(record.get("id")), record.get("author")
    name = string(author.get("name")) if isinstance(author, dict) else None
    return RawComment(
        platform_id=number,
        parent=string(record.get("parent")),
        author=" ".join(name.split()) or None if name else None,
        posted_at=clock.read(_utc(record.get("createdAt"))),
        text=string(record.get("message")) or "",
        text_format="html",
        permalink=html.absolute("", string(record.get("url"))) or _link(address, number),
    )


def _drawn(tree: LexborHTMLParser, address: str | None, clock: Clock) -> list[RawComment]:
    """The comments that a browser drew. Of a deleted one no author is shown."""
    nodes = ((found[1], node) for node in tree.css("li.post[id]") if (found := _POST.fullmatch(node.id or "")))
    posts = Posts(tree, nodes)
    names = {number: html.inner_text(node) for number, node in posts.first(".post-byline .author", text=True).items()}
    times = {
        number: clock.read(html.attribute(node, "title")) for number, node in posts.first("a.time-ago[title]").items()
    }
    said = (
        (number, _COMMENT.search(html.attribute(node, "href") or ""))
        for number, node in posts.first("a.parent-link[href]").items()
    )
    parents = posts.above | {number: found[1] for number, found in said if found}
    contents = {number: node for number, node in posts.first(".post-message").items() if number in names}
    return spoken(posts.texts(contents), names, times, parents, lambda number: _link(address, number))[0]


def _is_answer(body: str) -> bool:
    return body[:200].lstrip("\ufeff \t\r\n")[:1] == "{"


def _is_gone(record: dict[str, Any]) -> bool:
    """Is this a comment that readers do not see?"""
    return record.get("isApproved") is False or any(record.get(mark) is True for mark in ("isDeleted", "isSpam"))


def _thread(record: dict[str, Any]) -> str | None:
    """The id of the thread that a comment is in; the interface gives the thread itself to those who ask for it."""
    thread = record.get("thread")
    return string(thread.get("id") if isinstance(thread, dict) else thread)


def _utc(value: object) -> str | None:
    """A moment as Disqus writes it, with its zone."""
    text = string(value)
    return f"{text}Z" if text and _NO_ZONE.fullmatch(text) else text


def _link(address: str | None, number: str | None) -> str | None:
    return f"{address.partition('#')[0]}#comment-{number}" if address and number else None


def _next(cursor: dict[str, Any], url: str) -> list[str]:
    """The same question for what follows."""
    following = string(cursor.get("next"))
    if cursor.get("hasNext") is not True or not following or not html.site(url):
        return []
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "cursor"]
    return [urlunsplit(parts._replace(query=urlencode([*query, ("cursor", following)]), fragment=""))]
