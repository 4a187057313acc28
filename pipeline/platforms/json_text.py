"""JSON from strangers, read so that nothing changes on the way: numbers stay the digits that were written."""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")


class BadJSONError(ValueError):
    """Not JSON, nested too deep to read, or not to be told what it says. The message says where."""


def load(text: str, *, strict: bool = True, unique: bool = False) -> Any:
    """The value of a JSON text. Numbers are strings of their own digits (0012 and 5,000-digit ids survive), NaN and
    Infinity are None. `strict=False` allows raw line breaks in strings, `unique=True` refuses a key that an object has
    twice (else the last counts, as in browsers). Raises BadJSONError."""
    try:
        return json.loads(
            text, parse_int=str, parse_float=str, parse_constant=lambda _: None, strict=strict,
            object_pairs_hook=_once if unique else None,
        )  # fmt: skip
    except RecursionError as error:
        raise BadJSONError("nested too deep") from error
    except BadJSONError:
        raise
    except ValueError as error:
        raise BadJSONError(str(error)) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise BadJSONError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} stands in it twice")
    return found


def string(value: Any) -> str | None:
    """A value as a string, stripped; None for null, an empty string, a list or an object. Lone surrogates become
    U+FFFD, NUL is left out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return None
    return _SURROGATE.sub("\ufffd", value).replace("\0", "").strip() or None


def children(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty list, anything else as a list of one."""
    return [] if value is None else value if isinstance(value, list) else [value]
