"""robots.txt as RFC 9309 says, read by Protego: wildcards, longest match, and what an answer other than 200 means.

4xx: there are no rules. 5xx, a timeout, a redirect away: assume that everything is forbidden. A byte order mark is
taken off first, because with it every parser reads the first group as nothing, hence as "all allowed".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from protego import Protego

#: The product token that a robots.txt may name.
TOKEN = "Standpunt"
MAX_BYTES = 512_000  # RFC 9309 asks for at least 500 KiB
MAX_DELAY = 60.0


@dataclass(frozen=True)
class Robots:
    """What a site's robots.txt means for us."""

    url: str
    status: int | None  # None: no answer
    answer: str  # rules, allow (there are none), disallow (could not be read)
    text: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def _parsed(self) -> Protego:
        return Protego.parse(self.text)

    @property
    def delay(self) -> float:
        """Crawl-delay in seconds, 0 where none is asked, at most MAX_DELAY."""
        asked = self._parsed.crawl_delay(TOKEN) if self.answer == "rules" else None
        return min(max(float(asked or 0), 0.0), MAX_DELAY)

    def allows(self, url: str) -> bool:
        """Whether we may ask for `url`."""
        if self.answer != "rules":
            return self.answer == "allow"
        return bool(self._parsed.can_fetch(url, TOKEN))

    def rule(self, url: str) -> str:
        """Why `url` may not be asked for: the longest rule that forbids it."""
        if self.answer == "disallow":
            return f"robots.txt could not be read (status {self.status}), so everything is taken as forbidden"
        values = re.findall(r"(?im)^[ \t]*disallow[ \t]*:[ \t]*([^\s#]+)", self.text)
        hits = [v for v in values if not Protego.parse(f"User-agent: *\nDisallow: {v}").can_fetch(url, TOKEN)]
        return f"Disallow: {max(hits, key=len)}" if hits else "robots.txt"

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "url": self.url,
            "status": self.status,
            "answer": self.answer,
            "crawl_delay": self.delay,
            "warnings": self.warnings,
        }


def parse_robots(url: str, status: int | None, body: bytes = b"") -> Robots:
    """The meaning of an answer to /robots.txt (`status` None: none came)."""
    if status is None or status >= 500 or 300 <= status < 400:
        return Robots(url, status, "disallow")
    if status >= 400:
        return Robots(url, status, "allow")
    text = body[:MAX_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip("\ufeff")
    warnings = []
    if re.match(r"\s*<(!doctype|html|head|body)", text, re.IGNORECASE):
        warnings.append("robots.txt is an HTML page: no rules could be read from it")
    if len(body) > MAX_BYTES:
        warnings.append(f"robots.txt is {len(body):,} bytes; the first {MAX_BYTES:,} were read")
    return Robots(url, status, "rules", text, warnings)
