"""HyperKitty, the archive of Mailman 3: threads as HTML, and the pieces in which a page loads its replies.

A thread's page holds its first message; the replies come with it (for robots and with `?noscript`) or are fetched six at a
time as JSON that holds HTML (`/replies?sort=thread&offset=6`). In thread order a reply's depth stands in a class
(`reply-level-2`; before 1.1 in its indent), at most 5: deeper ones count as answers to the last message of level 4; REST
knows better. The page tells the sender's date and time without a zone, and the server's time without a date; together they
give the moment on the server's clock, which is UTC unless somebody has set it. Checked against the templates of 1.3.7 and
1.3.12.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html, mail
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, load, string
from pipeline.platforms.markup import written
from pipeline.platforms.posts import Posts
from pipeline.platforms.reading import Reading

NAME = "hyperkitty"

_PARTS = re.compile(
    r"class=[\"'](?:email-body|email-header|thread-title|thread-email|list-group-item)\b|id=[\"']thread-list"
)
_PIECE = re.compile(r"^\s*\{[^{}]{0,200}?\"(?:replies_html|more_pending)\"\s*:")
_THREAD = re.compile(r"^(.*?)(?:/api)?(/list/[^/?#@]+@[^/?#@]+/thread/\w+)(?:/|$)")
#: depth of a reply: in a class, before 1.1 as two ems a level
_LEVEL = re.compile(r"\breply-level-(\d)\b")
_INDENT = re.compile(r"\bmargin-left:\s*(\d{1,2})em\b")
_REPLIES = re.compile(r"update_thread_replies\(\s*[\"']([^\"']+)[\"']")
_MONTH_PAGE = re.compile(r"/list/[^/@]+@[^/@]+/(?:\d{4}/\d\d?(?:/\d\d?)?/|latest)(?:$|\?)")
_CLOCK_WORDS = ((re.compile(r"\bnoon\b"), "12:00"), (re.compile(r"\bmidnight\b"), "00:00"))
_FULL_HOUR = re.compile(r"(?<![\d:.])(\d{1,2}) ([ap]\.?m\b\.?)", re.IGNORECASE)
#: before 1.3.3 a quote was a div
_OLD_QUOTE = re.compile(r"<div class=\"quoted-text[^\"]*\">((?:(?!<div|</div>).)*)</div>", re.DOTALL)
#: within a body, what its author did not write: the quotes' switches, signatures
_CHROME = ".quoted-switch, .text-muted, .pgp, script, style"
_HOURS = (-12, 14)  # the zones there are


def matches(html: str, url: str) -> bool:
    """Is this a page of HyperKitty, or a piece of one?"""
    if html[:300].lstrip("\ufeff \t\r\n")[:1] == "{":
        return _PIECE.search(html[:2000]) is not None or ('"replies_html"' in html and '"more_pending"' in html)
    return ("hyperkitty/" in html or "HyperKitty" in html) and _PARTS.search(html) is not None


def read(body: str, url: str) -> Reading:
    """A thread's page, a piece of its replies, one message, or a listing (no thread, only links)."""
    if body[:300].lstrip("\ufeff \t\r\n")[:1] == "{":
        return _piece(body, url)
    tree, warnings = html.parse(body)
    place = _place(tree, url)
    if place is None or tree.css_first(".email-body") is None:
        return Reading(NAME, url, next_links=_listed(tree, url), warnings=warnings)
    letters = _Letters(tree, url, place, by_date=_is_by_date(tree, url))
    comments = letters.read()
    announced = _announced(tree)
    return Reading(
        NAME, url,
        title=mail.subject(html.inner_text(html.first(tree, (".thread-header h3", ".message-header h1", "h3"))))[0],
        published_at=comments[0].posted_at if comments and tree.css_first(".email-first") is not None else None,
        announced=announced,
        comments=comments,
        next_links=_more(tree, body, url, place, announced, len(comments) + letters.empty),
        warnings=[*warnings, *letters.warnings()],
        thread=place.thread,
    )  # fmt: skip


def thread_name(url: str) -> str | None:
    """The name of the thread at an address of its page, its pieces or its REST answers; None where it is of none."""
    parts = _parts(url)
    found = _THREAD.match(unquote(parts.path))
    return parts.netloc.rpartition("@")[2].lower() + found[1] + found[2] if found else None


