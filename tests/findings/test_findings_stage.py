"""The findings of a small project whose answer is known."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipeline import store, tables
from pipeline.findings import stage
from pipeline.findings.contrasts import contrast

CODEBOOK = """
debate: tuin
parties:
  - {id: buur, name: de buren, stance: blame_buur}
  - {id: kat, name: de kat, stance: blame_kat}
  - {id: other, name: een ander}
"""


def build(root: Path, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A project with one comment a row (thread, author, text, stance, provenance); returns its findings.json."""
    (root / "params.yaml").write_text("edition: 2026-01-01\nseed: 5\nfindings: {bootstrap: 200, min_n: 4}\n", "utf-8")
    (root / "codebook.yaml").write_text(CODEBOOK, "utf-8")
    (root / "data/raw/annotations").mkdir(parents=True)
    threads, comments, clean, sentences, stance, sentiment = ([] for _ in range(6))
    for t in sorted({r["thread"] for r in rows}):
        of = next(r for r in rows if r["thread"] == t)
        threads.append(dict.fromkeys(tables.THREADS.columns) | {
            "thread_id": t, "source_id": "s", "platform": "csv", "title": f"Draad {t}", "snapshot_at": datetime(2026, 1, 2, tzinfo=UTC),
            "found": 1, "provenance": of.get("provenance", "imported"), "warnings": [],
        })  # fmt: skip
    for i, row in enumerate(rows):
        cid, text = f"c{i:03}", row["text"]
        blames = [row["stance"].removeprefix("blame_")] if row["stance"] not in (None, "no_blame") else []
        comments.append(dict.fromkeys(tables.COMMENTS.columns) | {
            "comment_id": cid, "thread_id": row["thread"], "source_id": "s", "position": i, "depth": 0, "author_id": row["author"],
            "posted_at": datetime(2026, 1 + i % 2, 5, tzinfo=UTC), "text_raw": text, "text_format": "text", "version": 1, "tombstone": False,
            "boundary_confidence": row.get("sure"),
        })  # fmt: skip
        clean.append({
            "comment_id": cid, "thread_id": row["thread"], "text": text, "language": "nl", "language_confidence": 1.0, "language_from": "own",
            "repairs": [], "quoted_share": 0.0, "no_text": False, "duplicate_of": None, "kept": True, "reason": None,
        })  # fmt: skip
        sentences.append({"sentence_id": f"s{cid}", "comment_id": cid, "start": 0, "end": len(text)})
        stance.append({
            "comment_id": cid, "p": [{"party": p, "p": 0.9 if p in blames else 0.1} for p in ("buur", "kat", "other")], "blames": blames,
            "stance": row["stance"] or "no_blame", "abstained": row["stance"] is None,
            "evidence": [{"party": p, "start": 0, "end": len(text), "score": 0.9} for p in blames],
        })  # fmt: skip
        sentiment.append(
            {
                "comment_id": cid,
                "label": "negative",
                "p_negative": 0.8,
                "p_neutral": 0.1,
                "p_positive": 0.1,
                "score": -0.7,
                "abstained": False,
            }
        )
    for table, data in (
        (tables.THREADS, threads), (tables.COMMENTS, comments), (tables.CLEAN, clean),
        (tables.SENTENCES, sentences), (tables.STANCE, stance), (tables.SENTIMENT, sentiment),
    ):  # fmt: skip
        store.write_table(root, table, {"s": table.frame(data)})
    store.write_json(root / stage.ERROR_RATES, {})
    stage.run(root)
    return json.loads((root / stage.OUTPUT).read_text("utf-8"))


def comment(thread: str, author: str | None, text: str, stance: str | None, **more: Any) -> dict[str, Any]:
    return {"thread": thread, "author": author, "text": text, "stance": stance, **more}


GARDEN = [
    comment(
        "t1", f"a{i}", f"Die schutting van hiernaast staat een halve meter op onze grond, nummer {i}.", "blame_buur"
    )
    for i in range(6)
] + [comment("t1", f"b{i}", f"Poes graaft iedere nacht de bloembollen op, keer {i}.", "blame_kat") for i in range(3)]
INVENTED = [
    comment("t2", f"z{i}", f"Verzonnen reactie over gras, {i}.", "no_blame", provenance="constructed") for i in range(8)
]


def by(findings: dict[str, Any], corpus: str, kind: str, **scope: str) -> dict[str, Any]:
    return next(f for f in findings["findings"] if f["corpus"] == corpus and f["kind"] == kind and f["scope"] == scope)


def test_the_two_corpora_never_meet(tmp_path: Path) -> None:
    result = build(tmp_path, GARDEN + INVENTED)
    real = by(result, "real", "stance_share", stance="blame_buur")
    assert (real["n"], real["raw"], real["grade"]) == (9, pytest.approx(6 / 9, abs=1e-6), "C")
    assert by(result, "constructed", "stance_share", stance="no_blame")["estimate"] == 1
    assert not any(f["citable"] for f in result["findings"] if f["corpus"] == "constructed")


