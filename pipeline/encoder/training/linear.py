"""The linear heads, from the same gold as the network: trained on the vectors that the exported encoder gives."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from pipeline import engine
from pipeline.encoder.linear import model as stance_model
from pipeline.encoder.linear import tone as tone_model
from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.gold import Gold, Lesson
from pipeline.encoder.linear.reader import party_text
from pipeline.encoder.reader import Encoder, item_of
from pipeline.encoder.training.lessons import Example
from pipeline.tables import SENTIMENTS

#: Training comments from which on a debate teaches the linear tone: small debates made it no better on others.
TEACHES_FROM = 100


def train(folder: Path, examples: Sequence[Example], encoder: Encoder) -> None:
    """Write the heads of stance and tone under `folder`. The debate with most examples gets heads of its own.

    Contrasts teach the network alone: they cost linear heads, which see few of the words that turn the blame, 0.03 on debates never
    trained on (split `dev`).
    """
    examples = [example for example in examples if not example.contrast]
    with ThreadPoolExecutor(engine.workers()) as pool:
        items = list(pool.map(lambda example: item_of(example.text, encoder.read(example.text)), examples))
    pairs = list(zip(examples, items, strict=True))
    sizes = {d: sum(e.codebook.debate == d for e in examples) for d in sorted({e.codebook.debate for e in examples})}
    order = sorted(sizes, key=lambda debate: (-sizes[debate], debate))
    lessons = [_lesson([pair for pair in pairs if pair[0].codebook.debate == debate], encoder) for debate in order]
    stance_model.train_all(lessons).save(folder / "stance")
    taught = [(e, i) for e, i in pairs if sizes[e.codebook.debate] >= TEACHES_FROM]
    tone_model.train(
        [item for _, item in taught],
        [SENTIMENTS[e.tone] for e, _ in taught],
        [e.writer for e, _ in taught],
    ).save(folder / "tone")


def _lesson(pairs: Sequence[tuple[Example, Item]], encoder: Encoder) -> Lesson:
    codebook = pairs[0][0].codebook
    gold = Gold(
        [item for _, item in pairs],
        [sorted(example.blames) for example, _ in pairs],
        [list(example.evidence) for example, _ in pairs],
        [example.writer for example, _ in pairs],
    )
    told = np.stack([np.asarray(encoder.vector(party_text(party)), dtype=np.float64) for party in codebook.parties])
    return Lesson(gold, codebook, told)
