"""A comment's raw text made clean: markup gone, quotes apart, letters repaired. One text in, one text out."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from pipeline.clean.edits import Repair
from pipeline.clean.markup import html_lines, text_lines
from pipeline.clean.quotes import separate
from pipeline.clean.repair import MAX_TEXT, repair

_URL = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\w)@\w{1,64}")
_EMOTICON = re.compile(r"(?<!\w)(?:[:;=8xX][-o^']?[)(\]\[DPpOoSsXx3/\\|]+|<3|\^\^|[oO0]_[oO0])(?!\w)")
_BLANK_LINES = re.compile(r"\n{3,}")

_MARKUP = re.compile(r"</?(?:blockquote|p|br|em|strong|a|ul|li)\b[^<>]{0,500}>", re.IGNORECASE)


@dataclass(frozen=True)
class Cleaned:
    """A clean text: own words only, each repair with its place in it."""

    text: str
    repairs: tuple[Repair, ...]
    quoted_share: float  # share of the characters that quote another, 0 to 1
    quotes: tuple[str, ...]
    no_text: bool  # an emoji, a link, a name, "+1": nothing to label


def has_no_text(text: str) -> bool:
    """Whether nothing is left to label but for addresses, names, numbers, emoji, emoticons and punctuation."""
    rest = _EMOTICON.sub(" ", _MENTION.sub(" ", _URL.sub(" ", text)))
    return not any(map(str.isalpha, rest))


def quoted_share(own: str, quotes: list[str]) -> float:
    """Share (0 to 1, six decimals) of the characters that are not white space which quote another."""
    quoted = sum(len("".join(quote.split())) for quote in quotes)
    total = quoted + len("".join(own.split()))
    return round(quoted / total, 6) if total else 0.0


def tidy(own: str, repairs: list[Repair]) -> tuple[str, tuple[Repair, ...]]:
    """White space at the ends of lines and text, and doubled, taken out; repairs moved to where they then stand."""
    kept: list[int] = []
    position = 0
    blank = 2  # line ends in a row; a text does not begin with one
    for line in own.split("\n"):
        first = position + len(line) - len(line.lstrip(" "))
        last = position + len(line.rstrip(" "))
        if first >= last:
            blank += 1
        else:
            kept += [position - 1] * min(blank, 2) if kept else []
            kept += [i for i in range(first, last) if own[i] != " " or own[i - 1] != " "]
            blank = 1
        position += len(line) + 1
    text = "".join([own[i] for i in kept])
    return text, tuple(_moved(kept, text, repairs))


def _moved(kept: list[int], text: str, repairs: list[Repair]) -> list[Repair]:
    """Repairs at their place among the characters `kept`, their indices rising."""
    moved = []
    for repair_ in repairs:
        start = bisect_left(kept, repair_.start)
        stop = bisect_left(kept, repair_.start + len(repair_.after))
        moved.append(replace(repair_, start=start, after=text[start:stop]))
    return moved


def format_of(raw: str) -> str:
    """How a text that does not say it is written: html, if it holds a tag that comments are written with; else text."""
    return "html" if _MARKUP.search(raw) else "text"


def clean_text(raw: str, text_format: str = "text") -> Cleaned:
    """The author's own words of a comment (`text_format`: html or text), repaired.

    Paragraphs are set apart by an empty line. Linear in the length of `raw`; what is over a million characters is cut
    off and recorded.
    """
    cut = raw[:MAX_TEXT]
    lines = html_lines(cut) if text_format == "html" else text_lines(cut)
    parts = separate(lines)
    mended, repairs = repair("\n".join(parts.own))
    text, placed = tidy(mended, repairs)
    if len(raw) > MAX_TEXT:
        placed = (*placed, Repair("control", len(text), f"[{len(raw) - MAX_TEXT} characters]", ""))
    quotes = [quote for quote in (repair(quote)[0].strip() for quote in parts.quotes) if quote]
    return Cleaned(text, placed, quoted_share(text, quotes), tuple(quotes), has_no_text(text))
