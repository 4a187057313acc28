"""Comments that a page describes in schema.org's words: as JSON-LD, or as microdata on the elements themselves.

Forum software (Discourse, XenForo, phpBB styles, question-and-answer sites) writes them for search engines. What is read:
DiscussionForumPosting, Article and its kin with `comment`, nested Comments, Question with its Answers. See
https://schema.org/Comment. Votes are left alone.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import html, json_ld, microdata
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_ld import Posting
from pipeline.platforms.reading import Reading
from pipeline.platforms.wordpress_links import thread_name

NAME = "schema-org"

_JSON_LD = re.compile(r"application/ld\+json", re.IGNORECASE)
_TYPES = re.compile(r'"(?:DiscussionForumPosting|Comment|Answer|QAPage|Question)"|"comment"\s*:|schema:Comment')
_MICRODATA = re.compile(r"schema\.org/(?:Comment|Answer|DiscussionForumPosting|Question|UserComments)\b")
_NEXT = 'link[rel~="next"][href], a[rel~="next"][href]'


def matches(html: str, url: str) -> bool:
    """Does the page describe a discussion or comments?"""
    if _MICRODATA.search(html):
        return True
    return _JSON_LD.search(html) is not None and _TYPES.search(html) is not None


def read(body: str, url: str) -> Reading:
    """A page by its JSON-LD or its microdata, whichever tells of more comments."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.attribute(tree.css_first("html"), "lang")
    clock = Clock(language)
    described, broken = json_ld.posting(tree, address, clock)
    marked = microdata.posting(tree, address, clock)
    posting, other = (marked, described) if len(marked.comments) > len(described.comments) else (described, marked)
    return Reading(
        NAME, url,
        title=posting.title or other.title or _page_title(tree),
        opening=posting.text or other.text,
        language=posting.language or language,
        published_at=posting.published_at or other.published_at,
        announced=_either(posting, other),
        comments=posting.comments,
        next_links=[link for link in html.links(tree, _NEXT, address) if link != address],
        warnings=[*warnings, *broken, *clock.warnings()],
        thread=thread_name(posting.url or other.url or html.thread_url(_first_page(tree, address)), None),
    )  # fmt: skip


def _either(posting: Posting, other: Posting) -> int | None:
    return posting.announced if posting.announced is not None else other.announced


def _page_title(tree: LexborHTMLParser) -> str | None:
    return html.inner_text(tree.css_first("h1")) or html.inner_text(tree.css_first("title"))


def _first_page(tree: LexborHTMLParser, address: str) -> str:
    """The address of a thread without the number of its page."""
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href")) or address
    return re.sub(r"(?:/page-\d+/?|[?&]page=\d+)$", "", canonical)
