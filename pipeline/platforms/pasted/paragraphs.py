"""What is measured on each paragraph by itself, before two are compared."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

from pipeline.language import stem, stop_words
from pipeline.platforms.pasted import cues
from pipeline.platforms.pasted.lines import BUTTON, HEADER, HEADING, TEXT, Line

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|['’]k\b")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)")
_LOWER_SENTENCE = re.compile(r"[.!?] +[a-z]")
_MAX_STEM = 40  # a longer run of letters is no word; stemming it would take long
#: frequent words that one of the languages has, and the others have not or seldom
_TELLING = {
    language: frozenset(re.findall(r"\w+", words))
    for language, words in {
        "nl": "de het een en van ik niet dat ook maar voor met zijn je er aan wel naar bij die",
        "en": "the and of to i that not you it for with they this what but my on from there",
        "de": "der das und ich nicht ist auch aber für mit sich ein eine den dem sie wir von zu wie",
        "fr": "le la les et je pas est que des une pour avec dans sur ce qui vous il plus mais",
    }.items()
}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its line, what lies in the gap before it, and counts over its words."""

    line: Line
    words: list[str]  # lower case, straight apostrophes
    stems: Counter[str]  # of words with a topic
    own: frozenset[str]  # words outside quotation marks
    sentences: int
    language: str  # as `text_language`, or "" where too few function words tell
    tongue: str  # the language of the whole text
    header: bool  # a name or date line lies in the gap before it
    button: bool  # "Reageer" does
    heading: bool  # "4 reacties" does
    blanks: int  # blank lines in that gap
    repeated: float  # share of its runs of three words that the text had before
    echo: bool  # its first three words stood in the text before

    @property
    def text(self) -> str:
        """The paragraph's words as pasted."""
        return self.line.text

    @property
    def fragment(self) -> bool:
        """Whether it opens with a sentence of at most three words, and goes on."""
        end = _SENTENCE_END.search(self.text)
        return end is not None and end.end() < len(self.text) and len(self.text[: end.start()].split()) <= 3

    @property
    def first(self) -> str:
        """Its first word, or ""."""
        return self.words[0] if self.words else ""

    def says(self, lexicon: cues.Lexicon) -> bool:
        """Whether the writer uses a word of the lexicon in his own voice."""
        return not lexicon[self.tongue].isdisjoint(self.own)

    def opens_with(self, lexicon: cues.Lexicon) -> bool:
        """Whether its first word is one of the lexicon."""
        return self.first in lexicon[self.tongue]


def measure(lines: list[Line]) -> list[Paragraph]:
    """The paragraphs (TEXT lines) in order, each with what was found on the lines between it and the last."""
    kept: list[Paragraph] = []
    seen: set[tuple[str, ...]] = set()
    gap: list[Line] = []
    language = text_language(lines)
    for line in lines:
        gap.append(line)
        if line.kind == TEXT:
            kept.append(_paragraph(line, gap, language, seen))
            gap = []
    return kept


def _paragraph(line: Line, gap: list[Line], language: str, seen: set[tuple[str, ...]]) -> Paragraph:
    words = split_words(line.text)
    kinds = {found.kind for found in gap}
    runs = list(zip(words, words[1:], words[2:], strict=False))
    repeated = sum(run in seen for run in runs) / len(runs) if runs else 0.0
    echo = bool(runs) and runs[0] in seen
    seen.update(runs)
    return Paragraph(
        line=line,
        words=words,
        stems=Counter(stem(w, language) for w in words if w not in stop_words(language) and len(w) <= _MAX_STEM),
        own=frozenset(split_words(cues.without_quotations(line.text))),
        sentences=max(1, len(_SENTENCE_END.findall(line.text))),
        language=_language(words),
        tongue=language,
        header=HEADER in kinds,
        button=BUTTON in kinds,
        heading=HEADING in kinds,
        blanks=max(found.blanks for found in gap),
        repeated=repeated,
        echo=echo,
    )


def split_words(text: str) -> list[str]:
    """Runs of letters, lower case, apostrophes straight."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def text_language(lines: list[Line]) -> str:
    """nl, en, de or fr: of which the text has most function words; the first of these where they draw."""
    words = Counter(word for line in lines if line.kind == TEXT for word in split_words(line.text[:2000]))
    return max(_TELLING, key=lambda language: sum(words[w] for w in _TELLING[language]))


def _language(words: list[str]) -> str:
    """The language of a paragraph, "" where it is not plain: under three telling words, or two languages' alike."""
    counts = Counter(words)
    found = {language: sum(counts[w] for w in telling) for language, telling in _TELLING.items()}
    best, second = sorted(found, key=lambda language: -found[language])[:2]
    return best if found[best] >= 3 and found[second] * 3 <= found[best] else ""


def starts_sentences_low(paragraph: Paragraph) -> bool:
    """Whether its writer leaves capitals out: at its own start, or after a full stop."""
    return paragraph.text[0].islower() or _LOWER_SENTENCE.search(paragraph.text) is not None


def weights_of(paragraphs: list[Paragraph]) -> dict[str, float]:
    """Inverse document frequency of each stem over the paragraphs: log((1 + n) / (1 + df))."""
    df = Counter(stem_ for p in paragraphs for stem_ in p.stems)
    return {stem_: math.log((1 + len(paragraphs)) / (1 + count)) for stem_, count in df.items()}


def cosine(left: Counter[str], right: Counter[str], weights: dict[str, float]) -> float:
    """Cosine (0-1) of two bags of stems, weighted."""
    dot = sum(count * right[stem_] * weights[stem_] ** 2 for stem_, count in left.items() if stem_ in right)
    if not dot:
        return 0.0
    norms = [math.sqrt(sum((count * weights[s]) ** 2 for s, count in bag.items())) for bag in (left, right)]
    return dot / (norms[0] * norms[1])


def depths(paragraphs: list[Paragraph], weights: dict[str, float], block: int = 2, climb: int = 5) -> list[float]:
    """TextTiling's depth score at the gap before each paragraph (0 before the first).

    Similarity of the `block` paragraphs on either side, against the peaks reached by climbing at most `climb` gaps
    to the left and to the right (Hearst 1997, Computational Linguistics 23(1), section 5.3).
    """
    scores = [0.0]
    for i in range(1, len(paragraphs)):
        left = sum((p.stems for p in paragraphs[max(0, i - block) : i]), Counter[str]())
        right = sum((p.stems for p in paragraphs[i : i + block]), Counter[str]())
        scores.append(cosine(left, right, weights))
    return [0.0] + [
        _peak(scores, i, -1, climb) + _peak(scores, i, 1, climb) - 2 * scores[i] for i in range(1, len(scores))
    ]


def _peak(scores: list[float], i: int, step: int, climb: int) -> float:
    best = scores[i]
    for j in range(i + step, i + step * (climb + 1), step):
        if not 1 <= j < len(scores) or scores[j] < best:
            break
        best = scores[j]
    return best
