"""What a WordPress page says of the post above the comments: title, text, date, and how many comments it announces."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.text import node_text

_TITLE = (
    "h1.entry-title",
    "h1.wp-block-post-title",
    ".wp-block-post-title",
    ".entry-title",
    "h1.post-title",
    ".page-title",
    "article h1",
    "h1",
)
_OPENING = (
    ".entry-content:not(.comment-content)", ".wp-block-post-content", ".post-content", ".td-post-content",
    "[itemprop=articleBody]", ".post-entry", ".article-content", ".single-content",
)  # fmt: skip
_PUBLISHED = re.compile(
    r"\b(?:entry-date|published|entry-time|(?:wp-block-)?post-date|posted-on|entry-meta|post-meta)\b"
)
_USUAL_COUNT = ".comments-title, .wp-block-comments-title, #comments-title"
_COUNTS = (
    "#comments h2, #comments h3, .comments-area h2, .comments-area h3, #comment-wrap h1, h1#comments, h2#comments, "
    "h3#comments, .comment-title, .wpd-thread-info, .comments-link"
)
_WORD = (
    r"(?:reacties?|comments?|responses?|thoughts?|repl(?:y|ies)|antwoord(?:en)?|gedachten?|opmerkingen|kommentare?|antworten"
    r"|commentaires?|réponses?)"
)
_LONGEST_HEADING = 300  # characters: a number stands in the first words of it
_NUMBER = re.compile(rf"(\d[\d.,]*)\s+(?:[^\W\d]+\s)?{_WORD}\b|\b{_WORD}\s*[:(]\s*(\d[\d.,]*)", re.IGNORECASE)
_ONE = re.compile(rf"^\W*(?:one|[eé][eé]n|eine?|une?)\s+(?:[^\W\d]+\s)?{_WORD}\b", re.IGNORECASE)
_NONE = re.compile(rf"^\W*(?:no|geen|keine|aucun)\s+{_WORD}\b", re.IGNORECASE)


def announced(tree: LexborHTMLParser) -> int | None:
    """The number of comments (replies and pingbacks included) in the heading above them."""
    usual = tree.css_first(_USUAL_COUNT)
    number = _number_in(usual) if usual is not None else None
    if number is not None:
        return number
    numbers = (_number_in(heading) for heading in tree.css(_COUNTS)[:8])
    return next((number for number in numbers if number is not None), None)


def _number_in(heading: LexborNode) -> int | None:
    text = (html.inner_text(heading) or "")[:_LONGEST_HEADING]
    if found := _NUMBER.search(text):
        return int(re.sub(r"\D", "", found[1] or found[2])[:9])
    return 1 if _ONE.search(text) else 0 if _NONE.search(text) else None


def title(tree: LexborHTMLParser) -> str | None:
    """The heading of the post."""
    found = html.inner_text(html.first(tree, _TITLE))
    found = found or html.attribute(tree.css_first('meta[property="og:title"]'), "content")
    return found or html.inner_text(tree.css_first("title"))


def opening(tree: LexborHTMLParser, post: str | None) -> str | None:
    """The article, plain. `post`: its number, for themes that do not name the text's element."""
    node = html.first(tree, _OPENING)
    if node is not None:
        return node_text(node) or None
    article = tree.css_first(f"#post-{post}") if post else None
    if article is None or article.css_first('[id^="comment-"]') is not None:
        return None
    text, heading = node_text(article), html.inner_text(article.css_first("h1, h2"))
    return (text.removeprefix(heading).strip() if heading else text) or None


def published(tree: LexborHTMLParser) -> str | None:
    """When the post appeared, as the page writes it."""
    declared = html.attribute((tree.head or tree).css_first('meta[property="article:published_time"]'), "content")
    if declared:
        return declared
    first = tree.css_first("time[datetime]")
    if first is None or _is_posts(first):
        return html.attribute(first, "datetime")
    # Menus and lists of other posts may stand before the article; the comments come after it.
    return next((html.attribute(time, "datetime") for time in tree.css("time[datetime]")[:4] if _is_posts(time)), None)


def _is_posts(time: LexborNode) -> bool:
    around = time.parent
    classes = [(node.attributes.get("class") or "") for node in (time, around, around and around.parent) if node]
    return _PUBLISHED.search(" ".join(classes)) is not None