def test_quotes_are_slices_of_what_was_said(tmp_path: Path) -> None:
    result = build(tmp_path, GARDEN)
    text = dict(store.read_table(tmp_path, tables.CLEAN).select("comment_id", "text").iter_rows())
    quotes = [q for f in result["findings"] for q in f["quotes"]]
    assert quotes
    for quote in quotes:
        assert tables.text_digest(text[quote["comment_id"]][quote["start"] : quote["end"]]) == quote["digest"]


def test_a_claim_states_number_interval_and_party_in_both_languages(tmp_path: Path) -> None:
    finding = by(build(tmp_path, GARDEN), "real", "stance_share", stance="blame_kat")
    assert "33%" in finding["claim"]["nl"] and "de kat" in finding["claim"]["nl"]
    assert "33%" in finding["claim"]["en"]
    assert "interval" in finding["claim"]["en"]


def test_abstentions_are_counted_and_not_labelled(tmp_path: Path) -> None:
    result = build(tmp_path, [*GARDEN, comment("t1", "q", "Tja, wie zal het zeggen, ik weet het ook niet.", None)])
    assert result["corpora"][0]["abstained_stance"] == 1
    assert by(result, "real", "stance_share", stance="blame_buur")["raw"] == pytest.approx(6 / 9, abs=1e-6)


def test_authors_count_once(tmp_path: Path) -> None:
    flood = [
        comment("t1", "roeper", f"Het is de kat, al weer, voor de {i}e keer dit jaar.", "blame_kat") for i in range(9)
    ]
    result = build(tmp_path, GARDEN[:6] + flood)
    assert by(result, "real", "stance_share", stance="blame_kat")["estimate"] == pytest.approx(9 / 15, abs=1e-6)
    assert by(result, "real", "stance_share_authors", stance="blame_kat")["estimate"] == pytest.approx(1 / 7, abs=1e-6)


def test_one_comment_is_shown_and_not_cited(tmp_path: Path) -> None:
    finding = by(build(tmp_path, GARDEN[:1]), "real", "stance_share", stance="blame_buur")
    assert finding["n"] == 1 and not finding["citable"]
    low, high = finding["interval"]
    assert low < 0.5 <= high


@pytest.mark.parametrize(("sure", "why"), [([0.5] * 2, "boundaries"), ([0.5], "model"), ([0.7] * 9, "model")])
def test_nothing_is_cited_where_too_many_beginnings_are_unsure(tmp_path: Path, sure: list[float], why: str) -> None:
    rows = [{**row, "sure": sure[i] if i < len(sure) else 0.95} for i, row in enumerate(GARDEN + GARDEN[:1])]
    finding = by(build(tmp_path, rows), "real", "stance_share", stance="blame_buur")
    assert finding["why_not"] == stage.WHY_NOT[why]


def test_no_comments_no_findings(tmp_path: Path) -> None:
    (tmp_path / "data/raw").mkdir(parents=True)
    result = build_empty(tmp_path)
    assert result["findings"] == [] and result["corpora"] == []


def build_empty(root: Path) -> dict[str, Any]:
    for table in (tables.THREADS, tables.COMMENTS, tables.CLEAN, tables.SENTENCES, tables.STANCE, tables.SENTIMENT):
        store.write_table(root, table, {})
    (root / "params.yaml").write_text("edition: 2026-01-01\n", "utf-8")
    (root / "codebook.yaml").write_text(CODEBOOK, "utf-8")
    store.write_json(root / stage.ERROR_RATES, {})
    stage.run(root)
    return json.loads((root / stage.OUTPUT).read_text("utf-8"))


def test_the_same_comments_in_another_order_give_the_same_findings(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for root in (first, second):
        root.mkdir()
    assert build(first, GARDEN)["corpora"] == build(second, GARDEN)["corpora"]
    assert (first / stage.OUTPUT).read_bytes() == (second / stage.OUTPUT).read_bytes()


def frame(rows: list[tuple[str, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "comment_id": f"c{i:03}",
                "thread_id": "t",
                "cluster": f"t {author}",
                "text": text,
                "language": "nl",
                "stance": stance,
            }
            for i, (author, text, stance) in enumerate(rows)
        ]
    )


def test_a_word_of_many_marks_a_camp_and_a_word_of_one_does_not() -> None:
    camp = [(f"a{i}", f"die schutting deugt niet, {'hoor' if i % 2 else 'zeg'}", "x") for i in range(12)]
    camp += [("zeurkous", "schaduwdoek schaduwdoek schaduwdoek", "x")] * 5
    rest = [(f"b{i}", f"mooie bloembol deugt niet, {'hoor' if i % 2 else 'zeg'}", "y") for i in range(12)]
    found = [c.term for c in contrast(frame(camp + rest), "x", 10, 300, 0.95, np.random.default_rng(1))]
    assert "schutting" in found
    assert not {"schaduwdoek", "bloembol", "deugen"} & set(found)
