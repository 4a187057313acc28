"""phpBB: 2 (subSilver) and 3 (prosilver, subsilver2, and the many styles made from them).

prosilver gives a post's number as its element's id (`p12`), the table styles as an anchor's name (`12`, `p12`). phpBB
writes wall-clock times and says at the foot of the page in which zone; later versions have `<time datetime>`. From 3.2
on a quote names its post; of several the first that names one is taken for the post that is answered. A thread's pages
differ in `start`, the number of posts before them.
"""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import dates, html, phpbb_links
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, load, string
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts, spoken
from pipeline.platforms.reading import Reading

NAME = "phpbb"

_MARKED = Marks(
    ("section-", r"<body[^<>]*\bsection-(?:viewtopic|viewforum|index)\b"),
    ("postprofile", r"""class=["']?postprofile["'\s][^<>]{0,300}id=["']?profile\d"""),
    ("postauthor", r"""(?:<a name=["']p\d+["']></a>\s*<\w+|<b) class=["']postauthor["']"""),
    ('<span class="name">', r"""<span class="name">\s*<a (?:name|id)=["']\d"""),
    ("<span class='name'>", r"""<span class='name'>\s*<a (?:name|id)=["']\d"""),
)
_LISTING = Marks(
    ("topictitle", r"""class=["']topictitle["']"""),
    ("forumtitle", r"""class=["']forumtitle["']"""),
    ("forumlink", r"""class=["']forumlink["']"""),
)
#: FluxBB and PunBB, whose addresses look the same, and Forumotion, whose templates do
_OTHER = Marks(
    "_userdata[",
    ("pun", r"""id=["']pun(?:view|index|wrap)"""),
    ("brd", r"""id=["'](?:brdmain|brd-)"""),
)
_POST_ID = re.compile(r"p_?(\d+)")
_PART_ID = re.compile(r"(?:profile|post_content)(\d+)")
_ANCHOR = re.compile(r"(p?)(\d+)")

_AUTHOR = (
    ".postprofile .username, .postprofile .username-coloured", ".author .username, .author .username-coloured",
    ".author strong", ".postauthor", "span.name", ".postprofile dt",
)  # fmt: skip
_TIME = (".author time[datetime]", ".author", "td.gensmall > div + div", "a + span.postdetails")
_CONTENT = (".postbody .content", "td div.postbody", "span.postbody")
_QUOTED = 'blockquote cite a[data-post-id], blockquote cite a[href*="#p"], blockquote[cite*="#p"]'
#: within a post, what its author did not write
_FRAME = ".codebox > p, dl.codebox > dt, .codetitle, .quotetitle, .attachtitle, .inline-attachment dd, script, style"
#: a quote is an element, in phpBB 2 a table in which the line "... wrote" stands as well
_QUOTES = ".quotecontent, table:has(> tbody > tr > td.quote)"
_SIGNATURE = "_" * 17
#: what Tapatalk's phpBB tells its scripts of a post; it shows no name where a post follows one by the same member
_TOLD = re.compile(r'\bpost_data_(\d+)\s*=\s*\{\s*"POST_AUTHOR"\s*:\s*("(?:[^"\\]|\\.){1,200}")')

#: 3.1 writes an `abbr`, later versions a `span`
_ZONE_NAMED = re.compile(
    r"""<(?:span|abbr) title=["']([^"']{1,40})["']>\s*UTC(?:([+-])(\d\d):(\d\d))?\s*</(?:span|abbr)>"""
)
_ZONE_COUNTED = re.compile(
    r"\b(?:UTC|GMT)(?:\s*([+-])\s*(\d{1,2})(?:[:.](\d\d))?(?:\s+\w+)?)?(\s*\[\s*[^\]\d]{1,40}\])?\s*$"
)
_PAGE_FOOT = ".rightside, .datetime, span.gensmall, .timezone"
_COUNTED = re.compile(r"\[\s*(\d[\d.,]*)\s+[^\]\d]+\]")


def matches(html: str, url: str) -> bool:
    """Is this a thread or a listing of phpBB?"""
    if _OTHER.on(html):
        return False
    return _MARKED.on(html) or (_LISTING.on(html) and ("phpBB" in html or "phpbb" in html))


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a listing of threads and forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language, posts = html.language(tree), Posts(tree, _posts(tree).items())
    topic = phpbb_links.topic_of(tree, address)
    if not posts.nodes and (tree.css_first(".topictitle, .forumtitle, .forumlink") is not None or topic.number is None):
        return Reading(NAME, url, language=language, next_links=phpbb_links.listed(tree, address), warnings=warnings)
    clock = Clock(language)
    comments, left_out = _comments(tree, posts, topic, clock)
    title = html.inner_text(html.first(tree, phpbb_links.TITLE)) or html.inner_text(tree.css_first("title"))
    return Reading(
        NAME, url, title, language=language,
        announced=_announced(tree, len(posts.nodes)),
        comments=comments,
        next_links=phpbb_links.other_pages(tree, address, topic),
        warnings=[*warnings, *clock.warnings()],
        thread=topic.thread,
        left_out=left_out,
    )  # fmt: skip


