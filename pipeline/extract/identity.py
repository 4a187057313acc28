"""What a comment's id is bound to within its thread.

Annotations and quotes name comments by their ids, so an id has to stay what it is whatever is added, edited or deleted
elsewhere in the thread: it is not bound to the comment's place. It is not bound to its author's name either: whoever knows
the rest could test a guess of the name against the id, and the pseudonym in its place would be another one under another key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.extract.sightings import Comment
from pipeline.ids import text_digest


def identities(comments: Iterable[Comment]) -> dict[str, tuple[str, ...]]:
    """Key -> the platform's own id; without one the time, the words and, of comments that share both, the how manieth it is in
    the order in which they were first seen."""
    met: Counter[tuple[str, str]] = Counter()
    found: dict[str, tuple[str, ...]] = {}
    for comment in comments:
        raw = comment.raw
        if raw.platform_id is not None:
            found[comment.key] = (comment.key,)
            continue
        said = (raw.posted_at.isoformat() if raw.posted_at is not None else "", text_digest(raw.text))
        met[said] += 1
        found[comment.key] = (*said, str(met[said]))
    return found
