"""The export of Disqus: one XML file with every thread and every post of a forum.

`<thread dsq:id>` names an article, `<post dsq:id>` a comment with its thread and its parent. Times are UTC. Posts that are
deleted or marked as spam are left out. The format: https://help.disqus.com/en/articles/1717164-comments-export.
"""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

from pipeline.platforms import html, xml_text
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading, entry_ids
from pipeline.platforms.text import markup_to_text
from pipeline.platforms.wordpress_links import thread_name

NAME = "disqus"

_MARKED = re.compile(r"<disqus\b[^>]*xmlns=[\"']https?://disqus\.com[\"']")
_ID = "{http://disqus.com/disqus-internals}id"


def matches(html: str, url: str) -> bool:
    """Is this an export of Disqus?"""
    return _MARKED.search(html[:5_000]) is not None


def read(body: str, url: str) -> Reading:
    """The first thread of an export. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An export as one page a thread that has posts, in the order of the file; warnings stand on the first."""
    elements, damage = xml_text.elements(body)
    warnings = list(damage)
    threads: dict[str, Element] = {}
    posts: dict[str, list[Element]] = {}
    for element in elements:
        name = xml_text.name_of(element)
        number = element.get(_ID)
        if name == "thread" and number:
            threads[number] = element
            posts.setdefault(number, [])
        elif name == "post" and (thread := _reference(element, "thread")) is not None:
            posts.setdefault(thread, []).append(element)
    silent = sum(not group for group in posts.values())
    if silent:
        warnings.append(f"threads without posts, left out: {silent}")
    found = [_page(number, threads.get(number), group, url) for number, group in posts.items() if group]
    if not found:
        return [Reading(NAME, url, warnings=warnings, damage=tuple(damage))]
    found[0] = replace(found[0], warnings=[*warnings, *found[0].warnings], damage=tuple(damage))
    return found


def _page(number: str, thread: Element | None, posts: list[Element], url: str) -> Reading:
    clock = Clock("nl")
    address = html.absolute("", xml_text.text_of(thread, "link"))
    gone = [_is(post, "isDeleted") or _is(post, "isSpam") for post in posts]
    comments = [_comment(post, address, clock) for post, absent in zip(posts, gone, strict=True) if not absent]
    opening = markup_to_text(xml_text.text_of(thread, "message") or "")
    return Reading(
        NAME, address or url,
        title=markup_to_text(xml_text.text_of(thread, "title") or "") or None,
        opening=opening or None,
        published_at=clock.read(xml_text.text_of(thread, "createdAt")),
        comments=[comment for comment in comments if says_something(comment.text)],
        warnings=clock.warnings(),
        thread=thread_name(re.sub(r"#.*$", "", address), None) if address else f"disqus/{number}",
        left_out=entry_ids((post.get(_ID) for post, absent in zip(posts, gone, strict=True) if absent), url),
    )  # fmt: skip


def _comment(post: Element, address: str | None, clock: Clock) -> RawComment:
    number = post.get(_ID)
    return RawComment(
        platform_id=number,
        parent=_reference(post, "parent"),
        author=_name(post),
        posted_at=clock.read(xml_text.text_of(post, "createdAt")),
        text=xml_text.text_of(post, "message") or "",
        text_format="html",
        permalink=f"{address.partition('#')[0]}#comment-{number}" if address and number else None,
    )


def _name(post: Element) -> str | None:
    """The author's name as shown; that of an account, where the export leaves the name empty."""
    author = xml_text.child(post, "author")
    name = xml_text.text_of(author, "name") or xml_text.text_of(author, "username")
    return " ".join(name.split()) if name else None


def _reference(element: Element, name: str) -> str | None:
    """The id that a child of a name points to."""
    found = xml_text.child(element, name)
    return found.get(_ID) if found is not None else None


def _is(post: Element, name: str) -> bool:
    return (xml_text.text_of(post, name) or "").lower() == "true"
