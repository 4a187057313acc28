"""Addresses of SMF: which thread a page is of, where it goes on, and where a listing leads.

A thread is `index.php?topic=5.0`, its page `topic=5.15` (posts that come before), and `topic,5.15.html` where a board writes
its addresses as paths. Boards that put titles into them (`/overleg/wie-belt-er/15/`, `/wie-belt-er-t5.15.html`) name the
topic's number only in their forms and buttons, if at all; the pages of a thread then differ in the last number alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import addresses, html

TOPIC = re.compile(r"\btopic[=,](\d+)|/topic[-/](\d+)")
_SCRIPT = re.compile(r"\bsmf_scripturl\s*=\s*[\"']([^\"']+)[\"']")
_ACTED = re.compile(r"(?:printpage|quickmod2?|post|sendtopic|notify|emailuser);(?:[^\"'<>]{0,200}[;&])?topic=(\d+)")
_PAGE = re.compile(r"(?:[./]\d+)?(?:\.html)?/?$")
_PAGING = "a.navPages, a.nav_page, .pagelinks a[href]"
#: all posts on one page, and what is done with a thread
_NO_PAGE = re.compile(r"[;?&/]all\b|\baction=")

#: an address that names a thread or board, and one that leads to its begin or, of a board, to a page
_NUMBERED = re.compile(r"\b(?:topic|board)[=,]\d|/topic[-/]\d")
_FIRST = re.compile(r"\btopic[=,]\d+\.0(?:\.html)?$|/topic[-/]\d|\bboard[=,]\d+\.\d+(?:\.html)?$")
#: boards by address, or as `id="b3"` (before 2.1 `name="b3"`)
_BOARDS = 'a[href*="board="], a[href*="board,"], ' + ", ".join(
    f'a[{name}^="b{digit}"][href]' for name in ("id", "name") for digit in range(1, 10)
)
_NO_LIST = re.compile(r"\baction=|/msg\d+")


@dataclass(frozen=True)
class Topic:
    """Which thread this is."""

    number: str | None
    script: str  # the address of the board's index.php
    thread: str | None  # its name, the same on all pages
    place: str | None  # host and path of a thread without its page, where they do not name its number


def topic_of(tree: LexborHTMLParser, body: str, address: str) -> Topic:
    """The thread of a page."""
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    known = [url for url in (canonical, address) if url]
    number = next((found for url in known if (found := _number(url))), None)
    place = _place(known[0]) if known and number is None else None
    if number is None and (acted := _ACTED.search(body)):
        number = acted[1]
    own = _SCRIPT.search(body)
    script = html.absolute(address, own[1].partition("?")[0]) if own else None
    if script is None:
        parts = urlsplit(address)
        before, script_name, _ = parts.path.partition("/index.php")
        script = f"{parts.scheme}://{parts.netloc}{before if script_name else before.rpartition('/')[0]}/index.php"
    parts = urlsplit(script)
    return Topic(number, script, f"{parts.netloc.lower()}{parts.path}?topic={number}" if number else place, place)


def _number(url: str) -> str | None:
    """The number of the thread in an address."""
    found = TOPIC.search(url)
    return (found[1] or found[2]) if found else None


def _place(url: str) -> str:
    """Host and path of an address without its page."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{_PAGE.sub('', parts.path)}"


def other_pages(tree: LexborHTMLParser, address: str, topic: Topic) -> list[str]:
    """The other pages of the thread; not the one that shows all posts again."""
    own = [url for url in addresses.links(tree, _PAGING, address) if _is_of(url, topic)]
    return addresses.others(own, address, _NO_PAGE)


def _is_of(url: str, topic: Topic) -> bool:
    """Is an address one of a thread's?"""
    number = _number(url)
    return number == topic.number if number and topic.number else _place(url) == topic.place


def listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The threads and boards that a listing links to, and its other pages: what names its number, and what stands in the
    place of one."""
    threads = addresses.links(tree, '[id^="msg_"] a[href], .subject a[href*="topic"]', address)
    boards = addresses.links(tree, _BOARDS, address)
    own = _place(address) if not _NUMBERED.search(address) else None
    pages = [url for url in addresses.links(tree, _PAGING, address) if _place(url) == own]
    found = (url for url in [*threads, *pages, *boards] if _FIRST.search(url) or not _NUMBERED.search(url))
    return addresses.others(found, address, _NO_LIST)
