"""What makes lexbor take time or memory that grows with the square of a page, taken out before it is parsed; the text stays.

Elements nested 60,000 deep take 13 s. A tag with 100,000 attributes takes 20 s: each is compared with all before it. A
formatting element (<b id=1>) that is never closed is opened again in every paragraph behind it: a page of 100 kB with 4,000 of
them becomes 3 GB. No page that people read comes near any of this, and to see that costs it next to nothing.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

MAX_DEPTH = 1_000
MAX_ATTRIBUTES = 1_000
#: formatting elements open at once, at least and at most: the fewer, the more tags there are
MAX_FORMATTING = (10, 100)
#: fewer tags than this cannot nest deep enough to matter
SHALLOW = 10_000
#: formatting tags times tags: about the nodes that may come of them, at 400 bytes each
_NODES = 1_000_000
#: characters without a "<" that make a tag with too many attributes possible, at four each; in pages below HUGE characters,
#: which hold fewer such tags, four times as many are waited for
_RUN = 2 * MAX_ATTRIBUTES
_HUGE = 1_000_000
#: how the warnings of what was taken out begin
FORMS = ("elements nested over", "attributes of one tag beyond", "formatting elements beyond")

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
#: elements that are left open on purpose, or that hold nothing: counting them would drift
_UNCOUNTED = frozenset([
    "p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd", "option", "rp", "rt", "html", "head", "body",
    "colgroup", "caption", "br", "img", "input", "hr", "meta", "link", "source", "wbr", "area", "base", "col", "embed",
    "param", "track",
])  # fmt: skip
#: an attribute as browsers take it apart (HTML, 13.2.5.32 and on), or what stands between two
_ATTRIBUTE = r"(?:[\s/]++|(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=(?:\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+))?+)?+)"
_ENOUGH = re.compile(rf"<[a-zA-Z][^\s/>]*+{_ATTRIBUTE}{{0,{2 * MAX_ATTRIBUTES}}}+")
_MORE = re.compile(rf"{_ATTRIBUTE}*+")
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"])
#: of these only one is open at once, but they are closed like them
_ALSO_FORMATTING = _FORMATTING | {"a", "nobr"}
#: what an end tag within does not close anything around
_WALLS = frozenset(["applet", "marquee", "object", "table", "template"])
#: comments, and tags with their attributes
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?--!?>|.*)|<(?P<slash>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<rest>(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+)>?",
    re.DOTALL,
)


def _begins() -> npt.NDArray[np.bool_]:
    """By the two bytes behind a "<": whether they may begin a formatting tag with attributes, or <html> or <body>, whose
    attributes are put together with those of the ones before."""
    found = np.zeros(1 << 16, bool)
    pairs = [letter + end for letter in "bisu" for end in "\t\n\f\r /"]
    for pair in [*pairs, "em", "tt", "bi", "co", "fo", "sm", "st", "ht", "bo"]:
        for one in pair[0] + pair[0].upper():
            for two in pair[1] + pair[1].upper():
                found[ord(one) << 8 | ord(two)] = True
    return found


_BEGINS = _begins()


def tame(page: str) -> tuple[bytes, list[str]]:
    """A page as UTF-8, without what exceeds the limits, and warnings of what was left out."""
    warnings: list[str] = []
    data = page.encode("utf-8", "replace")
    page, cut = _without_attributes(page)
    if cut:
        warnings.append(f"attributes of one tag beyond {MAX_ATTRIBUTES}, left out: {cut}")
        data = page.encode("utf-8", "replace")
    tags, formatting = _count(data)
    if formatting * tags > _NODES:
        page, cut = unformatted(page, tags)
        if cut:
            warnings.append(f"formatting elements beyond those that can be open at once, their tags left out: {cut}")
            data = page.encode("utf-8", "replace")
    if tags > SHALLOW:
        page, cut = flatten(page)
        if cut:
            warnings.append(f"elements nested over {MAX_DEPTH} deep: {cut} tags left out, their text kept")
            data = page.encode("utf-8", "replace")
    return data, warnings


def _count(data: bytes) -> tuple[int, int]:
    """How many tags a page has at most, and how many of them may be formatting elements with attributes, if that matters."""
    letters = np.frombuffer(data, np.uint8)
    is_tag = letters == ord("<")
    tags = int(np.count_nonzero(is_tag))
    if tags**2 < 4 * _NODES:
        return tags, 0
    at = np.flatnonzero(is_tag)
    behind = letters.take(at + 1, mode="clip").astype(np.uint16) << 8 | letters.take(at + 2, mode="clip")
    return tags, int(np.count_nonzero(_BEGINS[behind]))


# --- attributes ----------------------------------------------------------------------------------------------------


def _without_attributes(page: str) -> tuple[str, int]:
    """A page without the attributes of a tag beyond MAX_ATTRIBUTES, and their number at most. Linear time: it is looked for
    where no "<" stands for a while."""
    run = _RUN if len(page) > _HUGE else 4 * _RUN
    kept, last, cut, at = [], 0, 0, run
    while at < len(page):
        if page.rfind("<", at - run, at) < 0:
            begin = page.rfind("<", max(at - 3 * run, last), at - run)
            enough = _ENOUGH.match(page, begin) if begin >= 0 else None
            more = _MORE.match(page, enough.end()) if enough else None
            at = max(at, more.end()) if more else at
            if more and more[0].strip(" /\t\r\n\f"):
                kept.append(page[last : more.start()])
                cut += len(more[0].split())
                last = more.end()
        at += run
    return ("".join([*kept, page[last:]]), cut) if cut else (page, 0)


# --- formatting elements ---------------------------------------------------------------------------------------------


def unformatted(page: str, tags: int) -> tuple[str, int]:
    """A page of so many tags without the start tags of formatting elements where too many are open, and of all but the first
    <html> and <body>; and their number."""
    kept, last, cut = [], 0, 0
    opened: Counter[str] = Counter()
    total, most = 0, min(max(_NODES // max(tags, 1), MAX_FORMATTING[0]), MAX_FORMATTING[1])
    for tag in _TOKEN.finditer(page):
        name = (tag["name"] or "").lower()
        is_root = name in ("html", "body")
        if not is_root and name not in _FORMATTING:
            continue
        if tag["slash"]:
            if opened[name] and not is_root:
                opened[name] -= 1
                total -= 1
        elif (opened[name] >= 10) if is_root else (total >= most):
            kept.append(page[last : tag.start()])
            last = tag.end()
            cut += 1
        else:
            opened[name] += 1
            total += not is_root
    return ("".join([*kept, page[last:]]), cut) if cut else (page, 0)


# --- depth -----------------------------------------------------------------------------------------------------------


def flatten(page: str) -> tuple[str, int]:
    """A page of which no element is nested deeper than MAX_DEPTH, and the number of tags that were left out: of elements that
    have half as many around them, and half as many in them. So what many wrappers hold stays as it was. Linear time."""
    depth = 0
    for _, _, _, closes in _counted(page):
        depth += -1 if closes else 1
        if depth > MAX_DEPTH:
            break
    else:
        return page, 0
    tree = _Tree()
    begins, ends = array("q"), array("q")
    for begin, end, name, closes in _counted(page):
        begins.append(begin)
        ends.append(end)
        (tree.close if closes else tree.open)(name)
    kept, last, cut = [], 0, 0
    for number, is_cut in enumerate(tree.cut()):
        if is_cut:
            kept.append(page[last : begins[number]])
            last = ends[number]
            cut += 1
    return "".join([*kept, page[last:]]), cut


class _Tree:
    """The elements that tags open and close, in the way of browsers; tags by number."""

    def __init__(self) -> None:
        self._openers = array("q")  # by tag: the tag that opened what it closes, or itself
        self._cut = bytearray()
        self._open: list[int] = []
        self._heights: list[int] = []  # of the open elements: how deep others are nested in them, so far
        self._named: dict[str, list[int]] = defaultdict(list)  # the open elements of a name
        self._names: list[str] = []  # of the open elements
        self._closed: set[int] = set()  # formatting elements: closed, with others in them that are not

    def open(self, name: str) -> None:
        """A start tag."""
        number = len(self._openers)
        self._openers.append(number)
        self._cut.append(0)
        self._open.append(number)
        self._heights.append(0)
        self._names.append(name)
        self._named[name].append(number)

    def close(self, name: str) -> None:
        """An end tag: of what is open and in no table of its own, with all that is open in it; a formatting element's leaves
        others open."""
        mine = self._named[name]
        walls = max((self._named[wall][-1] for wall in _WALLS if self._named.get(wall)), default=-1)
        opener = mine[-1] if mine and (mine[-1] >= walls or name in _WALLS) else -1
        self._openers.append(opener)
        self._cut.append(0)
        if opener < 0:
            return
        if name in _ALSO_FORMATTING and self._open[-1] != opener:
            self._closed.add(mine.pop())
            return
        while self._pop() != opener:
            pass
        while self._open and self._open[-1] in self._closed:
            self._pop()

    def _pop(self) -> int:
        number, height, name = self._open.pop(), self._heights.pop(), self._names.pop()
        if self._heights:
            self._heights[-1] = max(self._heights[-1], height + 1)
        if number not in self._closed:
            self._named[name].pop()
        self._cut[number] = len(self._open) >= MAX_DEPTH // 2 and height >= MAX_DEPTH // 2
        return number

    def cut(self) -> Iterator[bool]:
        """By tag: whether it is to be left out. All that is open ends here."""
        while self._open:
            self._pop()
        return (opener >= 0 and bool(self._cut[opener]) for opener in self._openers)


def _counted(page: str) -> Iterator[tuple[int, int, str, bool]]:
    """The tags that nest: begin, end, name, and whether one is an end tag. End tags of what is not open are none."""
    opened: Counter[str] = Counter()
    end = 0
    # Each tag's end is sought from its begin, and the next tag from there: a pattern with both in it would go to the end
    # of the page again from every tag that is never closed.
    while (tag := _TAG.search(page, end)) is not None and (end := page.find(">", tag.end()) + 1):
        name = tag[2].lower()
        if name in _UNCOUNTED or (tag[1] and not opened[name]):
            continue
        opened[name] += -1 if tag[1] else 1
        yield tag.start(), end, name, bool(tag[1])
