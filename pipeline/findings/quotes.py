"""Quotes: slices of cleaned text, never words retyped.

A quote is a comment id, character offsets into `clean.text`, and the digest of that slice. The report checks the digest when
it is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from pipeline.tables import text_digest

Quote = dict[str, Any]

MAX_CHARACTERS = 320


def quote(comment_id: str, text: str, start: int, end: int) -> Quote:
    """The slice `text[start:end]` as a quote."""
    return {"comment_id": comment_id, "start": start, "end": end, "digest": text_digest(text[start:end])}


def _spread(candidates: Iterable[tuple[dict[str, Any], int, int]], limit: int) -> list[Quote]:
    """The first candidates of different authors and, while there are enough, different threads."""
    chosen: list[Quote] = []
    pool = list(candidates)
    for also_threads in (True, False):
        seen_authors = {q["author"] for q in chosen}
        seen_threads = {q["thread"] for q in chosen}
        for row, start, end in pool:
            author = row["author_id"] or row["comment_id"]
            if len(chosen) >= limit:
                break
            if author in seen_authors or (also_threads and row["thread_id"] in seen_threads):
                continue
            chosen.append(
                {
                    **quote(row["comment_id"], row["text"], start, end),
                    "author": author,
                    "thread": row["thread_id"],
                }
            )
            seen_authors.add(author)
            seen_threads.add(row["thread_id"])
    return [{key: q[key] for key in ("comment_id", "start", "end", "digest")} for q in chosen]


def of_stance(frame: pl.DataFrame, stance: str, limit: int = 3) -> list[Quote]:
    """The surest comments of a camp, by the evidence that the labels rest on; whole short comments where nobody is blamed."""
    rows = frame.filter(pl.col("stance") == stance).sort("comment_id").to_dicts()
    return _spread(_by_evidence(rows), limit)


def _by_evidence(rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int, int]]:
    def sureness(row: dict[str, Any]) -> float:
        probabilities = {item["party"]: item["p"] for item in row["p"]}
        if not row["blames"]:
            return 1 - max(probabilities.values(), default=1.0)
        return float(min(probabilities[party] for party in row["blames"]))

    for row in sorted(rows, key=lambda row: (-sureness(row), row["comment_id"])):
        spans = [e for e in row["evidence"] if e["party"] in row["blames"] and e["end"] - e["start"] <= MAX_CHARACTERS]
        if spans:
            best = max(spans, key=lambda e: (e["score"], -e["start"]))
            yield row, best["start"], best["end"]
        elif not row["blames"] and 20 <= len(row["text"]) <= MAX_CHARACTERS:
            yield row, 0, len(row["text"])


def of_term(
    frame: pl.DataFrame,
    spans: dict[str, list[tuple[int, int]]],
    bags: dict[tuple[str, int], set[str]],
    stance: str,
    term: str,
    limit: int = 2,
) -> list[Quote]:
    """Sentences of the camp's comments that use the term.

    `spans`: sentences of a comment; `bags`: the content words (lemmas) of the sentence that begins at an offset.
    """
    rows = frame.filter(pl.col("stance") == stance).sort("comment_id").to_dicts()
    candidates = (
        (row, start, end)
        for row in rows
        for start, end in spans.get(row["comment_id"], [])
        if end - start <= MAX_CHARACTERS and term in bags[row["comment_id"], start]
    )
    return _spread(candidates, limit)
