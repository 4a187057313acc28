"""Flarum: discussions as pages. `flarum_json` reads the answers of its API.

A page carries the API's answer for its scripts (`flarum-json-payload`; before 1.8 an argument of `app.load`), which tells
ids and times. What it shows browsers without scripts (`#flarum-content`) holds only names and texts, and is read where a
page was saved without its scripts.
"""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import flarum_json, html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import whole
from pipeline.platforms.dates import Clock
from pipeline.platforms.flarum_json import Discussion
from pipeline.platforms.json_text import BadJSONError, load, string
from pipeline.platforms.marks import Marks
from pipeline.platforms.reading import Reading

NAME = "flarum"

_MARKS = Marks(
    ("flarum-", r"id=[\"']flarum-(?:json-payload|content|loading)"),
    ("flarum.core.app", r"\bflarum\.core\.app\b"),
)
_LOADED = re.compile(r"\bapp\.(?:load|preload)\((?=\{)")
_TITLE = ("#flarum-content h1", "#flarum-content h2")
_POSTS = ("#flarum-content article", "#flarum-content .container > div > div")
#: "[verwijderd]" in every language; "" where there is no heading
_NAMELESS = re.compile(r"\[[^\]]*\]|")
_PAGES = 'link[rel~="next"][href], link[rel~="prev"][href], #flarum-content a[href*="page="]'
_DISCUSSIONS = '#flarum-content li a[href*="/d/"]'
#: the list of discussions shows its pages' links without a rel
_MORE = '#flarum-content a[href*="page="], link[rel~="next"][href]'


def matches(html: str, url: str) -> bool:
    """Is this a page of a Flarum forum?"""
    return _MARKS.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a discussion; a list of discussions as a page without a thread."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    document = _payload(tree)
    discussion = _discussion(tree, document, address)
    if discussion is None:
        return Reading(NAME, url, language=language, next_links=_listed(tree, document, address), warnings=warnings)
    clock = Clock(language)
    comments = flarum_json.discussion_page(document, discussion, clock) or _shown(tree)
    attributes = flarum_json.attributes(flarum_json.resource(document, "discussions", discussion.number))
    return Reading(
        NAME, url,
        title=string(attributes.get("title")) or html.inner_text(html.first(tree, _TITLE)),
        language=language,
        published_at=clock.read(string(attributes.get("createdAt"))),
        announced=flarum_json.announced(attributes),
        comments=comments,
        next_links=_next(tree, discussion, address, whole(attributes.get("lastPostNumber"))),
        warnings=[*warnings, *clock.warnings()],
        thread=discussion.thread,
    )  # fmt: skip


def _payload(tree: LexborHTMLParser) -> dict[str, Any]:
    """The API's answer that a page carries; empty where it carries none."""
    node = tree.css_first("script#flarum-json-payload")
    texts = [node.text()] if node is not None else []
    if not texts:
        scripts = (script.text() for script in tree.css("script:not([src])"))
        texts = [found for text in scripts if text and "iscussions" in text and (found := _loaded(text))]
    for text in texts:
        try:
            data = load(text)
        except BadJSONError:
            continue
        document = data.get("apiDocument") or data.get("document") if isinstance(data, dict) else None
        if isinstance(document, dict):
            return document
    return {}


def _loaded(script: str) -> str | None:
    """What a script hands to the program: the object in brackets, which stands on one line."""
    begin = _LOADED.search(script)
    line = script[begin.end() :].partition("\n")[0] if begin else ""
    end = line.rfind("})")
    return line[: end + 1] if end >= 0 else None


def _discussion(tree: LexborHTMLParser, document: dict[str, Any], address: str) -> Discussion | None:
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    found = flarum_json.discussion_at(address) or flarum_json.discussion_at(canonical)
    main = document.get("data")
    if found is None or not isinstance(main, dict):
        return found
    slug = string(flarum_json.attributes(main).get("slug"))
    return found._replace(slug=slug) if slug else found


def _shown(tree: LexborHTMLParser) -> list[RawComment]:
    """What a page shows without scripts: neither ids nor times, so that no post can name another one."""
    comments = []
    for node in next((nodes for selector in _POSTS if (nodes := tree.css(selector))), []):
        body, name = node.css_first(".Post-body"), node.css_first("h3")
        text, _ = flarum_json.own_markup(body.inner_html or "", None) if body is not None else ("", None)
        if text:
            shown = html.inner_text(name) or ""
            comments.append(RawComment(None, None, None if _NAMELESS.fullmatch(shown) else shown, None, text, "html"))
    return comments


def _next(tree: LexborHTMLParser, discussion: Discussion, address: str, last: int | None) -> list[str]:
    """The pages before and after. Flarum counts comments to know whether there is another page, although events (renamed,
    locked) fill pages too, so the number of the last post is asked as well."""
    here = flarum_json.page_number(address)
    links: dict[int, str] = {}
    for link in html.links(tree, _PAGES, discussion.address):
        other = flarum_json.discussion_at(link)
        if other is not None and other.number == discussion.number:
            links.setdefault(flarum_json.page_number(link), link)
    if last is not None and last > here * flarum_json.PER_PAGE:
        links.setdefault(here + 1, f"{discussion.address}?page={here + 1}")
    links.pop(here, None)
    return list(links.values())


def _listed(tree: LexborHTMLParser, document: dict[str, Any], address: str) -> list[str]:
    """Where a list of discussions leads."""
    plain = address.partition("#")[0]
    shown = html.links(tree, _DISCUSSIONS, plain)
    base = flarum_json.forum_at(plain)
    given = [found.address for found in flarum_json.discussions(document, base)] if base else []
    more = html.links(tree, _MORE, plain)
    return [link for link in dict.fromkeys([*(shown or given), *more]) if link != plain]
