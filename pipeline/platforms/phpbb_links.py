"""Addresses of phpBB: which thread and which page of it, and where a listing leads.

A thread is `viewtopic.php?t=5`, its page `&start=15` (posts that come before); boards that write their own addresses have
`/wie-belt-er-t5-15.html` and the like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import addresses, html

#: what holds the thread's title, most often as a link to the thread
TITLE = (".topic-title a[href]", ".topic-title", 'h2 a[href*="viewtopic"]', "a.titles", "a.maintitle", "#page-body h2")
_TOPIC_PATH = re.compile(r"[-/_]t(\d+)(?=[-./]|$)|[/-]topic-?(\d+)(?=[-./]|$)")
_PLACE = ", ".join(
    f'a[href*="{name}.php"]' for name in ("memberlist", "posting", "ucp", "viewforum", "search", "profile")
)


@dataclass(frozen=True)
class Topic:
    """Which thread this is."""

    number: str | None
    place: str  # the address of the board's directory
    thread: str | None  # its name, the same on all pages
    start: int  # the number of posts before this page


def topic_of(tree: LexborHTMLParser, address: str) -> Topic:
    """The thread of a page."""
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    heading = html.absolute(address, html.attribute(html.first(tree, TITLE), "href"))
    known = [url for url in (address, heading, canonical) if url]
    number = next(filter(None, (_query(url).get("t") for url in known)), None)
    number = number or html.attribute(tree.css_first('form input[name="t"]'), "value")
    form = html.attribute(tree.css_first('form[action*="viewtopic.php?t="]'), "action")
    number = number or (_query(form).get("t") if form else None) or next(filter(None, map(_named, known)), None)
    place = (html.absolute(address, html.attribute(tree.css_first(_PLACE), "href")) or address).partition("?")[0]
    place = place.rpartition("/")[0] + "/"
    thread = f"{place}viewtopic.php?t={number}" if number else canonical or heading
    starts = [_query(url).get("start", "0") for url in known if "t" in _query(url)]
    start = next((int(found) for found in reversed(starts) if found.isdecimal() and len(found) < 10), 0)
    return Topic(number, place, addresses.name_of(thread) if thread else None, start)


def _query(url: str) -> dict[str, str]:
    """The first value of each name in an address's query."""
    try:
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    except ValueError:
        return {}


def other_pages(tree: LexborHTMLParser, address: str, topic: Topic) -> list[str]:
    """The other pages of the thread: by topic and `start`, or (where a board writes its own addresses) by place."""
    found: dict[int, str] = {}
    for url in addresses.links(tree, 'a[href*="viewtopic"][href*="t="]', address):
        query = _query(url)
        start = query.get("start", "0")
        if (
            query.get("t") == topic.number
            and not query.keys() - {"t", "f", "start"}
            and start.isdecimal()
            and len(start) < 10
        ):
            found.setdefault(int(start), url)
    found.pop(topic.start, None)
    placed = addresses.links(tree, ".pagination a[href]", address)
    by_place = [url for url in placed if _named(url) is None or topic.number in (None, _named(url))]
    # table styles have no element of their own for these links: a page's number, and the thread's in the file's name
    cells = (
        node for node in tree.css(".gensmall a[href], span.nav a[href]") if (html.inner_text(node) or "").isdecimal()
    )
    linked = (html.absolute(address, html.attribute(node, "href")) for node in cells)
    by_number = [url for url in linked if url and html.site(url) == html.site(address) and _numbered(url, topic.number)]
    skipped = re.compile(r"viewtopic\.php|viewforum|[?&]view=")
    by_path = [addresses.without(url, *addresses.SESSION) for url in (*by_place, *by_number)]
    return [*found.values(), *addresses.others(by_path, address, skipped)]


def _named(url: str) -> str | None:
    """The number of the thread in an address that a board writes itself."""
    found = _TOPIC_PATH.search(urlsplit(url).path)
    return (found[1] or found[2]) if found else None


def _numbered(url: str, number: str | None) -> bool:
    """Is a thread's number the first in the name of the file that an address leads to, or where such boards put it?"""
    first = re.search(r"\d+", urlsplit(url).path.rpartition("/")[2])
    return number is not None and number == (_named(url) or (first[0] if first else None))


def listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The threads and forums that a listing links to, and its other pages."""
    named = addresses.links(tree, "a.topictitle, a.forumtitle, a.forumlink, .action-bar .pagination a", address)
    more = addresses.links(tree, 'a[href*="viewforum"][href*="start="]', address)
    return addresses.others([*named, *more], address, re.compile(r"[?&](?:view|mark|sk|p)="))
