"""Mailing lists as mbox files. All messages are made up."""

from __future__ import annotations

import datetime as dt
import gzip
import time

import pytest

from pipeline.errors import UsageError
from pipeline.platforms import mail, mbox, mime


def message(number, body="Goed idee.", *, name="Anna Kuiper", subject="Rooster", day=2, headers="", reply_to=None):
    extra = f"In-Reply-To: <{reply_to}@lijst.invalid>\n" if reply_to else ""
    return (
        f"From anna at lijst.invalid  Mon Mar  {day} 10:00:00 2026\n"
        f'From: "{name}" <anna@lijst.invalid>\nSubject: {subject}\nDate: Mon, {day} Mar 2026 10:00:00 +0100\n'
        f"Message-ID: <{number}@lijst.invalid>\n{extra}{headers}\n{body}\n\n"
    )


def read(*messages):
    return mbox.read_mbox("".join(messages).encode(), "lijst.mbox")


def number(name):
    return mbox.hashed(f"{name}@lijst.invalid")


def test_threads_by_references_and_in_reply_to():
    found = read(
        message("a", "Wie maakt het rooster?", subject="[Werk] Rooster"),
        message("b", "Ik.", name="Björn", subject="Re: [Werk] Rooster", day=3, reply_to="a"),
        message("x", "Heel iets anders.", subject="Pauze", day=3),
        message("c", "Nee, ik.", name="Cees", subject="Antw: Re: Rooster", day=4,
                headers="References: <a@lijst.invalid>\n <b@lijst.invalid>\n"),
    )  # fmt: skip
    assert [page.title for page in found] == ["Rooster", "Pauze"]
    thread = found[0]
    assert [(c.platform_id, c.parent) for c in thread.comments] == [
        (number("a"), None), (number("b"), number("a")), (number("c"), number("b")),
    ]  # fmt: skip
    assert [c.author for c in thread.comments] == ["Anna Kuiper", "Björn", "Cees"]
    assert [c.text for c in thread.comments] == ["Wie maakt het rooster?", "Ik.", "Nee, ik."]
    assert [c.posted_at for c in thread.comments] == [dt.datetime(2026, 3, n, 9, tzinfo=dt.UTC) for n in (2, 3, 4)]
    assert {c.text_format for c in thread.comments} == {"text"}
    assert thread.thread == f"mbox:{number('a')}"
    assert (thread.announced, thread.next_links, thread.published_at) == (None, [], thread.comments[0].posted_at)


def test_answers_to_a_missing_message_are_one_thread():
    (found,) = read(
        message("b", "Ik.", subject="Re: Rooster", reply_to="weg"),
        message("c", "Nee.", subject="Iets nieuws", day=3, headers="References: <weg@lijst.invalid>\n"),
    )
    assert [c.parent for c in found.comments] == [None, None]


def test_answers_that_name_nobody_join_by_subject():
    found = read(
        message("a", "Wie?", subject="Rooster"),
        message("b", "Ik.", subject="AW: [Werk] rooster", day=3),
        message("c", "Opnieuw: wie?", subject="Rooster", day=4),
        message("d", "Niemand.", subject="RE: Rooster", day=5),
    )
    assert [[c.platform_id for c in page.comments] for page in found] == [
        [number("a"), number("b")], [number("c"), number("d")],
    ]  # fmt: skip
    assert [c.parent for page in found for c in page.comments] == [None] * 4


def test_references_in_a_circle_are_cut():
    (found,) = read(message("a", reply_to="b"), message("b", reply_to="a", day=3), message("c", reply_to="c", day=4, headers="References: <a@lijst.invalid>\n"))  # fmt: skip
    parents = {c.platform_id: c.parent for c in found.comments}
    assert sorted(parent is None for parent in parents.values()) == [False, False, True]
    for start in parents:
        at, steps = start, 0
        while at is not None:
            at, steps = parents[at], steps + 1
            assert steps <= len(parents)


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ('"Kuiper, Anna" <anna@lijst.invalid>', "Kuiper, Anna"),
        ("anna@lijst.invalid (Anna Kuiper)", "Anna Kuiper"),
        ("anna at lijst.invalid (Anna Kuiper)", "Anna Kuiper"),
        ("=?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <j@lijst.invalid>", "Jürgen Müller"),
        ("=?iso-8859-1?Q?Zo=EB?= =?iso-8859-1?Q?_Bos?= <z@lijst.invalid>", "Zoë Bos"),
        ("=?utf-8?b?4oKs?= <e@lijst.invalid>", "€"),
        ("Anna Kuiper via Werk <werk@lijst.invalid>", "Anna Kuiper"),
        ("anna@lijst.invalid", None),
        ('"anna@lijst.invalid" <anna@lijst.invalid>', None),
        ('"anna@lijst.invalid via Werk" <werk@lijst.invalid>', None),
        ("Anna (anna@lijst.invalid) <anna@lijst.invalid>", "Anna"),
        ("=?utf-8?q?anna=40lijst=2Einvalid?= <anna@lijst.invalid>", None),
        ("=?geen-code?q?x?= <x@lijst.invalid>", "x"),
        ("", None),
    ],
)
def test_names_hold_no_address(sender, name):
    raw = message("a", headers="List-Id: <werk.lijst.invalid>\n").replace('"Anna Kuiper" <anna@lijst.invalid>', sender)
    (page,) = read(raw)
    assert page.comments[0].author == name


