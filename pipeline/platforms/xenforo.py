"""XenForo 1 and 2: threads, question and article threads, and lists of threads.

Both versions write the author's name and the post's number into the post's own element, which themes leave alone; the
time stands there in seconds (2, newer 1) or as a wall clock's in a title (older 1), in a zone that the page's script tells.
A quote names the post that it is from. Version 1 links relative to a <base>. Some sites nest replies: see `xenforo_nested`.
"""

from __future__ import annotations

import datetime as dt
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, dates, html
from pipeline.platforms import xenforo_nested as nested
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import declared_posts
from pipeline.platforms.dates import AMSTERDAM, Clock
from pipeline.platforms.json_text import BadJSONError
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
    ".message-date time", "a[href*='post-'] > time.u-dt", "meta[itemprop=datePublished]", "time.u-dt", ".DateTime",
    "[data-lb-caption-desc]",
)  # fmt: skip
_QUOTED = (
    'blockquote[data-source^="post:"]', ".bbCodeBlock--quote .bbCodeBlock-sourceJump[href]",
    ".bbCodeQuote .AttributionLink[href]",
)  # fmt: skip
_QUOTED_POST = re.compile(r"post:\s*(\d+)|[?&/]id=(\d+)|#post-(\d+)|posts/(\d+)")
#: within a post, what its author did not write
_CHROME = (
    "script, style, noscript, .messageTextEndMarker, .js-selectToQuoteEnd, div.bbMediaWrapper-fallback, .cv-attach-exif, "
    ".bbCodeBlock-expandLink, .bbCodeBlock-shrinkLink, .quoteExpand, .bbCodeSpoiler-button, .bbCodeSpoilerButton, "
    ".bbCodeBlock--code > .bbCodeBlock-title, .bbCodeBlock > .type, .message-signature, .reactionsBar, .attachedFiles"
)
#: tells another time than that of the post
_EDITED = ".message-lastEdit, .editDate"
_PREVIEW = ".bbCodeBlock--unfurl"
#: the midnight of the reader's day, in a script
_TODAY = re.compile(r"today\"?:\s*(\d{9,10})\b")
_EXACT = re.compile(r"\d{10}$|\d{4}-\d\d-\d\dT")
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
    """Is this a page of a XenForo board, or an answer about replies that one folds away?"""
    return nested.is_answer(html, url) or _MARKED.search(html) is not None


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a list of threads or forums (no thread, only links)."""
    if nested.is_answer(body, url):
        return _folded(body, url)
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    announced = declared_posts(tree)
    announced = announced if announced is not None else nested.announced(tree)
    html.cut(tree, "#js-solutionHighlightBlock, .p-body-sidebar")  # the accepted answer, shown once more
    places = numbered(tree, _POST, _NUMBER, "data-content", "id")
    if not places and not _is_thread(tree):
        links = [link for link in _links(tree, f"{_THREADS}, {_NEXT}", address) if not _NOT_THREADS.search(link)]
        return Reading(NAME, url, language=language, next_links=links, warnings=warnings)
    thread = _first_page(addresses.canonical(tree, address))
    html.cut(tree, "h1 .label, h1 .label-append, h1 .prefix, h1 .labelLink")
    title = html.title(tree, "h1.p-title-value", ".titleBar h1", "h1")
    links = [link for link in _links(tree, _NEXT, address) if link != address and _is_page(link, thread)]
    labels = nested.labels(tree)
    links += nested.links(labels, thread)
    if labels and announced is None:  # else that number tells it
        warnings.append(f"nested replies that the page folds away: {sum(label.hidden for label in labels)} or more")
    clock, posts = Clock(language), Posts(tree, places.items())
    moments, assumed = _moments(posts, clock, _zone(body, clock))
    comments, left_out = _comments(posts, thread, moments, nested.answers(posts))
    return Reading(
        NAME, url, title, None, language,
        announced=announced,
        comments=comments,
        next_links=links,
        warnings=[*warnings, *clock.warnings(), *assumed],
        thread=_name(thread),
        left_out=left_out,
    )  # fmt: skip


def _folded(body: str, url: str) -> Reading:
    """The nested replies in an answer about those that a page folds away."""
    try:
        answer = nested.answer(body, url)
    except BadJSONError as error:
        return Reading(NAME, url, warnings=[f"the answer's JSON cannot be read: {error}"])
    tree, warnings = html.parse(answer.markup)
    posts, clock = Posts(tree, numbered(tree, _POST, _NUMBER, "data-content", "id").items()), Clock()
    parents = nested.answers(posts, answer.post)
    labels = nested.more(answer.asked, nested.labels(tree), sum(post == answer.post for post in parents.values()))
    moments, _ = _moments(posts, clock, None)
    comments, left_out = _comments(posts, answer.thread, moments, parents)
    return Reading(
        NAME, url,
        comments=comments,
        next_links=nested.links(labels, answer.thread),
        warnings=[*warnings, *clock.warnings()],
        thread=_name(answer.thread),
        left_out=left_out,
    )  # fmt: skip


def _comments(
    posts: Posts, thread: str, moments: dict[str, dt.datetime | None], above: dict[str, str]
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts in page order, and the ids of those left out, which say nothing. Deleted ones, which only moderators see,
    are in no number that XenForo tells. `above`: the posts that posts are nested behind."""
    authors, quoted, contents = posts.first(*_AUTHOR), posts.first(*_QUOTED), posts.first(*_CONTENT)
    deleted = posts.having(*_DELETED)
    parents = {number: _quoted(node) for number, node in quoted.items()} | above
    names = {number: _author(node, authors.get(number)) for number, node in posts.nodes.items()}
    for preview in reversed(html.each(posts.tree, _PREVIEW)):  # another site's words
        preview.replace_with(f"\n{_previewed(preview)}\n")
    html.cut(posts.tree, _CHROME)
    quote(posts.tree.css(".bbCodeQuote"))  # version 1 has the line "... said" beside the <blockquote>
    texts = posts.texts({number: node for number, node in contents.items() if number not in deleted})
    return spoken(texts, names, moments, parents, lambda number: f"{thread}#post-{number}")