def _posts(tree: LexborHTMLParser) -> dict[str, LexborNode]:
    """Number -> element of every post."""
    found: dict[str, LexborNode] = {}
    for node in tree.css(".post"):
        named = _POST_ID.fullmatch(node.id or "")
        if named is None:
            part = node.css_first('[id^="profile"], [id^="post_content"]')
            named = _PART_ID.fullmatch(part.id or "") if part is not None else None
        if named:
            found.setdefault(named[1], node)
    for anchor in () if found else tree.css("a[name]"):
        named = _ANCHOR.fullmatch(anchor.attributes.get("name") or "")
        row = html.ancestor(anchor, "table" if named[1] else "tr") if named else None
        if named and row is not None:
            found.setdefault(named[2], row)
    return found


def _comments(
    tree: LexborHTMLParser, posts: Posts, topic: phpbb_links.Topic, clock: Clock
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those left out: empty ones, deleted ones that moderators still see,
    those of an ignored member."""
    authors, times, contents = (posts.first(*names) for names in (_AUTHOR, _TIME, _CONTENT))
    answered: dict[str, str] = {}
    for number, node in posts.every(_QUOTED):
        if (quoted := _quoted(node)) and quoted != number:
            answered.setdefault(number, quoted)
    stamps = [_stamp(times[number]) if number in times else "" for number in posts.nodes]
    clock.order = dates.order(stamps)
    zone, gone = _zone(tree), posts.gone(contents)
    names = _told(posts, authors) | {number: html.inner_text(node) for number, node in authors.items()}
    moments = {number: dates.in_zone(stamp, zone, clock) for number, stamp in zip(posts.nodes, stamps, strict=True)}
    texts = {
        number: "" if "deleted" in (node.attributes.get("class") or "").split() else _text(contents[number])
        for number, node in posts.nodes.items()
        if number in contents
    }
    place = f"{topic.place}viewtopic.php"
    found, silent = spoken(texts, names, moments, answered, lambda number: f"{place}?p={number}#p{number}")
    return found, (*silent, *sorted(gone))


def _told(posts: Posts, shown: dict[str, LexborNode]) -> dict[str, str | None]:
    """Id -> the name of posts that show none, as the page tells it to its scripts."""
    if len(shown) >= len(posts.nodes):
        return {}
    told = ((number, _TOLD.search(node.text() or "")) for number, node in posts.every("script"))
    return {number: _unescaped(found[2]) for number, found in told if found and found[1] == number}


def _unescaped(text: str) -> str | None:
    """The name in a string of JSON that holds HTML's own escapes."""
    try:
        return " ".join(unescape(string(load(text)) or "").split()) or None
    except BadJSONError:
        return None


def _text(content: LexborNode) -> str:
    """The markup of what a post's author wrote."""
    if content.tag == "span":  # phpBB 2 interrupts its text's element for every quote: the cell around it is whole
        around = content.parent
        text = written(around, _FRAME + ", span.gensmall", _QUOTES) if around is not None else ""
        before, line, signature = text.rpartition(_SIGNATURE)
        return before if line and "</blockquote>" not in signature else text
    return written(content, _FRAME, _QUOTES)


def _quoted(node: LexborNode) -> str | None:
    """The number of the post that a quote's heading or `cite` points to."""
    given = node.attributes
    named = re.search(r"(\d+)$", given.get("data-post-id") or given.get("href") or given.get("cite") or "")
    return named[1] if named else None


def _stamp(time: LexborNode) -> str:
    """The time as the page writes it."""
    if time.tag == "time":
        return time.attributes.get("datetime") or ""
    if time.tag == "span":  # phpBB 2: a subject follows
        return (time.inner_html or "").partition("<")[0]
    own = html.own_text(time)
    return (own if any(map(str.isdigit, own)) else html.inner_text(time) or "").rpartition("»")[2].strip()


def _zone(tree: LexborHTMLParser) -> dt.tzinfo | None:
    """The zone that the page says its times are in: by name, or hours from UTC (with an hour for "[ summer time ]")."""
    for node in tree.css(_PAGE_FOOT)[:-20:-1]:
        if named := _ZONE_NAMED.search(node.inner_html or ""):
            try:
                return ZoneInfo(named[1])
            except (ZoneInfoNotFoundError, ValueError, OSError):
                return dates.offset(named[2], named[3], named[4])
        if counted := _ZONE_COUNTED.search((html.inner_text(node) or "")[-200:]):
            return dates.offset(counted[1], counted[2], counted[3], summer=counted[4] is not None)
    return None


def _announced(tree: LexborHTMLParser, shown: int) -> int | None:
    """How many posts the thread has, beside its page numbers; a number below that of the posts shown is one of those."""
    for node in tree.css(".pagination"):
        if (count := number_in(html.own_text(node))) is not None and count >= shown:
            return count
    for node in tree.css("td.gensmall"):
        if counted := _COUNTED.fullmatch(html.inner_text(node) or ""):
            return number_in(counted[1])
    return None
