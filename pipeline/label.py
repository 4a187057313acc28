"""Label any comments: lines of JSON in, lines of JSON out. What stands behind `standpunt label`.

Texts are cleaned as in the pipeline and labelled by the same models and calibration. With the embedded encoder nothing needs to
have run before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipeline import store
from pipeline.clean.text import clean_text, format_of
from pipeline.engine import Progress, silent
from pipeline.errors import StandpuntError, UsageError
from pipeline.learning import StanceScale, ToneScale
from pipeline.read.models import BLAME, TONE, Answer, Model, Question, get_model
from pipeline.sentiment import stage as sentiment_stage
from pipeline.settings import Codebook, Params, gold_codebooks, load_codebook, load_params
from pipeline.stance import stage as stance_stage
from pipeline.stance.evidence import Verdict, verdicts
from pipeline.tables import ANSWERS, GOLD, SENTIMENTS

BATCH = 200
Span = tuple[int, int]


@dataclass(frozen=True)
class Line:
    """One comment of the input: its id as given (any JSON value), the text as given, the question about it."""

    id: Any
    given: str
    question: Question
    labelled: bool  # False: nothing in it to label


@dataclass(frozen=True)
class Labeller:
    """What labels are made with: one model or two, and their calibration."""

    stance: Model
    tone: Model
    stance_scale: StanceScale
    tone_scale: ToneScale

    def ask(self, questions: Sequence[Question]) -> list[tuple[Answer, Answer]]:
        """Each question's answers about blame and about tone."""
        blame = list(self.stance.answer(questions))
        return list(zip(blame, blame if self.tone is self.stance else self.tone.answer(questions), strict=True))


def label_lines(
    lines: Iterable[str], root: Path, codebook_path: Path | None = None, progress: Progress = silent
) -> Iterator[dict[str, Any]]:
    """Labels of each line (a JSON object with `id`, `text` and, for a reply, `parent`), in the order given; blank lines are passed over.

    Yields id, stance, blames, p, sentiment, p_sentiment, abstained, evidence and abstained_sentiment. `abstained` says that
    the stance is too unsure to count; it and the tone then still hold the likeliest label. A text without words blames
    nobody, is neutral and abstained. Raises UsageError that names the first bad line before anything is labelled.
    """
    params = load_params(root)
    codebook = load_codebook(codebook_path or root / "codebook.yaml")
    read = [line for number, raw in enumerate(lines, 1) if (line := _read(raw, number, params)) is not None]
    if not read:
        return
    labeller = load_labeller(root, params, codebook)
    for start in range(0, len(read), BATCH):
        yield from _label(read[start : start + BATCH], labeller, codebook, params)
        progress(min(start + BATCH, len(read)), len(read), "comments labelled")


