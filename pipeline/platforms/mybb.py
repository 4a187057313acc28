"""MyBB 1.6 and 1.8, with the post's author above (horizontal) or beside it (classic).

Every version gives the text of a post its number (`pid_12`) and the post around it as well (`post_12`). Only 1.8 names
the place of the time; in 1.6 it is the small text that holds one. Quotes name their post. How many posts a thread has
is not said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, dates, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, spoken
from pipeline.platforms.reading import Reading

NAME = "mybb"

_POSTS = Marks(
    ("pid_", r"""<\w+\b(?=[^<>]*\bid=["']pid_\d+["'])[^<>]*\bclass=["'][^"'<>]*\bpost_body\b"""),
)
_THREADS = Marks(
    ("tid_", r"""\bid=["']tid_\d+["']"""),
    ("forumdisplay.php", r"""href=["'][^"']*\bforumdisplay\.php"""),
    ("forum-", r"""href=["'][^"']*\bforum-\d+\.html"""),
)
_MADE = Marks(
    ("MyBB", r"\bMyBB\b[^<]{0,40}</a>|MyBB\.\w"),
    ("my_post_key", r"\bvar my_post_key\b"),
    ("cookiePrefix", r"\bvar cookiePrefix\b"),
    ("use_xmlhttprequest", r"\bvar use_xmlhttprequest\b"),
    ("<!-- start: ", r"<!-- start: \w+ -->"),
)
_TEXT_ID = re.compile(r"pid_(\d+)")
_PAGE = re.compile(r"(?:-page-\d+|-post-\d+|-lastpost|-newpost)(?=\.html)")
_TID = re.compile(r"[?&]tid=(\d+)|/thread-(\d+)(?:-|\.html)")
_CLOCK_TIME = re.compile(r"\d[:.uh]\d\d")

#: within a post's text, what its author did not write
_FRAME = ".edited_post, .post_edit, .codeblock > .title, .attachments, .signature, script, style"
_AUTHOR = (".post_author .largetext", ".largetext", ".post_author strong")
_QUOTED = 'blockquote cite a[href*="#pid"]'
_THREAD_LINKS = ", ".join(
    f'a[href*="{page}.php?"][href*="tid="]' for page in ("printthread", "newreply", "sendthread", "usercp2", "polls")
)


def matches(html: str, url: str) -> bool:
    """Is this a thread or a listing of MyBB?"""
    return _POSTS.on(html) or (_THREADS.on(html) and _MADE.on(html))


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a listing of threads and forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language, texts = html.language(tree), _texts(tree)
    topic = _topic(tree, address)
    if not texts and (topic is None or tree.css_first('[id^="tid_"]') is not None):
        return Reading(NAME, url, language=language, next_links=_listed(tree, address), warnings=warnings)
    clock = Clock(language)
    comments, left_out = _comments(tree, texts, topic, clock)
    title = html.inner_text(html.first(tree, (".navigation .active", "title")))
    return Reading(
        NAME, url, title, language=language,
        comments=comments,
        next_links=_pages(tree, address, topic),
        warnings=[*warnings, *clock.warnings()],
        thread=topic.thread if topic else None,
        left_out=left_out,
    )  # fmt: skip


def _texts(tree: LexborHTMLParser) -> dict[str, LexborNode]:
    """Number -> the element of the text of every post."""
    named = ((_TEXT_ID.fullmatch(node.id or ""), node) for node in tree.css('.post_body[id^="pid_"]'))
    return {found[1]: node for found, node in named if found}


