"""Comments in JSON as interfaces and exports wrap them, each once, with its author, time, parent and thread."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.extract import reading
from pipeline.platforms import columns, tabular
from pipeline.platforms.reading import Reading


def pages_of(document: Any) -> list[Reading]:
    return tabular.read_json(json.dumps(document).encode(), "x.json")


def told(document: Any) -> list[tuple[str | None, str | None, str | None, str | None, str]]:
    """(thread, id, parent, author, text) of each comment."""
    return [(p.thread, c.platform_id, c.parent, c.author, c.text) for p in pages_of(document) for c in p.comments]


def _said(number: str, text: str, author: str, **more: str) -> dict[str, Any]:
    return {
        "id": number,
        "snippet": {"textOriginal": text, "authorDisplayName": author, "publishedAt": "2026-03-12T09:15:00Z", **more},
    }


def test_a_comment_within_objects_of_its_own() -> None:
    top = {"videoId": "v1", "topLevelComment": _said("a", "De klant.", "@jan", videoId="v1"), "totalReplyCount": 1}
    answer = _said("a.b", "De manager.", "@piet", parentId="a", videoId="v1")
    document = {"kind": "list", "items": [{"id": "a", "snippet": top, "replies": {"comments": [answer]}}]}
    assert told(document) == [("v1", "a", None, "@jan", "De klant."), ("v1", "a.b", "a", "@piet", "De manager.")]
    (page,) = pages_of(document)
    assert all(c.posted_at for c in page.comments)


@pytest.mark.parametrize("wrap", ["descendants", "response", "data", "items", "orderedItems"])
def test_a_list_under_any_name(wrap: str) -> None:
    records = [
        {
            "id": "1",
            "in_reply_to_id": None,
            "content": "<p>Ja &amp; nee</p>",
            "account": {"acct": "jan", "display_name": ""},
        },
        {"id": "2", "in_reply_to_id": "1", "content": "<p>Nee</p>", "account": {"acct": "piet@elders.invalid"}},
    ]
    assert told({"cursor": {"next": "x"}, wrap: records}) == [
        ("", "1", None, "jan", "<p>Ja &amp; nee</p>"), ("", "2", "1", "piet@elders.invalid", "<p>Nee</p>"),
    ]  # fmt: skip


def test_threads_with_their_titles_openings_and_numbers() -> None:
    document = {
        "topics": [
            {"id": 7, "title": "Wie belt?", "url": "https://forum.invalid/7", "text": "<p>Niemand belt.</p>", "comment_count": 3,
             "comments": [{"id": 1, "author": "Jo", "text": "Ik."}, {"id": 2, "author": "An", "text": "Jij.", "parentId": 1}]},
            {"id": 8, "title": "Wie mailt?", "comments": [{"id": 1, "author": "Jo", "text": "Ik ook.", "parent": 8}]},
        ]
    }  # fmt: skip
    seven, eight = pages_of(document)
    assert (seven.thread, seven.title, seven.url, seven.opening, seven.announced) == (
        "7", "Wie belt?", "https://forum.invalid/7", "Niemand belt.", 3,
    )  # fmt: skip
    assert [(c.platform_id, c.parent) for c in seven.comments] == [("1", None), ("2", "1")]
    assert [(eight.title, c.text, c.parent) for c in eight.comments] == [("Wie mailt?", "Ik ook.", None)]


def test_a_story_is_no_comment_on_itself() -> None:
    story = {"id": 1, "title": "Storing", "text": "Alles ligt plat.", "author": "Jo", "children": [
        {"id": 2, "text": "Weer?", "author": "An", "parent_id": 1, "story_id": 1, "children": [{"id": 3, "text": "Ja.", "author": "Jo"}]},
    ]}  # fmt: skip
    assert told(story) == [("1", "2", None, "An", "Weer?"), ("1", "3", "2", "Jo", "Ja.")]
    assert pages_of(story)[0].opening == "Alles ligt plat."


def test_answers_are_in_the_thread_of_what_they_answer() -> None:
    post = {"postUrl": "https://forum.invalid/p/1", "commentId": "c1", "profileName": "Jo", "text": "Ja", "comments": [
        {"id": "c2", "profileName": "An", "date": "2026-03-12T10:15:00Z", "text": "Nee"},
    ]}  # fmt: skip
    assert told([post]) == [
        ("https://forum.invalid/p/1", "c1", None, "Jo", "Ja"), ("https://forum.invalid/p/1", "c2", "c1", "An", "Nee"),
    ]  # fmt: skip


def test_what_else_an_object_holds_is_no_comment() -> None:
    comment = {
        "id": "1",
        "author": {"name": "Jo", "bio": {"id": "9", "text": "Over mij"}},
        "text": "Ja",
        "media": [{"id": "8", "text": "Foto"}],
    }
    assert told([comment]) == [("", "1", None, "Jo", "Ja")]
    with pytest.raises(UsageError, match=r"no text in any of 0 records \(fields: version, labels\).*`text`"):
        pages_of({"version": {"text": "2.0"}, "labels": {"body": "tekst"}})


def test_objects_without_a_text_are_kept_in_a_list_of_comments() -> None:
    data = b'{"id": "1", "author": "Jo", "text": "Ja"}\n{"id": "2", "author": "An"}\n'
    (page,) = tabular.read_jsonl(data, "x.jsonl")
    assert [(c.platform_id, c.text) for c in page.comments] == [("1", "Ja"), ("2", "")]
    assert "rows without a text, kept: 1" in page.warnings


def test_a_text_in_pieces() -> None:
    messages = [
        {"id": 1, "date": "2026-03-12T09:15:00", "date_unixtime": "1773303300", "from": "Jo", "text": "Belt wie?"},
        {
            "id": 2,
            "from": "An",
            "text": ["Zie ", {"type": "link", "text": "https://x.invalid"}, "."],
            "reply_to_message_id": 1,
        },
        {"id": 3, "from": "An", "text": []},
    ]
    chat = {"name": "Groep", "id": 9, "messages": messages}
    assert told(chat) == [
        ("9", "1", None, "Jo", "Belt wie?"),
        ("9", "2", "1", "An", "Zie https://x.invalid."),
        ("9", "3", None, "An", ""),
    ]
    moment = pages_of(chat)[0].comments[0].posted_at
    assert moment is not None and moment.strftime("%H:%M") == "08:15"


def test_a_dump_of_reddit() -> None:
    lines = [
        {"id": "k1", "author": "jo", "created_utc": 1773303300, "body": "Ja", "parent_id": "t3_abc", "link_id": "t3_abc", "score": 3},
        {"id": "k2", "author": "an", "created_utc": 1773303360.0, "body": "Nee", "parent_id": "t1_k1", "link_id": "t3_abc", "score": 1},
        {"id": "k3", "author": "[deleted]", "created_utc": 1773303420, "body": "[deleted]", "parent_id": "t1_k9", "link_id": "t3_abc"},
    ]  # fmt: skip
    (page,) = tabular.read_jsonl("\n".join(map(json.dumps, lines)).encode(), "x.jsonl")
    assert [(c.platform_id, c.parent, c.author) for c in page.comments] == [
        ("k1", None, "jo"),
        ("k2", "k1", "an"),
        ("k3", "k9", None),
    ]
    assert [c.posted_at.strftime("%H:%M") for c in page.comments if c.posted_at] == ["08:15", "08:16", "08:17"]
    assert (page.thread, page.warnings) == ("t3_abc", ["fields that are not read: 1 (score)"])


def test_what_stands_beside_the_comments_is_none() -> None:
    film = {
        "id": "v1", "title": "De film", "formats": [{"format_id": "1", "url": "https://x.invalid/f"}],
        "chapters": [{"title": "Begin", "start_time": 0}], "users": [{"id": 5, "name": "Jo"}],
        "settings": {"author": "Jo", "text": "Welkom"}, "related": [{"author": "Jo", "text": "Een ander stuk"}],
        "comments": [{"id": "a", "parent": "root", "author": "Jo", "text": "Ja", "timestamp": 1773303300}],
    }  # fmt: skip
    assert told(film) == [("v1", "a", None, "Jo", "Ja")]
    assert "lists with texts that are not read as comments: related" in pages_of(film)[0].warnings
    users = {
        "users": [{"id": 5, "name": "Jo"}],
        "tags": [{"name": "bel"}],
        "items": [{"id": 1, "author": "An", "text": "Ja"}],
    }
    assert told(users) == [("", "1", None, "An", "Ja")]


def test_an_article_beside_its_comments_is_their_opening() -> None:
    article = {"id": 7, "title": "Wie belt?", "text": "Niemand belt.", "author": "Redactie"}
    (page,) = pages_of({"article": article, "comments": [{"id": 1, "author": "Jo", "text": "Ik."}]})
    assert (page.thread, page.title, page.opening) == ("7", "Wie belt?", "Niemand belt.")
    assert [c.text for c in page.comments] == ["Ik."]


def test_a_post_without_comments_is_no_comment() -> None:
    posts = [
        {"id": "p", "title": "Stil", "text": "Niemand?", "author": "Jo", "comments": []},
        {
            "id": "q",
            "title": "Druk",
            "text": "Wie?",
            "author": "Jo",
            "comments": [{"id": "a", "author": "An", "text": "Ik"}],
        },
    ]
    assert told(posts) == [("q", "a", None, "An", "Ik")]
    assert "threads without comments, left out: 1" in pages_of(posts)[0].warnings
    reviews = [{"id": "1", "title": "Goed", "text": "Ja", "comments": []}]
    assert told(reviews) == [("Goed", "1", None, None, "Ja")]


@pytest.mark.parametrize("name", ["antwoorden", "reply_comment", "subComments"])
def test_answers_under_other_names(name: str) -> None:
    comment = {"cid": "1", "user": {"uid": "u1", "nickname": "Jo"}, "text": "Ja", name: [
        {"cid": "2", "user": {"nickname": "An"}, "text": "Nee", "create_time": 1773303300},
    ]}  # fmt: skip
    assert told({"comments": [comment]}) == [("", "1", None, "Jo", "Ja"), ("", "2", "1", "An", "Nee")]


def test_lists_of_texts_that_nobody_reads_are_told() -> None:
    comment = {"id": "1", "author": "Jo", "text": "Ja", "revisions": [{"author": "Jo", "text": "Nee"}]}
    assert "lists with texts that are not read as comments: revisions" in pages_of([comment])[0].warnings


def test_a_text_that_is_one_piece_and_lists_that_are_none() -> None:
    link = {"id": 1, "from": "Jo", "text": [{"type": "link", "text": "https://x.invalid"}]}
    assert told({"name": "Groep", "id": 9, "messages": [link]}) == [("9", "1", None, "Jo", "https://x.invalid")]
    assert pages_of({"name": "Groep", "id": 9, "messages": [link]})[0].title == "Groep"
    one = {
        "title": "Kop",
        "comment": [{"id": 1, "author": "Jo", "text": "Ja"}, {"id": 2, "author": "An", "text": "Nee"}],
    }
    assert [text for *_, text in told(one)] == ["Ja", "Nee"]
    with pytest.raises(UsageError, match="no text"):
        pages_of({"text": ["Ja", "Nee"], "author": ["Jo", "An"]})


def test_of_two_fields_the_one_that_says_something() -> None:
    first = {"id": 1, "text": None, "content": "Ja", "author": None, "user": "jo"}
    second = {"id": 2, "text": "Nee", "content": "", "author": {"bio": "x"}, "user": "an"}
    assert told([first, second]) == [("", "1", None, "jo", "Ja"), ("", "2", None, "an", "Nee")]


def test_what_is_answered_as_an_object() -> None:
    first = {"id": {"$oid": "a"}, "author": "Jo", "text": "Ja", "date": {"$date": "2026-03-12T09:15:00Z"}}
    second = {"id": "b", "author": "An", "text": "Nee", "parent": {"id": "a", "author": "Jo", "text": "Ja"}}
    third = {"id": "c", "author": "Jo", "content": "Toch", "reference": {"messageId": "b", "channelId": "z"}}
    assert [(number, parent) for _, number, parent, *_ in told([first, second, third])] == [
        ("a", None),
        ("b", "a"),
        ("c", "b"),
    ]
    assert pages_of([first])[0].comments[0].posted_at is not None


def test_the_name_under_which_a_comment_stands_is_its_id() -> None:
    comments = {"-Na1": {"text": "Ja", "author": "Jo"}, "-Na2": {"text": "Nee", "author": "An", "parent": "-Na1"}}
    (page,) = pages_of({"title": "Wie belt?", "comments": comments})
    assert [(c.platform_id, c.parent) for c in page.comments] == [("-Na1", None), ("-Na2", "-Na1")]
    assert page.title == "Wie belt?"


def test_an_object_around_a_text_says_whose_it_is() -> None:
    post = {
        "cid": "a",
        "author": {"handle": "jo.invalid"},
        "record": {"text": "Ja", "createdAt": "2026-03-12T09:15:00Z"},
    }
    assert told({"thread": {"post": post, "replies": []}}) == [("", "a", None, "jo.invalid", "Ja")]


@pytest.mark.parametrize("more", ["author_name", "date_gmt"])
def test_statuses_and_comments_are_not_taken_for_answers_of_wordpress(more: str) -> None:
    status = {"id": "1", "content": "<p>Ja</p>", "account": {"acct": "jo"}, "card": {more: "x"}}
    body = json.dumps({"ancestors": [], "descendants": [status]}).encode()
    (page,) = reading.pages(body, "json", "x.json", "")
    assert (page.platform, [c.text for c in page.comments]) == ("json", ["<p>Ja</p>"])


def test_a_number_of_comments_is_no_list_of_them() -> None:
    reviews = [{"id": str(n), "title": "Goed", "text": f"Ja {n}", "comments": {"count": n}} for n in range(2)]
    assert [text for *_, text in told(reviews)] == ["Ja 0", "Ja 1"]


def test_names_of_many_shapes_take_time_in_proportion() -> None:
    def seconds(n: int) -> float:
        names, read = [f"k{i}" for i in range(n)], {f"text {i}": f"t{i}" for i in range(n)}
        begin = time.process_time()
        columns.unread(names, read, "fields")
        return time.process_time() - begin

    assert seconds(20_000) < 8 * seconds(5_000) + 0.5
