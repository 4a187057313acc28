"""evaluate: the labels of stance and sentiment against gold by writers whom no model has seen.

Writes metrics.json (DVC metrics), confusion and calibration tables (DVC plots), and error_rates.json, by which findings corrects
counts: true against said, per held-out writer, `abstained` being an answer of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import store
from pipeline.engine import Progress, Summary, silent
from pipeline.errors import StandpuntError
from pipeline.evaluate import baselines, measures
from pipeline.evaluate import unseen as unseen_debates
from pipeline.evaluate.agreement import agreement, by_difficulty
from pipeline.evaluate.measures import Pair
from pipeline.settings import Codebook, gold_codebooks, load_codebook, load_params
from pipeline.tables import GOLD, SENTIMENT, SENTIMENTS, STANCE, Table

OUT = Path("data/processed/evaluate")
COVERAGE = 0.8
PLAIN = "plain"


def run(root: Path, progress: Progress = silent) -> Summary:
    """Measure, and write metrics, plots and error rates."""
    params, codebook = load_params(root), load_codebook(root / "codebook.yaml")
    gold = store.read_table(root, GOLD)
    stance, sentiment = _held_out(root, STANCE), _held_out(root, SENTIMENT)

    times, seed = params.evaluate.bootstrap, params.seed
    train = gold.filter((pl.col("split") == "train") & (pl.col("debate") == codebook.debate))
    test = gold.filter((pl.col("split") == "test") & (pl.col("debate") == codebook.debate))
    stance_rows = stance_cases(test, stance, codebook)
    tone_rows = sentiment_cases(test, sentiment)
    progress(1, 2, "labels measured")
    stance_metrics, stance_curve = measure_stance(stance_rows, codebook, times, seed)
    tone_metrics, tone_curve = measure_sentiment(tone_rows, times, seed)
    named = [codebook.derive_stance(baselines.named_parties(row["text"], codebook)) for row in stance_rows]
    stance_metrics["baselines"] = _baselines(
        train, stance_rows, codebook.stance_ids, _stance_of(codebook), {"aliases": named}, times, seed
    )
    tone_metrics["baselines"] = _baselines(
        train, tone_rows, SENTIMENTS, lambda row: str(row["sentiment"]), {}, times, seed
    )
    books = unseen_debates.codebooks(root, gold, codebook)
    unseen = unseen_debates.measure(gold, stance, sentiment, books, times, seed)
    progress(2, 2, "labels measured")

    annotations = store.read_annotations(root)
    all_books = gold_codebooks(root, codebook, gold["debate"].to_list())
    metrics = {
        "stance": stance_metrics,
        "sentiment": tone_metrics,
        "agreement": {
            **agreement(annotations, codebook, times, seed),
            "by_difficulty": by_difficulty(annotations, all_books, times, seed),
        },
        "unseen_debates": unseen,
    }
    store.write_json(root / OUT / "metrics.json", metrics)
    rates = {
        "stance": error_rates(stance_rows, codebook.stance_ids),
        "sentiment": error_rates(tone_rows, list(SENTIMENTS)),
    }
    store.write_json(root / OUT / "error_rates.json", rates)
    points: list[tuple[Any, ...]] = []
    tasks = (("stance", stance_rows, stance_curve), ("sentiment", tone_rows, tone_curve))
    for name, rows, curve in tasks:
        _write_csv(
            root / OUT / f"{name}_confusion.csv", ("actual", "predicted"), [(r["true"], r["said"]) for r in rows]
        )
        points += [(name, point["predicted"], point["observed"], point["n"]) for point in curve]
    _write_csv(root / OUT / "calibration.csv", ("labels", "confidence", "accuracy", "n"), points)
    notes = [_told(name, m) for name, m in (("stance", stance_metrics), ("sentiment", tone_metrics))]
    return Summary(
        "evaluate", gold.height, len(stance_rows), str(OUT), {"not held out": gold.height - test.height}, notes
    )


def _told(name: str, metrics: dict[str, Any]) -> str:
    if metrics["macro_f1"] is None:
        return f"{name}: no held-out gold about this debate, nothing measured"
    return (
        f"{name}: macro-F1 {metrics['macro_f1']:.3f} {metrics['macro_f1_interval']} on {metrics['n']} held-out comments"
    )


def _held_out(root: Path, table: Table) -> pl.DataFrame:
    path = store.held_out(root, table)
    if not path.is_file():
        raise StandpuntError(f"{path} is not there. Run `dvc repro {table.name}`, which makes it.")
    return store.read_partition(table, path)


def _stance_of(codebook: Codebook) -> Any:
    return lambda row: codebook.derive_stance(row["blames"])


def stance_cases(test: pl.DataFrame, said: pl.DataFrame, codebook: Codebook) -> list[dict[str, Any]]:
    """Gold and answer of each held-out comment: writer, true, said, abstained, hard, p, confidence, blames, evidence."""
    cases = []
    joined = test.join(said, left_on="annotation_id", right_on="comment_id", how="inner", suffix="_said").sort(
        "annotation_id"
    )
    for row in joined.iter_rows(named=True):
        p = {entry["party"]: float(entry["p"]) for entry in row["p"]}
        cases.append(
            {
                "text": row["text"],
                "writer": row["writer"],
                "true": codebook.derive_stance(row["blames"]),
                "said": row["stance"],
                "abstained": row["abstained"],
                "hard": row["difficulty"] not in (None, PLAIN),
                "difficulty": row["difficulty"],
                "p": p,
                "confidence": measures.stance_probability(p, row["stance"], codebook.derive_stance),
                "blames": row["blames"],
                "blames_said": row["blames_said"],
                "evidence": row["evidence"],
                "evidence_said": row["evidence_said"],
            }
        )
    return cases


def sentiment_cases(test: pl.DataFrame, said: pl.DataFrame) -> list[dict[str, Any]]:
    """Gold and answer of each held-out comment: writer, true, said, abstained, hard, confidence."""
    joined = test.join(said, left_on="annotation_id", right_on="comment_id", how="inner").sort("annotation_id")
    return [
        {
            "text": row["text"],
            "writer": row["writer"],
            "true": row["sentiment"],
            "said": row["label"],
            "abstained": row["abstained"],
            "hard": row["difficulty"] not in (None, PLAIN),
            "difficulty": row["difficulty"],
            "confidence": max(row["p_negative"], row["p_neutral"], row["p_positive"]),
        }
        for row in joined.iter_rows(named=True)
    ]


def _pairs(rows: Sequence[dict[str, Any]]) -> list[Pair]:
    return [(row["true"], row["said"]) for row in rows]


def _writers(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [row["writer"] for row in rows]


def measure_labels(rows: list[dict[str, Any]], labels: Sequence[str], times: int, seed: int) -> dict[str, Any]:
    """What is told about any labels: all, the hard half, by kind of difficulty, by what was not abstained on, at coverage."""
    hard = [row for row in rows if row["hard"]]
    sure = [row for row in rows if not row["abstained"]]
    kinds = sorted({row["difficulty"] for row in rows if row["difficulty"]})
    return {
        **measures.block(_pairs(rows), _writers(rows), labels, times, seed),
        "hard": measures.block(_pairs(hard), _writers(hard), labels, times, seed),
        "accuracy_by_difficulty": {
            kind: {"n": len(some), "accuracy": measures.accuracy(_pairs(some))}
            for kind in kinds
            if (some := [row for row in rows if row["difficulty"] == kind])
        },
        "not_abstained": {
            "share": measures.ratio(len(sure), len(rows)),
            **measures.block(_pairs(sure), _writers(sure), labels, times, seed),
        },
        "at_coverage": measures.at_coverage(_pairs(rows), [row["confidence"] for row in rows], COVERAGE),
    }


def measure_stance(
    rows: list[dict[str, Any]], codebook: Codebook, times: int, seed: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Metrics of the derived stance, of each party, of calibration (all parties' probabilities) and of evidence; the curve."""
    metrics = measure_labels(rows, codebook.stance_ids, times, seed)
    parties = {}
    for party in codebook.party_ids:
        pairs = [(str(party in row["blames"]), str(party in row["blames_said"])) for row in rows]
        parties[party] = measures.scores_of(pairs, "True")
    p = [row["p"][party] for row in rows for party in codebook.party_ids]
    happened = [party in row["blames"] for row in rows for party in codebook.party_ids]
    curve = measures.calibration(p, happened)
    metrics |= {
        "parties": parties,
        "ece": measures.expected_calibration_error(curve),
        "evidence": measure_evidence(rows),
    }
    return metrics, curve