def _comments(
    tree: LexborHTMLParser, contents: dict[str, LexborNode], topic: _Topic | None, clock: Clock
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those left out: empty ones, deleted ones that moderators still see."""
    posts = Posts(tree, ((number, _post(node, number)) for number, node in contents.items()))
    authors, links = posts.first(*_AUTHOR), posts.first('a[href*="#pid"]')
    times = _times(posts)
    gone = posts.having(".deleted_post")
    answered: dict[str, str] = {}
    for number, node in posts.every(_QUOTED):
        quoted = (node.attributes.get("href") or "").rpartition("#pid")[2]
        if quoted.isdecimal() and quoted != number:
            answered.setdefault(number, quoted)
    clock.order = dates.order(times.get(number, "") for number in posts.nodes)
    names = {number: html.inner_text(node) for number, node in authors.items()}
    moments = {number: clock.read(time) for number, time in times.items()}
    texts = posts.texts(contents, _FRAME) | dict.fromkeys(gone, "")
    return spoken(texts, names, moments, answered, lambda number: _permalink(links.get(number), number, topic))


def _post(text: LexborNode, number: str) -> LexborNode:
    """The post around a text; the text itself where a theme leaves the post without its number."""
    above: LexborNode | None = text
    while above is not None and above.id != f"post_{number}":
        above = above.parent
    return above or text


def _times(posts: Posts) -> dict[str, str]:
    """Number -> the time as the page writes it; one that is told in words ("Today") has the date in a title."""
    found = {number: _written(node) for number, node in posts.first(".post_date").items()}
    for number, node in posts.every(".smalltext", ".post_author *", ".post_head *"):
        if number not in found and _CLOCK_TIME.search(text := _written(node)) and re.search(r"\d{4}", text):
            found[number] = text
    return found


def _written(time: LexborNode) -> str:
    """The text of a time's own element; an element with a title within it stands for that title."""
    inner = (node for node in time.css("span[title]") if node.parent is not None and node.parent.mem_id == time.mem_id)
    titles = [title for node in inner if (title := html.attribute(node, "title"))]
    own = html.own_text(time)
    return next((title for title in titles if _CLOCK_TIME.search(title)), " ".join([*titles[:1], own]))


def _permalink(link: LexborNode | None, number: str, topic: _Topic | None) -> str | None:
    """The post's address: the page's own link to it, else put together."""
    place = topic.place if topic else ""
    href = html.attribute(link, "href") or ""
    if href.endswith(f"#pid{number}") and (url := html.absolute(place, href)):
        return url
    return f"{place}showthread.php?tid={topic.number}&pid={number}#pid{number}" if topic and topic.number else None


@dataclass(frozen=True)
class _Topic:
    """Which thread this is."""

    number: str | None
    place: str  # the address of the board's directory
    thread: str  # its name, the same on all pages


def _topic(tree: LexborHTMLParser, address: str) -> _Topic | None:
    """The thread, by its number where the page's links or its address have it, else by address; None for a listing."""
    hrefs = [html.absolute(address, html.attribute(node, "href")) for node in tree.css(_THREAD_LINKS)]
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    numbered = next((found for url in [address, canonical, *hrefs] if url and (found := _TID.search(url))), None)
    number = (numbered[1] or numbered[2]) if numbered else html.attribute(tree.css_first('input[name="tid"]'), "value")
    own = urlsplit(canonical or address)
    place = f"{own.scheme}://{own.netloc}{own.path.rpartition('/')[0]}/"
    if number:
        return _Topic(number, place, f"{own.netloc.lower()}{own.path.rpartition('/')[0]}/showthread.php?tid={number}")
    if re.search(r"showthread|thread[-/]", own.path, re.IGNORECASE):
        return _Topic(None, place, f"{own.netloc.lower()}{_PAGE.sub('', own.path)}")
    return None


def _pages(tree: LexborHTMLParser, address: str, topic: _Topic | None) -> list[str]:
    """The other pages of the thread."""
    named = ((url, _TID.search(url)) for url in addresses.links(tree, ".pagination a[href]", address))
    number = topic.number if topic else None
    found = [url for url, tid in named if tid is None or number is None or number in tid.groups()]
    return addresses.others(found, address, re.compile(r"forumdisplay|/forum-\d", re.IGNORECASE))


def _listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The threads and forums that a listing links to, and its other pages."""
    threads = addresses.links(tree, 'a[id^="tid_"], [id^="tid_"] a', address)
    forums = addresses.links(tree, 'strong > a[href*="forumdisplay.php"], strong > a[href*="forum-"]', address)
    pages = addresses.links(tree, ".pagination a[href]", address)
    return addresses.others(
        [*threads, *forums, *pages],
        address,
        re.compile(r"[?&](?:action|pid|sortby|order)=|-(?:post-\d+|lastpost|newpost)"),
    )
