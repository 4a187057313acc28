"""The encoder at work: vectors of texts, and whom a comment blames, in what tone, and in which words.

Three networks in ONNX, read by onnxruntime: `lower` reads each text by itself; on its states stand `vectors`, which gives a text its
vector as multilingual-e5 does, and `parties`, which reads comment, parties and context together. A text is always read alone, on one thread, so that its
numbers do not depend on its neighbours; several texts are read on several threads. Linear heads (`linear/`) hear the same comments;
what is told is the sum of both.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.encoder.inputs import (
    CONTEXT_TOKENS,
    PARTY_TOKENS,
    Span,
    Window,
    first_window,
    party_texts,
    windows,
)
from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.polarity import lean
from pipeline.encoder.linear.reader import LinearReader, party_text
from pipeline.encoder.mentions import Lexicon, lexicons, mentions
from pipeline.errors import StandpuntError
from pipeline.language import sentence_spans
from pipeline.settings import Codebook

FOLDER = Path(__file__).parent / "model"
SETTINGS = "encoder.json"

#: What a state is part of; a party's name, aliases and description follow PARTY, or OTHER where it counts second.
COMMENT, CONTEXT, PARTY, OTHER = 0, 1, 2, 5
Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]

#: What the network's log-odds, and its log-probabilities of the tones, count beside the linear heads'. Chosen on split `dev`.
BLAME_WEIGHT, TONE_WEIGHT = 0.6, 1.0
#: What the lexicon's balance of praise and reproach counts, for the positive tone and against the negative one: as much as split `dev`
#: allows. There it changes nothing up to here; on texts unlike the gold, long and full of judging words, it knows most.
LEXICON_WEIGHT = 0.3


@dataclass(frozen=True)
class Pass:
    """A window of a text, read by itself: states of the lower layers and of the last one [t, hidden], and the vector [hidden]."""

    window: Window
    states: Floats32
    vector: Floats32
    last: Floats32


@dataclass(frozen=True)
class Context:
    """What a comment answers: states of the lower layers [t, hidden], and which tokens name which party [t, k]."""

    states: Floats32
    links: Floats32


@dataclass(frozen=True)
class Heard:
    """What the encoder says of one comment: log-odds of blame [k], evidence [k, tokens], scores of the tones [3].

    `spans` are the tokens' places in the text; evidence is a probability a token; features [k, 16] are the directions in which
    what decided about a party differs most between comments.
    """

    blame: Floats32
    tone: Floats32
    spans: list[Span]
    evidence: Floats32
    features: Floats32
    lean: float = 0.0  # of the whole comment, by the lexicon: `polarity.lean`


@dataclass(frozen=True)
class Asked:
    """A codebook's parties, read once: three states and vectors a party, the segment of each, and what names each party."""

    states: Floats32  # [3 k, hidden]
    vectors: Floats32  # [k, 3, hidden]
    descriptions: Floats64  # [k, hidden]: vectors of linear.reader.party_text
    codebook: Codebook
    segments: list[int]
    lexicons: list[Lexicon]

    @property
    def marks(self) -> list[int]:
        """Where each party's name stands among the states."""
        return list(range(0, len(self.segments), 3))


