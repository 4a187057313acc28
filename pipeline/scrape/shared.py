"""What a site says of its rules (robots.txt, tdmrep.json), asked for once in a run, whichever of its sources comes first.

Each source's archive holds the exchange, with the time at which it took place, and its manifest says for which source it was
asked: an archive shows by itself why its pages were asked for.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from pipeline.scrape.archive import Archive, Exchange
from pipeline.scrape.job import Answer, Job

#: how long they hold (RFC 9309, 2.4)
HOLD = dt.timedelta(hours=24)


@dataclass
class SharedRules:
    """The answers of one run."""

    #: (address, whether private networks may be asked) -> source, answer and exchange
    _kept: dict[tuple[str, bool], tuple[str, Answer, Exchange]] = field(default_factory=dict)

    def of(self, url: str, job: Job, archive: Archive) -> Answer | None:
        """What another source was answered, put into the archive of this one; None where nobody was, or too long ago."""
        source_id, answer, exchange = self._kept.get((url, job.private), ("", None, None))
        if answer is None or exchange is None or answer.at < dt.datetime.now(dt.UTC) - HOLD:
            return None
        if source_id == job.source_id:  # its address has moved within the site
            return answer
        archive.record(*exchange)
        return replace(answer, asked_for=source_id)

    def keep(self, answer: Answer, job: Job, exchange: Exchange | None) -> Answer:
        """The answer that a source was given, kept for the others."""
        if exchange is not None:
            self._kept[answer.url, job.private] = (job.source_id, answer, exchange)
        return answer
