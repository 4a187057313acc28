"""Lemmy's interface (`/api/v3/comment/list?post_id=1` and its kin; version 1.0 of Lemmy says `/api/v4`).

A comment's `path` ("0.12.15") names all comments above it, from the post (0) to itself. Texts are Markdown, of which the
part that changes meaning (paragraphs, quotes) is turned into HTML, so that the same comment reads alike here and on the
site's pages. A comment that has more replies than the answer holds leads to them. Times are UTC, said or not.

A user of another server is shown with its name, as the site does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.reading import Reading

NAME = "lemmy-json"
#: how deep and how many the site's own pages ask for
DEPTH, LIMIT = 8, 50

_LIST = re.compile(r'^\s*\{\s*"(?:comments|posts|comment_view|post_view|items|comment|post)"\s*:')
_OWN = re.compile(r'"(?:ap_id|path)"\s*:')
_FIELDS = re.compile(r'"(?:creator_id|post_id|community_id)"\s*:')
_NUMBER = re.compile(r"\d{1,12}")
_INLINE = (
    (re.compile(r"!\[([^\]\n]{0,300})\]\([^()\s]{1,500}(?: \"[^()\n\"]{0,200}\")?\)"), r"\1"),
    (re.compile(r"\[([^\]\n]{1,500})\]\((https?://[^()\s\"]{1,1000})(?: \"[^()\n\"]{0,200}\")?\)"), r'<a href="\2">\1</a>'),
    (re.compile(r"\*\*(?=\S)([^*\n]{1,2000})(?<=\S)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![*\w])\*(?=\S)([^*\n]{1,2000})(?<=\S)\*(?![*\w])"), r"<em>\1</em>"),
    (re.compile(r"~~(?=\S)([^~\n]{1,2000})(?<=\S)~~"), r"<s>\1</s>"),
)  # fmt: skip
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!~|-])")
_QUOTED = re.compile(r"^ {0,3}> ?")


def matches(html: str, url: str) -> bool:
    """Is this an answer of Lemmy's interface?"""
    start = html[:2_000].lstrip("\ufeff \t\r\n")
    return _LIST.match(start) is not None and _OWN.search(html) is not None and _FIELDS.search(html) is not None


def read(body: str, url: str) -> Reading:
    """The first (as a rule the only) thread of an answer. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An answer as one page a thread; a list of posts as one page without thread, with links to their comments."""
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
    views = [view for view in _views(data) if isinstance(view, dict)]
    comments = [view for view in views if isinstance(view.get("comment"), dict)]
    posts = [view for view in views if not isinstance(view.get("comment"), dict)]
    if not comments and isinstance(data, dict) and "post_view" not in data:
        numbers = [number for view in posts if (number := _number(_part(view, "post").get("id"))) is not None]
        return [
            Reading(
                NAME, url, next_links=[link for number in dict.fromkeys(numbers) for link in comments_url(url, number)]
            )
        ]
    by_post: dict[str, list[dict[str, Any]]] = {}
    for view in views:
        number = _number(_part(view, "comment").get("post_id")) or _number(_part(view, "post").get("id"))
        if number is not None:
            by_post.setdefault(number, []).append(view)
    found = [_page(post, group, url) for post, group in by_post.items()]
    if not found:
        return [Reading(NAME, url)]
    more = _next(url, len(comments))
    first = found[0]
    found[0] = Reading(**{**vars(first), "next_links": list(dict.fromkeys([*first.next_links, *more]))})
    return found


def thread_name(url: str, post: str) -> str:
    """The name of a post's thread on one server."""
    return f"{html.site(url) or ''}/post/{post}"


def comments_url(url: str, post: str, parent: str | None = None) -> list[str]:
    """Where the comments of a post, or the replies to one of them, are to be had; nowhere, if the site is not known."""
    if not html.site(url):
        return []
    parts = urlsplit(url)
    route = f"{parts.scheme or 'https'}://{parts.netloc}/api/{'v4' if '/api/v4/' in url else 'v3'}/comment/list"
    above = f"&parent_id={parent}" if parent else ""
    return [f"{route}?post_id={post}{above}&type_=All&sort=Old&max_depth={DEPTH}&limit={LIMIT}"]


def shown_name(creator: dict[str, Any]) -> str | None:
    """A user's name as the site shows it."""
    name = string(creator.get("display_name")) or string(creator.get("name"))
    server = html.site(string(creator.get("actor_id")) or string(creator.get("ap_id")))
    return f"{name}@{server}" if name and server and creator.get("local") is False else name


def markdown(text: str) -> str:
    """Paragraphs, quotes and the usual marks within a line as HTML; other Markdown stays as it was written."""
    blocks: list[str] = []
    for quoted, lines in _runs(text.replace("\r\n", "\n").split("\n")):
        paragraphs = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", "\n".join(lines)) if part.strip()]
        inner = "\n".join(f"<p>{_inline(part)}</p>" for part in paragraphs)
        if inner:
            blocks.append(f"<blockquote>\n{inner}\n</blockquote>" if quoted else inner)
    return "\n".join(blocks)


