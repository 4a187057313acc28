"""A page as flat lists: elements in page order with where each ends, the texts between them, and the dates that they show.

All that follows counts in these lists; the page itself is walked once. An element `i` holds the elements `i + 1` to
`ends[i]`, and the texts `text_from[i]` to `text_to[i]`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms.dates import looks_like_date

SKIPPED = frozenset(
    ["script", "style", "template", "svg", "select", "textarea", "iframe", "nav", "object", "head", "datalist"]
)
#: elements within a line: which of them a theme takes differs from post to post (XenForo 1: abbr or span)
INLINE = frozenset(["a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "time", "u"])
#: class words that tell a state and not a kind
_STATE = re.compile(
    r"^(?:odd|even|first|last|alt\d?|new|unread|read|online|offline|active|hidden|clearfix|js-.*|is-.*|has-.*|bg\d|row\d|.*-author-.*|by-?(?:post)?author.*|.*owner.*)$",
    re.I,
)
_DIGITS = re.compile(r"\d+")
_QUOTE = re.compile(r"quot|zitat|citaat|citation", re.I)
#: what stands before dates that are not the post's: when a member joined, when a post was edited
_OTHER_DATE = re.compile(
    r"^\W*(?:joined|join date|registered|member since|regist|mitglied|dabei|beigetreten|beitritt|angemeldet|anmeldung|lid |geregistreerd|aangemeld|inscri|membre|"
    r"iscritto|date d|last|edited|modifi|edit|bearbeitet|zuletzt|ge.ndert|laatst|letzte|dernier|bewerkt|gewijzigd|geburt|birth|from)",
    re.I,
)
#: that of an edit may stand in the place of the date
_EDITED = re.compile(r"^\W*(?:edited|modified|bearbeitet|ge.ndert|bewerkt|gewijzigd|modifi.)\W*$", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIME_OF_DAY = re.compile(r"\d[:h]\d\d")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d|^\d{10}(?:\d{3})?$")
#: a date in full; others count only where the text holds none
_ABSOLUTE = re.compile(r"\d{4}|\d[-/.]\d{1,2}[-/.]\d")
#: the time of a date that stands apart from it
_TIME = re.compile(
    r"^(?:\W*(?:om|at|um|à|a las|kl\.?)?\s*)(\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?)\W*(?:uhr|uur)?\W*$", re.I
)
_ORDINAL = re.compile(r"(?<=\d) (st|nd|rd|th)\b(?: (?=,))?")
_CALLED = ("class", "id", "itemprop", "rel")
_STAMPS = ("datetime", "data-time", "data-timestamp", "data-date", "data-utc", "content", "title")


def stable(token: str) -> str | None:
    """A class without its numbers; None for one that tells a state."""
    return None if _STATE.match(token) else _DIGITS.sub("#", token)


class Outline:
    """The flat lists of a page."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.nodes: list[LexborNode] = []
        self.tags: list[str] = []
        self.parents: list[int] = []
        self.ends: list[int] = []
        self.attributes: list[dict[str, str | None]] = []
        self.classes: list[tuple[str, ...]] = []
        self.quoted: list[bool] = []
        self.dates_before: list[int] = []  # of each element: how many dates were known when it opened
        self.text_from: list[int] = []
        self.text_to: list[int] = []
        self.texts: list[str] = []
        self.owners: list[int] = []  # of each text: the element just around it
        self.linked: list[bool] = []  # of each text: does it stand in a link?
        self._words: dict[int, str] = {}
        self.dates: dict[int, str] = {}  # element -> its date as written, the best of attribute and text
        self._last = ""  # the text just before, where it is a date
        self._edits: dict[int, str] = {}  # element -> the date of an edit
        if tree.body is not None:
            self._walk(tree.body)
        lengths = [len(text) for text in self.texts]
        self.chars = [0, *accumulate(lengths)]
        self.loose = [0, *accumulate(0 if linked else n for n, linked in zip(lengths, self.linked, strict=True))]
        self.links = [n - loose for n, loose in zip(self.chars, self.loose, strict=True)]
        self.date_order = sorted(self.dates)
        self._date_by_edits()

    def _walk(self, body: LexborNode) -> None:
        """Fill the lists. `stack` holds nodes to open with (parent, in a link, in a quote, in a date), or an element to close."""
        stack: list[tuple[LexborNode | None, int, bool, bool, bool]] = [(body, -1, False, False, False)]
        while stack:
            node, parent, linked, quoted, dated = stack.pop()
            if node is None:
                self._close(parent, dated)
                continue
            tag = node.tag
            if tag == "-text":
                self._text(node.text_content or "", parent, linked, quoted or dated)
                continue
            if tag is None or tag in SKIPPED or tag[0] in "-_!":
                continue
            index, attributes = len(self.nodes), node.attributes
            classes = attributes.get("class") or ""
            quoted = (
                quoted
                or tag == "blockquote"
                or (tag == "cite" and _before_quote(node))
                or (_QUOTE.search(classes) is not None and tag not in ("a", "button", "li", "article", "span", "body"))
            )
            self.nodes.append(node)
            self.tags.append(tag)
            self.parents.append(parent)
            self.ends.append(index + 1)
            self.attributes.append(attributes)
            self.classes.append(tuple(filter(None, map(stable, classes.split()[:12]))) if classes else ())
            self.quoted.append(quoted)
            self.dates_before.append(len(self.dates))
            self.text_from.append(len(self.texts))
            self.text_to.append(len(self.texts))
            if not dated and not quoted and (stamp := _stamp(tag, attributes)):
                if not self._is_other_date():
                    self.dates[index] = stamp
                    dated = True
                elif _EDITED.match(self.texts[-1]):
                    self._edits[index] = stamp
            stack.append((None, index, False, False, dated or quoted))
            children, child = [], node.child
            while child is not None:
                children.append((child, index, linked or tag == "a", quoted, dated))
                child = child.next
            stack.extend(reversed(children))

    def _text(self, text: str, owner: int, linked: bool, dated: bool) -> None:
        text = " ".join(text.split())
        if not text:
            return
        if (
            not dated
            and len(text) < 80
            and owner not in self.dates
            and looks_like_date(text)
            and not _OTHER_DATE.match(text)
            and not self._is_other_date()
        ):
            self.dates[owner] = self._last = text.rstrip(" :")
        elif self._last and not dated and (time := _TIME.match(text)) and not _TIME_OF_DAY.search(self._last):
            at = next(reversed(self.dates))
            self.dates[at], self._last = f"{self._last} {time[1]}", ""
        else:
            self._last = ""
        self.texts.append(text)
        self.owners.append(owner)
        self.linked.append(linked)

    def _close(self, index: int, dated: bool) -> None:
        self.ends[index], self.text_to[index] = len(self.nodes), len(self.texts)
        start, end = self.text_from[index], self.text_to[index]
        if dated or not 1 < end - start < 8:
            return
        own = self.dates.get(index)
        others = len(self.dates) - self.dates_before[index] - (own is not None)
        last = next(reversed(self.dates)) if others == 1 else index  # a day of which the year stands apart
        if others > 1 or (last in self.dates and _YEAR.search(self.dates[last])) or (others and own):
            return
        whole = _ORDINAL.sub(r"\1", " ".join(self.texts[start:end])).replace(" , ", ", ")
        if others and not (last in self.dates and _YEAR.search(whole)):
            return
        if 6 < len(whole) < 60 and looks_like_date(whole) and not _OTHER_DATE.match(whole):
            if others:
                del self.dates[last]
            self.dates[index] = whole  # a date whose parts are marked up one by one

    def _date_by_edits(self) -> None:
        """Date the posts of which the page tells only when they were edited: in the place where others have their date,
        with no date near it."""
        usual = {self._place(date) for date in self.dates} if self._edits else set()
        for index in [index for index in self._edits if self._place(index) in usual]:
            line = self._line(index)
            near = self.dates_within(line, self.ends[line])
            if all(date < index < self.ends[date] for date in near):  # what was put together from it
                for date in near:
                    del self.dates[date]
                self.dates[index] = self._edits[index]
        self.date_order = sorted(self.dates)

    def _place(self, index: int) -> tuple[str, ...]:
        """The last steps of the path to an element."""
        steps: list[str] = []
        while index >= 0 and len(steps) < 4:
            steps.append(self.step(index))
            index = self.parents[index]
        return tuple(steps)

    def _line(self, index: int) -> int:
        """The widest element around another with no more than some short texts: the line above a post."""
        while (
            (above := self.parents[index]) >= 0
            and self.text_to[above] - self.text_from[above] <= 12
            and self.size(above) < 200
        ):
            index = above
        return index

    def _is_other_date(self) -> bool:
        """Does the text just before say that a date is not the post's?"""
        before = self.texts[-1] if self.texts else ""
        # One that gives a year itself ("lid sinds 2011") says nothing of the date that follows.
        return len(before) < 40 and _OTHER_DATE.match(before) is not None and _YEAR.search(before) is None

    def step(self, index: int) -> str:
        """An element's name in a path: its tag and first class."""
        classes = self.classes[index]
        return f"{self.tags[index]}.{classes[0]}" if classes else self.tags[index]

    def dates_within(self, start: int, stop: int) -> list[int]:
        """Elements with a date, in page order."""
        return self.date_order[bisect_left(self.date_order, start) : bisect_left(self.date_order, stop)]

    def size(self, index: int) -> int:
        """Characters of text in an element."""
        return self.chars[self.text_to[index]] - self.chars[self.text_from[index]]

    def text(self, index: int) -> str:
        """An element's text on one line."""
        return " ".join(self.texts[self.text_from[index] : self.text_to[index]])

    def words(self, index: int) -> str:
        """What an element is called: classes, id, itemprop, rel."""
        if (words := self._words.get(index)) is None:
            attributes = self.attributes[index]
            words = " ".join(filter(None, (attributes.get(name) for name in _CALLED))) if attributes else ""
            self._words[index] = words
        return words


def _before_quote(node: LexborNode) -> bool:
    """Does a quote follow at once, so that an element tells whose it is? One that holds more (a date) may head a post."""
    if node.css_first("time, abbr, span, a") is not None:
        return False
    after = node.next
    while after is not None and (
        after.tag == "br" or (after.tag == "-text" and not (after.text_content or "").strip())
    ):
        after = after.next
    return after is not None and after.tag == "blockquote"


def _stamp(tag: str, attributes: dict[str, str | None]) -> str | None:
    """The moment that an element's attributes give."""
    if not attributes:
        return None
    for name in _STAMPS:
        value = attributes.get(name)
        if (
            not value
            or len(value) > 80
            or (name == "content" and "itemprop" not in attributes and "property" not in attributes)
            or attributes.get("itemprop") == "dateModified"
        ):
            continue
        if _STAMP.search(value) or (
            name == "title" and tag in INLINE and _ABSOLUTE.search(value) and looks_like_date(value)
        ):
            return value
    return None
