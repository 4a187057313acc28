"""From what an endpoint sends back to answers: validated, or refused with the reason; nothing is guessed.

An answer that speaks of a comment that was not asked about, or twice of one, is refused whole: a comment that led the model so far
may have led it further.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.errors import StandpuntError
from pipeline.read.models import Answer, Question
from pipeline.read.prompt import sendable
from pipeline.tables import SENTIMENTS

#: Probabilities are clipped to this and its complement: a model that says 0 or 1 is sure, and not infinitely so.
CLIP = 0.02
#: The tones' probabilities may miss 1 by so much: models round.
TONE_TOLERANCE = 0.1
DECIMALS = 6

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n\s*```\Z", re.DOTALL)


class RefusedAnswerError(StandpuntError):
    """An answer that cannot be used. `complaint` is what the model is told: fixed words, nothing that a comment wrote."""

    def __init__(self, complaint: str, detail: str = "") -> None:
        super().__init__(f"{complaint} ({detail})" if complaint and detail else complaint or detail)
        self.complaint = complaint


NOT_JSON = "it was not one JSON object and nothing else"
FORM = "it did not keep to the form"
OTHERS = "it spoke of a comment that is not there, or twice of one"
MISSING = "it left out a comment"
CUT = "it was cut off before its end"
EMPTY = "it was empty"
NO_ANSWER = "the server sent no completion"
TOO_LARGE = "it was far too long"


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Tone(_Form):
    negative: Share
    neutral: Share
    positive: Share


class _Reading(_Form):
    """One comment's entry. Keys that nobody asked for are harmless; a missing quote is none."""

    index: int
    blame: dict[str, Share]
    tone: _Tone
    evidence: dict[str, list[str]] = {}

    @field_validator("tone")
    @classmethod
    def _whole(cls, tone: _Tone) -> _Tone:
        if abs(tone.negative + tone.neutral + tone.positive - 1) > TONE_TOLERANCE:
            raise ValueError("the probabilities of the tones are not 1 together")
        return tone


class _Message(_Form):
    content: str | None = None


class _Choice(_Form):
    message: _Message
    finish_reason: str | None = None


class _Completion(_Form):
    choices: list[_Choice] = Field(min_length=1)


class _Usage(_Form):
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


@dataclass
class Readings:
    """What one request brought: answers and faults by index, and how many quotes were no span of their comment."""

    answers: dict[int, Answer] = field(default_factory=dict)
    faults: dict[int, RefusedAnswerError] = field(default_factory=dict)
    no_span: int = 0


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice in one object")
    return found


def _load(text: str | bytes) -> Any:
    """JSON without doubled keys. Raises ValueError for anything else."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _why(error: ValidationError) -> str:
    """The first thing that a schema found wrong, short, in printable letters."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return "".join(c for c in f"{place}: {first['msg']}" if c.isprintable())[:160]


def usage_of(body: bytes) -> tuple[int, int] | None:
    """(tokens read, tokens written) as the server counted them, if it says so."""
    try:
        found = _Usage.model_validate(_load(body)["usage"])
    except (ValueError, KeyError, TypeError):
        return None
    return found.prompt_tokens, found.completion_tokens


def content_of(body: bytes) -> str:
    """The text of a completion. Raises RefusedAnswerError where there is none, or only a part."""
    try:
        choice = _Completion.model_validate(_load(body)).choices[0]
    except ValidationError as error:
        raise RefusedAnswerError(NO_ANSWER, _why(error)) from None
    except ValueError as error:
        raise RefusedAnswerError(NO_ANSWER, f"no JSON: {error}"[:160]) from None
    if choice.finish_reason == "length":
        raise RefusedAnswerError(CUT, "finish_reason is length")
    if not (choice.message.content or "").strip():
        raise RefusedAnswerError(EMPTY, f"finish_reason is {choice.finish_reason!r}"[:80])
    return choice.message.content or ""


def _entries(content: str) -> list[Any]:
    """The entries of an answer. A thought before it, or a fence around the whole of it, is no part of it."""
    text = _THOUGHT.sub("", content, count=1).strip()
    if fenced := _FENCE.match(text):
        text = fenced[1]
    try:
        data = _load(text)
    except ValueError as error:
        raise RefusedAnswerError(NOT_JSON, str(error)[:160]) from None
    if not isinstance(data, dict) or not isinstance(data.get("comments"), list):
        raise RefusedAnswerError(FORM, "there is no list `comments`")
    return list(data["comments"])


def read_answer(content: str, questions: Sequence[Question], parties: Sequence[str]) -> Readings:
    """The answers in a completion's text about `questions`, numbered from 0; `parties`: ids in the codebook's order.

    Raises RefusedAnswerError where the answer as a whole cannot be used.
    """
    entries = _entries(content)
    indices = [entry.get("index") if isinstance(entry, dict) else None for entry in entries]
    if any(type(index) is not int for index in indices):
        raise RefusedAnswerError(FORM, "an entry has no index")
    if len(set(indices)) < len(indices) or not set(indices) <= set(range(len(questions))):
        raise RefusedAnswerError(OTHERS, f"entries about {indices}, asked about {len(questions)}"[:160])
    found = Readings()
    for index in range(len(questions)):
        try:
            if index not in indices:
                raise RefusedAnswerError(MISSING)
            found.answers[index], no_span = _answer(entries[indices.index(index)], questions[index].text, parties)
            found.no_span += no_span
        except RefusedAnswerError as fault:
            found.faults[index] = fault
    return found


def _answer(entry: Any, text: str, parties: Sequence[str]) -> tuple[Answer, int]:
    """One entry as an answer, and the number of its quotes that are no span of the text."""
    try:
        reading = _Reading.model_validate(entry)
    except ValidationError as error:
        raise RefusedAnswerError(FORM, _why(error)) from None
    if set(reading.blame) != set(parties) or not set(reading.evidence) <= set(parties):
        raise RefusedAnswerError(FORM, f"the parties are not {', '.join(parties)}")
    evidence, no_span = _spans(reading, sendable(text), parties)
    tone = tuple(round(math.log(_clipped(getattr(reading.tone, name))), DECIMALS) for name in SENTIMENTS)
    return Answer(tuple(log_odds(reading.blame[party]) for party in parties), tone, evidence), no_span


def _spans(reading: _Reading, text: str, parties: Sequence[str]) -> tuple[tuple[tuple[str, int, int, float], ...], int]:
    """Quotes as places in the text (the first, where the words occur twice), and how many have none."""
    found: list[tuple[str, int, int, float]] = []
    no_span = 0
    for party in parties:
        spans = set()
        for quote in reading.evidence.get(party, []):
            words = quote.strip()
            start = text.find(words) if words else -1
            if start >= 0:
                spans.add((start, start + len(words)))
            else:
                no_span += 1
        found += [(party, start, end, round(reading.blame[party], DECIMALS)) for start, end in sorted(spans)]
    return tuple(found), no_span


def _clipped(p: float) -> float:
    return min(max(p, CLIP), 1 - CLIP)


def log_odds(p: float) -> float:
    """Log-odds of a probability clipped to [CLIP, 1 - CLIP]."""
    return round(math.log(_clipped(p) / (1 - _clipped(p))), DECIMALS)
