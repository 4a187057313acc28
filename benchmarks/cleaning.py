"""Cleaning against pandas: duplicates, reply counts, windows of time, joins, on the same generated corpus in one run.

Run: python benchmarks/cleaning.py [COMMENTS]. Both sides do the same work and must agree; the ratio is printed. Then
the texts a second that `clean_text` does on one core.
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import time
from collections.abc import Callable

import pandas as pd
import polars as pl

from pipeline.clean.duplicates import dropped, normal_form
from pipeline.clean.text import clean_text
from pipeline.settings import CleanParams

ROUNDS = 5
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WORDS = [
    "de",
    "het",
    "een",
    "van",
    "en",
    "dat",
    "niet",
    "wij",
    "zij",
    "klant",
    "planning",
    "telefoon",
    "ticket",
    "server",
    "maandag",
    "storing",
    "begroting",
    "collega",
    "overleg",
    "wachten",
    "bellen",
    "bouwen",
    "testen",
    "lachen",
    "roepen",
    "snel",
    "traag",
    "nieuw",
    "oud",
    "groen",
    "koffie",
    "vergadering",
    "scherm",
    "wachtwoord",
    "printer",
    "cliënt",
    "idee",
    "offerte",
    "trein",
    "fiets",
    "parkeren",
    "kantoor",
    "dossier",
    "balie",
    "school",
    "zorg",
    "winkel",
    "bank",
    "regen",
    "vakantie",
    "rooster",
]


def corpus(size: int) -> pl.DataFrame:
    """`size` comments in threads of 200 by 400 authors; one in ten repeats an earlier one of its author."""
    rng = random.Random(7)
    rows: list[tuple[object, ...]] = []
    texts: dict[tuple[int, int], str] = {}
    for n in range(size):
        thread, author = n // 200, rng.randrange(400)
        text = " ".join(rng.choices(WORDS, k=rng.randint(3, 60))) + "."
        if rng.random() < 0.1:
            text = texts.get((thread, author % 20), text)
            author = author % 20
        texts[thread, author] = text
        parent = f"c{rng.randrange(thread * 200, n):06}" if n % 200 and rng.random() < 0.5 else None
        at = START + dt.timedelta(minutes=7 * n)
        rows.append((f"c{n:06}", f"t{thread:04}", parent, f"a{author:03}", n % 200, at, text))
    schema = {
        "comment_id": pl.String,
        "thread_id": pl.String,
        "parent_id": pl.String,
        "author_id": pl.String,
        "position": pl.Int32,
        "posted_at": pl.Datetime("us", "UTC"),
        "text": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def with_polars(df: pl.DataFrame) -> pl.DataFrame:
    """Normal form, first of its kind, replies, comments of the author in the last hour, share of the thread."""
    replies = df.drop_nulls("parent_id").group_by("parent_id").agg(replies=pl.len())
    size = df.group_by("thread_id").agg(size=pl.len())
    return (
        df.with_columns(norm=normal_form())
        .with_columns(
            words=pl.col("norm").str.count_matches(" ") + 1,
            first=pl.col("comment_id").first().over("thread_id", "author_id", "norm"),
        )
        .join(replies, left_on="comment_id", right_on="parent_id", how="left")
        .join(size, on="thread_id")
        .sort("author_id", "posted_at")
        .with_columns(hour=pl.len().rolling(index_column="posted_at", period="60m").over("author_id"))
        .select("comment_id", "words", "first", pl.col("replies").fill_null(0), "size", "hour")
        .sort("comment_id")
    )


def with_pandas(df: pd.DataFrame) -> pd.DataFrame:
    """The same in pandas, by its own vectorised means."""
    norm = df["text"].str.lower().str.replace(r"[^\w]+|_", " ", regex=True).str.strip()
    df = df.assign(norm=norm.where(norm != "", df["text"]))
    df["words"] = df["norm"].str.count(" ") + 1
    df["first"] = df.groupby(["thread_id", "author_id", "norm"], sort=False)["comment_id"].transform("first")
    replies = df.dropna(subset=["parent_id"]).groupby("parent_id").size().rename("replies")
    size = df.groupby("thread_id").size().rename("size")
    df = df.merge(replies, left_on="comment_id", right_index=True, how="left").merge(
        size, left_on="thread_id", right_index=True
    )
    df = df.sort_values(["author_id", "posted_at"])
    rolled = df.groupby("author_id", sort=False).rolling("60min", on="posted_at")["words"].count()
    df["hour"] = rolled.to_numpy()
    df["replies"] = df["replies"].fillna(0)
    return df[["comment_id", "words", "first", "replies", "size", "hour"]].sort_values("comment_id")


def seconds(function: Callable[[], object]) -> float:
    """The median of ROUNDS runs."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def agree(ours: pl.DataFrame, theirs: pd.DataFrame) -> bool:
    """Whether both sides found the same."""
    same = pl.from_pandas(theirs.reset_index(drop=True)).cast(dict(ours.schema))  # type: ignore[arg-type]
    return ours.equals(same)


def main(size: int) -> None:
    """Print the figures."""
    df = corpus(size)
    pandas_df = df.to_pandas()
    if not agree(with_polars(df), with_pandas(pandas_df)):
        sys.exit("polars and pandas disagree: the comparison is void")
    ours, theirs = seconds(lambda: with_polars(df)), seconds(lambda: with_pandas(pandas_df))
    print(f"{size:,} comments; normal form, duplicates, joins, counts, windows of an hour (median of {ROUNDS}):")
    print(f"  polars {ours:.3f} s   pandas {theirs:.3f} s   pandas / polars = {theirs / ours:.1f}")
    start = time.perf_counter()
    found = dropped(df, CleanParams())
    print(
        f"  all drops (with near duplicates and floods): {time.perf_counter() - start:.2f} s, {found.height:,} dropped"
    )
    texts = [f"<p>{text}</p><blockquote>iets</blockquote><p>De ICT?ers &amp; het ??n</p>" for text in df["text"][:4000]]
    clean_text(texts[0], "html")
    start = time.perf_counter()
    for text in texts:
        clean_text(text, "html")
    rate = len(texts) / (time.perf_counter() - start)
    start = time.perf_counter()
    plain = df["text"][:4000].to_list()
    for text in plain:
        clean_text(text, "text")
    print(
        f"  clean_text: {rate:,.0f} texts/s (HTML, a quote, three repairs), {len(plain) / (time.perf_counter() - start):,.0f} texts/s (plain)"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
