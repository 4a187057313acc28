"""Stage clean: tables threads and comments to tables clean and sentences, and annotations with text to table gold.

Cleaning is where most of a finding's honesty is won or lost: a quote counted as its quoter's opinion, a flood counted
as many voices. Hence nothing is deleted here: every comment keeps its row, and what is not analysed says why.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from pipeline import engine, store
from pipeline.clean import duplicates, languages
from pipeline.clean.gold import clean_gold
from pipeline.clean.repair import MAX_TEXT
from pipeline.clean.repeats import Said, without_repeats
from pipeline.clean.text import Cleaned, clean_text
from pipeline.engine import Progress, Summary, silent
from pipeline.errors import StandpuntError
from pipeline.language import sentence_spans
from pipeline.settings import CleanParams, load_params
from pipeline.tables import CLEAN, COMMENTS, DROP_REASONS, GOLD, REPAIR, SENTENCES, THREADS, bound_id

#: Sources are cleaned in processes of their own only where there is work enough to pay for starting them.
WORTH_A_PROCESS = 5_000


def run(root: Path, progress: Progress = silent) -> Summary:
    """Clean every source's comments and the training annotations of the project at `root`."""
    # load
    params = load_params(root).clean
    jobs = _jobs(root)
    annotations = store.read_annotations(root)

    # process
    many = sum(job.comments.height for job in jobs) >= WORTH_A_PROCESS
    clean = partial(clean_source, params=params)
    results: list[Source] = []
    if many:
        results = engine.apply(clean, jobs)
    else:
        for number, job in enumerate(jobs, 1):
            results.append(clean(job))
            progress(number, len(jobs), "sources")
    gold, notes = clean_gold(annotations, params)

    # save
    store.write_table(root, CLEAN, {r.name: r.clean for r in results})
    store.write_table(root, SENTENCES, {r.name: r.sentences for r in results})
    store.write_table(root, GOLD, {"all": gold})
    return _summary(results, gold, notes)


@dataclass(frozen=True)
class Job:
    """One source's threads and comments."""

    name: str
    threads: pl.DataFrame
    comments: pl.DataFrame


@dataclass(frozen=True)
class Source:
    """One source cleaned."""

    name: str
    clean: pl.DataFrame
    sentences: pl.DataFrame


def _jobs(root: Path) -> list[Job]:
    """The partitions of threads and comments, source by source."""
    threads, comments = store.partitions(root, THREADS), store.partitions(root, COMMENTS)
    if orphans := sorted(set(comments) - set(threads)):
        raise StandpuntError(
            f"table comments has source {orphans[0]!r}, table threads has not. Run `dvc repro extract`."
        )
    return [
        Job(name, store.read_partition(THREADS, threads[name]), store.read_partition(COMMENTS, path))
        for name, path in comments.items()
    ]


def clean_source(job: Job, params: CleanParams) -> Source:
    """Tables clean and sentences of one source; a row of clean for every comment."""
    comments = job.comments.sort("thread_id", "position", "comment_id")
    texts = clean_texts(job.threads, comments)
    tongue = languages.detect(texts.select("comment_id", "thread_id", "text"), job.threads, params)
    worded = comments.join(texts.select("comment_id", "text"), on="comment_id").filter(
        ~pl.col("tombstone") & (pl.col("text") != "")
    )
    repeats = duplicates.dropped(worded, params)
    own_reason = pl.when("tombstone").then(pl.lit("tombstone")).when(pl.col("text") == "").then(pl.lit("empty"))
    clean = (
        texts.join(tongue, on="comment_id")
        .join(repeats, on="comment_id", how="left")
        .with_columns(reason=pl.coalesce(own_reason, "reason"))
        .with_columns(kept=pl.col("reason").is_null())
        .select(CLEAN.schema.names())
    )
    return Source(job.name, CLEAN.check(clean), sentences_of(clean))


def clean_texts(threads: pl.DataFrame, comments: pl.DataFrame) -> pl.DataFrame:
    """Every comment's text cleaned: comment_id, thread_id, tombstone and the columns of clean that the text gives.

    `comments` is sorted by thread and position: a quote is looked for among what was said before.
    """
    openings = dict(threads.select("thread_id", "opening").rows())
    rows: list[dict[str, object]] = []
    for (thread_id,), thread in comments.group_by("thread_id", maintain_order=True):
        said = [
            Said(author, clean_text(raw, text_format))
            for author, raw, text_format in thread.select("author_id", "text_raw", "text_format").iter_rows()
        ]
        cleaned = without_repeats(said, openings.get(thread_id))
        keys = thread.select("comment_id", "thread_id", "tombstone").iter_rows(named=True)
        rows += [{**key, **_columns(result)} for key, result in zip(keys, cleaned, strict=True)]
    return pl.DataFrame(rows, schema=pl.Schema(_TEXTS), orient="row")


_TEXTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "comment_id": pl.String,
    "thread_id": pl.String,
    "tombstone": pl.Boolean,
    "text": pl.String,
    "repairs": pl.List(REPAIR),
    "quoted_share": pl.Float64,
    "no_text": pl.Boolean,
}


def _columns(cleaned: Cleaned) -> dict[str, object]:
    return {
        "text": cleaned.text,
        "repairs": [vars(repair) for repair in cleaned.repairs],
        "quoted_share": cleaned.quoted_share,
        "no_text": cleaned.no_text,
    }


def sentences_of(clean: pl.DataFrame) -> pl.DataFrame:
    """The sentences of every kept comment that has words (table sentences)."""
    kept = clean.filter(pl.col("kept") & ~pl.col("no_text")).select("comment_id", "text", "language")
    rows = [
        (bound_id("s", comment_id, str(start)), comment_id, start, end)
        for comment_id, text, language in kept.iter_rows()
        for start, end in sentence_spans(text, language)
    ]
    return SENTENCES.check(pl.DataFrame(rows, schema=SENTENCES.schema, orient="row"))


def _summary(results: list[Source], gold: pl.DataFrame, notes: list[str]) -> Summary:
    """What was done, with every drop by its reason and every repair by its kind."""
    clean = pl.concat([result.clean for result in results]) if results else CLEAN.empty()
    reasons = Counter(clean["reason"].drop_nulls().to_list())
    kinds = Counter(repair["kind"] for repairs in clean["repairs"].to_list() for repair in repairs)
    repaired = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    cut = sum(r["before"].endswith("characters]") for repairs in clean["repairs"].to_list() for r in repairs)
    told = [f"repairs: {repaired}"] if repaired else []
    told += [f"{cut} comments cut at {MAX_TEXT:,} characters"] if cut else []
    told += [f"{int(clean['no_text'].sum())} comments without words to label"] if clean["no_text"].any() else []
    told += [f"{gold.height} training texts cleaned"] if gold.height else []
    return Summary(
        stage="clean",
        rows_in=clean.height,
        kept=int(clean["kept"].sum()),
        output="data/processed/clean",
        dropped={reason: reasons[reason] for reason in DROP_REASONS if reasons[reason]},
        notes=[*told, *notes],
    )
