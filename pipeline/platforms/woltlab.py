"""WoltLab Burning Board 3, 4 and 5, and WoltLab Suite Forum: threads and lists of threads.

Version 3 puts a post into a row of its own number and writes times as a wall clock's; from 4 a post is an <article> with
its number, and times have their zone. A quote is a <blockquote> in all of them and names the address of its post.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import declared_posts
from pipeline.platforms.dates import Clock
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, numbered, spoken
from pipeline.platforms.reading import Reading

NAME = "woltlab"

_MARKED = Marks(
    ("data-application=", r"data-application=[\"']wbb[\"']"),
    ("wbb", r"\bclass=[\"'][^\"']*\bwbb(?:Post|Thread|ThreadPostList|BoardList|Board)\b"),
    "com.woltlab.wbb",
    ("postRow", r"\bid=[\"']postRow\d+[\"']"),
    ("hiddenPostInfo", r"\bid=[\"']hiddenPostInfo\d"),
)
_OLD_LIST = Marks(
    ("tpl", r"<body[^<>]*\bid=[\"']tpl(?:Thread|Board|Index)[\"']"),
)
_OLD_LINK = re.compile(r"page=(?:Thread|Board)&(?:amp;)?(?:thread|board)ID=\d")

_POST = '[id^="postRow"], [id^="hiddenPostInfo"], li[id^="post"], article.wbbPost, article[id^="post"]'
_NUMBER = re.compile(r"(?:(?:post|postRow|hiddenPostInfo)?)(\d+)")
_DELETED = (".wbbPostDeleted", ".messageDeleted", '.messageMinimized[id^="hiddenPostInfo"]', '[data-is-deleted="1"]')
_CONTENT = (".messageBody .messageText", ".messageText", '[id^="postText"]', ".messageBody")
_AUTHOR = (
    ".messageSidebar [itemprop=name]", ".messageAuthor .username", ".messageSidebar .username", ".messageSidebar .userName",
    ".messageAuthor .userName", ".messageHeader .username", ".messageAuthorContainer > span",
)  # fmt: skip
_TIME = (
    ".messagePublicationTime time[datetime]", ".messagePublicationTime woltlab-core-date-time[date]",
    ".messageHeader .permalink time[datetime]", ".messageHeader time[datetime]", "meta[itemprop=datePublished]",
    ".messageHeader .containerContent p", ".messageHeader time",
)  # fmt: skip
_QUOTED = ("blockquote.quoteBox[cite]", 'blockquote.quoteBox a[href*="postID="], blockquote.quoteBox a[href*="#post"]')
_QUOTED_POST = re.compile(r"postID=(\d+)|#post(\d+)")
_PERMALINK = ("a.messagePublicationTime[href]", ".messageHeader a.permalink[href]", "a.messageNumber[href]")
#: within a post, what its author did not write
_CHROME = (
    "script, style, .quoteBoxIcon, .quoteBoxTitle, .quoteHeader, .quoteBox > header, .quoteBox .toggleButton, "
    ".codeBoxHeader, .codeBox hgroup, .codeBox h3, .codeBox .toggleButton, .messageSignature, .messageFooterNote, .editNote, "
    ".attachmentThumbnailList, .signature, .messageText .wbbPostEditNote"
)
_NEXT = 'link[rel="next"], link[rel="prev"], .pagination a[href], .pageNavigation a[href]'
_THREADS = (
    "a.wbbTopicLink, a.wbbBoardLink, .wbbBoard h3 a, .wbbBoard .boardTitle a, "
    '.topic a[href*="threadID="], .boardlistTitle a[href*="boardID="], [id^="threadTitle"] a[href*="threadID="], '
    '.columnTopic .topic p a[href*="page=Thread"], .wbbBoardTitle a'
)
_THREAD_NUMBER = re.compile(r"\bthread(?:ID=|/|-)(\d+)", re.IGNORECASE)
#: what an address says of the title, which may change
_TITLE_PART = re.compile(r"(?:(?<=[/?=])|(?<=thread-))(\d+)-[^/?&]*$")
#: parts of a query that name a page, a post or a reader, not another thread
_SESSION = ("s", "pageNo", "postID", "highlight", "action", "l")


def matches(html: str, url: str) -> bool:
    """Is this a page of a WoltLab board?"""
    return _MARKED.on(html) or (_OLD_LIST.on(html) and _OLD_LINK.search(html) is not None)


def read(body: str, url: str) -> Reading:
    """A page of a thread, or a list of threads or boards (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    base = addresses.base_of(tree, address)
    announced = declared_posts(tree)
    places = numbered(tree, _POST, _NUMBER, "data-post-id", "data-object-id", "id")
    if not places and not _is_thread(tree):
        links = addresses.links(tree, f"{_THREADS}, {_NEXT}", base, "s")
        return Reading(NAME, url, language=language, next_links=[*links, *_numbered(tree, base)], warnings=warnings)
    thread = _thread(tree, address, base)
    clock = Clock(language)
    title = html.title(
        tree, "h1.contentTitle", '.mainHeadline [id^="threadTitle"] a', "header.boxHeadline h1", ".contentHeader h1"
    )
    next_links = _pages(tree, base, address, thread)
    comments, left_out = _comments(Posts(tree, places.items()), thread, clock, base)
    return Reading(
        NAME, url, title, None, language,
        announced=announced,
        comments=comments,
        next_links=next_links,
        warnings=[*warnings, *clock.warnings()],
        thread=_TITLE_PART.sub(r"\1", addresses.name_of(thread)),
        left_out=left_out,
    )  # fmt: skip


def _comments(posts: Posts, thread: str, clock: Clock, base: str) -> tuple[list[RawComment], tuple[str, ...]]:
    """The posts in page order, and the ids of those left out: those that say nothing. Deleted ones, which a board may show
    as a notice, are not among the replies that WoltLab counts."""
    names = {number: html.inner_text(node) for number, node in posts.first(*_AUTHOR).items()}
    moments = {number: clock.read(_stamp(node)) for number, node in posts.first(*_TIME).items()}
    links = {number: html.attribute(node, "href") for number, node in posts.first(*_PERMALINK).items()}
    deleted = posts.having(*_DELETED)
    parents = {number: _quoted(node) for number, node in posts.first(*_QUOTED).items()}
    contents = posts.first(*_CONTENT)
    html.cut(posts.tree, _CHROME)
    texts = posts.texts({number: node for number, node in contents.items() if number not in deleted})

    def permalink(number: str) -> str:
        link = html.absolute(base, links.get(number)) or ""
        return link if link.endswith(f"#post{number}") else f"{thread}#post{number}"

    return spoken(texts, names, moments, parents, permalink)


def _stamp(time: LexborNode) -> str | None:
    for attribute in ("datetime", "date", "content"):
        if said := html.attribute(time, attribute):
            return said
    return html.inner_text(time)


def _quoted(node: LexborNode) -> str | None:
    """The number of the post that a quote is from."""
    found = _QUOTED_POST.search(html.attribute(node, "cite") or html.attribute(node, "href") or "")
    return (found[1] or found[2]) if found else None


def _is_thread(tree: LexborHTMLParser) -> bool:
    """Is this a thread without posts, rather than a list?"""
    body = tree.body
    return (
        html.attribute(body, "data-template") == "thread"
        or html.attribute(body, "id") == "tplThread"
        or tree.css_first("ul.wbbThreadPostList") is not None
    )


def _thread(tree: LexborHTMLParser, address: str, base: str) -> str:
    """The thread's address. Version 3 says it in its headline only: the address read may be that of a post."""
    heading = html.absolute(base, html.attribute(tree.css_first('.mainHeadline [id^="threadTitle"] a'), "href"))
    declared = addresses.canonical(tree, address)
    return addresses.without(heading if heading and declared == address else declared, *_SESSION)


def _pages(tree: LexborHTMLParser, base: str, address: str, thread: str) -> list[str]:
    """The thread's other pages, without the reader's session."""
    links = dict.fromkeys([*addresses.links(tree, _NEXT, base, "s"), *_numbered(tree, base)])
    here = addresses.without(address, "s")
    return [
        link
        for link in links
        if link != here and addresses.same_thread(addresses.without(link, *_SESSION), thread, _THREAD_NUMBER)
    ]


def _numbered(tree: LexborHTMLParser, base: str) -> list[str]:
    """All pages but the present one, where the page only tells their number: WoltLab Suite 6 draws the links itself."""
    element = tree.css_first("woltlab-core-pagination[count][url]")
    count, url = html.attribute(element, "count") or "", html.absolute(base, html.attribute(element, "url"))
    if not url or not re.fullmatch(r"[0-9]{1,4}", count):
        return []
    mark = "&" if "?" in url else "?"
    here = html.attribute(element, "page") or "1"
    return [url if n == 1 else f"{url}{mark}pageNo={n}" for n in range(1, int(count) + 1) if str(n) != here]
