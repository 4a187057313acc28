"""Names that people give to the columns of a table of comments, above all in Dutch and English, and a record made from a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.errors import UsageError
from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.dates import Clock
from pipeline.platforms.reading import Reading
from pipeline.platforms.reddit_json import DELETED
from pipeline.platforms.text import looks_like_html

NAMES = {
    "id": "id comment_id commentid reactie_id reactieid post_id postid message_id bericht_id id_str cid nr nummer",
    "parent": "parent_id parent parentid parent_comment_id comment_parent in_reply_to in_reply_to_id in_reply_to_status_id reply_to "
    "reply_to_id reply_to_message_id antwoord_op reactie_op reageert_op ouder",
    "author": "author auteur naam name author_name author_display_name comment_author display_name screen_name user username user_name "
    "profile_name post_username gebruiker gebruikersnaam afzender schrijver plaatser poster nickname account from attributed_to autor",
    "posted_at": "posted_at date_gmt comment_date_gmt created_utc date_unixtime created_at datum date datum_tijd datumtijd datetime date_time "
    "time_parsed timestamp ts tijdstip tijd time created posted geplaatst geplaatst_op published published_at created_time create_time comment_date "
    "post_date post_time dateline",
    "text": "full_text text tekst reactie comment body content inhoud bericht message text_raw comment_text reactietekst opmerking "
    "raw_message text_original text_display comment_body comment_content post_text pagetext selftext kommentar commentaire",
    "url": "url permalink link adres comment_url",
    "thread": "thread thread_id threadid draad draad_id discussie topic topic_id onderwerp artikel link_id video_id story_id "
    "conversation_id comment_post_id post_url",
    "title": "title titel thread_title artikeltitel kop link_title post_title",
}
#: a column beside the date's, with the time of day
_TIMES = ("tijd", "time", "tijdstip", "uhrzeit", "heure")
_DATES = ("datum", "date")
#: as it is written, or as spreadsheets do: a time of day on their day 0
_TIME_OF_DAY = re.compile(
    r"(?:(?:1899-12-3[01]|1900-01-0[01])[T ])?(\d{1,2}[:.u]\d\d(?::\d\d)?)(?:[.,]\d+)?( ?[ap]\.?m\.?)?(?: uur| uhr)?",
    re.IGNORECASE,
)
#: what a column of days may say beside the day
_MIDNIGHT = re.compile(r"[T ]0?0:00(:00(\.0+)?)?$")
#: unread columns that are named; of all the number is told
_NAMED = 8
_NUMBERS = re.compile(r"(?<![\d/-])(\d{1,2})[-/](\d{1,2})[-/](?:\d{4}|\d{2})(?!\d)")
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
    by_name = {plain(name): name for name in reversed(list(names))}
    found = {meaning: by_name[name] for name, meaning in reversed(_MEANING.items()) if name in by_name}
    if plain(found.get("posted_at", "")) in _DATES and (time := next((n for n in _TIMES if n in by_name), None)):
        found["time"] = by_name[time]
    return found


def plain(name: str) -> str:
    """A column's name as it is compared: small letters and digits, joined by _ (`createdAt` is `created_at`)."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).casefold()).strip("_")


def unread(names: Iterable[str], found: dict[str, str], what: str = "columns") -> list[str]:
    """What is told of columns (or fields) whose names say nothing here, and of answers that cannot be followed."""
    read = set(found.values())
    left = [name for name in dict.fromkeys(names) if name.strip() and name not in read]
    more = ", ..." if len(left) > _NAMED else ""
    told = [f"{what} that are not read: {len(left)} ({', '.join(map(short, left[:_NAMED]))}{more})"] if left else []
    texts = other_texts(left, read)
    told += [f"of these may hold texts too: {', '.join(texts)}"] if texts else []
    if "parent" in found and "id" not in found:
        told.append(
            f"{short(found['parent'])!r} says what is answered, but no column is called `id`: add one with the comments' ids"
        )
    return told


def other_texts(names: Iterable[str], read: Container[str]) -> list[str]:
    """Columns that are not read and are called as those of texts are."""
    return [short(name) for name in names if name not in read and _MEANING.get(plain(name)) == "text"]


def short(name: str) -> str:
    """A column's name for a message, on one line."""
    name = " ".join(name.split())
    return name if len(name) <= 40 else name[:39] + "…"


def refuse_twins(names: Iterable[str], found: dict[str, str], file: str) -> None:
    """UsageError where a column that is read has a name that another has too: which of them is meant cannot be told."""
    counts = Counter(map(plain, names))
    for column in found.values():
        if counts[plain(column)] > 1:
            raise UsageError(f"{file}: two columns are called {column!r}. Rename one.")


def no_text(name: str, found: Iterable[str]) -> str:
    """What to say of a file without a column of texts."""
    told = ", ".join(short(column) for column in found if column.strip())
    return (
        f"{name}: no column with the comments' text among {told or 'no columns at all'}. The first row names the columns: "
        "call that of the texts `text` (or tekst, reactie, comment, body, bericht, message)."
    )


