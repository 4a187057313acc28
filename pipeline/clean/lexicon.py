"""Words that have a letter or an apostrophe which a lossy re-encoding turns into a question mark.

The words come from simplemma's Dutch and English dictionaries (370,000 and 180,000 forms) and a short list of our
own. They are indexed by their damaged form: every letter outside ASCII, and the apostrophe, read as "?". A re-encoding
that loses one such letter of a word loses all of them, so that a damaged word is found by one look-up.
"""

from __future__ import annotations

from functools import cache, lru_cache

import simplemma
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from pipeline.language import stop_words

HOLE = "?"


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set: a readable way to write a list down."""
    return frozenset(text.split())


#: Names and words that the dictionaries lack.
EXTRA = """
Adriënne Aimée Anaïs André Andrée Ariën Benoît Chloë Daniël Daniëla Daniëlle Désirée Edmée Eloïse Emanuël Estée
François Françoise Frédéric Gabriël Gabriëlle Gaëlle Geneviève Gérard Héloïse Hélène Irène Ismaël Israël Jérôme Joël
Joëlle Loïs Maïté Mariëlle Mariëtte Michaël Michaëla Michèle Moïse Naïma Noël Noëlle Noémi Raphaël Rafaël Renée Salomé
Samuël Thérèse Zoë
bèta crème déjà hygiëne hygiënisch hygiënische egoïsme egoïstisch egoïstische naïeve naïviteit patiëntenzorg
privégegevens privéleven cliëntgericht cliëntenraad coördinator coördinatoren coördinerend coördinerende efficiëntie
inefficiëntie drieën tweeën geüpdatet geüpload überhaupt ideële reëler één-op-één één-twee-drie vis-à-vis à-la-carte après-ski
ééntje éénduidig éénmaal éénmansbedrijf éénpersoons éénrichtingsverkeer éénvoud éénzijdig
"""

#: Entries of the dictionaries that are slips, and stress accents: an accent for stress can stand on any vowel, so
#: that "g??n" may be "géén" or "gáán".
UNSURE = words("""eén éen éne én géén méér déze óf hé hè aâm aâms aïs moeë naë reeë weeë skië høkt iaën m' g' j'""")

#: Of what one letter and an apostrophe begin, only these are words that people write.
CLITICS = frozenset({"m'n", "z'n", "d'r"})

_DUTCH_LETTERS = frozenset("áàâäãåçéèêëíìîïñóòôöúùûü")
_ENGLISH_LETTERS = frozenset("éèêëïçñôâ")
_NOT_SHORT = frozenset({"n", "s", "t", "m", "d", "r", "k", "th", "re"})


def damaged(word: str) -> str:
    """A word (lower case) as a lossy re-encoding leaves it: "idee?n" for "ideeën"."""
    return "".join(HOLE if ord(c) > 127 or c == "'" else c for c in word)


def _words(language: str, letters: frozenset[str], least: int) -> set[str]:
    """Lower-case words of a dictionary with at least one of `letters` or an apostrophe inside."""
    found = set()
    for entry in DefaultDictionaryFactory().get_dictionary(language):
        if entry.isascii() and "'" not in entry:
            continue
        word = entry.replace("\u2019", "'").lower()
        special = {c for c in word if not c.isascii()}
        if len(word) >= least and special <= letters and word.strip("'") == word:
            found.add(word)
    return found


@cache
def _index() -> dict[str, tuple[str, ...]]:
    english = {w for w in _words("en", _ENGLISH_LETTERS, 5) if "'" not in w}
    words = _words("nl", _DUTCH_LETTERS, 3) | english | {word.lower() for word in EXTRA.split()}
    index: dict[str, tuple[str, ...]] = {}
    for word in sorted(words - UNSURE):
        if word[1:2] == "'" and word not in CLITICS:
            continue
        key = damaged(word)
        if HOLE in key:
            index[key] = (*index.get(key, ()), word)
    return index


def completion(key: str) -> str | None:
    """The one word (lower case) whose damaged form is `key` (lower case); None where there is none or a choice."""
    words = _index().get(key, ())
    return words[0] if len(words) == 1 else None


@lru_cache(maxsize=50_000)
def known(word: str) -> bool:
    """Whether either dictionary has the word, as it is or in lower case."""
    return bool(simplemma.is_known(word.lower(), lang=("nl", "en")) or simplemma.is_known(word, lang=("nl", "en")))


@lru_cache(maxsize=50_000)
def is_word(piece: str) -> bool:
    """Whether a piece can stand alone in a sentence: a question may end before, or a sentence begin with it.

    The dictionaries have nearly every string of two or three letters (abbreviations, interjections), so that such a
    piece counts only as a function word; of single letters only "u" is one.
    """
    small = piece.lower()
    if len(small) > 3:
        return known(piece)
    return small not in _NOT_SHORT and (small in stop_words("nl") or small in stop_words("en"))