def _runs(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Lines that are quoted and lines that are not, in turn."""
    run: list[str] = []
    quoted = False
    for line in lines:
        bare = _QUOTED.sub("", line)
        if (bare != line) != quoted and (line.strip() or not quoted):
            yield quoted, run
            run, quoted = [], bare != line
        run.append(bare)
    yield quoted, run


def _inline(text: str) -> str:
    text = _ESCAPED.sub(lambda mark: f"&#{ord(mark[1])};", escape(text, quote=False))
    for pattern, form in _INLINE:
        text = pattern.sub(form, text)
    return text.replace("  \n", "<br>\n")


def _views(data: Any) -> list[Any]:
    """The views of an answer: under the name of what it lists, or alone."""
    if not isinstance(data, dict):
        return []
    found = [
        view
        for name in ("post_view", "comment_view", "comments", "posts", "items")
        for view in children(data.get(name))
    ]
    return found or [data]


def _page(post: str, views: list[dict[str, Any]], url: str) -> Reading:
    clock = Clock("en")
    comments = [view for view in views if isinstance(view.get("comment"), dict)]
    about = next((_part(view, "post") for view in views if _part(view, "post")), {})
    own = next((view for view in views if not isinstance(view.get("comment"), dict)), None)
    # Lemmy's own number does not count those that are gone.
    entries = [_comment(view, url, clock) for view in comments if not _is_gone(_part(view, "comment"))]
    opening = _opening(about, own, url, clock)
    count = _number(_part(own, "counts").get("comments")) or _number(about.get("comments")) if own else None
    links = comments_url(url, post) if own is not None and not comments else []
    return Reading(
        NAME, url,
        title=string(about.get("name")),
        published_at=_moment(about, clock),
        announced=int(count) + (opening is not None) if count else None,
        comments=[entry for entry in (opening, *entries) if entry is not None],
        next_links=[*links, *_unread(comments, url)],
        warnings=clock.warnings(),
        thread=thread_name(url, post),
    )  # fmt: skip


def _opening(post: dict[str, Any], view: dict[str, Any] | None, url: str, clock: Clock) -> RawComment | None:
    """The post, where the answer holds its author and it has words."""
    text, number = string(post.get("body")), _number(post.get("id"))
    if view is None or text is None or number is None or _is_gone(post):
        return None
    name, moment = shown_name(_part(view, "creator")), _moment(post, clock)
    link = html.absolute(url, f"/post/{number}")
    return RawComment(f"post-{number}", None, name, moment, markdown(text), "html", link)


def _comment(view: dict[str, Any], url: str, clock: Clock) -> RawComment | None:
    comment = _part(view, "comment")
    text, number = string(comment.get("content")), _number(comment.get("id"))
    if text is None or number is None:
        return None
    path = (string(comment.get("path")) or "").split(".")
    above = path[-2] if len(path) > 2 else None
    name, moment = shown_name(_part(view, "creator")), _moment(comment, clock)
    return RawComment(
        number, _number(above), name, moment, markdown(text), "html", html.absolute(url, f"/comment/{number}")
    )


def _unread(views: list[dict[str, Any]], url: str) -> list[str]:
    """The replies to comments of which the answer holds none."""
    answered = {part for view in views for part in (string(_part(view, "comment").get("path")) or "").split(".")[:-1]}
    links = []
    for view in views:
        comment = _part(view, "comment")
        number, post = _number(comment.get("id")), _number(comment.get("post_id"))
        replies = _number(_part(view, "counts").get("child_count")) or _number(comment.get("child_count")) or "0"
        if number and post and int(replies) and number not in answered and "page=" not in url:
            links.extend(comments_url(url, post, number))
    return links


def _next(url: str, n: int) -> list[str]:
    """The next page of a list, where this one is full. A list with a depth comes whole."""
    if not html.site(url):
        return []
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    limit, page = query.get("limit", "10"), query.get("page", "1")
    if not (limit.isdecimal() and page.isdecimal() and len(limit + page) < 12):
        return []
    if "max_depth" in query or "parent_id" in query or n < max(int(limit), 1):
        return []
    query["page"] = str(int(page) + 1)
    return [urlunsplit(parts._replace(query=urlencode(query), fragment=""))]


def _is_gone(entry: dict[str, Any]) -> bool:
    return entry.get("deleted") is True or entry.get("removed") is True


def _moment(entry: dict[str, Any], clock: Clock) -> Any:
    stamp = string(entry.get("published")) or string(entry.get("published_at"))
    return clock.read(stamp if stamp is None or re.search(r"Z$|[+-]\d\d:?\d\d$", stamp) else stamp + "+00:00")


def _part(view: dict[str, Any] | None, name: str) -> dict[str, Any]:
    value = view.get(name) if view is not None else None
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> str | None:
    text = string(value) or ""
    return text if _NUMBER.fullmatch(text) else None
