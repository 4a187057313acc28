"""The stage as a whole: every comment keeps its row, every drop has its reason, the same input gives the same bytes."""

import datetime as dt
import json
import pickle
from pathlib import Path

import polars as pl
import pytest

from pipeline import store
from pipeline.clean import stage
from pipeline.errors import StandpuntError
from pipeline.tables import CLEAN, COMMENTS, DROP_REASONS, GOLD, SENTENCES, THREADS

LONG = "Wij kregen de planning pas te horen toen de klant al aan de telefoon hing over de facturen."
AT = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


def thread(thread_id: str = "t1") -> dict[str, object]:
    empty = dict.fromkeys(THREADS.columns)
    return empty | {
        "thread_id": thread_id,
        "source_id": "s",
        "platform": "pasted",
        "language": "nl",
        "snapshot_at": AT,
        "found": 1,
        "provenance": "constructed",
        "warnings": [],
    }


def comment(number: int, text: str, **more: object) -> dict[str, object]:
    return {
        "comment_id": f"c{number:03}",
        "thread_id": "t1",
        "source_id": "s",
        "parent_id": None,
        "position": number,
        "depth": 0,
        "author_id": "a",
        "posted_at": AT + dt.timedelta(days=number),
        "text_raw": text,
        "text_format": "text",
        "permalink": None,
        "version": 1,
        "tombstone": False,
        "boundary_confidence": None,
        **more,
    }


ROWS = [
    comment(0, LONG + " Dat is dan één ding."),
    comment(1, LONG + " Dat is dan één ding.", parent_id="c000"),
    comment(2, "", tombstone=True, parent_id="c001"),
    comment(3, "> " + LONG, author_id="b"),
    comment(4, "👍", author_id="b"),
    comment(5, "<p>De ICT?ers lachten.</p><p>Toen ging het licht uit.</p>", text_format="html", parent_id="c002"),
    comment(6, LONG + "\nWat een zin.", author_id="b"),
    comment(7, "nee\u200bnee", author_id=None, posted_at=None),
]


def project(root: Path, rows: list[dict[str, object]]) -> Path:
    (root / "params.yaml").write_text("edition: 2026-11-01\n", encoding="utf-8")
    store.write_table(root, THREADS, {"s": THREADS.frame([thread()])})
    store.write_table(root, COMMENTS, {"s": COMMENTS.frame(rows)})
    gold = {"annotation_id": "g1", "text": "Zo'n cli?nt toch.", "debate": "d", "writer": "w", "language": "nl"}
    gold |= {"blames": [], "sentiment": "neutral", "evidence": [], "annotator": "x", "sampled": "written"}
    gold |= {"split": "train", "constructed": True}
    (root / "data/raw/annotations").mkdir(parents=True, exist_ok=True)
    (root / "data/raw/annotations/g.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    return root


@pytest.fixture
def cleaned(tmp_path: Path) -> Path:
    stage.run(project(tmp_path, ROWS))
    return tmp_path


def rows(root: Path) -> dict[str, dict[str, object]]:
    return {row["comment_id"]: row for row in store.read_table(root, CLEAN).iter_rows(named=True)}


def test_every_comment_keeps_its_row_and_every_drop_its_reason(cleaned: Path) -> None:
    table = rows(cleaned)
    assert list(table) == [row["comment_id"] for row in ROWS]
    assert {k: row["reason"] for k, row in table.items() if not row["kept"]} == {
        "c001": "duplicate",
        "c002": "tombstone",
        "c003": "empty",
    }
    assert all((row["reason"] is None) == row["kept"] for row in table.values())
    assert {row["reason"] for row in table.values()} - {None} <= set(DROP_REASONS)


def test_parents_of_dropped_comments_stay_valid(cleaned: Path) -> None:
    parents = {row["parent_id"] for row in ROWS if row["parent_id"]}
    assert parents <= set(rows(cleaned))


def test_text_quotes_and_language(cleaned: Path) -> None:
    table = rows(cleaned)
    assert table["c005"]["text"] == "De ICT'ers lachten.\n\nToen ging het licht uit."
    assert table["c005"]["repairs"] == [{"kind": "lost_letter", "start": 3, "before": "ICT?ers", "after": "ICT'ers"}]
    assert table["c006"]["text"] == "Wat een zin."
    assert table["c006"]["quoted_share"] > 0.5
    assert table["c003"]["quoted_share"] == 1.0
    assert table["c004"]["no_text"] and table["c004"]["kept"]
    assert table["c007"]["text"] == "neenee"
    assert {row["language"] for row in table.values()} == {"nl"}
    assert table["c000"]["language_from"] == "own"
    assert table["c007"]["language_from"] == "thread"


def test_sentences_are_slices_of_kept_texts(cleaned: Path) -> None:
    table = rows(cleaned)
    sentences = store.read_table(cleaned, SENTENCES)
    assert set(sentences["comment_id"]) == {"c000", "c005", "c006", "c007"}
    own = sentences.filter(pl.col("comment_id") == "c005")
    assert [table["c005"]["text"][s:e] for s, e in own.select("start", "end").rows()] == [
        "De ICT'ers lachten.",
        "Toen ging het licht uit.",
    ]


def test_gold_is_written(cleaned: Path) -> None:
    assert store.read_table(cleaned, GOLD)["text"].to_list() == ["Zo'n cliënt toch."]


def test_the_summary_counts_everything(tmp_path: Path) -> None:
    told = stage.run(project(tmp_path, ROWS))
    assert told.rows_in == len(ROWS)
    assert told.kept + sum(told.dropped.values()) == len(ROWS)
    assert "1 training texts cleaned" in told.notes


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    def written(name: str, table: list[dict[str, object]]) -> list[bytes]:
        root = tmp_path / name
        root.mkdir()
        stage.run(project(root, table))
        return [path.read_bytes() for path in sorted((root / "data/processed").glob("*/*.parquet"))]

    assert written("one", ROWS) == written("two", ROWS[::-1])


def test_no_comments_at_all(tmp_path: Path) -> None:
    told = stage.run(project(tmp_path, []))
    assert (told.rows_in, told.kept, told.dropped) == (0, 0, {})
    assert store.read_table(tmp_path, SENTENCES).height == 0


def test_comments_without_their_threads_are_an_error(tmp_path: Path) -> None:
    project(tmp_path, ROWS)
    store.write_table(tmp_path, THREADS, {})
    with pytest.raises(StandpuntError, match="threads"):
        stage.run(tmp_path)


def test_many_sources_in_processes_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, ROWS)
    two = [row | {"comment_id": f"d{n}", "thread_id": "t2", "parent_id": None} for n, row in enumerate(ROWS)]
    store.write_table(root, THREADS, {"s": THREADS.frame([thread()]), "u": THREADS.frame([thread("t2")])})
    store.write_table(root, COMMENTS, {"s": COMMENTS.frame(ROWS), "u": COMMENTS.frame(two)})
    stage.run(root)
    alone = store.read_table(root, CLEAN)
    # what a spawned process gets and gives back goes through pickle
    sent: list[int] = []

    def apply(function: object, jobs: list[object]) -> list[object]:
        sent.append(len(jobs))
        return [pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(function))(job))) for job in jobs]

    monkeypatch.setattr(stage, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(stage.engine, "apply", apply)
    stage.run(root)
    assert sent == [2]
    assert store.read_table(root, CLEAN).equals(alone)
