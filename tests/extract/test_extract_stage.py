"""From archives to tables: pages and REST joined, damage told, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import stat
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.errors import StandpuntError, UsageError
from pipeline.extract import archive, page, stage
from pipeline.extract.rows import is_tombstone
from pipeline.store import read_table
from pipeline.tables import COMMENTS, THREADS

SITE = "https://forum.invalid"
HEAD = f"""<html lang="nl"><head><link rel="https://api.w.org/" href="{SITE}/wp-json/">
<link rel="alternate" type="application/json" href="{SITE}/wp-json/wp/v2/posts/4"></head><body class="single postid-4">
<h1 class="entry-title">Wie belt er?</h1><div class="entry-content"><p>Storing.</p></div>"""


def comment(n: int, author: str, text: str, inner: str = "") -> str:
    return f"""<li id="comment-{n}" class="comment"><article class="comment-body"><b class="fn">{author}</b>
    <time datetime="2026-03-{n:02}T10:00:00+01:00">toen</time><div class="comment-content"><p>{text}</p></div></article><ol>{inner}</ol></li>"""


def html_page(*comments: str, announced: int = 4) -> str:
    return f'{HEAD}<div id="comments"><h2 class="comments-title">{announced} reacties</h2><ol>{"".join(comments)}</ol></div></body></html>'


def rest(*records: tuple[int, int, str, str]) -> str:
    return json.dumps([
        {"id": n, "post": 4, "parent": parent, "author_name": author, "date_gmt": f"2026-03-{n:02}T09:30:00", "content": {"rendered": text},
         "link": f"{SITE}/wie/#comment-{n}"} for n, parent, author, text in records
    ])  # fmt: skip


ONE = html_page(
    comment(1, "Anneke", "Niemand.", comment(2, "Bob", "@Anneke nee", comment(3, "Cor", "Bob schreef: nee")))
)
TWO = html_page(comment(3, "Cor", "Bob schreef: nee"), comment(4, "Dirk", "Deze reactie is verwijderd"))
PAGES = [(f"{SITE}/wie/", ONE, "text/html"), (f"{SITE}/wie/comment-page-2/", TWO, "text/html")]
API = (
    f"{SITE}/wp-json/wp/v2/comments?post=4&per_page=100",
    rest((1, 0, "Anneke", "Niemand."), (4, 3, "Dirk", "Deze reactie is verwijderd")),
    "application/json",
)


def warc(
    pages: list[tuple[str, str, str]],
    kind: str = "response",
    when: str = "2026-11-02T12:00:00Z",
    status: str = "200 OK",
) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for url, body, content_type in pages:
        http = (
            StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
            if kind == "response"
            else None
        )
        record = writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body.encode()),
            http_headers=http,
            warc_content_type=content_type,
            warc_headers_dict={"WARC-Date": when},
        )
        writer.write_record(record)
    return out.getvalue()


def project(root: Path, data: bytes, **source: object) -> Path:
    fields = {
        "id": "bron",
        "kind": "url",
        "location": f"{SITE}/wie/",
        "added": "2026-11-01T00:00:00Z",
        "provenance": "scraped",
    } | source
    (root / "data/raw/archive").mkdir(parents=True, exist_ok=True)
    (root / "data/raw/sources.yaml").write_text(json.dumps({"sources": [fields]}), "utf-8")
    (root / "data/raw/archive/bron.warc.gz").write_bytes(data)
    return root


def rows(root: Path) -> list[dict[str, object]]:
    return read_table(root, COMMENTS).sort("thread_id", "position").to_dicts()


def test_html_pages_and_rest_are_one_thread(tmp_path):
    summary = stage.run(project(tmp_path, warc([*PAGES, API])))
    (thread,) = read_table(tmp_path, THREADS).to_dicts()
    assert (thread["title"], thread["opening"], thread["platform"], thread["language"]) == (
        "Wie belt er?",
        "Storing.",
        "wordpress",
        "nl",
    )
    assert (thread["announced"], thread["found"], thread["complete"], thread["url"]) == (4, 4, True, f"{SITE}/wie/")
    assert thread["snapshot_at"] == dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
    found = rows(tmp_path)
    assert [(r["position"], r["depth"], r["posted_at"].strftime("%d %H:%M")) for r in found] == [
        (0, 0, "01 09:30"), (1, 1, "02 09:00"), (2, 2, "03 09:00"), (3, 3, "04 09:30"),
    ]  # fmt: skip
    assert [r["parent_id"] for r in found] == [None, *(r["comment_id"] for r in found[:3])]
    assert [r["version"] for r in found] == [1, 1, 1, 1]
    assert (summary.rows_in, summary.kept, summary.complete) == (3, 4, True)


def test_names_do_not_travel_on(tmp_path):
    stage.run(project(tmp_path, warc([*PAGES, API])))
    found = rows(tmp_path)
    assert found[1]["text_raw"] == f"<p>@lezer-{found[0]['author_id'][2:6]} nee</p>"
    assert found[2]["text_raw"] == f"<p>@lezer-{found[1]['author_id'][2:6]} schreef: nee</p>"
    for path in (tmp_path / "data/processed").rglob("*.parquet"):
        assert not any(name in path.read_bytes() for name in (b"Anneke", b"Dirk"))


def test_a_deleted_comment_is_a_tombstone(tmp_path):
    stage.run(project(tmp_path, warc(PAGES)))
    assert [(r["tombstone"], r["text_raw"] == "") for r in rows(tmp_path)] == [(False, False)] * 3 + [(True, True)]


@pytest.mark.parametrize(
    ("text", "gone"),
    [("[verwijderd]", True), ("This comment has been deleted.", True), ("Bericht verwijderd door de moderator", True), ("<em>[deleted]</em>", True),
     ("Mijn reactie van gisteren is verwijderd, waarom?", False), ("Wie heeft dat verwijderd?", False), ("", False)],
)  # fmt: skip
def test_tombstones(text, gone):
    assert is_tombstone(text, "html") is gone


def test_from_html_alone_says_so(tmp_path):
    stage.run(project(tmp_path, warc(PAGES[:1])))
    (thread,) = read_table(tmp_path, THREADS).to_dicts()
    assert (thread["found"], thread["complete"]) == (3, False)
    assert any("HTML alone" in w for w in thread["warnings"])
    assert "announced comments: 4, found: 3" in thread["warnings"]


def test_an_edit_between_two_snapshots_is_a_second_version(tmp_path):
    later = warc(
        [(f"{SITE}/wie/", html_page(comment(1, "Anneke", "Toch iemand.")), "text/html")], when="2026-11-09T12:00:00Z"
    )
    stage.run(project(tmp_path, later + warc(PAGES[:1])))
    found = rows(tmp_path)
    assert [(r["version"], "Toch" in r["text_raw"]) for r in found] == [(2, True), (1, False), (1, False)]


def test_the_same_input_gives_the_same_bytes(tmp_path):
    data = warc([*PAGES, API])
    for name in ("a", "b"):
        stage.run(project(tmp_path / name, data, provenance="constructed"))
    files = [
        {p.name: p.read_bytes() for p in (tmp_path / name / "data/processed").rglob("*.parquet")} for name in ("a", "b")
    ]
    assert files[0] == files[1]
    assert not (tmp_path / "a/data/raw/secret.key").exists()
    ids = [r["comment_id"] for r in rows(tmp_path / "a")]
    stage.run(project(tmp_path / "a", warc([API, *PAGES[::-1]]), provenance="constructed"))
    assert [r["comment_id"] for r in rows(tmp_path / "a")] == ids


def test_the_key_is_made_once_and_private(tmp_path):
    stage.run(project(tmp_path, warc(PAGES)))
    key = tmp_path / "data/raw/secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(bytes.fromhex(key.read_text().strip())) == 32
    before, authors = key.read_bytes(), [r["author_id"] for r in rows(tmp_path)]
    stage.run(tmp_path)
    assert (key.read_bytes(), [r["author_id"] for r in rows(tmp_path)]) == (before, authors)
    key.write_text("kort")
    with pytest.raises(StandpuntError, match="secret"):
        stage.run(tmp_path)
    assert [p.name for p in key.parent.iterdir() if p.name.startswith(".")] == []


def test_a_missing_archive_names_the_command(tmp_path):
    project(tmp_path, b"x")
    (tmp_path / "data/raw/archive/bron.warc.gz").unlink()
    with pytest.raises(StandpuntError, match="standpunt scrape"):
        stage.run(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"geen archief"])
def test_one_missing_archive_does_not_hide_the_other_sources(tmp_path, content, standpunt):
    project(tmp_path, warc(PAGES))
    listed = tmp_path / "data/raw/sources.yaml"
    (first,) = json.loads(listed.read_text("utf-8"))["sources"]
    listed.write_text(json.dumps({"sources": [first, first | {"id": "later"}]}), "utf-8")
    if content is not None:
        (tmp_path / "data/raw/archive/later.warc.gz").write_bytes(content)
    summary = stage.run(tmp_path)
    assert len(rows(tmp_path)) == 4 and not summary.complete
    assert "later: not read" in summary.notes[0] and "standpunt scrape" in summary.notes[0]
    done = standpunt("extract", root=tmp_path)
    assert done.returncode == 3 and "later: not read" in done.stderr


def test_no_sources_give_empty_tables(tmp_path):
    assert stage.run(tmp_path).kept == 0
    assert read_table(tmp_path, COMMENTS).height == 0


def test_pages_that_answered_badly_or_hold_no_thread_are_counted(tmp_path):
    data = warc(PAGES) + warc([(f"{SITE}/wp-json/x", "{}", "application/json")], status="401 Unauthorized")
    data += warc(
        [(f"{SITE}/login", "<html>Inloggen</html>", "text/html"), (f"{SITE}/robots.txt", "User-agent: *", "text/plain")]
    )
    summary = stage.run(project(tmp_path, data))
    assert summary.dropped == {"answered 401": 1, "no thread found": 1}
    assert len(rows(tmp_path)) == 4


@pytest.mark.parametrize(
    ("kind", "location", "body", "platform"),
    [
        ("csv", "x.csv", "thread,id,parent_id,auteur,tekst\nA,1,,Jo,Ja\nA,2,1,Ko,@Jo nee\nB,1,,Jo,Ja\n", "csv"),
        ("jsonl", "x.jsonl", '{"thread":"A","id":"1","author":"Jo","text":"Ja"}\n{"thread":"A","id":"2","parent":"1","author":"Ko","text":"@Jo nee"}\n'
         '{"thread":"B","id":"1","author":"Jo","text":"Ja"}\n', "jsonl"),
    ],
)  # fmt: skip
def test_tables_of_comments(tmp_path, kind, location, body, platform):
    data = warc([(f"file:///{location}", body, "text/plain")], kind="resource")
    stage.run(project(tmp_path, data, kind=kind, location=location, provenance="imported"))
    threads = read_table(tmp_path, THREADS).to_dicts()
    assert sorted((t["title"], t["found"], t["platform"]) for t in threads) == [("A", 2, platform), ("B", 1, platform)]
    found = rows(tmp_path)
    assert len({r["comment_id"] for r in found}) == 3
    assert len({r["author_id"] for r in found}) == 2  # the same name is the same author in both threads
    assert sum(r["text_raw"].startswith("@lezer-") for r in found) == 1


def test_comments_without_ids_are_all_kept(tmp_path):
    data = warc([("file:///x.csv", "tekst\n+1\n+1\nJa\n", "text/csv")], kind="resource")
    stage.run(project(tmp_path, data, kind="csv", location="x.csv", provenance="imported"))
    assert [r["text_raw"] for r in rows(tmp_path)] == ["+1", "+1", "Ja"]


def test_a_date_after_the_snapshot_is_no_date(tmp_path):
    data = warc([("file:///x.csv", "id,datum,tekst\n1,2031-01-01T10:00:00Z,Ja\n", "text/csv")], kind="resource")
    stage.run(project(tmp_path, data, kind="csv", location="x.csv", provenance="imported"))
    assert rows(tmp_path)[0]["posted_at"] is None
    assert "dates after the snapshot, left empty: 1" in read_table(tmp_path, THREADS)["warnings"][0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({}, ["2026-11-01T09:12:00+00:00"]),
        ({"kind": "page", "location": "wie.html", "url": f"{SITE}/wie/", "provenance": "imported"}, [None]),
    ],
)
def test_yesterday_is_a_day_where_it_is_known_when_the_page_was_answered(tmp_path, source, expected):
    body = html_page(comment(1, "Bob", "Niemand.")).replace(
        '<time datetime="2026-03-01T10:00:00+01:00">toen', "<time>Gisteren om 10:12"
    )
    data = warc([(f"{SITE}/wie/", body, "text/html")], when="2026-11-01T23:30:00Z")  # past midnight in Amsterdam
    stage.run(project(tmp_path, data, **source))
    assert [r["posted_at"] and r["posted_at"].isoformat() for r in rows(tmp_path)] == expected


# --- damage ----------------------------------------------------------------------------------------------------


def _two_records() -> tuple[bytes, int]:
    first = warc(PAGES[:1])
    return first + warc([API]), len(first)


@pytest.mark.parametrize("where", ["cut", "flipped", "middle"])
def test_a_damaged_record_is_named_and_the_rest_is_read(tmp_path, where):
    data, middle = _two_records()
    broken = bytearray(data)
    if where == "cut":
        broken = broken[:-40]
    else:
        broken[middle + 120 if where == "flipped" else middle // 2] ^= 0xFF
    summary = stage.run(project(tmp_path, bytes(broken)))
    assert summary.dropped == {"damaged record": 1}
    assert len(rows(tmp_path)) == (3 if where != "middle" else 2)
    (thread,) = read_table(tmp_path, THREADS).to_dicts()
    assert any("left out" in warning for warning in thread["warnings"])


def _plain(*records: bytes) -> bytes:
    return b"".join(records)


def _record(body: bytes, length: int | None = None, extra: str = "") -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: {SITE}/x\r\nWARC-Date: 2026-11-02T12:00:00Z\r\nContent-Type: text/html\r\n{extra}"
    return (
        head.encode()
        + f"Content-Length: {len(body) if length is None else length}\r\n\r\n".encode()
        + body
        + b"\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("data", "bodies", "word"),
    [
        (_plain(_record(b"een"), _record(b"twee")), [b"een", b"twee"], None),
        (gzip.compress(_plain(_record(b"een"), _record(b"twee"))), [b"een", b"twee"], None),
        (_plain(_record(b"een"), _record(b"twee", 900)), [b"een"], "bytes are missing"),
        (
            _plain(
                _record(b"een", extra="WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"), _record(b"twee")
            ),
            [b"twee"],
            "digest",
        ),
        (_plain(_record(b"een", extra="WARC-Truncated: length\r\n"), _record(b"twee")), [b"twee"], "cut it off"),
        (_plain(_record(b"een"), b"onzin\r\n\r\n"), [b"een"], "that are no record"),
    ],
)
def test_archives_of_any_shape(tmp_path, data, bodies, word):
    path = tmp_path / "x.warc"
    path.write_bytes(data)
    damage: list[str] = []
    found = list(archive.captures(path, damage))
    assert [capture.body for capture in found] == bodies
    assert [word in line for line in damage if word] == ([True] if word else [])


def _http(headers: list[tuple[str, str]], body: bytes) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record(f"{SITE}/x", "response", payload=io.BytesIO(body), http_headers=http))
    return out.getvalue()


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ([("Content-Encoding", "gzip")], gzip.compress(b"hallo"), b"hallo"),
        ([("Content-Encoding", "gzip")], gzip.compress(b"hallo" * 99)[:-9], None),
        ([("Content-Encoding", "gzip")], b"hallo", b"hallo"),
        ([("Content-Length", "9")], b"hallo", None),
        ([("Transfer-Encoding", "chunked")], b"5\r\nhallo\r\n0\r\n\r\n", b"hallo"),
        ([("Transfer-Encoding", "chunked")], b"9\r\nhallo", None),
        ([("Content-Encoding", "br")], b"\x0b\x02", None),
    ],
)
def test_bodies_are_whole_or_left_out(tmp_path, headers, body, expected):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(_http(headers, body))
    damage: list[str] = []
    found = list(archive.captures(path, damage))
    assert [capture.body for capture in found] == ([expected] if expected is not None else [])
    assert len(damage) == (expected is None)


@pytest.mark.parametrize(("data", "word"), [(b"", "empty"), (b"geen warc", "no WARC")])
def test_what_is_no_archive(tmp_path, data, word):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(data)
    with pytest.raises(StandpuntError, match=word):
        list(archive.captures(path, []))


# --- one file --------------------------------------------------------------------------------------------------


def test_records_of_a_saved_page():
    found = page.records(ONE.encode(), "bewaard.html", None)
    assert found[1] == {
        "comment_id": "2", "parent_id": "1", "author": "Bob", "posted_at": "2026-03-02T09:00:00Z", "text": "@Anneke nee", "deleted": False, "start": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.json", rest((1, 0, "Jo", "<p>Ja</p>"), (2, 1, "Ko", "<p>Nee</p>"))),
        (
            "x.json",
            '[{"id": 1, "author": "Jo", "text": "Ja"}, {"id": 2, "parent_id": 1, "author": "Ko", "text": "Nee"}]',
        ),
        ("x.csv", "id,parent,naam,tekst\n1,,Jo,Ja\n2,1,Ko,Nee\n"),
        ("x.jsonl", '{"id":1,"author":"Jo","text":"Ja"}\n{"id":2,"parent":1,"author":"Ko","text":"Nee"}'),
        ("pagina", html_page(comment(1, "Jo", "Ja", comment(2, "Ko", "Nee")))),
    ],
)
def test_records_of_any_file(name, body):
    found = page.records(body.encode(), name, None)
    assert [(r["comment_id"], r["parent_id"], r["author"], r["text"]) for r in found] == [
        ("1", None, "Jo", "Ja"),
        ("2", "1", "Ko", "Nee"),
    ]


@pytest.mark.parametrize(
    ("name", "body", "word"),
    [("leeg.html", b" \n", "empty"), ("x.csv", b"\x80\x04\x95", "pickle"), ("x.html", b"<html><body>Inloggen</body></html>", "no thread found"),
     ("x.parquet", b"PAR1....", "Parquet"), ("x.json", b"{", "not JSON")],
)  # fmt: skip
def test_files_that_are_refused(name, body, word):
    with pytest.raises(UsageError, match=word):
        page.records(body, name, None)


def test_records_of_pasted_text_know_where_they_start():
    text = "Titel\n\nDit is het artikel, met genoeg woorden om er een te zijn.\n\nReacties\n\nJan schreef op 3 mei 2026:\nIk vind het onzin.\n\nRia schreef op 4 mei 2026:\nIk niet.\n"
    found = page.records(text.encode(), "geplakt.txt", None)
    assert found
    assert all(isinstance(r["start"], int) for r in found)


def test_a_later_visit_by_a_clock_that_went_back_is_later_all_the_same(tmp_path):
    def visit(number: int, when: str, *shown: str) -> bytes:
        out = io.BytesIO()
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        body = html_page(*shown, announced=len(shown)).encode()
        headers = {"WARC-Date": when, "WARC-Warcinfo-ID": f"<urn:uuid:{number}>"}
        writer = WARCWriter(out, gzip=True)
        writer.write_record(
            writer.create_warc_record(
                f"{SITE}/wie/", "response", payload=io.BytesIO(body), http_headers=http, warc_headers_dict=headers
            )
        )
        return out.getvalue()

    first = visit(1, "2026-11-02T12:00:00Z", comment(1, "Anneke", "Niemand."), comment(2, "Bob", "Nee."))
    second = visit(2, "2026-10-30T12:00:00Z", comment(1, "Anneke", "Niemand meer."))
    summary = stage.run(project(tmp_path, first + second))
    assert [(row["version"], row["tombstone"]) for row in rows(tmp_path)] == [(2, False), (1, True)]
    assert "<p>Niemand meer.</p>" in str(rows(tmp_path)[0]["text_raw"])
    assert sum("the clock went back" in note for note in summary.notes) == 1
