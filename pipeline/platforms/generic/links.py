"""What posts and pages are called: numbers, addresses, titles, and where the thread goes on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.platforms import addresses, html
from pipeline.platforms.generic.names import BEFORE, MAIL, NUMBERED, Name
from pipeline.platforms.generic.outline import Outline
from pipeline.platforms.generic.score import Thread

_DIGITS = re.compile(r"\d+")
#: at the end of an id: what is no number but tells posts apart all the same
_TOKEN = re.compile(r"(?:^|[_-])([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-z])[a-z0-9]{5,32})$", re.I)
_POST_ID = re.compile(r"comment|post|msg|message|reply|answer|^p\d|^c\d|beitrag|bericht|reactie", re.I)
#: numbers that are a member's and no post's
_MEMBER = re.compile(r"user|author|member|profil|profiel|gebruiker|\b(?:leden|lid)/|avatar|uid\b|mailto:", re.I)
_PAGE_PART = re.compile(r"[/_-](?:page|seite|pagina|p)[-_/=]?\d+(?=/?$|\.html?$)|,\d{1,4}(?=/?$|\.html?$)", re.I)
#: a page, or the thread's own number (`/artikel/123`)
_BARE_PAGE = re.compile(r"/\d{1,4}(?:\.html?)?/?$", re.I)
_PAGE_KEYS = frozenset(["page", "p", "pg", "start", "st", "offset", "seite", "pagina", "paged", "cpage", "pagenumber"])
_SESSION_KEYS = frozenset(["sid", "s", "phpsessid", "sessionid", "jsessionid"])
_BEHIND = re.compile(r"(?:\s+[·|•»–-]|\s*[:,]|\s+(?:says|said|wrote|schrieb|schreef|zegt|sagt|a écrit)\s*:?)\s*$", re.I)
_SITE = re.compile(r"\s+[|–—-]\s+[^|–—-]+$")


def name(outline: Outline, author: Name | None) -> str | None:
    """An author's name without what is said around it."""
    if author is None:
        return None
    text = author.text
    if text == outline.text(author.element):  # as it stands: its parts may not be apart
        text = html.inner_text(outline.nodes[author.element]) or text
    text = BEFORE.sub("", NUMBERED.sub("", _BEHIND.sub("", text)))
    return (MAIL.sub("", text) if "<" in text or "@" in text else text).strip() or text.strip() or None


def thread_address(tree: LexborHTMLParser, address: str) -> str | None:
    """The thread's address without its page."""
    return _without_page(addresses.canonical(tree, address)) or None


def _without_page(url: str) -> str:
    parts = urlsplit(url)
    query = [
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in _PAGE_KEYS | _SESSION_KEYS
    ]
    path = _PAGE_PART.sub("", parts.path)
    if (bare := _BARE_PAGE.search(path)) and _names_thread(path[: bare.start()]):
        path = path[: bare.start()]
    path = path.rstrip("/") or "/"
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, urlencode(query), ""))


def _names_thread(path: str) -> bool:
    """Does a path, without the number at its end, still tell one thread from another: by a number, or by a title?"""
    return _DIGITS.search(path) is not None or path.rpartition("/")[2].count("-") > 1


def pages(tree: LexborHTMLParser, address: str, base: str) -> list[str]:
    """The thread's other pages: links that say next, or a number, and differ from the page's address by a page alone."""
    here, found = _without_page(address), []
    for node in tree.css("a[href], link[rel][href]"):
        rel, text = (node.attributes.get("rel") or "").lower().split(), (node.text() or "").strip()
        if not ("next" in rel or (node.tag == "a" and text.isdigit() and len(text) < 5)):
            continue
        url = html.absolute(base, html.attribute(node, "href"))
        if not url or html.site(url) != html.site(address):
            continue
        url = url.partition("#")[0]
        if url == address:
            continue
        apart = _number_apart(url, address)
        if "next" in rel:  # of an article it is often the next article
            goes_on = _begins_alike(url, here) or (apart is not None and len(_DIGITS.findall(url)) > 1)
        else:
            goes_on = apart is not None and _is_page(int(text), apart)
        if goes_on or _without_page(url) == here:
            found.append(url)
    return list(dict.fromkeys(found))


def _number_apart(url: str, other: str) -> int | None:
    """The only number in which an address differs from another."""
    if _DIGITS.sub("0", url) != _DIGITS.sub("0", other):
        return None
    numbers = zip(_DIGITS.findall(url), _DIGITS.findall(other), strict=True)
    different = [a for a, b in numbers if a != b]
    return int(different[0][:18]) if len(different) == 1 else None


