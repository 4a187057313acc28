"""How well a pasted text is cut into article and comments, beside simpler ways; and the weights.

    python benchmarks/segmentation.py            figures by kind of text, each read with weights fitted on others
    python benchmarks/segmentation.py --weights  the table that stands in pipeline/platforms/pasted/weights.py

The cases are the constructed pastes and threads of `segmentation_fit`, left out in five parts: a paste together with its
article alone, a thread with all that the same hand wrote. Held out altogether, never fitted on: some pastes, and the
threads of other hands about other debates. Peers: every line after the first a comment; every line of the article known
and every further line a comment; blank lines; name lines; NLTK's TextTiling.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping

import numpy as np
from segmentation_fit import SET, Case, Fit, fit_confidence, left_out, pastes, threads

from pipeline.platforms.pasted.lines import HEADER, TEXT, split_lines
from pipeline.platforms.pasted.model import Weights, confidence, decode
from pipeline.platforms.pasted.weights import SET_ARTICLE, SET_BEGIN

# --- peers: text to indices of the paragraphs that begin a comment -----------------------------------------------


def every_line(case: Case) -> list[int]:
    """Every paragraph after the first is a comment."""
    return list(range(1, len(case.rows)))


def every_line_after(case: Case) -> list[int]:
    """The end of the article is told; every further paragraph is a comment."""
    return list(range(case.starts[0], len(case.rows)))


def blank_lines(case: Case) -> list[int]:
    """A comment begins after a blank line."""
    texts = [line for line in split_lines(case.text) if line.kind == TEXT]
    return [i for i, line in enumerate(texts) if i and line.blanks]


def name_lines(case: Case) -> list[int]:
    """A comment begins after a name or date line."""
    starts, header, i = [], False, 0
    for line in split_lines(case.text):
        header = header or line.kind == HEADER
        if line.kind == TEXT:
            starts += [i] if header else []
            header, i = False, i + 1
    return starts


def texttiling(case: Case) -> list[int]:
    """NLTK's TextTiling on the paragraphs, set apart by blank lines as it wants them."""
    from nltk.tokenize import TextTilingTokenizer

    texts = [line.text for line in split_lines(case.text) if line.kind == TEXT]
    tiler = TextTilingTokenizer(stopwords=["de", "het", "een", "en", "van", "the", "a", "of", "and"], w=10, k=4)
    try:
        tiles = tiler.tokenize("\n\n".join(texts))
    except ValueError:
        return []
    starts, done = [], 0
    for tile in tiles[:-1]:
        done += len([p for p in tile.split("\n\n") if p.strip()])
        starts.append(done)
    return starts


PEERS = {
    "every line": every_line,
    "every line, article's end told": every_line_after,
    "blank lines": blank_lines,
    "name lines": name_lines,
    "TextTiling (nltk)": texttiling,
}


# --- figures ------------------------------------------------------------------------------------------------------


def scores(found: list[list[int]], cases: list[Case]) -> str:
    """Precision, recall and F1 of boundaries over all cases, share of cases with the article's end right."""
    hits = sum(len(set(f) & set(c.starts)) for f, c in zip(found, cases, strict=True))
    precision = hits / max(1, sum(map(len, found)))
    recall = hits / sum(len(c.starts) for c in cases)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    ends = [(f[0] if f else -1) == c.starts[0] for f, c in zip(found, cases, strict=True)]
    exact = sum(f == c.starts for f, c in zip(found, cases, strict=True))
    return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  article's end {sum(ends)}/{len(ends)}  whole case {exact}"


def calibration(pairs: list[tuple[float, bool]]) -> None:
    """Print a reliability table, the expected calibration error and the Brier score."""
    p = np.array([a for a, _ in pairs])
    hit = np.array([b for _, b in pairs], float)
    error = 0.0
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        inside = (p >= low) & (p < high)
        if inside.any():
            error += inside.mean() * abs(p[inside].mean() - hit[inside].mean())
            print(
                f"    {low:.2f}-{min(high, 1):.2f}  n {inside.sum():4d}  said {p[inside].mean():.2f}  was {hit[inside].mean():.2f}"
            )
    print(
        f"    expected calibration error {error:.3f}, Brier {((p - hit) ** 2).mean():.3f}, base rate {hit.mean():.2f}"
    )


