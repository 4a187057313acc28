"""Models of Hugging Face, by the library transformers, which is an extra: fine-tuned classifiers, and inference models without training.

`hf:NAME` is a sequence classifier whose labels say what we ask; labels that do not are an error, never a guess. `nli:NAME` judges
whether a comment entails a hypothesis that the codebook's party names make (zero-shot: Yin, Hay and Roth 2019). Both read the comment
alone, because neither was trained to read it with what it answers.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import UsageError
from pipeline.language import sentence_spans
from pipeline.read.huggingface_labels import blame_groups, listed, nli_places, tone_groups
from pipeline.read.models import BLAME, TONE, Answer, Question
from pipeline.read.prompt import sendable
from pipeline.settings import Codebook, Params

Floats = NDArray[np.float64]
#: [texts] -> [texts, parties] log-odds (BLAME), or [texts, SENTIMENTS] scores (TONE)
Score = Callable[[list[str]], Floats]

#: Part of every model's name: raise it where the reading of a model's output changes.
VERSION = 1
#: A longer comment is read in pieces of whole sentences: most of these models read 512 tokens, and drop the rest in silence.
PIECE_CHARACTERS = 1200
#: Evidence is looked for where a party is at least so probable.
EVIDENCE_FROM = 0.3
DECIMALS = 4
#: A tokeniser that knows no limit says a number beyond this one.
NO_LIMIT, USUAL_LIMIT = 1_000_000, 512

BLAME_HYPOTHESES = ("De schrijver houdt {} verantwoordelijk.", "The author holds {} responsible.")
TONE_HYPOTHESES = (
    ("De toon van deze reactie is negatief.", "De toon van deze reactie is neutraal.", "De toon van deze reactie is positief."),
    ("The tone of this comment is negative.", "The tone of this comment is neutral.", "The tone of this comment is positive."),
)  # fmt: skip


class Pipe(Protocol):
    """What is used of a transformers text-classification pipeline."""

    model: Any
    tokenizer: Any

    def __call__(self, inputs: list[Any], **settings: Any) -> list[list[dict[str, Any]]]:
        """Of each text, or pair {"text", "text_pair"}, a score for every label: {"label", "score"}."""
        ...


class Reader:
    """See models.Model: whatever scores texts, asked about comments."""

    def __init__(self, name: str, task: str, parties: Sequence[str], score: Score) -> None:
        self.name, self.tells = name, frozenset({task})
        self._task, self._parties, self._score = task, parties, score

    def answer(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """See models.Model. Of a comment in pieces the one that blames a party most counts for it; tones are averaged by length."""
        for question in questions:
            text = sendable(question.text)  # the library's tokenisers do not take a lone surrogate
            spans = pieces(text)
            scores = self._score([text[start:end] for start, end in spans])
            if self._task == TONE:
                yield Answer(
                    tone=_rounded(np.average(scores, axis=0, weights=[1 + end - start for start, end in spans]))
                )
            else:
                odds = scores.max(axis=0)
                yield Answer(blame=_rounded(odds), evidence=self._evidence(text, odds))

    def _evidence(self, text: str, odds: Floats) -> tuple[tuple[str, int, int, float], ...]:
        """The sentence that shows the blame of each likely party most."""
        spans = sentence_spans(text)
        likely = [party for party in range(len(odds)) if _sigmoid(odds[party]) > EVIDENCE_FROM]
        if not spans or not likely:
            return ()
        scores = self._score([text[start:end] for start, end in spans]) if len(spans) > 1 else odds[None, :]
        best = [(party, int(scores[:, party].argmax())) for party in likely]
        return tuple(
            (self._parties[party], *spans[s], round(_sigmoid(scores[s, party]), DECIMALS)) for party, s in best
        )


def _sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(value, -500, 500))))


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), DECIMALS) for value in values)


def pieces(text: str) -> list[tuple[int, int]]:
    """Spans of a text of at most PIECE_CHARACTERS, of whole sentences where they are no longer; always one at least."""
    found: list[tuple[int, int]] = []
    for first, last in sentence_spans(text):
        for start in range(first, last, PIECE_CHARACTERS):
            end = min(last, start + PIECE_CHARACTERS)
            if found and end - found[-1][0] <= PIECE_CHARACTERS:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
    return found or [(0, len(text))]


# --- a fine-tuned classifier -----------------------------------------------------------------------------------


def classifier(name: str, task: str, codebook: Codebook, params: Params, pipe: Pipe | None = None) -> Reader:
    """The sequence classifier `name` (of the Hub, or a folder), asked for `task` (BLAME or TONE).

    Its labels must be party ids or names or stances (BLAME), or tones (TONE). `pipe`: an own pipeline in place of the library's.
    Raises UsageError where the library or the model is not there, or where its labels say something else.
    """
    pipe = pipe or load("hf", name)
    labels, config = _labels(pipe, name), pipe.model.config
    multi = getattr(config, "problem_type", None) == "multi_label_classification" or len(labels) == 1
    groups = blame_groups(labels, codebook, multi, name) if task == BLAME else tone_groups(labels, name)

    def score(texts: list[str]) -> Floats:
        logits = _logits(pipe, texts, labels, truncation=True)
        return _tone_scores(logits, groups) if task == TONE else _log_odds(logits, groups, multi)

    parties = codebook.party_ids if task == BLAME else []
    return Reader(_name("hf", name, pipe, [task, labels, groups, multi, parties]), task, parties, score)


def _log_odds(logits: Floats, groups: Sequence[Sequence[int]], multi: bool) -> Floats:
    """[n, labels] -> [n, parties]: sigmoids where labels do not exclude one another, else the softmax of a party's labels together."""
    if multi:
        return np.stack([logits[:, group].max(axis=1) for group in groups], axis=1)
    rest = [[i for i in range(logits.shape[1]) if i not in group] for group in groups]
    return np.stack([_total(logits[:, g]) - _total(logits[:, r]) for g, r in zip(groups, rest, strict=True)], axis=1)


