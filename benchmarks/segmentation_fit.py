"""The constructed pastes of tests/platforms/pasted_cases and threads of segmentation_threads, and the fit on them.

Used by segmentation.py, which prints figures and weights. The cases marked as held out and the threads of the dev
split (other hands, other debates) never enter a fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from segmentation_threads import assembled

from pipeline.platforms.pasted.features import Features, features
from pipeline.platforms.pasted.lines import TEXT, normalise, split_lines
from pipeline.platforms.pasted.model import BEFORE, BY_PAGE, STATES, Weights, decode
from pipeline.platforms.pasted.weights import SET_ARTICLE, SET_BEGIN

CASES = Path(__file__).parent.parent / "tests" / "platforms" / "pasted_cases"
THREADS = CASES.with_name("pasted_threads")
HARDEST = "threads, written"  # the kind by which the confidence is set
MARK = "=== comment\n"
HELD_OUT = "(held out)"  # at the end of a case's first line: no weight is fitted on it
PENALTY = 0.5  # of the squared weights; 0.1 to 4 give left-out log losses that differ by some hundredths
#: 1 where a state (row) may be followed by another (column)
STEP = np.array([[float(s in sources) for sources in BEFORE] for s in range(len(STATES))])
#: what is written as a thread counts for more than what is put together, of which there is much
WEIGHT = {"threads, written": 3.0, "pastes, nl": 2.0, "pastes, en": 2.0, "pastes, forum": 2.0, "threads, odd": 0.5}
SET = (SET_ARTICLE, SET_BEGIN)


@dataclass(frozen=True)
class Case:
    """One paste: its text, where comments begin (indices of paragraphs), and its features."""

    name: str
    kind: str
    group: str  # cases of one group are left out together: a paste and its article, or whatever one hand wrote
    text: str
    starts: list[int]
    rows: list[tuple[Features, Features]]

    @property
    def states(self) -> list[int]:
        """The gold state of every paragraph, as an index of STATES."""
        out: list[int] = []
        for i in range(len(self.rows)):
            if i in self.starts:
                out.append(1)
            else:
                out.append(0 if not out or out[-1] == 0 else min(out[-1] + 1, 5))
        return out


def pastes() -> list[Case]:
    """The written pastes, and the article of each alone, in order of name."""
    cases = []
    for path in sorted(CASES.glob("*.txt")):
        title, body = path.read_text(encoding="utf-8").split("\n", 1)
        parts = body.split(MARK)
        held = "held out: " if title.endswith(HELD_OUT) else ""
        form = "name lines" if "-kop-" in path.stem else "forum" if path.stem.startswith("forum-") else path.stem[:2]
        cases.append(make_case(path.stem, f"{held}pastes, {form}", path.stem, parts))
        cases.append(make_case(f"{path.stem} alone", f"{held}articles alone", path.stem, parts[:1]))
    return cases


def threads(split: str) -> list[Case]:
    """The threads without an article, written (those held out count as dev) and put together, of a split."""
    held = "held out: " if split != "train" else ""
    written = []
    for path in sorted(THREADS.glob("*.txt")):
        title, body = path.read_text(encoding="utf-8").split("\n", 1)
        if title.endswith(HELD_OUT) == bool(held):
            written.append(make_case(path.stem, f"{held}threads, written", path.stem, body.split(MARK)))
    return written + [
        make_case(t.name, f"{held}threads, {t.habit}", t.group, ["", *("\n".join(c) + "\n" for c in t.comments)])
        for t in assembled(split)
    ]


def make_case(name: str, kind: str, group: str, parts: list[str]) -> Case:
    """A case from its article and its comments."""
    text = normalise("".join(parts))
    offsets = np.cumsum([len(part) for part in parts])[:-1]
    lines = split_lines(text)
    begins = [line.start for line in lines if line.kind == TEXT]
    starts = sorted({int(np.searchsorted(begins, o)) for o in offsets} - {len(begins)})
    return Case(name, kind, group, text, starts, features(lines))


class Fit:
    """Maximum likelihood of the gold states under the chain, with a squared penalty (L-BFGS)."""

    def __init__(self, cases: list[Case]) -> None:
        names = [{name for case in cases for row in case.rows for name in row[k]} for k in (0, 1)]
        self.names = [sorted(names[k] - set(SET[k])) for k in (0, 1)]
        self.cases = cases
        n, longest = len(cases), max(len(case.rows) for case in cases)
        self.x = [np.zeros((n, longest, len(names))) for names in self.names]
        self.offset = np.zeros((n, longest, len(STATES)))
        self.gold = np.full((n, longest), -1)
        for c, case in enumerate(cases):
            self.gold[c, : len(case.rows)] = case.states
            for k in (0, 1):
                column = {name: j for j, name in enumerate(self.names[k])}
                for t, row in enumerate(case.rows):
                    for name, value in row[k].items():
                        if name in column:
                            self.x[k][c, t, column[name]] = value
                        else:
                            self.offset[c, t, k] += value * SET[k][name]
        self.there = self.gold >= 0
        self.weight = np.array([WEIGHT.get(case.kind, 1.0) for case in cases])

    def split(self, w: np.ndarray) -> list[np.ndarray]:
        """A vector of weights as those of article, begin, later."""
        return np.split(w, np.cumsum([len(names) for names in self.names]))

    def loss(self, w: np.ndarray, use: np.ndarray) -> tuple[float, np.ndarray]:
        """Penalised negative log-likelihood over the cases `use`, and its gradient."""
        article, begin, later = self.split(w)
        gold, there = self.gold[use], self.there[use]
        xs = [x[use] for x in self.x]
        scores = np.concatenate(
            [
                (xs[0] @ article)[..., None],
                (xs[1] @ begin)[..., None],
                np.broadcast_to(later, (*gold.shape, 4)),
            ],
            axis=-1,
        )
        scores = scores + self.offset[use]
        total, chances = chain(scores, there, gold[:, 0])
        hit = (gold[..., None] == np.arange(len(STATES))) & there[..., None]
        weight = self.weight[use]
        value = weight @ total - ((scores * hit).sum(-1).sum(-1) * weight).sum() + PENALTY * (w**2).sum()
        gap = (chances * there[..., None] - hit) * weight[:, None, None]
        gradient = [
            np.einsum("ct,ctf->f", gap[..., 0], xs[0]),
            np.einsum("ct,ctf->f", gap[..., 1], xs[1]),
            gap[..., 2:].sum((0, 1)),
        ]
        return value, np.concatenate(gradient) + 2 * PENALTY * w

    def run(self, use: np.ndarray, begin_at: np.ndarray | None = None) -> np.ndarray:
        """The fitted vector of weights."""
        w0 = np.zeros(sum(map(len, self.names)) + 4) if begin_at is None else begin_at
        return minimize(self.loss, w0, args=(use,), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x

    def table(self, w: np.ndarray) -> Weights:
        """A vector of weights as the tables of the module."""
        article, begin, later = self.split(w)
        return {
            "article": dict(zip(self.names[0], map(float, article), strict=True)) | SET_ARTICLE,
            "begin": dict(zip(self.names[1], map(float, begin), strict=True)) | SET_BEGIN,
            "later": dict(zip(STATES[2:], map(float, later), strict=True)),
        }


def chain(scores: np.ndarray, there: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log partition and state probabilities of a batch of chains, padded at the end; transitions as in `model`.

    Scaled forward-backward (Rabiner 1989, Proceedings of the IEEE 77(2), section V.A).
    """
    n, longest, k = scores.shape
    top = scores.max(-1)
    weight = np.exp(scores - top[..., None])
    forward, scale = np.zeros((n, longest, k)), np.ones((n, longest))
    forward[np.arange(n), 0, first] = 1.0
    scale[:, 0] = weight[np.arange(n), 0, first]
    for t in range(1, longest):
        step = (forward[:, t - 1] @ STEP) * weight[:, t]
        scale[:, t] = np.where(there[:, t], step.sum(1), 1.0)
        forward[:, t] = np.where(there[:, t, None], step / scale[:, t, None], forward[:, t - 1])
    backward = np.ones((n, longest, k))
    for t in range(longest - 2, -1, -1):
        step = (weight[:, t + 1] * backward[:, t + 1]) @ STEP.T / scale[:, t + 1, None]
        backward[:, t] = np.where(there[:, t + 1, None], step, 1.0)
    return (np.log(scale) + top * there).sum(1), forward * backward


