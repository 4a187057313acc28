"""Discourse's JSON: a topic with its stream, its further posts, loose posts and lists of topics."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipeline.platforms import discourse, discourse_json
from tests.platforms.test_discourse import (
    BASE,
    POSTS,
    RECORDS,
    URL,
    WANTED,
    _seen,
    crawler_3,
    page,
    preloaded,
    record,
    topic,
)

ASK = f"{URL}.json"


def test_a_topic():
    body = json.dumps(topic(RECORDS))
    assert discourse_json.matches(body, ASK)
    found = discourse_json.read(body, ASK)
    assert _seen(found) == WANTED
    assert [c.parent for c in found.comments] == [row[4] for row in POSTS]
    assert [c.posted_at for c in found.comments] == [dt.datetime(2026, 3, n, 9, tzinfo=dt.UTC) for n in range(1, 5)]
    assert [c.permalink for c in found.comments] == [f"{URL}/{n}" for n in "1234"]
    assert (found.title, found.thread, found.announced, found.left_out, found.url) == (
        "Wie belt er?",
        "forum.invalid/t/41",
        4,
        (),
        URL,
    )
    assert (found.next_links, found.warnings) == ([], [])


def test_json_and_page_name_the_same_thread_and_posts():
    html = discourse.read(page("".join(crawler_3(*row[:3]) for row in POSTS)), URL)
    answer = discourse_json.read(json.dumps(topic(RECORDS)), ASK)
    assert html.thread == answer.thread
    for one, other in zip(html.comments, answer.comments, strict=True):
        assert one == other


def test_what_is_answered_goes_before_what_is_quoted():
    records = [*RECORDS[:2], record("3", "Bob", POSTS[2][2], reply_to_post_number=1)]
    assert [c.parent for c in discourse_json.read(json.dumps(topic(records)), ASK).comments] == [None, None, "1"]


def test_the_rest_of_a_topic_is_asked_by_twenties():
    found = discourse_json.read(json.dumps(topic(RECORDS, list(range(901, 946)))), ASK)
    assert found.announced == 45
    asked = [link.partition("?")[2].split("&") for link in found.next_links]
    assert [len(part) for part in asked] == [20, 20, 1]
    assert asked[0][0] == "post_ids%5B%5D=905" and asked[2] == ["post_ids%5B%5D=945"]
    assert all(link.startswith(f"{BASE}/t/41/posts.json?") for link in found.next_links)


def test_a_part_of_a_topic_leads_to_all_of_it():
    body = json.dumps(topic(RECORDS[:2], [901, 902], posts_count=4))
    found = discourse_json.read(body, f"{ASK}?filter=summary")
    assert (found.announced, found.next_links) == (4, [ASK])


def test_a_machines_translation_is_told():
    """Discourse shows members' posts in the language of its reader, and keeps theirs."""
    records = [
        RECORDS[0],
        record("2", "Bob", "<p>Vertaald</p>", is_localized=True),
        record("3", "Bob", "", is_localized=True),
    ]
    told = ["posts that the site shows in a machine's translation, not in their authors' own words: 1"]
    assert discourse_json.read(json.dumps(topic(records)), ASK).warnings == told
    loose = json.dumps({"latest_posts": records})
    assert discourse_json.read(loose, f"{BASE}/posts.json").warnings == told
    assert discourse.read(page("", tail=preloaded(topic(records))), URL).warnings == told
    assert discourse_json.read(json.dumps(topic(RECORDS)), ASK).warnings == []


def test_further_posts_belong_to_the_topic():
    body = json.dumps({"post_stream": {"posts": [record("5", "Bob", "<p>Nog een.</p>")]}, "id": 41})
    found = discourse_json.read(body, f"{BASE}/t/41/posts.json?post_ids%5B%5D=905")
    assert [(c.platform_id, c.permalink) for c in found.comments] == [("5", f"{URL}/5")]
    assert (found.thread, found.announced, found.next_links) == ("forum.invalid/t/41", None, [])


@pytest.mark.parametrize(
    ("url", "links"), [(ASK, [f"{ASK}?page=2"]), (f"{ASK}?page=2", [f"{ASK}?page=3"]), (f"{ASK}?page=600", [])]
)
def test_a_topic_too_long_for_a_stream_is_read_by_page(url, links):
    data = topic(RECORDS, posts_count=12_000)
    del data["post_stream"]["stream"]
    found = discourse_json.read(json.dumps(data), url)
    assert (found.announced, found.next_links) == (12_000, links)


