"""What a damaged word was: the one word that it can have been, by dictionary, compound or morphology.

A damaged word has a mark ("?") at the place of every letter that was lost. What can be lost is only what is not ASCII:
an accented letter or a typographic apostrophe.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from pipeline.clean.lexicon import HOLE, completion, is_word, known, words
from pipeline.language import stop_words

MAX_PART = 40
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]+$")
_PARTICIPLE = re.compile(
    r"(?:on|her|in|uit|op|aan|af|mee|over|door|bij|goed|slecht|zelf|vooraf)?ge\?([a-z]{4,}?)[dt](?:e|en)?$"
)
_NUMERAL = re.compile(r"(twee|drie)\?n(?=(?:twin|der|veer|vijf|zes|zeven|tach|negen)tig|half$)")
_PERSON = frozenset(["er", "ers", "ertje", "ertjes", "tje", "tjes"])
_IE = words("n le len el nt nte nten ntie nties r rs rd rde rend rende ring ren")
_TREMA = {"e": "\u00eb", "i": "\u00ef", "u": "\u00fc"}
_CONTRACTION = {
    "t": words("""don won can isn aren wasn weren doesn didn hasn haven hadn shouldn wouldn couldn ain needn"""),
    "re": frozenset(["you", "we", "they", "who"]),
    "ve": words("i you we they who would could should might must"),
    "ll": words("i you he she it we they that there who"),
    "d": frozenset(["i", "you", "he", "she", "we", "they", "who"]),
    "m": frozenset(["i"]),
    "s": words("it he she that what there who here let where how"),
}


def _restore(part: str, word: str) -> str:
    """`part` with its holes filled from `word` (of the same length); capitals where the part is in capitals."""
    letters = [c for c in part if c.isalpha()]
    shout = len(letters) > 1 and all(c.isupper() for c in letters)
    return "".join((w.upper() if shout else w) if p == HOLE else p for p, w in zip(part, word, strict=True))


def _may_join(hurt: str, whole: str, key: str) -> bool:
    """Whether a damaged and a whole word may make a compound, and the mark is no question mark between two words."""
    before, _, after = key.rpartition(HOLE)
    if len(whole) < 4 or hurt.startswith(HOLE):
        return False
    if hurt.endswith(HOLE):
        return len(hurt) >= 5 and not known(before)
    return after == "s" or (len(hurt) >= 6 and not known(after))


def _compound(key: str) -> str | None:
    """The one reading of a damaged compound: a damaged word beside a known one of four letters or more."""
    readings = set()
    for cut in range(3, len(key) - 2):
        left, right = key[:cut], key[cut:]
        hurt, whole = (left, right) if HOLE in left else (right, left)
        if HOLE in whole or not _may_join(hurt, whole, key):
            continue
        word = completion(hurt)
        link = whole[:-1] if whole is left and whole.endswith("s") and len(whole) > 5 else whole
        if word and (known(whole) or known(link)):
            readings.add(word + right if hurt is left else left + word)
    return readings.pop() if len(readings) == 1 else None


def _participle(key: str) -> str | None:
    """ge?nterviewd: the verb without ge- begins with e, i or u, and the dictionaries know which."""
    match = _PARTICIPLE.fullmatch(key)
    if match is None:
        return None
    stem = match.group(1)
    vowels = [v for v in "eiu" if known(v + stem) or known(v + stem + "en") or known(v + stem + "n")]
    return key.replace(HOLE, _TREMA[vowels[0]]) if len(vowels) == 1 else None


def _trema(key: str) -> str | None:
    """Plurals and endings that only an e with trema makes: strategie?n, offici?le, drie?ntwintig."""
    left, _, right = key.rpartition(HOLE)
    if HOLE in left or not right:
        return None
    numeral = _NUMERAL.match(key) is not None
    plural = (
        right == "n"
        and left not in stop_words("nl")
        and left.endswith(("ee", "ie"))
        and left[-3:-2] not in ("e", "i", "")
    )
    ending = right in _IE and left.endswith("i") and len(left) > 3 and not known(left)
    return left + "\u00eb" + right if numeral or plural or ending else None


def _function_word(small: str) -> bool:
    return small in stop_words("nl") or small in stop_words("en")


def _apostrophe(part: str) -> str | None:
    """What only an apostrophe can join: zzp?ers, app?s, don?t. `part` has its capitals."""
    left, _, right = part.partition(HOLE)
    if HOLE in right or not left or not right:
        return None
    small, end = left.lower(), right.lower()
    if small in _CONTRACTION.get(end, ()):
        return left + "'" + right
    short = _CAPITALS.fullmatch(left) is not None or (
        len(left) <= 4 and left.isascii() and left.islower() and not known(left)
    )
    if end in _PERSON and short and left[-1] != HOLE:
        return left + "'" + right
    if end == "s" and (_CAPITALS.fullmatch(left) or (len(left) > 2 and known(left) and not _function_word(small))):
        return left + "'" + right
    return None


def _pieces_are_words(part: str) -> bool:
    """Whether some mark in the part stands between two words, or before a capital: then it may be a question mark."""
    pieces = re.split(r"\?+", part)
    for left, right in pairwise(pieces):
        if _CAPITALS.fullmatch(left) and right in _PERSON:
            continue
        if left and right and ((is_word(left) and is_word(right)) or (right[0].isupper() and left[-1].islower())):
            return True
    return False


def _read(part: str) -> str | None:
    """The one reading of a part with one letter lost at each mark."""
    key = part.lower().replace("\u2019", "'")
    if part == "E?n":
        return "E\u00e9n"  # one, at the head of a sentence: nothing else begins so
    word = completion(key) or _compound(key) or _participle(key) or _trema(key)
    if word is not None:
        return _restore(part, word)
    return _apostrophe(part)


@lru_cache(maxsize=20_000)
def solve(part: str, certain: bool) -> str | None:
    """The repaired part, or None. `certain`: the marks are U+FFFD, which nobody types."""
    body = part.rstrip(HOLE)
    tail = len(part) - len(body)
    if not any(map(str.isalpha, body)) or len(part) > MAX_PART:
        return None
    if tail:
        return _solve_end(part, body, tail, certain)
    if body.startswith(HOLE) and is_word(body.lstrip(HOLE)):
        return None
    if not certain and _pieces_are_words(part):
        return None
    found = _read(part)
    if found is None and "??" in part and not part.startswith(HOLE):
        # a letter of two bytes, each of them lost
        found = _read(part.replace("??", HOLE)) if HOLE not in part.replace("??", "") else None
        found = None if found and "'" in found else found
    return found


def _solve_end(part: str, body: str, tail: int, certain: bool) -> str | None:
    """A part that ends in marks: the first is a lost letter where what stands before it is no word (caf?)."""
    if HOLE in body:
        inner = solve(body, certain)
        if inner is not None:
            return inner + HOLE * tail
    if tail > 2 or len(body) < 3 or (known(body) and not certain):
        return None
    word = completion(body.lower() + HOLE)
    return _restore(body + HOLE, word) + HOLE * (tail - 1) if word else None
