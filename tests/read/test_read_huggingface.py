"""Models of Hugging Face: what is made of their labels and scores, on a pipeline of the same interface that needs no library."""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.read import huggingface
from pipeline.read.huggingface import PIECE_CHARACTERS, Reader, classifier, pieces, zero_shot
from pipeline.read.models import BLAME, TONE, Answer, Question
from pipeline.settings import Codebook, Params

PARAMS = Params.model_validate({"edition": "2026-01-01"})
CODEBOOK = Codebook.model_validate(
    {
        "debate": "bus",
        "parties": [
            {"id": "carrier", "name": {"nl": "de vervoerder", "en": "the bus company"}},
            {"id": "city-hall", "name": {"nl": "de gemeente", "en": "the city"}},
            {"id": "other", "name": {"nl": "een ander", "en": "another party"}},
        ],
    }
)
STANCES = ["no_blame", "blame_other", "blame_both", "blame_city-hall", "blame_carrier"]
PARTIES = ["other", "carrier", "city-hall"]
TONES = ["positive", "negative", "neutral"]
MULTI = "multi_label_classification"

Logits = Callable[[Any], Sequence[float]]


class FakePipe:
    """A text-classification pipeline of transformers: the same call, the same return, likeliest label first."""

    def __init__(self, labels: Sequence[str], logits: Logits, problem: str | None = None, **config: Any) -> None:
        self._labels, self._logits = labels, logits
        self.model = SimpleNamespace(
            config=SimpleNamespace(id2label=dict(enumerate(labels)), problem_type=problem, **config)
        )
        self.tokenizer = SimpleNamespace(model_max_length=512)
        self.asked: list[Any] = []
        self.told: list[dict[str, Any]] = []

    def __call__(self, inputs: list[Any], **settings: Any) -> list[list[dict[str, Any]]]:
        assert isinstance(inputs, list) and settings["top_k"] is None and settings["function_to_apply"] == "none"
        self.asked += inputs
        self.told.append(settings)
        rows = [zip(self._labels, self._logits(one), strict=True) for one in inputs]
        return [sorted(({"label": a, "score": s} for a, s in row), key=lambda e: -float(e["score"])) for row in rows]


def one(reader: Reader, text: str) -> Answer:
    (answer,) = reader.answer([Question(text)])
    return answer


