"""stance: whom each comment holds responsible, learned from gold and asked of every comment that has something to label.

The model learns from the gold of split `train` only, so that what `evaluate` measures on split `test` is true of the model
that labels the corpus. Its answers about the held-out gold are kept beside it for that purpose.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.engine import Progress, Summary, silent
from pipeline.errors import StandpuntError
from pipeline.learning import VectorIndex
from pipeline.settings import Codebook, load_codebook, load_params
from pipeline.stance.evidence import Verdict, verdicts
from pipeline.stance.features import Item
from pipeline.stance.gold import Gold, Lesson
from pipeline.stance.model import FrozenLR, StanceModel, train_all
from pipeline.tables import CLEAN, GOLD, SENTENCES, STANCE, VECTORS

MODELS = Path("data/processed/models/stance")
ANNOTATIONS = Path("data/raw/annotations")
#: With fewer training comments about its own debate, a project learns its own heads from the largest gold there is.
OWN_GOLD_FROM = 100


def run(root: Path, progress: Progress = silent) -> Summary:
    """Train, label every kept comment, keep the model and its answers about held-out gold."""
    params, codebook = load_params(root), load_codebook(root / "codebook.yaml")
    clean, sentences, gold = (store.read_table(root, table) for table in (CLEAN, SENTENCES, GOLD))
    sources = [
        (name, store.read_partition(CLEAN, path)["comment_id"]) for name, path in store.partitions(root, CLEAN).items()
    ]
    vectors = VectorIndex.of_table(store.read_table(root, VECTORS))

    progress(0, None, "steps of training")
    model, notes = train_on(root, codebook, gold, vectors)
    ids, items = corpus_items(clean, sentences, vectors)
    margin, parties = params.stance.abstain_margin, vectors.descriptions(codebook)
    labelled = rows_of(ids, verdicts(items, model.predict(items, codebook, parties), codebook, margin), codebook)
    books = gold_codebooks(root, codebook, gold["debate"].to_list())
    held = held_out(model, gold, books, vectors, margin)

    model.save(root / MODELS)
    _write_held_out(root, held)
    rows = store.write_table(root, STANCE, by_source(labelled, sources))
    progress(len(items), len(items), "comments labelled")
    abstained = int(labelled["abstained"].sum())
    dropped = {"not analysed": clean.height - len(items)}
    return Summary(
        "stance", clean.height, rows, "data/processed/stance", dropped, [*notes, f"abstained on {abstained:,}"]
    )


def gold_codebooks(root: Path, codebook: Codebook, debates: list[str]) -> dict[str, Codebook]:
    """Debate -> the codebook by which its gold was labelled: the project's own, else the one that lies beside the gold.

    Debates without one are left out. Raises StandpuntError where none is left.
    """
    found = {}
    for debate in sorted(set(debates)):
        path = root / ANNOTATIONS / f"{debate}.codebook.yaml"
        if debate == codebook.debate:
            found[debate] = codebook
        elif path.is_file():
            found[debate] = load_codebook(path)
    if not found:
        raise StandpuntError(
            f"no gold about the debate {codebook.debate!r} and no {ANNOTATIONS}/<debate>.codebook.yaml beside the gold about "
            f"{debates}: add annotations, or the codebook that the gold was labelled by."
        )
    return found


def in_order(lessons: list[Lesson], codebook: Codebook) -> list[Lesson]:
    """First the debate whose parties get heads of their own: the project's, if its gold suffices, else the largest."""

    def rank(lesson: Lesson) -> tuple[bool, int, str]:
        size = len(lesson.gold.items)
        own = lesson.codebook.debate == codebook.debate and size >= OWN_GOLD_FROM
        return (not own, -size, lesson.codebook.debate)

    return sorted(lessons, key=rank)


def gold_items(rows: pl.DataFrame, vectors: VectorIndex) -> list[Item]:
    """Gold texts with their vectors, in the table's order."""
    spans = [[(s["start"], s["end"]) for s in row] for row in rows["sentences"].to_list()]
    return [make_item(text, inner, vectors) for text, inner in zip(rows["text"].to_list(), spans, strict=True)]


def make_item(text: str, spans: list[tuple[int, int]], vectors: VectorIndex) -> Item:
    """A text with the vectors of itself and its sentences."""
    kept, inner = vectors.parts(text, spans)
    return Item(text, kept, vectors.one(text), inner)


