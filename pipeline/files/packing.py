"""The body of an HTTP answer under its content encodings: gzip, deflate, Brotli, zstd; whole, and under a cap."""

from __future__ import annotations

import zlib

from pipeline.files.gzipped import MAGIC, DamagedError

MAX_ENCODINGS = 5
#: what servers call a body that is not packed at all, and what they put there by mistake: an encoding of characters
_NOT_PACKED = frozenset(
    ["", "identity", "none", "binary", "7bit", "8bit", "utf-8", "utf8", "us-ascii", "iso-8859-1", "windows-1252"]
)
_BLOCK = 1 << 14
_STREAMS = {"br": "brotli", "zstd": "zstd"}  # by the names of pyarrow's codecs


class PackedError(DamagedError):
    """A body that is packed in a way that is not unpacked here: asking for it again does not help."""


class TooLargeError(DamagedError):
    """A body that unpacks to more than the cap."""


def unpack(raw: bytes, content_encoding: str, cap: int) -> bytes:
    """The body (encodings comma separated, outermost last). DamagedError: it is cut; PackedError: it is packed in a foreign
    way, or too often; TooLargeError: it is over `cap` bytes.

    A body that says gzip and is none was unpacked by whoever recorded it.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [name for name in names if name not in _NOT_PACKED]
    if len(names) > MAX_ENCODINGS:
        raise PackedError(f"{len(names)} content encodings; {MAX_ENCODINGS} at most are unpacked")
    for name in reversed(names):
        if name in ("gzip", "x-gzip"):
            raw = _inflate(raw, 31, cap) if _is_gzip(raw) else raw
        elif name == "deflate":
            raw = _inflate(raw, 15 if raw[:1] and raw[0] & 0x0F == 8 else -15, cap)
        elif name in _STREAMS:
            raw = _stream(raw, _STREAMS[name], cap)
        else:
            raise PackedError(f"packed with {name}, which is not read here")
    return raw


def _is_gzip(raw: bytes) -> bool:
    """Whether a body begins like gzip, or did so before one byte was damaged."""
    return MAGIC.startswith(raw[:3]) or sum(a == b for a, b in zip(raw, MAGIC, strict=False)) == 2


def _inflate(raw: bytes, bits: int, cap: int) -> bytes:
    parts, room, at = [], cap, 0
    while at < len(raw):
        stream = zlib.decompressobj(bits)
        while not stream.eof:
            block = raw[
                at : at + _BLOCK
            ]  # zlib copies what it leaves over: of all the rest, for every member, if it has it
            if not block:
                raise DamagedError("the packed body is cut off")
            try:
                part = stream.decompress(block, room + 1)
            except zlib.error as error:
                raise DamagedError(f"the packed body is damaged ({error})") from error
            room -= len(part)
            if room < 0:
                raise TooLargeError(f"the body unpacks to over {cap:,} bytes")
            parts.append(part)
            at += len(block) - len(stream.unused_data)
        while at < len(raw) and not raw[at]:  # padding
            at += 1
        if bits == 31 and not MAGIC.startswith(raw[at : at + 3]):  # the member's checksum was right; this is no other
            break
    return b"".join(parts)


def _stream(raw: bytes, codec: str, cap: int) -> bytes:
    import pyarrow as pa  # seldom needed

    try:
        body: bytes = pa.CompressedInputStream(pa.BufferReader(raw), codec).read(cap + 1)
    except OSError as error:
        raise DamagedError(f"the packed body is cut off or damaged ({error})") from error
    if len(body) > cap:
        raise TooLargeError(f"the body unpacks to over {cap:,} bytes")
    return body
