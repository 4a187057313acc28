"""WordPress pages as HTML: one parser for two decades of themes.

Every theme writes a comment's number into an id (`comment-12`, `li-comment-12`, `div-comment-12`), because WordPress's own
reply links point there; that is what comments are found by (see `wordpress_parts` for what is in them). A reply stands inside the comment that it answers, or carries its depth as a class; beyond the depth at which a site
stops to indent, only REST knows the true parent, so every page also leads to the REST answers of its post.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, html, wordpress_article, wordpress_links, wordpress_topic
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts
from pipeline.platforms.reading import Reading
from pipeline.platforms.wordpress_parts import Parts, written_time

NAME = "wordpress"

_MARKED = Marks(
    "wp-content/",
    "wp-includes/",
    "wp-json",
    "api.w.org",
    ("WordPress", r"content=[\"']WordPress"),
)
_THREAD = Marks(
    "comment_post_ID",
    "wp-block-comments",
    ("comments", r"id=[\"']?comments\b"),
    ("respond", r"id=[\"']?respond\b"),
    ("commentform", r"id=[\"']?commentform\b"),
    ("<body", r"<body[^<>]*class=[\"'][^\"'<>]*\b(?:single|page|home|blog|archive)\b"),
)
_COMMENT = Marks(
    ("comment-", r"\bid=[\"']?(?:li-|div-|article-)?comment-\d+[\"'\s>]"),
)
_COMMENT_PARTS = Marks(
    "commentlist",
    "comment-list",
    "comment-content",
    "comment-body",
    "comment-author",
    "comment-text",
    "comment-meta",
    "wp-block-comment",
    "commentmetadata",
    "depth-1",
)
_USUAL_COMMENT = '[id^="comment-"], [id^="li-comment-"]'
_ANY_COMMENT = '[id^="comment-"], [id^="li-comment-"], [id^="div-comment-"], [id^="article-comment-"]'
_ID = re.compile(r"(?:li-|div-|article-)?comment-(\d+)")
#: elements between a comment's id and the one around it that tells its depth
_WRAPPERS = 3
#: parts of a query that name the post or a page of its comments
_POST_KEYS = frozenset(["p", "page_id", "attachment_id", "post_type", "cpage"])
_DEPTH = re.compile(r"\bdepth-(\d{1,6})\b")
_PING = re.compile(r"\b(?:pingback|trackback)\b")
_ANSWERS = re.compile(
    r"(?:in )?antwoord op|als reactie op|in reply to|replying to|in response to|als antwort auf", re.IGNORECASE
)


def matches(html: str, url: str) -> bool:
    """Is this a WordPress page that holds a thread or lists some? A log-in page of WordPress is not."""
    if _COMMENT.on(html) and _COMMENT_PARTS.on(html):
        return True
    return _MARKED.on(html) and _THREAD.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a post with its comments, or a listing of posts (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    post = wordpress_links.post_of(tree, address)
    language = html.language(tree)
    if wordpress_links.is_listing(tree):
        return Reading(
            NAME, url, language=language, next_links=wordpress_links.from_listing(tree, address), warnings=warnings
        )
    clock = Clock(language)
    title, thread_url = wordpress_article.title(tree), html.thread_url(_without_visitor(tree, address))
    published, announced = clock.read(wordpress_article.published(tree)), wordpress_article.announced(tree)
    first = wordpress_topic.opening(tree, thread_url, clock)
    opening = wordpress_article.opening(tree, post.number) if first is None else None
    comments, pings = _Comments(tree, thread_url, clock).read()
    return Reading(
        NAME, url, title, opening, language, published if first is None else first.posted_at,
        announced=announced + 1 if first is not None and announced is not None else announced,
        comments=[first, *comments] if first is not None else comments,
        next_links=wordpress_links.from_post(body, address, post),
        warnings=[*warnings, *clock.warnings()],
        thread=post.thread,
        left_out=pings,
    )  # fmt: skip


def _without_visitor(tree: LexborHTMLParser, address: str) -> str:
    """A page's address without what says where its visitor came from: as the page gives it, where that differs in nothing else."""
    own, given = urlsplit(addresses.canonical(tree, address)), urlsplit(address)
    kept = set(parse_qsl(own.query)) | {pair for pair in parse_qsl(given.query) if pair[0] in _POST_KEYS}
    same = own.path.rstrip("/") == given.path.rstrip("/") and kept == set(parse_qsl(own.query))
    return urlunsplit(own) if same else address


