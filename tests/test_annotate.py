"""annotate: what goes out in a sheet comes back as judgements, and nothing that was not meant."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import annotate, sheet, store
from pipeline.cli import cli
from pipeline.errors import UsageError
from pipeline.judgements import teaches
from pipeline.report.downloads import guard
from pipeline.tables import CLEAN, COMMENTS, STANCE, THREADS
from tests.labelled_project import Project, build

Rows = list[dict[str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return build(tmp_path / "p", 30)


def taken(
    project: Project, number: int = 5, how: str = "random", annotator: str = "kim", name: str = "sheet.csv"
) -> Rows:
    """A sheet as a spreadsheet shows it: its rows by the first word of each head."""
    path = project.root / name
    annotate.take(project.root, path, number, how, annotator)
    return parsed(path)


def parsed(path: Path) -> Rows:
    rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
    names = [head.split(" ")[0] for head in next(rows)]
    return [dict(zip(names, row, strict=True)) for row in rows]


def given_back(
    project: Project, rows: Rows, annotator: str = "kim", delimiter: str = ",", name: str = "sheet.csv"
) -> annotate.Given:
    """Save rows as a spreadsheet would, and give them back."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path = project.root / name
    path.write_bytes(file.getvalue().encode("utf-8-sig"))
    return annotate.give(project.root, path, annotator)


def judgements(project: Project, annotator: str = "kim") -> dict[str, dict[str, object]]:
    path = project.root / f"data/raw/annotations/{annotator}.jsonl"
    return (
        {row["comment_id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
        if path.exists()
        else {}
    )


def test_a_sheet_goes_out_and_comes_back(project: Project) -> None:
    rows = taken(project)
    assert (
        (project.root / "sheet.csv")
        .read_bytes()
        .startswith(b'\xef\xbb\xbfcomment_id,thread,parent,text,"blames (buur+kat+other:')
    )
    assert all(row["thread"] == "'=Draad" and row["text"].startswith("Reactie") for row in rows)
    assert {row["parent"] for row in rows if row["comment_id"] != "c0000"} == {
        "Reactie 0 over de kat, de buren en één heg."
    }
    rows[0] |= {"blames": "Kat + buur", "tone": "Negative", "evidence": "over de  kat"}
    rows[1] |= {"blames": "–", "tone": "neutral"}
    rows[2] |= {"blames": "buur+kat", "tone": "positive", "evidence": "kat: de kat | buur: de buren"}
    given = given_back(project, rows)
    assert (given.new, given.changed, given.same, given.skipped) == (3, 0, 0, 2)
    found = judgements(project)
    one, two, three = (found[row["comment_id"]] for row in rows[:3])
    assert one["blames"] == ["buur", "kat"]
    assert (one["sentiment"], one["sampled"], one["annotator"], one["constructed"]) == (
        "negative",
        "random",
        "kim",
        False,
    )
    assert {e["party"] for e in one["evidence"]} == {"buur", "kat"}
    assert two["blames"] == [] and two["evidence"] == []
    assert "text" not in one and "de kat" not in json.dumps(list(found.values()))
    text = rows[2]["text"]
    for entry, words in zip(three["evidence"], ("de buren", "de kat"), strict=True):
        start, end, _ = entry["span"].split(":")
        assert text[int(start) : int(end)] == words
    table = store.read_annotations(project.root)
    assert table.height == 3 and set(table["debate"]) == {"tuin"} and set(table["language"]) == {"nl"}


def test_a_judgement_of_the_same_comment_replaces_the_former(project: Project) -> None:
    rows = taken(project)
    for row in rows:
        row |= {"blames": "-", "tone": "neutral"}
    given_back(project, rows)
    path = project.root / "data/raw/annotations/kim.jsonl"
    before = path.read_bytes()
    assert given_back(project, rows, delimiter=";").same == 5  # as Dutch spreadsheets save it
    assert path.read_bytes() == before
    rows[3] |= {"blames": "kat"}
    given = given_back(project, rows)
    assert (given.new, given.changed, given.same) == (0, 1, 4)
    assert judgements(project)[rows[3]["comment_id"]]["blames"] == ["kat"]
    assert given_back(project, rows, annotator="lou").new == 5
    assert store.read_annotations(project.root).height == 10


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ({"blames": "hond"}, "party 'hond' is unknown; known are buur, kat, other"),
        ({"blames": ""}, "blames is empty"),
        ({"tone": "boos"}, "tone 'boos'"),
        ({"tone": ""}, "the tone is missing"),
        ({"comment_id": "c9999"}, "no comment 'c9999'"),
        ({"text": "Reactie 1 over de hond."}, "the text is not what the corpus says"),
        ({"evidence": "de hond"}, "'de hond' is no part of the text"),
        ({"blames": "-", "evidence": "de kat"}, "blames says nobody"),
        ({"sampled": "active"}, "`sampled` or `check`"),
        ({"sampled": ""}, "`sampled` or `check`"),
        ({"check": "k1"}, "`sampled` or `check`"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_taken_in(project: Project, spoil: dict[str, str], says: str) -> None:
    rows = taken(project)
    for row in rows[:3]:
        row |= {"blames": "kat", "tone": "negative"}
    rows[2] |= spoil
    with pytest.raises(UsageError) as caught:
        given_back(project, rows)
    assert "line 4 (row 4)" in str(caught.value) and says in str(caught.value)
    assert not judgements(project)


def test_the_line_is_that_of_the_file_where_texts_have_several(tmp_path: Path) -> None:
    project = build(tmp_path / "p", 6, text="Een regel.\r\nNog een regel.\n\nEn één.")
    rows = taken(project, 3)
    rows[0] |= {"blames": "kat", "tone": "negative", "evidence": "regel. Nog een"}
    rows[1] |= {"blames": "kat", "tone": "?"}
    with pytest.raises(UsageError, match=r"line 6 \(row 3\)"):
        given_back(project, [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in rows])
    with pytest.raises(UsageError, match="is judged in line 2 too"):
        given_back(project, [rows[0], rows[0]])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"comment_id,text\r\nc1,x\r\n", "not the header"),
        (b"", "not the header"),
        (b'comment_id,thread,parent,text,blames,tone,evidence,sampled,check\r\nc1,"x', "line 2"),
    ],
)
def test_what_is_no_sheet_is_refused(project: Project, data: bytes, says: str) -> None:
    (project.root / "x.csv").write_bytes(data)
    with pytest.raises(UsageError, match=says):
        annotate.give(project.root, project.root / "x.csv", "kim")


