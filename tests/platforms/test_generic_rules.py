"""Guestbooks whose posts stand loose between rules, and pages with rules that are none."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.platforms import generic

URL = "https://forum.invalid/gastenboek.html"
NAMES = ["Jan de Wit", "roos_77", "Fatima", "roos_77"]
TEXTS = [
    "Wat een mooie site!\nIk kom hier vaker.",
    "Eens.",
    "Op 3 mei 2019 was ik er ook, dat was een dag om nooit te vergeten voor ons allemaal.",
    "Groeten uit het noorden.",
]
MOMENTS = [dt.datetime(2021, 3, 12, hour, 15, tzinfo=dt.UTC) for hour in (8, 9, 12, 15)]
ROWS = [
    {"n": n, "name": name, "time": f"{moment.hour + 1:02}:15", "text": text.replace("\n", "<br>")}
    for n, name, text, moment in zip(range(11, 15), NAMES, TEXTS, MOMENTS, strict=True)
]
LAYOUTS = {
    "text, name, place and date": "{text}<br><a href='http://{n}.invalid'>{name}</a> &lt;<a href='mailto:x@y.invalid'>x@y.invalid</a>&gt;<br>Utrecht - vrijdag 12 maart 2021, {time} uur<hr>",
    "labels": "<b>Naam:</b> {name}<br><b>E-mail:</b> x@y.invalid<br><b>Woonplaats:</b> Utrecht<br><b>Datum:</b> 12 maart 2021 {time}<br><b>Bericht:</b> {text}<hr>",
    "name and date in one line": "<b>{name}</b> schreef op 12-03-2021 om {time}<br>{text}<HR>",
    "address in the line": "<font><a name='{n}'></a>{name} (<a href='mailto:q@q.invalid'>q@q.invalid</a>) - 12 maart 2021, {time}<br><br>{text}</font><hr noshade>",
    "mail": "<pre><b>Van:</b> {name} &lt;x at y.invalid&gt;\n<b>Datum:</b> 12-03-2021 {time}\n\n{text}\n</pre><hr>",
}  # fmt: skip


def page(body, title="Gastenboek"):
    return f"<html lang='nl'><head><title>{title}</title></head><body><h1>{title}</h1>{body}<p>Terug naar boven</p></body></html>"


@pytest.mark.parametrize("form", LAYOUTS)
def test_posts_between_rules(form):
    found = generic.read(page("".join(LAYOUTS[form].format(**row) for row in ROWS)), URL)
    assert [(c.author, c.posted_at) for c in found.comments] == list(zip(NAMES, MOMENTS, strict=True))
    assert [c.text.replace("\n\n", "\n") for c in found.comments] == TEXTS
    assert "rules" in found.warnings[0]
    ids = ["11", "12", "13", "14"] if "{n}'></a>" in LAYOUTS[form] else [None] * 4
    assert [c.platform_id for c in found.comments] == ids
    assert [c.permalink for c in found.comments] == [n and f"{URL}#{n}" for n in ids]


def test_the_title_tells_a_guestbook_from_news():
    body = "".join(
        "<b>Nieuw rooster {n}</b><br>12-03-2021 om {time}<br>Er is een nieuw rooster, zie de bijlage.<hr>".format(**row)
        for row in ROWS
    )
    assert generic.matches(page(body), URL)
    assert not generic.matches(page(body, "Nieuws van de afdeling"), "https://forum.invalid/nieuws.html")


@pytest.mark.parametrize(
    "body",
    [
        "Wij zijn open op maandag<hr>en op dinsdag<hr>maar niet op woensdag",
        "Naam: Jan<br>Datum: 12-03-2021<br>Hallo<hr>Naam: Jan<hr>Naam: Piet<hr>Naam: Els<hr>Naam: Kees<hr>",
        "<hr><hr><hr>", "12-03-2021<hr>13-03-2021<hr>14-03-2021<hr>",
    ],
)  # fmt: skip
def test_rules_that_part_no_posts(body):
    assert not generic.matches(page(body), URL)
