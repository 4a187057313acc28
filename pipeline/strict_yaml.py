"""Strict YAML: a file as typed objects, or an error that says what, where and what is near.

YAML 1.2 rules by ruamel.yaml's safe loader: `no` is a word, a repeated key and a `!!python/...` tag are errors.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline.errors import UsageError

MAX_YAML_BYTES = 2_000_000
MAX_YAML_ALIASES = 100

T = TypeVar("T", bound=BaseModel)


def load_yaml(path: Path) -> Any:
    """The content of a YAML file by YAML 1.2 rules.

    Raises UsageError: file absent, empty, a folder, over 2 MB, not YAML, a repeated key, too many aliases.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "is not there"
        raise UsageError(f"{path} {what}. Run the command in the project's folder, or restore the file from git.")
    data = path.read_bytes()
    if len(data) > MAX_YAML_BYTES:
        raise UsageError(f"{path} is {len(data):,} bytes; settings over {MAX_YAML_BYTES:,} bytes are refused.")
    if not data.strip():
        raise UsageError(f"{path} is empty.")
    try:
        text = data.decode("utf-8-sig")
        if len(re.findall(r"(?m)(?:^|[\s\[{,:-])\*[A-Za-z0-9_]+", text)) > MAX_YAML_ALIASES:
            raise UsageError(f"{path} uses over {MAX_YAML_ALIASES} YAML aliases; write the values out.")
        return YAML(typ="safe", pure=True).load(text)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8: {error}") from error
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise UsageError(f"{path}{where}: {getattr(error, 'problem', None) or error}") from error


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The field names of the model that a validation error's location points into."""
    current: type[BaseModel] = model
    for part in location:
        field = current.model_fields.get(part) if isinstance(part, str) else None
        if field is None:
            continue
        for candidate in (field.annotation, *get_args(field.annotation)):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                current = candidate
    return list(current.model_fields)


def _explain(model: type[BaseModel], error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = _fields_at(model, first["loc"][:-1])
        near = difflib.get_close_matches(str(first["loc"][-1]), known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return f"unknown key {where!r}; {hint}"
    if first["type"] == "missing":
        return f"key {where!r} is missing"
    message = first["msg"].removeprefix("Value error, ")
    got = "" if isinstance(first["input"], dict | list) else f" (got {first['input']!r})"
    return f"{where}: {message}{got}" if where else message


def parse(model: type[T], data: Any, path: Path) -> T:
    """Data as a typed object; UsageError names the file, the key and the nearest known key."""
    if not isinstance(data, dict):
        raise UsageError(f"{path}: expected keys with values, found {type(data).__name__}.")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        more = error.error_count() - 1
        tail = f" (and {more} more)" if more else ""
        raise UsageError(f"{path}: {_explain(model, error)}{tail}") from error
