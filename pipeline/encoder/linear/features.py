"""Comments and parties as numbers: what a model may look at when it asks whether *this* comment blames *that* party.

Everything about a party is relative (is it named here, are others named, in which words), so that what is learned from one debate's
parties can be asked about the parties of another. Vectors say what the comment and its sentences mean; masked texts, in
which the asked party and the others are replaced by marks, say in which words each is spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.encoder.mentions import Lexicon, Reading, Span, read
from pipeline.learning import Floats, Ints

MASK, OTHERS_MASK = "PARTIJX", "ANDERY"
#: characters to the left and right of a mention in which words that turn its meaning are looked for
WINDOW = 40

#: Dutch and English words that turn, soften, report or aim a reproach; looked for in the text and near each mention
CONTEXT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:niet|geen|nooit|not|never|no|nergens|zonder)\b",
        r"\b(?:wij|we|ons|onze|us|our)\b",
        r"\b(?:ik|mij|me|mijn|m'n|i|my)\b",
        r"\b(?:zeg\w*|zei|roep\w*|vind\w*|volgens|noem\w*|heet|klag\w*|beweer\w*|said|says?|claims?)\b",
        r"\b(?:maar|toch|alleen|echter|but|though|however)\b",
        r"\?",
        r"!",
        r"\b(?:moet\w*|had\w* kunnen|zou\w*|should|could|must)\b",
    )
)
QUOTED = re.compile(r"[\"“„»«][^\"”“]{3,400}[\"”“]|(?<!\w)'[^'\n]{12,400}'(?!\w)")


@dataclass(frozen=True)
class Item:
    """A comment with the vectors of itself [dim] and of its sentences [sentences, dim]."""

    text: str
    sentences: list[Span]
    vector: Floats
    sentence_vectors: Floats


@dataclass(frozen=True)
class Features:
    """n comments, m sentences, k parties; `owner` tells each sentence's comment."""

    texts: list[str]
    vectors: Floats  # [n, dim]
    pair: Floats  # [n, k, columns]
    named: (
        Floats  # [n, k, dim]: mean vector of the sentences about the party, less the centre; zero where there are none
    )
    others: Floats  # [n, k, dim]: the same for the other parties
    masked: list[list[str]]  # [n][k]
    mentions: Ints  # [n, k]
    owner: Ints  # [m]
    sentence_texts: list[str]
    sentence_vectors: Floats  # [m, dim]
    sentence_pair: Floats  # [m, k, columns]
    sentence_masked: list[list[str]]  # [m][k]
    about: Floats  # [m, k]: 1 where the sentence names the party or points back to it
    about_others: Floats  # [m, k]


def masked_text(reading: Reading, party: int, span: Span) -> str:
    """The span's text, its mentions of the party and of other parties replaced by two marks."""
    start, end = span
    found = sorted(
        (a, b, MASK if index == party else OTHERS_MASK)
        for index, spans in enumerate(reading.named)
        for a, b in spans
        if a >= start and b <= end
    )
    parts: list[str] = []
    position = start
    for a, b, mark in found:
        if a >= position:
            parts += [reading.text[position:a], mark]
            position = b
    return "".join(parts) + reading.text[position:end]


def _speaks_of(reading: Reading, sentence: int, party: int) -> bool:
    return bool(reading.in_sentence(sentence, party)) or party in reading.carried[sentence]


def _pair_row(reading: Reading, party: int) -> list[float]:
    """How a comment names a party, and what stands near it."""
    text, number = reading.text, len(reading.sentences)
    mine = reading.named[party]
    rest = [index for index in range(len(reading.named)) if index != party]
    others = [span for index in rest for span in reading.named[index]]
    quotes = [match.span() for match in QUOTED.finditer(text)]
    about = {s for s in range(number) if _speaks_of(reading, s, party)}
    about_rest = {s for s in range(number) if any(reading.in_sentence(s, index) for index in rest)}
    openings = [a - reading.sentences[s][0] for s in range(number) for a, _ in reading.in_sentence(s, party)]
    near = [text[max(0, a - WINDOW) : b + WINDOW] for a, b in mine]
    row = [
        len(mine) > 0,
        min(len(mine), 4),
        len(mine) / (len(mine) + len(others) + 1),
        len(others) > 0,
        min(len(others), 4),
        any(a <= x and y <= b for a, b in quotes for x, y in mine),
        len(about) / number,
        len(about - about_rest) / number,
        0 in about,
        number - 1 in about,
        number - 1 in about_rest,
        len(reading.cued[party]) > 0,
        any(reading.cued[index] for index in rest),
        sum(bool(spans) for spans in reading.named),
        not mine and not others,
        any(opening < 12 for opening in openings),
        np.log(max(1, len(text))) / 5,
        min(number, 8) / 8,
    ]
    row += [pattern.search(text) is not None for pattern in CONTEXT]
    row += [any(pattern.search(words) for words in near) for pattern in CONTEXT]
    return [float(value) for value in row]


