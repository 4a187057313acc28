"""params.yaml, codebook.yaml and data/raw/sources.yaml as typed objects.

An unknown key is an error that names the nearest known one (`strict_yaml.py`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from pipeline.errors import UsageError
from pipeline.strict_yaml import load_yaml, parse

ANNOTATIONS = Path("data/raw/annotations")
ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
SECRET = re.compile(r"(password|passwd|secret|api_?key|token)\s*[:=]\s*\S|\bsk-[A-Za-z0-9]{20,}", re.IGNORECASE)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


def _text(value: object) -> object:
    """A text in one language stands for both."""
    return {"nl": value, "en": value} if isinstance(value, str) else value


class Bilingual(_Strict):
    """A label in Dutch and English."""

    nl: str
    en: str

    def of(self, language: str) -> str:
        """The label in `language` (nl where it is neither)."""
        return self.en if language == "en" else self.nl


Label = Annotated[Bilingual, BeforeValidator(_text)]


# --- params.yaml -----------------------------------------------------------------------------------------------


class ScrapeParams(_Strict):
    """How pages are asked for."""

    contact: str = ""
    delay_seconds: float = Field(1.0, ge=0.0)
    max_pages: int = Field(500, ge=1, le=100_000)
    max_page_bytes: int = Field(20_000_000, ge=1_000)
    request_seconds: float = Field(30.0, gt=0)
    total_seconds: float = Field(3600.0, gt=0)


class CleanParams(_Strict):
    """Duplicates, floods, language."""

    languages: list[str] = ["nl", "en", "de", "fr"]
    language_min_letters: int = Field(40, ge=1)
    near_duplicate_similarity: float = Field(0.9, gt=0, le=1)
    near_duplicate_min_words: int = Field(8, ge=1)
    flood_window_minutes: int = Field(60, ge=1)
    flood_min_comments: int = Field(4, ge=2)
    flood_similarity: float = Field(0.6, gt=0, le=1)


class EmbedParams(_Strict):
    """Which encoder turns texts into vectors."""

    model: str = "encoder"


class EndpointParams(_Strict):
    """An endpoint that speaks OpenAI's protocol; its key, if it wants one, is STANDPUNT_API_KEY in the environment."""

    url: str = "http://localhost:11434/v1"
    comments_per_request: int = Field(5, ge=1, le=50)
    examples: int = Field(6, ge=0, le=50)  # of gold, in the prompt
    request_seconds: float = Field(120.0, gt=0)
    retries: int = Field(4, ge=0, le=20)
    #: the budget: what would go beyond either is not asked; 0 is no limit
    max_requests: int = Field(2000, ge=0)
    max_cost: float = Field(0.0, ge=0)
    #: price of a million tokens, in whatever currency max_cost is in
    price_in: float = Field(0.0, ge=0)
    price_out: float = Field(0.0, ge=0)


class ReadParams(_Strict):
    """How models are asked."""

    #: gold comments of each split that a model other than the encoder is asked about, to calibrate and measure it
    gold: int = Field(400, ge=0)
    #: whether a reply is read with the comment that it answers
    parents: bool = True
    endpoint: EndpointParams = EndpointParams()


MODEL = re.compile(r"encoder|(hf|nli|openai):\S+")


def _model(value: str) -> str:
    if not MODEL.fullmatch(value):
        raise ValueError(f"model {value!r}: known are encoder, hf:NAME, nli:NAME and openai:NAME")
    return value


ModelName = Annotated[str, AfterValidator(_model)]


class SentimentParams(_Strict):
    """The tone model."""

    model: ModelName = "encoder"
    abstain_below: float = Field(0.5, ge=0, le=1)


class StanceParams(_Strict):
    """The model of who is blamed."""

    model: ModelName = "encoder"
    abstain_margin: float = Field(0.05, ge=0, le=0.5)


class TopicsParams(_Strict):
    """Clustering."""

    algorithm: Literal["evoc", "hdbscan"] = "hdbscan"
    min_comments: int = Field(40, ge=10)
    min_topic_size: int = Field(8, ge=2)
    terms: int = Field(8, ge=1)
    representatives: int = Field(3, ge=1)
    stability_runs: int = Field(5, ge=0)


