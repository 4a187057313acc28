"""BuddyPress and BuddyBoss: what a member wrote in a stream of activity, with the comments below it.

The page of one activity is a thread. A stream shows many, shortened and with some of their comments, so that it only leads to their
pages. (Forums in BuddyPress are those of bbPress: see `bbpress`.) Comments stand within the one that they answer; times are UTC.
"""

from __future__ import annotations

import datetime as dt
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock, moment
from pipeline.platforms.marks import Marks
from pipeline.platforms.posts import Posts, numbered, spoken, stands_beside
from pipeline.platforms.reading import Reading

NAME = "buddypress"

_MARKED = Marks(
    ("activity-", r"<(?:li|div)\s[^<>]*\bid=[\"']activity-\d+[\"']"),
)
_OWN = Marks("activity-inner", "acomment-")
_ACTIVITY = re.compile(r"activity-(\d+)")
_COMMENT = re.compile(r"acomment-(\d+)")
_TEXT = (".activity-inner", ".acomment-content", ".acomment-body")
_AUTHOR = (
    ".activity-header a:not(.activity-time-since)", ".acomment-meta a:not(.activity-time-since)", ".acomment-header a", ".bp-activity-comment a",
)  # fmt: skip
_TIME = ("[data-bp-timestamp].time-since", ".time-since[datetime]", ".time-since[data-livestamp]", ".time-since")
_FRAME = ".activity-read-more, .acomment-options, .activity-meta, .bp-activity-comment, .reaction-content, form, script, style, button"


def matches(html: str, url: str) -> bool:
    """Is this a page of activity?"""
    return _OWN.on(html) and _MARKED.on(html)


def read(body: str, url: str) -> Reading:
    """An activity with its comments, or a stream (no thread, only links)."""
    tree, warnings = html.parse(body)
    address, language = html.page_address(tree, url), html.language(tree)
    found = numbered(tree, '[id^="activity-"]', _ACTIVITY, "id")
    activities = {number: node for number, node in found.items() if not stands_beside(node)}
    if len(activities) != 1:
        links = [
            link for node in activities.values() if node.css_first(_TEXT[0]) for link in _permalinks(node, address)
        ]
        links += html.links(tree, ".load-more a[href]", address)
        return Reading(NAME, url, language=language, next_links=list(dict.fromkeys(links)), warnings=warnings)
    ((number, activity),) = activities.items()
    clock = Clock(language or "en")
    comments, silent = _comments(tree, number, activity, clock, address.partition("#")[0])
    return Reading(
        NAME, url,
        title=html.title(tree, "#item-header h1", "h1.entry-title"),
        language=language,
        announced=_announced(activity),
        comments=comments,
        warnings=[*warnings, *clock.warnings()],
        thread=f"{html.site(address) or NAME}/activity/p/{number}",
        left_out=silent,
    )  # fmt: skip


def _permalinks(activity: LexborNode, address: str) -> list[str]:
    return html.links(activity, "a.activity-time-since[href]", address)[:1]


def _comments(
    tree: LexborHTMLParser, number: str, activity: LexborNode, clock: Clock, address: str
) -> tuple[list[RawComment], tuple[str, ...]]:
    """The activity and its comments, as far as they say something, and the ids of those that do not."""
    below = numbered(tree, '[id^="acomment-"]', _COMMENT, "id")
    posts = Posts(tree, [(f"activity-{number}", activity), *below.items()])
    names = {key: html.inner_text(node) for key, node in posts.first(*_AUTHOR, text=True).items()}
    times = {key: _time(node, clock) for key, node in posts.first(*_TIME).items()}
    own = html.attribute(activity, "data-bp-timestamp")
    if own is not None:
        times[f"activity-{number}"] = moment(own)
    contents = posts.first(*_TEXT)
    texts = posts.texts(contents, _FRAME)
    found, silent = spoken(
        texts, names, times, posts.above, lambda key: html.absolute(address, f"{address}#{_anchor(key)}")
    )
    return found, tuple(key for key in silent if key in below)  # an activity may be a deed without words


def _anchor(key: str) -> str:
    return key if key.startswith("activity-") else f"acomment-{key}"


def _time(node: LexborNode, clock: Clock) -> dt.datetime | None:
    seconds = moment(html.attribute(node, "data-bp-timestamp"))
    stamp = html.attribute(node, "data-livestamp") or html.attribute(node, "datetime")
    if seconds is not None or not stamp:
        return seconds or clock.read(html.inner_text(node))
    return clock.read(stamp if re.search(r"(?:Z|[+-]\d\d:?\d\d)$", stamp) else f"{stamp} UTC")


def _announced(activity: LexborNode) -> int | None:
    """The activity and its comments, by the number on the button to comment, which not every visitor is shown."""
    shown = html.first(activity, (".acomment-reply .comment-count", ".acomment-reply span"))
    count = number_in(html.inner_text(shown))
    return count + 1 if count is not None else None
