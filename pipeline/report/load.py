"""What the report is made of: tables, findings, metrics and settings, read and nothing more."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import store, tables
from pipeline.settings import Codebook, Params, load_codebook, load_params

FINDINGS = store.PROCESSED / "findings" / "findings.json"
METRICS = store.PROCESSED / "evaluate" / "metrics.json"
ERROR_RATES = store.PROCESSED / "evaluate" / "error_rates.json"
CALIBRATION = store.PROCESSED / "evaluate" / "calibration.csv"


@dataclass(frozen=True)
class Inputs:
    """Everything the site shows. `metrics` and `error_rates` are None where nothing was measured."""

    params: Params
    codebook: Codebook
    threads: pl.DataFrame
    comments: pl.DataFrame
    clean: pl.DataFrame
    sentiment: pl.DataFrame
    stance: pl.DataFrame
    topics: pl.DataFrame
    topic_info: pl.DataFrame
    findings: dict[str, Any]
    metrics: dict[str, Any] | None
    error_rates: dict[str, Any] | None
    calibration: dict[str, list[tuple[float, float, int]]]  # task -> (predicted, observed, n) of each bin
    manifests: dict[str, dict[str, Any]]


def _optional(path: Path) -> dict[str, Any] | None:
    data = store.read_json(path) if path.exists() else None
    return data if isinstance(data, dict) and data else None


def _manifests(root: Path) -> dict[str, dict[str, Any]]:
    """Source id -> the manifest that `scrape` left beside the source's archive."""
    found = {path.stem: store.read_json(path) for path in sorted((root / "data/raw/archive").glob("*.json"))}
    return {name: data for name, data in found.items() if isinstance(data, dict)}


def _calibration(path: Path) -> dict[str, list[tuple[float, float, int]]]:
    """Task (stance, sentiment) -> the bins of its reliability curve; nothing where nothing was measured."""
    found: dict[str, list[tuple[float, float, int]]] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                bin_ = (float(row["confidence"]), float(row["accuracy"]), int(row["n"]))
                found.setdefault(row["labels"], []).append(bin_)
    return found


def read_inputs(root: Path) -> Inputs:
    """Read the project at `root`. Raises StandpuntError or UsageError where something needed is absent."""
    return Inputs(
        params=load_params(root),
        codebook=load_codebook(root / "codebook.yaml"),
        threads=store.read_table(root, tables.THREADS),
        comments=store.read_table(root, tables.COMMENTS),
        clean=store.read_table(root, tables.CLEAN),
        sentiment=store.read_table(root, tables.SENTIMENT),
        stance=store.read_table(root, tables.STANCE),
        topics=store.read_table(root, tables.TOPICS),
        topic_info=store.read_table(root, tables.TOPIC_INFO),
        findings=store.read_json(root / FINDINGS),
        metrics=_optional(root / METRICS),
        error_rates=_optional(root / ERROR_RATES),
        calibration=_calibration(root / CALIBRATION),
        manifests=_manifests(root),
    )
