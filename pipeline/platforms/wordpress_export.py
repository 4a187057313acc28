"""The export of a WordPress site (WXR, "Tools, Export"): one XML file with its posts, each with its comments.

It is an RSS feed with elements of WordPress's own (`wp:comment` within `item`). Comments that wait for approval, are spam or in
the bin, and pingbacks and trackbacks are left out. Texts are as their writers typed them: a line break is one, whatever
markup stands around it. The format: export.php in WordPress's sources.
"""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading, entry_ids
from pipeline.platforms.text import markup_to_text
from pipeline.platforms.wordpress_links import thread_name
from pipeline.platforms.xml_text import elements, name_of, text_of

NAME = "wordpress-export"

_MARKED = re.compile(r"<rss\b[^>]*xmlns:wp=[\"']https?://wordpress\.org/export/[\d.]+/?[\"']")
#: what else a site keeps among its comments: links from elsewhere, and notes that only its editors and shopkeepers see
_NO_COMMENTS = ("pingback", "trackback", "note", "order_note")
_BLOCK = re.compile(r"<(?:p|br|div)\b", re.IGNORECASE)


def matches(html: str, url: str) -> bool:
    """Is this an export of WordPress?"""
    return _MARKED.search(html[:10_000]) is not None


def read(body: str, url: str) -> Reading:
    """The first thread of an export. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An export as one page a post that has comments, in the order of the file; warnings stand on the first."""
    found_elements, damage = elements(body, depth=2)
    language = next((element.text for element in found_elements if name_of(element) == "language"), None)
    posts = [element for element in found_elements if name_of(element) == "item"]
    found = [_page(post, comments, language) for post in posts if (comments := _entries(post))]
    silent = sum(text_of(post, "post_type") in ("post", "page") and not _entries(post) for post in posts)
    told = [*damage, *([f"posts without comments, left out: {silent}"] if silent else [])]
    if not found:
        return [Reading(NAME, url, warnings=told, damage=tuple(damage))]
    return [replace(found[0], warnings=[*told, *found[0].warnings], damage=tuple(damage)), *found[1:]]


def _entries(post: Element) -> list[Element]:
    return [element for element in post if name_of(element) == "comment"]


def _page(post: Element, entries: list[Element], language: str | None) -> Reading:
    clock = Clock("nl")
    address = html.absolute("", text_of(post, "link"))
    shown = [entry for entry in entries if _is_comment(entry)]
    comments = [_comment(entry, address, clock) for entry in shown]
    absent = [entry for entry in entries if not _is_comment(entry)]
    left_out = [f"pingbacks, notes, spam and comments that are not approved, left out: {len(absent)}"] if absent else []
    number = text_of(post, "post_id")
    return Reading(
        NAME,
        address or "",
        title=markup_to_text(text_of(post, "title") or "") or None,
        opening=markup_to_text(_typed(text_of(post, "encoded"))) or None,
        language=language,
        published_at=clock.read(_utc(text_of(post, "post_date_gmt"))),
        announced=len(entries),
        comments=[comment for comment in comments if says_something(comment.text)],
        warnings=[*left_out, *clock.warnings()],
        thread=thread_name(address, number) if address else f"{NAME}/{number}",
        left_out=entry_ids(
            [text_of(entry, "comment_id") for entry in absent]
            + [comment.platform_id for comment in comments if not says_something(comment.text)],
            address or "",
        ),
    )


def _is_comment(entry: Element) -> bool:
    """Whether readers of the site see it as a comment."""
    kind = text_of(entry, "comment_type") or "comment"
    return kind not in _NO_COMMENTS and text_of(entry, "comment_approved") == "1"


def _comment(entry: Element, address: str | None, clock: Clock) -> RawComment:
    number, parent = text_of(entry, "comment_id"), text_of(entry, "comment_parent")
    return RawComment(
        platform_id=number,
        parent=parent if parent != "0" else None,
        author=text_of(entry, "comment_author"),
        posted_at=clock.read(_utc(text_of(entry, "comment_date_gmt"))),
        text=_typed(text_of(entry, "comment_content")),
        text_format="html",
        permalink=f"{address.partition('#')[0]}#comment-{number}" if address and number else None,
    )


def _typed(text: str | None) -> str:
    """A text with its line breaks as markup, where it has no blocks of its own."""
    text = text or ""
    return text if _BLOCK.search(text) else re.sub(r"\r\n?|\n", "<br>", text)


def _utc(written: str | None) -> str | None:
    """A time of a column that is in UTC; WordPress writes zeros where it has none."""
    return f"{written}+00:00" if written and not written.startswith("0000") else None