def test_a_random_sample_goes_on_where_it_stopped(project: Project) -> None:
    first = [row["comment_id"] for row in taken(project, 8, name="a.csv")]
    assert first == [row["comment_id"] for row in taken(project, 8, name="b.csv", annotator="lou")]
    assert first != sorted(first)
    project.label(first[:6])
    more = [row["comment_id"] for row in taken(project, 40, name="c.csv")]
    assert more[:2] == first[6:]
    assert set(more) | set(first) == set(project.ids)
    project.label(project.ids)
    with pytest.raises(UsageError, match="kim has judged every comment"):
        taken(project, name="d.csv")


def test_chance_asks_again_about_what_was_judged_for_being_unsure(project: Project) -> None:
    """Else the random sample would lack just the comments that are hard."""
    first = [row["comment_id"] for row in taken(project, 8, name="a.csv")]
    project.label(first[:2], sampled="active")
    again = taken(project, 8, name="b.csv")
    assert [row["comment_id"] for row in again] == first
    for row in again:
        row |= {"blames": "-", "tone": "neutral"}
    given_back(project, again)
    assert {row["sampled"] for row in judgements(project).values()} == {"random"}


def test_what_was_drawn_at_random_stays_random(project: Project) -> None:
    active = taken(project, 30, how="active", name="a.csv")
    random = taken(project, 30, name="b.csv")
    for rows in (random, active):
        for row in rows:
            row |= {"blames": "-", "tone": "neutral"}
        given_back(project, rows)
    assert {row["sampled"] for row in judgements(project).values()} == {"random"}


def test_active_asks_for_the_least_sure_of_authors_that_teach(project: Project) -> None:
    rows = [row["comment_id"] for row in taken(project, 4, how="active")]
    author = dict(zip(project.ids, project.authors, strict=True))
    assert all(teaches(author[one]) for one in rows)
    p = {
        one: [e["p"] for e in row]
        for one, row in store.read_table(project.root, STANCE).select("comment_id", "p").iter_rows()
    }
    sure = {one: (1 - a) * (1 - b) * (1 - c) for one, (a, b, c) in p.items() if teaches(author[one])}
    assert rows == sorted(sure, key=lambda one: sure[one])[:4]
    project.label(rows[:2], sampled="random")
    assert not {row["comment_id"] for row in taken(project, 4, how="active", name="b.csv")} & set(rows[:2])


