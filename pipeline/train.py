"""Adapt the embedded encoder's scales to the analyst's own labels, and say by how much that helps. What stands behind `standpunt train`.

The network stays as it is; what is learned is how its answers become probabilities and labels in this corpus (adapt/scales.py), and
it is kept where labels that it did not see say that it is better (adapt/unseen.py).

Findings of grade A correct the model's labels by human ones, which holds only if the model has not learned from those. So half of the
authors teach and the others measure (judgements.py): while an adaptation is in use, grade A may rest on the random labels of authors
that do not teach, and on no others. Whoever adapts therefore needs about twice as many random labels; those taken as `active` all teach.

Figures are about the labels as they were sampled: those taken because the model was unsure are harder than the corpus is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipeline import store
from pipeline.adapt.scales import CALIBRATION, HEAD, Blame, Tone
from pipeline.adapt.unseen import FOLDS, SHIPPED, Outcome, compare
from pipeline.encoder.calibrated import ADAPTED, Calibration, shipped
from pipeline.encoder.reader import digest_of, settings_of
from pipeline.engine import Progress, silent
from pipeline.errors import StandpuntError, UsageError
from pipeline.findings.estimate import MIN_RANDOM_SAMPLE
from pipeline.judgements import RANDOM, measuring, of_corpus, real_first, teaching, voiced
from pipeline.learning import StanceScale, ToneScale
from pipeline.settings import Codebook, Params, load_codebook, load_params
from pipeline.tables import ANSWERS, BLAME, COMMENTS, SENTIMENTS, THREADS, TONE

#: Labels to learn from at least, and how many must say something else than the commonest stance.
LEAST, OTHERS = 40, 5


@dataclass(frozen=True)
class Trained:
    """What was learned from and measured, what is kept, and the file that says so (None: nothing helped, nothing written)."""

    labels: int
    authors: int
    random: int  # of the labels: those of a random sample
    measuring: int  # random labels by authors that do not teach: what grade A may rest on
    stance: dict[str, Any]  # kept, table (candidate -> measures)
    tone: dict[str, Any]
    file: str | None
    earlier: bool  # whether there was an adaptation before; it stays where nothing is written
    note: str


def run(root: Path, progress: Progress = silent) -> Trained:
    """Adapt to the labels in data/raw/annotations, and write data/raw/adapted/encoder.json where that helps.

    Raises UsageError where there are too few labels, authors or stances, or where another model than the encoder is used.
    """
    # load
    params, codebook = load_params(root), load_codebook(root / "codebook.yaml")
    if params.stance.model != "encoder":
        raise UsageError(
            f"params.yaml, stance.model is {params.stance.model}; only the embedded encoder can be adapted."
        )
    threads, comments = store.read_table(root, THREADS), store.read_table(root, COMMENTS)
    labels = real_first(voiced(of_corpus(store.read_annotations(root), codebook), comments), threads)
    digest, original = digest_of(settings_of()), shipped()
    answers = store.read_table(root, ANSWERS).filter(pl.col("model").str.starts_with(f"encoder-{digest}-"))

    # process
    taught = answered(teaching(labels), answers)
    check(taught, codebook)
    stance = adapt_stance(taught, codebook, original.stance, params)
    progress(1, 2, "comparisons made")
    tone = adapt_tone(taught, original.tone, params)
    progress(2, 2, "comparisons made")
    note = note_of(taught, stance, tone)
    earlier, helped = (root / ADAPTED).is_file(), stance.scale is not None or tone.scale is not None

    # save
    if helped:
        made = Calibration(stance.scale or original.stance, tone.scale or original.tone, note)
        with store.lock(root):
            store.write_json(root / ADAPTED, made.as_json() | {"encoder": digest})
    return Trained(
        taught.height,
        taught["author"].n_unique(),
        taught.filter(pl.col("sampled") == RANDOM).height,
        measuring(labels).filter(pl.col("sampled") == RANDOM).height,
        {"kept": stance.kept, "table": stance.table},
        {"kept": tone.kept, "table": tone.table},
        str(ADAPTED) if helped else None,
        earlier,
        note,
    )


def reset(root: Path) -> bool:
    """Go back to what is shipped; whether there was an adaptation."""
    with store.lock(root):
        found = (root / ADAPTED).is_file()
        (root / ADAPTED).unlink(missing_ok=True)
    return found


def answered(labels: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Labels with the encoder's answers: `scores` and `features` of the parties, and `tone` (null where it was not asked for)."""
    blame = answers.filter(pl.col("task") == BLAME).select(pl.col("item_id").alias("comment_id"), "scores", "features")
    tone = answers.filter(pl.col("task") == TONE).select(
        pl.col("item_id").alias("comment_id"), pl.col("scores").alias("tone")
    )
    found = labels.join(blame, on="comment_id").join(tone, on="comment_id", how="left").sort("comment_id")
    if labels.height and not found.height:
        raise StandpuntError("the embedded encoder has not read the comments that are labelled. Run `dvc repro`.")
    return found