def _tone_scores(logits: Floats, groups: Sequence[Sequence[int]]) -> Floats:
    """[n, labels] -> [n, SENTIMENTS]: logs of the softmax of a tone's labels together."""
    return np.stack([_total(logits[:, group]) for group in groups], axis=1) - _total(logits)[:, None]


def _total(logits: Floats) -> Floats:
    """[n, labels] -> [n]: log of the sum of the labels' odds."""
    return np.asarray(np.logaddexp.reduce(logits, axis=1), dtype=np.float64)


# --- inference ------------------------------------------------------------------------------------------------


def zero_shot(name: str, task: str, codebook: Codebook, params: Params, pipe: Pipe | None = None) -> Reader:
    """The inference model `name` (of the Hub, or a folder), asked for `task` by hypotheses in Dutch and in English, averaged.

    Blame: the logit of entailment less that of contradiction, which is the log-odds where the model is not neutral. Tone: the
    logits of entailment of three hypotheses. `pipe`: an own pipeline in place of the library's.
    Raises UsageError where the library or the model is not there, or is no inference model.
    """
    pipe = pipe or load("nli", name)
    labels = _labels(pipe, name)
    entailed, contradicted = nli_places(labels, name)
    told = TONE_HYPOTHESES if task == TONE else tuple(
        tuple(template.format(party.name.of(language)) for party in codebook.parties)
        for template, language in zip(BLAME_HYPOTHESES, ("nl", "en"), strict=True)
    )  # fmt: skip

    def score(texts: list[str]) -> Floats:
        pairs = [{"text": text, "text_pair": h} for text in texts for hypotheses in told for h in hypotheses]
        logits = _logits(pipe, pairs, labels, truncation="only_first").reshape(len(texts), len(told), -1, len(labels))
        scores = logits[..., entailed] - (logits[..., contradicted] if task == BLAME else 0.0)
        return np.asarray(scores.mean(axis=1), dtype=np.float64)

    parties = codebook.party_ids if task == BLAME else []
    return Reader(_name("nli", name, pipe, [task, labels, told, parties]), task, parties, score)


# --- the library ----------------------------------------------------------------------------------------------


@functools.cache
def load(kind: str, name: str) -> Pipe:
    """The pipeline of a model, loaded once a process. Raises UsageError where the library or the model is not there."""
    try:
        importlib.import_module("torch")
        library = importlib.import_module("transformers")
    except ImportError as error:
        raise UsageError(
            f"{kind}:{name} needs the libraries transformers and torch, which are not installed ({error.name}): "
            '`pip install "standpunt[transformers]"`, or name another model (params.yaml).'
        ) from error
    try:
        pipe: Pipe = library.pipeline("text-classification", model=name)
    except (OSError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UsageError(f"{kind}:{name} cannot be loaded: {reason[:300]}") from error
    return pipe


def _labels(pipe: Pipe, name: str) -> list[str]:
    """Labels in the order of the model's outputs. Raises UsageError where two have one name, which scores would not tell apart."""
    by_id = {int(key): str(label) for key, label in dict(pipe.model.config.id2label).items()}
    labels = [by_id[key] for key in sorted(by_id)]
    if len(set(labels)) < len(labels):
        raise UsageError(f"model {name}: two of its labels have one name: {listed(labels)}.")
    return labels


def _limit(pipe: Pipe) -> int:
    """Tokens that the model reads. Some tokenisers do not know, and RoBERTa counts two places more than it has."""
    told = int(getattr(pipe.tokenizer, "model_max_length", NO_LIMIT))
    if told < NO_LIMIT:
        return told
    places = int(getattr(pipe.model.config, "max_position_embeddings", 0) or 0)
    return places - 2 if places > 2 else USUAL_LIMIT


def _logits(pipe: Pipe, inputs: list[Any], labels: list[str], truncation: bool | str) -> Floats:
    """[inputs, labels]. Texts go one by one, because padding beside a longer neighbour changes the last digits."""
    rows = pipe(inputs, top_k=None, function_to_apply="none", truncation=truncation, max_length=_limit(pipe))
    by_label = [{entry["label"]: float(entry["score"]) for entry in row} for row in rows]
    return np.asarray([[row[label] for label in labels] for row in by_label], dtype=np.float64)


def _name(kind: str, name: str, pipe: Pipe, parts: list[Any]) -> str:
    """Names the weights and all that is made of them."""
    parts = [VERSION, PIECE_CHARACTERS, EVIDENCE_FROM, _revision(name, pipe), *parts]
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:16]
    return f"{kind}:{name}@{digest}"


def _revision(name: str, pipe: Pipe) -> str:
    """The Hub's commit of the weights; of a folder, a digest of its files, since they may be trained anew under one name."""
    folder = Path(name)
    if not folder.is_dir():
        return str(getattr(pipe.model.config, "_commit_hash", None) or "")
    total = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        with path.open("rb") as file:
            total.update(f"{path.name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\0".encode())
    return total.hexdigest()
