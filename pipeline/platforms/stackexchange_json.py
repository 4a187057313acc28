"""The interface of Stack Exchange (`api.stackexchange.com/2.3`): questions, answers and comments under `items`.

Which fields an item has depends on the filter that was asked for; without `filter=withbody` there are no texts, and of
such questions only links to their texts are made. Answers and comments may stand within their question or in an answer
of their own. Comments have numbers of their own, so here they are `comment-1`, as on the site's pages. A comment's parent
is the post below which it stands; an answer has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.reading import Reading

NAME = "stackexchange-json"

_FRAME = re.compile(r'"items"\s*:\s*\[')
_OWN = re.compile(r'"(?:has_more|quota_remaining)"\s*:')
_IDS = re.compile(r'"(?:question_id|answer_id|comment_id)"\s*:')
_NUMBER = re.compile(r"\d{1,12}")
_IN_LINK = re.compile(r"/(?:questions|q)/(\d{1,12})\b")
#: sites that the interface names without their ending
_COM = frozenset({"stackoverflow", "serverfault", "superuser", "askubuntu", "stackapps"})
AT_ONCE = 100


def matches(html: str, url: str) -> bool:
    """Is this an answer of the interface?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] != "{":
        return False
    return bool(_FRAME.search(html) and _OWN.search(html) and (_IDS.search(html) or "stackexchange.com/2" in url))


def read(body: str, url: str) -> Reading:
    """The first (as a rule the only) thread of an answer. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An answer as one page a question. Where it holds no texts, links to them on a page without thread."""
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
    items = [item for item in children(data.get("items")) if isinstance(item, dict)] if isinstance(data, dict) else []
    more = _next(url, data)
    by_question: dict[tuple[str, str], list[dict[str, Any]]] = {}
    lost = 0
    for item in items:
        place = _place(item, url)
        if place is None:
            lost += 1
        else:
            by_question.setdefault(place, []).append(item)
    if items and not any(string(part.get("body")) for item in items for part in _parts(item)):
        links = [link for _, number in by_question for link in _texts(url, number)]
        return [
            Reading(NAME, url, next_links=[*links, *more], warnings=["items without texts: filter=withbody holds them"])
        ]
    found = [_page(site, number, group, url) for (site, number), group in by_question.items()]
    first = found[0] if found else Reading(NAME, url)
    said = [f"comments of unknown questions, left out: {lost}"] if lost else []
    links = list(dict.fromkeys([*first.next_links, *more]))
    return [Reading(**{**vars(first), "next_links": links, "warnings": [*first.warnings, *said]}), *found[1:]]


def thread_name(site: str, question: str) -> str:
    """The name of a question's thread."""
    return f"{site}/questions/{question}"


def post_link(site: str, kind: str, number: str) -> str:
    """The short address of a question (`q`) or an answer (`a`)."""
    return f"https://{site}/{kind}/{number}"


def comment_link(site: str, question: str, number: str, post: str | None) -> str:
    """The address of a comment below a post of a question."""
    return f"https://{site}/questions/{question}#comment{number}_{post or question}"


def _place(item: dict[str, Any], url: str) -> tuple[str, str] | None:
    """Site and question of an item: its own fields, its link, or (comments of one question) the address asked."""
    link = string(item.get("link")) or string(item.get("share_link")) or ""
    in_link, asked = _IN_LINK.search(link), _IN_LINK.search(url)
    question = _number(item.get("question_id")) or (in_link[1] if in_link else None)
    if question is None and asked is not None and "comment_id" in item:
        question = asked[1]
    return (html.site(link) or _site(url), question) if question else None


def _site(url: str) -> str:
    """The site that an address asks for."""
    asked = dict(parse_qsl(urlsplit(url).query)).get("site", "").lower() if html.site(url) else ""
    if asked in _COM:
        return f"{asked}.com"
    return asked if "." in asked else f"{asked}.stackexchange.com" if asked else "stackexchange.com"


