"""Repair of a text's letters: mojibake, entities, lost letters, control characters, Unicode forms.

What a forum shows has often been through several encodings. Each kind of damage has its own step; each step hands
edits to a `Draft`, which records what stood where. Nothing that alters meaning is done: quotation marks keep their
shape, and of the ligatures only the typographic ones (fi, fl, ij) are taken apart. Mojibake is the work of ftfy
(Speer, 2019, doi:10.5281/zenodo.2591652); lost letters have their own module.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

import ftfy
from ftfy import TextFixerConfig, fixes

from pipeline.clean.edits import MAX_SHOWN, Draft, Edit, Repair
from pipeline.clean.lost_letters import lost_letters

#: Longer texts are cut: no comment of a person has a million characters.
MAX_TEXT = 1_000_000
#: A run without white space is cut to so many characters.
MAX_WORD = 1_000
#: Combining marks that may stand on one letter.
MAX_MARKS = 2

_CONFIG = TextFixerConfig(
    unescape_html=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    normalization=None,
    explain=False,
)
#: ftfy looks at the whole of what it is given, so that it gets lines in pieces of this length
_PIECE = 5_000

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NEWLINE = re.compile(r"\r\n?|[\u2028\u2029]")
_SPACE = re.compile(r"[^\S\n\t \x1c-\x1f\x85]|\t")
_SURROGATES = re.compile(r"[\ud800-\udfff]+")
#: a closing quotation mark of three bytes whose last, undefined in Windows-1252, was dropped on the way
_CLOSING = re.compile("\u00e2\u20ac(?=[ \\t\\n.,;:!?)\\]]|\\Z)")
_ESCAPE = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
#: controls, zero-width and bidirectional characters, soft hyphen, tags, interlinear marks, private use
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0e\ufeff\ufff9-\ufffc\U000e0000-\U000e0fff]+"
)
#: a joiner holds an emoji together (a family, a trade); elsewhere it is invisible
_EMOJI = "\u2190-\u27bf\ufe0f\U0001f000-\U0001faff"
_JOINER = re.compile(f"(?<![{_EMOJI}\u200d])\u200d+|\u200d+(?![{_EMOJI}\u200d])")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_ZALGO = re.compile(f"(?<={_MARK}{{{MAX_MARKS}}}){_MARK}+")
_FORMS = re.compile("[\ufb00-\ufb06\u0132\u0133\uff01-\uff5e]+")
_APOSTROPHE = re.compile(
    "(?<=[^\\W_])[\u00b4`\u2018\u02bc\u2032\u201b\uff07](?=(?:s|n|er|ers|t|tje|tjes|en|re|ve|ll|d|m|r)\\b)"
)
#: what an ASCII text must hold to need any repair
_SUSPECT = re.compile(r"[?&\x00-\x08\x0b-\x1f\x7f]|[^\W_]`")
_WORD = re.compile(r"\S+")


def _substitute(pattern: re.Pattern[str], after: str | Callable[[str], str], kind: str, text: str) -> Iterator[Edit]:
    """An edit for every match of a pattern."""
    for match in pattern.finditer(text):
        new = after if isinstance(after, str) else after(match.group())
        yield Edit(match.start(), match.end(), new, kind)


def _differences(before: str, after: str, offset: int, kind: str) -> Iterator[Edit]:
    """The words in which a line and its mended form differ; one edit for the whole where words do not pair."""
    if before == after:
        return
    old, new = re.split(r"([ \t]+)", before), re.split(r"([ \t]+)", after)
    if len(old) != len(new):
        yield _edit(before, after, offset, kind)
        return
    for left, right in zip(old, new, strict=True):
        if left != right:
            yield _edit(left, right, offset, kind)
        offset += len(left)


def _edit(before: str, after: str, offset: int, kind: str) -> Edit:
    """A word is replaced whole, for whoever reads the repairs; what is too long to be shown whole only where it differs."""
    head = tail = 0
    if len(before) > MAX_SHOWN:
        shorter = min(len(before), len(after))
        while head < shorter and before[head] == after[head]:
            head += 1
        while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
    return Edit(offset + head, offset + len(before) - tail, after[head : len(after) - tail], kind)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Lines, and long lines in pieces cut at a space, each with its offset."""
    offset = 0
    for line in text.split("\n"):
        start = 0
        while len(line) - start > _PIECE:
            space = line.rfind(" ", start + 1, start + _PIECE)
            stop = space if space > 0 else start + _PIECE
            yield offset + start, line[start:stop]
            start = stop
        yield offset + start, line[start:]
        offset += len(line) + 1


