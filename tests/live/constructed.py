"""Threads that nobody wrote: nested comments in Dutch from a seeded generator, no two alike, by invented people."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

AUTHORS = (
    "Femke van Dongen", "J. Okkerman", "Sjoerd de Rêve", "Noor", "Pluis1968", "Bürger Wim", "Aïcha B.", "Tante Ria", "M. Zoutkeet",
    "de heer Quak", "Ilse Wagenaar", "Driekus",
)  # fmt: skip
_WHO = (
    "De wethouder",
    "De buurtraad",
    "Een meerderheid van de straat",
    "De fietsersclub",
    "De nieuwe directeur",
    "Het bestuur",
)
_WHAT = (
    "heeft het plan voor de brug niet gelezen", "rekent met cijfers van vóór de verbouwing", "luistert alleen naar de eerste drie sprekers",
    "belooft elk jaar hetzelfde over de speeltuin", "had het geld beter aan verlichting uitgegeven", "doet tenminste iets aan de wateroverlast",
    "maakt van een klein lek een groot onderzoek",
)  # fmt: skip
_WHY = (
    "want de begroting sluit niet", "en dat kost ons € 12 per huishouden", "terwijl regel 3 < regel 4 in het eigen verslag",
    "omdat niemand de notulen bewaart", "& dat wisten ze in maart ook al", "zegt men “op persoonlijke titel”",
)  # fmt: skip
_THEN = ("Wie er bij was, weet dat.", "Ik kom graag kijken.", "Laat de cijfers dan zien.", "Daar zeg ik nee tegen.")


@dataclass(frozen=True)
class Said:
    """One comment. `parent` is the key of what it answers; `at` is UTC, in whole minutes."""

    key: str
    parent: str | None
    author: str
    at: dt.datetime
    text: str  # paragraphs are parted by an empty line


def thread(seed: int, n: int, *, rooted: bool = False, deepest: int = 8) -> list[Said]:
    """`n` comments, each after what it answers, at most `deepest` below the opening. `rooted`: the first is above all others,
    as the message that begins a thread on a mailing list is."""
    chance = random.Random(seed)
    at = dt.datetime(2026, 10, 1, 7, 3, tzinfo=dt.UTC)
    found: list[Said] = []
    depth: dict[str, int] = {}
    for number in range(n):
        open_to_reply = [said for said in found[-25:] if depth[said.key] < deepest]
        parent = chance.choice(open_to_reply) if open_to_reply and chance.random() < 0.72 else None
        if parent is None and rooted and found:
            parent = found[0]
        key = f"k{seed}x{number}"
        depth[key] = depth[parent.key] + 1 if parent else 0
        at += dt.timedelta(minutes=chance.randint(1, 14))
        found.append(Said(key, parent.key if parent else None, chance.choice(AUTHORS), at, sentence(chance, number)))
    return found


def sentence(chance: random.Random, number: int) -> str:
    """A comment; its number makes it unlike any other."""
    first = f"{chance.choice(_WHO)} {chance.choice(_WHAT)}, {chance.choice(_WHY)}, zie punt {number} van de lijst."
    return first + ("\n\n" if chance.random() < 0.3 else " ") + chance.choice(_THEN)


def later(seed: int, thread: list[Said], parents: list[str | None], *, after: dt.timedelta | None = None) -> list[Said]:
    """New comments, one for each of `parents` (keys), a day after the last one, or `after` the first."""
    chance = random.Random(seed)
    at = thread[0].at + after if after is not None else thread[-1].at + dt.timedelta(days=1)
    return [
        Said(
            f"n{seed}x{i}",
            parent,
            chance.choice(AUTHORS),
            at + dt.timedelta(minutes=i),
            sentence(chance, 1000 * seed + i),
        )
        for i, parent in enumerate(parents)
    ]


def edits(thread: list[Said]) -> dict[str, str]:
    """New texts of an early, a middle and the last comment, by key."""
    return {
        said.key: f"{said.text} Bijgewerkt: zie de bijlage."
        for said in (thread[3], thread[len(thread) // 2], thread[-1])
    }


def unanswered(thread: list[Said], *, top: bool = False) -> list[str]:
    """Keys of comments without replies; `top`: of those that answer nothing but the opening."""
    answered = {said.parent for said in thread}
    return [said.key for said in thread if said.key not in answered and not (top and said.parent is not None)]


def answered(thread: list[Said]) -> list[str]:
    """Keys of comments that answer one and are answered."""
    parents = {said.parent for said in thread}
    return [said.key for said in thread if said.key in parents and said.parent is not None]


def depths(thread: list[Said]) -> dict[str, int]:
    """How deep each comment is, by key; 0 for an answer to the opening."""
    found: dict[str, int] = {}
    for said in thread:
        found[said.key] = 0 if said.parent is None else found[said.parent] + 1
    return found
