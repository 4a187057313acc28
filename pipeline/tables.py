"""The schema of every table that passes between stages: the meeting place of the rooms.

A table is a folder `data/processed/<name>/` with one parquet file a partition; the partition is the source
(`source_id`), or `all` where a table is about the whole corpus. Ids are strings bound to content and place, times are
UTC, missing is null. Rows are sorted by the table's key, so that the same rows are the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.errors import StandpuntError
from pipeline.ids import SURE_BOUNDARY as SURE_BOUNDARY
from pipeline.ids import bound_id as bound_id
from pipeline.ids import text_digest as text_digest

TIME = pl.Datetime("us", "UTC")

SENTIMENTS = ("negative", "neutral", "positive")

#: Where a thread's words come from. Only `constructed` threads may never be cited.
PROVENANCES = ("scraped", "imported", "constructed")

#: Why a comment is not analysed (`clean.reason`).
DROP_REASONS = ("tombstone", "empty", "duplicate", "near_duplicate", "flood")


@dataclass(frozen=True)
class Table:
    """Name, columns and key of a table. `check` is called on every write and every read."""

    name: str
    columns: Mapping[str, pl.DataType | type[pl.DataType]]
    key: tuple[str, ...]
    #: columns that may hold null; every other one may not
    nullable: frozenset[str] = frozenset()

    @property
    def schema(self) -> pl.Schema:
        """The columns as a polars schema, in order."""
        return pl.Schema(dict(self.columns))

    def empty(self) -> pl.DataFrame:
        """A table of no rows."""
        return pl.DataFrame(schema=self.schema)

    def frame(self, rows: list[dict[str, object]]) -> pl.DataFrame:
        """Rows (dicts that name every column) as a checked table, sorted by key."""
        return self.check(pl.DataFrame(rows, schema=self.schema, orient="row"))

    def check(self, df: pl.DataFrame) -> pl.DataFrame:
        """Return the table with its columns in order and its rows sorted by key.

        Raises StandpuntError that names the table, the column and the first offending key where a column is missing
        or unknown, a type differs, a value is null that may not be, or a key occurs twice.
        """
        missing, unknown = set(self.columns) - set(df.columns), set(df.columns) - set(self.columns)
        if missing or unknown:
            raise StandpuntError(
                f"table {self.name}: missing columns {sorted(missing)}, unknown columns {sorted(unknown)}"
            )
        df = df.select(self.schema.names())
        for name, want in self.schema.items():
            if df.schema[name] != want:
                raise StandpuntError(f"table {self.name}: column {name} is {df.schema[name]}, not {want}")
            if name not in self.nullable and df[name].null_count():
                row = df.filter(pl.col(name).is_null()).row(0, named=True)
                raise StandpuntError(f"table {self.name}: {name} is null at {[row[k] for k in self.key]}")
        df = df.sort(self.key)
        doubled = df.filter(pl.struct(self.key).is_duplicated())
        if doubled.height:
            raise StandpuntError(f"table {self.name}: key {list(doubled.select(self.key).row(0))} occurs twice")
        return df


THREADS = Table(
    "threads",
    {
        "thread_id": pl.String,
        "source_id": pl.String,
        "url": pl.String,
        "platform": pl.String,  # the parser that read it: wordpress, schema-org, pasted, csv, jsonl, json
        "title": pl.String,
        "opening": pl.String,  # the article or first post, plain text
        "language": pl.String,  # as the page declares it (BCP 47), if it does
        "published_at": TIME,
        "snapshot_at": TIME,
        "announced": pl.Int32,  # number of comments that the page says there are
        "found": pl.Int32,  # those that were deleted since an earlier visit left out
        "complete": pl.Boolean,  # found == announced; null where nothing is announced, or the thread is withdrawn
        "provenance": pl.String,
        "licence": pl.String,
        "warnings": pl.List(pl.String),  # what the reader of the pages stumbled over
    },
    key=("thread_id",),
    nullable=frozenset({"url", "title", "opening", "language", "published_at", "announced", "complete", "licence"}),
)

COMMENTS = Table(
    "comments",
    {
        "comment_id": pl.String,
        "thread_id": pl.String,
        "source_id": pl.String,
        "parent_id": pl.String,
        "position": pl.Int32,  # 0, 1, 2 ... in reading order within the thread
        "depth": pl.Int32,  # 0 for an answer to the opening
        "author_id": pl.String,  # keyed pseudonym
        "posted_at": TIME,
        "text_raw": pl.String,
        "text_format": pl.String,  # html or text
        "permalink": pl.String,
        "version": pl.Int32,  # 1, 2, ... as edits are seen
        "tombstone": pl.Boolean,  # deleted at the source; text_raw is then ""
        "boundary_confidence": pl.Float64,  # pasted text only: how sure it is that a comment begins here
    },
    key=("comment_id",),
    nullable=frozenset({"parent_id", "author_id", "posted_at", "permalink", "boundary_confidence"}),
)

#: What comments said before they were edited; the latest words stand in COMMENTS. Of a deleted comment there are none.
VERSIONS = Table(
    "versions",
    {
        "comment_id": pl.String,
        "version": pl.Int32,  # 1, 2, ... up to that in COMMENTS, exclusive
        "seen_at": TIME,  # when it was first seen so
        "text_raw": pl.String,
        "text_format": pl.String,  # html or text
        "text_digest": pl.String,
    },
    key=("comment_id", "version"),
)

REPAIR = pl.Struct({"kind": pl.String, "start": pl.Int32, "before": pl.String, "after": pl.String})

CLEAN = Table(
    "clean",
    {
        "comment_id": pl.String,
        "thread_id": pl.String,
        "text": pl.String,  # the author's own words, repaired; quotes taken out
        "language": pl.String,  # ISO 639-1, or "und"
        "language_confidence": pl.Float64,
        "language_from": pl.String,  # own (the text itself) or thread (inherited)
        "repairs": pl.List(REPAIR),  # start: character offset in `text` where `after` now stands
        "quoted_share": pl.Float64,  # share of the characters that quote another
        "no_text": pl.Boolean,  # only an emoji, a link, "+1": kept, but there is nothing to label
        "duplicate_of": pl.String,
        "kept": pl.Boolean,
        "reason": pl.String,  # one of DROP_REASONS where not kept
    },
    key=("comment_id",),
    nullable=frozenset({"duplicate_of", "reason"}),
)

SENTENCES = Table(
    "sentences",
    {"sentence_id": pl.String, "comment_id": pl.String, "start": pl.Int32, "end": pl.Int32},
    key=("comment_id", "start"),
)

VECTORS = Table(
    "vectors",
    {"text_digest": pl.String, "model": pl.String, "vector": pl.List(pl.Float32)},
    key=("text_digest", "model"),
)

PARTY_P = pl.Struct({"party": pl.String, "p": pl.Float64})
EVIDENCE = pl.Struct({"party": pl.String, "start": pl.Int32, "end": pl.Int32, "score": pl.Float64})

#: What a model may be asked for (`answers.task`).
BLAME, TONE = "blame", "tone"

#: A model's answer about a comment of the corpus or of held-out gold, before calibration.
ANSWERS = Table(
    "answers",
    {
        "item_id": pl.String,  # comment_id or annotation_id
        "task": pl.String,  # blame or tone
        "question": pl.String,  # digest of model, text and parent: the same question has the same answer
        "model": pl.String,
        "scores": pl.List(pl.Float64),  # blame: log-odds a party; tone: scores of SENTIMENTS (softmax: probabilities)
        "evidence": pl.List(EVIDENCE),  # per party the spans that show blame most, whether it is blamed or not
        "features": pl.List(pl.List(pl.Float32)),  # blame: a row a party, where the model gives any
    },
    key=("item_id", "task"),
)

SENTIMENT = Table(
    "sentiment",
    {
        "comment_id": pl.String,
        "label": pl.String,
        "p_negative": pl.Float64,
        "p_neutral": pl.Float64,
        "p_positive": pl.Float64,
        "score": pl.Float64,  # p_positive - p_negative
        "abstained": pl.Boolean,
    },
    key=("comment_id",),
)

STANCE = Table(
    "stance",
    {
        "comment_id": pl.String,
        "p": pl.List(PARTY_P),  # calibrated probability per party, in the codebook's order
        "blames": pl.List(pl.String),
        "stance": pl.String,
        "abstained": pl.Boolean,
        "evidence": pl.List(EVIDENCE),  # spans of clean.text, in characters
    },
    key=("comment_id",),
)

TOPICS = Table(
    "topics",
    {
        "comment_id": pl.String,
        "scope": pl.String,  # real or constructed (a corpus), or <corpus>/<stance> (a camp)
        "topic_id": pl.String,  # "-1" where the comment belongs to none
        "probability": pl.Float64,
    },
    key=("scope", "comment_id"),
)

STANCE_SHARE = pl.Struct({"stance": pl.String, "share": pl.Float64})

TOPIC_INFO = Table(
    "topic_info",
    {
        "topic_id": pl.String,
        "scope": pl.String,
        "label": pl.String,
        "terms": pl.List(pl.String),
        "size": pl.Int32,
        "stance_shares": pl.List(STANCE_SHARE),
        "representatives": pl.List(pl.String),  # comment ids
        "stability": pl.Float64,  # mean Jaccard overlap with the best match over resampled runs
    },
    key=("scope", "topic_id"),
    nullable=frozenset({"stability"}),
)

#: Who decides where two readers differ (`annotations.annotator`); the gold takes that word.
ADJUDICATOR = "adjudicator"

GOLD_EVIDENCE = pl.Struct({"party": pl.String, "span": pl.String})

#: Read from data/raw/annotations/*.jsonl: one human judgement a line. `text` is given for constructed training texts;
#: `comment_id` for a comment of the corpus.
ANNOTATIONS = Table(
    "annotations",
    {
        "annotation_id": pl.String,
        "comment_id": pl.String,
        "text": pl.String,
        "parent": pl.String,  # the comment that it answers, where the answer cannot be read without it
        "debate": pl.String,
        "writer": pl.String,
        "language": pl.String,
        "blames": pl.List(pl.String),
        "sentiment": pl.String,
        "evidence": pl.List(GOLD_EVIDENCE),
        "difficulty": pl.String,
        "doubt": pl.Boolean,
        "annotator": pl.String,
        "sampled": pl.String,  # written (constructed for training), random, active
        "split": pl.String,  # train, dev or test, by writer; null for corpus annotations
        "constructed": pl.Boolean,
    },
    key=("annotation_id",),
    nullable=frozenset({"comment_id", "text", "parent", "writer", "language", "difficulty", "doubt", "split"}),
)

GOLD_SPAN = pl.Struct({"party": pl.String, "start": pl.Int32, "end": pl.Int32})

#: The annotations that carry their own text, cleaned by the same functions as the corpus: what models learn from.
GOLD = Table(
    "gold",
    {
        "annotation_id": pl.String,
        "text": pl.String,  # cleaned
        "parent": pl.String,  # cleaned
        "debate": pl.String,
        "writer": pl.String,
        "language": pl.String,
        "blames": pl.List(pl.String),
        "sentiment": pl.String,
        "evidence": pl.List(GOLD_SPAN),  # spans that repair moved beyond finding are left out
        "difficulty": pl.String,
        "doubt": pl.Boolean,
        "split": pl.String,
    },
    key=("annotation_id",),
    nullable=frozenset({"parent", "difficulty", "doubt"}),
)

ALL = (
    THREADS,
    COMMENTS,
    VERSIONS,
    CLEAN,
    SENTENCES,
    VECTORS,
    ANSWERS,
    SENTIMENT,
    STANCE,
    TOPICS,
    TOPIC_INFO,
    ANNOTATIONS,
    GOLD,
)
