"""A page of old Reddit, as the site's published code (r2) writes it: every post and comment is a `.thing`.

A comment's replies stand in its `.child`, its own words and its author in its `.entry`. See `reddit` for what is made of it.
"""

from __future__ import annotations

import datetime as dt
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.markup import unwrapped, written
from pipeline.platforms.posts import Posts
from pipeline.platforms.reddit_json import DELETED, more_url, root

_FULL = re.compile(r"(?:id-|thing_)?(t[13]_[a-z0-9]+)")
#: in the call that loads more: the list of comments, among the names of orders
_LIST = re.compile(r"'([a-z0-9]{4,13}(?:,[a-z0-9]{4,13})*)'")
_ORDERS = frozenset({"confidence", "controversial", "random", "live", "best", "false", "true"})
#: forms, buttons and scripts that stand between an author's words
_FRAME = ".usertext-edit, form, button, script, style"


class OldPage:
    """The posts and comments of an old page, and where it leads."""

    def __init__(self, tree: LexborHTMLParser, url: str, clock: Clock) -> None:
        self.tree, self.url, self.clock = tree, url, clock
        things = [(key, node) for node in tree.css(".thing") if (key := _full(node)) is not None]
        self.links = [(key, node) for key, node in things if key.startswith("t3_")]
        self.posts = [(key, node) for key, node in things if key.startswith("t1_")]
        self.entry_of = Posts(tree, things)
        self.authors = self.entry_of.first(".tagline .author")
        self.times = self.entry_of.first(".tagline time:not(.edited-timestamp)")
        self.bodies = self.entry_of.first(".usertext-body")

    def is_listing(self) -> bool:
        """Is this a list of posts?"""
        return self.tree.css_first(".commentarea, .nestedlisting") is None and bool(self.links)

    def listed(self) -> list[str]:
        """The threads of a listing, then its next pages."""
        shown = [node for _, node in self.links if html.attribute(node, "data-promoted") != "true"]
        hrefs = [
            html.attribute(node, "data-permalink") or html.attribute(node.css_first("a.comments"), "href")
            for node in shown
        ]
        posts = [link for href in hrefs if (link := html.absolute(root(self.url) + "/", href))]
        return [*posts, *html.links(self.tree, ".nextprev a[rel~=next], .next-button a", self.url)]

    def number(self) -> str | None:
        """The number of the post, where it stands on the page."""
        return self.links[0][0][3:] if self.links else None

    def title(self) -> str | None:
        """The post's title."""
        return html.inner_text(self.links[0][1].css_first("a.title")) if self.links else None

    def published(self) -> dt.datetime | None:
        """When the post was posted."""
        return self._time(*self.links[0]) if self.links else None

    def announced(self) -> int | None:
        """The number of comments that the page names."""
        count = html.attribute(self.links[0][1], "data-comments-count") if self.links else None
        if count is None:
            found = re.search(r"\d+", html.inner_text(self.tree.css_first(".panestack-title .title")) or "")
            count = found[0] if found else None
        return whole(count)

    def entries(self) -> list[RawComment]:
        """The post, where it has words of its own, and the comments, deleted ones as `DELETED`."""
        own = self.links[:1] if self.links and self.links[0][0] in self.bodies else []
        return [self._entry(key, node) for key, node in (*own, *self.posts)]

    def _entry(self, key: str, node: LexborNode) -> RawComment:
        body, parent = self.bodies.get(key), self.entry_of.holder(node.parent)
        permalink = html.attribute(node, "data-permalink") or self._bylink(key, node)
        name = html.inner_text(self.authors.get(key))
        return RawComment(
            key,
            parent if parent and parent.startswith("t1_") else None,
            None if name == DELETED else name,
            self._time(key, node),
            written(unwrapped(body), _FRAME) if body is not None else DELETED if _says_deleted(node) else "",
            "html",
            html.absolute(root(self.url) + "/", permalink),
        )

    def _bylink(self, key: str, node: LexborNode) -> str | None:
        """The permalink among the buttons, before those of the replies."""
        link = node.css_first("a.bylink")
        return html.attribute(link, "href") if self.entry_of.holder(link) == key else None

    def _time(self, key: str, node: LexborNode) -> dt.datetime | None:
        time = self.times.get(key)
        return self.clock.read(
            html.attribute(time, "datetime") or html.attribute(node, "data-timestamp") or html.attribute(time, "title")
        )

    def further(self, post: str | None) -> list[str]:
        """Where the comments are that are not on the page."""
        named: list[str] = []
        for link in self.tree.css(".morecomments a[onclick]"):
            lists = [found for found in _LIST.findall(html.attribute(link, "onclick") or "") if found not in _ORDERS]
            named.extend(lists[-1].split(",") if lists else [])
        found = more_url(self.url, post, list(dict.fromkeys(named))) if post else []
        return [*found, *html.links(self.tree, ".deepthread a", self.url)]

    def missing(self) -> int:
        """How many comments the page says it does not hold."""
        texts = (html.inner_text(link) or "" for link in self.tree.css(".morecomments a"))
        return sum(int(found[0]) for text in texts if (found := re.search(r"\d{1,7}", text)))


def _full(node: LexborNode) -> str | None:
    """The id with its kind: an attribute, or (old versions of the code) a class."""
    named = html.attribute(node, "data-fullname") or ""
    for name in (named, *(html.attribute(node, "class") or "").split()):
        if found := _FULL.fullmatch(name):
            return found[1]
    return None


def _says_deleted(node: LexborNode) -> bool:
    return "deleted" in (html.attribute(node, "class") or "").split()
