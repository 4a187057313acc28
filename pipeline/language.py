"""What several rooms need to know of language: sentences, tokens, stems, lemmas, stop words.

A thin layer over libraries that need no downloaded data: sentencex (sentence boundaries, with lists of
abbreviations), nltk (tweet tokeniser, Snowball stemmers) and simplemma (lemma dictionaries). Every function
is pure and linear in the length of its text. Offsets are Python characters: `text[start:end]` is meant.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import sentencex
import simplemma

from pipeline.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from nltk.stem.snowball import SnowballStemmer
    from nltk.tokenize import TweetTokenizer

SNOWBALL = {"nl": "dutch", "en": "english", "de": "german", "fr": "french"}

#: A longer run without a space is no word; the tokeniser sees it cut into pieces of this length.
MAX_WORD = 100
#: sentencex needs quadratic time for a line full of quotation marks, so that it sees long lines in pieces
MAX_CHUNK = 4000

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LONG_WORD = re.compile(rf"(\S{{{MAX_WORD}}})(?=\S)")
_ENDED = re.compile(r"[.!?…]\W*\Z")
_MARKER = re.compile(r"(?:\d{1,3}|[A-Za-z])[.)]")
#: sentencex 1.0 panics on white space of several bytes after an initial; a lone surrogate has no UTF-8 form
_READABLE = {code: " " for code in range(0x80, sys.maxunicode + 1) if chr(code).isspace()}
_READABLE |= dict.fromkeys(range(0xD800, 0xE000), "x")


def _chunks(line: str) -> Iterator[str]:
    """A line in pieces of at most MAX_CHUNK characters, cut at a space where there is one."""
    start = 0
    while len(line) - start > MAX_CHUNK:
        space = line.rfind(" ", start + MAX_CHUNK // 2, start + MAX_CHUNK)
        stop = space + 1 if space >= 0 else start + MAX_CHUNK
        yield line[start:stop]
        start = stop
    yield line[start:]


def _cuts(line: str, language: str) -> list[int]:
    """Where sentencex cuts a line: the end of every piece, the last being the line's own."""
    ends: list[int] = []
    start = 0
    for chunk in _chunks(line.translate(_READABLE)):
        position = start
        if ends and not _ENDED.search(line[max(0, start - 4) : start]):
            ends.pop()
        for piece in sentencex.segment(language, chunk):
            position += len(piece)
            ends.append(position)
        start += len(chunk)
    return ends if ends and ends[-1] == len(line) else [len(line)]


def _is_sentence(piece: str) -> bool:
    """Whether a piece has words of its own: not only dots or a smiley, and not a list's number."""
    return any(map(str.isalnum, piece)) and _MARKER.fullmatch(piece) is None


def _line_spans(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """Sentence spans of one line, spaces at both ends left out.

    Dots and smileys go with the sentence before them; a list's number, and dots at a line's start, with the next.
    """
    spans: list[tuple[int, int]] = []
    position, open_end = start, False
    for cut in _cuts(text[start:end], language):
        piece = text[position : start + cut]
        words = piece.strip()
        if words:
            first = position + len(piece) - len(piece.lstrip())
            lone = not any(map(str.isalnum, words))
            if spans and (open_end or lone):
                spans[-1] = (spans[-1][0], first + len(words))
            else:
                spans.append((first, first + len(words)))
            open_end = not _is_sentence(words) if open_end or len(spans) == 1 or not lone else False
        position = start + cut
    return spans


def sentence_spans(text: str, language: str = "nl") -> list[tuple[int, int]]:
    """Spans `(start, end)` in characters, in order, of a text's sentences; `text[start:end]` is the sentence.

    A line break ends a sentence. No span is empty or has white space at its ends; together they hold every
    character of the text that is no white space. A language that is not known ("und") is cut as Dutch.
    """
    code = "nl" if language in ("und", "") else language
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        spans += _line_spans(text, line.start(), line.end(), code)
    return spans


@cache
def _tokenizer() -> TweetTokenizer:
    from nltk.tokenize import TweetTokenizer  # nltk takes seconds to import, and not every stage tokenises

    return TweetTokenizer(preserve_case=True, match_phone_numbers=False)


def tokens(text: str) -> list[str]:
    """Words, punctuation, emoji, `@names` and addresses of a text, in order, case kept (nltk TweetTokenizer).

    The typographic apostrophe is made straight, so that "zzp’er" and "zzp'er" are one token.
    """
    plain = _LONG_WORD.sub(r"\1 ", text.replace("\u2019", "'").replace("\x00", " "))
    # nltk gives every call five seconds of wall time and then raises; short pieces stay far below that
    pieces = (piece for line in plain.splitlines() for piece in _chunks(line))
    return [token for piece in pieces for token in _tokenizer().tokenize(piece)]


@cache
def _stemmer(language: str) -> SnowballStemmer | None:
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer(SNOWBALL[language]) if language in SNOWBALL else None


@lru_cache(maxsize=100_000)
def stem(token: str, language: str = "nl") -> str:
    """The Snowball stem of a token, lower case; in a language without a stemmer the lower-cased token."""
    stemmer = _stemmer("nl" if language == "und" else language)
    return str(stemmer.stem(token.lower())) if stemmer else token.lower()


#: ending of a Dutch word that the dictionary lacks -> what it loses; the first that fits counts.
_DUTCH_ENDINGS = (
    (re.compile(r"'ers$"), 1, ""),  # an abbreviation's person, plural: zzp'ers
    (re.compile(r"(?<=[a-z0-9])'(?:s|tje|tjes)$"), 0, "'"),  # an abbreviation's plural or diminutive: app's
    (re.compile(r"enden$"), 1, ""),  # people who do something: aanbestedenden
    (re.compile(r"(?<=.{4})heden$"), 4, "id"),
    (re.compile(r"(?<=.{4})ingen$"), 2, ""),
    (re.compile(r"(?<=.{3})teiten$"), 2, ""),
    (re.compile(r"(?<=.{3})(?:aar|eur|er|ster|or)s$"), 1, ""),
)


@cache
def _known(word: str) -> bool:
    return bool(simplemma.is_known(word, lang="nl"))


def _dutch_rule(word: str) -> str:
    """The dictionary form by general rules of a Dutch word that the dictionary lacks."""
    for pattern, cut, change in _DUTCH_ENDINGS:
        if pattern.search(word):
            if change == "'":
                return word[: word.rindex("'")]
            short = word[:-cut]
            return short[:-1] + "eid" if change == "id" else short
    # a nominalised adjective in the plural: the dictionary has the form without the n
    if word.endswith("en") and _known(word[:-1]):
        return word[:-1]
    return word


@lru_cache(maxsize=100_000)
def lemma(token: str, language: str = "nl") -> str:
    """The dictionary form of a token, lower case: simplemma, and rules for Dutch plurals that it lacks."""
    code = "nl" if language == "und" else language
    word = token.lower().replace("\u2019", "'")
    if code not in SNOWBALL or not any(map(str.isalpha, word)) or len(word) > MAX_WORD:
        return word
    form = str(simplemma.lemmatize(word, lang=code)).lower()
    return _dutch_rule(word) if code == "nl" and form == word and not _known(word) else form


def stop_words(language: str) -> frozenset[str]:
    """Lower-case words without a topic, in Dutch (nl) or English (en); none for other languages."""
    return STOP_WORDS.get("nl" if language == "und" else language, frozenset())
