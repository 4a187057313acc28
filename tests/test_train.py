"""train: what helps on labels that were not seen is kept, and nothing else."""

import json
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from pipeline import store, train
from pipeline.adapt import scales, unseen
from pipeline.cli import cli
from pipeline.encoder.calibrated import ADAPTED, adapted
from pipeline.errors import StandpuntError, UsageError
from pipeline.judgements import measuring, of_corpus, teaches, teaching, voiced
from pipeline.learning import Scale, StanceScale, ToneScale, sigmoid, softmax
from pipeline.settings import load_codebook
from pipeline.tables import ANNOTATIONS, ANSWERS, COMMENTS
from tests.labelled_project import CODEBOOK, PARTIES, Project, build, pretend_encoder

__all__ = ["pretend_encoder"]


@pytest.fixture(scope="module")
def biased(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = build(tmp_path_factory.mktemp("biased"), 400, bias=2.0)
    project.label(project.ids[:300])
    return project


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    return build(tmp_path, 201)


@pytest.mark.usefixtures("pretend_encoder")
def test_a_biased_scale_is_adapted_and_better_on_labels_that_it_did_not_see(biased: Project) -> None:
    trained = train.run(biased.root)
    assert trained.file == str(ADAPTED)
    for outcome in (trained.stance, trained.tone):
        assert outcome["kept"] == scales.CALIBRATION
        before, after = outcome["table"]["as shipped"], outcome["table"][scales.CALIBRATION]
        assert after["log_loss"] < before["log_loss"] - 0.1
        assert after["ece"] < before["ece"]
        assert after["log_loss_difference"][1] < 0
    assert trained.stance["table"][scales.CALIBRATION]["macro_f1_difference"][0] > 0
    made = adapted(biased.root)
    assert made is not None
    assert "300" not in made.note  # half of the authors teach
    assert f"{trained.labels} labels" in made.note and "grade A" in made.note
    own = made.stance.own["tuin"]
    assert set(own) == set(PARTIES)
    assert all(-2.6 < scale.offset < -1.4 and 0.7 < scale.slope < 1.3 for scale in own.values())
    assert made.stance.primary == Scale()
    assert trained.measuring + trained.random == 300

    # and truly: on comments that were never labelled
    answers = store.read_table(biased.root, ANSWERS).filter(pl.col("task") == "blame").sort("item_id")
    scores = np.asarray(answers["scores"].to_list())[300:]
    codebook = load_codebook(biased.root / "codebook.yaml")
    loss = [
        -np.log(np.where(biased.blamed[300:], p, 1 - p)).mean()
        for p in (made.stance.probabilities(scores, codebook), sigmoid(scores))
    ]
    assert loss[0] < loss[1] - 0.1


@pytest.mark.usefixtures("pretend_encoder")
def test_the_same_labels_are_the_same_bytes_whatever_the_other_authors_say(tmp_path: Path) -> None:
    one, two = (build(tmp_path / name, 120, bias=2.0) for name in "ab")
    one.label(one.ids)
    two.label([i for i, author in zip(two.ids, two.authors, strict=True) if teaches(author)])
    for project in (one, two):
        train.run(project.root)
    assert (one.root / ADAPTED).read_bytes() == (two.root / ADAPTED).read_bytes()


@pytest.mark.usefixtures("pretend_encoder")
def test_where_nothing_is_to_be_learned_nothing_is_kept_and_reset_takes_the_rest(fresh: Project) -> None:
    fresh.label(fresh.ids)
    store.write_json(fresh.root / ADAPTED, {"of": "before"})
    trained = train.run(fresh.root)
    assert (trained.file, trained.stance["kept"], trained.tone["kept"]) == (None, "as shipped", "as shipped")
    assert store.read_json(fresh.root / ADAPTED) == {"of": "before"}
    assert "stays" in " ".join(train.lines(trained))
    assert train.reset(fresh.root)
    assert not (fresh.root / ADAPTED).exists()
    assert not train.reset(fresh.root)


def test_noise_is_not_learned_from_by_chance() -> None:
    """Right scales, and features that mean nothing."""
    for seed in range(3):
        task, authors = _blame(60, seed)
        assert unseen.compare(task, _candidates(task, authors), authors, 100, seed).kept == unseen.SHIPPED


def test_a_head_is_kept_where_features_tell_what_scores_do_not() -> None:
    task, authors = _blame(400, 1, weight=1.0)
    outcome = unseen.compare(task, _candidates(task, authors), authors, 100, 1)
    assert outcome.kept == scales.HEAD
    assert outcome.scale is not None
    weights = np.asarray([scale.weights for scale in outcome.scale.own["tuin"].values()])
    assert weights[:, 0].min() > 0.5
    assert np.abs(weights[:, 1:]).max() < 0.4


def _blame(number: int, seed: int, weight: float = 0.0) -> tuple[scales.Blame, list[str]]:
    random = np.random.default_rng(seed)
    scores, features = random.normal(-1, 2, (number, 3)), random.normal(0, 1, (number, 3, 4))
    blamed = random.random((number, 3)) < sigmoid(scores + weight * features[:, :, 0])
    authors = [f"a{i}" for i in random.integers(0, number // 2, number)]
    return scales.Blame(scores, features, blamed, _codebook(), StanceScale()), authors


def _candidates(task: scales.Blame, authors: list[str]) -> dict[str, object]:
    return {scales.CALIBRATION: task.calibrated, scales.HEAD: lambda rows: task.with_head(rows, authors)}


def _codebook():
    from io import StringIO

    from ruamel.yaml import YAML

    from pipeline.settings import Codebook

    return Codebook.model_validate(YAML(typ="safe").load(StringIO(CODEBOOK)))


def test_no_author_is_on_both_sides() -> None:
    """Outer folds, inner folds: whoever is judged has taught nothing."""
    task, authors = _blame(120, 3)
    seen: list[set[str]] = []

    def spy(rows):
        seen.append({authors[row] for row in rows})
        return task.calibrated(rows)

    class Judge:
        shipped = task.shipped

        def said(self, scale, rows):
            if seen:
                assert not seen[-1] & {authors[row] for row in rows}
            return task.said(scale, rows)

    unseen.compare(Judge(), {"one": spy}, authors, 50, 0)
    assert len(seen) >= unseen.FOLDS
    folds = unseen.fold_of(authors, 5)
    assert all(len({fold for fold, who in zip(folds, authors, strict=True) if who == name}) == 1 for name in authors)
    assert max(np.bincount(folds)) - min(np.bincount(folds)) < 12


def test_no_correction_without_labels_and_the_right_one_with_many() -> None:
    random = np.random.default_rng(0)
    base, one = random.normal(0, 1, 20_000), np.ones(1)
    y = (random.random(20_000) < sigmoid(base + 0.8)).astype(np.int64)
    scores = np.stack([np.zeros_like(base), base], axis=1)
    design = np.stack([np.zeros((20_000, 1)), np.ones((20_000, 1))], axis=1)
    assert scales.correction(scores[:0], design[:0], y[:0], one) == pytest.approx([0])
    assert scales.correction(scores, design, y, one) == pytest.approx([0.8], abs=0.06)
    assert abs(scales.correction(scores, design, y, one * 0.001)[0]) < 0.01


def test_labels_that_contradict_the_encoder_do_not_turn_it_round() -> None:
    random = np.random.default_rng(0)
    scores = random.normal(0, 2, (300, 3))
    task = scales.Blame(scores, None, scores < 0, _codebook(), StanceScale())
    made = task.calibrated(np.arange(300))
    assert [scale.slope for scale in made.own["tuin"].values()] == [0.0, 0.0, 0.0]
    tones = scales.Tone(scores, scores.argmin(axis=1), ToneScale())
    assert np.ptp(tones.calibrated(np.arange(300)).weights) == 0


def test_a_tone_s_bias_is_found() -> None:
    random = np.random.default_rng(0)
    scores = random.normal(0, 1.5, (2_000, 3))
    tones = np.asarray([random.choice(3, p=p) for p in softmax(scores + np.asarray([1.0, 0.0, 0.0]))])
    bias = scales.Tone(scores, tones, ToneScale()).calibrated(np.arange(2_000)).bias
    assert bias[0] - bias[1] == pytest.approx(1.0, abs=0.2)


def test_macro_f1_of_a_draw_is_the_macro_f1() -> None:
    from pipeline.learning import macro_f1

    random = np.random.default_rng(0)
    true, said = (random.choice(["a", "b", "c"], 50) for _ in "xy")
    nothing = np.zeros((50, 1))
    weights = np.vstack([np.ones(50), np.r_[np.ones(25) * 2, np.zeros(25)]])
    got = unseen.macro_f1_of_draws(unseen.Said(true, said, nothing[:, 0], nothing, nothing > 0), weights)
    assert got == pytest.approx([macro_f1(list(true), list(said)), macro_f1(list(true[:25]), list(said[:25]))])


@pytest.mark.usefixtures("pretend_encoder")
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda p: p.label(p.ids[:30]), "at least 40 are needed"),
        (lambda p: (p.blamed.fill(False), p.label(p.ids)), "say no_blame; at least 5"),
        (lambda p: p.root.joinpath("params.yaml").write_text("edition: 2026-01-01\nstance: {model: 'hf:x'}\n"), "hf:x"),
    ],
)
def test_too_few_labels_are_refused(fresh: Project, spoil, says: str) -> None:
    spoil(fresh)
    with pytest.raises(UsageError) as caught:
        train.run(fresh.root)
    assert says in str(caught.value)
    assert not (fresh.root / ADAPTED).exists()


