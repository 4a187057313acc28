"""The pages of the site: which there are, and what each template is given.

Jinja escapes every text on its own; no template and no helper here marks anything that people wrote as safe.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.report.camps import EXCERPT, token
from pipeline.report.catalogue import LANGUAGES, Catalogue, load_catalogue
from pipeline.report.charts import embed
from pipeline.report.downloads import FINDING_COLUMNS, Download, comment_columns
from pipeline.report.estimates import Estimate, Findings, Quote
from pipeline.report.load import Inputs
from pipeline.report.measures import build_measures
from pipeline.report.model import Comment, Corpus, Thread
from pipeline.report.names import Names, words_path
from pipeline.report.overview import Overview, build_overview, counted
from pipeline.report.palette import LIGHT
from pipeline.report.place import Place
from pipeline.report.words import Excerpt, Piece, excerpt, harmless, pieces

TEMPLATES = Path(__file__).parent / "templates"
SHORT = 480  # characters of a comment in the list of all


@dataclass(frozen=True)
class Site:
    """Everything that the pages are made of, whatever the language."""

    inputs: Inputs
    corpora: tuple[Corpus, ...]
    findings: Findings
    downloads: dict[str, list[Download]]

    @cached_property
    def threads(self) -> dict[str, Thread]:
        """Thread id -> thread."""
        return {thread.id: thread for corpus in self.corpora for thread in corpus.threads}

    @cached_property
    def comments(self) -> dict[str, Comment]:
        """Comment id -> comment."""
        return {c.id: c for corpus in self.corpora for c in corpus.comments}


class Pages:
    """The pages of a site in one language."""

    def __init__(self, site: Site, language: str) -> None:
        self.site, self.language = site, language
        self.t: Catalogue = load_catalogue(language)
        self.names = Names(self.t, site.inputs.codebook, site.threads)
        self.title = harmless(site.inputs.params.report.title.of(language))
        self.edition = dt.date.fromisoformat(site.findings.edition)
        self.overviews: list[Overview] = [
            build_overview(site.inputs, corpus, site.findings, self.names) for corpus in site.corpora
        ]
        self.env = self._environment()

    def _environment(self) -> Environment:
        env = Environment(
            loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        env.filters["party_label"] = self.names.party
        env.globals |= self._constants() | self._helpers()
        return env

    def _constants(self) -> dict[str, Any]:
        codebook, names = self.site.inputs.codebook, [corpus.name for corpus in self.site.corpora]
        return {
            "t": self.t,
            "site_title": self.title,
            "debate_title": harmless(codebook.title.of(self.language)),
            "question": harmless(codebook.question.of(self.language)),
            "edition": self.edition,
            "corpora": self.site.corpora,
            "overviews": self.overviews,
            "findings": self.site.findings,
            "stances": codebook.stance_ids,
            "languages": LANGUAGES,
            "palette": embed({colour: name for name, colour in LIGHT.items()}),
            "has_real": "real" in names,
            "has_constructed": "constructed" in names,
            "navigation": self._navigation(names),
        }

    def _navigation(self, corpora: Sequence[str]) -> list[tuple[str, str]]:
        words = [words_path(corpora[0])] if corpora else []
        paths = ["index.html", "camps.html", "topics.html", *words, "method.html", "data.html"]
        keys = ["index", "camps", "topics", *(["words"] if words else []), "method", "data"]
        return [(path, self.t(f"nav.{key}")) for path, key in zip(paths, keys, strict=True)]

    def _helpers(self) -> dict[str, Any]:
        names = self.names
        return {
            "harmless": harmless,
            "words_path": words_path,
            "stance_label": names.stance,
            "stance_colour": names.stance_colour,
            "party_label": names.party,
            "party_colour": names.party_colour,
            "thread_title": names.thread,
            "estimate_label": names.estimate,
            "estimate_colour": names.estimate_colour,
            "authors_of": self.names.authors,
            "citation": self._citation,
            "thread_of": lambda comment: self.site.threads[comment.thread_id],
            "known": self.site.comments.get,
            "body": self._body,
            "list_excerpt": self._list_excerpt,
            "quote_context": self._quote_context,
            "quote_slice": self._quote_slice,
            "topic_tokens": lambda comment: " ".join(token(*pair) for pair in comment.topics),
            "completeness": self._completeness,
            "archive_digest": self._archive_digest,
        }

    def _citation(self, e: Estimate) -> str:
        return self.names.citation(e, self.title, self.site.findings.edition, self.site.findings.level)

    def _body(self, comment: Comment) -> tuple[Piece, ...]:
        links = self.site.threads[comment.thread_id].provenance == "scraped"
        return pieces(comment.text, comment.spans, comment.id, links=links)

    def _list_excerpt(self, comment: Comment) -> Excerpt:
        return excerpt(comment.text, comment.spans, comment.id, SHORT)

    def _quote_context(self, quote: Quote) -> Excerpt:
        """The quote in the words around it, marked where it is evidence."""
        c = quote.comment
        return excerpt(c.text, c.spans, c.id, EXCERPT, quote.span)

    def _quote_slice(self, quote: Quote) -> Excerpt:
        """The quote and nothing else."""
        c, span = quote.comment, quote.span
        repairs = [s for s in c.spans if s.kind == "repair"]
        return Excerpt(pieces(c.text, repairs, c.id, start=span.start, end=span.end))

    def _completeness(self, thread: Thread) -> str:
        t = self.t
        if thread.announced is None:
            return t("complete_found", found=t.integer(thread.found))
        state = t("complete.yes") if thread.complete else t("complete.no")
        return t("complete_of", state=state, found=t.integer(thread.found), announced=t.integer(thread.announced))

    def _archive_digest(self, thread: Thread) -> str:
        """The beginning of the digest of the archive that the thread was read from, if the manifest has one."""
        archive = self.site.inputs.manifests.get(thread.source_id, {}).get("archive") or {}
        return harmless(archive["sha256"])[:12] if isinstance(archive.get("sha256"), str) else "—"

    def _render(
        self, path: str, template: str, *, charts: bool = False, section: str = "", **values: Any
    ) -> tuple[str, bytes]:
        place = Place(path, self.language, self.site.inputs.params.report.default_language)
        html = self.env.get_template(template).render(
            place=place, url=place.url, shared=place.shared, charts=charts, section_path=section, **values
        )
        return place.file, html.encode("utf-8")

    def all(self) -> Iterator[tuple[str, bytes]]:
        """Every page of this language: (file, content)."""
        drawn = [o for o in self.overviews if o.stance.chart or o.tone.chart or o.camp_tone.chart or o.month.chart]
        yield self._render("index.html", "index.html", charts=bool(drawn))
        worded = any(camp.word_chart for o in self.overviews for camp in o.camps)
        yield self._render("camps.html", "camps.html", charts=worded)
        yield self._render("topics.html", "topics.html")
        measures = build_measures(self.site.inputs, self.names)
        grades = [e.grade for e in self.site.findings.estimates]
        yield self._render(
            "method.html",
            "method.html",
            charts=any(m.chart for m in measures),
            measures=measures,
            grade_counts={grade: grades.count(grade) for grade in "ABC"},
        )
        yield self._data()
        for overview in self.overviews:
            yield self._words(overview)
            yield from self._threads(overview.corpus)

    def _data(self) -> tuple[str, bytes]:
        columns = comment_columns(self.site.inputs.codebook.party_ids)
        dictionary = [("comments", columns), ("findings", FINDING_COLUMNS)]
        return self._render("data.html", "data.html", downloads=self.site.downloads, dictionary=dictionary)

    def _words(self, overview: Overview) -> tuple[str, bytes]:
        corpus, t = overview.corpus, self.t
        months = sorted({c.month for c in corpus.comments if c.month})
        tones = ("negative", "neutral", "positive")
        topics = [(topic.token, topic.label) for topic in overview.topics]
        camps = [
            (topic.token, f"{self.names.stance(camp.stance)}: {topic.label}")
            for camp in overview.camps
            for topic in camp.topics
        ]
        filters = [
            ("stance", [(s, self.names.stance(s)) for s in self.site.inputs.codebook.stance_ids]),
            ("tone", [(tone, t(f"tone.{tone}")) for tone in tones]),
            ("thread", [(thread.id, self.names.thread(thread)) for thread in corpus.threads]),
            ("month", [(month, t.month(month)) for month in months]),
            ("topic", topics + camps),
            ("state", [(s, t(f"state.{s}")) for s in ("analysed", "labelled", "abstained", "no_text", "dropped")]),
        ]
        used = [(name, options) for name, options in filters if options]
        first = words_path(self.site.corpora[0].name)
        return self._render(words_path(corpus.name), "words.html", section=first, corpus=corpus, filters=used)

    def _threads(self, corpus: Corpus) -> Iterator[tuple[str, bytes]]:
        for number, thread in enumerate(corpus.threads):
            counts = thread.stances
            estimates = self.site.findings.of(corpus.name, "stance_by_thread", thread_id=thread.id)
            states = [comment.state for comment in thread.comments]
            yield self._render(
                thread.path,
                "thread.html",
                thread=thread,
                parents={c.id: c for c in thread.comments},
                counts=counted(counts, self.site.inputs.codebook.stance_ids),
                labelled=counts.total(),
                dropped=states.count("dropped"),
                abstained=states.count("abstained"),
                estimates=[e for e in estimates if e.value is not None],
                previous=corpus.threads[number - 1] if number else None,
                next=corpus.threads[number + 1] if number + 1 < len(corpus.threads) else None,
            )
