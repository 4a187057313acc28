"""Tables, dates and plain text: what people hand over, kept exactly or refused with the line."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.platforms import tabular
from pipeline.platforms.dates import Clock
from pipeline.platforms.text import markup_to_text


def _one(data: str | bytes) -> list[tuple[str | None, str | None, str | None, str]]:
    (page,) = tabular.read_csv(data if isinstance(data, bytes) else data.encode(), "x.csv")
    return [(c.platform_id, c.parent, c.author, c.text) for c in page.comments]


@pytest.mark.parametrize(
    "data",
    [
        "id,parent_id,author,text\n0012,,null,Ja\n9007199254740993,0012,NA,Nee\n",
        "\ufeffid;antwoord_op;auteur;reactie\r\n0012;;null;Ja\r\n9007199254740993;0012;NA;Nee",
        "ID\tParent\tNaam\tTekst\n0012\t0\tnull\tJa\n\n9007199254740993\t0012\tNA\tNee\n",
        'nr|reactie op|gebruiker|"bericht"\n"0012"||"null"|Ja\n9007199254740993|0012|NA|"Nee"\n',
        "id,parent_id,author,text\n00\0" + "12,,null,Ja\n9007199254740993,0012,NA,Nee\n",
    ],
)
def test_csv_dialects_names_and_ids(data):
    assert _one(data) == [("0012", None, "null", "Ja"), ("9007199254740993", "0012", "NA", "Nee")]


def test_csv_quoted_line_breaks_and_windows_letters():
    data = 'id;tekst\n1;"Hé, ik zei:\n""nee"""\n'.encode("cp1252")
    (page,) = tabular.read_csv(data, "x.csv")
    assert page.comments[0].text == 'Hé, ik zei:\n"nee"'
    assert page.warnings == ["not UTF-8: read as Windows-1252"]


def test_csv_threads_and_formats():
    data = "onderwerp,id,tekst,datum,url\nA,1,<p>x</p>,3-5-2026 12:00,https://f.invalid/a\nB,1,1 < 2,2026-05-03T12:00:00Z,https://f.invalid/b#c1\nA,2,y,,https://f.invalid/a\n"
    a, b = tabular.read_csv(data.encode(), "x.csv")
    assert [(p.title, p.url, [c.text_format for c in p.comments]) for p in (a, b)] == [
        ("A", "https://f.invalid/a", ["html", "text"]), ("B", "https://f.invalid/b", ["text"]),
    ]  # fmt: skip
    assert a.comments[0].posted_at == dt.datetime(2026, 5, 3, 10, tzinfo=dt.UTC)
    assert "Europe/Amsterdam: 1" in a.warnings[0]
    assert (a.comments[0].permalink, b.comments[0].permalink) == (None, "https://f.invalid/b#c1")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('id,text\n1,a\n2,"open\n3,b\n', "line 3: a quote opens here"),
        ("a,b\n1,2\n", "no column with the comments' text among a, b"),
        ("id,text\n", "no rows"),
        ('id,text\n1,"a"b\n', "line 2"),
    ],
)
def test_csv_refused_with_the_line(data, message):
    with pytest.raises(UsageError, match=message):
        tabular.read_csv(data.encode(), "x.csv")


def test_csv_rows_that_lack_cells_are_kept_and_told():
    (page,) = tabular.read_csv(b"id,text\n1,a\n2\n", "x.csv")
    assert [c.text for c in page.comments] == ["a", ""]
    assert page.warnings == [
        "rows with fewer cells than the header: 1, the first at line 3",
        "rows without a text, kept: 1",
    ]


def test_columns_that_are_not_read_are_told():
    (page,) = tabular.read_csv(b"id;tekst;likes;x\n1;ja;3;4\n", "x.csv")
    assert page.warnings == ["columns that are not read: 2 (likes, x)"]
    many = ";".join(f"k{n}" for n in range(30))
    (page,) = tabular.read_csv(f"id;tekst;{many}\n1;ja\n".encode(), "x.csv")
    assert "columns that are not read: 30 (k0, k1, k2, k3, k4, k5, k6, k7, ...)" in page.warnings


def test_answers_to_rows_by_number_need_ids():
    (page,) = tabular.read_csv(b"Naam;Reactie;Reactie op\nJo;ja;\nAn;nee;1\n", "x.csv")
    assert any("'Reactie op' says what is answered, but no column is called `id`" in told for told in page.warnings)


@pytest.mark.parametrize("parent", ["12", "12.0", "t1_12"])
def test_parents_in_another_form_than_ids(parent):
    data = f"id,parent_id,text\n12,0,ja\n13,{parent},nee\n14,t3_9,ook\n15,root,ook\n"
    (page,) = tabular.read_csv(data.encode(), "x.csv")
    assert [c.parent for c in page.comments] == [None, "12", None, None]


