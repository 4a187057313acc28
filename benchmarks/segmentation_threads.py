"""Threads put together from the constructed comments of data/raw/annotations, as people break their lines.

The pastes of tests/platforms/pasted_cases are written as threads, and most of their comments are a paragraph or two
long. Elsewhere people write a line a sentence, break lines in the middle of one, or write letters: there every
paragraph may begin a comment, and few do. These threads have such habits, without greetings, signatures or articles.
The hand that wrote a comment (`batch` in writers.csv) is the thread's `group`: who is learned from is not measured on.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ANNOTATIONS = Path(__file__).parent.parent / "data" / "raw" / "annotations"
#: how the writers of a thread break their lines: not at all, after each sentence or a few, at odd places, each in an
#: own way, or in letters of many paragraphs
HABITS = ("whole", "sentences", "odd", "mixed", "letters")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_FEWEST = 4  # comments of a thread
_LETTER = 5  # sentences of a letter, at least


@dataclass(frozen=True)
class Thread:
    """The comments of a constructed thread, each as its paragraphs."""

    name: str
    habit: str
    group: str
    comments: list[list[str]]


def assembled(split: str, most: int = 1) -> list[Thread]:
    """The threads of a split (train or dev): at most `most` of each habit for every hand and debate."""
    with (ANNOTATIONS / "writers.csv").open(encoding="utf-8", newline="") as file:
        batches = {row["writer"]: row["batch"] for row in csv.DictReader(file)}
    texts: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for name in ("ict", "debates"):
        for line in (ANNOTATIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["split"] == split and row["text"].strip():
                texts[batches[row["writer"]], row["debate"]].append((row["writer"], row["text"].strip()))
    return [
        thread
        for (group, debate), rows in sorted(texts.items())
        for habit in HABITS
        for thread in _threads(f"{group}-{debate}", habit, group, rows, most)
    ]


def _threads(name: str, habit: str, group: str, rows: list[tuple[str, str]], most: int) -> Iterator[Thread]:
    chance = random.Random(f"{name} {habit}")
    rows = sorted(rows)
    chance.shuffle(rows)
    manners: dict[str, str] = {}
    queue = [row for row in rows if habit != "letters" or len(_sentences(row[1])) >= _LETTER]
    for number in range(most):
        size = chance.randint(6, 12)
        taken, queue = queue[:size], queue[size:]
        if len(taken) < _FEWEST:
            return
        comments = []
        for writer, text in taken:
            own = manners.setdefault(writer, chance.choice(("whole", "sentences", "pairs", "odd")))
            manner = {"mixed": own, "letters": chance.choice(("sentences", "pairs"))}.get(habit, habit)
            comments.append(paragraphs(text, manner, chance))
        yield Thread(f"{name}-{habit}-{number + 1}", habit, group, comments)


def _sentences(text: str) -> list[str]:
    return [s for line in text.splitlines() if line.strip() for s in _SENTENCE.split(line.strip())]


def paragraphs(text: str, manner: str, chance: random.Random) -> list[str]:
    """A comment as the lines that somebody of this manner makes of it."""
    if manner == "whole":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if manner == "odd":
        return _broken(text.split(), chance)
    sentences, lines = _sentences(text), []
    while sentences:
        size = chance.choice((1, 1, 1, 2)) if manner == "sentences" else chance.choice((1, 2, 2, 3))
        lines.append(" ".join(sentences[:size]))
        sentences = sentences[size:]
    return lines


def _broken(words: list[str], chance: random.Random) -> list[str]:
    """Words in lines of some six to twenty, broken wherever that falls, or after the next comma or full stop."""
    lines, line = [], []
    wish, tidy = chance.randint(6, 20), chance.random() < 0.5
    for word in words:
        line.append(word)
        if len(line) >= wish and (not tidy or word[-1] in ".,;:!?…"):
            lines.append(" ".join(line))
            line, wish = [], chance.randint(6, 20)
    return [*lines, " ".join(line)] if line else lines
