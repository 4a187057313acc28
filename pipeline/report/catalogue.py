"""The words of the interface in Dutch and English, and how each language writes numbers and dates.

The texts lie in `text/<language>.yaml`, one flat list of keys a language; what readers of pages remark on a thread is
English in the tables, and its Dutch lies in `text/remarks.nl.yaml`. Times are shown as stored, in UTC.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import StandpuntError
from pipeline.strict_yaml import load_yaml

LANGUAGES = ("nl", "en")
FOLDER = Path(__file__).parent / "text"
MINUS = "\u2212"
DASH = "\u2013"


@dataclass(frozen=True)
class Catalogue:
    """One language of the interface."""

    language: str
    texts: dict[str, str]
    remarks: tuple[
        tuple[re.Pattern[str], str], ...
    ] = ()  # English, with a named group a placeholder, and what it is here

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its {placeholders} filled in."""
        if key not in self.texts:
            raise StandpuntError(f"interface text {key!r} is missing in {FOLDER / self.language}.yaml")
        return self.texts[key].format(**values) if values else self.texts[key]

    def has(self, key: str) -> bool:
        """Whether there is a text of this key."""
        return key in self.texts

    def remark(self, said: str) -> tuple[str, str]:
        """A remark of the tables in this language, and the language that it then has: "en" where there are no words."""
        for pattern, words in self.remarks:
            if found := pattern.fullmatch(said):
                values = {name: self._number(value) for name, value in found.groupdict().items()}
                return words.format(**values), self.language
        return said, "en"

    def _number(self, value: str) -> str:
        """A number as this language writes its decimals; any other words as they are."""
        return value.replace(".", ",") if self.language == "nl" and re.fullmatch(r"\d+\.\d+", value) else value

    def items(self, prefix: str) -> list[str]:
        """The texts `prefix`.1, `prefix`.2 ... in order."""
        found: list[str] = []
        while f"{prefix}.{len(found) + 1}" in self.texts:
            found.append(self.texts[f"{prefix}.{len(found) + 1}"])
        return found

    def count(self, number: int, noun: str) -> str:
        """`1 comment`, `2 comments`: keys `noun.one` and `noun.many`."""
        return f"{self.integer(number)} {self(f'{noun}.one' if number == 1 else f'{noun}.many')}"

    def integer(self, number: int) -> str:
        """12345 as 12.345 or 12,345."""
        return f"{number:,}".replace(",", "." if self.language == "nl" else ",")

    def decimal(self, number: float, digits: int = 2, *, sign: bool = False) -> str:
        """A number with a decimal comma or point and a true minus; `sign` shows the plus as well."""
        text = f"{abs(number):.{digits}f}"
        if self.language == "nl":
            text = text.replace(".", ",")
        positive = "+" if sign and float(f"{abs(number):.{digits}f}") else ""
        return (MINUS if number < 0 and float(f"{number:.{digits}f}") else positive) + text

    def percent(self, share: float) -> str:
        """0.345 as 34%, rounded as the claims of findings.json are."""
        return f"{100 * share:.0f}%"

    def range(self, low: float, high: float, unit: str) -> str:
        """An interval in the unit of its estimate: share or score."""
        if unit == "share":
            return f"{100 * low:.0f}{DASH}{100 * high:.0f}%"
        return f"{self.decimal(low, sign=True)} {self('to')} {self.decimal(high, sign=True)}"

    def value(self, number: float, unit: str) -> str:
        """An estimate in its unit: share or score."""
        return self.percent(number) if unit == "share" else self.decimal(number, sign=True)

    def date(self, when: dt.date | dt.datetime | None) -> str:
        """3 maart 2026."""
        if when is None:
            return self("unknown_date")
        return f"{when.day} {self(f'month.{when.month}')} {when.year}"

    def time(self, when: dt.datetime | None) -> str:
        """3 maart 2026, 09:10 UTC."""
        return self.date(when) if when is None else f"{self.date(when)}, {when:%H:%M} UTC"

    def language_name(self, code: str) -> str:
        """`nl` as Nederlands; a code without a name stays a code."""
        return self.texts.get(f"language.{code}", code)

    def short_month(self, month: str) -> str:
        """`2026-03` as `mrt 26`."""
        year, number = month.split("-")
        return f"{self(f'short_month.{int(number)}')} {year[2:]}"

    def month(self, month: str) -> str:
        """`2026-03` as `maart 2026`."""
        year, number = month.split("-")
        return f"{self(f'month.{int(number)}')} {year}"


@cache
def load_catalogue(language: str) -> Catalogue:
    """The interface in `language` (nl or en)."""
    data = load_yaml(FOLDER / f"{language}.yaml")
    file = FOLDER / f"remarks.{language}.yaml"
    remarks = load_yaml(file) if file.exists() else {}
    return Catalogue(
        language,
        {str(key): str(value).strip() for key, value in data.items()},
        tuple((_pattern(str(form)), str(words)) for form, words in remarks.items()),
    )


def _pattern(form: str) -> re.Pattern[str]:
    """The pattern of a remark: its words as they are, each {name} any words of one to 300 characters."""
    parts = re.split(r"\{(\w+)\}", form)
    return re.compile(
        "".join(f"(?P<{p}>.{{1,300}}?)" if i % 2 else re.escape(p) for i, p in enumerate(parts)), re.DOTALL
    )