def p(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


# --- a fine-tuned classifier: blame -----------------------------------------------------------------------------


def test_labels_that_do_not_exclude_one_another_are_log_odds() -> None:
    pipe = FakePipe(PARTIES, lambda _: [-3.0, 2.0, 0.5], MULTI)
    reader = classifier("x", BLAME, CODEBOOK, PARAMS, pipe)
    assert one(reader, "Te laat.").blame == (2.0, 0.5, -3.0)  # in the codebook's order
    assert reader.tells == {BLAME} and one(reader, "Te laat.").tone is None


def test_stances_are_shared_out_over_the_parties_that_they_blame() -> None:
    odds = [2.0, 1.0, 4.0, 1.0, 2.0]  # of STANCES
    answer = one(
        classifier("x", BLAME, CODEBOOK, PARAMS, FakePipe(STANCES, lambda _: [math.log(o) for o in odds])), "Te laat."
    )
    assert [round(p(odds), 3) for odds in answer.blame or ()] == [0.6, 0.5, 0.1]  # (2 + 4) / 10, (1 + 4) / 10, 1 / 10


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (["carrier", "city_hall", "other"], MULTI),
        (["Carrier", "CITY HALL", "Other"], MULTI),
        (["De vervoerder", "the city", "een ander"], MULTI),
        (["blame_carrier", "blame_city-hall", "blame_other", "no_blame"], MULTI),
        (["carrier", "city-hall", "other", "no_blame"], None),
        (["carrier", "city-hall", "other", "No blame"], "single_label_classification"),
        (["carrier", "city-hall", "other", "blame_both", "no-blame"], None),
    ],
)
def test_labels_are_party_ids_names_or_stances_however_they_are_written(labels: list[str], problem: str | None) -> None:
    pipe = FakePipe(labels, lambda _: [9.0, *[-9.0] * (len(labels) - 1)], problem)
    blame = one(classifier("x", BLAME, CODEBOOK, PARAMS, pipe), "Te laat.").blame
    assert blame is not None and [odds > 0 for odds in blame] == [True, False, False]


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (["carrier", "city-hall", "other", "king"], MULTI),
        (["carrier", "other"], MULTI),
        (["LABEL_0", "LABEL_1", "LABEL_2"], MULTI),
        (["carrier", "city-hall", "other"], None),  # nobody can be blamed nobody
        (["no_blame", "blame_carrier", "blame_city-hall", "blame_both"], None),  # nothing for other
    ],
)
def test_labels_that_do_not_say_who_is_blamed_are_listed(labels: list[str], problem: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        classifier("x", BLAME, CODEBOOK, PARAMS, FakePipe(labels, lambda _: [], problem))
    assert ", ".join(labels) in str(caught.value)
    assert "carrier, city-hall, other" in str(caught.value) and "no_blame" in str(caught.value)


def test_labels_of_one_name_cannot_be_told_apart() -> None:
    with pytest.raises(UsageError, match="two of its labels have one name: carrier, other, carrier, city-hall"):
        classifier(
            "x", BLAME, CODEBOOK, PARAMS, FakePipe(["carrier", "other", "carrier", "city-hall"], lambda _: [], MULTI)
        )


# --- a fine-tuned classifier: tone ------------------------------------------------------------------------------

STARS = ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"]


@pytest.mark.parametrize(
    ("labels", "odds", "expected"),
    [
        (TONES, [1, 6, 3], [0.6, 0.3, 0.1]),
        (["NEGATIVE", "Neutral", "positive"], [6, 3, 1], [0.6, 0.3, 0.1]),
        (["POS", "NEU", "NEG"], [1, 3, 6], [0.6, 0.3, 0.1]),
        (["negatief", "neutraal", "positief"], [6, 3, 1], [0.6, 0.3, 0.1]),
        (["LABEL_0", "LABEL_1", "LABEL_2"], [6, 3, 1], [0.6, 0.3, 0.1]),
        (["LABEL_2", "LABEL_1", "LABEL_0"], [1, 3, 6], [0.6, 0.3, 0.1]),
        (STARS, [4, 1, 2, 1, 2], [0.5, 0.2, 0.3]),
        (["Very Negative", "Negative", "Neutral", "Positive", "Very Positive"], [4, 1, 2, 1, 2], [0.5, 0.2, 0.3]),
    ],
)
def test_tone_is_the_share_of_a_tones_labels(labels: list[str], odds: list[float], expected: list[float]) -> None:
    reader = classifier("x", TONE, CODEBOOK, PARAMS, FakePipe(labels, lambda _: [math.log(o) for o in odds]))
    answer = one(reader, "Te laat.")
    assert [math.exp(score) for score in answer.tone or ()] == pytest.approx(expected, abs=1e-3)
    assert answer.blame is None and answer.evidence == () and reader.tells == {TONE}


@pytest.mark.parametrize(
    "labels",
    [
        ["negative", "positive"],
        ["negative", "neutral", "positive", "mixed"],
        ["LABEL_0", "LABEL_1"],
        ["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4"],
        ["LABEL_1", "LABEL_2", "LABEL_3"],
        [*STARS[:4], "6 stars"],
        ["anger", "joy", "fear"],
    ],
)
def test_labels_that_do_not_say_the_tone_are_listed(labels: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        classifier("x", TONE, CODEBOOK, PARAMS, FakePipe(labels, lambda _: []))
    assert ", ".join(labels) in str(caught.value) and "negative, neutral, positive" in str(caught.value)


# --- evidence, and long comments --------------------------------------------------------------------------------

TEXT = "De bus kwam niet. De gemeente graaft alweer. Wie belt er?"


def sees(text: str) -> list[float]:
    """carrier where there is a bus, city-hall where there is digging; a whole comment is half as sure."""
    half = 0.5 if text.count(".") > 1 else 1.0
    return [half * (2.0 if "bus" in text else -5.0), half * (4.0 if "graaft" in text else -5.0), -2.0]


def test_evidence_is_the_sentence_that_blames_a_likely_party_most() -> None:
    pipe = FakePipe(["carrier", "city-hall", "other"], sees, MULTI)
    answer = one(classifier("x", BLAME, CODEBOOK, PARAMS, pipe), TEXT)
    assert answer.blame == (1.0, 2.0, -2.0)
    assert [(party, TEXT[a:b], score) for party, a, b, score in answer.evidence] == [
        ("carrier", "De bus kwam niet.", round(p(2), 4)),
        ("city-hall", "De gemeente graaft alweer.", round(p(4), 4)),
    ]
    assert pipe.asked == [TEXT, "De bus kwam niet.", "De gemeente graaft alweer.", "Wie belt er?"]


def test_no_sentence_is_asked_about_where_nobody_is_likely_to_be_blamed() -> None:
    pipe = FakePipe(["carrier", "city-hall", "other"], lambda _: [-0.9, -3.0, -5.0], MULTI)  # p(-0.9) is 0.29
    assert one(classifier("x", BLAME, CODEBOOK, PARAMS, pipe), TEXT).evidence == () and pipe.asked == [TEXT]


def test_a_single_sentence_is_its_own_evidence_without_being_asked_about_again() -> None:
    pipe = FakePipe(["carrier", "city-hall", "other"], lambda _: [-0.8, -3.0, -5.0], MULTI)  # p(-0.8) is 0.31
    answer = one(classifier("x", BLAME, CODEBOOK, PARAMS, pipe), "  De bus kwam niet. ")
    assert answer.evidence == (("carrier", 2, 19, 0.31),) and len(pipe.asked) == 1


def test_a_long_comment_is_read_whole() -> None:
    filler = "Er stond iemand bij de halte te wachten. " * 60
    pipe = FakePipe(["carrier", "city-hall", "other"], sees, MULTI)
    text = filler + "De gemeente graaft alweer."
    answer = one(classifier("x", BLAME, CODEBOOK, PARAMS, pipe), text)
    assert answer.blame is not None and answer.blame[1] == 2.0
    assert all(len(asked) <= PIECE_CHARACTERS for asked in pipe.asked)
    assert [text[a:b] for _, a, b, _ in answer.evidence] == ["De gemeente graaft alweer."]


def test_the_tone_of_a_long_comment_is_that_of_its_pieces_by_their_length() -> None:
    pipe = FakePipe(["negative", "neutral", "positive"], lambda text: [3.0 if "x" in text else -3.0, 0.0, 0.0])
    reader = classifier("x", TONE, CODEBOOK, PARAMS, pipe)
    sad, glad = (one(reader, f"{'x' * bad}.\n{'o' * good}.").tone for bad, good in ((1100, 200), (200, 1100)))
    assert len(pipe.asked) == 4
    assert sad is not None and glad is not None and sad[0] > sad[1] + 1 and glad[0] < glad[1] - 1


@pytest.mark.parametrize(
    "text", ["", "   ", "👍", "een", "woord " * 1000, "w" * 5000, "Ja. " * 1000, "half \ud83d. " * 300, "a\nb\n" * 900]
)
def test_pieces_hold_every_letter_once_and_are_short(text: str) -> None:
    spans = pieces(text)
    assert spans and all(end - start <= PIECE_CHARACTERS for start, end in spans)
    assert [end for _, end in spans[:-1]] <= [start for start, _ in spans[1:]]
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


def test_a_comment_without_words_or_with_half_a_character_is_answered() -> None:
    pipe = FakePipe(["carrier", "city-hall", "other"], sees, MULTI)
    reader = classifier("x", BLAME, CODEBOOK, PARAMS, pipe)
    assert len(list(reader.answer([Question(""), Question("half \ud83d teken")]))) == 2
    assert "half \ufffd teken" in pipe.asked


def test_answers_come_one_by_one() -> None:
    pipe = FakePipe(["negative", "neutral", "positive"], lambda _: [0.0, 0.0, 0.0])
    reading = classifier("x", TONE, CODEBOOK, PARAMS, pipe).answer([Question("a"), Question("b")])
    next(reading)
    assert pipe.asked == ["a"]


@pytest.mark.parametrize(
    ("tokenizer", "config", "limit"),
    [
        ({"model_max_length": 256}, {}, 256),
        ({"model_max_length": 10**30}, {"max_position_embeddings": 514}, 512),
        ({}, {}, 512),
    ],
)
def test_a_model_is_given_no_more_than_it_can_read(
    tokenizer: dict[str, int], config: dict[str, int], limit: int
) -> None:
    pipe = FakePipe(TONES, lambda _: [0.0, 0.0, 0.0], **config)
    pipe.tokenizer = SimpleNamespace(**tokenizer)
    one(classifier("x", TONE, CODEBOOK, PARAMS, pipe), "Te laat.")
    assert pipe.told == [{"top_k": None, "function_to_apply": "none", "truncation": True, "max_length": limit}]


# --- inference --------------------------------------------------------------------------------------------------

NLI = ["contradiction", "neutral", "entailment"]


def infers(pair: dict[str, str]) -> list[float]:
    """Entailed where the hypothesis names whom the text names; English hypotheses are understood half as well."""
    text, hypothesis = pair["text"], pair["text_pair"]
    strength = 4.0 if hypothesis.startswith("De ") else 2.0
    named = any(
        a in text and any(n in hypothesis for n in b)
        for a, b in (("graaft", ("gemeente", "city")), ("Mooi", ("positi",)))
    )
    return [-strength, 0.0, strength] if named else [strength, 0.0, -strength]


def test_blame_is_entailment_less_contradiction_of_a_hypothesis_a_party_in_two_languages() -> None:
    pipe = FakePipe(NLI, infers)
    reader = zero_shot("x", BLAME, CODEBOOK, PARAMS, pipe)
    answer = one(reader, TEXT)
    assert answer.blame == (-6.0, 6.0, -6.0)  # the mean of 8 and 4
    assert [pair["text_pair"] for pair in pipe.asked[:6]] == [
        "De schrijver houdt de vervoerder verantwoordelijk.", "De schrijver houdt de gemeente verantwoordelijk.",
        "De schrijver houdt een ander verantwoordelijk.", "The author holds the bus company responsible.",
        "The author holds the city responsible.", "The author holds another party responsible.",
    ]  # fmt: skip
    assert [(party, TEXT[a:b]) for party, a, b, _ in answer.evidence] == [("city-hall", "De gemeente graaft alweer.")]
    assert {told["truncation"] for told in pipe.told} == {"only_first"}  # the hypothesis stays whole


def test_tone_is_by_three_hypotheses_whose_entailment_is_compared() -> None:
    answer = one(zero_shot("x", TONE, CODEBOOK, PARAMS, FakePipe(NLI, infers)), "Mooi zo!")
    assert answer.tone == (-3.0, -3.0, 3.0) and answer.blame is None


@pytest.mark.parametrize("labels", [["entailment", "not_entailment"], ["ENTAILMENT", "NEUTRAL", "CONTRADICTION"]])
def test_labels_of_inference_however_they_are_written(labels: list[str]) -> None:
    pipe = FakePipe(labels, lambda _: [1.0, -1.0] if len(labels) == 2 else [1.0, 9.0, -1.0])
    assert one(zero_shot("x", BLAME, CODEBOOK, PARAMS, pipe), "Te laat.").blame == (2.0, 2.0, 2.0)


@pytest.mark.parametrize("labels", [["LABEL_0", "LABEL_1", "LABEL_2"], ["entailment", "neutral"], TONES])
def test_a_model_that_does_not_infer_is_refused(labels: list[str]) -> None:
    with pytest.raises(UsageError, match="entailment and contradiction") as caught:
        zero_shot("x", BLAME, CODEBOOK, PARAMS, FakePipe(labels, lambda _: []))
    assert ", ".join(labels) in str(caught.value)


# --- names, and the library -------------------------------------------------------------------------------------


def hf_name(
    labels: Sequence[str] = PARTIES, problem: str | None = MULTI, commit: str | None = "a1", name: str = "x"
) -> str:
    return classifier(name, BLAME, CODEBOOK, PARAMS, FakePipe(labels, lambda _: [], problem, _commit_hash=commit)).name


def test_a_name_stands_for_weights_labels_and_task() -> None:
    tone = classifier("x", TONE, CODEBOOK, PARAMS, FakePipe(TONES, lambda _: [], _commit_hash="a1")).name
    names = [
        hf_name(),
        hf_name(PARTIES[::-1]),
        hf_name([*PARTIES, "no_blame"], None),
        hf_name(commit="b2"),
        hf_name(name="y"),
        tone,
    ]
    assert len(set(names)) == len(names) and names[0].startswith("hf:x@") and hf_name() == names[0]


def test_a_name_of_an_inference_model_stands_for_the_parties_names() -> None:
    def named(codebook: Codebook, task: str = BLAME) -> str:
        return zero_shot("x", task, codebook, PARAMS, FakePipe(NLI, infers)).name

    other = CODEBOOK.model_copy(update={"parties": CODEBOOK.parties[:2]})
    assert named(CODEBOOK).startswith("nli:x@")
    assert len({named(CODEBOOK), named(other), named(CODEBOOK, TONE)}) == 3
    assert named(CODEBOOK, TONE) == named(other, TONE)  # tone asks nothing of a codebook


def test_weights_trained_anew_in_the_same_folder_have_another_name(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"one")
    before = hf_name(name=str(tmp_path))
    assert hf_name(name=str(tmp_path)) == before
    weights.write_bytes(b"two")
    assert hf_name(name=str(tmp_path)) != before


@pytest.mark.parametrize(("kind", "make"), [("hf", classifier), ("nli", zero_shot)])
def test_without_the_library_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, kind: str, make: Callable[..., Reader]
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)  # importing it fails
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace())
    with pytest.raises(UsageError, match=rf'{kind}:absent needs .*pip install "standpunt\[transformers\]"'):
        make("absent", BLAME, CODEBOOK, PARAMS)


