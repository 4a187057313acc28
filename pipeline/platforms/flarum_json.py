"""Flarum's JSON:API documents: a discussion with posts, a list of posts, a list of discussions.

Documents are of `data` (one resource or a list) and `included` (resources that these refer to by type and id).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from pipeline.platforms import addresses, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load
from pipeline.platforms.json_text import string as text
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading

NAME = "flarum-json"

#: posts on a page for people, and the most that the API gives
PER_PAGE, PER_ANSWER = 20, 50
_TYPES = re.compile(r'"type"\s*:\s*"(?:discussions|posts)"')
_FIELDS = re.compile(r'"(?:contentHtml|contentType|commentCount|lastPostNumber)"\s*:')
_ADDRESS = re.compile(
    r"^(https?://[^/?#]+(?:/[^?#]*?)?)/(?:api/discussions|d)/(\d+)(?:-([^/?#]*))?(?:/(\d+))?(?=[/?#]|$)"
)
_MENTION = re.compile(r"/d/(\d+)")
_MARKED = re.compile(r"PostMention|<script|<style", re.IGNORECASE)
_COMMENT = "comment"

Resource = dict[str, Any]


class Discussion(NamedTuple):
    """Where a discussion stands. `base` is the forum's address without a slash at its end."""

    base: str
    number: str
    slug: str  # with the number before it, as the address has it

    @property
    def address(self) -> str:
        """Its first page."""
        return f"{self.base}/d/{self.slug}"

    @property
    def thread(self) -> str:
        """The same for every page and answer."""
        return addresses.name_of(f"{self.base}/d/{self.number}")


def matches(html: str, url: str) -> bool:
    """Is this an answer of Flarum's API?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] != "{":
        return False
    return bool(_TYPES.search(html) and _FIELDS.search(html))


def read(body: str, url: str) -> Reading:
    """The first (as a rule the only) discussion of an answer. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An answer as one page a discussion; a list of discussions as one page without a thread."""
    try:
        document = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
    document = document if isinstance(document, dict) else {}
    main = document.get("data")
    if not isinstance(main, list):
        number = text(main.get("id")) if isinstance(main, dict) and main.get("type") == "discussions" else None
        number = number or _discussion_of(main if isinstance(main, dict) else {})
        return [_page(document, number, url)] if number else [Reading(NAME, url)]
    base, more = forum_at(url), _more(document, url)
    if any(found.get("type") == "discussions" for found in _resources(main)):
        links = [f"{base}/api/discussions/{found.number}" for found in discussions(document, base)] if base else []
        return [Reading(NAME, url, next_links=list(dict.fromkeys([*links, *more])))]
    numbers = dict.fromkeys(number for post in _resources(main) if (number := _discussion_of(post)))
    found = [_page(document, number, url) for number in numbers] or [Reading(NAME, url)]
    found[0] = Reading(**{**vars(found[0]), "next_links": list(dict.fromkeys([*found[0].next_links, *more]))})
    return found


def discussion_page(document: Resource, discussion: Discussion, clock: Clock) -> list[RawComment]:
    """The posts of one discussion in a document, by their number in it, without hidden ones. Posts that others mention come
    along with it."""
    comments: list[tuple[int, RawComment]] = []
    for post in _all(document, "posts"):
        said = attributes(post)
        if said.get("contentType") not in (None, _COMMENT) or _discussion_of(post) != discussion.number:
            continue
        markup, mentioned = own_markup(text(said.get("contentHtml")) or "", discussion.number)
        if markup and said.get("isHidden") is not True:
            number = text(said.get("number"))
            author = attributes(resource(document, "users", _related(post, "user")))
            comment = RawComment(
                platform_id=text(post.get("id")),
                parent=mentioned if mentioned != text(post.get("id")) else None,
                author=text(author.get("displayName")) or text(author.get("username")),
                posted_at=clock.read(text(said.get("createdAt")) or text(said.get("time"))),
                text=markup,
                text_format="html",
                permalink=f"{discussion.address}/{number}" if discussion.base and number else None,
            )
            comments.append((whole(number) or 0, comment))
    return [comment for _, comment in sorted(comments, key=lambda pair: pair[0])]


def announced(said: Resource) -> int | None:
    """How many posts a discussion has. Hidden ones are not counted, nor are events."""
    return whole(said.get("commentCount"))


def own_markup(markup: str, discussion: str | None) -> tuple[str, str | None]:
    """A post's markup without scripts, "" where it says nothing, and the id of the first post of its discussion that it
    mentions (a quote begins with a mention)."""
    mentioned = None
    if _MARKED.search(markup):
        tree, _ = html.parse(markup)
        for link in tree.css("a.PostMention[data-id]") if discussion else []:
            at = _MENTION.search(html.attribute(link, "href") or "")
            if at is not None and at[1] == discussion:
                mentioned = html.attribute(link, "data-id")
                break
        html.cut(tree, "script, style")
        markup = (tree.body.inner_html or "") if tree.body is not None else ""
    return (markup.strip() if says_something(markup) else ""), mentioned


def discussions(document: Resource, base: str) -> list[Discussion]:
    """The discussions that a document lists."""
    found = []
    for item in _resources(document.get("data")):
        number = text(item.get("id"))
        if item.get("type") == "discussions" and number:
            slug = text(attributes(item).get("slug")) or number
            found.append(Discussion(base, number, slug if slug.startswith(number) else f"{number}-{slug}"))
    return found


def discussion_at(url: str | None) -> Discussion | None:
    """The discussion that an address leads to: `/d/4-slug`, `/d/4-slug/17`, `/api/discussions/4`; None for any other."""
    found = _ADDRESS.match(url or "") if html.site(url) else None
    return Discussion(found[1], found[2], f"{found[2]}-{found[3]}" if found[3] else found[2]) if found else None


def page_number(url: str) -> int:
    """Which page of a discussion an address shows: the one asked for, or the one that holds the post it leads to."""
    asked = whole(parse_qs(urlsplit(url).query).get("page", [""])[0]) or 1
    found = _ADDRESS.match(url)
    return max(asked, 1 + (whole(found[4]) or 0) // PER_PAGE if found else 1)


def forum_at(url: str) -> str | None:
    """The forum's address, from that of any of its pages or answers."""
    if not html.site(url):
        return None
    path = re.split(r"/(?:api|d|t|all|tags|u)(?=/|$)", urlsplit(url).path)[0]
    return f"{urlsplit(url).scheme}://{urlsplit(url).netloc}{path}".rstrip("/")


