"""Estimates, contrasts and quotes: findings.json, the one file that says what may be said.

Each finding has its estimate, interval, n, evidence grade, a sentence in Dutch and English, and quotes; findings about a
corpus too small or of constructed texts are marked as not citable, with the reason.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipeline import judgements, store, tables
from pipeline.encoder.calibrated import adapted
from pipeline.engine import Progress, Summary, silent
from pipeline.findings import corpus as corpora
from pipeline.findings import quotes
from pipeline.findings.claims import claim
from pipeline.findings.contrasts import contrast, terms
from pipeline.findings.estimate import Estimate, Floats, estimate, mean_score
from pipeline.settings import Codebook, FindingsParams, load_codebook, load_params

OUTPUT = Path("data/processed/findings/findings.json")
ERROR_RATES = Path("data/processed/evaluate/error_rates.json")

#: Of the comments behind a finding to cite, so many may have a doubtful beginning: where comments are cut in pieces or run together,
#: n is wrong, and with it every interval.
MOST_UNSURE = 0.1

WHY_NOT = {
    "constructed": {
        "nl": "Deze teksten zijn geconstrueerd; ze zeggen niets over echte lezers.",
        "en": "These texts are constructed; they say nothing about real readers.",
    },
    "few": {"nl": "Te weinig reacties om aan te halen.", "en": "Too few comments to cite."},
    "boundaries": {
        "nl": "Van te veel reacties is niet zeker waar zij beginnen. Lees de grenzen na in data/raw/corrections.",
        "en": "Where too many of the comments begin is not sure. Read the boundaries over in data/raw/corrections.",
    },
    "unsure": {
        "nl": "Het interval is zo breed dat het getal weinig zegt.",
        "en": "The interval is so wide that the number says little.",
    },
    "model": {
        "nl": "Alleen het woord van het model: voor dit debat is niet gemeten hoe vaak het zich vergist.",
        "en": "The model's word alone: how often it errs has not been measured for this debate.",
    },
}


def run(root: Path, progress: Progress = silent) -> Summary:
    """Read labels and error rates, estimate, write findings.json."""
    params, codebook = load_params(root), load_codebook(root / "codebook.yaml")
    threads, comments, clean = (store.read_table(root, t) for t in (tables.THREADS, tables.COMMENTS, tables.CLEAN))
    stance, sentiment = store.read_table(root, tables.STANCE), store.read_table(root, tables.SENTIMENT)
    sentences, annotations = store.read_table(root, tables.SENTENCES), store.read_annotations(root)
    rates = store.read_json(root / ERROR_RATES)

    found = corpora.all_comments(threads, comments, clean)
    adapted_here = params.stance.model == "encoder" and adapted(root) is not None
    kept = corpora.analysed(found, stance, sentiment, human_labels(annotations, codebook, comments, adapted_here))
    result: dict[str, Any] = {
        "edition": params.edition.isoformat(),
        "debate": codebook.debate,
        "level": params.findings.level,
        "corpora": [],
        "findings": [],
        "contrasts": [],
    }
    present = [c for c in corpora.CORPORA if found.filter(pl.col("corpus") == c).height]
    for done, name in enumerate(present):
        progress(done, len(present), "corpora")
        bench = Bench(
            name,
            kept.filter(pl.col("corpus") == name),
            threads,
            codebook,
            params.findings,
            rates,
            params.seed,
            sentences,
        )
        of_corpus = threads.join(
            corpora.corpus_of(threads).filter(pl.col("corpus") == name), on="thread_id", how="semi"
        )
        result["corpora"].append(
            {
                "corpus": name,
                **corpora.figures(found.filter(pl.col("corpus") == name), bench.frame, of_corpus),
            }
        )
        result["findings"] += bench.findings()
        result["contrasts"] += bench.contrasts()
    progress(len(present), len(present), "corpora")

    store.write_json(root / OUTPUT, result)
    grades = [finding["grade"] for finding in result["findings"]]
    note = ", ".join(f"{grades.count(g)} of grade {g}" for g in "ABC" if g in grades) or "no comments, no findings"
    return Summary("findings", found.height, kept.height, str(OUTPUT), _dropped(found), [note])


def _dropped(found: pl.DataFrame) -> dict[str, int]:
    counts = dict(found.filter(pl.col("reason").is_not_null())["reason"].value_counts().iter_rows())
    return {**counts, "no_text": found.filter(pl.col("kept") & pl.col("no_text")).height}


def human_labels(
    annotations: pl.DataFrame, codebook: Codebook, comments: pl.DataFrame, adapted_here: bool
) -> pl.DataFrame:
    """The human labels of a random sample of the corpus, one a comment.

    Where the model was adapted to this corpus, only those of authors from whom it learned nothing.
    """
    labels = judgements.voiced(judgements.of_corpus(annotations, codebook), comments)
    drawn = labels.filter(pl.col("sampled") == judgements.RANDOM)
    return judgements.measuring(drawn) if adapted_here else drawn


def _number(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None


@dataclass(frozen=True)
class Bench:
    """One corpus and what is needed to estimate on it."""

    corpus: str
    frame: pl.DataFrame
    threads: pl.DataFrame
    codebook: Codebook
    params: FindingsParams
    rates: dict[str, Any]
    seed: int
    sentences: pl.DataFrame

    @property
    def titles(self) -> dict[str, str]:
        """Thread id -> what a sentence calls the thread."""
        columns = self.threads.select("thread_id", "title", "source_id")
        return {thread: title or source for thread, title, source in columns.iter_rows()}

    def rng(self, *key: str) -> np.random.Generator:
        """Randomness bound to seed and place, so that one finding more does not change the others."""
        digest = hashlib.sha256("\x1f".join([str(self.seed), self.corpus, *key]).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8], "big"))

    def findings(self) -> list[dict[str, Any]]:
        """All findings of the corpus, in the order in which a reader wants them."""
        frame = self.frame.with_columns(self._gold_stance())
        out = self._shares("stance_share", "stance", frame, {})
        known = frame.filter(pl.col("author_weight").is_not_null())
        out += self._shares("stance_share_authors", "stance", known, {}, weight="author_weight")
        out += self._shares("sentiment_share", "sentiment", frame, {})
        for thread in sorted(set(frame["thread_id"])):
            out += self._shares(
                "stance_by_thread",
                "stance",
                frame.filter(pl.col("thread_id") == thread),
                {"thread_id": thread},
            )
        for month in sorted(set(frame["month"].drop_nulls())):
            out += self._shares("stance_by_month", "stance", frame.filter(pl.col("month") == month), {"month": month})
        return out + self._tones(frame)

    def _gold_stance(self) -> pl.Expr:
        """The stance that human labels of the random sample make; null elsewhere."""

        def derive(blames: list[str] | None) -> str | None:
            return None if blames is None else self.codebook.derive_stance(list(blames))

        values = [derive(blames) for blames in self.frame["gold_blames"].to_list()]
        return pl.Series("gold_stance", values, dtype=pl.String).alias("gold_stance")  # type: ignore[return-value]

    def _shares(
        self, kind: str, column: str, frame: pl.DataFrame, scope: dict[str, str], weight: str | None = None
    ) -> list[dict[str, Any]]:
        labels = self.codebook.stance_ids if column == "stance" else list(tables.SENTIMENTS)
        if not frame.height:
            return [
                self._finding(kind, {**scope, column: label}, frame, None, None, None, "C", "model", [])
                for label in labels
            ]
        result = self._estimate(kind, column, labels, frame, scope, weight)
        out = []
        for i, label in enumerate(labels):
            interval = [_number(float(result.low[i])), _number(float(result.high[i]))]
            shown = quotes.of_stance(frame, label) if column == "stance" else []
            out.append(
                self._finding(
                    kind, {**scope, column: label}, frame, _number(float(result.share[i])),
                    None if None in interval else interval, _number(float(result.raw[i])), result.grade, result.method, shown,
                )
            )  # fmt: skip
        return out

    def _estimate(
        self,
        kind: str,
        column: str,
        labels: list[str],
        frame: pl.DataFrame,
        scope: dict[str, str],
        weight: str | None,
    ) -> Estimate:
        confusion: Floats | None = corpora.confusions(self.rates.get(column, {}), labels)
        units = corpora.clusters(frame, column, labels, weight)
        rng = self.rng(kind, *(f"{k}={v}" for k, v in sorted(scope.items())))
        return estimate(units, confusion, self.params.bootstrap, self.params.level, rng)

    def _tones(self, frame: pl.DataFrame) -> list[dict[str, Any]]:
        """Mean tone of each camp: the tone model's score, uncorrected."""
        out = []
        for stance in self.codebook.stance_ids:
            camp = frame.filter((pl.col("stance") == stance) & pl.col("sentiment").is_not_null())
            if not camp.height:
                out.append(
                    self._finding("tone_by_stance", {"stance": stance}, camp, None, None, None, "C", "model", [])
                )
                continue
            grouped = (
                camp.group_by("thread_id", "cluster")
                .agg(pl.col("score").sum(), pl.len().alias("n"))
                .sort("thread_id", "cluster")
            )
            strata = grouped["thread_id"].rank("dense").to_numpy().astype(np.int64)
            value, low, high = mean_score(
                grouped["score"].to_numpy(), grouped["n"].to_numpy().astype(float), strata,
                self.params.bootstrap, self.params.level, self.rng("tone_by_stance", stance),
            )  # fmt: skip
            interval = [_number(low), _number(high)] if grouped.height > 1 else None
            out.append(
                self._finding(
                    "tone_by_stance",
                    {"stance": stance},
                    camp,
                    _number(value),
                    interval,
                    _number(value),
                    "C",
                    "model",
                    [],
                )
            )
        return out

    def _finding(
        self, kind: str, scope: dict[str, str], frame: pl.DataFrame, value: float | None, interval: list[Any] | None,
        raw: float | None, grade: str, method: str, shown: list[quotes.Quote],
    ) -> dict[str, Any]:  # fmt: skip
        why = self._why_not(frame, grade, interval)
        place = sorted(f"{k}={v}" for k, v in scope.items())
        return {
            "id": tables.bound_id("f-", self.codebook.debate, self.corpus, kind, *place),
            "corpus": self.corpus,
            "kind": kind,
            "scope": scope,
            "claim": claim(kind, scope, value, interval, self.params.level, self.codebook, self.titles),
            "unit": "score" if kind == "tone_by_stance" else "share",
            "estimate": value,
            "interval": interval,
            "raw": raw,
            "n": frame.height,
            "n_authors": frame["author_id"].drop_nulls().n_unique(),
            "n_threads": frame["thread_id"].n_unique(),
            "grade": grade,
            "method": method,
            "citable": why is None,
            "why_not": why,
            "quotes": shown,
        }

    def _why_not(self, frame: pl.DataFrame, grade: str, interval: list[Any] | None) -> dict[str, str] | None:
        if self.corpus == "constructed":
            return WHY_NOT["constructed"]
        if frame.height < self.params.min_n:
            return WHY_NOT["few"]
        if frame.filter(pl.col("boundary_confidence") < tables.SURE_BOUNDARY).height > MOST_UNSURE * frame.height:
            return WHY_NOT["boundaries"]
        if grade == "C":
            return WHY_NOT["model"]
        unsure = interval is None or interval[1] - interval[0] > self.params.max_width
        return WHY_NOT["unsure"] if unsure else None

    def contrasts(self) -> list[dict[str, Any]]:
        """The distinguishing words of each camp, with sentences that use them."""
        spans, bags = self._sentence_words()
        out = []
        for stance in self.codebook.stance_ids:
            camp = self.frame.filter(pl.col("stance") == stance).height
            labelled = self.frame["stance"].drop_nulls().len()
            rng = self.rng("contrast", stance)
            found = contrast(
                self.frame, stance, self.params.contrast_terms, self.params.bootstrap, self.params.level, rng
            )
            out.append({"corpus": self.corpus, "stance": stance, "n": camp, "n_rest": labelled - camp, "terms": [
                {
                    "term": c.term, "log_odds": _number(c.log_odds), "z": _number(c.z), "interval": [_number(c.low), _number(c.high)],
                    "n_camp": c.n_camp, "n_rest": c.n_rest, "quotes": quotes.of_term(self.frame, spans, bags, stance, c.term),
                }
                for c in found
            ]})  # fmt: skip
        return out

    def _sentence_words(self) -> tuple[dict[str, list[tuple[int, int]]], dict[tuple[str, int], set[str]]]:
        """Sentences of each comment, and the content words of each sentence."""
        spans: dict[str, list[tuple[int, int]]] = {}
        bags: dict[tuple[str, int], set[str]] = {}
        joined = self.sentences.join(self.frame.select("comment_id", "text", "language"), on="comment_id").sort(
            "comment_id", "start"
        )
        for comment_id, start, end, text, language in joined.select(
            "comment_id", "start", "end", "text", "language"
        ).iter_rows():
            spans.setdefault(comment_id, []).append((start, end))
            bags[comment_id, start] = set(terms(text[start:end], language))
        return spans, bags
