"""The stage: what is due, what is kept when a run is cut short, and local files that are always the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import trial
from pipeline.errors import IncompleteError, StandpuntError, UsageError
from pipeline.scrape import snapshots, stage
from pipeline.scrape.archive import Archive
from pipeline.scrape.job import Harvest, Job, Refusal, Visit, user_agent
from pipeline.scrape.plan import lines, plan
from pipeline.scrape.records import check, iso
from pipeline.settings import Source, load_sources

Write = Callable[..., Path]
PARAMS = "edition: 2026-11-01\nscrape:\n  contact: {contact}\n"


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes a project's settings; returns its root."""

    def write(
        sources: str, contact: str = "'onderzoek@voorbeeld.invalid'", files: dict[str, bytes] | None = None
    ) -> Path:
        (tmp_path / "params.yaml").write_text(PARAMS.format(contact=contact), "utf-8")
        (tmp_path / "data/raw/imports").mkdir(parents=True, exist_ok=True)
        (tmp_path / "data/raw/sources.yaml").write_text(sources, "utf-8")
        for name, content in (files or {}).items():
            (tmp_path / "data/raw/imports" / name).write_bytes(content)
        return tmp_path

    return write


def local(kind: str, location: str, **more: object) -> str:
    extra = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in more.items())
    return f"sources:\n  - id: lokaal\n    kind: {kind}\n    location: {location}\n    added: 2026-10-01T12:00:00Z\n    provenance: imported\n{extra}"


def remote(url: str, **more: object) -> str:
    return local("url", url, **more).replace("id: lokaal", "id: forum").replace("imported", "scraped")


def manifest(root: Path, name: str) -> dict[str, object]:
    content: dict[str, object] = json.loads((root / "data/raw/archive" / f"{name}.json").read_text("utf-8"))
    return content


# --- local files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [("pasted", "draad.txt", "Artikel\n\nReactie één".encode()), ("csv", "draad.csv", b"text\nja\n"), ("page", "draad.html", b"<html></html>")],
)  # fmt: skip
def test_a_local_file_becomes_an_archive_of_the_same_bytes(
    project: Write, kind: str, name: str, content: bytes
) -> None:
    root = project(local(kind, name), files={name: content})
    target = root / "data/raw/archive/lokaal.warc.gz"
    summary = stage.run(root)
    first = target.read_bytes(), manifest(root, "lokaal")
    target.unlink()
    stage.run(root)
    assert (target.read_bytes(), manifest(root, "lokaal")) == first
    assert summary.rows_in == summary.kept == 1 and check(target) == (1, [])
    assert first[1]["complete"] is True and first[1]["when"] == "2026-10-01T12:00:00Z"


def test_a_changed_local_file_is_told(project: Write) -> None:
    root = project(local("pasted", "d.txt", digest="0" * 64), files={"d.txt": b"later"})
    assert any("differs" in note for note in stage.run(root).notes)


@pytest.mark.parametrize("content", [None, b"", b"  \n"])
def test_a_missing_or_empty_file_is_told(project: Write, content: bytes | None) -> None:
    root = project(local("pasted", "d.txt"), files={} if content is None else {"d.txt": content})
    with pytest.raises(UsageError, match=r"source lokaal.*d\.txt"):
        stage.run(root)


def test_a_file_that_is_missing_does_not_keep_the_other_sources_from_being_collected(
    project: Write, reader: Reader
) -> None:
    root = project(local("pasted", "d.txt") + LOOPBACK.removeprefix("sources:\n"))
    with pytest.raises(UsageError, match=r"source lokaal.*d\.txt") as error:
        stage.run(root)
    assert len(reader.jobs) == 1 and manifest(root, "forum")["ending"] == "complete"
    assert error.value.summary is not None and error.value.summary.dropped == {"failed": 1}


def test_a_link_out_of_the_tree_is_refused(project: Write) -> None:
    root = project(local("pasted", "d.txt"))
    (root / "data/raw/imports/d.txt").symlink_to("/etc/hostname")
    with pytest.raises(UsageError, match="plain file"):
        stage.run(root)


