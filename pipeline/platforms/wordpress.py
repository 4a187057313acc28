"""WordPress pages as HTML: one parser for two decades of themes.

Every theme writes a comment's number into an id (`comment-12`, `li-comment-12`, `div-comment-12`), because WordPress's own
reply links point there; that is what comments are found by. Author, time and text have a handful of names, tried in
order. A reply stands inside the comment that it answers, or carries its depth as a class; beyond the depth at which a site
stops to indent, only REST knows the true parent, so every page also leads to the REST answers of its post.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html, wordpress_article, wordpress_links
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts
from pipeline.platforms.reading import Reading

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
_DEPTH = re.compile(r"\bdepth-(\d+)\b")
_PING = re.compile(r"\b(?:pingback|trackback)\b")

_CONTENT = (
    ".comment-content", ".wp-block-comment-content", ".comment-text", ".ast-comment-content", ".comment_text",
    ".commenttext", ".comment-entry", ".comment__content", ".comment_content", "[itemprop=text]",
)  # fmt: skip
_AUTHOR = (
    ".fn", ".wp-block-comment-author-name", ".comment-author [itemprop=name]", ".comment-author-name",
    ".comment-author-link", ".comment_author", ".comment__author", ".comment-author strong", "cite", ".comment-author",
)  # fmt: skip
_TIME = (
    "time[datetime]", ".comment-metadata a", ".commentmetadata a", '.comment-meta a[href*="#comment-"]', ".comment-date",
    ".comment_date", ".comment-time", ".comment-meta-date", ".commentmetadata", "abbr.published", ".comment-metadata",
    ".comment-meta", ".comment-author",
)  # fmt: skip
#: within a comment, what its author did not write
_CHROME = (
    ".reply, .reply-container, .comment-reply, .comment-reply-link, .comment-edit-link, .edit-link, .ast-reply-link, "
    ".ast-comment-edit-reply-wrap, .comment-awaiting-moderation, .sharedaddy, .comment-likes, .cld-like-dislike-wrap, "
    ".children, #respond, script, style"
)
#: where the text stands loose in the comment's body, also these
_FRAME = (
    _CHROME
    + ", .comment-author, .comment-meta, .commentmetadata, .comment-metadata, .comment_postinfo, .comment-header, "
    ".avatar, .comment_avatar, .says, cite, header, footer, time, .comment-date"
)
#: what themes write behind a name
_SAYS = (":", "says", "said", "zegt", "zei", "schreef", "schrijft", "sagt", "author", "auteur")
_SAID = re.compile(
    r"(?:\s*:|\s+(?:(?:post|bericht)?\s?(?:author|auteur)|says|said|zegt|zei|schreef|schrijft|sagt))\s*$", re.I
)
#: what is longer is no name; nothing is taken off
_LONGEST_NAME = 300
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
    title, opening = wordpress_article.title(tree), wordpress_article.opening(tree, post.number)
    published = clock.read(wordpress_article.published(tree))
    comments, pings = _Comments(tree, html.thread_url(address), clock).read()
    return Reading(
        NAME, url, title, opening, language, published,
        announced=wordpress_article.announced(tree),
        comments=comments,
        next_links=wordpress_links.from_post(body, address, post),
        warnings=[*warnings, *clock.warnings()],
        thread=post.thread,
        left_out=pings,
    )  # fmt: skip


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

    def read(self) -> tuple[list[RawComment], int]:
        """Comments in page order, and the number of pingbacks and trackbacks left out."""
        places, posts = self._places(_USUAL_COMMENT)
        if not places:
            places, posts = self._places(_ANY_COMMENT)
        if all(place.parent is None for place in places):
            _place_flat(places)
        authors, times, contents = posts.first(*_AUTHOR), posts.first(*_TIME), posts.first(*_CONTENT)
        wanted = [place for place in places if not place.ping]
        names = [_name(authors.get(place.number)) for place in wanted]
        said = [self._time(times.get(place.number), place.number) for place in wanted]
        # Backwards: cleaning a comment's text removes the replies within it, so these are read before.
        texts = [_text(place.node, contents.get(place.number)) for place in reversed(wanted)][::-1]
        found = [
            RawComment(place.number, place.parent, name, moment, text, "html", permalink)
            for place, name, (moment, permalink), text in zip(wanted, names, said, texts, strict=True)
        ]
        return found, len(places) - len(wanted)

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
            if node.tag == "li":
                items.add(node.mem_id)
            elif (above := node.parent) is not None and above.tag == "li" and above.mem_id not in items:
                classes += " " + (above.attrs.get("class") or "")
                whole = above
                items.add(above.mem_id)
            places[number] = _Place(number, node, None, classes)
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
        return self.clock.read(time.attrs.get("datetime") or _written(time)), url


def _place_flat(places: list[_Place]) -> None:
    """Parents in a theme that does not nest: by the depth in the class, else by a line that says whom one answers."""
    at_depth: dict[int, str] = {}
    for place in places:
        if depth := _DEPTH.search(place.classes):
            at_depth[int(depth[1])] = place.number
            place.parent = at_depth.get(int(depth[1]) - 1)
        place.parent = place.parent or _answered(place.node, place.number)


def _text(node: LexborNode, content: LexborNode | None) -> str:
    """The markup of what a comment's author wrote."""
    frame = _CHROME
    if content is None:
        body = node.css_first(".comment-body")
        content = node if body is None or _stands_deeper(body, node) else body
        frame = f"{_FRAME}, {_ANY_COMMENT}"
    elif "=" not in (text := content.inner_html or "") and "<s" not in text:
        return text.strip()  # neither a class nor a script: nothing of the frame stands in it
    return written(content, frame)


def _stands_deeper(body: LexborNode, node: LexborNode) -> bool:
    """Does a body belong to a reply within the comment?"""
    above: LexborNode | None = body
    while above is not None and above != node:
        named = _ID.fullmatch(above.id or "")
        if named and above.id != node.id and not (node.id or "").endswith(f"comment-{named[1]}"):
            return True
        above = above.parent
    return False


def _written(time: LexborNode) -> str | None:
    return (html.attribute(time, "title") if time.tag == "abbr" else None) or html.inner_text(time)


def _name(node: LexborNode | None) -> str | None:
    """A name without what themes write behind it ("says:", "Post author")."""
    name = html.inner_text(node)
    while name and len(name) < _LONGEST_NAME and name.casefold().endswith(_SAYS) and (found := _SAID.search(name)):
        name = name[: found.start()]
    return name or None


def _answered(node: LexborNode, number: str) -> str | None:
    """The comment that a line "in reply to ..." in a comment's frame links to."""
    for link in node.css('a[href*="#comment-"]'):
        target = (link.attributes.get("href") or "").rpartition("#comment-")[2]
        around = link.parent
        said = (link.text() or "") + " " + ((around.text(deep=False) or "") if around is not None else "")
        if target.isdigit() and target != number and _ANSWERS.search(said):
            return target
    return None
