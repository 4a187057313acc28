"""Dates in six languages' forms, and what a page's dates say of their order."""

from __future__ import annotations

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest

from pipeline.platforms import dates
from pipeline.platforms.dates import Clock


def _read(language: str, written: str, order: str | None = None) -> str | None:
    found = Clock(language, order).read(written)
    return found.strftime("%Y-%m-%d %H:%M") if found else None


@pytest.mark.parametrize(
    "written",
    ["9 mrt. 2026 om 11:05", "9 maart 2026, 11.05 uur", "2026-03-09 11:05:11", "09-03-26, 11:05", "9 mrt 2026 11u05", "ma 9 maart 2026 11:05 CET",
     "09.03.2026, 11:05 Uhr", "9/3/2026 11:05"],
)  # fmt: skip
def test_one_moment_as_dutch_pages_write_it(written):
    assert _read("nl-NL", written) == "2026-03-09 10:05"


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("de", "09.03.2026, 10:05 Uhr"), ("de", "9. März 2026 um 10:05 Uhr"), ("de-AT", "Mo 9. Mrz. 2026, 10:05"), ("de", "Mo., 9. Mär 2026 11:05 MEZ"),
        ("fr", "le 9 mars 2026 à 10h05"), ("fr-FR", "lundi 9 mars 2026 à 10 h 05"), ("fr", "09/03/2026, 10h05"),
        ("es", "9 de marzo de 2026, 10:05"), ("es", "9 mar. 2026 10:05 a. m."), ("it", "9 marzo 2026 alle 10:05"), ("it", "lun 9 mar 2026, 10:05"),
        ("en", "Mar 9, 2026 10:05 AM"), ("en", "Mon, Mar 9 '26, 10:05 AM via mobile"), ("en", "Mon 09-Mar-26 10:05:11"), ("en", "10:05am On Mar 09, 2026"),
        ("en", "9th of March 2026 - 10:05"), ("en", "2026/03/09 10:05"), ("en", "09.03.2026 10:05"), ("en", "Mar 9, 2026 05:05 AM EST"),
        ("en", "Mar 9, 2026 11:05 GMT+1"), ("en", "2026-03-09 15:35 +0530"),
    ],
)  # fmt: skip
def test_one_moment_in_other_languages(language, written):
    assert _read(language, written) == "2026-03-09 10:05"


@pytest.mark.parametrize(
    ("language", "written", "utc"),
    [
        ("fr", "1er août 2026", "2026-08-01 00:00"), ("fr", "3 févr. 2026", "2026-02-03 00:00"), ("fr", "3 déc. 2026", "2026-12-03 00:00"),
        ("fr", "3 de\u0301c. 2026", "2026-12-03 00:00"), ("de", "3. Jänner 2026", "2026-01-03 00:00"), ("es", "3 ago 2026", "2026-08-03 00:00"),
        ("es", "3 de enero del 2026", "2026-01-03 00:00"), ("it", "3 giugno 2026", "2026-06-03 00:00"), ("it", "3 ott. 2026", "2026-10-03 00:00"),
        ("nl", "3 mei '07 om 9 uur", "2007-05-03 07:00"), ("nl", "12-31-2025", "2025-12-31 00:00"), ("en", "Jun 18 '99", "1999-06-18 00:00"),
        ("en", "10:05 PM, March 9, 2026", "2026-03-09 22:05"), ("en", "March 9, 2026 12:05 am", "2026-03-09 00:05"),
        ("en", "31 June 2026", None), ("en", "Mar 9, 2026 25:05", None),
    ],
)  # fmt: skip
def test_months_years_and_halves_of_the_day(language, written, utc):
    assert _read(language, written) == utc


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "March 30"), ("nl", "30 maart"), ("en", "Apr 24 12:05"), ("de", "am 24. Dez., 12:05")],
)
def test_a_date_without_a_year_is_not_guessed(language, written):
    clock = Clock(language)
    assert clock.read(written) is None
    assert clock.warnings() == ["dates without a year, left empty: 1"]


@pytest.mark.parametrize(
    "written", ["il y a 3 jours", "hace 2 horas", "ieri alle 10:05", "hier à 10:05", "vor 5 Minuten", "3 hours ago"]
)
def test_relative_dates_are_given_up(written):
    clock = Clock("en")
    assert clock.read(written) is None
    assert clock.warnings() == ["dates relative to the moment of reading, left empty: 1"]


