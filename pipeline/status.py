"""What `dvc repro` would run, and why: DVC's own answer, carried on to the stages behind.

DVC compares what lies in the folder with dvc.lock, stage by stage; a stage behind one that runs is listed here as well, with
the input that will be made anew.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import StandpuntError
from pipeline.settings import load_codebook, load_params, load_sources
from pipeline.strict_yaml import load_yaml


@dataclass(frozen=True)
class StageStatus:
    """Whether a stage would run, and the reasons."""

    stage: str
    runs: bool
    why: list[str]


def _paths(entries: list[Any]) -> list[str]:
    """Paths of `deps` or `outs` in dvc.yaml, where an entry may be a mapping with options."""
    return [next(iter(entry)) if isinstance(entry, dict) else str(entry) for entry in entries]


def _reasons(changes: list[Any]) -> list[str]:
    """DVC's changes of one stage as sentences."""
    reasons: list[str] = []
    for change in changes:
        if isinstance(change, str):
            reasons.append(change)
            continue
        for kind, paths in change.items():
            for path, how in paths.items():
                if isinstance(how, dict):
                    reasons += [f"{path}: {key} {state}" for key, state in how.items()]
                else:
                    reasons.append(f"{'input' if kind == 'changed deps' else 'output'} {path}: {how}")
    return reasons


def carry_on(stages: dict[str, Any], changed: dict[str, list[str]]) -> list[StageStatus]:
    """Every stage in the order of dvc.yaml; one whose input a running stage makes runs too (it may find it unchanged)."""
    made: dict[str, str] = {}
    rows: list[StageStatus] = []
    for name, stage in stages.items():
        why = list(changed.get(name, []))
        for dep in _paths(stage.get("deps", [])):
            maker = next(
                (m for out, m in made.items() if dep == out or dep.startswith(f"{out}/") or out.startswith(f"{dep}/")),
                None,
            )
            if maker and not any(f" {dep}:" in reason for reason in why):
                why.append(f"input {dep}: {maker} runs first; if it comes out the same, this stage does not run")
        if why:
            for out in _paths([*stage.get("outs", []), *stage.get("metrics", []), *stage.get("plots", [])]):
                made[out] = name
        rows.append(StageStatus(name, bool(why), why))
    return rows


def nothing_ran(root: Path) -> bool:
    """Whether no stage has run here yet: nothing that stages make is there."""
    stages = load_yaml(root / "dvc.yaml")["stages"].values()
    made = [out for stage in stages for key in ("outs", "metrics", "plots") for out in _paths(stage.get(key, []))]
    return not any((root / out).exists() for out in made)


def stage_status(root: Path) -> list[StageStatus]:
    """The status of every stage of the project at `root`. Settings are checked first, as a run would."""
    load_params(root)
    load_codebook(root / "codebook.yaml")
    load_sources(root)
    stages = load_yaml(root / "dvc.yaml")["stages"]
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "status", "--json"],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise StandpuntError(f"dvc status failed in {root}: {done.stderr.strip()}")
    changed = json.loads(done.stdout or "{}")
    return carry_on(stages, {name: _reasons(changes) for name, changes in changed.items()})
