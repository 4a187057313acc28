"""The corrections file: what an analyst writes in it wins, and what cannot be followed is named."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.platforms import pasted
from pipeline.platforms.pasted.sidecar import Paragraphs, apply

TEXTS = [
    "Dorp krijgt tweede brug",
    "De gemeente Waterkant legt volgend jaar een tweede brug.",
    "Wat een onzin, zeg ik als bewoner van dit dorp en ik kan het weten!",
    "Daar komt bij dat het geld op is.",
    "Ja",
    "Mooi plan | eindelijk.",
    "Ja",
    "Ja, mits de oude brug blijft.",
]
FOUND = {2: 0.9, 5: 0.6}


@pytest.mark.parametrize(
    ("corrections", "starts"),
    [
        ("", {2: 0.9, 5: 0.6}),
        ("# niets te doen\n\n", {2: 0.9, 5: 0.6}),
        ("article | Dorp krijgt\n0.90 | Wat een onzin\n0.60 | Mooi plan", {2: 0.9, 5: 0.6}),
        ("article | Dorp krijgt ...\n0.90 | Wat een onzin ...\n", {2: 0.9}),
        ("article | Dorp krijgt", {}),
        ("article | Dorp krijgt\n0.9 | Wat een\n+ | Daar komt bij\n0,6 | Mooi plan", {2: 0.9, 3: 1.0, 5: 0.6}),
        ("article | Dorp krijgt\n0.9 | Wat een\n- 0.60 | Mooi plan", {2: 0.9}),
        ("article | Dorp krijgt\n+ 0.9 | Wat een", {2: 1.0}),
        ("artikel | Dorp krijgt\n0.77 | Daar komt", {3: 1.0}),
        ("+ Daar komt bij", {2: 0.9, 3: 1.0, 5: 0.6}),
        ("Daar komt bij", {2: 0.9, 3: 1.0, 5: 0.6}),
        ("- Mooi plan", {2: 0.9}),
        ("+ Mooi plan | eindelijk.", {2: 0.9, 5: 1.0}),
        ("+ Ja [2]", {2: 0.9, 5: 0.6, 6: 1.0}),
        ("+ Ja, mits", {2: 0.9, 5: 0.6, 7: 1.0}),
        ("- article | Dorp krijgt", {0: 1.0, 2: 0.9, 5: 0.6}),
        ("checked", {2: 1.0, 5: 1.0}),
        ("article | Dorp krijgt\n0.9 | Wat een\n+ | Daar komt bij\n  Nagekeken ", {2: 1.0, 3: 1.0}),
        ("article | Dorp  krijgt\r\n0.9 |   Wat\u00a0een onzin…\r\n", {2: 0.9}),
    ],
)
def test_corrections(corrections: str, starts: dict[int, float]) -> None:
    assert apply(corrections, TEXTS, FOUND, "x") == starts


@pytest.mark.parametrize(
    ("corrections", "message"),
    [
        ("article | Dorp krijgt\n0.9 | Wat een onsin", r"corrections of x, line 2: 'Wat een onsin' begins no paragraph.*nearest is 'Wat een onzin"),
        ("# op\n+ Ja", r"line 2: 'Ja' begins 2 paragraphs.*\[1\]"),
        ("+ Ja [3]", r"line 1: .*begins 2 paragraphs"),
        ("+ D", r"line 1: 'D' begins 3 paragraphs"),
        ("+ Mooi plan\n- Mooi plan", r"line 2: .*both added and taken away"),
        ("article | Mooi plan", r"line 1: .*not how the text begins"),
        ("0.5 |", r"line 1: '' begins no paragraph"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_named(corrections: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        apply(corrections, TEXTS, FOUND, "x")


def test_every_paragraph_has_a_label_that_finds_it() -> None:
    texts = [*TEXTS, "Ja [2]", "x" * 300, "x" * 301, "lang " * 40 + "een", "lang " * 40 + "twee", "Wat? ...", "Wat?"]
    known = Paragraphs(texts)
    for index in range(len(texts)):
        assert apply("+ | " + known.label(index), texts, {}, "x") == {index: 1.0}


def test_a_joined_name_line_stays_in_the_text() -> None:
    text = "Kop van het stuk\nDe wethouder zegt ‘ja’ tegen de nieuwe brug, aldus de krant.\nJan, 3 maart 2009 12:03\nMooi.\nPiet, 4 maart 2009 12:03\nIk ook.\n"
    page = pasted.read(text, "x")
    assert [c.author for c in page.comments] == ["Jan", "Piet"]
    joined = pasted.read(text, "x", "- Ik ook.")
    assert [c.text for c in joined.comments] == ["Mooi.\nPiet, 4 maart 2009 12:03\nIk ook."]


def test_the_file_reads_as_intended() -> None:
    text = "Kop van het stuk\nDe wethouder zegt ‘ja’ tegen de nieuwe brug, aldus de krant.\n\nJan, 3 maart 2009 12:03\nMooi.\n"
    lines = [line for line in pasted.sidecar(pasted.read(text, "x")).splitlines() if not line.startswith("#")]
    assert lines[0] == "article | Kop van het stuk"
    assert lines[1].endswith(" | Mooi.") and 0 < float(lines[1].split(" | ")[0]) < 1