def empty(name: str, column: str, rows: int) -> str:
    """What to say of a file whose column of texts is empty."""
    return f"{name}: no text in any of {rows:,} rows of the column {column!r}. Take it out, or call the one with the texts so."


def row_of(get: Callable[[str], str | None], columns: dict[str, str]) -> Row:
    """A row, given how to look up a column. A column that calls itself GMT is UTC though its cells do not say so."""
    found = {meaning: (get(column) or "").strip() or None for meaning, column in columns.items()}
    time = found.pop("time", None)
    if posted := found.get("posted_at"):
        day = _MIDNIGHT.sub("", posted)
        if time and ":" not in day and (clock := _TIME_OF_DAY.fullmatch(time)):
            posted = f"{day} {clock[1]}{clock[2] or ''}"
        if re.search(r"(?i)gmt|utc", columns["posted_at"]):
            posted = re.sub(r"([T ]\d\d:\d\d(:\d\d)?(\.\d+)?)$", r"\1+00:00", posted)
        found["posted_at"] = re.sub(
            r"^(\d{10}|\d{13})\.\d+$", r"\1", posted
        )  # seconds since 1970 as a floating-point number
    return Row(**found)


@dataclass(frozen=True)
class Head:
    """What a file says of a thread as a whole."""

    title: str | None = None
    opening: str | None = None
    announced: int | None = None
    url: str | None = None


def pages(
    rows: Iterable[Row], platform: str, warnings: list[str], heads: Mapping[str, Head] | None = None
) -> list[Reading]:
    """Rows as one page a thread, in the order in which threads first occur; `heads`: what is known of these, by name. What is
    told of the file stands on the first page. Rows without a word are kept as they are."""
    threads: dict[str, list[Row]] = {}
    for row in rows:
        threads.setdefault(row.thread or row.title or "", []).append(row)
    order, told = _order(row.posted_at for group in threads.values() for row in group)
    empty = sum(row.text is None for group in threads.values() for row in group)
    told += [f"rows without a text, kept: {empty}"] if empty else []
    found = [_page(name, group, platform, order, (heads or {}).get(name, Head())) for name, group in threads.items()]
    return [
        replace(page, warnings=[*(() if n else [*warnings, *told]), *page.warnings]) for n, page in enumerate(found)
    ]


def _order(dates: Iterable[str | None]) -> tuple[str | None, list[str]]:
    """ "mdy" where more dates of three numbers can only be read with the month first than with the day first, and what is told
    of it. (Whether they go back in time tells nothing of a table, which may be sorted by anything.)"""
    found = [match for date in dates if date and (match := _NUMBERS.search(date))]
    month_first = sum(int(match[2]) > 12 for match in found)
    day_first = sum(int(match[1]) > 12 for match in found)
    if not month_first:
        return None, []
    order, read, so, not_so = (
        ("mdy", "month/day/year", month_first, day_first)
        if month_first > day_first
        else (None, "day/month/year", day_first, month_first)
    )
    but = f", though {not_so:,} can only be the other way round" if not_so else ""
    return order, [f"dates are read as {read}, as {so:,} of {len(found):,} can only be{but}"]


def _page(name: str, rows: list[Row], platform: str, order: str | None, head: Head) -> Reading:
    clock = Clock("nl", order)
    addresses = {html.thread_url(row.url) for row in rows if row.url and html.absolute("", row.url)}
    own = len(addresses) == 1  # one address for all rows is the thread's, each its own are the comments'
    ids = {row.id for row in rows if row.id is not None}
    comments = [
        RawComment(
            platform_id=row.id,
            parent=_parent(row, ids),
            author=row.author if row.author != DELETED else None,
            posted_at=clock.read(row.posted_at),
            text=row.text or "",
            text_format="html" if looks_like_html(row.text or "") else "text",
            permalink=row.url if html.absolute("", row.url) and (not own or "#" in (row.url or "")) else None,
        )
        for row in rows
    ]
    return Reading(
        platform,
        addresses.pop() if own else head.url or "",
        title=head.title or next((row.title for row in rows if row.title), None) or name or None,
        opening=head.opening,
        announced=head.announced,
        comments=comments,
        warnings=clock.warnings(),
        thread=name,
    )


def _parent(row: Row, ids: set[str]) -> str | None:
    """The id of what a row answers, in the form that ids have here: Reddit writes t1_ before a comment's and t3_ before a
    post's, and a column of numbers in which some are missing may be written as 12.0. None for an answer to the thread itself."""
    parent = row.parent
    if parent is None or parent in ids:
        return parent
    if parent in ("0", "-", "root", row.thread) or parent.startswith("t3_"):
        return None
    bare = parent.removeprefix("t1_").removesuffix(".0")
    return bare if bare in ids or parent.startswith("t1_") else parent
