"""The encoder in torch: multilingual-e5-small's own form, so that its weights fit, and heads that read parties.

The lower layers read each text by itself and stay as they were pretrained; so what they say of a text is computed once, and serves
vectors, stance and tone alike. Of each text about a party only the mean is kept, one state. The upper layers exist twice: as pretrained, for vectors, and fine-tuned, where they read a
comment, the parties and what it answers together (the decomposition is that of Cao et al. 2020, "DeFormer"; a mark per label read
in one pass is that of GLiClass, Stepanov et al. 2025). A party's question is the state of its first token; it looks for its evidence
among the comment's tokens, and what it finds decides whether the party is blamed; how near the comment, and what was found in it, lie to what the
codebook says of the party, beside the other parties, is told to it by the pretrained vectors, which hold for parties never met. No
weight belongs to one party.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

TONES = 3
#: The comment, what a party found in it, and what any party found in it; each beside a party's name, aliases and description.
LIKENESSES = 9
#: Differences of cosines are small numbers; so much they are stretched.
STRETCH = 20.0

#: What a state is part of: the comment, what the comment answers, a party's name, aliases and description; and the
#: same three of a party that counts second.
SEGMENTS = 8


@dataclass(frozen=True)
class Shape:
    """Sizes of the transformer."""

    vocabulary: int
    hidden: int = 384
    layers: int = 12
    heads: int = 12
    feed_forward: int = 1536
    positions: int = 512
    epsilon: float = 1e-12


class _Attention(torch.autograd.Function):
    """Attention of one text without a mask: in ONNX one node, which onnxruntime computes without moving the heads about."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
        """q, k, v [n, t, hidden] -> [n, t, hidden]."""
        return attend(q, k, v, heads, None)

    @staticmethod
    def symbolic(g: Any, q: Any, k: Any, v: Any, heads: int) -> Any:
        """The node of onnxruntime's own domain."""
        return g.op("com.microsoft::MultiHeadAttention", q, k, v, num_heads_i=heads).setType(q.type())


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | None) -> Tensor:
    """q, k, v [n, t, hidden] -> [n, t, hidden]; mask [n, 1, 1, t], added to the scores."""
    n, t, h = q.shape
    q, k, v = (x.view(n, t, heads, h // heads).transpose(1, 2) for x in (q, k, v))
    return functional.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(n, t, h)


class Layer(nn.Module):
    """Attention and feed-forward, each with its residue, normalised afterwards."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        h = shape.hidden
        self.heads = shape.heads
        self.q, self.k, self.v, self.ao = (nn.Linear(h, h) for _ in range(4))
        self.aln = nn.LayerNorm(h, shape.epsilon)
        self.fi, self.fo = nn.Linear(h, shape.feed_forward), nn.Linear(shape.feed_forward, h)
        self.oln = nn.LayerNorm(h, shape.epsilon)

    def forward(self, x: Tensor, mask: Tensor | None, drop: float) -> Tensor:
        """x [n, t, hidden]; mask [n, 1, 1, t], added to the scores."""
        q, k, v = self.q(x), self.k(x), self.v(x)
        if mask is None and torch.onnx.is_in_onnx_export():
            seen = _Attention.apply(q, k, v, self.heads)
        else:
            seen = attend(q, k, v, self.heads, mask)
        x = self.aln(x + self.ao(seen))
        return self.oln(x + functional.dropout(self.fo(functional.gelu(self.fi(x))), drop, self.training))


def added(mask: Tensor | None) -> Tensor | None:
    """A mask [n, t] (1 for a token) as what is added to attention's scores; none where every token is one."""
    return None if mask is None else (1.0 - mask)[:, None, None, :] * -1e4


class Lower(nn.Module):
    """Token ids to the states of the lower layers."""

    def __init__(self, shape: Shape, layers: int) -> None:
        super().__init__()
        self.word = nn.Embedding(shape.vocabulary, shape.hidden)
        self.place = nn.Embedding(shape.positions, shape.hidden)
        self.kind = nn.Parameter(torch.zeros(shape.hidden))
        self.norm = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(layers))

    def forward(self, ids: Tensor) -> Tensor:
        """ids [n, t], every one a token -> states [n, t, hidden]."""
        x = self.norm(self.word(ids) + self.place.weight[: ids.shape[1]] + self.kind)
        for layer in self.layers:
            x = layer(x, None, 0.0)
        return x


class Upper(nn.Module):
    """States of the lower layers to states of the last one."""

    def __init__(self, shape: Shape, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(shape) for _ in range(layers))

    def forward(self, x: Tensor, mask: Tensor | None, drop: float = 0.0) -> Tensor:
        """x [n, t, hidden], mask [n, t] -> [n, t, hidden]."""
        for layer in self.layers:
            x = layer(x, added(mask), drop)
        return x


class Embedder(nn.Module):
    """The mean of the last states, at unit length: a text's vector."""

    def __init__(self, upper: Upper) -> None:
        super().__init__()
        self.upper = upper

    def forward(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """states [n, t, hidden], every one a token's -> vectors [n, hidden], and the last states [n, t, hidden]."""
        last = self.upper(states, None)
        return functional.normalize(last.mean(1), dim=1), last


class PartyReader(nn.Module):
    """Log-odds that each party is blamed, that each token is evidence for it, and scores of the three tones."""

    def __init__(self, shape: Shape, upper: Upper, width: int = 128) -> None:
        super().__init__()
        h = shape.hidden
        self.upper = upper
        # e5's states all point one way; less their mean and over their spread they are easy to tell apart
        self.register_buffer("centre", torch.zeros(h))
        self.register_buffer("spread", torch.ones(h))
        self.segment = nn.Embedding(SEGMENTS, h)
        nn.init.normal_(self.segment.weight, 0.0, 0.02)
        self.link = nn.Linear(h, h, bias=False)
        nn.init.normal_(self.link.weight, 0.0, 0.02)
        self.ask, self.answer = nn.Linear(h, width), nn.Linear(h, width)
        self.bias = nn.Parameter(torch.tensor(-1.5))
        self.register_buffer("middle", torch.zeros(2, h))  # mean vector of comments, and of what is said of parties
        self.weigh = nn.Sequential(nn.Linear(5 * h + 2 * LIKENESSES, h), nn.GELU(), nn.Dropout(0.1))
        self.decide = nn.Linear(h, 1)
        self.tone = nn.Sequential(nn.Linear(2 * h, h), nn.GELU(), nn.Dropout(0.1), nn.Linear(h, TONES))

    centre: Tensor
    spread: Tensor
    middle: Tensor

    def standardise(self, states: Tensor, mask: Tensor, segments: Tensor) -> None:
        """Set centre and spread from some comments (shapes as in `forward`), before training."""
        with torch.no_grad():
            last = self.upper(states + self.segment(segments), mask)[mask > 0]
            self.centre.copy_(last.mean(0))
            self.spread.copy_(last.std(0).clamp(min=1e-3))

    def likeness(self, part: Tensor, vectors: Tensor) -> Tensor:
        """Cosines [n, k, 3] of pretrained states [n, 1 or k, hidden] with what is said of each party [n, k, 3, hidden]."""
        one = functional.normalize(functional.normalize(part, dim=2) - self.middle[0], dim=2)
        other = functional.normalize(vectors - self.middle[1], dim=3)
        return (one[:, :, None, :] * other).sum(3)

    def forward(
        self,
        states: Tensor,
        mask: Tensor | None,
        segments: Tensor,
        marks: Tensor,
        own: Tensor,
        links: Tensor,
        finals: Tensor,
        vectors: Tensor,
        asked: Tensor,
        drop: float = 0.0,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """states [n, t, hidden] of a comment's tokens, the parties, and what it answers, one after another; mask, segments [n, t];
        marks [n, k]: the place of each party's name; own [n, t], 1 for a token of the comment's own words; links [n, t, k],
        1 for a token of words that name the party (in the comment, or in what it answers); finals [n, t, hidden]: the pretrained last states of the comment's tokens;
        vectors [n, k, 3, hidden]: of each party's name, aliases and description; asked [n, k]: 1 for a party, 0 for padding.

        Returns blame [n, k], evidence [n, k, t], tone [n, 3], and the features [n, k, hidden] by which blame was decided.
        """
        index = marks[:, :, None].expand(-1, -1, states.shape[2])
        named = links @ self.link(states.gather(1, index))
        last = (self.upper(states + self.segment(segments) + named, mask, drop) - self.centre) / self.spread
        parties = last.gather(1, index)
        sought, answers = self.ask(parties), self.answer(last)
        evidence = sought @ answers.transpose(1, 2) / math.sqrt(sought.shape[2]) + self.bias
        hidden = (1.0 - own)[:, None, :] * -1e4
        weights = (evidence + hidden).softmax(-1)
        found = weights @ last
        whole = (last * own[:, :, None]).sum(1) / own.sum(1, keepdim=True).clamp(min=1.0)
        real = asked[:, :, None]
        mean = (found * real).sum(1, keepdim=True) / real.sum(1, keepdim=True)
        anybody = ((evidence * real).sum(1, keepdim=True) / real.sum(1, keepdim=True) + hidden).softmax(-1)
        evenly = (own / own.sum(1, keepdim=True).clamp(min=1.0))[:, None, :]
        seen = torch.cat([evenly, anybody], dim=1) @ finals
        near = torch.cat([self.likeness(part, vectors) for part in (seen[:, :1], seen[:, 1:], weights @ finals)], dim=2)
        beside = near - (near * real).sum(1, keepdim=True) / real.sum(1, keepdim=True)
        likeness = torch.cat([near, beside * STRETCH], dim=2)
        rows = torch.cat(
            [parties, found, parties * found, found - mean, whole[:, None, :].expand_as(found), likeness], 2
        )
        features = self.weigh(rows)
        tone = self.tone(torch.cat([last[:, 0], whole], dim=1))
        return self.decide(features).squeeze(2), evidence, tone, features
