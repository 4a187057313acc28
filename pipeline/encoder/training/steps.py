"""What each step is worth: `python -m pipeline.encoder.training.steps docs` trains the readers that the model card compares.

Learning curve (500, 1,000, 2,000 and all training comments, drawn by voice, contrasts last), the same without the party in the input (a multi-label
classifier of the largest debate), and without what a reply answers. The network alone, without the linear heads. Each is trained alike and measured on the held-out voices of the largest debate and
on the debates never trained on, with intervals by bootstrap over voices; thresholds come from the development split. Rows are appended as they
come (`steps.csv`), so that an interrupted run loses one; `learning_curve.csv` is drawn from them.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import random
from collections.abc import Sequence
from pathlib import Path

import torch

from pipeline.encoder.training import fit, gold, measure
from pipeline.encoder.training.__main__ import LOWER, begin, train
from pipeline.encoder.training.lessons import BLIND, FIXED, Example, Reading, Variation
from pipeline.encoder.training.network import PartyReader
from pipeline.evaluate.measures import block
from pipeline.learning import StanceScale, fit_stance

HEADER = ("step", "comments", "held_out", "n", "voices", "hard", "macro_f1", "low", "high")
SIZES = (500, 1000, 2000)
#: Ends the id of a comment that was written to be read beside another.
CONTRAST = "-contrast"
#: What the names of the learning curve's steps begin with.
CURVE = "party in the input"


def by_voice(examples: Sequence[Example], number: int) -> list[Example]:
    """About so many examples: whole voices, drawn by a seed."""
    voices = sorted({example.writer for example in examples})
    random.Random("learning curve").shuffle(voices)
    taken: list[Example] = []
    for voice in voices:
        if len(taken) < number:
            taken += [example for example in examples if example.writer == voice]
    return taken[:number]


def largest(examples: Sequence[Example]) -> str:
    """The debate with the most examples."""
    debates = [example.codebook.debate for example in examples]
    return max(sorted(set(debates)), key=debates.count)


def rows_of(
    step: str,
    reader: PartyReader,
    reading: Reading,
    splits: dict[str, list[Example]],
    comments: int,
    how: Variation,
) -> list[tuple[object, ...]]:
    """The step's figures on both kinds of held-out gold, all and hard."""
    main = largest(splits["train"])
    calm = dataclasses.replace(how, forget_tokens=0.0)
    said = {name: fit.answers(reader, reading, splits[name], how=calm) for name in ("dev", "test")}
    dev = measure.cases_of(splits["dev"], [blame for blame, _ in said["dev"]])
    scale = fit_stance([case for case in dev if how is not BLIND or case.codebook.debate == main])
    rows: list[tuple[object, ...]] = []
    for own in (True, False):
        if how is BLIND and not own:
            continue
        for hard in (False, True):
            chosen = [
                (example, blame)
                for example, (blame, _) in zip(splits["test"], said["test"], strict=True)
                if (example.codebook.debate == main) is own and example.hard >= hard
            ]
            rows.append((step, comments, main if own else "unseen debates", *_figures(chosen, scale, hard)))
    return rows


def _figures(chosen: Sequence[tuple[Example, list[float]]], scale: StanceScale, hard: bool) -> tuple[object, ...]:
    cases = measure.cases_of([example for example, _ in chosen], [scores for _, scores in chosen])
    pairs = measure.stance_pairs(cases, scale)
    voices = [example.writer for example, _ in chosen]
    found = block(pairs, voices, sorted({label for pair in pairs for label in pair}), 1000, 1)
    low, high = found["macro_f1_interval"] or ("", "")
    return len(pairs), len(set(voices)), int(hard), round(found["macro_f1"] or 0.0, 4), low, high


def main() -> None:
    """Train and measure step by step."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("out", type=Path, help="folder for steps.csv and learning_curve.csv")
    options.add_argument("--root", type=Path, default=Path())
    options.add_argument("--only", default="", help="names of steps, separated by commas")
    options.add_argument(
        "--kept", type=Path, help="weights that training kept (`--keep`): the last step is not trained again"
    )
    options.add_argument("--epochs", type=int, default=fit.Recipe.epochs)
    asked = options.parse_args()
    torch.set_num_threads(2)
    splits = gold.examples(asked.root)
    everything, recipe = splits["train"], fit.Recipe(epochs=asked.epochs)
    written = [example for example in everything if not example.key.endswith(CONTRAST)]
    own = [example for example in written if example.codebook.debate == largest(written)]
    blind = dataclasses.replace(recipe, variation=BLIND)
    base, reading = begin([example.text for example in everything])
    plan: list[tuple[str, list[Example], fit.Recipe, Variation]] = [
        ("multi-label, no party in the input", own, blind, BLIND),
        *((f"{CURVE}, {n}", by_voice(written, n), recipe, FIXED) for n in SIZES),
        (f"{CURVE}, all written", written, recipe, FIXED),
        (f"{CURVE}, all with contrasts", everything, recipe, FIXED),
    ]
    table = asked.out / "steps.csv"
    if not table.exists():
        _append(table, [HEADER])
    for step, examples, how, asking in plan:
        if asked.only and not any(part in step for part in asked.only.split(",")):
            continue
        if asked.kept and examples is everything:
            reader = PartyReader(base.shape, base.upper(LOWER))
            reader.load_state_dict(torch.load(asked.kept, weights_only=True))
        else:
            reader = train(examples, how, base, reading, [])
        _append(table, rows_of(step, reader, reading, splits, len(examples), asking))
        if examples is everything:
            alone = dataclasses.replace(FIXED, forget_parent=1.0)
            _append(table, rows_of("the same, replies without parent", reader, reading, splits, len(examples), alone))
    draw(table)


def draw(table: Path) -> None:
    """Write beside the table the macro-F1 over the number of training comments, a column for each kind of held-out gold."""
    points: dict[int, dict[str, str]] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["step"].startswith(CURVE) and row["hard"] == "0":
                points.setdefault(int(row["comments"]), {})[row["held_out"]] = row["macro_f1"]
    kinds = sorted({kind for point in points.values() for kind in point})
    path = table.with_name("learning_curve.csv")
    path.unlink(missing_ok=True)
    _append(path, [("comments", *kinds), *((n, *(points[n].get(kind, "") for kind in kinds)) for n in sorted(points))])


def _append(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
