"""Stack Exchange (Stack Overflow and its sisters) as HTML: a question, its answers, and the comments below each.

A post shows the first few of its comments; the rest is to be had as a fragment of its own (`/posts/1/comments`), which does
not say of which question it is part. So the links to fragments carry the question's number (`?question=1`), which the
server ignores. Ids and parents are as in `stackexchange_json`.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts
from pipeline.platforms.reading import Reading
from pipeline.platforms.stackexchange_json import comment_link, post_link, thread_name

NAME = "stackexchange"

_MARKED = Marks(
    ("js-post-body", r"class=[\"'][^\"']*\bjs-post-body\b"),
    ("post-text", r"class=[\"'][^\"']*\bpost-text\b"),
    ("comment-copy", r"class=[\"'][^\"']*\bcomment-copy\b"),
    ("s-post-summary", r"class=[\"'][^\"']*\bs-post-summary\b"),
    ("question-summary", r"class=[\"'][^\"']*\bquestion-summary\b"),
)
_OWN = re.compile(r"data-questionid=|\bid=[\"'](?:answer-\d|comment-\d)|question-hyperlink|s-post-summary--")
_POST = re.compile(r"(answer|comment|follow-up)-(\d{1,12})")
_NUMBER = re.compile(r"\d{1,12}")
_IN_URL = re.compile(r"/(?:questions|q)/(\d{1,12})\b")
_FRAGMENT = re.compile(r"/posts/(\d{1,12})/comments")
_REVISED = re.compile(r"\d+ revs?\b.*|\d+%")
_POSTS = "#question, .question[data-questionid], .answer[id^=answer-], .comment[id^=comment-], [itemprop=comment][id^=follow-up-]"
_BODIES = ".js-post-body, .post-text, .comment-copy, [itemprop=comment] [itemprop=text]"
_FRAME = "aside, .js-post-notice, .snippet-result, script, style, button"


def matches(html: str, url: str) -> bool:
    """Is this a page of Stack Exchange?"""
    return _MARKED.on(html) and _OWN.search(html) is not None


def read(body: str, url: str) -> Reading:
    """A question with its answers, the comments of one post, or a listing (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    page = _Page(tree, address, Clock(language or "en"))
    pager = html.links(tree, ".s-pagination a, .pager a, .js-pagination a, a[rel=next]", address)
    if page.question is None and not page.posts.nodes:
        summaries = ".s-post-summary h3 a, .question-summary a.question-hyperlink"
        links = [*html.links(tree, summaries, address), *pager]
        return Reading(NAME, url, language=language, next_links=list(dict.fromkeys(links)), warnings=warnings)
    comments, gone = page.entries()
    return Reading(
        NAME, url,
        title=html.inner_text(html.first(tree, ("#question-header h1 a", "#question-header h1", "h1 a.question-hyperlink"))),
        language=language,
        published_at=page.published(),
        announced=page.announced(),
        comments=comments,
        next_links=[link for link in dict.fromkeys([*pager, *page.hidden()]) if link != address],
        warnings=[*warnings, *page.clock.warnings()],
        thread=thread_name(page.site, page.question) if page.question else None,
        left_out=gone,
    )  # fmt: skip


class _Page:
    """The posts of a page."""

    def __init__(self, tree: LexborHTMLParser, url: str, clock: Clock) -> None:
        self.tree, self.url, self.clock = tree, url, clock
        self.site = html.site(url) or "stackexchange.com"
        self.question = _question(tree, url)
        self.posts = Posts(
            tree, ((key, node) for node in html.each(tree, _POSTS) if (key := self._key(node)) is not None)
        )

    def _key(self, node: LexborNode) -> str | None:
        found = _POST.fullmatch(node.id or "")
        if found is None:
            return self.question
        return found[2] if found[1] == "answer" else f"comment-{found[2]}"

    def entries(self) -> tuple[list[RawComment], tuple[str, ...]]:
        """Question, answers and comments in page order, and the ids of those that were deleted."""
        bodies = self.posts.first(_BODIES)
        signed = self.posts.last(".post-signature, .comment-user, .deleted-user")
        times = self.posts.first(".comment-date [title], time[title]")
        found, gone = [], []
        for key, node in self.posts.nodes.items():
            body, signature = bodies.get(key), signed.get(key)
            words = written(body, _FRAME) if body is not None else ""
            if "deleted-answer" in (html.attribute(node, "class") or "").split():
                gone.append(key)
            elif words:
                is_comment = key.startswith("comment-")
                parent = (self.posts.above[key] or self._asked()) if is_comment else None
                moment = self._moment(times.get(key)) if is_comment else self._posted(signature, key)
                found.append(RawComment(key, parent, _name(signature), moment, words, "html", self._link(key, parent)))
        return found, tuple(gone)

    def published(self) -> dt.datetime | None:
        """When the question was asked."""
        return self.clock.read(html.attribute(self.tree.css_first("time[itemprop=dateCreated]"), "datetime"))

    def _posted(self, signature: LexborNode | None, key: str) -> dt.datetime | None:
        """When a post was written: its signature says so, but not that of a text which belongs to all."""
        moment = self._moment(signature.css_first(".user-action-time [title]") if signature is not None else None)
        return moment or (self.published() if key == self.question else None)

    def _moment(self, time: LexborNode | None) -> dt.datetime | None:
        """The moment in a title, before the licence."""
        return self.clock.read((html.attribute(time, "title") or html.inner_text(time) or "").partition(",")[0])

    def announced(self) -> int | None:
        """Question, answers and comments; None where a page does not hold all answers."""
        count = html.inner_text(self.tree.css_first("[itemprop=answerCount]")) or ""
        if not count.isdecimal():
            count = html.attribute(self.tree.css_first("[data-answercount]"), "data-answercount") or ""
        posts = [key for key in self.posts.nodes if not key.startswith("comment-")]
        if not count.isdecimal() or len(count) > 9 or int(count) != len(posts) - 1:
            return None
        hidden = sum(number for _, number in self._hidden())
        return len(self.posts.nodes) + hidden

    def hidden(self) -> list[str]:
        """Where the comments are that the page does not show."""
        links = (
            html.absolute(self.url, f"/posts/{post}/comments?question={self.question}") for post, _ in self._hidden()
        )
        return [link for link in links if link]

    def _hidden(self) -> list[tuple[str, int]]:
        """Posts with comments that are not shown, and how many."""
        found = []
        for link in self.tree.css(".js-show-link"):
            post, said = self.posts.holder(link), re.search(r"\d{1,6}", html.inner_text(link.css_first("b")) or "")
            if post and said and "dno" not in (html.attribute(link, "class") or "").split():
                found.append((post, int(said[0])))
        for box in self.tree.css("[id^=follow-ups-container-]"):
            post, said = self.posts.holder(box), re.search(r"\d{1,6}", html.inner_text(box.css_first("h2")) or "")
            missing = int(said[0]) - len(box.css("[itemprop=comment][id^=follow-up-]")) if said else 0
            if post and missing > 0:
                found.append((post, missing))
        return found

    def _asked(self) -> str | None:
        """The post of which a fragment holds the comments."""
        found = _FRAGMENT.search(self.url)
        return found[1] if found else None

    def _link(self, key: str, parent: str | None) -> str | None:
        question = self.question or ""
        if key.startswith("comment-"):
            return comment_link(self.site, question, key.removeprefix("comment-"), parent) if question else None
        return post_link(self.site, "q" if key == question else "a", key)


def _question(tree: LexborHTMLParser, url: str) -> str | None:
    """The number of the question that a page is about."""
    said = html.attribute(tree.css_first("[data-questionid]"), "data-questionid")
    found = _IN_URL.search(urlsplit(url).path)
    asked = parse_qs(urlsplit(url).query).get("question", [None])[0]
    canonical = _IN_URL.search(html.attribute(tree.css_first('link[rel="canonical"]'), "href") or "")
    numbers = [said, found[1] if found else None, asked, canonical[1] if canonical else None]
    return next((number for number in numbers if number and _NUMBER.fullmatch(number)), None)


def _name(signature: LexborNode | None) -> str | None:
    """Who signed: a name without reputation, badges and a moderator's mark; the last of those who wrote in turn."""
    if signature is None:
        return None
    if "post-signature" not in (html.attribute(signature, "class") or ""):
        return (html.inner_text(signature) or "").removesuffix("♦").rstrip() or None
    said = html.attribute(signature.css_first("[itemprop=author] [itemprop=name]"), "content")
    if said:
        return said
    details = signature.css(".user-details")
    link = details[-1].css_first("a") if details else None
    node = link if link is not None else (details[-1] if details else None)
    if node is None:
        return None
    text = "".join("" if part.tag == "div" else part.text() or "\n" for part in node.iter(include_text=True))
    lines = [line.strip() for line in text.split("\n") if line.strip() and not _REVISED.fullmatch(line.strip())]
    return lines[-1] if lines else None
