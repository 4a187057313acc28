"""The report: a static site that works from a folder, offline, in Dutch and English.

It shows what the other stages found and computes nothing but counts: estimates come from findings.json, quotes are
checked slices of cleaned comments. Nothing on a page asks for anything outside the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.engine import Progress, Summary, silent
from pipeline.report.catalogue import LANGUAGES
from pipeline.report.downloads import build_downloads
from pipeline.report.estimates import read_findings
from pipeline.report.folder import write_site
from pipeline.report.load import Inputs, read_inputs
from pipeline.report.model import build_corpora
from pipeline.report.pages import Pages, Site

ASSETS = Path(__file__).parent / "assets"
TARGET = Path("reports")


def run(root: Path, progress: Progress = silent) -> Summary:
    """Make reports/ of the project at `root`.

    Raises StandpuntError where a table is missing or damaged, or a quote is not what its comment says; the last report
    then stays as it was.
    """
    inputs = read_inputs(root)

    site = build_site(inputs)

    files, size = write_site(root / TARGET, site_files(site, progress))
    comments = inputs.comments.height
    notes = [f"{files} files, {size / 1e6:.1f} MB", *_notes(site)]
    return Summary("report", comments, len(site.comments), str(TARGET / "index.html"), {}, notes)


def build_site(inputs: Inputs) -> Site:
    """Tables and findings as the site shows them, every quote checked."""
    corpora = build_corpora(inputs)
    findings = read_findings(inputs.findings, corpora)
    return Site(inputs, corpora, findings, build_downloads(inputs, corpora, findings))


def _notes(site: Site) -> list[str]:
    return (
        ["holds constructed texts, which are marked and cannot be cited"]
        if any(c.constructed for c in site.corpora)
        else []
    )


def _assets(charts: bool) -> Iterator[tuple[str, bytes]]:
    for path in sorted(ASSETS.iterdir()):
        if path.is_file():
            yield f"assets/{path.name}", path.read_bytes()
    if charts:
        from plotly.offline import get_plotlyjs

        yield "assets/plotly.min.js", get_plotlyjs().encode("utf-8")


def site_files(site: Site, progress: Progress = silent) -> Iterator[tuple[str, bytes]]:
    """Every file of the site: (path from its root, content), the same bytes for the same inputs."""
    charts = False
    total = len(LANGUAGES) * (5 + len(site.corpora) + len(site.threads))
    done = 0
    for language in LANGUAGES:
        for path, content in Pages(site, language).all():
            charts = charts or b"assets/plotly.min.js" in content
            done += 1
            progress(done, total, "pages")
            yield path, content
    for files in site.downloads.values():
        yield from ((file.path, file.content) for file in files)
    yield from _assets(charts)
