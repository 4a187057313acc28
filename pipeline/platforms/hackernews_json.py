"""Hacker News as JSON, by either of its interfaces.

Algolia (`hn.algolia.com/api/v1/items/1`) gives a whole thread, replies within `children`; its search gives loose records,
under `hits`. Firebase (`hacker-news.firebaseio.com/v0/item/1.json`) gives one item an answer: it names its parent and its
replies, not its thread. So the links to replies carry the thread's number (`?story=1`), which the server ignores. Texts
are HTML. An answer to the story itself has no parent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.reading import Reading, entry_ids

NAME = "hackernews-json"
SITE = "https://news.ycombinator.com"

_ALGOLIA = re.compile(r'"(?:created_at_i|objectID)"\s*:')
_ALGOLIA_OWN = re.compile(r'"(?:story_id|comment_text|num_comments|nbHits)"\s*:')
_FIREBASE = re.compile(r'"type"\s*:\s*"(?:story|comment|poll|job|pollopt)"')
_FIREBASE_OWN = re.compile(r'"(?:by|kids|descendants|deleted|dead)"\s*:')
_NUMBER = re.compile(r"\d{1,12}")
#: what stands for the text of an item that moderators took away
GONE = ("[deleted]", "[flagged]", "[dead]")


def matches(html: str, url: str) -> bool:
    """Is this an answer of one of the two interfaces?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] != "{":
        return False
    if _ALGOLIA.search(html) and _ALGOLIA_OWN.search(html):
        return True
    return bool(_FIREBASE.search(html) and _FIREBASE_OWN.search(html) and '"time"' in html)


def read(body: str, url: str) -> Reading:
    """The first (as a rule the only) thread of an answer. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An answer as one page a thread. A list of stories is a page without thread, with links to them."""
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
    if not isinstance(data, dict):
        return [Reading(NAME, url, warnings=["not an item of Hacker News"])]
    if isinstance(data.get("hits"), list):
        return _search(data, url)
    records = list(_records(data))
    if "created_at_i" in data or "children" in data:
        story = _number(data.get("story_id")) or _number(data.get("id"))
        return [_page(story, records, data, [], url)]
    story = _number(data.get("id")) if _is_story(data) else _asked(url) or _number(data.get("parent"))
    kids = [number for kid in children(data.get("kids")) if (number := _number(kid)) is not None]
    return [_page(story, records, data, [_kid_url(url, kid, story) for kid in kids], url)]


def thread_name(story: str) -> str:
    """The name of a story's thread, the same for the site and both interfaces."""
    return f"{SITE.partition('//')[2]}/item?id={story}"


def _records(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An item and what is within it, each comment before its replies."""
    waiting: list[Any] = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(reversed(children(item.get("children"))))


def _search(data: dict[str, Any], url: str) -> list[Reading]:
    """Records found by Algolia's search: comments by thread, and links to stories and to the next answer."""
    hits = [hit for hit in data["hits"] if isinstance(hit, dict)]
    by_story: dict[str, list[dict[str, Any]]] = {}
    links: list[str] = []
    for hit in hits:
        story = _number(hit.get("story_id"))
        if string(hit.get("comment_text")) and story:
            by_story.setdefault(story, []).append(hit)
        elif number := _number(hit.get("objectID")):
            links.append(f"{_root(url) or 'https://hn.algolia.com'}/api/v1/items/{number}")
    at, of = _number(data.get("page")), _number(data.get("nbPages"))
    if at and of and int(at) + 1 < int(of) and _root(url):
        parts = urlsplit(url)
        query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), "page": str(int(at) + 1)}
        links.append(urlunsplit(parts._replace(query=urlencode(query), fragment="")))
    found = [_page(story, group, {}, [], url) for story, group in by_story.items()]
    first = found[0] if found else Reading(NAME, url)
    return [Reading(**{**vars(first), "next_links": list(dict.fromkeys(links))}), *found[1:]]


def _page(story: str | None, records: list[dict[str, Any]], top: dict[str, Any], links: list[str], url: str) -> Reading:
    clock = Clock("en")
    gone = [_is_gone(record) for record in records]
    kept = [record for record, absent in zip(records, gone, strict=True) if not absent]
    about = top if _is_story(top) else {}
    title = string(about.get("title")) or next((string(r.get("story_title")) for r in records), None)
    count = _number(about.get("descendants"))
    return Reading(
        NAME, url,
        title=unescape(title) if title else None,
        published_at=_moment(about, clock),
        announced=int(count) + (_text(about) is not None) if count else None,
        comments=[comment for record in kept if (comment := _comment(record, story, clock)) is not None],
        next_links=links,
        warnings=clock.warnings(),
        thread=thread_name(story) if story else None,
        left_out=entry_ids((_own(record) for record, absent in zip(records, gone, strict=True) if absent), url),
    )  # fmt: skip


def _comment(record: dict[str, Any], story: str | None, clock: Clock) -> RawComment | None:
    """A comment, or a story that has a text of its own; None for a story that is a link, and for a poll's choices."""
    number, text = _own(record), _text(record)
    if number is None or text is None or string(record.get("type")) == "pollopt":
        return None
    parent = _number(record.get("parent_id")) or _number(record.get("parent"))
    return RawComment(
        platform_id=number,
        parent=None if parent == story else parent,
        author=string(record.get("author")) or string(record.get("by")),
        posted_at=_moment(record, clock),
        text=text,
        text_format="html",
        permalink=f"{SITE}/item?id={number}",
    )


def _text(record: dict[str, Any]) -> str | None:
    return string(record.get("text")) or string(record.get("comment_text")) or string(record.get("story_text"))


def _is_story(record: dict[str, Any]) -> bool:
    return string(record.get("type")) in ("story", "poll", "job")


def _is_gone(record: dict[str, Any]) -> bool:
    """Is this what is left of a deleted comment? Algolia leaves text and author empty."""
    text = _text(record)
    if text is None:
        return string(record.get("deleted")) == "true" or string(record.get("type")) == "comment"
    return text in GONE


def _moment(record: dict[str, Any], clock: Clock) -> Any:
    stamp = string(record.get("created_at_i")) or string(record.get("time")) or string(record.get("created_at"))
    return clock.read(stamp)


def _number(value: Any) -> str | None:
    text = string(value) or ""
    return text if _NUMBER.fullmatch(text) else None


def _own(record: dict[str, Any]) -> str | None:
    """A record's own number."""
    return _number(record.get("objectID")) or _number(record.get("id"))


def _asked(url: str) -> str | None:
    """The thread that an address carries."""
    return _number(dict(parse_qsl(urlsplit(url).query)).get("story")) if html.site(url) else None


def _root(url: str) -> str | None:
    if not html.site(url):
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _kid_url(url: str, kid: str, story: str | None) -> str:
    base = f"{_root(url) or 'https://hacker-news.firebaseio.com'}/v0/item/{kid}.json"
    return f"{base}?story={story}" if story else base
