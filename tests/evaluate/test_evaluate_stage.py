"""The evaluate stage on a project of a few lines: what it writes, and that only held-out gold of the own debate counts."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import store
from pipeline.errors import StandpuntError
from pipeline.evaluate import stage
from pipeline.tables import GOLD, SENTIMENT, STANCE, Table

CODEBOOK = """
debate: wonen
parties:
  - {id: huurder, name: huurders}
  - {id: baas, name: verhuurders}
"""


def _gold(name: str, writer: str, split: str, blames: list[str], debate: str = "wonen") -> dict[str, object]:
    text = f"Zin {name}. Nog een."
    return {
        "annotation_id": name,
        "text": text,
        "parent": None,
        "debate": debate,
        "writer": writer,
        "language": "nl",
        "blames": blames,
        "sentiment": "negative" if blames else "neutral",
        "evidence": [{"party": party, "start": 0, "end": 3} for party in blames],
        "difficulty": "irony" if name == "t1" else "plain",
        "doubt": False,
        "split": split,
    }


def _held_out(root: Path, table: Table, rows: list[dict[str, object]]) -> None:
    path = root / "data/processed/models" / table.name / "held_out.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.frame(rows).to_arrow(), path, write_page_checksum=True)


def _stance(name: str, blames: list[str], abstained: bool = False) -> dict[str, object]:
    return {
        "comment_id": name,
        "p": [{"party": party, "p": 0.9 if party in blames else 0.1} for party in ("huurder", "baas")],
        "blames": blames,
        "stance": f"blame_{blames[0]}" if blames else "no_blame",
        "abstained": abstained,
        "evidence": [{"party": party, "start": 0, "end": 3, "score": 0.9} for party in blames],
    }


def _tone(name: str, label: str) -> dict[str, object]:
    p = {f"p_{tone}": 0.8 if tone == label else 0.1 for tone in ("negative", "neutral", "positive")}
    return {"comment_id": name, "label": label, **p, "score": 0.0, "abstained": False}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "params.yaml").write_text("edition: 2026-01-01\nevaluate: {bootstrap: 100}\n", encoding="utf-8")
    (tmp_path / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    gold = [
        _gold("a1", "w1", "train", ["baas"]),
        _gold("a2", "w1", "train", []),
        _gold("t1", "w2", "test", ["huurder"]),
        _gold("t2", "w2", "test", []),
        _gold("t3", "w3", "test", ["baas"]),
        _gold("x1", "w4", "test", [], debate="verkeer"),
    ]
    store.write_table(tmp_path, GOLD, {"all": GOLD.frame(gold)})
    _held_out(
        tmp_path, STANCE, [_stance("t1", ["huurder"]), _stance("t2", ["baas"]), _stance("t3", ["baas"], abstained=True)]
    )
    _held_out(
        tmp_path,
        SENTIMENT,
        [_tone("t1", "negative"), _tone("t2", "neutral"), _tone("t3", "positive"), _tone("x1", "neutral")],
    )
    return tmp_path


def test_it_measures_held_out_gold_of_this_debate(root: Path) -> None:
    summary = stage.run(root)
    metrics = store.read_json(root / "data/processed/evaluate/metrics.json")
    stance = metrics["stance"]
    assert (summary.kept, stance["n"], metrics["sentiment"]["n"]) == (3, 3, 3)
    assert stance["accuracy"] == pytest.approx(2 / 3, abs=1e-6)
    assert stance["macro_f1"] == pytest.approx((1 + 2 / 3 + 0) / 3, abs=1e-6)
    assert stance["macro_f1_interval"] is None, "two writers are too few for an interval"
    assert stance["classes"]["blame_both"] == {"precision": None, "recall": None, "f1": None, "support": 0}
    assert (stance["hard"]["n"], stance["not_abstained"]["n"]) == (1, 2)
    assert stance["evidence"]["token_f1_where_blame_is_right"] == 1.0
    assert stance["baselines"]["majority"]["n"] == 3


def test_error_rates_keep_abstention_apart(root: Path) -> None:
    stage.run(root)
    rates = store.read_json(root / "data/processed/evaluate/error_rates.json")["stance"]
    assert rates["labels"] == ["blame_huurder", "blame_baas", "blame_both", "no_blame"]
    assert rates["predicted"] == [*rates["labels"], "abstained"]
    assert rates["by_writer"]["w3"][1] == [0, 0, 0, 0, 1]
    assert rates["by_writer"]["w2"] == [[1, 0, 0, 0, 0], [0] * 5, [0] * 5, [0, 1, 0, 0, 0]]


def test_plots_are_tables_with_a_header(root: Path) -> None:
    stage.run(root)
    out = root / "data/processed/evaluate"
    with (out / "stance_confusion.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {"actual": "blame_huurder", "predicted": "blame_huurder"}
    assert (out / "calibration.csv").read_text("utf-8").startswith("labels,confidence,accuracy,n\n")


def test_the_same_input_gives_the_same_bytes(root: Path) -> None:
    out = root / "data/processed/evaluate"
    stage.run(root)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    stage.run(root)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_another_debate_has_no_gold_and_no_numbers(root: Path) -> None:
    (root / "codebook.yaml").write_text(CODEBOOK.replace("wonen", "sport"), encoding="utf-8")
    summary = stage.run(root)
    metrics = store.read_json(root / "data/processed/evaluate/metrics.json")
    assert metrics["stance"]["macro_f1"] is None
    assert metrics["stance"]["ece"] is None
    assert "nothing measured" in summary.notes[0]


def test_a_missing_answer_file_says_what_to_run(root: Path) -> None:
    (root / "data/processed/models/stance/held_out.parquet").unlink()
    with pytest.raises(StandpuntError, match="dvc repro stance"):
        stage.run(root)


def test_no_other_debate_with_a_codebook_no_unseen_debates(root: Path) -> None:
    stage.run(root)
    assert store.read_json(root / "data/processed/evaluate/metrics.json")["unseen_debates"] is None


def test_a_debate_held_out_whole_is_measured_by_role(root: Path) -> None:
    folder = root / "data/raw/annotations"
    folder.mkdir(parents=True)
    book = (
        "debate: verkeer\nparties:\n  - {id: fietser, name: fietsers, aliases: [zin]}\n  - {id: loper, name: lopers}\n"
    )
    (folder / "verkeer.codebook.yaml").write_text(book, encoding="utf-8")
    stance = store.read_partition(STANCE, root / "data/processed/models/stance/held_out.parquet").to_dicts()
    row = _stance("x1", []) | {"p": [{"party": "fietser", "p": 0.1}, {"party": "loper", "p": 0.2}]}
    _held_out(root, STANCE, [*stance, row])
    stage.run(root)
    unseen = store.read_json(root / "data/processed/evaluate/metrics.json")["unseen_debates"]
    assert (unseen["debates"], unseen["stance"]["n"], unseen["sentiment"]["n"]) == (["verkeer"], 1, 1)
    assert unseen["stance"]["accuracy"] == 1.0
    assert unseen["stance"]["baselines"]["majority"]["accuracy"] == 1.0
    assert unseen["stance"]["baselines"]["aliases"]["accuracy"] == 0.0, "the alias `zin` stands in the text"
