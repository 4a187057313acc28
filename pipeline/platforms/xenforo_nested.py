"""Nested replies, as one family of XenForo sites shows them: below the post that they answer, some folded away.

A label tells how many replies to a post there are and how many of them the page holds. The others come from an address of
their own (`/threads/load-more-posts/`), as JSON with the same markup in it, and may hold labels again.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.counts import number_in, whole
from pipeline.platforms.json_text import children, load, string
from pipeline.platforms.posts import Posts

_ROUTE = "/threads/load-more-posts/"
_NESTED = ".js-nested-children-wrapper"
_LABEL = ".js-nested-reply-label[parent-post][thread-id]"
#: views, replies, participants, last post
_COUNTS = ".MessageCard__thread-info > .icon-with-text"
_THREAD = re.compile(r"^(.*?)/threads/[^/?]+/")


class Label(NamedTuple):
    """Replies to a post: how many the page holds, and how many there are (of some it is only known that there are any)."""

    post: str
    level: str
    thread: str
    loaded: int
    total: int
    unknown: str

    @property
    def hidden(self) -> int:
        return max(self.total - self.loaded, 0)


def labels(tree: LexborHTMLParser) -> list[Label]:
    """The labels of posts of which replies are folded away."""
    return [label for node in tree.css(_LABEL) if (label := _label(node)).hidden]


def _label(node: LexborNode) -> Label:
    def told(name: str) -> str:
        return html.attribute(node, name) or ""

    loaded, total = whole(told("posts-loaded")) or 0, whole(told("total-reply-count")) or 0
    return Label(
        told("parent-post"), told("parent-level"), told("thread-id"), loaded, total, told("exact-reply-count-unknown")
    )


def links(folded: list[Label], thread: str) -> list[str]:
    """Where the replies that a page folds away are to be had; `thread`: the address of its thread."""
    root = _THREAD.match(thread)
    return [f"{root[1]}{_ROUTE}?{urlencode(_query(label, thread))}" for label in folded] if root else []


def _query(label: Label, thread: str) -> dict[str, str]:
    return {
        "parent_post_id": label.post,
        "parent_post_level": label.level,
        "thread_id": label.thread,
        "posts_loaded": str(label.loaded),
        "total_reply_count": str(label.total),
        "exact_reply_count_unknown": label.unknown,
        "_xfRequestUri": urlsplit(thread).path,
        "_xfWithData": "1",
        "_xfResponseType": "json",
    }


def answers(posts: Posts, default: str | None = None) -> dict[str, str]:
    """Post -> the post that it is nested behind; `default` for those in no nest."""
    behind: dict[int, str | None] = {}
    for node in posts.tree.css(_NESTED):
        behind[node.mem_id] = _post_before(posts, node, behind)
    found = dict.fromkeys(posts.nodes, default) if default else {}
    for number, post in posts.nodes.items() if behind else ():
        above = post.parent
        while above is not None and above.mem_id not in behind:
            above = above.parent
        if above is not None and (parent := behind[above.mem_id]):
            found[number] = parent
    return {number: parent for number, parent in found.items() if parent}


def _post_before(posts: Posts, node: LexborNode, known: dict[int, str | None]) -> str | None:
    """The last post that stands before an element and beside it; `known` of elements before it."""
    before = node.prev
    while before is not None and (found := posts.holder(before) or known.get(before.mem_id, "")) == "":
        before = before.prev
    return found if before is not None else None


def announced(tree: LexborHTMLParser) -> int | None:
    """The posts of the thread, by the replies that the page counts under its title."""
    counts = tree.css(_COUNTS)
    replies = number_in(html.inner_text(counts[1])) if len(counts) == 4 else None
    return None if replies is None else replies + 1


def is_answer(body: str, url: str) -> bool:
    """Is this what an address of folded replies answers?"""
    return _ROUTE in url and html.site(url) is not None and body[:200].lstrip("\ufeff \t\r\n").startswith("{")


class Answer(NamedTuple):
    """Folded replies, and what was asked for."""

    markup: str
    post: str  # that they answer
    thread: str  # the address of its thread
    asked: Label


def answer(body: str, url: str) -> Answer:
    """An answer about folded replies. BadJSONError: it cannot be read."""
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    data = load(body)
    data = data if isinstance(data, dict) else {}
    inner = data.get("html")
    content = string(inner.get("content")) if isinstance(inner, dict) else None
    parts = [content, *map(string, children(data.get("messages")))]
    loaded, total = whole(query.get("posts_loaded")) or 0, whole(query.get("total_reply_count")) or 0
    post, thread = query.get("parent_post_id", ""), query.get("thread_id", "")
    asked = Label(
        post, query.get("parent_post_level", ""), thread, loaded, total, query.get("exact_reply_count_unknown", "")
    )
    address = html.absolute(url, query.get("_xfRequestUri")) or url.partition(_ROUTE)[0] + f"/threads/{thread}/"
    return Answer("\n".join(part for part in parts if part), post, address, asked)


def more(asked: Label, found: list[Label], direct: int) -> list[Label]:
    """What is folded away still: labels in an answer, and further replies to the post that was asked for, of which `direct`
    came. Nothing came: the server has no more, whatever its label says."""
    own = next((label for label in found if label.post == asked.post), asked)
    rest = own._replace(loaded=asked.loaded + direct, level=asked.level, thread=asked.thread)
    others = [label for label in found if label.post != asked.post]
    return [*([rest] if direct and rest.hidden else []), *others]