class Encoder:
    """The networks, loaded; `digest` names their weights."""

    dim = 384

    def __init__(self, folder: Path = FOLDER) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        settings = check(folder)
        self.digest = digest_of(settings)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3

        def load(name: str) -> Any:
            return onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])

        # while it is being trained there is no linear part yet
        self._linear = LinearReader.load(folder / "linear") if (folder / "linear").is_dir() else None
        self._lower, self._vectors, self._parties = (load(f"{n}.onnx") for n in ("lower", "vectors", "parties"))

    def states(self, window: Window) -> Floats32:
        """States of the lower layers [t, hidden]."""
        return np.asarray(self._lower.run(None, {"ids": window.ids[None, :]})[0][0], dtype=np.float32)

    def read(self, text: str) -> list[Pass]:
        """Read a text by itself: a pass a window."""
        return [self._pass(window) for window in windows(self.tokenizer, text)]

    def _pass(self, window: Window) -> Pass:
        states = self.states(window)
        vector, last = self._vectors.run(None, {"states": states[None]})
        return Pass(window, states, vector[0], last[0])

    def vector(self, text: str) -> Floats32:
        """A text's vector [dim], unit length; of a long text the mean of its windows."""
        return _unit(np.mean([part.vector for part in self.read(text)], axis=0, dtype=np.float64))

    def ask(self, codebook: Codebook) -> Asked:
        """Read a codebook's parties: the mean state of each one's name, aliases and description."""
        parts, vectors, segments = [], [], []
        for party in codebook.parties:
            for number, text in enumerate(party_texts(party)):
                told = self._pass(first_window(self.tokenizer, text, PARTY_TOKENS))
                parts.append(told.states[told.window.own].mean(0, keepdims=True))
                vectors.append(told.vector)
                segments.append((OTHER if party.secondary else PARTY) + number)
        each = np.stack(vectors).reshape(len(codebook.parties), 3, self.dim)
        described = np.stack([self.vector(party_text(party)) for party in codebook.parties]).astype(np.float64)
        return Asked(np.concatenate(parts), each, described, codebook, segments, lexicons(codebook))

    def hear(self, text: str, asked: Asked, parent: str | None = None) -> Heard:
        """Read a comment with the parties asked about, and with what it answers, if that is known.

        Of a comment longer than a window, the window that says most of a party counts for that party; the tone is the
        mean of the windows by their length.
        """
        return self._hear(text, self.read(text), asked, parent)

    def _hear(self, text: str, passes: Sequence[Pass], asked: Asked, parent: str | None) -> Heard:
        named = [mentions(text, one.aliases) for one in asked.lexicons]
        context = None
        if parent:
            window = first_window(self.tokenizer, parent, CONTEXT_TOKENS)
            context = Context(
                self.states(window), _links(window, [mentions(parent, one.aliases) for one in asked.lexicons])
            )
        heard = [self._one(part, asked, named, context) for part in passes]
        if len(heard) == 1:
            return heard[0]
        sizes = np.asarray([len(part.spans) for part in heard], dtype=np.float64)
        tone = np.average([part.tone for part in heard], axis=0, weights=sizes)
        best: dict[Span, Floats32] = {}
        for part in heard:
            for index, span in enumerate(part.spans):
                best[span] = np.maximum(best.get(span, np.float32(0)), part.evidence[:, index])
        spans = sorted(best)
        blame = np.stack([part.blame for part in heard])
        most = blame.argmax(axis=0)
        return Heard(
            blame.max(axis=0),
            np.asarray(tone, dtype=np.float32),
            spans,
            np.stack([best[span] for span in spans], axis=1),
            np.stack([heard[window].features[party] for party, window in enumerate(most)]),
        )

    def _one(self, read: Pass, asked: Asked, named: list[list[Span]], context: Context | None) -> Heard:
        window, own = read.window, read.states
        parts = [own, asked.states, *([] if context is None else [context.states])]
        segments = [COMMENT] * len(own) + asked.segments + [CONTEXT] * (0 if context is None else len(context.states))
        mine = np.zeros((1, len(segments)), np.float32)
        mine[0, : len(own)] = window.own
        finals = np.zeros((1, len(segments), self.dim), np.float32)
        finals[0, : len(own)] = read.last
        links = np.zeros((1, len(segments), len(named)), np.float32)
        links[0, : len(own)] = _links(window, named)
        if context is not None:
            links[0, -len(context.states) :] = context.links
        blame, evidence, tone, features = self._parties.run(
            None,
            {
                "states": np.concatenate(parts)[None],
                "segments": np.asarray([segments]),
                "marks": np.asarray([asked.marks]) + len(own),
                "own": mine,
                "links": links,
                "finals": finals,
                "vectors": asked.vectors[None],
            },
        )
        kept = np.flatnonzero(window.own)
        return Heard(blame[0], tone[0], [window.spans[i] for i in kept], evidence[0][:, kept], features[0])

    def hear_parts(
        self, texts: Sequence[tuple[str, str | None]], asked: Asked, workers: int
    ) -> tuple[list[Heard], tuple[Floats64, Floats64] | None]:
        """What the network says of many (text, parent), in the order given, and apart from it what the linear heads say:
        log-odds of blame [n, k] and log-probabilities of the tones [n, 3]."""

        def both(one: tuple[str, str | None]) -> tuple[Heard, Item | None]:
            passes = self.read(one[0])
            heard = replace(self._hear(one[0], passes, asked, one[1]), lean=lean(one[0]))
            return heard, None if self._linear is None else item_of(one[0], passes)

        with ThreadPoolExecutor(max(1, workers)) as pool:
            each = list(pool.map(both, texts))
        heard = [one for one, _ in each]
        items = [item for _, item in each if item is not None]
        if self._linear is None or not items:
            return heard, None
        return heard, self._linear.hear(items, asked.codebook, asked.descriptions)

    def hear_all(self, texts: Sequence[tuple[str, str | None]], asked: Asked, workers: int) -> list[Heard]:
        """`hear` of many (text, parent), in the order given, with the linear heads' word added."""
        heard, linear = self.hear_parts(texts, asked, workers)
        if linear is None:
            return heard
        return [
            replace(one, blame=summed_blame(one, more), tone=summed_tone(one, tones))
            for one, more, tones in zip(heard, *linear, strict=True)
        ]


