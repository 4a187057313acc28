"""Which place in the blocks holds the author's name.

A name is short, stands in the same place in most blocks, differs from block to block but may come back, is called a name or
an author, and leads to a member's page. A rank or a button is short too, but is called otherwise or always the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.platforms.dates import before_date, looks_like_date
from pipeline.platforms.generic.blocks import Block
from pipeline.platforms.generic.outline import Outline
from pipeline.platforms.generic.places import Places, share

MAX_NAME = 50  # characters
SURE_ENOUGH = 0.8  # of a place: below, it holds no names
MAX_PLACES = 4  # that are asked in turn: guests' names often stand in another than members'

_NAMED = re.compile(
    r"author|naam\b|schrijver|benutzername|pseudo|usuario|utente|user-?_?name|\buser\b|username|nick|poster|\bfn\b|\bname\b|creator|member|auteur|autor|verfasser|by-?line|byuser|display-?name|postername|identity",
    re.I,
)
_NOT_NAMED = re.compile(
    r"rank|title|role|badge|stat|group|location|count|posts|avatar|date|time|reply|quote|share|like|joined|karma|level|rating|signature",
    re.I,
)
_PROFILE = re.compile(
    r"(?:^|[/?&=._-])(?:members?|users?|u|profiles?|profil|author|people|memberlist|mitglied|mitglieder|lid|leden|profiel|membre|usuario|utente|utenti|utilisateur|gebruikers?|personal_pages|benutzer|viewprofile|showuser|user-dashboard|gebruiker|~)(?:[/?&=._:-]|$)",
    re.I,
)
_NAME_KEYS = ("data-author", "data-username", "data-user-name", "data-poster", "data-author-name")
_NO_NAME = re.compile(
    r"^(?:posted|geplaatst|geschrieben|verfasst|publié)(?: (?:on|op|am|le))?$|^\d+\s\w+$|^[\W\d_]*$|^#|^(?:re|aw|antw)\s?:|:\s*[\d.,]+$|\b(?:von|by|door|par|por|posted|on|op|am)\s*:?$|\b\d{1,2}[:.h]\d\d",
    re.I,
)
#: between a name and the date behind it
_TO_DATE = re.compile(
    r"(?:\s*[,;|]\s*(?:date|datum|fecha)\s*:?)?\s*\b(?:schreef|zei|zegt|reageerde|plaatste|geplaatst|wrote|said|posted|schrieb|a écrit)?\s*\b(?:op|on|am|le|at|om)?\s*$",
    re.I,
)
#: a name that stands behind date and time
_BEHIND_DATE = re.compile(
    r"(?:\d[:.h]\d\d(?::\d\d)?\s*(?:uhr|uur|h|[ap]\.?m\b\.?)?|\d\s?[ap]\.?m\b\.?)[\s,|·⋅–-]*\s((?:by|door|par|von|por|da)\s+)?([^\W\d].{0,49})$|\d\s*[,|·–-]?\s+((?:by|door|par|von|por|da)\s+)(\S.{0,49})$",
    re.I,
)
#: what may stand before every name of a place, and is the same there: "Author:", "Geschreven door"
_LABEL = re.compile(r"^(?:([^\W\d][^:]{0,24}?)\s*:\s|(\w+ (?:by|door|von|par|por|av|af))\s)\s*(?=\S)", re.I)
#: of such labels, those that say so; "from" may as well tell where somebody lives
_BY = re.compile(r"\b(?:by|door|von|par|por|av|af)$", re.I)
BEFORE = re.compile(
    r"^(?:@\s|(?:by|von|door|par|di|por|posted by|written by|geschrieben von|verfasst von|geplaatst door)(?:\s*:\s*|\s+))",
    re.I,
)
#: an address of e-mail beside a name, in brackets or not
MAIL = re.compile(
    r"\s*[<(\[]?\s*\b[\w.+-]+(?:@|\s*[(\[]at[)\]]\s*|\sat\s)[\w-]+\.[\w.-]+\s*[>)\]]?|\s*[<(\[]\s*[>)\]]", re.I
)
#: the number of a post before its author's name
NUMBERED = re.compile(r"^#?\d{1,6}\s?[.):]\s+(?=\D)")
AROUND = " \t·⋅∙‧|,;:•»–—-(["


@dataclass(frozen=True)
class Name:
    """An author's name, and the element that shows it."""

    element: int
    text: str


