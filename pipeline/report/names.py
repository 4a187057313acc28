"""What things are called and how they are coloured, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.report.catalogue import Catalogue
from pipeline.report.estimates import Estimate
from pipeline.report.model import Thread
from pipeline.report.palette import party_colours, stance_colours
from pipeline.report.words import harmless
from pipeline.settings import Codebook


def words_path(corpus: str) -> str:
    """The page that lists every comment of a corpus."""
    return f"comments-{corpus}.html"


@dataclass(frozen=True)
class Names:
    """Labels and colours. `threads`: thread id -> thread."""

    t: Catalogue
    codebook: Codebook
    threads: Mapping[str, Thread]

    def stance(self, stance: str) -> str:
        """What the report calls a stance."""
        return harmless(self.codebook.stance_label(stance, self.t.language))

    def party(self, party: str) -> str:
        """The short name of a party: that of the stance of whoever blames it."""
        found = next((p for p in self.codebook.parties if p.id == party), None)
        if found is None:
            return harmless(party)
        label = self.codebook.stances.get(found.stance)
        return harmless((label or found.name).of(self.t.language))

    def stance_colour(self, stance: str) -> str:
        """The custom property of a stance's colour."""
        return stance_colours(self.codebook).get(stance, "--abstained")

    def party_colour(self, party: str) -> str:
        """The custom property of a party's colour."""
        return party_colours(self.codebook).get(party, "--other")

    def thread(self, thread: Thread) -> str:
        """The thread's title, or that it has none and which source it is."""
        return thread.title or f"{self.t('untitled')} ({thread.source_id})"

    def description(self, stance: str) -> str:
        """What the codebook says of the parties that a stance blames alone."""
        texts = [p.description.of(self.t.language).strip() for p in self.codebook.parties if p.stance == stance]
        return harmless(" ".join(text for text in texts if text))

    def estimate(self, e: Estimate) -> str:
        """The row heading of an estimate: what is counted."""
        if "sentiment" in e.scope:
            return self.t(f"tone.{e.scope['sentiment']}")
        return self.stance(e.scope["stance"]) if "stance" in e.scope else e.id

    def estimate_colour(self, e: Estimate) -> str:
        """The colour of what is counted."""
        if "sentiment" in e.scope:
            return f"--{e.scope['sentiment']}"
        return self.stance_colour(e.scope.get("stance", ""))

    def authors(self, e: Estimate) -> str:
        """By how many authors, or that the source names none."""
        return self.t.count(e.n_authors, "authors") if e.n_authors else self.t("authors_unknown")

    def citation(self, e: Estimate, site: str, edition: str, level: float) -> str:
        """A finding as it may be cited, on one line."""
        t = self.t
        known = t("no_interval") if e.low is None or e.high is None else t.range(e.low, e.high, e.unit)
        # a claim that states its interval need not hear it twice
        stated = "interval" in e.claim[t.language]
        text = t(
            "citation_text",
            site=site,
            edition=edition,
            id=e.id,
            claim=e.claim[t.language].rstrip("."),
            interval="" if stated else t("citation_interval", level=t.percent(level), interval=known),
            n=t.integer(e.n),
            authors=self.authors(e),
            threads=t.count(e.n_threads, "threads"),
            grade=e.grade,
            source=self._source(e),
        )
        return " ".join(harmless(text).split())

    def _source(self, e: Estimate) -> str:
        """Where the words stand, if they stand in one thread."""
        real = [thread for thread in self.threads.values() if thread.corpus == e.corpus]
        thread = self.threads.get(e.scope.get("thread_id", "")) or (real[0] if len(real) == 1 else None)
        if thread is None:
            return ""
        return f"{self.thread(thread)}. {thread.url or ''}".strip()
