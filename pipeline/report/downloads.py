"""The data behind the report, to be taken away: one CSV and one JSONL a corpus for comments and for findings.

A spreadsheet runs a cell that begins like a formula. In the CSV such a text gets an apostrophe before it, as OWASP
advises ("CSV injection"); numbers are left alone, and so is the JSONL, which no spreadsheet opens by itself.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.estimates import Estimate, Findings
from pipeline.report.load import Inputs
from pipeline.report.model import Comment, Corpus, Thread, whole_scopes
from pipeline.report.words import SURROGATES

FORMULA = "=+-@\t\r\n＝＋－＠"

FINDING_COLUMNS = (
    "id", "edition", "corpus", "kind", "scope", "claim", "unit", "estimate", "low", "high", "raw",
    "n", "n_authors", "n_threads", "grade", "method", "citable", "quotes",
)  # fmt: skip


@dataclass(frozen=True)
class Download:
    """A file for readers. `path` is from the root of the site; `kind` names its description in the catalogue."""

    path: str
    kind: str
    rows: int
    content: bytes

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


def guard(value: Any) -> Any:
    """A cell for a spreadsheet: a text that begins like a formula is made plain text."""
    if isinstance(value, list):
        value = " ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if not isinstance(value, str):
        return value
    text = SURROGATES.sub("\ufffd", value).replace("\x00", "\ufffd")
    return f"'{text}" if text and (text[0] in FORMULA or text.lstrip()[:1] in tuple(FORMULA)) else text


def as_csv(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> bytes:
    """UTF-8 with a byte order mark, by which spreadsheets know it; commas and quotes as in RFC 4180."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guard(row[column]) for column in columns] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def as_jsonl(rows: Sequence[dict[str, Any]]) -> bytes:
    """One JSON object a line, ASCII only, so that no character in a comment can end a line."""
    return "".join(json.dumps(row, sort_keys=True, allow_nan=False) + "\n" for row in rows).encode("ascii")


def comment_columns(parties: Sequence[str]) -> tuple[str, ...]:
    """The columns of the comments download, one probability per party."""
    return (
        "comment_id", "thread_id", "thread_title", "parent_id", "position", "depth", "author", "posted_at", "language",
        "text", "kept", "reason", "no_text", "stance", "stance_abstained", "blames", *(f"p_{p}" for p in parties), "evidence",
        "sentiment", "sentiment_abstained", "p_negative", "p_neutral", "p_positive", "topic", "provenance",
    )  # fmt: skip


def comment_row(c: Comment, thread: Thread, parties: Sequence[str], labels: dict[str, str]) -> dict[str, Any]:
    """A comment with its labels as a flat row; lists and missing values as such."""
    likely, tones = dict(c.party_p), dict(c.tone_p)
    topic = next((topic for scope, topic in c.topics if scope in whole_scopes(thread.corpus)), None)
    same = (
        "parent_id",
        "position",
        "depth",
        "language",
        "text",
        "kept",
        "reason",
        "no_text",
        "stance",
        "stance_abstained",
    )
    return {
        "comment_id": c.id,
        "thread_id": c.thread_id,
        "thread_title": thread.title,
        "author": c.handle,
        "posted_at": None if c.posted_at is None else c.posted_at.isoformat(),
        **{name: getattr(c, name) for name in same},
        "blames": [] if c.stance_abstained else list(c.blames),
        **{f"p_{party}": likely.get(party) for party in parties},
        "evidence": [f"{span.value}:{span.start}-{span.end}" for span in c.evidence],
        "sentiment": c.tone,
        "sentiment_abstained": c.tone_abstained,
        **{f"p_{tone}": tones.get(tone) for tone in ("negative", "neutral", "positive")},
        "topic": None if topic is None else labels.get(topic),
        "provenance": thread.provenance,
    }


def finding_row(e: Estimate, edition: str) -> dict[str, Any]:
    """A finding as a row; `claim` in both languages."""
    same = (
        "id",
        "corpus",
        "kind",
        "unit",
        "low",
        "high",
        "raw",
        "n",
        "n_authors",
        "n_threads",
        "grade",
        "method",
        "citable",
    )
    quotes = [f"{q.comment.id}:{q.span.start}-{q.span.end}" for q in e.quotes]
    return {
        "edition": edition,
        "scope": dict(e.scope),
        "claim": dict(e.claim),
        "estimate": e.value,
        "quotes": quotes,
        **{name: getattr(e, name) for name in same},
    }


def build_downloads(inputs: Inputs, corpora: Sequence[Corpus], findings: Findings) -> dict[str, list[Download]]:
    """Corpus -> its files, comments first."""
    parties = inputs.codebook.party_ids
    found: dict[str, list[Download]] = {}
    for corpus in corpora:
        info = inputs.topic_info.filter(inputs.topic_info["scope"].is_in(whole_scopes(corpus.name)))
        labels = dict(info.select("topic_id", "label").iter_rows())
        comments = [comment_row(c, thread, parties, labels) for thread in corpus.threads for c in thread.comments]
        claims = [finding_row(e, findings.edition) for e in findings.estimates if e.corpus == corpus.name]
        files = (
            ("comments", "csv", comments, as_csv(comments, comment_columns(parties))),
            ("comments", "jsonl", comments, as_jsonl(comments)),
            ("findings", "csv", claims, as_csv(claims, FINDING_COLUMNS)),
            ("findings", "jsonl", claims, as_jsonl(claims)),
        )
        found[corpus.name] = [
            Download(f"data/{name}-{corpus.name}.{kind}", f"{name}_{kind}", len(rows), content)
            for name, kind, rows, content in files
        ]
    return found
