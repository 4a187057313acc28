"""FOK!forum (forum.fok.nl), whose software is the site's own.

Known from public code that reads it, not from a whole page: AmCAT's scrapers (2012-2013: `div.post`, `span.post_time`,
`span.post_sub a.username`, `div.postmain_right`, `td.tTitel`), a scraper of 2021 (a post's element has its number as id and
its author in `data-member`; quotes are headed "Op DATE schreef NAME het volgende:" with links to the post, `#pNUMBER`, and
to the member), the FOK!forum Toolkit of 2024 (`[data-member]`, `.quote`, `body.listmessages`), and a set of style rules for
readers (2010: `.postmain_sig`, `.edit`, `.quoteTitel`, `.spoilerTitle`, `.post_sec`). The address
`/topic/NUMBER/PAGE/POSTS-A-PAGE` shows up to 999 posts at once.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.markup import written
from pipeline.platforms.reading import Reading

NAME = "fok"

#: quotes in one post; more are no post that people write
MAX_QUOTES = 200

_TOPIC = re.compile(r"/topic/(\d+)(?:/(\d+)(?:/(\d+))?)?")
_QUOTED = re.compile(r"#p?(\d+)$")
_EDITED = re.compile(r"\[\s*(?:<[^<>]+>\s*)?Bericht \d+% gewijzigd door [^\[\]]{1,300}\]", re.IGNORECASE)
_CHROME = ".post_sub, .editquote, .edit, .postmain_sig, .quoteTitel, .spoilerTitle, .signature, .sig, script, style"


def matches(html: str, url: str) -> bool:
    """Is this a topic or a list of topics of FOK!forum?"""
    if "postmain_right" in html:
        return any(mark in html for mark in ("data-member=", "post_time", "post_sub"))
    return "/topic/" in html and ("topiclist_bot" in html or "tTitel" in html)


def read(body: str, url: str) -> Reading:
    """A page of a topic, or a list of topics."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    own = _TOPIC.search(address)
    posts = tree.css(".postmain_right")
    if not posts and not own:
        links = html.links(tree, "td.tTitel a[href*='/topic/']", address)
        return Reading(NAME, url, language=language, next_links=links, warnings=warnings)
    clock = Clock("nl")
    comments = [comment for post in posts if (comment := _comment(_holder(post), post, address, clock))]
    return Reading(
        NAME, url,
        title=html.inner_text(html.first(tree, ("#pageWrapper .fieldholder h1", ".fieldholder h1", "h1"))),
        language=language,
        published_at=comments[0].posted_at if comments and (own is None or own[2] in (None, "1")) else None,
        comments=comments,
        next_links=_pages(tree, address, own),
        warnings=[*warnings, *clock.warnings()],
        thread=f"{html.site(address) or ''}/topic/{own[1]}" if own else html.thread_url(address) or None,
    )  # fmt: skip


def _holder(post: LexborNode) -> LexborNode:
    """The element of the whole post: the nearest that names its member, else a `.post`."""
    above, plain = post.parent, None
    while above is not None:
        if above.attributes.get("data-member") is not None:
            return above
        if plain is None and "post" in (above.attributes.get("class") or "").split():
            plain = above
        above = above.parent
    return plain or post.parent or post


def _comment(node: LexborNode, post: LexborNode, address: str, clock: Clock) -> RawComment | None:
    number = re.search(r"(\d+)$", node.id or "")
    author = html.attribute(node, "data-member") or html.inner_text(
        node.css_first("span.post_sub a.username, a.username")
    )
    moment = clock.read(html.inner_text(node.css_first(".post_time, [id^='pt']")))
    quote = post.css_first("blockquote a[href*='#'], .quote a[href*='#']")
    quoted = _QUOTED.search(html.attribute(quote, "href") or "")
    text = _text(post)
    if not text:
        return None
    page = html.thread_url(address)
    permalink = f"{page}#p{number[1]}" if number and html.site(page) else None
    return RawComment(
        number[1] if number else None, quoted[1] if quoted else None, author, moment, text, "html", permalink
    )


def _text(post: LexborNode) -> str:
    """A post's markup: quotes as blockquote, without the note of its last change."""
    text = written(post, _CHROME)
    for quote in post.css("div.quote")[:MAX_QUOTES] if "quote" in text else []:
        if quote.css_first("blockquote") is None and html.ancestor(quote, "blockquote") is None:
            text = text.replace(quote.html or "", f"<blockquote>{quote.inner_html or ''}</blockquote>", 1)
    return "".join(map(_without_breaks, _EDITED.split(text))).strip()


def _without_breaks(text: str) -> str:
    """Markup without the line breaks at its end."""
    end = len(text.rstrip())
    while text.endswith("<br>", 0, end):
        end -= len("<br>")
        while end and text[end - 1].isspace():
            end -= 1
    return text[:end]


def _pages(tree: LexborHTMLParser, address: str, own: re.Match[str] | None) -> list[str]:
    """The other pages of the topic that the page links to, with as many posts a page as this one."""
    links = html.links(tree, "a[href*='/topic/']", address)
    here = (own[2] or "1", own[3]) if own else None
    found = []
    for link in links:
        at = _TOPIC.search(link)
        if at and own and at[1] == own[1] and at[2] and at[2] != "0" and (at[2], at[3]) != here and at[3] == own[3]:
            found.append(link)
    return found
