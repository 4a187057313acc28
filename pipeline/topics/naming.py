"""Which terms name a topic, and which comments stand for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from pipeline.language import stem
from pipeline.topics.terms import JOIN, Terms
from pipeline.topics.vectors import Matrix

#: Candidates from which a topic's terms are chosen, best first.
CANDIDATES = 40
#: Weight of a term's own score against its likeness to terms chosen before it (maximal marginal relevance,
#: Carbonell and Goldstein 1998).
RELEVANCE = 0.7
#: Two terms this much alike in spelling (0-100) are one to a reader: never both.
SAME_SPELLING = 85.0
#: A term that names a topic is used by this share of its comments, where such terms are left.
COVERAGE = 0.15
#: Terms in a label.
LABEL_TERMS = 3
SEPARATOR = " · "
#: Words in a comment that is neither a cry nor an essay.
MODERATE = (12, 120)


def ctfidf(documents: Sequence[str], labels: NDArray[np.int64], points: Matrix, vocabulary: list[str]) -> Any:
    """BERTopic's class-based TF-IDF: sparse [topics, terms] for the topics 0, 1, 2 ...

    `documents`: the terms of each comment, joined by spaces. BERTopic gets vectors and clusters ready-made (its "manual
    topic modelling"); outliers count as a class, so that what everybody says names no topic. Grootendorst 2022,
    arXiv:2203.05794.
    """
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    model = BERTopic(
        language="multilingual",
        embedding_model=None,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(analyzer=str.split, vocabulary=vocabulary),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        calculate_probabilities=False,
        verbose=False,
    )
    model.fit(list(documents), embeddings=points, y=labels)
    # BERTopic numbers topics of one size as it likes: bring its rows back to our numbers
    theirs = np.array(model.topics_)
    rows = [int(theirs[np.argmax(labels == topic)]) for topic in range(int(labels.max()) + 1)]
    return model.c_tf_idf_[np.array(rows) + model._outliers]


def alike(one: str, other: str) -> bool:
    """Whether a reader takes two terms (keys) for one: a shared word or stem, or nearly the same letters."""
    a, b = one.split(JOIN), other.split(JOIN)
    pairs = [(x, y) for x in (*a, "".join(a)) for y in (*b, "".join(b))]
    return any(stem(x) == stem(y) or fuzz.ratio(x, y) >= SAME_SPELLING for x, y in pairs)


def choose(scores: dict[str, float], users: dict[str, set[int]], number: int, chosen: Sequence[str] = ()) -> list[str]:
    """`chosen` and more terms up to `number`, best first, without near-duplicates, spread over the topic's comments.

    `scores`: term -> c-TF-IDF; `users`: term -> the comments of the topic that hold it.
    """
    out = list(chosen)
    order = sorted(scores, key=lambda term: (-scores[term], term))
    order = [term for term in order if not any(alike(term, c) for c in out)][:CANDIDATES]
    while order and len(out) < number:
        best = max(order, key=lambda term: (_marginal(term, out, scores, users), scores[term], term))
        out.append(best)
        order = [term for term in order if not alike(term, best)]
    return out


def _marginal(term: str, chosen: list[str], scores: dict[str, float], users: dict[str, set[int]]) -> float:
    likeness = max((len(users[term] & users[c]) / len(users[term] | users[c]) for c in chosen), default=0.0)
    return round(RELEVANCE * scores[term] / max(scores.values()) - (1 - RELEVANCE) * likeness, 9)


def topic_terms(row: Any, rows: Sequence[int], terms: Terms, number: int) -> list[str]:
    """The terms (keys) of one topic. `row`: its c-TF-IDF, sparse [1, terms]; `rows`: its comments.

    First what some of its comments use (15 %), then what two of them use: a rare word says little of the other comments,
    whatever its score.
    """
    users: dict[str, set[int]] = {}
    for i in rows:
        for term in terms.documents[i]:
            users.setdefault(term, set()).add(i)
    row = row.tocsr()
    scores = {terms.vocabulary[j]: round(float(x), 9) for j, x in zip(row.indices, row.data, strict=True) if x > 0}
    chosen: list[str] = []
    for least in (max(2.0, COVERAGE * len(rows)), 2.0):
        common = {term: score for term, score in scores.items() if len(users.get(term, ())) >= least}
        chosen = choose(common, users, number, chosen)
    return chosen


def label(keys: Sequence[str], terms: Terms) -> str:
    """The best terms in the form in which people write them."""
    return SEPARATOR.join(terms.natural[key] for key in keys[:LABEL_TERMS])


def representatives(
    points: Matrix,
    rows: Sequence[int],
    words: Sequence[int],
    authors: Sequence[str],
    threads: Sequence[str],
    number: int,
) -> list[int]:
    """The rows of at most `number` comments nearest to the middle of a topic.

    Of moderate length, of different authors and threads as far as there are such; then with less of that. `rows` are
    sorted by comment id, which decides between equals.
    """
    middle = points[list(rows)].mean(axis=0)
    near = sorted(rows, key=lambda i: (-round(float(points[i] @ middle), 6), i))
    chosen: list[int] = []
    # what a candidate must be, ever less: moderate, new author, new thread
    for moderate, author, thread in ((1, 1, 1), (1, 1, 0), (0, 1, 0), (0, 0, 0)):
        for i in near:
            if len(chosen) == number:
                return chosen
            fits = not moderate or MODERATE[0] <= words[i] <= MODERATE[1]
            fits = fits and not (author and authors[i] in {authors[c] for c in chosen})
            if fits and i not in chosen and not (thread and threads[i] in {threads[c] for c in chosen}):
                chosen.append(i)
    return chosen
