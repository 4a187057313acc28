"""Simple Machines Forum 1.1, 2.0 and 2.1 (and the themes that keep their structure).

The one thing that all of them write beside a post is the heading `subject_12`; name, time and text have no common
element around them in the tables of 1.1. They do have one order: name, heading, time, text. So the page is read once
from top to bottom, and a heading opens a post. Quotes link to their post. How many posts a thread has is not said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import dates, html, smf_links
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import written
from pipeline.platforms.posts import spoken
from pipeline.platforms.reading import Reading
from pipeline.platforms.smf_times import PageClock, page_clock

NAME = "smf"

_MADE = Marks(
    ("var smf_", r"\bvar smf_\w"),
    ("smf_scripturl", r"\bsmf_scripturl\b"),
    ("smflogo", r"\bid=[\"']smflogo[\"']"),
    ("smf", r"class=[\"']smf[_-]"),
)
_THREADS = re.compile(r"\b(?:topic|board)[=,/]\d")
#: boards and threads in a listing whose addresses do not name them
_LISTED = Marks(
    ("msg_", r"\bid=[\"']msg_\d+[\"']"),
    ("b", r"\b(?:name|id)=[\"']b\d+[\"']"),
)
_HEADED = Marks(
    ("subject_", r"\bid=[\"']subject_\d+[\"']"),
)
_MESSAGES = Marks(
    ("msg_", r"\bid=[\"']msg_\d+[\"']"),
    ("modified_", r"\bid=[\"']modified_\d+[\"']"),
)
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


def matches(html: str, url: str) -> bool:
    """Is this a thread or a listing of SMF?"""
    if _MADE.on(html) and (_THREADS.search(html) is not None or _LISTED.on(html)):
        return True
    return _HEADED.on(html) and _MESSAGES.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a listing of threads and boards (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language, posts = html.language(tree), _posts(tree)
    topic = smf_links.topic_of(tree, body, address)
    if not posts and (topic.number is None or not smf_links.TOPIC.search(address)):
        return Reading(NAME, url, language=language, next_links=smf_links.listed(tree, address), warnings=warnings)
    clock = Clock(language, dates.order(_stamp(post.time) for post in posts))
    own = page_clock(tree, language, clock.order)
    comments, left_out = _comments(posts, topic, address, clock, own)
    title = html.first(tree, _TITLE)
    return Reading(
        NAME, url, html.inner_text(title), language=language,
        comments=comments,
        next_links=smf_links.other_pages(tree, address, topic),
        warnings=[*warnings, *own.warnings(sum(c.posted_at is not None for c in comments)), *clock.warnings()],
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


def _comments(
    posts: list[_Post], topic: smf_links.Topic, address: str, clock: Clock, own: PageClock
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those left out, which say nothing or are of an ignored member."""
    names = {post.number: post.author for post in posts}
    moments = {post.number: own.read(_stamp(post.time), clock) for post in posts}
    read = {post.number: _read(post) for post in posts}
    texts = {number: text for number, (_, text) in read.items()}
    parents = {number: parent for number, (parent, _) in read.items()}
    links = {post.number: _permalink(post, topic, address) for post in posts}
    return spoken(texts, names, moments, parents, links.__getitem__)


def _permalink(post: _Post, topic: smf_links.Topic, address: str) -> str | None:
    """The address of a post: by the numbers of topic and post, which hold whatever the board rewrites; else as it links to it."""
    if topic.number is not None:
        return f"{topic.script}?topic={topic.number}.msg{post.number}#msg{post.number}"
    return html.absolute(address, html.attribute(post.heading.css_first("a[href]"), "href"))


def _read(post: _Post) -> tuple[str | None, str]:
    """The post that the first quote with a link names, and the markup of what the author wrote."""
    if post.text is None:
        return None, ""
    named = (_MESSAGE.search(link.attributes.get("href") or "") for link in post.text.css(_QUOTED))
    parent = next((found[1] for found in named if found and found[1] != post.number), None)
    inner = html.first(post.text, (f"#msg_{post.number}", ".inner"))
    return parent, written(inner or post.text, _FRAME, _QUOTES)


def _stamp(time: LexborNode | None) -> str:
    """The time as the page writes it, without the words and marks around it: of what stands out, a day ("Today") belongs to
    it, a label ("Reply #1 on:") does not."""
    if time is None:
        return ""
    own = html.own_text(time)
    bold = (html.inner_text(node) or "" for node in time.css("strong, b"))
    day = next((word for word in bold if not word.endswith(":")), "")
    return time.attributes.get("datetime") or (f"{day} {own}".strip() if any(map(str.isdigit, own)) else "")
