"""robots.txt as RFC 9309 says, read by Protego: wildcards, longest match, and what an answer other than 200 means.

4xx: there are no rules. 5xx, a timeout, a redirect away: assume that everything is forbidden. Three things are mended
before Protego reads. A byte order mark is taken off, because with it every parser reads the first group as nothing, hence
as "all allowed". Groups are named by product token alone, so that `Standpunt/1.0` is us. And groups of other robots are
renamed, because Protego would take `Stand` for us too.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from protego import Protego

#: The product token that a robots.txt may name.
TOKEN = "Standpunt"
MAX_BYTES = 512_000  # RFC 9309 asks for at least 500 KiB
MAX_DELAY = 60.0
NO_ANSWER = "no answer"

_AGENT = re.compile(r"(?im)^[ \t]*user-?agent[ \t]*:[ \t]*([^\s#]*)[^\r\n]*")
_LINE = re.compile(r"[ \t]*([a-z-]+)[ \t]*:[ \t]*([^\s#]*)", re.IGNORECASE)
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Robots:
    """What a site's robots.txt means for us."""

    url: str
    status: int | None  # None: no answer
    answer: str  # rules, allow (there are none), disallow (could not be read), no answer (taken as disallow)
    text: str = ""
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def _parsed(self) -> Protego:
        return Protego.parse(self.text)

    @property
    def delay(self) -> float:
        """Seconds between two requests by Crawl-delay and Request-rate, 0 where none is asked, at most MAX_DELAY."""
        if self.answer != "rules":
            return 0.0
        rate = self._parsed.request_rate(TOKEN)
        asked = [float(self._parsed.crawl_delay(TOKEN) or 0), rate.seconds / rate.requests if rate else 0.0]
        return min(max([0.0, *(seconds for seconds in asked if not math.isnan(seconds))]), MAX_DELAY)

    def allows(self, url: str) -> bool:
        """Whether we may ask for `url`."""
        if self.answer != "rules":
            return self.answer == "allow"
        return bool(self._parsed.can_fetch(url, TOKEN))

    def rule(self, url: str) -> str:
        """Why `url` may not be asked for: the longest rule for us that forbids it."""
        if self.answer in ("disallow", NO_ANSWER):
            why = "no answer" if self.status is None else f"status {self.status}"
            return f"robots.txt could not be read ({why}), so everything is taken as forbidden"
        hits = [
            v for v in self._forbidden() if not Protego.parse(f"User-agent: *\nDisallow: {v}").can_fetch(url, TOKEN)
        ]
        return f"Disallow: {max(hits, key=len)}" if hits else "robots.txt"

    def _forbidden(self) -> list[str]:
        """Values of the Disallow lines in the groups that are about us: those that name us, else those for all."""
        groups: dict[str, list[str]] = {}
        agents: list[str] = []
        naming = False
        for name, value in (match.groups() for line in self.text.splitlines() if (match := _LINE.match(line))):
            if name.lower() == "user-agent":
                agents = [*agents, value] if naming else [value]
            elif name.lower() == "disallow" and value:
                for agent in agents:
                    groups.setdefault(agent, []).append(value)
            naming = name.lower() == "user-agent"
            for agent in agents:
                groups.setdefault(agent, [])
        return groups.get(TOKEN, groups.get("*", []))

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
    if status is None:
        return Robots(url, None, NO_ANSWER)
    if status >= 500 or 300 <= status < 400:
        return Robots(url, status, "disallow")
    if status >= 400:
        return Robots(url, status, "allow")
    text = _text(body)
    warnings = []
    if re.match(r"\s*<(!doctype|html|head|body|\?xml|!--)", text, re.IGNORECASE):
        warnings.append("robots.txt is an HTML page: no rules could be read from it")
    if len(body) > MAX_BYTES:
        warnings.append(f"robots.txt is {len(body):,} bytes; the first {MAX_BYTES:,} were read")
    return Robots(url, status, "rules", _AGENT.sub(_named, text), warnings)


def _text(body: bytes) -> str:
    """The text without byte order marks; of a file over MAX_BYTES, the whole lines within them."""
    if len(body) > MAX_BYTES:
        body = body[:MAX_BYTES].rpartition(b"\n")[0]
    text = body.decode(_MARKS.get(body[:2], "utf-8"), "replace").lstrip("\ufeff")
    return "\n".join(text.splitlines())


def _named(line: re.Match[str]) -> str:
    """A User-agent line, by whether it means all, us, or somebody else."""
    token = re.match(r"\*\Z|[A-Za-z_-]*", line[1])
    name = token[0] if token else ""
    if name != "*":
        name = TOKEN if name.lower() == TOKEN.lower() else "another-robot"
    return f"User-agent: {name}"