class EvaluateParams(_Strict):
    """Held-out measurement."""

    bootstrap: int = Field(1000, ge=100)


class FindingsParams(_Strict):
    """Estimates."""

    bootstrap: int = Field(1000, ge=100)
    level: float = Field(0.95, gt=0.5, lt=1)
    min_n: int = Field(10, ge=1)
    max_width: float = Field(0.3, gt=0, le=1)
    contrast_terms: int = Field(12, ge=1)


class ReportParams(_Strict):
    """The site."""

    title: Label = Field(default_factory=lambda: Bilingual(nl="Standpunt", en="Standpunt"))
    default_language: Literal["nl", "en"] = "nl"


class Params(_Strict):
    """params.yaml, whole."""

    edition: dt.date
    seed: int = 0
    scrape: ScrapeParams = ScrapeParams()
    clean: CleanParams = CleanParams()
    embed: EmbedParams = EmbedParams()
    read: ReadParams = ReadParams()
    sentiment: SentimentParams = SentimentParams()
    stance: StanceParams = StanceParams()
    topics: TopicsParams = TopicsParams()
    evaluate: EvaluateParams = EvaluateParams()
    findings: FindingsParams = FindingsParams()
    report: ReportParams = ReportParams()


# --- codebook.yaml ---------------------------------------------------------------------------------------------


class Party(_Strict):
    """A party that may be blamed. Only `id` and `name` are needed; the rest makes the labels better."""

    id: str
    name: Label
    description: Label = Field(default_factory=lambda: Bilingual(nl="", en=""))
    #: words by which people name the party, in any language; matched as whole words, case folded; a final * is a wildcard
    aliases: list[str] = []
    #: phrases that by themselves suggest that this party is blamed
    cues: list[str] = []
    stance: str = ""
    #: a party that counts only where no other is blamed (the codebook's `other`)
    secondary: bool = False

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("id"), str):
            data = {"stance": f"blame_{data['id']}", "secondary": data["id"] == "other", **data}
        return data

    @field_validator("id")
    @classmethod
    def _id(cls, value: str) -> str:
        if not ID.fullmatch(value):
            raise ValueError(f"id {value!r}: use small letters, digits, - and _ (64 at most)")
        return value


class Example(_Strict):
    """A comment (constructed) with its labels, for whoever annotates."""

    text: str
    blames: list[str] = []
    why: str = ""


