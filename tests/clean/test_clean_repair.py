"""Mojibake, entities, invisible characters, Unicode forms; and that each repair says what stood where."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.clean.edits import Draft, Edit
from pipeline.clean.repair import MAX_TEXT, MAX_WORD, repair


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("geÃ¯nteresseerd", "geïnteresseerd", "mojibake"),
        ("cafÃƒÂ© (twee keer verkeerd)", "café (twee keer verkeerd)", "mojibake"),
        ("zei ze: â€œnietâ€ en ging", "zei ze: “niet” en ging", "mojibake"),
        ("foto\x92s \x96 mooi", "foto’s – mooi", "mojibake"),
        ("A &amp; B", "A & B", "entity"),
        ("A &amp;amp; B &amp;euml;", "A & B ë", "entity"),
        ("&#8364; 5 en &#x27;t", "€ 5 en 't", "entity"),
        ("on\u200bzicht\u00adbaar\ufeff", "onzichtbaar", "control"),
        ("\u202eomgekeerd\u202c", "omgekeerd", "control"),
        ("ja\U000e0041\U000e0042", "ja", "control"),
        ("nul\x00\x07", "nul", "control"),
        ("\x1b[31mrood\x1b[0m", "rood", "control"),
        ("cafe\u0301", "café", "unicode"),
        ("\ufb01jn en \ufb02auw", "fijn en flauw", "unicode"),
        ("\uff49\uff43\uff54", "ict", "unicode"),
        ("foto`s, zo´n", "foto's, zo'n", "unicode"),
        ("cli?nt", "cliënt", "lost_letter"),
        ("cli\ufffdnt", "cliënt", "lost_letter"),
    ],
)
def test_damage_is_mended_and_named(before: str, after: str, kind: str) -> None:
    text, repairs = repair(before)
    assert text == after
    assert {r.kind for r in repairs} == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "Gewoon een zin.",
        "“Krullende” aanhalingstekens ‘blijven’ zo, ook ICT’ers.",
        "œuvre, Ærø, Straße, Åre, São",
        "Familie: 👨\u200d👩\u200d👧, hart: ❤️\u200d🔥, vlag: 🇳🇱",
        "AT&T, R&D, a&b;c, ?x=1&copy=2",
        "De â is een letter, de ã ook",
        "code `x` en ``y``",
        "regel een\nregel twee",
    ],
)
def test_what_is_sound_stays(text: str) -> None:
    assert repair(text) == (text, [])


def test_emoji_joiners_stay_only_between_emoji() -> None:
    assert repair("a\u200db")[0] == "ab"


def test_marks_piled_on_a_letter_are_capped() -> None:
    text, repairs = repair("z" + "\u0335\u0336\u0337" * 30 + "algo")
    assert sum(unicodedata.combining(c) > 0 for c in text) <= 2
    assert repairs[0].kind == "unicode"


def test_a_monstrous_word_is_cut_and_the_cut_told() -> None:
    text, repairs = repair("x" * 100_000 + " einde")
    assert text == "x" * MAX_WORD + "… einde"
    assert [r.kind for r in repairs] == ["control"]


def test_a_monstrous_text_is_cut_and_the_cut_told() -> None:
    text, repairs = repair("woord " * 200_000)
    assert len(text) <= MAX_TEXT
    assert repairs[-1].before == "[200000 characters]"


def test_a_lone_surrogate_becomes_a_character_that_can_be_written() -> None:
    assert repair("a\ud800b")[0].encode("utf-8")


def test_steps_that_touch_the_same_word_make_one_repair() -> None:
    text, repairs = repair("de cli&euml;nt en de caf&Atilde;&copy;s")
    assert text == "de cliënt en de cafés"
    assert [(r.before, r.after) for r in repairs] == [("&euml;", "ë"), ("caf&Atilde;&copy;s", "cafés")]


damaged = st.lists(
    st.sampled_from(
        [
            "cli?nt",
            "&amp;amp;",
            "Ã©",
            "\u200b",
            "e\u0301",
            " ",
            "\n",
            "a",
            "ICT?ers",
            "\x00",
            "â€™",
            "?",
            "-",
            "woord",
            "\ufb01",
        ]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(damaged | st.text(max_size=60))
@example("\x91\xa0")
def test_every_repair_stands_where_it_says(raw: str) -> None:
    text, repairs = repair(raw)
    end = 0
    for r in repairs:
        assert r.start >= end
        assert text[r.start : r.start + len(r.after)] == r.after
        assert r.before != r.after
        end = r.start + len(r.after)


@settings(max_examples=100, deadline=None)
@given(damaged)
@example("cli?nt" * 20 + "â€™")  # a word longer than a repair shows
def test_undoing_the_repairs_gives_what_was(raw: str) -> None:
    text, repairs = repair(raw)
    for r in reversed(repairs):
        text = text[: r.start] + r.before + text[r.start + len(r.after) :]
    assert text == raw


edit_lists = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.text("xyz", max_size=3)), max_size=4)


@settings(max_examples=200, deadline=None)
@given(st.text("abcd", min_size=6, max_size=12), st.lists(edit_lists, max_size=3))
def test_a_draft_can_always_be_undone(raw: str, rounds: list[list[tuple[int, int, str]]]) -> None:
    draft = Draft(raw)
    for wanted in rounds:
        edits: list[Edit] = []
        for start, length, after in sorted(wanted):
            stop = min(start + length, len(draft.text))
            if start <= stop and (not edits or start > edits[-1].end):
                edits.append(Edit(start, stop, after, "control"))
        draft.apply(edits)
    text = draft.text
    for r in reversed(draft.repairs()):
        text = text[: r.start] + r.before + text[r.start + len(r.after) :]
    assert text == raw