def train_on(root: Path, codebook: Codebook, gold: pl.DataFrame, vectors: VectorIndex) -> tuple[StanceModel, list[str]]:
    """The model that the gold of split `train` teaches, and what to tell about it."""
    usable = gold.filter((pl.col("split") == "train") & pl.col("text").map_elements(vectors.__contains__, pl.Boolean))
    books = gold_codebooks(root, codebook, usable["debate"].to_list())
    model: FrozenLR = train_all(in_order([lesson(usable, book, vectors) for book in books.values()], codebook))
    notes = model.notes
    promise = notes.get("own_cross_validated_macro_f1" if model.knows(codebook) else "generic_cross_validated_macro_f1")
    told = [
        f"trained on {notes['comments']:,} comments by {notes['writers']} writers; macro-F1 {promise} by cross-validation"
    ]
    if "many" in notes:
        shown = ", ".join(f"{debate} {value:.2f}" for debate, value in notes["many"]["left_out_macro_f1"].items())
        told.append(f"for other codebooks from {notes['many']['debates']} debates; macro-F1 left out: {shown}")
    return model, told


def lesson(gold: pl.DataFrame, codebook: Codebook, vectors: VectorIndex) -> Lesson:
    """The gold of a codebook's debate, ready to learn from."""
    rows = gold.filter(pl.col("debate") == codebook.debate).sort("annotation_id")
    evidence = [[(e["party"], e["start"], e["end"]) for e in row] for row in rows["evidence"].to_list()]
    learned = Gold(gold_items(rows, vectors), rows["blames"].to_list(), evidence, rows["writer"].to_list())
    return Lesson(learned, codebook, vectors.descriptions(codebook))


def corpus_items(clean: pl.DataFrame, sentences: pl.DataFrame, vectors: VectorIndex) -> tuple[list[str], list[Item]]:
    """Ids and items of the comments to label: kept, and with words."""
    kept = clean.filter(
        pl.col("kept") & ~pl.col("no_text") & pl.col("text").map_elements(vectors.__contains__, pl.Boolean)
    )
    spans: dict[str, list[tuple[int, int]]] = {}
    for comment_id, start, end in sentences.select("comment_id", "start", "end").iter_rows():
        spans.setdefault(comment_id, []).append((start, end))
    ids = kept["comment_id"].to_list()
    texts = kept["text"].to_list()
    return ids, [make_item(text, spans.get(i, []), vectors) for i, text in zip(ids, texts, strict=True)]


def rows_of(ids: list[str], said: list[Verdict], codebook: Codebook) -> pl.DataFrame:
    """Verdicts as a stance table."""
    parties = codebook.party_ids
    return STANCE.frame(
        [
            {
                "comment_id": comment_id,
                "p": [{"party": party, "p": p} for party, p in zip(parties, verdict.p, strict=True)],
                "blames": verdict.blames,
                "stance": verdict.stance,
                "abstained": verdict.abstained,
                "evidence": [dict(zip(("party", "start", "end", "score"), e, strict=True)) for e in verdict.evidence],
            }
            for comment_id, verdict in zip(ids, said, strict=True)
        ]
    )


def held_out(
    model: StanceModel, gold: pl.DataFrame, books: dict[str, Codebook], vectors: VectorIndex, margin: float
) -> pl.DataFrame:
    """The model's answers about the held-out gold of every debate with a codebook; comment_id holds the annotation's id."""
    known = gold.filter((pl.col("split") == "test") & pl.col("text").map_elements(vectors.__contains__, pl.Boolean))
    parts = [STANCE.empty()]
    for debate, book in books.items():
        rows = known.filter(pl.col("debate") == debate).sort("annotation_id")
        items = gold_items(rows, vectors)
        said = verdicts(items, model.predict(items, book, vectors.descriptions(book)), book, margin)
        parts.append(rows_of(rows["annotation_id"].to_list(), said, book))
    return STANCE.check(pl.concat(parts))


def _write_held_out(root: Path, table: pl.DataFrame) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table.to_arrow(), sink, compression="zstd", write_page_checksum=True)
    store.write_bytes(root / MODELS / "held_out.parquet", sink.getvalue().to_pybytes())


def by_source(labelled: pl.DataFrame, sources: list[tuple[str, pl.Series]]) -> dict[str, pl.DataFrame]:
    """Rows keyed by comment, parted like the clean table: (source, its comment ids)."""
    return {name: labelled.filter(pl.col("comment_id").is_in(ids.to_list())) for name, ids in sources}
