"""Markup to plain text, with the line breaks that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from selectolax.lexbor import LexborNode

from pipeline.platforms import html

#: a tag as lexbor writes it: quotes are closed, and `<` stands nowhere but at its beginning or within quotes
_TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>\"]|\"[^\"]*\")*)>", re.DOTALL)
_SKIP = ["script", "style", "noscript", "template", "head", "iframe", "object", "svg", "select", "textarea"]
_SKIPPED = {name: re.compile(rf"<{name}\b(?:[^<>\"]|\"[^\"]*\")*>.*?</{name}>", re.DOTALL) for name in _SKIP}
_SKIP_MARK = re.compile(rf"<({'|'.join(_SKIP)})\b")
_PRE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_PICTOGRAM = re.compile(r'\bclass="[^"]*(?:emoji|smiley)[^"]*"')
_ALT = re.compile(r'\balt="([^"]*)"')
_TRAILING = re.compile(r"(?<! ) +(?=\n)")
_UNEVEN = re.compile(r"[\t\r\n\f]+ *|  +")
#: marks of block boundaries while the text is put together: many together are one gap
_APART, _BELOW, _NEW_LINE = "\x1e", "\x1f", "\x1d"
_RUN = re.compile(r"[\x1d-\x1f][ \x1d-\x1f]*")
_UNEVEN_MARKS = ("\n", "  ", "\t", "\r", "\f")
_PARAGRAPH = [
    "p",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "dl",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "figure",
    "hr",
    "form",
    "fieldset",
    "article",
    "section",
]
_LINE = [
    "div",
    "li",
    "dt",
    "dd",
    "tr",
    "header",
    "footer",
    "aside",
    "nav",
    "main",
    "address",
    "figcaption",
    "details",
    "summary",
    "caption",
]
_MARKS = {**dict.fromkeys(_PARAGRAPH, _APART), **dict.fromkeys(_LINE, _BELOW), "br": _NEW_LINE, "td": " ", "th": " "}
_MARKUP = re.compile(
    r"</?(?:p|br|div|a|em|strong|blockquote|b|i|u|ul|ol|li|span|code|pre|cite|q|h[1-6]|img|del|s)\b[^<>]*>",
    re.IGNORECASE,
)


def looks_like_html(text: str) -> bool:
    """Does a text hold tags that a comment field allows?"""
    return _MARKUP.search(text) is not None


def markup_to_text(markup: str) -> str:
    """Plain text of an HTML fragment: paragraphs apart by an empty line, other blocks and `<br>` on lines of their own."""
    if "<" not in markup and "&" not in markup:
        return _UNEVEN.sub(" ", markup).strip()
    tree, _ = html.parse(markup)
    return node_text(tree.body) if tree.body is not None else ""


def node_text(node: LexborNode) -> str:
    """The same for a node of a parsed page. Goes by what lexbor writes, which is well formed whatever was read."""
    markup = node.inner_html or ""
    if "<pre" in markup:
        markup = _each(_PRE, "</pre>", markup, lambda found: found[0].replace("\n", "<br>"))
    for name in dict.fromkeys(_SKIP_MARK.findall(markup)):
        markup = _each(_SKIPPED[name], f"</{name}>", markup, lambda _: "")
    if any(mark in markup for mark in _UNEVEN_MARKS):
        markup = _UNEVEN.sub(" ", markup)
    text = _RUN.sub(_gap, unescape(_TAG.sub(_mark, markup))).strip()
    return _TRAILING.sub("", text) if " \n" in text else text


def _each(form: re.Pattern[str], closing: str, markup: str, put: Callable[[re.Match[str]], str]) -> str:
    """Replace elements. Only up to the last end tag: behind it every begin tag (which an attribute may hold a thousand
    times) would be searched for an end through all that follows."""
    end = markup.rfind(closing) + len(closing)
    return form.sub(put, markup[:end]) + markup[end:] if end >= len(closing) else markup


def _mark(tag: re.Match[str]) -> str:
    name = tag[2]
    if name == "img" and _PICTOGRAM.search(tag[3]):
        alt = _ALT.search(tag[3])
        return alt[1] if alt else ""
    mark = _MARKS.get(name, "")
    return "" if mark == " " and tag[1] else mark


def _gap(run: re.Match[str]) -> str:
    """One gap for a run of spaces and breaks: an empty line or a line break."""
    return "\n\n" if _APART in run[0] or run[0].count(_NEW_LINE) > 1 else "\n"
