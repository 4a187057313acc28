"""Discourse pages: the markup that they give to crawlers and to browsers without scripts, and pages saved from a browser.

Three generations of the crawlers' markup are known: bare postings (1.x), `.crawler-post` (2.x) and comments within one
posting (3.x on). None says which post is answered, but pages for browsers carry their posts as JSON too (`data-preloaded`),
which does and which is preferred; elsewhere a quote tells, and the links lead to the JSON interface.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import discourse_json, discourse_post, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.discourse_json import Posts
from pipeline.platforms.discourse_post import Topic
from pipeline.platforms.json_text import BadJSONError, load, string
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading, entry_ids

NAME = "discourse"

_MARKS = Marks(
    ("Discourse ", r"<meta\s[^<>]*content=[\"']Discourse \d"),
    ("data-discourse-setup", r"id=[\"']data-discourse-setup[\"']"),
    ("topic-body crawler-post", r"class=[\"']topic-body crawler-post"),
    ("discourse_theme_id", r"<meta\s[^<>]*name=[\"']discourse_theme_id"),
)
#: crawlers' of 2.x and later, as browsers draw them, crawlers' of 1.x
_POSTS = (
    ".crawler-post:not([role=navigation])",
    '.topic-post article[data-post-id], .small-action[id^="post_"]',
    '[itemtype$="/DiscussionForumPosting"]',
)
_BODY = (".post", ".cooked")
#: other posts that a reader unfolded above or below the one that they belong to
_UNFOLDED = ".embedded-posts"
#: "8 / 49": where a browser stands in the posts of a topic, and how many these are; and that it shows some of them only
_PROGRESS = (".timeline-scroller-content .timeline-replies", "#topic-progress .nums")
_FILTER = ".posts-filtered-notice"
_AUTHOR = ('.creator [itemprop="name"]', ".creator b", ".names [data-user-card]")
_TIME = (
    '[itemprop="datePublished"][content], [itemprop="datePublished"][datetime]',
    'time[datetime]:not([itemprop="dateModified"])',
    ".post-date .relative-date[data-time]",
)
#: in what describes the topic as a whole. `article:published_time` is that of the page's first post, or of the one linked to
_BEGUN = '[itemtype$="/DiscussionForumPosting"] > meta[itemprop="datePublished"]'
_TITLE = ("#topic-title h1 a", "#topic-title h1", "h1.crawler-topic-title", "#main-outlet h1")
_PAGES = 'link[rel~="next"][href], link[rel~="prev"][href], a[rel~="next"][href], a[rel~="prev"][href]'
_TOPICS = ".topic-list a[href], .topic-list-item a[href], [itemprop=itemListElement] a[href]"
_CATEGORIES = '#main-outlet a[href*="/c/"], .category-list a[href*="/c/"]'
_DIGITS = re.compile(r"\d+")


def matches(html: str, url: str) -> bool:
    """Is this a page of a Discourse forum?"""
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
    stored = _preloaded(tree, topic)
    posts = discourse_json.topic_posts(stored, topic, clock, address).beside(_drawn(tree, topic, clock))
    whole = bool(stored) and not discourse_post.is_filtered(address)
    damage = [] if posts.comments or posts.left_out else [_empty(topic)]
    return Reading(
        NAME, url,
        title=discourse_json.topic_title(stored) or _title(tree),
        language=language,
        published_at=_published_at(tree, stored, posts, clock),
        announced=posts.announced,
        comments=posts.comments,
        next_links=_next(tree, topic, address, with_json=not whole),
        warnings=[*warnings, *clock.warnings(), *posts.warnings(), *damage],
        thread=topic.thread,
        left_out=entry_ids(posts.left_out, url),
        damage=tuple(damage),
    )  # fmt: skip


def _empty(topic: Topic) -> str:
    """What is wrong with a topic's page without a post: every topic has one."""
    told = "the page of a topic without its posts: they were cut out when it was saved, or a script would fetch them."
    return f"{told} Collect {topic.address()}, whose JSON holds them." if topic.base else told


def _topic(tree: LexborHTMLParser, address: str) -> Topic | None:
    """The topic of a page. A canonical address on another site belongs to an article that the topic comments on."""
    canonical = html.attribute(tree.css_first('link[rel="canonical"]'), "href")
    here, said = discourse_post.topic_at(address), discourse_post.topic_at(html.absolute(address, canonical))
    if said is not None and (here is None or here.thread == said.thread) and html.site(address) == html.site(said.base):
        return said
    return here


