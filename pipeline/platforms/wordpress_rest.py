"""WordPress's REST interface: posts and comments as JSON, with the true parent and the time in UTC.

An answer is either a list of comments (`/wp/v2/comments?post=4`), a list of posts, or one of either. Its fields are
described in WordPress's REST API handbook (reference of Comments and Posts).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from pipeline.platforms import html, wordpress_links
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.reading import Reading, entry_ids
from pipeline.platforms.text import markup_to_text

NAME = "wordpress-rest"

_ROUTE = re.compile(r"wp-json/|rest_route=")
_FIELDS = re.compile(r'"(?:author_name|date_gmt)"\s*:')
_OWN = re.compile(r'"rendered"\s*:')  # other interfaces have names and times by the same names
_ERROR = re.compile(r'^\s*\{\s*"code"\s*:\s*"rest_')


def matches(html: str, url: str) -> bool:
    """Is this an answer of `/wp/v2/`?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] not in ("[", "{"):
        return False
    return bool(_ROUTE.search(url) and "/wp/v2/" in unquote(url)) or bool(
        (_FIELDS.search(html) and _OWN.search(html)) or _ERROR.match(html)
    )


def read(body: str, url: str) -> Reading:
    """The first (as a rule the only) thread of an answer. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An answer as one page a post. Where it holds several posts or none, the links to go on stand on the first."""
    url = url if html.site(url) else ""  # nonsense cannot be taken apart
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
    if isinstance(data, dict) and isinstance(data.get("code"), str) and "message" in data:
        return [Reading(NAME, url, warnings=[f"the REST interface refused: {data['code']}"])]
    records = [item for item in children(data) if isinstance(item, dict)]
    by_post: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        if (post := _post(record)) is not None:
            by_post.setdefault(post, []).append(record)
    found = [_page(post, group, url) for post, group in by_post.items()]
    more = _next(url, len(children(data))) if isinstance(data, list) else []
    if not found:
        thread = _asked_post(url)
        return [Reading(NAME, url, next_links=more, thread=_thread(url, thread) if thread else None)]
    links = list(dict.fromkeys([*(link for page in found for link in page.next_links), *more]))
    first = found[0]
    found[0] = Reading(**{**vars(first), "next_links": links})
    return found


def _is_comment(record: dict[str, Any]) -> bool:
    return "author_name" in record or ("parent" in record and "post" in record)


def _post(record: dict[str, Any]) -> str | None:
    """The number of the post that a record is about."""
    return string(record.get("post")) if _is_comment(record) else string(record.get("id"))


def _page(post: str, records: list[dict[str, Any]], url: str) -> Reading:
    clock = Clock("nl")
    comments = [_comment(record, clock) for record in records if _is_comment(record) and _kept(record)]
    articles = [record for record in records if not _is_comment(record)]
    article = articles[0] if articles else {}
    return Reading(
        NAME, string(article.get("link")) or url,
        title=markup_to_text(_rendered(article, "title")) or None,
        opening=markup_to_text(_rendered(article, "content")) or None,
        published_at=_moment(article, clock),
        comments=comments,
        next_links=[_comments_of(url, post)] if articles else [],
        warnings=clock.warnings(),
        thread=_thread(url, post),
        left_out=entry_ids(
            (string(record.get("id")) for record in records if _is_comment(record) and not _kept(record)), url
        ),
    )  # fmt: skip


def _kept(record: dict[str, Any]) -> bool:
    return string(record.get("type")) in (None, "comment") and string(record.get("status")) in (None, "approved")


def _comment(record: dict[str, Any], clock: Clock) -> RawComment:
    parent = string(record.get("parent"))
    return RawComment(
        platform_id=string(record.get("id")),
        parent=None if parent in (None, "0") else parent,
        author=markup_to_text(string(record.get("author_name")) or "") or None,
        posted_at=_moment(record, clock),
        text=_rendered(record, "content"),
        text_format="html",
        permalink=html.absolute("", string(record.get("link"))),
    )


def _rendered(record: dict[str, Any], field: str) -> str:
    value = record.get(field)
    return string(value.get("rendered") if isinstance(value, dict) else value) or ""


def _moment(record: dict[str, Any], clock: Clock) -> Any:
    """`date_gmt` is UTC without saying so; `date` is the site's own clock."""
    if (gmt := string(record.get("date_gmt"))) is not None:
        return clock.read(gmt if re.search(r"Z$|[+-]\d\d:?\d\d$", gmt) else gmt + "+00:00")
    return clock.read(string(record.get("date")))


def _asked_post(url: str) -> str | None:
    found = parse_qs(urlsplit(url).query).get("post", [""])[0]
    return found if found.isdigit() else None


def _thread(url: str, post: str) -> str:
    return wordpress_links.thread_name(url, post)


def _comments_of(url: str, post: str) -> str:
    """The comments of a post, asked of the interface that gave the post."""
    return wordpress_links.comments_url(re.split(r"(?<=wp-json/)|(?<=rest_route=/)|(?<=rest_route=)%2F", url)[0], post)


def _next(url: str, n: int) -> list[str]:
    """The next page of a list, where this one is full."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    per_page, page = query.get("per_page", "10"), query.get("page", "1")
    if not (per_page.isdecimal() and page.isdecimal()) or n < max(int(per_page[:9]), 1):
        return []
    query["page"] = str(int(page[:9]) + 1)
    return [urlunsplit(parts._replace(query=urlencode(query, safe="/,")))]