def _is_page(shown: int, number: int) -> bool:
    """Does a number in an address fit the page that its link shows: its number, or that of the posts before it?"""
    before = shown - 1
    return number in (shown, before) or (before > 0 and number % before == 0 and 5 <= number // before <= 500)


def _begins_alike(url: str, here: str) -> bool:
    """Is an address the thread's own with something more behind it (`/t/draad-9.html` and `/t/draad-9-20.html`)?"""
    own, other = urlsplit(here), urlsplit(_without_page(url))
    stem = re.sub(r"\.\w{1,5}$", "", own.path).rstrip("/")
    more = other.path.removeprefix(stem)
    kept = set(parse_qsl(own.query)) <= set(parse_qsl(other.query))
    return kept and bool(stem or own.query) and other.path.startswith(stem) and not more[:1].isalnum()


def title(tree: LexborHTMLParser) -> str | None:
    """The heading, else the page's title without the site's name."""
    heads = [text for node in tree.css("h1") if (text := html.inner_text(node))]
    if len(heads) == 1:
        return heads[0]
    declared = html.attribute(tree.css_first('meta[property="og:title"]'), "content")
    said = " ".join((declared or "").split()) or html.inner_text(tree.css_first("title"))
    return (_SITE.sub("", said) or None) if said else None


def identities(outline: Outline, thread: Thread, address: str, base: str) -> list[tuple[str | None, str | None]]:
    """Of each post: its number and its address. `base` is what the page's links are relative to."""
    blocks = thread.group.blocks
    forms: dict[str, dict[int, str]] = defaultdict(dict)
    for number, block in enumerate(blocks):
        inner = {one.start: one.stop for one in block.inner}
        above = outline.parents[block.start]
        around = [above] if block.above is None and above >= 0 and outline.ends[above] == block.stop else []
        for index in [*around, *_own(block.start, block.stop, inner)]:
            for form, value in _names(outline, index, base):
                forms[form].setdefault(number, value)
    good = [form for form, found in forms.items() if _tells_apart(found, len(blocks))]
    good.sort(
        key=lambda form: (form[:5] == "token", -len(forms[form]), not _POST_ID.search(form), form.startswith("link"))
    )
    best, by_token = (forms[good[0]], good[0].startswith("token")) if good else ({}, False)
    links = [forms[form] for form in good if form.startswith("link")]
    found: list[tuple[str | None, str | None]] = []
    for number in range(len(blocks)):
        name = best.get(number, "")
        parts = (_TOKEN if by_token else _DIGITS).findall(name)
        identity = parts[-1] if parts else None
        link = next((one[number] for one in links if identity and number in one and identity in one[number]), None)
        if name and address and good[0].startswith(("id", "token")) and not (link and name in link.partition("#")[2]):
            link = f"{address.partition('#')[0]}#{name}"
        found.append((identity, link))
    counts = Counter(identity for identity, _ in found)
    return [(identity if counts[identity] == 1 else None, link) for identity, link in found]


def _tells_apart(found: dict[int, str], n: int) -> bool:
    """Do nearly all posts have a value, each its own?"""
    return len(set(found.values())) == len(found) >= 0.8 * n


def _own(at: int, stop: int, inner: dict[int, int]) -> list[int]:
    found = []
    while at < stop:
        if at in inner:
            at = inner[at]
            continue
        found.append(at)
        at += 1
    return found


def _names(outline: Outline, index: int, base: str) -> list[tuple[str, str]]:
    """The forms of an element's id, name, numbers in data and link, each with its value."""
    found, attributes = [], outline.attributes[index]
    if outline.quoted[index]:
        return []
    for key, value in attributes.items():
        if not value or len(value) > 300 or _MEMBER.search(key if key != "href" else value):
            continue
        if key == "id" or (key == "name" and outline.tags[index] == "a"):
            if _DIGITS.search(value):
                found.append((f"id {_DIGITS.sub('0', value)}", value))
            if token := _TOKEN.search(value):
                found.append((f"token {value[: token.start(1)]}", value))
        elif not _DIGITS.search(value):
            continue
        elif key.startswith("data-") and key.endswith("id") and value.isdigit():
            found.append((f"data {key}", value))
        elif (
            key == "href"
            and outline.tags[index] == "a"
            and (url := html.absolute(base, value))
            and html.site(url) == html.site(base)
        ):
            form = _DIGITS.sub("0", url.partition("#")[2] or url.rpartition("/")[2])
            found.append((f"link {form} {'post' if '#' in url else ''}", url))
    return found
