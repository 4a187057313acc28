"""What every reader of e-mail needs: a sender's name without an address, and a body without what its author did not write.

Mailing lists show addresses where a sender gave no name; an address identifies a person and is never taken as a name.
Plain bodies end in a signature (RFC 3676, section 4.3) and in the footer that the list adds. Quotes stay: they are marked by
">" and told apart when the text is cleaned.
"""

from __future__ import annotations

import re

#: an address as people and archives write it: with @, with the full-width sign of HyperKitty, or spelled out
_ADDRESS = re.compile(
    r"[<(\[]*[^\s<>()\[\]\"',;:]+(?:@|\uff20| \(a\) | \(at\) |\[at\])[^\s<>()\[\]\"',;]+[>)\]]*"
    r"|[<(\[]*[\w.+-]+ (?:at|op) [\w-]+(?:\.[\w-]+)+[>)\]]*",
    re.IGNORECASE,
)
_VIA = re.compile(r"(?:^|\s+)via\s+\S.*$", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- \r?$", re.MULTILINE)
_BARE_SIGNATURE = re.compile(r"^--\r?$", re.MULTILINE)
_FOOTER = re.compile(r"^_{20,}[ \t]*\r?$", re.MULTILINE)
#: a rule of underscores is a list's footer only where a few lines follow that lead to the list
_FOOTER_LINES = 12
_LEADS_TO_LIST = re.compile(r"https?://|mailing list|mailinglijst|mailinglist|@|unsubscribe", re.IGNORECASE)
#: "--" without its space also separates parts of a text; what follows a signature's is short
_SIGNATURE_LINES = 12
_PGP_BEGIN = re.compile(r"^-----BEGIN PGP SIGNATURE-----\r?$", re.MULTILINE)
_PGP_HEAD = re.compile(r"\A-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:[A-Za-z]+: [^\n]*\n)*\r?\n")
_SUBJECT_MARKS = re.compile(
    r"^\s*(?:(?:re|aw|antw|antwoord|betr|sv|tr|fwd?|wg|doorst)\s*(?:\[\d+\])?\s*:\s*)", re.IGNORECASE
)
#: characters; RFC 5322 allows 998 in a line
MAX_SUBJECT = 2_000
_LIST_MARK = re.compile(r"^\s*\[[^\]\n]{1,60}\]\s*")


def without_address(name: str | None, *, from_list: bool = False) -> str | None:
    """A sender's name without addresses and quotation marks; None where nothing else is left.

    `from_list`: the message was sent by a list on its author's behalf ("Jan via Lijst"): the list's name is taken off.
    """
    if not name:
        return None
    name = " ".join(_ADDRESS.sub(" ", name[:300]).split()).strip("\"' ,;<>()")
    if from_list:
        name = _VIA.sub("", name)
    return name or None


def own_part(text: str) -> str:
    """A plain body without signature, PGP signature and list footer. Quoted lines stay. Linear time."""
    text = _PGP_HEAD.sub("", text)
    if found := _PGP_BEGIN.search(text):
        text = text[: found.start()]
    tail = _last_lines(text, _FOOTER_LINES)
    footer = next((found for found in _FOOTER.finditer(text, tail) if _LEADS_TO_LIST.search(text, found.end())), None)
    if footer is not None:
        text = text[: footer.start()]
    mark = _SIGNATURE.search(text) or _BARE_SIGNATURE.search(text, _last_lines(text.rstrip(), _SIGNATURE_LINES))
    if mark is not None:
        text = text[: mark.start()]
    return text.strip("\r\n").rstrip()


def _last_lines(text: str, n: int) -> int:
    """Where the last `n` lines and the end of the one before begin."""
    at = len(text)
    for _ in range(n + 1):
        at = text.rfind("\n", 0, at)
        if at < 0:
            return 0
    return at + 1


def subject(text: str | None) -> tuple[str | None, bool]:
    """A subject without "Re:", "Antw:" and a list's mark ("[lijst]"), and whether it is an answer's."""
    rest, answer = " ".join((text or "")[:MAX_SUBJECT].split()), False
    while True:
        if found := _SUBJECT_MARKS.match(rest):
            rest, answer = rest[found.end() :], True
        elif (found := _LIST_MARK.match(rest)) and found.end() < len(rest):
            rest = rest[found.end() :]
        else:
            return rest.strip() or None, answer
