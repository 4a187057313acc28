"""Reddit as HTML: the old pages (old.reddit.com and sites on its published code) and the new ones (`shreddit-*` elements).

Old pages nest each comment in the one it answers. New pages name the answered comment, and hold the comments only in the
part that is loaded afterwards (`/svc/shreddit/comments/...`), to which the page itself leads. The new pages' buttons for
more replies need a POST, so these replies are counted, and the page leads to that of the comment under which they stand.
Ids and parents are as in `reddit_json`.
"""

from __future__ import annotations

import re

from pipeline.platforms import html
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.reading import Reading, entry_ids
from pipeline.platforms.reddit_json import is_gone, post_in, thread_name
from pipeline.platforms.reddit_new import NewPage
from pipeline.platforms.reddit_old import OldPage

NAME = "reddit"

_NEW = Marks(
    ("<shreddit-", r"<shreddit-(?:post|comment|comment-tree|feed)[\s>]"),
)
_OLD = Marks(
    ("id-t", r"class=[\"'][^\"'>]{0,300}\bthing\b[^\"'>]{0,300}\bid-t[13]_[a-z0-9]"),
    ("data-fullname=", r"data-fullname=[\"']t[13]_[a-z0-9]"),
)
_TAG = re.compile(r"<[^>]*>")


def matches(html: str, url: str) -> bool:
    """Is this a page of Reddit or of a site on its code?"""
    return _NEW.on(html) or _OLD.on(html)


def read(body: str, url: str) -> Reading:
    """A thread, part of one, or a listing of posts (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    clock = Clock(language or "en")
    page = NewPage(tree, address, clock) if _NEW.on(body) else OldPage(tree, address, clock)
    if page.is_listing():
        return Reading(NAME, url, language=language, next_links=list(dict.fromkeys(page.listed())), warnings=warnings)
    post, announced = page.number() or post_in(address), page.announced()
    further, missing = page.further(post), page.missing()
    title, published, entries = page.title(), page.published(), page.entries()
    gone = [_is_gone(entry.text) for entry in entries]
    own = any((entry.platform_id or "").startswith("t3_") for entry in entries)
    return Reading(
        NAME, url, title,
        language=language,
        published_at=published,
        announced=None if announced is None else announced + own,
        comments=[entry for entry, absent in zip(entries, gone, strict=True) if entry.text and not absent],
        next_links=[link for link in dict.fromkeys(further) if link != address],
        warnings=[*warnings, *([f"comments that are not on this page: {missing}"] if missing else []), *clock.warnings()],
        thread=thread_name(address, post) if post else None,
        left_out=entry_ids((entry.platform_id for entry, absent in zip(entries, gone, strict=True) if absent), url),
    )  # fmt: skip


def _is_gone(text: str) -> bool:
    """Does a comment only say that it was deleted or removed?"""
    return len(text) < 1_000 and is_gone(_TAG.sub("", text))
