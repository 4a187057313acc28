"""The command as a user meets it: help, exit codes, streams."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from tests.conftest import ROOT, STAGES, Run, new_project


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_subcommand_tells_what_it_does(name: str) -> None:
    shown = CliRunner().invoke(cli, [name, "--help"])
    assert shown.exit_code == 0
    assert len(shown.output.split("\n\n")[1].strip()) > 20
    for option in ("--quiet", "--json", "--root"):
        assert option in shown.output


def test_every_stage_is_a_subcommand() -> None:
    assert set(STAGES) < set(cli.commands)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["lable", "x"], 2, "Did you mean 'label'?"),
        (["label", "not-there.jsonl"], 2, "not-there.jsonl is not there"),
        (["extract", "not-there.html"], 2, "not-there.html is not there"),
        (["extract", "--url", "http://a.example/"], 2, "goes with a PAGE"),
        (["add", "not-there.txt"], 2, "not-there.txt"),
        (["add", "ftp://a.example/x"], 2, "ftp"),
        (["repair", "tests"], 2, "tests is not a plain file"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_message(
    standpunt: Run, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    done = standpunt(*arguments, root=new_project(tmp_path / "p"))
    assert done.returncode == code
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_repair_is_lines_in_lines_out(standpunt: Run) -> None:
    done = standpunt("repair", stdin="Het ??n of het ander\n\nWat zegt de cli?nt?\nzonder einde")
    assert done.returncode == 0
    assert done.stdout == "Het één of het ander\n\nWat zegt de cliënt?\nzonder einde\n"


def test_repair_tells_what_it_did(standpunt: Run) -> None:
    done = standpunt("repair", "--json", stdin="De ICT?ers\n")
    record = json.loads(done.stdout)
    assert record["text"] == "De ICT'ers"
    assert record["repairs"][0]["before"] == "ICT?ers"


def test_output_is_utf8_whatever_the_locale(standpunt: Run) -> None:
    assert standpunt("repair", stdin="één\n", LC_ALL="C", PYTHONUTF8="0").stdout == "één\n"


def test_quiet_says_nothing(standpunt: Run, tmp_path: Path) -> None:
    done = standpunt("scrape", "--quiet", root=new_project(tmp_path / "p"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_json_is_one_line(standpunt: Run, tmp_path: Path) -> None:
    done = standpunt("scrape", "--json", root=new_project(tmp_path / "p"))
    assert json.loads(done.stdout)["stage"] == "scrape"


def test_open_without_a_report_says_how_to_make_one(standpunt: Run, tmp_path: Path) -> None:
    done = standpunt("open", root=new_project(tmp_path / "p"))
    assert done.returncode == 1
    assert "dvc repro" in done.stderr


NO_THREAD = "<!DOCTYPE html><html><body><p>Inloggen</p></body></html>"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.html", NO_THREAD), ("b.html", f"{NO_THREAD[:-14]}<ul><li><a href='/draad/1'>Een draad</a></ul></body></html>"), ("c.json", "[]")],
)  # fmt: skip
def test_a_file_without_a_thread_is_wrong_input(standpunt: Run, tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    for arguments in (["extract", name], ["extract", name, "--platform", "phpbb"], ["add", name]):
        done = standpunt(
            arguments[0], str(tmp_path / name), *arguments[2:], root=new_project(tmp_path / "-".join(arguments))
        )
        assert done.returncode == 2 and done.stdout == ""


@pytest.mark.fault(94)
def test_ctrl_c_while_the_program_loads_is_no_traceback() -> None:
    """The signal comes at the first import that is not Python's own."""
    starts = (
        "import os, runpy, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "runpy.run_module('pipeline.cli', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", starts], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.fault(94)
@pytest.mark.parametrize(
    ("streams", "code", "says"),
    [
        (">&-", 1, "standpunt: standard output is closed, and the outcome goes there. Nothing was half-written.\n"),
        (">/dev/full", 1, "standpunt: No space left on device. Nothing was half-written.\n"), ("<&-", 0, ""), ("2>&-", 0, ""),
        (">&- 2>&-", 1, ""), ("<&- >&- 2>&-", 1, ""),
    ],
)  # fmt: skip
def test_a_closed_stream_is_no_traceback(tmp_path: Path, streams: str, code: int, says: str) -> None:
    (tmp_path / "x.csv").write_text("id,tekst\n1,Ja\n", "utf-8")
    command = f'"$0" -m pipeline.cli extract "$1" {streams}'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, str(tmp_path / "x.csv")],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, says)
    assert len(done.stdout) > 0 or ">" in streams.replace("2>", "")


def test_a_stage_that_prints_nothing_needs_no_standard_output(tmp_path: Path) -> None:
    root = new_project(tmp_path / "p")
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m pipeline.cli scrape --root "$1" >&-', sys.executable, str(root)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr.startswith("scrape: 0 in")


def test_label_works_outside_a_project(tmp_path: Path) -> None:
    """Any file, from any folder: the models of the project that the command was installed from."""
    from pipeline.cli import _project

    assert _project(tmp_path) == Path(__file__).resolve().parents[1]
    assert _project(new_project(tmp_path / "p")) == tmp_path / "p"
