"""The XML export of Disqus: threads, parents, what was deleted, and files that are not well formed."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.errors import StandpuntError
from pipeline.platforms import disqus, xml_text


def thread(number, title="Wie belt er?", link="https://Forum.invalid/wie-belt-er/"):
    return f"""<thread dsq:id="{number}"><id>wp_{number}</id><forum>forum</forum><category dsq:id="1" /><link>{link}</link><title>{title}</title><message />
    <createdAt>2026-03-01T08:00:00Z</createdAt><author><name>Redactie</name><isAnonymous>false</isAnonymous></author><isClosed>false</isClosed><isDeleted>false</isDeleted></thread>"""


def post(number, of, text, name="Anneke", parent=None, deleted="false", spam="false"):
    above = f'<parent dsq:id="{parent}" />' if parent else ""
    return f"""<post dsq:id="{number}"><id>x</id><message><![CDATA[{text}]]></message><createdAt>2026-03-02T09:00:00Z</createdAt><isDeleted>{deleted}</isDeleted><isSpam>{spam}</isSpam>
    <author><name>{name}</name><isAnonymous>true</isAnonymous><username>anneke_1</username></author><thread dsq:id="{of}" />{above}</post>"""


def export(*parts):
    return f"""\ufeff<?xml version="1.0" encoding="utf-8"?>
    <disqus xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"
    xsi:schemaLocation="http://disqus.com http://disqus.com/api/schemas/1.0/disqus.xsd"><category dsq:id="1"><title>General</title></category>{"".join(parts)}</disqus>"""


def test_threads_with_their_posts():
    body = export(
        thread(7), thread(8, "Ander &amp; meer", "https://forum.invalid/anders/#top"), thread(9),
        post(101, 7, "<p>Niemand &lt;nam&gt; op.</p>"), post(102, 7, "<p>Bij ons ook niet.</p>", "J. M&#252;ller &amp; Co", 101),
        post(103, 8, "<p>Ik wel.</p>", ""), post(104, 7, "<p>Weg</p>", deleted="true"), post(105, 7, "<p>Koop</p>", spam="true"), post(106, 8, " "),
    )  # fmt: skip
    assert disqus.matches(body, "")
    first, second = disqus.pages(body, "export.xml")
    assert [(c.platform_id, c.parent, c.author, c.text) for c in first.comments] == [
        ("101", None, "Anneke", "<p>Niemand &lt;nam&gt; op.</p>"), ("102", "101", "J. Müller & Co", "<p>Bij ons ook niet.</p>"),
    ]  # fmt: skip
    assert first.comments[0].posted_at == dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    assert first.comments[1].permalink == "https://Forum.invalid/wie-belt-er/#comment-102"
    assert (first.title, first.thread, first.left_out) == ("Wie belt er?", "forum.invalid/wie-belt-er", ("104", "105"))
    assert first.published_at == dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    assert first.warnings == ["threads without posts, left out: 1"]
    assert (second.title, second.thread, [c.author for c in second.comments]) == (
        "Ander & meer",
        "forum.invalid/anders",
        ["anneke_1"],
    )


def test_posts_of_a_thread_that_the_file_does_not_hold():
    (found,) = disqus.pages(export(post(101, 7, "Ja")), "export.xml")
    assert (found.thread, found.url, found.comments[0].permalink) == ("disqus/7", "export.xml", None)


def test_a_file_that_breaks_off_gives_the_posts_before():
    body = export(thread(7), post(101, 7, "Een"), post(102, 7, "Twee"))
    found = disqus.read(body[: body.index("Twee")], "export.xml")
    assert [c.text for c in found.comments] == ["Een"]
    assert "breaks off" in found.warnings[0]


def test_characters_that_xml_forbids_are_left_out():
    found = disqus.read(export(thread(7), post(101, 7, "E\x0ben"), post(102, 7, "Twee", "B&#8;ob")), "")
    assert [(c.text, c.author) for c in found.comments] == [("Een", "Anneke"), ("Twee", "Bob")]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<disqus",
        '<disqus xmlns="http://disqus.com"/>',
        export(),
        export(thread(7)),
        "gewone tekst",
        export("<post/>", "<thread/>"),
    ],
)
def test_nothing_to_read_raises_nothing(body):
    found = disqus.read(body, "export.xml")
    assert (found.comments, found.thread) == ([], None)


def test_entities_of_a_document_type_are_refused():
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "'
        + "a" * 100
        + '">]>'
        + export(post(101, 7, "Ja")).lstrip("\ufeff").partition("?>")[2].replace("Ja", "&a;")
    )
    found = disqus.read(bomb, "")
    assert found.comments == []
    assert "document type" in found.warnings[0]


def test_deep_nesting_stops_and_size_is_limited(monkeypatch):
    assert disqus.read(export(post(101, 7, "Ja"), "<a>" * 100_000), "").warnings[0].startswith("elements nested")
    monkeypatch.setattr(xml_text, "MAX_CHARS", 100)
    with pytest.raises(StandpuntError, match="is the limit"):
        disqus.read(export(post(101, 7, "Ja")), "")


@pytest.mark.parametrize(
    "body",
    [
        "",
        '<div id="disqus_thread"></div><script src="https://x.disqus.com/embed.js"></script>',
        '<link href="/wp-content/x"><body class="single">',
        "<rss/>",
    ],
)
def test_other_pages_are_not_recognised(body):
    assert not disqus.matches(body, "https://forum.invalid/")
