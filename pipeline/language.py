"""What several rooms need to know of language: sentences, tokens, stems, lemmas, stop words.

A thin layer over libraries that need no downloaded data: sentencex (sentence boundaries, with lists of abbreviations),
nltk (tweet tokeniser, Snowball stemmers) and simplemma (lemma dictionaries). Every function is pure and linear in the
length of its text. Offsets are Python characters, so that `text[start:end]` is what is meant.
"""

from __future__ import annotations

import re
import sys
from functools import cache, lru_cache

import sentencex
import simplemma
from nltk.stem.snowball import SnowballStemmer
from nltk.tokenize import TweetTokenizer

from pipeline.stop_words import STOP_WORDS

SNOWBALL = {"nl": "dutch", "en": "english", "de": "german", "fr": "french"}

#: A longer run without a space is no word; the tokeniser sees it cut into pieces of this length.
MAX_WORD = 200

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LONG_WORD = re.compile(rf"(\S{{{MAX_WORD}}})(?=\S)")
_MARKER = re.compile(r"(?:\d{1,3}|[A-Za-z])[.)]")
#: sentencex 1.0 panics on white space of more than one byte after an initial, and no lone surrogate has a UTF-8 form
_READABLE = {code: " " for code in range(0x80, sys.maxunicode + 1) if chr(code).isspace()}
_READABLE |= dict.fromkeys(range(0xD800, 0xE000), "x")


def _pieces(line: str, language: str) -> list[str]:
    """A line cut by sentencex; the pieces joined are the line again, in length."""
    pieces: list[str] = sentencex.segment(language, line.translate(_READABLE))
    return pieces if sum(map(len, pieces)) == len(line) else [line]


def _joins(before: str, piece: str) -> bool:
    """Whether a piece is no sentence by itself: dots, a smiley, or what follows a list's number."""
    return not any(map(str.isalnum, piece)) or _MARKER.fullmatch(before.strip()) is not None


def _line_spans(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """Sentence spans of one line, spaces at both ends left out."""
    spans: list[tuple[int, int]] = []
    position, before = start, ""
    for piece in _pieces(text[start:end], language):
        stop = position + len(piece)
        piece = text[position:stop]
        first = position + len(piece) - len(piece.lstrip())
        last = position + len(piece.rstrip())
        if first < last:
            lone = before and not any(map(str.isalnum, before))
            if spans and (lone or _joins(before, piece)):
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
            before = text[spans[-1][0] : last] if lone else text[first:last]
        position = stop
    return spans


def sentence_spans(text: str, language: str = "nl") -> list[tuple[int, int]]:
    """Spans `(start, end)` in characters, in order, of the sentences of a text; `text[start:end]` is the sentence.

    A line break ends a sentence. No span is empty or has white space at its ends; together they hold every character
    of the text that is not white space. A language that is not known ("und") is cut as Dutch.
    """
    code = "nl" if language in ("und", "") else language
    return [
        span for line in _LINE.finditer(text) for span in _line_spans(text, line.start(), line.end(), code)
    ]


@cache
def _tokenizer() -> TweetTokenizer:
    return TweetTokenizer(
        preserve_case=True, reduce_len=False, strip_handles=False, match_phone_numbers=False
    )


def tokens(text: str) -> list[str]:
    """Words, punctuation, emoji, `@names` and addresses of a text, in order, case kept (nltk TweetTokenizer).

    The typographic apostrophe is made straight, so that "ICT’ers" and "ICT'ers" are one token. Entities are the
    clean stage's work: "&amp;" is read as "&", as the tokeniser does.
    """
    plain = _LONG_WORD.sub(r"\1 ", text.replace("\u2019", "'").replace("\x00", " "))
    return list(_tokenizer().tokenize(plain))


@cache
def _stemmer(language: str) -> SnowballStemmer | None:
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
    """The dictionary form of a token, lower case (simplemma; for Dutch words that it lacks, rules of plural forms)."""
    code = "nl" if language == "und" else language
    word = token.lower().replace("\u2019", "'")
    if code not in SNOWBALL or not any(map(str.isalpha, word)) or len(word) > MAX_WORD:
        return word
    form = str(simplemma.lemmatize(word, lang=code)).lower()
    return _dutch_rule(word) if code == "nl" and form == word and not _known(word) else form


def stop_words(language: str) -> frozenset[str]:
    """Lower-case words without a topic, in Dutch (nl) or English (en); none for other languages."""
    return STOP_WORDS.get("nl" if language == "und" else language, frozenset())
