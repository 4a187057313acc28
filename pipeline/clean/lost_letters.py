"""Lost letters: a question mark that stands where a re-encoding lost a letter or an apostrophe ("cli?nt", "zzp?ers").

The rule is: repair where the language leaves no doubt, else leave the text as it is. What can be lost is only what is
not ASCII, hence an accented letter or a typographic apostrophe. A word is repaired where the dictionaries know exactly
one word of that damaged form, alone or in a compound, or where Dutch morphology allows one reading; and only where
what stands left and right of the mark are not both words, because then it may be a question without a space behind it.
Addresses and code are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.clean.edits import Edit
from pipeline.clean.lexicon import HOLE, words
from pipeline.clean.readings import MAX_PART, solve

LOST = "\ufffd"

_CHUNK = re.compile(r"\S+")
_SUSPECT = re.compile(r"[?\ufffd]")
_WORD = re.compile(r"(?:[^\W_]|[?\ufffd'\u2019-])+")
#: what a chunk without spaces must not hold: then it is an address, a file name or code
_ADDRESS = re.compile(r"://|www\.|[=&@\\{}<>$`^*+|#~%]|[^\W\d_]\.[a-z]{2}|\?\.[a-z]|/\?")
_SENTENCE_END = re.compile(r"[.!?\u2026:][)\"'\u201d\u2019]*$")

#: a sentence that begins so may be a question, and a sentence may go on with these after "er"
_FINITE = words(
    """is was zijn waren ben bent heb hebt heeft had hadden kan kun kon konden moet moeten moest wil wilt wilde zal
    zul zou zouden mag mogen mocht gaat gaan ga ging gingen komt kom kwam zit zat zitten staat stond ligt lag
    wordt worden werd blijft doet doe deed weet vind vindt denk denkt"""
)
_ASKING = words("wie wat waar waarom wanneer hoe hoezo welk welke waarvoor waarmee") | _FINITE
_BEFORE_NOUN = words(
    """de het een die deze dat dit elke iedere geen als mijn m'n onze jouw uw hun haar z'n d'n den nen twee drie"""
)
_TIMES = words(
    """ochtends morgens middags avonds nachts zomers winters maandags dinsdags woensdags donderdags vrijdags
    zaterdags zondags lands werelds mans"""
)
_CONJUNCTION = frozenset(["omdat", "want", "als", "terwijl", "zodat", "hoewel", "tenzij", "en"])


def _doubtful_person(part: str, before: list[str], after: str) -> bool:
    """Whether "X?er" may be a question that ends in X and a sentence that begins with "er" (or "en", "je")."""
    if not part.lower().endswith(("?er", "?en", "?je")) or after.lower() not in _FINITE:
        return False
    previous = before[-1].lower() if before else ""
    noun = previous in _BEFORE_NOUN or (len(previous) > 3 and previous.endswith("e"))
    return not noun or (before[0].lower() in _ASKING)


def _doubtful_time(part: str, after: str) -> bool:
    """Whether "X?s avonds" may be a question that ends in X and a sentence that begins with 's avonds."""
    return len(part) > 2 and part.endswith("?s") and after.lower() in _TIMES


def _doubtful_article(part: str, after: str) -> bool:
    """Whether "X?n beetje" may be a question that ends in X and a sentence that begins with 'n."""
    return len(part) > 4 and part.endswith("?n") and (after.endswith("je") or after in ("paar", "keer", "stuk", "hoop"))


def _clitic(part: str, before: list[str], opened: bool, after: str) -> str | None:
    """'k, 't, 'n, 's, 'r at the front of a word that lost its apostrophe."""
    small = part.lower()
    if small == "?s":
        return "'" + part[1:] if after.lower() in _TIMES else None
    if small.startswith("?s-") and small[3:4].isalpha():
        return "'" + part[1:]
    if small not in ("?k", "?t", "?n") or not after[:1].isalpha():
        return None
    at_start = opened or not before
    return "'" + part[1:] if at_start or before[-1].lower() in _CONJUNCTION else None


def _parts(word: str) -> list[str]:
    """A word whole, or its parts between hyphens with the hyphens, for `vis-?-vis` and `zorg-co?rdinator` alike."""
    return re.split(r"(-)", word)


def _fill(word: str, before: list[str], opened: bool, after: str) -> str | None:
    """The repaired word in its place, or None."""
    plain = word.replace(LOST, HOLE)
    certain = HOLE not in word
    if len(plain) > MAX_PART * 4:
        return None
    doubts = (_doubtful_person(plain, before, after), _doubtful_time(plain, after), _doubtful_article(plain, after))
    if not certain and any(doubts):
        return None
    found = _clitic(plain, before, opened, after) or solve(plain, certain)
    if found is None and "-" in plain:
        parts = [(solve(part, certain) or part) if HOLE in part else part for part in _parts(plain)]
        found = "".join(parts)
    if found is None or found == plain:
        return None
    # a mark that stays is the one that stood there
    return found.replace(HOLE, LOST) if certain else found


def _line_edits(line: str, offset: int) -> Iterator[Edit]:
    """Repairs of one line; `offset` is where it begins in the text."""
    chunks = list(_CHUNK.finditer(line))
    before: list[str] = []
    for number, chunk in enumerate(chunks):
        text = chunk.group()
        if _SUSPECT.search(text) and not _ADDRESS.search(text):
            after = chunks[number + 1].group().strip(".,;:!?()\"'") if number + 1 < len(chunks) else ""
            for match in _WORD.finditer(text):
                lead = len(match.group()) - len(match.group().lstrip("-'\u2019"))
                word = match.group()[lead:].rstrip("-'\u2019")
                if not _SUSPECT.search(word):
                    continue
                opened = match.start() > 0 and not text[match.start() - 1].isalnum()
                found = _fill(word, before, opened, after)
                if found is not None:
                    start = offset + chunk.start() + match.start() + lead
                    yield Edit(start, start + len(word), found, "lost_letter")
        before = [] if _SENTENCE_END.search(text[-4:]) else [*before[:1], text] if len(before) > 1 else [*before, text]


def lost_letters(text: str) -> list[Edit]:
    """The repairs of lost letters of a text, in order; none overlap. Linear in the length of the text."""
    edits: list[Edit] = []
    offset = 0
    for line in text.split("\n"):
        if _SUSPECT.search(line):
            edits += _line_edits(line, offset)
        offset += len(line) + 1
    return edits
