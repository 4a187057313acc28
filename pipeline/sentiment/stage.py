"""sentiment: the tone of each comment that has something to label, with calibrated probabilities.

Calibration learns from gold of split `dev`; the answers about the held-out gold (`test`) are kept beside the labels for `evaluate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipeline import store
from pipeline.encoder.calibrated import adapted, shipped
from pipeline.engine import Progress, Summary, silent
from pipeline.learning import Floats, ToneScale, fit_tone
from pipeline.settings import load_params
from pipeline.tables import ANSWERS, CLEAN, GOLD, SENTIMENT, SENTIMENTS, TONE


def run(root: Path, progress: Progress = silent) -> Summary:
    """Label every kept comment, and the held-out gold."""
    # load
    params = load_params(root)
    clean, gold = store.read_table(root, CLEAN), store.read_table(root, GOLD)
    answers = store.read_table(root, ANSWERS).filter(pl.col("task") == TONE)

    # process
    scale, note = scale_for(root, params.sentiment.model, answers, gold)
    below = params.sentiment.abstain_below
    labelled = label(answers.join(clean, left_on="item_id", right_on="comment_id", how="semi"), scale, below)
    test = gold.filter(pl.col("split") == "test")
    held = label(answers.join(test, left_on="item_id", right_on="annotation_id", how="semi"), scale, below)

    # save
    store.write_json(store.held_out(root, SENTIMENT).with_name("calibration.json"), scale.as_json())
    store.write_parquet(store.held_out(root, SENTIMENT), held)
    rows = store.write_table(root, SENTIMENT, store.by_source(root, labelled))
    progress(labelled.height, labelled.height, "comments labelled")
    notes = [note, f"abstained on {int(labelled['abstained'].sum()):,}"]
    return Summary(
        "sentiment", clean.height, rows, "data/processed/sentiment", {"not analysed": clean.height - rows}, notes
    )


def scale_for(root: Path, model: str, answers: pl.DataFrame, gold: pl.DataFrame) -> tuple[ToneScale, str]:
    """The calibration of a model's answers, and a word on where it comes from; see stance.stage.scale_for."""
    if model == "encoder":
        own = adapted(root)
        return (own.tone, own.note) if own else (shipped().tone, "calibration as shipped with the encoder")
    dev = gold.filter(pl.col("split") == "dev").select("annotation_id", "sentiment")
    known = dev.join(answers, left_on="annotation_id", right_on="item_id", how="inner").sort("annotation_id")
    labels = np.asarray([SENTIMENTS.index(tone) for tone in known["sentiment"].to_list()], dtype=np.int64)
    scores = np.asarray(known["scores"].to_list(), dtype=np.float64)
    return fit_tone(scores, labels), f"calibrated on {len(labels):,} gold comments"


def label(answers: pl.DataFrame, scale: ToneScale, abstain_below: float) -> pl.DataFrame:
    """Answers about comments as a sentiment table. Abstained: the likeliest tone is less probable than `abstain_below`."""
    scores = np.asarray(answers["scores"].to_list(), dtype=np.float64).reshape(answers.height, len(SENTIMENTS))
    return SENTIMENT.frame(rows_of(answers["item_id"].to_list(), scale.probabilities(scores), abstain_below))


def rows_of(ids: Sequence[str], p: Floats, abstain_below: float) -> list[dict[str, Any]]:
    """Probabilities [ids, 3] as rows of the sentiment table."""
    return [
        {
            "comment_id": comment_id,
            "label": SENTIMENTS[int(np.argmax(row))],
            **{f"p_{name}": float(value) for name, value in zip(SENTIMENTS, row, strict=True)},
            "score": round(float(row[2] - row[0]), 6),
            "abstained": bool(row.max() < abstain_below),
        }
        for comment_id, row in zip(ids, p, strict=True)
    ]
