"""The parts of WordPress comments: who wrote, when, and what, under the names that themes and plugins give them.

Each part has a handful of usual names, tried in order; where a comment has none of these, an element counts whose class ends
in what it is (`wpd-comment-text`, `ct-comment-author`). Where nothing holds the text alone, it is what remains of the comment
without the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from selectolax.lexbor import LexborNode

from pipeline.platforms import html
from pipeline.platforms.dates import before_date, looks_like_date
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts

_CONTENT = (
    ".comment-content", ".wp-block-comment-content", ".comment-text", ".comment_text", ".commenttext", ".comment-entry",
    ".comment__content", ".comment_content", "[itemprop=text]",
)  # fmt: skip
_AUTHOR = (
    ".fn", ".wp-block-comment-author-name", ".comment-author [itemprop=name]", ".comment-author-name",
    ".comment-author-link", ".comment_author", ".comment__author", ".comment-author strong", "cite", ".comment-author",
)  # fmt: skip
_TIME = (
    "time[datetime]", "time", ".comment-metadata a", ".commentmetadata a", '.comment-meta a[href*="#comment-"]', ".comment-date",
    ".comment_date", ".comment-time", ".comment-meta-date", ".commentmetadata", "abbr.published", ".comment-metadata",
    ".comment-meta", ".comment-author",
)  # fmt: skip
_ENDINGS = {
    "text": re.compile(
        r"(?:\S+[-_])?(?:comment|review)s?(?:[-_]+(?!\S*(?:meta|author|user|head|foot|info|date|reply|form|avatar))\S*?)?"
        r"[-_]*(?:text|content|message|entry)"
    ),
    "author": re.compile(r"(?:\S+[-_])?(?:comment|review)s?[-_]*(?:author|name|user|username|author[-_]?name)"),
    "time": re.compile(r"(?:\S+[-_])?(?:comment|review)s?[-_]*(?:date|time|datetime|timestamp|meta[-_]?(?:data)?)"),
}
#: what may be a part of anything, so that only a comment without a better name for it has it there
_PLAIN = {"author": ('[rel~="author"]', ".author", ".media-heading"), "time": (".date", ".time")}
_ANY_PART = '[class*="comment"], [class*="review"]'
_INNER = '[class*="comment-text"], [class*="comment-content"], [class*="comment_text"], [class*="comment_content"]'
#: within a comment, what its author did not write
_CHROME = (
    ".reply, .reply-container, .comment-reply, .comment-reply-link, .comment-edit-link, .edit-link, .ast-reply-link, "
    ".ast-comment-edit-reply-wrap, .comment-awaiting-moderation, .sharedaddy, .comment-likes, .cld-like-dislike-wrap, "
    ".children, #respond, script, style, .comment-author, .comment-meta, .commentmetadata, .comment-metadata"
)
#: where the text stands loose in the comment's body, also these
_FRAME = (
    f"{_CHROME}, .comment_postinfo, .comment-header, .avatar, .comment_avatar, .says, cite, header, footer, time, .comment-date, "
    "[data-frame]"
)
#: what themes write behind a name
_SAYS = (":", "says", "said", "zegt", "zei", "schreef", "schrijft", "sagt", "author", "auteur")
_SAID = re.compile(
    r"(?:\s*:|\s+(?:(?:post|bericht)?\s?(?:author|auteur)|says|said|zegt|zei|schreef|schrijft|sagt))\s*$", re.I
)
#: the same where the name was taken from before it
_SAID_BEFORE = re.compile(r"^(?:says|said|zegt|zei|schreef|schrijft|sagt)?\s*:\s*(?:<br>\s*)?", re.I)
#: in an element that holds more than the name
_MOMENT = re.compile(r"\b\d{4}\b|\d[:.]\d\d\b")
#: what is longer is no name; nothing is taken off
_LONGEST_NAME = 300


class Parts:
    """The parts of all comments of a page, by the comment's number."""

    def __init__(self, posts: Posts) -> None:
        self.posts = posts
        self.authors = self._first(_AUTHOR, says)
        self.times = self._first(_TIME, tells_time)
        self.contents = self._first(_CONTENT, lambda _: True)
        if min(map(len, (self.authors, self.times, self.contents))) < len(posts.nodes):
            self._add_by_ending()
        self._markup = {number: content.inner_html or "" for number, content in self.contents.items()}
        nested = any("class=" in markup for markup in self._markup.values())
        for number, node in posts.every(_INNER) if nested else ():
            content = self.contents.get(number)
            if content is not None and content.mem_id != node.mem_id and _stands_in(node, content):
                self.contents[number] = node
                self._markup[number] = node.inner_html or ""

    def name(self, number: str) -> str | None:
        """A name without what themes write behind it ("says:", "Post author", the date)."""
        node = self.authors.get(number)
        name = html.inner_text(node)
        if node is not None and name and "<" in (node.inner_html or "") and _MOMENT.search(name):
            name = (before_date(name) or name).rstrip(" ,|-–—·•")
        while name and len(name) < _LONGEST_NAME and name.casefold().endswith(_SAYS) and (found := _SAID.search(name)):
            name = name[: found.start()]
        return name or None

    def text(self, number: str, node: LexborNode, others: str) -> str:
        """The markup of what a comment's author wrote; `others` selects comments. Cuts what stands in it: asked from the last
        comment to the first, and after all else."""
        content = self.contents.get(number)
        if content is not None:
            text = self._markup[number]
            if "=" not in text and "<s" not in text:  # neither a class nor a script: nothing of the frame stands in it
                return text.strip()
            self._frame_head(number, content)
            return written(content, f"{_CHROME}, [data-frame]")
        body = next((one for one in node.css(".comment-body") if self.posts.holder(one) == number), node)
        for part in (self.authors.get(number), self.times.get(number)):
            if part is not None and part.mem_id not in (body.mem_id, node.mem_id):
                part.attrs["data-frame"] = ""
        return _SAID_BEFORE.sub("", written(body, f"{_FRAME}, {others}"))

    def _frame_head(self, number: str, content: LexborNode) -> None:
        """Mark the line of name and date where a theme puts it into the element of the text."""
        for part in (self.authors.get(number), self.times.get(number)):
            if (
                part is None or not part.attrs.get("class") or not _stands_in(part, content)
            ):  # no class: the author's markup
                continue
            line = part
            while (above := line.parent) is not None and above.mem_id != content.mem_id:
                line = above
            said, rest = html.inner_text(line) or "", html.inner_text(content) or ""
            if len(said) < min(len(rest), _LONGEST_NAME):
                line.attrs["data-frame"] = ""

    def _first(self, selectors: Iterable[str], good: Callable[[LexborNode], bool]) -> dict[str, LexborNode]:
        """Each comment's first part that is good, by the first selector that finds one in it."""
        found: dict[str, LexborNode] = {}
        for selector in selectors:
            if len(found) >= len(self.posts.nodes):
                break
            for number, node in self.posts.every(selector):
                if number not in found and good(node):
                    found[number] = node
        return found

    def _add_by_ending(self) -> None:
        """Add the parts of comments that have none of a usual name."""
        wanted = {"author": (self.authors, says), "time": (self.times, tells_time), "text": (self.contents, says)}
        for number, node in self.posts.every(_ANY_PART):
            whole = node.mem_id == self.posts.nodes[number].mem_id
            for name in (node.attrs.get("class") or "").split() if not whole else ():
                for kind, ending in _ENDINGS.items():
                    parts, good = wanted[kind]
                    if number not in parts and ending.fullmatch(name) and good(node):
                        parts[number] = node
        for kind, selectors in _PLAIN.items():
            parts, good = wanted[kind]
            if len(parts) < len(self.posts.nodes):
                for number, node in self._first(selectors, good).items():
                    parts.setdefault(number, node)


def written_time(time: LexborNode) -> str | None:
    """A moment as its element writes it: for programs, in full in the title, else as shown."""
    said = time.attrs.get("datetime")
    title = said or html.attribute(time, "title")
    return title if title and (said or looks_like_date(title)) else html.inner_text(time)


def tells_time(node: LexborNode) -> bool:
    """Does an element hold a date?"""
    said = node.attrs.get("datetime")
    if said and said[4:5] == "-" and said[:4].isdigit():  # nearly all
        return True
    return looks_like_date(written_time(node) or "")


def says(node: LexborNode) -> bool:
    """Does an element hold text?"""
    return html.inner_text(node) is not None


def _stands_in(node: LexborNode, around: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.mem_id != around.mem_id:  # nodes themselves compare by their markup
        above = above.parent
    return above is not None
