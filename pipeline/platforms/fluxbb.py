"""FluxBB and the PunBB that it came from: PunBB 1.2 and FluxBB (`blockpost`), PunBB 1.3 and 1.4 (`posthead`).

Quotes name a member and no post, so parents are unknown. Only PunBB 1.3 and later say how many posts a thread has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, dates, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, spoken
from pipeline.platforms.reading import Reading

NAME = "fluxbb"

_MARKED = Marks(
    ("pun", r"""\bid=["']pun(?:viewtopic|viewforum|index)["']"""),
    ("brd", r"""\bid=["'](?:brdmain|brd-(?:viewtopic|viewforum|index|main))["']"""),
    ("blockpost", r"""class=["']blockpost\b"""),
)
_POST_ID = re.compile(r"p(\d+)")
_NUMBERED = re.compile(r"viewtopic\.php\?(?:[^#]{0,200}&)?id=(\d+)")
_REPLY = re.compile(r"(?:post|extern)\.php\?(?:[^#]{0,200}&)?tid=(\d+)")
_PATH_PAGE = re.compile(r"[-/]p(?:age)?[-/]?\d+(?=\.html?$|/?$)|(?:/new/posts|/last/post)/?$")

_AUTHOR = (".postleft dt strong", ".postleft dt", ".author-ident .username", ".post-byline a", ".post-byline strong")
_TIME = ("h2 a", ".post-link", ".posthead .permalink", "h2 span")
_TEXT = (".postmsg", ".entry-content")
#: within a post's text, what its author did not write
_FRAME = (
    ".postedit, .lastedit, .postsignature, .sig-content, .attachments, .quotebox > cite, .quotebox > h4, .incqbox > h4, "
    ".codebox > strong, .codebox h4, script, style"
)
_PAGING = ".pagelink a[href], .paging a[href]"
_HEADING = (".main-title a[href]", '.crumbs li:last-child a[href*="viewtopic"]', '.crumbs a[href*="viewtopic"]')
_TITLE = (".main-title .permalink", ".main-title", ".crumbs li:last-child", ".linkst li:last-child")


def matches(html: str, url: str) -> bool:
    """Is this a thread or a listing of FluxBB or PunBB?"""
    return _MARKED.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a listing of threads and forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language, posts = html.language(tree), Posts(tree, _posts(tree).items())
    topic = _topic(tree, address)
    if not posts.nodes and (
        topic is None or tree.css_first("#punviewforum, #brd-viewforum, #punindex, #brd-index") is not None
    ):
        return Reading(NAME, url, language=language, next_links=_listed(tree, address), warnings=warnings)
    clock = Clock(language)
    comments, left_out = _comments(posts, address, clock)
    title = html.inner_text(html.first(tree, _TITLE)) or html.inner_text(tree.css_first("title"))
    return Reading(
        NAME, url, title.lstrip("»\u00a0 ") if title else None, language=language,
        announced=_announced(tree),
        comments=comments,
        next_links=_pages(tree, address),
        warnings=[*warnings, *clock.warnings()],
        thread=topic.thread if topic else None,
        left_out=left_out,
    )  # fmt: skip


def _posts(tree: LexborHTMLParser) -> dict[str, LexborNode]:
    """Number -> element of every post."""
    found: dict[str, LexborNode] = {}
    for node in tree.css('.blockpost, .posthead, .posthead [id^="p"]'):
        if not (named := _POST_ID.fullmatch(node.id or "")):
            continue
        post: LexborNode | None = node
        while post is not None and not {"blockpost", "post"} & set((post.attributes.get("class") or "").split()):
            post = post.parent
        found.setdefault(named[1], post or node)
    return found


def _announced(tree: LexborHTMLParser) -> int | None:
    """How many posts the thread has: the largest number of "Posts 26 to 40 of 40"."""
    words = (html.inner_text(tree.css_first(".main-head .item-info")) or "").split()
    return max((number for word in words if (number := number_in(word)) is not None), default=None)


def _comments(posts: Posts, address: str, clock: Clock) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those left out, which say nothing."""
    authors, times, contents = (posts.first(*names) for names in (_AUTHOR, _TIME, _TEXT))
    stamps = [html.inner_text(times.get(number)) or "" for number in posts.nodes]
    clock.order = dates.order(stamps)
    names = {number: html.inner_text(node) for number, node in authors.items()}
    moments = {number: clock.read(stamp) for number, stamp in zip(posts.nodes, stamps, strict=True)}
    texts = posts.texts(contents, _FRAME)
    return spoken(texts, names, moments, {}, lambda number: _permalink(times.get(number), number, address))


def _permalink(time: LexborNode | None, number: str, address: str) -> str | None:
    """The address that the post's time is linked to, else one put together."""
    link = time if time is None or time.tag == "a" else time.css_first("a[href]")
    href = html.attribute(link, "href") or ""
    own = href if href.endswith(f"#p{number}") else f"viewtopic.php?pid={number}#p{number}"
    return html.absolute(address, own)


@dataclass(frozen=True)
class _Topic:
    """Which thread this is: its name, the same on all pages, and its number or (with rewritten addresses) None."""

    thread: str
    number: str | None


def _topic(tree: LexborHTMLParser, address: str) -> _Topic | None:
    """The thread, by what the page links to as itself, else by its own address; None for a listing."""
    heading = html.absolute(address, html.attribute(html.first(tree, _HEADING), "href"))
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    replies = (html.absolute(address, html.attribute(node, "href")) for node in tree.css('[href*="tid="]'))
    for url in [heading, canonical, address]:
        if url and (numbered := _NUMBERED.search(url)):
            return _Topic(f"{_place(url)}viewtopic.php?id={numbered[1]}", numbered[1])
    for url in replies:
        if url and (numbered := _REPLY.search(url)):
            return _Topic(f"{_place(url)}viewtopic.php?id={numbered[1]}", numbered[1])
    own = heading or canonical
    if own is None or "viewforum" in own or tree.css_first(".blockpost, .posthead") is None:
        return None
    parts = urlsplit(own)
    return _Topic(f"{parts.netloc.lower()}{_PATH_PAGE.sub('', parts.path)}", None)


def _place(url: str) -> str:
    """Host and directory of an address."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path.rpartition('/')[0]}/"


def _pages(tree: LexborHTMLParser, address: str) -> list[str]:
    """The other pages of the thread."""
    found = addresses.links(tree, f'{_PAGING}, link[rel="next"][href], link[rel="prev"][href]', address)
    return addresses.others(found, address, re.compile(r"[?&](?:pid|action)="))


def _listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The threads and forums that a listing links to, and its other pages."""
    threads = addresses.links(
        tree, "#brdmain .tclcon a[href], .blocktable td.tcl a[href], .item-subject h3 a[href]", address
    )
    forums = addresses.links(tree, "#brdmain h3 a[href], .blocktable h3 a[href], .main-item h3 a[href]", address)
    pages = addresses.links(tree, _PAGING, address)
    skipped = re.compile(r"[?&](?:pid|action)=|profile\.php|/(?:new|last)/")
    return addresses.others([*threads, *forums, *pages], address, skipped)
