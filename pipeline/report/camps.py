"""Camps and topics of one corpus, as their pages show them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from pipeline.errors import StandpuntError
from pipeline.report.charts import Bar, Chart, term_chart
from pipeline.report.estimates import Contrast, Estimate, Findings, Quote, Term
from pipeline.report.load import Inputs
from pipeline.report.model import Comment, Corpus, camp_scopes, stance_counts, tone_counts, whole_scopes
from pipeline.report.names import Names
from pipeline.report.words import Excerpt, excerpt, harmless
from pipeline.tables import SENTIMENTS

EXCERPT = 360  # characters of a comment shown outside its thread
UNSTABLE = 0.5  # stability below which a topic is shown as a hint
FEW = 3  # excerpts where findings.json holds no quote


@dataclass(frozen=True)
class Shown:
    """Part of a comment."""

    comment: Comment
    excerpt: Excerpt


@dataclass(frozen=True)
class TopicView:
    """One topic among the comments of one corpus: `size` and `counts` are of this corpus only."""

    anchor: str
    label: str
    terms: tuple[str, ...]
    size: int
    token: str
    counts: tuple[tuple[str, int], ...]
    labelled: int
    representatives: tuple[Shown, ...]
    stability: float | None

    @property
    def fragment(self) -> str:
        """Its comments, as the words page understands it."""
        return urlencode({"topic": self.token})

    @property
    def weak(self) -> bool:
        """Whether it comes back hardly more often than noise would (see the topics stage)."""
        return self.stability is not None and self.stability < UNSTABLE


@dataclass(frozen=True)
class Camp:
    """Everybody who was given the same stance."""

    stance: str
    n: int
    fragment: str
    description: str
    share: Estimate | None
    author_share: Estimate | None
    tone: Estimate | None
    tones: tuple[tuple[str, int], ...]
    words: tuple[Term, ...]
    word_chart: Chart | None
    word_caption: str
    quotes: tuple[Quote, ...]
    excerpts: tuple[Shown, ...]
    topics: tuple[TopicView, ...]


def token(scope: str, topic_id: str) -> str:
    """A topic as one word of an address: scope and id, without blanks."""
    return quote(f"{scope}:{topic_id}", safe=":-_./")


def shown(comment: Comment, limit: int = EXCERPT) -> Shown:
    """The telling part of a comment."""
    return Shown(comment, excerpt(comment.text, comment.spans, comment.id, limit))


def _topic(row: dict[str, Any], corpus: Corpus, names: Names) -> TopicView | None:
    """The topic as far as this corpus speaks of it; None where it does not."""
    pair = (row["scope"], row["topic_id"])
    comments = [c for c in corpus.comments if pair in c.topics]
    if not comments:
        return None
    by_id = {c.id: c for c in comments}
    counts = stance_counts(comments)
    return TopicView(
        anchor=re.sub(r"[^A-Za-z0-9_-]", "-", f"topic-{row['scope']}-{row['topic_id']}"),
        label=harmless(row["label"]),
        terms=tuple(harmless(term) for term in row["terms"]),
        size=len(comments),
        token=token(*pair),
        counts=tuple((stance, counts.get(stance, 0)) for stance in names.codebook.stance_ids),
        labelled=counts.total(),
        representatives=tuple(shown(by_id[key]) for key in row["representatives"] if key in by_id),
        stability=row["stability"],
    )


def _topics(inputs: Inputs, corpus: Corpus, names: Names, scopes: tuple[str, ...]) -> tuple[TopicView, ...]:
    known = set(inputs.comments["comment_id"])
    found = []
    for row in inputs.topic_info.iter_rows(named=True):
        if row["scope"] not in scopes or row["topic_id"] == "-1":
            continue
        if lost := sorted(set(row["representatives"]) - known):
            raise StandpuntError(
                f"topic {row['topic_id']} names comment {lost[0]}, which is not there; run `dvc repro`."
            )
        found.append(_topic(row, corpus, names))
    return tuple(sorted((t for t in found if t), key=lambda t: (t.weak, -t.size, t.anchor)))


def build_topics(inputs: Inputs, corpus: Corpus, names: Names) -> tuple[TopicView, ...]:
    """The topics of the whole, largest first. Raises StandpuntError where a representative is not there."""
    return _topics(inputs, corpus, names, whole_scopes(corpus.name))


def _words(contrast: Contrast | None, corpus: Corpus, findings: Findings, names: Names) -> tuple[Chart | None, str]:
    if contrast is None or not contrast.terms:
        return None, ""
    t = names.t
    colour = names.stance_colour(contrast.stance)
    bars = [
        Bar(term.term, term.log_odds, term.low, term.high, t.decimal(term.log_odds, sign=True), colour)
        for term in contrast.terms
    ]
    caption = t(
        "caption.words",
        list=", ".join(f"‘{harmless(term.term)}’" for term in contrast.terms[:3]),
        camp=t.integer(contrast.n),
        rest=t.integer(contrast.n_rest),
        level=t.percent(findings.level),
    )
    return term_chart(f"fig-{corpus.name}-words-{contrast.stance}", bars, t("axis.log_odds")), caption


def _sureness(comment: Comment) -> tuple[float, str]:
    likely = dict(comment.party_p)
    return (-min((likely.get(party, 0.0) for party in comment.blames), default=0.0), comment.id)


def _camp(inputs: Inputs, corpus: Corpus, findings: Findings, names: Names, stance: str) -> Camp:
    comments = [c for c in corpus.comments if c.stance == stance]
    tones: Counter[str] = tone_counts(comments)
    share = findings.one(corpus.name, "stance_share", stance=stance)
    contrast = findings.contrast(corpus.name, stance)
    chart, caption = _words(contrast, corpus, findings, names)
    telling = sorted((c for c in comments if any(s.kind == "evidence" for s in c.spans)), key=_sureness)[:FEW]
    return Camp(
        stance=stance,
        n=len(comments),
        fragment=urlencode({"stance": stance}),
        description=names.description(stance),
        share=share,
        author_share=findings.one(corpus.name, "stance_share_authors", stance=stance),
        tone=findings.one(corpus.name, "tone_by_stance", stance=stance),
        tones=tuple((tone, tones.get(tone, 0)) for tone in SENTIMENTS),
        words=contrast.terms if contrast else (),
        word_chart=chart,
        word_caption=caption,
        quotes=share.quotes if share else (),
        excerpts=tuple(shown(c) for c in telling),
        topics=_topics(inputs, corpus, names, camp_scopes(corpus.name, stance)),
    )


def build_camps(inputs: Inputs, corpus: Corpus, findings: Findings, names: Names) -> tuple[Camp, ...]:
    """One camp a stance, in the codebook's order; a camp of nobody is shown as such."""
    return tuple(_camp(inputs, corpus, findings, names, stance) for stance in names.codebook.stance_ids)
