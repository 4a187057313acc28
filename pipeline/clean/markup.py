"""From a comment's markup to lines of text, each with its depth of quotation.

HTML is parsed by selectolax (lexbor), as browsers do. Paragraphs, line breaks, list items and table rows become lines;
a link becomes its text; pictures go, but for the emoji that forums draw as pictures; scripts and styles go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms.limits import tame

#: Deeper markup than this is nobody's comment; it is read without its structure (a parser's time is quadratic in depth).
MAX_DEPTH = 400
#: characters of a comment from which on other things may take long
_LONG = 10_000

_DROPPED = frozenset(
    [
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "audio",
        "video",
        "form",
        "button",
        "select",
        "input",
        "textarea",
        "math",
    ]
)
_BLOCK = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
#: blocks that are set apart by an empty line
_APART = frozenset(["p", "blockquote", "pre", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"])
_QUOTE_CLASS = re.compile(r"(?:^|[\s_-])(?:quote|quoted|quotecontent|bbcode_quote|bbquote)(?:$|[\s_-])", re.IGNORECASE)
_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_EMOJI_CLASS = re.compile(r"emoji|smil", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A line of text without its line end; `depth` 0 is the author's own words, 1 a quote, 2 a quote in a quote."""

    text: str
    depth: int = 0


def _too_deep(html: str) -> bool:
    """Whether elements are nested deeper than MAX_DEPTH, counted roughly and in linear time."""
    depth = 0
    for closing, name in _OPENING.findall(html):
        if name.lower() not in _VOID:
            depth += -1 if closing else 1
        if depth > MAX_DEPTH:
            return True
    return False


class _Writer:
    """Collects lines; a block of its own begins a new line, a paragraph leaves an empty one before it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._open: list[str] = []
        self._depth = 0
        self._apart = False

    def text(self, text: str, depth: int, preformatted: bool) -> None:
        if preformatted:
            first, *rest = text.split("\n")
            self._put(first, depth)
            for line in rest:
                self.end_line()
                self._put(line, depth)
            return
        self._put(_BLANKS.sub(" ", text), depth)

    def _put(self, text: str, depth: int) -> None:
        if depth != self._depth:
            self.end_line()
            self._depth = depth
        if text.strip() or self._open:
            self._open.append(text)

    def end_line(self, always: bool = False) -> None:
        """Close the line; an empty one is written only where `always`."""
        line = _BLANKS.sub(" ", "".join(self._open)).strip()
        self._open = []
        if line:
            if self._apart and self.lines:
                self.lines.append(Line("", min(self._depth, self.lines[-1].depth)))
            self._apart = False
            self.lines.append(Line(line, self._depth))
        elif always:
            self._apart = True

    def block(self, apart: bool) -> None:
        self.end_line()
        self._apart = self._apart or apart


def _is_quote(node: LexborNode, tag: str) -> bool:
    if tag == "blockquote":
        return True
    return tag in ("div", "aside", "section") and bool(_QUOTE_CLASS.search(node.attributes.get("class") or ""))


def _emoji(node: LexborNode) -> str:
    """The character of an emoji that is drawn as a picture."""
    alt = node.attributes.get("alt") or ""
    own = _EMOJI_CLASS.search(node.attributes.get("class") or "") or not any(map(str.isalnum, alt))
    return alt if own and len(alt) <= 12 else ""


def _open(node: LexborNode, tag: str, depth: int, writer: _Writer) -> None:
    """What an element's beginning writes."""
    if tag == "br":
        writer.end_line(always=True)
    elif tag == "img":
        writer.text(_emoji(node), depth, False)
    elif tag in _BLOCK:
        writer.block(tag in _APART)
        if tag == "li":
            writer.text("- ", depth, True)
    elif tag in ("td", "th"):
        writer.text(" ", depth, False)
    elif tag == "q":
        writer.text("\u201c", depth, False)


def html_lines(html: str) -> list[Line]:
    """The lines of an HTML fragment. Linear in its length; markup that is nested too deep is read without structure."""
    if _too_deep(html):
        return text_lines(_TAG.sub(" ", html))
    body = LexborHTMLParser(tame(html)[0] if len(html) > _LONG else html).body
    writer = _Writer()
    # (node, quotation depth, preformatted, whether its children are done)
    stack: list[tuple[LexborNode, int, bool, bool]] = [(body, 0, False, False)] if body is not None else []
    while stack:
        node, depth, pre, done = stack.pop()
        tag = node.tag or ""
        if node.is_text_node:
            writer.text(node.text_content or "", depth, pre)
            continue
        if not node.is_element_node or tag in _DROPPED:
            continue
        if done:
            if tag == "q":
                writer.text("\u201d", depth, False)
            elif tag in _BLOCK:
                writer.block(tag in _APART)
            continue
        _open(node, tag, depth, writer)
        stack.append((node, depth, pre, True))
        inner = depth + 1 if _is_quote(node, tag) else depth
        children = list(node.iter(include_text=True))
        stack += [(child, inner, pre or tag == "pre", False) for child in reversed(children)]
    writer.end_line()
    return writer.lines


def text_lines(text: str) -> list[Line]:
    """The lines of plain text, white space at their ends taken off."""
    return [Line(line.strip()) for line in re.split(r"\r\n?|[\n\u2028\u2029]", text)]
