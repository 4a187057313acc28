"""Discourse's JSON: a topic (`/t/slug/4.json`), its further posts (`/t/4/posts.json?post_ids[]=`), and lists of topics.

A topic gives the ids of all its posts ("stream") and the first twenty in full. Pages for people carry the same JSON in
`data-preloaded`; `discourse` reads that by `topic_posts`. See https://docs.discourse.org.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.platforms import discourse_post, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.discourse_post import Topic
from pipeline.platforms.json_text import BadJSONError, children, load, string
from pipeline.platforms.markup import says_something
from pipeline.platforms.reading import Reading, entry_ids
from pipeline.platforms.text import markup_to_text

NAME = "discourse-json"

#: so many posts Discourse's own client asks for at once
PER_ANSWER = 20
_MARKS = re.compile(r'"post_stream"\s*:|"latest_posts"\s*:|"topic_list"\s*:|"category_list"\s*:|"topic_slug"\s*:')
_OWN_WORDS = re.compile(r'"cooked"\s*:|"more_topics_url"\s*:|"topic_count"\s*:|"posts_count"\s*:')
#: a post by which Discourse tells what was done: closed, pinned, split
_SMALL_ACTION = "3"


@dataclass
class Posts:
    """The posts of one topic, and the numbers of those that are no comments (deleted, hidden, actions of moderators)."""

    comments: list[RawComment] = field(default_factory=list)
    left_out: list[str | None] = field(default_factory=list)
    announced: int | None = None  # as many as the topic has on all its pages, comments or not
    translated: int = 0  # those whose words are a machine's

    def beside(self, others: Posts) -> Posts:
        """These posts, and those of others that are not among them, in the order of their numbers."""
        known = {comment.platform_id for comment in self.comments} | {*self.left_out}
        if known:
            known.add(None)  # one without a number may be any of them
        added = [comment for comment in others.comments if comment.platform_id not in known]
        gone = [number for number in others.left_out if number not in known]
        comments = [*self.comments, *added]
        if self.comments and added:
            comments.sort(key=lambda comment: whole(comment.platform_id) or 0)
        announced = self.announced if self.announced is not None else others.announced
        return Posts(comments, [*self.left_out, *gone], announced, self.translated)

    def warnings(self) -> list[str]:
        """What is to be known of all of them."""
        told = (
            f"posts that the site shows in a machine's translation, not in their authors' own words: {self.translated}"
        )
        return [told] if self.translated else []


def matches(html: str, url: str) -> bool:
    """Is this an answer of Discourse's JSON interface?"""
    if html[:200].lstrip("\ufeff \t\r\n")[:1] != "{":
        return False
    return bool(_MARKS.search(html) and _OWN_WORDS.search(html))


def read(body: str, url: str) -> Reading:
    """The first (as a rule the only) topic of an answer. See `pages`."""
    return pages(body, url)[0]


def pages(body: str, url: str) -> list[Reading]:
    """An answer as one page a topic; a list of topics as one page without a thread."""
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return [Reading(NAME, url, warnings=[f"not JSON: {error}"])]
    data = data if isinstance(data, dict) else {}
    if isinstance(data.get("post_stream"), dict):
        return [_topic_page(data, url)]
    records = children(data.get("latest_posts")) or ([data] if "cooked" in data else [])
    by_topic: dict[str, list[Any]] = {}
    for record in records:
        number = string(record.get("topic_id")) if isinstance(record, dict) else None
        if number is not None:
            by_topic.setdefault(number, []).append(record)
    found = [_loose_page(number, group, url) for number, group in by_topic.items()]
    return found or [Reading(NAME, url, next_links=_listed(data, url))]


def topic_posts(data: dict[str, Any], topic: Topic | None, clock: Clock, url: str) -> Posts:
    """The posts of a topic as JSON, which was asked for at an address."""
    stream = _stream(data)
    found = _posts(children(stream.get("posts")), topic, clock)
    ids = stream.get("stream")
    if isinstance(ids, list) and not discourse_post.is_filtered(url):
        found.announced = len(ids)
    else:
        found.announced = whole(data.get("posts_count"))
    return found


def topic_title(data: dict[str, Any]) -> str | None:
    """A topic's title in plain text."""
    return string(data.get("title")) or markup_to_text(string(data.get("fancy_title")) or "") or None


def _topic_page(data: dict[str, Any], url: str) -> Reading:
    topic = _topic(url, data)
    clock = Clock("en")
    posts = topic_posts(data, topic, clock, url)
    return Reading(
        NAME, topic.address() if topic and topic.base else url,
        title=topic_title(data),
        published_at=clock.read(string(data.get("created_at"))),
        announced=posts.announced,
        comments=posts.comments,
        next_links=_further(data, topic, url) if topic and topic.base else [],
        warnings=[*clock.warnings(), *posts.warnings()],
        thread=topic.thread if topic else None,
        left_out=entry_ids(posts.left_out, url),
    )  # fmt: skip


