"""Whether a site reserves text and data mining (the opt-out of Article 4(3) of the EU's directive 2019/790).

The TDM Reservation Protocol (W3C community group TDMRep, final report of 2024) names three places: the file
/.well-known/tdmrep.json, which is asked for before the first page; the header `tdm-reservation` of an answer; a `<meta>` in
a page. The later in this row supersedes the earlier. 1 reserves, 0 does not, anything else counts as not said.

Two words of the robots tag (`X-Robots-Tag`, `<meta name="robots">`) stand in no standard, but their meaning is plain: `noai`
and `noml`. They are taken as a reservation, whatever else is said, because a site that has gone to the trouble of saying so
does not want this. `noimageai` is not: no image is collected. Nor are `noindex`, `nofollow`, `noarchive` and `nosnippet`,
which speak to search engines (WordPress puts `noindex` on every answer of its interface).

Not read: ai.txt, and `Content-Signal` and `Content-Usage` in robots.txt, which are drafts and speak of training and search,
not of mining.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pipeline.platforms.html import parse
from pipeline.scrape.robots import TOKEN

#: where a site says it for all of its pages
PATH = "/.well-known/tdmrep.json"
MAX_BYTES = 1_000_000
MAX_RULES = 10_000
#: what is looked at of a page to find its head
_HEAD = 500_000
_ROBOTS = ("noai", "noml")
_WORTH_A_LOOK = re.compile(r"tdm-reservation|\bnoai\b|\bnoml\b", re.IGNORECASE)
#: robots rules that carry a value behind a colon, as the name of a robot before its rules does
_VALUED = re.compile(r"(?:unavailable_after|max-snippet|max-image-preview|max-video-preview)\Z")


@dataclass(frozen=True)
class TdmAnswer:
    """What is said about mining one URL, and where it is said."""

    reserved: bool
    where: str
    policy: str | None = None  # an address: on what terms it may be mined

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


@dataclass(frozen=True)
class TdmRules:
    """The rules of a site's tdmrep.json, in their order; none where there is no such file."""

    rules: list[tuple[re.Pattern[str], TdmAnswer]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def reserved(self, url: str) -> TdmAnswer | None:
        """What the first rule that matches says about `url`; None where none does."""
        parts = urlsplit(url)
        path = _normal(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
        return next((answer for pattern, answer in self.rules if pattern.match(path)), None)


def parse_tdmrep(status: int | None, body: bytes) -> TdmRules:
    """The rules in an answer to PATH (`status` None: none came). No rules where it is absent; a warning where it is broken."""
    if status != 200:
        failed = status is None or status >= 500
        return TdmRules(
            warnings=[f"tdmrep.json could not be had ({status or 'no answer'}): no rules"] if failed else []
        )
    if re.match(rb"(\xef\xbb\xbf)?\s*<", body):  # a page that says "not found", with status 200
        return TdmRules()
    if len(body) > MAX_BYTES:
        return TdmRules(warnings=[f"tdmrep.json is {len(body):,} bytes, over {MAX_BYTES:,}: not read"])
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return TdmRules(warnings=[f"tdmrep.json is broken: no rules ({error})"])
    if not isinstance(data, list):
        return TdmRules(warnings=["tdmrep.json is not a list of rules: none were read"])
    rules, warnings = [], []
    for number, entry in enumerate(data[:MAX_RULES], 1):
        rule = _rule(entry)
        if rule is None:
            warnings.append(f"tdmrep.json, rule {number} has no location, or a tdm-reservation other than 0 and 1")
        else:
            rules.append(rule)
    if len(data) > MAX_RULES:
        warnings.append(f"tdmrep.json holds {len(data):,} rules; the first {MAX_RULES:,} were read")
    return TdmRules(rules, warnings)


def answer_of(headers: dict[str, str], html: str) -> TdmAnswer | None:
    """What an answer itself says: its headers (names in small letters), and its page's head where it is HTML. None: nothing."""
    metas = _metas(headers, html)
    for where, directives in (
        ("header X-Robots-Tag", _for_us(headers.get("x-robots-tag", ""))),
        ("meta robots", ",".join(value for name, value in metas if name in ("robots", TOKEN.lower()))),
    ):
        words = {word.strip().lower() for word in directives.split(",")}
        if found := [word for word in _ROBOTS if word in words]:
            return TdmAnswer(True, f"{where}: {found[0]}")
    inside = dict(reversed(metas))  # of two, the first
    for where, said in (("meta", inside), ("header", headers)):
        reservation = _reservation(said.get("tdm-reservation"))
        if reservation is not None:
            return TdmAnswer(reservation, f"{where} tdm-reservation", _policy(reservation, said.get("tdm-policy")))
    return None


def _rule(entry: Any) -> tuple[re.Pattern[str], TdmAnswer] | None:
    """A rule of tdmrep.json; None where it is none."""
    if not isinstance(entry, dict) or not isinstance(location := entry.get("location"), str) or not location:
        return None
    reservation = _reservation(entry.get("tdm-reservation"))
    if reservation is None:
        return None
    answer = TdmAnswer(reservation, f"tdmrep.json: {location[:200]}", _policy(reservation, entry.get("tdm-policy")))
    return _pattern(location), answer


def _pattern(location: str) -> re.Pattern[str]:
    """A location as in robots.txt: a prefix of the path, with `*` for anything and `$` for the end."""
    location = location if location.startswith(("/", "*")) else f"/{location}"
    end = location.endswith("$")
    parts = [re.escape(_normal(part)) for part in re.split(r"\*+", location[:-1] if end else location)]
    # each part is taken where it first fits, so that no pattern takes long (Python 3.11's possessive groups)
    lazy = parts[0] + "".join(f"(?>.*?{part})" for part in parts[1:-1])
    if len(parts) > 1:
        lazy += f".*{parts[-1]}" if end else f"(?>.*?{parts[-1]})"
    return re.compile(lazy + (r"\Z" if end else ""), re.DOTALL)


def _normal(path: str) -> str:
    """A path with its percent-encodings undone and made anew, so that `%7Ejan` is `~jan`, and `%2F` stays apart from `/`."""
    return "%2F".join(
        quote(unquote(part, errors="replace"), safe="/?=&;+,:@!$'()*~") for part in re.split("(?i)%2f", path)
    )


def _reservation(value: Any) -> bool | None:
    """True, False, or None where it is not said; a number, or its digit as text."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return {"1": True, "0": False}.get(text)


def _policy(reserved: bool, value: Any) -> str | None:
    """The address of a policy, if it is one; it only counts with a reservation."""
    good = reserved and isinstance(value, str) and re.match(r"https?://\S{1,2000}\Z", value.strip())
    return value.strip() if good else None


def _metas(headers: dict[str, str], html: str) -> list[tuple[str, str]]:
    """(name in small letters, content) of the `<meta>` elements in the head of an HTML page."""
    content_type = headers.get("content-type", "text/html").lower()
    head = html[:_HEAD]
    if "html" not in content_type or not _WORTH_A_LOOK.search(head):
        return []
    attributes = [node.attributes for node in parse(head)[0].css("head meta[name][content]")]
    return [((a.get("name") or "").strip().lower(), (a.get("content") or "").strip()) for a in attributes]


def _for_us(value: str) -> str:
    """The rules of an X-Robots-Tag that are for every robot or for us: `otherbot: noai` speaks to another."""
    ours, kept = True, []
    for word in value.split(","):
        name, colon, rest = (part.strip() for part in word.partition(":"))
        if colon and not _VALUED.match(name.lower()):
            ours, word = name.lower() in ("*", "robots", TOKEN.lower()), rest
        if ours:
            kept.append(word)
    return ",".join(kept)
