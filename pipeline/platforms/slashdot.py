"""Slashdot: a story, and its comments nested in each other, some whole, some cut short, some without their words.

The story is an article, so it becomes the opening. Anonymous posters share one name that is nobody's: they have none here.
Times carry no zone; the site shows those of New York to whoever has not set another (its addresses hold the same moments
in UTC). A page that does not hold all comments, or not all their words, leads to the one that does, in the site's nested
form; where that cuts some short as well, to the pages of these comments.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts
from pipeline.platforms.reading import Reading
from pipeline.platforms.text import node_text

NAME = "slashdot"
NEW_YORK = ZoneInfo("America/New_York")

_MARKED = Marks(
    ("comment_", r"id=[\"']comment_(?:top|body|link)_\d+[\"']"),
    ("commentlisting", r"id=[\"']commentlisting[\"']"),
    ("fhitem", r"class=[\"'][^\"']*\bfhitem\b"),
)
_TREE = re.compile(r"tree_(\d+)")
_DISCUSSION = re.compile(r"D2\.discussion_id\((\d+)\)|[?&;]sid=(\d+)")
_STORY = re.compile(r"/story/(?:[^?#]*?/)?(\d\d/\d\d/\d\d/\d+)")
#: at the end of a comment's words: the rest is not on the page
_CUT = re.compile(r"<span class=\"substr\">\s*</span>((?:\s|</\w+>)*)\Z")
#: within them: where a shorter view of the same words would end
_SEAM = '<span class="substr"> </span>'
_FRAME = ".sig, script, style"


def matches(html: str, url: str) -> bool:
    """Is this a page of Slashdot or of a site on its code?"""
    return _MARKED.on(html)


def read(body: str, url: str) -> Reading:
    """A story with its comments, or a list of stories (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    stories = tree.css("article.fhitem")
    if len(stories) > 1 and tree.css_first(".commentTop") is None:
        links = html.links(tree, '.fhitem .story-title > a[href*="/story/"], a.story, .paginate a', address)
        return Reading(NAME, url, language=language, next_links=links, warnings=warnings)
    page = _Page(tree, address)
    comments = page.comments()
    story = stories[0] if stories else None
    announced = page.announced()
    return Reading(
        NAME, url,
        title=page.title(story),
        opening=_opening(story),
        language=language,
        published_at=page.moment(html.attribute(story.css_first("time"), "datetime")) if story is not None else None,
        announced=announced,
        comments=comments,
        next_links=page.further(body, announced is not None and announced > len(comments)),
        warnings=[
            *warnings,
            *([f"comments of which the page holds only the beginning: {len(page.cut)}"] if page.cut else []),
            *([f"times without a zone, taken as {NEW_YORK.key}: {page.assumed}"] if page.assumed else []),
            *page.clock.warnings(),
        ],
        thread=page.thread(body),
    )  # fmt: skip


class _Page:
    """The comments of a page."""

    def __init__(self, tree: LexborHTMLParser, url: str) -> None:
        self.tree, self.url = tree, url
        self.clock, self.assumed = Clock("en-US"), 0
        self.cut: list[str] = []  # comments of which only the beginning stands here
        self.posts = [
            (found[1], node) for node in tree.css('[id^="tree_"]') if (found := _TREE.fullmatch(node.id or ""))
        ]
        if not self.posts:  # the flat form: no tree, only comments one below the other
            self.posts = [
                (found[1], node) for node in tree.css(".cw") if (found := re.fullmatch(r"comment_(\d+)", node.id or ""))
            ]

    def comments(self) -> list[RawComment]:
        """Comments that have words, in page order."""
        posts = Posts(self.tree, self.posts)
        bodies = posts.first('[id^="comment_body_"]')
        names = posts.first(".by > a")
        details = posts.first(".otherdetails")
        parents = posts.first('.commentSub a[onclick*="selectParent"], .commentSub a.parent')
        links = posts.first(".title a[href], h4 a[href]")
        found = []
        for key in posts.nodes:
            body = bodies.get(key)
            words = _words(body) if body is not None else ""
            if not words:
                continue
            words, cut = _CUT.subn(r"\1", words)
            self.cut += [key] * cut
            words = words.replace(_SEAM, "")
            named = _query(html.attribute(parents.get(key), "href"), "cid")
            found.append(
                RawComment(
                    key,
                    posts.above[key] or named,
                    html.inner_text(names.get(key)),
                    self.moment(html.inner_text(details.get(key))),
                    words,
                    "html",
                    html.absolute(self.url, html.attribute(links.get(key), "href")),
                )
            )
        return found

    def moment(self, text: str | None) -> dt.datetime | None:
        """A time of the site's clock, in UTC."""
        if not text:
            return None
        moment = self.clock.read(f"{text.partition('(')[0].strip()} UTC")
        if moment is None:
            return None
        self.assumed += 1
        return moment.replace(tzinfo=NEW_YORK).astimezone(dt.UTC)

    def title(self, story: LexborNode | None) -> str | None:
        """The story's title, without the name of its source."""
        node = story if story is not None else self.tree
        return html.inner_text(html.first(node, (".story-title > a", ".story-title", "h1.story a", "h2.story a")))

    def announced(self) -> int | None:
        """The number of comments that the story has."""
        return number_in(html.inner_text(html.first(self.tree, (".totalcommentcnt", ".comment-bubble a"))))

    def thread(self, body: str) -> str | None:
        """The story's own number, or that of its discussion, whichever all of its pages hold."""
        number = self._discussion(body)
        site = re.sub(r"^[a-z0-9-]+\.(?=[^.]+\.[^.]+$)", "", html.site(self.url) or "slashdot.org")
        if number is not None:
            return f"{site}/comments.pl?sid={number}"
        found = _STORY.search(self.url)
        return f"{site}/story/{found[1]}" if found else None

    def further(self, body: str, missing: bool) -> list[str]:
        """Where the comments and words are that this page does not hold."""
        number = self._discussion(body)
        place = html.absolute(self.url, f"/comments.pl?sid={number}")
        if not number or place is None or not (missing or self.cut):
            return []
        if _query(self.url, "threshold") != "-1" or _query(self.url, "sid") != number:
            return [f"{place}&threshold=-1&commentsort=0&mode=nested"]
        return [f"{place}&cid={key}" for key in self.cut]

    def _discussion(self, body: str) -> str | None:
        asked = _query(self.url, "sid")
        found = _DISCUSSION.search(body)
        return asked if asked and asked.isdecimal() else ((found[1] or found[2]) if found else None)


def _words(body: LexborNode) -> str:
    """A comment's words, with the site's own quotes as such."""
    if not (body.text() or "").strip():
        return ""
    words = written(body, _FRAME)
    return re.sub(r'<div class="quote">((?:(?!</?div)[\s\S])*)</div>', r"<blockquote>\1</blockquote>", words)


def _opening(story: LexborNode | None) -> str | None:
    text = html.first(story, ('[id^="text-"]', ".body .p", ".body")) if story is not None else None
    return (node_text(text) or None) if text is not None else None


def _query(href: str | None, name: str) -> str | None:
    try:
        return parse_qs(urlsplit(href or "").query).get(name, [None])[0]
    except ValueError:
        return None
