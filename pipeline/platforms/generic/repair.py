"""Pages written as XML: `<iframe ... />`, `<i class="x"/>`.

A browser reads such an element as open, and an open iframe swallows the rest of the page. Programs that save pages write
them so; what they mean is an empty element.
"""

from __future__ import annotations

import re

_VOID = "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
#: a tag that closes itself: without attributes, or with a quote or white space before the slash (`<a href=/x/>` does not)
_SELF_CLOSED = re.compile(rf"<(?!(?:{_VOID})[\s/>])([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*[\"'\s])?)/>", re.I)


def close_empty(body: str) -> str:
    """HTML with an end tag for every element that closes itself and is not void."""
    return _SELF_CLOSED.sub(r"<\1\2></\1>", body) if "/>" in body else body
