"""Quotes without a mark: a line that is word for word what somebody else said earlier in the thread.

In pasted text, and where people copy a sentence above their answer, nothing else shows that it is a quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.clean.edits import Repair
from pipeline.clean.quotes import bare
from pipeline.clean.text import Cleaned, has_no_text, quoted_share, tidy
from pipeline.language import sentence_spans

#: A shorter line ("Helemaal mee eens.") may well be said twice; in quotation marks fewer words tell enough.
MIN_WORDS = 6
MIN_WORDS_IN_MARKS = 3


@dataclass(frozen=True)
class Said:
    """A comment in its thread: who said it (None: not known) and its text, cleaned."""

    author: str | None
    cleaned: Cleaned


def _quotes_earlier(line: str, author: str | None, said: dict[str, str | None]) -> bool:
    """Whether a line is what another, or somebody unknown, said."""
    words = bare(line)
    least = MIN_WORDS if words[:1] == line[:1].casefold() else MIN_WORDS_IN_MARKS
    if len(words.split()) < least or words not in said:
        return False
    return author is None or said[words] != author


def _without(cleaned: Cleaned, repeated: set[int]) -> Cleaned:
    """The text without the lines of these numbers; repairs that stood there go with them."""
    lines = cleaned.text.split("\n")
    kept: list[str] = []
    repairs: list[Repair] = []
    position = shift = 0
    for number, line in enumerate(lines):
        end = position + len(line)
        if number in repeated:
            shift += len(line)
            kept.append("")
        else:
            kept.append(line)
            inside = (r for r in cleaned.repairs if position <= r.start <= end)
            repairs += [replace(r, start=r.start - shift) for r in inside]
        position = end + 1
    text, placed = tidy("\n".join(kept), repairs)
    quotes = (*cleaned.quotes, *(lines[number] for number in sorted(repeated)))
    return Cleaned(text, placed, quoted_share(text, list(quotes)), quotes, has_no_text(text))


def without_repeats(thread: Sequence[Said], opening: str | None = None) -> list[Cleaned]:
    """The comments of a thread, in reading order, without the lines that repeat an earlier comment or the opening.

    A comment of which nothing would be left is kept as it is: it is a duplicate, not a quote. Linear in the thread.
    """
    said: dict[str, str | None] = {}
    for line in (opening or "").split("\n"):
        for start, end in sentence_spans(line):
            said.setdefault(bare(line[start:end]), "")
        said.setdefault(bare(line), "")
    result: list[Cleaned] = []
    for comment in thread:
        cleaned = comment.cleaned
        lines = cleaned.text.split("\n")
        repeated = {n for n, line in enumerate(lines) if line and _quotes_earlier(line, comment.author, said)}
        if repeated and any(line for n, line in enumerate(lines) if n not in repeated):
            cleaned = _without(cleaned, repeated)
        result.append(cleaned)
        for line in cleaned.text.split("\n"):
            said.setdefault(bare(line), comment.author)
            for start, end in sentence_spans(line):
                said.setdefault(bare(line[start:end]), comment.author)
    return result
