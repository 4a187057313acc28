"""The key of the pseudonyms: made at first use, kept on this machine, never in git.

Whoever has the key can test a guess of a name against a pseudonym; without it a list of names is of no use.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from pipeline.errors import StandpuntError
from pipeline.settings import Source

PATH = Path("data/raw/secret.key")
#: constructed people have nothing to hide, and every clone must find the same pseudonyms
PUBLIC = b"constructed"
_BYTES = 32


def key_for(root: Path, source: Source) -> bytes:
    """The key for a source's authors."""
    return PUBLIC if source.provenance == "constructed" else project_key(root)


def project_key(root: Path) -> bytes:
    """This project's key; made (0600, whole or not at all) where there is none. StandpuntError: it cannot be read."""
    path = root / PATH
    if not path.exists():
        _make(path)
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise StandpuntError(f"{path} cannot be read ({error}). Put back the copy that you kept.") from error
    if len(key) != _BYTES:
        raise StandpuntError(f"{path} holds {len(key)} bytes, not {_BYTES}. Put back the copy that you kept.")
    return key


def _make(path: Path) -> None:
    """Write a new key under another name and link it into place: of two at once, the first wins, for both."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
