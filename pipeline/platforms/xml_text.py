"""XML from strangers, one element of the root at a time: what stands before a break in the file is still read.

No document type is accepted: entities that it declares can grow without bound, and no feed or export needs one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from pipeline.errors import StandpuntError
from pipeline.platforms.html import MAX_CHARS

#: characters that XML 1.0 forbids even when written as references; exports hold them all the same
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|&#(?:[0-8]|1[124-9]|2\\d|3[01]|x(?:0?[0-8bcefBCEF]|1[\\da-fA-F]));"
)
#: before the root stand only a declaration, instructions and comments, of any length
_DOCTYPE = re.compile(r"(?:\s++|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+<!DOCTYPE", re.IGNORECASE | re.DOTALL)
_MAX_DEPTH = 200
_STEP = 65_536


def elements(text: str, depth: int = 1) -> tuple[list[Element], list[str]]:
    """The elements directly within the root (`depth` 2: within what stands in it), in order, and what of it is not read. StandpuntError:
    the text is over 50 million characters."""
    if len(text) > MAX_CHARS:
        raise StandpuntError(
            f"XML of {len(text):,} characters is not read; {MAX_CHARS:,} is the limit. Split it, or leave it out."
        )
    text = _FORBIDDEN.sub("", text).lstrip("\ufeff \t\r\n")
    if _DOCTYPE.match(text):
        return [], ["the XML declares a document type: not read"]
    parser: XMLPullParser[Element] = XMLPullParser(events=("start", "end"))
    found: list[Element] = []
    level, broken = 0, ""
    for begin in range(0, len(text) + 1, _STEP):
        try:
            parser.feed(text[begin : begin + _STEP])
            if begin + _STEP > len(text):
                parser.close()
        except ParseError as error:
            broken = f"the XML breaks off or is not well formed ({error}): what stands before was read"
        for event, element in _events(parser):
            level += 1 if event == "start" else -1
            if level > _MAX_DEPTH:
                return found, [f"elements nested over {_MAX_DEPTH} deep: the rest of the XML is not read"]
            if event == "end" and level == depth:
                found.append(element)
        if broken:
            return found, [broken]
    return found, []


def name_of(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def child(element: Element | None, name: str) -> Element | None:
    """The first child of a name, in whatever namespace; None where there is none."""
    return next((each for each in element if name_of(each) == name), None) if element is not None else None


def text_of(element: Element | None, name: str) -> str | None:
    """The text of the first child of a name, stripped; None where there is none."""
    found = child(element, name)
    return ((found.text or "").strip() or None) if found is not None else None


def _events(parser: XMLPullParser[Element]) -> Iterator[tuple[str, Element]]:
    """What the parser has seen since the last step. It raises an error that it met once more, after these."""
    try:
        yield from cast("Iterator[tuple[str, Element]]", parser.read_events())
    except ParseError:
        return
