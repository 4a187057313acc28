"""HyperKitty's REST interface: lists of threads, lists of a thread's messages, and messages one by one.

Only the answer about one message holds its text; the others lead there. Times are in UTC and the parent is named. A
message's address is never read. See `hyperkitty/api` in the sources of 1.3.12; answers before 1.1 are lists without
"results".
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.platforms import html, hyperkitty, mail
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.reading import Reading

NAME = "hyperkitty-rest"

_FIELDS = re.compile(r'"(?:message_id_hash|starting_email)"\s*:')
_EMAIL = re.compile(r"/email/(\w+)/?$")


def matches(html: str, url: str) -> bool:
    """Is this an answer about HyperKitty's threads or messages?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] not in ("[", "{"):
        return False
    return _FIELDS.search(html) is not None and '"mailinglist"' in html


def read(body: str, url: str) -> Reading:
    """The first (as a rule the only) thread of an answer. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An answer as one page a thread. A list of threads is of none, and leads to the messages of each."""
    url = url if html.site(url) else ""
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
    paged = isinstance(data, dict) and isinstance(data.get("results"), list)
    records = [item for item in children(data["results"] if paged else data) if isinstance(item, dict)]
    further = [link for link in (html.absolute(url, string(data.get("next"))),) if link] if paged else []
    if not paged and len(records) == 1 and "starting_email" in records[0]:
        return [_thread(records[0], url)]
    emails = [record for record in records if "message_id_hash" in record]
    links = [_link(url, record, "url" if "message_id_hash" in record else "emails") for record in records]
    found = _with_text(emails, url)
    if found:
        return found
    return [
        Reading(
            NAME, hyperkitty.thread_page(url),
            announced=whole(data.get("count")) if paged and hyperkitty.thread_name(url) else None,
            next_links=list(dict.fromkeys([*(link for link in links if link), *further])),
            thread=hyperkitty.thread_name(url),
        )
    ]  # fmt: skip


def _with_text(emails: list[dict[str, Any]], url: str) -> list[Reading]:
    """Messages that hold their text, by thread."""
    by_thread: dict[str, list[dict[str, Any]]] = {}
    for email in emails:
        address = html.absolute(url, string(email.get("thread")))
        if address is not None and isinstance(email.get("content"), str):
            by_thread.setdefault(address, []).append(email)
    found = []
    for address, group in by_thread.items():
        clock = Clock("en")
        comments = [comment for comment in (_comment(email, address, clock) for email in group) if comment.text]
        title = mail.subject(string(group[0].get("subject")))[0]
        page = hyperkitty.thread_page(address)
        found.append(
            Reading(
                NAME, page, title, comments=comments, warnings=clock.warnings(), thread=hyperkitty.thread_name(address)
            )
        )
    return found


def _comment(email: dict[str, Any], thread: str, clock: Clock) -> RawComment:
    number = string(email.get("message_id_hash"))
    parent = _EMAIL.search(string(email.get("parent")) or "")
    page = hyperkitty.thread_page(thread)
    return RawComment(
        platform_id=number,
        parent=parent[1] if parent else None,
        author=mail.without_address(string(email.get("sender_name"))),
        posted_at=clock.read(string(email.get("date"))),
        text=mail.own_part((string(email.get("content")) or "").replace("\r\n", "\n")),
        text_format="text",
        permalink=f"{page.partition('/thread/')[0]}/message/{number}/" if number and "/thread/" in page else None,
    )


def _thread(record: dict[str, Any], url: str) -> Reading:
    """What is said of one thread."""
    address = html.absolute(url, string(record.get("url"))) or url
    replies = whole(record.get("replies_count"))
    link = _link(url, record, "emails")
    return Reading(
        NAME, hyperkitty.thread_page(address),
        title=mail.subject(string(record.get("subject")))[0],
        announced=None if replies is None else replies + 1,
        next_links=[link] if link else [],
        thread=hyperkitty.thread_name(address),
    )  # fmt: skip


def _link(url: str, record: dict[str, Any], field: str) -> str | None:
    link = html.absolute(url, string(record.get(field)))
    return link if html.site(link) == html.site(url) or not html.site(url) else None
