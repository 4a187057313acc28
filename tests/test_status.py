"""`standpunt status` says what runs and carries it on to the stages behind."""

from pipeline.status import carry_on

STAGES = {
    "extract": {"deps": ["data/raw/archive"], "outs": ["data/comments"]},
    "clean": {"deps": ["data/comments"], "outs": [{"data/clean": {"persist": True}}]},
    "words": {"deps": ["codebook.yaml"], "outs": ["data/words"]},
    "report": {"deps": ["data/clean", "data/words"], "metrics": ["reports/m.json"]},
}


def test_nothing_changed_nothing_runs() -> None:
    assert [row.runs for row in carry_on(STAGES, {})] == [False] * 4


def test_a_change_is_carried_to_what_reads_it_and_no_further() -> None:
    rows = {row.stage: row for row in carry_on(STAGES, {"extract": ["input data/raw/archive: modified"]})}
    assert [name for name, row in rows.items() if row.runs] == ["extract", "clean", "report"]
    assert rows["extract"].why == ["input data/raw/archive: modified"]
    assert "extract runs first" in rows["clean"].why[0]
    assert "clean runs first" in rows["report"].why[0]