@dataclass(slots=True)
class _Place:
    """Where a comment stands on the page."""

    number: str
    node: LexborNode
    parent: str | None
    classes: str

    @property
    def ping(self) -> bool:
        """Is this no comment, but another site's link?"""
        return "back" in self.classes and _PING.search(self.classes) is not None


class _Comments:
    """The comments of one page."""

    def __init__(self, tree: LexborHTMLParser, thread_url: str, clock: Clock) -> None:
        self.tree = tree
        self.thread_url = thread_url
        self.clock = clock

    def read(self) -> tuple[list[RawComment], tuple[str, ...]]:
        """Comments in page order, and the ids of pingbacks and trackbacks, which are left out."""
        places, posts = self._places(_USUAL_COMMENT)
        if not places:
            places, posts = self._places(_ANY_COMMENT)
        if all(place.parent is None for place in places):
            _place_flat(places)
        parts = Parts(posts)
        wanted = [place for place in places if not place.ping]
        names = [parts.name(place.number) for place in wanted]
        said = [self._time(parts.times.get(place.number), place.number) for place in wanted]
        # Backwards: cleaning a comment's text removes the replies within it, so these are read before.
        texts = [parts.text(place.number, place.node, _ANY_COMMENT) for place in reversed(wanted)][::-1]
        found = [
            RawComment(place.number, place.parent, name, moment, text, "html", permalink)
            for place, name, (moment, permalink), text in zip(wanted, names, said, texts, strict=True)
        ]
        return found, tuple(place.number for place in places if place.ping)

    def _places(self, selector: str) -> tuple[list[_Place], Posts]:
        """The comments' elements, the first one of several for the same comment, with all that belongs to each: what has its
        id, or the item of a list around that."""
        places: dict[str, _Place] = {}
        wholes: list[tuple[str, LexborNode]] = []
        items: set[int] = set()  # items of lists that belong to a comment already
        for node in self.tree.css(selector):
            named = _ID.fullmatch(node.id or "")
            if not named or (number := named[1]) in places:
                continue
            # one attribute by `attrs`: `attributes` makes a dictionary of all of them
            whole, classes = node, node.attrs.get("class") or ""
            if node.tag != "li" and (around := _around(node, classes, items)) is not None:
                whole, classes = around, f"{classes} {around.attrs.get('class') or ''}"
            items.add(whole.mem_id)
            places[number] = _Place(number, whole if node.tag == "a" else node, None, classes)
            wholes.append((number, whole))
        posts = Posts(self.tree, wholes)
        for number, place in places.items():
            place.parent = posts.above[number]
        return list(places.values()), posts

    def _time(self, time: LexborNode | None, number: str) -> tuple[dt.datetime | None, str]:
        """When a comment was posted, and the address that this is linked to (else the thread's with its fragment)."""
        fragment = f"#comment-{number}"
        url = usual = self.thread_url + fragment
        if time is None:
            return None, url
        link = time if time.tag == "a" else time.parent
        if link is None or link.tag != "a":
            link = time.css_first("a[href]")
        href = link.attrs.get("href") if link is not None else None
        if href and href != usual and href.endswith(fragment):
            url = html.absolute(self.thread_url, href) or usual
        return self.clock.read(written_time(time)), url


def _around(node: LexborNode, classes: str, taken: set[int]) -> LexborNode | None:
    """The item of a list in which a comment stands, or the element around it that tells its depth."""
    above = node.parent
    if above is not None and above.tag == "li" and above.mem_id not in taken:
        return above
    for _ in range(0 if _DEPTH.search(classes) else _WRAPPERS):
        if above is None or above.tag in ("body", "html") or above.mem_id in taken:
            return None
        if _DEPTH.search(above.attrs.get("class") or ""):
            return above
        above = above.parent
    return None


def _place_flat(places: list[_Place]) -> None:
    """Parents in a theme that does not nest: by the depth in the class, else by a line that says whom one answers."""
    at_depth: dict[int, str] = {}
    for place in places:
        if depth := _DEPTH.search(place.classes):
            at_depth[int(depth[1])] = place.number
            place.parent = at_depth.get(int(depth[1]) - 1)
        place.parent = place.parent or _answered(place.node, place.number)


def _answered(node: LexborNode, number: str) -> str | None:
    """The comment that a line "in reply to ..." in a comment's frame links to."""
    for link in node.css('a[href*="#comment-"]'):
        target = (link.attributes.get("href") or "").rpartition("#comment-")[2]
        around = link.parent
        said = (link.text() or "") + " " + ((around.text(deep=False) or "") if around is not None else "")
        if target.isdigit() and target != number and _ANSWERS.search(said):
            return target
    return None
