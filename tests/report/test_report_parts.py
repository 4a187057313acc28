"""Downloads, catalogue, palette, places, charts: the parts that pages are made of."""

from __future__ import annotations

import csv
import io
import json
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.catalogue import LANGUAGES, load_catalogue
from pipeline.report.charts import Bar, embed, label, share_chart
from pipeline.report.downloads import FORMULA, as_csv, as_jsonl, guard
from pipeline.report.model import anchor_of, handles, thread_path
from pipeline.report.pages import TEMPLATES
from pipeline.report.palette import LIGHT, stance_colours
from pipeline.report.place import Place
from pipeline.report.stage import ASSETS
from pipeline.settings import Codebook


@given(st.text())
def test_no_cell_of_the_spreadsheet_begins_like_a_formula(text: str) -> None:
    assert str(guard(text))[:1] not in tuple(FORMULA)


@pytest.mark.parametrize("start", list("=+-@\t\r"))
def test_guarded_text_survives_a_round_trip(start: str) -> None:
    text = f'{start}1+1;"x"\n, é'
    rows = list(
        csv.DictReader(io.StringIO(as_csv([{"text": text, "score": -0.5}], ["text", "score"]).decode("utf-8-sig")))
    )
    assert rows[0]["text"].removeprefix("'").replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert float(rows[0]["score"]) == -0.5
    assert json.loads(as_jsonl([{"text": text}]))["text"] == text


@given(st.lists(st.text(), max_size=5))
def test_jsonl_is_one_line_a_row_whatever_the_text(texts: list[str]) -> None:
    lines = as_jsonl([{"text": text} for text in texts]).decode("ascii").splitlines()
    assert [json.loads(line)["text"] for line in lines] == texts


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    nl, en = (load_catalogue(language).texts for language in LANGUAGES)
    assert nl.keys() == en.keys()
    for key in nl:
        places = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in (nl[key], en[key])]
        assert places[0] == places[1], key


def test_every_text_that_a_template_asks_for_is_there() -> None:
    asked = {
        key
        for path in TEMPLATES.glob("*.html")
        for key in re.findall(r"\bt\('([a-z_.A-Z]+)'[,)]", path.read_text(encoding="utf-8"))
    }
    assert asked and asked <= load_catalogue("nl").texts.keys()


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [("nl", -0.204, "−0,20"), ("en", -0.204, "−0.20"), ("nl", -0.001, "0,00"), ("nl", 0.5, "+0,50")],
)
def test_scores_are_written_as_the_language_does(language: str, number: float, expected: str) -> None:
    assert load_catalogue(language).decimal(number, sign=True) == expected


def test_the_style_sheet_holds_the_colours_of_the_charts() -> None:
    light = (ASSETS / "site.css").read_text(encoding="utf-8").split("@media", 1)[0]
    found = dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{6})", light))
    assert {name: found.get(name) for name in LIGHT} == LIGHT
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_stances_keep_apart_colours_and_any_codebook_has_some() -> None:
    parties = [{"id": f"p{i}", "name": f"P{i}"} for i in range(8)] + [{"id": "other", "name": "else"}]
    codebook = Codebook.model_validate({"parties": parties})
    colours = stance_colours(codebook)
    assert list(colours) == codebook.stance_ids
    assert set(colours.values()) <= LIGHT.keys()
    assert len({colours[s] for s in codebook.stance_ids[:6]} | {colours["blame_other"], colours["no_blame"]}) == 8


@pytest.mark.parametrize(
    ("path", "language", "target", "expected"),
    [
        ("index.html", "nl", "threads/t.html", "threads/t.html"),
        ("threads/t.html", "nl", "index.html", "../index.html"),
        ("threads/t.html", "en", "camps.html", "../camps.html"),
    ],
)
def test_addresses_are_relative(path: str, language: str, target: str, expected: str) -> None:
    assert Place(path, language, "nl").url(target) == expected


def test_the_language_switch_leads_to_the_same_page() -> None:
    assert Place("threads/t.html", "nl", "nl").other("en") == "../en/threads/t.html"
    assert Place("threads/t.html", "en", "nl").other("nl") == "../../threads/t.html"
    assert Place("index.html", "en", "nl").shared("assets/site.css") == "../assets/site.css"


@pytest.mark.parametrize("thread_id", ["../x", "/etc/passwd", "con", "A B", "é", "x" * 300, "t\x00", "."])
def test_a_hostile_thread_id_is_a_harmless_file_name(thread_id: str) -> None:
    assert re.fullmatch(r"threads/t-[0-9a-f]{16}\.html", thread_path(thread_id))


@pytest.mark.parametrize("comment_id", ['x" onclick="y', "1", "a b", ""])
def test_a_hostile_comment_id_is_a_harmless_anchor(comment_id: str) -> None:
    assert re.fullmatch(r"c-[0-9a-f]{16}", anchor_of(comment_id))


@given(st.sets(st.text(min_size=1), max_size=60))
def test_no_two_authors_share_a_handle(authors: set[str]) -> None:
    assert len(set(handles(authors).values())) == len(authors)


def test_chart_json_cannot_end_its_element_and_labels_are_plain() -> None:
    assert not re.search("[<>&\u2028\u2029]", embed({"x": "</script>&\u2028\u2029é"}))
    assert label('<a href="javascript:x">m</a>\nn') == '&lt;a href="javascript:x"&gt;m&lt;/a&gt; n'
    bar = Bar("<b>x</b>", 0.3, 0.1, 0.5, "30%", "--p1", "comments-real.html#stance=x")
    spec = json.loads(share_chart("fig", [bar]).spec)
    assert spec["layout"]["annotations"][0]["text"].startswith("&lt;b&gt;x")
    assert spec["data"][0]["error_x"]["array"] == [pytest.approx(0.2)]
