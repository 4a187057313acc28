"""Khoros Community (formerly Lithium) as HTML, and its successor Aurora.

In the classic software every message has `data-lia-message-uid` (or `data-message-id`). An address names the kind of page
in two letters or more: `/t5/Board/Title/td-p/12` is topic 12, `/m-p/15` message 15 in some topic, `ba-p` a blog, `ta-p` an
article of a knowledge base. Aurora writes its messages as JSON into the page: see `lithium_aurora`.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import dates, html, lithium_aurora
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import says_something
from pipeline.platforms.posts import Posts, around, first_of
from pipeline.platforms.reading import Reading

NAME = "lithium"

_MARKED = Marks(
    ("lia-body", r"<body\b[^<>]{0,2000}?\blia-body\b"),
    ("lia-", r"\bclass=[\"'][^\"'>]*\blia-(?:quilt|message-body|page|content)\b"),
    ("LITHIUM", r"\bLITHIUM\s*="),
)
_POST = "[data-lia-message-uid], [data-message-id]"
_AUTHOR = (
    ".lia-message-author-with-avatar .lia-user-name-link", ".lia-message-author-username .lia-user-name-link",
    ".lia-component-message-view-widget-author-username .lia-user-name-link", ".lia-user-name-link",
    ".lia-message-author-username", ".lia-user-name", ".UserName",
)  # fmt: skip
_TIME = (
    "meta[itemprop=datePublished][content]", ".lia-message-posted-on [datetime]", ".lia-message-posted-on meta[content]",
    ".lia-message-posted-on [title]", ".lia-message-posted-on", ".lia-message-post-date .DateTime [title]",
    ".lia-message-post-date .DateTime", "time[datetime]", ".DateTime [title]", ".DateTime",
)  # fmt: skip
_CONTENT = (".lia-message-body-content", ".lia-message-body", "[itemprop=text]")
#: within a post, what its author did not write
_CHROME = (
    ".lia-message-signature, .UserSignature, .lia-message-attachments, .lia-attachments, .lia-message-edited-on, "
    ".lia-message-body-footer, .lia-button-group, .lia-spoiler-link, .lia-inline-ajax-feedback, script, style"
)
_ANSWERS = (
    '[class*="in-reply-to"] a[href], [class*="in-response-to"] a[href], [class*="reply-to"] a[href], '
    "a.lia-message-parent-link[href]"
)
_TOPIC = re.compile(r"/(td|ta|ba|idi|qaq|con|cns|ev|gpm|gh)-p/(\d+)")
_MESSAGE = re.compile(r"#[Mm](\d+)|/(?:m|bc|tac|idc|qaa|td|ta|ba|idi|qaq)-p/(\d+)")
#: the kind of page on which one message is shown, for each kind of topic
_KIND = {"ba": "bc", "ta": "tac", "idi": "idc", "qaq": "qaa"}
_ANY_MESSAGE = re.compile(r"/(?:m|bc|tac|idc|qaa)-p/(\d+)")
_BOARD = re.compile(r"/(?:bd|bg|tkb|idb|qab|ct|con)-p/[\w-]+(?:/page/\d+)?/?$")
_PAGES = (
    '.lia-paging-full-pages a[href], .lia-paging-pager a[href], .lia-component-next a[href], a[rel~="next"][href], '
    'a[rel~="prev"][href], link[rel~="next"][href], link[rel~="prev"][href]'
)
_TITLE = (
    ".lia-thread-topic .lia-message-subject", "h1 .lia-message-subject", ".PageTitle .child-thread",
    ".lia-thread-subject", "h1.message-subject", "h1",
)  # fmt: skip


class Place(NamedTuple):
    """Which thread a page is of."""

    kind: str  # td, ba, ...
    topic: str  # its number
    address: str  # of the thread, without page

    def permalink(self, number: str) -> str:
        """The address that leads to a message, whatever page it is on."""
        if number == self.topic:
            return self.address
        return re.sub(r"/[a-z]+-p/\d+$", f"/{_KIND.get(self.kind, 'm')}-p/{number}#M{number}", self.address)


def matches(html: str, url: str) -> bool:
    """Is this a page of Khoros, Lithium or Aurora?"""
    return _MARKED.on(html) or lithium_aurora.matches(html)


def read(body: str, url: str) -> Reading:
    """A page of a topic, or a listing of topics and boards (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    if (found := lithium_aurora.read(tree, address, url, language)) is not None:
        return found
    spoken = around(tree, ", ".join(_CONTENT))
    nodes = (node for node in tree.css(_POST) if node.mem_id in spoken)
    posts = Posts(tree, ((number, node) for node in nodes if (number := _number(node.attributes))))
    shown = bool(posts.nodes) and _BOARD.search(urlsplit(address).path) is None
    place = _place(tree, address, next(iter(posts.nodes), None)) if shown or _TOPIC.search(address) else None
    if place is None:
        return Reading(NAME, url, language=language, next_links=_listed(tree, address), warnings=warnings)
    clock = Clock(language)
    announced = _announced(tree)
    title, links = _title(tree), _other_pages(tree, address, place)
    comments = _comments(tree, posts, place, clock)
    return Reading(
        NAME, url, title=title, language=language, announced=announced, comments=comments, next_links=links,
        warnings=[*warnings, *clock.warnings()], thread=thread_name(place.address, place.topic),
    )  # fmt: skip


def thread_name(address: str, topic: str) -> str:
    """The name of a topic's thread: boards and titles in addresses change, its number does not."""
    return f"{html.site(address) or ''}/t5/td-p/{topic}"


def _number(attributes: dict[str, str | None]) -> str | None:
    number = (attributes.get("data-lia-message-uid") or attributes.get("data-message-id") or "").strip()
    return number if number.isdigit() else None


def _place(tree: LexborHTMLParser, address: str, first: str | None) -> Place | None:
    """The thread of a page: by its canonical address, its own, its links to further pages, else by its first message."""
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    for url in (canonical, address, *(html.links(tree, _PAGES, address))):
        if found := _TOPIC.search(url or ""):
            return Place(found[1], found[2], (url or "")[: found.end()])
    if first is None:
        return None
    topic = tree.css_first(".lia-thread-topic")
    while topic is not None and not _number(topic.attributes):
        topic = topic.parent
    number = (_number(topic.attributes) if topic is not None else None) or first
    bare = _ANY_MESSAGE.split(canonical or address)[0].partition("#")[0].rstrip("/")
    return Place("td", number, f"{bare}/td-p/{number}")


def _comments(tree: LexborHTMLParser, posts: Posts, place: Place, clock: Clock) -> list[RawComment]:
    parents = first_of(
        (number, _target(html.attribute(node, "href"), number)) for number, node in posts.every(_ANSWERS)
    )
    authors = {number: html.inner_text(node) for number, node in posts.first(*_AUTHOR, text=True).items()}
    stamps = {number: _stamp(node) for number, node in posts.first(*_TIME).items()}
    clock.order = dates.order(stamps.values())  # each community chooses its own
    contents = posts.first(*_CONTENT)
    texts = posts.texts(contents, _CHROME)
    found = []
    for number in posts.nodes:
        text = texts.get(number, "")
        if says_something(text):
            moment = clock.read(stamps.get(number))
            parent = parents.get(number) or posts.above[number]
            permalink = place.permalink(number)
            found.append(RawComment(number, parent, authors.get(number), moment, text, "html", permalink))
    return found


def _stamp(time: LexborNode) -> str:
    """What the page says of when a message was written, without the mark for the direction of writing before its date."""
    said = next((said for name in ("content", "datetime", "title") if (said := html.attribute(time, name))), None)
    return (said or html.inner_text(time) or "").replace("\u200e", "")


def _target(href: str | None, number: str) -> str | None:
    """The message that a line "in reply to" links to."""
    found = _MESSAGE.search(href or "")
    target = (found[1] or found[2]) if found else None
    return target if target != number else None


def _announced(tree: LexborHTMLParser) -> int | None:
    """The second number of "message 1 of 12"."""
    said = html.inner_text(tree.css_first(".lia-message-position-in-thread")) or ""
    numbers = re.findall(r"\d+(?:[.,]\d{3})*", said)
    return number_in(numbers[-1]) if len(numbers) > 1 else None


def _title(tree: LexborHTMLParser) -> str | None:
    if (heading := html.inner_text(html.first(tree, _TITLE))) is not None:
        return heading
    return html.attribute(tree.css_first('meta[property="og:title"]'), "content")


def _other_pages(tree: LexborHTMLParser, address: str, place: Place) -> list[str]:
    """The other pages of the thread, each once."""
    found: dict[str, str] = {}
    for link in html.links(tree, _PAGES, address):
        topic = _TOPIC.search(link)
        if topic and topic[2] == place.topic:
            found.setdefault(_page(link), link)
    if _TOPIC.search(address):  # the address of a message does not tell its page
        found.pop(_page(address), None)
    return list(found.values())


def _page(url: str) -> str:
    found = re.search(r"/page/0*(\d+)", url)
    return found[1] if found else "1"


def _listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The topics and boards in a listing, and its other pages."""
    found: dict[str, str] = {}
    for link in html.links(tree, "a[href]", address):
        path = urlsplit(link).path
        if topic := _TOPIC.search(path):
            found.setdefault(topic[2], link[: link.find(topic[0]) + len(topic[0])])
        elif _BOARD.search(path):
            found.setdefault(path, link)
    for link in html.links(tree, _PAGES, address):
        found.setdefault(urlsplit(link).path, link)
    found.pop(urlsplit(address).path, None)
    return list(dict.fromkeys(found.values()))
