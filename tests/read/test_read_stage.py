"""The stage asks what is not known, once, and keeps what was answered even when it is stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest

from pipeline import store
from pipeline.errors import IncompleteError, UsageError
from pipeline.read import kept, stage
from pipeline.read.models import BLAME, TONE, Answer, Question, get_model
from pipeline.settings import Codebook, Params
from pipeline.tables import ANSWERS, CLEAN, COMMENTS, GOLD

BOOK = Codebook.model_validate(
    {"debate": "huur", "parties": [{"id": "huurder", "name": "x"}, {"id": "baas", "name": "y"}]}
)


class Fake:
    """Answers by the length of the text; may stop after some answers."""

    name = "fake-1"
    tells = frozenset({BLAME, TONE})

    def __init__(self, stop_after: int = 10**9) -> None:
        self.asked: list[str] = []
        self.stop_after = stop_after

    def answer(self, questions: Sequence[Question]) -> Iterator[Answer]:
        for question in questions:
            if len(self.asked) == self.stop_after:
                raise IncompleteError("the budget is spent")
            self.asked.append(question.text)
            yield Answer((float(len(question.text)), 0.0), (0.0, 0.0, 0.0), (("baas", 0, 1, 0.5),), ((1.0,), (2.0,)))


def clean_rows(*comments: tuple[str, str]) -> pl.DataFrame:
    base = {
        "thread_id": "t",
        "language": "nl",
        "language_confidence": 1.0,
        "language_from": "own",
        "repairs": [],
        "quoted_share": 0.0,
        "no_text": False,
        "duplicate_of": None,
        "kept": True,
        "reason": None,
    }
    return CLEAN.frame([{"comment_id": i, "text": text, **base} for i, text in comments])


def comment_rows(*parents: tuple[str, str | None]) -> pl.DataFrame:
    base = {
        "thread_id": "t",
        "source_id": "s",
        "depth": 0,
        "author_id": None,
        "posted_at": None,
        "text_raw": "x",
        "text_format": "text",
        "permalink": None,
        "version": 1,
        "tombstone": False,
        "boundary_confidence": None,
    }
    return COMMENTS.frame(
        [{"comment_id": i, "parent_id": parent, "position": n, **base} for n, (i, parent) in enumerate(parents)]
    )


def gold_rows(*rows: tuple[str, str, str]) -> pl.DataFrame:
    base = {
        "parent": None,
        "debate": "huur",
        "writer": "w",
        "language": "nl",
        "blames": [],
        "sentiment": "neutral",
        "evidence": [],
        "difficulty": None,
        "doubt": None,
    }
    return GOLD.frame([{"annotation_id": i, "text": text, "split": split, **base} for i, text, split in rows])


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "params.yaml").write_text("edition: 2026-01-01\n", encoding="utf-8")
    (tmp_path / "codebook.yaml").write_text(
        "debate: huur\nparties:\n  - {id: huurder, name: x}\n  - {id: baas, name: y}\n", encoding="utf-8"
    )
    store.write_table(tmp_path, CLEAN, {"s": clean_rows(("c1", "Een."), ("c2", "Twee woorden."), ("c3", "Een."))})
    store.write_table(tmp_path, COMMENTS, {"s": comment_rows(("c1", None), ("c2", "c1"), ("c3", None))})
    gold = gold_rows(("g1", "Les.", "train"), ("g2", "Ontwikkeling.", "dev"), ("g3", "Toets.", "test"))
    store.write_table(tmp_path, GOLD, {"all": gold})
    return tmp_path


def use(monkeypatch: pytest.MonkeyPatch, model: Fake) -> Fake:
    monkeypatch.setattr(stage, "get_model", lambda *_: model)
    return model


def test_each_question_is_asked_once_and_gold_that_teaches_never(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = use(monkeypatch, Fake())
    stage.run(root)
    assert sorted(model.asked) == ["Een.", "Ontwikkeling.", "Toets.", "Twee woorden."]
    table = store.read_table(root, ANSWERS)
    assert set(table["item_id"]) == {"c1", "c2", "c3", "g2", "g3"}
    assert table.filter(pl.col("item_id") == "c1")["task"].to_list() == [BLAME, TONE]
    assert table.filter((pl.col("item_id") == "c2") & (pl.col("task") == BLAME))["features"].to_list() == [
        [[1.0], [2.0]]
    ]


def test_a_second_run_asks_nothing_and_writes_the_same_bytes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Fake())
    stage.run(root)
    path = store.folder(root, ANSWERS) / "all.parquet"
    first = path.read_bytes()
    again = use(monkeypatch, Fake())
    summary = stage.run(root)
    assert again.asked == []
    assert path.read_bytes() == first
    assert "asked about 0 texts" in summary.notes[0]


@pytest.mark.parametrize("chunk", [1, 400])
def test_what_was_answered_before_a_stop_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(stage, "CHUNK", chunk)
    use(monkeypatch, Fake(stop_after=2))
    with pytest.raises(IncompleteError):
        stage.run(root)
    rest = use(monkeypatch, Fake())
    stage.run(root)
    assert len(rest.asked) == 2
    assert [path.name for path in store.folder(root, ANSWERS).glob("*.parquet")] == ["all.parquet"]


def test_a_reply_is_asked_about_with_what_it_answers(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clean, comments = store.read_table(root, CLEAN), store.read_table(root, COMMENTS)
    assert dict(stage.corpus_items(clean, comments, True))["c2"] == Question("Twee woorden.", "Een.")
    assert dict(stage.corpus_items(clean, comments, False))["c2"] == Question("Twee woorden.")


def test_another_parent_is_another_question() -> None:
    digests = {Question("a", parent).digest(model) for parent in (None, "b", "c") for model in ("m", "n")}
    assert len(digests) == 6


def test_carried_answers_are_known_and_only_the_encoders_are_carried(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = use(monkeypatch, Fake())
    model.name = "encoder-abc-def"
    stage.run(root)
    carried = kept.export(root)
    for path in store.folder(root, ANSWERS).glob("*.parquet"):
        path.unlink()
    again = use(monkeypatch, Fake())
    again.name = "encoder-abc-def"
    stage.run(root)
    assert again.asked == []
    assert store.read_partition(ANSWERS, carried).height == 10


@pytest.mark.parametrize(("most", "number"), [(None, 2), (1, 2), (0, 0)])
def test_a_model_that_costs_is_asked_about_so_much_gold(root: Path, most: int | None, number: int) -> None:
    assert len(stage.gold_items(store.read_table(root, GOLD), most)) == number


@pytest.mark.parametrize("spec", ["frozen-lr", "encoder:x", "hf:", "openai:", ""])
def test_an_unknown_model_is_a_usage_error(spec: str) -> None:
    with pytest.raises(UsageError, match="known are encoder"):
        get_model(spec, BLAME, BOOK, Params.model_validate({"edition": "2026-01-01"}))
