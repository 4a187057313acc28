"""Asgaros Forum, a forum plugin of WordPress (1 to 3): topics and lists of them.

Every post has its number in its id (`postid-12`); the versions differ in where author and time stand. Each post holds itself a
second time, out of sight, for whoever wants to quote it. Neither does a quote name its post, nor a page the number of posts.
"""

from __future__ import annotations

import re

from pipeline.platforms import addresses, dates, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, numbered, spoken
from pipeline.platforms.reading import Reading

NAME = "asgaros"

_MARKED = Marks(
    ("af-wrapper", r"\bid=[\"']af-wrapper[\"']"),
)
_ID = re.compile(r"postid-(\d+)")
_TEXT = (".post-message",)
_AUTHOR = (".post-username", ".post-author strong", ".post-author a:not(:has(img))")
_TIME = (".forum-post-date", ".post-date")
_FRAME = '[id^="post-quote-container-"], .quotetitle, [class*="uploaded-file"], .post-uploads, .signature, .post-footer, form, script, style'
_LISTED = ".topic-name a[href], .forum-name a[href], .topic-title a[href], a.topic-title[href], a.forum-title[href]"
#: parts of a query that name a page of a topic, or a post that it should show
_PAGE = ("part", "highlight_post")
_FIRST = re.compile(r"[?&]part=1$")


def matches(html: str, url: str) -> bool:
    """Is this a page of an Asgaros forum?"""
    return _MARKED.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a topic, or a list of topics and forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address, language = html.page_address(tree, url), html.language(tree)
    found = numbered(tree, '#af-wrapper [id^="postid-"]', _ID, "id")
    own = _as_first(address.partition("#")[0])
    pages = [link for link in map(_as_first, html.links(tree, "#af-wrapper .pages a[href]", address)) if link != own]
    if not found:
        listed = html.links(tree, _LISTED, address)
        links = dict.fromkeys([*listed, *pages] if listed else [])
        return Reading(NAME, url, language=language, next_links=list(links), warnings=warnings)
    thread, clock = addresses.without(address, *_PAGE), Clock(language)
    posts = Posts(tree, found.items())
    warnings += posts.unread(posts.first(*_TEXT))
    comments, silent = _comments(posts, clock, thread)
    return Reading(
        NAME, url,
        title=html.title(tree, "#af-wrapper .main-title", "#af-wrapper .title-element"),
        language=language,
        comments=comments,
        next_links=list(dict.fromkeys(pages)),
        warnings=[*warnings, *clock.warnings()],
        thread=addresses.name_of(thread),
        left_out=silent,
    )  # fmt: skip


def _comments(posts: Posts, clock: Clock, thread: str) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those that do not."""
    names = {number: html.inner_text(node) for number, node in posts.first(*_AUTHOR, text=True).items()}
    said = {number: html.inner_text(node) for number, node in posts.first(*_TIME, text=True).items()}
    clock.order = dates.order(time for time in said.values() if time)
    moments = {number: clock.read(time) for number, time in said.items()}
    texts = posts.texts(posts.first(*_TEXT), _FRAME)
    return spoken(texts, names, moments, {}, lambda number: html.absolute(thread, f"{thread}#postid-{number}"))


def _as_first(page: str) -> str:
    """A page's address; that of the first may have a number or not."""
    return addresses.without(page, *_PAGE) if _FIRST.search(page) else addresses.without(page, "highlight_post")
