"""Comments that say again what their author has said: floods, exact duplicates, near duplicates.

Only one author's own repetitions are dropped, or, where nobody has a name, longer texts that are all but equal: two
people who both write "Klopt!" are two voices. A near duplicate in which a word such as "niet" differs is none.
Pairs are sought by shared rare words among near neighbours, so that the work grows with the number of comments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import polars as pl
from rapidfuzz import fuzz, process

from pipeline.settings import CleanParams

#: How far apart, in the list of the comments that share a rare word, two comments are still compared.
NEIGHBOURS = 25
#: Comments of one author after a first one that are looked at for a flood.
FLOOD_REACH = 200
#: Texts whose lengths differ more than this are no near duplicates.
LEAST_LENGTH_RATIO = 0.75
#: The order of the letters must agree so far, too: a token set does not see who does what to whom.
LEAST_ORDER = 0.75
#: Words that turn a sentence round.
TURNING = [
    "niet",
    "geen",
    "nooit",
    "niemand",
    "niets",
    "niks",
    "wel",
    "nee",
    "ja",
    "zonder",
    "not",
    "no",
    "never",
    "nobody",
    "nothing",
    "without",
    "t",
    "don",
    "isn",
    "wasn",
    "can",
    "cannot",
]

#: What `dropped` returns, a row for each comment that is not kept.
DROPPED = pl.Schema({"comment_id": pl.String, "duplicate_of": pl.String, "reason": pl.String})


def normal_form() -> pl.Expr:
    """The column `text` as it is compared: small letters and digits, single spaces; the text itself if none is left."""
    words = pl.col("text").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return pl.when(words == "").then(pl.col("text")).otherwise(words)


def _prepared(comments: pl.DataFrame) -> pl.DataFrame:
    """Normal form and number of words, in reading order."""
    return comments.sort("thread_id", "position", "comment_id").with_columns(
        norm=normal_form(), words=normal_form().str.split(" ").list.len()
    )


def exact(comments: pl.DataFrame, min_words: int) -> pl.DataFrame:
    """Later comments with the same words in the same thread, by the same author or both by nobody known.

    A short text counts only where the author repeats it in answer to the same comment: one may say "Klopt." twice.
    """
    group = ["thread_id", "author_id", "norm"]
    named = pl.col("author_id").is_not_null()
    same_parent = pl.col("parent_id").eq_missing(pl.col("parent_id").first().over(group))
    return (
        comments.with_columns(
            duplicate_of=pl.col("comment_id").first().over(group),
            _same=(pl.col("words") >= min_words) | (named & same_parent),
        )
        .filter((pl.col("duplicate_of") != pl.col("comment_id")) & pl.col("_same"))
        .select("comment_id", "duplicate_of", reason=pl.lit("duplicate"))
    )


def candidate_pairs(comments: pl.DataFrame, similarity: float) -> pl.DataFrame:
    """Pairs (rows `a` < `b` of `comments`) that share a rare word in one thread by one author (or by nobody known).

    Each comment is filed under its rarest words, so many that two texts as alike as `similarity` must share one
    (prefix filtering: Chaudhuri, Ganti and Kaushik, ICDE 2006); under each word only near neighbours are paired.
    """
    words = (
        comments.with_row_index("row")
        .select("row", "thread_id", "author_id", token=pl.col("norm").str.split(" ").list.unique())
        .explode("token")
        .with_columns(df=pl.len().over("thread_id", "author_id", "token"))
        .sort("row", "df", "token")
        .with_columns(rank=pl.int_range(pl.len()).over("row"), size=pl.len().over("row"))
        .filter((pl.col("rank") < pl.col("size") * (1 - similarity) * 2 + 2) & (pl.col("df") > 1))
        .sort("thread_id", "author_id", "token", "row")
    )
    near = [
        words.select(a=pl.col("row").shift(step).over("thread_id", "author_id", "token"), b="row").drop_nulls()
        for step in range(1, min(NEIGHBOURS, int(words["df"].max() or 1) - 1) + 1)  # type: ignore[arg-type]
    ]
    return pl.concat(near).unique().sort("b", "a") if near else pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32})


def near(comments: pl.DataFrame, similarity: float, min_words: int) -> pl.DataFrame:
    """Later comments that are all but equal to an earlier one of the same thread and author."""
    long = comments.filter(pl.col("words") >= min_words)
    if long.height < 2:
        return pl.DataFrame(schema=DROPPED)
    both = pl.col("norm").str.split(" ").list
    side = long.with_row_index("row").select("row", "comment_id", "norm", tokens=both.unique())
    pairs = (
        candidate_pairs(long, similarity)
        .join(side.rename({"row": "a", "comment_id": "first", "norm": "norm_a", "tokens": "tokens_a"}), on="a")
        .join(side.rename({"row": "b", "comment_id": "second", "norm": "norm_b", "tokens": "tokens_b"}), on="b")
        .with_columns(la=pl.col("norm_a").str.len_chars(), lb=pl.col("norm_b").str.len_chars())
        .filter(pl.min_horizontal("la", "lb") >= LEAST_LENGTH_RATIO * pl.max_horizontal("la", "lb"))
        .with_columns(differ=pl.col("tokens_a").list.set_symmetric_difference("tokens_b"))
        .filter(pl.col("differ").list.set_intersection(TURNING).list.len() == 0)
        .sort("b", "a")
    )
    if not pairs.height:
        return pl.DataFrame(schema=DROPPED)
    left, right = pairs["norm_a"].to_list(), pairs["norm_b"].to_list()
    order = process.cpdist(left, right, scorer=fuzz.ratio) / 100
    tokens = process.cpdist(left, right, scorer=fuzz.token_set_ratio) / 100
    alike = ((order >= similarity) | ((tokens >= similarity) & (order >= LEAST_ORDER))).tolist()
    found = pairs.filter(pl.Series(alike, dtype=pl.Boolean)).select("first", "second")
    return _rooted(found.rows(), "near_duplicate")


def _rooted(pairs: Sequence[tuple[str, str]], reason: str) -> pl.DataFrame:
    """Pairs (earlier, later), in order of the later one, as drops that point to a comment which is itself kept."""
    root: dict[str, str] = {}
    for first, second in pairs:
        root.setdefault(second, root.get(first, first))
    rows = [(second, first, reason) for second, first in root.items()]
    return pl.DataFrame(rows, schema=DROPPED, orient="row")


def _alike(a: str, b: str, least: float) -> bool:
    return fuzz.ratio(a, b) >= least * 100 or fuzz.token_sort_ratio(a, b) >= least * 100


def _author_floods(rows: list[tuple[str, dt.datetime, str]], params: CleanParams) -> list[tuple[str, str]]:
    """Floods among one author's comments (id, time, normal form), in order of time, as pairs (first, later)."""
    window = dt.timedelta(minutes=params.flood_window_minutes)
    used: set[int] = set()
    pairs: list[tuple[str, str]] = []
    for i, (first, begin, text) in enumerate(rows):
        if i in used:
            continue
        group, texts = [i], [text]
        for j in range(i + 1, min(len(rows), i + 1 + FLOOD_REACH)):
            if rows[j][1] - begin > window:
                break
            # against the first and the last few: the group stays alike, and the work stays in bounds
            if j not in used and all(_alike(rows[j][2], t, params.flood_similarity) for t in [texts[0], *texts[-9:]]):
                group.append(j)
                texts.append(rows[j][2])
        if len(group) >= params.flood_min_comments:
            used |= set(group)
            pairs += [(first, rows[j][0]) for j in group[1:]]
    return pairs


