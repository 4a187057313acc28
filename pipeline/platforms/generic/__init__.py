"""Any page with a thread, by its layout alone: for forums and comment sections that no other module knows.

It is asked last. `outline` makes flat lists of the page, `blocks` finds what repeats around dates, `names` and `contents` which place in
a block holds author and text, `score` how sure that is (`lists`: what speaks against it). Posts that no element holds, but rules
part, are read by `rules`. It says in `warnings` how sure it is; where it is not, there is no
thread: an article without comments, a list of threads or articles, a shop.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.errors import UsageError
from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.generic import links, markup, nesting, rules, score
from pipeline.platforms.generic.outline import Outline
from pipeline.platforms.reading import Reading
from pipeline.platforms.text import markup_to_text

NAME = "generic"

_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b")
_RULE = re.compile(r"<hr\b", re.I)
_MEDIA = re.compile(r"<(?:img|video|audio|iframe|embed)\b")


def matches(html: str, url: str) -> bool:
    """Does the page hold what looks like a thread?"""
    return _read(html, url) is not None


def read(body: str, url: str) -> Reading:
    """The thread. UsageError: there is none that is plain enough."""
    found = _read(body, url)
    if found is None:
        raise UsageError(f"{url or 'the page'}: no posts found that repeat with an author, a date and a text")
    return found


@lru_cache(maxsize=1)  # `matches` has to read the page to know, and `read` is asked right after it
def _read(body: str, url: str) -> Reading | None:
    if "<" not in body[:1_000] or _FEED.search(body[:1_000]) or body[:200].lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return None
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    outline = Outline(tree)
    thread = score.best(outline, address, language)
    base = addresses.base_of(tree, address)
    loose = None
    if (thread is None or not any(thread.authors)) and _RULE.search(body):
        loose = rules.read(tree, address, language)
    if loose is not None:
        return Reading(
            NAME, url, links.title(tree), None, language,
            comments=loose[0],
            next_links=links.pages(tree, address, base),
            warnings=[*warnings, *loose[1]],
            thread=links.thread_address(tree, address),
        )  # fmt: skip
    if thread is None:
        return None
    named = links.identities(outline, thread, links.own_address(tree, address), base)
    names = [links.name(outline, author) for author in thread.authors]
    title = links.title(tree)
    follow = links.pages(tree, address, base)
    opening = None if thread.group.leading else markup.article(outline, thread)
    texts = markup.texts(outline, thread)
    answered = nesting.parents(outline, thread, [identity for identity, _ in named])
    comments, empty = [], 0
    rows = zip(named, answered, names, thread.moments, texts, strict=True)
    for (identity, permalink), parent, name, moment, text in rows:
        if not _MEDIA.search(text) and not markup_to_text(text):
            empty += 1
            continue
        comments.append(RawComment(identity, parent, name, moment, text, "html", permalink))
    if len(comments) < 2:
        return None
    return Reading(
        NAME, url, title, opening, language,
        comments=comments,
        next_links=follow,
        warnings=[*warnings, _said(thread, empty), *thread.clock.warnings()],
        thread=links.thread_address(tree, address),
    )  # fmt: skip


def _said(thread: score.Thread, empty: int) -> str:
    """How sure it is, and of what."""
    n = len(thread.group.blocks)
    authors, dates = sum(a is not None for a in thread.authors), sum(m is not None for m in thread.moments)
    gone = f", {empty} without text left out" if empty else ""
    return f"read by the page's layout alone, confidence {thread.confidence:.2f}: {n} blocks, {authors} with an author, {dates} with a date{gone}"
