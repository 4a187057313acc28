"""Addresses of Invision Community: which topic and which page of it, and where a listing leads.

A topic is `/topic/12-title/`, `index.php?/topic/12-title/` or `index.php?showtopic=12`, its page `/page/2/`, `?page=2` or, in
IP.Board 3, `/page-2`, `/page__st__20` or `?st=20` (posts that come before).
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import html

_TOPIC = re.compile(r"\b(?:topic/|showtopic=)\d+")
_FORUM = re.compile(r"\b(?:forum/|forums/forum/|showforum=)\d+")
_ACTION = re.compile(r"[?&](?:do|view|tab|hl|comment|app|module|sortby|csrfKey)=|/page[/_-]|[?&](?:page|st)=")
_NUMBER = re.compile(r"/page/(\d+)|/page-(\d+)|[?&]page=(\d+)")
_OFFSET = re.compile(r"(?:__st__|[?&]st=)(\d+)")
_PAGE = re.compile(r"/page/\d+/?|/page-\d+/?|/?page__[\w-]*/?|(?<=[?&])(?:page|st|do|view|tab|hl|comment)=[^&]*&?")
_PAGES = '.ipsPagination a[href], .pagination a[href], link[rel~="next"][href], link[rel~="prev"][href]'
_MAIN = ("main", "#ipsLayout_mainArea", "#content", "body")


class Place(NamedTuple):
    """Which page of which thread."""

    thread: str  # the same on every page: host and path up to the topic's number
    page: str  # number of the page, or "st20" for an offset
    address: str  # of the thread, without page

    def permalink(self, number: str) -> str:
        """The address that leads to a post, whatever page it is on."""
        joint = "&" if "?" in self.address else "?"
        return f"{self.address}{joint}do=findComment&comment={number}#comment-{number}" if self.address else ""


def place(url: str) -> Place:
    """Thread and page that an address leads to."""
    page = next((number for found in _NUMBER.findall(url) for number in found if number), "")
    offset = _OFFSET.search(url)
    if not page and offset and offset[1].strip("0"):
        page = f"st{offset[1]}"
    bare = _PAGE.sub(lambda found: "/" if found[0].startswith("/") else "", url.partition("#")[0]).rstrip("?&")
    parts = urlsplit(bare)
    path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    topic = _TOPIC.search(path)
    thread = (html.site(bare) or "") + (path[: topic.end()] if topic else path.rstrip("/"))
    return Place(thread, page.lstrip("0") or "1", bare)


def place_of(tree: LexborHTMLParser, address: str) -> Place:
    """The place of a page, by its canonical address where it has one."""
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    here = place(canonical or address)
    return here._replace(page=place(address).page) if here.page == "1" and canonical else here


def other_pages(tree: LexborHTMLParser, address: str, here: Place) -> list[str]:
    """The other pages of the thread, in page order, each once."""
    found: dict[str, str] = {}
    for link in html.links(tree, _PAGES, address):
        there = place(link)
        if there.thread == here.thread and there.page not in (here.page, "0"):
            found.setdefault(there.page, link)
    return list(found.values())


def listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The topics and forums in a listing, and its other pages. Links to a topic's last post lead to the topic."""
    main = html.first(tree, _MAIN)
    found: dict[str, str] = {}
    for link in html.links(main, "a[href]", address) if main is not None else []:
        if (_TOPIC.search(link) or _FORUM.search(link)) and not _ACTION.search(link):
            found.setdefault(place(link).thread, link)
    found.pop(place(address).thread, None)
    return [*found.values(), *other_pages(tree, address, place(address))]
