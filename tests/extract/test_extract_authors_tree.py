"""Names that may not travel on, and trees that may not be trees."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.authors import Names, pseudonym
from pipeline.extract.tree import Node, arrange

KEY = b"constructed"
PEOPLE = ["Jan", "Jan de Vries", "Renée", "O'Brien", "Boze klant", "vos88", "Ria Smit", "Ans"]


def _label(name: str) -> str:
    found = pseudonym(KEY, "wordpress/f.invalid", name)
    assert found is not None
    return "@lezer-" + found[2:6]


NAMES = Names({name: pseudonym(KEY, "wordpress/f.invalid", name) or "" for name in PEOPLE})


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("@Jan je hebt gelijk", "text", "{Jan} je hebt gelijk"),
        ("@Jan de Vries: nee", "text", "{Jan de Vries}: nee"),
        ("Eens, @jan!", "text", "Eens, {Jan}!"),
        ("@ Jan ja", "text", "{Jan} ja"),
        ("@JandeVries en @ria", "text", "{Jan de Vries} en {Ria Smit}"),
        ("@Re\u0301nee @Rene\u0301e", "text", "@Rénee {Renée}"),
        ("@Janssen en mail@jan.nl en Jansen", "text", "@Janssen en mail@jan.nl en Jansen"),
        ("Jan schreef: ja", "text", "{Jan} schreef: ja"),
        (
            "> Jan de Vries schreef op 3 mei om 12:00:\n> ja",
            "text",
            "> {Jan de Vries} schreef op 3 mei om 12:00:\n> ja",
        ),
        ("vos88 wrote:\nyes", "text", "{vos88} wrote:\nyes"),
        ("Ans zegt dat het niet kan", "text", "{Ans} zegt dat het niet kan"),
        ("Op 3 mei schreef Jan: ja", "text", "Op 3 mei schreef {Jan}: ja"),
        ("[quote=vos88]ja[/quote]", "text", "[quote={vos88}]ja[/quote]"),
        ("Gisteren zei Ria Smit het nog", "text", "Gisteren zei {Ria Smit} het nog"),
        ("een boze klant zei dat", "text", "een boze klant zei dat"),
        ("Boze klanten zeggen: nee", "text", "Boze klanten zeggen: nee"),
        ("januari en Jan zonder meer", "text", "januari en Jan zonder meer"),
        ("<p>@Jan</p>", "html", "<p>{Jan}</p>"),
        (
            '<p>@<a href="#c1">Jan de Vries</a> ja &amp; nee</p>',
            "html",
            '<p>{Jan de Vries}<a href="#c1"></a> ja &amp; nee</p>',
        ),
        ("<blockquote><cite>Jan</cite> ja</blockquote>", "html", "<blockquote><cite>{Jan}</cite> ja</blockquote>"),
        ("<cite>O&#8217;Brien schreef:</cite>", "html", "<cite>{O'Brien} schreef:</cite>"),
        (
            "<p>x</p><p><strong>Ren&eacute;e</strong> schreef:</p>",
            "html",
            "<p>x</p><p><strong>{Renée}</strong> schreef:</p>",
        ),
        ('<a href="/u" title="Jan de Vries">hier</a>', "html", '<a href="/u">hier</a>'),
        ("<p>1 &lt; 2 &amp; niets</p>", "html", "<p>1 &lt; 2 &amp; niets</p>"),
    ],
)
def test_names_in_texts(text, form, expected):
    want = expected
    for name in sorted(PEOPLE, key=len, reverse=True):
        want = want.replace("{" + name + "}", _label(name))
    got = NAMES.hide(text, form)
    assert got == want


@given(st.text(max_size=80))
def test_texts_that_name_nobody_stay_as_they_are(text):
    assert Names({}).hide(text, "text") == text
    assert Names({}).hide(text, "html") == text


def test_pseudonyms():
    same = {pseudonym(KEY, "s", name) for name in ("Renée", " rene\u0301e ", "RENÉE")}
    assert len(same) == 1
    others = {pseudonym(KEY, "t", "Renée"), pseudonym(b"k", "s", "Renée"), pseudonym(KEY, "s", "René")}
    assert len(same | others) == 4
    assert {pseudonym(KEY, "s", name) for name in (None, "", "  ", "Anoniem", "ANONYMOUS")} == {None}
    assert pseudonym(KEY, "s", "null") is not None
    # A fixed value: pseudonyms of the constructed forum are in people's hands.
    assert pseudonym(KEY, "wordpress/f.invalid", "Jan") == "a-f77ecb0724cf7bd1"


def test_many_names_take_little_time():
    names = Names({f"Naam{i} Achternaam{i}": f"a-{i:016x}" for i in range(3_000)})
    begin = time.process_time()
    for _ in range(20):
        names.hide("Naam1 zegt @Naam2 " * 500, "text")
    assert time.process_time() - begin < 5


# --- the tree --------------------------------------------------------------------------------------------------


def _at(minute: int) -> dt.datetime:
    return dt.datetime(2026, 3, 1, 10, minute, tzinfo=dt.UTC)


def _order(nodes: list[Node]) -> list[tuple[str, int]]:
    return [(place.key, place.depth) for place in arrange(nodes)[0]]


def test_reading_order_is_each_comment_then_its_replies_by_time():
    nodes = [
        Node("b", None, _at(5)),
        Node("a", None, _at(1)),
        Node("a2", "a", _at(9)),
        Node("a1", "a", _at(2)),
        Node("a1x", "a1", _at(30)),
    ]
    assert _order(nodes) == [("a", 0), ("a1", 1), ("a1x", 2), ("a2", 1), ("b", 0)]


def test_without_times_the_order_is_as_found():
    assert _order([Node("b", None, None), Node("a", None, _at(1)), Node("c", "b", None)]) == [
        ("b", 0),
        ("c", 1),
        ("a", 0),
    ]


@pytest.mark.fault(46)
@pytest.mark.parametrize(
    ("parents", "roots", "words"),
    [
        ({"a": "a"}, {"a"}, "themselves"),
        ({"a": "x", "b": "a"}, {"a"}, "not here"),
        ({"a": "b", "b": "a", "c": "b"}, {"a"}, "circles"),
        ({"a": "c", "b": "a", "c": "b", "d": "c"}, {"a"}, "circles"),
    ],
)
def test_impossible_parents_are_rooted_and_told(parents, roots, words):
    places, warnings = arrange([Node(key, parent, None) for key, parent in parents.items()])
    assert {place.key for place in places if place.parent is None} == roots
    assert {place.key for place in places} == set(parents)
    assert words in warnings[0]


@pytest.mark.fault(46)
@given(st.lists(st.one_of(st.none(), st.integers(0, 14)), min_size=1, max_size=12))
def test_any_parents_give_a_forest_of_all_comments(parents):
    nodes = [Node(str(i), None if p is None else str(p), None) for i, p in enumerate(parents)]
    places, _ = arrange(nodes)
    assert sorted(place.key for place in places) == sorted(node.key for node in nodes)
    depth = {place.key: place.depth for place in places}
    seen: set[str] = set()
    for place in places:
        assert place.depth == (0 if place.parent is None else depth[place.parent] + 1)
        assert place.parent is None or place.parent in seen
        seen.add(place.key)


def test_a_very_deep_thread():
    places, _ = arrange([Node(str(i), str(i - 1) if i else None, None) for i in range(50_000)])
    assert places[-1].depth == 49_999
