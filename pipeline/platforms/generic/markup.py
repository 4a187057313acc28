"""The text of a post as HTML: without what its author did not write, and with every quote as a <blockquote>."""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborNode

from pipeline.platforms.generic.contents import CHROME
from pipeline.platforms.generic.names import Name
from pipeline.platforms.generic.outline import Outline
from pipeline.platforms.generic.places import Places
from pipeline.platforms.generic.score import Thread
from pipeline.platforms.markup import quote, written
from pipeline.platforms.text import node_text

_QUOTE = re.compile(
    r"(?:^|[\s_-])(?:quote\w*|bb-?code-?quote|bbcodeblock--quote|ipsquote|quotebox|zitat\w*|citaat\w*|citation)(?:[\s_-]|$)",
    re.I,
)
_EXPAND = re.compile(r"expand-?(?:link|button|toggle)|read-?more", re.I)
_LABEL = re.compile(r"^(?:quote|zitat|citaat|citation|originally posted|cita|citazione)\b.{0,60}:?$", re.I)
_EDITED = re.compile(
    r"^\W*(?:last edited|edited (?:by|on|\d)|this (?:post|message) was (?:last )?edited|post edited|(?:zuletzt|nachtr.glich) (?:bearbeitet|ge.ndert|modifiziert)|bearbeitet von|"
    r"laatst (?:bewerkt|gewijzigd|aangepast)|(?:bewerkt|gewijzigd|aangepast) door|derni.re (?:modification|.dition)|modifi. (?:par|le)|.ltima edici.n|ultima modifica)",
    re.I,
)
_NO_TEXT = "script, style, template, svg, select, textarea, button, form, nav, input"


def texts(outline: Outline, thread: Thread) -> list[str]:
    """The markup of each post. Changes the page's tree: call it last."""
    found: list[str] = []
    for number in reversed(
        range(len(thread.group.blocks))
    ):  # backwards: what stands within is taken out of what is around
        parts = [_markup(outline, thread, number, index) for index in thread.contents[number]]
        found.append("\n".join(filter(None, parts)))
    return found[::-1]


def article(outline: Outline, thread: Thread) -> str | None:
    """What the thread is about, where that is no post: the most paragraphs that stand together before the first block, as
    plain text; None where they have under 250 characters."""
    first, sizes = thread.group.blocks[0].start, Counter[int]()
    for at in range(first):
        if outline.tags[at] == "p" and outline.ends[at] <= first:
            sizes[outline.parents[at]] += outline.loose[outline.text_to[at]] - outline.loose[outline.text_from[at]]
    if not sizes:
        return None
    at, size = max(sizes.items(), key=lambda one: (one[1], -one[0]))
    return node_text(outline.nodes[at]) if size >= 250 and outline.ends[at] <= first else None


def _markup(outline: Outline, thread: Thread, number: int, index: int) -> str:
    node, places = outline.nodes[index], thread.places
    block, author = thread.group.blocks[number], thread.authors[number]
    drop = _head(outline, index, block.date, author)
    at, end = index + 1, outline.ends[index]
    inner = {one.start for one in block.inner}
    quotes: list[int] = []
    gone = {part.mem_id for part in drop}
    while at < end:
        if outline.nodes[at].mem_id in gone:
            at = outline.ends[at]
            continue
        if at in inner or _is_frame(outline, places, at, block.date, author):
            drop.append(outline.nodes[at])
            at = outline.ends[at]
            continue
        if not (quotes and at < outline.ends[quotes[-1]]) and _is_quote(outline, at):
            quotes.append(at)
        at += 1
    for part in reversed(drop):
        part.decompose()
    quote(outline.nodes[at] for at in quotes)
    return written(node, _NO_TEXT)


def _head(outline: Outline, index: int, date: int, author: Name | None) -> list[LexborNode]:
    """Where author and date stand in the text's own element: what is before the text (or behind it, with them)."""
    tops = []
    for at in (date, author.element if author else date):
        while at > index and outline.parents[at] != index:
            at = outline.parents[at]
        if at > index and outline.ends[at] <= outline.ends[index]:
            tops.append(at)
    if not tops:
        return []
    first, last = min(tops), max(tops)
    before = outline.loose[outline.text_from[first]] - outline.loose[outline.text_from[index]]
    after = outline.loose[outline.text_to[index]] - outline.loose[outline.text_to[last]]
    after -= len(outline.dates.get(index, ""))  # a date that stands loose there
    between = outline.loose[outline.text_from[last]] - outline.loose[outline.text_to[first]]
    children = list(outline.nodes[index].iter(include_text=True))
    marks = [child.mem_id for child in children]
    begin, end = marks.index(outline.nodes[first].mem_id), marks.index(outline.nodes[last].mem_id)
    if between > before + after:  # one before the text, the other behind it
        return [*children[: begin + 1], *children[end:]]
    if after >= before:
        return children[: end + 1]
    return children[begin:]


def _is_frame(outline: Outline, places: Places, at: int, date: int, author: Name | None) -> bool:
    """Is an element within the text not its author's: a button, a signature, what repeats in every post?"""
    if outline.quoted[at]:
        return (outline.tags[at] == "cite" and not _within_blockquote(outline, at)) or _EXPAND.search(
            outline.words(at)
        ) is not None
    if at == date or (author is not None and at == author.element) or CHROME.search(outline.words(at)):
        return True
    start, end = outline.text_from[at], outline.text_to[at]
    if end > start and outline.texts[start].startswith("_____"):  # a line above a signature
        return True
    if end - start < 8 and outline.size(at) < 250 and end > start and _EDITED.match(outline.texts[start]):
        return True
    return end > start and all(i in places.repeated for i in range(start, end))


def _is_quote(outline: Outline, at: int) -> bool:
    """A platform's own mark-up for a quote (a true <blockquote> needs none)."""
    if outline.tags[at] in ("blockquote", "span", "a", "p") or _within_blockquote(outline, at):
        return False
    words = outline.attributes[at].get("class")
    return bool(words and _QUOTE.search(words) and outline.size(at) and not _holds_blockquote(outline, at))


def _within_blockquote(outline: Outline, at: int) -> bool:
    at = outline.parents[at]
    while at >= 0:
        if outline.tags[at] == "blockquote":
            return True
        if not outline.quoted[at]:
            return False
        at = outline.parents[at]
    return False


def _holds_blockquote(outline: Outline, at: int) -> bool:
    return "blockquote" in outline.tags[at : outline.ends[at]]
