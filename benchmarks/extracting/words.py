"""Main text against gold of the Web Content Extraction Benchmark: F1 over words, snippets that must and must not be there.

A snippet is there where its words stand in the text one behind the other, in small letters, whatever stands between them,
because curly quotes, dashes and line ends are written differently by every extractor; it may begin or end inside a word. So
compared, trafilatura and resiliparse score what others report of them on these pages (0.76 and 0.87 of the wanted snippets);
letter by letter they, like everybody, score a tenth less.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.platforms import Page

from .posts import Reader, read_page, words_of

Texter = Callable[[dict[str, Any]], str]


@dataclass
class Score:
    """Sums over pages; seconds are CPU time."""

    pages: int = 0
    empty: int = 0  # pages of which nothing was read
    f1: float = 0.0
    wanted: int = 0
    present: int = 0
    unwanted: int = 0
    absent: int = 0
    seconds: float = 0.0

    def line(self, name: str) -> str:
        """The means, in words."""
        pages = max(self.pages, 1)
        return (
            f"  {name:44} F1 {self.f1 / pages:.3f}  with {self.present / max(self.wanted, 1):.3f}  "
            f"without {self.absent / max(self.unwanted, 1):.3f}  empty {self.empty:3}  {self.seconds * 1000 / pages:6.1f} ms"
        )


def words(text: str) -> list[str]:
    """A text's words in small letters, in order."""
    return re.findall(r"\w+", text.casefold())


def words_f1(gold: str, read: str) -> float:
    """F1 over words as a multiset; 1 where both are empty."""
    one, two = Counter(words(gold)), Counter(words(read))
    return 2 * (one & two).total() / (one.total() + two.total()) if one or two else 1.0


def snippets(text: str, wanted: Sequence[str], unwanted: Sequence[str]) -> tuple[int, int]:
    """How many wanted snippets stand in a text, and how many unwanted ones do not."""
    whole = " ".join(words(text))
    return sum(" ".join(words(part)) in whole for part in wanted), sum(
        " ".join(words(part)) not in whole for part in unwanted
    )


def text_of(pages: Sequence[Page]) -> str:
    """What the project's readers found: opening and comments, plain."""
    return "\n".join([text for page in pages for text in (page.opening or "", *map(words_of, page.comments))])


def by(reader: Reader) -> Texter:
    """A project's reader as one that gives a page's text."""
    return lambda case: text_of(read_page(reader, case)[0])


def peers() -> dict[str, Texter]:
    """The peers, each with the settings that the comparison names and with others that may serve it better."""
    try:
        import trafilatura
        from resiliparse.extract.html2text import extract_plain_text
    except ImportError as error:
        raise SystemExit(f"{error.name} is not installed; the peers are in requirements.lock: say make test") from error

    def trafilatura_with(**settings: Any) -> Texter:
        return lambda case: trafilatura.extract(case["html"], include_comments=True, **settings) or ""

    def resiliparse_with(**settings: Any) -> Texter:
        return lambda case: extract_plain_text(case["html"], **settings)

    plain = {"list_bullets": False, "alt_texts": False}
    return {
        "trafilatura, comments": trafilatura_with(),
        "trafilatura, comments, favor_recall": trafilatura_with(favor_recall=True),
        "trafilatura, comments, favor_precision": trafilatura_with(favor_precision=True),
        "resiliparse, main content": resiliparse_with(main_content=True),
        "resiliparse, main content, no bullets or alt": resiliparse_with(main_content=True, **plain),
        "resiliparse, the same, no meta": resiliparse_with(main_content=True, post_meta=False, **plain),
        "resiliparse, whole page": resiliparse_with(main_content=False, **plain),
    }


def measured(texter: Texter, cases: Sequence[dict[str, Any]], show: bool = False) -> Score:
    """One way's score over all pages."""
    score = Score()
    for case in cases:
        begin = time.thread_time()
        text = texter(case)
        score.seconds += time.thread_time() - begin
        gold = case["ground_truth"]
        wanted, unwanted = gold.get("with") or [], gold.get("without") or []
        present, absent = snippets(text, wanted, unwanted)
        f1 = words_f1(gold.get("main_content") or "", text)
        score.pages, score.empty, score.f1 = score.pages + 1, score.empty + (not text.strip()), score.f1 + f1
        score.wanted, score.present = score.wanted + len(wanted), score.present + present
        score.unwanted, score.absent = score.unwanted + len(unwanted), score.absent + absent
        if show:
            print(f"    {case['url'][:70]:70} F1 {f1:.3f} {present}/{len(wanted)} {absent}/{len(unwanted)}")
    return score


def main(cases: Sequence[dict[str, Any]], readers: Mapping[str, Reader], show: bool) -> None:
    """Print a line for each reader and each peer."""
    print(f"{len(cases)} pages; words F1 (mean of pages), shares of snippets, CPU time a page")
    for name, reader in readers.items():
        print(measured(by(reader), cases, show).line(name), flush=True)
    for name, texter in peers().items():
        print(measured(texter, cases).line(name), flush=True)
