"""Simple Machines Forum 1.1, 2.0 and 2.1 (and the themes that keep their structure).

The one thing that all of them write beside a post is the heading `subject_12`; name, time and text have no common
element around them in the tables of 1.1. They do have one order: name, heading, time, text. So the page is read once
from top to bottom, and a heading opens a post. Quotes link to their post. How many posts a thread has is not said.
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
from pipeline.platforms.markup import written
from pipeline.platforms.posts import spoken
from pipeline.platforms.reading import Reading

NAME = "smf"

_MADE = Marks(
    ("var smf_", r"\bvar smf_\w"),
    ("smf_scripturl", r"\bsmf_scripturl\b"),
    ("smflogo", r"\bid=[\"']smflogo[\"']"),
    ("smf", r"class=[\"']smf[_-]"),
)
_THREADS = re.compile(r"\b(?:topic|board)[=,/]\d")
_HEADED = Marks(
    ("subject_", r"\bid=[\"']subject_\d+[\"']"),
)
_MESSAGES = Marks(
    ("msg_", r"\bid=[\"']msg_\d+[\"']"),
    ("modified_", r"\bid=[\"']modified_\d+[\"']"),
)
_SCRIPT = re.compile(r"\bsmf_scripturl\s*=\s*[\"']([^\"']+)[\"']")
_TOPIC = re.compile(r"\btopic[=,](\d+)|/topic[-/](\d+)")
_ACTED = re.compile(r"(?:printpage|quickmod2?|post|sendtopic|notify|emailuser);(?:[^\"'<>]{0,200}[;&])?topic=(\d+)")
_MESSAGE = re.compile(r"[.;&?/]msg=?(\d+)")

_HEADING = re.compile(r"subject_(\d+)")
#: in this order down the page: name, heading, time, text
_ROW = (
    '.poster h4, td[rowspan="2"] > b, [id^="subject_"], .keyinfo .smalltext, .keyinfo time[datetime], '
    "div.smalltext, .postinfo a.smalltext, .post"
)
#: within a post's text, what its author did not write
_FRAME = (
    ".quoteheader, .quotefooter, .codeheader, .attachments, .signature, .modified, .smalltext.modified, script, style"
)
_QUOTES = "div.quote"
_QUOTED = '.quoteheader a[href*="msg"], blockquote > cite a[href*="msg"]'
_TITLE = (".display_title", '.nav b:last-child > a[href*="topic"]', ".navigate_section li.last a", "title")
_PAGING = "a.navPages, a.nav_page, .pagelinks a[href]"


def matches(html: str, url: str) -> bool:
    """Is this a thread or a listing of SMF?"""
    if _MADE.on(html):
        return _THREADS.search(html) is not None
    return _HEADED.on(html) and _MESSAGES.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a listing of threads and boards (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language, posts = html.language(tree), _posts(tree)
    topic = _topic(tree, body, address)
    if topic.number is None or (not posts and not _TOPIC.search(address)):
        return Reading(NAME, url, language=language, next_links=_listed(tree, address), warnings=warnings)
    clock = Clock(language)
    comments, left_out = _comments(posts, topic, clock)
    title = html.first(tree, _TITLE)
    return Reading(
        NAME, url, html.inner_text(title), language=language,
        comments=comments,
        next_links=_pages(tree, address, topic),
        warnings=[*warnings, *clock.warnings()],
        thread=topic.thread,
        left_out=left_out,
    )  # fmt: skip


@dataclass
class _Post:
    """A post's parts."""

    number: str
    author: str | None
    heading: LexborNode
    time: LexborNode | None = None
    text: LexborNode | None = None


def _posts(tree: LexborHTMLParser) -> list[_Post]:
    """The posts, in page order."""
    found: list[_Post] = []
    author: str | None = None
    for node in tree.css(_ROW):
        named = _HEADING.fullmatch(node.id or "")
        if named:
            found.append(_Post(named[1], author, node))
            author = None
        elif node.tag in ("h4", "b"):
            author = _name(node)
        elif not found or found[-1].text is not None:
            continue
        elif "post" in (node.attributes.get("class") or "").split():
            found[-1].text = node
        elif found[-1].time is None or node.tag == "time":
            found[-1].time = node
    return found