def thread_page(url: str) -> str:
    """The address of a thread's page, from that of its pieces or its REST answers."""
    parts = _parts(url)
    found = _THREAD.match(parts.path.replace("%40", "@"))
    return f"{parts.scheme}://{parts.netloc}{found[1]}{found[2]}/" if found else url


def _parts(url: str) -> SplitResult:
    """An address in its parts; nonsense as nothing."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


@dataclass(frozen=True)
class _Place:
    thread: str
    page: str  # address of the thread's page; a path where the page was saved without its address
    root: str  # id of the thread, which is that of its first message


def _place(tree: LexborHTMLParser, url: str) -> _Place | None:
    """Where a page belongs: by its address, else by the links that a page of a thread or message has to its thread."""
    address = url
    if thread_name(url) is None:
        link = html.first(tree, (".message-back a", ".sort-mode a", "#message-overview-info a[href*='/thread/']"))
        form = tree.css_first('form[action*="/thread/"]')
        found = html.attribute(link, "href") or html.attribute(form, "action") or ""
        address = html.absolute(url, found) or found
    name = thread_name(address)
    if name is None:
        return None
    page = thread_page(address) if html.site(address) else address.partition("?")[0]
    return _Place(name, page, name.rpartition("/")[2])


def _piece(body: str, url: str) -> Reading:
    """A piece of a thread's replies."""
    try:
        data = load(body.lstrip("\ufeff"))
    except BadJSONError as error:
        return Reading(NAME, url, thread=thread_name(url), warnings=[f"not JSON: {error}"])
    data = data if isinstance(data, dict) else {}
    tree, warnings = html.parse(string(data.get("replies_html")) or "")
    thread = thread_name(url)
    place = _Place(thread or "", thread_page(url), (thread or "").rpartition("/")[2])
    letters = _Letters(tree, url, place, by_date="sort=date" in url)
    comments = letters.read()
    offset = string(data.get("next_offset"))
    more = data.get("more_pending") is True and offset is not None and offset.isdigit() and html.site(url) is not None
    return Reading(
        NAME, thread_page(url), comments=comments,
        next_links=[f"{place.page}replies?sort=thread&offset={offset}"] if more else [],
        warnings=[*warnings, *letters.warnings()],
        thread=thread,
    )  # fmt: skip


