"""Fine-tuning: the upper layers, those below more slowly, and the heads."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from pipeline.encoder.training.lessons import FIXED, Batch, Example, Reading, Variation, batches
from pipeline.encoder.training.network import PartyReader


@dataclass(frozen=True)
class Recipe:
    """What was chosen on the development split."""

    epochs: int = 4
    batch: int = 16
    rate: float = 2e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    warm_up: float = 0.06
    weight_decay: float = 0.01
    dropout: float = 0.15
    smoothing: float = 0.03
    evidence_weight: float = 0.4
    tone_weight: float = 0.6
    variation: Variation = field(default_factory=Variation)
    seed: int = 1


def ask(model: PartyReader, batch: Batch, drop: float = 0.0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """What the model says of a batch; see PartyReader.forward."""
    own = (batch.states, batch.mask, batch.segments, batch.marks, batch.own, batch.links)
    return model(*own, batch.finals, batch.vectors, batch.asked, drop)


def loss_of(model: PartyReader, batch: Batch, recipe: Recipe) -> Tensor:
    """Blame and evidence by binary cross-entropy over the parties asked, tone by cross-entropy."""
    blame, evidence, tone, _ = ask(model, batch, recipe.dropout)
    smooth = batch.blamed * (1 - 2 * recipe.smoothing) + recipe.smoothing
    each = functional.binary_cross_entropy_with_logits(blame, smooth, reduction="none") * batch.asked
    loss = each.sum() / batch.asked.sum()
    seen = batch.own[:, None, :] * batch.asked[:, :, None]
    # a token that shows nothing about a party nobody blames teaches little: it weighs a quarter
    weight = seen * (0.25 + 0.75 * batch.blamed[:, :, None])
    shown = functional.binary_cross_entropy_with_logits(evidence, batch.shown, reduction="none")
    loss = loss + recipe.evidence_weight * (shown * weight).sum() / weight.sum().clamp(min=1.0)
    return loss + recipe.tone_weight * functional.cross_entropy(tone, batch.tone, label_smoothing=recipe.smoothing)


def groups_of(model: PartyReader, recipe: Recipe) -> list[dict[str, object]]:
    """Parameters by learning rate; biases and norms do not decay."""
    layers = len(model.upper.layers)
    groups = []
    for name, parameter in model.named_parameters():
        rate = recipe.head_rate
        if name.startswith("upper.layers."):
            rate = recipe.rate * recipe.layer_decay ** (layers - 1 - int(name.split(".")[2]))
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        groups.append({"params": [parameter], "lr": rate, "weight_decay": decay})
    return groups


def fit(
    model: PartyReader,
    reading: Reading,
    examples: Sequence[Example],
    recipe: Recipe,
    after_epoch: Callable[[int, float], None] = lambda epoch, loss: None,
    fresh: bool = True,
) -> None:
    """Train in place; `fresh`: from the pretrained weights. The same recipe, examples and machine give the same weights."""
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    if fresh:
        some = next(batches(examples, reading, 128, recipe.seed, recipe.variation, order=False))
        model.standardise(some.states, some.mask, some.segments)
        weights = some.own[:, :, None]
        comments = functional.normalize((some.finals * weights).sum(1), dim=1)
        model.middle.copy_(torch.stack([comments.mean(0), some.vectors[some.asked > 0].flatten(0, 1).mean(0)]))
    optimizer = torch.optim.AdamW(groups_of(model, recipe), betas=(0.9, 0.98), eps=1e-6)
    steps = recipe.epochs * math.ceil(len(examples) / recipe.batch)
    warm = max(1, int(steps * recipe.warm_up))

    def pace(step: int) -> float:
        return min((step + 1) / warm, max(0.02, (steps - step) / max(1, steps - warm)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, pace)
    for epoch in range(recipe.epochs):
        model.train()
        losses = []
        for batch in batches(examples, reading, recipe.batch, recipe.seed * 1000 + epoch, recipe.variation):
            loss = loss_of(model, batch, recipe)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        after_epoch(epoch, float(np.mean(losses)))


def answers(
    model: PartyReader, reading: Reading, examples: Sequence[Example], size: int = 16, how: Variation = FIXED
) -> list[tuple[list[float], list[float]]]:
    """Log-odds of blame, a party of the codebook each, and scores of the tones, per example, in the order given."""
    model.eval()
    out = []
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].text))
    with torch.no_grad():
        for batch in batches([examples[i] for i in order], reading, size, 0, how, order=False):
            blame, _, tone, _ = ask(model, batch)
            for row, asked, scores in zip(blame, batch.asked, tone, strict=True):
                out.append((row[asked > 0].tolist(), scores.tolist()))
    back = sorted(range(len(order)), key=order.__getitem__)
    return [out[i] for i in back]


def feature_axes(model: PartyReader, reading: Reading, examples: Sequence[Example], number: int) -> Tensor:
    """The directions [hidden + 1, number] in which the features of examples differ most, the last row their (negative) mean.

    `features @ axes[:-1] + axes[-1]` are a party's features in short, of unit variance: what `standpunt train` learns a corpus from.
    """
    model.eval()
    rows = []
    with torch.no_grad():
        for batch in batches(examples, reading, 16, 0, FIXED):
            features = ask(model, batch)[3]
            rows.append(features[batch.asked > 0])
    found = torch.cat(rows)
    mean = found.mean(0)
    _, spread, axes = torch.linalg.svd(found - mean, full_matrices=False)
    turned = axes[:number].T * (len(found) ** 0.5 / spread[:number])
    signs = torch.sign(turned[turned.abs().argmax(0), torch.arange(number)])
    turned = turned * signs  # an eigenvector's sign is arbitrary: its largest part is made positive
    return torch.cat([turned, -(mean @ turned)[None, :]])