def _sentence_row(reading: Reading, sentence: int, party: int) -> list[float]:
    """How a sentence names a party, and its place in the comment."""
    start, end = reading.sentences[sentence]
    text, number = reading.text[start:end], len(reading.sentences)
    rest = [index for index in range(len(reading.named)) if index != party]
    mine = len(reading.in_sentence(sentence, party))
    others = sum(len(reading.in_sentence(sentence, index)) for index in rest)
    row = [
        mine > 0,
        min(mine, 3),
        others > 0,
        min(others, 3),
        party in reading.carried[sentence],
        any(index in reading.carried[sentence] for index in rest),
        sentence > 0 and bool(reading.in_sentence(sentence - 1, party)),
        sentence + 1 < number and bool(reading.in_sentence(sentence + 1, party)),
        sentence == 0,
        sentence == number - 1,
        1 / number,
        (end - start) / 200,
        bool(reading.named[party]),
        any(reading.named[index] for index in rest),
        any(start <= a < end for a, _ in reading.cued[party]),
        QUOTED.search(text) is not None,
    ]
    row += [pattern.search(text) is not None for pattern in CONTEXT]
    return [float(value) for value in row]


def _mean_about(item: Item, rows: list[int], centre: Floats) -> Floats:
    return np.asarray(item.sentence_vectors[rows].mean(axis=0) - centre) if rows else np.zeros_like(centre)


def build(items: Sequence[Item], books: Sequence[Lexicon], centre: Floats) -> Features:
    """Features of every comment with every party; `centre` [dim] is the mean comment vector of the training texts."""
    readings = [read(item.text, item.sentences, books) for item in items]
    parties = range(len(books))
    about = [[[s for s in range(len(r.sentences)) if _speaks_of(r, s, p)] for p in parties] for r in readings]
    rest = [[sorted({s for q in parties if q != p for s in rows[q]}) for p in parties] for rows in about]
    places = [(n, s) for n, r in enumerate(readings) for s in range(len(r.sentences))]
    dim = len(centre)

    def cube(values: list[list[Floats]]) -> Floats:
        return np.asarray(values, dtype=np.float64).reshape(len(items), len(books), dim)

    return Features(
        texts=[item.text for item in items],
        vectors=np.asarray([item.vector for item in items], dtype=np.float64).reshape(len(items), dim),
        pair=np.asarray([[_pair_row(r, p) for p in parties] for r in readings], dtype=np.float64),
        named=cube([[_mean_about(i, about[n][p], centre) for p in parties] for n, i in enumerate(items)]),
        others=cube([[_mean_about(i, rest[n][p], centre) for p in parties] for n, i in enumerate(items)]),
        masked=[[masked_text(r, p, (0, len(r.text))) for p in parties] for r in readings],
        mentions=np.asarray([[len(spans) for spans in r.named] for r in readings], dtype=np.int64),
        owner=np.asarray([n for n, _ in places], dtype=np.int64),
        sentence_texts=[readings[n].text[slice(*readings[n].sentences[s])] for n, s in places],
        sentence_vectors=np.asarray([items[n].sentence_vectors[s] for n, s in places], dtype=np.float64).reshape(
            -1, dim
        ),
        sentence_pair=np.asarray(
            [[_sentence_row(readings[n], s, p) for p in parties] for n, s in places], dtype=np.float64
        ),
        sentence_masked=[[masked_text(readings[n], p, readings[n].sentences[s]) for p in parties] for n, s in places],
        about=np.asarray([[s in about[n][p] for p in parties] for n, s in places], dtype=np.float64),
        about_others=np.asarray([[s in rest[n][p] for p in parties] for n, s in places], dtype=np.float64),
    )
