"""Topics of one scope: comments in, rows of the tables `topics` and `topic_info` out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from pipeline.settings import TopicsParams
from pipeline.tables import TOPIC_INFO, TOPICS, bound_id
from pipeline.topics import naming
from pipeline.topics.cluster import Clustering, cluster, members, stability
from pipeline.topics.terms import Terms, extract
from pipeline.topics.vectors import Matrix, without_nuisances

NO_TOPIC = "-1"
ABSTAINED = "abstained"
#: A topic less stable than this is flagged. Hennig (2007) calls a cluster below 0.5 dissolved. Of what the algorithms find in
#: noise (each principal component shuffled among 570 comments) 95 % stays below 0.51; in a camp of some 120 comments only
#: three quarters do, so there the number is weaker evidence (`benchmarks/topics.py --noise`).
UNSTABLE = 0.5


@dataclass(frozen=True)
class ScopeTopics:
    """The rows of one scope, and what to tell the analyst."""

    topics: pl.DataFrame
    info: pl.DataFrame
    note: str
    unstable: int = 0


@dataclass(frozen=True)
class _Scope:
    """Comments of a scope, sorted by id, column by column."""

    name: str
    ids: list[str]
    texts: list[str]
    languages: list[str]
    threads: list[str]
    authors: list[str]
    stances: list[str]
    points: Matrix
    words: list[int] = field(default_factory=list)


def _scope(name: str, comments: pl.DataFrame, vectors: Matrix) -> _Scope:
    column = {key: comments[key].to_list() for key in comments.columns}
    words = [len(text.split()) for text in column["text"]]
    # a comment without an author is by somebody: nobody else's, as far as we know
    authors = [author or comment for author, comment in zip(column["author_id"], column["comment_id"], strict=True)]
    return _Scope(
        name=name,
        ids=column["comment_id"],
        texts=column["text"],
        languages=column["language"],
        threads=column["thread_id"],
        authors=authors,
        stances=column["stance"],
        points=without_nuisances(vectors, column["language"], words),
        words=words,
    )


def _shares(stances: Sequence[str], order: Sequence[str]) -> list[dict[str, object]]:
    """Share of each stance among the comments of a topic, in the codebook's order; those without a label last."""
    return [
        {"stance": stance, "share": round(stances.count(stance) / len(stances), 6)} for stance in (*order, ABSTAINED)
    ]


def _keys(scope: _Scope, terms: Terms, found: Clustering, number: int) -> dict[int, list[str]]:
    """Topic -> its terms; none for a topic whose comments share no word that could name it."""
    if not terms.vocabulary or not found.number:
        return {}
    documents = [" ".join(document) for document in terms.documents]
    weights = naming.ctfidf(documents, found.labels, scope.points, terms.vocabulary)
    return {
        topic: keys
        for topic in range(found.number)
        if (keys := naming.topic_terms(weights[topic], members(found.labels, topic).tolist(), terms, number))
    }


def _ids(scope: _Scope, keys: dict[int, list[str]], labels: Sequence[int]) -> dict[int, str]:
    """Topic -> id, bound to the scope and the terms (in any order), so that it outlives a comment more or less.

    Two topics with the very same terms are told apart by their first comment.
    """
    out: dict[int, str] = {}
    for topic, terms in keys.items():
        name = bound_id("top-", scope.name, *sorted(terms))
        if name in out.values():
            name = bound_id("top-", scope.name, *sorted(terms), scope.ids[list(labels).index(topic)])
        out[topic] = name
    return out


def _info(
    scope: _Scope, found: Clustering, terms: Terms, keys: dict[int, list[str]], names: dict[int, str],
    firm: list[float], params: TopicsParams, stances: Sequence[str],
) -> list[dict[str, object]]:  # fmt: skip
    rows: list[dict[str, object]] = []
    for topic, its_terms in keys.items():
        inside = members(found.labels, topic).tolist()
        chosen = naming.representatives(
            scope.points, inside, scope.words, scope.authors, scope.threads, params.representatives
        )
        rows.append(
            {
                "topic_id": names[topic],
                "scope": scope.name,
                "label": naming.label(its_terms, terms),
                "terms": [terms.natural[key] for key in its_terms],
                "size": len(inside),
                "stance_shares": _shares([scope.stances[i] for i in inside], stances),
                "representatives": [scope.ids[i] for i in chosen],
                "stability": firm[topic] if firm else None,
            }
        )
    return rows


def _note(scope: _Scope, rows: list[dict[str, object]], outside: int, nameless: int, unstable: int) -> str:
    text = f"{scope.name}: {len(rows)} topics in {len(scope.ids)} comments, {outside / len(scope.ids):.0%} in none"
    text += f", {unstable} unstable (below {UNSTABLE})" if unstable else ""
    return text + (f", {nameless} groups without a shared word left out" if nameless else "")


def topics_of(
    name: str,
    comments: pl.DataFrame,
    vectors: Matrix,
    params: TopicsParams,
    seed: int,
    stances: Sequence[str],
    least: int,
) -> ScopeTopics:
    """The topics of one scope.

    `comments`: comment_id, thread_id, author_id, text, language, stance, sorted by comment_id, one row for each row of
    `vectors` [n, dim]. Fewer than `least` comments give no rows, and a note that says so. Every other comment gets a row,
    with topic "-1" and probability 0 where it belongs to none.
    """
    if comments.height < least:
        return ScopeTopics(
            TOPICS.empty(), TOPIC_INFO.empty(), f"{name}: too few comments ({comments.height} of {least})"
        )
    scope = _scope(name, comments, vectors)
    found = cluster(scope.points, params.algorithm, params.min_topic_size, seed)
    terms = extract(scope.texts, scope.languages, scope.authors)
    keys = _keys(scope, terms, found, params.terms)
    names = _ids(scope, keys, found.labels.tolist())
    firm = stability(scope.points, found, params.algorithm, params.min_topic_size, seed, params.stability_runs)
    info = _info(scope, found, terms, keys, names, firm, params, stances)
    rows: list[dict[str, object]] = [
        {
            "comment_id": comment,
            "scope": name,
            "topic_id": names.get(int(topic), NO_TOPIC),
            "probability": float(strength) if int(topic) in names else 0.0,
        }
        for comment, topic, strength in zip(scope.ids, found.labels, found.strength, strict=True)
    ]
    unstable = sum(firm[topic] < UNSTABLE for topic in keys) if firm else 0
    outside = sum(row["topic_id"] == NO_TOPIC for row in rows)
    note = _note(scope, info, outside, found.number - len(keys), unstable)
    return ScopeTopics(TOPICS.frame(rows), TOPIC_INFO.frame(info), note, unstable)