def _drawn(tree: LexborHTMLParser, topic: Topic, clock: Clock) -> Posts:
    """The posts in a page's markup. Changes the tree.

    A page saved from a browser holds the crawlers' first ones (<noscript>) beside what the browser drew.
    """
    found = Posts(announced=_announced(tree))
    html.cut(tree, _UNFOLDED)
    for selector in _POSTS:
        if selector != _POSTS[-1] or not (found.comments or found.left_out):
            found = found.beside(_posts(html.each(tree, selector), topic, clock))
    return found


def _posts(nodes: list[LexborNode], topic: Topic, clock: Clock) -> Posts:
    found = Posts()
    for node in nodes:
        number = _number(node)
        if "small-action" in (html.attribute(node, "class") or "").split():
            found.left_out.append(number)
            continue
        body = html.first(node, _BODY)
        if body is None:
            continue
        author = _author(node)
        text, quoted = discourse_post.own_markup(body.inner_html or "", topic.number, number)
        if not says_something(text) or discourse_post.is_notice(text, author):
            found.left_out.append(number)
            continue
        found.comments.append(
            RawComment(number, quoted, author, _posted_at(node, clock), text, "html", topic.address(number))
        )
    return found


def _number(node: LexborNode) -> str | None:
    """A post's number in its topic."""
    said = (node.id or "").removeprefix("post_")
    found = _DIGITS.search(said if said.isdigit() else html.inner_text(node.css_first('[itemprop="position"]')) or "")
    return found[0] if found else None


def _author(node: LexborNode) -> str | None:
    name = html.first(node, _AUTHOR)
    return html.attribute(name, "data-user-card") or html.inner_text(name)


def _posted_at(node: LexborNode, clock: Clock) -> dt.datetime | None:
    time = html.first(node, _TIME)
    return clock.read(
        next((value for key in ("content", "datetime", "data-time") if (value := html.attribute(time, key))), None)
    )


def _announced(tree: LexborHTMLParser) -> int | None:
    """How many posts a topic has, as a browser shows it."""
    shown = html.inner_text(html.first(tree, _PROGRESS)) or ""
    return None if "/" not in shown or tree.css_first(_FILTER) else number_in(shown.rpartition("/")[2])


def _published_at(tree: LexborHTMLParser, stored: dict[str, Any], posts: Posts, clock: Clock) -> dt.datetime | None:
    """When a topic was begun."""
    said = string(stored.get("created_at")) or html.attribute(tree.css_first(_BEGUN), "content")
    first = next((comment.posted_at for comment in posts.comments if comment.platform_id == "1"), None)
    return clock.read(said) or first


def _title(tree: LexborHTMLParser) -> str | None:
    shown = html.inner_text(html.first(tree, _TITLE))
    return shown or html.attribute(tree.css_first('meta[property="og:title"]'), "content")


def _preloaded(tree: LexborHTMLParser, topic: Topic) -> dict[str, Any]:
    """The topic as the JSON that a page carries for its scripts; empty where it carries none."""
    text = html.attribute(tree.css_first("#data-preloaded"), "data-preloaded")
    try:
        stored = load(text) if text else {}
        inner = string(stored.get(f"topic_{topic.number}")) if isinstance(stored, dict) else None
        data = load(inner) if inner else {}
    except BadJSONError:
        return {}
    return data if isinstance(data, dict) else {}


def _next(tree: LexborHTMLParser, topic: Topic, address: str, with_json: bool) -> list[str]:
    """The pages before and after, and the JSON where this page does not carry it."""
    links = []
    for link in html.links(tree, _PAGES, address):
        other = discourse_post.topic_at(link)
        if other is not None and other.thread == topic.thread and link != address.partition("#")[0]:
            links.append(link)
    return [*links, f"{topic.address()}.json"] if with_json else links


def _listed(tree: LexborHTMLParser, address: str) -> list[str]:
    """Topics and further pages of a list; categories where it lists no topics."""
    topics = [topic.address() for topic in map(discourse_post.topic_at, html.links(tree, _TOPICS, address)) if topic]
    found = [*(topics or html.links(tree, _CATEGORIES, address)), *html.links(tree, _PAGES, address)]
    return [link for link in dict.fromkeys(found) if link != address.partition("#")[0]]