@pytest.mark.parametrize(
    ("date", "time"), [("12-03-2026", "9:15"), ("2026-03-12", "09:15"), ("12-03-2026 09:15", "17:00")]
)
def test_a_column_with_the_time_of_day(date, time):
    (page,) = tabular.read_csv(f"Nr;Datum;Tijd;Reactie\n1;{date};{time};ja\n".encode(), "x.csv")
    assert page.comments[0].posted_at == dt.datetime(2026, 3, 12, 8, 15, tzinfo=dt.UTC)


def test_one_order_of_day_and_month_in_a_file():
    data = "thread,id,text,date\nA,1,x,03/05/2026 10:00\nB,2,y,03/14/2026 10:00\n"
    first, second = tabular.read_csv(data.encode(), "x.csv")
    assert [p.comments[0].posted_at.strftime("%m-%d") for p in (first, second)] == ["03-05", "03-14"]
    assert any(w.startswith("dates are read as month/day/year, as ") for w in first.warnings)
    (page,) = tabular.read_csv(b"id,text,date\n1,x,5-3-2026\n2,y,4-2-2026\n", "x.csv")  # not sorted: that tells nothing
    assert [c.posted_at.strftime("%m-%d") for c in page.comments] == ["03-05", "02-04"]


@pytest.mark.parametrize(
    "header",
    ["comment_ID,comment_author,comment_date_gmt,comment_content", "post_id,post_username,post_time,post_text", "postid,username,dateline,pagetext",
     "commentId,authorName,createdAt,commentText", "ReactieID,Gebruikersnaam,Geplaatst op,Bericht"],
)  # fmt: skip
def test_columns_of_exports(header):
    (page,) = tabular.read_csv(f"{header}\n0012,Jo,1773303300,Ja\n".encode(), "x.csv")
    (comment,) = page.comments
    assert (comment.platform_id, comment.author, comment.text) == ("0012", "Jo", "Ja")
    assert comment.posted_at == dt.datetime(2026, 3, 12, 8, 15, tzinfo=dt.UTC)


def test_a_table_without_a_header_is_told_so():
    data = 'Jo;12-03-2026;"Een heel lang verhaal\nover bellen, dat niemand als kop van een kolom leest."\n'
    with pytest.raises(
        UsageError, match=r"among Jo, 12-03-2026, Een heel lang verhaal over bellen, dat …\. The first row names"
    ):
        tabular.read_csv(data.encode(), "x.csv")


_CELL = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r"), max_size=40)


@given(st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_csv_round_trip(rows, delimiter):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([("auteur", "tekst"), *rows])
    if not any(a.strip() or t.strip() for a, t in rows):
        return
    (page,) = tabular.read_csv(out.getvalue().encode(), "x.csv")
    got = [(c.author, c.text) for c in page.comments]
    assert got == [(a.strip() or None, t.strip()) for a, t in rows if a or t]


def test_jsonl_exact_and_hostile_values():
    lines = [
        '{"id": 12345678901234567890, "text": "a", "author": "null", "n": NaN}',
        '{"id": "0012", "tekst": "b \\ud800", "big": ' + "9" * 5000 + "}",
    ]
    (page,) = tabular.read_jsonl(("\ufeff" + "\r\n".join(lines)).encode(), "x.jsonl")
    assert [(c.platform_id, c.author, c.text) for c in page.comments] == [
        ("12345678901234567890", "null", "a"),
        ("0012", None, "b \ufffd"),
    ]


def test_jsonl_threshold():
    good = ['{"text": "x"}'] * 499
    (page,) = tabular.read_jsonl("\n".join([*good, "{bad"]).encode(), "x.jsonl")
    assert len(page.comments) == 499
    assert page.warnings[0].startswith("left out, line 500:")
    with pytest.raises(UsageError, match=r"x.jsonl, line 3: not an object \(2 of 4 lines"):
        tabular.read_jsonl(b'{"text": "x"}\n\n[1]\n"x"\n{"text": "y"}', "x.jsonl")


def test_json_nested_replies():
    data = {
        "comments": [
            {
                "id": 1,
                "text": "a",
                "author": {"name": "Jo"},
                "replies": [{"id": 2, "text": "b", "replies": [{"id": 3, "text": "c"}]}],
            }
        ]
    }
    (page,) = tabular.read_json(json.dumps(data).encode(), "x.json")
    assert [(c.platform_id, c.parent) for c in page.comments] == [("1", None), ("2", "1"), ("3", "2")]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-10-25T00:10:00+02:00", "2026-10-24 22:10"), ("2026-03-02T09:10", "2026-03-02 08:10"), ("2026-07-02 09:10", "2026-07-02 07:10"),
        ("3 mei 2017 om 12:34", "2017-05-03 10:34"), ("op 4 maart 2015 om 15u05", "2015-03-04 14:05"), ("May 3, 2017 at 12:34 pm", "2017-05-03 10:34"),
        ("October 3rd, 2006 at 12:05 am", "2006-10-02 22:05"), ("3-5-2017 12:34", "2017-05-03 10:34"), ("31-12-2020", "2020-12-31 00:00"),
        ("Mon, 03 May 2021 10:00:00 +0200", "2021-05-03 08:00"), ("1420070400", "2015-01-01 00:00"), ("2021-05-03 10:00 UTC", "2021-05-03 10:00"),
        ("2026-10-25 02:30", "2026-10-25 00:30"),  # the first of the two
        ("2026-03-29 02:30", None), ("31 februari 2020", None), ("1970-01-01T00:00:00Z", None), ("gisteren om 12:00", None), ("2 uur geleden", None),
        ("onzin", None), ("", None), (None, None), ("9999-12-31T23:59:59-12:00", None), ("99-99-2020", None),
    ],
)  # fmt: skip
def test_dates_in_dutch(written, utc):
    found = Clock("nl-NL").read(written)
    assert (found.strftime("%Y-%m-%d %H:%M") if found else None) == utc