def test_a_cut_warc_is_incomplete_and_none_at_all_is_refused(project: Write, tmp_path: Path) -> None:
    warc = whole_archive(tmp_path / "made.warc.gz", "http://f.invalid/")
    root = project(local("warc", "d.warc.gz"), files={"d.warc.gz": warc[:-20]})
    with pytest.raises(IncompleteError, match=r"^a file is damaged \(lokaal\): .* run it again"):
        stage.run(root)  # once: from now on it is known
    for _ in range(2):
        assert any("lokaal: incomplete: 1 damaged in d.warc.gz" in note for note in stage.run(root).notes)
    assert manifest(root, "lokaal")["complete"] is False
    (root / "data/raw/imports/d.warc.gz").write_bytes(warc[:-30])  # another damage
    with pytest.raises(IncompleteError):
        stage.run(root)
    (root / "data/raw/imports/d.warc.gz").write_bytes(b"\x1f\x8b no warc")
    with pytest.raises(UsageError, match="no readable WARC record"):
        stage.run(root)


def test_a_warc_that_shows_nothing_is_refused_before_and_in_a_run(project: Write, tmp_path: Path) -> None:
    Archive(tmp_path / "leeg.warc.gz").close()  # it tells who wrote it, and no more
    content = (tmp_path / "leeg.warc.gz").read_bytes()
    with pytest.raises(UsageError, match="holds no readable WARC record"):
        stage.run(project(local("warc", "d.warc.gz"), files={"d.warc.gz": content}))
    with (tmp_path / "leeg.warc.gz").open("rb") as file, pytest.raises(UsageError, match="holds no readable WARC"):
        trial.of_file(file, "warc", "leeg.warc.gz", "")


# --- settings and addresses ------------------------------------------------------------------------------------


def test_another_machine_is_not_asked_without_a_contact(project: Write) -> None:
    with pytest.raises(UsageError, match=r"scrape\.contact"):
        stage.run(project(remote("https://93.184.215.14/draad"), contact="''"))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "http://169.254.169.254/latest", "http://[::1]/", "http://2130706433/"]
)
def test_a_private_network_is_not_asked_without_a_word(project: Write, url: str) -> None:
    with pytest.raises(UsageError, match="private_network"):
        stage.run(project(remote(url)))


@pytest.mark.parametrize("contact", ["een\\ntwee", "ik)", "é"])
def test_a_contact_that_is_no_header_is_refused(contact: str) -> None:
    with pytest.raises(UsageError, match="contact"):
        user_agent(contact.replace("\\n", "\n"))


# --- snapshots -------------------------------------------------------------------------------------------------

LOOPBACK = remote("http://127.0.0.1:9/draad", private_network=True)
WHEN = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


def whole_archive(path: Path, url: str, at: dt.datetime = WHEN) -> bytes:
    store = Archive(path)
    store.record(
        url, at, ("GET / HTTP/1.1", []), (200, "HTTP/1.1", [("Content-Type", "text/html")]), b"<html></html>", None
    )
    store.close()
    return path.read_bytes()


