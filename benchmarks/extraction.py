"""Extraction: our WordPress reader against a hand-written selectolax loop and BeautifulSoup, on the same page.

    python benchmarks/extraction.py [GOLD.jsonl.gz ...]

The page is constructed: 50 comments, nested, in the markup of a classic theme, with header, article, sidebar and form.
All peers extract the same: title, article, language, date, announced number, REST address, next pages, and per comment
id, parent, author, time (UTC), text as HTML, permalink. Goals: at most 1.25 times the loop's time, at least 20 times faster than BeautifulSoup, memory flat over
2,000 pages. With gold files (one page a line: `html`, `url`, `posts`) it also counts how many comments are found.
"""

from __future__ import annotations

import datetime as dt
import gc
import gzip
import json
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from pipeline import platforms
from pipeline.platforms import wordpress

URL = "http://forum.invalid/2026/wie-luistert/"
COMMENTS, ROUNDS, PAGES = 50, 25, 2_000
GOAL_LOOP, GOAL_SOUP = 1.25, 20.0

Found = list[tuple[str, str | None, str, dt.datetime, str, str]]

_WORDS = [
    "de",
    "storing",
    "duurde",
    "drie",
    "uur",
    "en",
    "niemand",
    "wist",
    "wie",
    "er",
    "moest",
    "bellen",
    "terwijl",
    "het",
    "formulier",
    "al",
    "weken",
    "klaar",
    "lag",
    "bij",
    "de",
    "afdeling",
    "die",
    "volgens",
    "het",
    "overzicht",
    "niet",
    "meer",
    "bestaat",
    "maar",
    "wel",
    "elke",
    "ochtend",
    "vergadert",
    "over",
    "de",
    "planning",
    "van",
    "straks",
]


def page() -> str:
    """The constructed page."""
    html = [_head()]
    depth = 0
    for number in range(1, COMMENTS + 1):
        level = (0, 1, 2, 1, 0, 1, 2, 3)[number % 8] if number > 1 else 0
        while depth > level:
            html.append("</li></ol>\n")
            depth -= 1
        if number > 1 and depth == level:
            html.append("</li>\n")
        if level > depth:
            html.append('<ol class="children">\n')
            level = depth = depth + 1
        html.append(_comment(number, level))
    html.append("</li></ol>" * (depth + 1))
    return "".join([*html, _foot()])


def _sentence(seed: int, n: int) -> str:
    return " ".join(_WORDS[(seed * 7 + i * (1 + seed % 3)) % len(_WORDS)] for i in range(n)).capitalize() + "."


def _comment(number: int, level: int) -> str:
    text = "".join(f"<p>{_sentence(number + i, 22 + number % 19)}</p>\n" for i in range(1 + number % 3))
    return f"""<li id="comment-{number}" class="comment even thread-even depth-{level + 1}">
<article id="div-comment-{number}" class="comment-body">
<footer class="comment-meta"><div class="comment-author vcard">
<img alt='' src='http://forum.invalid/avatar/{number}?s=32&#038;d=mm' srcset='http://forum.invalid/avatar/{number}?s=64&#038;d=mm 2x' class='avatar avatar-32 photo' height='32' width='32' loading='lazy' decoding='async'/>
<b class="fn">Lezer {number % 17}</b> <span class="says">schreef:</span></div>
<div class="comment-metadata"><a href="{URL}#comment-{number}"><time datetime="2026-03-{1 + number % 28:02}T10:{number % 60:02}:00+01:00">{1 + number % 28} maart 2026 om 10:{number % 60:02}</time></a></div></footer>
<div class="comment-content">
{text}</div>
<div class="reply"><a rel='nofollow' class='comment-reply-link' href='{URL}?replytocom={number}#respond' data-commentid="{number}" data-postid="4" data-belowelement="div-comment-{number}" data-respondelement="respond" data-replyto="Antwoord op Lezer" aria-label='Antwoord op Lezer'>Beantwoorden</a></div>
</article>
"""


def _head() -> str:
    article = "".join(f"<p>{_sentence(i, 40)}</p>" for i in range(6))
    menu = "".join(f'<li class="menu-item"><a href="/{i}/">Rubriek {i}</a></li>' for i in range(20))
    return f"""<!DOCTYPE html><html lang="nl-NL"><head><meta charset="UTF-8"><title>Wie luistert?</title>
<link rel="https://api.w.org/" href="http://forum.invalid/wp-json/"><link rel='shortlink' href='http://forum.invalid/?p=4'>
<style>{".a{color:red}" * 900}</style><script>{"var a=1;" * 900}</script></head>
<body class="single single-post postid-4"><nav><ul>{menu}</ul></nav>
<article id="post-4"><h1 class="entry-title">Wie luistert?</h1><div class="posted-on"><time class="entry-date published" datetime="2026-03-01T09:00:00+01:00">1 maart 2026</time></div><div class="entry-content">{article}</div></article>
<div id="comments"><h2 class="comments-title">{COMMENTS} reacties op &ldquo;Wie luistert?&rdquo;</h2><ol class="comment-list">
"""


def _foot() -> str:
    side = "".join(f'<li><a href="/{i}/">{_sentence(i, 6)}</a></li>' for i in range(30))
    return f"""<nav class="navigation comments-pagination"><a class="page-numbers" href="{URL}comment-page-2/#comments">2</a></nav>
<div id="respond"><form><input type="hidden" name="comment_post_ID" value="4"></form></div></div>
<aside><ul>{side}</ul></aside></body></html>"""


