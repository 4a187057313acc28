"""The figures of one corpus for the overview: counts, estimates and the charts that show them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.camps import Camp, TopicView, build_camps, build_topics
from pipeline.report.charts import Bar, Chart, score_chart, share_chart
from pipeline.report.charts_over import Panel, month_chart
from pipeline.report.estimates import Estimate, Findings
from pipeline.report.load import Inputs
from pipeline.report.model import Comment, Corpus, Thread, whole_scopes
from pipeline.report.names import Names, words_path
from pipeline.tables import DROP_REASONS

#: a month with fewer analysed comments is drawn hollow, and no trend is told by it
FEW_A_MONTH = 10


@dataclass(frozen=True)
class ThreadRow:
    """One thread in the overview: its labels counted in the codebook's order, and its estimates."""

    thread: Thread
    counts: tuple[tuple[str, int], ...]
    labelled: int
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True)
class Figure:
    """A chart, the sentence under it and the estimates in it. `chart` is None where there is nothing to draw."""

    chart: Chart | None
    caption: str
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True)
class Overview:
    """All that the pages say of one corpus."""

    corpus: Corpus
    analysed: int
    labelled: int
    authors: int
    dropped: int
    drops: tuple[tuple[str, int], ...]
    no_text: int
    abstained: int
    tone_abstained: int
    first: dt.datetime | None
    last: dt.datetime | None
    languages: tuple[tuple[str, int], ...]
    incomplete: int
    headline: Estimate | None
    author_shares: dict[str, Estimate] | None
    stance: Figure
    tone: Figure
    camp_tone: Figure
    month: Figure
    months: tuple[tuple[str, tuple[Estimate, ...]], ...]
    threads: tuple[ThreadRow, ...]
    camps: tuple[Camp, ...]
    topics: tuple[TopicView, ...]
    in_topics: int


