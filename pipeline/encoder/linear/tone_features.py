"""What the tone model looks at besides vectors and n-grams: signs, emoticons, a few words of praise, complaint and negation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.learning import Floats

SMILE = re.compile(r"[\U0001F300-\U0001FAFF☺❤]|(?<!\w)[:;=]-?[)DP]|\b(?:haha\w*|hihi|lol)\b", re.IGNORECASE)
FROWN = re.compile(r"[☹😠😡🤬😢😭🙄]|(?<!\w)[:=]-?[(/]|\b(?:pff+|zucht|bah|grr+)\b", re.IGNORECASE)
PRAISE = re.compile(
    r"\b(?:mooi\w*|fijn\w*|leuk\w*|goed\w*|prima|top|heerlijk\w*|dank\w*|bedankt|blij\w*|trots\w*|geweldig\w*|prachtig\w*|lief\w*|"
    r"complimen\w*|gelukkig|plezier\w*|chapeau|super|great|good|lov\w+|thanks?|nice|glad|happy|proud)\b",
    re.IGNORECASE,
)
COMPLAINT = re.compile(
    r"\b(?:slecht\w*|onzin|irritant\w*|waardeloos|waardeloze|schand\w*|belachelijk\w*|ellend\w*|boos|boze|kwaad|moe|zat|beu|kwijt|"
    r"fout\w*|probleem\w*|problemen|jammer|erg\w*|bad|wrong|awful|sick|tired|rubbish|nonsense|useless|angry)\b",
    re.IGNORECASE,
)
NEGATION = re.compile(r"\b(?:niet|geen|nooit|niks|niets|zonder|not|never|no|nothing|\w+n't)\b", re.IGNORECASE)
#: a negation so few words before praise or complaint turns it
TURNED = re.compile(NEGATION.pattern + r"(?:\W+\w+){0,2}?\W+(?:" + PRAISE.pattern + ")", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """A comment with its vector [dim] and those of its sentences [sentences, dim]."""

    text: str
    vector: Floats
    sentence_vectors: Floats


def signs(item: Item) -> list[float]:
    """Twelve numbers about the surface of a text; counts are per ten words."""
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
        len(PRAISE.findall(text)) * per_ten,
        len(COMPLAINT.findall(text)) * per_ten,
        len(NEGATION.findall(text)) * per_ten,
        float(TURNED.search(text) is not None),
        sum(letter.isupper() for letter in text) / max(1, len(text)),
        float(len(item.sentence_vectors)),
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
