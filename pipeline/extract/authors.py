"""From names to pseudonyms: who wrote what stays countable, who it was does not travel on.

A pseudonym is a keyed digest (HMAC-SHA256, RFC 2104) of site and name, so that the same name on the same site is the same
pseudonym in every thread, and nobody without the key can test a guess. Within texts, names of people of the same thread are
replaced where a text addresses or quotes them.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

#: names that stand for nobody in particular: no two of them are known to be one person
NOBODY = frozenset({"anoniem", "anonymous", "anonym", "anonyme", "gast", "guest", "[verwijderd]", "[deleted]"})

_SEGMENT = re.compile(r"(<[^<>]*>)")
_BLOCK = re.compile(r"</?(?:p|br|div|blockquote|li|ul|ol|pre|h\d)\b", re.IGNORECASE)
_TELLING = re.compile(r"""\s(title|alt|cite|aria-[\w-]+|data-[\w-]+)\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_AT = re.compile(r"(?<![\w.])@\s?(?=\S)")
_LINE = re.compile(r"^[\s>»|*_\"'“”‘’„]*(?=\S)", re.MULTILINE)
_VERB = r"(?:schreef|schrijft|zei|zegt|stelt|stelde|meldt|reageerde|antwoordde|wrote|writes|said|says|posted)"
_SAYS = re.compile(rf"\s*,?\s*(?:(?:op|on|at|om)\s[^\n]{{1,60}}?)?\s*\b{_VERB}\b", re.IGNORECASE)
_QUOTED_BY = re.compile(
    rf"(?:\b{_VERB}|\b(?:posted|written|geschreven|geplaatst) (?:by|door)|\b(?:citaat|quote|reactie) van|\bquote from"
    r"|\b(?:in )?antwoord op|\bin reply to|\[quote(?: author)?=)[\s\"'“‘]*(?=\S)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\"'”’]?\s*(?:[:,;\]\n]|\Z|(?:op|on)\s)")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_LETTERS = re.compile(r"\w+")
_ARTICLES = frozenset({"de", "het", "een", "the", "a", "an"})


def normal(name: str) -> str:
    """A name without accidents of typing: NFC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def pseudonym(key: bytes, site: str, name: str | None) -> str | None:
    """`a-` and 16 hex digits for a name on a site; None for no name, or one that stands for nobody."""
    if not name or not (plain := normal(name)) or plain in NOBODY:
        return None
    message = f"{site}\x1f{plain}".encode("utf-8", "surrogatepass")
    return "a-" + hmac.new(key, message, hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True)
class _Name:
    pattern: re.Pattern[str]
    label: str
    length: int


class Names:
    """The names of a thread's authors, to be found in its texts. Longer names go before shorter ones."""

    def __init__(self, pseudonyms: dict[str, str]) -> None:
        """`pseudonyms`: name as shown -> pseudonym."""
        labels = {name: f"lezer-{pseudonym[2:6]}" for name, pseudonym in pseudonyms.items()}
        self._by_start: dict[str, list[_Name]] = {}
        self._by_word: dict[str, list[_Name]] = {}
        self._plain: dict[str, str] = {}
        for name in sorted(labels, key=lambda name: (-len(name), name)):
            words = unicodedata.normalize("NFC", name).split()
            if not words:
                continue
            found = _Name(_pattern(words, re.IGNORECASE), labels[name], len(name))
            self._by_start.setdefault(_start(words[0]), []).append(found)
            self._plain.setdefault(normal(name), labels[name])
            self._plain.setdefault("".join(words).casefold(), labels[name])
            if _personal(words):
                self._by_word.setdefault(words[0], []).append(_Name(_pattern(words, 0), labels[name], len(name)))
        self._first = _unique_first_names(labels)

    def hide(self, text: str, text_format: str) -> str:
        """A text with `@lezer-xxxx` where it addresses or quotes one of the authors."""
        if text_format != "html":
            plain = unicodedata.normalize("NFC", text)
            spans = self._spans(plain)
            return _replaced(plain, spans) if spans else text
        return self._hide_html(text)

    def _hide_html(self, markup: str) -> str:
        """The same on what a reader sees of a piece of markup: names may be cut up by tags, letters be entities."""
        parts = _SEGMENT.split(markup)
        seen: list[str] = []
        starts: list[int] = []
        cites: list[tuple[int, int]] = []
        at, cite = 0, -1
        for i, part in enumerate(parts):
            starts.append(at)
            if i % 2:
                shown = "\n" if _BLOCK.match(part) else ""
                parts[i] = self._without_telling(part)
                cite = at if re.match(r"<cite\b", part, re.IGNORECASE) else cite
                if re.match(r"</cite\b", part, re.IGNORECASE) and cite >= 0:
                    cites.append((cite, at))
                    cite = -1
            else:
                shown = unicodedata.normalize("NFC", html.unescape(part))
            seen.append(shown)
            at += len(shown)
        text = "".join(seen)
        spans = self._spans(text, cites)
        return "".join(_woven(parts, seen, starts, spans))

    def _without_telling(self, tag: str) -> str:
        """A tag without the attributes that hold a name."""

        def keep(found: re.Match[str]) -> str:
            value = normal(html.unescape(found[2][1:-1]))
            named = value in self._plain or any(
                len(n) > 3 and re.search(rf"\b{re.escape(n)}\b", value) for n in self._plain
            )
            return "" if named else found[0]

        return _TELLING.sub(keep, tag) if _TELLING.search(tag) else tag

    def _spans(self, text: str, cites: Iterable[tuple[int, int]] = ()) -> list[tuple[int, int, str]]:
        """(start, end, replacement) without overlaps, in order."""
        found = [*self._mentions(text), *self._quoted(text), *self._full_names(text)]
        for start, end in cites:
            label = self._plain.get(normal(re.sub(rf"(?i)\s*\b{_VERB}\b|[:,—–]", " ", text[start:end])))
            found += [(start, end, label)] if label else []
        kept: list[tuple[int, int, str]] = []
        for start, end, label in sorted(found, key=lambda span: (span[0], -span[1])):
            if not kept or start >= kept[-1][1]:
                kept.append((start, end, "@" + label))
        return kept

    def _mentions(self, text: str) -> Iterable[tuple[int, int, str]]:
        for at in _AT.finditer(text):
            if (name := self._at(text, at.end())) is not None:
                yield at.start(), at.end() + name[0], name[1]
                continue
            word = _WORD.match(text, at.end())
            plain = normal(word[0]).rstrip("'’-") if word else ""
            label = self._plain.get(plain) or self._first.get(plain)
            if label:
                yield at.start(), at.end() + len(plain), label

    def _quoted(self, text: str) -> Iterable[tuple[int, int, str]]:
        for line in _LINE.finditer(text):
            name = self._at(text, line.end())
            if name is not None and _SAYS.match(text, line.end() + name[0]):
                yield line.end(), line.end() + name[0], name[1]
        for said in _QUOTED_BY.finditer(text):
            name = self._at(text, said.end())
            if name is not None and _AFTER.match(text, said.end() + name[0]):
                yield said.end(), said.end() + name[0], name[1]

    def _full_names(self, text: str) -> Iterable[tuple[int, int, str]]:
        """First and last name as they are written: that is no other word by chance."""
        if not self._by_word:
            return
        for word in _WORD.finditer(text):
            for name in self._by_word.get(word[0], ()):
                if match := name.pattern.match(text, word.start()):
                    yield match.start(), match.end(), name.label
                    break

    def _at(self, text: str, position: int) -> tuple[int, str] | None:
        """(length, label) of the longest name that stands at a position."""
        for name in self._by_start.get(_start(text, position), ()):
            if match := name.pattern.match(text, position):
                return len(match[0]), name.label
        return None


