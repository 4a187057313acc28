"""Lines that name who wrote a comment and when, as forums print them: "Naam schreef op 3 maart 2009 om 12:03".

A line is a header only if all of it is name and date (and words that join them), so that a sentence with a date in
it never is one. Dutch, English, German and French are known. What the date means is for `dates.Clock` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = (
    r"(?:januari|january|januar|jänner|janvier|janv|jan|februari|february|februar|février|févr|fév|feb|maart|march|märz|mars"
    r"|mrt|mär|mar|april|avril|avr|apr|mei|may|mai|juni|june|juin|jun|juillet|juli|july|juil|jul|augustus|august|août|aug"
    r"|september|septembre|sept|sep|oktober|october|octobre|okt|oct|november|novembre|nov|december|dezember|décembre|dec|dez"
    r"|déc)\.?"
)
_DAY = (
    r"(?:(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mo|mi|fr|sa|so"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mar|mer|jeu|ven|sam|dim)\.?,? )?"
)
_NTH = r"\d{1,2}(?:st|nd|rd|th|er|[.])?"
_TIME = r"\d{1,2}(?: ?[h:.] ?\d{2}(?::\d{2})?(?: ?(?:uur|uhr|u|[ap]\.?m\.?))?|(?: uur| uhr| ?h| ?[ap]\.?m\.?))"
_AT = r"(?:,? ?(?:om |at |um |à |- |– |@ |\| |/ |• |· )?|T)"
_DATE = (
    rf"{_DAY}(?:{_NTH} ?[ -]{_MONTH},?[ -]\d{{4}}|{_MONTH} {_NTH},? \d{{4}}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})"
)
_UNDATED = rf"{_DAY}(?:{_NTH} {_MONTH}|{_MONTH} {_NTH})(?:,? ?(?:om |at |um |à |- |@ )?{_TIME})"  # this year's
_AGO = (
    rf"(?:(?:eergisteren|gisteren|vandaag|yesterday|today|vorgestern|gestern|heute|avant-hier|hier|aujourd['’]hui){_AT}{_TIME}"
    r"|eergisteren|gisteren|vandaag|zojuist|zonet|yesterday|today|just now|vorgestern|gestern|heute|gerade eben|avant-hier|hier"
    r"|aujourd['’]hui|à l['’]instant"
    r"|(?:ongeveer |about |meer dan |over )?(?:\d{1,3}|een|a|an|one) ?[a-z]{1,10}\.? (?:geleden|ago)"
    r"|vor (?:etwa |über )?(?:\d{1,3}|einem|einer) ?[a-z]{1,10}|il y a (?:environ )?(?:\d{1,3}|un|une) ?[a-zé]{1,10})"
)
_EDITED = r"(?: ?[(\[](?:bewerkt|edited|bearbeitet|modifié)[)\]])?"
_WHEN = rf"(?P<when>{_DATE}(?:{_AT}{_TIME})?|{_UNDATED}|{_AGO}){_EDITED}"
_WHO = r"[^\s,;:!?|()“”\"•·»][^,;:!?|()“”\"•·»]{0,39}?"
_NAME = rf"(?P<name>{_WHO})"
_JOIN = r"(?:, ?| [-–—|•·»/] ?| ?[|•·»] ?)"
_WROTE = (
    r"(?:schreef|schrijft|zei|zegt|reageerde|reageert|wrote|writes|said|says|posted|commented|schrieb|schreibt|sagte|sagt"
    r"|meinte|meint|antwortete|kommentierte|hat geschrieben|a écrit|écrit|a dit|dit|a répondu|répond|a commenté)"
)
_BY = (
    r"(?:(?:geplaatst|gepost|geschreven|ingezonden|toegevoegd) door|(?:reactie|bericht) van|(?:posted|written|submitted) by"
    r"|comment (?:by|from)|(?:geschrieben|verfasst|gepostet|erstellt) von|(?:kommentar|beitrag) von"
    r"|(?:posté|publié|écrit|rédigé|envoyé) par|(?:commentaire|message) de)"
)
_ON = r"(?:op |on |am |den |le )?"
_PUT = r"(?:(?:geplaatst|gepost|posted|geschrieben|verfasst|posté|publié) )?"

_HEADERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_NAME} {_WROTE}(?: dit)?:?,? {_ON}{_WHEN} ?:?",
        rf"{_ON}{_WHEN},? {_WROTE} {_NAME} ?:?",
        rf"{_ON}{_WHEN},? {_NAME} {_WROTE} ?:?",
        rf"{_NAME} hat {_ON}{_WHEN} geschrieben ?:?",
        rf"(?:{_BY}|door|van|by|from|von|par|de):? {_NAME}(?:{_JOIN}| op | on | am | le | \(){_WHEN}\)? ?:?",
        rf"{_PUT}{_ON}{_WHEN} (?:door|by|von|par) {_NAME} ?:?",
        rf"{_NAME} ?\({_WHEN}\) ?:?",
        rf"{_NAME}(?:{_JOIN}| op | on | am | le ){_WHEN} ?:?",
        rf"{_ON}{_WHEN}{_JOIN}{_NAME} ?:?",
        rf"{_NAME} {_WHEN} ?:?",
        rf"{_PUT}{_ON}{_WHEN} ?:?",
    )
)
QUOTING = range(4)  # the forms that say "wrote", as those of quotations do
DATE_ONLY = len(_HEADERS) - 1  # the form of a line without a name
_SAYS = re.compile(rf"{_NAME} {_WROTE} ?:?", re.IGNORECASE)
_PUT_BY = re.compile(rf"{_BY}:? {_NAME} ?:?", re.IGNORECASE)
_LONE_NAME = re.compile(r"[^\s,;:!?|()“”\"•·.]\S{0,24}(?: \S{1,24}){0,3}")
_PROPER = re.compile(
    r"(?:[A-ZÀ-Þ@][\w.'’-]*|van|de|der|den|von|zu|du|la|le|ten|ter)(?: (?:[A-ZÀ-Þ][\w.'’-]*|van|de|der|den|von|zu|du|la|le|ten|ter)){0,4}|\w[\w.-]*[\d_][\w.-]*"
)
_INITIAL = re.compile(r"\S (?:[A-ZÀ-Þ]\.){1,3}$")
_AVATAR = re.compile(
    r"(?:(?:avatar|gravatar|profielfoto|profile (?:picture|photo)|profilbild|photo de profil|image de profil)"
    r"(?:(?: van| of| for| von| de|:) (?P<of>.{1,40}))?|(?P<whose>.{1,38}?)(?:['’]s|s)? (?:avatar|profile (?:picture|photo)|profielfoto))",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^(?:#\d{1,6}[.:)]?|\d{1,5}[.:)]) (?=[^\d\s])| [#№] ?\d{1,6}$")
_PARTS = re.compile(r" ?[·•|] ?|\t+| {2,}")


@dataclass(frozen=True)
class Header:
    """What a name line tells: the name and the date as shown; None and "" where the line has none."""

    author: str | None
    when: str
    form: int = -1  # which of the known forms a line with a date has


def parse_header(line: str) -> Header | None:
    """The name and date of a line that is nothing but these, else None. Lines over 120 characters are none.

    A number in front ("#3 Jan, ...") or behind is passed over.
    """
    if len(line) > 120:
        return None
    counted = _COUNT.sub("", line)
    return (_whole(counted) if counted != line else None) or _whole(line)


def _whole(line: str) -> Header | None:
    for form, pattern in enumerate(_HEADERS):
        if (match := pattern.fullmatch(line)) and _fits(match, form):
            return Header((match.groupdict().get("name") or "").strip() or None, match["when"], form)
    return None


def parts(line: str) -> list[str]:
    """What a page set beside one another on a line, between dots, bars, tabs or wide spaces."""
    return [part for part in _PARTS.split(line) if part]


def avatar(line: str) -> Header | None:
    """The words that stand for somebody's picture ("Avatar van Jan"), with the name if they tell it, else None."""
    found = _AVATAR.fullmatch(line) if len(line) <= 60 else None
    return Header((found["of"] or found["whose"] or "").strip() or None, "") if found else None