@pytest.mark.parametrize(
    ("language", "utc"),
    [("nl", "2017-05-03 11:05"), ("en-US", "2017-03-05 13:05"), ("en-GB", "2017-05-03 13:05"), ("en", None)],
)
def test_day_and_month_by_language(language, utc):
    found = Clock(language).read("3/5/2017 1:05 pm")
    assert (found.strftime("%Y-%m-%d %H:%M") if found else None) == utc


def test_a_clock_says_what_it_assumed():
    clock = Clock("nl")
    for written in ("2026-10-25 02:30", "gisteren", "31-02-2020", "2020-01-01"):
        clock.read(written)
    assert len(clock.warnings()) == 5


@given(st.text(max_size=60))
def test_no_text_breaks_the_clock(text):
    found = Clock("nl").read(text)
    assert found is None or found.tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<p>Een<br>twee</p>\n<p>drie &amp; vier</p>", "Een\ntwee\n\ndrie & vier"), ("<div>a</div><div>b</div>", "a\nb"), ("a<br/><br>e", "a\n\ne"),
        ("<pre>x\n  y\nz</pre>", "x\ny\nz"), ("<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"), ("<p>x<script>alert('</p>')</script>y</p>", "xy"),
        ("3 < 4 & 5 &lt;b&gt;", "3 < 4 & 5 <b>"), ('<img class="wp-smiley" alt=":)"> ja', ":) ja"), ('<a title="a > b" href=x>k</a>', "k"),
        ("<!-- c --> d\n  e", "d e"), ("<td>a<table><tr><td>b<td>c", "a\n\nb c"), ("", ""),
    ],
)  # fmt: skip
def test_markup_to_text(markup, plain):
    assert markup_to_text(markup) == plain


def _moments(data: str) -> tuple[list[str], list[str]]:
    (page,) = tabular.read_csv(data.encode(), "x.csv")
    return [f"{c.posted_at:%m-%d %H:%M}" if c.posted_at else "" for c in page.comments], page.warnings


def test_dates_of_both_orders_are_told_and_the_more_part_decides():
    told = "dates are read as {}, as {} of 4 can only be, though 1 can only be the other way round"
    days, warnings = _moments("text,date\na,03/15/2026\nb,04/16/2026\nc,15/03/2026\nd,04/05/2026\n")
    assert (days, warnings[0]) == (
        ["03-15 00:00", "04-16 00:00", "03-15 00:00", "04-05 00:00"],
        told.format("month/day/year", 2),
    )
    days, warnings = _moments("text,date\na,03/15/2026\nb,16/04/2026\nc,15/03/2026\nd,04/05/2026\n")
    assert (days[3], warnings[0]) == ("05-04 00:00", told.format("day/month/year", 2))
    assert _moments("text,date\na,Sun 03/15/2026\nb,Sun 04/05/2026\n")[0] == ["03-15 00:00", "04-05 00:00"]


@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("12-03-2026", "14:05"), ("12-03-2026 0:00", "14.05 uur"), ("2026-03-12 00:00:00", "2:05 PM"),
        ("2026-03-12T00:00:00", "14:05:00.000"), ("12-03-2026", "1899-12-30 14:05:00"), ("12-03-2026 14:05", "09:00"),
    ],
)  # fmt: skip
def test_a_day_and_the_time_beside_it(day, time):
    assert _moments(f"tekst;datum;tijd\na;{day};{time}\n")[0] == ["03-12 13:05"]


def test_of_two_columns_of_texts_one_is_read_and_the_other_told():
    (page,) = tabular.read_csv(b"comment,bericht\n3,Ja\n", "x.csv")
    assert page.warnings == ["columns that are not read: 1 (bericht)", "of these may hold texts too: bericht"]
    with pytest.raises(UsageError, match=r"x\.csv: no text in any of 2 rows of the column 'body'"):
        tabular.read_csv(b"title,body,message\nT,,Ja\nT,,Nee\n", "x.csv")
