"""What the readers of the older bulletin boards (phpBB, MyBB, FluxBB, PunBB, SMF) share beside `posts`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.posts import markup

#: a session in an address: the same page under ever another name
_SESSION = re.compile(r"(?<=[?&;])(?:sid|PHPSESSID)=[^&;#]*(?:&|;|(?=#)|$)")


def ancestor(node: LexborNode, tag: str) -> LexborNode | None:
    """The nearest element of that name around a node."""
    above = node.parent
    while above is not None and above.tag != tag:
        above = above.parent
    return above


def written(node: LexborNode, drop: str, quotes: str = "") -> str:
    """As `markup`, many times faster for the many posts without an element that has a class, a script or a style."""
    text = node.inner_html or ""
    return markup(node, drop, quotes) if "class=" in text or "<s" in text else text.strip()


def own_text(node: LexborNode) -> str:
    """The text that stands in an element itself, not in one within it, on one line."""
    return " ".join((node.text(deep=False) or "").split())


def without_session(url: str) -> str:
    """An address without session and fragment."""
    return _SESSION.sub("", url.partition("#")[0]).rstrip("?&;")


def name_of(url: str) -> str:
    """An address as the name of a thread: without its scheme, the host in small letters."""
    host, slash, rest = url.partition("://")[2].partition("/")
    return host.lower() + slash + rest


def links(tree: LexborHTMLParser, selector: str, address: str) -> list[str]:
    """Absolute addresses on this site without sessions and fragments, each once, in page order."""
    return list(dict.fromkeys(without_session(url) for url in html.links(tree, selector, address)))


def others(urls: Iterable[str], address: str, skipped: re.Pattern[str]) -> list[str]:
    """Addresses, each once, without that of the page itself and without those in which a pattern finds something."""
    own = without_session(address)
    return [url for url in dict.fromkeys(urls) if url != own and not skipped.search(url)]


def language(tree: LexborHTMLParser) -> str | None:
    """As the page declares it: `lang`, `xml:lang`, or in its head."""
    root = tree.root
    declared = html.attribute(root, "lang") or html.attribute(root, "xml:lang")
    return declared or html.attribute(tree.css_first('meta[http-equiv="content-language" i]'), "content")
