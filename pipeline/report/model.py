"""The corpus as the site shows it: corpora of threads of comments, each comment with all that is known of it.

Real and constructed threads are two corpora that no page ever adds up. A comment that was dropped stays in its thread,
with its reason; a comment of which the models abstained has no stance or tone here, so that no page can count it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipeline.errors import StandpuntError
from pipeline.report.load import Inputs
from pipeline.report.words import Span, harmless, safe_url
from pipeline.tables import bound_id

CORPORA = ("real", "constructed")
ANCHOR = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")
FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


@dataclass(frozen=True)
class Comment:
    """One comment, cleaned and labelled. `stance` and `tone` are None where there is no label to count."""

    id: str
    thread_id: str
    anchor: str
    parent_id: str | None
    position: int
    depth: int
    author_id: str | None
    handle: str | None
    posted_at: dt.datetime | None
    permalink: str | None
    version: int
    tombstone: bool
    boundary_confidence: float | None
    text: str
    raw_text: str
    language: str
    language_from: str
    repairs: tuple[dict[str, Any], ...]
    quoted_share: float
    no_text: bool
    kept: bool
    reason: str | None
    duplicate_of: str | None
    stance: str | None
    stance_abstained: bool
    blames: tuple[str, ...]
    party_p: tuple[tuple[str, float], ...]
    evidence: tuple[Span, ...]
    tone: str | None
    tone_abstained: bool
    tone_p: tuple[tuple[str, float], ...]
    topics: tuple[tuple[str, str], ...]

    @property
    def analysed(self) -> bool:
        """Whether the models were asked about it."""
        return self.kept and not self.no_text

    @property
    def state(self) -> str:
        """dropped, no_text, abstained (of the stance) or labelled."""
        if not self.kept:
            return "dropped"
        if self.no_text:
            return "no_text"
        return "labelled" if self.stance else "abstained"

    @property
    def month(self) -> str:
        """The month in which it was posted, such as 2026-03; "" where that is unknown."""
        return "" if self.posted_at is None else f"{self.posted_at:%Y-%m}"

    @property
    def spans(self) -> tuple[Span, ...]:
        """Evidence and repairs, as spans of `text`. Evidence for what the label does not say is only a hint."""
        named = self.blames if self.stance else ()
        marked = (e if e.value in named else replace(e, kind="hint") for e in self.evidence)
        repaired = (Span(r["start"], r["start"] + len(r["after"]), "repair", r["before"]) for r in self.repairs)
        return (*marked, *(span for span in repaired if span.end <= len(self.text)))


@dataclass(frozen=True)
class Thread:
    """One thread with its comments in reading order. `path` is its page, from the root of a language."""

    id: str
    path: str
    title: str
    opening: str
    url: str | None
    platform: str
    language: str | None
    published_at: dt.datetime | None
    snapshot_at: dt.datetime
    announced: int | None
    found: int
    complete: bool | None
    provenance: str
    licence: str | None
    warnings: tuple[str, ...]
    source_id: str
    comments: tuple[Comment, ...]

    @property
    def corpus(self) -> str:
        """real or constructed."""
        return "constructed" if self.provenance == "constructed" else "real"

    @property
    def stances(self) -> Counter[str]:
        """Labelled stances, counted."""
        return stance_counts(self.comments)


@dataclass(frozen=True)
class Corpus:
    """The threads of one corpus, oldest first."""

    name: str
    threads: tuple[Thread, ...]

    @property
    def comments(self) -> tuple[Comment, ...]:
        """Every comment, thread after thread."""
        return tuple(comment for thread in self.threads for comment in thread.comments)

    @property
    def constructed(self) -> bool:
        """Whether its texts are invented."""
        return self.name == "constructed"


def whole_scopes(corpus: str) -> tuple[str, ...]:
    """Names of the scope of topics that is about a whole corpus."""
    return (corpus, "all")


def camp_scopes(corpus: str, stance: str) -> tuple[str, ...]:
    """Names of the scope of topics that is about one camp of a corpus."""
    return (f"{corpus}/{stance}", f"camp:{stance}")


def stance_counts(comments: Iterable[Comment]) -> Counter[str]:
    """Labelled stances, counted."""
    return Counter(comment.stance for comment in comments if comment.stance)


def tone_counts(comments: Iterable[Comment]) -> Counter[str]:
    """Labelled tones, counted."""
    return Counter(comment.tone for comment in comments if comment.tone)


def handles(author_ids: Iterable[str]) -> dict[str, str]:
    """Author pseudonym -> a short code that no other author of the site has."""
    digests = {author: hashlib.sha256(author.encode("utf-8", "surrogatepass")).hexdigest() for author in author_ids}
    length = 4
    while len({digest[:length] for digest in digests.values()}) < len(digests):
        length += 1
    return {author: digest[:length] for author, digest in digests.items()}


def anchor_of(comment_id: str) -> str:
    """The comment's id as a fragment of an address; a hash of it where it would not serve as one."""
    return comment_id if ANCHOR.fullmatch(comment_id) else bound_id("c-", comment_id)


