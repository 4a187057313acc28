"""Blogger (Blogspot) as HTML: classic templates, layouts, and the themes of 2017 and later.

Every theme gives a comment the id `c123`. Threaded ones nest a reply's `li.comment` in the comment that it answers; flat
ones have `dt` and `dd` in turn, or `div.comment`. The link on the time ends in `?showComment=1772438400000#c123`: the moment
in milliseconds, whatever language and zone the blog shows. Where comments are not on the page, their feed is the way.
"""

from __future__ import annotations

import datetime as dt
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock, moment
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, spoken
from pipeline.platforms.reading import Reading
from pipeline.platforms.text import node_text

NAME = "blogger"

_MARKED = Marks(
    ("logger", r"(?i)<meta\b[^<>]*content=[\"']blogger[\"']"),
    ("blogger.com/", r"blogger\.com/(?:static|navbar|feeds|comment|profile|delete-comment|rpc_relay)"),
    ("Blog1", r"\bid=[\"']?Blog1[\"'\s>]"),
)
#: another software's page may link to someone's profile at Blogger
_OWN = Marks(
    ("logger", r"(?i)content=[\"']blogger[\"']"),
    ("Blog1", r"\bid=[\"']?Blog1\b"),
    ("comments-block", r"\bid=[\"']?comments-block\b"),
    ("comment-holder", r"\bid=[\"']?comment-holder\b"),
    ("post-body", r"\bclass=[\"'][^\"']*\bpost-body\b"),
)
_COMMENT = 'li.comment[id^="c"], div.comment[id^="c"], #comments-block dt[id^="c"], .comments-block dt[id^="c"]'
_ID = re.compile(r"c(\d+)")
_AUTHOR = ("cite.user", ".comment-header .user", ".comment-author", ".comment-poster", "dt.comment-data")
_TIME = (
    ".datetime a[href]",
    ".comment-timestamp a[href]",
    ".datetime",
    ".comment-timestamp",
    "a.comment-data-link[href]",
)
_CONTENT = (".comment-content", ".comment-body")
_CHROME = ".comment-timestamp, .comment-footer, .comment-actions, .item-control, .comment-replies, script, style"
_DELETED = re.compile(r"\bdeleted-comment\b")
_SHOWN = re.compile(r"[?&]showComment=(\d{10})\d{3}\b")
#: what flat themes write behind a name, in the languages that Blogger offers most here
_SAID = re.compile(
    r"\s*(?:\.\.\.|…|:)?\s*(?:zei|said|says|schreef|sagte|hat gesagt|a dit|dice|disse)?\s*(?:\.\.\.|…|:)\s*$", re.I
)
_TITLE = (".post-title", ".entry-title", "h1.title", "article h1", "article h3")
_LISTED = ".post-title a[href], .entry-title a[href], h2.title a[href], a.timestamp-link[href]"
_MORE = (
    "a.blog-pager-older-link[href], a.blog-pager-newer-link[href], .blog-pager a[href], a#Blog1_blog-pager-older-link"
)
_PAGES = 'a.paging-control[href], .paging-control-container a[href], .comments a[href*="commentPage="]'
_POST_FEED = re.compile(r"/feeds/(?:\d+/)?(\d{5,})/comments/default")


def matches(html: str, url: str) -> bool:
    """Is this a page of a blog at Blogger?"""
    return _MARKED.on(html) and _OWN.on(html)