def load_labeller(root: Path, params: Params, codebook: Codebook) -> Labeller:
    """The models that params.yaml names. One that is calibrated on gold needs its answers about gold: `dvc repro` first."""
    specs = params.stance.model, params.sentiment.model
    answers, gold = ANSWERS.empty(), GOLD.empty()
    if set(specs) != {"encoder"}:
        try:
            answers, gold = store.read_table(root, ANSWERS), store.read_table(root, GOLD)
        except StandpuntError as error:
            raise StandpuntError(f"{' and '.join(sorted(set(specs)))}: not calibrated yet. {error}") from error
    stance = get_model(specs[0], BLAME, codebook, params, gold)
    tone = (
        stance if specs[0] == specs[1] and TONE in stance.tells else get_model(specs[1], TONE, codebook, params, gold)
    )
    books = gold_codebooks(root, codebook, gold["debate"].to_list())
    blame, about_tone = (answers.filter(pl.col("task") == task) for task in (BLAME, TONE))
    return Labeller(
        stance,
        tone,
        stance_stage.scale_for(root, specs[0], blame, gold, books)[0],
        sentiment_stage.scale_for(root, specs[1], about_tone, gold)[0],
    )


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _read(raw: str, number: int, params: Params) -> Line | None:
    """A line of input, cleaned; None where it is blank."""
    if not raw.strip():
        return None
    try:
        row = json.loads(raw.removeprefix("\ufeff"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"line {number}: not JSON ({error}).") from error
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
        raise UsageError(f"line {number}: expected an object with `id` and `text` (a string).")
    if not isinstance(row["id"], str | int) or isinstance(row["id"], bool):
        raise UsageError(f"line {number}: `id` must be a string or a whole number.")
    if not isinstance(row.get("parent"), str | None):
        raise UsageError(f"line {number}: `parent` must be the text of the comment that this one answers, or null.")
    text, empty = _cleaned(row["text"])
    parent = _cleaned(row["parent"])[0] if row.get("parent") and params.read.parents else None
    return Line(row["id"], row["text"], Question(text, parent or None), not empty and bool(text.strip()))


def _cleaned(given: str) -> tuple[str, bool]:
    """A text's own words, and whether there is nothing in them to label."""
    cleaned = clean_text(given, format_of(given))
    return cleaned.text, cleaned.no_text


# --- labelling -------------------------------------------------------------------------------------------------


def _label(batch: Sequence[Line], labeller: Labeller, codebook: Codebook, params: Params) -> Iterator[dict[str, Any]]:
    ready = [line for line in batch if line.labelled]
    answers = labeller.ask([line.question for line in ready])
    blame = [one.blame or () for one, _ in answers]
    shown = [one.evidence for one, _ in answers]
    features = [one.features for one, _ in answers]
    said = verdicts(blame, shown, codebook, labeller.stance_scale, params.stance.abstain_margin, features)
    scores = np.asarray([two.tone for _, two in answers], dtype=np.float64).reshape(len(ready), len(SENTIMENTS))
    known = iter(zip(said, labeller.tone_scale.probabilities(scores), strict=True))
    for line in batch:
        if line.labelled:
            verdict, tone = next(known)
            yield _record(line, verdict, tone, codebook, params)
        else:
            nothing = Verdict([0.0] * len(codebook.parties), [], codebook.derive_stance([]), True, [])
            yield _record(line, nothing, np.array([0.0, 1.0, 0.0]), codebook, params) | {"abstained_sentiment": True}


def _record(line: Line, verdict: Verdict, tone: np.ndarray, codebook: Codebook, params: Params) -> dict[str, Any]:
    evidence = []
    for party, start, end, _ in verdict.evidence:
        place = place_in(line.given, line.question.text, (start, end))
        if place is not None:
            evidence.append({"party": party, "start": place[0], "end": place[1], "text": line.given[slice(*place)]})
    return {
        "id": line.id,
        "stance": verdict.stance,
        "blames": verdict.blames,
        "p": dict(zip(codebook.party_ids, verdict.p, strict=True)),
        "sentiment": SENTIMENTS[int(np.argmax(tone))],
        "p_sentiment": {name: float(value) for name, value in zip(SENTIMENTS, tone, strict=True)},
        "abstained": verdict.abstained,
        "evidence": evidence,
        "abstained_sentiment": bool(tone.max() < params.sentiment.abstain_below),
    }


def place_in(given: str, text: str, span: Span) -> Span | None:
    """Where a span of the cleaned text stands in the text as given, or None where it cannot be found again.

    Of equal passages the one of the same rank is meant. Where cleaning changed letters inside the passage, its first and
    last words find it, provided that what lies between is about as long.
    """
    words = text[slice(*span)]
    pieces = words.split()
    if not pieces:
        return None
    places = _occurrences(given, pieces)
    if places:
        rank = text[: span[0]].count(words)
        return places[min(rank, len(places) - 1)]
    for number in (4, 3, 2):
        if len(pieces) < 2 * number:
            continue
        for start, _ in _occurrences(given, pieces[:number]):
            for _, end in _occurrences(given, pieces[-number:]):
                if 0.8 * len(words) <= end - start <= 1.4 * len(words) + 10:
                    return start, end
    return None


def _occurrences(given: str, words: Sequence[str]) -> list[Span]:
    """Where these words stand in a row in a text, whatever the blanks between them."""
    return [match.span() for match in re.finditer(r"\s+".join(map(re.escape, words)), given)]
