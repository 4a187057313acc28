"""stance: whom each comment holds responsible: the model's answers, calibrated, decided, or left undecided.

Calibration learns from gold of split `dev`, the model from `train` at most, so that what `evaluate` measures on split `test` is true of
the labels of the corpus. The answers about the held-out gold are kept beside them for that purpose.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline import store
from pipeline.encoder.calibrated import adapted, shipped
from pipeline.engine import Progress, Summary, silent
from pipeline.learning import Case, StanceScale, fit_stance
from pipeline.settings import Codebook, gold_codebooks, load_codebook, load_params
from pipeline.stance.evidence import Evidence, rows_of, verdicts
from pipeline.tables import ANSWERS, BLAME, CLEAN, GOLD, STANCE


def run(root: Path, progress: Progress = silent) -> Summary:
    """Label every kept comment, and the held-out gold."""
    # load
    params, codebook = load_params(root), load_codebook(root / "codebook.yaml")
    clean, gold = store.read_table(root, CLEAN), store.read_table(root, GOLD)
    answers = store.read_table(root, ANSWERS).filter(pl.col("task") == BLAME)
    books = gold_codebooks(root, codebook, gold["debate"].to_list())

    # process
    scale, note = scale_for(root, params.stance.model, answers, gold, books)
    margin = params.stance.abstain_margin
    corpus = answers.join(clean.select("comment_id"), left_on="item_id", right_on="comment_id", how="semi")
    labelled = label(corpus, codebook, scale, margin)
    held = [STANCE.empty()]
    for debate, book in books.items():
        wanted = gold.filter((pl.col("debate") == debate) & (pl.col("split") == "test"))
        mine = answers.join(wanted, left_on="item_id", right_on="annotation_id", how="semi")
        held.append(label(mine, book, scale, margin))

    # save
    store.write_json(store.held_out(root, STANCE).with_name("calibration.json"), scale.as_json())
    store.write_parquet(store.held_out(root, STANCE), STANCE.check(pl.concat(held)))
    rows = store.write_table(root, STANCE, store.by_source(root, labelled))
    progress(labelled.height, labelled.height, "comments labelled")
    notes = [note, f"abstained on {int(labelled['abstained'].sum()):,}"]
    return Summary(
        "stance", clean.height, rows, "data/processed/stance", {"not analysed": clean.height - labelled.height}, notes
    )


def label(answers: pl.DataFrame, codebook: Codebook, scale: StanceScale, margin: float) -> pl.DataFrame:
    """Answers about comments, by one codebook, as a stance table."""
    shown: list[list[Evidence]] = [
        [(e["party"], e["start"], e["end"], e["score"]) for e in row] for row in answers["evidence"].to_list()
    ]
    said = verdicts(answers["scores"].to_list(), shown, codebook, scale, margin, answers["features"].to_list())
    return STANCE.frame(rows_of(answers["item_id"].to_list(), said, codebook))


def scale_for(
    root: Path, model: str, answers: pl.DataFrame, gold: pl.DataFrame, books: dict[str, Codebook]
) -> tuple[StanceScale, str]:
    """The calibration of a model's answers, and a word on where it comes from.

    The encoder's is shipped with it, unless `standpunt train` adapted it to this corpus; any other model's is learned here.
    """
    if model == "encoder":
        own = adapted(root)
        return (own.stance, own.note) if own else (shipped().stance, "calibration as shipped with the encoder")
    cases = cases_of(answers, gold.filter(pl.col("split") == "dev"), books)
    return fit_stance(cases), f"calibrated on {len(cases):,} gold comments"


def cases_of(answers: pl.DataFrame, gold: pl.DataFrame, books: dict[str, Codebook]) -> list[Case]:
    """Gold comments with the model's answers, sorted by id."""
    joined = gold.filter(pl.col("debate").is_in(list(books))).join(
        answers.select("item_id", "scores"), left_on="annotation_id", right_on="item_id", how="inner"
    )
    return [
        Case(tuple(scores), frozenset(blames), books[debate])
        for scores, blames, debate in joined.sort("annotation_id").select("scores", "blames", "debate").iter_rows()
    ]
