"""Tweakers: the forum (Gathering of Tweakers) and the reactions below articles, which are two templates of the site's own.

Seen: pages of 28 July 2023 (a topic, a news article with its reactions, the list of active topics) that the tests of
timotk/tweakers keep in public; the names of the same parts again in the code of falkoro/tweakers-hide-users (2026). How the
site shows a removed post was not seen: a post without a text is skipped.

Forum: a post has its number in `data-message-id` and its time in `data-timestamp`; pages are counted from 0. A quote names
its post in a link `list_message/NUMBER`. Articles: reactions stand within the one that they answer.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import addresses, html, json_ld
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts
from pipeline.platforms.reading import Reading
from pipeline.platforms.text import node_text

NAME = "tweakers"

_MARKS = ("tweakersConfig", "tweakers.net/x/", "tweakers.net/g/")
_PARTS = re.compile(
    r"data-message-id=|class=[\"'](?:reactieBody|reacties-inner|commentCount|topic)\b|data-reaction-id="
)
_TOPIC = re.compile(r"/list_messages/(\d+)(?:/(\d{1,9}))?/?$")
_QUOTED = re.compile(r"/list_message/(\d+)")
_ANSWERED = re.compile(r"showReaction=(\d+)|#r_(\d+)$")
_REACTION = "[data-reaction-id], .reactie[id^='r_']"
#: within a post, what its author did not write
_CHROME = ".edit, .userklipklap, script, style"


def matches(html: str, url: str) -> bool:
    """Is this a topic, a list of topics, or an article of Tweakers?"""
    return any(mark in html for mark in _MARKS) and _PARTS.search(html) is not None


def read(body: str, url: str) -> Reading:
    """A page of a topic, an article with reactions, or a listing."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    if tree.css_first("[data-message-id] .messagecontent") is not None:
        return _topic(tree, address, url, warnings)
    if tree.css_first("#reacties, .reacties-inner, .reactieBody") is not None:
        return _article(tree, address, url, warnings)
    links = html.links(tree, "td.topic > a[href*='/list_messages/'], .forumlisting .title a", address)
    links += html.links(tree, ".pageDistribution a[href]", address)
    return Reading(NAME, url, language=_language(tree), next_links=list(dict.fromkeys(links)), warnings=warnings)


def _language(tree: LexborHTMLParser) -> str | None:
    language = html.language(tree)
    return language.lower() if language else None


def _topic(tree: LexborHTMLParser, address: str, url: str, warnings: list[str]) -> Reading:
    clock = Clock("nl")
    canonical = html.attribute(tree.css_first('link[rel="canonical"]'), "href") or ""
    crumbs = [html.attribute(node, "href") or "" for node in tree.css(".breadcrumb a[href*='/list_messages/']")]
    own = next(
        (found for one in (address, canonical, *crumbs) if (found := _TOPIC.search(one.partition("?")[0]))), None
    )
    comments = _messages(tree, address, clock)
    pages = html.links(tree, ".pageDistribution a[href*='/list_messages/']", address)
    here = int(own[2] or 0) if own and _TOPIC.search(address.partition("?")[0]) else None
    return Reading(
        NAME, url,
        title=html.inner_text(tree.css_first("#title h1, h1")),
        language=_language(tree),
        published_at=comments[0].posted_at if comments and not here else None,
        comments=comments,
        next_links=[link for link in pages if (at := _TOPIC.search(link)) and int(at[2] or 0) != here],
        warnings=[*warnings, *clock.warnings()],
        thread=f"{html.site(address) or ''}/forum/list_messages/{own[1]}" if own else html.thread_url(address),
    )  # fmt: skip


def _messages(tree: LexborHTMLParser, address: str, clock: Clock) -> list[RawComment]:
    nodes = tree.css(".message[data-message-id]")
    posts = Posts(tree, ((key, node) for node in nodes if (key := html.attribute(node, "data-message-id"))))
    contents, dates = posts.first(".messagecontent"), posts.first(".messageheader .date", ".date")
    times, links = posts.first(".date [data-timestamp]"), posts.first(".date a[href]")
    authors = posts.first(".userheader .username", ".poster p.username", ".poster a.user", ".poster .username .user")
    quotes = posts.first(".messagecontent blockquote a.messagelink")
    found = []
    for key in posts.nodes:
        if key not in contents or not (text := written(contents[key], _CHROME)):
            continue
        quoted = _QUOTED.search(html.attribute(quotes.get(key), "href") or "")
        stamp = html.attribute(times.get(key), "data-timestamp") or html.inner_text(dates.get(key))
        found.append(
            RawComment(
                platform_id=key,
                parent=quoted[1] if quoted else None,
                author=html.inner_text(authors.get(key)),
                posted_at=clock.read(stamp),
                text=text,
                text_format="html",
                permalink=html.absolute(address, html.attribute(links.get(key), "href")),
            )
        )
    return found


def _article(tree: LexborHTMLParser, address: str, url: str, warnings: list[str]) -> Reading:
    clock = Clock("nl")
    described, _ = json_ld.posting(tree, address, Clock("nl"))
    article = tree.css_first(".articleContent .article, .article")
    if article is not None:
        html.cut(article, _CHROME)
    opening = node_text(article) if article is not None else None
    page = html.thread_url(address).partition("?")[0]
    found = _reactions(tree, address, clock)
    pages = html.links(tree, "#reacties .pageDistribution a[href]", address)
    return Reading(
        NAME, url,
        title=html.inner_text(tree.css_first("h1")) or described.title,
        opening=opening or None,
        language=_language(tree),
        published_at=described.published_at,
        announced=number_in(html.inner_text(tree.css_first("h2.reactionCount"))),
        comments=found,
        next_links=[link for link in pages if link != address.partition("#")[0] and link.startswith(page)],
        warnings=[*warnings, *clock.warnings()],
        thread=addresses.name_of(page),
    )  # fmt: skip


def _reactions(tree: LexborHTMLParser, address: str, clock: Clock) -> list[RawComment]:
    """Reactions in page order; a reply stands within the reaction that it answers, or names it in a link."""
    posts = Posts(tree, ((key, node) for node in html.each(tree, _REACTION) if (key := _number(node))))
    contents, answers = posts.first(".reactieContent"), posts.first(".reactieHeader a.replyTo", "a.replyTo")
    authors = posts.first(".reactieHeader .userLink", ".reactionMeta .user", ".reactieHeader a[href*='/gallery/']")
    dates = posts.first(".reactieHeader a.date", ".reactieHeader .date")
    found = []
    for key in posts.nodes:
        if key not in contents or not (text := written(contents[key], _CHROME)):
            continue
        answered = _ANSWERED.search(html.attribute(answers.get(key), "href") or "")
        named = answered[1] or answered[2] if answered else None
        date = dates.get(key)
        found.append(
            RawComment(
                platform_id=key,
                parent=posts.above[key] or named,
                author=html.inner_text(authors.get(key)),
                posted_at=clock.read(html.inner_text(date)),
                text=text,
                text_format="html",
                permalink=html.absolute(address, html.attribute(date, "href")),
            )
        )
    return found


def _number(node: LexborNode) -> str | None:
    return html.attribute(node, "data-reaction-id") or (node.id or "").removeprefix("r_") or None
