"""What posts and pages are called: numbers, addresses, titles, and where the thread goes on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

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
_BEHIND = re.compile(
    r"(?:\s+[·⋅∙‧|•»–—-]|\s*[:,]|\s+(?:says|said|wrote|schrieb|schreef|zegt|sagt|a écrit)\s*:?)\s*$", re.I
)
#: what a page adds within a path: "-o10", "p15"
_ADDED = re.compile(r"[-_/.]?[a-z]{0,6}[-_/.]?(\d{1,5})[-_/.]?", re.I)
_SITE = re.compile(r"\s+[|–—-]\s+[^|–—-]+$")


def name(outline: Outline, author: Name | None) -> str | None:
    """An author's name without what is said around it."""
    if author is None:
        return None
    text = author.text
    if text == outline.text(author.element):  # as it stands: its parts may not be apart
        whole = html.inner_text(outline.nodes[author.element]) or ""
        text = (
            whole if whole.replace(" ", "") == text.replace(" ", "") else text
        )  # initials drawn in an avatar are no part
    text = BEFORE.sub("", NUMBERED.sub("", _BEHIND.sub("", text)))
    return (MAIL.sub("", text) if "<" in text or "@" in text else text).strip() or text.strip() or None


def thread_address(tree: LexborHTMLParser, address: str) -> str | None:
    """The thread's address without its page."""
    own = addresses.canonical(tree, address)
    base = addresses.base_of(tree, address)
    firsts = (
        html.absolute(base, html.attribute(n, "href")) for n in tree.css("a[href]") if (n.text() or "").strip() == "1"
    )
    first = next(
        (url for url in firsts if url and _added(own, url) is not None), own
    )  # a page's number within the path
    return _without_page(first) or None


def own_address(tree: LexborHTMLParser, address: str) -> str:
    """Where the page's posts can be found: the address that it was read from, unless it says that it has another."""
    own = addresses.canonical(tree, address)
    return address if _without_page(own) == _without_page(address) else own


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
        if not ("next" in rel or (node.tag == "a" and text.isdecimal() and len(text) < 5)):
            continue
        url = html.absolute(base, html.attribute(node, "href"))
        if not url or html.site(url) != html.site(address):
            continue
        url = url.partition("#")[0]
        if url == address:
            continue
        apart, added = _number_apart(url, address), _added(url, address)
        if "next" in rel:  # of an article it is often the next article
            goes_on = _begins_alike(url, here) or (apart is not None and len(_DIGITS.findall(url)) > 1)
            goes_on = goes_on or (added is not None and (added == 2 or added % 5 == 0))
        else:
            goes_on = any(number is not None and _is_page(int(text), number) for number in (apart, added)) or (
                text == "1" and _added(address, url) is not None
            )
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


def _added(url: str, other: str) -> int | None:
    """The number in what an address has more than another somewhere within its path (`/t5p15-titel` and `/t5-titel`)."""
    one, two = urlsplit(url), urlsplit(other)
    if one[:2] != two[:2] or one.query != two.query or len(one.path) <= len(two.path):
        return None
    begin = next((i for i, (a, b) in enumerate(zip(one.path, two.path, strict=False)) if a != b), len(two.path))
    for start in range(begin, max(-1, begin - 8), -1):  # `-o10-` or `o10--`: where it begins cannot be told
        rest = two.path[start:]
        if (
            rest
            and one.path.endswith(rest)
            and (found := _ADDED.fullmatch(one.path[start : len(one.path) - len(rest)]))
        ):
            whole = not (one.path[:start][-1:].isdigit() and one.path[start].isdigit())
            return int(found[1]) if whole and not (found[0][-1].isdigit() and rest[:1].isdigit()) else None
    return None


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
    heads = [text for node in tree.css("h1") if (text := html.inner_text(node)) and not _names_site(node)]
    declared = html.attribute(tree.css_first('meta[property="og:title"]'), "content")
    said = " ".join((declared or "").split()) or html.inner_text(tree.css_first("title"))
    begins = [head for head in heads if said and said.startswith(head)]
    if len(heads) == 1 or begins:
        return heads[0] if len(heads) == 1 else min(begins, key=len)
    return (_SITE.sub("", said) or None) if said else None


def _names_site(head: LexborNode) -> bool:
    """Does a heading lead to the site's first page?"""
    return any((html.attribute(link, "href") or "").strip() == "/" for link in head.css("a[href]"))


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
    anchors = [forms[form] for form in good if form.startswith(("id", "token"))]
    page = address.partition("#")[0]
    found: list[tuple[str | None, str | None]] = []
    for number in range(len(blocks)):
        name = best.get(number, "")
        parts = (_TOKEN if by_token else _DIGITS).findall(name)
        identity = parts[-1] if parts else None
        link = next((one[number] for one in links if identity and number in one and identity in one[number]), None)
        if name and page and good[0].startswith(("id", "token")) and not (link and name in link.partition("#")[2]):
            link = f"{page}#{name}"
        if identity and page and link is None:
            anchor = next((one[number] for one in anchors if identity in _DIGITS.findall(one.get(number, ""))), None)
            link = f"{page}#{anchor}" if anchor else None
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
    if outline.quoted[index] or outline.tags[index] in (
        "img",
        "input",
        "button",
        "label",
    ):  # these have ids of their own
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