class Reader:
    """Stands for the process that asks: writes a page and ends as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.jobs: list[Job] = []
        self.ending, self.at = "complete", WHEN
        self.reason: str | None = None
        self.refused_by: str | None = None
        self.threads: list[dict[str, object]] = []
        self.reserved: list[str] = []
        self.refused: list[Refusal] = []
        self.troubled: list[str] = []
        self.unread: dict[str, str] = {}
        self.outcome = "page"
        self.robots: dict[str, object] = {}
        monkeypatch.setattr(stage, "collect", self)

    def __call__(
        self, root: Path, due: list[Source], jobs: list[Job], waits: object, progress: object
    ) -> Iterator[Harvest]:
        self.jobs += jobs
        for source, job in zip(due, jobs, strict=True):
            snapshots.mark(root, source)
            whole_archive(job.archive, job.url, self.at)
        visit = Visit("http://127.0.0.1:9/draad", self.outcome, 200, iso(self.at), 13, "sha1:X")
        told = {
            "threads": self.threads,
            "reserved": self.reserved,
            "robots": self.robots,
            "refused_by": self.refused_by,
            "refused": self.refused,
            "troubled": self.troubled,
            "unread": self.unread,
        }
        for job in jobs:
            yield Harvest(job.source_id, self.ending, self.reason, visits=[visit], **told)  # type: ignore[arg-type]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(monkeypatch)


def told(error: StandpuntError) -> list[str]:
    """What is said before the message of an error."""
    assert error.summary is not None
    return error.summary.notes


def names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "data/raw/archive").iterdir())


def test_a_snapshot_of_the_edition_is_not_asked_again_until_the_edition_moves(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    stage.run(root)
    assert names(root) == ["forum.json", "forum.warc.gz"] and manifest(root, "forum")["complete"] is True
    assert any("2026-11-01" in note for note in stage.run(root).notes) and len(reader.jobs) == 1
    (root / "params.yaml").write_text(PARAMS.format(contact="x@y").replace("11-01", "12-01"), "utf-8")
    reader.at = dt.datetime(2026, 12, 3, tzinfo=dt.UTC)
    stage.run(root)
    assert len(reader.jobs) == 2 and manifest(root, "forum")["when"] == "2026-12-03T00:00:00Z"


def test_another_address_under_the_same_id_is_asked(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    stage.run(root)
    old = (root / "data/raw/archive/forum.warc.gz").read_bytes()
    for _ in range(2):
        summary = stage.run(project(remote("http://127.0.0.1:9/anders", private_network=True)))
    assert [job.url for job in reader.jobs] == ["http://127.0.0.1:9/draad", "http://127.0.0.1:9/anders"]
    assert not any("belongs" in note or "of no source" in note for note in summary.notes)
    aside = f"forum.until-{WHEN:%Y-%m-%d}"
    assert names(root) == ["forum.json", f"{aside}.json", f"{aside}.warc.gz", "forum.warc.gz"]
    assert (root / f"data/raw/archive/{aside}.warc.gz").read_bytes() == old  # what was seen is never written over

    stage.run(project(LOOPBACK))
    assert f"{aside}-2.warc.gz" in names(root)


def test_an_incomplete_run_leaves_the_old_archive_and_goes_on_from_its_own(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    stage.run(root)
    old = (root / "data/raw/archive/forum.warc.gz").read_bytes()
    (root / "params.yaml").write_text(PARAMS.format(contact="x@y").replace("11-01", "11-20"), "utf-8")
    reader.ending, reader.reason, reader.at = "incomplete", "answers 503", dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    with pytest.raises(IncompleteError, match=r"^1 of 1 source is incomplete \(forum\): run it again\.$") as error:
        stage.run(root)
    assert error.value.exit_code == 3 and told(error.value)[0] == "forum: incomplete: answers 503"
    assert (root / "data/raw/archive/forum.warc.gz").read_bytes() == old
    assert names(root) == ["forum.json", "forum.partial.json", "forum.partial.warc.gz", "forum.warc.gz"]
    assert manifest(root, "forum.partial")["reason"] == "answers 503"
    reader.ending, reader.reason = "complete", None
    stage.run(root)
    assert names(root) == ["forum.json", "forum.warc.gz"]
    assert check(root / "data/raw/archive/forum.warc.gz") == (8, [])  # the first visit, and both runs of the second


def test_an_unfinished_snapshot_older_than_the_edition_is_not_gone_on_with(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    (root / "data/raw/archive").mkdir(parents=True)
    whole_archive(
        root / "data/raw/archive/forum.partial.warc.gz",
        "http://127.0.0.1:9/draad",
        dt.datetime(2026, 10, 1, tzinfo=dt.UTC),
    )
    stage.run(root)
    assert check(root / "data/raw/archive/forum.warc.gz") == (3, [])


def test_refused_by_robots_is_told_and_does_not_stop_the_others(project: Write, reader: Reader) -> None:
    reader.ending, reader.reason = "refused", "robots.txt forbids it (Disallow: /)"
    root = project(LOOPBACK)
    summary = stage.run(root)
    assert summary.dropped == {"refused by robots.txt": 1} and any("Disallow: /" in note for note in summary.notes)
    assert manifest(root, "forum")["complete"] is False


def test_a_dead_address_fails_unless_there_is_a_snapshot(project: Write, reader: Reader) -> None:
    reader.ending, reader.reason = "failed", "answers 404"
    root = project(LOOPBACK)
    with pytest.raises(
        StandpuntError,
        match=r"^1 of 1 source could not be collected \(forum\): correct or remove it \(`standpunt remove ID`\)\.$",
    ) as error:
        stage.run(root)
    assert error.value.exit_code == 1 and names(root) == [] and told(error.value)[0] == "forum: failed: answers 404"
    reader.ending, reader.reason = "complete", None
    stage.run(root)
    old = manifest(root, "forum")
    (root / "params.yaml").write_text(PARAMS.format(contact="x@y").replace("11-01", "12-01"), "utf-8")
    reader.ending, reader.reason, reader.at = "failed", "answers 404", LATER
    with pytest.raises(StandpuntError, match="earlier snapshot is kept: run it again to go on with that") as error:
        stage.run(root)
    assert error.value.exit_code == 1 and "snapshot of 2026-11-02T00:00:00Z is kept" in "".join(told(error.value))
    attempt = {"at": "2026-12-03T00:00:00Z", "ending": "failed", "reason": "answers 404", "override": None}
    assert manifest(root, "forum") == old | {"attempt": attempt} and names(root) == ["forum.json", "forum.warc.gz"]
    assert plan(root)[0]["due"] is False
    for _ in range(2):  # the next `dvc repro` goes on with what there is, and says so
        notes = stage.run(root).notes
        assert any("forum: its visit of 2026-12-03 failed: answers 404; the snapshot of 2026-11-02" in n for n in notes)
    assert len(reader.jobs) == 3
    params = root / "params.yaml"
    params.write_text(params.read_text("utf-8").replace("12-01", "12-20"), "utf-8")
    reader.ending, reader.reason, reader.at = "complete", None, dt.datetime(2026, 12, 21, tzinfo=dt.UTC)
    stage.run(root)
    assert (manifest(root, "forum")["visit"], "attempt" in manifest(root, "forum")) == (2, False)


def test_an_archive_without_a_source_is_told_and_kept(project: Write) -> None:
    root = project(local("pasted", "d.txt"), files={"d.txt": b"tekst"})
    stage.run(root)
    notes = stage.run(project("sources: []\n")).notes
    (root / "data/raw/archive/dood.partial.warc.gz").write_bytes(b"x")
    (note,) = stage.run(root).notes
    assert "may be deleted" in note and note.endswith(
        "data/raw/archive: dood.partial.warc.gz, lokaal.json, lokaal.warc.gz"
    )
    assert any("lokaal" in note for note in notes) and "lokaal.warc.gz" in names(root)


def test_a_digest_is_of_the_file(project: Write) -> None:
    root = project(local("csv", "d.csv"), files={"d.csv": b"text\nja\n"})
    stage.run(root)
    assert manifest(root, "lokaal")["digest"] == hashlib.sha256(b"text\nja\n").hexdigest()


# --- later visits ----------------------------------------------------------------------------------------------

LATER = dt.datetime(2026, 12, 3, tzinfo=dt.UTC)


def second_visit(root: Path, reader: Reader) -> None:
    """Moves the edition date, so that the next run is another visit."""
    (root / "params.yaml").write_text(PARAMS.format(contact="x@y").replace("11-01", "12-01"), "utf-8")
    reader.at = LATER


def test_a_later_visit_is_put_behind_the_earlier_ones(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    stage.run(root)
    first = (root / "data/raw/archive/forum.warc.gz").read_bytes()
    second_visit(root, reader)
    stage.run(root)
    both = (root / "data/raw/archive/forum.warc.gz").read_bytes()
    assert both.startswith(first) and len(both) > len(first) and names(root) == ["forum.json", "forum.warc.gz"]
    told = manifest(root, "forum")
    assert told["visit"] == 2 and told["archive"]["sha256"] == hashlib.sha256(both).hexdigest()  # type: ignore[index]
    assert [(v["visit"], v["when"], v["archive_bytes"]) for v in told["visits"]] == [  # type: ignore[attr-defined]
        (1, "2026-11-02T00:00:00Z", len(first)),
        (2, "2026-12-03T00:00:00Z", len(both)),
    ]


@pytest.mark.fault(91)
@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize("step", ["join", "manifest", "clean"])
def test_killed_while_saving_the_next_run_ends_with_each_record_once(
    project: Write, reader: Reader, monkeypatch: pytest.MonkeyPatch, step: str, earlier: bool
) -> None:
    """A visit is put in its place in three steps; whatever the last one done, the next run comes to the same archive."""
    root = project(LOOPBACK)
    if earlier:
        stage.run(root)
        second_visit(root, reader)
    whole = (root / "data/raw/archive/forum.warc.gz").read_bytes() if earlier else None

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        if step == "join":
            patch.setattr(stage.archive, "join", killed)
        elif step == "manifest":
            patch.setattr(stage, "describe", killed)
        else:
            patch.setattr(Path, "unlink", lambda path, missing_ok=False: killed() if path.exists() else None)
        stage.run(root)
    archive = root / "data/raw/archive/forum.warc.gz"
    if step == "join":
        assert (archive.read_bytes() if earlier else archive.exists()) == (whole if earlier else False)
    else:
        assert check(archive)[1] == []
    stage.run(root)
    visits = (3 if earlier else 0) + (
        3 if step == "clean" else 5
    )  # the reader that stands in here writes its page anew
    assert check(archive) == (visits, []) and names(root) == ["forum.json", "forum.warc.gz"]


def test_an_archive_that_was_changed_by_hand_is_not_built_upon(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    stage.run(root)
    archive = root / "data/raw/archive/forum.warc.gz"
    archive.write_bytes(b"x" + archive.read_bytes()[1:])
    second_visit(root, reader)
    with pytest.raises(UsageError, match=r"is not what forum\.json says"):
        stage.run(root)
    assert len(reader.jobs) == 1


CHANGED = [
    '{"threads": [{}]}',
    '{"archive": {}}',
    '{"when": "gisteren"}',
    '{"visit": null}',
    '{"tdm": 5}',
    '{"attempt": {}, "visits": 1}',
    '{"attempt": {"at": null}}',
]


@pytest.mark.parametrize("content", ["{", "[]", '{"location": 1}', *CHANGED])
def test_a_manifest_that_was_changed_by_hand_is_told_and_the_other_sources_go_on(
    project: Write, reader: Reader, content: str
) -> None:
    root = project(LOOPBACK + LOOPBACK.removeprefix("sources:\n").replace("id: forum", "id: tweede"))
    stage.run(root)
    told = root / "data/raw/archive/forum.json"
    if content in CHANGED:
        told.write_text(json.dumps(json.loads(told.read_text("utf-8")) | json.loads(content)), "utf-8")
    else:
        told.write_text(content, "utf-8")
    before = told.read_bytes(), (root / "data/raw/archive/forum.warc.gz").read_bytes()
    second_visit(root, reader)
    with pytest.raises(UsageError, match=r"forum\.json is not as it was written .* Restore it from a copy"):
        stage.run(root)
    assert [job.source_id for job in reader.jobs] == ["forum", "tweede", "tweede"]
    assert (told.read_bytes(), (root / "data/raw/archive/forum.warc.gz").read_bytes()) == before


def test_a_thread_that_moved_to_https_is_told_once(project: Write, reader: Reader) -> None:
    row = {
        "url": "http://f.invalid/t",
        "thread": "http://f.invalid/t",
        "complete": True,
        "why": None,
        "found": 1,
        "announced": 1,
    }
    reader.threads = [row]
    root = project(LOOPBACK)
    stage.run(root)
    moved = "https://www.f.invalid/t"
    reader.threads = [row | {"url": moved, "thread": moved}]
    second_visit(root, reader)
    stage.run(root)
    assert [each["thread"] for each in manifest(root, "forum")["threads"]] == [moved]  # type: ignore[attr-defined]


def test_a_thread_that_could_not_be_read_before_its_site_moved_to_https_is_told_once(
    project: Write, reader: Reader
) -> None:
    row = {"complete": False, "why": "answers 500", "found": 0, "announced": None, "pages": 0}
    reader.threads = [row | {"url": "http://f.invalid/t", "thread": "http://f.invalid/t"}]
    root = project(LOOPBACK)
    stage.run(root)
    read = {"complete": True, "why": None, "found": 1, "announced": 1, "pages": 1}
    reader.threads = [row | read | {"url": "https://www.f.invalid/t", "thread": "https://www.f.invalid/draad"}]
    second_visit(root, reader)
    stage.run(root)
    assert [each["thread"] for each in manifest(root, "forum")["threads"]] == ["https://www.f.invalid/draad"]  # type: ignore[attr-defined]


def test_an_archive_without_its_manifest_is_not_written_over(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    stage.run(root)
    whole = (root / "data/raw/archive/forum.warc.gz").read_bytes()
    (root / "data/raw/archive/forum.json").unlink()
    assert any("is kept as forum.until-unknown.warc.gz" in note for note in stage.run(root).notes)
    assert (root / "data/raw/archive/forum.until-unknown.warc.gz").read_bytes() == whole
    assert manifest(root, "forum")["visit"] == 1


def test_an_archive_that_was_removed_is_told(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    stage.run(root)
    (root / "data/raw/archive/forum.warc.gz").unlink()
    assert any("forum.warc.gz was not there any more" in note for note in stage.run(root).notes)
    assert not any("was not there any more" in note for note in stage.run(root).notes)


def test_a_thread_that_is_not_whole_is_partial_told_each_time_and_not_asked_again(
    project: Write, reader: Reader
) -> None:
    reader.threads = [
        {"thread": "t", "url": "http://127.0.0.1:9/draad", "complete": False, "why": "announced 29, found 10"}
    ]
    root = project(LOOPBACK)
    for _ in range(2):
        assert "forum: http://127.0.0.1:9/draad: announced 29, found 10" in stage.run(root).notes
    told = manifest(root, "forum")
    assert (told["complete"], told["ending"], len(reader.jobs)) == (False, "partial", 1)


@pytest.mark.parametrize("withdrawn", [404, 410])
def test_a_later_visit_knows_the_threads_of_the_earlier_ones(project: Write, reader: Reader, withdrawn: int) -> None:
    row = {"thread": "t", "url": "http://127.0.0.1:9/draad", "complete": None, "why": "weg"}
    reader.threads = [row, row | {"thread": "u", "url": "http://127.0.0.1:9/weg", "withdrawn": withdrawn}]
    root = project(LOOPBACK)
    stage.run(root)
    second_visit(root, reader)
    stage.run(root)
    known = {row["url"]: row["thread"] for row in reader.threads[: 1 if withdrawn == 410 else 2]}  # 410: for good
    assert (reader.jobs[1].visit, reader.jobs[1].threads) == (2, known)
    assert reader.jobs[1].earlier_bytes == manifest(root, "forum")["visits"][0]["archive_bytes"]  # type: ignore[index]


@pytest.mark.fault(32)
def test_what_is_refused_in_part_is_kept_and_asked_again_when_there_is_a_reason(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    stage.run(root)
    second_visit(root, reader)
    reader.ending, reader.reason, reader.refused_by = "refused", "part of it is reserved", "a TDM opt-out"
    reader.threads = [
        {"thread": "t", "url": "http://127.0.0.1:9/draad", "complete": False, "why": "announced 3, found 2"}
    ]
    for _ in range(2):  # and it is not asked again, which would come to the same
        stage.run(root)
    assert (manifest(root, "forum")["ending"], manifest(root, "forum")["visit"], len(reader.jobs)) == ("refused", 2, 2)
    assert check(root / "data/raw/archive/forum.warc.gz") == (6, [])
    (root / "data/raw/sources.yaml").write_text(
        remote("http://127.0.0.1:9/draad", private_network=True, tdm_override="artikel 3, onderzoek")
    )
    stage.run(root)
    assert len(reader.jobs) == 3


@pytest.mark.fault(91)
def test_an_unfinished_visit_that_was_cut_within_a_record_is_gone_on_with(project: Write, reader: Reader) -> None:
    reader.ending, reader.reason = "incomplete", "answers 503"
    root = project(LOOPBACK)
    with pytest.raises(IncompleteError):
        stage.run(root)
    working = root / "data/raw/archive/forum.partial.warc.gz"
    whole = working.read_bytes()
    later = whole_archive(root / "ander.warc.gz", "http://127.0.0.1:9/draad/2")
    for cut in range(1, len(later), 17):
        working.write_bytes(whole + later[:cut])
        assert plan(root)[0]["kept_pages"] >= 1
        snapshots.forget_stale(root, load_sources(root)[0], WHEN.date())
        assert working.is_file(), cut


@pytest.mark.fault(38)
def test_what_may_not_be_kept_is_taken_out_of_the_archive(project: Write, reader: Reader) -> None:
    reader.ending, reader.reason, reader.refused_by = "refused", "text and data mining is reserved", "a TDM opt-out"
    reader.reserved = ["http://127.0.0.1:9/draad"]
    root = project(LOOPBACK)
    summary = stage.run(root)
    assert summary.dropped["refused by a TDM opt-out"] == 1 and summary.kept == 0
    assert check(root / "data/raw/archive/forum.warc.gz") == (1, [])  # what delimits the visit


@pytest.mark.fault(38)
def test_a_later_visit_that_is_refused_is_made_again_when_there_is_a_reason(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    stage.run(root)
    second_visit(root, reader)
    reader.ending, reader.reason, reader.refused_by = "refused", "text and data mining is reserved", "a TDM opt-out"
    for _ in range(2):
        assert any("snapshot of 2026-11-02" in note for note in stage.run(root).notes)
    assert len(reader.jobs) == 2
    (root / "data/raw/sources.yaml").write_text(
        remote("http://127.0.0.1:9/draad", private_network=True, tdm_override="artikel 3, onderzoek")
    )
    stage.run(root)
    assert len(reader.jobs) == 3


# --- one page that is lost, or refuses -------------------------------------------------------------------------

NOBODY = {"thread": "http://127.0.0.1:9/b", "url": "http://127.0.0.1:9/b", "pages": 0, "complete": False, "why": "it is too large"}  # fmt: skip


def test_a_page_that_was_too_large_is_asked_for_again_when_more_is_taken(project: Write, reader: Reader) -> None:
    reader.threads, reader.outcome = [NOBODY], "too large"
    root = project(LOOPBACK)
    for _ in range(2):
        assert stage.run(root).notes.count("forum: http://127.0.0.1:9/b: it is too large") == 1
    assert (manifest(root, "forum")["ending"], len(reader.jobs)) == ("partial", 1)
    params = root / "params.yaml"
    params.write_text(f"{params.read_text('utf-8')}  max_page_bytes: 30000000\n", "utf-8")
    assert "max_page_bytes was raised" in plan(root)[0]["why"]
    reader.threads = [NOBODY | {"thread": "b", "pages": 1, "complete": True, "why": None}]
    stage.run(root)
    assert len(reader.jobs) == 2 and reader.jobs[1].threads == {}  # it is no thread that was ever read
    assert [row["thread"] for row in manifest(root, "forum")["threads"]] == ["b"]  # type: ignore[attr-defined]


@pytest.mark.fault(31)
def test_the_next_run_knows_what_refused_and_so_does_the_next_visit(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    refusal = Refusal("http://127.0.0.1:9/b", "http://127.0.0.1:9/b", "the site", "answers 403", iso(WHEN))
    reader.refused, reader.ending, reader.reason = [refusal], "incomplete", "answers 403: nothing more was asked"
    reader.troubled = ["http://127.0.0.1:9/c"]
    with pytest.raises(IncompleteError):
        stage.run(root)
    reader.threads, reader.ending = [NOBODY | {"before": True}], "refused"
    stage.run(root)
    second_visit(root, reader)
    stage.run(root)
    assert [(job.refused, job.refused_before) for job in reader.jobs] == [((), ()), ((refusal,), ()), ((), (refusal,))]
    assert [job.troubled for job in reader.jobs] == [(), ("http://127.0.0.1:9/c",), ()]
    assert reader.jobs[2].threads == {NOBODY["url"]: NOBODY["thread"]}  # an earlier visit read it


@pytest.mark.fault(38)
def test_what_is_reserved_is_not_kept_by_an_unfinished_visit_either(project: Write, reader: Reader) -> None:
    root = project(LOOPBACK)
    reader.refused = [Refusal("http://127.0.0.1:9/draad", "http://127.0.0.1:9/draad", "a TDM opt-out", "reserves", iso(WHEN))]  # fmt: skip
    reader.reserved, reader.ending, reader.reason = ["http://127.0.0.1:9/draad"], "incomplete", "reserved"
    with pytest.raises(IncompleteError):
        stage.run(root)
    assert check(root / "data/raw/archive/forum.partial.warc.gz") == (1, [])
    reader.ending = "complete"
    (root / "data/raw/sources.yaml").write_text(
        remote("http://127.0.0.1:9/draad", private_network=True, tdm_override="artikel 3, onderzoek")
    )
    stage.run(root)
    assert reader.jobs[1].refused == ()


# --- the plan --------------------------------------------------------------------------------------------------


def test_the_plan_of_a_source_that_was_never_asked(project: Write) -> None:
    root = project(remote("https://forum.invalid/draad"), contact="''")
    (row,) = plan(root)
    assert row["due"] and (row["requests_at_least"], row["seconds_at_least"]) == (3, 2.0)
    assert row["robots"].startswith("not yet known") and "scrape.contact" in row["problem"]
    assert row["limits"]["max_pages"] == 500
    assert not (root / "data/raw/archive").exists()
    assert any("at least 3 requests" in line for line in lines([row]))
    assert any("at least 1 request (" in line for line in lines([{**row, "requests_at_least": 1}]))


def test_the_plan_of_a_later_visit_and_of_one_that_is_not_due(project: Write, reader: Reader) -> None:
    reader.robots = {"crawl_delay": 7.0, "answer": "rules"}
    root = project(LOOPBACK)
    stage.run(root)
    (row,) = plan(root)
    assert (row["due"], row["requests_at_least"]) == (False, 0) and "not due" in lines([row])[0]
    second_visit(root, reader)
    (row,) = plan(root)
    assert row["due"] and "before the edition date 2026-12-01" in row["why"]
    assert (row["visit"], row["known_pages"], row["requests_at_least"], row["delay_seconds"]) == (2, 1, 3, 7.0)
    assert row["delay_from"] == "robots.txt of 2026-11-02T00:00:00Z" and row["seconds_at_least"] == 14.0


def test_the_plan_counts_what_an_interrupted_visit_has(project: Write, reader: Reader) -> None:
    reader.ending, reader.reason = "incomplete", "answers 503"
    root = project(LOOPBACK)
    with pytest.raises(IncompleteError):
        stage.run(root)
    (row,) = plan(root)
    assert (row["kept_pages"], row["requests_at_least"]) == (1, 2) and "gone on with" in row["why"]


def test_the_plan_counts_the_rules_of_a_site_once(project: Write) -> None:
    two = remote("http://127.0.0.1:9/een", private_network=True)
    root = project(two + two.partition("\n")[2].replace("id: forum", "id: later").replace("/een", "/twee"))
    assert [row["requests_at_least"] for row in plan(root)] == [3, 1]


def test_the_plan_tells_of_an_edition_that_lies_ahead(project: Write) -> None:
    root = project(LOOPBACK)
    assert plan(root)[0]["note"] is None
    (root / "params.yaml").write_text(PARAMS.format(contact="x@y").replace("2026", "2999"), "utf-8")
    assert "edition 2999-11-01 lies ahead: until then every run asks again" in lines(plan(root))