def _moments(posts: Posts, clock: Clock, zone: dt.tzinfo | None) -> tuple[dict[str, dt.datetime | None], list[str]]:
    """When the posts were written, and what was assumed of that. Some other time on the page may tell exactly what a post
    has as a wall clock's."""
    html.cut(posts.tree, _EDITED)
    exact = {html.attribute(node, "title"): html.attribute(node, "datetime") for node in posts.tree.css("time[title]")}
    shown = {number: _stamp(node) for number, node in posts.first(*_TIME).items()}
    stamps = {number: exact.get(said) or said for number, said in shown.items()}
    walls = sum(said is not None and not _EXACT.match(said) for said in stamps.values())
    told = f"times without a zone, taken as {zone} all year: {walls}" if walls and isinstance(zone, dt.timezone) else ""
    return {number: dates.in_zone(said, zone, clock) for number, said in stamps.items()}, [told] if told else []


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


def _previewed(preview: LexborNode) -> str:
    """The address of which XenForo made a preview; sites may lead links through a page of their own."""
    return html.attribute(preview, "data-url") or html.attribute(preview.css_first("a[href]"), "href") or ""


def _zone(body: str, clock: Clock) -> dt.tzinfo | None:
    """The zone of the page's times, by the midnight at which its day began: Amsterdam's where that fits a Dutch page, else so
    many hours from UTC on that day (where clocks change, an hour off in the other half of the year)."""
    if not (found := _TODAY.search(body)):
        return None
    midnight = dt.datetime.fromtimestamp(int(found[1]), dt.UTC)
    if clock.dutch and midnight.astimezone(AMSTERDAM).time() == dt.time():
        return AMSTERDAM
    since = dt.timedelta(hours=midnight.hour, minutes=midnight.minute)
    return dt.timezone(dt.timedelta(days=1) - since if since > dt.timedelta(hours=11) else -since)


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


def _name(thread: str) -> str:
    """The name of the thread at an address: by its number alone."""
    return _TITLE_PART.sub("", addresses.name_of(thread))


def _is_page(link: str, thread: str) -> bool:
    """Is an address one of the thread's pages?"""
    return addresses.same_thread(_first_page(link), thread, _THREAD_NUMBER)


def _links(tree: LexborHTMLParser, selector: str, address: str) -> list[str]:
    return html.links(tree, selector, addresses.base_of(tree, address))
