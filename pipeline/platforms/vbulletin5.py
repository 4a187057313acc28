"""vBulletin 5 and 6: topics with their posts, and lists of topics.

A post is a node with its number and the second in which it was published on its own element. A comment on a post is a
node as well, and stands within the post that it answers.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import quote
from pipeline.platforms.posts import Posts, numbered, spoken
from pipeline.platforms.reading import Reading

NAME = "vbulletin5"

_MARKED = Marks(
    ("vBulletin ", r"content=[\"']vBulletin [5-9]"),
    "data-node-publishdate=",
    ("js-post__content", r"\bjs-post__content\b"),
    ("js-topic-title", r"\bclass=[\"'][^\"']*\bjs-topic-title\b"),
)
_POST = "li[data-node-id].b-post, .js-post[data-node-id], [data-node-publishdate][data-node-id]"
_NUMBER = re.compile(r"(\d+)")
_CONTENT = (
    ".js-post__content-text", ".OLD__post-content-text", ".js-comment__content-text", ".OLD__post-content",
    ".b-comment__content", "[itemprop=text]",
)  # fmt: skip
_AUTHOR = (
    ".b-userinfo .author a", ".b-userinfo .author", ".userinfo .author", ".OLD__author", ".author a", ".author",
    "[itemprop=author] [itemprop=name]",
)  # fmt: skip
_TIME = (".b-post__timestamp time[datetime]", "time[itemprop=dateCreated]", ".b-post__timestamp")
_QUOTED = ('.bbcode_quote a[href*="p="], .bbcode_quote a[href*="#post"]',)
_QUOTED_POST = re.compile(r"[?&]p=(\d+)|#post(\d+)")
#: within a post, what its author did not write
_CHROME = (
    "script, style, .bbcode_postedby, .bbcode_quote_container, .bbcode_description, .axd, .b-post__edit-note, .js-post__edit-note, "
    ".b-post__signature, .post-signature, .b-post__footer, .b-post-control"
)
_NEXT = (
    'link[rel="next"], link[rel="prev"], .pagenav a[href][data-page], a.js-pagenav-button[href], .pagenav a.arrow[href]'
)
_THREADS = "a.topic-title, a.js-topic-title, a.forum-title, a.subforum-title"
#: what an address says of the title, which may change
_TITLE_PART = re.compile(r"(?<=/)(\d+)-[^/?]*$")
_PAGE_PART = re.compile(r"/page\d+(?=/?$)")


def matches(html: str, url: str) -> bool:
    """Is this a page of a vBulletin 5 or 6 board?"""
    return _MARKED.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a topic, or a list of topics or forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    base = addresses.base_of(tree, address)
    places = numbered(tree, _POST, _NUMBER, "data-node-id")
    if not places and tree.css_first(".conversation-list") is None:
        links = html.links(tree, f"{_THREADS}, {_NEXT}", base)
        return Reading(NAME, url, language=language, next_links=links, warnings=warnings)
    thread = _first_page(addresses.canonical(tree, address))
    clock = Clock(language)
    comments, left_out = _comments(Posts(tree, places.items()), thread, clock)
    return Reading(
        NAME, url, html.title(tree, "h1.main-title", ".b-post--first .b-post__title", "h1"), None, language,
        comments=comments,
        next_links=_pages(tree, base, address, thread),
        warnings=[*warnings, *clock.warnings()],
        thread=_TITLE_PART.sub(r"\1", addresses.name_of(thread)),
        left_out=left_out,
    )  # fmt: skip


def _comments(posts: Posts, thread: str, clock: Clock) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts in page order, and the ids of those left out: deleted ones and those that say nothing."""
    names = {number: html.inner_text(node) for number, node in posts.first(*_AUTHOR).items()}
    times, quoted, contents = posts.first(*_TIME), posts.first(*_QUOTED), posts.first(*_CONTENT)
    parents, gone = dict(posts.above), posts.gone(contents)
    for number, node in quoted.items():
        found = _QUOTED_POST.search(html.attribute(node, "href") or "")
        parents[number] = parents[number] or (found[1] or found[2] if found else None)
    moments = {}
    for number, node in posts.nodes.items():
        seconds = html.attribute(node, "data-node-publishdate")
        time = times.get(number)
        said = html.attribute(time, "datetime") or html.inner_text(time)
        moments[number] = clock.read(seconds.zfill(10) if seconds and seconds.isdigit() else said)
    quote(posts.tree.css(".bbcode_quote"))
    html.cut(posts.tree, _CHROME)
    texts = posts.texts(contents)
    comments, silent = spoken(texts, names, moments, parents, lambda number: f"{thread}?p={number}#post{number}")
    return comments, (*silent, *sorted(gone))


def _first_page(url: str) -> str:
    """A topic's address without the number of its page, and without the filters of its toolbar."""
    return _PAGE_PART.sub("", addresses.without(url, "p", "view", "page", "s"))


def _pages(tree: LexborHTMLParser, base: str, address: str, thread: str) -> list[str]:
    """The topic's other pages. A button that leads nowhere is there all the same, hidden."""
    html.cut(tree, "a.h-hide-imp, a.h-disabled")
    links = html.links(tree, _NEXT, base)
    return [link for link in links if link != address and _first_page(link).rstrip("/") == thread.rstrip("/")]
