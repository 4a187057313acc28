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
from pipeline.read.models import BLAME, TONE, Answer, Question
from pipeline.settings import Codebook

#: Comments asked at once: what is lost at most when a run is interrupted.
CHUNK = 64
DECIMALS = 4
#: A token shows blame where it is at least so probable, and at least this share of the surest token.
SURE, SHARE = 0.3, 0.5
#: Tokens in between that do not break a span, and the shortest span that is shown beside another, in characters.
GAP, SHORTEST = 4, 12
MOST_SPANS = 3


class Embedded:
    """See models.Model."""

    tells = frozenset({BLAME, TONE})

    def __init__(self, codebook: Codebook) -> None:
        self._encoder, self._codebook = get_encoder(), codebook
        self._asked = self._encoder.ask(codebook)
        told = [(p.id, p.aliases, p.cues, party_texts(p), party_text(p), p.secondary) for p in codebook.parties]
        prompt = hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()[:8]
        self.name = f"encoder-{self._encoder.digest}-{prompt}"

    def answer(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """See models.Model. Two cores read two comments at once; that changes no number."""
        for start in range(0, len(questions), CHUNK):
            some = questions[start : start + CHUNK]
            pairs = [(q.text, q.parent) for q in some]
            heard = self._encoder.hear_all(pairs, self._asked, engine.workers(), self._codebook)
            for question, one in zip(some, heard, strict=True):
                yield answer_of(one, question.text, self._codebook.party_ids)


def answer_of(heard: Heard, text: str, parties: Sequence[str]) -> Answer:
    """What the encoder said, with tokens joined to spans."""
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
    """The passages that show a party's blame most: (start, end, mean probability), whole words, in the order of the text.

    `evidence` [tokens]: each token's probability; `places`: their spans. There is always one, the surest, if there is a token.
    """
    if not len(evidence):
        return []
    floor = min(max(SURE, SHARE * float(evidence.max())), float(evidence.max()))
    runs: list[list[int]] = []
    for token in np.flatnonzero(evidence >= floor):
        if runs and token - runs[-1][-1] <= GAP:
            runs[-1].append(int(token))
        else:
            runs.append([int(token)])
    found = []
    for run in runs:
        start, end = _whole_words(text, places[run[0]][0], places[run[-1]][1])
        found.append((start, end, round(float(evidence[run[0] : run[-1] + 1].mean()), DECIMALS)))
    long = [span for span in found if span[1] - span[0] >= SHORTEST] or [max(found, key=lambda span: span[2])]
    return sorted(sorted(long, key=lambda span: (-span[2], span[0]))[:MOST_SPANS])


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A span widened to whole words, without blanks at its ends."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())