def by(line: str) -> Header | None:
    """A name line without a date ("Geplaatst door Jan"), else None. "Jan schreef:" may as well open a quotation."""
    found = _PUT_BY.fullmatch(line) if len(line) <= 60 else None
    return Header(found["name"].strip(), "") if found else None


def is_name(line: str) -> str | None:
    """The name on a line that can only be the first half of a header ("Jan", "Jan zegt:"), else None."""
    if said := _SAYS.fullmatch(line):
        return str(said["name"]).strip()
    return line if len(line) <= 40 and _LONE_NAME.fullmatch(line) and not _ends_a_sentence(line) else None


def is_proper_name(line: str) -> bool:
    """Whether a line is words with capitals and nothing else ("Jan van Dam"), as the name of a person."""
    return len(line) <= 40 and _PROPER.fullmatch(line) is not None and not _ends_a_sentence(line)


def _ends_a_sentence(line: str) -> bool:
    """Whether a line ends in a full stop that is not that of an initial ("Sabine M.")."""
    return line[-1] in ".…" and _INITIAL.search(line) is None


def _fits(match: re.Match[str], form: int) -> bool:
    """Whether the name looks like one: at most five words, and a letter in it; where nothing parts it from the date,
    words with capitals only, and a date that is one ("Jan 3 maart 2009", not "En toen gisteren")."""
    name = match.groupdict().get("name")
    if name is None:
        return True
    if form == DATE_ONLY - 1 and not (
        any(map(str.isdigit, match["when"])) and (is_proper_name(name) or " " not in name)
    ):
        return False
    return len(name.split()) <= 5 and any(map(str.isalpha, name))
