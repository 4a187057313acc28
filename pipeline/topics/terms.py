"""The words of comments as terms that can name a topic.

A term is a lemma, or two that belong together (a collocation, such as "soft skills"): found by nltk's likelihood
ratio and then counted as one, so that its halves do not stand beside it. Stop words, numbers, addresses and `@names`
are no terms, nor is what a single author uses: that is a habit or a name, not a subject. Readers see the form in which
people write the term most.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.language import lemma, stop_words, tokens

#: letters, with digits, hyphens, dots and apostrophes inside
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:['.&-][^\W_]+)*")
#: 0.1 % level of chi-square with one degree of freedom (Dunning 1993)
COLLOCATION_RATIO = 10.83
#: In a small forum any two rare words that meet twice pass the ratio: ask for a third time.
COLLOCATION_MIN = 3
#: The pair makes up at least this share of one of its words' uses.
COLLOCATION_SHARE = 0.2
JOIN = "_"


@dataclass(frozen=True)
class Word:
    """A word of a comment: its lemma, and as it is written there."""

    lemma: str
    surface: str


@dataclass(frozen=True)
class Terms:
    """The terms of each comment (keys, with repeats), those that may name a topic (sorted), and how people write them."""

    documents: list[list[str]]
    vocabulary: list[str]
    natural: dict[str, str]


def segments(text: str, language: str) -> list[list[Word]]:
    """Runs of words without a stop word or a punctuation mark between them."""
    stop = stop_words(language) | stop_words("en")  # English phrases turn up in every language's forums
    runs: list[list[Word]] = [[]]
    for token in tokens(text):
        base = lemma(token, language)
        short = len(token) < 3 and not (token.isupper() and len(token) == 2)
        if short or not _WORD.fullmatch(token) or token.lower() in stop or base in stop:
            runs.append([])
        else:
            runs[-1].append(Word(base.replace(JOIN, ""), token))
    return [run for run in runs if run]


def collocations(documents: Sequence[Sequence[Sequence[Word]]]) -> set[tuple[str, str]]:
    """Pairs of lemmas that stand together far more often than chance has it (Dunning's likelihood ratio)."""
    from nltk.collocations import BigramCollocationFinder
    from nltk.metrics import BigramAssocMeasures

    runs = [[word.lemma for word in run] for document in documents for run in document]
    if not runs:
        return set()
    finder = BigramCollocationFinder.from_documents(runs)
    finder.apply_freq_filter(COLLOCATION_MIN)
    pairs = [p for p, ratio in finder.score_ngrams(BigramAssocMeasures.likelihood_ratio) if ratio >= COLLOCATION_RATIO]
    seen, together = finder.word_fd, finder.ngram_fd
    return {(a, b) for a, b in pairs if a != b and together[a, b] >= COLLOCATION_SHARE * min(seen[a], seen[b])}


def _joined(run: Sequence[Word], pairs: set[tuple[str, str]]) -> list[Word]:
    """The run with its collocations as one word each, from left to right."""
    out: list[Word] = []
    for word in run:
        if out and JOIN not in out[-1].lemma and (out[-1].lemma, word.lemma) in pairs:
            before = out.pop()
            out.append(Word(f"{before.lemma}{JOIN}{word.lemma}", f"{before.surface} {word.surface}"))
        else:
            out.append(word)
    return out


def _form(forms: Counter[str]) -> str:
    """The way most people write it; a capital only where most do so, since any word may open a sentence."""
    total, lower = sum(forms.values()), Counter[str]()
    for form, number in forms.items():
        lower[form.lower()] += number
    best = min(lower, key=lambda form: (-lower[form], form))
    written = [(form, number) for form, number in forms.items() if form.lower() == best]
    form, number = min(written, key=lambda item: (-item[1], item[0]))
    return form if 2 * number > total or 2 * number > lower[best] else best


def extract(texts: Sequence[str], languages: Sequence[str], authors: Sequence[str]) -> Terms:
    """The terms of comments. `authors`: by whom each is; a term needs two of them (more in a very large corpus)."""
    cut = [segments(text, language) for text, language in zip(texts, languages, strict=True)]
    pairs = collocations(cut)
    words = [[word for run in document for word in _joined(run, pairs)] for document in cut]
    users: defaultdict[str, set[str]] = defaultdict(set)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for document, author in zip(words, authors, strict=True):
        for word in document:
            users[word.lemma].add(author)
            forms[word.lemma][word.surface] += 1
    least = max(2, round(len(texts) / 2000))
    vocabulary = sorted(term for term, by in users.items() if len(by) >= least)
    known = set(vocabulary)
    documents = [[word.lemma for word in document if word.lemma in known] for document in words]
    return Terms(documents, vocabulary, {term: _form(forms[term]) for term in vocabulary})
