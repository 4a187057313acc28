"""vBulletin 3 (tables) and 4 (lists): threads and lists of threads. vBulletin 5 is another program: `vbulletin5`.

A post's text stands in `post_message_<number>` in both; in 4 within a <blockquote> of its own, which is not a quote.
Times are a wall clock's, in the zone that the foot of the page tells and in the order that the board's owner chose: the
page's own dates decide whether the month or the day stands first. Version 4 links relative to a <base>.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, dates, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import quote
from pipeline.platforms.posts import Posts, numbered, spoken
from pipeline.platforms.reading import Reading

NAME = "vbulletin"

_MARKED = Marks(
    ("vBulletin ", r"content=[\"']vBulletin [34]\b"),
    "clientscript/vbulletin",
    ("post_message_", r"\bid=[\"'](?:td_)?post_message_\d"),
    ("vbulletin_html", r"\bid=[\"']vbulletin_html[\"']"),
    ("postbit", r"\bclass=[\"'][^\"']{0,300}\bpostbit(?:legacy)?\b[^\"']{0,300}[\"'] id=[\"']post_\d"),
)
_OTHER = Marks(
    ("vBulletin ", r"content=[\"']vBulletin [5-9]"),
    "js-post__content",
    "data-node-publishdate",
)
#: some styles give all posts' lower halves one number of their own
_POSTS = ('[id^="post"], [id^="edit"]', '[id^="td_post_"]')
_NUMBER = re.compile(r"(?:post_?|edit|td_post_)(\d+)")
_CONTENT = ('[id^="post_message_"] blockquote.postcontent', '[id^="post_message_"]', "blockquote.postcontent")
_AUTHOR = (
    ".bigusername", ".username_container .username", ".userinfo .username", ".postdetails .username", ".username.guest",
    '[id^="postmenu_"]', ".username_container",
)  # fmt: skip
_TIME = (".postdate .date", ".posthead .date", ".postdate", 'a[name^="post"]', ".date")
_TEXT = '[id^="post_message_"]'
_QUOTED = (
    f'.postcontent .bbcode_quote a[href*="#post"], {_TEXT} td.alt2 a[href*="#post"]',
    f'{_TEXT} a[href*="#post"] > img, {_TEXT} strong + a[href*="#post"]',
)  # fmt: skip
_QUOTED_POST = re.compile(r"#post(\d+)")
_MARGIN = re.compile(r"(?:^|;)\s*margin:")
#: within a post, what its author did not write
_CHROME = (
    f".bbcode_postedby, .bbcode_quote_container, .bbcode_description, {_TEXT} .smallfont:has(+ pre.alt2), "
    f"{_TEXT} .lastedited, .postcontent .signature"
)
_NEXT = (
    'link[rel="next"], link[rel="prev"], .pagenav a[href], .pagination a[href], .threadpagenav a[href], '
    'a[rel="next"], a[rel="prev"]'
)
_THREADS = (
    'a[id^="thread_title_"], a[id^="thread_gotonew_title"], .threadtitle a.title, .forumtitle a, h2.forumtitle a, '
    'td[id^="f"] a[href*="forumdisplay"]'
)
_TOTALS = ".postpagestats, #postpagestats_above, .pagenav a[title], .pagination a[title]"
_SESSION = ("s", "page", "pp", "highlight", "viewfull", "styleid", "langid", "mode")
_PAGE_PART = re.compile(r"/page-?\d+(?=/?$|\.html$|[?&])")
#: where an owner writes the page into the name of the thread: it may as well be the end of its title
_PAGE_SUFFIX = re.compile(r"-(?:page-?)?\d+(?=\.html?$)")
_NO_PAGE = re.compile(r"[?&](?:goto|order)=")
#: "All times are GMT +1. The time now is 14:05.", whatever the words (WEZ is German for GMT)
_PAGE_FOOT = "#footer_time, .below_body, .footer_time, div.smallfont"
_ZONE = re.compile(
    r"^[^\d.]{3,60}\b(?:GMT|WEZ)(?: ?([+-]) ?(\d{1,2})(?:[:.](\d\d)|\.5)?)?\. [^\d]{3,60}\d{1,2}[:.h]\d\d"
)


def matches(html: str, url: str) -> bool:
    """Is this a page of a vBulletin 3 or 4 board?"""
    return _MARKED.on(html) and not _OTHER.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a list of threads or forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    base = addresses.base_of(tree, address)
    places = next(filter(None, (numbered(tree, posts, _NUMBER, "id") for posts in _POSTS)), {})
    if not places and tree.css_first('#posts, .postlist, [id^="postpagestats"]') is None:
        links = addresses.links(tree, f"{_THREADS}, {_NEXT}", base, "s")
        return Reading(NAME, url, language=language, next_links=links, warnings=warnings)
    thread = _Thread(tree, address, base)
    html.cut(tree, "script, style")
    announced = _announced(tree)
    title = html.title(tree, ".threadtitle", "td.navbar strong", "#threadtitle", "h1 .threadtitle")
    posts = Posts(tree, places.items())
    stamps = {number: _stamp(node) for number, node in posts.first(*_TIME).items()}
    clock, zone = Clock(language), _zone(tree)
    if language is None or language.lower().startswith("en"):  # English says nothing of the order, the dates may
        clock.order = dates.order(said or "" for said in stamps.values())
    moments = {number: dates.in_zone(said, zone, clock) for number, said in stamps.items()}
    comments, left_out = _comments(posts, thread, moments)
    return Reading(
        NAME, url, title, None, language,
        announced=announced,
        comments=comments,
        next_links=thread.pages(tree),
        warnings=[*warnings, *clock.warnings()],
        thread=thread.name,
        left_out=left_out,
    )  # fmt: skip


class _Thread:
    """Where a thread lives. Owners rewrite its address in many ways, so that its number names it where the page tells it."""

    def __init__(self, tree: LexborHTMLParser, address: str, base: str) -> None:
        self.address, self.base = address, base
        canonical = addresses.without(addresses.canonical(tree, address), *_SESSION)
        self.first = _PAGE_PART.sub("", canonical)
        self.home = base.rpartition("/")[0] if tree.css_first("base[href]") is not None else _home(tree, base)
        number = _thread_number(tree, self.first)
        self.number = re.compile(rf"(?<!\d){number}(?!\d)") if number else None
        self.name = addresses.name_of(f"{self.home}/showthread.php?t={number}" if number else self.first)

    def permalink(self, number: str) -> str:
        return f"{self.home}/showthread.php?p={number}#post{number}"

    def pages(self, tree: LexborHTMLParser) -> list[str]:
        """The thread's other pages, without the reader's session."""
        here = addresses.without(self.address, "s")
        links = addresses.links(tree, _NEXT, self.base, "s")
        return [link for link in links if link != here and self.has(link) and not _NO_PAGE.search(link)]

    def has(self, link: str) -> bool:
        """Is an address one of the thread's? By its number, or where its own has none, by all but the page."""
        first = _PAGE_PART.sub("", addresses.without(link, *_SESSION))
        if self.number and (self.number.search(first) or self.number.search(self.first)):
            return self.number.search(first) is not None
        one, other = ({url, _PAGE_SUFFIX.sub("", url)} for url in map(addresses.name_of, (first, self.first)))
        return not one.isdisjoint(other)


