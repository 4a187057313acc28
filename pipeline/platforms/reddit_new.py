"""A page of new Reddit, or the part of it that holds the comments: elements of the site's own, `shreddit-*`.

What is known of a comment stands in attributes (`thingid`, `parentid`, `author`, `created`); its words are in its slot
`comment`. Saved pages may lack some: then the address tells the number, and the nesting the parent. See `reddit` for what is made of it.
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
from pipeline.platforms.reddit_json import DELETED, root

_FULL = re.compile(r"t[13]_[a-z0-9]+")
#: the number of a post in its address, and that of a comment in its own
_IN_ADDRESS = {
    "t3": re.compile(r"/comments/([a-z0-9]{1,13})(?:[/?#]|$)"),
    "t1": re.compile(r"/comments/[^/?#]+/[^/?#]+/([a-z0-9]{1,13})(?:[/?#]|$)"),
}
_BODY = '[slot="comment"], [id$="-comment-rtjson-content"], [id^="t1_"][id$="-post-rtjson-content"]'
_TEXT = ('[property="schema:articleBody"]', '[slot="text-body"]')
_TIME = '[slot="commentMeta"] time[datetime], time[datetime], faceplate-timeago[ts]'
_LOADED = 'faceplate-partial[src*="/svc/shreddit/comments/"]'
_BUTTONS = 'faceplate-partial[src*="/svc/shreddit/more-comments/"], faceplate-tracker[noun="more_replies"]'
_FURTHER = 'a[slot="more-comments-permalink"], [slot="more-comments-permalink"] a'
#: cards, buttons and covers that stand between an author's words
_FRAME = "script, style, button, shreddit-comment, [id$=-overflow-cover], [slot=loading]"


class NewPage:
    """The posts and comments of a new page, and where it leads."""

    def __init__(self, tree: LexborHTMLParser, url: str, clock: Clock) -> None:
        self.tree, self.url, self.clock = tree, url, clock
        self.links = [(_full(node) or f"~{place}", node) for place, node in enumerate(tree.css("shreddit-post"))]
        self.posts = [(_full(node) or f"~~{place}", node) for place, node in enumerate(tree.css("shreddit-comment"))]
        self.entry_of = Posts(tree, [*self.links, *self.posts])
        self.bodies = self.entry_of.first(_BODY)
        self.times = self.entry_of.first(_TIME)

    def is_listing(self) -> bool:
        """Is this a list of posts?"""
        return not self.posts and bool(self.links) and self._article() is None

    def listed(self) -> list[str]:
        """The threads of a listing. Its further posts are loaded in an order of the site's own, and not followed."""
        hrefs = (html.attribute(node, "permalink") for _, node in self.links)
        return [link for href in hrefs if (link := html.absolute(root(self.url) + "/", href))]

    def _article(self) -> LexborNode | None:
        """The post whose page this is."""
        opened = [node for _, node in self.links if html.attribute(node, "view-context") == "CommentsPage"]
        shown = opened or [node for _, node in self.links] * (len(self.links) == 1 and bool(self.posts))
        return shown[0] if shown else None

    def number(self) -> str | None:
        """The number of the post, by the post itself or by what its comments say."""
        tree, article = self.tree.css_first("shreddit-comment-tree"), self._article()
        said = [_full(article) if article is not None else None, html.attribute(tree, "post-id")]
        said += [html.attribute(node, "postid") for _, node in self.posts[:1]]
        return next((name[3:] for name in said if name and name.startswith("t3_")), None)

    def title(self) -> str | None:
        """The post's title."""
        return html.attribute(self._article(), "post-title")

    def published(self) -> dt.datetime | None:
        """When the post was posted."""
        return self.clock.read(html.attribute(self._article(), "created-timestamp"))

    def announced(self) -> int | None:
        """The number of comments that the page names."""
        tree = self.tree.css_first("shreddit-comment-tree")
        return whole(html.attribute(self._article(), "comment-count") or html.attribute(tree, "totalcomments"))

    def entries(self) -> list[RawComment]:
        """The post, where it has words of its own, and the comments, deleted ones as `DELETED`."""
        article = self._article()
        found = [self._entry(key, node) for key, node in reversed(self.posts)][::-1]
        text = html.first(article, _TEXT) if article is not None else None
        if article is None or text is None:
            return found
        own = RawComment(
            _full(article), None, _name(article), self.published(), written(unwrapped(text), _FRAME), "html",
            html.absolute(root(self.url) + "/", html.attribute(article, "permalink")),
        )  # fmt: skip
        return [own, *found]

    def _entry(self, key: str, node: LexborNode) -> RawComment:
        """A comment. Asked from the last to the first: what frames a comment's words may hold its replies."""
        body, time = self.bodies.get(key), self.times.get(key)
        parent = html.attribute(node, "parentid") or self.entry_of.holder(node.parent)
        stamp = html.attribute(node, "created") or html.attribute(time, "datetime") or html.attribute(time, "ts")
        return RawComment(
            key if _FULL.fullmatch(key) else None,
            parent if parent and parent.startswith("t1_") else None,
            _name(node),
            self.clock.read(stamp),
            DELETED if body is None or _says_deleted(node) else written(unwrapped(body), _FRAME),
            "html",
            html.absolute(root(self.url) + "/", html.attribute(node, "permalink")),
        )

    def further(self, post: str | None) -> list[str]:
        """The part that holds the comments, and the pages of comments that have more replies."""
        base = self.url or root("") + "/"
        found = [html.absolute(base, html.attribute(node, "src")) for node in self.tree.css(_LOADED)]
        found += html.links(self.tree, _FURTHER, base)
        nodes = dict(self.posts)
        for button in self.tree.css(_BUTTONS):
            holder = nodes.get(self.entry_of.holder(button) or "")
            found.append(html.absolute(root(self.url) + "/", html.attribute(holder, "permalink")))
        return [link for link in found if link and html.site(link) == html.site(base)]

    def missing(self) -> int:
        """How many comments the page says it does not hold."""
        stubs = html.each(self.tree, f"{_BUTTONS}, {_FURTHER}")
        within = {part.mem_id for node in stubs for part in node.css(f"{_BUTTONS}, {_FURTHER}") if part != node}
        return sum(_counted(node) for node in stubs if node.mem_id not in within)


def _counted(stub: LexborNode) -> int:
    """The number on a button, or in the element that draws it."""
    drawn = html.attribute(stub.css_first("faceplate-number[number]"), "number")
    found = re.search(r"\d{1,7}", drawn or html.inner_text(stub) or "")
    return int(found[0]) if found else 0


def _full(node: LexborNode) -> str | None:
    """The id with its kind: an attribute, or what the address ends in. None: a saved page may hold neither."""
    for name in ("thingid", "id"):
        if (named := html.attribute(node, name)) and _FULL.fullmatch(named):
            return named
    kind = "t3" if node.tag == "shreddit-post" else "t1"
    found = _IN_ADDRESS[kind].search(html.attribute(node, "permalink") or "")
    return f"{kind}_{found[1]}" if found else None


def _name(node: LexborNode) -> str | None:
    name = html.attribute(node, "author")
    return None if name == DELETED else name


def _says_deleted(node: LexborNode) -> bool:
    said = node.attributes.get("is-comment-deleted", "false")
    return "deleted" in node.attributes or said != "false"
