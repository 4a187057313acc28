"""Forumotion (actieforum.com, forumactif and its other names): hosted forums in the templates of other software.

Four of its five templates are read: those after phpBB 2, phpBB 3 and PunBB, and its own (ModernBB, AwesomeBB). All of them
call a post `post--12`; the one after Invision is left to `generic`. Times are wall clocks, of today and yesterday without a
day; a quote names who is quoted, not which post. A thread is `/t5-title`, its page `/t5p15-title` (posts that come before).
Checked against copies of the templates that owners of forums keep in public.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import dates, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, spoken
from pipeline.platforms.reading import Reading

NAME = "forumotion"

#: what every page of the host tells its scripts
_MADE = "_userdata["
_POST_MARK = Marks(
    ("post--", r"""class=["'][^"']{0,200}\bpost--\d+\b"""),
)
_TEMPLATE = ("postprofile", "poster-profile", "user-ident")
_LISTED = Marks(
    ("topictitle", r"""class=["'][^"']{0,100}\btopictitle\b"""),
    ("forumtitle", r"""class=["'][^"']{0,100}\bforumtitle\b"""),
    ("forumlink", r"""class=["'][^"']{0,100}\bforumlink\b"""),
)
_NUMBER = re.compile(r"\bpost--(\d+)\b")
_ADDRESS = re.compile(r"/([tf])(\d+)(?:p(\d{1,9}))?(-[^/]*)?$")

_AUTHOR = (".postprofile-name", ".postprofile dt > strong", "span.name", "h4.username")
_TIME = (".topic-date", ".author", ".posthead h2", ".postdetails:not(.poster-profile)")
_TEXT = (".content > div", "td > div.postbody > div", ".entry-content > div:not(.vote) > div")
#: within a post's text, what its author did not write
_FRAME = ".codebox > dt, .attachbox, .signature_div, .edited-message, script, style"
_QUOTES = "table:has(> tbody > tr > td.quote)"
_TITLE = ("h1.page-title", "h1.cattitle", ".pun-crumbs .crumbs strong", "h1")
_ENTRIES = "a.topictitle, .topictitle a, a.forumtitle, .forumtitle a, a.forumlink, .forumlink a"


def matches(html: str, url: str) -> bool:
    """Is this a thread or a listing of Forumotion?"""
    if _MADE not in html:
        return False
    return (_POST_MARK.on(html) and any(part in html for part in _TEMPLATE)) or _LISTED.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a listing of threads and forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = _address(tree, html.page_address(tree, url))
    language, own = html.language(tree), _ADDRESS.search(urlsplit(address).path)
    posts = Posts(
        tree,
        (
            (found[1], node)
            for node in tree.css('.post[class*="post--"]')
            if (found := _NUMBER.search(node.attributes.get("class") or ""))
        ),
    )
    if not posts.nodes and (own is None or own[1] != "t"):
        return Reading(NAME, url, language=language, next_links=_listed(tree, address), warnings=warnings)
    clock = Clock(language)
    warnings += posts.unread(posts.first(*_TEXT))
    comments, left_out = _comments(posts, address, clock)
    return Reading(
        NAME, url, html.title(tree, *_TITLE), language=language,
        comments=comments,
        next_links=_pages(tree, address),
        warnings=[*warnings, *clock.warnings()],
        thread=f"{html.site(address)}/t{own[2]}" if own else None,
        left_out=left_out,
    )  # fmt: skip


def _address(tree: LexborHTMLParser, address: str) -> str:
    """The address that a page gives itself where it is one of a thread or forum, else the one it was read from."""
    given = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    fits = given is not None and html.site(given) == html.site(address) and _ADDRESS.search(urlsplit(given).path)
    return re.split(r"[?#]", given if given and fits else address)[0]


def _comments(posts: Posts, address: str, clock: Clock) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those left out, which say nothing."""
    authors, times, contents = posts.first(*_AUTHOR, text=True), posts.first(*_TIME), posts.first(*_TEXT)
    stamps = {number: _stamp(node) for number, node in times.items()}
    clock.order = dates.order(stamps.values())
    names = {number: html.inner_text(node) for number, node in authors.items()}
    moments = {number: clock.read(stamp) for number, stamp in stamps.items()}
    texts = posts.texts(contents, _FRAME, _QUOTES)
    return spoken(texts, names, moments, {}, lambda number: html.absolute(address, f"{address}#{number}"))


def _stamp(time: LexborNode) -> str:
    """The time as the page writes it, without the subject of the post, which may hold a day as well."""
    if "postdetails" in (time.attributes.get("class") or ""):  # subject, picture of a clock, time
        return re.sub(r"<[^<>]*>", " ", (time.inner_html or "").rpartition("<img")[2].partition(">")[2])
    own = html.own_text(time)
    return own if any(map(str.isdigit, own)) else html.inner_text(time) or ""


def _pages(tree: LexborHTMLParser, address: str) -> list[str]:
    """The other pages of the thread."""
    here = _ADDRESS.search(urlsplit(address).path)
    found: dict[int, str] = {}
    for url in html.links(tree, "a[href]", address) if here else ():
        there = _ADDRESS.search(urlsplit(url).path) if "?" not in url else None
        if there and here and there.group(1, 2) == here.group(1, 2):
            found.setdefault(int(there[3] or 0), url)
    found.pop(int(here[3] or 0) if here else 0, None)
    return list(found.values())


def _listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The threads and forums that a listing links to, from their begin, and its other pages."""
    here = _ADDRESS.search(urlsplit(address).path)
    found: dict[str, str] = {}
    for url in html.links(tree, _ENTRIES, address):
        there = _ADDRESS.search(urlsplit(url).path) if "?" not in url else None
        if there and (here is None or there.group(1, 2) != here.group(1, 2)):
            begin = f"{there[1]}{there[2]}"
            found.setdefault(begin, f"{url[: -len(there[0])]}/{begin}{there[4] or ''}")
    pages = _pages(tree, address) if here else []
    return [*found.values(), *pages]