def test_what_is_not_analysed_is_not_asked_about(project: Project) -> None:
    clean = store.read_table(project.root, CLEAN).with_columns(
        pl.col("comment_id").is_in(project.ids[:10]).not_().alias("kept"),
        pl.col("comment_id").is_in(project.ids[10:20]).alias("no_text"),
    )
    store.write_table(project.root, CLEAN, {"s": clean})
    assert {row["comment_id"] for row in taken(project, 30)} == set(project.ids[20:])


def test_constructed_comments_are_asked_about_only_where_there_are_no_others(tmp_path: Path) -> None:
    project = build(tmp_path / "p", 10, provenance="constructed")
    rows = taken(project, 10)
    rows[0] |= {"blames": "-", "tone": "neutral"}
    given_back(project, rows)
    assert [row["constructed"] for row in judgements(project).values()] == [True]
    real = project.ids[:4]
    threads, moved = (
        store.read_table(project.root, THREADS),
        pl.when(pl.col("comment_id").is_in(real)).then(pl.lit("t2")),
    )
    more = threads.with_columns(pl.lit("t2").alias("thread_id"), pl.lit("imported").alias("provenance"))
    store.write_table(project.root, THREADS, {"s": pl.concat([threads, more])})
    for table in (CLEAN, COMMENTS):
        split = store.read_table(project.root, table).with_columns(moved.otherwise("thread_id").alias("thread_id"))
        store.write_table(project.root, table, {"s": split})
    assert {row["comment_id"] for row in taken(project, 10, annotator="lou", name="b.csv")} == set(real)


@pytest.mark.parametrize("first", ["=1+1", "+31 6", "-tje", "@jan", "\tin", "'=al", "\u200b=", " =x", "'t is"])
def test_texts_that_begin_like_a_formula_survive_the_trip(tmp_path: Path, first: str) -> None:
    text = f"{first} zegt hij over de kat"
    project = build(tmp_path / "p", 2, text=text)
    rows = taken(project, 2)
    assert rows[0]["text"] == guard(text)
    rows[0] |= {"blames": "kat", "tone": "negative", "evidence": guard(first)}
    rows[1] |= {
        "text": text,
        "blames": "kat",
        "tone": "negative",
        "evidence": first.strip(),
    }  # a spreadsheet that takes it off
    assert given_back(project, rows).new == 2


@settings(max_examples=60)
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_unguard_takes_off_what_guard_put_on(text: str) -> None:
    assert sheet.unguard(guard(text)) == text or text.startswith("'")


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda p, f: annotate.take(p.root, f, 5, "random", "Kim de Wit"), "small letters"),
        (lambda p, f: annotate.take(p.root, f, 5, "random", "adjudicator"), "none of writer, second"),
        (lambda p, f: (f.write_text("mine"), annotate.take(p.root, f, 5, "random", "kim")), "is there already"),
        (lambda p, f: annotate.give(p.root, f, "kim"), "is not there"),
    ],
)
def test_wrong_usage_is_told(project: Project, act: Callable[[Project, Path], object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        act(project, project.root / "sheet.csv")


def test_the_file_of_somebody_else_is_left_alone(project: Project) -> None:
    rows = taken(project)
    rows[0] |= {"blames": "-", "tone": "neutral"}
    other = project.root / "data/raw/annotations/kim.jsonl"
    other.write_text('{"annotation_id": "g1", "annotator": "author", "comment_id": "c0001"}\n', "utf-8")
    with pytest.raises(UsageError, match="line 1: not a judgement by kim"):
        given_back(project, rows)
    assert "g1" in other.read_text("utf-8")


def test_nothing_is_given_while_another_changes_the_project(project: Project) -> None:
    rows = taken(project)
    rows[0] |= {"blames": "-", "tone": "neutral"}
    with store.lock(project.root), pytest.raises(UsageError, match="is changing"):
        given_back(project, rows)


def test_the_command_takes_and_gives(project: Project) -> None:
    run, place = CliRunner().invoke, ["--root", str(project.root)]
    path = str(project.root / "s.csv")
    done = run(cli, ["annotate", path, "--take", "3", "--json", *place])
    assert json.loads(done.stdout) == {"sheet": path, "rows": 3, "sampled": "random", "left": 27}
    done = run(cli, ["annotate", path, "--give", *place])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "3 rows without one skipped" in done.stderr
    assert isinstance(run(cli, ["annotate", path, *place]).exception, UsageError)