class _Letters:
    """The messages of a page."""

    def __init__(self, tree: LexborHTMLParser, url: str, place: _Place, *, by_date: bool) -> None:
        self.tree = tree
        self.url = url
        self.place = place
        self.by_date = by_date
        self.clock = Clock("en")  # no zone is known: wall clocks stay as they are
        self.counts: Counter[str] = Counter()
        self.empty = 0

    def read(self) -> list[RawComment]:
        """Messages in page order."""
        found = []
        above: list[str | None] = [self.place.root or None]  # the last message of each depth, the thread's first at 0
        letters = Posts(self.tree, ((str(place), node) for place, node in enumerate(self.tree.css(".email"))))
        heads, bodies = letters.first(".email-header[id]"), letters.first(".email-body")
        authors, times = (
            letters.first(".email-author .name", ".email-author"),
            letters.first(".time span[title]", ".time"),
        )
        links = letters.first('.messagelink a[href*="/message/"]', '.email-info a[href*="/message/"]')
        for key, node in letters.nodes.items():
            number = html.attribute(heads.get(key), "id")
            if key not in bodies:
                continue
            parent = self._parent(node, number, above)
            text = _text(bodies[key])
            if not text:
                self.empty += 1
                continue
            found.append(
                RawComment(
                    platform_id=number,
                    parent=parent,
                    author=mail.without_address(html.inner_text(authors.get(key))),
                    posted_at=self._moment(times.get(key)),
                    text=text,
                    text_format="html",
                    permalink=html.absolute(self.place.page, html.attribute(links.get(key), "href")),
                )
            )
        return found

    def warnings(self) -> list[str]:
        """What was assumed or could not be told."""
        said = {
            "server": "times on the server's clock, taken as UTC: {n}",
            "sender": "times on the sender's clock, taken as UTC: {n}",
            "parent": "replies of which the message that they answer stands on another piece: {n}",
        }
        return [form.format(n=self.counts[key]) for key, form in said.items() if self.counts[key]] + [
            warning for warning in self.clock.warnings() if "without a zone" not in warning
        ]

    def _parent(self, node: LexborNode, number: str | None, above: list[str | None]) -> str | None:
        if "email-first" in (node.attributes.get("class") or "") or self.by_date:
            if number is not None and not self.by_date:
                above[0] = above[0] or number
            return None
        around = node.parent
        level = _LEVEL.search(html.attribute(around, "class") or "")
        indent = _INDENT.search(html.attribute(around, "style") or "")
        depth = (int(level[1]) if level else int(indent[1]) // 2 if indent else 0) + 1
        parent = above[depth - 1] if depth <= len(above) else None
        self.counts["parent"] += parent is None
        del above[depth:]
        above.extend([None] * (depth - len(above)))
        above.append(number)
        return parent

    def _moment(self, time: LexborNode | None) -> dt.datetime | None:
        """The server's time on the day that brings it nearest to what the sender's clock showed."""
        sent = self.clock.read(_plain_clock(html.attribute(time, "title")))
        if sent is None:
            return None
        written = _plain_clock(html.inner_text(time)) or ""
        shown = self.clock.read(f"{sent:%Y-%m-%d} {written}") if re.search(r"\d[:.h]\d\d", written) else None
        if shown is None:
            self.counts["sender"] += 1
            return sent
        days = [shown + dt.timedelta(days=day) for day in (-1, 0, 1)]
        near = [day for day in days if _HOURS[0] <= (sent - day).total_seconds() / 3600 <= _HOURS[1]]
        self.counts["server"] += 1
        return min(near or days, key=lambda day: abs(sent - day))


def _plain_clock(text: str | None) -> str | None:
    """A time as Django writes it in English ("noon", "4 p.m.") with its minutes."""
    if text is None:
        return None
    for word, time in _CLOCK_WORDS:
        text = word.sub(time, text)
    return _FULL_HOUR.sub(r"\1:00 \2", text)


def _text(body: LexborNode) -> str:
    """A body's markup: quotes as blockquote, without signatures. Bodies without paragraphs (before 1.3) get line breaks."""
    text = written(body, _CHROME)
    for _ in range(4 if '<div class="quoted-text' in text else 0):  # innermost first; HyperKitty marks four depths
        text = _OLD_QUOTE.sub(r"<blockquote>\1</blockquote>", text)
    if "<p" not in text and "<pre" not in text:
        text = text.replace("\n", "<br>")
    return text


def _announced(tree: LexborHTMLParser) -> int | None:
    """The number of messages: the page counts comments, which the first one is not."""
    icon = tree.css_first("#thread-overview-info .fa-comment")
    around = icon.parent if icon is not None else None
    number = number_in(html.inner_text(around))
    return number + 1 if number is not None else None


def _is_by_date(tree: LexborHTMLParser, url: str) -> bool:
    return (
        parse_qs(_parts(url).query).get("sort") == ["date"]
        or tree.css_first('.sort-mode a[href*="sort=thread"]') is not None
    )


def _more(tree: LexborHTMLParser, body: str, url: str, place: _Place, announced: int | None, found: int) -> list[str]:
    """Where the replies are that a page does not hold: at its other form for readers without scripts, else in pieces."""
    waiting = tree.css_first(".replies .ajaxloader") is not None
    if tree.css_first(".email-first") is None or not html.site(place.page):
        return []
    if not waiting and (announced is None or announced <= found):
        return []
    if waiting and (plain := html.links(tree, 'a[href$="?noscript"]', place.page)):
        return plain
    script = _REPLIES.search(body)
    address = html.absolute(place.page, script[1].replace("&amp;", "&").partition("?")[0]) if script else None
    offset = "" if waiting or _is_by_date(tree, url) else f"&offset={found - 1}"
    return [f"{address or place.page + 'replies'}?sort=thread{offset}"]


def _listed(tree: LexborHTMLParser, url: str) -> list[str]:
    """Threads and further pages of a listing."""
    threads = html.links(tree, 'a.thread-title, .thread-title a, a.list-group-item[href*="/thread/"]', url)
    pages = html.links(tree, ".pagination a[href^='?'], .paginator a[href^='?']", url)
    months = [link for link in html.links(tree, "a[href]", url) if _MONTH_PAGE.search(link)]
    return [link for link in dict.fromkeys([*threads, *pages, *months]) if link != url.partition("#")[0]]
