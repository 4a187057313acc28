"""What a WordPress page says of the post above the comments: title, text, date, and how many comments it announces."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

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
OPENING = (
    ".entry-content:not(.comment-content)", ".wp-block-post-content", ".post-content", ".td-post-content",
    "[itemprop=articleBody]", ".post-entry", ".article-content", ".single-content",
)  # fmt: skip
#: around a text that is no post's: replies, menus, what stands beside
_ELSEWHERE = re.compile(r"comment|repl(?:y|ies)|widget|sidebar|modal|related|cookie|consent|footer|menu", re.I)
#: where the replies stand, and the form for one
REPLIES = '#comments, .comments, .comments-area, #respond, [id^="comment-"], [id^="li-comment-"]'
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
#: characters of an article whose element has no name that tells it
_LEAST = 250
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
    declared = html.attribute(tree.css_first('meta[property="og:title"]'), "content")
    declared = declared or html.inner_text(tree.css_first("title"))
    heading = html.inner_text(html.first(tree, _TITLE))
    if heading and declared and not declared.startswith(heading):  # the site's heading may stand above that of the post
        heads = (html.inner_text(node) for node in tree.css("h1"))
        heading = next((head for head in heads if head and declared.startswith(head)), heading)
    return heading or declared


def opening(tree: LexborHTMLParser, post: str | None) -> str | None:
    """The article, plain. `post`: its number, for themes that do not name the text's element; without that, the most paragraphs."""
    node = html.first(tree, OPENING)
    if node is not None:
        return _plain(node) or None
    article = tree.css_first(f"#post-{post}") if post else None
    if article is None:
        loose = most_paragraphs(tree, _LEAST)
        return (_plain(loose) or None) if loose is not None else None
    text, heading = _plain(article), html.inner_text(article.css_first("h1, h2"))
    return (text.removeprefix(heading).strip() if heading else text) or None


def _plain(node: LexborNode) -> str:
    """A text without the replies, which stand in the same element in some themes."""
    if node.css_first(REPLIES) is None:
        return node_text(node)
    copy, _ = html.parse(node.inner_html or "")
    html.cut(copy, REPLIES)
    return node_text(copy.body) if copy.body is not None else ""


def most_paragraphs(tree: LexborHTMLParser, least: int = 1) -> LexborNode | None:
    """The element that holds the most text in paragraphs of its own, of those before the replies and not beside the topic; None
    where they have under so many characters."""
    sizes: dict[int, int] = defaultdict(int)
    nodes: dict[int, LexborNode] = {}
    for node in tree.css('p, [id^="comment-"], #comments, #respond'):
        if node.tag != "p":
            break
        if (above := node.parent) is not None:
            nodes[above.mem_id] = above
            sizes[above.mem_id] += len(html.inner_text(node) or "")
    large = sorted((mem_id for mem_id in sizes if sizes[mem_id] >= least), key=lambda mem_id: -sizes[mem_id])
    return next((nodes[mem_id] for mem_id in large if not stands_elsewhere(nodes[mem_id])), None)


def stands_elsewhere(node: LexborNode) -> bool:
    """Does a node stand in a reply, a menu, or beside the post?"""
    return any(
        above.tag in ("nav", "aside", "footer", "form")
        or _ELSEWHERE.search(f"{above.attrs.get('class') or ''} {above.id or ''}")
        for above in upwards(node)
    )


def upwards(node: LexborNode | None) -> Iterator[LexborNode]:
    """A node and the elements around it within the page's body."""
    while node is not None and node.tag not in ("body", "html"):
        yield node
        node = node.parent


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
