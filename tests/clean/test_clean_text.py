"""Markup to text, quotes apart from own words, and texts without anything to label."""

import pytest

from pipeline.clean.text import clean_text, has_no_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Een.</p><p>Twee.</p>", "Een.\n\nTwee."),
        ("een<br>twee<br/>drie", "een\ntwee\ndrie"),
        ("een<br><br>twee", "een\n\ntwee"),
        ("<ul><li>melk</li><li>brood</ul>", "- melk\n- brood"),
        ('zie <a href="https://voorbeeld.invalid/x">het stuk</a> maar', "zie het stuk maar"),
        ('<a href="https://voorbeeld.invalid/x">https://voorbeeld.invalid/x</a>', "https://voorbeeld.invalid/x"),
        ('mail <a href="mailto:a@voorbeeld.invalid">Anna</a>', "mail Anna"),
        ("A &amp; B, 3 &lt; 4", "A & B, 3 < 4"),
        ("<script>alert(1)</script><style>p{}</style>over", "over"),
        ('mooi <img class="emoji" alt="🙂" src="x.png"> zo', "mooi 🙂 zo"),
        ('plaat <img alt="grafiek van de omzet" src="x.png">', "plaat"),
        ("<pre>a\n  b</pre>c", "a\nb\n\nc"),
        ("hij zei <q>nee</q> en ging", "hij zei “nee” en ging"),
        ("veel   \n\n  wit\t\twit&nbsp;wit", "veel wit wit wit"),
        ("<b>vet</b>gedrukt", "vetgedrukt"),
        ("<p>open <i>niet dicht", "open niet dicht"),
        ("", ""),
    ],
)
def test_markup_becomes_lines(html: str, text: str) -> None:
    assert clean_text(html, "html").text == text


@pytest.mark.parametrize(
    ("raw", "text_format", "text", "quotes"),
    [
        ("<blockquote>Dat is onzin.</blockquote><p>Nee hoor.</p>", "html", "Nee hoor.", ["Dat is onzin."]),
        ("<blockquote>buiten<blockquote>binnen</blockquote></blockquote>ik", "html", "ik", ["buiten", "binnen"]),
        ('<div class="quotecontent">zij</div>ik', "html", "ik", ["zij"]),
        ("<p>Mia schreef:</p><blockquote>zij</blockquote>ik", "html", "ik", ["zij"]),
        ("<p>&gt; zij zei het<br>ik niet</p>", "html", "ik niet", ["zij zei het"]),
        ("[quote=Mia]zij[/quote]ik", "text", "ik", ["zij"]),
        ("[quote]zij [quote]hij[/quote] weer[/quote]\nik", "text", "ik", ["zij", "hij", "weer"]),
        ("[quote] zonder eind, ik", "text", "zonder eind, ik", []),
        ("> zij\n>> hij\nik", "text", "ik", ["zij", "hij"]),
        ("&gt; zij\nik", "text", "ik", ["zij"]),
        ("Op 3 mei 2026 om 10:12 schreef Mia:\n> zij\nik", "text", "ik", ["zij"]),
        ("On 3 May 2026 Mia wrote:\n> she\nme", "text", "me", ["she"]),
        ("@mia schreef:\nzij zei dat zo\n\nik niet", "text", "ik niet", ["zij zei dat zo"]),
        ('Mia schreef: "dat kan niet" Nou, ik wel.', "text", "Nou, ik wel.", ["dat kan niet"]),
        # no quotes, or not for certain
        ("Mijn chef schreef:\n\nalleen dit is er nog", "text", "Mijn chef schreef:\n\nalleen dit is er nog", []),
        ("Ik schreef: dat is zo", "text", "Ik schreef: dat is zo", []),
        (">:( boos", "text", ">:( boos", []),
        (">100 man erbij", "text", ">100 man erbij", []),
        ('Hij zei "nee" en ging.', "text", 'Hij zei "nee" en ging.', []),
    ],
)
def test_quotes_are_set_apart(raw: str, text_format: str, text: str, quotes: list[str]) -> None:
    cleaned = clean_text(raw, text_format)
    assert cleaned.text == text
    assert list(cleaned.quotes) == quotes
    assert (cleaned.quoted_share > 0) == bool(quotes)


def test_the_quoted_share_counts_characters() -> None:
    assert clean_text("> twaalf letters\ntwaalf letters").quoted_share == 0.5
    assert clean_text("> alles").quoted_share == 1.0
    assert clean_text("niets").quoted_share == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "😀😀 !!",
        "+1",
        "...",
        "https://voorbeeld.invalid/a?b=c",
        "@mia",
        ":-) ;)",
        "a@voorbeeld.invalid",
        "^^",
        "10/10",
        ":D",
    ],
)
def test_nothing_to_label(text: str) -> None:
    assert has_no_text(text)
    assert clean_text(text).no_text


@pytest.mark.parametrize("text", ["Ja", "haha 😀", "@mia onzin", "zie https://voorbeeld.invalid", "+1 voor Mia", "X"])
def test_something_to_label(text: str) -> None:
    assert not has_no_text(text)


def test_repairs_stand_in_the_final_text() -> None:
    cleaned = clean_text(
        "<blockquote>cli?nt</blockquote>\n\n<p>  De   ICT?ers &amp;amp; het ??n </p><p>cli?nt</p>", "html"
    )
    assert cleaned.text == "De ICT'ers & het één\n\ncliënt"
    assert [(r.start, r.before, r.after) for r in cleaned.repairs] == [
        (3, "ICT?ers", "ICT'ers"),
        (11, "&amp;", "&"),
        (17, "??n", "één"),
        (22, "cli?nt", "cliënt"),
    ]
    for r in cleaned.repairs:
        assert cleaned.text[r.start : r.start + len(r.after)] == r.after


def test_markup_nested_beyond_reason_is_read_without_its_structure() -> None:
    assert clean_text("<div>" * 60_000 + "woord", "html").text == "woord"


def test_a_text_too_long_is_cut_and_told() -> None:
    cleaned = clean_text("woord " * 200_000)
    assert cleaned.repairs[-1].before.endswith("characters]")
