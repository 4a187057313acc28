"""How good the labels are: what evaluation measured on held-out gold, as tables and charts of the method page.

An undefined score (null: nothing to divide by) is shown as a dash, never as 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.report.charts import Chart
from pipeline.report.charts_over import calibration_chart
from pipeline.report.load import Inputs
from pipeline.report.names import Names
from pipeline.report.words import harmless
from pipeline.tables import SENTIMENTS

TASKS = ("stance", "sentiment")
SCORES = ("precision", "recall", "f1", "support")

#: where in a task's metrics each tile is found; its interval, if it has one, beside it under `<last>_interval`
TILES = (
    ("macro_f1", ("macro_f1",)),
    ("accuracy", ("accuracy",)),
    ("hard_macro_f1", ("hard", "macro_f1")),
    ("coverage", ("not_abstained", "share")),
    ("sure_macro_f1", ("not_abstained", "macro_f1")),
    ("ece", ("ece",)),
    ("evidence_f1", ("evidence", "token_f1")),
    ("n", ("n",)),
    ("writers", ("writers",)),
)


@dataclass(frozen=True)
class Confusion:
    """Counts of true by given label; a cell is (count, share of its row, whether it is right)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[int, float, bool], ...]], ...]


@dataclass(frozen=True)
class Rows:
    """A table of scores: its caption, its heads, and rows of (label, colour, cells)."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Measure:
    """One kind of label and how good it is."""

    title: str
    tiles: tuple[tuple[str, str, str], ...]
    tables: tuple[Rows, ...]
    confusion: Confusion | None
    chart: Chart | None
    caption: str
    bins: tuple[tuple[str, str, str], ...]


def _label(label: str, names: Names) -> tuple[str, str]:
    """What a label of the models is called here, and its colour."""
    if label == "abstained":
        return names.t("abstained"), "--abstained"
    if label in SENTIMENTS:
        return names.t(f"tone.{label}"), f"--{label}"
    if label in names.codebook.stance_ids:
        return names.stance(label), names.stance_colour(label)
    return names.party(label), names.party_colour(label)


def _cell(value: float | int | None, names: Names) -> str:
    if value is None:
        return "—"
    return names.t.integer(value) if isinstance(value, int) else names.t.decimal(value)


def _interval(ends: Any, names: Names) -> str:
    return f"{names.t.decimal(ends[0])}–{names.t.decimal(ends[1])}" if ends else ""


def _tiles(task: Mapping[str, Any], names: Names) -> tuple[tuple[str, str, str], ...]:
    """(name, value, interval) of each tile that was measured."""
    found = []
    for key, (*outer, last) in TILES:
        place: Any = task
        for step in outer:
            place = place.get(step) or {}
        if last in place:
            ends = _interval(place.get(f"{last}_interval"), names)
            found.append((names.t(f"metric.{key}"), _cell(place[last], names), ends))
    return tuple(found)


def _scores(caption: str, scores: Mapping[str, Mapping[str, Any]], order: list[str], names: Names) -> Rows | None:
    """Precision, recall, F1 and support of each label, in the codebook's order."""
    known = [label for label in order if label in scores]
    if not known:
        return None
    heads = tuple(names.t(f"metric.{key}") for key in SCORES)
    rows = [(*_label(label, names), tuple(_cell(scores[label].get(k), names) for k in SCORES)) for label in known]
    return Rows(names.t(caption), heads, tuple(rows))


def _compared(task: Mapping[str, Any], names: Names) -> Rows | None:
    """The model beside what far simpler ones reach on the same comments."""
    baselines = task.get("baselines") or {}
    if not baselines:
        return None
    rows = []
    for name, scores in [("model", task), *sorted(baselines.items(), key=lambda b: -(b[1].get("macro_f1") or 0))]:
        title = names.t(f"baseline.{name}") if names.t.has(f"baseline.{name}") else harmless(name)
        ends = _interval(scores.get("macro_f1_interval"), names) or "—"
        colour = "--p1" if name == "model" else "--abstained"
        rows.append((title, colour, (_cell(scores.get("macro_f1"), names), ends, _cell(scores.get("accuracy"), names))))
    heads = (names.t("metric.macro_f1"), names.t("metric.interval"), names.t("metric.accuracy"))
    return Rows(names.t("compared"), heads, tuple(rows))