def _home(tree: LexborHTMLParser, base: str) -> str:
    """The address of the board, by a link to one of its programs."""
    links = html.links(tree, 'a[href*="search.php"], a[href*="newreply.php"], a[href*="printthread.php"]', base)
    return (links[0] if links else base).partition("?")[0].rpartition("/")[0]


def _thread_number(tree: LexborHTMLParser, first: str) -> str | None:
    """The number of the thread, by its search form, its tools or its address."""
    field = tree.css_first('input[name="searchthreadid"], input[name="threadid"], input[name="t"]')
    if (value := html.attribute(field, "value")) and value.isdigit():
        return value
    tools = tree.css_first('a[href*="printthread.php"], a[href*="addsubscription"], a[href*="sendtofriend"]')
    for said in (html.attribute(tools, "href") or "", urlsplit(first).query):
        if found := re.search(r"(?:^|[?&;])t(?:hreadid)?=(\d+)", said) or re.match(r"(\d+)(?:-|$)", said):
            return found[1]
    return None


def _comments(
    posts: Posts, thread: _Thread, moments: dict[str, dt.datetime | None]
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts in page order, and the ids of those left out: deleted ones and those that say nothing."""
    authors, quoted, contents = posts.first(*_AUTHOR), posts.first(*_QUOTED), posts.first(*_CONTENT)
    gone = posts.gone(contents)
    names = {number: html.inner_text(node) for number, node in authors.items()}
    parents = {number: _quoted(node) for number, node in quoted.items()}
    quote(_quotes(posts.tree))
    html.cut(posts.tree, _CHROME)
    found, silent = spoken(posts.texts(contents), names, moments, parents, thread.permalink)
    return found, (*silent, *sorted(gone))


def _quotes(tree: LexborHTMLParser) -> list[LexborNode]:
    """The elements that hold a quote: version 4's own, version 3's table under a small caption (code has none), and those
    whose heading names a post."""
    found = tree.css(".bbcode_quote")
    seen: set[int] = set()
    for cell in tree.css(f"{_TEXT} td.alt2"):
        table = html.ancestor(cell, "table")
        frame = table.parent if table is not None else None
        if frame is None or frame.mem_id in seen:
            continue
        seen.add(frame.mem_id)
        if frame.tag == "div" and any("smallfont" in (part.attributes.get("class") or "") for part in frame.iter()):
            found.append(frame)
    named = (_frame(node) for node in tree.css(_QUOTED[1]))
    return [*found, *(frame for frame in named if frame is not None)]


def _frame(sign: LexborNode) -> LexborNode | None:
    """The element of the quote in whose heading a link to a post stands: the nearest with a margin, else the one around the
    heading. None where it is version 4's own, or no element of a post's text."""
    above: list[LexborNode] = []
    link = sign if sign.tag == "a" else sign.parent
    node = link.parent if link is not None else None
    while node is not None and not (node.id or "").startswith("post_message_"):
        if "bbcode_quote" in (node.attributes.get("class") or "").split():
            return None
        above.append(node)
        node = node.parent
    around = above[1:]
    return next(
        (node for node in around if _MARGIN.search(node.attributes.get("style") or "")), next(iter(around), None)
    )


def _quoted(node: LexborNode) -> str | None:
    """The number of the post that a quote is from."""
    link = node if node.tag == "a" else node.parent
    found = _QUOTED_POST.search(html.attribute(link, "href") or "")
    return found[1] if found else None


def _stamp(node: LexborNode) -> str | None:
    """What the page says of when a post was written: in version 3 it stands loose behind the post's anchor."""
    return html.inner_text(node.parent if node.tag == "a" else node)


def _zone(tree: LexborHTMLParser) -> dt.tzinfo | None:
    """The zone that the foot of the page says its times are in, an hour of summer time included."""
    clocks = (node.parent for node in tree.css("span.time")[:-4:-1])  # a theme may call the foot anything
    for node in (*tree.css(_PAGE_FOOT)[:-20:-1], *clocks):
        if told := _ZONE.search(html.inner_text(node) or ""):
            return dates.offset(told[1], told[2], told[3])
    return None


def _announced(tree: LexborHTMLParser) -> int | None:
    """The number of posts in "1 to 10 of 21", whatever the words: the last of at least three numbers."""
    for node in tree.css(_TOTALS):
        said = html.attribute(node, "title") if node.tag == "a" else html.inner_text(node)
        numbers = re.findall(r"\d+(?:[.,]\d{3})*", said or "")
        if len(numbers) >= 3:
            return int(re.sub(r"\D", "", numbers[-1])[:9])
    return None
