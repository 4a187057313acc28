"""The marks by which a page's software is known, looked for so that a page of some other software costs next to nothing.

An expression that begins with a boundary or an alternative is tried at every character of a page; a string is searched a
hundred times as fast. So each mark names a string that stands in all that it finds, and its expression is asked only where
that string is there. A hundred searches still take longer than to read the page: most strings are ruled out by which four
letters in a row the page holds, which is found once for all of them.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

#: four letters in a row are told apart by this many bits of their product with a large odd number (multiplicative hashing)
_BITS = 18
_FACTOR = np.uint32(2_654_435_769)
#: characters that are taken at once: so memory does not grow with the page
_PART = 1_000_000
#: a boundary before plain letters: the letters can be searched first
_BOUNDARY = re.compile(r"\\b([\w= ]{2,})(?![\w= ?*+{])")


class Marks:
    """Some marks, any of which is enough."""

    def __init__(self, *marks: str | tuple[str, str]) -> None:
        """Each a string, or a string and the expression of which it is a part."""
        pairs = ((mark, None) if isinstance(mark, str) else (mark[0], _compiled(mark[1])) for mark in marks)
        self._marks = [(text, _numbers(text.encode()).tolist(), form) for text, form in pairs]

    def on(self, html: str) -> bool:
        """Does a page hold one of the marks?"""
        held = _letters.of(html)
        for text, numbers, form in self._marks:
            for number in numbers:
                if not held[number]:
                    break
            else:
                if text in html and (form is None or form.search(html) is not None):
                    return True
        return False


class _Letters:
    """Which four letters in a row a page holds. The last page's are kept: all platforms are asked about the same page."""

    def __init__(self) -> None:
        self._last = ("", bytearray(1 << _BITS))

    def of(self, page: str) -> bytearray:
        """By number (see `_numbers`): 0 where no four letters of this number are in the page."""
        last, held = self._last
        if last is not page:
            held = bytearray(1 << _BITS)
            seen = np.frombuffer(held, np.uint8)
            for begin in range(0, len(page), _PART):
                seen[_numbers(page[begin : begin + _PART + 3].encode("utf-8", "replace"))] = 1
            self._last = (page, held)
        return held


_letters = _Letters()


def _numbers(data: bytes) -> npt.NDArray[np.intp]:
    """A number below 2**_BITS of every four bytes in a row."""
    four: npt.NDArray[np.uint32] = np.ndarray(max(len(data) - 3, 0), "<u4", data, 0, (1,))
    return (four * _FACTOR >> np.uint32(32 - _BITS)).astype(np.intp)  # what numpy takes as an index at once


def _compiled(form: str) -> re.Pattern[str]:
    """An expression; where it begins with a boundary, with the letters behind it first, by which `re` skips what has none."""
    begin = _BOUNDARY.match(form)
    return re.compile(f"{begin[1]}(?<={begin[0]}){form[begin.end() :]}" if begin else form)
