"""bbPress, the forum plugin of WordPress's own makers (2.0 to 2.6), also in the groups of BuddyPress.

A topic and its replies are posts of WordPress; themes show them by bbPress's own templates, which name the text of each
(`bbp-reply-content`; `bbp-topic-content` where the topic stands above its replies). A post's number stands in a class of its
element (`post-12`), its author beside the text, its time there or in a header before it. Replies to replies stand in lists
within the item of the reply that they answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, dates, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, first_of, spoken, stands_beside
from pipeline.platforms.reading import Reading

NAME = "bbpress"

_MARKED = Marks(
    ("bbp-reply-content", r"class=[\"'][^\"']*\bbbp-reply-content[\"'\s]"),
    ("bbp-topic-content", r"class=[\"'][^\"']*\bbbp-topic-content[\"'\s]"),
    ("bbp-topics", r"class=[\"'](?:[^\"']*\s)?bbp-topics[\"'\s]"),
    ("bbp-forums", r"class=[\"'](?:[^\"']*\s)?bbp-forums[\"'\s]"),
)
_CONTENT = '[class*="bbp-reply-content"], [class*="bbp-topic-content"]'
#: some themes put a name of theirs before
_CONTENT_NAME = re.compile(r"(?:[\w-]+-)?bbp-(?:reply|topic)-content")
#: rows of the list of posts that hold no text of one, though their cells are called alike
_HEADS = frozenset(["bbp-reply-header", "bbp-topic-header"])
_NO_POST = frozenset(["bbp-header", "bbp-footer"]) | _HEADS
_CLASS = re.compile(r"(?:^|\s)post-(\d+)(?:\s|$)")
_ID = re.compile(r"(?:post|reply|topic)-(\d+)")
_LINKED = re.compile(r"#post-(\d+)$")
_PAGE = re.compile(r"/page/\d+/?$")
_FIRST = re.compile(r"(?:/page/|[?&](?:paged|topic_page)=)1/?$")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
#: elements from a text up to that of its post
_WAY_UP = 12
#: posts of one member, or that were searched for: of many topics
_SCATTERED = "#bbp-user-wrapper, #bbp-user-body, #bbp-search-results, .bbp-search-results"
_LISTED = ", ".join(
    [
        ".bbp-topics a.bbp-topic-permalink, .bbp-forums a.bbp-forum-title",
        *(f"{place} a.bbp-{kind}-permalink" for place in _SCATTERED.split(", ") for kind in ("topic", "reply")),
    ]
)
_AUTHOR = (
    ".bbp-author-name", ".bbp-author-link", ".bbp-reply-author a:not(.bbp-author-avatar)", ".bbp-topic-author a:not(.bbp-author-avatar)",
    ".bbp-reply-author", ".bbp-topic-author",
)  # fmt: skip
_TIME = (".bbp-reply-post-date", ".bbp-topic-post-date", ".bs-timestamp", ".bbp-meta time")
_LINK = ("a.bbp-reply-permalink[href]", "a.bbp-topic-permalink[href]")
#: within a text, what its author did not write
_FRAME = (
    ".bbp-reply-revision-log, .bbp-topic-revision-log, .bbp-attachments, .bbp-signature, .bbp-topic-tags, .bbp-reply-ip, "
    ".bbp-admin-links, .bbp-meta, .bbp-reply-author, .bbp-topic-author, form, script, style, button"
)


def matches(html: str, url: str) -> bool:
    """Is this a topic of bbPress, or a list of topics or forums?"""
    return _MARKED.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a topic, or a list of topics and forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address, language = html.page_address(tree, url), html.language(tree)
    contents = _contents(tree) if tree.css_first(_SCATTERED) is None else {}
    pages = addresses.links(tree, ".bbp-pagination-links a[href]", address)
    if not contents:
        listed = addresses.links(tree, _LISTED, address)
        links = addresses.others([*listed, *pages], address, re.compile(r"#")) if listed else []
        return Reading(NAME, url, language=language, next_links=links, warnings=warnings)
    thread, clock, announced = _first_page(addresses.canonical(tree, address)), Clock(language), _announced(tree)
    title = html.title(tree, "h1.entry-title", "h1.page-title", "h1.topic-title", ".bbp-breadcrumb-current", "h1")
    comments, silent = _comments(tree, contents, clock, thread)
    return Reading(
        NAME, url, title, language=language,
        announced=announced,
        comments=comments,
        next_links=[page for page in dict.fromkeys(map(_as_first, pages)) if page != _as_first(address.partition("#")[0])],
        warnings=[*warnings, *clock.warnings()],
        thread=addresses.name_of(thread),
        left_out=silent,
    )  # fmt: skip


def _contents(tree: LexborHTMLParser) -> dict[str, tuple[LexborNode, LexborNode]]:
    """Number -> the element of a post, with the replies to it where these stand in one, and that of its text; in page order."""
    found: dict[str, tuple[LexborNode, LexborNode]] = {}
    for content in html.each(tree, _CONTENT):
        if not any(map(_CONTENT_NAME.fullmatch, _classes(content))) or stands_beside(content):
            continue
        for around in _upwards(content):
            if not _NO_POST.isdisjoint(_classes(around)) or around.tag in ("thead", "tfoot"):
                break
            if number := _number(around) or _number(_head(around)):
                item = around.parent
                threaded = item is not None and item.tag == "li" and "bbp-body" not in _classes(item)
                found.setdefault(number, (item if item is not None and threaded else around, content))
                break
    return found


def _classes(node: LexborNode) -> list[str]:
    return (node.attrs.get("class") or "").split()


def _number(node: LexborNode | None) -> str | None:
    """The number of the post that an element is of: in a class, else in its id."""
    if node is None:
        return None
    found = _CLASS.search(node.attrs.get("class") or "") or _ID.fullmatch(node.id or "")
    return found[1] if found else None


def _head(node: LexborNode) -> LexborNode | None:
    """The header of a post, where it stands just before it."""
    before = node.prev
    while before is not None and (before.tag or "-").startswith(("-", "!")):
        before = before.prev
    return before if before is not None and not _HEADS.isdisjoint(_classes(before)) else None


def _upwards(node: LexborNode | None) -> Iterator[LexborNode]:
    for _ in range(_WAY_UP):
        if node is None or node.tag in ("body", "html"):
            return
        yield node
        node = node.parent


def _comments(
    tree: LexborHTMLParser, contents: dict[str, tuple[LexborNode, LexborNode]], clock: Clock, thread: str
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts that say something, and the ids of those that do not."""
    posts = Posts(tree, ((number, node) for number, (node, _) in contents.items()))
    heads = {number: head for number, (node, _) in contents.items() if (head := _head(node)) is not None}

    def parts(*selectors: str) -> dict[str, LexborNode]:
        in_heads = {number: node for number, head in heads.items() if (node := html.first(head, selectors)) is not None}
        return in_heads | posts.first(*selectors, text=True)

    authors, links = parts(*_AUTHOR), parts(*_LINK)
    said = {number: _time(node) for number, node in (heads | parts(*_TIME)).items()}
    clock.order = dates.order(time for time in said.values() if time)
    quotes = (
        (number, _LINKED.search(node.attrs.get("href") or "")) for number, node in posts.every("blockquote a[href]")
    )
    quoted = first_of((number, found[1]) for number, found in quotes if found and found[1] != number)
    parents = {number: posts.above[number] or quoted.get(number) for number in posts.nodes}
    names = {number: html.own_text(node) or html.inner_text(node) for number, node in authors.items()}
    moments = {number: clock.read(time) for number, time in said.items()}
    texts = posts.texts({number: content for number, (_, content) in contents.items()}, _FRAME)
    return spoken(texts, names, moments, parents, lambda number: _permalink(links.get(number), number, thread))