def _parts(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An item and what is within it: its comments, then its answers with theirs."""
    waiting: list[Any] = [item]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(reversed([*children(part.get("comments")), *children(part.get("answers"))]))


def _page(site: str, number: str, items: list[dict[str, Any]], url: str) -> Reading:
    clock = Clock("en")
    question = next((item for item in items if "answer_id" not in item and "comment_id" not in item), {})
    entries = [_entry(part, site, number, clock) for item in items for part in _parts(item)]
    title = string(question.get("title")) or next((string(item.get("title")) for item in items), None)
    return Reading(
        NAME, url,
        title=unescape(title) if title else None,
        published_at=clock.read(string(question.get("creation_date"))),
        announced=_announced(question),
        comments=[entry for entry in entries if entry is not None],
        next_links=_missing(question, url),
        warnings=clock.warnings(),
        thread=thread_name(site, number),
    )  # fmt: skip


def _entry(part: dict[str, Any], site: str, question: str, clock: Clock) -> RawComment | None:
    text = string(part.get("body"))
    comment, answer = _number(part.get("comment_id")), _number(part.get("answer_id"))
    if text is None:
        return None
    owner = part.get("owner")
    name = string(owner.get("display_name")) if isinstance(owner, dict) else None
    post = _number(part.get("post_id"))
    if comment:
        link = comment_link(site, question, comment, post)
    else:
        link = post_link(site, "a", answer) if answer else post_link(site, "q", question)
    return RawComment(
        platform_id=f"comment-{comment}" if comment else answer or question,
        parent=post if comment else None,
        author=unescape(name) if name else None,
        posted_at=clock.read(string(part.get("creation_date"))),
        text=text,
        text_format="html",
        permalink=link,
    )


def _announced(question: dict[str, Any]) -> int | None:
    """The question, its answers, and the comments of both; None where any of these numbers is not told."""
    count, answers = _number(question.get("answer_count")), children(question.get("answers"))
    if count is None or int(count) != len(answers):
        return None
    numbers = [_number(part.get("comment_count")) for part in (question, *answers) if isinstance(part, dict)]
    told = [int(number) for number in numbers if number is not None]
    return 1 + int(count) + sum(told) if len(told) == 1 + int(count) else None


def _missing(question: dict[str, Any], url: str) -> list[str]:
    """Where the answers and the comments are that a question says it has, and that are not here."""
    number = _number(question.get("question_id"))
    if number is None or not html.site(url):
        return []
    answers, comments = _texts(url, number)[1:]
    found = [answers] if int(_number(question.get("answer_count")) or 0) and not question.get("answers") else []
    return [*found, *([comments] if "comments" not in question else [])]


def _texts(url: str, number: str) -> list[str]:
    """The addresses of a question, its answers and its comments, with their texts."""
    if not html.site(url):
        return []
    parts = urlsplit(url)
    version = re.match(r"/\d[\d.]*", parts.path)
    site = dict(parse_qsl(parts.query)).get("site", "stackoverflow")
    base = f"{parts.scheme}://{parts.netloc}{version[0] if version else '/2.3'}/questions/{number}"
    query = f"order=asc&sort=creation&site={site}&filter=withbody&pagesize={AT_ONCE}"
    return [f"{base}?{query}", f"{base}/answers?{query}", f"{base}/comments?{query}"]


def _next(url: str, data: Any) -> list[str]:
    """The next answer of a list."""
    if not isinstance(data, dict) or data.get("has_more") is not True or not html.site(url):
        return []
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    page = query.get("page", "1")
    if not page.isdecimal() or len(page) > 9:
        return []
    query["page"] = str(int(page) + 1)
    return [urlunsplit(parts._replace(query=urlencode(query), fragment=""))]


def _number(value: Any) -> str | None:
    text = string(value) or ""
    return text if _NUMBER.fullmatch(text) else None