def floods(comments: pl.DataFrame, params: CleanParams) -> pl.DataFrame:
    """All but the first of many like comments that one author posts within a short time, in whatever thread."""
    timed = comments.drop_nulls(["author_id", "posted_at"]).sort("author_id", "posted_at", "comment_id")
    earlier = pl.col("posted_at").shift(params.flood_min_comments - 1).over("author_id")
    busy = timed.filter(pl.col("posted_at") - earlier <= pl.duration(minutes=params.flood_window_minutes))
    pairs: list[tuple[str, str]] = []
    chosen = timed.filter(pl.col("author_id").is_in(busy["author_id"].unique().implode()))
    for _, own in chosen.group_by("author_id", maintain_order=True):
        pairs += _author_floods(own.select("comment_id", "posted_at", "norm").rows(), params)
    return _rooted(pairs, "flood")


def dropped(comments: pl.DataFrame, params: CleanParams) -> pl.DataFrame:
    """The comments that repeat another, with which one and why (columns of DROPPED), each once.

    `comments` has comment_id, thread_id, parent_id, author_id, position, posted_at, text, of comments that have words.
    What is a flood is called so, even where its comments are equal; then come exact and near duplicates of what is left.
    """
    if not comments.height:
        return pl.DataFrame(schema=DROPPED)
    left = _prepared(comments)
    steps: tuple[Callable[[pl.DataFrame], pl.DataFrame], ...] = (
        lambda df: floods(df, params),
        lambda df: exact(df, params.near_duplicate_min_words),
        lambda df: near(df, params.near_duplicate_similarity, params.near_duplicate_min_words),
    )
    found: list[pl.DataFrame] = []
    for step in steps:
        found.append(step(left))
        left = left.join(found[-1], on="comment_id", how="anti", maintain_order="left")
    return pl.concat(found).sort("comment_id")
