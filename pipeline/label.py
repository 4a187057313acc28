"""Label any comments: lines of JSON in, lines of JSON out. What stands behind `standpunt label`.

Texts are cleaned and embedded as in the pipeline, and labelled by the models that the pipeline trained. Where it has not run yet, the
models are trained from data/raw/annotations and kept in the user's cache, under a digest of all that they depend on.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import engine, learning, store
from pipeline.clean.gold import clean_gold
from pipeline.clean.languages import own_language
from pipeline.clean.text import clean_text
from pipeline.embed.cache import known_vectors
from pipeline.embed.encoders import PARALLEL_FROM, EmptyTextError, embeddable, get_encoder
from pipeline.embed.stage import party_texts, wanted_texts
from pipeline.engine import Progress, silent
from pipeline.errors import StandpuntError, UsageError
from pipeline.language import sentence_spans
from pipeline.learning import Floats, VectorIndex
from pipeline.sentiment import model as sentiment_model
from pipeline.sentiment import stage as sentiment_stage
from pipeline.sentiment.features import Item as ToneItem
from pipeline.settings import Codebook, Params, load_codebook, load_params
from pipeline.stance import model as stance_model
from pipeline.stance import stage as stance_stage
from pipeline.stance.evidence import Verdict, verdicts
from pipeline.tables import CLEAN, SENTENCES, SENTIMENTS, text_digest

BATCH = 1000
CHUNK = 250
Span = tuple[int, int]

_MARKUP = re.compile(r"</?(?:blockquote|p|br|em|strong|a|ul|li)\b[^<>]{0,500}>", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One comment of the input: its id as given (any JSON value), the text as given, the text as analysed, its sentences."""

    id: Any
    given: str
    text: str
    sentences: list[Span]
    labelled: bool  # False: nothing in it to label


@dataclass(frozen=True)
class Models:
    """What labels are made with."""

    stance: stance_model.StanceModel
    sentiment: sentiment_model.SentimentModel
    encoder: str


def label_lines(
    lines: Iterable[str], root: Path, codebook_path: Path | None = None, progress: Progress = silent
) -> Iterator[dict[str, Any]]:
    """Labels of each line (a JSON object with `id` and `text`), in the order given; blank lines are passed over.

    Yields id, stance, blames, p, sentiment, p_sentiment, abstained, evidence and abstained_sentiment. `abstained` says that
    the stance is too unsure to count; it and the tone then still hold the likeliest label. A text without words blames
    nobody, is neutral and abstained. Raises UsageError that names the first bad line before anything is labelled.
    """
    params = load_params(root)
    codebook = load_codebook(codebook_path or root / "codebook.yaml")
    read = [line for number, raw in enumerate(lines, 1) if (line := _read(raw, number, params)) is not None]
    if not read:
        return
    models = load_models(root, params, progress)
    parties = embed(party_texts([codebook]), models.encoder, root, silent).descriptions(codebook)
    for start in range(0, len(read), BATCH):
        batch = read[start : start + BATCH]
        yield from _label(batch, models, codebook, parties, root, params, progress)
        progress(min(start + BATCH, len(read)), len(read), "comments labelled")


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
    given: str = row["text"]
    cleaned = clean_text(given, "html" if _MARKUP.search(given) else "text")
    text = cleaned.text
    language = own_language(text, tuple(params.clean.languages), params.clean.language_min_letters)[0] or "nl"
    return Line(row["id"], given, text, list(sentence_spans(text, language)), not cleaned.no_text and _has_words(text))


def _has_words(text: str) -> bool:
    try:
        return bool(embeddable(text))
    except EmptyTextError:
        return False


# --- labelling -------------------------------------------------------------------------------------------------


