"""One page read by the command: as lines, as one document, and by the reader that is named."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.extract.page import of_file, of_path
from tests.conftest import Run

PAGE = """<!DOCTYPE html><html lang="nl"><body class="single postid-4"><h1 class="entry-title">Wie belt er?</h1><div id="comments">
<h2 class="comments-title">3 reacties</h2><ol><li id="comment-1" class="comment"><article class="comment-body"><b class="fn">Anneke</b>
<time datetime="2026-03-01T10:00:00+01:00">toen</time><div class="comment-content"><p>Niemand.</p></div></article></li></ol></div></body></html>"""


def test_a_page_as_one_document(standpunt: Run, tmp_path: Path) -> None:
    (tmp_path / "draad.html").write_text(PAGE, "utf-8")
    arguments = ("extract", str(tmp_path / "draad.html"), "--url", "https://forum.invalid/wie/")
    done = standpunt(*arguments, "--json")
    document = json.loads(done.stdout)
    assert {name: document[name] for name in ("platform", "title", "announced", "found", "left_out", "others")} == {
        "platform": "wordpress", "title": "Wie belt er?", "announced": 3, "found": 1, "left_out": 0, "others": [],
    }  # fmt: skip
    assert document["thread"] == "forum.invalid/?p=4" and "announced comments: 3, found: 1" in document["warnings"]
    lines = [json.loads(line) for line in standpunt(*arguments).stdout.splitlines()]
    assert document["comments"] == lines and [line["text"] for line in lines] == ["Niemand."]


def test_an_unknown_platform_names_the_nearest(standpunt: Run, tmp_path: Path) -> None:
    (tmp_path / "draad.html").write_text(PAGE, "utf-8")
    done = standpunt("extract", str(tmp_path / "draad.html"), "--platform", "wordpres")
    assert done.returncode == 2 and "Did you mean 'wordpress'?" in done.stderr and done.stdout == ""
    assert "phpbb" not in done.stderr


def test_the_platform_that_is_named_reads_the_page_whatever_it_looks_like() -> None:
    plain = PAGE.replace('class="single postid-4"', "").encode()
    (document,) = of_file(io.BytesIO(plain), "draad.html", None, "wordpress").threads
    assert (document["platform"], document["found"]) == ("wordpress", 1)
    assert of_file(io.BytesIO(plain), "draad.html", None, "phpbb").records == []


def test_of_a_platform_with_an_interface_the_reader_that_knows_the_answer_reads_it() -> None:
    answer = [
        {
            "id": 1,
            "post": 4,
            "parent": 0,
            "author_name": "Jo",
            "date_gmt": "2026-03-01T09:00:00",
            "content": {"rendered": "<p>Ja</p>"},
        }
    ]
    (document,) = of_file(io.BytesIO(json.dumps(answer).encode()), "x.json", None, "wordpress").threads
    assert document["found"] == 1


def test_a_kind_of_file_may_be_named_as_well() -> None:
    (document,) = of_file(io.BytesIO(b"naam;tekst\nJo;Ja\n"), "lijst.txt", None, "csv").threads
    assert (document["platform"], document["found"]) == ("csv", 1)


def test_what_the_named_reader_cannot_read_says_so() -> None:
    with pytest.raises(UsageError):
        of_file(io.BytesIO(b"<html></html>"), "x.html", None, "parquet")


def test_lines_come_with_the_warnings_that_the_document_has(standpunt: Run, tmp_path: Path) -> None:
    text = PAGE.replace("Niemand.", "Niemand belde één keer, café of niet: geïrriteerd.")
    (tmp_path / "draad.html").write_bytes(text.encode("cp1252"))
    shown = standpunt("extract", str(tmp_path / "draad.html"))
    warnings = json.loads(standpunt("extract", str(tmp_path / "draad.html"), "--json").stdout)["warnings"]
    assert len(warnings) >= 2 and shown.returncode == 0
    assert shown.stderr.splitlines() == [f"{tmp_path / 'draad.html'}: {warning}" for warning in warnings]
    assert "announced comments: 3, found: 1" in shown.stderr and "indows-1252" in shown.stderr
    assert standpunt("extract", str(tmp_path / "draad.html"), "--quiet").stderr == ""
    assert standpunt("extract", str(tmp_path / "draad.html"), "--json").stderr == ""


def test_a_warning_names_its_thread_where_there_are_several() -> None:
    rows = b"thread,text,posted_at\na,Ja,gisteren\nb,Nee,2026-03-01T10:00:00Z\n"
    found = of_file(io.BytesIO(rows), "lijst.csv", None)
    assert len(found.threads) == 2 and found.warnings
    assert all(warning.startswith(("a: ", "b: ")) for warning in found.warnings)


@pytest.mark.parametrize("platform", ["phpbb", "xenforo", None])
def test_a_page_without_a_thread_is_told_and_fails(standpunt: Run, tmp_path: Path, platform: str | None) -> None:
    (tmp_path / "wp1.html").write_text("<!DOCTYPE html><html><body><p>Inloggen</p></body></html>", "utf-8")
    done = standpunt("extract", str(tmp_path / "wp1.html"), *(["--platform", platform] if platform else []))
    assert done.returncode == 2 and done.stdout == ""
    assert "wp1.html" in done.stderr and "no thread found" in done.stderr and "README" in done.stderr
    assert ("leave out --platform" in done.stderr) is (platform is not None)


def test_a_thread_without_comments_is_no_failure(standpunt: Run, tmp_path: Path) -> None:
    (tmp_path / "stil.txt").write_text(
        "Een artikel over bellen.\n\nEr belde niemand terug, de hele middag niet.\n", "utf-8"
    )
    done = standpunt("extract", str(tmp_path / "stil.txt"))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.count("no comments found") == 1 and "`standpunt add` writes a file for that" in done.stderr


@pytest.mark.parametrize("what", ["https://forum.invalid/123", "forum.invalid/123", "www.forum.invalid/x"])
def test_an_address_is_for_add(standpunt: Run, what: str) -> None:
    done = standpunt("extract", what)
    assert done.returncode == 2 and done.stdout == ""
    assert f"extract takes files; of an address: `standpunt add https://{what.removeprefix('https://')}`" in done.stderr


def test_an_empty_file_is_not_said_to_be_added(tmp_path: Path) -> None:
    (tmp_path / "leeg.html").write_text(" ", "utf-8")
    with pytest.raises(UsageError, match=r"leeg\.html is empty\. Save the thread into it first\."):
        of_path(tmp_path / "leeg.html", None)