def measure_sentiment(rows: list[dict[str, Any]], times: int, seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Metrics of the tone, with the calibration of the likeliest label's probability; the curve."""
    metrics = measure_labels(rows, SENTIMENTS, times, seed)
    curve = measures.calibration([row["confidence"] for row in rows], [row["true"] == row["said"] for row in rows])
    return metrics | {"ece": measures.expected_calibration_error(curve)}, curve


def measure_evidence(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Word F1 of shown against marked evidence: over every party that is blamed or said to be, and where both agree."""
    every, agreed = [], []
    for row in rows:
        for party in sorted(set(row["blames"]) | set(row["blames_said"])):
            spans = [
                [(e["start"], e["end"]) for e in row[key] if e["party"] == party]
                for key in ("evidence", "evidence_said")
            ]
            case = (measures.words_within(row["text"], spans[0]), measures.words_within(row["text"], spans[1]))
            every.append(case)
            if party in row["blames"] and party in row["blames_said"]:
                agreed.append(case)
    return {
        "token_f1": measures.token_f1(every),
        "token_f1_where_blame_is_right": measures.token_f1(agreed),
        "cases": len(every),
        "cases_where_blame_is_right": len(agreed),
    }


def _baselines(
    train: pl.DataFrame,
    rows: list[dict[str, Any]],
    labels: Sequence[str],
    label_of: Any,
    more: dict[str, list[str]],
    times: int,
    seed: int,
) -> dict[str, Any]:
    """The same measures for the baselines (and `more`, name -> answers), on the same comments."""
    train_rows = train.sort("annotation_id").to_dicts()
    taught, texts = [label_of(row) for row in train_rows], [row["text"] for row in rows]
    said = {
        "majority": baselines.majority(taught, len(rows)),
        "tfidf_lr": baselines.words([row["text"] for row in train_rows], taught, texts),
        **more,
    }
    out = {}
    for name, answers in said.items():
        pairs = [(row["true"], answer) for row, answer in zip(rows, answers, strict=False)]
        whole = measures.block(pairs, _writers(rows)[: len(pairs)], labels, times, seed)
        out[name] = {key: whole[key] for key in ("n", "macro_f1", "macro_f1_interval", "accuracy", "accuracy_interval")}
    return out


def error_rates(rows: list[dict[str, Any]], labels: list[str]) -> dict[str, Any]:
    """Counts true x said (with `abstained` as the last column) per held-out writer."""
    columns = [*labels, "abstained"]
    cases = [(row["writer"], row["true"], "abstained" if row["abstained"] else row["said"]) for row in rows]
    return {"labels": labels, "predicted": columns, "by_writer": measures.error_counts(cases, labels, columns)}


def _write_csv(path: Path, header: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([header, *rows])
    store.write_bytes(path, buffer.getvalue().encode("utf-8"))