def _time(node: LexborNode) -> str | None:
    """A moment as the page writes it: for programs, in full in a title where it is told in words, else as shown."""
    inner = html.first(node, ("time[datetime]", "a[title]"))
    if node.tag == "time" or (inner is not None and inner.tag == "time"):
        return html.attribute(node, "datetime") or html.attribute(inner, "datetime") or html.inner_text(node)
    title = html.attribute(inner, "title")
    return title if title and dates.looks_like_date(title) else html.inner_text(node)


def _permalink(link: LexborNode | None, number: str, thread: str) -> str | None:
    return html.absolute(thread, html.attribute(link, "href")) or html.absolute(thread, f"{thread}#post-{number}")


def _first_page(address: str) -> str:
    """The address of a topic: that of any of its pages without the page."""
    return _PAGE.sub("/", addresses.without(address, "paged", "topic_page"))


def _as_first(page: str) -> str:
    """A page's address; that of the first may have a number or not."""
    return _first_page(page) if _FIRST.search(page) else page


def _announced(tree: LexborHTMLParser) -> int | None:
    """How many posts the topic has, by the line above them: the number in its brackets. Where the topic stands above its
    replies, only these are counted there. Where replies are nested, their number is not told."""
    said = html.inner_text(tree.css_first(".bbp-pagination-count")) or ""
    total = next((number for text in _IN_BRACKETS.findall(said) if (number := number_in(text)) is not None), None)
    lead = tree.css_first(".bbp-lead-topic") is not None
    return total + lead if total is not None else None
