"""Where a text names a party: by the codebook's aliases, by its name, or by a pronoun that follows one.

A mention is a span of the text. Aliases match whole words, whatever their case; a final `*` stands for the rest of a word. A
codebook that gives only a name is served by the name's own words, plural endings loosened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.settings import Codebook, Party

Span = tuple[int, int]

#: Curly and straight apostrophes are one; the replacement keeps every offset.
_SAME_LENGTH = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "\u00a0": " "})
_JOINERS = re.compile(r"\s+(?:en|of|and|or)\s+|[,/&;()]")
_ARTICLES = re.compile(r"^(?:de|het|een|the|a|an)\s+", re.IGNORECASE)
_PLURAL = re.compile(r"(?:'?s|en|e)$")
_PRONOUN = re.compile(r"(?<!\w)(?:ze|zij|hij|hun|hen|hem|die|they|them|their|he|she|his|her)(?!\w)", re.IGNORECASE)
_NEVER = re.compile(r"(?!)")


def straight(text: str) -> str:
    """The text with one kind of apostrophe and blank; offsets stay."""
    return text.translate(_SAME_LENGTH)


def _phrase_pattern(phrase: str) -> str:
    """A regular expression for an alias or cue: words joined by any blanks, `*` for the rest of a word."""
    words = straight(phrase.strip()).split()
    return r"\s+".join(re.escape(word).replace(r"\*", r"[\w'-]*") for word in words)


def phrase_regex(phrases: Sequence[str]) -> re.Pattern[str]:
    """Any of the phrases as whole words; matches nothing where there are none."""
    patterns = sorted({_phrase_pattern(p) for p in phrases if p.strip(" *")}, key=lambda p: (-len(p), p))
    if not patterns:
        return _NEVER
    return re.compile(r"(?<![\w])(?:" + "|".join(patterns) + r")(?!\w)", re.IGNORECASE)


def name_aliases(party: Party) -> list[str]:
    """Aliases that follow from a party's name, for a codebook that gives no others: "de huurders" -> "huurder*"."""
    found: list[str] = []
    for name in (party.name.nl, party.name.en):
        for part in _JOINERS.split(straight(name)):
            word = _ARTICLES.sub("", part.strip())
            if len(word) < 3:
                continue
            stem = _PLURAL.sub("", word)
            found.append(f"{stem}*" if len(stem) >= 4 else word)
    return list(dict.fromkeys(found))


def aliases_of(party: Party) -> list[str]:
    """All that names a party. A secondary party's name ("another party") names nobody."""
    return [*party.aliases, *([] if party.secondary else name_aliases(party))]


@dataclass(frozen=True)
class Lexicon:
    """The compiled aliases and cues of one party."""

    party: str
    secondary: bool
    aliases: re.Pattern[str]
    cues: re.Pattern[str]


def lexicons(codebook: Codebook) -> list[Lexicon]:
    """One lexicon a party, in the codebook's order."""
    return [
        Lexicon(party.id, party.secondary, phrase_regex(aliases_of(party)), phrase_regex(party.cues))
        for party in codebook.parties
    ]


def mentions(text: str, phrases: re.Pattern[str]) -> list[Span]:
    """The spans of a text that match; `phrases` as `phrase_regex` makes it."""
    return [match.span() for match in phrases.finditer(straight(text))]


@dataclass(frozen=True)
class Reading:
    """One comment with its sentences, and where each party is named."""

    text: str
    sentences: list[Span]
    #: per party (codebook order): spans of its aliases, and of its cues
    named: list[list[Span]]
    cued: list[list[Span]]
    #: per sentence: indices of the parties that a pronoun in it stands for (the last one named before)
    carried: list[list[int]] = field(default_factory=list)

    def in_sentence(self, sentence: int, party: int) -> list[Span]:
        """The party's mentions within a sentence."""
        start, end = self.sentences[sentence]
        return [(a, b) for a, b in self.named[party] if a >= start and b <= end]


def read(text: str, sentences: Sequence[Span], books: Sequence[Lexicon]) -> Reading:
    """Find every party's mentions and cues in a text; `sentences` are its spans (the whole text where there are none)."""
    plain = straight(text)
    spans = [(int(a), int(b)) for a, b in sentences] or [(0, len(text))]
    named = [mentions(text, book.aliases) for book in books]
    cued = [mentions(text, book.cues) for book in books]
    reading = Reading(text, spans, named, cued)
    return Reading(text, spans, named, cued, _carry(reading, plain))


def _carry(reading: Reading, plain: str) -> list[list[int]]:
    """Pronouns that point back: a sentence that names nobody but says "they" speaks of whoever was named last."""
    last: list[int] = []
    carried: list[list[int]] = []
    for index, (start, end) in enumerate(reading.sentences):
        here = [p for p in range(len(reading.named)) if reading.in_sentence(index, p)]
        points_back = bool(last) and not here and _PRONOUN.search(plain, start, end) is not None
        carried.append(last if points_back else [])
        if here:
            ends = {p: reading.in_sentence(index, p)[-1][1] for p in here}
            last = [max(here, key=lambda p: (ends[p], -p))]
    return carried
