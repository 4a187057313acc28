"""Quora: what its pages carry as data. All questions and answers are made up."""

from __future__ import annotations

import datetime as dt
import json

from pipeline import platforms
from pipeline.platforms import quora
from pipeline.platforms.text import markup_to_text

URL = "https://forum.invalid/Wie-houdt-de-kas-bij"
AT = dt.datetime(2024, 1, 5, 14, 22, tzinfo=dt.UTC)


def content(*sections):
    """A text of sections, each some spans; one in a list of its own is a quote."""
    found = []
    for section in sections:
        quoted = isinstance(section, list)
        spans = [{"text": text, "modifiers": {}} for text in (section if quoted else section.split("|"))]
        found.append({"spans": spans, "indent": 0, "quoted": quoted, "type": "plain"})
    return json.dumps({"sections": found})


def question(number=7, **more):
    return {
        "qid": number,
        "__typename": "Question",
        "title": content("Wie houdt de kas bij?"),
        "url": "/Wie-houdt-de-kas-bij",
        **more,
    }


def answer(number, names, *sections, asked=7, **more):
    given, family = names
    author = {
        "names": [{"givenName": given, "familyName": family, "reverseOrder": False}],
        "isAnon": False,
        "profileUrl": "/profile/x",
    }
    return {
        "aid": number, "__typename": "Answer", "content": content(*sections), "question": {"qid": asked, "answerCount": 12}, "isDeleted": False,
        "creationTime": int(AT.timestamp()) * 1_000_000 + 650, "updatedTime": 1, "author": author,
        "permaUrl": f"/Wie-houdt-de-kas-bij/answer/{given}", "numDisplayComments": 4, **more,
    }  # fmt: skip


def page(*data):
    results = 'window.ansFrontendGlobals.data.inlineQueryResults.results["ab1"]'
    pushed = "".join(
        f"{results} = {results} || [];{results}.push( {json.dumps(json.dumps({'data': one}))});" for one in data
    )
    return f"""<!DOCTYPE html><html lang="nl"><head><title>Wie houdt de kas bij? - Quora</title></head><body><div id="root">Anneke de Boer · 3j</div>
    <script type="text/javascript">{pushed}</script></body></html>"""


FIRST = answer(11, ("Anneke", "de Boer"), "Ik | niet.", ["Wie houdt de kas?"], 'Zeg "nee" & klaar.')
WHOLE = page(
    {"question": question()},
    {"question": {"qid": 7, "answers": {"edges": [{"node": {"answer": FIRST}}]}}},
    {"node": {"answer": answer(12, ("Jan-Willem", ""), "Nou dan.")}},
    {"node": {"answer": answer(13, ("Kees", "Vis"), "Bij ons de secretaris.", asked=9)}},
)


def test_answers_of_the_page_s_question_and_no_other():
    found = platforms.read(WHOLE, URL)
    assert (found.platform, found.title, found.thread) == (
        quora.NAME,
        "Wie houdt de kas bij?",
        "forum.invalid/Wie-houdt-de-kas-bij",
    )
    assert [(c.platform_id, c.parent, c.author, c.posted_at) for c in found.comments] == [
        ("11", None, "Anneke de Boer", AT), ("12", None, "Jan-Willem", AT),
    ]  # fmt: skip
    assert found.comments[0].permalink == f"{URL}/answer/Anneke"
    assert (
        found.comments[0].text
        == '<p>Ik  niet.</p>\n<blockquote>Wie houdt de kas?</blockquote>\n<p>Zeg "nee" &amp; klaar.</p>'
    )


def test_the_page_says_how_many_answers_there_are():
    assert platforms.read(WHOLE, URL).announced == 12


def test_who_answers_without_a_name_and_what_is_deleted():
    nameless = answer(14, ("Anoniem", "x"), "Ik zeg niets.")
    nameless["author"]["isAnon"] = True
    turned = answer(15, ("Eri", "Sato"), "Ik wel.")
    turned["author"]["names"][0]["reverseOrder"] = True
    gone = answer(16, ("Bob", "x"), "Weg.", isDeleted=True)
    found = platforms.read(page({"question": question()}, *({"node": one} for one in (nameless, turned, gone))), URL)
    assert ([c.author for c in found.comments], found.left_out) == ([None, "Sato Eri"], ("16",))


def test_an_answer_that_is_a_picture():
    shown = answer(17, ("An", "x"), "")
    shown["content"] = json.dumps(
        {
            "sections": [
                {"spans": [{"text": "", "modifiers": {"image": "https://forum.invalid/a.png"}}], "type": "image"}
            ]
        }
    )
    (comment,) = platforms.read(page({"question": question()}, {"node": shown}), URL).comments
    assert comment.text == '<p><img src="https://forum.invalid/a.png"></p>'


def test_broken_data_is_told():
    found = quora.read(WHOLE.replace('\\"aid\\": 12', '\\"aid\\" 12'), URL)
    assert [c.platform_id for c in found.comments] == ["11"]
    assert found.warnings == ["pieces of the page's data that are broken and were left out: 1"]
    assert markup_to_text(quora.read(WHOLE[: WHOLE.index("Nou dan")], URL).comments[0].text).startswith("Ik")


def test_hostile_data_ends():
    deep = json.dumps('{"a":' * 900 + "1" + "}" * 900)
    body = WHOLE.replace(
        "</script>",
        f'inlineQueryResults.results["ab1"].push({deep});'
        + 'inlineQueryResults.results["ab1"].push("' * 2_000
        + "</script>",
    )
    assert [c.platform_id for c in quora.read(body, URL).comments] == ["11", "12"]
