"""XenForo 1 and 2: threads, question and article threads, and lists of threads.

Both versions write the author's name and the post's number into the post's own element, which themes leave alone; the
time stands there in seconds (2, newer 1) or as a wall clock's in a title (older 1). A quote names the post that it is
from. Version 1 links relative to a <base>.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import declared_posts
from pipeline.platforms.dates import Clock
from pipeline.platforms.markup import quote
from pipeline.platforms.posts import Posts, numbered, spoken
from pipeline.platforms.reading import Reading

NAME = "xenforo"

_MARKED = re.compile(r"<html\b[^<>]*\bid=[\"']?(?:XF|XenForo)\b")
_VIEW = re.compile(r"thread_view|\bthread_view_type_")

_POST = '[data-content^="post-"], [id^="js-post-"], li[id^="post-"], article[id^="post-"]'
_NUMBER = re.compile(r"(?:js-)?post-(\d+)")
_DELETED = (".messageNotice--deleted", "li.message.deleted", "li.message.placeholder", ".message--deleted")
_CONTENT = (
    ".message-body .bbWrapper", ".message-content .bbWrapper", ".messageContent .messageText", ".bbWrapper",
    "blockquote.messageText",
)  # fmt: skip
_AUTHOR = (
    ".message-name .username", ".message-attribution-user .username", ".messageUserBlock .username",
    ".message-name", ".messageMeta .author", ".MessageCard__user-info__name", ".message-user .username",
)  # fmt: skip
_TIME = (
    ".message-attribution time", ".message-header time", ".message-attribution-main time", ".datePermalink .DateTime",
    ".messageMeta .DateTime", ".publicControls .DateTime", ".message-cell--main > .message-main > header time",
    ".message-date time", "a[href*='post-'] > time.u-dt", "time.u-dt", "meta[itemprop=datePublished]", ".DateTime",
    "[data-lb-caption-desc]",
)  # fmt: skip
_QUOTED = (
    'blockquote[data-source^="post:"]', ".bbCodeBlock--quote .bbCodeBlock-sourceJump[href]",
    ".bbCodeQuote .AttributionLink[href]",
)  # fmt: skip
_QUOTED_POST = re.compile(r"post:\s*(\d+)|[?&/]id=(\d+)|#post-(\d+)|posts/(\d+)")
#: within a post, what its author did not write
_CHROME = (
    "script, style, noscript, .messageTextEndMarker, .js-selectToQuoteEnd, "
    ".bbCodeBlock-expandLink, .bbCodeBlock-shrinkLink, .quoteExpand, .bbCodeSpoiler-button, .bbCodeSpoilerButton, "
    ".bbCodeBlock--unfurl .contentRow-snippet, .bbCodeBlock--unfurl .contentRow-minor, .message-lastEdit, "
    ".editDate, .message-signature, .reactionsBar, .attachedFiles"
)
_NEXT = 'link[rel="next"], link[rel="prev"], .pageNav a[href], .pageNavSimple a[href], .PageNav a[href]'
_THREADS = (
    '.structItem-title a[href*="/"]:not(.labelLink), .discussionListItem .title a.PreviewTooltip, '
    ".discussionListItem h3.title > a:last-of-type, .node-title a, .nodeTitle a, .subNodeLink--forum"
)
#: in a list of threads, what leads to another place
_NOT_THREADS = re.compile(r"/(?:unread|latest)$|prefix_id=|/(?:members|link-forums)/")
_PAGE_PART = re.compile(r"(?:/|-)page-\d+(?=/?$|\.html$|&)")
_THREAD_NUMBER = re.compile(r"[./](\d+)(?:/|\.html)?$")
#: what an address says of the title, which may change
_TITLE_PART = re.compile(r"[^/?=]*\.(?=\d+$)")


def matches(html: str, url: str) -> bool:
    """Is this a page of a XenForo board?"""
    return _MARKED.search(html) is not None


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a list of threads or forums (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    announced = declared_posts(tree)
    html.cut(tree, "#js-solutionHighlightBlock, .p-body-sidebar")  # the accepted answer, shown once more
    places = numbered(tree, _POST, _NUMBER, "data-content", "id")
    if not places and not _is_thread(tree):
        links = [link for link in _links(tree, f"{_THREADS}, {_NEXT}", address) if not _NOT_THREADS.search(link)]
        return Reading(NAME, url, language=language, next_links=links, warnings=warnings)
    thread = _first_page(addresses.canonical(tree, address))
    html.cut(tree, "h1 .label, h1 .label-append, h1 .prefix, h1 .labelLink")
    title = html.title(tree, "h1.p-title-value", ".titleBar h1", "h1")
    clock = Clock(language)
    comments, left_out = _comments(Posts(tree, places.items()), thread, clock)
    return Reading(
        NAME, url, title, None, language,
        announced=announced,
        comments=comments,
        next_links=[link for link in _links(tree, _NEXT, address) if link != address and _same_thread(link, thread)],
        warnings=[*warnings, *clock.warnings()],
        thread=_TITLE_PART.sub("", addresses.name_of(thread)),
        left_out=left_out,
    )  # fmt: skip


def _comments(posts: Posts, thread: str, clock: Clock) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts in page order, and the ids of those left out, which say nothing. Deleted ones, which only moderators see,
    are in no number that XenForo tells."""
    authors, times, quoted = posts.first(*_AUTHOR), posts.first(*_TIME), posts.first(*_QUOTED)
    deleted = posts.having(*_DELETED)
    contents = posts.first(*_CONTENT)
    parents = {number: _quoted(node) for number, node in quoted.items()}
    names = {number: _author(node, authors.get(number)) for number, node in posts.nodes.items()}
    moments = {number: clock.read(_stamp(node)) for number, node in times.items()}
    html.cut(posts.tree, _CHROME)
    quote(posts.tree.css(".bbCodeQuote"))  # version 1 has the line "... said" beside the <blockquote>
    texts = posts.texts({number: node for number, node in contents.items() if number not in deleted})
    return spoken(texts, names, moments, parents, lambda number: f"{thread}#post-{number}")


