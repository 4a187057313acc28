"""Pastes with name lines, in four languages and the layouts of many pages: comments and authors come out exactly."""

from __future__ import annotations

import pytest

from pipeline.platforms import pasted
from pipeline.platforms.pasted.lines import BUTTON, TEXT, split_lines

ARTICLES = {
    "nl": (
        "Dorp krijgt tweede brug\n"
        "De gemeente Waterkant legt volgend jaar een tweede brug over de vaart. ‘Dat is hard nodig,’ zegt wethouder Riet Bos.\n"
        "Volgens de dorpsraad rijden er dagelijks 4.000 auto's over de oude brug. De aanleg kost 2 miljoen euro, aldus Bos.\n"
    ),
    "en": (
        "Village gets a second bridge\n"
        "Waterside council will build a second bridge over the canal next year. “We need it badly,” says councillor Ruth Bell.\n"
        "According to the council 4,000 cars a day cross the old bridge. The work will cost two million pounds, Bell added.\n"
    ),
    "de": (
        "Dorf bekommt zweite Brücke\n"
        "Die Gemeinde Wasserkante baut nächstes Jahr eine zweite Brücke über den Kanal. „Das ist nötig“, erklärt Rita Busch.\n"
        "Laut Gemeinderat fahren täglich 4.000 Autos über die alte Brücke. Der Bau kostet zwei Millionen Euro, betont Busch.\n"
    ),
    "fr": (
        "Un deuxième pont pour le village\n"
        "La commune de Bord-du-Canal construira l'an prochain un deuxième pont. « C'est nécessaire », explique Rita Dubois.\n"
        "Selon le conseil, 4 000 voitures passent chaque jour sur le vieux pont. Le chantier coûtera deux millions d'euros.\n"
    ),
}
COMMENTS = {
    "nl": ["Dat werd tijd.\nIk sta er elke dag.\nMooi zo", "Twee miljoen!\nWie betaalt dat?", "Ja hoor", "Ik woon ernaast.\nDe oude brug piept."],
    "en": ["About time.\nI wait there every day.\nWell done", "Two million!\nWho pays?", "Oh yes", "I live next door.\nThe old one creaks."],
    "de": ["Wurde auch Zeit.\nIch stehe dort jeden Tag.\nSchön so", "Zwei Millionen!\nWer zahlt das?", "Ja klar", "Ich wohne daneben.\nDie alte knarrt."],
    "fr": ["Il était temps.\nJ'y attends chaque jour.\nTrès bien", "Deux millions !\nQui va payer ?", "Mais oui", "J'habite à côté.\nLe vieux grince."],
}  # fmt: skip
AUTHORS = ["Jan", "Petra de Wit", "kees_88", "Maria"]
DATES = {
    "nl": ["3 maart 2009 om 12:03", "3 maart 2009 om 18:45", "4 maart 2009 om 9:10", "12 maart 2009 om 20:00"],
    "en": ["March 3, 2009 at 12:03 pm", "March 3, 2009 at 6:45 pm", "March 4, 2009 at 9:10 am", "March 12, 2009 at 8:00 pm"],
    "de": ["3. März 2009 um 12:03 Uhr", "3. März 2009 um 18:45 Uhr", "4. März 2009 um 9:10 Uhr", "12. März 2009 um 20:00 Uhr"],
    "fr": ["3 mars 2009 à 12h03", "3 mars 2009 à 18h45", "4 mars 2009 à 9h10", "12 mars 2009 à 20h00"],
}  # fmt: skip
AGO = {
    "nl": ["2 dagen geleden", "een dag geleden", "3 uur geleden", "zojuist"],
    "en": ["2 days ago", "a day ago", "3 hours ago", "just now"],
    "de": ["vor 2 Tagen", "vor einem Tag", "vor 3 Stunden", "gerade eben"],
    "fr": ["il y a 2 jours", "il y a un jour", "il y a 3 heures", "à l’instant"],
}
REPLY = {"nl": "Reageer", "en": "Reply", "de": "Antworten", "fr": "Répondre"}
LIKE = {"nl": "Vind ik leuk", "en": "Like", "de": "Gefällt mir", "fr": "J’aime"}
AVATAR = {"nl": "Avatar van {}", "en": "{}'s avatar", "de": "Profilbild von {}", "fr": "Photo de profil de {}"}
NUMBER = {"nl": "4 reacties", "en": "4 comments", "de": "4 Kommentare", "fr": "4 commentaires"}

