"""The page's own lines in a pasted text: buttons, counters, rules and the heading above the comments.

Dutch, English, German and French. A line is the page's own only if all of it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS = (
    r"reageer|reageren|reactie plaatsen|beantwoord(?:en)?|antwoord(?:en)?|citeer|citeren|rapporteer|rapporteren"
    r"|meld (?:deze reactie|misbruik)|niet oké|log in om te reageren|plaats (?:een |uw |je )?reactie|(?:vind ik )?(?:niet )?leuk"
    r"|delen|bewerken|vertaling (?:tonen|bekijken)|(?:toon|laad|bekijk) (?:meer |\d+ )?(?:reacties?|antwoord(?:en)?)"
    r"|reply|quote|report(?: (?:abuse|this comment))?|like|dislike|share|permalink|upvote|downvote|give award|edit|flag"
    r"|log in to (?:reply|comment)|leave a (?:reply|comment)|see translation|(?:show|load|view|hide) (?:more |\d+ )?(?:comments?|replies|reply)"
    r"|antworten|zitieren|melden|teilen|gefällt mir(?: nicht)?|bearbeiten|kommentieren|kommentar (?:melden|schreiben)|beitrag melden"
    r"|(?:\d+ )?antworten (?:anzeigen|ausblenden)|(?:weitere|mehr) (?:kommentare|antworten)(?: (?:anzeigen|laden))?"
    r"|répondre|citer|signaler(?: (?:un abus|ce commentaire))?|partager|je n['’]aime (?:pas|plus)|j['’]aime|permalien|modifier"
    r"|(?:afficher|voir) (?:plus de |les )?(?:\d+ )?(?:réponses?|commentaires?)"
)
_COUNTED = (
    r"likes?|vind-ik-leuks?|punten|points?|upvotes?|antwoord(?:en)?|repl(?:y|ies)|réponses?|j['’]aime|personen vinden dit leuk"
    r"|(?:mensen|people|personen|personnes) (?:vinden dit leuk|like this|gefällt das|aiment ça)|bewertungen|stemmen|votes?"
)
_NUMBER = r"[+−-]?\d{1,6}(?:[.,]\d{1,3}[kKmM]?)?"
_SIGNS = r"[-_=*~•·|–—+−▲▼△▽⚑›»↩↑↓](?:[-_=*~•·|–—+−▲▼△▽⚑›»↩↑↓ ]{0,60}[-_=*~•·|–—+−▲▼△▽⚑›»↩↑↓])?"
_THUMB = r"[👍👎❤♥👏▲▼△▽↑↓]\ufe0f?"
_AGE = r"\d{1,3} ?(?:sec|min|u|uur|h|d|dgn|w|wk|m|mnd|mo|j|jr|y|yr|std|tg|sem)\.?"
_BUTTON = re.compile(
    rf"(?:(?:{_NUMBER} )?(?:{_WORDS})(?: ?\(?{_NUMBER}\)?)?|(?:reageer op|reply to|répondre à) .{{1,40}}|{_NUMBER} (?:{_COUNTED})"
    rf"|(?:likes|respect|score|karma|bewertung):? {_NUMBER}|{_SIGNS}|{_THUMB} ?{_NUMBER}|{_NUMBER} ?{_THUMB})[.»›↩]?",
    re.IGNORECASE,
)
#: one of several on a line: "Vind ik leuk · Beantwoorden · 3 d"
_ONE = re.compile(
    rf"(?:{_WORDS}|{_NUMBER}|{_NUMBER} (?:{_COUNTED})|{_AGE}|{_SIGNS}|bewerkt|edited|bearbeitet|modifié)[.»›↩]?", re.I
)
_PROFILE = re.compile(
    r"(?:berichten|posts|messages?|beiträge|lid (?:sinds|geworden(?: op)?)|member since|joined|join date|registriert(?: seit)?"
    r"|mitglied seit|inscrit(?:e)?(?: le)?|inscription|location|locatie|woonplaats|wohnort|localisation|reputatie|reputation"
    r"|karma|topics) ?: ?.{1,40}|(?:lid|member|mitglied|membre) (?:sinds|since|seit|depuis) .{1,30}",
    re.IGNORECASE,
)
_SMALL = re.compile(
    rf"{_NUMBER}|\({_NUMBER}\)|#\d{{1,6}}|(?:(?:actief |senior |junior |nieuw |new |aktives )?(?:lid|member|mitglied|membre))"
    r"|moderator|administrator|beheerder|redactie|benutzer|gast|guest|invité|modérateur|auteur|author|autor|op|bewerkt|edited",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"(?:re|aw|antw|betreft) ?: .{1,100}", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:(?:alle|all|toutes les) )?(?:(?P<before>\d{1,6}) )?(?:lezers|leser)?(?:reacties?|comments?|responses?|opmerkingen"
    r"|kommentare?|commentaires?|réactions?|antwoorden|(?:gedachten?|thoughts?|gedanken?|réflexions?|pensées?)(?= (?:over|on|zu|sur) ))"
    r"(?: (?:op|on|to) (?:dit|het|this|the) (?:artikel|bericht|article|post)"
    r"| (?:op|over|on|zu|sur) [“„«‘\"'].{1,80})?(?: ?[(:\[] ?(?P<after>\d{1,6})[)\]]?)? ?:?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Heading:
    """The heading above the comments; how many comments it says there are, or None."""

    number: int | None


def is_button(line: str) -> bool:
    """Whether a line is a control, a counter, a rule or a line of somebody's profile."""
    if _BUTTON.fullmatch(line) or _PROFILE.fullmatch(line):
        return True
    return len(line) <= 80 and _row(line)


def _row(line: str) -> bool:
    """Whether a line is several controls beside one another, at least one of them a word of the page's."""
    found = [part for part in re.split(r" ?[·•|] ?|\t+| {2,}", line) if part]
    if len(found) < 2 or not all(_ONE.fullmatch(part) for part in found):
        found = _greedy(line)
    return len(found) >= 2 and any(_WORD.fullmatch(part) for part in found)


def _greedy(line: str) -> list[str]:
    """The controls of which a line consists ("Reply Share ›"), [] if there is anything else on it."""
    found, at = [], 0
    while at < len(line):
        match = _ONE.match(line, at)
        if match is None or (match.end() < len(line) and line[match.end()] not in " ·•|\t"):
            return []
        found.append(match[0])
        at = match.end()
        while at < len(line) and line[at] in " ·•|\t":
            at += 1
    return found


_WORD = re.compile(rf"(?:{_WORDS})[.»›↩]?", re.IGNORECASE)


def is_small(line: str) -> bool:
    """Whether a line may be a counter or a rank: a bare number, "Moderator". Between readers' words it is theirs."""
    return _SMALL.fullmatch(line) is not None


def is_guest(line: str) -> bool:
    """Whether a line is what a page calls writers who give no name; it may as well be a rank."""
    return line.casefold() in ("gast", "guest", "invité")


def is_subject(line: str) -> bool:
    """Whether a line repeats a subject, as above each answer on some forums: "Re: Wie heeft ervaring?"."""
    return _SUBJECT.fullmatch(line) is not None


def heading(line: str) -> Heading | None:
    """What a line that opens the comments says ("4 reacties"), else None."""
    found = _HEADING.fullmatch(line)
    if not found:
        return None
    number = found["before"] or found["after"]
    return Heading(int(number) if number else None)
