"""The command `standpunt`: thin. The only place that prints and that turns errors into exit codes.

Data goes to standard output; progress, summaries and messages go to standard error. Exit codes: 0 done, 1 failed, 2 wrong
usage, settings or input (a file in which no thread is found among them), 3 incomplete, 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import threading

if threading.current_thread() is threading.main_thread():  # else Ctrl-C while the rest loads would end in a traceback
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

# Before numpy, numba and the encoder load: one thread each, so that the same inputs give the same bytes on one core or
# many (sums in another order differ in the last bit) and no library spins on a busy machine. Work is spread over processes.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

import errno
import importlib
import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from pipeline import __version__
from pipeline.console import Console, common
from pipeline.engine import Summary
from pipeline.errors import StandpuntError, UsageError

if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

STAGES = {
    "scrape": "Collect the sources into data/raw/archive (WARC), politely.",
    "extract": "Read threads and comments from the archive; or show the comments of one PAGE.",
    "clean": "Own words, repaired; quotes apart; duplicates and floods named.",
    "embed": "One vector a text; a known text is not embedded again.",
    "read": "Ask the models about each comment; a known answer is not asked for again.",
    "sentiment": "The tone of each comment, with probabilities.",
    "stance": "Whom each comment blames, with probabilities and the sentence that shows why.",
    "topics": "What is talked about, and which arguments each camp uses.",
    "evaluate": "How far the labels can be trusted, on held-out gold.",
    "findings": "Estimates with intervals and evidence grades, contrasts, quotes.",
    "report": "The site in reports/.",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="standpunt")
def cli() -> None:
    """From discussion threads to findings that can be cited.

    An analyst's day:

    \b
      standpunt add https://forum.example/thread     a source more (or a file, or a folder of pages)
      standpunt status                               what would run, and why
      dvc repro                                      run it
      standpunt open                                 read the report

    Your own labels, in a spreadsheet, and what they teach: annotate, train.
    Useful alone, on any file: label, extract PAGE, repair.
    """


def _run_stage(console: Console, name: str) -> None:
    started = time.monotonic()
    try:
        summary: Summary = importlib.import_module(f"pipeline.{name}.stage").run(console.root, console.progress)
    except StandpuntError as error:
        if error.summary is not None:
            console.summary(error.summary, time.monotonic() - started)
        raise
    console.summary(summary, time.monotonic() - started)
    if not summary.complete:
        sys.exit(3)


def _stage_command(name: str, text: str) -> click.Command:
    @click.command(name, help=text)
    @common
    def command(console: Console) -> None:
        _run_stage(console, name)

    return command


@cli.command("scrape", short_help=STAGES["scrape"])
@click.option("--dry-run", is_flag=True, help="Say what is due, how many requests that takes and how long; ask nobody.")
@common
def scrape(console: Console, dry_run: bool) -> None:
    """Collect the sources into data/raw/archive (WARC), politely.

    A source seen since the edition date of params.yaml is not asked again; a later visit adds what is new. An interrupted visit
    goes on where it was. With --dry-run nothing is asked, not even robots.txt; with --json as well, a line of JSON a source.
    """
    if not dry_run:
        _run_stage(console, "scrape")
        return
    from pipeline.scrape.plan import lines, plan

    rows = plan(console.root)
    for row in rows if console.as_json else ():
        console.data(row)
    for line in () if console.as_json else lines(rows):
        click.echo(line)


@cli.command("read", short_help=STAGES["read"])
@click.option("--dry-run", is_flag=True, help="Say what would be asked, and what it would cost; ask nothing.")
@common
def read(console: Console, dry_run: bool) -> None:
    """Ask the models of params.yaml whom each comment blames and in what tone; a known answer is not asked for again.

    With --dry-run a line of JSON a model and codebook: model, debate, texts, and of an endpoint requests, tokens_in, tokens_out, cost.
    """
    if not dry_run:
        _run_stage(console, "read")
        return
    from pipeline.read.stage import plan

    for row in plan(console.root):
        console.data(row)


for _stage, _text in STAGES.items():
    if _stage not in ("scrape", "extract", "read"):
        cli.add_command(_stage_command(_stage, _text))


@cli.command("extract", short_help=STAGES["extract"])
@click.argument("page", required=False, type=click.Path(path_type=Path))
@click.option("--url", help="Where the page was saved from: resolves its links and helps to recognise the platform.")
@click.option("--platform", metavar="NAME", help="Read it as a page of this platform, whatever it looks like.")
@common
def extract(console: Console, page: Path | None, url: str | None, platform: str | None) -> None:
    """Read threads and comments from the archive; or show the comments of one PAGE.

    PAGE is a saved page (HTML, MHTML), a folder of them, a WARC or WACZ, CSV, JSON, JSONL, Parquet, XML (an export, a feed), mbox,
    or pasted text (- for standard input). Where a WARC, an export or a mailing list is damaged or cut, what is whole is read, the rest
    named, and the exit code is 3; where no thread is found it is 2. For each comment a line of JSON is printed:
    comment_id, parent_id, author, posted_at (UTC), text, start (offset in pasted text). With --json it is one document: platform,
    thread, title, opening, announced (less what is left out on purpose), found, left_out, warnings, comments; further threads are in `others`.
    """
    if page is None:
        if url or platform:
            raise UsageError(f"{'--url' if url else '--platform'} goes with a PAGE: standpunt extract PAGE --url URL")
        _run_stage(console, "extract")
        return
    from pipeline.extract.page import of_file, of_path
    from pipeline.files.plain import address_meant
    from pipeline.platforms import NO_THREAD

    if not page.exists() and (address := address_meant(str(page))):
        raise UsageError(f"extract takes files; of an address: `standpunt add {address}`, then `dvc repro`.")
    found = (
        of_file(io.BytesIO(sys.stdin.buffer.read()), "-", url, platform)
        if str(page) == "-"
        else of_path(page, url, platform)
    )
    if console.as_json and found.threads:
        console.data(found.threads[0] | {"others": found.threads[1:]})
    for record in () if console.as_json else found.records:
        console.data(record)
    for note in [*found.notes, *(() if console.as_json else found.warnings)]:
        if note == "no comments found":
            continue  # told below, with what to do
        console.say(f"{page}: {note}")
    if not found.complete:
        sys.exit(3)
    if not found.holds_thread:
        read_as = f" (read as {platform}; leave out --platform to have every platform tried)" if platform else ""
        raise UsageError(f"{page}{read_as}: {NO_THREAD}")
    if not found.records:
        is_pasted = any(thread["platform"] == "pasted" for thread in found.threads)
        then = " Where each begins can be told: `standpunt add` writes a file for that." if is_pasted else ""
        console.say(f"{page}: no comments found.{then}")


def _lines(path: Path) -> Iterator[str]:
    """Lines of UTF-8 text without their line ends, as they come; UsageError names the first that is not UTF-8."""
    if str(path) != "-" and not path.is_file():
        raise UsageError(f"{path} is {'not a plain file' if path.exists() else 'not there'}.")
    with sys.stdin.buffer if str(path) == "-" else path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise UsageError(f"{path}, line {number}: not UTF-8 ({error.reason}).") from error
            yield text.removesuffix("\n").removesuffix("\r")


def _project(root: Path) -> Path:
    """The project whose models label: `root`, or, in a folder that is none, the one that this command was installed from."""
    home = Path(__file__).resolve().parents[1]
    return home if not (root / "params.yaml").exists() and (home / "params.yaml").is_file() else root


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--codebook", type=click.Path(path_type=Path), help="Label by this codebook's parties.")
@common
def label(console: Console, file: Path, codebook: Path | None) -> None:
    """Label the comments of FILE (JSONL with `id` and `text`; - for standard input).

    Prints a line of JSON per comment: id, stance, blames, p (probability per party), sentiment, p_sentiment, abstained,
    abstained_sentiment, evidence (party, start, end, text). Where one abstains the label is the likeliest, too unsure to count.
    """
    from pipeline.label import label_lines

    for record in label_lines(_lines(file), _project(console.root), codebook, console.progress):
        console.data(record)


@cli.command()
@click.argument("file", default="-", type=click.Path(path_type=Path))
@common
def repair(console: Console, file: Path) -> None:
    """Repair encoding damage and lost letters: text lines in (FILE or standard input), repaired lines out.

    With --json: a line of JSON per line, with `text` and `repairs` (kind, start, before, after).
    """
    from pipeline.clean.repair import repair as repair_text

    for line in _lines(file):
        text, repairs = repair_text(line)
        if console.as_json:
            console.data({"text": text, "repairs": [vars(r) for r in repairs]})
        else:
            click.echo(text)


@cli.command()
@click.argument("what")
@click.option("--id", "source_id", help="Short name of the source (default: made from the address or file name).")
@click.option("--title", help="What the report calls it.")
@click.option("--url", help="Where a saved page or pasted text came from.")
@click.option("--language", help="Its language (nl, en ...), if you know it.")
@click.option("--licence", help="The licence of the texts, if there is one.")
@click.option("--constructed", is_flag=True, help="The texts are invented: shown, and never to be cited.")
@common
def add(
    console: Console,
    what: str,
    source_id: str | None,
    title: str | None,
    url: str | None,
    language: str | None,
    licence: str | None,
    constructed: bool,
) -> None:
    """Add a source: the address of a thread, a folder of saved pages, or a file.

    Files are told by their content: a saved page (HTML, MHTML), WARC, WACZ, CSV, TSV, JSON, JSONL, Parquet, XML (an export of
    Disqus or WordPress, a feed of Blogger or WordPress), mbox, pasted text. What is added is copied to data/raw/imports/ and listed in
    data/raw/sources.yaml. Nothing is fetched yet: `dvc repro` does that. Where a WARC, an export or a mailing list is damaged or cut it
    is listed all the same, what cannot be read is named, and the exit code is 3; later runs name it again, and go on.
    """
    from pipeline.add import add as add_source

    result = add_source(
        console.root,
        what,
        source_id=source_id,
        provenance="constructed" if constructed else None,
        title=title,
        url=url,
        language=language,
        licence=licence,
    )
    if console.as_json:
        console.data(vars(result))
    for line in result.messages:
        console.say(line)
    if not result.complete:
        sys.exit(3)


@cli.command()
@click.argument("source_id", metavar="ID")
@click.option("--files", is_flag=True, help="Delete its files too: archive, import and corrections.")
@common
def remove(console: Console, source_id: str, files: bool) -> None:
    """Take a source off data/raw/sources.yaml, whose comments and order stay as they are.

    Its archive, its import and its corrections stay where they are, unless --files is given; a file that another source reads too
    stays in any case. `dvc repro` takes its comments out of the report.
    """
    from pipeline.source_list import SOURCES
    from pipeline.source_list import remove as take_off

    gone = take_off(console.root, source_id, files)
    if console.as_json:
        console.data(vars(gone))
    console.say(f"removed source {gone.source_id} from {SOURCES}; `dvc repro` takes it out of the report")
    for told, paths in (("deleted", gone.deleted), ("read by another source, and kept", gone.shared)):
        if paths:
            console.say(f"{told}: {', '.join(paths)}")
    if left := [path for path in gone.left if path not in gone.shared]:
        console.say(f"these files of it stay, and may be deleted (next time: --files): {', '.join(left)}")


@cli.command()
@click.argument("sheet", type=click.Path(path_type=Path))
@click.option("--take", type=click.IntRange(min=1), metavar="N", help="Write N comments to SHEET, to be judged.")
@click.option("--give", "give_back", is_flag=True, help="Read the judgements in SHEET back.")
@click.option(
    "--how",
    type=click.Choice(["random", "active"]),
    default="random",
    show_default=True,
    help="Take a random sample (the only one that raises findings to grade A), or what the model is least sure of.",
)
@click.option("--annotator", default="analyst", show_default=True, help="Who judges.")
@common
def annotate(console: Console, sheet: Path, take: int | None, give_back: bool, how: str, annotator: str) -> None:
    """Judge comments of your own corpus in a spreadsheet: SHEET, a CSV that is taken, filled in and given back.

    Fill in `blames` (party ids joined by +, or - for nobody), `tone` and, if you like, `evidence`; leave a row empty to skip it. What
    comes back goes to data/raw/annotations/<annotator>.jsonl; where a row is wrong, its line is told and nothing is taken in.
    Comments that the annotator has judged are not asked about again. SHEET holds people's words: keep it to yourself.
    """
    from pipeline import annotate as sheets

    if give_back is (take is not None):
        raise UsageError("say either --take N or --give.")
    if take is not None:
        taken = sheets.take(console.root, sheet, take, how, annotator)
        console.say(
            f"{taken.rows:,} comments ({taken.sampled}) to judge in {taken.sheet}; {taken.left:,} more could be asked about"
        )
        outcome: dict[str, Any] = vars(taken)
    else:
        given = sheets.give(console.root, sheet, annotator)
        console.say(
            f"{given.file}: {given.new:,} judgements new, {given.changed:,} changed, {given.same:,} as before; "
            f"{given.skipped:,} rows without one skipped"
        )
        outcome = vars(given)
    if console.as_json:
        console.data(outcome)


@cli.command()
@click.option("--reset", is_flag=True, help="Go back to what is shipped; nothing is trained.")
@common
def train(console: Console, reset: bool) -> None:
    """Adapt the embedded encoder to your own labels (`standpunt annotate`), and tell by how much that helps.

    Calibration, thresholds and the weights of what the encoder heard are learned from the labels of half of the authors, and measured
    on labels that were not learned from. What is better goes to data/raw/adapted/encoder.json; where nothing is, nothing is
    written. The other half of the authors is left for findings to measure by: only their random labels count for grade A.
    """
    from pipeline import train as training

    if reset:
        found = training.reset(console.root)
        console.say("back to what is shipped; `dvc repro` labels anew" if found else "nothing was adapted")
        if console.as_json:
            console.data({"reset": found})
        return
    trained = training.run(console.root, console.progress)
    if console.as_json:
        console.data(vars(trained))
        return
    for line in training.lines(trained):
        console.say(line)


@cli.command()
@common
def status(console: Console) -> None:
    """What `dvc repro` would run, and why. Changes nothing."""
    from pipeline.status import nothing_ran, stage_status

    rows = stage_status(console.root)
    if console.as_json:
        console.data([vars(row) for row in rows])
        return
    if console.quiet:
        return
    if nothing_ran(console.root):
        click.echo("nothing has run yet: `dvc repro` runs all stages")
        return
    for row in rows:
        click.echo(
            f"{row.stage:<10} {'runs' if row.runs else 'up to date'}" + "".join(f"\n{'':<11}{why}" for why in row.why)
        )


@cli.command("open")
@common
def open_report(console: Console) -> None:
    """Open the report in the browser (or tell its path where there is none)."""
    path = console.root / "reports/index.html"
    if not path.is_file():
        raise StandpuntError(f"{path} is not there. Run `dvc repro`, which makes it.")
    click.echo(path)
    if sys.stdout.isatty():
        click.launch(path.as_uri())


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"standpunt: {message}", err=True)
    sys.exit(code)


class _Nobody(io.TextIOBase):
    """Standard output that is closed: what is to be told there is an error, and not lost without a word."""

    encoding, errors = "utf-8", "backslashreplace"

    def write(self, text: str) -> NoReturn:
        """OSError."""
        raise OSError(errno.EBADF, "standard output is closed, and the outcome goes there")


def _streams() -> None:
    """UTF-8, whatever the locale. Streams that are closed get their number taken, so that no file takes it."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or io.TextIOWrapper(io.BytesIO())
    sys.stdout = sys.stdout or _Nobody()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def main() -> None:
    """Entry point: run the command, turn errors into a line and an exit code."""
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        _streams()
        try:
            code = cli.main(standalone_mode=False) or 0
        finally:
            sys.stdout.flush()  # here it can be told that it cannot be written
        sys.exit(code)
    except StandpuntError as error:
        _fail(str(error), error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted; what was finished is kept, run the same command to go on.", 130)
    except OSError as error:
        if error.errno == errno.ENOSPC and not error.filename:
            # what is still kept for stdout would fail once more when Python ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}. Nothing was half-written.", 1)
    except Exception as error:
        if os.environ.get("STANDPUNT_DEBUG"):
            raise
        _fail(
            f"unexpected {type(error).__name__}: {error}. Please report it; STANDPUNT_DEBUG=1 shows where it arose.", 1
        )


if __name__ == "__main__":
    main()
