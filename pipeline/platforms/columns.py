"""Names that people give to the columns of a table of comments, in Dutch and English, and a record made from a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.reading import Reading
from pipeline.platforms.text import looks_like_html

NAMES = {
    "id": "id comment_id commentid reactie_id reactieid post_id nr nummer",
    "parent": "parent_id parent parentid comment_parent in_reply_to in_reply_to_id reply_to antwoord_op reactie_op ouder",
    "author": "author auteur naam name author_name user username user_name gebruiker gebruikersnaam afzender schrijver",
    "posted_at": "posted_at date_gmt datum date tijd time timestamp datetime datumtijd created_at created posted geplaatst "
    "geplaatst_op published published_at",
    "text": "text tekst reactie comment body content inhoud bericht message text_raw comment_text reactietekst opmerking",
    "url": "url permalink link adres",
    "thread": "thread thread_id draad draad_id discussie topic topic_id onderwerp artikel",
    "title": "title titel thread_title artikeltitel kop",
}
_MEANING = {name: meaning for meaning, names in NAMES.items() for name in names.split()}


@dataclass(frozen=True)
class Row:
    """One row, by meaning. Whatever is absent or empty is None; ids are the strings that were written."""

    id: str | None = None
    parent: str | None = None
    author: str | None = None
    posted_at: str | None = None
    text: str | None = None
    url: str | None = None
    thread: str | None = None
    title: str | None = None


def meanings(names: Iterable[str]) -> dict[str, str]:
    """Meaning -> the column that has it. The first name in the list of NAMES wins, not the first column."""
    by_name = {_plain(name): name for name in reversed(list(names))}
    return {meaning: by_name[name] for name, meaning in reversed(_MEANING.items()) if name in by_name}


def _plain(name: str) -> str:
    """A column's name as it is compared: small letters and digits, joined by _."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold().strip()).strip("_")


def refuse_twins(names: Iterable[str], found: dict[str, str], file: str) -> None:
    """UsageError where a column that is read has a name that another has too: which of them is meant cannot be told."""
    counts = Counter(map(_plain, names))
    for column in found.values():
        if counts[_plain(column)] > 1:
            raise UsageError(f"{file}: two columns are called {column!r}. Rename one.")


def no_text(name: str, found: Iterable[str]) -> str:
    """What to say of a file without a column of texts."""
    return (
        f"{name}: no column with the comments' text among {', '.join(found) or 'no columns at all'}. "
        f"Call it one of: {NAMES['text'].replace(' ', ', ')}."
    )


def row_of(get: Callable[[str], str | None], columns: dict[str, str]) -> Row:
    """A row, given how to look up a column. A column that calls itself GMT is UTC though its cells do not say so."""
    found = {meaning: (get(column) or "").strip() or None for meaning, column in columns.items()}
    if found.get("posted_at") and re.search(r"(?i)gmt|utc", columns["posted_at"]):
        found["posted_at"] = re.sub(r"([T ]\d\d:\d\d(:\d\d)?(\.\d+)?)$", r"\1+00:00", found["posted_at"] or "")
    return Row(**found)


def pages(rows: Iterable[Row], platform: str, url: str, warnings: list[str]) -> list[Reading]:
    """Rows as one page a thread, in the order in which threads first occur. Rows without a word are kept as they are."""
    threads: dict[str, list[Row]] = {}
    for row in rows:
        threads.setdefault(row.thread or row.title or "", []).append(row)
    return [_page(name, group, platform, url, warnings) for name, group in threads.items()]


def _page(name: str, rows: list[Row], platform: str, url: str, warnings: list[str]) -> Reading:
    clock = Clock("nl")
    addresses = {html.thread_url(row.url) for row in rows if row.url and html.absolute("", row.url)}
    own = len(addresses) == 1  # one address for all rows is the thread's, each its own are the comments'
    comments = [
        RawComment(
            platform_id=row.id,
            parent=row.parent if row.parent not in ("0", "-") else None,
            author=row.author,
            posted_at=clock.read(row.posted_at),
            text=row.text or "",
            text_format="html" if looks_like_html(row.text or "") else "text",
            permalink=row.url if html.absolute("", row.url) and (not own or "#" in (row.url or "")) else None,
        )
        for row in rows
    ]
    return Reading(
        platform,
        addresses.pop() if own else url,
        title=next((row.title for row in rows if row.title), None) or name or None,
        comments=comments,
        warnings=[*warnings, *clock.warnings()],
        thread=name,
    )
