"""Words of praise and reproach, and what shifts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.encoder.linear.polarity import FILE, MOST, hits, lean, sums
from pipeline.errors import StandpuntError

KINDS = {"negator", "intensifier", "diminisher", "hope"}


@pytest.fixture
def lexicon(tmp_path: Path) -> Path:
    path = tmp_path / "polarity.tsv"
    path.write_text(
        "mooi*\t2\nniet weg te leggen\t3\nsaai\t-2\nniet\tnegator\nheel\tintensifier\nwat\tdiminisher\n"
        "geweldig\t3\ngeweldig\tintensifier\n",
        "utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("text", "strengths"),
    [
        ("Een mooi boek.", [2]),
        ("MOOIE kaft", [2]),
        ("Ommooi is geen woord", []),
        ("heel mooi", [2.8]),
        ("wat saai", [-1.2]),
        ("niet mooi", [-1.6]),
        ("niet saai", [0.8]),
        ("niet heel mooi", [-2.24]),
        ("niet. Mooi!", [2]),  # another sentence
        ("niet dat ik het ooit zo mooi vond", [2]),  # out of reach
        ("niet weg te leggen", [3]),  # the longest phrase wins
        ("niet weg", []),
        ("geweldig", [3]),
        ("geweldig saai", [-2.8]),
        ("geweldig dat boek", [3]),
        ("", []),
    ],
)
def test_strengths(lexicon: Path, text: str, strengths: list[float]) -> None:
    assert [hit.strength for hit in hits(text, lexicon)] == pytest.approx(strengths)


def test_spans_are_places_in_the_text(lexicon: Path) -> None:
    text = "Ik vond ’t saai, maar MOOI geschreven."
    assert [text[slice(*hit.span)] for hit in hits(text, lexicon)] == ["saai", "MOOI"]
    assert sums(hits(text, lexicon), 0, 16) == (0, 2)
    assert sums(hits(text, lexicon), 0, len(text)) == (2, 2)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "polarity.tsv"
    with pytest.raises(StandpuntError, match="not there"):
        hits("x", path)
    path.write_text("mooi\t2\nsaai -2\n", "utf-8")
    with pytest.raises(StandpuntError, match="line 2"):
        hits("x", path)


def test_the_shipped_lexicon_says_each_thing_once_and_knows_its_kinds() -> None:
    rows = [line.split("\t") for line in FILE.read_text("utf-8").splitlines()]
    assert len(rows) == len({tuple(row) for row in rows}) > 4000
    strengths = [phrase for phrase, value in rows if value not in KINDS]
    assert len(strengths) == len(set(strengths))
    assert {value for _, value in rows} <= KINDS | {"-3", "-2", "-1", "1", "2", "3"}
    assert rows == sorted(rows)


@pytest.mark.parametrize(
    ("praise", "reproach"),
    [
        ("Wat een vakmanschap, petje af.", "Wat een prutswerk, om te huilen."),
        ("Ik raad het iedereen aan, een pareltje.", "Saai en langdradig, zonde van het geld."),
        ("What a brilliant and helpful colleague.", "What a useless and boring meeting."),
    ],
)
def test_the_shipped_lexicon_tells_praise_from_reproach(praise: str, reproach: str) -> None:
    good, bad = (sums(hits(text), 0, len(text)) for text in (praise, reproach))
    assert good[0] > good[1]
    assert bad[1] > bad[0]


def test_a_text_leans_no_further_than_the_most_and_takes_linear_time() -> None:
    assert lean("") == lean("De vergadering is op dinsdag.") == 0
    assert lean("prachtig " * 50_000) == MOST
    assert lean("waardeloos " * 50_000) == -MOST
    assert lean("niet" * 50_000) == 0
