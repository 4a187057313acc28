"""Tables are checked at the door, written whole, and read back or refused."""

import os
from pathlib import Path

import polars as pl
import pytest

from pipeline import store, tables
from pipeline.errors import StandpuntError, UsageError

ROW = {"comment_id": "c1", "scope": "real", "topic_id": "-1", "probability": 0.5}


def test_rows_are_sorted_and_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    rows = [{**ROW, "comment_id": f"c{i}"} for i in range(50)]
    for name, order in (("a", rows), ("b", rows[::-1])):
        store.write_table(tmp_path / name, tables.TOPICS, {"all": tables.TOPICS.frame(order)})
    one, two = ((tmp_path / n / "data/processed/topics/all.parquet").read_bytes() for n in "ab")
    assert one == two
    assert store.read_table(tmp_path / "a", tables.TOPICS)["comment_id"].to_list() == sorted(f"c{i}" for i in range(50))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda df: df.drop("scope"), "missing columns ['scope']"),
        (lambda df: df.with_columns(pl.lit(1).alias("name")), "unknown columns ['name']"),
        (lambda df: df.with_columns(pl.lit(None, pl.String).alias("topic_id")), "topic_id is null at ['real', 'c1']"),
        (lambda df: df.with_columns(pl.lit("x").alias("probability")), "probability is String"),
        (lambda df: pl.concat([df, df]), "occurs twice"),
    ],
)
def test_a_table_that_breaks_its_schema_is_named(spoil, says: str) -> None:
    with pytest.raises(StandpuntError) as caught:
        tables.TOPICS.check(spoil(tables.TOPICS.frame([ROW])))
    assert says in str(caught.value)


def test_a_flipped_byte_is_found(tmp_path: Path) -> None:
    store.write_table(
        tmp_path, tables.TOPICS, {"all": tables.TOPICS.frame([{**ROW, "comment_id": f"c{i}"} for i in range(500)])}
    )
    path = tmp_path / "data/processed/topics/all.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0x10
    path.write_bytes(bytes(data))
    with pytest.raises(StandpuntError, match="damaged"):
        store.read_table(tmp_path, tables.TOPICS)


def test_a_missing_table_names_what_makes_it(tmp_path: Path) -> None:
    with pytest.raises(StandpuntError, match="dvc repro"):
        store.read_table(tmp_path, tables.TOPICS)


def test_partitions_that_are_gone_leave_no_file(tmp_path: Path) -> None:
    store.write_table(tmp_path, tables.TOPICS, {"a": tables.TOPICS.frame([ROW]), "b": tables.TOPICS.empty()})
    store.write_table(tmp_path, tables.TOPICS, {"b": tables.TOPICS.frame([ROW])})
    assert list(store.partitions(tmp_path, tables.TOPICS)) == ["b"]


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "findings.json"
    store.write_json(path, {"edition": 1})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.write_json(path, {"edition": 2})
    assert store.read_json(path) == {"edition": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["findings.json"]


def test_the_second_holder_of_the_lock_is_told(tmp_path: Path) -> None:
    with store.lock(tmp_path), pytest.raises(UsageError, match=str(os.getpid())), store.lock(tmp_path):
        pass


@pytest.mark.parametrize(
    ("line", "says"),
    [("{not json}", "line 2"), ('{"annotation_id": "a", "txt": "b"}', "unknown fields ['txt']"), ("[1]", "line 2")],
)
def test_a_bad_annotation_is_named(tmp_path: Path, line: str, says: str) -> None:
    folder = tmp_path / "data/raw/annotations"
    folder.mkdir(parents=True)
    (folder / "gold.jsonl").write_text("\n" + line, "utf-8")
    with pytest.raises(UsageError) as caught:
        store.read_annotations(tmp_path)
    assert says in str(caught.value)


def test_digest_does_not_depend_on_the_form_of_accents() -> None:
    assert tables.text_digest("e\u0301e\u0301n") == tables.text_digest("één")
    assert tables.text_digest("een") != tables.text_digest("één")
