"""The parts of a group's blocks: which place in a block holds the author, which the text.

A place (slot) is the path from the block to an element, by steps and by number among like siblings. What stands in the
same place in all blocks can be compared: names differ from block to block and repeat, buttons are always the same, the
text is the largest.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from pipeline.platforms.dates import looks_like_date
from pipeline.platforms.generic.blocks import Block, Group
from pipeline.platforms.generic.outline import INLINE, Outline

MAX_ORDINAL = 4
MAX_NAME = 50

_NAMED = re.compile(r"author|user-?_?name|\buser\b|username|nick|poster|\bfn\b|\bname\b|creator|member|auteur|autor|verfasser|by-?line|byuser|display-?name|postername|identity", re.I)
_NOT_NAMED = re.compile(r"rank|title|role|badge|stat|group|location|count|posts|avatar|date|time|reply|quote|share|like|joined|karma|level|rating|signature", re.I)
_PROFILE = re.compile(r"(?:^|[/?&=._-])(?:members?|users?|u|profiles?|profil|author|people|memberlist|mitglied|utilisateur|gebruikers?|personal_pages|benutzer|viewprofile|showuser|user-dashboard|~)(?:[/?&=._-]|$)", re.I)
_CONTENT = re.compile(r"content|message|body|text|entry|postcolor|bericht|beitrag|description|markdown|prose", re.I)
_ABOUT_AUTHOR = re.compile(r"author|user|profile|member|poster", re.I)
CHROME = re.compile(
    r"(?:^|[\s_-])(?:signatures?|sig|footer|edited|editedby|last-?edited?|edit-?(?:note|info|reason)|share|sharing|social|likes?|reactions?|toolbar|buttons?|attach\w*|avatar|"
    r"reply-?link|report|votes?|voting|rating|advert\w*|ads?|sponsor\w*|controls?|actions?|userinfo|user-?info|author-?info|postprofile|poststats|notice|screen-reader\w*|"
    r"sr-only|visually-?hidden|thanks?|permalink|expand-?link|js-expand\w*|like_text|ignored|menu|post-?menu|flair)(?:[\s_-]|$)|signature|(?:^|\s)after_content",
    re.I,
)
_NAME_KEYS = ("data-author", "data-username", "data-user-name", "data-poster", "data-author-name")
_NO_NAME = re.compile(r"^\d+\s\w+$|^[\W\d_]*$|:$|^#|^(?:re|aw|antw)\s?:|:\s*[\d.,]+$|\b\d{1,2}[:.h]\d\d", re.I)


@dataclass(frozen=True)
class Name:
    """An author's name, and the element that shows it."""

    element: int
    text: str