def summed_blame(heard: Heard, linear: Floats64, weight: float = BLAME_WEIGHT) -> Floats32:
    """Log-odds of blame [k] of the network, `weight` times, and of the linear heads together."""
    return np.asarray(weight * heard.blame + linear, dtype=np.float32)


def summed_tone(
    heard: Heard, linear: Floats64, weight: float = TONE_WEIGHT, lexicon: float = LEXICON_WEIGHT
) -> Floats32:
    """The same of the tones [3], and `lexicon` times what the lexicon says."""
    leaning = lexicon * heard.lean * np.asarray([-1.0, 0.0, 1.0])
    return np.asarray(weight * _log_softmax(heard.tone) + linear + leaning, dtype=np.float32)


def _links(window: Window, named: Sequence[Sequence[Span]]) -> Floats32:
    """[t, k]: 1 for a token of words that name a party."""
    rows = [[any(a < end and b > start for start, end in spans) for spans in named] for a, b in window.spans]
    return np.asarray(rows, dtype=np.float32)


def _unit(vector: Floats64) -> Floats32:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def item_of(text: str, passes: Sequence[Pass]) -> Item:
    """A text as the linear heads hear it: its vector and its sentences'. The cut into sentences is the Dutch one, whatever the language.

    A sentence's vector is the mean of its tokens' last states as they were read in the whole text ("late chunking", Günther et al.
    2024): it knows what "they" refers to, and costs no reading of its own.
    """
    whole = _unit(np.mean([part.vector for part in passes], axis=0, dtype=np.float64)).astype(np.float64)
    spans = [(a, b) for a, b in sentence_spans(text, "nl") if text[a:b].strip()] or [(0, len(text))]
    if len(spans) < 2:
        return Item(text, spans, whole, whole[None, :])
    places = np.asarray([span for part in passes for span in part.window.spans])
    last = np.concatenate([part.last for part in passes])
    inner = []
    for start, end in spans:
        mine = (places[:, 0] >= start) & (places[:, 0] < end) & (places[:, 1] > places[:, 0])
        inner.append(_unit(last[mine].mean(0, dtype=np.float64)).astype(np.float64) if mine.any() else whole)
    return Item(text, spans, whole, np.stack(inner))


def _log_softmax(scores: Floats32) -> Floats32:
    shifted = scores - scores.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)


def settings_of(folder: Path = FOLDER) -> dict[str, Any]:
    """What `encoder.json` says. Raises StandpuntError where it is missing."""
    path = folder / SETTINGS
    if not path.is_file():
        raise StandpuntError(f"the encoder's files are not in {folder}. Restore pipeline/encoder/model from git.")
    settings: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return settings


def check(folder: Path = FOLDER) -> dict[str, Any]:
    """The encoder's settings. Raises StandpuntError where a file is missing or is not the one that was trained."""
    settings = settings_of(folder)
    for name, digest in settings["files"].items():
        file = folder / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            raise StandpuntError(
                f"{file} is missing, or not the file that {SETTINGS} was written with. Restore it from git."
            )
    return settings


def vectors_digest(folder: Path = FOLDER) -> str:
    """8 hex digits that name what a vector depends on: fine-tuning changes none of it."""
    files = settings_of(folder)["files"]
    parts = "".join(files[name] for name in ("lower.onnx", "vectors.onnx", "tokenizer.json"))
    return hashlib.sha256(parts.encode()).hexdigest()[:8]


def digest_of(settings: dict[str, Any]) -> str:
    """16 hex digits that name the weights, what they are asked with, and what each part counts."""
    text = json.dumps([settings["files"], BLAME_WEIGHT, TONE_WEIGHT, LEXICON_WEIGHT], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@functools.cache
def get_encoder(folder: str = str(FOLDER)) -> Encoder:
    """The encoder of a folder, loaded once a process."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return Encoder(Path(folder))
