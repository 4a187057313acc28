"""Where a WordPress thread goes on: its pages of comments and its REST answers; and where a listing leads.

A thread is named by site and post number, because HTML and REST both know these, while a post's address has several forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, html

#: REST fields that are asked for: no avatar addresses, which are digests of e-mail addresses
FIELDS = "id,post,parent,author_name,date_gmt,content,link,type,status"
PER_PAGE = 100

_POST_IN_REST = re.compile(r"/wp/v2/[\w-]+/(\d+)")
_POST_IN_CLASS = re.compile(r"\b(?:postid|page-id)-(\d+)\b")
_LISTING = re.compile(r"\b(?:home|blog|archive|search|category|tag)\b")
_SINGLE = re.compile(r"\b(?:single|page-id-\d+|postid-\d+|singular|attachment)\b")
#: with pretty addresses the one, with plain ones the other
_PAGES = ("comment-page-", "cpage=")
_LINK = re.compile(r"<a\s", re.IGNORECASE)
_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
_LONGEST_TAG = 5_000
_POSTS = (
    ".entry-title a[href], .wp-block-post-title a[href], .post-title a[href], a[rel~=bookmark][href], "
    "article h2 a[href], article h3 a[href]"
)
_MORE_POSTS = "a.next[href], .nav-previous a[href], a.wp-block-query-pagination-next[href], .pagination-next a[href]"


class Post(NamedTuple):
    """Which post a page is about."""

    number: str | None
    api: str | None  # address of the site's REST interface, if it tells
    thread: str  # name of the thread: site and number, else the address


def post_of(tree: LexborHTMLParser, url: str) -> Post:
    """Post number and REST address that a page declares."""
    head = tree.head if tree.head is not None else tree
    api = html.absolute(url, html.attribute(head.css_first('link[rel="https://api.w.org/"]'), "href"))
    number = _number(tree, head)
    if number is None:
        return Post(None, api, thread_name(html.thread_url(url), None))
    site = api or html.absolute(url, html.attribute(head.css_first('link[rel="shortlink"]'), "href")) or url
    return Post(number, api, thread_name(site, number))


def thread_name(url: str, number: str | None) -> str:
    """The name of a post's thread, given any address of the site: its REST interface, its short link or the page."""
    parts = urlsplit(url)
    if number is None:
        return addresses.name_of(url)
    home = re.split(r"/(?:index\.php|wp-json)\b", parts.path)[0].rstrip("/")
    if "wp-json" not in parts.path and "rest_route" not in parts.query and "p=" not in parts.query:
        home = ""
    return f"{parts.netloc.lower()}{home}/?p={number}"


def _number(tree: LexborHTMLParser, head: LexborHTMLParser | LexborNode) -> str | None:
    for link in head.css('link[rel="alternate"][type="application/json"], link[rel="shortlink"]'):
        href = link.attributes.get("href") or ""
        if found := _POST_IN_REST.search(href) or re.search(r"[?&](?:p|page_id)=(\d+)", href):
            return found[1]
    if found := _POST_IN_CLASS.search(html.attribute(tree.body, "class") or ""):
        return found[1]
    declared = html.attribute(tree.css_first("input[name=comment_post_ID]"), "value")
    return declared if declared and declared.isdigit() else None


def comments_url(api: str, number: str, page: int = 1) -> str:
    """The REST address of a post's comments, in an order that new comments do not shift."""
    query = f"post={number}&per_page={PER_PAGE}&page={page}&orderby=id&order=asc&_fields={FIELDS}"
    route = api.rstrip("/") + "/wp/v2/comments"
    return f"{route}{'&' if '?' in api else '?'}{query}"


def from_post(body: str, url: str, post: Post) -> list[str]:
    """Further pages of comments, in order, and the REST answers of the post."""
    pages = {}
    for mark in _PAGES:
        for href in _hrefs_with(body, mark):
            link = None if "#comment-" in href or "replytocom" in href else html.absolute(url, href)
            if link and html.site(link) == html.site(url) and _is_of(link, url, post):
                link = link.partition("#")[0]
                pages[link] = _page_number(link)
        if pages:
            break
    found = sorted((link for link in pages if link != url), key=lambda link: (pages[link], link))
    if post.api and post.number and html.site(post.api) == html.site(url):
        found.append(comments_url(post.api, post.number))
    return found


def _hrefs_with(body: str, mark: str) -> Iterator[str]:
    """Addresses of links that hold a mark, the last first. Searched in the page's text: a tenth of the time of a CSS query for
    them, and from the end, which is half the time of searching from the begin."""
    at = body.rfind(mark)
    while at >= 0:
        begin, end = body.rfind("<", max(at - _LONGEST_TAG, 0), at), body.find(">", at, at + _LONGEST_TAG)
        if 0 <= begin < end and _LINK.match(body, begin) and (found := _HREF.search(body, begin, end + 1)):
            address = unescape(found[1] or found[2] or found[3] or "")
            if mark in address:
                yield address
        at = body.rfind(mark, 0, begin if begin >= 0 else at)


def _is_of(link: str, url: str, post: Post) -> bool:
    """Does a page of comments belong to the post, by its number or by its path? (Lists of other posts lead to theirs.)"""
    parts = urlsplit(html.thread_url(link))
    number = parse_qs(parts.query).get("p") or parse_qs(parts.query).get("page_id")
    if number and post.number:
        return number == [post.number]
    path, own = parts.path.rstrip("/"), urlsplit(html.thread_url(url)).path.rstrip("/")
    return path == own or (path != "" and own.startswith(f"{path}/"))  # `/bericht/amp/` is a view of `/bericht/`


def _page_number(link: str) -> int:
    parts = urlsplit(link)
    found = re.search(r"comment-page-(\d{1,9})", parts.path)
    number = found[1] if found else parse_qs(parts.query).get("cpage", ["0"])[0]
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def is_listing(tree: LexborHTMLParser) -> bool:
    """Is this a list of posts (front page, archive) and not a post itself?"""
    classes = html.attribute(tree.body, "class") or ""
    return bool(_LISTING.search(classes)) and not _SINGLE.search(classes)


def from_listing(tree: LexborHTMLParser, url: str) -> list[str]:
    """The posts that a listing shows, then older listings. The front page also leads to the list of all posts in REST,
    because not every theme links its posts there."""
    found = [*html.links(tree, _POSTS, url), *html.links(tree, _MORE_POSTS, url)]
    api = html.absolute(url, html.attribute(tree.css_first('link[rel="https://api.w.org/"]'), "href"))
    if api and html.site(api) == html.site(url) and "home" in (html.attribute(tree.body, "class") or "").split():
        query = f"per_page={PER_PAGE}&page=1&order=asc&_fields=id,link,date_gmt"
        found.append(f"{api.rstrip('/')}/wp/v2/posts{'&' if '?' in api else '?'}{query}")
    return list(dict.fromkeys(found))
