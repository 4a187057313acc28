"""What words say of themselves: a lexicon of praise and reproach, Dutch and English, and what turns, strengthens or softens it.

The gold has some eight thousand comments and the language has more words than that; `polarity.tsv` was written for this project
and knows some thousands that the gold does not hold. It is a feature beside others, and decides nothing alone.

A line of the file is a phrase and its strength, tab between: -3 (strong reproach) to 3 (strong praise), or a kind of shifter. A phrase may
have both: "terribly" is a reproach, but right before another word of praise or reproach it only strengthens that. A final `*` on a word stands
for the rest of it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.encoder.mentions import Span, straight
from pipeline.errors import StandpuntError

FILE = Path(__file__).parents[1] / "model" / "polarity.tsv"
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
#: a clause ends here: what stands before shifts nothing after it
STOP = re.compile(r"[.!?;:,()\n]")
#: A shifter works on what follows it within so many words.
REACH = 3
#: What praise and reproach are worth after "not": "not good" is nearly bad, "not bad" is hardly praise.
TURNED_PRAISE, TURNED_REPROACH = -0.8, -0.4
SHIFTS = {"intensifier": 1.4, "diminisher": 0.6, "hope": 0.3}
SHORTEST_STEM = 3
#: Words beyond this sum make a text no more praising.
MOST = 10.0


@dataclass(frozen=True)
class Hit:
    """A phrase found: its place in the text, and its strength after what shifts it."""

    span: Span
    strength: float


@dataclass
class _Entries:
    """Phrases by their first word (whole, or its stem): the words that must follow, and what the phrase is."""

    whole: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)
    stems: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)
    longest_stem: int = 0

    def add(self, phrase: str, value: str) -> None:
        first, *rest = straight(phrase.lower()).split()
        known, key = (self.stems, first[:-1]) if first.endswith("*") else (self.whole, first)
        known.setdefault(key, []).append((rest, value))
        if known is self.stems:
            self.longest_stem = max(self.longest_stem, len(key))

    def find(self, words: Sequence[str], place: int) -> tuple[int, list[str]]:
        """(words taken, values) of the longest phrase that begins at a word; (1, []) where none does."""
        if place >= len(words):
            return 1, []
        word = words[place]
        best: tuple[int, list[str]] = (1, [])
        stems = (
            self.stems.get(word[:size], []) for size in range(min(len(word), self.longest_stem), SHORTEST_STEM - 1, -1)
        )
        for entries in (self.whole.get(word, []), *stems):  # what fits the word more closely goes before
            sizes = [(1 + len(rest), value) for rest, value in entries if _fits(rest, words, place + 1)]
            most = max((size for size, _ in sizes), default=0)
            if most > best[0] or (most and not best[1]):
                best = (most, [value for size, value in sizes if size == most])
        return best


def _fits(rest: Sequence[str], words: Sequence[str], place: int) -> bool:
    """Whether the words from a place on are those that must follow."""
    for part in rest:
        if place >= len(words) or not (
            words[place] == part or (part[-1] == "*" and words[place].startswith(part[:-1]))
        ):
            return False
        place += 1
    return True


@functools.cache
def _entries(path: Path) -> _Entries:
    if not path.is_file():
        raise StandpuntError(f"{path} is not there. Restore it from git.")
    entries = _Entries()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        phrase, tab, value = line.partition("\t")
        if not tab or not phrase.split():
            raise StandpuntError(f"{path}, line {number}: no phrase, tab and strength. Restore it from git.")
        entries.add(phrase, value)
    return entries


@functools.lru_cache(maxsize=256)
def hits(text: str, path: Path = FILE) -> tuple[Hit, ...]:
    """The phrases of praise and reproach in a text, in their order; no two share a word."""
    entries = _entries(path)
    plain = straight(text.lower())
    matches = list(WORD.finditer(plain))
    words = [match.group() for match in matches]
    found: list[Hit] = []
    shifters: list[tuple[int, str]] = []  # (place of the last word, kind)
    place = 0
    while place < len(words):
        if place and STOP.search(plain, matches[place - 1].end(), matches[place].start()):
            shifters = []
        taken, values = entries.find(words, place)
        strengths, kinds = _strengths(values), [value for value in values if not _is_strength(value)]
        if strengths and not (kinds and _strengths(entries.find(words, place + taken)[1])):
            near = [kind for where, kind in shifters if place - where <= REACH]
            span = (matches[place].start(), matches[place + taken - 1].end())
            found.append(Hit(span, _shifted(strengths[0], near)))
        else:
            shifters += [(place + taken - 1, kind) for kind in kinds]
        place += taken
    return tuple(found)


def _is_strength(value: str) -> bool:
    return value.lstrip("-").isdigit()


def _strengths(values: Sequence[str]) -> list[float]:
    return [float(value) for value in values if _is_strength(value)]


def _shifted(strength: float, kinds: Sequence[str]) -> float:
    for kind in kinds:
        strength *= SHIFTS.get(kind, 1.0)
    if kinds.count("negator") % 2:
        strength *= TURNED_PRAISE if strength > 0 else TURNED_REPROACH
    return strength


def lean(text: str) -> float:
    """Praise less reproach in a text, within [-MOST, MOST]; 0 where the lexicon knows no word of it."""
    praise, reproach = sums(hits(text), 0, len(text))
    return max(-MOST, min(MOST, praise - reproach))


def sums(found: Sequence[Hit], start: int, end: int) -> tuple[float, float]:
    """(praise, reproach) within a part of the text, both positive."""
    inner = [hit.strength for hit in found if hit.span[0] >= start and hit.span[1] <= end]
    return sum(s for s in inner if s > 0), -sum(s for s in inner if s < 0)
