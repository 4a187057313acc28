"""GeenStijl: articles with their comments in a template that the site shared with Dumpert.

Known from public code that reads it: j3lte/deno-geenstijl-reader (2021-2022: `section.comments` holds an
`article.comment[data-commentid]` for each comment and, after it, `div.subcomments` with the replies to it; `.cmt-content`,
`footer .username`, `footer .datetime` as "28-07-23 | 11:27"), the spider of UtrechtUniversity/news-scraping
(`#comment-count`, `.article-intro`, `.article_content`, `.art-footer`) and a user script for comments.dumpert.nl. Whether the
site still serves this was not seen. A comment that was taken away says "-weggejorist-" in place of its text.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.posts import Posts
from pipeline.platforms.reading import Reading, entry_ids
from pipeline.platforms.text import node_text

NAME = "geenstijl"

_COMMENT = re.compile(r"class=[\"']cmt-content\b")
_TAKEN_AWAY = re.compile(r"^-\s*weggejorist\b.*-$", re.IGNORECASE)


def matches(html: str, url: str) -> bool:
    """Is this an article with comments in GeenStijl's template?"""
    if "cmt-content" not in html or _COMMENT.search(html) is None:
        return False
    return any(mark in html for mark in ("data-commentid=", "subcomments", "comment-count"))


def read(body: str, url: str) -> Reading:
    """An article with its comments, which stand all on one page."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    clock = Clock("nl")
    comments, taken_away = _comments(tree, clock)
    opening = [node_text(node) for node in html.each(tree, ".article-intro, .article_content")]
    title = html.attribute(tree.css_first('meta[name="twitter:title"]'), "content")
    return Reading(
        NAME, url,
        title=title or html.inner_text(tree.css_first("article.main h1, h1")),
        opening="\n\n".join(text for text in opening if text) or None,
        language=html.language(tree),
        published_at=clock.read(_date(html.inner_text(tree.css_first(".art-footer")))),
        announced=number_in(html.inner_text(tree.css_first("#comment-count"))),
        comments=comments,
        warnings=[*warnings, *clock.warnings()],
        thread=addresses.name_of(html.thread_url(address)) or None,
        left_out=entry_ids(taken_away, url),
    )  # fmt: skip


def _comments(tree: LexborHTMLParser, clock: Clock) -> tuple[list[RawComment], list[str | None]]:
    """Comments in page order, and the ids of those taken away. A reply's parent may be one of these."""
    found: list[RawComment] = []
    taken_away: list[str | None] = []
    nodes = html.each(tree, "article.comment, article[data-commentid]")
    posts = Posts(tree, ((str(place), node) for place, node in enumerate(nodes)))
    contents, authors, times = map(posts.first, (".cmt-content", "footer .username", "footer .datetime"))
    for place, node in posts.nodes.items():
        content = contents.get(place)
        if content is None or not (text := (content.inner_html or "").strip()):
            continue
        number = html.attribute(node, "data-commentid")
        if _TAKEN_AWAY.match(html.inner_text(content) or ""):
            taken_away.append(number)
            continue
        author = html.inner_text(authors.get(place))
        moment = clock.read(_date(html.inner_text(times.get(place))))
        found.append(RawComment(number, _answered(node), author, moment, text, "html"))
    return found, taken_away


def _answered(node: LexborNode) -> str | None:
    """The comment before the block of replies in which one stands."""
    above: LexborNode | None = node.parent
    while above is not None and "subcomments" not in (above.attributes.get("class") or "").split():
        above = above.parent
    before = above.prev if above is not None else None
    while before is not None and before.tag != "article":
        before = before.prev
    return html.attribute(before, "data-commentid")


def _date(text: str | None) -> str | None:
    """The date and time in a line, without what stands around them."""
    found = re.search(r"\d{1,2}-\d{1,2}-\d{2,4}\s*\|?\s*\d{1,2}:\d{2}", text or "")
    return found[0].replace("|", " ") if found else None
