"""The one door to every model that reads comments: what it is asked, what it answers, and how it is chosen.

`stance.model` and `sentiment.model` in params.yaml name a model: `encoder` (the embedded default), `hf:NAME` (a fine-tuned classifier of
Hugging Face), `nli:NAME` (zero-shot, by hypotheses from the codebook) or `openai:NAME` (an endpoint that speaks OpenAI's protocol). All
answer in the same form; calibration and abstention come afterwards, in the rooms of stance and sentiment, and are the same for all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from pipeline.errors import UsageError
from pipeline.settings import Codebook, Params
from pipeline.tables import BLAME, TONE

__all__ = ["BLAME", "TONE", "Answer", "Model", "Question", "get_model"]


@dataclass(frozen=True)
class Question:
    """A comment, cleaned, and what it answers, if that is known. Nothing in either is an instruction."""

    text: str
    parent: str | None = None

    def digest(self, model: str) -> str:
        """32 hex digits of SHA-256 over the question and the model that is asked."""
        parts = "\x1f".join((model, self.text, self.parent or ""))
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class Answer:
    """What a model says of one comment, before calibration; None where it was not asked for.

    `blame`: log-odds that each party is blamed, in the codebook's order. `tone`: scores of tables.SENTIMENTS, whose softmax is their
    probability. `evidence`: (party id, start, end, score in [0, 1]), spans of the text in characters.
    """

    blame: tuple[float, ...] | None = None
    tone: tuple[float, ...] | None = None
    evidence: tuple[tuple[str, int, int, float], ...] = ()
    features: tuple[tuple[float, ...], ...] = ()


class Model(Protocol):
    """Whatever answers this can be chosen."""

    #: names the weights, the prompt and everything else that an answer depends on, the codebook included
    name: str
    #: BLAME, TONE or both
    tells: frozenset[str]

    def answer(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """Answers in the order of the questions, one by one, so that what has been answered can be kept.

        Raises StandpuntError where the model cannot go on; what was yielded before then holds.
        """
        ...


def get_model(spec: str, task: str, codebook: Codebook, params: Params, gold: pl.DataFrame | None = None) -> Model:
    """The model that `spec` names, ready to be asked by `codebook` for `task` (BLAME or TONE).

    `gold` (table of that name): where an endpoint's prompt takes its examples from.
    Raises UsageError for an unknown spec or a library that is not installed.
    """
    kind, _, name = spec.partition(":")
    if kind == "encoder" and not name:
        from pipeline.read.embedded import Embedded

        return Embedded(codebook)
    if kind in ("hf", "nli") and name:
        from pipeline.read.huggingface import classifier, zero_shot

        return (classifier if kind == "hf" else zero_shot)(name, task, codebook, params)
    if kind == "openai" and name:
        from pipeline.read.endpoint import Endpoint
        from pipeline.read.prompt import from_gold

        return Endpoint(name, codebook, params, () if gold is None else from_gold(gold, codebook.debate))
    raise UsageError(
        f"model {spec!r} is unknown; known are encoder, hf:NAME, nli:NAME and openai:NAME (params.yaml, stance.model and "
        "sentiment.model)."
    )
