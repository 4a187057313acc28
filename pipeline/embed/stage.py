"""embed: comments become vectors, keyed by the digest of the text and the model.

The output holds the vectors of the present texts and no others. A text whose vector is known (from the stage's own
earlier output, or from the cache that git carries) is not embedded again; an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import polars as pl

from pipeline import engine, store
from pipeline.embed import cache
from pipeline.embed.encoders import PARALLEL_FROM, EmptyTextError, Encoder, embeddable, get_encoder, name_of
from pipeline.engine import Progress, Summary, silent
from pipeline.settings import load_params
from pipeline.tables import CLEAN, VECTORS, text_digest

#: Texts embedded between two writes: what an interruption can cost at most.
CHUNK = 500


def run(root: Path, progress: Progress = silent) -> Summary:
    """Embed what is new and write the vectors table (one partition, `all`)."""
    spec = load_params(root).embed.model
    model = name_of(spec)
    texts, empty = wanted_texts(store.read_table(root, CLEAN))
    known = cache.known_vectors(root, model, texts)
    missing = sorted(set(texts) - set(known))
    fresh = _embed(root, spec, model, {digest: texts[digest] for digest in missing}, progress)

    rows = store.write_table(root, VECTORS, {"all": cache.table_of(known | fresh, model)})
    notes = [f"embedded {len(fresh):,} texts, {len(known):,} known"]
    return Summary("embed", len(texts) + empty, rows, "data/processed/vectors", {"empty": empty}, notes)


def wanted_texts(clean: pl.DataFrame) -> tuple[dict[str, str], int]:
    """Digest -> text of every kept comment that has something to label.

    Also the number of texts left out because nothing in them can be embedded.
    """
    wanted: dict[str, str] = {}
    empty = 0
    for text in clean.filter(pl.col("kept") & ~pl.col("no_text"))["text"].to_list():
        try:
            embeddable(text)
        except EmptyTextError:
            empty += 1
            continue
        wanted[text_digest(text)] = text
    return wanted, empty


def _embed(root: Path, spec: str, model: str, texts: dict[str, str], progress: Progress) -> cache.Known:
    """Embed the texts chunk by chunk, each chunk kept on disk at once; digest -> vector."""
    # texts of a like length go together: the engine pads a batch to its longest
    order = sorted(texts, key=lambda digest: (len(texts[digest]), digest))
    if not order:
        return {}
    if len(order) < PARALLEL_FROM or engine.workers() < 2:
        return _chunks(root, model, get_encoder(spec), order, texts, progress)
    # spawned, not forked: the engine's threads hang in a forked child; one pool for all chunks loads the weights once
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        return _chunks(root, model, get_encoder(spec, pool), order, texts, progress)


def _chunks(
    root: Path, model: str, encoder: Encoder, order: Sequence[str], texts: dict[str, str], progress: Progress
) -> cache.Known:
    fresh: cache.Known = {}
    for number, start in enumerate(range(0, len(order), CHUNK)):
        digests = order[start : start + CHUNK]
        vectors = encoder.encode([texts[digest] for digest in digests])
        chunk = dict(zip(digests, vectors, strict=True))
        if len(order) > CHUNK:
            cache.write_chunk(root, number, chunk, model)
        fresh |= chunk
        progress(len(fresh), len(order), "texts embedded")
    return fresh
