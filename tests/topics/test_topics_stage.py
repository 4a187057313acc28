"""The stage whole: tables in, tables out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.engine import Summary
from pipeline.store import read_table, write_table
from pipeline.tables import CLEAN, TOPIC_INFO, TOPICS
from pipeline.topics.stage import run
from pipeline.topics.vectors import VectorError

STANCES = ["blame_buren", "blame_bestuur", "?blame_buren"]


def _bytes(root: Path) -> list[bytes]:
    return [(root / f"data/processed/{t.name}/all.parquet").read_bytes() for t in (TOPICS, TOPIC_INFO)]


def _tables(root: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    return read_table(root, TOPICS), read_table(root, TOPIC_INFO)


def test_topics_of_corpus_and_camps(tmp_path: Path, write_corpus: Callable, themed: Callable, algorithm: str) -> None:
    texts, vectors, themes = themed(30)
    stances = [STANCES[0 if i % 5 else 2] if theme != "tuin" else STANCES[1] for i, theme in enumerate(themes)]
    write_corpus(tmp_path, texts, vectors, stances=stances, algorithm=algorithm)
    summary = run(tmp_path)
    topics, info = _tables(tmp_path)

    assert isinstance(summary, Summary) and summary.complete
    assert (summary.rows_in, summary.kept) == (90, 90)
    whole = topics.filter(scope="real")
    assert whole["comment_id"].to_list() == sorted(whole["comment_id"])
    assert whole.height == 90
    # a comment without a label is in no camp
    assert topics.filter(scope="real/blame_buren").height == sum(s == STANCES[0] for s in stances)
    assert set(topics["scope"]) == {"real", "real/blame_buren", "real/blame_bestuur"}
    assert "real/no_blame: too few comments (0 of 20)" in summary.notes

    words = {theme: set(pytest.importorskip("conftest").THEMES[theme]) for theme in set(themes)}
    of_topic = dict(zip(whole["comment_id"], whole["topic_id"], strict=True))
    for row in info.filter(scope="real").iter_rows(named=True):
        inside = [themes[int(comment[-4:])] for comment, topic in of_topic.items() if topic == row["topic_id"]]
        assert row["size"] == len(inside) >= 8
        assert len(set(inside)) == 1  # a topic is of one theme, and named by its words
        assert set(row["label"].split(" · ")) <= words[inside[0]]
        assert row["label"].split(" · ") == row["terms"][:3]
        assert len(row["representatives"]) == len(set(row["representatives"])) == 3
        assert {of_topic[comment] for comment in row["representatives"]} == {row["topic_id"]}
        shares = {share["stance"]: share["share"] for share in row["stance_shares"]}
        assert list(shares) == ["blame_buren", "blame_bestuur", "blame_both", "blame_other", "no_blame", "abstained"]
        assert sum(shares.values()) == pytest.approx(1)
        assert (shares["blame_bestuur"] == 1) is (inside[0] == "tuin")
        assert 0 <= row["stability"] <= 1
    assert info.filter(scope="real").height >= 3
    outside = topics.filter(topic_id="-1")
    assert set(outside["probability"]) <= {0.0}
    assert set(topics["topic_id"]) - {"-1"} == set(info["topic_id"])


def test_corpora_never_share_a_topic(tmp_path: Path, write_corpus: Callable, themed: Callable) -> None:
    for source, provenance, seed in (("echt", "imported", 5), ("gemaakt", "constructed", 6)):
        texts, vectors, _ = themed(20, seed=seed)
        write_corpus(tmp_path, texts, vectors, provenance=provenance, source=source)
    run(tmp_path)
    topics, info = _tables(tmp_path)
    for corpus, source in (("real", "echt"), ("constructed", "gemaakt")):
        rows = topics.filter(pl.col("scope").str.starts_with(corpus))
        assert rows.height == 120  # the corpus and its one camp
        assert rows["comment_id"].str.contains(source).all()
    shared = set(info.filter(scope="real")["topic_id"]) & set(info.filter(scope="constructed")["topic_id"])
    assert not shared


def test_row_order_and_threads_change_nothing(
    tmp_path: Path, write_corpus: Callable, themed: Callable, algorithm: str
) -> None:
    import numba
    from threadpoolctl import threadpool_limits

    texts, vectors, _ = themed(25)
    order = np.random.default_rng(0).permutation(len(texts)).tolist()
    results = []
    for name, rows, threads in (("a", None, 1), ("b", order, min(2, numba.config.NUMBA_NUM_THREADS))):
        root = tmp_path / name
        root.mkdir()
        write_corpus(root, texts, vectors, order=rows, algorithm=algorithm)
        before = numba.get_num_threads()
        try:
            numba.set_num_threads(threads)
            with threadpool_limits(threads):
                run(root)
        finally:
            numba.set_num_threads(before)
        results.append(_bytes(root))
    assert results[0] == results[1]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 10, 20, 30, 39])
def test_too_few_comments_make_no_topics(n: int, tmp_path: Path, write_corpus: Callable, themed: Callable) -> None:
    texts, vectors, _ = themed(13)
    write_corpus(tmp_path, texts[:n], vectors[:n], stances=["blame_buren", "no_blame", "?no_blame"] * 13)
    summary = run(tmp_path)
    topics, info = _tables(tmp_path)
    assert topics.height == info.height == 0
    assert summary.complete
    assert (f"real: too few comments ({n} of 40)" in summary.notes) is (n > 0)


def test_a_low_minimum_invents_nothing(tmp_path: Path, write_corpus: Callable, themed: Callable) -> None:
    texts, vectors, _ = themed(5)
    write_corpus(tmp_path, texts, vectors, least=10)
    summary = run(tmp_path)
    topics, info = _tables(tmp_path)
    assert set(topics["topic_id"]) == {"-1"}
    assert info.height == 0
    assert "real: 0 topics in 15 comments, 100% in none" in summary.notes


def test_fifty_identical_comments(tmp_path: Path, write_corpus: Callable) -> None:
    write_corpus(tmp_path, ["Steeds hetzelfde orkest"] * 50, [np.ones(24)] * 50)
    run(tmp_path)
    topics, info = _tables(tmp_path)
    assert set(topics["topic_id"]) == {"-1"}
    assert info.height == 0


@pytest.mark.parametrize("text", ["", "  \n", "😅"])
def test_comments_without_text(text: str, tmp_path: Path, write_corpus: Callable) -> None:
    write_corpus(tmp_path, [text] * 50, [np.ones(24)] * 50, no_text=True)
    summary = run(tmp_path)
    assert summary.kept == 0
    assert summary.dropped["no text"] == 50
    assert _tables(tmp_path)[0].height == 0


def test_groups_without_a_word_are_no_topics(tmp_path: Path, write_corpus: Callable, themed: Callable) -> None:
    _, vectors, _ = themed(20)
    write_corpus(tmp_path, [f"😅 {i}" for i in range(60)], vectors)
    summary = run(tmp_path)
    topics, info = _tables(tmp_path)
    assert set(topics["topic_id"]) == {"-1"}
    assert info.height == 0
    assert "groups without a shared word left out" in summary.notes[0]


def test_what_was_dropped_is_not_looked_at(tmp_path: Path, write_corpus: Callable, themed: Callable) -> None:
    texts, vectors, _ = themed(14)
    write_corpus(tmp_path, texts, vectors)
    clean = read_table(tmp_path, CLEAN)
    flood = pl.when(pl.col("comment_id") > "c-proef-0030").then(pl.lit("flood"))
    write_table(tmp_path, CLEAN, {"proef": clean.with_columns(flood.is_null().alias("kept"), flood.alias("reason"))})
    summary = run(tmp_path)
    assert (summary.rows_in, summary.kept, summary.dropped["not kept"]) == (42, 31, 11)


@pytest.mark.parametrize("bad", [np.full(24, np.nan), np.zeros(24), np.ones(5)])
def test_an_unusable_vector_stops_the_stage(
    bad: np.ndarray, tmp_path: Path, write_corpus: Callable, themed: Callable
) -> None:
    texts, vectors, _ = themed(14)
    vectors[17] = bad
    write_corpus(tmp_path, texts, vectors)
    with pytest.raises(VectorError, match="comment c-proef-0017"):
        run(tmp_path)
    assert not (tmp_path / "data/processed/topics").exists()


def test_the_command_is_quiet(tmp_path: Path, write_corpus: Callable, themed: Callable) -> None:
    texts, vectors, _ = themed(14)
    write_corpus(tmp_path, texts[:19], vectors[:19])
    command = [sys.executable, "-m", "pipeline.cli", "topics", "--quiet", "--root", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_libraries_are_quiet(
    tmp_path: Path, write_corpus: Callable, themed: Callable, capfd: pytest.CaptureFixture[str]
) -> None:
    texts, vectors, _ = themed(15)
    write_corpus(tmp_path, texts, vectors)
    run(tmp_path)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
