"""Invision Community as HTML: IP.Board 3, IPS 4 and IPS 5 (versions 1 and 2 are in `invision_old`).

IPS 4 and 5 wrap a post in `#elComment_12`, and write its author and time in `data-quotedata` as JSON, for their own quote
button; IP.Board 3 has `#post_id_12` with microformats. A quote carries the number of the quoted post and of its topic: the
first quote of this topic names the parent.
"""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import html, invision_links, invision_old
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import declared_discussions, declared_replies, number_in
from pipeline.platforms.dates import Clock, moment
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, first_of, spoken
from pipeline.platforms.reading import Reading

NAME = "invision"

_MARKED = Marks(
    ("ipsApp", r"<body\b[^<>]{0,3000}?\bipsApp\b"),
    ("ipboard_body", r"<body\b[^<>]{0,3000}?\bid=[\"']?ipboard_body\b"),
)
_POST = '[id^="elComment_"], [id^="post_id_"]'
_ID = re.compile(r"(?:elComment_|post_id_)(\d+)")
_AUTHOR = (
    ".cAuthorPane_author a", ".cAuthorPane_author strong", ".ipsEntry__username a", ".ipsEntry__username",
    "h3.ipsComment_author a", "h3.ipsComment_author strong", "h3.ipsComment_author", ".cAuthorPane_author",
    ".author.vcard", "h3 .name", "h3.guest", ".author_info .author",
)  # fmt: skip
_TIME = (
    ".ipsComment_meta time", ".ipsEntry__date time", ".ipsPhotoPanel__secondary time", ".ipsComment_header time",
    "abbr.published", "[itemprop=commentTime]", ".posted_info", "time[datetime]",
)  # fmt: skip
_CONTENT = ("[data-role=commentContent]", ".post.entry-content", "[itemprop=commentText]", ".ipsType_richText")
#: within a post, what its author did not write
_CHROME = (
    "[data-excludequote], [data-nosnippet], .ipsItemControls, .ipsReact, p.edit, [id^=attach_wrap], .signature, .rep_bar, p.citation, "
    "script, style"
)
_QUOTES = "div.blockquote, div.quotemain, div.ipsQuote"
_QUOTED = "[data-ipsquote-contentcommentid], [data-cid], a.snapback[href]"
_TITLE = (
    "h1.ipsType_pageTitle .ipsType_break span", "h1.ipsType_pageTitle .ipsType_break", 'h1[data-ips-hook="title"]',
    ".ipsPageHeader h1", "h1.ipsType_pagetitle", "h1",
)  # fmt: skip


def matches(html: str, url: str) -> bool:
    """Is this a page of Invision Community or IP.Board?"""
    return _MARKED.on(html) or invision_old.matches(html)


def read(body: str, url: str) -> Reading:
    """A page of a topic (or of comments on an article, file or blog), or a listing of topics (no thread, only links)."""
    tree, warnings = html.parse(body)
    if not _MARKED.on(body):
        return invision_old.read(tree, url, NAME, warnings)
    address = html.page_address(tree, url)
    language = html.language(tree)
    posts = Posts(tree, ((found[1], node) for node in tree.css(_POST) if (found := _ID.fullmatch(node.id or ""))))
    if not posts.nodes and not _is_topic(tree):
        return Reading(NAME, url, language=language, next_links=invision_links.listed(tree, address), warnings=warnings)
    place = invision_links.place_of(tree, address)
    clock = Clock(language)
    announced = _announced(tree, place.page, len(posts.nodes))
    title, links = html.inner_text(html.first(tree, _TITLE)), invision_links.other_pages(tree, address, place)
    comments, left_out = _comments(tree, posts, place, clock)
    return Reading(
        NAME, url, title=title, language=language, announced=announced, comments=comments, next_links=links,
        warnings=[*warnings, *clock.warnings()], thread=place.thread, left_out=left_out,
    )  # fmt: skip


def _is_topic(tree: LexborHTMLParser) -> bool:
    """Does a page without posts belong to a topic all the same?"""
    return tree.css_first("body[data-pagecontroller=topic], #ips_Posts") is not None


def _comments(
    tree: LexborHTMLParser, posts: Posts, place: invision_links.Place, clock: Clock
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts in page order, and the ids of those that say nothing. IP.Board 3 adds the deleted ones that it shows to its
    number; later versions count hidden ones, which only moderators see, apart."""
    facts = _facts(tree, posts)
    parents = first_of((number, _quoted(node.attributes, number, facts)) for number, node in posts.every(_QUOTED))
    authors = {number: html.inner_text(node) for number, node in posts.first(*_AUTHOR, text=True).items()}
    times = posts.first(*_TIME)
    stamps = {
        number: html.attribute(node, "datetime") or html.attribute(node, "title") or html.inner_text(node)
        for number, node in times.items()
    }
    contents, hidden = posts.first(*_CONTENT), posts.having(".ipsModerated")
    gone = {number for number in posts.gone(contents) if (posts.nodes[number].id or "").startswith("post_id_")}
    contents = {number: node for number, node in contents.items() if number not in hidden}
    texts = posts.texts(contents, _CHROME, _QUOTES)
    names = {number: string(facts.get(number, {}).get("username")) or authors.get(number) for number in texts}
    moments = {
        number: moment(facts.get(number, {}).get("timestamp")) or clock.read(stamps.get(number)) for number in texts
    }
    found, silent = spoken(texts, names, moments, parents, place.permalink)
    return found, (*silent, *sorted(gone))


def _facts(tree: LexborHTMLParser, posts: Posts) -> dict[str, dict[str, Any]]:
    """Id -> what the page tells its quote button: username, timestamp (seconds), contentid (the topic)."""
    found: dict[str, dict[str, Any]] = {}
    for number, node in posts.every("[data-quotedata]"):
        try:
            data = load(node.attributes.get("data-quotedata") or "")
        except BadJSONError:
            continue
        if isinstance(data, dict):
            found.setdefault(number, data)
    return found


def _quoted(attributes: dict[str, str | None], number: str, facts: dict[str, dict[str, Any]]) -> str | None:
    """The post that a quote comes from, unless that is the post itself or one of another topic."""
    target = attributes.get("data-ipsquote-contentcommentid") or attributes.get("data-cid")
    if target is None:
        linked = re.search(r"[?&;/](?:pid=|p=|comment=|entry)(\d+)", attributes.get("href") or "")
        target = linked[1] if linked else None
    topic, own = attributes.get("data-ipsquote-contentid"), string(facts.get(number, {}).get("contentid"))
    if not target or not target.isdigit() or target in ("0", number) or (topic and own and topic != own):
        return None
    return target


def _announced(tree: LexborHTMLParser, page: str, shown: int) -> int | None:
    """The number of posts in all, as page 1 tells search engines. IPS 4.5 and later leave the first post out of that
    number and of the comments beside it; earlier versions count it in both. Later pages do not show which it is."""
    node = tree.css_first('meta[itemprop="interactionCount"][content^="UserComments:"]')
    if node is not None:
        return number_in(html.attribute(node, "content"))
    if page != "1":
        return None
    for item in declared_discussions(tree):
        replies, described = declared_replies(item), len(children(item.get("comment")))
        return None if replies is None else replies + (described < shown)
    return None