def left_out(cases: list[Case], key: Callable[[Case], str], most: int) -> dict[str, Weights]:
    """For the name of every case the weights fitted without its group, as `key` tells it, in at most `most` fits."""
    fit = Fit(cases)
    groups = {group: i % most for i, group in enumerate(sorted({key(case) for case in cases}))}
    folds = np.array([groups[key(case)] for case in cases])
    whole = fit.run(folds >= 0)
    tables = {int(fold): fit.table(fit.run(folds != fold, whole)) for fold in np.unique(folds)}
    return {case.name: tables[int(fold)] for case, fold in zip(cases, folds, strict=True)}


def fit_confidence(cases: list[Case]) -> tuple[float, float]:
    """Scale and shift of the log-odds, fitted on the hardest kind with weights that never saw a text of it."""
    fit = Fit(cases)
    table = fit.table(fit.run(np.array([case.kind != HARDEST for case in cases])))
    odds, gold = [], []
    for case in cases:
        if case.kind == HARDEST:
            begins = np.clip(decode(case.rows, no_article=case.starts[0] == 0, weights=table).begins, 1e-4, 1 - 1e-4)
            asked = [i for i in range(1, len(case.rows)) if BY_PAGE.isdisjoint(case.rows[i][1])]
            odds += [float(np.log(begins[i] / (1 - begins[i]))) for i in asked]
            gold += [float(i in case.starts) for i in asked]
    x, y = np.array(odds), np.array(gold)

    def loss(ab: np.ndarray) -> float:
        z = ab[0] * x + ab[1]
        return float((np.logaddexp(0, z) - y * z).sum())

    scale, shift = minimize(loss, [1.0, 0.0]).x
    return float(scale), float(shift)
