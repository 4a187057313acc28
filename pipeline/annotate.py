"""The analyst's own labels: comments of the corpus go out in a spreadsheet, judgements come back to data/raw/annotations.

A random sample is the only one that may raise findings to grade A, so it must stay one: comments are drawn in an order that a digest of
seed and id gives, the same for every annotator; whoever takes again gets the next of that order, and what was left unjudged first. A
comment that was judged because the model was unsure is asked again when chance draws it: else the sample would lack the hard ones.
The other sample, `active`, takes what the model is least sure of, from authors whose labels may teach (see judgements.py).

The file of an annotator names comments and holds none of their words: evidence is kept as offsets and digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import store
from pipeline.errors import UsageError
from pipeline.evaluate.measures import stance_probability
from pipeline.judgements import AUTHOR, OF_GOLD, RANDOM, real_first, teaches
from pipeline.settings import ANNOTATIONS, ID, Codebook, load_codebook, load_params
from pipeline.sheet import Asked, BadRowError, Judged, Row, judged, read, write
from pipeline.tables import CLEAN, COMMENTS, STANCE, THREADS, text_digest

#: Names that say something else of an annotation than who judged it.
RESERVED = (*OF_GOLD, "author")
#: Bad rows that a message tells of.
TOLD = 8


@dataclass(frozen=True)
class Taken:
    """What `take` wrote: the sheet, its rows, how they were sampled, and how many comments could still be asked about."""

    sheet: str
    rows: int
    sampled: str
    left: int


@dataclass(frozen=True)
class Given:
    """What `give` read: the annotator's file, and numbers of judgements that are new, changed, as before, and rows without one."""

    file: str
    new: int
    changed: int
    same: int
    skipped: int


def take(root: Path, sheet: Path, number: int, how: str, annotator: str) -> Taken:
    """Write a sheet of `number` comments (fewer where there are no more) for an annotator to judge.

    `how`: `random` or `active`. Raises UsageError: the sheet is there already, nothing is left, a name that cannot be one.
    """
    # load
    _check_name(annotator)
    if sheet.exists():
        raise UsageError(
            f"{sheet} is there already and may hold judgements. Give it back, then remove it, or name another."
        )
    params, codebook = load_params(root), load_codebook(root / "codebook.yaml")
    threads, comments, clean = (store.read_table(root, table) for table in (THREADS, COMMENTS, CLEAN))
    mine = store.read_annotations(root).filter(pl.col("annotator") == annotator)

    # process
    ready = real_first(clean.filter(pl.col("kept") & ~pl.col("no_text")), threads).join(
        comments.select("comment_id", AUTHOR), on="comment_id"
    )
    if how == RANDOM:
        done = mine.filter(pl.col("sampled") == RANDOM)["comment_id"].to_list()
        order = random_order(ready["comment_id"].to_list(), params.seed)
    else:
        done = mine["comment_id"].to_list()
        taught = [row["comment_id"] for row in ready.iter_rows(named=True) if teaches(row["author"])]
        order = least_sure(store.read_table(root, STANCE), taught, codebook)
    left = [comment for comment in order if comment not in set(done)]
    if not left:
        raise UsageError(f"{annotator} has judged every comment that could be asked about ({how}).")
    known = corpus(threads, comments, clean)

    # save
    store.write_bytes(sheet, write([known[comment] for comment in left[:number]], how, codebook))
    return Taken(str(sheet), min(number, len(left)), how, max(0, len(left) - number))


def random_order(ids: Sequence[str], seed: int) -> list[str]:
    """Ids in an order that only seed and id decide: its beginning is a simple random sample, and goes on where it stopped."""
    return sorted(ids, key=lambda one: hashlib.sha256(f"annotate\x1f{seed}\x1f{one}".encode()).digest())


def least_sure(stance: pl.DataFrame, ids: Sequence[str], codebook: Codebook) -> list[str]:
    """Ids by the probability of the stance that they were given, smallest first (least confidence: Lewis and Gale 1994)."""
    sure = [
        (stance_probability({e["party"]: e["p"] for e in p}, said, codebook.derive_stance), comment_id)
        for comment_id, p, said in stance.filter(pl.col("comment_id").is_in(list(ids)))
        .select("comment_id", "p", "stance")
        .iter_rows()
    ]
    return [comment_id for _, comment_id in sorted((round(p, 6), comment_id) for p, comment_id in sure)]


def corpus(threads: pl.DataFrame, comments: pl.DataFrame, clean: pl.DataFrame) -> dict[str, Asked]:
    """Every comment that is kept and has words, with its thread's title and the cleaned text of what it answers."""
    titles = {
        thread: title or source
        for thread, title, source in threads.select("thread_id", "title", "source_id").iter_rows()
    }
    texts = dict(clean.select("comment_id", "text").iter_rows())
    above = dict(comments.select("comment_id", "parent_id").iter_rows())
    ready = clean.filter(pl.col("kept") & ~pl.col("no_text")).select("comment_id", "thread_id", "text")
    return {
        comment_id: Asked(comment_id, titles[thread], texts.get(above.get(comment_id) or "", ""), text)
        for comment_id, thread, text in ready.iter_rows()
    }