@pytest.mark.parametrize(
    ("language", "written", "utc"),
    [
        ("nl", "vandaag om 00:30", "2026-03-08 23:30"), ("nl", "Gisteren, 21:04", "2026-03-08 20:04"), ("nl", "eergisteren 10.05 uur", "2026-03-07 09:05"),
        ("en", "Today, 10:12 PM", "2026-03-08 22:12"), ("en", "Yesterday at 01:00 -0500", "2026-03-07 06:00"), ("fr", "aujourd’hui à 10h05", "2026-03-08 10:05"),
        ("fr", "avant-hier à 10:05", "2026-03-06 10:05"), ("de", "vorgestern, 10:05", "2026-03-06 10:05"),
        ("nl", "vandaag", None), ("nl", "3 uur geleden", None), ("nl", "gisteren, 3 maart 10:00", None), ("en", "Monday at 10:05", None),
    ],
)  # fmt: skip
def test_a_day_told_from_the_moment_at_which_the_page_was_answered(language, written, utc):
    with dates.answered(dt.datetime(2026, 3, 8, 23, 45, tzinfo=dt.UTC)):  # past midnight in Amsterdam
        assert _read(language, written) == utc
    assert _read(language, written) is None


def test_which_dates_are_by_that_moment_is_told():
    clock = Clock("en")
    with dates.answered(dt.datetime(2026, 3, 8, 3, tzinfo=dt.UTC)):
        found = dates.in_zone("Yesterday, 10:12 PM", ZoneInfo("America/New_York"), clock)
    assert found == dt.datetime(
        2026, 3, 7, 3, 12, tzinfo=dt.UTC
    )  # it is the seventh there, and the day before was the sixth
    assert clock.warnings()[-1] == "dates told as today or yesterday, by the moment at which the page was answered: 1"


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["10-04-2017, 11:00 AM", "11-14-2017, 11:14 AM"], "mdy"), (["10/04/2017", "24/04/2017"], "dmy"), (["24/04/2017", "04/24/2017"], None),
        (["09-05-2017", "10-04-2017", "11-04-2017"], "mdy"), (["10-04-2017", "11-04-2017", "09-05-2017"], "dmy"), (["10-04-2017"], None),
        ([], None), (["3 mei 2017", "2017-05-24"], None),
    ],
)  # fmt: skip
def test_the_order_of_day_and_month_by_all_dates_of_a_page(texts, order):
    assert dates.order(texts) == order


@pytest.mark.parametrize(
    ("language", "written", "utc"),
    [
        ("nl", "9 maart 2026, 11:05", "2026-03-09 06:05"), ("fr", "09/03/2026, 11h05", "2026-03-09 06:05"), ("nl", "9 maart 2026, 11.05 uur", "2026-03-09 06:05"),
        ("en", "March 9, 2026, 11 AM", "2026-03-09 06:00"), ("nl", "09.03.2026", "2026-03-09 00:00"), ("en", "2026-03-09T11:05:00+01:00", "2026-03-09 10:05"),
    ],
)  # fmt: skip
def test_the_time_of_a_page_that_tells_its_zone(language, written, utc):
    found = dates.in_zone(written, dates.offset("+", "5", None), Clock(language))
    assert found is not None
    assert found.strftime("%Y-%m-%d %H:%M") == utc


def test_an_order_settles_what_a_language_leaves_open():
    assert _read("en", "10-04-2017 11:00") is None
    assert _read("en", "10-04-2017 11:00", "mdy") == "2017-10-04 11:00"
    assert _read("en", "10-04-2017 11:00", "dmy") == "2017-04-10 11:00"
    assert _read("nl", "10-04-2017 12:00", "mdy") == "2017-10-04 10:00"
    assert _read("en", "24-04-2017 11:00", "mdy") == "2017-04-24 11:00"


@pytest.mark.parametrize(
    "text",
    [
        "9 maart 2026",
        "09-03-26, 10:05",
        "Gisteren, 10:05",
        "3 uur geleden",
        "Mar 9",
        "March 2nd, 2026",
        "il y a 3 jours",
        "vor einem Tag",
    ],
)
def test_what_looks_like_a_date(text):
    assert dates.looks_like_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "Reageer",
        "12 berichten",
        "Versie 2.10",
        "",
        "Vandaag is alles anders dan het gisteren leek, en dat komt door het nieuwe rooster.",
    ],
)
def test_what_does_not_look_like_a_date(text):
    assert not dates.looks_like_date(text)


@pytest.mark.parametrize("piece", ["1 ", "9-", "1:", "3 mei ", "' ", "GMT+", "12"])
def test_long_nonsense_costs_nothing(piece):
    begin = time.process_time()
    Clock("nl").read(piece * 100_000)
    dates.looks_like_date((piece * 100)[:200])
    assert time.process_time() - begin < 0.5