def test_headers_in_raw_bytes_are_read():
    raw = message("a", "Ja", name="Jürgen", subject="Zoë").encode("latin-1")
    (page,) = mbox.read_mbox(raw, "x")
    assert (page.title, page.comments[0].author) == ("Zoë", "Jürgen")


BOUNDARY = 'MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="grens"\n'


def parts(*written):
    return "".join(f"--grens\n{part}\n" for part in written) + "--grens--"


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nPlatte tekst."
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>Opgemaakte tekst.</p>"
FILE = (
    'Content-Type: text/plain; name="rooster.txt"\nContent-Disposition: attachment; filename="rooster.txt"\n\nma di wo'
)
FORWARD = "Content-Type: message/rfc822\n\nSubject: oud\n\nOude tekst."
FOOT = "Content-Type: text/plain\n\n_______________________________________________\nWerk mailing list\nhttps://lijst.invalid/werk"


@pytest.mark.parametrize(
    ("kind", "body", "text", "text_format"),
    [
        ("alternative", parts(HTML, PLAIN), "Platte tekst.", "text"),
        ("alternative", parts(HTML), "<p>Opgemaakte tekst.</p>", "html"),
        ("alternative", parts("Content-Type: text/plain\n\n  \n", HTML), "<p>Opgemaakte tekst.</p>", "html"),
        ("mixed", parts(PLAIN, FILE), "Platte tekst.", "text"),
        ("mixed", parts(PLAIN, FORWARD), "Platte tekst.", "text"),
        ("mixed", parts(PLAIN, FOOT), "Platte tekst.", "text"),
        ("mixed", parts(PLAIN, PLAIN), "Platte tekst.\n\nPlatte tekst.", "text"),
        ("signed", parts(PLAIN, "Content-Type: application/pgp-signature\n\nxyz"), "Platte tekst.", "text"),
    ],
)  # fmt: skip
def test_what_is_read_of_several_parts(kind, body, text, text_format):
    (page,) = read(message("a", body, headers=BOUNDARY.format(kind=kind)))
    assert (page.comments[0].text, page.comments[0].text_format) == (text, text_format)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", b"Caf=C3=A9 =\ngaat dicht =3D jammer"),
        ("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n", "Café gaat dicht = jammer".encode("latin-1")),
        ("Content-Type: text/plain; charset=us-ascii\n", "Café gaat dicht = jammer".encode()),
        ("Content-Type: text/plain; charset=onbekend\n", "Café gaat dicht = jammer".encode("cp1252")),
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", b"Q2Fmw6kgZ2FhdCBkaWNodCA9IGphbW1lcg=="),
        ("Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n", b"//5DAGEAZgDpACAAZwBhAGEAdAAgAGQAaQBjAGgAdAAgAD0AIABqAGEAbQBtAGUAcgA="),
    ],
)  # fmt: skip
def test_encodings(headers, body):
    raw = message("a", "LIJF", headers=headers).encode().replace(b"LIJF", body)
    (page,) = mbox.read_mbox(raw, "x")
    assert page.comments[0].text == "Café gaat dicht = jammer"


def test_flowed_text_gets_its_paragraphs_back():
    text = "De roosters \nworden te laat \ngemaakt.\n> Wie doet \n> dat?\n>> Ik\n From hier af \nbeter.\n-- \nAnna"
    assert (
        mime.unflowed(text)
        == "De roosters worden te laat gemaakt.\n> Wie doet dat?\n>> Ik\nFrom hier af beter.\n-- \nAnna"
    )
    (page,) = read(message("a", text, headers="Content-Type: text/plain; format=flowed\n"))
    assert page.comments[0].text == "De roosters worden te laat gemaakt.\n> Wie doet dat?\n>> Ik\nFrom hier af beter."
    assert mime.unflowed("samen \ngesteld", del_space=True) == "samengesteld"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Nee.\n\n-- \nAnna\nAfdeling werk", "Nee."),
        ("Nee.\n--\nAnna", "Nee."),
        ("Nee.\n--\n" + "Nog een regel.\n" * 30, "Nee.\n--\n" + "Nog een regel.\n" * 29 + "Nog een regel."),
        ("> Ja.\n> -- \n> Anna\n\nNee.", "> Ja.\n> -- \n> Anna\n\nNee."),
        ("Nee.\n____________________\nWerk mailing list\nhttps://lijst.invalid", "Nee."),
        ("Boven\n____________________\nOnder", "Boven\n____________________\nOnder"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNee.\n-----BEGIN PGP SIGNATURE-----\nabc", "Nee."),
        ("Wij - en ik -- vinden dat.", "Wij - en ik -- vinden dat."),
    ],
)
def test_signatures_and_footers_are_left_out(text, own):
    assert mail.own_part(text) == own


