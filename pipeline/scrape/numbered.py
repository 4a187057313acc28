"""By which numbers a page links to the pages of its thread: what is named so is there, while a bare "next" may lead behind the
last page, where many forums show the first or the last one again."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.platforms import html
from pipeline.scrape.address import linked

#: address -> the numbers by which pages link to it
Numbers = dict[str, set[int]]


def numbered(text: str, url: str) -> Numbers:
    """The links on a page whose words are a number; not those to a place on a page, which may be how many comments there are, or
    the how manieth one is, unless the address holds that number too."""
    found: Numbers = {}
    tree, _ = html.parse(text)
    for link in tree.css("a[href]"):
        words = link.text().strip()
        if words.isascii() and words.isdigit() and len(words) < 7:
            address = html.absolute(url, link.attributes.get("href"))
            if address and ("#" not in address or words in re.findall(r"\d+", address.partition("#")[0])):
                found.setdefault(linked(address, url), set()).add(int(words))
    return found


def shows_another(address: str, before: str, numbers: Mapping[str, set[int]]) -> bool:
    """Whether two addresses with the same comments are two pages, one of which is missing, and not two names of one."""
    own, other = numbers.get(address, set()), numbers.get(before, set())
    return bool(own and other) and own.isdisjoint(other)
