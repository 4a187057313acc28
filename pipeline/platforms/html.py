"""HTML as a tree, within limits, and the addresses in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.errors import StandpuntError
from pipeline.platforms import limits

MAX_CHARS = 50_000_000
#: characters of an address; servers refuse longer ones, and patterns would take long to find nothing in them
MAX_ADDRESS = 4_000
_VOID = "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
#: a tag that closes itself: without attributes, or with a quote or white space before the slash (`<a href=/x/>` does not)
_SELF_CLOSED = re.compile(rf"<(?!(?:{_VOID})[\s/>])([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*[\"'\s])?)/>", re.IGNORECASE)
_USUAL = ("<img ", "<br ", "<br/", "<meta ", "<link ", "<input ")
#: what may close itself in HTML as well
_DRAWN = frozenset(
    [
        "path",
        "circle",
        "rect",
        "polygon",
        "polyline",
        "line",
        "ellipse",
        "use",
        "image",
        "stop",
        "g",
        "svg",
        "defs",
        "symbol",
    ]
)
_COMMENT_PAGE = re.compile(r"/comment-page-\d+/?$")
#: parts of a query that name a page of comments or a reply form, not another thread
_PAGING = frozenset({"cpage", "replytocom", "unapproved", "moderation-hash"})


def parse(body: str) -> tuple[LexborHTMLParser, list[str]]:
    """The tree of a page, and warnings about what had to be cut. StandpuntError: the page is over 50 million characters."""
    if len(body) > MAX_CHARS:
        raise StandpuntError(
            f"a page of {len(body):,} characters is not read; {MAX_CHARS:,} is the limit. Split it, or leave it out."
        )
    data, warnings = limits.tame(close_empty(body))
    return LexborHTMLParser(data), warnings


def close_empty(body: str) -> str:
    """A page that a program wrote as XML (`<iframe ... />`, `<div class="x"/>`), with an end tag for every element that
    closes itself: a browser reads such an element as open, and an open iframe swallows the rest of the page. Pages in which
    only parts of drawings do so are left as they are."""
    tags = list(_self_closed(body))
    if all(tag[1].lower() in _DRAWN for tag in tags):
        return body
    parts, last = [], 0
    for tag in reversed(tags):
        parts += [body[last : tag.start()], f"<{tag[1]}{tag[2]}></{tag[1]}>"]
        last = tag.end()
    return "".join([*parts, body[last:]])


def _self_closed(body: str) -> Iterator[re.Match[str]]:
    """The elements that close themselves and are not void, from the last to the first: half the time of the other way, and a
    tenth of that of asking every tag."""
    end = body.rfind("/>")
    while end >= 0:
        before = body.rfind("/>", 0, end)
        begin = body.rfind("<", before + 1, end)
        if begin >= 0 and not body.startswith(_USUAL, begin) and (tag := _SELF_CLOSED.match(body, begin)):
            yield tag
        end = before


def attribute(node: LexborNode | None, name: str) -> str | None:
    """An attribute, stripped; None where the node, the attribute or its value is absent."""
    value = node.attributes.get(name) if node is not None else None
    return (value.strip() or None) if value else None


def inner_text(node: LexborNode | None) -> str | None:
    """A node's text on one line; None where there is none."""
    return (" ".join(node.text().split()) or None) if node is not None else None


def first(tree: LexborHTMLParser | LexborNode, selectors: tuple[str, ...]) -> LexborNode | None:
    """The first node of the first selector that finds one."""
    for selector in selectors:
        if (node := tree.css_first(selector)) is not None:
            return node
    return None


def each(tree: LexborHTMLParser | LexborNode, selector: str) -> list[LexborNode]:
    """The nodes that a selector, or a list of them, finds: in page order, each once. selectolax gives a node that two
    selectors of a list find twice; removing it twice touches memory that is free."""
    return list({node.mem_id: node for node in tree.css(selector)}.values())


def cut(tree: LexborHTMLParser | LexborNode, selector: str) -> None:
    """Remove what a selector finds within a tree or a node."""
    # Backwards: what stands within a removed element is gone, and must not be touched again.
    for node in reversed(each(tree, selector)) if selector else ():
        if not isinstance(tree, LexborNode) or node != tree:
            node.decompose()


def ancestor(node: LexborNode, *tags: str) -> LexborNode | None:
    """The nearest element of one of these names around a node."""
    above = node.parent
    while above is not None and above.tag not in tags:
        above = above.parent
    return above


def own_text(node: LexborNode) -> str:
    """The text that stands in an element itself, not in one within it, on one line."""
    return " ".join((node.text(deep=False) or "").split())


def language(tree: LexborHTMLParser) -> str | None:
    """The language as the page declares it: `lang`, `xml:lang`, or in its head."""
    root = tree.css_first("html")
    declared = attribute(root, "lang") or attribute(root, "xml:lang")
    return declared or attribute(tree.css_first('meta[http-equiv="content-language" i]'), "content")


def title(tree: LexborHTMLParser, *selectors: str) -> str | None:
    """The thread's title by the first selector, else by og:title, else the window's up to the first " - " or " | "."""
    if heading := inner_text(first(tree, selectors)):
        return heading
    declared = attribute(tree.css_first('meta[property="og:title"]'), "content")
    window = inner_text(first(tree, ("head title", "title")))  # an advertisement may end the head before its title
    return declared or (re.split(r" [-|] ", window)[0].strip() or None if window else None)


def absolute(base: str, href: str | None) -> str | None:
    """An absolute http(s) address, or None (other schemes, nonsense, a relative address without a base)."""
    if not href or len(href) > MAX_ADDRESS:
        return None
    if "/" in base[8:] and href.startswith(base):  # the common case (the same host), and ten times as fast
        return href.strip()
    try:
        url = urljoin(base, href.strip())
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else None
    except ValueError:
        return None


def site(url: str | None) -> str | None:
    """The host and port of an address, in small letters."""
    try:
        return urlsplit(url or "").netloc.rpartition("@")[2].lower() or None
    except ValueError:
        return None


def thread_url(url: str) -> str:
    """An address without fragment, comment page and reply form: the same for every page of a thread."""
    try:
        parts = urlsplit(url)
    except ValueError:  # no address at all
        return url.partition("#")[0]
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in _PAGING])
    path = _COMMENT_PAGE.sub("/", parts.path)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def page_address(tree: LexborHTMLParser, url: str) -> str:
    """Where a page is from: `url`, else what the page says of itself (a saved file), else ""."""
    if site(url):
        return url
    found = attribute(tree.css_first('link[rel="canonical"]'), "href")
    found = found or attribute(tree.css_first('meta[property="og:url"]'), "content")
    return absolute("", found) or ""


def links(tree: LexborHTMLParser | LexborNode, selector: str, base: str) -> list[str]:
    """Absolute addresses on the site of `base` that a selector finds, without fragments, each once, in page order."""
    found = (absolute(base, attribute(node, "href")) for node in tree.css(selector))
    return list(dict.fromkeys(url.partition("#")[0] for url in found if url and site(url) == site(base)))
