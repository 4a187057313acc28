"""Aurora, the newest software of Khoros: the messages of a page as JSON, in the cache of its interface.

The page's `__NEXT_DATA__` holds the cache as one flat object, in which `{"__ref": key}` stands for another entry. A message
is an entry of a type that ends in "Message" with `uid`, `body` (HTML), `postTime`, `author`, `parent` and `conversation`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, load, string
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading

_MARKED = re.compile(r'Message:message:\d+"\s*:\s*\{')
_KEY = re.compile(r"\w+Message:message:(\d+)")
_TOPICS = 'a[data-testid="MessageLink"][href]'
#: what an address of a reply has behind that of its topic
_REPLY = re.compile(r"(?<=\d)/(?:replies|comments)/\d+.*")
_LAST_NUMBER = re.compile(r"/(\d+)(?=/|$)")


def matches(html: str) -> bool:
    """Does a page hold messages of Aurora?"""
    return "__NEXT_DATA__" in html and _MARKED.search(html) is not None


def read(tree: LexborHTMLParser, address: str, url: str, language: str | None) -> Reading | None:
    """The thread whose messages a page holds, or the topics to which a list leads; None where it holds neither."""
    node = tree.css_first("script#__NEXT_DATA__")
    text = (node.text() or "") if node is not None else ""
    if not _MARKED.search(text):
        return None
    try:
        cache = _cache(load(text))
    except BadJSONError as error:
        return Reading("lithium", url, language=language, warnings=[f"the page's JSON cannot be read: {error}"])
    messages = {key: entry for key, entry in cache.items() if _KEY.fullmatch(key) and string(entry.get("body"))}
    thread = _thread(messages, cache, address)
    own = {key: entry for key, entry in messages.items() if _conversation(entry) == thread}
    clock = Clock(language)
    comments = [comment for entry in own.values() if says_something((comment := _comment(entry, cache, clock)).text)]
    topic = next((entry for entry in own.values() if not _ref(entry, "parent")), {})
    replies = whole(topic.get("repliesCount"))
    number = _number(topic) or (thread or "").rpartition(":")[2]
    title = string(topic.get("subject"))
    return Reading(
        "lithium", url,
        title=title or html.inner_text(tree.css_first("h1")),
        language=language,
        announced=replies + 1 if replies is not None else None,
        comments=comments,
        next_links=_links(tree, address, own),
        warnings=clock.warnings(),
        thread=f"{html.site(address) or ''}/t5/td-p/{number}" if own else None,
    )  # fmt: skip


def _links(tree: LexborHTMLParser, address: str, own: dict[str, dict[str, Any]]) -> list[str]:
    """The next page, and where the page shows no messages of its own the topics in its lists."""
    topics = [] if own else [_REPLY.sub("", link) for link in html.links(tree, _TOPICS, address)]
    pages = html.links(tree, 'link[rel~="next"][href], a[rel~="next"][href]', address)
    return [link for link in dict.fromkeys([*topics, *pages]) if link != address]


def _cache(data: Any) -> dict[str, dict[str, Any]]:
    """The cache's entries, wherever in the page's data it stands (a few levels deep)."""
    level = [data]
    for _ in range(5):
        level = [item for item in level if isinstance(item, dict)]
        for item in level:
            if any(_KEY.fullmatch(key) for key in item):
                return {key: entry for key, entry in item.items() if isinstance(entry, dict)}
        level = [value for item in level for value in item.values()]
    return {}


def _thread(messages: dict[str, dict[str, Any]], cache: dict[str, dict[str, Any]], address: str) -> str | None:
    """The conversation of the message that the address names, else the one with most messages: a page also holds the
    first messages of topics that it only recommends."""
    named = _LAST_NUMBER.findall(urlsplit(address).path)
    for entry in messages.values():
        if named and _number(entry) == named[-1]:
            return _conversation(entry)
    counts = Counter(_conversation(entry) for entry in messages.values())
    return counts.most_common(1)[0][0] if counts else None


def _conversation(entry: dict[str, Any]) -> str | None:
    return _ref(entry, "conversation")


def _ref(entry: dict[str, Any], field: str) -> str | None:
    """The key of the entry that a field points to."""
    value = entry.get(field)
    return string(value.get("__ref")) if isinstance(value, dict) else None


def _number(entry: dict[str, Any]) -> str | None:
    number = string(entry.get("uid")) or (string(entry.get("id")) or "").rpartition(":")[2]
    return number or None


def _comment(entry: dict[str, Any], cache: dict[str, dict[str, Any]], clock: Clock) -> RawComment:
    author = cache.get(_ref(entry, "author") or "", {})
    parent = _KEY.fullmatch(_ref(entry, "parent") or "")
    return RawComment(
        platform_id=_number(entry),
        parent=parent[1] if parent else None,
        author=string(author.get("login")),
        posted_at=clock.read(string(entry.get("postTime"))),
        text=string(entry.get("body")) or "",
        text_format="html",
        permalink=html.absolute("", string(entry.get("viewHref"))),
    )
