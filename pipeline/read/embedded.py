"""The embedded default: the project's own encoder, asked by a codebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline import engine
from pipeline.encoder.inputs import party_texts
from pipeline.encoder.linear.reader import party_text
from pipeline.encoder.reader import Heard, get_encoder
from pipeline.language import sentence_spans
from pipeline.read.models import BLAME, TONE, Answer, Question
from pipeline.settings import Codebook

#: Comments asked at once: what is lost at most when a run is interrupted.
CHUNK = 64
DECIMALS = 4
#: A further sentence is shown beside the surest one where it is nearly as sure (share of the surest one's mean probability).
NEARLY, MOST_SENTENCES = 0.9, 3
#: Part of the model's name: raise it where answers are taken from what is heard in another way.
FORM = 1


class Embedded:
    """See models.Model."""

    tells = frozenset({BLAME, TONE})

    def __init__(self, codebook: Codebook) -> None:
        self._encoder, self._parties = get_encoder(), codebook.party_ids
        self._asked = self._encoder.ask(codebook)
        told = [(p.id, p.aliases, p.cues, party_texts(p), party_text(p), p.secondary) for p in codebook.parties]
        prompt = hashlib.sha256(json.dumps([FORM, told], ensure_ascii=True).encode()).hexdigest()[:8]
        self.name = f"encoder-{self._encoder.digest}-{prompt}"

    def answer(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """See models.Model. Two cores read two comments at once; that changes no number."""
        for start in range(0, len(questions), CHUNK):
            some = questions[start : start + CHUNK]
            pairs = [(q.text, q.parent) for q in some]
            heard = self._encoder.hear_all(pairs, self._asked, engine.workers())
            for question, one in zip(some, heard, strict=True):
                yield answer_of(one, question.text, self._parties)


def answer_of(heard: Heard, text: str, parties: Sequence[str]) -> Answer:
    """What the encoder said, its tokens' evidence told by sentence."""
    shown = [
        (party, start, end, score)
        for index, party in enumerate(parties)
        for start, end, score in spans_of(heard.evidence[index], heard.spans, text)
    ]
    return Answer(
        _rounded(heard.blame), _rounded(heard.tone), tuple(shown), tuple(_rounded(row, 2) for row in heard.features)
    )


def _rounded(values: NDArray[np.float32], decimals: int = DECIMALS) -> tuple[float, ...]:
    return tuple(round(float(value), decimals) for value in values)


def spans_of(
    evidence: NDArray[np.float32], places: Sequence[tuple[int, int]], text: str
) -> list[tuple[int, int, float]]:
    """The sentences that show a party's blame most: (start, end, mean probability of their tokens), in the order of the text.

    `evidence` [tokens]: each token's probability; `places`: their spans. There is always one, if there is a token. Sentences, and not runs
    of tokens, because they agree better with what writers marked (word F1 on the development voices 0.65 against 0.56).
    """
    if not len(evidence):
        return []
    starts = np.asarray([start for start, _ in places])
    found = []
    for start, end in sentence_spans(text, "nl"):
        inside = (starts >= start) & (starts < end)
        if inside.any():
            found.append((start, end, round(float(evidence[inside].mean()), DECIMALS)))
    surest = max((score for *_, score in found), default=0.0)
    shown = [span for span in found if span[2] >= NEARLY * surest]
    return sorted(sorted(shown, key=lambda span: (-span[2], span[0]))[:MOST_SENTENCES])
