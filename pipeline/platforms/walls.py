"""What stands in the place of a thread: a check against robots, a log-in page, a cookie wall, a page that a script fills.

Asked only of pages in which no thread was found. What a page may have beside a thread (a field for a password in its head, a
captcha below a form) counts only where there is little else to read.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from pipeline.platforms import html
from pipeline.platforms.text import node_text

#: characters in which a wall says all that it has to say
MAX_WALL = 1_500
#: characters: with fewer there is nothing to read
MAX_EMPTY = 200
#: marks of checks against robots, by whom
_CHECKS = {
    "Cloudflare": re.compile(
        r"_cf_chl_opt|cf-browser-verification|id=\"challenge-(?:form|error-text|running)\"|cf_captcha_kind"
    ),
    "Anubis": re.compile(r"\.within\.website/x/cmd/anubis|id=\"anubis_"),
    "DataDome": re.compile(r"captcha-delivery\.com"),
    "Imperva": re.compile(r"/_Incapsula_Resource\?"),
    "HUMAN": re.compile(r"id=\"px-captcha|_pxAppId"),
    "AWS": re.compile(r"\bgokuProps\b|AwsWafIntegration"),
    "Sucuri": re.compile(r"sucuri_cloudproxy_js"),
    "DDoS-Guard": re.compile(r"/\.well-known/ddos-guard/"),
}
_CAPTCHA = re.compile(
    r"\b(?:g-recaptcha|h-captcha|cf-turnstile|frc-captcha|mtcaptcha|captcha-container)\b|/captcha[/.?]", re.I
)
_HIDDEN = re.compile(r"hidden|display:\s*none", re.I)
_LOG_IN = re.compile(
    r"\b(?:log-?\s?[io]n|sign-?\s?in|inloggen|aanmelden|anmeld\w*|einloggen|connexion|iniciar sesi.n|acced\w+|accedi)\b",
    re.I,
)
_COOKIES = re.compile(
    r"(?:privacy|cookie|consent)[\s_-]?(?:wall|gate|muur)|consent(?:manager|\.google\.|-redirect)|myprivacy\.", re.I
)
_CONSENT = re.compile(r"\bcookies?\b|\bprivacy\b|\bconsent\b|toestemming|einwilligung|zustimm", re.I)
_SCRIPT = re.compile(r"<script\b", re.I)


def instead(body: str) -> str | None:
    """What a page without a thread is, in words that follow "this is"; None where nothing tells. Never raises."""
    if len(body) > html.MAX_CHARS or "<" not in body:
        return None
    tree, _ = html.parse(body)
    title = html.inner_text(tree.css_first("title")) or ""
    words = len(node_text(tree.body)) if tree.body is not None else 0
    asks_password = any(map(_is_shown, tree.css('input[type="password" i]')))
    if words >= MAX_WALL:
        known = ((asks_password and _LOG_IN.search(title), "a log-in page"), (_COOKIES.search(title), "a cookie wall"))
        return next((name for found, name in known if found), None)
    if (check := next((name for name, mark in _CHECKS.items() if mark.search(body)), None)) is not None:
        return f"a check against robots ({check})"
    if asks_password:
        return "a log-in page"
    if _CAPTCHA.search(body):
        return "a captcha"
    if _COOKIES.search(body) or _CONSENT.search(title):
        return "a cookie wall"
    return "a page that a script fills in the browser" if words < MAX_EMPTY and _SCRIPT.search(body) else None


def _is_shown(field: LexborNode) -> bool:
    """Is a field there for people to see? Some software has one on every page, for password managers."""
    node: LexborNode | None = field
    while node is not None:
        marks = " ".join(f"{key}={value}" for key, value in node.attributes.items() if key in ("id", "style", "hidden"))
        if _HIDDEN.search(marks):
            return False
        node = node.parent
    return True


def advice(body: str) -> str | None:
    """The same as a sentence with what to do next."""
    wall = instead(body)
    return wall and (
        f"this is {wall}. Save the page of the thread from a browser that shows it (while logged in, if need be), or paste its "
        "text into a .txt file. See the README for what is read."
    )