#: what stands above (or, after "{t}", below) the words of a comment; n: name, d: date, a: age, i: number
EVERYWHERE = {
    "name, date": "{n}, {d}\n{t}",
    "date | name": "{d} | {n}\n{t}",
    "name - date": "{n} - {d}\n{t}",
    "name (date)": "{n} ({d})\n{t}",
    "name date": "{n} {d}\n{t}",
    "name over date": "{n}\n{d}\n{t}",
    "date over name": "{d}\n{n}\n{t}",
    "numbered": "#{i} {n}, {d}\n{t}",
    "number behind": "{n} • {d} #{i}\n{t}",
    "age": "{n}\n{a}\n{t}\n{reply}",
    "age beside, with buttons": "{n} • {a} • {reply}\n{t}",
    "picture, name, date, counter, button": "{avatar}\n{n}\n{d}\n{t}\n{i}\n{reply}",
    "picture, name and age": "{avatar}\n{n} • {a}\n{t}\n{reply} {like} ›",
    "profile between": "{n}\nMember\nPosts: 1{i}0\n{d}\n{t}",
    "buttons between": "{n}\n{like}\n{d}\n{t}\n{like} · {reply}\n12",
    "only a picture": "{avatar}\n{t}\n{reply}",
    "bare name, buttons below": "{n}\n{t}\n{like} · {reply} · 3 d",
    "rule between": "{n}, {d}\n{t}\n----------",
    "blank lines everywhere": "{n}\n\n{d}\n\n{t}\n\n{reply}\n\n",
    "name and date below": "{t}\n{n} | {d}",
}
IN_WORDS = {
    "nl": ["{n} schreef op {d}:\n{t}", "Geplaatst door {n} op {d}\n{t}", "Op {d} schreef {n}:\n{t}",
           "Geplaatst door {n}\n{t}", "{n} zegt:\n{d}\n{t}", "door {n} » {d}\n{t}", "Re: brug\ndoor {n} » {d}\n{t}"],
    "en": ["{n} wrote on {d}:\n{t}", "Posted by {n} on {d}\n{t}", "On {d} {n} wrote:\n{t}",
           "Posted by {n}\n{t}", "{n} says:\n{d}\n{t}", "by {n} » {d}\n{t}"],
    "de": ["{n} schrieb am {d}:\n{t}", "Geschrieben von {n} am {d}\n{t}", "Am {d} schrieb {n}:\n{t}",
           "Verfasst von {n}\n{t}", "{n} sagt:\n{d}\n{t}", "von {n} » {d}\n{t}", "{n} hat am {d} geschrieben:\n{t}"],
    "fr": ["{n} a écrit le {d} :\n{t}", "Posté par {n} le {d}\n{t}", "Le {d}, {n} a écrit :\n{t}",
           "Publié par {n}\n{t}", "{n} dit :\n{d}\n{t}", "par {n} » {d}\n{t}"],
}  # fmt: skip
LAYOUTS = [
    (language, name, layout)
    for language in ARTICLES
    for name, layout in [*EVERYWHERE.items(), *((form, form) for form in IN_WORDS[language])]
]


def comments_of(language: str, layout: str) -> str:
    rows = []
    for i, (author, text) in enumerate(zip(AUTHORS, COMMENTS[language], strict=True)):
        fields = {
            "n": author, "d": DATES[language][i], "a": AGO[language][i], "t": text, "i": i + 1,
            "reply": REPLY[language], "like": LIKE[language], "avatar": AVATAR[language].format(author),
        }  # fmt: skip
        rows.append(layout.format(**fields))
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(("language", "name", "layout"), LAYOUTS, ids=lambda value: str(value).replace("\n", "/"))
@pytest.mark.parametrize("headed", [True, False], ids=["headed", "bare"])
def test_comments_come_out_exactly(language: str, name: str, layout: str, headed: bool) -> None:
    if name in ("name and date below", "bare name, buttons below") and not headed:
        pytest.skip("where the first comment begins stands nowhere")
    text = ARTICLES[language] + (NUMBER[language] + "\n" if headed else "") + comments_of(language, layout)
    page = pasted.read(text, "x")
    assert [(c.author, c.text) for c in page.comments] == list(zip(AUTHORS, COMMENTS[language], strict=True))
    assert all(c.confidence is not None and c.confidence >= 0.95 for c in page.comments)
    assert page.announced == (4 if headed else None)
    head, *rest = ARTICLES[language].strip().split("\n")
    assert (page.title, page.opening) == (head, "\n\n".join(rest))
    if "{d}" in layout:
        assert all(c.posted_at is not None for c in page.comments)


@pytest.mark.parametrize("line", ["12 likes", "👍 12", "Vind ik leuk · Beantwoorden · 3 d", "Reply Share ›", "J’aime · Répondre · 3 j",
                                  "Gefällt mir (3)", "3 replies", "Berichten: 123", "△ ▽", "-----", "Respect 12", "Lid sinds 2009"])  # fmt: skip
def test_the_page_s_own_lines_are_no_words(line: str) -> None:
    assert [found.kind for found in split_lines(line)] == [BUTTON]