@pytest.mark.parametrize(
    ("written", "subject"),
    [("Re: Re: [Werk] Rooster", ("Rooster", True)), ("[Werk] Antw: Rooster", ("Rooster", True)), ("Rooster", ("Rooster", False)),
     ("Fwd: AW[2]: Rooster", ("Rooster", True)), ("[urgent]", ("[urgent]", False)), ("Reden: geld", ("Reden: geld", False)), ("", (None, False))],
)  # fmt: skip
def test_subjects(written, subject):
    assert mail.subject(written) == subject


def test_a_sentence_that_begins_with_from_begins_no_message():
    (page,) = read(message("a", "Eerst.\n\nFrom here on it is English.\n\n>From dit ook.\n\nFrom: niet zo"))
    assert page.comments[0].text == "Eerst.\n\nFrom here on it is English.\n\nFrom dit ook.\n\nFrom: niet zo"


def test_files_of_other_programs_are_read():
    plain = message("a") + message("b", day=3, reply_to="a")
    windows = plain.replace("\n", "\r\n").replace(
        "From anna at lijst.invalid  Mon Mar  2 10:00:00 2026", "From - Mon Mar 02 10:00:00 2026"
    )
    for data in (plain.encode(), windows.encode(), b"\xef\xbb\xbf" + plain.encode(), gzip.compress(plain.encode())):
        (page,) = mbox.read_mbox(data, "x")
        assert [c.text for c in page.comments] == ["Goed idee.", "Goed idee."]
    assert mbox.is_mbox(windows.encode())
    assert not mbox.is_mbox(b"From the editor\n\nBeste lezer")
    assert not mbox.is_mbox(b"<html>")


def test_copies_and_empty_messages_are_counted():
    (page,) = read(message("a"), message("a"), message("b", "-- \nAnna", reply_to="a"))
    assert len(page.comments) == 1
    assert page.warnings == ["messages that occur twice, kept once: 1", "messages without text, left out: 1"]


def test_dates_and_places():
    raw = message("a", headers="Archived-At: <https://lijst.invalid/message/AB/>\n")
    (page,) = read(raw.replace("+0100", "-0000"))
    assert page.comments[0].posted_at == dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
    assert page.comments[0].permalink == "https://lijst.invalid/message/AB/"
    (page,) = read(message("a").replace("Date: Mon, 2 Mar 2026 10:00:00 +0100", "Date: gisteren"))
    assert page.comments[0].posted_at is None
    (page,) = read(message("a").replace("Message-ID: <a@lijst.invalid>\n", ""))
    assert page.comments[0].platform_id is not None
    assert "@" not in f"{page.thread}{page.comments[0].platform_id}"


@pytest.mark.parametrize("data", [b"", b"tekst", b"From x\n\n", gzip.compress(message("a").encode())[:40]])
def test_no_mbox_is_a_usage_error(data):
    with pytest.raises(UsageError, match=r"lijst\.mbox"):
        mbox.read_mbox(data, "lijst.mbox")


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: text/plain; charset*=utf-8''%00\n", "Content-Type: multipart/mixed; boundary*=\0''x\n",
        "Content-Type: text/plain; charset=\"\0\"\n", "References: <" + "x" * 5000 + "\n", "Content-Type: ;;;=\n",
        "Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: x-uuencode\n", "Date: Mon, 99 Foo 99999 99:99\n",
    ],
)  # fmt: skip
def test_malformed_messages_do_not_stop_the_others(headers):
    found = read(message("a", headers=headers), message("b", "Wel goed.", subject="Ander", day=3))
    assert "Wel goed." in [c.text for page in found for c in page.comments]


def test_cut_files_and_deep_nesting_are_read():
    whole = (message("a") + message("b", day=3, reply_to="a")).encode()
    counts = [
        sum(len(page.comments) for page in mbox.read_mbox(whole[:cut], "x")) for cut in range(260, len(whole), 13)
    ]
    assert set(counts) == {1, 2}
    nested = "".join(f'Content-Type: multipart/mixed; boundary="g{n}"\n\n--g{n}\n' for n in range(3000))
    found = read(message("a", headers=nested), message("b", "Wel goed.", subject="Ander", day=3))
    assert [c.text for page in found for c in page.comments] == ["Wel goed."]


@pytest.mark.parametrize("filler", ["_" * 25 + "\n", "-- x\n", "--\n", "> \n", "lang \n", "From x\n", "a@", "[Werk] "])
def test_hostile_bodies_take_linear_time(filler):
    begin = time.process_time()
    mbox.read_mbox(
        message("a", "Ja\n" + filler * 30_000, headers="Content-Type: text/plain; format=flowed\n").encode(), "x"
    )
    mail.without_address(filler * 30_000)
    mail.subject(filler * 3_000)
    assert time.process_time() - begin < 3