def _loose_page(number: str, records: list[Any], url: str) -> Reading:
    """Posts that come without their topic: the latest of a forum, or a single one."""
    first = records[0]
    topic = Topic(_base(url), string(first.get("topic_slug")) or "-", number)
    clock = Clock("en")
    posts = _posts(records, topic, clock)
    return Reading(
        NAME, topic.address() if topic.base else url,
        title=string(first.get("topic_title")),
        comments=posts.comments,
        next_links=[f"{topic.address()}.json"] if topic.base else [],
        warnings=[*clock.warnings(), *posts.warnings()],
        thread=topic.thread,
        left_out=entry_ids(posts.left_out, url),
    )  # fmt: skip


def _posts(records: list[Any], topic: Topic | None, clock: Clock) -> Posts:
    found = Posts()
    for record in records:
        if not isinstance(record, dict) or "cooked" not in record:
            continue
        comment = None if _is_gone(record) else _comment(record, topic, clock)
        if comment is None:
            found.left_out.append(string(record.get("post_number")))
        else:
            found.comments.append(comment)
            found.translated += record.get("is_localized") is True
    return found


def _is_gone(record: dict[str, Any]) -> bool:
    told = string(record.get("post_type")) == _SMALL_ACTION or string(record.get("action_code")) is not None
    return (
        told or any(record.get(mark) is True for mark in ("hidden", "user_deleted")) or bool(record.get("deleted_at"))
    )


def _comment(record: dict[str, Any], topic: Topic | None, clock: Clock) -> RawComment | None:
    number, author = string(record.get("post_number")), string(record.get("username"))
    of = topic.number if topic else string(record.get("topic_id"))
    text, quoted = discourse_post.own_markup(string(record.get("cooked")) or "", of, number)
    if not says_something(text) or discourse_post.is_notice(text, author):
        return None
    return RawComment(
        platform_id=number,
        parent=string(record.get("reply_to_post_number")) or quoted,
        author=author,
        posted_at=clock.read(string(record.get("created_at"))),
        text=text,
        text_format="html",
        permalink=topic.address(number) if topic and topic.base and number else None,
    )


def _topic(url: str, data: dict[str, Any]) -> Topic | None:
    asked = discourse_post.topic_at(url)
    posts = _stream(data).get("posts")
    first = posts[0] if isinstance(posts, list) and posts and isinstance(posts[0], dict) else {}
    number = string(data.get("id")) or string(first.get("topic_id")) or (asked.number if asked else None)
    if number is None:
        return None
    slug = string(data.get("slug")) or string(first.get("topic_slug")) or (asked.slug if asked else "-")
    return Topic(asked.base if asked else _base(url), slug, number)


def _further(data: dict[str, Any], topic: Topic, url: str) -> list[str]:
    """The answers that hold the rest of a topic."""
    if discourse_post.is_filtered(url):
        return [f"{topic.address()}.json"]
    stream = _stream(data)
    here = {string(post.get("id")) for post in children(stream.get("posts")) if isinstance(post, dict)}
    ids = stream.get("stream")
    if isinstance(ids, list):
        rest = [number for number in map(string, ids) if number and number not in here]
        parts = (rest[i : i + PER_ANSWER] for i in range(0, len(rest), PER_ANSWER))
        asks = (urlencode([("post_ids[]", number) for number in part]) for part in parts)
        return [f"{topic.base}/t/{topic.number}/posts.json?{ask}" for ask in asks]
    # Topics of over 10,000 posts give no stream, and are read by page.
    total, query = whole(data.get("posts_count")), dict(parse_qsl(urlsplit(url).query))
    page = int(query["page"]) if re.fullmatch(r"[1-9]\d{0,6}", query.get("page", "")) else 1
    more = bool(here) and total is not None and total > page * PER_ANSWER
    return [f"{topic.address()}.json?page={page + 1}"] if more else []


def _listed(data: dict[str, Any], url: str) -> list[str]:
    """Where a list of topics or categories leads."""
    base, links = _base(url), []
    listed = data.get("topic_list")
    listed = listed if isinstance(listed, dict) else {}
    for kind, key, source in (("t", "topics", listed), ("c", "categories", data.get("category_list"))):
        for item in children(source.get(key)) if isinstance(source, dict) else []:
            number = string(item.get("id")) if isinstance(item, dict) else None
            if number and base:
                links.append(f"{base}/{kind}/{string(item.get('slug')) or '-'}/{number}.json")
    if (more := html.absolute(url, string(listed.get("more_topics_url")))) is not None:
        parts = urlsplit(more)
        path = parts.path if parts.path.endswith(".json") else parts.path + ".json"
        links.append(urlunsplit(parts._replace(path=path, fragment="")))
    return list(dict.fromkeys(links))


def _stream(data: dict[str, Any]) -> dict[str, Any]:
    stream = data.get("post_stream")
    return stream if isinstance(stream, dict) else {}


def _base(url: str) -> str:
    """The forum's address, from that of any of its lists."""
    if not html.site(url):
        return ""
    parts = urlsplit(url)
    path = re.split(r"/(?:t|c|tags?|latest|new|top|hot|categories|posts)(?=[/.]|$)", parts.path)[0]
    return f"{parts.scheme}://{parts.netloc}{path}".removesuffix("/")
