"""What the datasheet of the gold promises."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings import load_codebook
from pipeline.tables import ADJUDICATOR, SENTIMENTS

FOLDER = Path(__file__).parents[1] / "data/raw/annotations"
SPLITS = {"train", "dev", "test"}


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


WRITTEN = [*lines("ict"), *lines("debates")]
CONTRASTS = lines("contrasts")
TEXTS = [*WRITTEN, *CONTRASTS]
DECIDED = lines("adjudicated")
BY_ID = {row["annotation_id"]: row for row in TEXTS}


def test_size_and_spread() -> None:
    debates = Counter(row["debate"] for row in WRITTEN)
    assert len(WRITTEN) >= 4000
    assert len(debates) >= 15
    assert debates.pop("ict") >= 1500
    assert max(debates.values()) <= 300
    assert sum(row["language"] == "en" for row in WRITTEN) >= 600
    assert sum(row["difficulty"] != "plain" for row in WRITTEN) >= len(WRITTEN) / 2


def test_ids_and_texts_occur_once_and_all_are_constructed() -> None:
    assert len(BY_ID) == len(TEXTS)
    assert max(Counter(" ".join(row["text"].lower().split()) for row in WRITTEN).values()) == 1
    assert max(Counter((row["text"], row["parent"]) for row in TEXTS).values()) == 1
    assert all(row["constructed"] and row["sampled"] == "written" for row in [*TEXTS, *DECIDED])


def test_a_contrast_blames_others_than_its_original_and_is_learned_from_only() -> None:
    decided = {row["comment_id"]: row["blames"] for row in DECIDED}
    for row in CONTRASTS:
        original = BY_ID[row["annotation_id"].removesuffix("-contrast")]
        assert set(row["blames"]) != set(decided.get(original["annotation_id"], original["blames"])), row[
            "annotation_id"
        ]
        assert (row["text"], row["parent"]) != (original["text"], original["parent"])
        assert (row["writer"], row["debate"]) == (original["writer"], original["debate"])
        assert row["split"] == original["split"] == "train"


def test_no_voice_and_no_other_debate_is_on_two_sides() -> None:
    voices = {(row["writer"], row["split"]) for row in TEXTS}
    debates = {(row["debate"], row["split"]) for row in TEXTS if row["debate"] != "ict"}
    assert {split for _, split in voices} == SPLITS
    assert len(voices) == len({writer for writer, _ in voices})
    assert len(debates) == len({debate for debate, _ in debates})
    with (FOLDER / "writers.csv").open(encoding="utf-8", newline="") as file:
        assert {(row["writer"], row["split"]) for row in csv.DictReader(file)} == voices


def test_every_comment_was_read_twice_and_every_difference_decided() -> None:
    second = {row["comment_id"]: row for row in lines("second")}
    assert set(second) == set(BY_ID)
    differ = {
        key
        for key, row in second.items()
        if set(row["blames"]) != set(BY_ID[key]["blames"]) or row["sentiment"] != BY_ID[key]["sentiment"]
    }
    assert differ == {row["comment_id"] for row in DECIDED}
    assert all(row["annotator"] == ADJUDICATOR for row in DECIDED)


@pytest.mark.parametrize("debate", sorted({row["debate"] for row in TEXTS}))
def test_labels_follow_the_codebook_and_evidence_is_part_of_the_text(debate: str) -> None:
    parties = set(load_codebook(FOLDER / f"{debate}.codebook.yaml").party_ids)
    for row in [row for row in [*TEXTS, *DECIDED] if row["debate"] == debate]:
        text = BY_ID[row["comment_id"] or row["annotation_id"]]["text"]
        assert set(row["blames"]) <= parties, row["annotation_id"]
        assert {e["party"] for e in row["evidence"]} == set(row["blames"]), row["annotation_id"]
        assert all(e["span"].strip() and e["span"] in text for e in row["evidence"]), row["annotation_id"]
        assert row["sentiment"] in SENTIMENTS
