"""wpForo, a forum plugin of WordPress (1 to 3), in its layouts: plain, simple, questions with answers, and threads.

Every post has its number in its id and, since 1.5, in `data-postid`. Comments on an answer stand in a list behind it; replies in
threads say to which post they are. Quotes carry the number of theirs. How many posts a topic has is not said, but every page lists
all pages.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, dates, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, first_of, spoken
from pipeline.platforms.reading import Reading

NAME = "wpforo"

_MARKED = Marks(
    ("wpforo-post-content", r"class=[\"'][^\"']*\bwpforo-post-content\b"),
    ("wpforo-comment-text", r"class=[\"'][^\"']*\bwpforo-comment-text\b"),
    ("wpforo-topic-title", r"class=[\"'][^\"']*\bwpforo-topic-title\b"),
    ("wpforo-forum-title", r"class=[\"'][^\"']*\bwpforo-forum-title\b"),
)
_POSTS = '#wpforo-wrap [id^="post-"], .wpforo-section [id^="post-"], .post-wrap[id^="post-"]'
_ID = re.compile(r"post-(\d+)")
_LINKED = re.compile(r"#post-(\d+)$|/postid/(\d+)/?$")
_BODY = (".wpforo-post-content", ".wpforo-comment-text")
_AUTHOR = (
    ".wpforo-post-author-name .wpf-pa-name", ".wpforo-post-author-name", ".wpf-author-name", ".author-name",
    ".wpforo-comment-top a:not(.wpf-edit-link)", ".wpforo-comment-top .wpfcl-0",
)  # fmt: skip
_TIME = (".wpforo-post-date", ".wpf-post-date", ".wpforo-post-content-top", ".wpforo-comment-top")
_FRAME = (
    ".wpf-post-edit-wrap, .wpf-post-edited, .wpforo-post-signature, .wpforo-post-quote-author, .wpforo-post-meta, [id^=wpf-attach], .wpfa-item, "
    ".wpforo-attached-file, .wpf-share-toggle, .wpf-reply-tree, form, script, style, button"
)
_PAGES = ".wpf-navi a[href]"
_THREADS = ".wpforo-topic-title a[href], .wpf-thread-title a[href], .wpforo-forum-title a[href]"
_PAGE = re.compile(r"/paged/\d+/?$")
_FIRST = re.compile(r"(?:/paged/|[?&]wpfpaged=)1/?$")


def matches(html: str, url: str) -> bool:
    """Is this a topic of wpForo, or a list of its topics or forums?"""
    return _MARKED.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a topic, or a list of topics and forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address, language = html.page_address(tree, url), html.language(tree)
    posts = Posts(tree, _numbered(tree))
    contents = posts.first(*_BODY)
    values = (html.absolute(address, node.attributes.get("value")) for node in tree.css(".wpf-navi option[value]"))
    listed = [page for page in values if page and html.site(page) == html.site(address)]
    pages = [_as_first(page) for page in [*listed, *html.links(tree, _PAGES, address)]]
    others = [
        page for page in dict.fromkeys(pages) if page.rstrip("/") != _as_first(address.partition("#")[0]).rstrip("/")
    ]
    if not contents:
        threads = html.links(tree, _THREADS, address)
        links = [*threads, *others] if threads else []
        return Reading(NAME, url, language=language, next_links=list(dict.fromkeys(links)), warnings=warnings)
    thread, clock = _first_page(addresses.canonical(tree, address)), Clock(language)
    comments, silent = _comments(posts, contents, clock, thread)
    return Reading(
        NAME, url,
        title=html.title(tree, "#wpforo-title", ".wpf-head-title h1", ".wpf-head-title"),
        language=language,
        comments=comments,
        next_links=others,
        warnings=[*warnings, *clock.warnings()],
        thread=addresses.name_of(thread),
        left_out=silent,
    )  # fmt: skip


def _numbered(tree: LexborHTMLParser) -> list[tuple[str, LexborNode]]:
    named = ((_ID.fullmatch(node.id or ""), node) for node in html.each(tree, _POSTS))
    return [(found[1], node) for found, node in named if found and html.first(node, _BODY) is not None]


def _comments(
    posts: Posts, contents: dict[str, LexborNode], clock: Clock, thread: str
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those that do not."""
    authors, times = posts.first(*_AUTHOR, text=True), posts.first(*_TIME, text=True)
    said = {number: html.inner_text(node) for number, node in times.items()}
    clock.order = dates.order(time for time in said.values() if time)
    moments = {number: clock.read(time) for number, time in said.items()}
    named = (
        (number, _LINKED.search(node.attrs.get("href") or "")) for number, node in posts.every(".wpf-reply-to a[href]")
    )
    answered = first_of((number, found[1] or found[2]) for number, found in named if found)
    quotes = posts.every("blockquote[data-postid]")
    quoted = first_of((number, html.attribute(node, "data-postid")) for number, node in quotes)
    parents = {
        number: answered.get(number) or _commented(node) or quoted.get(number) for number, node in posts.nodes.items()
    }
    names = {number: _name(node) for number, node in authors.items()}
    links = posts.last(".wpf-post-link a[href], a.wpf-post-link[href]")
    texts = posts.texts(contents, _FRAME)
    return spoken(texts, names, moments, parents, lambda number: _permalink(links.get(number), number, thread))


def _commented(node: LexborNode) -> str | None:
    """The answer on which a post is a comment: the post before the list in which it stands."""
    above = node.parent
    if above is None or "wpforo-qa-comments" not in (above.attrs.get("class") or "").split():
        return None
    before = above.prev
    while before is not None and (before.tag or "-").startswith(("-", "!")):
        before = before.prev
    found = _ID.fullmatch(before.id or "") if before is not None else None
    return found[1] if found else None


def _name(node: LexborNode) -> str | None:
    """A member's name in full: a long one is cut short, and stands in the title of the link."""
    link = node if node.tag == "a" else node.css_first("a[title], a[href], span[title]")
    if link is None:
        said = html.inner_text(node) or ""
        return (dates.before_date(said) or said).strip() or None
    shown, title = html.inner_text(link), html.attribute(link, "title")
    return title if title and shown and shown.endswith(("...", "…")) else shown


def _permalink(link: LexborNode | None, number: str, thread: str) -> str | None:
    href = html.attribute(link, "href") or ""
    return (html.absolute(thread, href) if _LINKED.search(href) else None) or html.absolute(
        thread, f"{thread}#post-{number}"
    )


def _first_page(address: str) -> str:
    """The address of a topic: that of any of its pages without the page."""
    return _PAGE.sub("/", addresses.without(address, "wpfpaged"))


def _as_first(page: str) -> str:
    """A page's address; that of the first may have a number or not."""
    return _first_page(page) if _FIRST.search(page) else page
