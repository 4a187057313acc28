"""The constructed pastes of tests/platforms/pasted_cases, and the fit of the weights on them.

Used by segmentation.py, which prints figures and weights. The cases marked as held out, written before the features
that compare a paragraph with its thread, never enter a fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from pipeline.platforms.pasted.features import Features, features
from pipeline.platforms.pasted.lines import TEXT, normalise, split_lines
from pipeline.platforms.pasted.model import BEFORE, STATES, Weights
from pipeline.platforms.pasted.weights import SET_ARTICLE, SET_BEGIN

CASES = Path(__file__).parent.parent / "tests" / "platforms" / "pasted_cases"
MARK = "=== comment\n"
HELD_OUT = "(held out)"  # at the end of a case's first line: no weight is fitted on it
PENALTY = 0.1  # of the squared weights; 0.05 to 0.25 give the same left-out log loss, 1 and 2 a worse one
AFTER = tuple([t for t, sources in enumerate(BEFORE) if s in sources] for s in range(len(STATES)))
NEVER = -1e9
SET = (SET_ARTICLE, SET_BEGIN)


@dataclass(frozen=True)
class Case:
    """One paste: its text, where comments begin (indices of paragraphs), and its features."""

    name: str
    text: str
    starts: list[int]
    rows: list[tuple[Features, Features]]

    @property
    def rate(self) -> float:
        """The share of the paragraphs under the article that begin a comment."""
        return len(self.starts) / (len(self.rows) - self.starts[0])

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


def read_cases() -> tuple[list[Case], list[Case], list[Case], list[Case]]:
    """The training cases, the held-out cases, and the articles alone of either, in order of name."""
    sets: tuple[list[Case], ...] = ([], [], [], [])
    for path in sorted(CASES.glob("*.txt")):
        title, body = path.read_text(encoding="utf-8").split("\n", 1)
        parts = body.split(MARK)
        held = int(title.endswith(HELD_OUT))
        sets[held].append(make_case(path.stem, parts))
        sets[2 + held].append(make_case(path.stem, parts[:1]))
    return sets[0], sets[1], sets[2], sets[3]


def make_case(name: str, parts: list[str]) -> Case:
    """A case from its article and its comments."""
    text = normalise("".join(parts))
    offsets = np.cumsum([len(part) for part in parts])[:-1]
    lines = split_lines(text)
    begins = [line.start for line in lines if line.kind == TEXT]
    return Case(name, text, [int(np.searchsorted(begins, o)) for o in offsets], features(lines))


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
        value = total.sum() - scores[hit].sum() + PENALTY * (w**2).sum()
        gap = chances * there[..., None] - hit
        gradient = [
            np.einsum("ct,ctf->f", gap[..., 0], xs[0]),
            np.einsum("ct,ctf->f", gap[..., 1], xs[1]),
            gap[..., 2:].sum((0, 1)),
        ]
        return value, np.concatenate(gradient) + 2 * PENALTY * w

    def run(self, use: np.ndarray, begin_at: np.ndarray | None = None) -> np.ndarray:
        """The fitted vector of weights."""
        w0 = np.zeros(sum(map(len, self.names)) + 4) if begin_at is None else begin_at
        return minimize(self.loss, w0, args=(use,), jac=True, method="L-BFGS-B", options={"maxiter": 400}).x

    def table(self, w: np.ndarray) -> Weights:
        """A vector of weights as the tables of the module."""
        article, begin, later = self.split(w)
        return {
            "article": dict(zip(self.names[0], map(float, article), strict=True)) | SET_ARTICLE,
            "begin": dict(zip(self.names[1], map(float, begin), strict=True)) | SET_BEGIN,
            "later": dict(zip(STATES[2:], map(float, later), strict=True)),
        }


def chain(scores: np.ndarray, there: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log partition and state probabilities of a batch of chains, padded at the end; transitions as in `model`."""
    n, longest, k = scores.shape
    forward = np.full((n, longest, k), NEVER)
    forward[np.arange(n), 0, first] = scores[np.arange(n), 0, first]
    for t in range(1, longest):
        last = forward[:, t - 1]
        step = np.stack([np.logaddexp.reduce(last[:, list(sources)], axis=1) for sources in BEFORE], axis=1)
        forward[:, t] = np.where(there[:, t, None], step + scores[:, t], last)
    backward = np.zeros((n, longest, k))
    for t in range(longest - 2, -1, -1):
        after = scores[:, t + 1] + backward[:, t + 1]
        step = np.stack([np.logaddexp.reduce(after[:, targets], axis=1) for targets in AFTER], axis=1)
        backward[:, t] = np.where(there[:, t + 1, None], step, 0.0)
    total = np.logaddexp.reduce(forward[:, -1], axis=1)
    return total, np.exp(np.minimum(forward + backward - total[:, None, None], 0.0))


def leave_one_out(cases: list[Case], alone: list[Case]) -> tuple[Weights, dict[str, Weights]]:
    """The weights fitted on all cases and articles alone, and for every name those fitted on the others."""
    everything = [*cases, *alone]
    fit = Fit(everything)
    names = np.array([case.name for case in everything])
    whole = fit.run(np.ones(len(names), bool))
    return fit.table(whole), {name: fit.table(fit.run(names != name, whole)) for name in dict.fromkeys(names)}
