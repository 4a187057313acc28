"""What training looks at: macro-F1 by role of the party, on examples of several debates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import engine
from pipeline.encoder.calibrated import Calibration
from pipeline.encoder.reader import BLAME_WEIGHT, TONE_WEIGHT, Heard, get_encoder, summed_blame, summed_tone
from pipeline.encoder.training.lessons import Example
from pipeline.errors import StandpuntError
from pipeline.learning import Case, StanceScale, fit_stance, fit_tone, macro_f1, roles

#: What the network may count beside the linear heads, and the lexicon beside both.
WEIGHTS = (0.0, 0.3, 0.6, 0.8, 1.0, 1.5, 2.0)
LEXICON_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


def cases_of(examples: Sequence[Example], scores: Sequence[Sequence[float]]) -> list[Case]:
    """Examples with log-odds of blame, a party each."""
    pairs = zip(examples, scores, strict=True)
    return [Case(tuple(row), example.blames, example.codebook) for example, row in pairs]


def stance_f1(cases: Sequence[Case], scale: StanceScale) -> float:
    """Macro-F1 of the derived stances, by role (so that debates can be mixed)."""
    pairs = stance_pairs(cases, scale)
    return macro_f1([true for true, _ in pairs], [said for _, said in pairs])


def stance_pairs(cases: Sequence[Case], scale: StanceScale) -> list[tuple[str, str]]:
    """(true, said) role of each case's stance."""
    pairs = []
    for case in cases:
        book = case.codebook
        p = scale.probabilities(np.asarray([case.scores]), book)[0]
        blames = [party for party, over in zip(book.party_ids, p >= scale.thresholds(book), strict=True) if over]
        named = roles(book)
        pairs.append((named[book.derive_stance(sorted(case.blames))], named[book.derive_stance(blames)]))
    return pairs


def line(examples: Sequence[Example], answers: Sequence[tuple[list[float], list[float]]]) -> str:
    """Stance and tone on examples, the largest debate and the others apart; half is the threshold."""
    cases = cases_of(examples, [blame for blame, _ in answers])
    largest = max({e.codebook.debate for e in examples}, key=lambda d: sum(e.codebook.debate == d for e in examples))
    parts = [[c for c in cases if (c.codebook.debate == largest) is own] for own in (True, False)]
    tone = macro_f1([str(e.tone) for e in examples], [str(int(np.argmax(scores))) for _, scores in answers])
    stances = [f"{stance_f1(part, fit_stance(part)):.3f}" for part in parts if part]
    return f"stance {' and '.join(stances)} (thresholds chosen on these), tone {tone:.3f}"


def heard(folder: Path, examples: Sequence[Example]) -> list[Heard]:
    """What the exported encoder says of examples, in their order."""
    encoder = get_encoder(str(folder))
    found: dict[str, Heard] = {}
    for book in {e.codebook.debate: e.codebook for e in examples}.values():
        mine = [e for e in examples if e.codebook.debate == book.debate]
        said = encoder.hear_all([(e.text, e.parent) for e in mine], encoder.ask(book), engine.workers())
        found |= dict(zip((e.key for e in mine), said, strict=True))
    return [found[example.key] for example in examples]


def weights(folder: Path, examples: Sequence[Example]) -> list[str]:
    """Lines of figures by what the network and the lexicon count beside the linear heads: where the weights in `reader.py` come from."""
    encoder = get_encoder(str(folder))
    parts: dict[str, tuple[Heard, Any, Any]] = {}
    for book in {e.codebook.debate: e.codebook for e in examples}.values():
        mine = [e for e in examples if e.codebook.debate == book.debate]
        said, linear = encoder.hear_parts([(e.text, e.parent) for e in mine], encoder.ask(book), engine.workers())
        if linear is None:
            raise StandpuntError(f"{folder} has no linear heads to weigh the network against.")
        parts |= dict(zip((e.key for e in mine), zip(said, *linear, strict=True), strict=True))
    told = [parts[example.key] for example in examples]

    def row(blame_weight: float, tone_weight: float, lexicon: float) -> str:
        return line(
            examples,
            [
                (summed_blame(h, blame, blame_weight).tolist(), summed_tone(h, tones, tone_weight, lexicon).tolist())
                for h, blame, tones in told
            ],
        )

    return [f"the network {w:.1f} times, no lexicon: {row(w, w, 0.0)}" for w in WEIGHTS] + [
        f"the weights in use, the lexicon {w:.1f} times: {row(BLAME_WEIGHT, TONE_WEIGHT, w)}" for w in LEXICON_WEIGHTS
    ]


def calibrate(folder: Path, examples: Sequence[Example]) -> Calibration:
    """Scales of the exported encoder's scores, from examples that it did not learn from."""
    said = heard(folder, examples)
    tones = np.asarray([example.tone for example in examples], dtype=np.int64)
    scores = np.asarray([one.tone for one in said], dtype=np.float64)
    return Calibration(fit_stance(cases_of(examples, [one.blame.tolist() for one in said])), fit_tone(scores, tones))


def table(folder: Path, examples: Sequence[Example], calibration: Calibration) -> list[str]:
    """Lines of figures: stance and tone per debate, all and the hard ones."""
    said = heard(folder, examples)
    rows = []
    for debate in sorted({e.codebook.debate for e in examples}):
        for hard in (False, True):
            mine = [
                (e, h) for e, h in zip(examples, said, strict=True) if e.codebook.debate == debate and e.hard >= hard
            ]
            cases = cases_of([e for e, _ in mine], [h.blame.tolist() for _, h in mine])
            tones = calibration.tone.probabilities(np.asarray([h.tone for _, h in mine], dtype=np.float64)).argmax(
                axis=1
            )
            tone = macro_f1([str(e.tone) for e, _ in mine], [str(t) for t in tones])
            rows.append(
                f"{debate}{' (hard)' if hard else ''}, {len(mine)} comments: stance {stance_f1(cases, calibration.stance):.3f}, tone {tone:.3f}"
            )
    return rows