def _name(heading: LexborNode) -> str | None:
    """A member's name is the last link with a text in it; a guest's stands by itself."""
    linked = [name for link in heading.css("a") if (name := html.inner_text(link))]
    return linked[-1] if linked else html.inner_text(heading)


def _comments(posts: list[_Post], topic: _Topic, clock: Clock) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those left out, which say nothing or are of an ignored member."""
    stamps = {post.number: _stamp(post.time) for post in posts}
    clock.order = dates.order(stamps.values())
    names = {post.number: post.author for post in posts}
    moments = {number: clock.read(stamp) for number, stamp in stamps.items()}
    read = {post.number: _read(post) for post in posts}
    texts = {number: text for number, (_, text) in read.items()}
    parents = {number: parent for number, (parent, _) in read.items()}
    place = f"{topic.script}?topic={topic.number}"
    return spoken(texts, names, moments, parents, lambda number: f"{place}.msg{number}#msg{number}")


def _read(post: _Post) -> tuple[str | None, str]:
    """The post that the first quote with a link names, and the markup of what the author wrote."""
    if post.text is None:
        return None, ""
    named = (_MESSAGE.search(link.attributes.get("href") or "") for link in post.text.css(_QUOTED))
    parent = next((found[1] for found in named if found and found[1] != post.number), None)
    inner = html.first(post.text, (f"#msg_{post.number}", ".inner"))
    return parent, written(inner or post.text, _FRAME, _QUOTES)


def _stamp(time: LexborNode | None) -> str:
    """The time as the page writes it, without the words and marks around it."""
    if time is None:
        return ""
    own = html.own_text(time)
    return time.attributes.get("datetime") or (own if any(map(str.isdigit, own)) else "")


@dataclass(frozen=True)
class _Topic:
    """Which thread this is."""

    number: str | None
    script: str  # the address of the board's index.php
    thread: str | None  # its name, the same on all pages


def _topic(tree: LexborHTMLParser, body: str, address: str) -> _Topic:
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    named = next((found for url in (canonical, address) if url and (found := _TOPIC.search(url))), None)
    number = (named[1] or named[2]) if named else None
    if number is None and (acted := _ACTED.search(body)):
        number = acted[1]
    own = _SCRIPT.search(body)
    script = html.absolute(address, own[1].partition("?")[0]) if own else None
    if script is None:
        parts = urlsplit(address)
        before, script_name, _ = parts.path.partition("/index.php")
        script = f"{parts.scheme}://{parts.netloc}{before if script_name else before.rpartition('/')[0]}/index.php"
    parts = urlsplit(script)
    return _Topic(number, script, f"{parts.netloc.lower()}{parts.path}?topic={number}" if number else None)


def _pages(tree: LexborHTMLParser, address: str, topic: _Topic) -> list[str]:
    """The other pages of the thread; not the one that shows all posts again."""
    named = ((url, _TOPIC.search(url)) for url in addresses.links(tree, _PAGING, address))
    found = [url for url, topic_of in named if topic_of and (topic_of[1] or topic_of[2]) == topic.number]
    return addresses.others(found, address, re.compile(r";all\b|\baction="))


def _listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The threads and boards that a listing links to, and its other pages."""
    threads = addresses.links(tree, '[id^="msg_"] a[href], .subject a[href*="topic"]', address)
    others = addresses.links(tree, 'a[href*="board="], a[href*="board,"]', address)
    kept = re.compile(r"\btopic[=,]\d+\.0(?:\.html)?$|/topic[-/]\d|\bboard[=,]\d+\.\d+(?:\.html)?$")
    return addresses.others(filter(kept.search, [*threads, *others]), address, re.compile(r"\baction="))