def ours(html: str) -> Found:
    """The project's reader."""
    found = wordpress.read(html, URL).comments
    return [
        (c.platform_id or "", c.parent, c.author or "", c.posted_at or dt.datetime.min, c.text, c.permalink or "")
        for c in found
    ]


def loop(html: str) -> Found:
    """What a programmer writes for just this theme."""
    tree = LexborHTMLParser(html)
    _ = tree.css_first("h1.entry-title").text(), tree.css_first(".entry-content").text(separator="\n")
    _ = tree.css_first("html").attributes["lang"], tree.css_first("time.entry-date").attributes["datetime"]
    _ = tree.css_first('link[rel="https://api.w.org/"]').attributes["href"], tree.css_first("body").attributes["class"]
    _ = int(re.search(r"\d+", tree.css_first(".comments-title").text())[0])
    _ = [urljoin(URL, a.attributes["href"]) for a in tree.css(".comments-pagination a")]
    found: Found = []
    for item in tree.css("li.comment"):
        above = item.parent
        while above is not None and not (above.tag == "li" and (above.id or "").startswith("comment-")):
            above = above.parent
        when = item.css_first("time")
        found.append((
            (item.id or "").removeprefix("comment-"),
            (above.id or "").removeprefix("comment-") if above is not None else None,
            item.css_first(".fn").text(strip=True),
            dt.datetime.fromisoformat(when.attributes["datetime"] or "").astimezone(dt.UTC),
            (item.css_first(".comment-content").inner_html or "").strip(),
            when.parent.attributes["href"] or "",
        ))  # fmt: skip
    return found


def soup(parser: str) -> Callable[[str], Found]:
    """The same with BeautifulSoup."""

    def extract(html: str) -> Found:
        tree = BeautifulSoup(html, parser)
        _ = (
            tree.select_one("h1.entry-title").get_text(),
            tree.select_one(".entry-content").get_text("\n"),
            tree.html["lang"],
        )
        _ = tree.select_one("time.entry-date")["datetime"], tree.body["class"]
        _ = tree.select_one('link[rel="https://api.w.org/"]')["href"]
        _ = int(re.search(r"\d+", tree.select_one(".comments-title").get_text())[0])
        _ = [urljoin(URL, a["href"]) for a in tree.select(".comments-pagination a")]
        found: Found = []
        for item in tree.select("li.comment"):
            above = item.find_parent("li", class_="comment")
            when = item.find("time")
            found.append((
                item["id"].removeprefix("comment-"),
                above["id"].removeprefix("comment-") if above else None,
                item.find(class_="fn").get_text(strip=True),
                dt.datetime.fromisoformat(when["datetime"]).astimezone(dt.UTC),
                item.find(class_="comment-content").decode_contents().strip(),
                when.parent["href"],
            ))  # fmt: skip
        return found

    return extract


def seconds(peers: dict[str, Callable[[str], Found]], html: str) -> dict[str, float]:
    """Least seconds a page of each peer; the peers take turns, so that a busy moment hits all of them, and the least is what
    the work itself takes (other programs only add to it)."""
    times: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(ROUNDS):
        for name, peer in peers.items():
            gc.collect()  # nobody pays for what the one before left behind
            for _ in range(1 if name.startswith("BeautifulSoup") else 10):
                begin = time.perf_counter()
                peer(html)
                times[name].append(time.perf_counter() - begin)
    return {name: min(values) for name, values in times.items()}


def memory(html: str) -> tuple[int, int]:
    """Peak resident kilobytes after 200 and after all pages."""
    early = 0
    for number in range(PAGES):
        ours(html)
        if number == 199:
            early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return early, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def gold(path: Path) -> None:
    """Comments found on real pages with known posts."""
    read = wanted = found = unknown = 0
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            case = json.loads(line)
            read += 1
            wanted += len(case.get("posts", []))
            module = platforms.recognise(case.get("html", ""), case.get("url", ""))
            unknown += module is None
            found += len(module.read(case["html"], case.get("url", "")).comments) if module else 0
    print(f"{path.name}: {read} pages, {unknown} of no known platform; posts: {wanted} in gold, {found} found")


def main() -> None:
    """Print seconds, ratios and memory."""
    html = page()
    peers = {
        "ours": ours, "selectolax loop": loop, "BeautifulSoup html.parser": soup("html.parser"), "BeautifulSoup lxml": soup("lxml"),
    }  # fmt: skip
    results = {name: peer(html) for name, peer in peers.items()}
    first = results["selectolax loop"]
    for name, result in results.items():
        same = [row[:4] + row[5:] for row in result] == [row[:4] + row[5:] for row in first]
        print(f"{name}: {len(result)} comments, {'the same' if same else 'NOT THE SAME'} as the loop's")
    early, late = memory(html)
    times = seconds(peers, html)
    print(f"page of {len(html):,} characters, {COMMENTS} comments; least of {ROUNDS} rounds")
    for name, value in times.items():
        print(f"{name:28} {value * 1000:8.2f} ms")
    slowest = min(value for name, value in times.items() if name.startswith("BeautifulSoup"))
    print(f"ours / selectolax loop: {times['ours'] / times['selectolax loop']:.2f} (goal: at most {GOAL_LOOP})")
    print(f"fastest BeautifulSoup / ours: {slowest / times['ours']:.1f} (goal: at least {GOAL_SOUP:.0f})")
    print(f"memory after 200 pages {early // 1024} MB, after {PAGES:,} pages {late // 1024} MB")
    for name in sys.argv[1:]:
        gold(Path(name))


if __name__ == "__main__":
    main()
