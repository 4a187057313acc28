"""Where a page lies and how it points to others: relative addresses, so that the folder works wherever it is put."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One page in one language. `path` is the same in every language; the default language lies at the root."""

    path: str
    language: str
    default: str

    def _folder(self, language: str) -> str:
        return "" if language == self.default else f"{language}/"

    @property
    def file(self) -> str:
        """The page's file, from the root of the site."""
        return self._folder(self.language) + self.path

    def shared(self, path: str) -> str:
        """The address of a file that all languages share (assets/, data/)."""
        return posixpath.relpath(path, posixpath.dirname(self.file) or ".")

    def url(self, path: str, fragment: str = "") -> str:
        """The address of a page in this language."""
        if path == self.path and fragment:
            return f"#{fragment}"
        return self.shared(self._folder(self.language) + path) + (f"#{fragment}" if fragment else "")

    def other(self, language: str) -> str:
        """The address of this very page in another language."""
        return self.shared(self._folder(language) + self.path)