def _author(post: LexborNode, shown: LexborNode | None) -> str | None:
    """The name that the post's element carries, else the one shown."""
    return html.attribute(post, "data-author") or html.inner_text(shown)


def _stamp(time: LexborNode) -> str | None:
    """Seconds since 1970, else a date with its zone, else a wall clock's."""
    seconds = html.attribute(time, "data-time") or html.attribute(time, "data-timestamp")
    if seconds and re.fullmatch(r"\d{9,10}", seconds):
        return seconds.zfill(10)
    for attribute in ("datetime", "content", "title"):
        if said := html.attribute(time, attribute):
            return said
    caption = html.attribute(time, "data-lb-caption-desc")  # "name · time", under a picture of the post when enlarged
    return caption.rpartition(" · ")[2] if caption else html.inner_text(time)


def _quoted(node: LexborNode) -> str | None:
    """The number of the post that a quote is from."""
    said = html.attribute(node, "data-source") or html.attribute(node, "href") or ""
    found = _QUOTED_POST.search(said)
    return next(filter(None, found.groups()), None) if found else None


def _is_thread(tree: LexborHTMLParser) -> bool:
    """Is this a thread without posts, rather than a list?"""
    top = tree.css_first("html")
    return bool(
        _VIEW.search(html.attribute(top, "data-template") or "")
        or (html.attribute(top, "data-content-key") or "").startswith("thread-")
        or tree.css_first("body.thread_view, #messageList, .js-replyNewMessageContainer") is not None
    )


def _first_page(url: str) -> str:
    """A thread's address without the number of its page."""
    return _PAGE_PART.sub("", addresses.without(url, "page"))


def _same_thread(link: str, thread: str) -> bool:
    """Is an address one of the thread's pages? By number: a thread keeps it when its title changes."""
    one, other = _THREAD_NUMBER.search(_first_page(link)), _THREAD_NUMBER.search(thread)
    return one[1] == other[1] if one and other else _first_page(link).rstrip("/") == thread.rstrip("/")


def _links(tree: LexborHTMLParser, selector: str, address: str) -> list[str]:
    return html.links(tree, selector, addresses.base_of(tree, address))