def test_a_model_that_is_not_there_is_a_mistake_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    def pipeline(task: str, model: str) -> None:
        raise OSError(f"{model} is not a local folder and is not a valid model identifier\nlisted on ...")

    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "transformers", SimpleNamespace(pipeline=pipeline))
    with pytest.raises(UsageError, match=r"hf:gone cannot be loaded: gone is not a local folder .* identifier$"):
        classifier("gone", TONE, CODEBOOK, PARAMS)


def test_a_model_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[tuple[str, str]] = []

    def pipeline(task: str, model: str) -> FakePipe:
        loaded.append((task, model))
        return FakePipe(NLI, infers)

    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "transformers", SimpleNamespace(pipeline=pipeline))
    huggingface.load.cache_clear()
    for task in (BLAME, TONE):
        zero_shot("once", task, CODEBOOK, PARAMS)
    huggingface.load.cache_clear()
    assert loaded == [("text-classification", "once")]


@pytest.mark.skipif(not importlib.util.find_spec("transformers"), reason="transformers is an extra")
def test_the_real_library_has_the_interface_that_the_fake_one_has(tmp_path: Path) -> None:
    tiny_model(tmp_path / "blame", PARTIES, MULTI)
    tiny_model(tmp_path / "nli", NLI, None)
    for make, folder in ((classifier, "blame"), (zero_shot, "nli")):
        reader = make(str(tmp_path / folder), BLAME, CODEBOOK, PARAMS)
        first, again = (list(reader.answer([Question(TEXT), Question("bus " * 3000), Question("")])) for _ in range(2))
        assert first == again and all(len(a.blame or ()) == 3 for a in first)
    assert len(set(first[0].blame or ())) == 3


def tiny_model(folder: Path, labels: Sequence[str], problem: str | None) -> None:
    """A network of chance weights, saved as transformers saves its models."""
    import tokenizers
    import torch
    import transformers

    torch.manual_seed(1)
    words = {
        word: i
        for i, word in enumerate(
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "bus", "de", "gemeente", "the", "city", "another"]
        )
    }
    rules = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    rules.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    rules.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=rules, unk_token="[UNK]", pad_token="[PAD]")
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, initializer_range=0.3, problem_type=problem, id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
