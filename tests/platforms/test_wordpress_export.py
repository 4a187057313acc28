"""WordPress's export: every approved comment once, with its author, time, parent and place; the rest counted."""

from __future__ import annotations

import datetime as dt
import io
import time
from pathlib import Path

import pytest

from pipeline.add import add
from pipeline.extract import page
from pipeline.platforms import recognise, wordpress_export
from tests import import_files as made

HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- This is an export -->\n<rss version="2.0" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">'
    "<channel><title>Blog</title><language>nl-NL</language>"
)


def comment(number: int, text: str, *, parent: int = 0, approved: str = "1", kind: str = "comment") -> str:
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author><![CDATA[Jo]]></wp:comment_author>"
        "<wp:comment_author_email>jo@forum.invalid</wp:comment_author_email>"
        f"<wp:comment_date_gmt>2026-03-12 09:15:00</wp:comment_date_gmt><wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
        f"<wp:comment_approved>{approved}</wp:comment_approved><wp:comment_type>{kind}</wp:comment_type>"
        f"<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"
    )


def item(number: int, *comments: str) -> str:
    return (
        f"<item><title>Wie belt er?</title><link>https://forum.invalid/{number}/</link><content:encoded><![CDATA[Niemand.\n\nEcht niet.]]>"
        f"</content:encoded><wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2026-03-11 08:00:00</wp:post_date_gmt>"
        f"<wp:post_type>post</wp:post_type>{''.join(comments)}</item>"
    )


EXPORT = (
    HEAD + item(5, comment(7, "Ik wel.\nSoms."), comment(8, "<p>Jij nooit.</p>", parent=7, kind=""), comment(9, "Koop!", approved="spam"),
                comment(10, "[...] elders", kind="pingback"))
    + item(6) + "</channel></rss>"
)  # fmt: skip


def test_comments_of_an_export() -> None:
    assert recognise(EXPORT, "") is wordpress_export
    (found,) = wordpress_export.pages(EXPORT, "")
    assert (found.url, found.title, found.opening) == (
        "https://forum.invalid/5/",
        "Wie belt er?",
        "Niemand.\n\nEcht niet.",
    )
    assert [(c.platform_id, c.parent, c.author, c.permalink) for c in found.comments] == [
        ("7", None, "Jo", "https://forum.invalid/5/#comment-7"), ("8", "7", "Jo", "https://forum.invalid/5/#comment-8"),
    ]  # fmt: skip
    assert found.comments[0].posted_at == dt.datetime(2026, 3, 12, 9, 15, tzinfo=dt.UTC)
    assert (found.announced, found.left_out) == (4, ("9", "10"))
    assert found.warnings == [
        "posts without comments, left out: 1",
        "pingbacks, notes, spam and comments that are not approved, left out: 2",
    ]


def test_an_export_is_added_and_shown(tmp_path: Path) -> None:
    root = made.project(tmp_path)
    assert "comments: 2, threads: 1" in add(root, str(made.put(root, "blog.xml", EXPORT))).messages
    shown = page.of_file(io.BytesIO(EXPORT.encode()), "blog.xml", None)
    assert [record["text"] for record in shown.records] == ["Ik wel.\nSoms.", "Jij nooit."]
    assert (shown.threads[0]["announced"], shown.threads[0]["found"]) == (2, 2)


def test_a_cut_export_is_told() -> None:
    found = wordpress_export.pages(EXPORT[: EXPORT.index("<item><title>", len(HEAD) + 10)], "")
    assert len(found[0].comments) == 2 and found[0].damage and found[0].damage[0] in found[0].warnings


@pytest.mark.parametrize("kind", ["note", "order_note", "trackback"])
def test_notes_of_editors_and_shopkeepers_are_no_comments(kind: str) -> None:
    (found,) = wordpress_export.pages(
        HEAD + item(5, comment(7, "Ik wel."), comment(8, "Intern.", kind=kind)) + "</channel></rss>", ""
    )
    assert [c.platform_id for c in found.comments] == ["7"] and found.left_out == ("8",)


def test_many_comments_take_time_in_proportion() -> None:
    def seconds(n: int) -> float:
        text = HEAD + item(5, *(comment(i, "Ja", approved=str(i % 2)) for i in range(n))) + "</channel></rss>"
        begin = time.process_time()
        wordpress_export.pages(text, "")
        return time.process_time() - begin

    assert seconds(32_000) < 8 * seconds(8_000) + 0.5
