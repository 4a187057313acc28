"""Reddit's JSON: a thread (`/comments/abc.json`), more of its comments (`/api/morechildren.json`), a listing.

Answers are "things" of a kind: t3 a post, t1 a comment, `more` a stub for comments that are not in the answer, `Listing` a
list of things (see Reddit's API documentation). A stub that names its comments leads to `/api/morechildren`, at most 100
at a time; one that names none ("continue this thread") leads to the page of the comment it stands under.

Ids are kept with their kind (`t1_x`, `t3_x`), because posts and comments are numbered apart. A comment on the post itself
has no parent: it is an answer to the opening.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.reading import Reading, entry_ids

NAME = "reddit-json"
#: what stands for a deleted comment or author
DELETED = "[deleted]"
#: what `/api/morechildren` answers at once
AT_ONCE = 100

_KIND = re.compile(r'"kind"\s*:\s*"(?:Listing|t1|t3|more)"|"things"\s*:\s*\[')
_OWN = re.compile(r'"(?:subreddit|link_id|parent_id|modhash|after|api_type|errors)"\s*:')
_ID = re.compile(r"(?:t[13]_)?([a-z0-9]{1,13})", re.IGNORECASE)
_ASKED = re.compile(
    r"/comments/(?:(?:[ru]|user)/[^/?#]+/)?(?:t3_)?([a-z0-9]{1,13})|[?&]link_id=(?:t3_)?([a-z0-9]{1,13})", re.IGNORECASE
)
_WRAPPER = '<div class="md">'
_GONE = re.compile(r"\s*\[ ?(?:deleted|removed)(?: by [\w ]+)? ?\].{0,200}", re.IGNORECASE | re.DOTALL)
#: the same site under other names
_MIRROR = re.compile(r"^(?:www|old|new|np|sh|m|i|api|oauth|amp|[a-z]{2})\.(?=[^.]+\.[^.]+$)")


def matches(html: str, url: str) -> bool:
    """Is this an answer of Reddit's interface?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] not in ("[", "{"):
        return False
    return _KIND.search(html) is not None and _OWN.search(html) is not None


def read(body: str, url: str) -> Reading:
    """The first (as a rule the only) thread of an answer. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An answer as one page a thread; a list of posts as one page without thread, with links to them."""
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
    things = list(_things(data))
    posts = [thing for kind, thing in things if kind == "t3"]
    if isinstance(data, dict) and posts and len(posts) == len(things):
        return [Reading(NAME, url, next_links=_listed(data, posts, url))]
    by_thread: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    asked = post_in(url)
    current = _id(posts[0].get("id")) if posts else asked
    for kind, thing in things:
        own = _id(thing.get("link_id")) if kind == "t1" else _id(thing.get("id")) if kind == "t3" else None
        current = own or current
        if current is not None:
            by_thread.setdefault(current, []).append((kind, thing))
    found = [_page(post, group, url) for post, group in by_thread.items()]
    return found or [Reading(NAME, url, thread=thread_name(url, asked) if asked else None)]


def thread_name(url: str, post: str) -> str:
    """The name of a post's thread, the same on every host name and in every form of the site."""
    return f"{_MIRROR.sub('', html.site(url) or 'reddit.com')}/comments/{post.lower()}"


def more_url(url: str, post: str, comments: list[str]) -> list[str]:
    """Where the comments of a stub are to be had."""
    chunks = [comments[n : n + AT_ONCE] for n in range(0, len(comments), AT_ONCE)]
    return [
        f"{root(url)}/api/morechildren.json?api_type=json&raw_json=1&link_id=t3_{post}&children={','.join(chunk)}"
        for chunk in chunks
    ]


def root(url: str) -> str:
    """The site of an address; Reddit itself where there is none."""
    if not html.site(url):
        return "https://www.reddit.com"
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_gone(text: str) -> bool:
    """Does a text only say that it was deleted or removed?"""
    return _GONE.fullmatch(text) is not None