def _start(text: str, position: int = 0) -> str:
    """What names are looked up by: the letters and digits at a position, else the one sign there."""
    found = _LETTERS.match(text, position)
    return (found[0] if found else text[position : position + 1]).casefold()


def _pattern(words: list[str], flags: int) -> re.Pattern[str]:
    body = r"[\s\u00a0]+".join(re.sub(r"['’‘`´]", "['’‘`´]", re.escape(word)) for word in words)
    return re.compile(rf"{body}(?!\w)", flags)


def _personal(words: list[str]) -> bool:
    """Do these words look like a person's first and last name?"""
    capitals = words[0][0].isupper() and words[-1][0].isupper()
    return len(words) > 1 and capitals and words[0].casefold() not in _ARTICLES and len(words[-1].rstrip(".")) > 1


def _unique_first_names(labels: dict[str, str]) -> dict[str, str]:
    """First word of a longer name -> its label, where it is one author's only. Two letters or more."""
    owners: dict[str, set[str]] = {}
    for name, label in labels.items():
        words = normal(name).split()
        if len(words) > 1 and len(words[0]) > 1 and words[0] not in _ARTICLES:
            owners.setdefault(words[0], set()).add(label)
    return {first: min(found) for first, found in owners.items() if len(found) == 1}


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    out, last = [], 0
    for start, end, label in spans:
        out += [text[last:start], label]
        last = end
    return "".join([*out, text[last:]])


def _woven(parts: list[str], seen: list[str], starts: list[int], spans: list[tuple[int, int, str]]) -> Iterable[str]:
    """The parts of a piece of markup, with spans of what is seen of it replaced; tags within a span stay."""
    waiting = 0
    for i, part in enumerate(parts):
        begin, end = starts[i], starts[i] + len(seen[i])
        while waiting < len(spans) and spans[waiting][1] <= begin:
            waiting += 1
        inside = [
            (max(a, begin) - begin, min(b, end) - begin, label if a >= begin else "")
            for a, b, label in _touching(spans, waiting, end)
        ]
        yield html.escape(_replaced(seen[i], inside), quote=False) if inside and not i % 2 else part


def _touching(spans: list[tuple[int, int, str]], first: int, end: int) -> Iterable[tuple[int, int, str]]:
    for span in spans[first:]:
        if span[0] >= end:
            return
        yield span
