"""Tables, JSON, feeds and mail that are odd, hostile or cut: kept exactly, or refused with the place."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.add import add
from pipeline.errors import UsageError
from pipeline.extract import page
from pipeline.extract import stage as extract
from pipeline.files import kinds
from pipeline.files.pickles import is_pickle
from pipeline.platforms import parquet, tabular
from pipeline.scrape import stage as scrape
from tests import import_files as made
from tests.conftest import Run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made.project(tmp_path)


def rows(content: bytes, name: str) -> list[tuple[object, ...]]:
    """(id, parent, author, text) of each comment as `extract FILE` shows them."""
    found = page.of_file(io.BytesIO(content), name, None).records
    return [(r["comment_id"], r["parent_id"], r["author"], r["text"]) for r in found]


# --- XML -------------------------------------------------------------------------------------------------------

_POST = (
    '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"><thread dsq:id="7"><title>Rooster</title></thread>'
    '<post dsq:id="1"><message>{}</message><author><name>Jo</name></author><thread dsq:id="7"/></post></disqus>'
)
_BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol" * 10}">' for n in range(10))


@pytest.mark.fault(49)
@pytest.mark.parametrize(
    "prolog",
    [
        f"<!DOCTYPE disqus [{_BOMB}]>",
        f"<!-- {'x' * 5_000} --><!DOCTYPE disqus [{_BOMB}]>",
        f"<?uitleg {'x' * 5_000}?>\n<!doctype disqus [{_BOMB}]>",
        f"<\x01!DOCTYPE disqus [{_BOMB}]>",
        '<!DOCTYPE disqus [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE disqus SYSTEM "https://forum.invalid/d.dtd">',
    ],
    ids=["bomb", "behind a comment", "behind an instruction", "behind a control character", "file", "network"],
)
@pytest.mark.parametrize("name", ["export.xml", "export"])
def test_entities_are_never_declared(root: Path, prolog: str, name: str) -> None:
    path = made.put(root, name, '<?xml version="1.0"?>' + prolog + _POST.format("&l9;"))
    for take in (lambda: add(root, str(path)), lambda: page.of_path(path, None)):
        with pytest.raises(UsageError, match=r"document type|XML, but neither"):
            take()
    assert rows(('<?xml version="1.0"?>' + _POST.format("Ja &amp; nee")).encode(), name)[0][3] == "Ja & nee"


# --- JSON ------------------------------------------------------------------------------------------------------


@pytest.mark.fault(53)
@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
@pytest.mark.parametrize("deep", ["[" * 100_000, '{"text":' * 100_000, '{"text":"a","replies":[' * 50_000])
def test_json_that_is_nested_too_deep_is_refused(root: Path, name: str, deep: str) -> None:
    with pytest.raises(UsageError, match="nested too deep"):
        add(root, str(made.put(root, name, deep)))


@pytest.mark.fault(53)
@pytest.mark.parametrize("shape", ["[%s]", "%s\n%s"])
def test_json_numbers_and_letters_that_python_cannot_hold(shape: str) -> None:
    big = "9" * 5_000
    record = (
        f'{{"id": {big}, "text": "a \\ud800 b", "author": "null", "score": NaN, "rank": -Infinity, "votes": 1e999}}'
    )
    body = shape.replace("%s", record)
    (first, *_) = rows(body.encode(), "x")
    assert first == (big, None, "null", "a \ufffd b")
    json.dumps(first).encode("utf-8")


@pytest.mark.fault(54)
def test_a_bad_line_is_named_and_left_out_up_to_one_in_a_hundred(root: Path) -> None:
    lines = [f'{{"id": "{n}", "text": "Reactie {n}."}}' for n in range(1, 601)]
    lines[499] = '{"id": "500", "text": "half'
    result = add(root, str(made.put(root, "x.jsonl", "\n".join(lines))))
    assert any(line.startswith("left out, line 500: ") for line in result.messages)
    assert len(made.texts(root)) == 599
    bad = [*lines[:490], *["{kapot"] * 10, *lines[500:]]
    with pytest.raises(UsageError, match=r"x2.jsonl, line 491: .*10 of 600 lines"):
        add(root, str(made.put(root, "x2.jsonl", "\n".join(bad))))


@pytest.mark.fault(54)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("begin", ["", "\ufeff", "\n\n"])
def test_line_ends_and_a_bom_change_nothing(begin: str, end: str) -> None:
    body = (
        begin
        + (end or "\n").join(['{"id": "0012", "text": "Ja"}', '{"id": "0013", "parent": "0012", "text": "Nee"}'])
        + end
    )
    assert rows(body.encode(), "x") == [("0012", None, None, "Ja"), ("0013", "0012", None, "Nee")]


# --- CSV and Parquet: values -----------------------------------------------------------------------------------

NAMES = ["null", "NA", "None", "nan", "N/A", "NULL", "-", "True", "#N/A", "1e5", "0012"]
IDS = ["0012", "9007199254740993", "1e3", "12.0", "-0", "9" * 40]


@pytest.mark.fault(55)
@pytest.mark.parametrize("make", ["csv", "tsv", "jsonl", "parquet"])
def test_user_names_that_look_like_nothing_are_names(make: str) -> None:
    content = _written(make, {"id": [str(n) for n in range(len(NAMES))], "author": NAMES, "text": ["Ja"] * len(NAMES)})
    assert [row[2] for row in rows(content, f"x.{make}")] == NAMES


@pytest.mark.fault(56)
@pytest.mark.parametrize("make", ["csv", "tsv", "jsonl", "parquet"])
def test_ids_are_the_strings_that_were_written(make: str) -> None:
    content = _written(make, {"id": IDS, "parent": [None, *IDS[:-1]], "text": ["Ja"] * len(IDS)})
    assert sorted(rows(content, f"x.{make}")) == sorted(
        (own, above, None, "Ja") for own, above in zip(IDS, [None, *IDS[:-1]], strict=True)
    )


@pytest.mark.fault(46)
def test_answers_that_lead_nowhere_are_told(root: Path) -> None:
    content = "id,parent_id,text\n1,,Ja\n2,99,Nee\n3,98,Ook\n"
    path = made.put(root, "x.csv", content)
    told = "comments that answer one that is not {}, taken as answers to the opening: 2"
    assert told.format("in it") in add(root, str(path)).messages
    assert told.format("here") in page.of_path(path, None).warnings


def test_columns_of_objects_in_parquet() -> None:
    content = made.parquet(
        {"id": ["1"], "author": [{"id": 7, "name": "Jo"}], "text": [{"rendered": "Ja"}], "tags": [["a"]]}
    )
    assert rows(content, "x.parquet") == [("1", None, "Jo", "Ja")]
    assert page.of_file(io.BytesIO(content), "x.parquet", None).warnings == ["columns that are not read: 1 (tags)"]


def _written(make: str, columns: dict[str, list[str | None]] | dict[str, list[str]]) -> bytes:
    if make == "parquet":
        return made.parquet(columns)
    records = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    if make == "jsonl":
        return "\n".join(json.dumps(record) for record in records).encode()
    mark = "\t" if make == "tsv" else ","
    return "\n".join(
        mark.join(cell or "" for cell in cells) for cells in [columns, *(r.values() for r in records)]
    ).encode()  # type: ignore[attr-defined]


@pytest.mark.fault(56)
@pytest.mark.parametrize(
    ("ids", "parents", "found"),
    [
        (
            pa.array([12, 2**53 + 1], pa.int64()),
            pa.array([None, 12], pa.int64()),
            [("12", None), ("9007199254740993", "12")],
        ),
        (
            pa.array([12, 2**64 - 1], pa.uint64()),
            pa.array([None, 12.0], pa.float64()),
            [("12", None), (str(2**64 - 1), "12")],
        ),
        (pa.array([12.0, 2.0**53 - 1]), pa.array([float("nan"), 12.0]), [("12", None), ("9007199254740991", "12")]),
        (
            pa.array(["0012", "13"]).dictionary_encode(),
            pa.array([None, "0012"], pa.large_string()),
            [("0012", None), ("13", "0012")],
        ),
        (pa.array(["0012", "13"]), pa.nulls(2), [("0012", None), ("13", None)]),
    ],
)
def test_parquet_ids_of_any_type_are_exact(
    ids: pa.Array, parents: pa.Array, found: list[tuple[str, str | None]]
) -> None:
    content = made.parquet({"comment_id": ids, "parent_id": parents, "text": ["Ja", "Nee"]})
    assert [row[:2] for row in rows(content, "x.parquet")] == found


@pytest.mark.fault(56)
@pytest.mark.parametrize("number", [2.0**53, -(2.0**60), 12.5, float("inf")])
@pytest.mark.parametrize("column", ["id", "parent_id", "thread_id"])
def test_parquet_ids_that_are_no_longer_exact_are_refused(number: float, column: str) -> None:
    with pytest.raises(UsageError, match=f"{column}' holds .* not exact"):
        parquet.read_parquet(made.parquet({column: [1.0, number], "text": ["Ja", "Nee"]}), "x.parquet")


def test_parquet_times_and_threads() -> None:
    when = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
    for unit in ("s", "ms", "us", "ns"):
        times = pa.array([when, None], pa.timestamp(unit, "UTC"))
        a, b = parquet.read_parquet(
            made.parquet({"draad": ["A", "B"], "datum": times, "tekst": ["Ja", "Nee"]}), "x.parquet"
        )
        assert (a.title, a.comments[0].posted_at, b.comments[0].posted_at) == ("A", when, None)
    local = pa.array([dt.datetime(2026, 3, 1, 10)], pa.timestamp("us"))
    (only,) = parquet.read_parquet(made.parquet({"datum": local, "tekst": ["Ja"]}), "x.parquet")
    assert only.comments[0].posted_at == dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC) and "Amsterdam" in only.warnings[0]


# --- CSV: form -------------------------------------------------------------------------------------------------


@pytest.mark.fault(57)
@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("\ufeffid;auteur;tekst\r\n1;Zoë;Ja, hoor\r\n".encode(), [("1", None, "Zoë", "Ja, hoor")]),
        ("id;auteur;tekst\n1;Zoë;“Ja” – €5\n".encode("cp1252"), [("1", None, "Zoë", "“Ja” – €5")]),
        ("id;auteur;tekst\n1;Zoë;Ja\n".encode("utf-16"), [("1", None, "Zoë", "Ja")]),
        (b"id,auteur,tekst\n1,J\0o,J\0a\n", [("1", None, "Jo", "Ja")]),
        (b'id,auteur,tekst\n1,Jo,"een\nregel"\n', [("1", None, "Jo", "een\nregel")]),
    ],
    ids=["semicolons and a BOM", "cp1252", "utf-16", "NUL", "line break"],
)
def test_tables_as_spreadsheets_write_them(root: Path, content: bytes, found: list[tuple[object, ...]]) -> None:
    assert rows(content, "x.csv") == found
    add(root, str(made.put(root, "x.csv", content)))
    assert made.texts(root) == [found[0][3]]


@pytest.mark.fault(57)
def test_a_quote_that_is_never_closed_is_refused_with_its_line(root: Path) -> None:
    path = made.put(root, "x.csv", "id,tekst\n1,Ja\n" + '2,"Nee\n' + "".join(f"{n},Ja\n" for n in range(3, 3_000)))
    with pytest.raises(UsageError, match=r"x\.csv, line 3: a quote opens here"):
        add(root, str(path))


@pytest.mark.fault(57)
def test_what_was_assumed_is_told(root: Path) -> None:
    told = [add(root, str(made.put(root, name, content))).messages for name, content in [
        ("a.csv", "id;tekst\n1;Zoë\n".encode("cp1252")), ("b.csv", b"id;tekst\n1;J\0a\n"), ("c.csv", b"id;tekst;naam\n1;Ja\n"),
        ("d.jsonl", b'{"text": "J\\u0000a\\\\u0000"}\n'), ("e.json", b'[{"text": "J\\\\\\u0000a"}]'),
    ]]  # fmt: skip
    for messages, says in zip(
        told, ("Windows-1252", nul := "NUL characters taken out: 1", "fewer cells than the header: 1, the first at line 2", nul, nul),
        strict=True,
    ):  # fmt: skip
        assert any(says in line for line in messages)
    assert made.texts(root) == sorted(["Ja", "Ja", "Ja\\u0000", "J\\a", "Zoë"])


@pytest.mark.fault(57)
def test_a_row_with_more_cells_than_the_header_is_a_bad_row(root: Path) -> None:
    lines = ["id,auteur,tekst", *(f"{n},Jo,Reactie {n}." for n in range(1, 600))]
    lines[300] = "300,Jo,Ja, dat vind ik ook"
    result = add(root, str(made.put(root, "x.csv", "\n".join(lines))))
    assert "left out, line 301: 4 cells where the header has 3" in result.messages
    assert len(made.texts(root)) == 598 and "Ja" not in made.texts(root)
    lines[10:20] = [f"{n},Jo,Ja, dat ook" for n in range(10, 20)]
    with pytest.raises(UsageError, match=r"x2\.csv, line 11: 4 cells where the header has 3 \(11 of 599 rows"):
        add(root, str(made.put(root, "x2.csv", "\n".join(lines))))


def test_empty_cells_behind_a_row_are_none_too_many() -> None:
    assert rows(b"id;auteur;tekst\n1;Jo;Ja;;\n", "x.csv") == [("1", None, "Jo", "Ja")]


@pytest.mark.fault(57)
@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=; "])
@pytest.mark.parametrize("name", ["x.csv", "x.txt"])
def test_the_line_that_excel_writes_on_top_is_understood(first: str, name: str) -> None:
    content = f"\ufeff{first}\r\nid;auteur;tekst\r\n1;Jo;Ja, nee, ja\r\n"
    assert rows(content.encode(), name) == [("1", None, "Jo", "Ja, nee, ja")]
    with pytest.raises(UsageError, match=r"x\.csv, line 4: 4 cells"):
        rows((content + "2;Ko;Ja;nee\r\n").encode(), "x.csv")
    with pytest.raises(UsageError, match=r"x\.csv, line 4: a quote opens here"):
        rows((content + '2;Ko;"Ja\r\n').encode(), "x.csv")


@pytest.mark.fault(57)
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.csv", "id,tekst,tekst\n1,Ja,Nee\n", "two columns are called 'tekst'"),
        ("x.csv", "id,Tekst,tekst \n1,Ja,Nee\n", "two columns are called"),
        ("x.jsonl", '{"id": 1, "text": "Ja", "text": "Nee"}\n', "line 1: the key 'text' stands in it twice"),
        ("x.json", '[{"id": 1, "text": "Ja", "text": "Nee"}]', "the key 'text' stands in it twice"),
        ("x.jsonl", '{"id": 1, "text": "Ja", "Text": "Nee"}\n', "two columns are called"),
    ],
)
def test_of_two_columns_of_one_name_none_is_guessed(root: Path, name: str, content: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        add(root, str(made.put(root, name, content)))
    assert rows(b"id,noot,noot,tekst\n1,a,b,Ja\n", "x.csv") == [("1", None, None, "Ja")]


# --- exports and mail that are cut -----------------------------------------------------------------------------

_SAID = [(n, f"Reactie {n} over het rooster.") for n in (1, 2, 3)]
_EXPORT = (
    '<?xml version="1.0"?><disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"><thread dsq:id="7"><title>A</title></thread>'
    + "".join(f'<post dsq:id="{n}"><message>{text}</message><thread dsq:id="7"/></post>' for n, text in _SAID)
    + "</disqus>"
)
_FEED = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Comments on: Rooster</title>'
    "<link>https://forum.invalid/rooster/</link><generator>https://wordpress.org/?v=6.5</generator>"
    + "".join(
        f"<item><title>By: Jo</title><link>https://forum.invalid/rooster/#comment-{n}</link><guid>https://forum.invalid/?p=1#comment-{n}</guid>"
        f"<content:encoded>{text}</content:encoded></item>"
        for n, text in _SAID
    )
    + "</channel></rss>"
)


@pytest.mark.fault(50)
@pytest.mark.parametrize("content", [_EXPORT, _FEED], ids=["Disqus", "a feed"])
def test_a_cut_export_is_incomplete(root: Path, standpunt: Run, content: str) -> None:
    path = made.put(root, "heel.xml", content)
    assert standpunt("extract", str(path)).returncode == 0
    path = made.put(root, "half.xml", content[: content.index("Reactie 3") + 9])
    for command in ("add", "extract"):
        done = standpunt(command, str(path), root=root)
        assert done.returncode == 3 and "breaks off" in done.stderr
    assert "incomplete: 1 damaged" in standpunt("add", str(path), "--id", "x", root=made.project(root / "b")).stderr
    assert standpunt("scrape", root=root).returncode == 0
    for _ in range(2):
        done = standpunt("extract", root=root)
        assert done.returncode == 0 and "half: the XML breaks off" in done.stderr
    assert made.texts(root) == [text for _, text in _SAID[:2]]


def test_a_whole_feed_is_whole_whatever_is_open_in_its_texts() -> None:
    feed = _FEED.replace("Reactie 3 over het rooster.", "<![CDATA[<div><b>Reactie 3 over het rooster.]]>")
    assert page.of_file(io.BytesIO(feed.encode()), "x.xml", None).complete


@pytest.mark.fault(17)
def test_a_folder_with_a_cut_page_is_incomplete(root: Path) -> None:
    made.put(root, "bewaard/heel.html", made.page(("Jo", "Ja.")))
    assert page.of_path(root / "elders/bewaard", None).complete
    half = made.page(("Jo", "Nee."), ("Ko", "Een lange reactie die ergens ophoudt."), title="Anders")
    made.put(root, "bewaard/half.html", half[: half.index("ergens")])
    result = add(root, str(root / "elders/bewaard"))
    assert not result.complete and any("half.html: the page seems cut off" in line for line in result.messages)
    assert not page.of_path(root / "elders/bewaard", None).complete
    scrape.run(root)
    assert any("half.html: the page seems cut off" in note for note in extract.run(root).notes)


def _letter(number: int, body: str, headers: str = "") -> str:
    return (
        f"From a Mon Mar  {number} 10:00:00 2026\nFrom: Jo <jo@lijst.invalid>\nMessage-ID: <{number}@lijst.invalid>\n"
        f"Date: Mon, {number} Mar 2026 10:00:00 +0100\nSubject: Rooster\n{headers}\n{body}"
    )


def _packed(text: str) -> str:
    return base64.encodebytes(text.encode()).decode()


_PACKED = "Content-Transfer-Encoding: base64\n"
_PARTS = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n"
_LONG = "Hallo, dit is een reactie over het rooster van maart, die lang genoeg is om ergens te worden afgebroken. " * 3


@pytest.mark.fault(50)
@pytest.mark.parametrize(
    ("last", "headers", "kept", "says"),
    [
        (_packed(_LONG)[:150], _PACKED, False, "message 2 left out: its text is cut off"),
        (_packed(_LONG)[:157] + "\n", _PACKED, False, "message 2 left out"),  # in the middle of four characters
        (_packed(_LONG)[:155] + "\n", _PACKED, False, "message 2 left out"),  # one of four
        (_packed(_LONG)[:76], _PACKED, False, "message 2 left out"),  # at the end of a line, but for its end
        (f"--x\n{_PACKED}\n{_packed(_LONG)[:77]}", _PARTS, False, "message 2 left out"),  # and without the end of the parts
        ("Een reactie die ergens ophou", "", True, "message 2, the last, may be cut"),
        ("--x\n\nEen reactie die ergens ophou\n", _PARTS, True, "message 2, the last, may be cut"),
    ],
)  # fmt: skip
def test_mail_that_is_cut_is_incomplete(root: Path, last: str, headers: str, kept: bool, says: str) -> None:
    path = made.put(root, "lijst.mbox", _letter(1, "Ja.\n\n") + _letter(2, last, headers))
    result, found = add(root, str(path)), page.of_path(path, None)
    assert not result.complete and not found.complete
    assert any(says in line for line in result.messages) and any(says in line for line in found.warnings)
    assert len(found.records) == 1 + kept


@pytest.mark.parametrize(
    ("last", "headers"),
    [
        (_packed(_LONG), _PACKED),
        (_packed(_LONG).rstrip("=\n") + "\n_______________\nWerklijst mailing list\n", _PACKED),
        (f"--x\n{_PACKED}\n{_packed(_LONG)}--x--\n", _PARTS),
        (f"--x\n\nTekst.\n--x\nContent-Type: image/png\n{_PACKED}\n{_packed(_LONG)[:77]}", _PARTS),
        ("Een reactie.\n", ""),
    ],
    ids=["base64", "a list's footer behind it", "parts", "a picture that is cut", "plain"],
)
def test_mail_of_which_the_text_is_whole_is_complete(last: str, headers: str) -> None:
    found = page.of_file(io.BytesIO((_letter(1, "Ja.\n\n") + _letter(2, last, headers)).encode()), "lijst.mbox", None)
    assert found.complete and len(found.records) == 2


# --- what is no data -------------------------------------------------------------------------------------------


class _Runs:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (Path.touch, (Path("gestart"),))


@pytest.mark.fault(58)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", ["x.pkl", "x.csv", "x.jsonl", "x.json", "x.parquet", "x.txt", "x.warc.gz", "x"])
def test_a_pickle_is_data_to_nobody(root: Path, monkeypatch: pytest.MonkeyPatch, protocol: int, name: str) -> None:
    monkeypatch.chdir(root)
    for content in (_Runs(), [{"text": "Ja"}], {"id": 1}, ["een", "twee"] * 40_000, "een tekst " * 20_000, None):
        path = made.put(root, name, pickle.dumps(content, protocol=protocol))
        for take in (lambda path=path: add(root, str(path)), lambda path=path: page.of_path(path, None)):
            with pytest.raises(UsageError):
                take()
    assert not (root / "gestart").exists() and not (root / "data/raw/imports").exists()


@pytest.mark.fault(58)
@pytest.mark.parametrize("text", [
    "N. de Vries zei: dat is zo.", "(lp van de manager)", "(lp0 en verder niets", "I1 is een kamer.\n", "comment\nja\n(nee.", "Van Dam\np1 is vol.",
    "cos\nsystem\nzijn woorden.", "(or this.", "Nee.",
])  # fmt: skip
def test_words_are_no_pickle(text: str) -> None:
    assert not is_pickle(io.BytesIO(text.encode()))


@pytest.mark.fault(59)
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PAR1", "cut, damaged"), (b"PAR1PAR1", "cut, damaged"), (b"PAR1" + b"\xff" * 500 + b"PAR1", "cut, damaged"),
        (b"PAR1" + b"\0" * 8 + b"\xff\xff\xff\x7fPAR1", "cut, damaged"), (b"PARE" + b"\0" * 80, "unknown kind|binary|holds none"),
        (made.parquet({"id": ["1"], "tekst": pa.array(["a"])})[:-9], "cut, damaged"),
        (made.parquet({"id": pa.array([], pa.string()), "tekst": pa.array([], pa.string())}), "0 rows"),
        (made.parquet({"tekst": pa.array([None, None], pa.string())}), "no text in any of 2 rows"),
        (made.parquet({"id": ["1"], "naam": ["Jo"]}), "no column with the comments' text among id, naam"),
        (made.parquet({"tekst": [1, 2]}), "'tekst' .text. is of the type int64. Write it as text"),
        (made.parquet({"tekst": [["a"], ["b"]]}), "of the type list"),
        (made.parquet({"tekst": [b"\xff", b"\0"]}), "of the type binary"),
        (made.parquet({"id": [{"x": 1}], "tekst": ["a"]}), "of the type struct"),
        (made.parquet({"id": [True], "tekst": ["a"]}), "of the type bool"),
    ],
)  # fmt: skip
def test_parquet_that_is_hostile_cut_or_empty_is_refused(root: Path, content: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        add(root, str(made.put(root, "x.parquet", content)))
    assert not (root / "data/raw/imports").exists()


@pytest.mark.fault(59)
def test_a_flipped_byte_in_parquet_is_found_or_does_not_matter() -> None:
    content = made.parquet(
        {"id": [str(n) for n in range(40)], "tekst": [f"Reactie {n}." for n in range(40)]},
        write_page_checksum=True,
        compression="none",
    )
    whole = [(c.platform_id, c.text) for c in parquet.read_parquet(content, "x.parquet")[0].comments]
    refused = 0
    for at in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[at] ^= 0x10
        try:
            (found,) = parquet.read_parquet(bytes(flipped), "x.parquet")
        except UsageError:
            refused += 1
        else:
            assert [(c.platform_id, c.text) for c in found.comments] in (whole, [(None, text) for _, text in whole]), at
    assert refused > len(content) // 7 // 2


@pytest.mark.fault(59)
def test_a_text_that_a_dictionary_repeats_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MAX_TEXT", 10_000_000)
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 5_000, pa.int32()), ["a" * 100_000])
    content = made.parquet({"tekst": texts})
    assert len(content) < 10_000
    with pytest.raises(UsageError, match="bytes of text unpacked"):
        parquet.read_parquet(content, "x.parquet")


@pytest.mark.fault(59)
def test_the_same_table_reads_the_same_from_csv_and_parquet() -> None:
    columns = {
        "thread": ["A", "A", "B"],
        "id": ["1", "2", "1"],
        "parent_id": [None, "1", None],
        "author": ["Jo", "Ko", "Jo"],
        "text": ["Ja", "Nee", "Tja"],
    }
    found = parquet.read_parquet(made.parquet(columns), "x.parquet")
    told = tabular.read_csv(_written("csv", columns), "x.csv")
    assert [(p.thread, p.title, p.comments) for p in found] == [(p.thread, p.title, p.comments) for p in told]


# --- what a file is --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"id;auteur;tekst\n1;Jo;Ja\n", "x.txt", "csv"), (b"id\ttekst\n1\tJa\n", "x", "csv"), (b"Naam, reactie\nJo zegt ja\n", "x.txt", "pasted"),
        (b"Een artikel, tekst, en meer.\n\nJo: ja\n", "x.txt", "pasted"), (b'[{"text": "Ja"}]', "x.csv", "json"), (b'{"text": "Ja"}\n', "x.json", "json"),
        (b'{"text": "Ja"}\n{"text": "Nee"}\n', "x.json", "jsonl"), (b'{\n "comments": []\n}', "x", "json"), (b"<!doctype html><p>", "x.csv", "page"),
        (b"<?xml version='1.0'?><rss>", "x.html", "xml"), (b"<3 dit forum\n", "x.txt", "pasted"), (b"<b>Jo</b> zei ja", "x.txt", "pasted"),
        (made.parquet({"a": [1]}), "x.csv", "parquet"), (made.warc(1), "x.txt", "warc"), (made.wacz({"archive/a.warc.gz": b""}), "x.zip", "wacz"),
    ],
)  # fmt: skip
def test_the_content_tells_and_the_name_is_a_hint(content: bytes, name: str, kind: str) -> None:
    assert kinds.tell(io.BytesIO(content), name) == kind