def thread_path(thread_id: str) -> str:
    """The thread's page: its id as a file name, or a hash of it where that would not do on some system."""
    fits = FILE.fullmatch(thread_id) and not RESERVED.fullmatch(thread_id)
    return f"threads/{thread_id if fits else bound_id('t-', thread_id)}.html"


def _by_id(df: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["comment_id"]: row for row in df.iter_rows(named=True)}


def _topics(inputs: Inputs) -> dict[str, tuple[tuple[str, str], ...]]:
    """Comment id -> (scope, topic id) of the topics that it belongs to."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in inputs.topics.iter_rows(named=True):
        if row["topic_id"] != "-1":
            found[row["comment_id"]].append((row["scope"], row["topic_id"]))
    return {comment: tuple(pairs) for comment, pairs in found.items()}


def _stance_of(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        return {"stance": None, "stance_abstained": False, "blames": (), "party_p": (), "evidence": ()}
    spans = (Span(e["start"], e["end"], "evidence", e["party"]) for e in row["evidence"])
    return {
        "stance": None if row["abstained"] else row["stance"],
        "stance_abstained": row["abstained"],
        "blames": tuple(row["blames"]),
        "party_p": tuple((pair["party"], pair["p"]) for pair in row["p"]),
        "evidence": tuple(sorted(spans, key=lambda s: (s.start, s.end, s.value))),
    }


def _tone_of(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        return {"tone": None, "tone_abstained": False, "tone_p": ()}
    tones = ("negative", "neutral", "positive")
    return {
        "tone": None if row["abstained"] else row["label"],
        "tone_abstained": row["abstained"],
        "tone_p": tuple((tone, row[f"p_{tone}"]) for tone in tones),
    }


def _comment(row: dict[str, Any], clean: dict[str, Any], handle: str | None, labels: dict[str, Any]) -> Comment:
    return Comment(
        id=row["comment_id"],
        thread_id=row["thread_id"],
        anchor=anchor_of(row["comment_id"]),
        handle=handle,
        permalink=safe_url(row["permalink"]),
        text=clean["text"],
        raw_text=row["text_raw"],
        repairs=tuple(clean["repairs"]),
        **{k: row[k] for k in ("parent_id", "position", "depth", "author_id", "posted_at", "version", "tombstone")},
        boundary_confidence=row["boundary_confidence"],
        **{k: clean[k] for k in ("language", "language_from", "quoted_share", "no_text", "kept", "reason")},
        duplicate_of=clean["duplicate_of"],
        **labels,
    )


def _comments(inputs: Inputs) -> Iterator[Comment]:
    """Every comment in reading order. Raises StandpuntError where one was never cleaned."""
    clean, stance, tone = _by_id(inputs.clean), _by_id(inputs.stance), _by_id(inputs.sentiment)
    topics = _topics(inputs)
    names = handles(sorted(set(inputs.comments["author_id"].drop_nulls().to_list())))
    for row in inputs.comments.sort("thread_id", "position", "comment_id").iter_rows(named=True):
        key = row["comment_id"]
        if key not in clean:
            raise StandpuntError(f"comment {key} is in table comments but not in table clean; run `dvc repro`.")
        asked = clean[key]["kept"] and not clean[key]["no_text"]
        labels = _stance_of(stance.get(key) if asked else None) | _tone_of(tone.get(key) if asked else None)
        yield _comment(row, clean[key], names.get(row["author_id"]), {**labels, "topics": topics.get(key, ())})


def _thread(row: dict[str, Any], comments: list[Comment]) -> Thread:
    keys = ("platform", "language", "published_at", "snapshot_at", "announced", "found", "complete")
    return Thread(
        id=row["thread_id"],
        path=thread_path(row["thread_id"]),
        title=harmless(row["title"] or "").strip(),
        opening=harmless(row["opening"] or "").strip(),
        url=safe_url(row["url"]),
        warnings=tuple(harmless(warning) for warning in row["warnings"]),
        comments=tuple(comments),
        **{k: row[k] for k in (*keys, "provenance", "licence", "source_id")},
    )


def build_corpora(inputs: Inputs) -> tuple[Corpus, ...]:
    """The corpora that hold a thread, the real one first. Threads go from old to new, undated ones last."""
    of_thread: dict[str, list[Comment]] = defaultdict(list)
    for comment in _comments(inputs):
        of_thread[comment.thread_id].append(comment)
    threads = [_thread(row, of_thread[row["thread_id"]]) for row in inputs.threads.iter_rows(named=True)]
    late = dt.datetime.max.replace(tzinfo=dt.UTC)
    threads.sort(key=lambda thread: (thread.published_at or late, thread.id))
    split = {name: tuple(thread for thread in threads if thread.corpus == name) for name in CORPORA}
    return tuple(Corpus(name, found) for name, found in split.items() if found)
