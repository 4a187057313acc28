"""What the label models share: learned n-grams, linear heads on blocks of features, cross-fitting, and safe files.

Every model here is linear (logistic regression with an L2 penalty), because a few hundred examples carry no more and
because its parts can be stored as plain numbers: arrays in an .npz and settings in a JSON, bound by a digest. Nothing is
pickled, so that a model file cannot run code.
"""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import store
from pipeline.errors import StandpuntError
from pipeline.learning import Floats, Ints

#: Stored weights keep so many decimals: enough for the labels, and short of where builds of BLAS differ.
DECIMALS = 6
#: A probability is never taken for surer than this when its log-odds are used.
SUREST = 1e-3
MAX_ITERATIONS = 300


def log_odds(p: Floats) -> Floats:
    """Probability to log-odds, of probabilities within [0.001, 0.999]."""
    q = np.clip(p, SUREST, 1 - SUREST)
    return np.asarray(np.log(q / (1 - q)))


@dataclass(frozen=True)
class NGrams:
    """TF-IDF over character n-grams within words, its vocabulary learned from training texts.

    Sublinear term frequency, smoothed document frequency, rows of unit length, as in scikit-learn's TfidfVectorizer.
    """

    vocabulary: list[str]
    idf: Floats
    shortest: int = 2
    longest: int = 5

    @classmethod
    def learn(cls, texts: Sequence[str], min_texts: int = 3) -> NGrams:
        """The n-grams that occur in at least `min_texts` of the texts."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        tool = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(cls.shortest, cls.longest), min_df=min_texts, sublinear_tf=True
        )
        tool.fit(texts)
        words = sorted(tool.vocabulary_, key=tool.vocabulary_.__getitem__)
        return cls([str(word) for word in words], np.asarray(np.round(tool.idf_, DECIMALS), dtype=np.float64))

    def transform(self, texts: Sequence[str]) -> Any:
        """Sparse matrix [len(texts), len(vocabulary)]; a text without a known n-gram is a row of zeros."""
        return self._tool.transform(list(texts))

    @functools.cached_property
    def _tool(self) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer

        tool = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(self.shortest, self.longest), sublinear_tf=True, vocabulary=self.vocabulary
        )
        tool.idf_ = self.idf
        return tool


@dataclass(frozen=True)
class Head:
    """A linear head: log-odds (or one score a class) = dense @ dense_weights + sparse @ text_weights + bias."""

    dense: Floats  # [columns, classes]
    text: Floats  # [vocabulary, classes]; no rows where the head uses no n-grams
    bias: Floats  # [classes]

    def scores(self, dense: Floats, text: Any = None) -> Floats:
        """[rows, classes]"""
        out = dense @ self.dense + self.bias
        return np.asarray(out + text @ self.text if len(self.text) else out)

    def arrays(self, prefix: str) -> dict[str, Floats]:
        """Its numbers, for `save`."""
        return {f"{prefix}.dense": self.dense, f"{prefix}.text": self.text, f"{prefix}.bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Floats], prefix: str) -> Head:
        """The inverse of `arrays`."""
        return cls(*(np.asarray(arrays[f"{prefix}.{part}"], dtype=np.float64) for part in ("dense", "text", "bias")))


def fit_head(
    dense: Floats, scale: Floats, y: Ints, c: float, text: Any = None, text_scale: float = 1.0, weights: Any = None
) -> Head:
    """Logistic regression (lbfgs, L2) on standardised dense columns times `scale`, and n-grams times `text_scale`.

    The scales say how cheaply the penalty lets each block speak. Standardisation and scales are folded into the weights, so that
    the head reads raw features. `weights` [rows] say what a row counts for; standardisation does not heed them. Two
    classes give one score (log-odds of class 1); where `y` holds a single class the head says so with a constant.
    """
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    columns, words = dense.shape[1], 0 if text is None else text.shape[1]
    classes = np.unique(y)
    if len(classes) < 2:
        constant = 6.0 if classes.size and classes[0] else -6.0
        return Head(np.zeros((columns, 1)), np.zeros((words, 1)), np.array([constant]))
    mean, spread = dense.mean(axis=0), dense.std(axis=0)
    factor = np.where(spread > 1e-9, scale / np.maximum(spread, 1e-9), 0.0)
    ready = (dense - mean) * factor
    x = ready if text is None else sparse.hstack([sparse.csr_matrix(ready), text * text_scale]).tocsr()
    model = LogisticRegression(C=c, max_iter=MAX_ITERATIONS, tol=1e-3).fit(x, y, sample_weight=weights)
    learned = np.asarray(model.coef_, dtype=np.float64).T
    plain = learned[:columns] * factor[:, None]
    bias = np.asarray(model.intercept_, dtype=np.float64) - mean @ plain
    return Head(*(np.round(part, DECIMALS) for part in (plain, learned[columns:] * text_scale, bias)))


def folds_by(groups: Sequence[str], number: int) -> list[tuple[Ints, Ints]]:
    """Cross-validation folds (train rows, held-out rows) that never part a group, as even in size as they come.

    With fewer groups than folds, a fold a group; with one group, no folds.
    """
    from sklearn.model_selection import GroupKFold

    distinct = len(set(groups))
    if distinct < 2:
        return []
    split = GroupKFold(min(number, distinct)).split(np.zeros(len(groups)), groups=np.asarray(groups, dtype=object))
    return [(np.asarray(train, dtype=np.int64), np.asarray(test, dtype=np.int64)) for train, test in split]


def cross_fit(
    folds: Sequence[tuple[Ints, Ints]], rows: int, width: int, fit_predict: Callable[[Ints, Ints], Floats]
) -> Floats:
    """Out-of-fold predictions [rows, width]: each row is predicted by a model that saw neither it nor its group."""
    out = np.zeros((rows, width))
    for train, held in folds:
        out[held] = fit_predict(train, held)
    return out


# --- files -----------------------------------------------------------------------------------------------------


def save(folder: Path, settings: dict[str, Any], arrays: dict[str, Floats]) -> None:
    """Write weights.npz, and model.json with the settings and the digest of the weights."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{name: np.asarray(arrays[name], dtype=np.float32) for name in sorted(arrays)})  # type: ignore[arg-type]
    data = buffer.getvalue()
    store.write_bytes(folder / "weights.npz", data)
    store.write_json(folder / "model.json", {**settings, "weights_sha256": hashlib.sha256(data).hexdigest()})


def load(folder: Path) -> tuple[dict[str, Any], dict[str, Floats]]:
    """Settings and arrays of a saved model.

    Raises StandpuntError where a file is missing or the weights are not those that the settings were written with.
    """
    path = folder / "weights.npz"
    settings: dict[str, Any] = store.read_json(folder / "model.json")
    if not path.is_file():
        raise StandpuntError(f"{path} is not there. Delete {folder} and run `dvc repro`.")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != settings.get("weights_sha256"):
        raise StandpuntError(
            f"{path} is not the file that {folder / 'model.json'} was written with. Delete {folder} and run `dvc repro`."
        )
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return settings, {name: file[name].astype(np.float64) for name in file.files}
