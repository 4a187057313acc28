"""Tables, JSON, feeds and mail that are odd, hostile or cut: kept exactly, or refused with the place."""

from __future__ import annotations

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
from pipeline.files import kinds
from pipeline.platforms import parquet, tabular
from tests import import_files as made


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
        ("a.csv", "id;tekst\n1;Zoë\n".encode("cp1252")), ("b.csv", b"id;tekst\n1;J\0a\n"), ("c.csv", b"id;tekst\n1;Ja;2\n"),
    ]]  # fmt: skip
    for messages, says in zip(
        told, ("Windows-1252", "NUL characters taken out: 1", "more or fewer cells"), strict=True
    ):
        assert any(says in line for line in messages)


# --- what is no data -------------------------------------------------------------------------------------------


class _Runs:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (Path.touch, (Path("gestart"),))


@pytest.mark.fault(58)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", ["x.pkl", "x.csv", "x.jsonl", "x.json", "x.parquet", "x.txt", "x.warc.gz", "x"])
def test_a_pickle_is_data_to_nobody(root: Path, monkeypatch: pytest.MonkeyPatch, protocol: int, name: str) -> None:
    monkeypatch.chdir(root)
    path = made.put(root, name, pickle.dumps(_Runs(), protocol=protocol))
    if protocol or name != "x.txt":  # the oldest protocol is text, and read as words that say nothing
        with pytest.raises(UsageError):
            add(root, str(path))
    else:
        add(root, str(path))
    assert not (root / "gestart").exists()


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
