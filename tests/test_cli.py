"""The command as a user meets it: help, exit codes, streams."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from tests.conftest import STAGES, Run, new_project


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


def test_label_works_outside_a_project(tmp_path: Path) -> None:
    """Any file, from any folder: the models of the project that the command was installed from."""
    from pipeline.cli import _project

    assert _project(tmp_path) == Path(__file__).resolve().parents[1]
    assert _project(new_project(tmp_path / "p")) == tmp_path / "p"
