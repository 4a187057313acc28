"""From torch to the files that the pipeline reads: ONNX, matrices in 8 bits, bound together by digests.

Weights are quantised per output channel to seven bits with a sign: two products of such a weight with an unsigned byte fit in sixteen bits, so that
processors with and without VNNI count the same, and those without are a third faster than with unsigned weights. Activations are quantised as they come. A text is always read alone (`reader.py`), so that its neighbours cannot change its numbers.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn

from pipeline.encoder.linear.polarity import FILE as LEXICON
from pipeline.encoder.training.network import Embedder, Lower, PartyReader

OPSET = 20
#: What only says how answers are taken.
UNSEALED = ("encoder.json", "calibration.json")
FILES = ("lower.onnx", "vectors.onnx", "parties.onnx", "tokenizer.json")


class _PartyScores(nn.Module):
    """The reader for one comment, its inputs as the pipeline has them: everything is its own, evidence as probabilities."""

    axes: torch.Tensor

    def __init__(self, reader: PartyReader, axes: torch.Tensor) -> None:
        super().__init__()
        self.reader = reader
        self.register_buffer("axes", axes)

    def forward(
        self,
        states: torch.Tensor,
        segments: torch.Tensor,
        marks: torch.Tensor,
        own: torch.Tensor,
        links: torch.Tensor,
        finals: torch.Tensor,
        vectors: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        asked = torch.ones_like(marks, dtype=states.dtype)
        blame, evidence, tone, features = self.reader(states, None, segments, marks, own, links, finals, vectors, asked)
        return blame, evidence.sigmoid(), tone, features @ self.axes[:-1] + self.axes[-1]


def _export(
    module: nn.Module, inputs: dict[str, torch.Tensor], outputs: list[str], length: set[str], path: Path
) -> None:
    """Write float32 ONNX; the second axis of the inputs in `length` is free, and that of marks and of what depends on it."""
    axes: dict[str, dict[int, str]] = {name: {1: "tokens"} for name in length}
    if "marks" in inputs:
        axes |= {
            "links": {1: "tokens", 2: "parties"},
            "vectors": {1: "parties"},
            "marks": {1: "parties"},
            "blame": {1: "parties"},
            "evidence": {1: "parties", 2: "tokens"},
            "features": {1: "parties"},
        }
    torch.onnx.export(
        module.eval(),
        tuple(inputs.values()),
        str(path),
        input_names=list(inputs),
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
        custom_opsets={"com.microsoft": 1},
    )


def _quantised(source: Path, target: Path) -> None:
    quantize_dynamic(
        source,
        target,
        per_channel=True,
        weight_type=QuantType.QInt8,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
    )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def export(
    folder: Path,
    lower: Lower,
    embedder: Embedder,
    reader: PartyReader,
    axes: torch.Tensor,
    tokenizer: Tokenizer,
    about: dict[str, Any],
) -> None:
    """Write the three networks and the tokenizer, and seal them."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = torch.tensor([[0, 41, 1294, 12, 5, 77, 2]])
    with torch.no_grad(), tempfile.TemporaryDirectory() as scratch:
        states = lower(ids)
        plain = Path(scratch)
        _export(lower, {"ids": ids}, ["states"], {"ids", "states"}, plain / "lower.onnx")
        _export(embedder, {"states": states}, ["vector", "last"], {"states", "last"}, plain / "vectors.onnx")
        together = torch.cat([states, states, states], 1)
        segments = torch.tensor([[0] * 7 + [1] * 7 + [2] * 7])
        own = torch.tensor([[0.0] * 2 + [1.0] * 4 + [0.0] * 15])
        links = torch.zeros(1, 21, 2)
        links[0, 3, 1] = 1.0
        inputs = {
            "states": together,
            "segments": segments,
            "marks": torch.tensor([[7, 14]]),
            "own": own,
            "links": links,
            "finals": torch.zeros_like(together),
            "vectors": torch.ones(1, 2, 3, together.shape[2]),
        }
        names = ["blame", "evidence", "tone", "features"]
        _export(
            _PartyScores(reader, axes), inputs, names, {"states", "segments", "own", "finals"}, plain / "parties.onnx"
        )
        for name in FILES[:3]:
            _quantised(plain / name, folder / name)
    tokenizer.save(str(folder / FILES[3]), pretty=False)
    seal(folder, about)


def seal(folder: Path, about: dict[str, Any]) -> None:
    """Write `encoder.json`: what `about` says, and the digest of every file that an answer depends on, the lexicon among them."""
    if not (folder / LEXICON.name).is_file():
        shutil.copyfile(LEXICON, folder / LEXICON.name)
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in UNSEALED]
    about = {**about, "files": {str(path.relative_to(folder)): digest(path) for path in paths}}
    (folder / "encoder.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", "utf-8")