def show(cases: list[Case], weights: Mapping[str, Weights]) -> None:
    """Print the figures of some cases, each read with its weights, and of the peers.

    The first paragraph is told, of the article or of the first comment; it counts for nobody.
    """
    first = [case.starts[0] == 0 for case in cases]
    ours = [decode(c.rows, no_article=f, weights=weights[c.name]) for c, f in zip(cases, first, strict=True)]
    print(f"  {'ours':32s}{scores([found.starts for found in ours], cases)}")
    for name, peer in PEERS.items():
        print(f"  {name:32s}{scores([peer(c) for c in cases], cases)}")
    both = list(zip(ours, cases, strict=True))
    for title, told in (
        ("probability that a comment begins, over all gaps", lambda found, _, i: found.begins[i]),
        (
            "confidence that a comment begins, over all gaps",
            lambda found, case, i: confidence(found.begins[i], case.rows[i][1]),
        ),
    ):
        print(f"  {title}")
        calibration([(told(found, c, i), i in c.starts) for found, c in both for i in range(1, len(c.rows))])
        print("   of the boundaries found")
        calibration([(told(found, c, i), i in c.starts) for found, c in both for i in found.starts if i])
    print()


def report() -> None:
    """Fit, leave out, compare, print."""
    cases = [*pastes(), *threads("train"), *threads("dev")]
    held = [case for case in cases if case.kind.startswith("held out")]
    cases = [case for case in cases if not case.kind.startswith("held out")]
    begun = time.perf_counter()
    weights = left_out(cases, lambda case: case.group, 5)
    fit = Fit(cases)
    whole = fit.table(fit.run(np.ones(len(cases), bool)))
    weights |= {case.name: whole for case in held}
    print(f"{len(cases)} constructed cases fitted on, {len(held)} held out; {time.perf_counter() - begun:.0f} s\n")
    for kind in sorted({case.kind for case in [*cases, *held]}):
        members = [case for case in [*cases, *held] if case.kind == kind]
        print(f"{kind} ({len(members)} cases, {sum(len(c.rows) for c in members)} paragraphs)")
        if kind.endswith("articles alone"):
            right = sum(not decode(c.rows, no_article=False, weights=weights[c.name]).starts for c in members)
            print(f"  no comment found in {right}\n")
        else:
            show(members, weights)


MODULE = '''"""How much each feature adds to the log-odds: of the article going on, of a comment beginning.

Fitted by `python benchmarks/segmentation.py --weights`, which prints this module: maximum likelihood of the chain in
`model` over the constructed pastes and threads of benchmarks/segmentation_fit.py, those held out excepted, with a
squared penalty.
Not fitted are those in SET_ARTICLE and SET_BEGIN: what a page put between comments, greetings and leave taken separate by
what they are, and lines after a colon or opening with dots go on, however few pastes have them.
LATER is the bias of a comment's second, third, fourth and any later paragraph: the prior on its length. CONFIDENCE is
the scale and shift of `model.confidence`.
"""

from __future__ import annotations
'''


def print_weights() -> None:
    """Print the module of weights, fitted on all training cases."""
    cases = [case for case in [*pastes(), *threads("train")] if not case.kind.startswith("held out")]
    fit = Fit(cases)
    table = fit.table(fit.run(np.ones(len(fit.cases), bool)))
    print(MODULE)
    print_table("SET_ARTICLE", SET_ARTICLE)
    print_table("SET_BEGIN", SET_BEGIN)
    for (name, values), given in zip(table.items(), (*SET, {}), strict=True):
        print_table(name.upper(), {key: value for key, value in values.items() if key not in given}, bool(given))
    print("CONFIDENCE = ({:.2f}, {:.2f})".format(*fit_confidence(cases)))


def print_table(name: str, values: Mapping[str, float], with_set: bool = False) -> None:
    """Print a table as Python; `with_set`: together with those that are set by hand."""
    print(f"{name}: dict[str, float] = {{")
    for key, value in values.items():
        print(f'    "{key}": {value:.2f},')
    print(f"}} | SET_{name}\n" if with_set else "}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", action="store_true", help="print the table of fitted weights")
    print_weights() if parser.parse_args().weights else report()