class Places:
    """The places in a group's blocks, and what stands there."""

    def __init__(self, outline: Outline, group: Group) -> None:
        self.outline = outline
        self.blocks = group.blocks
        self.slots: dict[tuple[int, str, int], int] = {}
        self.up: list[int] = [-1]  # of each slot: the slot around it
        self.at: list[dict[int, list[int]]] = [{}]  # of each slot: block -> elements
        self.slot_of: dict[int, int] = {}
        self.inner_size: dict[int, int] = defaultdict(int)  # of an element: novel characters of blocks that stand in it
        for number, block in enumerate(self.blocks):
            self._enter(number, block)
        self.repeated = self._repeated()
        lengths = [_weight(i in self.repeated, len(text), outline.linked[i]) for i, text in enumerate(outline.texts)]
        self.novel = [0]
        for length in lengths:
            self.novel.append(self.novel[-1] + length)
        for block in self.blocks:
            if block.above is not None:
                size = self.novel[block.text_to] - self.novel[block.text_from]
                at = outline.parents[block.start]
                while at >= block.above.start:
                    self.inner_size[at] += size
                    at = outline.parents[at]

    def _enter(self, number: int, block: Block) -> None:
        """Give every element of a block its slot."""
        outline, inner = self.outline, {one.start: one.stop for one in block.inner}
        ordinals: Counter[tuple[int, str]] = Counter()
        at = block.start
        while at < block.stop:
            if at in inner:
                at = inner[at]
                continue
            if at == block.start:
                slot = 0
            else:
                above = outline.parents[at]
                step = outline.step(at)
                ordinal = min(ordinals[(above, step)], MAX_ORDINAL)
                ordinals[(above, step)] += 1
                slot = self._slot(self.slot_of[above] if above >= block.start else 0, step, ordinal)
            self.slot_of[at] = slot
            self.at[slot].setdefault(number, []).append(at)
            at += 1

    def _slot(self, above: int, step: str, ordinal: int) -> int:
        key = (above, step, ordinal)
        if key not in self.slots:
            self.slots[key] = len(self.up)
            self.up.append(above)
            self.at.append({})
        return self.slots[key]

    def _repeated(self) -> set[int]:
        """Texts that stand in the same place in at least half of the blocks (buttons, labels)."""
        seen: dict[tuple[int, str], set[int]] = defaultdict(set)
        where: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number, block in enumerate(self.blocks):
            inner = {one.text_from: one.text_to for one in block.inner}
            i = block.text_from
            while i < block.text_to:
                if i in inner and inner[i] > i:
                    i = inner[i]
                    continue
                key = (self.slot_of.get(self.outline.owners[i], 0), self.outline.texts[i])
                seen[key].add(number)
                where[key].append(i)
                i += 1
        least = max(2, len(self.blocks) * 0.5)
        return {i for key, numbers in seen.items() if len(numbers) >= least for i in where[key]}

    def size(self, index: int) -> int:
        """Characters (labels and links count half) of an element that do not repeat, without blocks that stand in it."""
        outline = self.outline
        return self.novel[outline.text_to[index]] - self.novel[outline.text_from[index]] - self.inner_size.get(index, 0)

    def authors(self) -> list[Name | None]:
        """For each block its author: by the best places for names, at last by what is called one in the block alone."""
        scored = []
        for slot, members in enumerate(self.at):
            if len(members) < 0.5 * len(self.blocks):
                continue
            for whole in (True, False):
                names = {number: name for number, elements in members.items() if (name := self._name(elements[0], whole))}
                if len(names) >= 0.5 * len(self.blocks) and (score := self._name_score(list(names.values()))) > 0.8:
                    scored.append((score, -slot, whole, names))
        found: list[Name | None] = [None] * len(self.blocks)
        for _, _, _, names in sorted(scored, key=lambda one: one[:3], reverse=True)[:4]:
            for number, name in names.items():
                found[number] = found[number] or name
        return [self._narrow(name) or self._lone_name(block) for name, block in zip(found, self.blocks, strict=True)]

    def _narrow(self, name: Name | None) -> Name | None:
        """Within an element that shows more than a name (a rank, a number of points): the link to the member's page."""
        outline = self.outline
        if name is None or outline.text_to[name.element] - outline.text_from[name.element] < 2 or name.text != outline.text(name.element):
            return name
        for i in range(name.element + 1, outline.ends[name.element]):
            if outline.tags[i] == "a" and _PROFILE.search(outline.attributes[i].get("href") or "") and (inner := self._name(i, True)):
                return inner
        start, end = outline.text_from[name.element], outline.text_to[name.element]
        while end - start > 1 and not any(map(str.isalpha, outline.texts[end - 1])):
            end -= 1
        for i in range(name.element + 1, outline.ends[name.element]):
            if (outline.text_from[i], outline.text_to[i]) == (start, end):
                return Name(i, outline.text(i))
        return name

    def _lone_name(self, block: Block) -> Name | None:
        """The author of a post that is marked up unlike the others: what is called a name or leads to a member's page."""
        outline, best, most = self.outline, None, 1.5
        inner = {one.start: one.stop for one in block.inner}
        at = block.start
        while at < block.stop:
            if at in inner:
                at = inner[at]
                continue
            if (name := self._name(at, True)) and (score := self._hints(at)) > most:
                best, most = name, score
            at += 1
        before = outline.text_from[block.date] - 1
        if best is None and before >= block.text_from and before not in self.repeated and not outline.linked[before]:
            text = outline.texts[before].strip(" ·|,:–-")
            best = Name(outline.owners[before], text) if _is_name(text) else None
        return best

    def _name(self, index: int, whole: bool) -> Name | None:
        """What may be a name: an element's text, or (`whole` is False) just the first of several texts in it; or an
        attribute that says so."""
        outline = self.outline
        if outline.quoted[index] or index in outline.dates:
            return None
        if whole and (given := next((value for key in _NAME_KEYS if (value := outline.attributes[index].get(key))), None)):
            return Name(index, given) if _is_name(given) else None
        start, end = outline.text_from[index], outline.text_to[index]
        if start == end or (whole and end - start > 4) or (not whole and (end - start == 1 or outline.owners[start] != index)):
            return None
        text = outline.text(index) if whole else outline.texts[start]
        return Name(index, text) if _is_name(text) else None

    def _name_score(self, names: list[Name]) -> float:
        """How much the texts of a place are like names: what they are called, where they link to, how they vary."""
        outline, n, distinct = self.outline, len(names), len({name.text for name in names})
        sample = names[:: max(1, n // 8)]
        score = n / len(self.blocks)
        score += 0.5 * min(1.0, distinct / n * 2) if distinct > 1 else (-2.0 if n > 2 else -0.3)
        score += sum(self._hints(name.element) for name in sample) / len(sample)
        score -= 0.5 * _share(len(name.text.split()) > 3 for name in names)
        score -= 1.0 * _share(outline.tags[name.element] in ("p", "li", "button", "blockquote") for name in sample)
        score -= 1.6 * _share(name.text == outline.text(name.element) and outline.text_to[name.element] - outline.text_from[name.element] > 1 for name in sample)
        return score

    def _hints(self, index: int) -> float:
        """What an element is called and where it links to, as signs of a name."""
        outline, words = self.outline, self.outline.words(index)
        score = 1.5 * bool(_NAMED.search(words)) - 1.5 * bool(_NOT_NAMED.search(words)) + 1.5 * self._links_to_profile(index)
        score += 1.5 * any(key in outline.attributes[index] for key in _NAME_KEYS)
        above = outline.parents[index]
        for _ in range(3):
            if above < 0 or outline.text_to[above] - outline.text_from[above] > 12:
                break
            if _NAMED.search(outline.words(above)):
                return score + 0.7
            above = outline.parents[above]
        return score

    def _links_to_profile(self, index: int) -> bool:
        """Does an element, what is just around it, or what it holds link to a member's page?"""
        outline = self.outline
        around = [index, outline.parents[index], *range(index + 1, min(outline.ends[index], index + 4))]
        return any(outline.tags[i] == "a" and _PROFILE.search(outline.attributes[i].get("href") or "") is not None for i in around if i >= 0)

    def contents(self, authors: list[Name | None]) -> list[list[int]]:
        """For each block the elements that hold its text: one in most pages."""
        best = self._content_slot(authors)
        found: list[list[int]] = []
        for number, block in enumerate(self.blocks):
            elements = self.at[best].get(number, []) if best is not None else []
            if best is None or not elements:
                elements = self._remainder(block, authors[number])
            found.append(elements)
        return found

    def _content_slot(self, authors: list[Name | None]) -> int | None:
        """The slot with the most text that holds neither date nor author, then what is within it and loses none."""
        sizes: dict[int, int] = {}
        for slot, members in enumerate(self.at):
            if len(members) < 0.5 * len(self.blocks):
                continue
            total, bad, called = 0, 0, self._called(slot)
            for number, elements in members.items():
                for index in elements:
                    bad += self._holds_frame(index, number, authors) or self._holds_blocks(index, number)
                    total += self.size(index)
            if bad <= 0.1 * len(members) and not CHROME.search(called):
                sizes[slot] = total // 4 if _ABOUT_AUTHOR.search(called) else total
        loose = self._loose_slot()
        if loose is not None and loose[1] > 1.5 * max(sizes.values(), default=0):
            return loose[0]
        if not sizes:
            return None
        best = max(sizes, key=lambda slot: (sizes[slot], slot))
        while (inner := self._narrower(best, sizes)) is not None:
            best = inner
        return best

    def _loose_slot(self) -> tuple[int, int] | None:
        """The slot with the most text that stands just in it, in no element of its own, and how much: old pages put the
        text behind author and date."""
        sizes: Counter[int] = Counter()
        for block in self.blocks:
            for i in range(block.text_from, block.text_to):
                if (slot := self.slot_of.get(self.outline.owners[i])) is not None and self.outline.tags[self.outline.owners[i]] not in INLINE | {"p"}:
                    sizes[slot] += self.novel[i + 1] - self.novel[i]
        found = max(sizes.items(), key=lambda one: (one[1], -one[0]), default=None)
        return found if found is not None and len(self.at[found[0]]) >= 0.5 * len(self.blocks) else None

    def _narrower(self, slot: int, sizes: dict[int, int]) -> int | None:
        """A slot just within another that leaves out only frame."""
        outline = self.outline
        for (above, step, ordinal), child in self.slots.items():
            if above != slot or child not in sizes or step.partition(".")[0] in INLINE | {"p", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3"}:
                continue
            if ordinal or (above, step, 1) in self.slots:
                continue
            called = _CONTENT.search(self._called(child)) is not None
            enough = 0.6 if called else 0.95
            if sizes[child] < enough * sizes[slot]:
                continue
            members = self.at[child]
            lost = [n for n, elements in self.at[slot].items() if n not in members]
            if len(lost) > 0.1 * len(self.at[slot]):
                continue
            del outline
            return child
        return None

    def _called(self, slot: int) -> str:
        elements = next(iter(self.at[slot].values()))
        return self.outline.words(elements[0])

    def _holds_frame(self, index: int, number: int, authors: list[Name | None]) -> bool:
        end = self.outline.ends[index]
        author = authors[number]
        return index <= self.blocks[number].date < end or (author is not None and index <= author.element < end and author.element != self.blocks[number].start)

    def _holds_blocks(self, index: int, number: int) -> bool:
        return any(index < inner.start < self.outline.ends[index] for inner in self.blocks[number].inner)

    def _remainder(self, block: Block, author: Name | None) -> list[int]:
        """A block's largest element that holds neither date nor author: for a post that is marked up unlike the others."""
        outline = self.outline
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
            size = self.size(at)
            if size > most and not CHROME.search(outline.words(at)):
                best, most = at, size
            at = end
        return [best] if most > 0 else []

    def alike(self, top: int, looks: set[str]) -> list[int]:
        """Elements within another that may be names and look like one of these."""
        found = []
        for at in range(top, self.outline.ends[top]):
            if (name := self._name(at, True)) and self._hints(at) > 1 and self.look(name) in looks:
                found.append(at)
        return found

    def look(self, name: Name) -> str:
        """How a name is shown: the form of its link, else its class. Names of one thread look alike."""
        outline = self.outline
        around = [name.element, outline.parents[name.element], *range(name.element + 1, min(outline.ends[name.element], name.element + 4))]
        for i in around:
            if outline.tags[i] == "a" and (href := outline.attributes[i].get("href")) and _PROFILE.search(href):
                return re.split(r"[?#]|[^/]*/?$", href.split("://")[-1])[0] or href.partition("?")[0]
        return outline.step(name.element) if outline.classes[name.element] else ""


def _weight(repeated: bool, length: int, linked: bool) -> int:
    """What a text counts for: prose in full, labels and links half, what repeats nothing."""
    return 0 if repeated else length if length >= 30 and not linked else (length + 1) // 2


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MAX_NAME and len(text.split()) < 6 and _NO_NAME.search(text) is None and not looks_like_date(text)


def _share(values: object) -> float:
    found = [bool(value) for value in values]  # type: ignore[attr-defined]
    return sum(found) / len(found) if found else 0.0