@pytest.mark.usefixtures("pretend_encoder")
def test_one_author_cannot_be_measured_by_others(tmp_path: Path) -> None:
    project = build(tmp_path, 200, writers=4)
    project.label(project.ids)
    with pytest.raises(UsageError, match="at least 5"):
        train.run(project.root)


def test_answers_of_another_encoder_are_not_learned_from(fresh: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.train.settings_of", lambda *_: {"files": {"lower.onnx": "another"}})
    monkeypatch.setattr("pipeline.train.shipped", lambda *_: None)
    fresh.label(fresh.ids)
    with pytest.raises(StandpuntError, match="has not read"):
        train.run(fresh.root)


@pytest.mark.usefixtures("pretend_encoder")
def test_two_thousand_labels_take_less_than_a_minute(tmp_path: Path) -> None:
    """Three parties and four of the encoder's sixteen features: about a third of the work, a tenth of the time allowed."""
    task, authors = _blame(2_000, 1, weight=0.5)
    began = time.process_time()
    unseen.compare(task, _candidates(task, authors), authors, 50, 1)
    assert time.process_time() - began < 20


# --- which labels teach ----------------------------------------------------------------------------------------


def _row(comment: str, annotator: str, blames: list[str], tone: str = "neutral", **more: object) -> dict[str, object]:
    return dict.fromkeys(ANNOTATIONS.columns) | {
        "annotation_id": f"{annotator}-{comment}", "comment_id": comment, "debate": "tuin", "blames": blames, "sentiment": tone,
        "evidence": [], "annotator": annotator, "sampled": "random", "constructed": False, **more,
    }  # fmt: skip


def test_one_label_a_comment_by_the_majority() -> None:
    table = ANNOTATIONS.frame([
        _row("c1", "ann", ["kat"], "negative"), _row("c1", "bob", [], sampled="active"), _row("c1", "cem", ["kat"], "positive"),
        _row("c2", "ann", ["kat", "buur"], sampled="active"), _row("c2", "bob", [], "positive", sampled="active"),
        _row("c3", "second", []), _row("c3", "adjudicator", []), _row("c4", "ann", ["hond"]), _row("c5", "ann", [], debate="zee"),
        _row("c6", "writer", [], text="woorden"),
    ])  # fmt: skip
    found = of_corpus(table, _codebook()).rows()
    assert found == [("c1", ["kat"], "positive", "random"), ("c2", [], "positive", "active")]


def test_an_author_teaches_or_measures_never_both(fresh: Project) -> None:
    fresh.label(fresh.ids)
    labels = voiced(of_corpus(store.read_annotations(fresh.root), _codebook()), store.read_table(fresh.root, COMMENTS))
    mine, theirs = teaching(labels), measuring(labels)
    assert not set(mine["author"]) & set(theirs["author"])
    assert mine.height + theirs.height == 201
    assert 60 < mine.height < 140
    assert [teaches(f"a-{i:016x}") for i in range(6)] == [teaches(f"a-{i:016x}") for i in range(6)]
    assert 450 < sum(teaches(f"a-{i:016x}") for i in range(1000)) < 550


@pytest.mark.usefixtures("pretend_encoder")
def test_the_command_tells_what_it_found(tmp_path: Path) -> None:
    project, place = build(tmp_path, 120, bias=2.0), ["--root", str(tmp_path)]
    project.label(project.ids)
    done = CliRunner().invoke(cli, ["train", *place])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "as shipped" in done.stderr and "kept: calibration" in done.stderr and "dvc repro" in done.stderr
    for found in (True, False):
        done = CliRunner().invoke(cli, ["train", "--reset", "--json", *place])
        assert json.loads(done.stdout) == {"reset": found}
    told = json.loads(CliRunner().invoke(cli, ["train", "--json", *place]).stdout)
    assert told["file"] == str(ADAPTED)
    assert set(told["stance"]["table"]["calibration"]) >= {"macro_f1", "log_loss", "ece", "log_loss_difference"}