class Codebook(_Strict):
    """Everything that is about one debate."""

    debate: str = "debate"
    title: Label = Field(default_factory=lambda: Bilingual(nl="Debat", en="Debate"))
    question: Label = Field(default_factory=lambda: Bilingual(nl="Wie krijgt de schuld?", en="Who is blamed?"))
    parties: list[Party] = Field(min_length=1)
    #: labels of the stances in the report; a stance without one is shown by its party's name
    stances: dict[str, Label] = {}
    examples: list[Example] = []

    @field_validator("parties", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        """`parties:` may also be a mapping from id to the rest."""
        if isinstance(value, dict):
            return [{"id": key, **(rest if isinstance(rest, dict) else {"name": rest})} for key, rest in value.items()]
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Codebook:
        ids = [party.id for party in self.parties]
        if len(set(ids)) < len(ids):
            raise ValueError(f"parties: an id occurs twice among {ids}")
        for example in self.examples:
            if unknown := set(example.blames) - set(ids):
                raise ValueError(f"examples: unknown party {sorted(unknown)}; known are {ids}")
        return self

    @property
    def party_ids(self) -> list[str]:
        """Ids in the codebook's order."""
        return [party.id for party in self.parties]

    @property
    def stance_ids(self) -> list[str]:
        """Every stance that `derive_stance` can give, in the codebook's order: primary, both, secondary, none."""
        primary = [p.stance for p in self.parties if not p.secondary]
        secondary = [p.stance for p in self.parties if p.secondary]
        both = ["blame_both"] if len(set(primary)) > 1 else []
        return list(dict.fromkeys([*primary, *both, *secondary, "no_blame"]))

    def derive_stance(self, blames: list[str]) -> str:
        """The one stance of a set of blamed parties (`blames`, ids).

        Primary parties go before secondary ones; two primary stances make `blame_both`; nobody makes `no_blame`.
        """
        blamed = [party for party in self.parties if party.id in blames]
        stances = {p.stance for p in blamed if not p.secondary} or {p.stance for p in blamed}
        if len(stances) > 1:
            return "blame_both"
        return stances.pop() if stances else "no_blame"

    def stance_label(self, stance: str, language: str) -> str:
        """What the report calls a stance."""
        if stance in self.stances:
            return self.stances[stance].of(language)
        names = [p.name.of(language) for p in self.parties if p.stance == stance]
        fixed = {
            "blame_both": {"nl": "meer partijen", "en": "several parties"},
            "no_blame": {"nl": "niemand", "en": "nobody"},
        }
        return " / ".join(names) or fixed.get(stance, {}).get(language, stance)


# --- sources.yaml ----------------------------------------------------------------------------------------------

#: what is asked for over the network, and what was handed over as a file or a folder of saved pages
SourceKind = Literal[
    "url", "warc", "wacz", "folder", "page", "pasted", "csv", "jsonl", "json", "xml", "parquet", "mbox"
]


class Source(_Strict):
    """One source of threads: an address, or a file under data/raw/imports/."""

    id: str
    kind: SourceKind
    #: the address (kind url), or the file's name under data/raw/imports/
    location: str
    added: dt.datetime
    provenance: Literal["scraped", "imported", "constructed"]
    title: str | None = None
    url: str | None = None
    language: str | None = None
    licence: str | None = None
    #: the analyst's explicit word that this source may be on this machine or a private network
    private_network: bool = False
    #: the analyst's reason to collect it although the site reserves text and data mining
    tdm_override: str | None = Field(None, min_length=1)
    #: SHA-256 of the file when it was added; of a folder that of its list of pages, each with its own
    digest: str | None = None

    @field_validator("id")
    @classmethod
    def _id(cls, value: str) -> str:
        if not ID.fullmatch(value):
            raise ValueError(f"id {value!r}: use small letters, digits, - and _ (64 at most)")
        return value

    @field_validator("added")
    @classmethod
    def _utc(cls, value: dt.datetime) -> dt.datetime:
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)

    @model_validator(mode="after")
    def _inside(self) -> Source:
        if self.kind != "url" and Path(self.location).name != self.location:
            raise ValueError(
                f"source {self.id}: location {self.location!r} must be a file name under data/raw/imports/"
            )
        return self


class Sources(_Strict):
    """data/raw/sources.yaml, whole."""

    sources: list[Source] = []

    @field_validator("sources", mode="before")
    @classmethod
    def _none(cls, value: Any) -> Any:
        """`sources:` with nothing behind it is a list of none."""
        return [] if value is None else value

    @model_validator(mode="after")
    def _unique(self) -> Sources:
        ids = [source.id for source in self.sources]
        if doubled := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"source id {doubled[0]!r} occurs twice")
        return self


def load_params(root: Path) -> Params:
    """`params.yaml` of the project at `root`. Its values are copied into dvc.lock, so a secret is refused."""
    path = root / "params.yaml"
    data = load_yaml(path)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if SECRET.search(line.split("#")[0]):
            raise UsageError(
                f"{path}, line {number}: looks like a secret. Values of params.yaml end up in dvc.lock; use the environment."
            )
    return parse(Params, data, path)


def load_codebook(path: Path) -> Codebook:
    """The codebook at `path`."""
    return parse(Codebook, load_yaml(path), path)


def gold_codebooks(root: Path, codebook: Codebook, debates: Iterable[str]) -> dict[str, Codebook]:
    """Debate -> the codebook by which its gold was labelled: the project's own, or the one that lies beside the gold.

    Debates without one are left out.
    """
    found = {}
    for debate in sorted(set(debates)):
        path = root / ANNOTATIONS / f"{debate}.codebook.yaml"
        if debate == codebook.debate:
            found[debate] = codebook
        elif path.is_file():
            found[debate] = load_codebook(path)
    return found


def load_sources(root: Path) -> list[Source]:
    """The sources of the project at `root`, sorted by id. A project without the file has none."""
    path = root / "data/raw/sources.yaml"
    if not path.exists():
        return []
    return sorted(parse(Sources, load_yaml(path), path).sources, key=lambda source: source.id)
