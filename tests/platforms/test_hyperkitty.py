"""HyperKitty: threads in two generations of templates, the pieces of their replies, and REST. All pages are made up."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest

from pipeline.platforms import hyperkitty, hyperkitty_json, wordpress

HOST = "https://forum.invalid"
LIST = f"{HOST}/archives/list/werk@lijst.invalid"
ROOT = "AAAA2222BBBB3333CCCC4444DDDD5555"
THREAD = f"{LIST}/thread/{ROOT}/"
NAME = f"forum.invalid/archives/list/werk@lijst.invalid/thread/{ROOT}"
#: id, level, parent, author, text
LETTERS = [
    (ROOT, None, None, "Anna Kuiper", "<p>Wie heeft het rooster gemaakt?</p>"),
    ("B1", 0, ROOT, "Björn &amp; Zn.", "<p>De planner, denk ik.</p>"),
    ("B2", 1, "B1", "Cees", "<blockquote class=\"blockquote quoted-text\"><p>De planner</p></blockquote><p>Zeker niet.</p>"),
    ("B3", 2, "B2", "Dora", "<p>Toch wel.</p>"),
    ("B4", 0, ROOT, None, "<p>Vraag het de chef.</p>"),
]  # fmt: skip


def moment(n):
    return dt.datetime(2026, 3, 2, 14 + n, 30, tzinfo=dt.UTC)


def letter(row, n, *, old=False):
    number, level, _, author, text = row
    name = author or "els＠lijst.invalid"
    tag = "span" if old else "h2"
    switch = '<div class="quoted-switch"><a href="#">...</a></div>'
    text = text.replace("<blockquote", switch + "<blockquote")
    sender = f"March 2, 2026, {n + 3}:30 p.m."
    body = f"""<div class="email{" email-first" if level is None else ""}"><div id="{number}" class="email-header">
    <div class="gravatar-wrapper"><div class="gravatar circle"></div><div class="email-author"><{tag} class="name">
    <a href="/archives/users/1/" title="See the profile for {name}">{name}</a></{tag}></div></div>
    <div class="email-date right"><span class="date">2 Mar</span><div class="time"><span title="Sender's time: {sender}">{n + 2}:30 p.m.</span></div></div>
    <div class="subject">New subject: anders</div></div><div class="email-body ">{text}<div class="text-muted">-- <br>Afdeling werk</div></div>
    <div class="attachments"><a href="/archives/list/werk@lijst.invalid/message/{number}/attachment/2/rooster.pdf">rooster.pdf</a></div>
    <div class="email-info"><div class="likeform-wrapper right"><div class="messagelink pull-right"><button class="toggle-font"></button>
    <a href="/archives/list/werk@lijst.invalid/message/{number}/" title="Permalink"><i class="fa fa-link"></i></a></div>
    <form class="vote"><a class="youlike">+5/-0</a></form></div><a class="reply" href="#">Reply</a></div></div>"""
    if level is None:
        return body
    return f'<div class="odd {f"reply-level-{level}" if level else ""}">\n{body}\n</div>'


def page(replies, *, old=False, comments=4, extra="", script=True):
    load = f'<script>update_thread_replies("/archives/list/werk@lijst.invalid/thread/{ROOT}/replies?sort=thread&amp;last_view=");</script>'
    return f"""<!DOCTYPE HTML><html><head><title>[Werk] Rooster - Werk - Lijsten</title>
    <link rel="stylesheet" href="/static/hyperkitty/libs/fonts/font-awesome.css"></head><body>
    <div class="row view-thread"><div class="thread-header"><a id="next-thread" href="/archives/list/werk@lijst.invalid/thread/ZZ/">newer</a>
    <h3>[Werk] Re: Rooster</h3></div><div id="thread-content">{letter(LETTERS[0], 0, old=old)}
    <p class="sort-mode"><a href="/archives/list/werk@lijst.invalid/thread/{ROOT}/?sort=date">Show replies by date</a></p>
    <div class="replies">{replies}</div></div><section id="thread-overview-info"><p class="thread-overview-details">
    <div><i class="fa fa-fw fa-comment"></i> {comments} comments</div><div><i class="fa fa-fw fa-user"></i> 5 participants</div></p></section>
    {extra}</div><footer><img alt="HyperKitty"></footer>{load if script else ""}</body></html>"""


WAITING = '<img class="ajaxloader" src="/static/hyperkitty/img/ajax-loader.gif">'


@pytest.mark.parametrize("old", [False, True], ids=["1.3.12", "1.3.7"])
def test_a_thread_with_its_replies(old):
    body = page("".join(letter(row, n, old=old) for n, row in enumerate(LETTERS[1:], 1)), old=old)
    assert hyperkitty.matches(body, THREAD)
    found = hyperkitty.read(body, THREAD + "?noscript")
    assert [(c.platform_id, c.parent) for c in found.comments] == [(row[0], row[2]) for row in LETTERS]
    assert [c.author for c in found.comments] == ["Anna Kuiper", "Björn & Zn.", "Cees", "Dora", None]
    assert [c.text for c in found.comments] == [row[4] for row in LETTERS]
    assert [c.posted_at for c in found.comments] == [moment(n) for n in range(5)]
    assert found.comments[1].permalink == f"{LIST}/message/B1/"
    assert (found.title, found.announced, found.thread) == ("Rooster", 5, NAME)
    assert found.published_at == moment(0)
    assert found.next_links == []
    assert any("taken as UTC: 5" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("sender", "server", "utc"),
    [
        ("3 maart 2026 00:30", "23:30", (2, 23, 30)),  # a Dutch sender after midnight
        ("March 2, 2026, 6 p.m.", "midnight", (3, 0, 0)),  # a sender west of the server
        ("2. März 2026 13:00", "12:00", (2, 12, 0)),
        ("March 2, 2026, noon", "11 a.m.", (2, 11, 0)),
    ],
)
def test_the_day_comes_from_the_sender_and_the_time_from_the_server(sender, server, utc):
    body = page("", comments=0).replace("March 2, 2026, 3:30 p.m.", sender).replace(">2:30 p.m.<", f">{server}<")
    day, hour, minute = utc
    assert hyperkitty.read(body, THREAD).comments[0].posted_at == dt.datetime(2026, 3, day, hour, minute, tzinfo=dt.UTC)


def test_replies_that_the_page_lacks_are_asked_for():
    by_pieces = hyperkitty.read(page(WAITING), THREAD)
    assert by_pieces.next_links == [f"{THREAD}replies?sort=thread"]
    whole = page(
        WAITING + f'<noscript><a href="/archives/list/werk@lijst.invalid/thread/{ROOT}/?noscript">x</a></noscript>'
    )
    # within <noscript> a browser without scripts finds the link; lexbor reads it as elements, too
    assert hyperkitty.read(whole, THREAD).next_links == [f"{THREAD}?noscript"]
    cut = page("".join(letter(row, n) for n, row in enumerate(LETTERS[1:], 1)), comments=1500)
    assert hyperkitty.read(cut, THREAD + "?noscript").next_links == [f"{THREAD}replies?sort=thread&offset=4"]


def piece(rows, offset=None):
    body = "".join(letter(row, n) for n, row in rows)
    return json.dumps({"replies_html": body, "more_pending": offset is not None, "next_offset": offset})


def test_pieces_of_replies_make_the_same_thread():
    first = hyperkitty.read(piece([(1, LETTERS[1]), (2, LETTERS[2])], 6), f"{THREAD}replies?sort=thread&last_view=")
    assert hyperkitty.matches(piece([(1, LETTERS[1])]), "")
    assert [(c.platform_id, c.parent) for c in first.comments] == [("B1", ROOT), ("B2", "B1")]
    assert (first.thread, first.next_links) == (NAME, [f"{THREAD}replies?sort=thread&offset=6"])
    last = hyperkitty.read(piece([(3, LETTERS[3]), (4, LETTERS[4])]), f"{THREAD}replies?sort=thread&offset=6")
    assert [(c.platform_id, c.parent) for c in last.comments] == [("B3", None), ("B4", ROOT)]
    assert last.next_links == []
    assert any("another piece: 1" in warning for warning in last.warnings)


def test_replies_by_date_have_no_parent():
    flat = [(number, 0, parent, author, text) for number, _, parent, author, text in LETTERS[1:]]
    body = page("".join(letter(row, n) for n, row in enumerate(flat, 1)))
    found = hyperkitty.read(body.replace("?sort=date", "?sort=thread"), THREAD + "?sort=date")
    assert {c.parent for c in found.comments} == {None}
    assert len(found.comments) == 5


def test_beyond_the_deepest_level_replies_count_as_answers_to_level_four():
    rows = [(f"L{level}{n}", level, None, "Cees", "<p>Ja</p>") for n, level in enumerate([0, 1, 2, 3, 4, 5, 5])]
    found = hyperkitty.read(page("".join(letter(row, 1) for row in rows)), THREAD).comments
    assert [c.parent for c in found[1:]] == [ROOT, "L00", "L11", "L22", "L33", "L44", "L44"]


def test_an_indent_tells_the_depth_where_no_class_does():
    """Templates before 1.1."""
    body = page("".join(letter(row, n, old=True) for n, row in enumerate(LETTERS[1:], 1)), old=True)
    for level in (1, 2):
        body = body.replace(f'reply-level-{level}">', f'" style="margin-left:{level * 2}em;">')
    assert "reply-level" not in body
    assert [(c.platform_id, c.parent) for c in hyperkitty.read(body, THREAD).comments] == [
        (r[0], r[2]) for r in LETTERS
    ]


def test_older_bodies_are_lines_with_quotes_as_divs():
    text = 'Beste allen,\n\n<div class="quoted-text quoted-text-0"> Wie? <div class="quoted-text quoted-text-1"> Waar? </div> </div>\nIk.'
    body = page(letter(("B1", 0, ROOT, "Cees", text), 1, old=True), old=True)
    found = hyperkitty.read(body, THREAD).comments[1]
    assert found.text.startswith(
        "Beste allen,<br><br><blockquote> Wie? <blockquote> Waar? </blockquote> </blockquote><br>Ik."
    )


def test_one_message_belongs_to_its_thread():
    body = f"""<html><link href="/static/hyperkitty/x.css"><div class="message-header"><div class="message-back">
    <a href="/archives/list/werk@lijst.invalid/thread/{ROOT}/#B1">thread</a></div><h1>[Werk] Re: Rooster</h1></div>
    <section id="thread-content">{letter(LETTERS[0], 0).replace(ROOT, "B1")}</section></html>"""
    found = hyperkitty.read(body, f"{LIST}/message/B1/")
    assert (found.thread, found.title, found.next_links) == (NAME, "Rooster", [])
    assert [(c.platform_id, c.parent) for c in found.comments] == [("B1", None)]


def test_a_listing_leads_to_threads_and_further_pages():
    body = f"""<html><link href="/static/hyperkitty/x.css"><div id="thread-list"><div class="thread"><div class="thread-email">
    <a name="{ROOT}" href="/archives/list/werk@lijst.invalid/thread/{ROOT}/" class="thread-title">Rooster</a></div></div>
    <ul class="pagination"><li><a href="?page=2" class="page-link">2</a></li><li><a href="#" class="page-link">...</a></li></ul>
    <a href="/archives/list/werk@lijst.invalid/2026/2/">Februari</a><a href="/archives/users/1/">Anna</a></div></html>"""
    found = hyperkitty.read(body, f"{LIST}/2026/3/")
    assert hyperkitty.matches(body, f"{LIST}/2026/3/")
    assert (found.thread, found.comments) == (None, [])
    assert found.next_links == [THREAD, f"{LIST}/2026/3/?page=2", f"{LIST}/2026/2/"]


def test_a_page_saved_without_its_address_still_knows_its_thread():
    found = hyperkitty.read(page(WAITING), "")
    assert found.thread == f"/archives/list/werk@lijst.invalid/thread/{ROOT}"
    assert found.next_links == []


def test_pages_cut_anywhere_are_read_as_far_as_they_go():
    body = page("".join(letter(row, n) for n, row in enumerate(LETTERS[1:], 1)))
    counts = [len(hyperkitty.read(body[:cut], THREAD).comments) for cut in range(0, len(body), 97)]
    assert counts == sorted(counts)
    assert counts[-1] == 5
    assert hyperkitty.read('{"replies_html": "<div', THREAD + "replies").comments == []


def test_other_platforms_are_not_taken():
    theirs = '<html><link href="/wp-content/x"><body class="single"><p>hyperkitty</p><li id="comment-1" class="comment"><div class="comment-content">Ja</div></li></body></html>'
    assert wordpress.matches(theirs, HOST)
    assert not hyperkitty.matches(theirs, HOST)
    assert not hyperkitty.matches('{"replies": []}', HOST)
    assert not wordpress.matches(page(WAITING), THREAD)


@pytest.mark.parametrize("filler", ["<div>", '<div class="quoted-text">', "<blockquote>", '<div class="email">', "&"])
def test_hostile_pages_take_linear_time(filler):
    begin = time.process_time()
    found = hyperkitty.read(page(filler * 20_000), THREAD)
    assert time.process_time() - begin < 5
    assert found.comments[0].platform_id == ROOT


API = f"{HOST}/archives/api/list/werk@lijst.invalid"


def email(row, *, content=True):
    number, _, parent, author, _ = row
    found = {
        "url": f"{API}/email/{number}/", "mailinglist": f"{API}/", "message_id": "x@lijst.invalid", "message_id_hash": number,
        "thread": f"{API}/thread/{ROOT}/", "sender": {"address": "anna (a) lijst.invalid", "mailman_id": None, "emails": None},
        "sender_name": author or "els@lijst.invalid", "subject": "[Werk] Re: Rooster", "date": "2026-03-02T14:30:00Z",
        "parent": f"{API}/email/{parent}/" if parent else None, "children": [],
    }  # fmt: skip
    if content:
        found |= {
            "votes": {"likes": 0},
            "content": "Zeker niet.\r\n\r\n> De planner\r\n\r\n-- \r\nCees\r\n",
            "attachments": [],
        }
    return found


def test_rest_message_has_its_parent_and_the_true_time():
    body = json.dumps(email(LETTERS[2]))
    assert hyperkitty_json.matches(body, f"{API}/email/B2/")
    found = hyperkitty_json.read(body, f"{API}/email/B2/")
    assert (found.thread, found.url, found.title) == (NAME, THREAD, "Rooster")
    (comment,) = found.comments
    assert (comment.platform_id, comment.parent, comment.author) == ("B2", "B1", "Cees")
    assert (comment.text, comment.text_format, comment.posted_at) == ("Zeker niet.\n\n> De planner", "text", moment(0))
    assert comment.permalink == f"{LIST}/message/B2/"
    assert hyperkitty_json.read(json.dumps(email(LETTERS[4])), "").comments[0].author is None


def test_rest_list_of_messages_leads_to_each():
    answer = {"count": 5, "next": f"{API}/thread/{ROOT}/emails/?limit=2&offset=2", "previous": None,
              "results": [email(row, content=False) for row in LETTERS[:2]]}  # fmt: skip
    found = hyperkitty_json.read(json.dumps(answer), f"{API}/thread/{ROOT}/emails/?limit=2")
    assert (found.thread, found.announced, found.comments) == (NAME, 5, [])
    assert found.next_links == [
        f"{API}/email/{ROOT}/",
        f"{API}/email/B1/",
        f"{API}/thread/{ROOT}/emails/?limit=2&offset=2",
    ]


def test_rest_threads():
    thread = {"url": f"{API}/thread/{ROOT}/", "mailinglist": f"{API}/", "thread_id": ROOT, "subject": "[Werk] Rooster",
              "starting_email": f"{API}/email/{ROOT}/", "emails": f"{API}/thread/{ROOT}/emails/", "replies_count": 4}  # fmt: skip
    one = hyperkitty_json.read(json.dumps(thread), f"{API}/thread/{ROOT}/")
    assert (one.title, one.announced, one.thread, one.next_links) == ("Rooster", 5, NAME, [thread["emails"]])
    listed = hyperkitty_json.read(json.dumps({"count": 1, "next": None, "results": [thread]}), f"{API}/threads/")
    assert (listed.thread, listed.next_links) == (None, [thread["emails"]])
    away = json.dumps({"count": 1, "results": [thread | {"emails": "https://elders.invalid/x"}]})
    assert hyperkitty_json.read(away, f"{API}/threads/").next_links == []


@pytest.mark.parametrize(
    "body", ["{", "[]", "{}", '{"results": [null, 3]}', '[{"message_id_hash": [], "content": "x"}]', "[" * 5000]
)
def test_rest_malformed_answers_hold_nothing(body):
    assert hyperkitty_json.read(body, API).comments == []
    assert not hyperkitty_json.matches(body, API)


def test_an_address_that_is_none_does_not_stop_the_reading():
    assert len(hyperkitty.read(page(""), "http://[nonsens").comments) == 1
    assert len(hyperkitty_json.read(json.dumps(email(LETTERS[2])), "http://[nonsens").comments) == 1
    assert len(hyperkitty.read(piece([(1, LETTERS[1])]), "http://[nonsens").comments) == 1
