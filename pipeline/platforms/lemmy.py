"""Lemmy's pages, as its own interface (lemmy-ui) writes them.

A comment is an `article` in an `li` that holds the replies as well. Times are shown as words; the moment stands in a
tooltip, in the server's language and zone. The page carries the answers of Lemmy's interface along (`window.isoData`), from
which the moments are taken where they are there, and which comments were deleted: in the text that is a word in the
reader's language. What the page does not hold is to be had from the interface.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import string
from pipeline.platforms.lemmy_json import comments_url, thread_name
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts
from pipeline.platforms.reading import Reading

NAME = "lemmy"

_MARKED = Marks(
    ("comment-node", r"class=[\"'][^\"']*\bcomment-node\b"),
    ("post-listing", r"class=[\"'][^\"']*\bpost-listing\b"),
)
_OWN = re.compile(r"class=[\"'][^\"']*\b(?:person-listing|community-link)\b")
_COMMENT = re.compile(r"comment-(\d{1,12})")
_POST = re.compile(r"/post/(\d{1,12})\b")
_CARRIED = re.compile(r'"(?:comment|post)":(?=\{"id":)')
_ZONE = re.compile(r"\b(?:GMT|UTC)([+-])(\d{1,2}):?(\d\d)?")
_GONE = re.compile(
    r"(?:deleted|removed|verwijderd|gelöscht|entfernt|supprimé|retiré)(?: (?:by|door|von|par) [\w ]{1,30})?", re.I
)
_ALONE = re.compile(r"(?:<p[^>]*>)?<em>([^<>]{1,60})</em>(?:</p>)?")
_CODE = json.JSONDecoder(parse_int=str)


def matches(html: str, url: str) -> bool:
    """Is this a page of Lemmy?"""
    return _MARKED.on(html) and _OWN.search(html) is not None


def read(body: str, url: str) -> Reading:
    """A post with its comments, or a listing of posts (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    page = _Page(tree, body, address, Clock(language or "en"))
    post = page.post()
    if post is None:
        links = html.links(tree, '.post-listing a[href^="/post/"]', address)
        found = [link.partition("?")[0] for link in links]
        return Reading(NAME, url, language=language, next_links=list(dict.fromkeys(found)), warnings=warnings)
    published, opening = page.published(), page.opening(post)
    comments = page.comments()
    announced = page.announced()
    complete = announced is not None and len(comments) >= announced
    return Reading(
        NAME, url,
        title=html.inner_text(html.first(tree, (".post-title .d-inline", ".post-title"))),
        language=language,
        published_at=published,
        announced=announced + (opening is not None) if announced is not None else None,
        comments=[*([opening] if opening is not None else []), *comments],
        next_links=[] if complete else comments_url(address, post),
        warnings=[*warnings, *page.clock.warnings()],
        thread=thread_name(address, post),
    )  # fmt: skip


class _Page:
    """The post of a page and its comments."""

    def __init__(self, tree: LexborHTMLParser, body: str, url: str, clock: Clock) -> None:
        self.tree, self.url, self.clock = tree, url, clock
        self.carried = {(kind, string(item.get("id"))): item for kind, item in _carried(body)}
        self.posts: list[tuple[str, LexborNode]] = []
        for node in tree.css(".comment-node[id]"):
            # The replies stand beside the article, so the comment is what is around both.
            if (found := _COMMENT.fullmatch(node.id or "")) and node.parent is not None:
                self.posts.append((found[1], node.parent))

    def post(self) -> str | None:
        """The number of the post that the page is about; None for a list of posts."""
        listed = self.tree.css('.post-listing a[href^="/post/"]')
        numbers = {found[1] for link in listed if (found := _POST.search(html.attribute(link, "href") or ""))}
        asked = _POST.search(self.url)
        if asked and (asked[1] in numbers or not numbers):
            return asked[1]
        return numbers.pop() if len(numbers) == 1 and (self.posts or "/comment/" in self.url) else None

    def published(self) -> dt.datetime | None:
        """When the post was posted."""
        number = self.post()
        return self._moment("post", number, self.tree.css_first(".post-listing .moment-time"))

    def announced(self) -> int | None:
        """The number of comments, from the title of the link to them."""
        link = self.tree.css_first('.post-listing a[href*="scrollToComments"]')
        said = (
            html.attribute(link, "title") or html.attribute(link, "data-tippy-content") or html.inner_text(link) or ""
        )
        found = re.search(r"\d[\d.,\u00a0\u202f]*", said)
        digits = re.sub(r"\D", "", found[0]) if found else ""
        return int(digits) if digits and len(digits) < 10 else None

    def opening(self, post: str) -> RawComment | None:
        """The post, where it has words of its own."""
        body = html.first(self.tree, ("#postContent .md-div", "#postContent"))
        words = written(body, "script, style, button") if body is not None else ""
        if not words:
            return None
        name = _name(self.tree.css_first(".post-listing .person-listing"))
        return RawComment(
            f"post-{post}", None, name, self.published(), _plain(words), "html",
            html.absolute(self.url, f"/post/{post}"),
        )  # fmt: skip

    def comments(self) -> list[RawComment]:
        """Comments in page order, without deleted ones, which Lemmy does not count either."""
        posts = Posts(self.tree, self.posts)
        names = posts.first(".comment-node .person-listing")
        times = posts.first(".comment-node .moment-time")
        bodies = posts.first(".comment-content .md-div, .comment-node .md-div")
        found = []
        for key in posts.nodes:
            body, carried = bodies.get(key), self.carried.get(("comment", key), {})
            words = _plain(written(body, "script, style, button")) if body is not None else ""
            alone = _ALONE.fullmatch(words)
            gone = carried.get("deleted") is True or carried.get("removed") is True
            if words and not gone and not (alone and _GONE.fullmatch(alone[1])):
                name, moment = _name(names.get(key)), self._moment("comment", key, times.get(key))
                link = html.absolute(self.url, f"/comment/{key}")
                found.append(RawComment(key, posts.above[key], name, moment, words, "html", link))
        return found

    def _moment(self, kind: str, number: str | None, time: LexborNode | None) -> dt.datetime | None:
        """The moment that the page carries along; else that of the tooltip, whose zone is an offset to Greenwich."""
        carried = self.carried.get((kind, number), {})
        if stamp := string(carried.get("published")) or string(carried.get("published_at")):
            return self.clock.read(stamp if re.search(r"Z$|[+-]\d\d:?\d\d$", stamp) else stamp + "+00:00")
        said = (html.attribute(time, "data-tippy-content") or html.attribute(time, "title") or "").partition("\n")[0]
        zone = _ZONE.search(said)
        moment = self.clock.read(_ZONE.sub("", said) + " UTC" if zone else said)
        if moment is None or zone is None:
            return moment
        offset = dt.timedelta(hours=int(zone[2]), minutes=int(zone[3] or 0))
        return moment - offset if zone[1] == "+" else moment + offset


def _carried(body: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The comments and posts within the data that the page carries along. That is JavaScript rather than JSON, so it is
    read in parts."""
    begin = body.find("isoData")
    end = body.find("</script>", begin)
    data = body[begin:end] if 0 <= begin < end else ""
    at = 0
    while found := _CARRIED.search(data, at):
        at = found.end()
        try:
            item, at = _CODE.raw_decode(data, at)
        except (ValueError, RecursionError):
            continue
        if isinstance(item, dict):
            yield found[0].strip('":'), item


def _name(listing: LexborNode | None) -> str | None:
    """A name, with the server of a user from elsewhere."""
    if listing is None:
        return None
    parts = [html.inner_text(part) or "" for part in listing.css("span, small")]
    return "".join(parts) or html.inner_text(listing)


def _plain(words: str) -> str:
    """Markup without the direction that lemmy-ui writes on every paragraph."""
    return words.replace(' dir="auto"', "")
