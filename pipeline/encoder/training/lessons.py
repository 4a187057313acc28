"""Gold as batches of tensors. Each time a comment is met, its parties are told in another order and in other words.

So the network learns to read what a party is called and not where it stands: parties are shuffled, named in Dutch or
English, by some of their aliases, by their description or by their name alone; sometimes one is left out, sometimes one of another
debate, whom the comment cannot blame, is put beside them. What the lower layers say of a text never changes, and is kept.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pipeline.encoder.inputs import CONTEXT_TOKENS, PARTY_TOKENS, WINDOW_TOKENS, Window, first_window, party_texts
from pipeline.encoder.mentions import aliases_of, mentions, phrase_regex
from pipeline.encoder.training.network import Embedder, Lower
from pipeline.settings import Codebook, Party

COMMENT, CONTEXT, PARTY, OTHER = 0, 1, 2, 5
States = NDArray[np.float16]


@dataclass(frozen=True)
class Example:
    """A gold comment, ready to be read. `evidence`: (party id, start, end) in the text."""

    key: str
    text: str
    parent: str | None
    blames: frozenset[str]
    tone: int
    evidence: tuple[tuple[str, int, int], ...]
    codebook: Codebook
    writer: str
    hard: bool = False
    #: a written comment turned about: most words kept, the blame changed
    contrast: bool = False


@dataclass(frozen=True)
class Batch:
    """n comments, k parties (padded), t tokens (padded). `asked` [n, k] is 1 for a real party."""

    states: torch.Tensor
    mask: torch.Tensor
    segments: torch.Tensor
    marks: torch.Tensor
    own: torch.Tensor
    links: torch.Tensor  # [n, t, k]
    finals: torch.Tensor  # [n, t, hidden]
    vectors: torch.Tensor  # [n, k, 3, hidden]
    asked: torch.Tensor
    blamed: torch.Tensor
    shown: torch.Tensor  # [n, k, t]
    tone: torch.Tensor


@dataclass(frozen=True)
class Variation:
    """How freely the parties are told; nothing varies where every chance is 0."""

    shuffle: bool = True
    no_aliases: float = 0.15
    no_description: float = 0.3
    unlinked: float = 0.25
    english: float = 0.25
    drop: float = 0.1
    stranger: float = 0.15
    forget_parent: float = 0.15
    forget_tokens: float = 0.08
    #: parties are told by their place alone: a classifier of fixed classes
    blind: bool = False


FIXED = Variation(False, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
BLIND = Variation(False, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.08, blind=True)


@dataclass
class Reading:
    """The lower layers and what they said of each text so far."""

    lower: Lower
    embedder: Embedder
    tokenizer: Tokenizer
    known: dict[tuple[str, int], tuple[Window, States, States]] = field(default_factory=dict)
    means: dict[str, tuple[States, States]] = field(default_factory=dict)

    def __call__(self, text: str, limit: int) -> tuple[Window, States, States]:
        """A text's first window, its states [t, hidden], and its pretrained last states [t, hidden]."""
        key = (text, limit)
        if key not in self.known:
            window = first_window(self.tokenizer, text, limit)
            ids = torch.from_numpy(window.ids)[None, :]
            with torch.no_grad():
                states = self.lower(ids)
                last = self.embedder(states)[1]
            both = [part[0].numpy().astype(np.float16) for part in (states, last)]
            self.known[key] = (window, both[0], both[1])
        return self.known[key]

    def pooled(self, text: str) -> tuple[States, States]:
        """The mean state of a text's own tokens [1, hidden], and its vector [hidden] (unit length)."""
        if text not in self.means:
            window, states, last = self(text, PARTY_TOKENS)
            mean = states[window.own].astype(np.float32).mean(0, keepdims=True)
            vector = last.astype(np.float32).mean(0)
            vector = vector / np.linalg.norm(vector)
            self.means[text] = (np.asarray(mean, dtype=np.float16), np.asarray(vector, dtype=np.float16))
        return self.means[text]


def _told(party: Party, chance: random.Random, how: Variation) -> tuple[str, str, str]:
    """A way to tell a party: name, aliases, description."""
    name, aliases, description = party_texts(party, "en" if chance.random() < how.english else "nl")
    if chance.random() < how.no_aliases:
        aliases = name
    if chance.random() < how.no_description:
        description = aliases
    return name, aliases, description


@functools.cache
def _lexicon(aliases: tuple[str, ...]) -> re.Pattern[str]:
    return phrase_regex(aliases)


@functools.cache
def _mentions(aliases: tuple[str, ...], text: str) -> list[tuple[int, int]]:
    return mentions(text, _lexicon(aliases))


def _named(party: Party, text: str) -> list[tuple[int, int]]:
    """Where a text names a party."""
    return _mentions(tuple(aliases_of(party)), text)


def parties_for(
    example: Example, strangers: Sequence[Codebook], chance: random.Random, how: Variation
) -> list[tuple[Party, bool]]:
    """The parties to ask about, and whether each is this debate's own."""
    asked = [(party, True) for party in example.codebook.parties]
    if len(asked) > 2 and chance.random() < how.drop:
        asked.pop(chance.randrange(len(asked)))
    if strangers and chance.random() < how.stranger:
        other = chance.choice([book for book in strangers if book.debate != example.codebook.debate])
        asked.append((chance.choice([party for party in other.parties if not party.secondary]), False))
    if how.shuffle:
        chance.shuffle(asked)
    return asked