def _things(data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Posts, comments and stubs in page order: each comment before its replies."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        if not isinstance(value, dict):
            continue
        kind, inner = value.get("kind"), value.get("data")
        if isinstance(value.get("json"), dict):
            waiting.append(value["json"])  # around an answer of /api/morechildren
        elif isinstance(inner, dict) and kind in ("t1", "t3", "more"):
            yield kind, inner
            waiting.append(inner.get("replies"))
        elif isinstance(inner, dict):
            waiting.append(inner["things"] if "things" in inner else inner.get("children"))


def _page(post: str, things: list[tuple[str, dict[str, Any]]], url: str) -> Reading:
    clock = Clock("en")
    entries = [(kind, thing) for kind, thing in things if kind != "more"]
    gone = [_is_gone(thing) for _, thing in entries]
    comments = [
        comment
        for (kind, thing), absent in zip(entries, gone, strict=True)
        if not absent and (comment := _comment(kind, thing, url, clock)) is not None
    ]
    article: dict[str, Any] = next((thing for kind, thing in things if kind == "t3"), {})
    links, missing = _more([thing for kind, thing in things if kind == "more"], post, url)
    count = whole(article.get("num_comments"))
    title = string(article.get("title")) or next((string(t.get("link_title")) for _, t in entries), None)
    return Reading(
        NAME, url,
        title=unescape(title) if title else None,
        published_at=_moment(article, clock),
        announced=count + (_text(article) is not None) if count is not None else None,
        comments=comments,
        next_links=links,
        warnings=[*([f"comments that are not in this answer: {missing}"] if missing else []), *clock.warnings()],
        thread=thread_name(url, post),
        left_out=entry_ids(
            (_full_id(kind, thing) for (kind, thing), absent in zip(entries, gone, strict=True) if absent), url
        ),
    )  # fmt: skip


def _comment(kind: str, thing: dict[str, Any], url: str, clock: Clock) -> RawComment | None:
    """A comment, or a post that has a text of its own; None for a link without words."""
    text, number = _text(thing), _full_id(kind, thing)
    if text is None or number is None:
        return None
    author, parent = string(thing.get("author")), string(thing.get("parent_id"))
    return RawComment(
        platform_id=number,
        parent=parent if kind == "t1" and parent and parent.startswith("t1_") else None,
        author=None if author == DELETED else author,
        posted_at=_moment(thing, clock),
        text=text[0],
        text_format=text[1],
        permalink=html.absolute(root(url) + "/", string(thing.get("permalink"))),
    )


def _text(thing: dict[str, Any]) -> tuple[str, str] | None:
    """What was written, and in which format: HTML, or (dumps hold only that) Markdown as text."""
    markup = string(thing.get("body_html")) or string(thing.get("selftext_html"))
    if markup:
        markup = unescape(markup) if markup.startswith("&lt;") else markup
        markup = markup.strip().removeprefix("<!-- SC_OFF -->").removesuffix("<!-- SC_ON -->").strip()
        if markup.startswith(_WRAPPER) and markup.endswith("</div>"):
            markup = markup[len(_WRAPPER) : -len("</div>")]
        return markup.strip(), "html"
    plain = string(thing.get("body")) or string(thing.get("selftext"))
    return (unescape(plain), "text") if plain else None


def _is_gone(thing: dict[str, Any]) -> bool:
    plain = string(thing.get("body")) or string(thing.get("selftext"))
    return plain is not None and is_gone(plain)


def _moment(thing: dict[str, Any], clock: Clock) -> Any:
    return clock.read((string(thing.get("created_utc")) or "").partition(".")[0])


def _more(stubs: list[dict[str, Any]], post: str, url: str) -> tuple[list[str], int]:
    """Where stubs lead, and the number of comments that they stand for."""
    wanted: list[str] = []
    pages: list[str] = []
    missing = 0
    for stub in stubs:
        named = [number for child in children(stub.get("children")) if (number := _id(child)) is not None]
        missing += max(len(named), whole(stub.get("count")) or 0)
        wanted.extend(named)
        parent = string(stub.get("parent_id")) or ""
        if not named and parent.startswith("t1_") and (number := _id(parent)):
            pages.append(f"{root(url)}/comments/{post}/_/{number}.json?raw_json=1&limit=500")
    return list(dict.fromkeys([*more_url(url, post, list(dict.fromkeys(wanted))), *pages])), missing


def _listed(data: dict[str, Any], posts: list[dict[str, Any]], url: str) -> list[str]:
    """The threads of a listing, then its next page."""
    numbers = [number for post in posts if (number := _id(post.get("id"))) is not None]
    found = [f"{root(url)}/comments/{number}.json?raw_json=1&limit=500" for number in numbers]
    inner = data.get("data")
    after = string(inner.get("after")) if isinstance(inner, dict) else None
    if after and html.site(url):
        parts = urlsplit(url)
        query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), "after": after}
        found.append(urlunsplit(parts._replace(query=urlencode(query), fragment="")))
    return list(dict.fromkeys(found))


def _id(value: Any) -> str | None:
    """An id without its kind; None for what is none (`_` in a stub)."""
    found = _ID.fullmatch(string(value) or "")
    return found[1].lower() if found else None


def _full_id(kind: str, thing: dict[str, Any]) -> str | None:
    """The id of a post or comment, with its kind."""
    number = _id(thing.get("id"))
    return None if number is None else f"{kind}_{number}"


def post_in(url: str) -> str | None:
    """The post that an address asks for."""
    found = _ASKED.search(url)
    return (found[1] or found[2]).lower() if found else None
