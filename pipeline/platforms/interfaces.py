"""Interfaces beside a platform's pages: the same comments for programs (REST, JSON, feeds), by the names of their readers
and by their addresses.

A reader of answers says so at the end of its NAME: `wordpress-rest` reads what `wordpress` reads in pages.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_ENDING = re.compile(r"-(?:rest|json|api|feed)\Z")
_QUERY = re.compile(r"\brest_route=|\b_xfResponseType=json\b")
_PATH = re.compile(r"/(?:wp-json|wp/v2|api|svc|feeds?)/|\.json/?\Z")


def is_interface(platform: str) -> bool:
    """Does a reader of this NAME read an interface, and not pages for people?"""
    return _ENDING.search(platform) is not None


def platform_of(name: str) -> str:
    """The platform that a reader's NAME stands for: the same for its pages and its interface."""
    return _ENDING.sub("", name)


def is_interface_address(url: str) -> bool:
    """Is this an address for programs, which may be closed while the pages are open?"""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    path = f"{unquote(parts.path)}/"
    return parts.netloc.startswith("api.") or _PATH.search(path) is not None or _QUERY.search(parts.query) is not None