def read(body: str, url: str) -> Reading:
    """A post with its comments, or a listing of posts (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    root = tree.css_first("html")
    language = html.attribute(root, "lang") or html.attribute(root, "xml:lang")
    posts = Posts(tree, ((found[1], node) for node in tree.css(_COMMENT) if (found := _ID.fullmatch(node.id or ""))))
    if not posts.nodes and not _is_post(tree):
        here = address.partition("#")[0]
        links = [link for link in html.links(tree, f"{_LISTED}, {_MORE}", address) if link != here]
        return Reading(NAME, url, language=language, next_links=list(dict.fromkeys(links)), warnings=warnings)
    clock = Clock(language)
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href")) or address
    announced, links = _announced(tree), html.links(tree, _PAGES, address)
    title, opening = html.inner_text(html.first(tree, _TITLE)), tree.css_first(".post-body, .entry-content")
    published = html.attribute(tree.css_first("[itemprop=datePublished], abbr.published, time.published"), "title")
    published = published or html.attribute(tree.css_first("time.published"), "datetime")
    opening_text = node_text(opening) if opening is not None else ""
    comments, left_out = _comments(tree, posts, canonical.partition("#")[0], clock)
    if not links and (announced is None or announced > len(comments) + len(left_out)):
        links = _feed(tree, address)
    return Reading(
        NAME, url, title=title, opening=opening_text or None, language=language, published_at=clock.read(published),
        announced=announced, comments=comments,
        next_links=[link for link in links if _page(link) != _page(address) or "/feeds/" in link],
        warnings=[*warnings, *clock.warnings()], thread=addresses.name_of(_bare(canonical)), left_out=left_out,
    )  # fmt: skip


def _comments(
    tree: LexborHTMLParser, posts: Posts, thread: str, clock: Clock
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The comments in page order, and the ids of deleted ones."""
    parts = _described(tree) if tree.css_first("dt[id]") is not None else {}
    authors = posts.first(*_AUTHOR, text=True)
    times = posts.first(*_TIME)
    contents = posts.first(*_CONTENT)
    for number, (said_text, time) in parts.items():
        contents.setdefault(number, said_text)
        if time is not None:
            times[number] = time
    names = {number: _name(authors.get(number)) for number in posts.nodes}
    said = {number: _moment(times.get(number), clock) for number in posts.nodes}
    kept = {number: node for number, node in contents.items() if not _DELETED.search(node.html or "")}
    deleted = tuple(number for number in contents if number not in kept)
    found, _ = spoken(posts.texts(kept, _CHROME), names, said, posts.above, lambda number: f"{thread}#c{number}")
    return found, deleted


def _described(tree: LexborHTMLParser) -> dict[str, tuple[LexborNode, LexborNode | None]]:
    """Id -> text and time of each comment in a list of terms, where these follow the name as siblings."""
    found: dict[str, tuple[LexborNode, LexborNode | None]] = {}
    for term in tree.css("dt[id]"):
        number = _ID.fullmatch(term.id or "")
        body: LexborNode | None = None
        time: LexborNode | None = None
        node: LexborNode | None = term.next
        while number and node is not None and node.tag != "dt":
            classes = (node.attributes.get("class") or "") if node.tag == "dd" else ""
            body = node if body is None and "comment-body" in classes else body
            if time is None and ("comment-footer" in classes or "comment-timestamp" in classes):
                time = node.css_first("a[href]") or node
            node = node.next
        if number and body is not None:
            found[number[1]] = (body, time)
    return found


def _name(node: LexborNode | None) -> str | None:
    """A name as shown, without "zei..."; the link's text where there is a link."""
    if node is None:
        return None
    link = next((name for link in node.css("a[href]") if (name := html.inner_text(link))), None)
    name = link or html.inner_text(node)
    return (_SAID.sub("", name) or None) if name else None


def _moment(node: LexborNode | None, clock: Clock) -> dt.datetime | None:
    """The moment in the link's address, else the time as shown."""
    shown = _SHOWN.search(html.attribute(node, "href") or "")
    return (moment(shown[1]) if shown else None) or clock.read(html.inner_text(node))


def _is_post(tree: LexborHTMLParser) -> bool:
    """Is a page without comments a post's own page? Only there do comments, their form or their heading stand."""
    node = tree.css_first("#comments, #comment-form, .comment-form, body.item-view, body.item")
    return node is not None and len(tree.css(".post-body")) < 2


def _announced(tree: LexborHTMLParser) -> int | None:
    """The number of comments that the page's heading gives."""
    section = tree.css_first("#comments[data-num-comments]")
    if section is not None:
        return number_in(html.attribute(section, "data-num-comments"))
    return number_in(html.inner_text(html.first(tree, ("#comments h4", "#comments h3", ".comments h4", "h4#comments"))))


def _feed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The feed of the post's comments."""
    for node in tree.css('link[rel="alternate"][href], link[rel="replies"][href], .feed-links a[href]'):
        url = html.absolute(address, html.attribute(node, "href"))
        if url and _POST_FEED.search(url):
            return [re.sub(r"[?#].*$", "", url) + "?alt=json&max-results=200"]
    return []


def _bare(url: str) -> str:
    """A post's address without page, comment and the mark of the page for phones."""
    return re.sub(r"[?#].*$", "", url)


def _page(url: str) -> str:
    found = re.search(r"[?&]commentPage=0*(\d+)", url)
    return found[1] if found else "1"