def counted(counts: Counter[str], order: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Counts in a given order, zeros included; what the order does not name comes last."""
    rest = sorted(set(counts) - set(order))
    return tuple((name, counts.get(name, 0)) for name in [*order, *rest])


def bar_of(e: Estimate, names: Names, label: str | None = None, second: Estimate | None = None) -> Bar:
    """An estimate as a mark of a chart that leads to its comments."""
    other = None if second is None or second.value is None else (second.value, second.low, second.high)
    text = "—" if e.value is None else names.t.value(e.value, e.unit)
    href = f"{words_path(e.corpus)}#{e.fragment}"
    few = e.n < FEW_A_MONTH
    return Bar(label or names.estimate(e), e.value, e.low, e.high, text, names.estimate_colour(e), href, other, few)


def _listed(estimates: Sequence[Estimate], names: Names) -> str:
    known = [(names.estimate(e), e) for e in estimates if e.value is not None]
    text = ", ".join(
        names.t("caption.single", label=label, value=names.t.value(e.value or 0.0, e.unit)) for label, e in known
    )
    return text[:1].upper() + text[1:]


def _known(estimates: Sequence[Estimate]) -> bool:
    return any(e.value is not None for e in estimates)


def _stance(corpus: str, findings: Findings, names: Names) -> tuple[Figure, dict[str, Estimate] | None]:
    shares = findings.of(corpus, "stance_share")
    if not _known(shares):
        return Figure(None, "", ()), None
    authors = {e.scope["stance"]: e for e in findings.of(corpus, "stance_share_authors") if e.value is not None}
    bars = [bar_of(e, names, second=authors.get(e.scope["stance"])) for e in shares]
    level = names.t.percent(findings.level)
    caption = names.t("caption.stance", list=_listed(shares, names), n=names.t.integer(shares[0].n), level=level)
    caption += f" {names.t('caption.diamond')}" if authors else ""
    return Figure(share_chart(f"fig-{corpus}-stance", bars), caption, shares), authors or None


def _tone(corpus: str, findings: Findings, names: Names) -> Figure:
    shares = findings.of(corpus, "sentiment_share")
    if not _known(shares):
        return Figure(None, "", ())
    level = names.t.percent(findings.level)
    caption = names.t("caption.tone", list=_listed(shares, names), n=names.t.integer(shares[0].n), level=level)
    return Figure(share_chart(f"fig-{corpus}-tone", [bar_of(e, names) for e in shares]), caption, shares)


def _camp_tone(corpus: str, findings: Findings, names: Names) -> Figure:
    scores = findings.of(corpus, "tone_by_stance")
    if not _known(scores):
        return Figure(None, "", ())
    ends = (names.t("tone.negative"), names.t("tone.positive"))
    caption = names.t("caption.camp_tone", list=_listed(scores, names), level=names.t.percent(findings.level))
    chart = score_chart(f"fig-{corpus}-camp-tone", [bar_of(e, names) for e in scores], ends)
    return Figure(chart, caption, scores)


def _month(
    corpus: str, findings: Findings, names: Names
) -> tuple[Figure, tuple[tuple[str, tuple[Estimate, ...]], ...]]:
    found = findings.of(corpus, "stance_by_month")
    months = sorted({e.scope["month"] for e in found})
    rows = tuple((month, tuple(e for e in found if e.scope["month"] == month)) for month in months)
    if len(months) < 2 or not _known(found):
        return Figure(None, "", ()), rows
    at = {(e.scope["stance"], e.scope["month"]): e for e in found}
    t = names.t
    panels = []
    for stance in [s for s in names.codebook.stance_ids if any((s, m) in at for m in months)]:
        missing = Bar("", None, None, None, "—", names.stance_colour(stance))
        bars = tuple(bar_of(at[stance, m], names, t.month(m)) if (stance, m) in at else missing for m in months)
        panels.append(Panel(names.stance(stance), names.stance_colour(stance), bars))
    telling = [month for month, estimates in rows if estimates[0].n >= FEW_A_MONTH] or months
    changes = []
    for stance in names.codebook.stance_ids:
        first, last = at.get((stance, telling[0])), at.get((stance, telling[-1]))
        if first and last and first.value is not None and last.value is not None:
            ends = {"from": t.percent(first.value), "to": t.percent(last.value)}
            changes.append(t("caption.change", label=names.stance(stance), **ends))
    caption = t(
        "caption.months",
        first=t.month(telling[0]),
        last=t.month(telling[-1]),
        list=", ".join(changes) or "—",
        level=t.percent(findings.level),
    )
    if any(estimates[0].n < FEW_A_MONTH for _, estimates in rows):
        caption += " " + t("caption.few", n=FEW_A_MONTH)
    chart = month_chart(f"fig-{corpus}-months", panels, [t.short_month(m) for m in months])
    return Figure(chart, caption, found), rows


def _thread_rows(corpus: Corpus, findings: Findings, names: Names) -> tuple[ThreadRow, ...]:
    rows = []
    for thread in corpus.threads:
        counts = thread.stances
        estimates = findings.of(corpus.name, "stance_by_thread", thread_id=thread.id)
        shown = estimates if _known(estimates) else ()
        rows.append(ThreadRow(thread, counted(counts, names.codebook.stance_ids), counts.total(), shown))
    return tuple(rows)


def _headline(shares: Sequence[Estimate]) -> Estimate | None:
    """The party that is blamed most, if anything could be estimated."""
    blaming = [e for e in shares if e.value is not None and e.scope["stance"] != "no_blame"]
    return max(blaming, key=lambda e: e.value or 0.0, default=None)


def _drops(comments: Sequence[Comment]) -> tuple[tuple[str, int], ...]:
    counts = Counter(comment.reason or "?" for comment in comments if not comment.kept)
    return counted(counts, DROP_REASONS)


def build_overview(inputs: Inputs, corpus: Corpus, findings: Findings, names: Names) -> Overview:
    """Everything about one corpus, in the language of `names`."""
    comments = corpus.comments
    analysed = [c for c in comments if c.analysed]
    times = sorted(c.posted_at for c in comments if c.posted_at)
    languages = Counter(c.language for c in analysed)
    stance, authors = _stance(corpus.name, findings, names)
    month, months = _month(corpus.name, findings, names)
    topics = build_topics(inputs, corpus, names)
    return Overview(
        corpus=corpus,
        analysed=len(analysed),
        labelled=sum(c.stance is not None for c in analysed),
        authors=len({c.author_id for c in comments if c.author_id}),
        dropped=sum(not c.kept for c in comments),
        drops=_drops(comments),
        no_text=sum(c.state == "no_text" for c in comments),
        abstained=sum(c.state == "abstained" for c in comments),
        tone_abstained=sum(c.tone is None for c in analysed),
        first=times[0] if times else None,
        last=times[-1] if times else None,
        languages=tuple(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
        incomplete=sum(thread.complete is False for thread in corpus.threads),
        headline=_headline(stance.estimates),
        author_shares=authors,
        stance=stance,
        tone=_tone(corpus.name, findings, names),
        camp_tone=_camp_tone(corpus.name, findings, names),
        month=month,
        months=months,
        threads=_thread_rows(corpus, findings, names),
        camps=build_camps(inputs, corpus, findings, names),
        topics=topics,
        in_topics=sum(any(scope in whole_scopes(corpus.name) for scope, _ in c.topics) for c in analysed),
    )
