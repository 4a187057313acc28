"""Layouts that no module knows: what they have in common is that dates repeat beside texts, and names beside dates."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.platforms import generic
from pipeline.platforms.text import markup_to_text

URL = "https://forum.invalid/draad/9"
NAMES = ["Jan de Wit", "roos_77", "Fatima", "Piet", "roos_77"]
TEXTS = [
    "Ik werk al twaalf jaar in de thuiszorg en de roosters worden elk jaar krapper.",
    "Bij ons is het precies andersom, er zijn juist mensen bij gekomen sinds de zomer.",
    "Dat geloof ik graag, maar in de stad is het heel anders dan op het platteland.",
    "Mijn leidinggevende zegt dat er volgend jaar geld is voor opleidingen.",
    "Kort maar waar: zonder nachtdienst geen toeslag en zonder toeslag geen collega's.",
]
TIMES = ["09:15", "09:40", "10:05", "13:00", "16:30"]
MOMENTS = [dt.datetime(2021, 3, 12, int(t[:2]) - 1, int(t[3:]), tzinfo=dt.UTC) for t in TIMES]
ROWS = list(zip(NAMES, TIMES, TEXTS, strict=True))
ARTICLE = (
    "<div class='artikel'>" + "".join(f"<p>{text} {text}</p>" for text in TEXTS) + "<span>168 keer gedeeld</span></div>"
)


def page(body, head=""):
    return f"<!DOCTYPE html><html lang='nl'><head><title>Roosters - Werkforum</title>{head}</head><body><a href='/'>Voorpagina</a><h1>Roosters</h1>{body}</body></html>"


def each(form, rows=ROWS):
    return "".join(form.format(n=n, name=name, time=time, text=text) for n, (name, time, text) in enumerate(rows, 11))


LAYOUTS = {
    "table": "<table>" + each("<tr><td><b>{name}</b><br>lid</td><td><font size=1>12-03-2021 om {time}</font><hr>{text}</td></tr>") + "</table>",
    "two rows": "<table>" + each("<tr><td>{name}</td><td>12-03-2021 {time}</td></tr><tr><td colspan=2>{text}</td></tr>") + "</table>",
    "terms": "<dl>" + each("<dt><b>{name}</b> schreef op vrijdag 12 maart 2021, {time} uur:</dt><dd>{text}</dd>") + "</dl>",
    "own elements": "<t-v>" + each("<p-i><p-a>{name}</p-a><p-d>12-03-2021 om {time}</p-d><p-b>{text}</p-b></p-i>") + "</t-v>",
    "bare": "<div>" + each("<div><div><div>{name}</div><div>12 mrt 2021 {time}</div></div><div><div>{text}</div></div></div>") + "</div>",
    "name and date in one": "<div>" + each("<div class='b'><div>{text}</div><div class='o'>— {name}, 12-03-2021 om {time} · <a href='/m'>Meld</a></div></div>") + "</div>",
    "date in brackets": "<div>" + each("<p class='n'>{name} (vrijdag 12 maart 2021, {time} uur)</p><p class='t'>{text}</p>") + "</div>",
    "legend": each("<fieldset><legend>{name} op 12-03-2021 om {time}</legend>{text}</fieldset>"),
    "member since": "<table>" + each("<tr><td>{name}<br>Utrecht<br>Lid sinds 2011</td><td><div>12 mrt 2021 {time}</div><div>{text}</div></td></tr>") + "</table>",
    "below an article": ARTICLE + each("<div class='r'><i class='naam'>{name}</i> <i>12-03-2021 om {time}</i><p>{text}</p><u>{n} keer gedeeld</u></div>"),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_names_times_and_texts_of_a_layout(layout):
    found = generic.read(page(LAYOUTS[layout]), URL).comments
    assert [markup_to_text(c.text) for c in found] == TEXTS
    assert [c.author for c in found] == NAMES
    assert [c.posted_at for c in found] == MOMENTS


@pytest.mark.parametrize("when", ["gisteren {}", "vandaag om {}", "3 uur geleden"])
def test_dates_relative_to_now_part_the_posts_and_stay_empty(when):
    rows = [(name, when.format(time), text) for name, time, text in ROWS]
    found = generic.read(page(each("<li><b>{name}</b><i>{time}</i><div>{text}</div></li>", rows)), URL).comments
    assert [(c.author, markup_to_text(c.text), c.posted_at) for c in found] == [
        (name, text, None) for name, text in zip(NAMES, TEXTS, strict=True)
    ]


def test_what_stands_before_all_dates_is_no_name():
    found = generic.read(
        page(each("<div class='post'><i>Geplaatst op 12-03-2021 {time}</i><div>{text}</div></div>")), URL
    )
    assert {c.author for c in found.comments} == {None}


def test_a_member_s_number_is_no_post_s():
    body = each("<div class='r'><a href='/profiel/{n}'>{name}</a> <i>12-03-2021 {time}</i><p>{text}</p></div>")
    assert {c.platform_id for c in generic.read(page(body), URL).comments} == {None}


POSTS = each("<div class='post'><b>{name}</b><i>12-03-2021 {time}</i><div>{text}</div></div>")


@pytest.mark.parametrize(
    ("url", "link", "follows"),
    [
        ("/artikel/123", '<a href="/artikel/124">35</a>', False),  # another article, and how many answers it has
        ("/artikel/123", '<a rel="next" href="/artikel/124">Volgend artikel</a>', False),
        ("/artikel/rooster", '<a rel="next" href="/artikel/opleiding">Volgend artikel</a>', False),
        ("/draad-9.html", '<a rel="next" href="/draad-9-20.html">Volgende</a>', True),
        ("/draad-9-20.html", '<a rel="next" href="/draad-9-40.html">Volgende</a>', True),
        ("/draad-9-20.html", '<a href="/draad-9-40.html">3</a>', True),  # after two times twenty posts
        ("/draad/9", '<a href="/draad/9?page=2">2</a>', True),
        ("/lees?t=9", '<a rel="next" href="/lees?t=9&amp;van=20">Volgende</a>', True),
        ("/lees?t=9", '<a rel="next" href="/lees?t=10">Volgende draad</a>', False),
    ],
)
def test_the_thread_is_not_left(url, link, follows):
    found = generic.read(page(POSTS + link), f"https://forum.invalid{url}")
    assert bool(found.next_links) is follows


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/artikel/123", "/artikel/124", False),
        ("/draad/9", "/draad/9/2", True),
        ("/wie-maakt-het-rooster", "/wie-maakt-het-rooster/2", True),
        ("/draad/9", "/draad/9/page/3", True),
        ("/lees?t=9", "/lees?t=9&page=2", True),
        ("/lees?t=9", "/lees?t=10", False),
    ],
)
def test_pages_of_a_thread_share_its_name_and_threads_do_not(one, other, same):
    names = {generic.read(page(POSTS), f"https://forum.invalid{url}").thread for url in (one, other)}
    assert (len(names) == 1) is same


TITLED = {
    "heading": '<article class="post" id="post-{n}"><h2><a href="/{n}/stuk-{n}">Stuk {n}</a></h2><b class="author">{name}</b> <time>12-03-2021 {time}</time><p>{text}</p></article>',
    "link around a heading": '<li class="post"><a href="/{n}/stuk"><h3>Een stuk over werk {n}</h3></a><p>{text}</p><i class="author">{name}</i><i>12-03-2021 {time}</i></li>',
    "after a category": '<div class="post"><h5><a href="/rubriek/werk">Werk</a></h5><h1><a href="/{n}/stuk">Een stuk {n}</a></h1><b class="author">{name}</b><i>12-03-2021 {time}</i><p>{text}</p></div>',
    "before the text": '<tr><td><div><a href="/rubriek-{n}/"><b>Rubriek over werk {n}</b></a></div><div>{text}</div></td><td><a href="/lid/{n}">{name}</a> 12-03-2021 {time}</td></tr>',
    "title with a date": '<div class="item"><h2><a href="/{n}/stuk">Een lang stuk over werk - {n}.03.2021</a></h2><b>{name}</b><p>{text}</p></div>',
    "session in every link": '<li class="forum" id="forum{n}"><h2><a href="forum.php/{n}-rubriek?s=0ad7e814e49677399">Rubriek {n}</a></h2><b class="user">{name}</b><i>12-03-2021 {time}</i><p>{text}</p></li>',
}  # fmt: skip


@pytest.mark.parametrize("form", TITLED)
def test_entries_with_titles_that_lead_elsewhere_are_no_posts(form):
    body = f"<table>{each(TITLED[form])}</table>" if TITLED[form].startswith("<tr") else each(TITLED[form])
    assert not generic.matches(page(body), "https://forum.invalid/")


@pytest.mark.parametrize(
    "form",
    [
        '<div class="comment" id="c{n}00"><h4><a href="/lees?sid=23191137&amp;cid={n}00">Over het werk van {name}</a></h4><b class="author">{name}</b><i>12-03-2021 {time}</i><p>{text}</p></div>',  # a post's own address
        '<div class="review-card"><b class="author">{name}</b><h3><a href="/oordeel/{n}">Titel van oordeel {n}</a></h3><i>12-03-2021 om {time}</i><p>{text}</p></div>',  # a review's title
        '<div class="post"><h3><a class="naam" href="/lid/{n}">{name}</a></h3><i>12-03-2021 {time}</i><p>{text}</p><a href="/{n}/wijzig">Verbeter wat hier staat</a></div>',  # names, and links below the text
    ],
)  # fmt: skip
def test_posts_with_titles_are_posts(form):
    found = generic.read(page(each(form)), URL).comments
    assert [(c.author, markup_to_text(c.text)) for c in found][1:] == list(zip(NAMES, TEXTS, strict=True))[1:]


@pytest.mark.parametrize(
    "body",
    [
        each("<div class='regel'>Geplaatst door <a href='/lid/{n}'>{name}</a> op 12-03-2021 {time}</div>"),  # who and when, and nothing else
        each("<li><b>{name}</b><i>12-03-2021 {time}</i><p>{text}</p><span>€ 9,95</span></li>"),
        "<div class='artikel'>" + each("<p>Volgens <a href='/wie/{n}'>{name}</a>, op 12 maart 2021. {text}</p>", ROWS[:2]) + "</div>",  # two people in an article
    ],
)  # fmt: skip
def test_what_only_looks_like_posts(body):
    assert not generic.matches(page(body), URL)


@pytest.mark.parametrize("root", ["rss", "feed", "rdf:RDF"])
def test_a_feed_is_no_page(root):
    item = "<item><author>{name}</author><pubDate>12-03-2021 {time}</pubDate><description>{text}</description></item>"
    assert generic.matches(page(each(item)), URL)
    assert not generic.matches(f"<?xml version='1.0'?><{root}>{each(item)}</{root}>", URL)


NAMED = {
    "by, before the date": "<div class='post'><h3>Kop {n} hier</h3><p>{text}</p><p class='datum'>Geplaatst door: {name}, 12-03-2021 {time}</p></div>",
    "by, behind the date": "<div class='post'><h3>Kop {n} hier</h3><span>12-03-2021 {time} door {name}</span><p>{text}</p></div>",
    "behind the time": "<div class='post'><u>12-03-2021 {time} {name}</u><p>{text}</p></div>",
    "numbered": "<table><tr><td>{n}) {name}</td><td>12-03-2021 {time}</td></tr><tr><td colspan=2>{text}</td></tr></table>",
    "with a colon": "<div class='post'><b>{name}:</b> <i>12-03-2021 {time}</i><p>{text}</p></div>",
    "with an address": "<div class='post'><b class='author'>{name} &lt;wie{n}@post.invalid&gt;</b> <i>12-03-2021 {time}</i><p>{text}</p></div>",
    "in a legend": "<fieldset><legend>Bericht {n} von <b>{name}</b></legend><p>{text}</p><small>12-03-2021, {time}</small></fieldset>",
    "time apart": "<div class='post'><b>{name}</b> <i>op 12-03-2021</i> <i>om {time}</i><p>{text}</p></div>",
    "date before a colon": "<p><a name='{n}'><b>{name}</b></a> - <font>12 maart 2021 om {time}:</font><br>{text}</p>",
    "name before, date behind": "<p class='reactie'><strong>{name}:</strong> {text} <em>(12 maart 2021, {time})</em></p>",
    "signed": "<dd>{text} <a href='/lid/{n}'>{name}</a> (<a href='/praat'>praat</a>) 12 maart 2021 {time} (CET)</dd>",
    "title relative to now": "<div class='post'><b>{name}</b> <span title='2 jaar geleden'>12-03-2021 {time}</span><p>{text}</p></div>",
    "before a sign": "<div class='post'><span>{name} ⋅</span> <i>12-03-2021 {time}</i><p>{text}</p></div>",
    "time before the year": "<div class='post'><b>{name}</b> <i>Fri Mar 12 {time}:00 2021</i><p>{text}</p></div>",
    "year apart": "<div class='post'><b>{name}</b> <span><b>{time}</b> On <b>Mar 12</b>, <b>2021</b></span><p>{text}</p></div>",
    "initials drawn": "<div class='post'><div class='author'><svg><text>XY</text></svg>{name}</div> <i>12-03-2021 {time}</i><p>{text}</p></div>",
    "weekday": "<div class='post'><b>{name}</b> <span property='dc:date'>Fri, 12/03/2021 - {time}</span><p>{text}</p></div>",
    "raised": "<div class='post'><b>{name}</b> <span>« <b>Nr. {n} op:</b> Mar 12<sup>th</sup>, 2021, {time} »</span><p>{text}</p></div>",
}  # fmt: skip


@pytest.mark.parametrize("form", NAMED)
def test_names_and_dates_that_stand_among_other_words(form):
    found = generic.read(page(each(NAMED[form])), URL).comments
    assert [(c.author, c.posted_at, markup_to_text(c.text)) for c in found] == list(
        zip(NAMES, MOMENTS, TEXTS, strict=True)
    )


FEET = {
    "footers": "<a id='c{n}'></a><div class='tekst'><p>{text}</p></div><p class='voet'>Geplaatst door: <a href='http://{n}.invalid'>{name}</a> | 12 maart 2021 {time}</p>",
    "terms": "<dt class='wie' id='c{n}'><a href='/profiel/{n}'>{name}</a> zei</dt><dd class='tekst'><p>{text}</p></dd><dd class='voet'>12 maart 2021 om {time}</dd>",
}  # fmt: skip


@pytest.mark.parametrize("form", FEET)
def test_a_date_below_a_text_is_that_text_s(form):
    around = "<dl>{}</dl>" if form == "terms" else "<div id='reacties'>{}</div>"
    found = generic.read(page(around.format(each(FEET[form]))), URL).comments
    assert [(c.author, c.posted_at, markup_to_text(c.text)) for c in found] == list(
        zip(NAMES, MOMENTS, TEXTS, strict=True)
    )


def test_the_name_as_shown_goes_before_an_account_s():
    form = "<div class='post'><a href='/x/{n}' data-username='u{n}'>{name}</a> <i>12-03-2021 {time}</i><p>{text}</p><a data-author='{name}'>Citeer</a></div>"
    assert [c.author for c in generic.read(page(each(form)), URL).comments] == NAMES


@pytest.mark.parametrize(
    ("here", "link"), [("/t5-titel", "/t5p15-titel"), ("/d-k15-Een_titel.html", "/d-k15-o10-Een_titel.html")]
)
def test_a_page_s_number_may_stand_within_the_path(here, link):
    form = "<div class='post'><b>{name}</b> <i>12-03-2021 {time}</i><p>{text}</p></div>"
    at = "https://forum.invalid"
    first = generic.read(page(each(form) + f"<a href='{link}'>2</a>"), at + here)
    second = generic.read(page(each(form) + f"<a href='{here}'>1</a>"), at + link)
    assert (first.next_links, second.next_links) == ([at + link], [at + here])
    assert first.thread == second.thread


def test_permalinks_do_not_lead_to_pictures_or_to_where_the_page_was_read():
    form = "<div class='post' id='p{n}'><img id='lui_{n}_0'><b>{name}</b> <i>12-03-2021 {time}</i><p>{text}</p></div>"
    head = "<link rel='canonical' href='https://forum.invalid/draad/9-titel'>"
    found = generic.read(head + page(each(form)), "https://forum.invalid/lijst/").comments
    assert all(c.permalink == f"https://forum.invalid/draad/9-titel#p{c.platform_id}" for c in found)


def test_who_is_quoted_is_no_part_of_the_text():
    form = "<div class='post' id='p{n}'><b>{name}</b> <i>12-03-2021 {time}</i><div><cite>Piet schreef</cite><br><blockquote>Ja.</blockquote>{text}</div></div>"
    assert not any("Piet" in c.text for c in generic.read(page(each(form)), URL).comments)


@pytest.mark.parametrize("hour", ["8:14 a.m.", "2 a.m."])
def test_a_name_behind_an_english_time(hour):
    form = f"<dl><dt id='c{{n}}'>March 12, 2021, {hour} - {{name}}</dt><dd><p>{{text}}</p></dd></dl>"
    assert [c.author for c in generic.read(page(each(form)), URL).comments] == NAMES


LABELLED = {
    "author": "<tr><th><a href='msg{n}'>msg{n} (bekijk)</a></th><th>Author: {name}</th><th>Date: 2021-03-12 {time}</th></tr>",
    "behind other labels": "<tr><th>Woonplaats: U{n}</th><th>Auteur: {name}</th><th>12-03-2021 {time}</th></tr>",
    "by a verb": "<tr><th><b>Bericht {n}a</b></th><th>Geschreven door {name}</th><th>12-03-2021 {time}</th></tr>",
    "no word that is known": "<tr><th>Skrifari: {name}</th><th>12-03-2021 {time}</th></tr>",
    "before where they live": "<tr><th>{name}</th><th>Van: Plaats {n}</th><th>12-03-2021 {time}</th></tr>",
    "date labelled beside it": "<tr><th>Auteur: {name}, Datum: 12-03-2021 {time}</th></tr>",
}  # fmt: skip


@pytest.mark.parametrize("form", LABELLED)
def test_a_label_before_every_name_is_no_part_of_it(form):
    rows = each(LABELLED[form] + "<tr><td colspan=3><pre>{text}</pre></td></tr>")
    found = generic.read(page(f"<table>{rows}</table>"), URL).comments
    assert [(c.author, c.posted_at) for c in found] == list(zip(NAMES, MOMENTS, strict=True))


def test_a_text_is_all_of_its_paragraphs_where_nothing_is_around_them():
    form = "<li><p class='wie'><a class='fn'>{name}</a> <i>12-03-2021 {time}</i></p><p>{text}</p><ul><li>Punt {n}.</li></ul><p>Slot {n}.</p><p class='voet'>Meld nummer {n}</p></li>"
    short = "<li><p class='wie'><a class='fn'>{name}</a> <i>12-03-2021 {time}</i></p><blockquote>Eens {n}?</blockquote><p>{text}</p></li>"
    found = generic.read(page(f"<ol>{each(form, ROWS[:3])}{each(short, ROWS[3:])}</ol>"), URL).comments
    assert [markup_to_text(c.text).split() for c in found[:3]] == [
        [*text.split(), "Punt", f"{n}.", "Slot", f"{n}."] for n, text in enumerate(TEXTS[:3], 11)
    ]
    assert [("Eens" in c.text, "Meld" in c.text) for c in found[3:]] == [(True, False)] * 2


def test_replies_that_stand_beside_paragraphs_are_no_part_of_the_text():
    inner = (
        "<ul><li id='r{n}'><p class='wie'><a class='fn'>{name}</a> <i>12-03-2021 {time}</i></p><p>{text}</p></li></ul>"
    )
    form = "<li id='r{n}'><p class='wie'><a class='fn'>{name}</a> <i>12-03-2021 {time}</i></p><p>{text}</p>"
    rows = [form.format(n=n, name=name, time=time, text=text) for n, (name, time, text) in enumerate(ROWS, 11)]
    nested = inner.format(n=99, name="Koos", time="17:00", text="Een antwoord daarop, dat korter is.")
    found = generic.read(page(f"<ol>{rows[0]}{nested}</li>{'</li>'.join(rows[1:])}</li></ol>"), URL).comments
    assert markup_to_text(found[0].text) == TEXTS[0] and found[1].parent == found[0].platform_id
