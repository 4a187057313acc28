"""A folder of saved pages: what is a page, where it came from, and that its bytes stay as they are."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from urllib.parse import unquote

import pytest

from pipeline.add import add
from pipeline.errors import UsageError
from pipeline.extract import page, reading
from pipeline.files import warc
from pipeline.settings import load_sources
from pipeline.store import read_table
from pipeline.tables import THREADS
from tests import import_files as made

CANONICAL = f'<link rel="canonical" href="{made.SITE}/canoniek/">'
OG = f'<meta property="og:url" content="{made.SITE}/og/">'
SAVED = f"<!-- saved from url=(0030){made.SITE}/bewaard/ -->"
MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://forum.invalid/mhtml/\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----G"\r\n\r\n------G\r\nContent-Type: text/html\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\nContent-Location: https://forum.invalid/mhtml/\r\n\r\n{}\r\n------G\r\n"
    "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n------G--\r\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = made.project(tmp_path)
    made.put(root, "bewaard/één pagina.html", made.page(("Jo", "Canoniek."), head=CANONICAL + OG))
    made.put(root, "bewaard/sub/og.htm", SAVED + made.page(("Jo", "Og."), head=OG))
    made.put(root, "bewaard/sub/zonder naam", SAVED + made.page(("Jo", "Bewaard.")))
    made.put(root, "bewaard/los-1.html", made.page(("Jo", "Los een.")))
    made.put(root, "bewaard/los-2.html", made.page(("Jo", "Los twee.")))
    made.put(root, "bewaard/m.mhtml", MHTML.format(made.page(("Zo=C3=AB", "Mht=\r\nml.")).replace('="', '=3D"')))
    made.put(root, "bewaard/los-1_files/frame.html", made.page(("X", "Reclame.")))
    made.put(root, "bewaard/los-1_files/stijl.css", "a {}")
    made.put(root, "bewaard/los-2_bestanden/b.js", "1")
    made.put(root, "bewaard/los-2-bestanden/advertentie.htm", made.page(("X", "Reclame.")))
    made.put(root, "bewaard/notitie.docx", b"PK\x03\x04\0\0")
    made.put(root, "bewaard/leeg.html", "")
    made.put(root, "bewaard/.DS_Store", b"\0\1")
    return root


def test_a_folder_becomes_one_archive_with_every_page_as_it_was(root: Path) -> None:
    result = add(root, str(root / "elders/bewaard"))
    assert result.messages[1:] == [
        "copied to data/raw/imports/bewaard.warc.gz", "pages: 6", "skipped, empty: 1 (leeg.html)", "skipped, hidden: 1",
        "skipped, no saved page: 1 (notitie.docx)",
        "skipped, parts of pages saved complete: 4",
    ]  # fmt: skip
    (source,) = load_sources(root)
    assert (source.id, source.kind, source.location, source.provenance) == (
        "bewaard",
        "folder",
        "bewaard.warc.gz",
        "imported",
    )
    with (root / "data/raw/imports/bewaard.warc.gz").open("rb") as file:
        records = list(warc.records(file, []))
    assert [record.url for record in records] == sorted(record.url for record in records)
    assert records[0].url == "file:///%C3%A9%C3%A9n%20pagina.html"
    names = [unquote(record.url.removeprefix("file:///")) for record in records]
    assert [record.payload for record in records] == [(root / "elders/bewaard" / name).read_bytes() for name in names]


def test_each_page_tells_where_it_came_from(root: Path) -> None:
    add(root, str(root / "elders/bewaard"))
    assert made.texts(root) == ["Bewaard.", "Canoniek.", "Los een.", "Los twee.", "Mhtml.", "Og."]
    threads = read_table(root, THREADS)
    assert sorted(filter(None, threads["url"].to_list())) == [
        f"{made.SITE}/{name}/" for name in ("bewaard", "canoniek", "mhtml", "og")
    ]
    assert threads.height == 6  # pages that nothing names are threads of their own


def test_extract_shows_a_folder(root: Path) -> None:
    found = page.of_path(root / "elders/bewaard", None)
    assert sorted(str(record["text"]) for record in found.records) == [
        "Bewaard.",
        "Canoniek.",
        "Los een.",
        "Los twee.",
        "Mhtml.",
        "Og.",
    ]
    assert "skipped, empty: 1 (leeg.html)" in found.notes and found.complete


def test_the_archive_is_the_same_wherever_it_is_made(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.source_list.now", lambda: dt.datetime(2026, 11, 2, tzinfo=dt.UTC))
    other = made.project(tmp_path / "ander")
    for path in sorted((p for p in (root / "elders/bewaard").rglob("*") if p.is_file()), reverse=True):
        made.put(other, str(path.relative_to(root / "elders")), path.read_bytes())
    for one in (root, other):
        add(one, str(one / "elders/bewaard"))
    one, two = ((r / "data/raw/imports/bewaard.warc.gz").read_bytes() for r in (root, other))
    assert one == two
    assert load_sources(root) == load_sources(other)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (SAVED + CANONICAL + OG, f"{made.SITE}/canoniek/"), (SAVED + OG, f"{made.SITE}/og/"), (SAVED, f"{made.SITE}/bewaard/"), ("<p>", ""),
        (f'{SAVED}<link rel=canonical href="../ander/">', f"{made.SITE}/ander/"), ('<link rel="canonical" href="/x">', ""),
        (f"<!--\n Page saved with SingleFile \n url: {made.SITE}/een/ \n saved date: nu\n-->", f"{made.SITE}/een/"),
        ("<!-- saved from url=(0014)about:internet -->", ""), ('<link rel="canonical" href="javascript:alert(1)">', ""),
        (f"<body><p>{SAVED}", ""),  # what a comment says is no word of the browser
    ],
)  # fmt: skip
def test_where_a_page_came_from(text: str, address: str) -> None:
    assert reading.saved_from(text) == address


@pytest.mark.parametrize("name", ["draad.mhtml", "draad.mht", "draad.html"])
def test_a_page_saved_as_mhtml(root: Path, name: str) -> None:
    path = made.put(root, name, MHTML.format(made.page(("Jo", "Mhtml.")).replace("=", "=3D")))
    add(root, str(path))
    assert (load_sources(root)[0].kind, load_sources(root)[0].location) == ("page", "draad.mhtml")
    assert made.texts(root) == ["Mhtml."]
    assert read_table(root, THREADS)["url"].to_list() == [f"{made.SITE}/mhtml/"]


def test_mhtml_without_a_page_is_told(root: Path) -> None:
    path = made.put(
        root, "x.mhtml", MHTML.replace("Content-Type: text/html", "Content-Type: text/plain").format("niets")
    )
    with pytest.raises(UsageError, match="MHTML, but holds no page"):
        page.of_path(path, None)


def test_names_that_are_no_utf8_and_a_folder_that_cannot_be_read(root: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(str(root / "elders/bewaard/")) + b"/caf\xe9.html"))
    odd.write_text(made.page(("Jo", "Oud.")), "utf-8")
    add(root, str(root / "elders/bewaard"))
    assert "Oud." in made.texts(root)


def test_an_address_goes_with_one_page(root: Path) -> None:
    with pytest.raises(UsageError, match="--url tells where one page came from"):
        add(root, str(root / "elders/bewaard"), url=f"{made.SITE}/x")


LOG_IN = "<!doctype html><p>Inloggen</p>"
#: a page of a platform that is known by its markup, and shows no thread
PHPBB_LOG_IN = (
    '<!DOCTYPE html><html><body id="phpbb" class="section-ucp"><form action="./ucp.php?mode=login" id="login"><p>Inloggen</p>'
    '</form><p class="copyright">Powered by phpBB</p></body></html>'
)


@pytest.mark.parametrize("content", [LOG_IN, PHPBB_LOG_IN, MHTML.format(LOG_IN)])
def test_a_page_without_a_thread_is_refused_and_not_listed(root: Path, content: str) -> None:
    with pytest.raises(UsageError, match=r"inloggen\.html.*no thread found.*while logged in.*paste.*README") as error:
        add(root, str(made.put(root, "inloggen.html", content)))
    assert len(str(error.value)) < 400 and "vbulletin" not in str(error.value)
    assert load_sources(root) == [] and not (root / "data/raw/imports").exists()


def test_an_article_without_comments_is_a_thread(root: Path) -> None:
    article = (
        '<!DOCTYPE html><html lang="nl"><head><meta name="generator" content="WordPress 6.5"></head><body class="single postid-4"><h1 class="entry-title">Stil</h1><div class="entry-content">'
        '<p>Nog niemand belde terug.</p></div><div id="comments"></div></body></html>'
    )
    assert add(root, str(made.put(root, "stil.html", article))).added


def test_pages_of_a_folder_without_a_thread_are_counted_and_three_named(root: Path) -> None:
    for n in range(1, 6):
        made.put(root, f"bewaard/z{n} in.html", LOG_IN)
    assert (
        "without a thread: 5 (z1 in.html, z2 in.html, z3 in.html, ...)"
        in add(root, str(root / "elders/bewaard")).messages
    )


def test_a_folder_in_which_no_page_holds_a_thread_is_refused(root: Path) -> None:
    for n in (1, 2):
        made.put(root, f"leeg/{n}.html", LOG_IN)
    with pytest.raises(
        UsageError, match=r"no page of this folder holds a thread \(without a thread: 2 \(1\.html, 2\.html\)\)"
    ):
        add(root, str(root / "elders/leeg"))
    assert load_sources(root) == [] and not (root / "data/raw/imports").exists()
