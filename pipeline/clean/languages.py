"""In which language a comment is, and how sure that is.

py3langid (a naive Bayes model over byte n-grams, Lui and Baldwin, 2012), restricted to the languages of params.yaml. Of
very short texts every detector is wrong as often as not ("Haha" is French to it), so that these, and any of which it is
unsure, take the language of their thread.
"""

from __future__ import annotations

from functools import cache

import polars as pl
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipeline.settings import CleanParams

#: Below this probability a text's own language is not believed.
CONFIDENT = 0.8
#: A language outside the list is believed only at this probability: Frisian and Afrikaans are near to Dutch.
FOREIGN = 0.9
UNKNOWN = "und"
#: The model needs no more of a long text.
MAX_LETTERS = 5_000


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def letters(text: str) -> int:
    """Number of letters of a text."""
    return sum(map(str.isalpha, text))


def own_language(text: str, languages: tuple[str, ...], min_letters: int) -> tuple[str | None, float]:
    """The language of a text by itself and its probability; (None, probability) where it is too short or unsure.

    A text that is clearly in a language outside the list is "und".
    """
    if letters(text) < min_letters:
        return None, 0.0
    # probabilities over all languages of the model; restricted to the list they keep their proportions
    ranked: list[tuple[str, float]] = _identifier().rank(text[:MAX_LETTERS])
    (likeliest, sure), *_ = ranked
    if likeliest not in languages and sure >= FOREIGN:
        return UNKNOWN, round(float(sure), 6)
    listed = [(language, probability) for language, probability in ranked if language in languages]
    total = sum(probability for _, probability in listed)
    if not total:
        return None, 0.0
    language, probability = listed[0][0], listed[0][1] / total
    return (language if probability >= CONFIDENT else None), round(float(probability), 6)


def detect(texts: pl.DataFrame, declared: pl.DataFrame, params: CleanParams) -> pl.DataFrame:
    """Columns comment_id, language, language_confidence, language_from for `texts` (comment_id, thread_id, text).

    `declared` has thread_id and language as the page declares it, or null. A text that does not tell its language
    takes the one that most of its thread's sure comments have, its confidence being their share; in a thread without
    sure comments the declared one, at 0.5; else "und" at 0.
    """
    languages = tuple(params.languages)
    own = [own_language(text, languages, params.language_min_letters) for text in texts["text"].to_list()]
    found = texts.select("comment_id", "thread_id").with_columns(
        own=pl.Series([language for language, _ in own], dtype=pl.String),
        sure=pl.Series([probability for _, probability in own], dtype=pl.Float64),
    )
    by_thread = (
        found.drop_nulls("own")
        .group_by("thread_id", "own")
        .len()
        .with_columns(share=pl.col("len") / pl.col("len").sum().over("thread_id"))
        .sort("thread_id", "len", "own", descending=[False, True, False])
        .group_by("thread_id", maintain_order=True)
        .first()
        .select("thread_id", majority="own", share="share")
    )
    page = declared.select("thread_id", page=pl.col("language").str.to_lowercase().str.split("-").list.first())
    return (
        found.join(by_thread, on="thread_id", how="left")
        .join(page, on="thread_id", how="left")
        .select(
            "comment_id",
            language=pl.coalesce("own", "majority", "page", pl.lit(UNKNOWN)),
            language_confidence=pl.when(pl.col("own").is_not_null())
            .then("sure")
            .otherwise(pl.coalesce("share", pl.when(pl.col("page").is_not_null()).then(0.5), pl.lit(0.0)))
            .round(6),
            language_from=pl.when(pl.col("own").is_not_null()).then(pl.lit("own")).otherwise(pl.lit("thread")),
        )
    )
