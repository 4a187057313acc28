"""Which place in the blocks holds the text.

It is the place with the most text that holds neither author nor date, then the narrowest within it that leaves out only
frame. On old pages the text stands loose behind the author, in an element with it; where its paragraphs stand beside author
and date with nothing around them, it is all of these paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile

from pipeline.platforms.generic.blocks import Block
from pipeline.platforms.generic.names import Name
from pipeline.platforms.generic.outline import INLINE
from pipeline.platforms.generic.places import Places

_HEADINGS = frozenset(["h1", "h2", "h3"])
_PARAGRAPHS = frozenset(["p", "ul", "ol", "blockquote", "pre"])
#: elements of the text itself: never the place of all of it
_WITHIN = INLINE | _HEADINGS | _PARAGRAPHS | {"li"}
_CONTENT = re.compile(r"content|message|body|text|entry|postcolor|bericht|beitrag|description|markdown|prose", re.I)
_ABOUT_AUTHOR = re.compile(r"author|user|profile|member|poster", re.I)
CHROME = re.compile(
    r"(?:^|[\s_-])(?:signatures?|sig|footer|edited|editedby|last-?edited?|edit-?(?:note|info|reason)|share|sharing|social|likes?|reactions?|toolbar|buttons?|attach\w*|avatar|"
    r"reply-?link|report|votes?|voting|rating|advert\w*|ads?|sponsor\w*|controls?|actions?|userinfo|user-?info|author-?info|postprofile|poststats|notice|screen-reader\w*|"
    r"sr-only|visually-?hidden|thanks?|permalink|expand-?link|js-expand\w*|like_text|ignored|menu|post-?menu|flair)(?:[\s_-]|$)|signature|(?:^|\s)after_content",
    re.I,
)


def contents(places: Places, authors: list[Name | None]) -> list[list[int]]:
    """For each block the elements that hold its text, in page order: one in most pages."""
    best = _content_slot(places, authors)
    found: list[list[int]] = []
    for number, block in enumerate(places.blocks):
        elements = places.at[best].get(number, []) if best is not None else []
        if best is None or not elements:
            elements = _remainder(places, block, authors[number])
        if len(elements) == 1 and places.outline.tags[elements[0]] in _PARAGRAPHS:
            elements = _beside(places, elements[0], number, authors)
        found.append(elements)
    return found


def _beside(places: Places, at: int, number: int, authors: list[Name | None]) -> list[int]:
    """A paragraph with what stands beside it of the same text: called as it is, or nothing at all, and no frame."""
    outline, block = places.outline, places.blocks[number]
    replies, top = {one.start for one in block.inner}, outline.parents[at]
    children, child = list[int](), top + 1 if top >= block.start else block.start
    while child < min(outline.ends[top], block.stop):
        children.append(child)
        child = outline.ends[child]

    def goes_on(i: int) -> bool:
        if outline.classes[i] not in ((), outline.classes[at]) or CHROME.search(outline.words(i)):
            return False
        if i in replies or places.holds_blocks(i) or _holds_frame(places, i, number, authors):
            return False
        return places.size(i) > 0 or outline.quoted[i]

    place = children.index(at)
    before = takewhile(lambda i: outline.tags[i] in _PARAGRAPHS and goes_on(i), reversed(children[:place]))
    behind = [i for i in children[place + 1 :] if outline.tags[i] in _PARAGRAPHS | _HEADINGS and goes_on(i)]
    return [*reversed([*before]), at, *behind]


def _content_slot(places: Places, authors: list[Name | None]) -> int | None:
    """The slot with the most text that holds neither date nor author, then what is within it and loses none."""
    sizes: dict[int, int] = {}
    for slot, members in enumerate(places.at):
        if len(members) < 0.7 * len(places.blocks):
            continue
        total, bad, called = 0, 0, _called(places, slot)
        for number, elements in members.items():
            for index in elements:
                bad += _holds_frame(places, index, number, authors) or places.holds_blocks(index)
                total += places.size(index)
        if bad <= 0.1 * len(members) and not CHROME.search(called):
            sizes[slot] = total // 4 if _ABOUT_AUTHOR.search(called) else total
    loose = _loose_slot(places)
    if loose is not None and loose[1] > 1.5 * max(sizes.values(), default=0):
        return loose[0]
    if not sizes:
        return None
    best = max(sizes, key=lambda slot: (sizes[slot], slot))
    while (inner := _narrower(places, best, sizes)) is not None:
        best = inner
    return best


def _loose_slot(places: Places) -> tuple[int, int] | None:
    """The slot with the most text that stands just in it, in no element of its own, and how much: old pages put the
    text behind author and date."""
    outline, sizes = places.outline, Counter[int]()
    for i, owner in enumerate(outline.owners):
        slot = places.slot_of.get(owner)
        if slot is not None and (slot == 0 or outline.tags[owner] not in _WITHIN):
            sizes[slot] += places.novel[i + 1] - places.novel[i]
    found = max(sizes.items(), key=lambda one: (one[1], -one[0]), default=None)
    return found if found is not None and len(places.at[found[0]]) >= 0.5 * len(places.blocks) else None


def _narrower(places: Places, slot: int, sizes: dict[int, int]) -> int | None:
    """A slot just within another that leaves out only frame: it is called a content, or holds nearly all of the text, and
    is one of its kind there."""
    members = places.at[slot]
    for (above, step, ordinal), child in places.slots.items():
        if above != slot or child not in sizes or step.partition(".")[0] in _WITHIN:
            continue
        if ordinal or (above, step, 1) in places.slots:
            continue
        enough = 0.6 if _CONTENT.search(_called(places, child)) else 0.95
        lost = len(members.keys() - places.at[child].keys())
        if sizes[child] >= enough * sizes[slot] and lost <= 0.1 * len(members):
            return child
    return None


def _called(places: Places, slot: int) -> str:
    elements = next(iter(places.at[slot].values()))
    return places.outline.words(elements[0])


def _holds_frame(places: Places, index: int, number: int, authors: list[Name | None]) -> bool:
    end = places.outline.ends[index]
    author = authors[number]
    return index <= places.blocks[number].date < end or (
        author is not None and index <= author.element < end and author.element != places.blocks[number].start
    )


def _remainder(places: Places, block: Block, author: Name | None) -> list[int]:
    """A block's largest element that holds neither date nor author: for a post that is marked up unlike the others."""
    outline = places.outline
    best, most, at = block.start, -1, block.start
    inner = {one.start: one.stop for one in block.inner}
    while at < block.stop:
        if at in inner:
            at = inner[at]
            continue
        end = outline.ends[at]
        if at <= block.date < end or (author is not None and at <= author.element < end):
            at += 1
            continue
        size = places.size(at)
        if size > most and not CHROME.search(outline.words(at)):
            best, most = at, size
        at = end
    return [best] if most > 0 else []
