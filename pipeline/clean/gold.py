"""The training annotations that carry their own text, cleaned by the same functions as the corpus.

A model must learn from what it will see. Evidence is given as words; it is found again in the cleaned text, or left out
and counted.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import polars as pl

from pipeline.clean.languages import own_language
from pipeline.clean.text import clean_text, format_of
from pipeline.settings import CleanParams
from pipeline.tables import ADJUDICATOR, GOLD

#: Of writers without a split, one in so many is held out.
HELD_OUT = 5


def find_span(text: str, span: str) -> tuple[int, int] | None:
    """Where a passage of the raw text stands in the cleaned text, or None. Spacing may differ."""
    words = clean_text(span, format_of(span)).text
    for wanted in (words, words.replace("\n\n", "\n"), span.strip()):
        start = text.find(wanted) if wanted else -1
        if start >= 0:
            return start, start + len(wanted)
    pieces = words.split()
    if not pieces:
        return None
    match = re.search(r"\s+".join(map(re.escape, pieces)), text)
    return match.span() if match else None


def _split(row: dict[str, Any], writer: str) -> str:
    """The split as annotated; else by writer, so that no writer is on both sides."""
    if row["split"] is not None:
        return str(row["split"])
    number = int(hashlib.sha256(writer.encode("utf-8")).hexdigest()[:8], 16)
    return "test" if number % HELD_OUT == 0 else "train"


def adjudicated(annotations: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """annotation_id -> blames, sentiment and evidence as decided, of the comments over which two readers differed.

    Such a judgement has the annotator `adjudicator` and names the first reader's annotation as its `comment_id`.
    """
    decided = annotations.filter((pl.col("annotator") == ADJUDICATOR) & pl.col("comment_id").is_not_null())
    return {
        row["comment_id"]: {name: row[name] for name in ("blames", "sentiment", "evidence")}
        for row in decided.iter_rows(named=True)
    }


def clean_gold(annotations: pl.DataFrame, params: CleanParams) -> tuple[pl.DataFrame, list[str]]:
    """Table GOLD of the annotations with a text, and notes on what could not be kept."""
    rows: list[dict[str, object]] = []
    lost = empty = 0
    decided = adjudicated(annotations)
    for said in annotations.filter(pl.col("text").is_not_null()).iter_rows(named=True):
        row = said | decided.get(said["annotation_id"], {})
        text = clean_text(row["text"], format_of(row["text"])).text
        if not text:
            empty += 1
            continue
        writer = row["writer"] or row["annotation_id"]
        language = row["language"] or own_language(text, tuple(params.languages), 1)[0] or "und"
        found = [(item["party"], find_span(text, item["span"])) for item in row["evidence"] or []]
        lost += sum(place is None for _, place in found)
        rows.append(
            {name: row[name] for name in GOLD.columns if name in row}
            | {
                "text": text,
                "parent": clean_text(row["parent"], format_of(row["parent"])).text or None if row["parent"] else None,
                "writer": writer,
                "language": language,
                "split": _split(row, writer),
                "evidence": [{"party": p, "start": s[0], "end": s[1]} for p, s in found if s is not None],
            }
        )
    notes = [f"{lost} evidence spans not found in the cleaned training texts"] if lost else []
    notes += [f"{empty} training texts without words left out"] if empty else []
    return GOLD.frame(rows), notes
