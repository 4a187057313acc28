"""Addresses of threads and of their pages: without sessions, and as the name that all pages of a thread share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import html

#: parts of a query that name the reader's session: the same page under ever another address
SESSION = ("sid", "PHPSESSID")


def base_of(tree: LexborHTMLParser, address: str) -> str:
    """The address to which a page's relative links belong."""
    return html.absolute(address, html.attribute(tree.css_first("base[href]"), "href")) or address


def canonical(tree: LexborHTMLParser, address: str) -> str:
    """The address that a page gives itself, on its own site; else the one it was read from."""
    found = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    return found if found and html.site(found) == html.site(address) else address


def without(url: str, *names: str) -> str:
    """An address without fragment and without some parts of its query; the rest of the query stays as it is written (some
    software writes a path into it, or parts it by semicolons)."""
    return _parts_of_query(names).sub("", url.partition("#")[0]).rstrip("?&;")


@lru_cache
def _parts_of_query(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<=[?&;])(?:{'|'.join(map(re.escape, names))})(?:=[^&;#]*)?(?:[&;]|$)")


def name_of(url: str) -> str:
    """An address as the name of a thread: host in small letters, no scheme, no slash at the end, no fragment."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}" + (f"?{parts.query.rstrip('/')}" if parts.query else "")


def same_thread(one: str, other: str, number: re.Pattern[str]) -> bool:
    """Do two addresses of first pages lead to one thread? By the thread's number, the pattern's only group, which stays when
    the title in the address changes; where one of them has none, by all of it."""
    first, second = number.search(one), number.search(other)
    return first[1] == second[1] if first and second else name_of(one) == name_of(other)


def links(tree: LexborHTMLParser, selector: str, base: str, *dropped: str) -> list[str]:
    """Absolute addresses on this site without some parts of their query (sessions, if none is named) and without
    fragments, each once, in page order."""
    return list(dict.fromkeys(without(url, *(dropped or SESSION)) for url in html.links(tree, selector, base)))


def others(urls: Iterable[str], address: str, skipped: re.Pattern[str]) -> list[str]:
    """Addresses, each once, without that of the page itself and without those in which a pattern finds something."""
    own = without(address, *SESSION)
    return [url for url in dict.fromkeys(urls) if url != own and not skipped.search(url)]
