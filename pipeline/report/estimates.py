"""findings.json as the site shows it: estimates with n, interval and grade, contrasts, and quotes that were checked.

No number appears without its n, interval and grade, and no quote that is not a slice of a comment: both are read here,
and a finding that does not fit the tables stops the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from pipeline.errors import StandpuntError
from pipeline.report.model import Comment, Corpus
from pipeline.report.words import Span, check_quote

#: names of a scope's parts in the fragment of the words page
FRAGMENT = {"stance": "stance", "sentiment": "tone", "thread_id": "thread", "month": "month"}

#: kinds whose n are the comments of that very stance; elsewhere the stance is what is being counted
OF_THE_STANCE = frozenset({"tone_by_stance"})


@dataclass(frozen=True)
class Quote:
    """Words of a comment: a span that was checked against its digest."""

    comment: Comment
    span: Span


@dataclass(frozen=True)
class Estimate:
    """One finding. `value`, `low` and `high` are None where nothing could be estimated."""

    id: str
    corpus: str
    kind: str
    scope: Mapping[str, str]
    claim: Mapping[str, str]
    unit: str
    value: float | None
    low: float | None
    high: float | None
    raw: float | None
    n: int
    n_authors: int
    n_threads: int
    grade: str
    method: str
    citable: bool
    why_not: Mapping[str, str] | None
    quotes: tuple[Quote, ...]

    @property
    def fragment(self) -> str:
        """Which comments this number counts, as the words page understands it."""
        return fragment(self.scope)

    @property
    def base_fragment(self) -> str:
        """The comments among which it counts them: its n."""
        outer = {k: v for k, v in self.scope.items() if k not in {"stance", "sentiment"}}
        if self.kind in OF_THE_STANCE:
            outer = dict(self.scope)
        return fragment(outer, state="analysed")


@dataclass(frozen=True)
class Term:
    """A word that one camp uses more than the rest (log-odds, its z and its interval)."""

    term: str
    log_odds: float
    z: float | None
    low: float | None
    high: float | None
    n_camp: int
    n_rest: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Contrast:
    """What distinguishes one camp's words from those of the rest."""

    corpus: str
    stance: str
    n: int
    n_rest: int
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Findings:
    """All estimates and contrasts, to be asked by corpus and kind."""

    edition: str
    level: float
    estimates: tuple[Estimate, ...]
    contrasts: tuple[Contrast, ...]
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, corpus: str, kind: str, **scope: str) -> tuple[Estimate, ...]:
        """Estimates of one kind whose scope has these parts, in the order of findings.json."""
        return tuple(
            e
            for e in self.estimates
            if e.corpus == corpus and e.kind == kind and all(e.scope.get(k) == v for k, v in scope.items())
        )

    def one(self, corpus: str, kind: str, **scope: str) -> Estimate | None:
        """The one estimate of this kind and scope, if there is one."""
        return next(iter(self.of(corpus, kind, **scope)), None)

    def contrast(self, corpus: str, stance: str) -> Contrast | None:
        """The contrast of one camp with the rest, if there is one."""
        return next((c for c in self.contrasts if (c.corpus, c.stance) == (corpus, stance)), None)


def fragment(scope: Mapping[str, str], **more: str) -> str:
    """A scope as the fragment of the words page: `stance=blame_x&month=2026-03`."""
    return urlencode({**{FRAGMENT[k]: v for k, v in scope.items() if k in FRAGMENT}, **more})


Known = Mapping[str, Mapping[str, Comment]]  # corpus -> comment id -> comment


def _quotes(raw: Iterable[dict[str, Any]], comments: Known, corpus: str, what: str) -> tuple[Quote, ...]:
    found: list[Quote] = []
    for quote in raw:
        comment = comments.get(corpus, {}).get(str(quote["comment_id"]))
        if comment is None or not comment.kept:
            raise StandpuntError(
                f"{what} quotes comment {quote['comment_id']}, which its corpus ({corpus}) does not hold; run `dvc repro`."
            )
        found.append(Quote(comment, check_quote(comment.text, quote, what)))
    return tuple(found)


def _estimate(row: dict[str, Any], comments: Known) -> Estimate:
    low, high = row["interval"] or (None, None)
    keys = ("id", "corpus", "kind", "claim", "unit", "raw", "n", "n_authors", "n_threads", "grade", "method", "why_not")
    return Estimate(
        value=row["estimate"],
        low=low,
        high=high,
        scope={str(k): str(v) for k, v in row["scope"].items()},
        # whatever findings.json says: invented words are not to be cited
        citable=bool(row["citable"]) and row["corpus"] == "real",
        quotes=_quotes(row["quotes"], comments, row["corpus"], f"finding {row['id']}"),
        **{key: row[key] for key in keys},
    )


def _contrast(row: dict[str, Any], comments: Known) -> Contrast:
    terms: list[Term] = []
    for term in row["terms"]:
        low, high = term.get("interval") or (None, None)
        what = f"contrast {row['stance']}, term {term['term']!r}"
        quotes = _quotes(term.get("quotes") or [], comments, row["corpus"], what)
        counts = (term["n_camp"], term["n_rest"])
        terms.append(Term(term["term"], term["log_odds"], term.get("z"), low, high, *counts, quotes))
    return Contrast(row["corpus"], row["stance"], row["n"], row["n_rest"], tuple(terms))


def read_findings(data: dict[str, Any], corpora: Iterable[Corpus]) -> Findings:
    """findings.json, checked against the comments.

    Raises StandpuntError where a quote is not a slice of its comment, or a part is missing.
    """
    comments = {corpus.name: {c.id: c for c in corpus.comments} for corpus in corpora}
    try:
        return Findings(
            edition=str(data["edition"]),
            level=float(data["level"]),
            estimates=tuple(_estimate(row, comments) for row in data["findings"]),
            contrasts=tuple(_contrast(row, comments) for row in data["contrasts"]),
            figures={row["corpus"]: row for row in data["corpora"]},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StandpuntError(
            f"findings.json lacks a part or has one of the wrong kind ({error!r}); run `dvc repro`."
        ) from error
