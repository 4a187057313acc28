"""Invision Power Board 1 and 2: a table for each post, with an anchor `entry12` and the text in `.postcolor`.

Version 1 ends the text's element before a quote (a table with the cell `QUOTE`) and begins another one behind it, so the
cell around them is read. A topic is `index.php?showtopic=5` or `?act=ST&f=2&t=5`, its page `&st=15` (posts that come before).
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, dates, html, invision_links
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts, first_of, spoken
from pipeline.platforms.reading import Reading

_MARKED = Marks(
    ("ipbwrapper", r"<div\b[^<>]{0,100}?\bid=[\"']?ipbwrapper\b"),
)
_POST_MARK = Marks(
    ("entry", r"<a\b[^<>]{0,100}?\bname=[\"']?entry\d"),
)
_NUMBER = re.compile(r"entry(\d+)")
_TOPIC = re.compile(r"[?&;]showtopic=(\d+)|[?&;]act=ST\b(?:[^#]{0,200}?[&;])?t=(\d+)")
_POSTING = re.compile(r"[?&;]t=(\d+)")
_START = re.compile(r"[?&;]st=(\d{1,9})")
_ELSEWHERE = re.compile(r"[?&;](?:view|hl|p|pid|mode)=|[?&;]act=(?!ST\b)", re.IGNORECASE)
_QUOTED = re.compile(r"[?&;]p(?:id)?=(\d+)")

_AUTHOR = (".normalname", ".unreg")
_TIME = 'div[style*="float"] > .postdetails'
#: within a post, what its author did not write
_FRAME = ".quotetop, .codetop, .signature, span.edit, script, style"
_QUOTES = "div.quotemain, table:has(> tbody > tr > td[id=QUOTE])"
#: between a post and its signature, and what may stand behind it once the signature is gone
_RULE, _NOTHING = "-" * 20, re.compile(r"(?:<br\s*/?>|<!--(?:(?!-->).)*-->|\s)*")
_SESSION = ("s", *addresses.SESSION)


def matches(html: str) -> bool:
    """Is this a page of version 1 or 2: a topic in a skin that keeps its posts' anchors, or a page without posts?"""
    return _MARKED.on(html) and (_POST_MARK.on(html) or "postcolor" not in html)


def read(tree: LexborHTMLParser, url: str, name: str, warnings: list[str]) -> Reading:
    """A page of a topic, or a listing of topics and forums (no thread, only links)."""
    address, language = html.page_address(tree, url), html.language(tree)
    anchors = ((_NUMBER.fullmatch(node.attributes.get("name") or ""), node) for node in tree.css('a[name^="entry"]'))
    tables = ((found[1], html.ancestor(node, "table")) for found, node in anchors if found)
    posts = Posts(tree, ((number, table) for number, table in tables if table is not None))
    topic = _topic(tree, address)
    if not posts.nodes and not _TOPIC.search(address):
        links = [addresses.without(link, *_SESSION) for link in invision_links.listed(tree, address)]
        return Reading(name, url, language=language, next_links=list(dict.fromkeys(links)), warnings=warnings)
    clock = Clock(language)
    warnings = [*warnings, *posts.unread(posts.first(".postcolor"))]
    place = f"{re.split(r'[?#]', address)[0]}?showtopic={topic}"
    comments, left_out = _comments(posts, place if html.site(address) and topic else "", clock)
    return Reading(
        name, url, html.title(tree, ".maintitle b"), language=language,
        comments=comments,
        next_links=_pages(tree, address, topic),
        warnings=[*warnings, *clock.warnings()],
        thread=addresses.name_of(place) if topic else None,
        left_out=left_out,
    )  # fmt: skip


def _topic(tree: LexborHTMLParser, address: str) -> str | None:
    """The topic's number: in the address, else in what a button to answer leads to."""
    if found := _TOPIC.search(address):
        return found[1] or found[2]
    buttons = (_POSTING.search(node.attributes.get("href") or "") for node in tree.css('a[href*="act=Post" i]'))
    return next((found[1] for found in buttons if found), None)


def _comments(posts: Posts, place: str, clock: Clock) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those left out, which say nothing."""
    authors, times, contents = posts.first(*_AUTHOR, text=True), posts.first(_TIME), posts.first(".postcolor")
    quoted = posts.every('.quotetop a[href*="pid="], .quotetop a[href*="p="]')
    found = ((number, _QUOTED.search(node.attributes.get("href") or "")) for number, node in quoted)
    parents = first_of((number, named[1] if named else None) for number, named in found)
    stamps = {number: html.inner_text(node) or "" for number, node in times.items()}
    clock.order = dates.order(stamps.values())
    names = {number: html.inner_text(node) for number, node in authors.items()}
    moments = {number: clock.read(stamp) for number, stamp in stamps.items()}
    texts = {number: _text(contents[number]) for number in posts.nodes if number in contents}
    link = f"{place}&view=findpost&p=" if place else ""
    return spoken(texts, names, moments, parents, lambda number: f"{link}{number}" if link else None)


def _text(content: LexborNode) -> str:
    """The markup of what a post's author wrote."""
    text = written(html.ancestor(content, "td") or content, _FRAME, _QUOTES)
    before, line, rest = text.rpartition(_RULE)
    return before.strip() if line and _NOTHING.fullmatch(rest) else text


def _pages(tree: LexborHTMLParser, address: str, topic: str | None) -> list[str]:
    """The other pages of the topic."""
    found: dict[int, str] = {}
    for url in addresses.links(tree, 'a[href*="showtopic="], a[href*="act=ST"]', address, *_SESSION):
        named = _TOPIC.search(url)
        if named and topic in (named[1], named[2]) and not _ELSEWHERE.search(url):
            start = _START.search(url)
            found.setdefault(int(start[1]) if start else 0, url)
    if _TOPIC.search(address) and not _ELSEWHERE.search(address):  # else it leads to a post, on whatever page that is
        own = _START.search(address)
        found.pop(int(own[1]) if own else 0, None)
    return list(found.values())
