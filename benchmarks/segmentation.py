"""How well a pasted text is cut into article and comments, beside simpler ways; and the weights.

    python benchmarks/segmentation.py            figures, each case read with weights fitted on the other cases
    python benchmarks/segmentation.py --weights  the table that stands in pipeline/platforms/pasted/weights.py

The cases are the constructed pastes of tests/platforms/pasted_cases; a case and its article alone are left out
together, and eight are held out altogether. Figures by case go to standard error. Peers: every line after the first
a comment; every line of the article known and every further line a comment; blank lines; name lines; NLTK's
TextTiling.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping

import numpy as np
from segmentation_fit import SET, Case, Fit, leave_one_out, read_cases

from pipeline.platforms.pasted.lines import HEADER, TEXT, split_lines
from pipeline.platforms.pasted.model import Weights, decode
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
    """Print the figures of some cases, each read with its weights, and of the peers."""
    ours = [decode(c.rows, no_article=False, weights=weights[c.name]) for c in cases]
    print(f"  {'ours':32s}{scores([found.starts for found in ours], cases)}")
    for name, peer in PEERS.items():
        print(f"  {name:32s}{scores([peer(c) for c in cases], cases)}")
    print("  confidence that a comment begins, over all gaps")
    both = list(zip(ours, cases, strict=True))
    calibration([(found.begins[i], i in c.starts) for found, c in both for i in range(1, len(c.rows))])
    print("  confidence of the boundaries found")
    calibration([(found.begins[i], i in c.starts) for found, c in both for i in found.starts])
    print()


def quiet(alone: list[Case], weights: Mapping[str, Weights]) -> str:
    """In how many articles without comments none was found."""
    right = sum(not decode(c.rows, no_article=False, weights=weights[c.name]).starts for c in alone)
    return f"articles alone: no comment found in {right}/{len(alone)}"


def report() -> None:
    """Fit, leave out, compare, print."""
    cases, held, alone, held_alone = read_cases()
    begun = time.perf_counter()
    whole, left_out = leave_one_out(cases, alone)
    print(f"{len(cases)} constructed cases, {sum(len(c.starts) for c in cases)} comments; fitted {len(left_out)} times in "
          f"{time.perf_counter() - begun:.0f} s\n")  # fmt: skip
    groups = {
        "all": cases,
        "pastes nl": [c for c in cases if c.name.startswith("nl-") and "-kop-" not in c.name],
        "pastes en": [c for c in cases if c.name.startswith("en-") and "-kop-" not in c.name],
        "with name lines": [c for c in cases if "-kop-" in c.name],
        "from the constructed forum": [c for c in cases if c.name.startswith("forum-")],
        "a comment begins in under 0.45 of paragraphs": [c for c in cases if c.rate < 0.45],
        "in 0.45 to 0.66": [c for c in cases if 0.45 <= c.rate < 0.66],
        "in 0.66 and more": [c for c in cases if c.rate >= 0.66],
    }
    for group, members in groups.items():
        print(f"{group}, left out ({len(members)} cases, {sum(len(c.rows) for c in members)} paragraphs)")
        show(members, left_out)
    print(quiet(alone, left_out))
    print(f"\nheld out, never fitted on ({len(held)} cases, {sum(len(c.rows) for c in held)} paragraphs)")
    fitted = {c.name: whole for c in held}
    show(held, fitted)
    print(quiet(held_alone, fitted))
    for c, weights in [(c, left_out[c.name]) for c in cases] + [(c, whole) for c in held]:
        got = decode(c.rows, no_article=False, weights=weights).starts
        print(f"  {c.name:36s}{scores([got], [c])}  first {got[:1]} gold {c.starts[0]}", file=sys.stderr)


MODULE = '''"""How much each feature adds to the log-odds: of the article going on, of a comment beginning.

Fitted by `python benchmarks/segmentation.py --weights`, which prints this module: maximum likelihood of the chain in
`model` over the constructed pastes of tests/platforms/pasted_cases, those held out excepted, with a squared penalty.
Not fitted are those in SET_ARTICLE and SET_BEGIN: what a page put between comments, and leave taken, separate by what
they are, and lines after a colon or opening with dots go on, however few pastes have them.
LATER is the bias of a comment's second, third, fourth and any later paragraph: the prior on its length.
"""

from __future__ import annotations
'''


def print_weights() -> None:
    """Print the module of weights, fitted on all training cases."""
    cases, _, alone, _ = read_cases()
    fit = Fit([*cases, *alone])
    table = fit.table(fit.run(np.ones(len(fit.cases), bool)))
    print(MODULE)
    print_table("SET_ARTICLE", SET_ARTICLE)
    print_table("SET_BEGIN", SET_BEGIN)
    for (name, values), given in zip(table.items(), (*SET, {}), strict=True):
        print_table(name.upper(), {key: value for key, value in values.items() if key not in given}, bool(given))


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