# --- and back --------------------------------------------------------------------------------------------------


def give(root: Path, sheet: Path, annotator: str) -> Given:
    """Take a sheet's judgements into data/raw/annotations/<annotator>.jsonl; rows without any are skipped and counted.

    A judgement of a comment that the annotator judged before replaces the former. Raises UsageError that names the first bad rows
    with their lines, and writes nothing then.
    """
    # load
    _check_name(annotator)
    if not sheet.is_file():
        raise UsageError(f"{sheet} is {'not a plain file' if sheet.exists() else 'not there'}.")
    codebook = load_codebook(root / "codebook.yaml")
    threads, comments, clean = (store.read_table(root, table) for table in (THREADS, COMMENTS, CLEAN))
    rows = read(sheet.read_bytes(), str(sheet))

    # process
    known, filled = corpus(threads, comments, clean), [row for row in rows if not row.empty]
    said = _all_judged(filled, known, codebook, str(sheet))
    constructed = threads.filter(pl.col("provenance") == "constructed")["thread_id"].to_list()
    places = {
        i: (thread, language) for i, thread, language in clean.select("comment_id", "thread_id", "language").iter_rows()
    }
    fresh = {}
    for one in said:
        thread, language = places[one.comment_id]
        fresh[one.comment_id] = {
            **_annotation(one, known[one.comment_id].text, annotator, codebook.debate),
            "language": language,
            "constructed": thread in constructed,
        }

    # save
    path = root / ANNOTATIONS / f"{annotator}.jsonl"
    with store.lock(root):
        before = _read(path, annotator)
        merged = merge(before, fresh)
        if merged != before:
            store.write_bytes(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in merged.values()).encode())
    changed = sum(merged[comment] != before[comment] for comment in fresh.keys() & before.keys())
    new = len(fresh.keys() - before.keys())
    return Given(str(ANNOTATIONS / path.name), new, changed, len(fresh) - new - changed, len(rows) - len(filled))


def merge(before: dict[str, dict[str, Any]], fresh: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """comment_id -> judgement, the former ones in their places. What was ever drawn at random stays so, however it came back."""
    merged = dict(before)
    for comment, row in fresh.items():
        random = before.get(comment, row)["sampled"] == RANDOM
        merged[comment] = row | {"sampled": RANDOM} if random else row
    return merged


def _all_judged(rows: Sequence[Row], known: dict[str, Asked], codebook: Codebook, name: str) -> list[Judged]:
    said, bad, seen = [], [], dict[str, int]()
    for row in rows:
        try:
            one = judged(row, known, codebook)
            if one.comment_id in seen:
                raise BadRowError(f"comment {one.comment_id} is judged in line {seen[one.comment_id]} too")
            seen[one.comment_id] = row.line
            said.append(one)
        except BadRowError as error:
            bad.append(f"{name}, line {row.line} (row {row.number}): {error}.")
    if bad:
        more = [f"... and {len(bad) - TOLD} rows more."] if len(bad) > TOLD else []
        raise UsageError(
            "\n  ".join([*bad[:TOLD], *more, "Nothing was taken in; mend these rows and give the sheet again."])
        )
    return said


def _annotation(one: Judged, text: str, annotator: str, debate: str) -> dict[str, Any]:
    """A judgement as a line of tables.ANNOTATIONS. Evidence is `start:end:digest` of the cleaned text, and none of its words."""
    return {
        "annotation_id": f"{annotator}-{one.comment_id}",
        "comment_id": one.comment_id,
        "debate": debate,
        "blames": one.blames,
        "sentiment": one.tone,
        "evidence": [
            {"party": party, "span": f"{start}:{end}:{text_digest(text[start:end])[:8]}"}
            for party, start, end in one.evidence
        ],
        "annotator": annotator,
        "sampled": one.sampled,
    }


def _read(path: Path, annotator: str) -> dict[str, dict[str, Any]]:
    """comment_id -> what stands in an annotator's file. UsageError where it is somebody else's."""
    if not path.exists():
        return {}
    rows: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = dict(json.loads(line))
        except (TypeError, ValueError) as error:
            raise UsageError(f"{path}, line {number}: not a JSON object ({error}).") from error
        if row.get("annotator") != annotator or not row.get("comment_id"):
            raise UsageError(
                f"{path}, line {number}: not a judgement by {annotator}. Choose another name with --annotator."
            )
        rows[row["comment_id"]] = row
    return rows


def _check_name(annotator: str) -> None:
    if not ID.fullmatch(annotator) or annotator in RESERVED:
        raise UsageError(
            f"--annotator {annotator!r}: use small letters, digits, - and _ (64 at most), and none of {', '.join(RESERVED)}."
        )
