"""WordPress's feeds of comments, RSS 2.0 and Atom: a post's own (`/post/feed/`) and the site's (`/comments/feed/`).

A feed holds the newest comments alone (ten, as WordPress comes) and tells no total; it leads to the pages of its posts, which
hold them all. A comment's number stands behind its address. What it answers is told in Atom by `thr:in-reply-to` (RFC 4685),
in RSS since WordPress 5.4 by a sentence that is put before its text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading
from pipeline.platforms.text import markup_to_text
from pipeline.platforms.wordpress_links import thread_name
from pipeline.platforms.xml_text import child, elements, name_of, text_of

NAME = "wordpress-feed"

_FEED = re.compile(r"<rss\b[^>]*>|<feed\b[^>]*http://www\.w3\.org/2005/Atom[^>]*>")
#: an item's own address; links within texts end in a quote
_COMMENT = re.compile(r"<(?:link|guid\b[^>]*|id)>[^<>]*#comment-\d+\s*</")
_LANGUAGE = re.compile(r"<feed\b[^>]*\bxml:lang=[\"']([\w-]{2,35})[\"']")
_NUMBER = re.compile(r"#comment-(\d+)\s*$")
_POST = re.compile(r"[?&](?:p|page_id)=(\d+)")
#: "In reply to <a>name</a>." in any language that ends with the name: a first paragraph of few words and a link to a comment
_ANSWERS = re.compile(
    r"\s*(?:<p>)?[^<>]{1,60}<a href=[\"'][^\"'<>]{1,4000}#comment-(\d+)[\"'][^<>]{0,200}>([^<>]{0,300})</a>[^\w<>]{0,3}"
    r"(?:</p>\s*|\n\s*\n)"
)


def matches(html: str, url: str) -> bool:
    """Is this a feed whose entries are comments of WordPress?"""
    if not html[:200].lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    return _FEED.search(html[:5_000]) is not None and _COMMENT.search(html) is not None


def read(body: str, url: str) -> Reading:
    """The thread of the newest comment (for a post's own feed the only one). See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """A feed as one page a post, each leading to its post; warnings stand on the first. Where a feed that has an address does
    not tell the number of a post, by which its pages name the thread, it only leads there: its comments would count twice."""
    feed, entries, warnings = _parts(body)
    by_post: dict[str, list[Element]] = {}
    for entry in entries:
        if (post := html.thread_url(_address(entry))) and _number(entry):  # not the page of comments it stands on
            by_post.setdefault(post, []).append(entry)
    language = text_of(feed, "language") or next(iter(_LANGUAGE.findall(body[:5_000])), None)
    alone = len(by_post) == 1 and _link(feed) in by_post  # the feed of one post, and not of a site with one post
    found = [
        _page(post, group, language, text_of(feed, "title") if alone else None)
        if _numbered(post, group[0]) or not html.site(url)
        else Reading(NAME, url, language=language, next_links=[post])
        for post, group in by_post.items()
    ]
    if not found:
        return [Reading(NAME, url, language=language, warnings=warnings, damage=tuple(warnings))]
    return [replace(found[0], warnings=[*warnings, *found[0].warnings], damage=tuple(warnings)), *found[1:]]


def _page(post: str, entries: list[Element], language: str | None, title: str | None) -> Reading:
    clock = Clock("en")  # dates of feeds are in no other language (RFC 822, RFC 3339)
    names = {_number(entry): _author(entry) for entry in entries}
    comments = [_comment(entry, clock, names) for entry in reversed(entries)]  # a feed begins with the newest
    return Reading(
        NAME, post,
        title=re.sub(r"^[^:]{1,60}:\s+", "", title) if title else None,  # "Comments on: ..."
        language=language,
        comments=[comment for comment in comments if says_something(comment.text)],
        next_links=[post],
        warnings=clock.warnings(),
        thread=_thread(post, entries[0]),
    )  # fmt: skip


def _comment(entry: Element, clock: Clock, names: dict[str | None, str | None]) -> RawComment:
    """`names`: who wrote the feed's comments, so that "See <a>above</a>." is no answer where they tell otherwise."""
    text = (text_of(entry, "encoded") or text_of(entry, "content") or text_of(entry, "description") or "").strip()
    answered = _NUMBER.search(_attribute(child(entry, "in-reply-to"), "href") or "")
    if (said := _ANSWERS.match(text)) and markup_to_text(said[2]) == names.get(said[1], markup_to_text(said[2])):
        text, answered = text[said.end() :].strip(), answered or said
    return RawComment(
        platform_id=_number(entry),
        parent=answered[1] if answered else None,
        author=_author(entry),
        posted_at=clock.read(text_of(entry, "pubDate") or text_of(entry, "published") or text_of(entry, "updated")),
        text=text,
        text_format="html",
        permalink=_address(entry),
    )


def _thread(post: str, entry: Element) -> str:
    """The thread as pages and REST name it: by the post's number, which the entry's id names where the site has not moved."""
    return _numbered(post, entry) or thread_name(post, None)


def _numbered(post: str, entry: Element) -> str | None:
    declared = text_of(entry, "guid") or text_of(entry, "id") or ""
    number = _POST.search(declared)
    return thread_name(declared, number[1]) if number and html.site(declared) == html.site(post) else None


def _parts(body: str) -> tuple[Element, list[Element], list[str]]:
    """(what the feed says of itself, its entries, warnings) of RSS, where both stand in a channel, and of Atom."""
    rss = re.search(r"<rss\b", body[:5_000]) is not None
    parts, warnings = elements(body, depth=2 if rss else 1)
    entries = [element for element in parts if name_of(element) in ("item", "entry")]
    feed = Element("feed")
    feed.extend(element for element in parts if name_of(element) not in ("item", "entry"))
    return feed, entries, warnings


def _address(entry: Element) -> str:
    """The address of an entry's comment; "" where it has none."""
    return html.absolute("", _link(entry)) or ""


def _link(element: Element) -> str:
    """Where an entry or a feed leads: the text of RSS's link, the address of Atom's."""
    links = [each for each in element if name_of(each) == "link"]
    said = [(each.text or "").strip() for each in links]
    shown = [each.get("href") or "" for each in links if each.get("rel") == "alternate"]
    return next((link for link in [*said, *shown] if link), "")


def _author(entry: Element) -> str | None:
    """The name as shown. Feeds escape it twice where it holds markup's own signs."""
    return markup_to_text(text_of(entry, "creator") or text_of(child(entry, "author"), "name") or "") or None


def _number(entry: Element) -> str | None:
    found = _NUMBER.search(_address(entry))
    return found[1] if found else None


def _attribute(element: Element | None, name: str) -> str | None:
    return element.get(name) if element is not None else None
