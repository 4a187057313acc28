"""The whole site: what its pages hold, what they never hold, and what happens when something is wrong."""

from __future__ import annotations

import hashlib
import html
import os
import re
from pathlib import Path
from typing import Any

import pytest
import report_project as project
from selectolax.lexbor import LexborHTMLParser

from pipeline import store
from pipeline.errors import StandpuntError
from pipeline.report import folder
from pipeline.report.load import FINDINGS
from pipeline.report.stage import run


def digests(site: Path) -> dict[str, str]:
    """Path -> digest of every file."""
    return {
        str(path.relative_to(site)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def pages(site: Path) -> dict[str, LexborHTMLParser]:
    """Path -> parsed page."""
    return {
        str(path.relative_to(site)): LexborHTMLParser(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the project with both corpora."""
    root = project.write_project(tmp_path_factory.mktemp("full"), project.full_builder())
    run(root)
    return root / "reports"


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[str, LexborHTMLParser]:
    """Its pages."""
    return pages(site)


def test_every_page_stands_in_both_languages(parsed: dict[str, LexborHTMLParser]) -> None:
    dutch = {path for path in parsed if not path.startswith("en/")}
    assert {path.removeprefix("en/") for path in parsed if path.startswith("en/")} == dutch
    threads = {f"threads/t-made-{n}.html" for n in range(3)} | {"threads/t-real.html"}
    fixed = {"index.html", "camps.html", "topics.html", "method.html", "data.html"}
    assert dutch == fixed | threads | {"comments-real.html", "comments-constructed.html"}
    assert all(parsed[path].css_first("html").attributes["lang"] == "nl" for path in dutch)


def test_every_link_leads_somewhere(site: Path, parsed: dict[str, LexborHTMLParser]) -> None:
    ids = {path: {node.attributes["id"] for node in tree.css("[id]")} for path, tree in parsed.items()}
    for path, tree in parsed.items():
        for node in tree.css("a[href], link[href], script[src]"):
            address = node.attributes.get("href") or node.attributes.get("src") or ""
            if address.startswith(("https://", "http://")):
                assert node.attributes["rel"] == "nofollow noopener ugc", address
                continue
            target, _, fragment = address.partition("#")
            file = os.path.normpath(Path(path).parent / target) if target else path
            assert (site / file).is_file(), f"{path}: {address}"
            if fragment and "=" not in fragment:
                assert fragment in ids[file], f"{path}: {address}"


def test_ids_are_unique(parsed: dict[str, LexborHTMLParser]) -> None:
    for path, tree in parsed.items():
        ids = [node.attributes["id"] for node in tree.css("[id]")]
        assert len(ids) == len(set(ids)), (path, {i for i in ids if ids.count(i) > 1})


def test_no_text_becomes_markup(parsed: dict[str, LexborHTMLParser]) -> None:
    for path, tree in parsed.items():
        assert not tree.css("img, iframe, object, embed, b b, title script"), path
        for script in tree.css("script"):
            inert = script.attributes.get("type") == "application/json"
            assert inert or re.fullmatch(r"(\.\./)*assets/[a-z.]+\.js", script.attributes.get("src") or ""), path
        for node in tree.css("*"):
            assert not [name for name in node.attributes if name.startswith("on")], path
    real = parsed["threads/t-real.html"].body.text()
    assert "</script><script>document.title='broken'</script>" in real
    assert "{{ 1234 * 4321 }}" in real and "5332114" not in real
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u2028\u2029]", real)


def test_every_page_has_the_policy_and_asks_for_nothing(parsed: dict[str, LexborHTMLParser]) -> None:
    for path, tree in parsed.items():
        policy = tree.css_first("meta[http-equiv]").attributes["content"] or ""
        assert policy.startswith("default-src 'none'") and "connect-src 'none'" in policy, path
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def test_constructed_is_said_on_every_page_and_never_cited(parsed: dict[str, LexborHTMLParser]) -> None:
    for path, tree in parsed.items():
        assert "geconstrueerd / constructed" in tree.css_first("aside.banner").text(), path
        assert not tree.css(".corpus.constructed textarea, body.constructed textarea"), path
    assert parsed["index.html"].css("#real textarea")
    cited = parsed["index.html"].css_first("#real textarea").text()
    assert "2026-11-01" in cited and "n = 10" in cited and "95%-interval" in cited and "bewijsgraad B" in cited


def test_the_first_number_says_that_it_is_not_to_be_cited(tmp_path: Path, parsed: dict[str, LexborHTMLParser]) -> None:
    assert not parsed["index.html"].css("#real .headline + .no-cite")
    builder = project.full_builder()
    findings = project.make_findings(builder)
    for row in findings["findings"]:
        row |= {"citable": False, "why_not": {"nl": "Te onzeker.", "en": "Too unsure."}}
    run(project.write_project(tmp_path, builder, findings))
    told = pages(tmp_path / "reports")["index.html"].css_first("#real .headline + .no-cite")
    assert told.text().strip() == "Niet om te citeren: Te onzeker."


def test_only_constructed_says_so_before_anything_else(tmp_path: Path) -> None:
    root = project.write_project(tmp_path, project.full_builder(real=False))
    run(root)
    for path, tree in pages(root / "reports").items():
        assert "geconstrueerd / constructed" in tree.css_first("aside.banner").text(), path
        assert not tree.css("textarea"), path


def test_only_real_says_nothing_of_constructed(tmp_path: Path) -> None:
    root = project.write_project(tmp_path, project.full_builder(constructed=False))
    run(root)
    found = pages(root / "reports")
    assert not any(tree.css("aside.banner, .stamp") for tree in found.values())
    assert "Te weinig reacties voor onderwerpen" in found["topics.html"].body.text()


def test_each_estimate_stands_with_n_interval_and_grade(parsed: dict[str, LexborHTMLParser]) -> None:
    rows = [
        row
        for row in parsed["index.html"].css("table.findings tbody tr")
        if "more" not in (row.attributes.get("class") or "")
    ]
    assert len(rows) > 40
    for row in rows:
        assert row.css_first(".grade"), row.text()
        assert row.css(".num a"), row.text()
        assert row.css_first(".ci").text(), row.text()


def test_a_number_leads_to_its_comments_and_they_to_their_thread(parsed: dict[str, LexborHTMLParser]) -> None:
    href = parsed["index.html"].css_first("#real table.findings tbody th a").attributes["href"]
    assert href == "comments-real.html#stance=blame_council"
    rows = parsed["comments-real.html"].css('li.row[data-stance="blame_council"]')
    assert len(rows) == 2
    leads = rows[0].css_first("a.source").attributes["href"]
    assert leads == "threads/t-real.html#c-t-real-0"
    assert parsed["threads/t-real.html"].css_first("#c-t-real-0 mark").text().startswith("</script>")


def test_dropped_comments_are_folded_with_their_reason(parsed: dict[str, LexborHTMLParser]) -> None:
    tree = parsed["threads/t-real.html"]
    assert "gelijk aan een eerdere reactie" in tree.css_first("details.dropped summary").text()
    assert "Bij de bron verwijderd" in tree.css_first("p.gone").text()
    made = parsed["threads/t-made-0.html"]
    assert made.css(".repairs del") and made.css(".chip-open")
    assert "onvolledig: 12 van 14" in tree.css_first("dl.inline").text()


def test_charts_have_captions_and_tables(parsed: dict[str, LexborHTMLParser]) -> None:
    for path in ("index.html", "camps.html", "method.html"):
        charts = parsed[path].css("figure .chart")
        assert charts, path
        assert len(charts) == len(parsed[path].css(".chart"))
        for figure in parsed[path].css("figure:has(.chart)"):
            assert re.search(r"\d", figure.css_first("figcaption").text()), path
            assert figure.css_first("details table"), path
        assert parsed[path].css_first('script[src$="plotly.min.js"]')
    assert not parsed["data.html"].css('script[src$="plotly.min.js"]')


def test_same_inputs_same_bytes(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "C")
    root = project.write_project(tmp_path, project.full_builder())
    run(root)
    assert digests(root / "reports") == digests(site)


def empty_builder() -> project.Builder:
    """No thread at all."""
    return project.Builder()


def one_comment() -> project.Builder:
    """One thread with one comment."""
    b = project.Builder()
    b.thread("t-1", "krant", "imported", None, 1, announced=None, complete=None, opening=None, published_at=None)
    b.comment("t-1", 0, "De bouwer.", "blame_builder", posted_at=None, author_id=None)
    return b


def no_comments() -> project.Builder:
    """One thread without comments."""
    b = project.Builder()
    b.thread("t-0", "krant", "scraped", "Leeg", 0)
    return b


def test_evidence_is_marked_only_where_the_label_names_the_party(tmp_path: Path) -> None:
    b = project.Builder()
    b.thread("t-3", "krant", "scraped", "Merken", 2)
    b.comment("t-3", 0, "De wethouder zweeg.", "blame_council")
    b.comment("t-3", 1, "De bouwer rekende fout.", "blame_builder", abstained=True)
    root = project.write_project(tmp_path, b)
    run(root)
    tree = pages(root / "reports")["threads/t-3.html"]
    assert [node.text() for node in tree.css(".tree mark")] == ["De wethouder zweeg."]
    assert [node.text() for node in tree.css(".tree .hint")] == ["De bouwer rekende fout."]
    assert "geen standpunt te bepalen" in tree.css_first("#c-t-3-1").text()


def all_abstained() -> project.Builder:
    """Labels of which none is sure."""
    b = project.Builder()
    b.thread("t-2", "krant", "scraped", "Twijfel", 3)
    for n in range(3):
        b.comment("t-2", n, project.PLAIN[n], "no_blame", abstained=True)
    return b


@pytest.mark.parametrize("builder", [empty_builder, one_comment, no_comments, all_abstained])
def test_little_or_nothing_is_said_as_such(builder: Any, tmp_path: Path) -> None:
    b = builder()
    findings = project.make_findings(b)
    for finding in findings["findings"]:
        finding.update(estimate=None, interval=None, raw=None, citable=False)
    root = project.write_project(tmp_path, b, findings, measured=False)
    run(root)
    found = pages(root / "reports")
    assert found["index.html"].css(".empty")
    assert "niets gemeten" in found["method.html"].body.text()
    assert not (root / "reports/assets/plotly.min.js").exists() or found["camps.html"].css(".chart")


def break_digest(findings: dict[str, Any]) -> None:
    next(f for f in findings["findings"] if f["quotes"])["quotes"][0]["digest"] = "0" * 32


def other_corpus(findings: dict[str, Any]) -> None:
    real = next(f for f in findings["findings"] if f["corpus"] == "real" and f["quotes"])
    made = next(f for f in findings["findings"] if f["corpus"] == "constructed" and f["quotes"])
    real["quotes"] = made["quotes"]


def unknown_comment(findings: dict[str, Any]) -> None:
    next(f for f in findings["findings"] if f["quotes"])["quotes"][0]["comment_id"] = "c-none"


def part_missing(findings: dict[str, Any]) -> None:
    del findings["findings"][0]["n"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, project.Builder]:
    """A project that has a report already."""
    b = project.Builder()
    project.fill_real(b)
    project.fill_constructed(b, threads=1, size=6)
    root = project.write_project(tmp_path_factory.mktemp("small"), b)
    (root / "reports").mkdir()
    (root / "reports/index.html").write_text("the last good report", encoding="utf-8")
    return root, b


@pytest.mark.parametrize("spoil", [break_digest, other_corpus, unknown_comment, part_missing])
def test_findings_that_do_not_fit_leave_the_last_report_alone(spoil: Any, small: tuple[Path, project.Builder]) -> None:
    root, b = small
    findings = project.make_findings(b)
    spoil(findings)
    store.write_json(root / FINDINGS, findings)
    with pytest.raises(StandpuntError):
        run(root)
    assert (root / "reports/index.html").read_text(encoding="utf-8") == "the last good report"
    assert [path.name for path in root.iterdir() if path.name.startswith(".")] == []


def test_an_interrupted_writing_leaves_the_last_report_alone(tmp_path: Path) -> None:
    target = tmp_path / "reports"
    folder.write_site(target, [("index.html", b"old")])

    def cut() -> Any:
        yield "index.html", b"new"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        folder.write_site(target, cut())
    assert (target / "index.html").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_run_killed_between_the_renames_is_mended(tmp_path: Path) -> None:
    target = tmp_path / "reports"
    (tmp_path / ".reports.abc.tmp.old").mkdir()
    (tmp_path / ".reports.abc.tmp").mkdir()
    folder.write_site(target, [("index.html", b"new")])
    assert (target / "index.html").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_downloads_hold_every_comment_and_guard_formulas(site: Path, parsed: dict[str, LexborHTMLParser]) -> None:
    text = (site / "data/comments-real.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in text and "'@buurman" in text
    assert '"=HYPERLINK' in html.unescape((site / "data/comments-real.jsonl").read_text(encoding="ascii"))
    lines = (site / "data/comments-constructed.jsonl").read_text(encoding="ascii").splitlines()
    assert len(lines) == 78
    header = text.splitlines()[0].split(",")
    described = {node.text() for node in parsed["data.html"].css("table.dictionary code")}
    assert set(header) <= described
