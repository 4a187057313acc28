"""Comments that a page describes in schema.org's words: as JSON-LD, or as microdata on the elements themselves.

Forum software (Discourse, XenForo, phpBB styles, question-and-answer sites) writes them for search engines. What is read:
DiscussionForumPosting, Article and its kin with `comment`, nested Comments, Question with its Answers (but not a page of
questions that nobody asked, FAQPage). See https://schema.org/Comment. A posting or question that has an author is a post of
the thread itself. Votes are left alone.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import addresses, html, json_ld, microdata
from pipeline.platforms.dates import Clock
from pipeline.platforms.generic import links
from pipeline.platforms.marks import Marks
from pipeline.platforms.reading import Reading

NAME = "schema-org"

_JSON_LD = Marks(
    ("ld+json", r"(?i)application/ld\+json"),
)
_TYPES = re.compile(r'"(?:DiscussionForumPosting|Comment|QAPage)"|"comment"\s*:|schema:Comment')
_QUESTIONS = re.compile(r'"(?:Question|Answer)"')
_MICRODATA = Marks(
    ("schema.org/", r"schema\.org/(?:Comment|Answer|DiscussionForumPosting|Question|UserComments)\b"),
)
#: the number of a page at the end of a thread's address
_PAGE = re.compile(r"(?:/page-\d+/?|[?&]page=\d+)$")
_NEXT = 'link[rel~="next"][href], a[rel~="next"][href]'


def matches(html: str, url: str) -> bool:
    """Does the page describe a discussion or comments?"""
    if _MICRODATA.on(html):
        return True
    if not _JSON_LD.on(html):
        return False
    return _TYPES.search(html) is not None or ("FAQPage" not in html and _QUESTIONS.search(html) is not None)


def read(body: str, url: str) -> Reading:
    """A page by its JSON-LD or its microdata, whichever tells of more comments."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    clock = Clock(language)
    described, broken = json_ld.posting(tree, address, clock)
    marked = microdata.posting(tree, address, clock)
    posting, other = (marked, described) if len(marked.comments) > len(described.comments) else (described, marked)
    first = posting.first or other.first
    announced = posting.announced if posting.announced is not None else other.announced
    return Reading(
        NAME, url,
        title=posting.title or other.title or _page_title(tree),
        opening=None if first else posting.text or other.text,
        language=posting.language or language,
        published_at=posting.published_at or other.published_at,
        announced=announced + 1 if first and announced is not None else announced,
        comments=[first, *posting.comments] if first else posting.comments,
        next_links=[link for link in dict.fromkeys([*html.links(tree, _NEXT, address), *_pages(tree, address)]) if link != address],
        warnings=[*warnings, *broken, *clock.warnings()],
        thread=addresses.name_of(_PAGE.sub("", posting.url or other.url or html.thread_url(_canonical(tree, address)))),
    )  # fmt: skip


def _pages(tree: LexborHTMLParser, address: str) -> list[str]:
    """The other pages to which numbers lead."""
    return links.pages(tree, address, addresses.base_of(tree, address)) if address else []


def _page_title(tree: LexborHTMLParser) -> str | None:
    return html.inner_text(tree.css_first("h1")) or html.inner_text(tree.css_first("title"))


def _canonical(tree: LexborHTMLParser, address: str) -> str:
    return html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href")) or address
