"""What the tone model looks at besides vectors and n-grams: signs, emoticons, negation, words of praise and of reproach."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipeline.encoder.linear.features import Item
from pipeline.encoder.linear.polarity import hits, sums
from pipeline.learning import Floats

SMILE = re.compile(r"[\U0001F300-\U0001FAFF☺❤]|(?<!\w)[:;=]-?[)DP]|\b(?:haha\w*|hihi|lol)\b", re.IGNORECASE)
FROWN = re.compile(r"[☹😠😡🤬😢😭🙄]|(?<!\w)[:=]-?[(/]|\b(?:pff+|zucht|bah|grr+)\b", re.IGNORECASE)
NEGATION = re.compile(r"\b(?:niet|geen|nooit|niks|niets|zonder|not|never|no|nothing|\w+n't)\b", re.IGNORECASE)


def signs(item: Item) -> list[float]:
    """Sixteen numbers about the surface of a text; counts are per ten words."""
    text = item.text
    words = max(1, len(text.split()))
    per_ten = 10 / max(10, words)  # a greeting of three words is not three times as kind as one of nine
    return [
        float(np.log(words)),
        text.count("!") * per_ten,
        text.count("?") * per_ten,
        float(text.count("...") + text.count("…")),
        float(len(SMILE.findall(text))),
        float(len(FROWN.findall(text))),
        len(NEGATION.findall(text)) * per_ten,
        sum(letter.isupper() for letter in text) / max(1, len(text)),
        float(len(item.sentence_vectors)),
        *_polarity(item, per_ten),
    ]


def _polarity(item: Item, per_ten: float) -> list[float]:
    """Praise, reproach, the strongest of each, their balance, and that of the first and the last sentence."""
    found = hits(item.text)
    praise, reproach = sums(found, 0, len(item.text))
    ends = [sums(found, *span) for span in (item.sentences[0], item.sentences[-1])]
    return [
        praise * per_ten,
        reproach * per_ten,
        max((hit.strength for hit in found), default=0.0),
        min((hit.strength for hit in found), default=0.0),
        (praise - reproach) / (praise + reproach + 2),
        *((good - bad) / (good + bad + 2) for good, bad in ends),
    ]


def matrices(items: Sequence[Item]) -> dict[str, Floats]:
    """Dense blocks by name: comment vectors, surface signs, and the vectors of the first and last sentence."""
    return {
        "vector": np.stack([item.vector for item in items]).astype(np.float64),
        "signs": np.asarray([signs(item) for item in items], dtype=np.float64),
        "ends": np.stack([np.r_[item.sentence_vectors[0], item.sentence_vectors[-1]] for item in items]).astype(
            np.float64
        ),
    }
