"""The marks by which a page's software is known, looked for so that a page of some other software costs next to nothing.

An expression that begins with a boundary or an alternative is tried at every character of a page; a string is searched a
hundred times as fast. So each mark names a string that stands in all that it finds, and its expression is asked only where
that string is there.
"""

from __future__ import annotations

import re


class Marks:
    """Some marks, any of which is enough."""

    def __init__(self, *marks: str | tuple[str, str]) -> None:
        """Each a string, or a string and the expression of which it is a part."""
        self._marks = [(mark, None) if isinstance(mark, str) else (mark[0], re.compile(mark[1])) for mark in marks]

    def on(self, html: str) -> bool:
        """Does a page hold one of the marks?"""
        return any(text in html and (form is None or form.search(html) is not None) for text, form in self._marks)
