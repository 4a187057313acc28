"""From lines and boundaries to the page: every character in one segment, every segment the article or one comment.

A name line above a comment is part of its segment, not of its text; so is one below it, where the page sets names
below. A name line that lies at no boundary separates nothing and stays in the text, as what it may well be: words.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.ids import SURE_BOUNDARY, bound_id
from pipeline.platforms.base import Page, RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.pasted.features import names_trail
from pipeline.platforms.pasted.lines import BUTTON, HEADER, HEADING, TEXT, Line

NAME = "pasted"
_HEADLINE_CHARACTERS, _HEADLINE_WORDS = 140, 18
_TIME_OF_DAY = re.compile(r"\d[:u]\d\d")


@dataclass(frozen=True)
class PastedPage(Page):
    """A page made from pasted text, with what the corrections file needs to name its paragraphs."""

    paragraphs: tuple[str, ...] = ()  # every paragraph in order, the article's too
    begins: tuple[int, ...] = ()  # of each comment, the index of its first paragraph
    spans: tuple[tuple[int, int], ...] = field(default=())  # article (unless there is none), then comments


@dataclass(frozen=True)
class _Part:
    """The lines of a segment: its words, and the name lines that belong to it."""

    body: list[Line]
    names: list[Line]


def build(text: str, lines: list[Line], starts: dict[int, float], doubts: list[str]) -> PastedPage:
    """The page of a normalised text, given the paragraphs that begin a comment and how sure that is.

    `doubts` are the warnings of whoever found the boundaries.
    """
    texts = [i for i, line in enumerate(lines) if line.kind == TEXT]
    below = names_trail(lines)
    firsts = [_first_line(lines, texts, start, below) for start in sorted(starts)]
    cuts = firsts if firsts[:1] == [0] else [0, *firsts]
    parts = [_part(lines[a:b], below) for a, b in zip(cuts, [*cuts[1:], len(lines)], strict=True)]
    article = parts.pop(0) if len(parts) > len(starts) else _Part([], [])
    offsets = [0, *(lines[cut].start for cut in cuts[1:]), len(text)]
    clock = Clock("nl")
    comments = _comments(parts, [starts[i] for i in sorted(starts)], clock)
    title, opening = _title(article.body + article.names)
    return PastedPage(
        platform=NAME,
        url="",
        title=title,
        opening="\n\n".join(line.text for line in opening) or None,
        announced=next((line.announced for line in lines if line.announced is not None), None),
        comments=comments,
        warnings=[*doubts, *_notes(lines, parts, comments), *clock.warnings()],
        paragraphs=tuple(lines[i].text for i in texts),
        begins=tuple(sorted(starts)),
        spans=tuple(pairwise(offsets)),
    )


def _first_line(lines: list[Line], texts: list[int], start: int, below: bool) -> int:
    """The index of the line with which the segment of a comment begins: its name line, if that stands above it."""
    line = texts[start]
    previous = texts[start - 1] + 1 if start else 0
    if start == 0:
        return 0
    names = [i for i in range(previous, line) if lines[i].kind == HEADER]
    return names[0] if names and not below else line


def _part(lines: list[Line], below: bool) -> _Part:
    """The words of a segment and its name lines: those before its first words, or behind its last ones."""
    texts = [i for i, line in enumerate(lines) if line.kind == TEXT]
    words = [line for line in lines if line.kind in (TEXT, HEADER)]
    outer = lines[texts[-1] + 1 :] if below else lines[: texts[0]]
    tail = [] if below else lines[texts[-1] + 1 :]
    names = [line for line in outer if line.kind == HEADER]
    apart = {line.start for line in [*names, *tail] if line.kind == HEADER}
    return _Part([line for line in words if line.start not in apart], names)


def _comments(parts: list[_Part], confidences: list[float], clock: Clock) -> list[RawComment]:
    """The comments; one under a name has an id that an answer can point at, made of its name lines and, where these tell
    no time of day, of its words: what is put in above must not change it."""
    comments: list[RawComment] = []
    met: Counter[tuple[str, str]] = Counter()
    by_author: dict[str, list[str]] = {}
    for part, confidence in zip(parts, confidences, strict=True):
        told = [line.header for line in reversed(part.names) if line.header]
        author = next((header.author for header in told if header.author), None)
        when = next((header.when for header in told if header.when), None)
        body = "\n".join(line.text for line in part.body)
        name_lines = "\n".join(line.text for line in part.names)
        mark = (name_lines, "" if _TIME_OF_DAY.search(name_lines) else body)
        met[mark] += 1
        own_id = bound_id("pasted-", *filter(None, mark), str(met[mark])) if author else None
        comments.append(
            RawComment(
                platform_id=own_id,
                parent=_answered(body, by_author),
                author=author,
                posted_at=clock.read(when),
                text=body,
                text_format="text",
                start=part.body[0].start,
                confidence=confidence,
            )
        )
        if author and own_id:
            by_author.setdefault(author.casefold(), []).append(own_id)
    return comments


def _answered(body: str, by_author: dict[str, list[str]]) -> str | None:
    """The comment that "@Jan" at the start of a text means: only if Jan wrote exactly one so far."""
    if not body.startswith("@"):
        return None
    told = body[1:60].casefold()
    names = [told[:size] for size in range(len(told), 0, -1) if not told[size : size + 1].isalnum()]
    found = next((by_author[name] for name in names if name in by_author), [])
    return found[0] if len(found) == 1 else None


def _title(lines: list[Line]) -> tuple[str | None, list[Line]]:
    """The headline, where the first line reads as one, and the rest of the article.

    A headline is short, ends in no full stop, and stands above something longer.
    """
    lines = sorted(lines, key=lambda line: line.start)
    if len(lines) < 2:
        return None, lines
    words = lines[0].text
    short = len(words) <= _HEADLINE_CHARACTERS and len(words.split()) <= _HEADLINE_WORDS
    if short and words[-1] not in ".,;:…" and len(lines[1].text) > len(words):
        return words, lines[1:]
    return None, lines


def _notes(lines: list[Line], parts: list[_Part], comments: list[RawComment]) -> list[str]:
    """What was left out, and what is unsure."""
    notes = [] if comments else ["no comments found"]
    left = sum(line.kind in (BUTTON, HEADING) for line in lines)
    if left:
        notes.append(f"lines of the page's own left out ('Reageer', '4 reacties' and the like): {left}")
    headers = [line for line in lines if line.kind == HEADER]
    kept = {line.start for part in parts for line in (*part.body, *part.names)}
    article_end = parts[0].body[0].start if parts else float("inf")
    idle = sum(line.start not in kept and line.start > article_end for line in headers)
    if idle:
        notes.append(f"name lines without any words, left out: {idle}")
    doubtful = sum(c.confidence is not None and c.confidence < SURE_BOUNDARY for c in comments)
    if doubtful:
        notes.append(
            f"comments of which the beginning is less sure than {SURE_BOUNDARY}: {doubtful} of {len(comments)}"
        )
    return notes
