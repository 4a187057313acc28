"""NodeBB pages: topics and lists of topics.

Themes differ in classes, but all of them name their parts in `component="..."` attributes, which NodeBB's own scripts rely
on: the themes Persona and Harmony, and those built on them. The first themes (before `component`) had `li.post-row`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading

NAME = "nodebb"

_MARKS = Marks(
    ("component=", r"component=[\"'](?:post/content|post/anchor|category/topic|categories/category|topic/title)[\"']"),
    ("ajaxify-data", r"id=[\"']ajaxify-data[\"']"),
    ("post-row", r"<li\s[^<>]{0,500}class=[\"'][^\"'<>]{0,500}\bpost-row\b[^<>]{0,500}\bdata-pid="),
)
_POSTS = '[component="post"][data-pid], li.post-row[data-pid]'
_BODY = ('[component="post/content"]', ".post-content")
_AUTHOR = ("a[data-username][data-uid]", 'a[itemprop="author"]', ".username-field")
_PARENT = '[component="post/parent"]'
_TITLE = ('[component="topic/title"]', ".topic-title")
#: widgets (advertisements), polls and scripts within a post
_CHROME = "script, style, .poll-view, [component='poll'], [data-widget-area]"
_PAGES = '[component="pagination"] a[href], .pagination a[href], link[rel~="next"][href], link[rel~="prev"][href]'
_TOPICS = '[component="category/topic"] a[href*="/topic/"], .category-item a[href*="/topic/"]'
_CATEGORIES = '[component="categories/category"] a[href*="/category/"]'
_TOPIC = re.compile(r"^(https?://[^/?#]+(?:/[^?#]*?)?)/topic/(\d+)(?:/([^/?#]*[^/?#\d][^/?#]*))?(?=[/?#]|$)")
_CATEGORY = re.compile(r"^(https?://[^?#]*?/category/\d+(?:/[^/?#]+)?)(?=[/?#]|$)")
#: what stands for a name where a guest gave none, or where an account is gone
_NAMELESS = re.compile(
    r"guest|gast|invité|(?:a )?former user|(?:een )?(?:voormalige?|vroegere) gebruiker|(?:ein )?ehemaliger benutzer"
    r"|(?:un )?ancien utilisateur|\[\[global:(?:guest|former[-_]user)[^\]]*\]\]",
    re.IGNORECASE,
)
#: "@bob said:" without a link to the post; a longer line is the author's own
_LONGEST_LEAD = 80
_QUOTED_POST = re.compile(r"/post/([^/?#]+)$|/topic/\d+/[^/?#]+/\d+$")
_DIGITS = re.compile(r"\d[\d.,\s]*")


class Topic(NamedTuple):
    """Where a topic stands. `base` is the forum's address without a slash at its end."""

    base: str
    number: str
    slug: str | None

    @property
    def address(self) -> str:
        """Its first page."""
        return f"{self.base}/topic/{self.number}" + (f"/{self.slug}" if self.slug else "")


def matches(html: str, url: str) -> bool:
    """Is this a page of a NodeBB forum?"""
    return _MARKS.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a topic, or a list of topics or categories."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    topic = _topic(tree, address)
    if topic is None:
        return Reading(NAME, url, language=language, next_links=_listed(tree, address), warnings=warnings)
    clock = Clock(language)
    comments, left_out = _comments(tree, topic, clock)
    return Reading(
        NAME, url,
        title=html.inner_text(html.first(tree, _TITLE)) or _meta(tree, "og:title"),
        language=language,
        published_at=clock.read(_meta(tree, "article:published_time")),
        announced=_announced(tree),
        comments=comments,
        next_links=_next(tree, topic, address),
        warnings=[*warnings, *clock.warnings()],
        thread=addresses.name_of(f"{topic.base}/topic/{topic.number}"),
        left_out=left_out,
    )  # fmt: skip


def _topic(tree: LexborHTMLParser, address: str) -> Topic | None:
    """The topic of a page: by its address, else by what it says of itself. A single post (`/post/4`) redirects there."""
    canonical = html.attribute(tree.css_first('link[rel="canonical"]'), "href")
    for url in (address, html.absolute(address, canonical), html.absolute(address, _meta(tree, "og:url"))):
        if url and html.site(url) and (found := _TOPIC.match(url)):
            return Topic(found[1], found[2], found[3])
    return None


