"""read: a model is asked about every comment that has something to label, and about held-out gold, which calibrates and measures it.

A question that was answered before is not asked again: an answer depends on the text, on what it answers, and on the model with
its codebook, and on nothing else. An interrupted run (or one whose budget is spent) goes on where it stopped.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline import store
from pipeline.engine import Progress, Summary, silent
from pipeline.read import kept
from pipeline.read.endpoint import estimate
from pipeline.read.models import BLAME, TONE, Model, Question, get_model
from pipeline.read.prompt import from_gold
from pipeline.settings import Codebook, Params, gold_codebooks, load_codebook, load_params
from pipeline.tables import ANSWERS, CLEAN, COMMENTS, GOLD

#: Rows kept at once.
CHUNK = 400


@dataclass(frozen=True)
class Task:
    """What one model is asked: items (ids) with their questions, by one codebook."""

    spec: str
    model: Model
    book: Codebook
    wanted: frozenset[str]
    items: list[tuple[str, Question]]


def run(root: Path, progress: Progress = silent) -> Summary:
    """Ask what is not known, and write the answers table (one partition, `all`)."""
    # load
    params, codebook = load_params(root), load_codebook(root / "codebook.yaml")
    clean, comments, gold = (store.read_table(root, table) for table in (CLEAN, COMMENTS, GOLD))
    known = kept.known_answers(root)

    # process
    tasks = tasks_of(root, params, codebook, corpus_items(clean, comments, params.read.parents), gold)
    total, asked = sum(len(task.items) for task in tasks), 0
    rows: list[dict[str, object]] = []
    for task in tasks:
        rows += answer_all(task, known, lambda part: kept.write_part(root, part))
        asked += len(task.items)
        progress(asked, total, "comments read")

    # save
    number = store.write_table(root, ANSWERS, {"all": ANSWERS.frame(rows)})
    fresh = len({row["question"] for row in rows} - {question for question, _ in known})
    names = sorted({task.model.name for task in tasks})
    notes = [f"asked about {fresh:,} texts, {total - fresh:,} known", *(names if len(names) < 4 else [])]
    return Summary("read", clean.height, number, "data/processed/answers", {}, notes)


def corpus_items(clean: pl.DataFrame, comments: pl.DataFrame, parents: bool) -> list[tuple[str, Question]]:
    """The comments to label: kept, and with words; a reply with the cleaned text of what it answers."""
    texts = dict(clean.select("comment_id", "text").iter_rows())
    above = dict(comments.select("comment_id", "parent_id").iter_rows()) if parents else {}
    ready = clean.filter(pl.col("kept") & ~pl.col("no_text")).select("comment_id", "text").sort("comment_id")
    return [(i, Question(text, texts.get(above.get(i) or "") or None)) for i, text in ready.iter_rows()]


def gold_items(gold: pl.DataFrame, most: int | None) -> list[tuple[str, Question]]:
    """The gold comments that no model learned from (dev and test); of each split `most` at most, drawn by a seed."""
    items = []
    for split in ("dev", "test"):
        rows = gold.filter(pl.col("split") == split).sort("annotation_id")
        found = [(i, Question(t, p)) for i, t, p in rows.select("annotation_id", "text", "parent").iter_rows()]
        if most is not None and len(found) > most:
            found = sorted(random.Random(f"gold of {split}").sample(found, most))
        items += found
    return items


def tasks_of(
    root: Path, params: Params, codebook: Codebook, corpus: list[tuple[str, Question]], gold: pl.DataFrame
) -> list[Task]:
    """One task a model and codebook: the project's own for the corpus, each debate's own for its gold."""
    wanted: dict[str, set[str]] = {}
    wanted.setdefault(params.stance.model, set()).add(BLAME)
    wanted.setdefault(params.sentiment.model, set()).add(TONE)
    books = gold_codebooks(root, codebook, gold["debate"].to_list())
    debates = dict(gold.select("annotation_id", "debate").iter_rows())
    tasks = []
    for spec, asked in sorted(wanted.items()):
        held = gold_items(gold, None if spec == "encoder" else params.read.gold)
        by_book = {codebook.debate: (codebook, list(corpus))}
        for item, question in held:
            book = books.get(debates[item])
            if book is not None:
                by_book.setdefault(book.debate, (book, []))[1].append((item, question))
        for book, items in by_book.values():
            if items:
                model = get_model(spec, sorted(asked)[0], book, params, gold)
                tasks.append(Task(spec, model, book, frozenset(asked) & model.tells, items))
    return tasks


def unknown(task: Task, known: kept.Known) -> dict[str, tuple[str, Question]]:
    """Digest -> item and question of what has no answer yet, each question once."""
    digests = ((question.digest(task.model.name), item, question) for item, question in task.items)
    return {d: (item, q) for d, item, q in digests if any((d, kind) not in known for kind in task.wanted)}


def plan(root: Path) -> list[dict[str, object]]:
    """What a run would ask, a row a model and codebook: texts to ask about, and of an endpoint requests, tokens and cost.

    Asks nothing.
    """
    params, codebook = load_params(root), load_codebook(root / "codebook.yaml")
    clean, comments, gold = (store.read_table(root, table) for table in (CLEAN, COMMENTS, GOLD))
    known = kept.known_answers(root)
    rows: list[dict[str, object]] = []
    for task in tasks_of(root, params, codebook, corpus_items(clean, comments, params.read.parents), gold):
        questions = [question for _, question in unknown(task, known).values()]
        row: dict[str, object] = {"model": task.spec, "debate": task.book.debate, "texts": len(questions)}
        if task.spec.startswith("openai:"):
            row |= vars(estimate(questions, task.book, params, from_gold(gold, task.book.debate)))
        rows.append(row)
    return rows


def answer_all(
    task: Task, known: kept.Known, keep: Callable[[list[dict[str, object]]], None]
) -> list[dict[str, object]]:
    """Rows of the answers table for every item of a task; unknown questions are asked, and kept in parts as they come."""
    name, missing = task.model.name, unknown(task, known)
    answers = task.model.answer([question for _, question in missing.values()])
    found: dict[str, list[dict[str, object]]] = {}
    part: list[dict[str, object]] = []
    try:
        for (digest, (item, _)), answer in zip(missing.items(), answers, strict=True):
            found[digest] = kept.rows_of(item, digest, name, answer)
            part += found[digest]
            if len(part) >= CHUNK:
                keep(part)
                part = []
    finally:  # what was answered before a stop may have been paid for
        keep(part)
    rows = []
    for item, digest in ((item, question.digest(name)) for item, question in task.items):
        for kind in sorted(task.wanted):
            if digest in found:
                rows += [row | {"item_id": item} for row in found[digest] if row["task"] == kind]
            else:
                rows.append({"item_id": item, "task": kind, "question": digest, "model": name, **known[digest, kind]})
    return rows
