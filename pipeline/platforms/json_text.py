"""JSON from strangers, read so that nothing changes on the way: numbers stay the digits that were written."""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")


class BadJSONError(ValueError):
    """Not JSON, or nested too deep to read. The message says where."""


def load(text: str, *, strict: bool = True) -> Any:
    """The value of a JSON text. Numbers are strings of their own digits (0012 and 5,000-digit ids survive), NaN and
    Infinity are None. `strict=False` allows raw line breaks in strings. Raises BadJSONError."""
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None, strict=strict)
    except RecursionError as error:
        raise BadJSONError("nested too deep") from error
    except ValueError as error:
        raise BadJSONError(str(error)) from error


def string(value: Any) -> str | None:
    """A value as a string, stripped; None for null, an empty string, a list or an object. Lone surrogates become U+FFFD."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return None
    return _SURROGATE.sub("\ufffd", value).strip() or None


def children(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty list, anything else as a list of one."""
    return [] if value is None else value if isinstance(value, list) else [value]