def authors(places: Places) -> list[Name | None]:
    """For each block its author: by the best places for names, at last by what is called one in the block alone."""
    scored = []
    for slot, members in enumerate(places.at):
        if len(members) < 0.5 * len(places.blocks):
            continue
        for whole in (True, False):
            names = {
                number: name for number, elements in members.items() if (name := _name(places, elements[0], whole))
            }
            if (
                len(names) >= 0.5 * len(places.blocks)
                and (score := _name_score(places, list(names.values()))) > SURE_ENOUGH
            ):
                names, told = _unlabelled(names)
                scored.append((score + 1.5 * told, -slot, whole, told, names))
    found: list[Name | None] = [None] * len(places.blocks)
    best = sorted(scored, key=lambda one: one[:3], reverse=True)[:MAX_PLACES]
    for *_, names in best:
        for number, name in names.items():
            found[number] = found[number] or name
    if not any(told for *_, told, _ in best[:1]) and not any(
        _hints(places, name.element) >= 0.5 for *_, names in best[:1] for name in list(names.values())[:3]
    ):
        found = _beside_dates(places, introduced=bool(best)) or found
    return [
        _narrow(places, name) or _lone_name(places, block) for name, block in zip(found, places.blocks, strict=True)
    ]


def _unlabelled(names: dict[int, Name]) -> tuple[dict[int, Name], bool]:
    """Names without the label that all of them begin with, and whether that says that they are names."""
    found = [_LABEL.match(name.text) for name in names.values()]
    labels = {(label[1] or label[2]).lower() if label else "" for label in found}
    label = labels.pop() if len(labels) == 1 else ""
    if not label or len({name.text.lower() for name in names.values()}) < 2:
        return names, False
    bare = {number: replace(name, text=_LABEL.sub("", name.text, count=1)) for number, name in names.items()}
    return bare, _BY.search(label) is not None or (_NAMED.search(label) is not None and not _NOT_NAMED.search(label))


def _beside_dates(places: Places, introduced: bool) -> list[Name | None]:
    """Names that stand in one text with the date. One name in all, or in few, is none: "geplaatst op". `introduced`: only
    those after a word that says so ("door Jan"). Empty where there are none."""
    found = list[Name | None]()
    for block in places.blocks:
        text, plainly = beside_date(places.outline.dates[block.date])
        found.append(Name(block.date, text) if text and (plainly or not introduced) else None)
    names = [name.text for name in found if name is not None]
    several = len({re.sub(r"\d+", "0", name) for name in names}) > 1
    if not several or len(names) < SURE_ENOUGH * len(found):
        return []
    bare, _ = _unlabelled({number: name for number, name in enumerate(found) if name is not None})
    return [bare.get(number) for number in range(len(found))]


def beside_date(text: str) -> tuple[str, bool]:
    """The name in one text with a date ("Jan, 12-3-2021", "12-3-2021 door Jan"), "" for none; and whether a word such as
    "by" says that it is one."""
    before = _TO_DATE.sub("", (before_date(text) or "").strip(AROUND)).strip(AROUND)
    name = BEFORE.sub("", before)
    plainly = name != before
    if not (is_name(name) and any(map(str.isalpha, name))):
        behind = None if any(map(str.isalpha, before)) else _BEHIND_DATE.search(text)
        name = (behind[2] or behind[4]).strip(AROUND) if behind else ""
        plainly = behind is not None and bool(behind[1] or behind[3])
    return (name, plainly) if is_name(name) else ("", False)


def _narrow(places: Places, name: Name | None) -> Name | None:
    """Within an element that shows more than a name (a rank, a number of points): the link to the member's page, else what
    stands before numbers and what every post shows."""
    if name is None or not _is_composed(places.outline, name):
        return name
    outline = places.outline
    within = range(name.element + 1, outline.ends[name.element])
    linked = (_name(places, i, True) for i in within if is_profile_link(outline, i))
    if (found := next(filter(None, linked), None)) is not None:
        return found
    start, end = outline.text_from[name.element], outline.text_to[name.element]
    while end - start > 1 and (end - 1 in places.repeated or not any(map(str.isalpha, outline.texts[end - 1]))):
        end -= 1
    same = (i for i in within if (outline.text_from[i], outline.text_to[i]) == (start, end))
    return next((Name(i, outline.text(i)) for i in same), name)


def _is_composed(outline: Outline, name: Name) -> bool:
    """Is a name the whole text of an element with several texts?"""
    return outline.text_to[name.element] - outline.text_from[name.element] > 1 and name.text == outline.text(
        name.element
    )