@dataclass(frozen=True)
class Prepared:
    """One example as arrays: states [t, hidden], segments [t], marks, own [t], and per party asked blame and evidence spans."""

    states: States
    finals: States
    vectors: States  # [k, 3, hidden]
    segments: list[int]
    marks: list[int]
    spans: list[tuple[int, int]]
    blamed: list[bool]
    shown: list[list[tuple[int, int]]]
    linked: list[list[bool]]  # per party asked, [t]: whether a token belongs to words that name it
    tone: int


def prepare(
    example: Example, reading: Reading, strangers: Sequence[Codebook], chance: random.Random, how: Variation
) -> Prepared:
    """Join what the lower layers say of the comment, the parties and the parent."""
    asked = parties_for(example, strangers, chance, how)
    window, states, finals = reading(example.text, WINDOW_TOKENS)
    spans = list(window.spans)
    if how.forget_tokens:
        kept = [i for i, (_, end) in enumerate(spans) if end == 0 or chance.random() >= how.forget_tokens]
        states, finals, spans = states[kept], finals[kept], [spans[i] for i in kept]
    parts, segments, marks = [states], [COMMENT] * len(states), []
    parent = example.parent if example.parent and chance.random() >= how.forget_parent else None
    before = reading(parent, CONTEXT_TOKENS) if parent else None
    linked: list[list[bool]] = []
    vectors = np.zeros((len(asked), 3, states.shape[1]), np.float16)
    for index, (party, _) in enumerate(asked):
        marks.append(len(segments))
        first = OTHER if party.secondary else PARTY
        if how.blind:
            parts.append(np.zeros((1, states.shape[1]), np.float16))
            segments.append(PARTY + (len(marks) - 1) % 6)
            continue
        for number, told in enumerate(_told(party, chance, how)):
            mean, vectors[index, number] = reading.pooled(told)
            parts.append(mean)
            segments.append(first + number)
    place = len(segments)
    if before:
        parts.append(before[1])
        segments += [CONTEXT] * len(parts[-1])
    for party, _ in asked:
        links = [False] * len(segments)
        if not how.blind and chance.random() >= how.unlinked:
            links[: len(spans)] = _within(spans, _named(party, example.text))
            if before and parent:
                links[place:] = _within(before[0].spans, _named(party, parent))
        linked.append(links)
    blamed = [mine and party.id in example.blames for party, mine in asked]
    shown = [[(a, b) for who, a, b in example.evidence if mine and who == party.id] for party, mine in asked]
    return Prepared(np.concatenate(parts), finals, vectors, segments, marks, spans, blamed, shown, linked, example.tone)


def _within(tokens: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> list[bool]:
    """Which tokens touch one of the spans."""
    return [any(a < end and b > start for start, end in spans) for a, b in tokens]


def collate(rows: Sequence[Prepared]) -> Batch:
    """Pad to the longest."""
    n, t, k = len(rows), max(len(row.segments) for row in rows), max(len(row.blamed) for row in rows)
    states = np.zeros((n, t, rows[0].states.shape[1]), np.float32)
    mask, own, segments = np.zeros((n, t)), np.zeros((n, t)), np.zeros((n, t), int)
    marks, asked, blames, shown = np.zeros((n, k), int), np.zeros((n, k)), np.zeros((n, k)), np.zeros((n, k, t))
    links = np.zeros((n, t, k))
    finals, vectors = np.zeros(states.shape, np.float32), np.zeros((n, k, 3, states.shape[2]), np.float32)
    for i, row in enumerate(rows):
        size, parties = len(row.segments), len(row.blamed)
        states[i, :size], mask[i, :size], segments[i, :size] = row.states, 1, row.segments
        finals[i, : len(row.finals)], vectors[i, :parties] = row.finals, row.vectors
        own[i, : len(row.spans)] = [end > 0 for _, end in row.spans]
        marks[i, :parties], asked[i, :parties], blames[i, :parties] = row.marks, 1, row.blamed
        for party in range(parties):
            shown[i, party, : len(row.spans)] = _within(row.spans, row.shown[party])
            links[i, :size, party] = row.linked[party]

    def floats(array: NDArray[np.float64]) -> torch.Tensor:
        return torch.tensor(array, dtype=torch.float32)

    return Batch(
        states=torch.from_numpy(states),
        mask=floats(mask),
        segments=torch.tensor(segments),
        marks=torch.tensor(marks),
        own=floats(own),
        links=floats(links),
        finals=torch.from_numpy(finals),
        vectors=torch.from_numpy(vectors),
        asked=floats(asked),
        blamed=floats(blames),
        shown=floats(shown),
        tone=torch.tensor([row.tone for row in rows]),
    )


def batches(
    examples: Sequence[Example], reading: Reading, size: int, seed: int, how: Variation, order: bool = True
) -> Iterator[Batch]:
    """One epoch. Comments of a like length go together, in a random order of batches; `order` False keeps the given one."""
    chance = random.Random(seed)
    books = list({example.codebook.debate: example.codebook for example in examples}.values())
    strangers = books if len(books) > 1 else []
    places = list(range(len(examples)))
    if order:
        places.sort(key=lambda i: len(examples[i].text) * (1 + 0.2 * chance.random()))
    groups = [places[start : start + size] for start in range(0, len(places), size)]
    if order:
        chance.shuffle(groups)
    for group in groups:
        yield collate([prepare(examples[i], reading, strangers, chance, how) for i in group])
