"""Taking a source in: what is refused and why, and what is written."""

from __future__ import annotations

import gzip
import io
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import store, trial
from pipeline.add import AddResult, add
from pipeline.errors import StandpuntError, UsageError
from pipeline.extract import reading
from pipeline.files import kinds
from pipeline.platforms import deadline
from pipeline.platforms.base import Page
from pipeline.settings import load_sources
from pipeline.source_list import safe_id

LISTED = """# my sources
sources:
  # the first, "as it was"
  - id: eerste
    kind: pasted
    location: eerste.txt
    added: 2026-10-01T12:00:00Z   # a Thursday
    provenance: 'imported'
# the end
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "params.yaml").write_text("edition: 2026-11-01\n", "utf-8")
    return tmp_path


def put(root: Path, name: str, content: bytes | str) -> str:
    path = root / "elders" / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("draad.txt", "Een artikel.\n\nEen reactie.", "pasted"),
        ("Draad.TXT", "\ufeffEen artikel.", "pasted"),
        ("draad.html", "<!DOCTYPE html><html></html>", "page"),
        ("draad.txt", "\n <!-- saved --> <!doctype html>\n<html>", "page"),  # a saved page under another name
        ("draad", '<?xml version="1.0"?><html xmlns="x">', "page"),
        ("draad.csv", "text;author\nja;Jan\n", "csv"),
        ("draad.jsonl", '{"text": "ja"}\n', "jsonl"),
        ("draad.dat", '{"text": "ja"}\n{"text": "nee"}\n', "jsonl"),
        ("draad.warc", "WARC/1.0\r\n", "warc"),
        ("draad.warc.gz", gzip.compress(b"WARC/1.0\r\n"), "warc"),
        ("archief", gzip.compress(b"WARC/1.0\r\n"), "warc"),
    ],
)
def test_the_kind_is_told_by_name_and_content(name: str, content: bytes | str, kind: str) -> None:
    assert kinds.tell(io.BytesIO(content.encode() if isinstance(content, str) else content), name) == kind


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "empty"),
        ("a.csv", b" \n\n", "empty"),
        ("a.txt", b"\xef\xbb\xbf", "empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        ("a.pkl", b"\x80\x04\x95\x10\x00\x00", "pickle"),
        ("a.docx", b"PK\x03\x04\0\0", "Office file. Save it as CSV or text"),
        ("a", b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "Office file. Save it as CSV or text"),
        ("a.zip", b"PK\x03\x04\0\0", "zip archive.*Unpack"),
        ("a.md", b"tekst", "unknown kind"),
        ("a.csv.gz", gzip.compress(b"text\nja\n"), "Unpack"),
        ("a.warc.gz", b"geen warc", "holds none"),
        ("a.warc.gz", gzip.compress(b"WARC/1.0\r\n" * 99)[:9], "damaged"),
        ("a.jsonl", b"[1, 2]\n", "not an object"),
        ("a.jsonl", b"{kapot\n", "line 1: Expecting"),
        ("a.csv", b"text,author\n", "no rows below"),
    ],
)
def test_what_is_refused_says_why_and_writes_nothing(root: Path, name: str, content: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says) as error:
        add(root, put(root, name, content))
    assert name in str(error.value)
    assert not (root / "data/raw/sources.yaml").exists() and not (root / "data/raw/imports").exists()


def test_no_plain_file(root: Path) -> None:
    os.mkfifo(root / "pijp")
    for what, says in [
        ("weg.txt", "not there"),
        (str(root), "folder"),
        (str(root / "pijp"), "not a plain file"),
        ("", "folder"),
    ]:
        with pytest.raises(UsageError, match=says):
            add(root, what)


@pytest.mark.parametrize(
    "url", ["ftp://f.invalid/x", "file:///etc/passwd", "http://jan:geheim99@f.invalid/", "http://"]
)
def test_an_address_that_is_refused(root: Path, url: str) -> None:
    with pytest.raises(UsageError) as error:
        add(root, url)
    assert "geheim99" not in str(error.value)


def test_a_file_is_copied_and_listed(root: Path) -> None:
    result = add(
        root,
        put(root, "Draad één!.txt", "Een artikel."),
        title="Titel: met dubbele punt",
        language="nl",
        licence="CC0-1.0",
    )
    (source,) = load_sources(root)
    assert (source.id, source.kind, source.location, source.provenance) == (
        "draad-een",
        "pasted",
        "draad-een.txt",
        "imported",
    )
    assert (source.title, source.language, source.licence) == ("Titel: met dubbele punt", "nl", "CC0-1.0")
    assert (root / "data/raw/imports/draad-een.txt").read_bytes() == b"Een artikel."
    assert result == AddResult("draad-een", "pasted", "draad-een.txt", True, result.messages)
    assert "copied to data/raw/imports/draad-een.txt" in result.messages
    assert (
        (root / "data/raw/corrections/draad-een.txt")
        .read_text("utf-8")
        .splitlines()[-1]
        .startswith("article | Een artikel")
    )


def test_the_same_file_twice_changes_nothing(root: Path) -> None:
    path = put(root, "a.txt", "tekst")
    add(root, path)
    before = (root / "data/raw/sources.yaml").read_bytes()
    again = add(root, str(shutil.copy(path, root / "elders/b.txt")), source_id="anders")
    assert not again.added and again.source_id == "a" and "already" in again.messages[0]
    assert (root / "data/raw/sources.yaml").read_bytes() == before


def test_the_list_keeps_comments_order_and_quotes(root: Path) -> None:
    listed = root / "data/raw/sources.yaml"
    listed.write_text(LISTED, "utf-8")
    add(root, put(root, "a.txt", "tekst"), provenance="constructed")
    text = listed.read_text("utf-8")
    for line in LISTED.splitlines():
        assert line in text
    assert [source.id for source in load_sources(root)] == ["a", "eerste"] and text.index("id: eerste") < text.index(
        "id: a\n"
    )
    assert load_sources(root)[0].provenance == "constructed"


@pytest.mark.parametrize("before", ["", "sources: []\n", "sources: []  # none yet\n"])
def test_an_empty_list_is_begun(root: Path, before: str) -> None:
    if before:
        (root / "data/raw/sources.yaml").write_text(before, "utf-8")
    add(root, put(root, "a.txt", "een"))
    add(root, put(root, "b.txt", "twee"))
    assert [source.id for source in load_sources(root)] == ["a", "b"]
    assert re.search(r"^  - id: a$", (root / "data/raw/sources.yaml").read_text("utf-8"), re.M)


def test_a_loopback_address_is_allowed_and_told(root: Path) -> None:
    result = add(root, "http://127.0.0.1:8088/draad/#comment-3", source_id="proef")
    (source,) = load_sources(root)
    assert (
        source.private_network and source.location == "http://127.0.0.1:8088/draad/" and source.provenance == "scraped"
    )
    assert any("private_network" in line for line in result.messages)
    assert not add(root, "http://127.0.0.1:8088/draad/").added


def test_a_public_address_is_not_marked_private(root: Path) -> None:
    add(root, "https://93.184.215.14/forum/wie-luistert/")
    (source,) = load_sources(root)
    assert not source.private_network and source.id == "93-184-215-14-wie-luistert"


def test_ids_are_free_or_refused(root: Path) -> None:
    add(root, put(root, "a.txt", "een"))
    assert add(root, put(root, "a.txt", "twee")).source_id == "a-2"
    with pytest.raises(UsageError, match="taken"):
        add(root, put(root, "c.txt", "drie"), source_id="a")
    for bad in ("../x", "A B", "é", "x" * 65, ""):
        if bad:
            with pytest.raises(UsageError):
                add(root, put(root, "c.txt", "drie"), source_id=bad)
    assert len(list((root / "data/raw/imports").iterdir())) == 2


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc", "etc"),
        ("Één & twee", "een-twee"),
        ("日本", "source"),
        ("a" * 99, "a" * 48),
        ("CON", "con"),
        ("-x-", "x"),
    ],
)
def test_ids_are_safe_names(name: str, made: str) -> None:
    assert safe_id(name) == made


def test_a_second_writer_is_told_who_holds_the_lock(root: Path) -> None:
    with store.lock(root), pytest.raises(UsageError, match=str(os.getpid())):
        add(root, put(root, "a.txt", "tekst"))


def test_no_project_here(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Standpunt project"):
        add(tmp_path, "http://f.invalid/")


def test_a_link_is_refused_and_its_target_named(root: Path) -> None:
    (root / "link.txt").symlink_to(put(root, "elsewhere.txt", "Een artikel."))
    with pytest.raises(UsageError, match=r"is a link.*elsewhere\.txt"):
        add(root, str(root / "link.txt"))


@pytest.mark.parametrize(
    ("what", "meant"),
    [
        ("www.voorbeeld.invalid/x", "https://www.voorbeeld.invalid/x"),
        ("forum.invalid/123", "https://forum.invalid/123"),
        ("forum.invalid:8080/", "https://forum.invalid:8080/"),
        ("http:/forum.invalid/1", "http://forum.invalid/1"),
    ],
)
def test_an_address_without_its_scheme_is_understood_and_not_added(root: Path, what: str, meant: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"did you mean {meant}?")):
        add(root, what)
    assert load_sources(root) == []


@pytest.mark.parametrize("what", ["weg.txt", "./weg.d/a.html", "/weg.invalid/a", "map/weg.txt", "weg.warc.gz"])
def test_a_file_that_is_not_there_is_no_address(root: Path, what: str) -> None:
    with pytest.raises(UsageError, match="is not there") as error:
        add(root, what)
    assert "did you mean" not in str(error.value)


def test_this_machine_is_named_once(root: Path) -> None:
    told = [*add(root, "http://127.0.0.1:8088/a").messages, *add(root, "http://localhost:8088/b").messages]
    assert "127.0.0.1 is this machine: private_network is set to true." in told
    assert any(re.match(r"localhost is this machine \((127\.0\.0\.1|::1)\)", line) for line in told)


@pytest.mark.parametrize("address", ["169.254.169.254", "10.1.2.3", "192.168.1.5"])
def test_a_private_network_has_to_be_meant(root: Path, address: str) -> None:
    with pytest.raises(UsageError, match="private_network: true"):
        add(root, f"http://{address}/draad/")


@pytest.mark.parametrize(
    ("address", "source_id"),
    [
        ("https://forum.invalid/viewtopic.php?f=3&t=12", "forum-invalid-viewtopic-f3-t12"),
        ("https://forum.invalid/index.php?topic=77.0", "forum-invalid-index-topic77-0"),
        ("https://forum.invalid/draad/wie-belt?s=abc", "forum-invalid-wie-belt"),
    ],
)
def test_an_address_gives_a_name_of_its_own(root: Path, address: str, source_id: str) -> None:
    assert add(root, address).source_id == source_id


@pytest.mark.parametrize(("contact", "told"), [("", True), ("jo@forum.invalid", False)])
def test_what_collecting_needs_is_told_when_an_address_is_added(root: Path, contact: str, told: bool) -> None:
    (root / "params.yaml").write_text(f'edition: 2026-11-01\nscrape:\n  contact: "{contact}"\n', "utf-8")
    assert any("scrape.contact" in line for line in add(root, "https://forum.invalid/1").messages) is told
    assert not any("scrape.contact" in line for line in add(root, "http://127.0.0.1/1").messages)


def test_a_newer_state_of_a_file_is_told(root: Path) -> None:
    first = add(root, put(root, "reacties.csv", "id,text\n1,ja\n"))
    assert not any("same name" in line for line in first.messages)
    second = add(root, put(root, "reacties.csv", "id,text\n1,ja\n2,nee\n"))
    assert second.source_id == "reacties-2"
    assert any("`standpunt remove reacties` (else what both have counts twice)" in line for line in second.messages)
    other = add(root, put(root, "reacties.txt", "Een artikel.\n\nEen reactie."))
    assert not any("same name" in line for line in other.messages)


def test_a_page_that_does_not_tell_its_address_asks_for_it(root: Path) -> None:
    html = (
        '<!DOCTYPE html><html lang="nl"><body id="phpbb" class="section-viewtopic ltr"><h2 class="topic-title">'
        '<a href="./viewtopic.php?t=12">Wie belt?</a></h2><div id="p101" class="post bg2"><div class="inner"><div class="postbody">'
        '<div id="post_content101"><p class="author"><a href="./viewtopic.php?p=101#p101"></a>door <strong><a class="username">Jo</a>'
        '</strong> &raquo; <time datetime="2026-03-12T09:15:00+00:00">12 mrt 2026</time></p><div class="content">Niemand belt.</div>'
        "</div></div></div></div></body></html>"
    )
    page = put(root, "draad.html", html)
    with pytest.raises(UsageError, match=r"draad.html: comments are found, but not of which thread.*--url ADDRESS"):
        add(root, page)
    assert "comments: 1, threads: 1" in add(root, page, url="https://forum.invalid/viewtopic.php?t=12").messages


def test_pasted_text_without_comments_says_what_to_do(root: Path) -> None:
    result = add(
        root, put(root, "stuk.txt", "Het dorp krijgt een brug\n\nDe gemeente bouwt vanaf mei een tweede brug.\n")
    )
    assert any("no comment found: write down in data/raw/corrections/stuk.txt" in line for line in result.messages)


THREAD = (
    '<!DOCTYPE html><html lang="nl"><head><link rel="canonical" href="https://forum.invalid/viewtopic.php?t={0}"></head>'
    '<body id="phpbb" class="section-viewtopic ltr"><h2 class="topic-title"><a href="./viewtopic.php?t={0}">Wie belt?</a></h2>'
    '<div id="p10{0}" class="post bg2"><div class="inner"><div class="postbody"><div id="post_content10{0}"><p class="author">'
    'door <strong><a class="username">Jo</a></strong> &raquo; <time datetime="2026-03-12T09:15:00+00:00">12 mrt</time></p>'
    '<div class="content">Niemand belt.</div></div></div></div></div></body></html>'
)


def _holds(*_: object) -> None:
    time.sleep(10)


def _breaks(*_: object) -> None:
    raise RecursionError("te diep")


@pytest.mark.parametrize(
    ("does", "told"),
    [(_holds, "reading it takes over 0.3 s"), (_breaks, "it breaks its reader (RecursionError: te diep)")],
)
def test_a_page_that_holds_or_breaks_its_reader_costs_that_page(
    root: Path, monkeypatch: pytest.MonkeyPatch, does: Callable[..., None], told: str
) -> None:
    def read(body: bytes, *more: Any, **named: Any) -> list[Page]:
        if b"viewtopic.php?t=2" in body:
            does()
        return reading.pages(body, *more, **named)

    monkeypatch.setattr(deadline, "SECONDS", 0.3)
    monkeypatch.setattr(trial, "pages", read)
    both = [put(root, f"map/{number}.html", THREAD.format(number)) for number in (1, 2)]
    result = add(root, str(Path(both[0]).parent))
    assert not result.complete and "incomplete: 1 damaged, the rest is taken in" in result.messages
    assert f"2.html: {told}; please report it" in result.messages
    Path(both[0]).unlink()
    for what in (both[1], str(Path(both[1]).parent)):
        with pytest.raises(StandpuntError) as error:
            add(root, what)
        assert f"2.html: {told}" in str(error.value)


def test_an_answer_of_an_interface_without_a_thread_is_not_taken_in(root: Path) -> None:
    posts = '{"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {"id": "a1", "subreddit": "x", "title": "Wie belt?"}}]}}'
    with pytest.raises(UsageError, match=r"lijst\.json: no thread"):
        add(root, put(root, "lijst.json", posts))
    assert load_sources(root) == []