def _comments(tree: LexborHTMLParser, topic: Topic, clock: Clock) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts of a page, and the ids of those that are deleted. Replies that a browser has unfolded stand there twice."""
    found: dict[str, RawComment | None] = {}
    for node in tree.css(_POSTS):
        number = html.attribute(node, "data-pid")
        if number is None or number in found:
            continue
        body = html.first(node, _BODY)
        if "deleted" in (node.attributes.get("class") or "").split():
            found[number] = None
        elif body is not None:
            comment = _comment(node, body, number, topic, clock)
            if comment.text:
                found[number] = comment
    kept = [comment for comment in found.values() if comment is not None]
    return kept, tuple(number for number, comment in found.items() if comment is None)


def _comment(node: LexborNode, body: LexborNode, number: str, topic: Topic, clock: Clock) -> RawComment:
    parent = node.css_first(_PARENT)
    answered = html.attribute(parent, "data-parent-pid") or html.attribute(parent, "data-topid")
    text, quoted = _text(body)
    return RawComment(
        platform_id=number,
        parent=answered or (quoted if quoted != number else None),
        author=_author(node),
        posted_at=_posted_at(node, clock),
        text=text,
        text_format="html",
        permalink=f"{topic.base}/post/{quote(number, safe='')}",
    )


def _author(node: LexborNode) -> str | None:
    """The name as shown. Guests have the account number 0, and a name only where they gave one."""
    name = html.inner_text(html.first(node, _AUTHOR)) or html.attribute(node, "data-username")
    account = html.attribute(node, "data-uid")
    return None if name and account in (None, "0", "-1") and _NAMELESS.fullmatch(name) else name


def _posted_at(node: LexborNode, clock: Clock) -> dt.datetime | None:
    stamp = html.attribute(node, "data-timestamp")
    published = html.attribute(node.css_first('meta[itemprop="datePublished"]'), "content")
    return clock.read(stamp or published or html.attribute(node.css_first(".timeago[title]"), "title"))


def _text(body: LexborNode) -> tuple[str, str | None]:
    """The markup that the author wrote, without the lines that lead quotes in, and the number of the post quoted first."""
    html.cut(body, _CHROME)
    quoted = None
    for block in body.css("blockquote"):
        lead = _before(block)
        if lead is None or lead.tag != "p" or not _leads(lead):
            continue
        if quoted is None and html.ancestor(block, "blockquote") is None:
            quoted = next((found for link in lead.css("a[href]") if (found := _post_number(link))), None)
        lead.decompose()
    content = (body.inner_html or "").strip()
    return (content if says_something(content) else ""), quoted


def _leads(line: LexborNode) -> bool:
    """Does NodeBB write this line ("@bob said in <topic>:") before a quote?"""
    words = html.inner_text(line) or ""
    links = [html.attribute(link, "href") or "" for link in line.css("a[href]")]
    if not words.endswith(":") or not links:
        return False
    if any(_QUOTED_POST.search(link) for link in links):
        return True
    return words.startswith("@") and len(words) <= _LONGEST_LEAD and len(links) == 1 and "/user/" in links[0]


def _before(node: LexborNode) -> LexborNode | None:
    """The element before a node, if nothing but blanks stands between."""
    found = node.prev
    while found is not None and found.tag == "-text" and not (found.text() or "").strip():
        found = found.prev
    return found


def _post_number(link: LexborNode) -> str | None:
    """The number of the post that a link leads to. `/topic/7/slug/12` counts within the topic, and names none."""
    found = _QUOTED_POST.search(html.attribute(link, "href") or "")
    return unquote(found[1]) if found and found[1] else None


def _announced(tree: LexborHTMLParser) -> int | None:
    """The number of posts, deleted ones included; in full in the title where the text is shortened ("1.2k")."""
    node = html.first(tree, ('[component="topic/post-count"][title]', '[component="topic/post-count"]'))
    text = html.attribute(node, "title") or html.inner_text(node) or ""
    digits = re.sub(r"[.,\s]", "", text)
    return int(digits) if _DIGITS.fullmatch(text) and len(digits) < 10 else None


def _next(tree: LexborHTMLParser, topic: Topic, address: str) -> list[str]:
    """The other pages of a topic. `?page=` counts from the topic's own address, not from that of a post in it; the language in
    which a visitor reads is no part of it, nor the number of the first page."""
    links: dict[str, str] = {}
    here = _page_number(address)
    for node in tree.css(_PAGES):
        link = html.absolute(topic.address, html.attribute(node, "href"))
        other = _TOPIC.match(link or "")
        if link is None or other is None or other[2] != topic.number or html.site(link) != html.site(topic.base):
            continue
        if (page := _page_number(link)) != here:
            links.setdefault(page, addresses.without(link, "lang", *(["page"] if page == "1" else [])))
    return list(links.values())


def _page_number(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("page", ["1"])[0]


def _listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """The topics and further pages of a list; categories where it lists no topics."""
    found = [_TOPIC.match(link) for link in html.links(tree, _TOPICS, address)]
    topics = [Topic(topic[1], topic[2], topic[3]) for topic in found if topic]
    with_slug = {topic.number: topic for topic in topics if topic.slug}
    links = [with_slug.get(topic.number, topic).address for topic in topics]
    if not links:
        categories = (_CATEGORY.match(link) for link in html.links(tree, _CATEGORIES, address))
        links = [category[1] for category in categories if category]
    plain = address.partition("#")[0]
    pages = [
        link for link in html.links(tree, _PAGES, plain.partition("?")[0]) if _page_number(link) != _page_number(plain)
    ]
    return list(dict.fromkeys([*links, *pages]))


def _meta(tree: LexborHTMLParser, name: str) -> str | None:
    return html.attribute(tree.css_first(f'meta[property="{name}"]'), "content")
