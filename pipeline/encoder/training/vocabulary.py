"""A smaller vocabulary for Dutch and English: the pieces that their words are made of, and no others.

multilingual-e5-small spends four fifths of its weights on 250,000 pieces of a hundred languages. Kept are the special pieces, every piece that
some Dutch or English word (simplemma's word lists, small and with a capital) or training text is cut into, and every
piece of signs, digits or a single European letter. A word that is cut as before keeps its vector exactly.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

Piece = tuple[str, float]

LANGUAGES = ("nl", "en")
SPECIALS = 4
UNKNOWN = 3
SPACE = "▁"
#: Letters up to the end of the Greek block, and signs up to the dingbats; emoji lie above.
LAST_LETTER, FIRST_EMOJI = 0x3FF, 0x1F300
#: What the original's normalisation map drops or takes for a blank, besides NFKC.
DROPPED = "[\\x01-\\x08\\x0b\\x0e-\\x1f\\x7f\\x8f\\x9f]"
BLANKS = "[\\s\\u1680\\u200b-\\u200f\\u2028\\u2029\\u2581\\ufeff\\ufffd]+"


def tokenizer_of(pieces: Sequence[Piece]) -> Tokenizer:
    """A Unigram tokenizer of these pieces; offsets are those of the text as given."""
    made = Tokenizer(models.Unigram(list(pieces), unk_id=UNKNOWN, byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [normalizers.Replace(Regex(DROPPED), ""), normalizers.NFKC(), normalizers.Replace(Regex(BLANKS), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    return made


def word_lists() -> list[str]:
    """Every Dutch and English word form that simplemma knows, sorted."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    words: set[str] = set()
    for language in LANGUAGES:
        for form, lemma in DefaultDictionaryFactory().get_dictionary(language).items():
            words |= {_text(form), _text(lemma)}
    return sorted(words)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8")


def _universal(piece: str) -> bool:
    """Whether a piece serves any European language: signs and digits, or one letter."""
    body = piece.removeprefix(SPACE)
    if not body:
        return True
    if len(body) == 1 and (ord(body) <= LAST_LETTER or ord(body) >= FIRST_EMOJI):
        return True
    return all(
        not unicodedata.category(c).startswith(("L", "M")) and (ord(c) < 0x2800 or ord(c) >= FIRST_EMOJI) for c in body
    )


def kept_pieces(pieces: Sequence[Piece], texts: Iterable[str]) -> list[int]:
    """Indices of the pieces to keep, ascending; the special ones come first."""
    tool = tokenizer_of(pieces)
    words = word_lists()
    kept = set(range(SPECIALS)) | {i for i, (piece, _) in enumerate(pieces) if i >= SPECIALS and _universal(piece)}
    for group in (words, [word.capitalize() for word in words], list(texts)):
        for encoding in tool.encode_batch(group):
            kept.update(encoding.ids)
    last = len(pieces) - 1  # <mask>, which no text contains
    return sorted(i for i in kept if i < last)
