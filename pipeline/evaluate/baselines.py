"""What a model must beat: the commonest label, and words counted (TF-IDF with logistic regression), on the same split.

For a debate never trained on: the parties that are named at all are taken for blamed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.settings import Codebook


def majority(train_labels: Sequence[str], number: int) -> list[str]:
    """The commonest training label (the first in order of the alphabet among equals), so many times."""
    if not train_labels:
        return []
    counts = Counter(train_labels)
    return [min(counts, key=lambda label: (-counts[label], label))] * number


def words(train_texts: Sequence[str], train_labels: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Word and word-pair TF-IDF with logistic regression; falls back on the majority where there is one label only."""
    if len(set(train_labels)) < 2:
        return majority(train_labels, len(texts))
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=500, class_weight="balanced"),
    )
    model.fit(list(train_texts), list(train_labels))
    return [str(label) for label in model.predict(list(texts))] if texts else []


def named_parties(text: str, codebook: Codebook) -> list[str]:
    """Ids of the parties one of whose aliases stands in the text, as whole words; a final `*` is the rest of a word."""
    found = []
    for party in codebook.parties:
        words = [re.escape(alias.strip()).replace(r"\*", r"[\w'-]*") for alias in party.aliases if alias.strip(" *")]
        if words and re.search(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", text, re.IGNORECASE):
            found.append(party.id)
    return found
