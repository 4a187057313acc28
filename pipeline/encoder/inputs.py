"""What the encoder is given: texts as token ids, and how a party of a codebook is told to it.

A text is read as `<s> query: text </s>`, as multilingual-e5 was trained to. Comment, parties and what a reply answers
are read apart by the lower layers and together by the upper ones (`reader.py`). A text too long for one pass is read in windows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pipeline.settings import Party

Span = tuple[int, int]

BEGIN, END = 0, 2
PREFIX = "query: "

#: Tokens of each text about a party, of what a reply answers, and of a comment in one pass (the network has 512 places).
PARTY_TOKENS, CONTEXT_TOKENS, WINDOW_TOKENS = 192, 80, 320
#: Tokens that two windows of a long comment have in common.
OVERLAP = 64


@dataclass(frozen=True)
class Window:
    """One pass over a text: ids [t] and, of each token, its span in the text ((0, 0) for what is not the text's own)."""

    ids: NDArray[np.int64]
    spans: list[Span]

    @property
    def own(self) -> NDArray[np.bool_]:
        """[t]: which tokens are the text's own."""
        return np.asarray([end > start for start, end in self.spans])


def windows(tokenizer: Tokenizer, text: str, limit: int = WINDOW_TOKENS) -> list[Window]:
    """The passes that read a text: one, unless it has more than `limit` tokens."""
    before = len(PREFIX)
    encoding = tokenizer.encode(PREFIX + text)
    spans = [(max(0, int(a) - before), max(0, int(b) - before)) for a, b in encoding.offsets]
    head = sum(end == 0 for _, end in spans)  # the prefix's own tokens
    found = []
    for start in range(head, max(head + 1, len(spans) - OVERLAP), limit - OVERLAP):
        part = slice(start, start + limit)
        ids = [BEGIN, *encoding.ids[:head], *encoding.ids[part], END]
        found.append(Window(np.asarray(ids), [(0, 0)] * (head + 1) + spans[part] + [(0, 0)]))
    return found


def first_window(tokenizer: Tokenizer, text: str, limit: int) -> Window:
    """The beginning of a text, `limit` tokens (of WINDOW_TOKENS) at most."""
    window = windows(tokenizer, text)[0]
    head = int(np.argmax(window.own)) if window.own.any() else len(window.ids) - 1
    end = min(head + limit, len(window.ids) - 1)
    return Window(np.r_[window.ids[:end], END], [*window.spans[:end], (0, 0)])


#: What is told of a party, a pooled state each.
NAME, ALIASES, DESCRIPTION = range(3)


def party_texts(party: Party, language: str = "nl") -> tuple[str, str, str]:
    """What a codebook says of a party: its name, the words by which people name it, its description.

    What is not there is told by what is: aliases by the name, a description by the aliases.
    """
    name = party.name.of(language)
    aliases = ", ".join(word for alias in party.aliases if (word := alias.replace("*", "").strip())) or name
    return name, aliases, party.description.of(language) or aliases