def _mojibake(text: str) -> Iterator[Edit]:
    """UTF-8 that was read as Latin-1 or Windows-1252, once or more; C1 controls that are Windows-1252 letters."""
    for offset, piece in _pieces(text):
        if not piece.isascii():
            mended = fixes.fix_c1_controls(ftfy.fix_encoding(piece, _CONFIG))
            yield from _differences(piece, mended, offset, "mojibake")


def _composed(text: str) -> Iterator[Edit]:
    """Letters with their marks in one character (NFC)."""
    if not unicodedata.is_normalized("NFC", text):
        for offset, piece in _pieces(text):
            yield from _differences(piece, unicodedata.normalize("NFC", piece), offset, "unicode")


def _entities(draft: Draft) -> None:
    """`&amp;`, `&#235;`, and the same escaped twice or three times."""
    for _ in range(3):
        if not _ENTITY.search(draft.text):
            return
        draft.apply(_substitute(_ENTITY, html.unescape, "entity", draft.text))


def _surrogate(found: str) -> str:
    """A pair of surrogates as the character that it stands for; a lone one as U+FFFD."""
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _cut(text: str) -> Iterator[Edit]:
    """What is beyond the caps, told as a repair, so that the cut is seen."""
    for match in _WORD.finditer(text):
        if match.end() - match.start() > MAX_WORD:
            yield Edit(match.start() + MAX_WORD, match.end(), "\u2026", "control")


def plain_space(text: str) -> str:
    """Line ends as \\n, and every other white space but the plain one as a space; nothing that is to be recorded."""
    return _SPACE.sub(" ", _NEWLINE.sub("\n", text))


def repair(text: str) -> tuple[str, list[Repair]]:
    """The text with its letters repaired, and the repairs in order of where they now stand.

    Kinds: mojibake, entity, lost_letter, control, unicode. A text over a million characters is cut, a run of over a
    thousand without white space too; both count as a repair of kind control. Linear in the length of the text.
    """
    draft = Draft(_NEWLINE.sub("\n", text[:MAX_TEXT]))
    if (
        draft.text.isascii()
        and not _SUSPECT.search(draft.text)
        and max(map(len, draft.text.split()), default=0) <= MAX_WORD
    ):
        return plain_space(draft.text), _end_cut(text, len(draft.text))
    for step in (_surrogates, _escapes):
        draft.apply(step(draft.text))
    _entities(draft)
    for later in _STEPS:
        draft.apply(later(draft.text))
    # one character for one, so that what the repairs point at stays in its place
    draft.text = _SPACE.sub(" ", _NEWLINE.sub(lambda found: "\n" * len(found[0]), draft.text))
    return draft.text, [*draft.repairs(), *_end_cut(text, len(draft.text))]


def _end_cut(text: str, end: int) -> list[Repair]:
    """The repair that tells that the end of a text was cut off."""
    over = len(text) - MAX_TEXT
    return [Repair("control", end, f"[{over} characters]", "")] if over > 0 else []


def _closing(text: str) -> Iterator[Edit]:
    return _substitute(_CLOSING, "\u201d", "mojibake", text)


def _surrogates(text: str) -> Iterator[Edit]:
    return _substitute(_SURROGATES, _surrogate, "unicode", text)


def _escapes(text: str) -> Iterator[Edit]:
    return _substitute(_ESCAPE, "", "control", text)


def _invisible(text: str) -> Iterator[Edit]:
    return _substitute(_INVISIBLE, "", "control", text)


def _joiners(text: str) -> Iterator[Edit]:
    return _substitute(_JOINER, "", "control", text)


def _zalgo(text: str) -> Iterator[Edit]:
    return _substitute(_ZALGO, "", "unicode", text)


def _forms(text: str) -> Iterator[Edit]:
    return _substitute(_FORMS, lambda found: unicodedata.normalize("NFKC", found), "unicode", text)


def _apostrophes(text: str) -> Iterator[Edit]:
    return _substitute(_APOSTROPHE, "'", "unicode", text)


#: The steps after the entities, in an order that matters: bytes first, then characters, then words.
_STEPS: tuple[Callable[[str], Iterable[Edit]], ...] = (
    _closing,
    _mojibake,
    _surrogates,
    _invisible,
    _joiners,
    _composed,
    _zalgo,
    _forms,
    _apostrophes,
    _cut,
    lost_letters,
)
