"""Blogger's comment feeds, as Atom or as JSON (`?alt=json`): `/feeds/comments/default` and `/feeds/12/comments/default`.

The JSON is the Atom document word for word: an element is an object, its text `$t`, a name's prefix is set off by `$`. So
Atom is read into that shape first. An entry's `thr:in-reply-to` names the post; the comment that it answers, if any, is the
last number in its `link rel="related"`. See the Blogger Data API, version 2, and RFC 4685.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from pipeline.platforms import html, xml_text
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading, entry_ids
from pipeline.platforms.wordpress_links import thread_name

NAME = "blogger-feed"

_JSON = re.compile(r'"xmlns\$thr"|"feed"\s*:\s*\{|"thr\$in-reply-to"')
_ATOM = re.compile(r"<(?:\w+:)?feed\b[^>]*http://www\.w3\.org/2005/Atom")
_BLOGGER = re.compile(r"tag:blogger\.com,1999:|www\.blogger\.com")
_ENTRY = re.compile(r"\.(?:post|comment)-(\d+)")
_LAST_NUMBER = re.compile(r"/(\d+)/?(?:[?#].*)?$")
_PREFIXES = {
    "http://purl.org/syndication/thread/1.0": "thr$",
    "http://a9.com/-/spec/opensearchrss/1.0/": "openSearch$",
    "http://a9.com/-/spec/opensearch/1.1/": "openSearch$",
    "http://schemas.google.com/g/2005": "gd$",
}


def matches(html: str, url: str) -> bool:
    """Is this a feed of Blogger about comments?"""
    start = html[:20_000]
    if start.lstrip("\ufeff \t\r\n")[:1] not in ("<", "{") or not _BLOGGER.search(start):
        return False
    return bool((_ATOM.search(start) or _JSON.search(start)) and ("in-reply-to" in html or "comments/default" in url))


def read(body: str, url: str) -> Reading:
    """The first (for a post's own feed the only) thread. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """A feed as one page a post. Where it holds several or none, the links to go on stand on the first."""
    body = body.lstrip("\ufeff \t\r\n")
    warnings: list[str] = []
    if body.startswith("<"):
        entries, feed, warnings = _atom(body)
    else:
        try:
            data = load(body)
        except BadJSONError as error:
            return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
        inner = data.get("feed") if isinstance(data, dict) else None
        feed = inner if isinstance(inner, dict) else {}
        entries = [entry for entry in children(feed.get("entry")) if isinstance(entry, dict)]
    by_post: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if (post := _post(entry)) is not None:
            by_post.setdefault(post, []).append(entry)
    more = _next(feed, url, len(entries))
    if not by_post:
        return [Reading(NAME, url, next_links=more, warnings=warnings, damage=tuple(warnings))]
    announced = _count(feed) if len(by_post) == 1 and re.search(r"/feeds/(?:\d+/)?\d{5,}/comments", url) else None
    found = [_page(post, group, url, announced) for post, group in by_post.items()]
    first = found[0]
    found[0] = replace(first, next_links=more, warnings=[*warnings, *first.warnings], damage=tuple(warnings))
    return found


def _page(post: str, entries: list[dict[str, Any]], url: str, announced: int | None) -> Reading:
    clock = Clock("nl")
    comments = [_comment(entry, post, clock) for entry in entries if not _removed(entry)]
    return Reading(
        NAME, post or url, announced=announced,
        comments=[comment for comment in comments if says_something(comment.text)],
        warnings=clock.warnings(),
        thread=thread_name(re.sub(r"[?#].*$", "", post), None),
        left_out=entry_ids((_number(entry) for entry in entries if _removed(entry)), url),
    )  # fmt: skip


def _comment(entry: dict[str, Any], post: str, clock: Clock) -> RawComment:
    number = _number(entry)
    author = next((item for item in children(entry.get("author")) if isinstance(item, dict)), {})
    parent = _LAST_NUMBER.search(_link(entry, "related") or "")
    body = next((text for field in ("content", "summary") if (text := _text(entry.get(field)))), "")
    permalink = html.absolute("", _link(entry, "alternate"))
    return RawComment(
        platform_id=number,
        parent=parent[1] if parent else None,
        author=_text(author.get("name")),
        posted_at=clock.read(_text(entry.get("published"))),
        text=body,
        text_format="html",
        permalink=permalink or (f"{post}#c{number}" if number else None),
    )


def _number(entry: dict[str, Any]) -> str | None:
    """The number of a comment."""
    found = _ENTRY.search(_text(entry.get("id")) or "")
    return found[1] if found else None


def _post(entry: dict[str, Any]) -> str | None:
    """The address of the post that an entry is about."""
    for target in children(entry.get("thr$in-reply-to")):
        if isinstance(target, dict) and (url := html.absolute("", string(target.get("href")))):
            return url
    return None


def _removed(entry: dict[str, Any]) -> bool:
    """Is this a comment that was taken away? Blogger keeps its place and marks it."""
    properties = (item for item in children(entry.get("gd$extendedProperty")) if isinstance(item, dict))
    return any(item.get("name") == "blogger.contentRemoved" and item.get("value") != "false" for item in properties)


def _text(value: Any) -> str | None:
    return string(value.get("$t") if isinstance(value, dict) else value)


def _link(entry: dict[str, Any], rel: str) -> str | None:
    links = (item for item in children(entry.get("link")) if isinstance(item, dict))
    return next((string(item.get("href")) for item in links if item.get("rel") == rel), None)


def _count(feed: dict[str, Any]) -> int | None:
    return whole(_text(feed.get("openSearch$totalResults")))


def _next(feed: dict[str, Any], url: str, n: int) -> list[str]:
    """Where the feed goes on: as it says itself, else by its numbers."""
    if (link := html.absolute(url, _link(feed, "next"))) is not None:
        return [link]
    total, start = _count(feed), _text(feed.get("openSearch$startIndex")) or "1"
    parts = urlsplit(url if html.site(url) else "")
    if total is None or not start.isdecimal() or not n or not parts.netloc or int(start[:9]) + n > total:
        return []
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | {"start-index": str(int(start[:9]) + n)}
    return [urlunsplit(parts._replace(query=urlencode(query)))]


def _atom(body: str) -> tuple[list[dict[str, Any]], dict[str, Any], list[str]]:
    """An Atom document as (entries, the rest of the feed), both in the shape of the JSON."""
    elements, warnings = xml_text.elements(body)
    entries: list[dict[str, Any]] = []
    feed: dict[str, Any] = {}
    for element in elements:
        if element.tag.rpartition("}")[2] == "entry":
            entries.append(_shape(element))
        else:
            feed.setdefault(_field(element.tag), []).append(_shape(element))
    flat = {name: values[0] if len(values) == 1 else values for name, values in feed.items()}
    return entries, flat, warnings


def _shape(element: Element) -> dict[str, Any]:
    """An element as Blogger's JSON has it: attributes, `$t` for the text, and what stands in it."""
    found: dict[str, Any] = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    if element.text and element.text.strip():
        found["$t"] = element.text
    for child in element:
        name, value = _field(child.tag), _shape(child)
        found[name] = [*children(found[name]), value] if name in found else value
    return found


def _field(tag: str) -> str:
    """`{http://purl.org/syndication/thread/1.0}in-reply-to` -> `thr$in-reply-to`."""
    space, _, name = tag.rpartition("}")
    return _PREFIXES.get(space.lstrip("{"), "") + name