def _label(
    batch: Sequence[Line],
    models: Models,
    codebook: Codebook,
    parties: Floats | None,
    root: Path,
    params: Params,
    progress: Progress,
) -> Iterator[dict[str, Any]]:
    ready = [line for line in batch if line.labelled]
    texts = [
        text for line in ready for text in (line.text, *(line.text[a:b] for a, b in line.sentences)) if _has_words(text)
    ]
    vectors = embed({text_digest(text): text for text in texts}, models.encoder, root, progress)
    items = [stance_stage.make_item(line.text, line.sentences, vectors) for line in ready]
    said = verdicts(items, models.stance.predict(items, codebook, parties), codebook, params.stance.abstain_margin)
    tones = models.sentiment.predict([ToneItem(item.text, item.vector, item.sentence_vectors) for item in items])
    answers = iter(zip(said, tones, strict=True))
    for line in batch:
        if line.labelled:
            verdict, tone = next(answers)
            yield _record(line, verdict, tone, codebook, params)
        else:
            nothing = Verdict([0.0] * len(codebook.parties), [], codebook.derive_stance([]), True, [])
            yield _record(line, nothing, np.array([0.0, 1.0, 0.0]), codebook, params) | {"abstained_sentiment": True}


def _record(line: Line, verdict: Verdict, tone: np.ndarray, codebook: Codebook, params: Params) -> dict[str, Any]:
    evidence = []
    for party, start, end, _ in verdict.evidence:
        place = place_in(line.given, line.text, (start, end))
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


def embed(texts: dict[str, str], encoder: str, root: Path, progress: Progress) -> VectorIndex:
    """Vectors of texts by digest; those that the project knows are not made again. Two processes for a big batch."""
    known: dict[str, Any] = dict(known_vectors(root, encoder, texts))
    order = sorted(set(texts) - set(known), key=lambda digest: (len(texts[digest]), digest))

    def chunks(pool: Executor | None) -> None:
        tool = get_encoder(encoder, pool)
        for start in range(0, len(order), CHUNK):
            digests = order[start : start + CHUNK]
            known.update(zip(digests, tool.encode([texts[digest] for digest in digests]), strict=True))
            progress(start + len(digests), len(order), "texts embedded")

    if len(order) >= PARALLEL_FROM and engine.workers() > 1:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            chunks(pool)
    elif order:
        chunks(None)
    return VectorIndex(known)


# --- models ----------------------------------------------------------------------------------------------------


def load_models(root: Path, params: Params, progress: Progress = silent) -> Models:
    """The pipeline's models; where it has none, those in the user's cache, trained now if need be."""
    folders = root / stance_stage.MODELS, root / sentiment_stage.MODELS
    if all((folder / "model.json").is_file() for folder in folders):
        stance = stance_model.load(folders[0])
        if len(stance.centre) == get_encoder(params.embed.model).dim:
            return Models(stance, sentiment_model.load(folders[1]), params.embed.model)
    return _cached_models(root, params, progress)


def _cached_models(root: Path, params: Params, progress: Progress) -> Models:
    annotations = store.read_annotations(root)
    if annotations.is_empty():
        raise StandpuntError(
            f"no models and no annotations to train them from under {root}. Restore data/raw/annotations from git."
        )
    gold, _ = clean_gold(annotations, params.clean)
    codebook = load_codebook(root / "codebook.yaml")
    books = list(stance_stage.gold_codebooks(root, codebook, gold["debate"].to_list()).values())
    versions = [stance_model.VERSION, sentiment_model.VERSION, params.embed.model]
    key = learning.fingerprint(
        [versions, gold.to_dicts(), [book.model_dump(mode="json") for book in books], codebook.debate]
    )
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standpunt" / "models" / key
    if (home / "stance/model.json").is_file() and (home / "sentiment/model.json").is_file():
        return Models(stance_model.load(home / "stance"), sentiment_model.load(home / "sentiment"), params.embed.model)
    texts, _ = wanted_texts(CLEAN.empty(), SENTENCES.empty(), gold)
    texts |= party_texts(books)
    vectors = embed(texts, params.embed.model, root, progress)
    progress(0, 2, "models trained")
    tone = sentiment_stage.train_on(gold, vectors)
    progress(1, 2, "models trained")
    stance, _ = stance_stage.train_on(root, codebook, gold, vectors)
    progress(2, 2, "models trained")
    try:
        stance.save(home / "stance")
        tone.save(home / "sentiment")
    except OSError:
        pass  # a home that cannot be written to costs time, not the labels
    return Models(stance, tone, params.embed.model)
