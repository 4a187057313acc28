"""Where a text names a party: by the codebook's aliases, or by the party's name."""

from __future__ import annotations

import re

from pipeline.encoder.linear.mentions import Span, name_aliases, phrase_regex, straight
from pipeline.settings import Codebook

__all__ = ["lexicons", "mentions", "name_aliases", "phrase_regex"]


def lexicons(codebook: Codebook) -> list[re.Pattern[str]]:
    """What names each party, in the codebook's order. A secondary party's name ("another party") names nobody."""
    return [
        phrase_regex([*party.aliases, *([] if party.secondary else name_aliases(party))]) for party in codebook.parties
    ]


def mentions(text: str, lexicon: re.Pattern[str]) -> list[Span]:
    """The spans of a text that name a party."""
    return [match.span() for match in lexicon.finditer(straight(text))]