def _lone_name(places: Places, block: Block) -> Name | None:
    """The author of a post that is marked up unlike the others: what is called a name or leads to a member's page."""
    outline, best, most = places.outline, None, 1.4
    inner = {one.start: one.stop for one in block.inner}
    at = block.start
    while at < block.stop:
        if at in inner:
            at = inner[at]
            continue
        if (name := _name(places, at, True)) and (score := _hints(places, at)) > most:
            best, most = name, score
        at += 1
    before = outline.text_from[block.date] - 1
    if best is None and before >= block.text_from and before not in places.repeated and not outline.linked[before]:
        text = outline.texts[before].strip(" ·|,:–-")
        best = Name(outline.owners[before], text) if is_name(text) else None
    return best


def _name(places: Places, index: int, whole: bool) -> Name | None:
    """What may be a name: an element's text, or (`whole` is False) just the first of several texts in it; or an
    attribute that says so."""
    outline = places.outline
    if outline.quoted[index] or index in outline.dates:
        return None
    start, end = outline.text_from[index], outline.text_to[index]
    if whole and (given := _given(outline, index)):
        shown = outline.text(index) if end - start == 1 and start not in places.repeated else ""
        name = shown if is_name(shown) else given
        return Name(index, name) if is_name(name) else None
    if start == end or (end - start > 4 if whole else end - start == 1 or outline.owners[start] != index):
        return None
    text = outline.text(index) if whole else outline.texts[start]
    return Name(index, text) if is_name(text) else None


def _name_score(places: Places, names: list[Name]) -> float:
    """How much the texts of a place are like names: what they are called, where they link to, how they vary."""
    outline, n, distinct = places.outline, len(names), len({name.text for name in names})
    sample = names[:: max(1, n // 8)]
    score = n / len(places.blocks)
    score += 0.5 * min(1.0, distinct / n * 2) if distinct > 1 else (-2.0 if n > 2 else -0.3)
    score += sum(_hints(places, name.element) for name in sample) / len(sample)
    score -= 0.5 * share(len(name.text.split()) > 3 for name in names)
    score -= 1.0 * share(outline.tags[name.element] in ("p", "li", "button", "blockquote") for name in sample)
    score -= 1.6 * share(_is_composed(outline, name) for name in sample)
    return score


def _hints(places: Places, index: int) -> float:
    """What an element is called and where it links to, as signs of a name."""
    outline, words = places.outline, places.outline.words(index)
    signs = (_NAMED.search(words), _profile(outline, index), _given(outline, index))
    score = 1.5 * sum(sign is not None for sign in signs) - 1.5 * (_NOT_NAMED.search(words) is not None)
    above = outline.parents[index]
    if above >= 0 and outline.size(index) < 4 and "avatar" in outline.words(above):
        return -3.0  # initials, or a badge, in the place of a picture
    for _ in range(3):
        if above < 0 or outline.text_to[above] - outline.text_from[above] > 12:
            break
        if _NAMED.search(outline.words(above)):
            return score + 0.7
        above = outline.parents[above]
    return score


def _given(outline: Outline, index: int) -> str | None:
    """A name in an attribute."""
    attributes = outline.attributes[index]
    return next((value for key in _NAME_KEYS if (value := attributes.get(key))), None) if attributes else None


def is_profile_link(outline: Outline, index: int) -> bool:
    return outline.tags[index] == "a" and _PROFILE.search(outline.attributes[index].get("href") or "") is not None


def _profile(outline: Outline, index: int) -> str | None:
    """The address of a member's page to which an element, what is just around it, or what it holds links."""
    around = (index, outline.parents[index], *range(index + 1, min(outline.ends[index], index + 4)))
    return next((outline.attributes[i]["href"] for i in around if i >= 0 and is_profile_link(outline, i)), None)


def alike(places: Places, top: int, looks: set[str]) -> list[int]:
    """Elements within another that may be names and look like one of these."""
    within = range(top, places.outline.ends[top])
    names = (name for at in within if (name := _name(places, at, True)) and _hints(places, at) > 1)
    return [name.element for name in names if look(places, name) in looks]


def look(places: Places, name: Name) -> str:
    """How a name is shown: the form of its link, else its class. Names of one thread look alike."""
    outline = places.outline
    if href := _profile(outline, name.element):
        return re.split(r"[?#]|[^/]*/?$", href.split("://")[-1])[0] or href.partition("?")[0]
    return outline.step(name.element) if outline.classes[name.element] else ""


def is_name(text: str) -> bool:
    return (
        0 < len(text) <= MAX_NAME
        and len(text.split()) < 6
        and _NO_NAME.search(text) is None
        and not looks_like_date(text)
    )
