"""Hacker News as HTML: one table, a row for each comment, its depth as a number beside it.

The item that the page is about stands above (`.fatitem`): a story, with or without a text, or a comment with its replies
below. A row without text is a comment that was deleted or flagged. Ids, threads and parents are as in `hackernews_json`.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.hackernews_json import GONE, SITE, thread_name
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts
from pipeline.platforms.reading import Reading

NAME = "hackernews"

_ROWS = Marks(
    ("athing", r"class=[\"']athing\b"),
    ("hnmain", r"id=[\"']?hnmain\b"),
)
_OWN = re.compile(r"\b(?:hnuser|titleline|storylink|commtext|comment-tree|sitebit)\b")
_DIGITS = re.compile(r"\d+")
_STAMP = re.compile(r"^(\S+?)(?:Z|\+00:00)?(?:\s+(\d{10}))?$")
#: the width in pixels of one step of indentation
_STEP = 40
_TEXT = ".commtext, .comment > span"


def matches(html: str, url: str) -> bool:
    """Is this a page of Hacker News?"""
    return _ROWS.on(html) and _OWN.search(html) is not None


def read(body: str, url: str) -> Reading:
    """A thread, a comment with its replies, or a listing (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    base = address or f"{SITE}/"
    language = html.language(tree)
    item = tree.css_first(".fatitem")
    more = html.links(tree, "a.morelink", base)
    if item is None:
        posts = html.links(tree, '.subtext a[href^="item?id="], .onstory a[href^="item?id="]', base)
        return Reading(NAME, url, language=language, next_links=[*posts, *more], warnings=warnings)
    page = _Page(tree, item, base)
    comments, gone = page.comments()
    return Reading(
        NAME, url,
        title=page.title(),
        language=language,
        published_at=page.published(),
        announced=page.announced(),
        comments=comments,
        next_links=[link for link in more if link != address],
        warnings=[*warnings, *page.clock.warnings()],
        thread=thread_name(page.story) if page.story else None,
        left_out=gone,
    )  # fmt: skip


class _Page:
    """The item of a page and the rows below it."""

    def __init__(self, tree: LexborHTMLParser, item: LexborNode, base: str) -> None:
        self.item, self.base, self.clock = item, base, Clock("en")
        top = item.css_first("tr.athing")
        self.top = _number(html.attribute(top, "id")) or _id_in(base)
        self.heading = html.first(item, (".titleline > a", "a.storylink", "td.title > a"))
        link = html.attribute(item.css_first(".onstory a"), "href")
        self.story = self.top if self.heading is not None else _id_in(link) or self.top
        rows = [(key, node) for node in tree.css("tr.comtr") if (key := _number(html.attribute(node, "id")))]
        self.rows = rows
        posts = Posts(tree, rows)
        self.authors = posts.first(".comhead .hnuser")
        self.times = posts.first(".comhead .age")
        self.indents = posts.first("td.ind")
        self.texts, self.places = posts.first(_TEXT), posts.first(".comment")

    def title(self) -> str | None:
        """The story's title."""
        return html.inner_text(self.heading) or html.inner_text(self.item.css_first(".onstory a"))

    def published(self) -> dt.datetime | None:
        """When the story was posted."""
        return self._time(self.item.css_first(".age")) if self.heading is not None else None

    def announced(self) -> int | None:
        """The number of comments beside the story's time, with the story where it has a text of its own."""
        links = self.item.css('.subtext a[href^="item?id="]')
        found = _DIGITS.match((html.inner_text(links[-1]) or "") if links else "")
        if self.heading is None or not found or len(found[0]) > 9:
            return None
        return int(found[0]) + (self._own_text() is not None)

    def comments(self) -> tuple[list[RawComment], tuple[str, ...]]:
        """The item, where it has words, then the comments; and the ids of the rows without words."""
        top = self._top()
        found, gone = [top] if top is not None else [], []
        above: dict[int, str] = {}
        for key, _ in self.rows:
            depth = self._depth(self.indents.get(key))
            above[depth] = key
            parent = above.get(depth - 1) if depth else (self.top if self.heading is None else None)
            text = self.texts.get(key)
            words = written(text, ".reply, script") if text is not None else ""
            if not words or words in GONE:
                gone += [key] if key in self.places else []
                continue
            author, time = self.authors.get(key), self.times.get(key)
            found.append(self._comment(key, parent, author, time, words))
        return found, tuple(gone)

    def _top(self) -> RawComment | None:
        text = self._own_text()
        if text is None or self.top is None:
            return None
        parent = None
        if self.heading is None:
            parent = _id_in(html.attribute(self.item.css_first('.navs a[href^="item?id="], .par a'), "href"))
        author, time = self.item.css_first(".hnuser"), self.item.css_first(".age")
        return self._comment(self.top, parent, author, time, written(text, ".reply, form, script"))

    def _own_text(self) -> LexborNode | None:
        """The words of the item that the page is about; older pages put a story's into a cell without a name."""
        if self.heading is None:
            return self.item.css_first(".commtext")
        text = self.item.css_first(".toptext")
        loose = [] if text is not None else [c for c in self.item.css("td") if not c.attributes.get("class")]
        found = text or next((c for c in loose if c.css_first("form, input, img") is None and c.text().strip()), None)
        return found if found is not None and (found.text() or "").strip() else None

    def _comment(
        self, key: str, parent: str | None, author: LexborNode | None, time: LexborNode | None, words: str
    ) -> RawComment:
        return RawComment(
            key,
            None if parent == self.story else parent,
            html.inner_text(author),
            self._time(time),
            words,
            "html",
            html.absolute(self.base, f"item?id={key}"),
        )

    def _time(self, age: LexborNode | None) -> dt.datetime | None:
        """The time in a title, which is in UTC without saying so; else the words."""
        found = _STAMP.match(html.attribute(age, "title") or "")
        return self.clock.read((found[2] or f"{found[1]}+00:00") if found else html.inner_text(age))

    def _depth(self, cell: LexborNode | None) -> int:
        written = html.attribute(cell, "indent") or ""
        if written.isdecimal() and len(written) < 5:
            return int(written)
        width = html.attribute(cell.css_first("img") if cell is not None else None, "width") or ""
        return int(width) // _STEP if width.isdecimal() and len(width) < 7 else 0


def _number(text: str | None) -> str | None:
    return text if text and text.isdecimal() and len(text) < 13 else None


def _id_in(href: str | None) -> str | None:
    """The number of the item that an address names."""
    try:
        return _number(parse_qs(urlsplit(href or "").query).get("id", [""])[0])
    except ValueError:
        return None