def _agreed(metrics: Mapping[str, Any], key: str, names: Names) -> Rows | None:
    """How far two readers agree on this kind of label: the ceiling for any model."""
    found = (metrics.get("agreement") or {}).get(key) or {}
    if found.get("alpha") is None:
        return None
    cells = (
        _cell(found["alpha"], names),
        _interval(found["interval"], names) or "—",
        _cell(metrics["agreement"]["n"], names),
    )
    heads = (names.t("metric.alpha"), names.t("metric.interval"), names.t("metric.n"))
    return Rows(names.t("agreed"), heads, ((names.t("two_readers"), "--abstained", cells),))


def _elsewhere(metrics: Mapping[str, Any], key: str, names: Names) -> Rows | None:
    """The same model on debates that it was never trained on, by their codebook alone."""
    found = (metrics.get("unseen_debates") or {}).get(key) or {}
    if found.get("macro_f1") is None:
        return None
    ends = _interval(found.get("macro_f1_interval"), names) or "—"
    cells = (_cell(found["macro_f1"], names), ends, _cell(found["n"], names))
    heads = (names.t("metric.macro_f1"), names.t("metric.interval"), names.t("metric.n"))
    debates = ", ".join(metrics["unseen_debates"].get("debates", []))
    return Rows(names.t("elsewhere"), heads, ((debates, "--abstained", cells),))


def _confusion(rates: Mapping[str, Any] | None, names: Names) -> Confusion | None:
    """Counts over all held-out writers; None where there are none."""
    if not rates or not rates["by_writer"]:
        return None
    labels, predicted, matrices = rates["labels"], rates["predicted"], list(rates["by_writer"].values())
    rows = []
    for i, label in enumerate(labels):
        counts = [sum(matrix[i][j] for matrix in matrices) for j in range(len(predicted))]
        whole = sum(counts) or 1
        cells = tuple((n, n / whole, label == said) for n, said in zip(counts, predicted, strict=True))
        rows.append((_label(label, names)[0], cells))
    return Confusion(tuple(_label(label, names)[0] for label in predicted), tuple(rows))


def _measure(key: str, inputs: Inputs, names: Names) -> Measure:
    t, codebook = names.t, inputs.codebook
    task = (inputs.metrics or {}).get(key) or {}
    curve = inputs.calibration.get(key, [])
    labels = codebook.stance_ids if key == "stance" else list(SENTIMENTS)
    tables = (
        _scores("per_label", task.get("classes") or {}, labels, names),
        _scores("per_party", task.get("parties") or {}, codebook.party_ids, names),
        _compared(task, names),
        _agreed(inputs.metrics or {}, key, names),
        _elsewhere(inputs.metrics or {}, key, names),
    )
    title = t(f"measure.{key}")
    ends = (t("axis.predicted"), t("axis.observed"))
    return Measure(
        title=title,
        tiles=_tiles(task, names),
        tables=tuple(table for table in tables if table),
        confusion=_confusion((inputs.error_rates or {}).get(key), names),
        chart=calibration_chart(f"fig-calibration-{key}", [(title, "--p1", curve)], ends) if curve else None,
        caption=t("caption.calibration", n=t.integer(sum(n for _, _, n in curve))),
        bins=tuple((t.percent(p), t.percent(o), t.integer(n)) for p, o, n in curve),
    )


def build_measures(inputs: Inputs, names: Names) -> tuple[Measure, ...]:
    """One measure a kind of label; none where nothing was measured."""
    measured = [key for key in TASKS if ((inputs.metrics or {}).get(key) or {}).get("n")]
    return tuple(_measure(key, inputs, names) for key in measured)