@pytest.mark.parametrize(
    "more",
    [
        {"post_type": 3, "action_code": "closed.enabled"}, {"post_type": 3, "cooked": ""}, {"post_type": 2, "action_code": "split_topic"}, {"hidden": True},
        {"user_deleted": True}, {"deleted_at": "2026-03-02T09:00:00Z"}, {"cooked": "<p>(bericht verwijderd door auteur)</p>"}, {"cooked": ""},
    ],
)  # fmt: skip
def test_actions_and_what_is_gone_are_no_comments(more):
    found = discourse_json.read(json.dumps(topic([RECORDS[0], record("2", "Bob", "<p>Tekst</p>", **{**more})])), ASK)
    assert ([c.platform_id for c in found.comments], found.left_out, found.announced) == (["1"], ("2",), 2)


def test_posts_of_moderators_are_posts_and_a_lost_account_has_no_name():
    found = discourse_json.read(
        json.dumps(topic([record("1", "Baas", "<p>Let op de toon.</p>", post_type=2, username=None)])), ASK
    )
    assert [(c.author, c.text) for c in found.comments] == [(None, "<p>Let op de toon.</p>")]


def test_the_latest_posts_are_a_page_a_topic():
    other = record("9", "Bob", "<p>Elders</p>", topic_id=42, topic_slug="elders", topic_title="Elders")
    found = discourse_json.pages(json.dumps({"latest_posts": [RECORDS[0], other, RECORDS[1]]}), f"{BASE}/posts.json")
    assert [(p.thread, len(p.comments), p.title) for p in found] == [
        ("forum.invalid/t/41", 2, None),
        ("forum.invalid/t/42", 1, "Elders"),
    ]
    assert found[1].next_links == [f"{BASE}/t/elders/42.json"]
    (single,) = discourse_json.pages(json.dumps(RECORDS[0]), f"{BASE}/posts/901.json")
    assert (single.thread, len(single.comments)) == ("forum.invalid/t/41", 1)


def test_lists_lead_on_and_are_no_thread():
    data = {
        "topic_list": {
            "more_topics_url": "/latest?no_definitions=true&page=1",
            "topics": [{"id": 41, "slug": "wie-belt-er", "posts_count": 4}, {"id": 42}],
        }
    }
    assert discourse_json.matches(json.dumps(data), f"{BASE}/latest.json")
    found = discourse_json.read(json.dumps(data), f"{BASE}/latest.json")
    assert (found.thread, found.title, found.comments) == (None, None, [])
    assert found.next_links == [f"{URL}.json", f"{BASE}/t/-/42.json", f"{BASE}/latest.json?no_definitions=true&page=1"]
    kinds = json.dumps({"category_list": {"categories": [{"id": 5, "slug": "werk", "topic_count": 3}]}})
    assert discourse_json.matches(kinds, f"{BASE}/nl/categories.json")
    assert discourse_json.read(kinds, f"{BASE}/nl/categories.json").next_links == [f"{BASE}/nl/c/werk/5.json"]


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]", "null", "{}", '{"post_stream": 4}', '{"post_stream": {}}', '{"post_stream": {"posts": 4, "stream": 4}}', '{"post_stream": {"posts": [null, 4, {}]}}',
        '{"post_stream": {"posts": [{"cooked": [], "post_number": [], "created_at": {}}], "stream": [null, {}]}, "id": 41}', '{"latest_posts": [4, {"cooked": "x"}]}',
        '{"topic_list": []}', '{"topic_list": {"topics": [4, {}], "more_topics_url": 4}}', '{"category_list": {"categories": 4}}', "[" * 5000, '{"cooked": null}',
    ],
)  # fmt: skip
def test_nonsense_gives_an_empty_page(body):
    for url in (ASK, "", "http://[", "http://[/t/a/4.json", "ftp://x/t/a/4.json"):
        assert all(found.comments == [] for found in discourse_json.pages(body, url))


@pytest.mark.parametrize(
    "body",
    [
        '[{"id": 1, "post": 4, "author_name": "x"}]',
        '{"data": {"type": "discussions", "attributes": {"commentCount": 1}}}',
        '{"posts": []}',
        "<html>",
    ],
)
def test_answers_of_others(body):
    assert not discourse_json.matches(body, ASK)
