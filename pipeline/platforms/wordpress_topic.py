"""The post that opens a forum topic on WordPress, where topics are posts of a type of their own and the replies are comments.

WordPress tells the type of a post in the class of its page (`single-forum`, `single-question`). What opens such a topic is
said by somebody, like the replies. Its number counts posts, not comments, so that it is set apart (`post-12`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.markup import says_something, written
from pipeline.platforms.wordpress_article import OPENING, REPLIES, most_paragraphs, stands_elsewhere, upwards
from pipeline.platforms.wordpress_parts import says, tells_time, written_time

_TYPE = re.compile(
    r"(?:^|\s)single-(?:[a-z0-9]+[-_])*?(?:forums?|topics?|threads?|questions?|discussions?|vraag|vragen|onderwerp|draad|discussie|frage)"
    r"(?:[-_](?:posts?|topics?|questions?))?(?:\s|$)"
)
_NUMBER = re.compile(r"\bpostid-(\d+)\b")
_AUTHOR = (
    '[itemprop="author"] [itemprop="name"], .author .fn, .author-name, .author a, a.author, [rel~="author"], .entry-author, .fn, '
    '.author, .username, [itemprop="author"]'
)
_TIME = 'time, .date, .entry-date, .posted-on, .post-date, [itemprop="datePublished"]'
#: within the text, what its author did not write
_FRAME = (
    '[class*="share"], [class*="social"], .sharedaddy, .jp-relatedposts, [class*="signature"], form, nav, script, style, button, '
    f".author-box, {REPLIES}"
)
#: where the replies to a question are posts of a type of their own: no comments, so that this reader would see half of the thread
_ANSWERS = '.dwqa-answers, .ap-answers, apanswers, [itemtype$="schema.org/Answer"]'
#: elements up from the text within which author and time stand
_WAY_UP = 6


def opening(tree: LexborHTMLParser, address: str, clock: Clock) -> RawComment | None:
    """Who opened the topic, when and with what; None where the page is no topic, or does not say who, or has answers that
    are no comments."""
    classes = html.attribute(tree.body, "class") or ""
    number = _NUMBER.search(classes)
    if number is None or not _TYPE.search(classes) or tree.css_first(_ANSWERS) is not None:
        return None
    content = next((node for node in tree.css(", ".join(OPENING)) if not stands_elsewhere(node)), None)
    content = content or most_paragraphs(tree)
    if content is None:
        return None
    author = _near(content, _AUTHOR, says)
    time = _near(content, _TIME, tells_time)
    name = html.inner_text(author)
    posted_at = clock.read(written_time(time)) if time is not None else None
    copy, _ = html.parse(content.inner_html or "")  # the replies may stand in it, and are to be read
    text = written(copy.body, _FRAME) if copy.body is not None else ""
    if name is None or not says_something(text):
        return None
    return RawComment(f"post-{number[1]}", None, name, posted_at, text, "html", address)


def _near(content: LexborNode, selector: str, good: Callable[[LexborNode], bool]) -> LexborNode | None:
    """The first good part in the nearest element around the text that has one, not in the text itself nor in a reply."""
    for around in [*upwards(content)][1 : _WAY_UP + 1]:
        for node in html.each(around, selector):
            within = any(above.mem_id == content.mem_id for above in upwards(node))
            if not within and good(node) and not stands_elsewhere(node):
                return node
    return None
