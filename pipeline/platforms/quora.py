"""Quora: a question with the answers that its page carries, as data for the program in the browser.

A page carries the first few answers in full and leaves the rest to the program, which asks for them as the reader scrolls. How many
there are is said, so that a thread says what of it is missing. Who asked is not told; answers to other questions, which are shown
among them, are not of this one. An answer's text is a list of sections, each a list of spans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import moment
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading

NAME = "quora"
#: objects within objects; data of the site has some twenty
MAX_NESTING = 60

_MARKED = Marks(
    ("inlineQueryResults", r"inlineQueryResults\.results\[\"\w+\"\]\.push\("),
)
_UNSAFE = re.compile("[\0\ud800-\udfff]")
_PUSHED = re.compile(r"inlineQueryResults\.results\[\"\w+\"\]\.push\(\s*+(\"(?:[^\"\\]|\\.)*+\")")


def matches(html: str, url: str) -> bool:
    """Is this a page of Quora with its data?"""
    return _MARKED.on(html)


def read(body: str, url: str) -> Reading:
    """The question of a page with its answers; no thread where the page is about none."""
    tree, warnings = html.parse(body)
    address, language = html.page_address(tree, url), html.language(tree)
    objects, broken = _objects(body)
    if broken:
        warnings.append(f"pieces of the page's data that are broken and were left out: {broken}")
    question = next((one for one in objects if string(one.get("qid")) and one.get("title") and one.get("url")), None)
    if question is None:
        return Reading(NAME, url, language=language, warnings=warnings)
    number = string(question.get("qid"))
    own = [one for one in objects if string(one.get("qid")) == number]
    answers: dict[str, dict[str, Any]] = {}
    for one in objects:
        key, asked = string(one.get("aid")), one.get("question")
        if key and one.get("content") and isinstance(asked, dict) and string(asked.get("qid")) == number:
            answers.setdefault(key, one)
    place = html.absolute(address, string(question.get("url"))) or address
    found = [_comment(key, answer, place) for key, answer in answers.items() if answer.get("isDeleted") is not True]
    return Reading(
        NAME, url,
        title=" ".join(_words(question.get("title")).split()) or None,
        language=language,
        announced=next((count for one in own if (count := whole(one.get("answerCount"))) is not None), None),
        comments=[comment for comment in found if says_something(comment.text)],
        warnings=warnings,
        thread=addresses.name_of(place),
        left_out=tuple(key for key, answer in answers.items() if answer.get("isDeleted") is True),
    )  # fmt: skip


def _objects(body: str) -> tuple[list[dict[str, Any]], int]:
    """All objects in the data of a page, outer ones first, and how many pieces of it are broken."""
    found: list[dict[str, Any]] = []
    broken = 0
    for pushed in _PUSHED.finditer(body):
        try:
            text = load(pushed[1])
            found.extend(_within(load(text if isinstance(text, str) else ""), 0))
        except BadJSONError:
            broken += 1
    return found, broken


def _within(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > MAX_NESTING:
        return
    if isinstance(data, dict):
        yield data
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        if isinstance(inner, (dict, list)):
            yield from _within(inner, depth + 1)


def _comment(key: str, answer: dict[str, Any], place: str) -> RawComment:
    seconds = (string(answer.get("creationTime")) or "")[:-6]  # in millionths of a second
    link = string(answer.get("permaUrl")) or string(answer.get("url"))
    return RawComment(
        key, None, _name(answer.get("author")), moment(seconds), _markup(answer.get("content")), "html",
        permalink=html.absolute(place, link),
    )  # fmt: skip


def _name(author: Any) -> str | None:
    """A name in the order in which it is shown; None for who answers without one."""
    if not isinstance(author, dict) or author.get("isAnon") is True:
        return None
    first = next((name for name in children(author.get("names")) if isinstance(name, dict)), {})
    parts = [string(first.get("givenName")), string(first.get("familyName"))]
    ordered = parts[::-1] if first.get("reverseOrder") is True else parts
    return " ".join(part.strip() for part in ordered if part and part.strip()) or None


def _sections(content: Any) -> list[dict[str, Any]]:
    try:
        data = load(string(content) or "")
    except BadJSONError:
        return []
    found = data.get("sections") if isinstance(data, dict) else None
    return [section for section in children(found) if isinstance(section, dict)]


def _spans(section: dict[str, Any]) -> list[dict[str, Any]]:
    return [span for span in children(section.get("spans")) if isinstance(span, dict)]


def _words(content: Any) -> str:
    return " ".join(_text(span) for section in _sections(content) for span in _spans(section))


def _markup(content: Any) -> str:
    """A text as markup: a paragraph a section, what is quoted as a <blockquote>, a picture where one is shown."""
    found = []
    for section in _sections(content):
        inner = "".join(map(_span, _spans(section)))
        if inner.strip():
            found.append(f"<blockquote>{inner}</blockquote>" if section.get("quoted") is True else f"<p>{inner}</p>")
    return "\n".join(found)


def _text(span: dict[str, Any]) -> str:
    text = span.get("text")
    return _UNSAFE.sub("\ufffd", text) if isinstance(text, str) else ""


def _span(span: dict[str, Any]) -> str:
    text, modifiers = escape(_text(span), quote=False), span.get("modifiers")
    picture = string(modifiers.get("image")) if isinstance(modifiers, dict) else None
    return f'{text}<img src="{escape(picture)}">' if picture else text