@pytest.mark.parametrize("line", ["+1", "12", "Mee eens", "Reageer dan ook eens op mijn vraag", "Leuk 3 d printen", "Delen is leuk",
                                  "Moderator", "Like a rolling stone", "Foto van mijn kat", "En toen gisteren", "Ja hoor 2 dagen geleden",
                                  "Ik at hier", "vor allem heute", "Jan zegt: dat is mooi."])  # fmt: skip
def test_words_that_look_like_the_page_s_own_are_a_reader_s(line: str) -> None:
    assert [found.kind for found in split_lines(line)] == [TEXT]


def test_a_quotation_s_name_line_separates_nothing() -> None:
    """The page sets name over date; a reader quotes another with the forum's own words."""
    rows = ["Jan\n3 maart 2009 om 12:03\nDat werd tijd.", "Petra\n3 maart 2009 om 18:45\nJan schreef op 3 maart 2009 om 12:03:\nDat werd tijd.\nInderdaad.",
            "Kees\n4 maart 2009 om 9:10\nJan schreef:\nDat werd tijd.\nWat je zegt.", "Ria\n4 maart 2009 om 9:12\nJa."]  # fmt: skip
    page = pasted.read(ARTICLES["nl"] + "\n".join(rows), "x")
    assert [c.author for c in page.comments] == ["Jan", "Petra", "Kees", "Ria"]
    assert page.comments[1].text == "Jan schreef op 3 maart 2009 om 12:03:\nDat werd tijd.\nInderdaad."


def test_what_stands_above_the_first_name_is_the_article_however_it_reads() -> None:
    """A forum's first post, long and in the first person, with the answers' names below it."""
    opening = [
        "Wie weet raad?",
        *["Ik heb alles al geprobeerd!", "Wat een onzin zeg.", "Mijn buurman lachte maar wat."] * 6,
    ]
    rows = ["Jan, 3 maart 2009 12:03", "Kijk eens in de sifon.", "Petra, 3 maart 2009 12:10", "Of in de pen."]
    page = pasted.read("\n".join([*opening, *rows]), "x")
    assert [c.author for c in page.comments] == ["Jan", "Petra"]


@pytest.mark.parametrize("said", ["Jan schreef:", "Jan said:", "Jan schrieb:", "Jan a écrit :"])
def test_who_is_quoted_is_not_taken_for_the_author(said: str) -> None:
    """A paste without names, where readers quote one another in the forum's words."""
    rows = ["Wat een onzin!", said, "Wat een onzin!", "Mee eens.", said.replace("Jan", "Kees"), "Ja hoor", "Nou nee."]
    page = pasted.read(ARTICLES["nl"] + "\n".join(rows), "x")
    assert [c.author for c in page.comments if c.author] == []
    assert [line.kind for line in split_lines("\n".join(rows))] == [TEXT] * len(rows)


def test_a_last_comment_without_words_turns_no_page_over() -> None:
    """Names stand above, and the last one has lost its words: a name at the end is not a name below."""
    text = (
        ARTICLES["nl"]
        + "3 reacties\n"
        + "Jan, 3 maart 2009 12:03\nMooi.\nPetra, 3 maart 2009 12:10\nNee.\nKees, 4 maart 2009 9:00\n"
    )
    assert [(c.author, c.text) for c in pasted.read(text, "x").comments] == [("Jan", "Mooi."), ("Petra", "Nee.")]


@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
@pytest.mark.parametrize("name", ["Petra W.", "Petra de W.", "J. W.", "{guest}"])
def test_a_name_that_ends_in_an_initial_or_is_that_of_a_guest(language: str, name: str) -> None:
    guest = {"nl": "Gast", "en": "guest", "de": "Gast", "fr": "Invité"}[language]
    names = ["Jan", name.format(guest=guest), "kees_88"]
    said = zip(names, DATES[language], COMMENTS[language], strict=False)
    text = "\n\n".join(f"{who}\n{when}\n{words}" for who, when, words in said)
    page = pasted.read(f"{ARTICLES[language]}\n{NUMBER[language]}\n\n{text}\n", "x")
    assert [(c.author, c.text) for c in page.comments] == list(zip(names, COMMENTS[language], strict=False))


@pytest.mark.parametrize(("language", "by"), [("nl", "Door"), ("en", "By"), ("de", "Von"), ("fr", "Par")])
def test_a_byline_on_two_lines_is_the_articles(language: str, by: str) -> None:
    headline, *article = ARTICLES[language].splitlines()
    said = zip(AUTHORS, DATES[language], COMMENTS[language], strict=True)
    comments = "\n\n".join(f"{who}\n{when}\n{words}" for who, when, words in said)
    text = "\n".join(
        [headline, "", f"{by} Rob Pen", DATES[language][0], "", *article, "", NUMBER[language], "", comments]
    )
    page = pasted.read(text, "x")
    assert [(c.author, c.text) for c in page.comments] == list(zip(AUTHORS, COMMENTS[language], strict=True))
    assert page.opening is not None and article[0] in page.opening
