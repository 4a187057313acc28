"""Whether a page of markup is all of it: what the page shows of its own end.

HTML allows </html> and </body> to be left out, so that a page without them may be whole, where nothing is open at its end
that must be closed. A page that was cut between two paragraphs looks like that as well.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from pipeline.platforms import limits
from pipeline.platforms.base import Page
from pipeline.platforms.reading import Reading

CUT = "the page seems cut off: it ends in the middle, without </html>"
#: characters before a page's end within which its end tag stands
_TAIL = 4_096
#: what is no mark-up inside, comments, and tags; whatever does not end goes on to the end of the page
_TOKEN = re.compile(
    r"<!--(?:.*?-->|(?P<open>.*))|<(?P<raw>script|style|textarea|title|iframe|noembed|noframes|xmp)(?=[\s/>])"
    r"(?:.*?</(?P=raw)\s*>|(?P<rest>.*))|<(?P<slash>/?)(?P<name>[a-z][^\s/>]*)(?:[^>\"']|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))*+(?P<end>>?)",
    re.IGNORECASE | re.DOTALL,
)
_END = re.compile(r"</(?:html|body)", re.IGNORECASE)
#: elements that have no end tag, or need none (HTML, 13.1.2)
_NEEDS_NO_END = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "body",
    "caption", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rp", "rt", "tbody", "td",
    "tfoot", "th", "thead", "tr",
])  # fmt: skip
_FEED = re.compile(
    r"\ufeff?(?:\s++|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+<(?:rss|feed|disqus|rdf:rdf)\b", re.I | re.DOTALL
)
#: how a page begins, where nothing else says that it is one
_BEGIN = re.compile(
    r"<(?:!doctype html|html|head|body|title|meta|div|table|article|section|ul|ol|p|h[1-6])[\s>]", re.IGNORECASE
)


def is_markup(text: str) -> bool:
    """Whether a text is HTML, whatever it is called."""
    return _BEGIN.search(text, 0, _TAIL) is not None


def has_end_tag(page: str) -> bool:
    """Whether a page has the end tag of its root, near its end, and opens nothing behind it."""
    if not _END.search(page, max(len(page) - _TAIL, 0)):  # if it is no word in a script
        return False
    tags = [m for m in _TOKEN.finditer(page) if m["slash"] and m["end"] and m["name"].lower() in ("html", "body")]
    return bool(tags) and tags[-1].end() > len(page) - _TAIL and not leaves_open(page[tags[-1].end() :])


def leaves_open(page: str) -> bool:
    """Whether anything is open at a page's end that must be closed."""
    opened: Counter[str] = Counter()
    for token in _TOKEN.finditer(page):
        if token["open"] is not None or token["rest"] is not None or (token["name"] and not token["end"]):
            return True
        if token["name"] and not token[0].endswith("/>"):
            opened[token["name"].lower()] += -1 if token["slash"] else 1
    return any(count > 0 for name, count in opened.items() if name not in _NEEDS_NO_END)


def seems_cut(page: str) -> bool:
    """Whether a page of HTML is cut off. What has its end tag is not looked at any further; feeds and exports tell themselves."""
    if (
        _FEED.match(page)
        or _END.search(page, max(len(page) - _TAIL, 0))
        or not page[:_TAIL].lstrip("\ufeff \t\r\n").startswith("<")
    ):
        return False
    return is_markup(page) and leaves_open(page)


def judged(pages: list[Page], body: str) -> list[Page]:
    """Pages that were read in a body, with what of it is damage. Where it is cut, a post without words is one that did not
    arrive, and not left out of the announced number on purpose. Where no comment is found, it may be in what exceeds the limits."""
    is_cut = seems_cut(body)
    return [_judged(page, is_cut) if isinstance(page, Reading) else page for page in pages]


def _judged(page: Reading, is_cut: bool) -> Reading:
    damage = () if page.comments else tuple(told for told in page.warnings if told.startswith(limits.FORMS))
    if is_cut:
        return replace(page, left_out=(), warnings=[*page.warnings, CUT], damage=(*page.damage, *damage, CUT))
    return replace(page, damage=(*page.damage, *damage)) if damage else page
