"""Where a text names a party: aliases, wildcards, names alone, pronouns that point back."""

from __future__ import annotations

import time

import pytest

from pipeline.encoder.linear.features import masked_text
from pipeline.encoder.mentions import lexicons, name_aliases, phrase_regex, read
from pipeline.settings import Codebook

BOOK = Codebook.model_validate(
    {
        "debate": "wonen",
        "parties": [
            {"id": "huurder", "name": "huurders", "aliases": ["huurder*", "bewoner*"], "cues": ["betaalt te laat"]},
            {"id": "baas", "name": "de verhuurder", "aliases": ["verhuurder*", "VvE'er*"]},
        ],
    }
)


@pytest.mark.parametrize(
    ("phrases", "text", "found"),
    [
        (["huurder*"], "Huurders en de huurdersbond", ["Huurders", "huurdersbond"]),
        (["huurder*"], "De verhuurder", []),
        (["mt"], "Het MT at een mto op", ["MT"]),
        (["ict'er*"], "ICT’ers en ict'er", ["ICT’ers", "ict'er"]),
        (["project manager*"], "De project  managers", ["project  managers"]),
        (["c++"], "ik doe c++ graag", ["c++"]),
        ([], "alles", []),
        (["*", " "], "alles", []),
    ],
)
def test_phrases_match_whole_words(phrases: list[str], text: str, found: list[str]) -> None:
    from pipeline.encoder.mentions import straight

    assert [text[m.start() : m.end()] for m in phrase_regex(phrases).finditer(straight(text))] == found


@pytest.mark.parametrize(
    ("name", "aliases"),
    [("de huurders", ["huurder*"]), ("managers en verkoop", ["manager*", "verkoop*"]), ("de VVE", ["VVE"]), ("NS", [])],
)
def test_a_name_alone_gives_aliases(name: str, aliases: list[str]) -> None:
    party = Codebook.model_validate({"parties": [{"id": "p", "name": name}]}).parties[0]
    assert name_aliases(party) == aliases


def test_a_pronoun_points_back_to_whoever_was_named_last() -> None:
    text = "De verhuurder belt nooit terug. Ze laten ons wachten. Huurders klagen. Het regent."
    spans = [(0, 31), (32, 53), (54, 70), (71, 82)]
    reading = read(text, spans, lexicons(BOOK))
    assert reading.carried == [[], [1], [], []]
    assert [len(found) for found in reading.named] == [1, 1]


def test_masks_replace_the_party_and_the_others() -> None:
    reading = read("Huurders bellen de verhuurder.", [], lexicons(BOOK))
    assert masked_text(reading, 0, (0, 30)) == "PARTIJX bellen de ANDERY."
    assert masked_text(reading, 1, (0, 30)) == "ANDERY bellen de PARTIJX."


def test_reading_takes_linear_time() -> None:
    text = "huurder' \"" * 20_000
    started = time.process_time()
    read(text, [(0, len(text))], lexicons(BOOK))
    assert time.process_time() - started < 5