def check(taught: pl.DataFrame, codebook: Codebook) -> None:
    """Raise UsageError where the labels are too few, or too alike, to learn from and to measure by."""
    if taught.height < LEAST:
        raise UsageError(
            f"{taught.height} labels that may teach, and at least {LEAST} are needed (half of the authors teach, the others measure). "
            f"For more: standpunt annotate SHEET.csv --take {LEAST - taught.height} --how active"
        )
    if taught["author"].n_unique() < FOLDS:
        raise UsageError(
            f"labels of {taught['author'].n_unique()} authors, and at least {FOLDS} are needed: each is judged by the others' labels."
        )
    stances = Counter(codebook.derive_stance(blames) for blames in taught["blames"].to_list())
    common, number = stances.most_common(1)[0]
    if taught.height - number < OTHERS:
        raise UsageError(
            f"{number} of {taught.height} labels say {common}; at least {OTHERS} that say something else are needed to learn from."
        )
    if {len(scores) for scores in taught["scores"].to_list()} != {len(codebook.parties)}:
        raise StandpuntError("the encoder was asked about other parties than codebook.yaml has now. Run `dvc repro`.")


def adapt_stance(taught: pl.DataFrame, codebook: Codebook, scale: StanceScale, params: Params) -> Outcome[StanceScale]:
    """The shipped scale against an adapted calibration, and that with an adapted head where the answers have features."""
    said, told = taught["blames"].to_list(), taught["features"].to_list()
    blamed = np.asarray([[party in blames for party in codebook.party_ids] for blames in said])
    features = np.asarray(told, dtype=np.float64) if all(told) else None
    task = Blame(np.asarray(taught["scores"].to_list(), dtype=np.float64), features, blamed, codebook, scale)
    authors = taught["author"].to_list()
    candidates = {CALIBRATION: task.calibrated}
    if features is not None:
        candidates[HEAD] = lambda rows: task.with_head(rows, authors)
    return compare(task, candidates, authors, params.evaluate.bootstrap, params.seed)


def adapt_tone(taught: pl.DataFrame, scale: ToneScale, params: Params) -> Outcome[ToneScale]:
    """The shipped scale of the tone against an adapted one; as shipped where labels or the encoder's answers do not suffice."""
    known = taught.filter(pl.col("tone").is_not_null())
    commonest = max(Counter(known["sentiment"].to_list()).values(), default=0)
    if known.height < LEAST or known.height - commonest < OTHERS or known["author"].n_unique() < FOLDS:
        return Outcome(SHIPPED, None, {})
    tones = np.asarray([SENTIMENTS.index(tone) for tone in known["sentiment"].to_list()], dtype=np.int64)
    task = Tone(np.asarray(known["tone"].to_list(), dtype=np.float64), tones, scale)
    authors = known["author"].to_list()
    return compare(task, {CALIBRATION: task.calibrated}, authors, params.evaluate.bootstrap, params.seed)


# --- what is told ----------------------------------------------------------------------------------------------


def note_of(taught: pl.DataFrame, stance: Outcome[Any], tone: Outcome[Any]) -> str:
    """What labels made with the adaptation are to be accompanied by."""
    parts = [f"{name} {_changed(one)}" for name, one in (("stance", stance), ("tone", tone))]
    return (
        f"adapted to {taught.height} labels by {taught['author'].n_unique()} authors of this corpus: {', '.join(parts)}, on labels not "
        "seen; only random labels by the authors that do not teach may count for grade A"
    )


def _changed(one: Outcome[Any]) -> str:
    if one.kept == SHIPPED:
        return SHIPPED
    before, after = one.table[SHIPPED], one.table[one.kept]
    return f"by {one.kept} (macro-F1 {before['macro_f1']:.3f} to {after['macro_f1']:.3f})"


def lines(trained: Trained) -> Iterator[str]:
    """What a person at the terminal is told."""
    yield (
        f"{trained.labels} labels by {trained.authors} authors ({trained.random} of a random sample), each judged by a scale that "
        "saw no label of its author; in brackets the 95 % interval of the difference"
    )
    for name, outcome in (("stance", trained.stance), ("tone", trained.tone)):
        yield from _table(name, outcome["table"]) if outcome["table"] else [f"{name}: too few labels or tones"]
        yield f"  kept: {outcome['kept']}"
    if trained.file is None:
        yield "nothing is better than what is shipped by more than chance: nothing was written"
        if trained.earlier:
            yield f"the earlier adaptation ({ADAPTED}) stays; `standpunt train --reset` takes it back"
        return
    yield f"{trained.file} written; `dvc repro` labels anew with it, and `standpunt train --reset` takes it back"
    enough = "enough" if trained.measuring >= MIN_RANDOM_SAMPLE else f"fewer than the {MIN_RANDOM_SAMPLE} that it needs"
    yield f"grade A may rest on {trained.measuring} random labels by authors that do not teach: {enough}"


def _table(name: str, table: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f"{name:<22} {'macro-F1':<24} {'log-loss':<24} ECE"
    for candidate, row in table.items():
        cells = [f"{row[key]:.3f}{_interval(row.get(f'{key}_difference'))}" for key in ("macro_f1", "log_loss")]
        yield f"  {candidate:<20} {cells[0]:<24} {cells[1]:<24} {row['ece']:.3f}"


def _interval(ends: list[float] | None) -> str:
    return f" [{ends[0]:+.3f} {ends[1]:+.3f}]" if ends else ""
