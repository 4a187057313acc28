"""What is offered for import that is no plain file, or is offered twice."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.add import add
from pipeline.errors import UsageError
from pipeline.extract import page
from pipeline.files import folder
from pipeline.scrape import stage as scrape
from tests import import_files as made
from tests.conftest import Run

PASTED = (
    "Titel\n\nDit is het artikel, met genoeg woorden om er een te zijn.\n\nReacties\n\nJan schreef op 3 mei 2026:\nIk vind het onzin.\n\n"
    "Ria schreef op 4 mei 2026:\nIk niet.\n"
)
THREAD = made.page(("Jo", "Ja."))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made.project(tmp_path)


def state(root: Path) -> dict[str, bytes]:
    """Every file under data/raw with its content."""
    return {
        str(p.relative_to(root)): p.read_bytes()
        for p in (root / "data/raw").rglob("*")
        if p.is_file() and p.name != ".lock"
    }


@pytest.mark.fault(61)
def test_links_in_a_ring_are_told(root: Path, standpunt: Run) -> None:
    (root / "a.csv").symlink_to("b.csv")
    (root / "b.csv").symlink_to("a.csv")
    (root / "weg.csv").symlink_to("nergens.csv")
    for name in ("a.csv", "weg.csv"):
        for command in ("add", "extract"):
            done = standpunt(command, str(root / name), root=root)
            assert done.returncode == 2 and (
                "is a link that leads to nothing, or back" in done.stderr or "is not there" in done.stderr
            )
    assert standpunt("status", root=root / "a.csv").returncode == 2


@pytest.mark.fault(60)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("draad.html", THREAD), ("draad.txt", PASTED), ("draad.csv", "id,tekst\n1,Ja\n"), ("draad.jsonl", '{"text": "Ja"}\n'),
        ("draad.json", '[{"text": "Ja"}]'), ("draad.parquet", made.parquet({"tekst": ["Ja"]})), ("draad.warc.gz", made.warc(1)),
        ("draad.wacz", made.wacz({"archive/a.warc.gz": made.warc(1)})),
        ("draad.mbox", "From a Mon Mar  2 10:00:00 2026\nFrom: jo@forum.invalid\nMessage-ID: <1@forum.invalid>\n\nJa.\n"),
    ],
)  # fmt: skip
def test_the_same_file_twice_changes_nothing(root: Path, name: str, content: bytes | str) -> None:
    path = made.put(root, name, content)
    first = add(root, str(path))
    assert made.texts(root)
    before = state(root)
    again = add(root, str(shutil.copy(path, path.with_name(f"anders{path.suffix}"))))
    assert (again.added, again.source_id) == (False, first.source_id) and "nothing changed" in again.messages[0]
    scrape.run(root)
    assert state(root) == before


@pytest.mark.fault(60)
def test_the_same_folder_twice_changes_nothing_and_another_page_makes_another_source(root: Path) -> None:
    made.put(root, "bewaard/a.html", THREAD)
    made.put(root, "bewaard/b.html", made.page(("Ko", "Nee.")))
    add(root, str(root / "elders/bewaard"))
    before = state(root)
    shutil.copytree(root / "elders/bewaard", root / "elders/kopie")
    os.utime(root / "elders/kopie/a.html", (0, 0))
    again = add(root, str(root / "elders/kopie"))
    assert not again.added and state(root) == before
    made.put(root, "kopie/c.html", made.page(("Bo", "Tja.")))
    assert add(root, str(root / "elders/kopie")).source_id == "kopie"


@pytest.mark.fault(61)
@pytest.mark.parametrize("take", [lambda root, path: add(root, str(path)), lambda root, path: page.of_path(path, None)])
def test_no_plain_file_is_opened(root: Path, take: Callable[[Path, Path], object]) -> None:
    os.mkfifo(root / "pijp.html")  # opening it would wait for ever
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(root / "stekker"))
        for what in (root / "pijp.html", root / "stekker", Path("/dev/zero")):
            with pytest.raises(UsageError, match="not a plain file"):
                take(root, what)


@pytest.mark.fault(61)
@pytest.mark.parametrize("take", [lambda root, path: add(root, str(path)), lambda root, path: page.of_path(path, None)])
def test_a_folder_with_a_fifo_or_a_link_out_of_it_is_refused(root: Path, take: Callable[[Path, Path], object]) -> None:
    made.put(root, "map/a.html", THREAD)
    odd = root / "elders/map/diep/b.html"
    odd.parent.mkdir()
    os.mkfifo(odd)
    with pytest.raises(UsageError, match=r"b\.html is not a plain file"):
        take(root, root / "elders/map")
    odd.unlink()
    for target in ("/etc/passwd", "../../buiten.html", "/etc"):
        odd.symlink_to(target)
        with pytest.raises(UsageError, match=r"b\.html is a link that leads out of the folder"):
            take(root, root / "elders/map")
        odd.unlink()
    odd.symlink_to("../a.html")  # within: the page is there already
    assert folder.survey(root / "elders/map").told() == ["skipped, links within the folder: 1"]
    assert not (root / "data/raw/imports").exists()


@pytest.mark.fault(61)
def test_a_link_is_not_followed_by_a_run_either(root: Path) -> None:
    add(root, str(made.put(root, "a.html", THREAD)))
    (root / "data/raw/imports/a.html").unlink()
    (root / "data/raw/imports/a.html").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match=r"source a: .*is a link"):
        scrape.run(root)


@pytest.mark.fault(61)
def test_a_folder_of_no_pages_or_with_the_project_in_it_is_refused(root: Path) -> None:
    made.put(root, "map/a.pdf", b"%PDF-1.7")
    made.put(root, "map/leeg.html", b" \n")
    with pytest.raises(
        UsageError,
        match=r"no saved page in this folder \(skipped, empty: 1 \(leeg\.html\); skipped, no saved page: 1 \(a\.pdf\)\)",
    ):
        add(root, str(root / "elders/map"))
    with pytest.raises(UsageError, match="this project is in"):
        add(root, str(root))
    with pytest.raises(UsageError, match="nothing to add"):
        add(root, "")
