"""What the extraction benchmark counts: its scores are trusted only as far as these tests go."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.extracting import constructed, posts, speed, words
from pipeline.platforms import RawComment, discourse_json, generic, phpbb, wordpress

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "extraction.py"
AT = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
DAY = frozenset({(2026, 3, 2)})
LONG = "Niemand wist wie er moest bellen toen het formulier weg was, en de afdeling zweeg de hele week."


def said(text: str, author: str | None = "Anneke", at: dt.datetime | None = AT) -> RawComment:
    return RawComment("1", None, author, at, text, "text")


def gold(text: str, *authors: str, days: frozenset[posts.Day] | None = DAY) -> posts.GoldPost:
    return posts.GoldPost(text, frozenset(authors or ("Anneke",)), days)


def score(wanted: list[posts.GoldPost], read: list[RawComment]) -> tuple[int, int, int, int]:
    found, _ = posts.compare(wanted, read)
    return found.right, found.text, found.author, found.day


@pytest.mark.parametrize(
    ("read", "counts"),
    [
        (said(LONG), (1, 1, 1, 1)),
        (said(f"  {LONG.replace(' ', chr(10))} "), (1, 1, 1, 1)),  # white space is evened out
        (said(LONG + " x" * 8), (1, 1, 1, 1)),  # 16 of 206 characters: 0.92
        (said(LONG + " x" * 14), (0, 0, 0, 0)),  # 28 of 218: 0.87
        (said(LONG, "Bob"), (0, 1, 0, 1)),
        (said(LONG, None), (0, 1, 0, 1)),
        (said(LONG, at=AT.replace(day=5)), (0, 1, 1, 0)),
        (said(LONG, at=None), (0, 1, 1, 0)),
    ],
)
def test_text_author_and_day_all_have_to_be_right(read, counts):
    assert score([gold(LONG)], [read]) == counts


def test_each_post_counts_once():
    assert score([gold(LONG), gold(LONG)], [said(LONG)])[0] == 1
    assert score([gold(LONG)], [said(LONG), said(LONG)])[0] == 1


def test_the_matching_is_the_largest_one():
    """Whoever takes the first pair that fits is left with one: the second gold post fits only the first that was read."""
    wanted = [gold(LONG, "Anneke", "Bob"), gold(LONG, "Anneke")]
    assert score(wanted, [said(LONG, "Anneke"), said(LONG, "Bob")])[0] == 2


def test_figures():
    found, wrong = posts.compare(
        [gold(LONG), gold("Iets anders.")], [said(LONG), said("Reclame"), said("Menu"), said("Voet")]
    )
    assert (found.precision, found.recall, found.f1()) == (0.25, 0.5, pytest.approx(1 / 3))
    assert wrong == ["missed: Iets anders.", "extra: Reclame", "extra: Menu", "extra: Voet"]
    both = found + found
    assert (both.pages, both.gold, both.read, both.f1()) == (2, 4, 8, pytest.approx(1 / 3))
    assert [posts.compare([], [])[0].f1(), posts.compare([gold(LONG)], [])[0].f1()] == [1.0, 0.0]


def test_an_address_stands_for_what_links_to_it_call_it():
    page = "".join(
        f'<a href="/u/{n}">{name}</a> <a href="/u/{n}">Profiel</a><i/>'
        for n, name in enumerate(("Anneke", "+Bob", "Jo"))
    )
    named = posts.names_by_address(page, {"/u/0", "/u/1", "/u/2", "/u/9"})
    assert named == {"/u/0": {"Anneke"}, "/u/1": {"Bob"}, "/u/2": {"Jo"}}


def test_days_in_another_zone_and_without_a_year():
    late = AT.replace(hour=23)
    assert posts.same_day(late, frozenset({(2026, 3, 3)}))  # the page's clock may be ahead
    assert not posts.same_day(late, frozenset({(2026, 3, 1)}))
    assert not posts.same_day(AT.replace(hour=0, minute=0), frozenset({(2026, 3, 1)}))  # a date without a time
    no_year = frozenset({(None, 3, 2)})
    assert posts.same_day(AT, no_year) and posts.same_day(None, no_year) and posts.same_day(None, None)
    assert not posts.same_day(None, no_year, strict=True)
    assert not posts.same_day(AT.replace(day=9), no_year)


@pytest.mark.parametrize(
    ("text", "language", "orders", "days"),
    [
        ("2 maart 2026, 10:30", "nl", ("DMY", "MDY"), {(2026, 3, 2)}),
        ("March 2", "en", ("DMY", "MDY"), {(None, 3, 2)}),
        ("02-03-2026", "en", ("DMY", "MDY"), {(2026, 3, 2), (2026, 2, 3)}),
        ("02-03-2026", "en", ("MDY",), {(2026, 2, 3)}),
        ("Mon, Mar 2 '26, 10:30 AM via mobile", "en", ("DMY",), {(2026, 3, 2)}),
        ("11 days ago", "en", ("DMY",), None),
        ("gisteren", "nl", ("DMY",), None),
        ("14:05", "nl", ("DMY",), None),
    ],
)
def test_gold_dates(text, language, orders, days):
    pytest.importorskip("dateparser")
    assert posts.days_of(text, language, orders) == days


def test_the_order_of_day_and_month_shows_in_a_pages_other_dates():
    assert posts.day_month_orders(["03/04/2026", "03/31/2026"]) == ("MDY",)
    assert posts.day_month_orders(["03/04/2026", "31/03/2026"]) == ("DMY",)
    assert posts.day_month_orders(["03.04.2026"]) == ("DMY",)
    assert posts.day_month_orders(["03/04/2026"]) == ("DMY", "MDY")


def test_words_count_as_often_as_they_stand():
    assert words.words_f1("de de baas", "De baas!") == pytest.approx(0.8)
    assert [words.words_f1("", ""), words.words_f1("de", "")] == [1.0, 0.0]


def test_snippets():
    """Words in their order count; quotes, dashes, case and line ends do not."""
    text = "Wie  belt\ner \u2018straks\u2019 \u2013 of nu? Menu"
    wanted = ["Belt er 'straks' - of", "lt er", "er belt", "niemand"]
    assert words.snippets(text, wanted, ["Menu", "Voet"]) == (2, 1)


def test_main_text_over_pages():
    cases = [
        {
            "url": "",
            "html": "Wie belt er?",
            "ground_truth": {"main_content": "Wie belt er?", "with": ["belt"], "without": []},
        },
        {"url": "", "html": "", "ground_truth": {"main_content": "Niemand", "with": ["Niemand"], "without": ["Menu"]}},
    ]
    found = words.measured(lambda case: case["html"], cases)
    assert (found.pages, found.empty, found.f1, found.wanted, found.present, found.unwanted, found.absent) == (
        2,
        1,
        1.0,
        2,
        1,
        1,
        1,
    )


def test_constructed_pages_hold_fifty_comments_and_peers_find_the_same():
    speed.same(constructed.wordpress())
    assert len(wordpress.read(constructed.wordpress(), constructed.URL).comments) == 50
    assert len(discourse_json.read(constructed.discourse(), f"{constructed.TOPIC}.json").comments) == 50
    assert len(phpbb.read(constructed.phpbb(), f"{constructed.URL}viewtopic.php?t=5").comments) == 50
    assert len(generic.read(constructed.unknown(), constructed.URL).comments) == 50


def test_a_ratio_is_of_the_two_in_turn(monkeypatch):
    def one(body: str) -> None: ...
    def other(body: str) -> None: ...

    order = []
    monkeypatch.setattr(speed, "spent", lambda task, body, times: order.append(task) or (3.0 if task is one else 2.0))
    assert speed.ratio(one, other, "", 2, (1, 1)) == speed.Ratio(rounds=[1.5, 1.5], least=1.5, seconds=3.0)
    assert order == [one, other, other, one, other, one, one, other]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True, cwd=SCRIPT.parent.parent
    )


def test_a_bad_path_is_told(tmp_path):
    other = tmp_path / "other.jsonl"
    other.write_text('{"html": "", "url": ""}\n', encoding="utf-8")
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(b'{"html": "x"}')[:-9])
    for path, reason in (
        (tmp_path / "none.jsonl", "No such file"),
        (tmp_path, "directory"),
        (broken, "cannot be read"),
        (other, "is no gold"),
    ):
        done = run(path)
        assert (done.returncode, done.stdout) == (2, "") and reason in done.stderr and str(path) in done.stderr


def test_the_kind_of_a_file_is_told_by_its_content(tmp_path):
    pytest.importorskip("dateparser")
    page, url = constructed.wordpress(), constructed.URL
    marked = [
        {"post_text": {"surface_form": posts.words_of(c)}, "user": {"surface_form": c.author}, "datetime": {"surface_form": c.posted_at.isoformat()}}
        for c in wordpress.read(page, url).comments
    ]  # fmt: skip
    marked[0]["user"]["surface_form"] = "Iemand anders"
    path = tmp_path / "any-name"
    path.write_bytes(
        gzip.compress((json.dumps({"url": url, "html": page, "gold_standard_annotation": marked}) + "\n").encode())
    )
    done = run(path)
    assert done.returncode == 0, done.stderr
    row = next(line.split() for line in done.stdout.splitlines() if line.strip().startswith("wordpress "))
    assert row[1:8] == ["1", "50", "50", "49", "0.980", "0.980", "0.980"]