def resource(document: Resource, kind: str, number: str | None) -> Resource:
    """A resource by type and id; empty where the document does not hold it."""
    return next((found for found in _all(document, kind) if number and text(found.get("id")) == number), {})


def attributes(found: Resource) -> Resource:
    """What a resource says of itself."""
    said = found.get("attributes")
    return said if isinstance(said, dict) else {}


def _page(document: Resource, number: str, url: str) -> Reading:
    said = attributes(resource(document, "discussions", number))
    base, slug = forum_at(url) or "", text(said.get("slug")) or number
    discussion = Discussion(base, number, slug if slug.startswith(number) else f"{number}-{slug}")
    clock = Clock("en")
    is_whole = isinstance(document.get("data"), dict)
    return Reading(
        NAME, discussion.address if base else url,
        title=text(said.get("title")),
        published_at=clock.read(text(said.get("createdAt"))),
        announced=announced(said),
        comments=discussion_page(document, discussion, clock),
        next_links=_posts_of(discussion, whole(said.get("lastPostNumber"))) if is_whole and base else [],
        warnings=clock.warnings(),
        thread=discussion.thread if base else f"d/{number}",
    )  # fmt: skip


def _posts_of(discussion: Discussion, last: int | None) -> list[str]:
    """The answers that hold all posts of a discussion; a discussion by itself has twenty of them, or none."""
    asked = {"filter[discussion]": discussion.number, "sort": "createdAt", "page[limit]": str(PER_ANSWER)}
    starts = range(0, max(last or 1, 1), PER_ANSWER)
    return [f"{discussion.base}/api/posts?{urlencode({**asked, 'page[offset]': str(start)})}" for start in starts]


def _more(document: Resource, url: str) -> list[str]:
    """The answers before and after one of a list."""
    named = document.get("links")
    links = [html.absolute(url, text(named.get(key))) for key in ("next", "prev")] if isinstance(named, dict) else []
    return [link for link in links if link and html.site(link) == html.site(url)]


def _discussion_of(post: Resource) -> str | None:
    return _related(post, "discussion")


def _related(found: Resource, name: str) -> str | None:
    """The id of the resource that another one refers to."""
    value: Any = found.get("relationships")
    for key in (name, "data", "id"):
        value = value.get(key) if isinstance(value, dict) else None
    return text(value)


def _all(document: Resource, kind: str) -> Iterator[Resource]:
    for part in (document.get("data"), document.get("included")):
        yield from (found for found in _resources(part) if found.get("type") == kind)


def _resources(part: Any) -> Iterator[Resource]:
    return (found for found in children(part) if isinstance(found, dict))
